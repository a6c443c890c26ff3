/// Why a file is not JSON5, and the byte at which that shows.
struct SyntaxFault: Error {
    let offset: Int
    let message: String
}

/// A quoted string of JSON5, decoded one character after the other.
///
/// The parser uses it to read strings, and `Node.place(ofByte:)` to find the way back from the decoded text to the
/// file; that both walk the same way is what makes reported columns right.
struct JSON5Text {
    /// What the file says from `start` on: a character, or a line continuation, which stands for none.
    struct Piece {
        let start: Int
        let scalar: Unicode.Scalar?
    }

    private let source: SourceFile
    private let opening: Int
    private let quote: UInt8
    /// The next byte to be read; after the end, the byte behind the closing quote.
    private(set) var offset: Int

    /// `quoteAt` is the offset of the opening quote.
    init(source: SourceFile, quoteAt: Int) {
        self.source = source
        opening = quoteAt
        quote = source.bytes[quoteAt]
        offset = quoteAt + 1
    }

    /// The next piece, or nil when the closing quote was passed.
    mutating func next() throws(SyntaxFault) -> Piece? {
        let start = offset
        guard start < source.bytes.count else { throw unclosed("file") }
        switch source.bytes[start] {
        case quote:
            offset += 1
            return nil
        case 0x0A, 0x0D:
            throw unclosed("line")
        case UInt8(ascii: "\\"):
            offset += 1
            return Piece(start: start, scalar: try escape(at: start))
        default:
            let (scalar, length) = source.scalar(at: start)
            offset += length
            return Piece(start: start, scalar: scalar)
        }
    }

    private func unclosed(_ end: String) -> SyntaxFault {
        let mark = Wording.character(Unicode.Scalar(quote))
        return SyntaxFault(
            offset: opening,
            message: "the string is not closed before the end of its \(end); write the closing \(mark)")
    }

    private mutating func escape(at start: Int) throws(SyntaxFault) -> Unicode.Scalar? {
        guard offset < source.bytes.count else { throw unclosed("file") }
        let (scalar, length) = source.scalar(at: offset)
        offset += length
        switch scalar {
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0B}"
        case "x": return Unicode.Scalar(try hexadecimal(digits: 2, of: start)) ?? "\u{FFFD}"
        case "u": return try unicodeEscape(at: start)
        case "0" where !nextIsDigit: return "\0"
        case "0"..."9":
            throw SyntaxFault(
                offset: start,
                message: "there are no octal escapes; write a character by its number as \\x07 or \\u0007")
        case "\r":
            if offset < source.bytes.count, source.bytes[offset] == 0x0A { offset += 1 }
            return nil
        case "\n", "\u{2028}", "\u{2029}": return nil
        default: return scalar
        }
    }

    private var nextIsDigit: Bool {
        offset < source.bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(source.bytes[offset])
    }

    /// Behind `\u`: four digits, or a pair of escapes for a character beyond the basic plane.
    private mutating func unicodeEscape(at start: Int) throws(SyntaxFault) -> Unicode.Scalar {
        let unit = try hexadecimal(digits: 4, of: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let bytes = source.bytes
        let isPairStart =
            unit < 0xDC00 && offset + 1 < bytes.count && bytes[offset] == UInt8(ascii: "\\")
            && bytes[offset + 1] == UInt8(ascii: "u")
        if isPairStart {
            offset += 2
            let low = try hexadecimal(digits: 4, of: start)
            if (0xDC00...0xDFFF).contains(low) {
                return Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        throw SyntaxFault(
            offset: start,
            message:
                "\(source.text(start..<start + 6)) is half of a surrogate pair; write both halves, or the character")
    }

    private mutating func hexadecimal(digits: Int, of start: Int) throws(SyntaxFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard offset < source.bytes.count, let digit = Self.hexadecimalDigit(source.bytes[offset]) else {
                let shape = digits == 2 ? "\\x needs two" : "\\u needs four"
                throw SyntaxFault(
                    offset: start, message: "\(shape) hexadecimal digits; write a plain backslash as \\\\")
            }
            value = value << 4 | digit
            offset += 1
        }
        return value
    }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
