/// Reads one string or bytes literal: quotes of one or three, escapes unless raw.
struct StringLiteral {
    let source: [UInt8]
    var position: Int
    let start: Int
    let isRaw: Bool
    let isBytes: Bool
    private(set) var content: [UInt8] = []

    init(source: [UInt8], position: Int, start: Int, isRaw: Bool, isBytes: Bool) {
        self.source = source
        self.position = position
        self.start = start
        self.isRaw = isRaw
        self.isBytes = isBytes
    }

    /// Reads from the opening to behind the closing quote.
    mutating func read() throws(CompileFaults) {
        let quote = source[position]
        let isLong = startsTriple(quote)
        position += isLong ? 3 : 1
        while true {
            guard position < source.count else {
                throw CompileFaults("a string that begins here has no end", at: start)
            }
            let byte = source[position]
            if byte == quote, !isLong || startsTriple(quote) {
                position += isLong ? 3 : 1
                return
            }
            if !isLong, byte == 10 || byte == 13 {
                throw CompileFaults("a string in single quotation marks ends on its line; use three", at: start)
            }
            if byte == UInt8(ascii: "\\"), !isRaw {
                try escape()
            } else {
                content.append(byte)
                position += 1
            }
        }
    }

    private func startsTriple(_ quote: UInt8) -> Bool {
        position + 2 < source.count && source[position] == quote && source[position + 1] == quote
            && source[position + 2] == quote
    }

    private mutating func escape() throws(CompileFaults) {
        let begin = position
        guard position + 1 < source.count else {
            throw CompileFaults("a string that begins here has no end", at: start)
        }
        let letter = source[position + 1]
        position += 2
        switch letter {
        case UInt8(ascii: "a"): content.append(7)
        case UInt8(ascii: "b"): content.append(8)
        case UInt8(ascii: "f"): content.append(12)
        case UInt8(ascii: "n"): content.append(10)
        case UInt8(ascii: "r"): content.append(13)
        case UInt8(ascii: "t"): content.append(9)
        case UInt8(ascii: "v"): content.append(11)
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            content.append(letter)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            try append(digits: 2, begin)
        case UInt8(ascii: "u") where !isBytes:
            try append(digits: 4, begin)
        case UInt8(ascii: "U") where !isBytes:
            try append(digits: 8, begin)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            position -= 1
            try append(octal: begin)
        default:
            throw CompileFaults("unknown escape in a string; a backslash itself is written \\\\", at: begin)
        }
    }

    private mutating func append(digits count: Int, _ begin: Int) throws(CompileFaults) {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard position < source.count, let digit = hexDigit(source[position]) else {
                throw CompileFaults("this escape takes \(count) hexadecimal digits", at: begin)
            }
            value = value << 4 | digit
            position += 1
        }
        try append(value, begin)
    }

    private mutating func append(octal begin: Int) throws(CompileFaults) {
        var value: UInt32 = 0
        for _ in 0..<3 {
            guard position < source.count, source[position] &- 0x30 < 8 else {
                throw CompileFaults("this escape takes three octal digits", at: begin)
            }
            value = value << 3 | UInt32(source[position] - 0x30)
            position += 1
        }
        try append(value, begin)
    }

    /// In bytes an escape is a byte, in a string a code point.
    private mutating func append(_ value: UInt32, _ begin: Int) throws(CompileFaults) {
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: value))
        } else if let scalar = UnicodeScalar(value) {
            content.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
        } else {
            throw CompileFaults("this escape names no character", at: begin)
        }
    }
}
