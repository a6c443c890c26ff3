/// A word of the language.
enum Token: Equatable {
    case end
    case name(String)
    /// A field's name between backticks.
    case quotedName(String)
    case int(magnitude: UInt64)
    case uint(UInt64)
    case double(Double)
    case string([UInt8])
    case bytes([UInt8])
    /// An operator or a bracket.
    case mark(String)

    /// The token as a message shows it.
    var text: String {
        switch self {
        case .end: "the end"
        case .name(let name): "'\(name)'"
        case .quotedName(let name): "`\(name)`"
        case .int(let magnitude): "\(magnitude)"
        case .uint(let value): "\(value)u"
        case .double(let value): "\(value)"
        case .string: "a string"
        case .bytes: "bytes"
        case .mark(let mark): "'\(mark)'"
        }
    }
}

/// Takes the source apart into tokens, one at a time.
struct Lexer {
    let source: [UInt8]
    private(set) var position = 0

    init(_ source: [UInt8]) { self.source = source }

    private func byte(_ ahead: Int = 0) -> UInt8 {
        position + ahead < source.count ? source[position + ahead] : 0
    }

    private mutating func skipBlanks() {
        while position < source.count {
            switch source[position] {
            case 9, 10, 12, 13, 32:
                position += 1
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
                while position < source.count, source[position] != 10 { position += 1 }
            default:
                return
            }
        }
    }

    /// The next token and where it begins.
    mutating func next() throws(CompileFaults) -> (token: Token, offset: Int) {
        skipBlanks()
        let start = position
        guard position < source.count else { return (.end, start) }
        let first = source[position]
        if isDigit(first) || (first == UInt8(ascii: ".") && isDigit(byte(1))) { return (try number(), start) }
        if isQuote(first) { return (try string(prefix: 0), start) }
        if let prefix = literalPrefix() { return (try string(prefix: prefix), start) }
        if isNameStart(first) {
            while position < source.count, isNameStart(source[position]) || isDigit(source[position]) { position += 1 }
            return (.name(text(start..<position)), start)
        }
        if first == UInt8(ascii: "`") { return (try quotedName(), start) }
        return (try mark(), start)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: source[range], as: UTF8.self) }

    private func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }

    /// How many letters of a string prefix (r, b, br, rb in any case) stand before a quote here; nil where none do.
    private func literalPrefix() -> Int? {
        let first = byte() | 0x20
        let second = byte(1) | 0x20
        let (raw, bytes) = (UInt8(ascii: "r"), UInt8(ascii: "b"))
        if first == raw || first == bytes, isQuote(byte(1)) { return 1 }
        if (first == raw && second == bytes) || (first == bytes && second == raw), isQuote(byte(2)) { return 2 }
        return nil
    }

    private mutating func string(prefix: Int) throws(CompileFaults) -> Token {
        let start = position
        let letters = source[position..<position + prefix].map { $0 | 0x20 }
        position += prefix
        var literal = StringLiteral(
            source: source, position: position, start: start,
            isRaw: letters.contains(UInt8(ascii: "r")), isBytes: letters.contains(UInt8(ascii: "b")))
        try literal.read()
        position = literal.position
        return literal.isBytes ? .bytes(literal.content) : .string(literal.content)
    }

    private mutating func quotedName() throws(CompileFaults) -> Token {
        let start = position
        position += 1
        while position < source.count, isNameStart(byte()) || isDigit(byte()) || "./- ".utf8.contains(byte()) {
            position += 1
        }
        guard byte() == UInt8(ascii: "`"), position > start + 1 else {
            throw CompileFaults("a name between backticks has letters, digits and ./- only, and ends with `", at: start)
        }
        position += 1
        return .quotedName(text(start + 1..<position - 1))
    }

    private mutating func mark() throws(CompileFaults) -> Token {
        for mark in ["&&", "||", "==", "!=", "<=", ">="] where source[position...].starts(with: mark.utf8) {
            position += 2
            return .mark(mark)
        }
        let scalar = source[position]
        if "<>!+-*/%?:.,()[]{}".utf8.contains(scalar) {
            position += 1
            return .mark(String(UnicodeScalar(scalar)))
        }
        let remedy: String =
            switch scalar {
            case UInt8(ascii: "="): "; equality is '=='"
            case UInt8(ascii: "&"): "; 'and' is '&&'"
            case UInt8(ascii: "|"): "; 'or' is '||'"
            default: ""
            }
        if scalar < 0x80 { throw CompileFaults("unexpected '\(UnicodeScalar(scalar))'\(remedy)", at: position) }
        throw CompileFaults(
            "a letter that is not ASCII outside a string; a field of such a name is written x['name']", at: position)
    }

    private mutating func number() throws(CompileFaults) -> Token {
        let start = position
        if byte() == UInt8(ascii: "0"), byte(1) | 0x20 == UInt8(ascii: "x"), isHex(byte(2)) {
            position += 2
            let digits = position
            while isHex(byte()) { position += 1 }
            return try whole(digits..<position, radix: 16, start)
        }
        while isDigit(byte()) { position += 1 }
        let digits = start..<position
        var isDouble = false
        if byte() == UInt8(ascii: "."), isDigit(byte(1)) {
            isDouble = true
            position += 1
            while isDigit(byte()) { position += 1 }
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            let signed = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
            if isDigit(byte(signed ? 2 : 1)) {
                isDouble = true
                position += signed ? 2 : 1
                while isDigit(byte()) { position += 1 }
            }
        }
        guard isDouble else { return try whole(digits, radix: 10, start) }
        guard let value = Double(text(start..<position)) else {
            throw CompileFaults("\(text(start..<position)) is not a number", at: start)
        }
        return .double(value)
    }

    private mutating func whole(_ digits: Range<Int>, radix: Int, _ start: Int) throws(CompileFaults) -> Token {
        guard let value = UInt64(text(digits), radix: radix) else {
            throw CompileFaults("\(text(digits)) does not fit 64 bits", at: start)
        }
        if byte() | 0x20 == UInt8(ascii: "u") {
            position += 1
            return .uint(value)
        }
        return .int(magnitude: value)
    }
}

func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

func isNameStart(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == 0x5F }

/// The value of a hexadecimal digit; nil for any other byte.
func hexDigit(_ byte: UInt8) -> UInt32? {
    if isDigit(byte) { return UInt32(byte - 0x30) }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? UInt32(letter) + 10 : nil
}
