package import Storage

/// The pieces of which output lines are put together.
extension [UInt8] {
    /// Appends a word's 16 hexadecimal digits.
    package mutating func append(hex word: UInt64) {
        append((Self.hexDigits(word >> 32), Self.hexDigits(word & 0xFFFF_FFFF)))
    }

    /// The eight hexadecimal digits of a number below 2^32, the first in the lowest byte.
    private static func hexDigits(_ number: UInt64) -> UInt64 {
        var digits = (number << 16 | number) & 0x0000_FFFF_0000_FFFF
        digits = (digits << 8 | digits) & 0x00FF_00FF_00FF_00FF
        digits = (digits << 4 | digits) & 0x0F0F_0F0F_0F0F_0F0F
        // Those from 10 on carry into the upper half of their byte; letters stand 39 places behind what follows the 9.
        let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (digits &+ 0x3030_3030_3030_3030 &+ letters &* 39).byteSwapped
    }

    /// Appends a JSON string: the text in quotes, with quotes, backslashes and control characters escaped.
    package mutating func append(jsonString text: View<UInt8>) {
        append(UInt8(ascii: "\""))
        var start = 0
        var index = text.plainLength(from: 0)
        while index < text.count {
            let byte = text[index]
            defer { index = text.plainLength(from: index + 1) }
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

extension View<UInt8> {
    /// Where the next byte stands, from `start` on, that a JSON string escapes; or `count`.
    fileprivate func plainLength(from start: Int) -> Int {
        let low: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while index &+ 8 <= count {
            let bytes = word(at: index)
            let quote = bytes ^ (low &* 0x22)
            let slash = bytes ^ (low &* 0x5C)
            let found = ((quote &- low) & ~quote) | ((slash &- low) & ~slash) | ((bytes &- low &* 0x20) & ~bytes)
            if found & high != 0 { return index &+ (found & high).trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < count {
            let byte = self[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            index &+= 1
        }
        return count
    }
}
