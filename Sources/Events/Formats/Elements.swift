import Storage

/// The events that one line holds: where each stands, and what it inherits from what is around it.
struct Elements {
    struct Element {
        var start: Int
        var end: Int
        /// How many of `inherited`, from the beginning of this element's own stretch, it takes along.
        var inherited: Range<Int>
    }

    /// A value that elements take along, under a key.
    struct Inherited {
        var key: String
        var value: Range<Int>
    }

    private(set) var all: [Element] = []
    private(set) var inherited: [Inherited] = []
    /// What is inherited at the place that is being walked through.
    private var around: [Inherited] = []
    /// What an element takes along, where it is the same as that of the element before.
    private var last: Range<Int>?
    private let bytes: View<UInt8>
    private let path: [String]
    private let inherit: [Pointer]

    /// Walks to the events of a line.
    /// - Parameters:
    ///   - start: where the value of `first` stands, which is the line itself where there is none.
    /// - Returns: nil where no array stands there.
    init?(in bytes: View<UInt8>, line: Int, value start: Int, path: Pointer, isLine: Bool, inherit: [Pointer]) {
        self.bytes = bytes
        self.path = path.tokens
        self.inherit = inherit
        let taken = isLine ? 0 : 1
        if !isLine { lookAround(line, depth: 0) }
        guard walk(start, depth: taken, isInArray: false) else { return nil }
    }

    /// Notes what is inherited from the object at `start`, where so many keys of the path have been walked.
    private mutating func lookAround(_ start: Int, depth: Int) {
        for pointer in inherit {
            let tokens = pointer.tokens
            guard tokens.count > depth, depth <= path.count, tokens[..<depth] == path[..<depth],
                depth == path.count || tokens[depth] != path[depth],
                let value = JSONWalk.value(in: bytes, at: start, tokens[depth...]), let key = tokens.last
            else { continue }
            around.append(Inherited(key: key, value: value))
            last = nil
        }
    }

    /// Whether an array was found.
    private mutating func walk(_ start: Int, depth: Int, isInArray: Bool) -> Bool {
        switch bytes[start] {
        case UInt8(ascii: "["):
            var depth = depth
            if depth < path.count, let index = Int(path[depth]), String(index) == path[depth] {
                guard let value = JSONWalk.value(in: bytes, at: start, path[depth...depth]) else { return false }
                return walk(value.lowerBound, depth: depth + 1, isInArray: isInArray)
            }
            if depth < path.count, path[depth] == "*" { depth += 1 }
            let isLast = depth == path.count
            for element in places(start) {
                if isLast, bytes[element.lowerBound] != UInt8(ascii: "[") || depth == 0 || path[depth - 1] != "*" {
                    add(element)
                } else {
                    _ = walk(element.lowerBound, depth: depth, isInArray: true)
                }
            }
            return true
        case UInt8(ascii: "{"):
            if depth == path.count {
                if isInArray, let value = JSONWalk.value(in: bytes, at: start, []) { add(value) }
                return isInArray
            }
            let count = around.count
            defer {
                around.removeSubrange(count...)
                last = nil
            }
            if depth > 0 { lookAround(start, depth: depth) }
            guard let value = JSONWalk.value(in: bytes, at: start, path[depth...depth]) else { return false }
            return walk(value.lowerBound, depth: depth + 1, isInArray: isInArray)
        default:
            // Among objects and arrays of events something else: an event that is none.
            if isInArray, bytes[start] != UInt8(ascii: "n"), let value = JSONWalk.value(in: bytes, at: start, []) {
                add(value)
            }
            return isInArray
        }
    }

    private func places(_ start: Int) -> [Range<Int>] {
        var places: [Range<Int>] = []
        JSONWalk.elements(of: bytes, from: start) { places.append($0..<$1) }
        return places
    }

    private mutating func add(_ place: Range<Int>) {
        if last == nil {
            let first = inherited.count
            inherited += around
            last = first..<inherited.count
        }
        all.append(Element(start: place.lowerBound, end: place.upperBound, inherited: last ?? 0..<0))
    }
}
