import Events
package import Storage

/// The members of an output line: where each key's value stands in it.
///
/// Lines are journeyd's own and so of a known form: one JSON object without blanks between its parts, keys without
/// escapes. A line that is not of that form has no members from there on. Valid for as long as the line is in place.
/// Cost: one pass over the line.
package struct LineFields {
    private let line: View<UInt8>
    private var members: [(key: Range<Int>, value: Range<Int>)] = []

    /// The members of a line, with or without its line's end.
    package init(_ line: View<UInt8>) {
        self.line = line
        guard line.count > 1, line[0] == UInt8(ascii: "{") else { return }
        var index = 1
        while let key = string(at: index), key.upperBound + 1 < line.count, line[key.upperBound] == UInt8(ascii: ":") {
            let start = key.upperBound + 1
            let end = valueEnd(from: start)
            guard end > start else { return }
            members.append((key.lowerBound + 1..<key.upperBound - 1, start..<end))
            guard end < line.count, line[end] == UInt8(ascii: ",") else { return }
            index = end + 1
        }
    }

    /// The value under a key, as JSON; nil where the line does not have it.
    package subscript(key: String) -> View<UInt8>? {
        for member in members where member.key.count == key.utf8.count {
            var place = member.key.lowerBound
            if key.utf8.allSatisfy({ byte in
                defer { place += 1 }
                return line[place] == byte
            }) {
                return line[member.value]
            }
        }
        return nil
    }

    /// The text under a key; nil where it is absent or no text.
    package func text(_ key: String) -> String? {
        guard let value = self[key], value.count >= 2, value[0] == UInt8(ascii: "\"") else { return nil }
        return String(decoding: value[1..<value.count - 1].unescaped(), as: UTF8.self)
    }

    /// The value under a key as people read it: text without its quotes, anything else as JSON.
    package func shown(_ key: String) -> String? { text(key) ?? self[key]?.text }

    /// The string that begins at `index`, quotes included.
    private func string(at index: Int) -> Range<Int>? {
        guard index < line.count, line[index] == UInt8(ascii: "\"") else { return nil }
        var end = index + 1
        while end < line.count {
            switch line[end] {
            case UInt8(ascii: "\""): return index..<end + 1
            case UInt8(ascii: "\\"): end += 2
            default: end += 1
            }
        }
        return nil
    }

    /// Where the value that begins at `start` ends: before the comma or bracket that is not its own.
    private func valueEnd(from start: Int) -> Int {
        var depth = 0
        var index = start
        while index < line.count {
            switch line[index] {
            case UInt8(ascii: "\""):
                guard let inner = string(at: index) else { return start }
                index = inner.upperBound
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return index }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return index
            default: break
            }
            index += 1
        }
        return start
    }
}
