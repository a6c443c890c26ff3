import Storage

/// What a line says at a place that a mapping names.
struct Capture: BitwiseCopyable {
    /// `int` for a number without fraction and exponent, `double` for any other; the text of both stands in the line.
    var kind = Field.Kind.null
    var hasEscapes = false
    /// Where the text stands, without quotes for `string`.
    var start: UInt32 = 0
    var end: UInt32 = 0
    /// The element that it is of, and that it is listed for.
    var stamp: UInt32 = 0
    var listed: UInt32 = 0
}

/// Notes, in one pass over an object, where the captures of a program stand. Validates all of it.
struct ElementReader: ~Copyable {
    private let tree: ProjectionTree
    private var keys: KeyMemory
    private var captures: Column<Capture>
    /// The captures that were found, each once; some may have been overwritten by nothing.
    private(set) var touched = Column<Int32>(capacity: 16)
    private var stamp: UInt32 = 0
    /// For places below which elements of arrays are captured: the places of the elements, by index.
    private let elements: [[Int32]]
    /// Places whose last key is the beginning of one.
    private let prefixes: [(parent: Int, prefix: [UInt8], place: Int)]
    private var text = JSONText(bytes: View(), at: 0)

    init(_ paths: [[String]], hashKey: HashKey) {
        let tree = ProjectionTree(Projection(types: [""], paths: paths))
        keys = KeyMemory(places: tree.count, hashKey: hashKey)
        captures = Column([Capture](repeating: Capture(), count: paths.count))
        var elements = [[Int32]](repeating: [], count: tree.count)
        var prefixes: [(parent: Int, prefix: [UInt8], place: Int)] = []
        for path in paths {
            var place = 0
            for token in path {
                let bytes = Array(token.utf8)
                let child = View.of(bytes) { tree.child(of: place, $0) }
                if let index = Int(token), index < 64, index >= 0, String(index) == token {
                    while elements[place].count <= index { elements[place].append(-1) }
                    elements[place][index] = Int32(child)
                }
                if bytes.count > 1, bytes.last == UInt8(ascii: "*") {
                    prefixes.append((place, bytes.dropLast(), child))
                }
                place = child
            }
        }
        self.tree = tree
        self.elements = elements
        self.prefixes = prefixes
    }

    /// Where reading ended.
    var at: Int { text.at }

    /// A capture of the element that was read last.
    @inline(__always)
    func capture(_ number: Int) -> Capture? {
        let found = captures[number]
        return found.stamp == stamp ? found : nil
    }

    /// Reads the object whose brace stands at `start`; fails where it is none.
    mutating func read(_ bytes: View<UInt8>, at start: Int) throws(LineFault) {
        if stamp == .max {
            for number in 0..<captures.count { captures[number] = Capture() }
            stamp = 0
        }
        stamp += 1
        touched.truncate(to: 0)
        text = JSONText(bytes: bytes, at: start)
        try object(0)
    }

    private mutating func object(_ index: Int) throws(LineFault) {
        text.at &+= 1
        text.skipSpace()
        if text.bytes[text.at] == UInt8(ascii: "}") {
            text.at &+= 1
            return
        }
        let scope = KeyMemory.scope(place: index, kind: 0)
        var token: Int32 = -1
        while true {
            text.skipSpace()
            let child = try key(under: index, scope: scope, after: &token)
            text.skipSpace()
            if child < 0 { try text.skipValue() } else { try value(child) }
            text.skipSpace()
            let byte = text.bytes[text.at]
            text.at &+= 1
            if byte == UInt8(ascii: "}") { return }
            guard byte == UInt8(ascii: ",") else {
                text.at &-= 1
                throw JSONText.malformed
            }
        }
    }

    private mutating func array(_ places: [Int32]) throws(LineFault) {
        text.at &+= 1
        text.skipSpace()
        if text.bytes[text.at] == UInt8(ascii: "]") {
            text.at &+= 1
            return
        }
        var index = 0
        while true {
            text.skipSpace()
            let child = index < places.count ? Int(places[index]) : -1
            if child < 0 { try text.skipValue() } else { try value(child) }
            index += 1
            text.skipSpace()
            let byte = text.bytes[text.at]
            text.at &+= 1
            if byte == UInt8(ascii: "]") { return }
            guard byte == UInt8(ascii: ",") else {
                text.at &-= 1
                throw JSONText.malformed
            }
        }
    }

    @inline(__always)
    private mutating func key(under parent: Int, scope: Int, after token: inout Int32) throws(LineFault) -> Int {
        let expected = keys.expected(after: token, in: scope)
        if let (length, place) = keys.match(expected, text.bytes, at: text.at) {
            text.at &+= length
            token = expected
            return place
        }
        return try unexpectedKey(under: parent, scope: scope, after: &token)
    }

    private mutating func unexpectedKey(
        under parent: Int, scope: Int, after token: inout Int32
    ) throws(LineFault) -> Int {
        let start = text.at
        guard text.bytes[start] == UInt8(ascii: "\"") else { throw JSONText.malformed }
        let key = try text.string()
        let isTight = text.bytes[text.at] == UInt8(ascii: ":")
        text.skipSpace()
        guard text.bytes[text.at] == UInt8(ascii: ":") else { throw JSONText.malformed }
        text.at &+= 1
        let inside = text.bytes[key.start..<key.end]
        let place = key.hasEscapes ? unescapedChild(of: parent, inside) : child(of: parent, inside)
        if isTight, !key.hasEscapes {
            token = keys.learn(text.bytes, start: start, end: text.at, scope: scope, place: place, after: token)
        }
        return place
    }

    @inline(never)
    private func unescapedChild(of parent: Int, _ key: View<UInt8>) -> Int {
        View.of(key.unescaped()) { child(of: parent, $0) }
    }

    private func child(of parent: Int, _ key: View<UInt8>) -> Int {
        let place = tree.child(of: parent, key)
        if place >= 0 || prefixes.isEmpty { return place }
        for entry in prefixes where entry.parent == parent && key.count >= entry.prefix.count {
            if key[0..<entry.prefix.count].copied == entry.prefix { return entry.place }
        }
        return -1
    }

    private mutating func value(_ index: Int) throws(LineFault) {
        let node = tree.node(index)
        if node.hasChildren || node.slot < 0 { forget(node) }
        let start = text.at
        var found = Capture()
        switch text.bytes[start] {
        case UInt8(ascii: "\""):
            let span = try text.string()
            found.kind = .string
            found.hasEscapes = span.hasEscapes
            return note(node, found, span.start, span.end)
        case UInt8(ascii: "{"):
            if node.hasChildren { try object(index) } else { try text.skipValue() }
            found.kind = .json
        case UInt8(ascii: "["):
            if elements[index].isEmpty { try text.skipValue() } else { try array(elements[index]) }
            found.kind = .json
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): found.kind = try text.number() ? .int : .double
        default: found.kind = try text.word()
        }
        note(node, found, start, text.at)
    }

    /// Where a line has a key twice the later one counts: what the earlier one left under it goes.
    private mutating func forget(_ node: ProjectionTree.Node) {
        let below = tree.slotsBelow(node)
        for place in 0..<below.count { captures[Int(below[place])].stamp = 0 }
    }

    @inline(__always)
    private mutating func note(_ node: ProjectionTree.Node, _ capture: Capture, _ start: Int, _ end: Int) {
        guard node.slot >= 0 else { return }
        let number = Int(node.slot)
        var found = capture
        found.start = UInt32(truncatingIfNeeded: start)
        found.end = UInt32(truncatingIfNeeded: end)
        found.stamp = stamp
        found.listed = stamp
        if captures[number].listed != stamp { touched.append(Int32(number)) }
        captures[number] = found
    }
}
