import Storage

/// Reads JSON text that was validated before: it trusts the form but never reads outside it, and answers nil or false
/// where the form is not as promised.
struct JSONReader {
    let text: View<UInt8>
    var position = 0
    /// Where the next backslash stands, as far as it was looked for: it is never before a place not yet read.
    private var nextEscape = -1

    init(_ text: View<UInt8>) { self.text = text }

    private var byte: UInt8 { position < text.count ? text[position] : 0 }

    mutating func skipBlanks() {
        while position < text.count {
            switch text[position] {
            case 9, 10, 13, 32: position += 1
            default: return
            }
        }
    }

    /// Whether nothing but blanks is left.
    var isAtEnd: Bool {
        mutating get {
            skipBlanks()
            return position >= text.count
        }
    }

    /// Takes the mark if it comes next. Text that ends too early counts as any end, so that loops over it end.
    mutating func take(_ mark: UInt8) -> Bool {
        skipBlanks()
        guard position < text.count else { return mark == UInt8(ascii: "}") || mark == UInt8(ascii: "]") }
        guard text[position] == mark else { return false }
        position += 1
        return true
    }

    /// The next value; objects and arrays as JSON. Nil where there is none.
    mutating func value(_ scratch: inout Scratch) -> Value? {
        skipBlanks()
        let start = position
        switch byte {
        case UInt8(ascii: "\""):
            return string(&scratch)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return skip() ? .json(text[start..<position]) : nil
        case UInt8(ascii: "t"): return word("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return word("false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return word("null") ? .null : nil
        default: return number()
        }
    }

    private mutating func word(_ word: String) -> Bool {
        for expected in word.utf8 {
            guard byte == expected else { return false }
            position += 1
        }
        return true
    }

    /// Passes over the next value.
    mutating func skip() -> Bool {
        skipBlanks()
        var depth = 0
        repeat {
            switch byte {
            case UInt8(ascii: "\""):
                guard rawString() != nil else { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
                if depth < 0 { return false }
            default:
                guard position < text.count else { return false }
                let start = position
                while position < text.count, !isEnd(text[position]) { position += 1 }
                if position == start { position += 1 }
            }
        } while depth > 0
        return true
    }

    private func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "["), UInt8(ascii: "]"), 9, 10, 13, 32:
            true
        default: false
        }
    }

    /// The string between the quotes as it stands, and whether it has escapes.
    private mutating func rawString() -> (text: View<UInt8>, hasEscapes: Bool)? {
        guard byte == UInt8(ascii: "\"") else { return nil }
        position += 1
        let start = position
        if nextEscape < start { nextEscape = text.firstIndex(of: UInt8(ascii: "\\"), from: start) }
        var end = text.firstIndex(of: UInt8(ascii: "\""), from: start)
        let hasEscapes = nextEscape < end
        while nextEscape < end {
            // What follows a backslash is not an end.
            let next = min(nextEscape + 2, text.count)
            if end < next { end = text.firstIndex(of: UInt8(ascii: "\""), from: next) }
            nextEscape = text.firstIndex(of: UInt8(ascii: "\\"), from: next)
        }
        position = min(end + 1, text.count)
        return end < text.count ? (text[start..<end], hasEscapes) : nil
    }

    private mutating func string(_ scratch: inout Scratch) -> Value? {
        guard let (raw, hasEscapes) = rawString() else { return nil }
        if !hasEscapes { return .string(raw) }
        guard let view = scratch.copy(unescaped(raw)) else { return .error(.tooMuchMemory) }
        return .string(view)
    }

    /// Whether the next string, an object's key, is `name`; passes over it.
    mutating func key(is name: View<UInt8>, _ scratch: inout Scratch) -> Bool? {
        skipBlanks()
        guard let (raw, hasEscapes) = rawString() else { return nil }
        if !hasEscapes { return raw.holdsSameBytes(as: name) }
        let plain = unescaped(raw)
        guard plain.count == name.count else { return false }
        for index in 0..<name.count where plain[index] != name[index] { return false }
        return true
    }

    private func unescaped(_ raw: View<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\"), index + 1 < raw.count else {
                result.append(raw[index])
                index += 1
                continue
            }
            let letter = raw[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "b"): result.append(8)
            case UInt8(ascii: "f"): result.append(12)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "u"): result.append(scalar: codePoint(raw, &index))
            default: result.append(letter)
            }
        }
        return result
    }

    /// The code point of `\uXXXX`, of two such where they are a surrogate pair. A lone half reads as U+FFFD.
    private func codePoint(_ raw: View<UInt8>, _ index: inout Int) -> UInt32 {
        guard let first = unit(raw, index) else { return 0xFFFD }
        index += 4
        if first & 0xFC00 == 0xD800, index + 1 < raw.count, raw[index] == UInt8(ascii: "\\"),
            raw[index + 1] == UInt8(ascii: "u"), let second = unit(raw, index + 2), second & 0xFC00 == 0xDC00
        {
            index += 6
            return 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
        }
        return first & 0xF800 == 0xD800 ? 0xFFFD : first
    }

    private func unit(_ raw: View<UInt8>, _ index: Int) -> UInt32? {
        guard index + 4 <= raw.count else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = hexDigit(raw[index + offset]) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    /// A number: an int where it has neither fraction nor exponent and fits, otherwise a double.
    private mutating func number() -> Value? {
        let start = position
        while position < text.count, !isEnd(text[position]) { position += 1 }
        return NumberText.json(text[start..<position])
    }
}
