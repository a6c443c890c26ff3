/// A bare word of JSON5: a key without quotes, or `true`, `null` and their like. Characters as in ECMAScript 5.1, with
/// `\u` escapes.
struct JSON5Name {
    private let source: SourceFile
    /// The next byte to be read; afterwards, the byte behind the name.
    private(set) var offset: Int

    init(source: SourceFile, at offset: Int) {
        self.source = source
        self.offset = offset
    }

    static func begins(in source: SourceFile, at offset: Int) -> Bool {
        guard offset < source.bytes.count else { return false }
        let scalar = source.scalar(at: offset).scalar
        return scalar == "\\" || isStart(scalar)
    }

    mutating func read() throws(SyntaxFault) -> String {
        var text = ""
        while offset < source.bytes.count {
            let start = offset
            var (scalar, length) = source.scalar(at: offset)
            let isEscaped = scalar == "\\"
            if isEscaped { (scalar, length) = (try escaped(at: start), 6) }
            let fits = text.isEmpty ? Self.isStart(scalar) : Self.isPart(scalar)
            if !fits {
                guard isEscaped else { break }
                throw SyntaxFault(
                    offset: start,
                    message: "\(source.text(start..<start + 6)) cannot stand in a bare key; put the key in quotes")
            }
            text.unicodeScalars.append(scalar)
            offset += length
        }
        return text
    }

    private func escaped(at start: Int) throws(SyntaxFault) -> Unicode.Scalar {
        let digits = source.bytes[min(start + 2, source.bytes.count)..<min(start + 6, source.bytes.count)]
        var value: UInt32 = 0
        for byte in digits { value = value << 4 | (JSON5Text.hexadecimalDigit(byte) ?? 0xFFFF) }
        let isEscape = digits.count == 4 && source.bytes[start + 1] == UInt8(ascii: "u")
        guard isEscape, digits.allSatisfy({ JSON5Text.hexadecimalDigit($0) != nil }), let scalar = Unicode.Scalar(value)
        else {
            throw SyntaxFault(
                offset: start,
                message: "in a bare key a backslash begins an escape such as \\u0061; put the key in quotes")
        }
        return scalar
    }

    static func isStart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || scalar == "$"
        }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber: true
        default: false
        }
    }

    static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        if isStart(scalar) || ("0"..."9").contains(scalar) { return true }
        if scalar.isASCII { return false }
        return switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: true
        default: scalar == "\u{200C}" || scalar == "\u{200D}"
        }
    }

    static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\u{0B}", "\u{0C}", "\u{A0}", "\u{FEFF}": true
        case _ where isLineEnd(scalar): true
        default: !scalar.isASCII && scalar.properties.generalCategory == .spaceSeparator
        }
    }
}
