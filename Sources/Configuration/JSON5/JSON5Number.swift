/// A number of JSON5: decimal or hexadecimal, with a sign, a leading or trailing decimal point, `Infinity`, `NaN`.
struct JSON5Number {
    private let source: SourceFile
    private let start: Int
    /// The next byte to be read; afterwards, the byte behind the number.
    private(set) var offset: Int

    init(source: SourceFile, at start: Int) {
        self.source = source
        self.start = start
        offset = start
    }

    private var byte: UInt8? { offset < source.bytes.count ? source.bytes[offset] : nil }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    mutating func read() throws(SyntaxFault) -> Node.Value {
        let isNegative = byte == UInt8(ascii: "-")
        if isNegative || byte == UInt8(ascii: "+") { offset += 1 }
        if take(word: "Infinity") { return .number(isNegative ? -.infinity : .infinity) }
        if take(word: "NaN") { return .number(.nan) }
        let first = offset
        if source.bytes[offset...].starts(with: "0x".utf8) || source.bytes[offset...].starts(with: "0X".utf8) {
            offset += 2
            return try hexadecimal(isNegative: isNegative)
        }
        let whole = takeDigits()
        if whole > 1, source.bytes[first] == UInt8(ascii: "0") {
            let rest = source.text(first..<offset).drop { $0 == "0" }
            throw fault("a number does not begin with 0; write \(rest.isEmpty ? "0" : Wording.shortened(String(rest)))")
        }
        var isWhole = true
        var fraction = 0
        if byte == UInt8(ascii: ".") {
            isWhole = false
            offset += 1
            fraction = takeDigits()
        }
        guard whole + fraction > 0 else { throw digitsMissing("a number needs digits") }
        if let mark = byte, mark | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            offset += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { offset += 1 }
            guard takeDigits() > 0 else { throw digitsMissing("an exponent needs digits") }
        }
        let text = (isNegative ? "-" : "") + source.text(first..<offset)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        return .number(Double(text) ?? Self.double(pointed: text))
    }

    /// A point without digits before or behind it, for which `Double` need not have an answer.
    private static func double(pointed text: String) -> Double {
        let filled = text.split(separator: ".", omittingEmptySubsequences: false)
        guard filled.count == 2 else { return .nan }
        let whole = filled[0].isEmpty || filled[0] == "-" ? "\(filled[0])0" : String(filled[0])
        let startsWithDigit = filled[1].first?.isNumber ?? false
        return Double("\(whole).\(startsWithDigit ? "" : "0")\(filled[1])") ?? .nan
    }

    private mutating func hexadecimal(isNegative: Bool) throws(SyntaxFault) -> Node.Value {
        let first = offset
        var magnitude: UInt64? = 0
        var double = 0.0
        while let byte, let digit = JSON5Text.hexadecimalDigit(byte) {
            magnitude = magnitude.flatMap { $0 >> 60 == 0 ? $0 << 4 | UInt64(digit) : nil }
            double = double * 16 + Double(digit)
            offset += 1
        }
        guard offset > first else { throw digitsMissing("0x needs hexadecimal digits") }
        if let magnitude {
            if isNegative, magnitude <= Int64.min.magnitude {
                return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
            }
            if !isNegative, let integer = Int64(exactly: magnitude) { return .integer(integer) }
        }
        return .number(isNegative ? -double : double)
    }

    private mutating func takeDigits() -> Int {
        let first = offset
        while let byte, Self.digits.contains(byte) { offset += 1 }
        return offset - first
    }

    private mutating func take(word: String) -> Bool {
        guard source.bytes[offset...].starts(with: word.utf8) else { return false }
        offset += word.utf8.count
        return true
    }

    private func fault(_ message: String) -> SyntaxFault {
        SyntaxFault(offset: start, message: message)
    }

    private func digitsMissing(_ message: String) -> SyntaxFault {
        SyntaxFault(offset: offset, message: "\(message), found \(Wording.found(in: source, at: offset))")
    }
}
