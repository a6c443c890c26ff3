import Storage

/// One value of a configuration file, and where it stands.
package struct Node: Sendable {
    package enum Value: Sendable {
        case null
        case bool(Bool)
        /// A number without fraction and exponent that fits 64 bits.
        case integer(Int64)
        /// Any other number; `Infinity`, `NaN` and what is too large for a double included.
        case number(Double)
        case string(String)
        case list([Node])
        /// In the order written. Keys are unique: the parser drops a second one, and reports it.
        case object([Entry])
    }

    /// A key of an object and its value.
    package struct Entry: Sendable {
        package let key: String
        package let value: Node
        let source: SourceFile
        let start: Int

        /// Where the key stands.
        package var place: Place { source.place(at: start) }
    }

    package let value: Value
    let source: SourceFile
    /// The bytes of the file that spell the value.
    let range: Range<Int>

    /// Where the value begins; for a string, its quote.
    package var place: Place { source.place(at: range.lowerBound) }

    /// Where in the file the byte at `offset` of a string's decoded UTF-8 is written: the first column of its character
    /// or of the escape that stands for it. At the text's end, and beyond it, the closing quote. For a value that is
    /// no string, the value's own place.
    package func place(ofByte offset: Int) -> Place {
        guard case .string = value else { return place }
        var scanner = JSON5Text(source: source, quoteAt: range.lowerBound)
        var decoded = 0
        // The parser has read this text once without a fault, so the scan runs to its end.
        while let piece = try? scanner.next() {
            guard let scalar = piece.scalar else { continue }
            decoded += UTF8.width(scalar)
            if decoded > offset { return source.place(at: piece.start) }
        }
        return source.place(at: range.upperBound - 1)
    }
}

extension Node {
    /// The value in a few words, for messages: short values as they are written, long ones shortened.
    package var summary: String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer, .number: source.text(range.prefix(40))
        case .string(let text): Wording.quoted(text)
        case .list(let elements): elements.isEmpty ? "an empty list" : "a list"
        case .object: "an object"
        }
    }

    /// The value at some keys, one within the other; nil where there is none.
    func value(at keys: some Collection<String>) -> Node? {
        guard let key = keys.first else { return self }
        guard case .object(let entries) = value else { return nil }
        return entries.first { $0.key.isSame(as: key) }?.value.value(at: keys.dropFirst())
    }

    /// The value without comments, spaces and ways of writing: the same for values that mean the same.
    var canonical: String {
        switch value {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .string(let text): text.debugDescription
        case .list(let elements): "[" + elements.map(\.canonical).joined(separator: ",") + "]"
        case .object(let entries):
            "{" + entries.map { $0.key.debugDescription + ":" + $0.value.canonical }.joined(separator: ",") + "}"
        }
    }
}
