import Storage

/// One value of a configuration file, and where it stands.
package struct Node: Sendable {
    /// What was written, without what it means.
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
    /// A number that is not negative as a fraction, exactly as it is written: of a whole and a power of ten with so many
    /// digits at most. Nil for all others.
    func decimal(digits most: Int) -> (numerator: UInt64, denominator: UInt64)? {
        if case .integer(let whole) = value { return whole < 0 ? nil : (UInt64(whole), 1) }
        guard case .number = value else { return nil }
        var (numerator, places, exponent) = (UInt64(0), 0, 0)
        var isFraction = false
        let text = source.bytes[range].drop { $0 == UInt8(ascii: "+") }
        for (index, byte) in zip(text.indices, text) {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (product, isTooLarge) = numerator.multipliedReportingOverflow(by: 10)
                if isTooLarge || product > UInt64.max - 9 { return nil }
                numerator = product + UInt64(byte - UInt8(ascii: "0"))
                if isFraction { places += 1 }
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard let power = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) else { return nil }
                exponent = power
                return scaled(numerator, places - exponent, most)
            default: return nil
            }
        }
        return scaled(numerator, places, most)
    }

    /// A whole divided by a power of ten.
    private func scaled(_ number: UInt64, _ places: Int, _ most: Int) -> (numerator: UInt64, denominator: UInt64)? {
        var (number, places) = (number, places)
        while places > 0, number.isMultiple(of: 10), number > 0 { (number, places) = (number / 10, places - 1) }
        if number == 0 { return (0, 1) }
        while places < 0 {
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            if isTooLarge { return nil }
            (number, places) = (product, places + 1)
        }
        guard places <= most else { return nil }
        return (number, (0..<places).reduce(UInt64(1)) { power, _ in power * 10 })
    }

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
