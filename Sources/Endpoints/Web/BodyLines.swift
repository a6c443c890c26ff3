import HTTP
package import Storage

/// Makes lines of a body: one for each event.
///
/// A body is lines already, or an array, whose elements become lines, or one object, which may take several lines. Blank
/// lines are left out, so that the lines' places are the events'. What is wrong about an element stays wrong about its
/// line and nothing else; of an array that does not end, what is there is taken, and its end is a line that is no event.
package struct BodyLines {
    private let body: View<UInt8>
    private let block: ByteBlock
    /// How many lines were made.
    private var count = 0

    /// Appends the lines of a body to a block.
    /// - Parameter isLines: whether the body is said to be lines, whatever it looks like.
    /// - Returns: how many there are.
    package static func append(_ body: View<UInt8>, isLines: Bool, to block: ByteBlock) -> Int {
        var lines = BodyLines(body: body[body.lengthOfByteOrderMark..<body.count], block: block)
        lines.make(isLines)
        return lines.count
    }

    private init(body: View<UInt8>, block: ByteBlock) { (self.body, self.block) = (body, block) }

    private mutating func make(_ isLines: Bool) {
        let start = firstInk(from: 0)
        guard start < body.count else { return }
        if !isLines, body[start] == UInt8(ascii: "[") {
            makeElements(from: start + 1)
        } else if !isLines, body[start] == UInt8(ascii: "{"), let end = endOfValue(from: start),
            firstInk(from: end) == body.count
        {
            appendFlat(start..<end)
        } else {
            makeLines()
        }
    }

    private mutating func makeLines() {
        var start = 0
        while start < body.count {
            let end = body.firstIndex(of: Ascii.lineFeed, from: start)
            let ink = firstInk(from: start)
            if ink < end {
                block.append(body[start..<end])
                block.append(Ascii.lineFeed)
                count += 1
            }
            // Blank lines in a row are passed over at once.
            start = max(end + 1, ink > end ? min(ink, body.count) : 0)
        }
    }

    /// The elements of an array from behind its bracket on.
    private mutating func makeElements(from first: Int) {
        var index = firstInk(from: first)
        if index < body.count, body[index] == UInt8(ascii: "]") { return makeRest(from: index + 1) }
        while true {
            let start = index
            let (end, isWhole) = endOfElement(from: start)
            if firstInk(from: start) < end {
                appendFlat(start..<end)
            } else if end < body.count {
                // Nothing between two commas.
                appendNoEvent()
            }
            guard end < body.count else {
                if isWhole { appendNoEvent() }
                return
            }
            if body[end] == UInt8(ascii: "]") { return makeRest(from: end + 1) }
            index = end + 1
        }
    }

    /// What stands behind an array belongs to nothing.
    private mutating func makeRest(from start: Int) {
        let ink = firstInk(from: start)
        if ink < body.count { appendFlat(ink..<body.count) }
    }

    /// A line that is refused in the place of something that is missing.
    private mutating func appendNoEvent() {
        block.append([UInt8(ascii: ","), Ascii.lineFeed])
        count += 1
    }

    /// Appends text as one line. A line's end within a string, which must not be there, becomes another character that
    /// must not.
    private mutating func appendFlat(_ range: Range<Int>) {
        var start = firstInk(from: range.lowerBound)
        var isInString = false
        var quoted = start
        while start < range.upperBound {
            let end = min(body.firstIndex(of: Ascii.lineFeed, from: start), range.upperBound)
            block.append(body[start..<end])
            if end < range.upperBound {
                while quoted < end {
                    if isInString, body[quoted] == UInt8(ascii: "\\") {
                        quoted += 1
                    } else if body[quoted] == UInt8(ascii: "\"") {
                        isInString.toggle()
                    }
                    quoted += 1
                }
                block.append(isInString ? Ascii.tab : Ascii.space)
            }
            start = end + 1
        }
        block.append(Ascii.lineFeed)
        count += 1
    }

    // MARK: Where things end

    private func firstInk(from start: Int) -> Int {
        var index = start
        while index < body.count, body[index] <= Ascii.space,
            [Ascii.space, Ascii.tab, Ascii.lineFeed, Ascii.carriageReturn].contains(body[index])
        {
            index += 1
        }
        return index
    }

    /// Where an object or array ends that begins there; nil where it does not.
    private func endOfValue(from start: Int) -> Int? {
        var scan = Nesting()
        for index in start..<body.count {
            scan.take(body[index])
            if scan.depth == 0, !scan.isInString { return index + 1 }
        }
        return nil
    }

    /// Where the comma or bracket stands that ends an element, and whether nothing within it is unfinished there.
    private func endOfElement(from start: Int) -> (end: Int, isWhole: Bool) {
        var scan = Nesting()
        var index = start
        while index < body.count {
            let byte = body[index]
            if scan.depth == 0, !scan.isInString, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") { break }
            scan.take(byte)
            index += 1
        }
        return (index, scan.depth == 0 && !scan.isInString)
    }

    /// Whether an object has a key, which is written without escapes.
    static func hasKey(_ key: String, in object: [UInt8]) -> Bool {
        var scan = Nesting()
        var start: Int?
        for (index, byte) in object.enumerated() {
            let was = scan.isInString
            scan.take(byte)
            if !was, scan.isInString, scan.depth == 1 { start = index + 1 }
            guard was, !scan.isInString, scan.depth == 1, let first = start else { continue }
            start = nil
            let next = object[(index + 1)...].first { $0 > Ascii.space }
            if next == UInt8(ascii: ":"), object[first..<index].elementsEqual(key.utf8) { return true }
        }
        return false
    }

    /// How deep in objects and arrays a text has come.
    private struct Nesting {
        var depth = 0
        var isInString = false
        private var isEscaped = false

        mutating func take(_ byte: UInt8) {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                return
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
            default: break
            }
        }
    }
}
