package import Storage

/// The pieces of which output lines are put together.
extension [UInt8] {
    /// Appends a word's 16 hexadecimal digits.
    package mutating func append(hex word: UInt64) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: word >> shift & 15)
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Appends an integer's decimal digits.
    package mutating func append(decimal number: Int) {
        append(contentsOf: String(number).utf8)
    }

    /// Appends a JSON string: the text in quotes, with quotes, backslashes and control characters escaped.
    package mutating func append(jsonString text: View<UInt8>) {
        append(UInt8(ascii: "\""))
        var start = 0
        for index in 0..<text.count {
            let byte = text[index]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
            append(text[start..<index])
            start = index + 1
            append(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
            case 0x08: append(UInt8(ascii: "b"))
            case 0x09: append(UInt8(ascii: "t"))
            case 0x0A: append(UInt8(ascii: "n"))
            case 0x0C: append(UInt8(ascii: "f"))
            case 0x0D: append(UInt8(ascii: "r"))
            default:
                append(plain: "u00")
                append(byte < 16 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
                let low = byte & 15
                append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
            }
        }
        append(text[start..<text.count])
        append(UInt8(ascii: "\""))
    }

    /// Appends a JSON string.
    package mutating func append(jsonString text: String) {
        let bytes = [UInt8](text.utf8)
        View.of(bytes) { append(jsonString: $0) }
    }
}
