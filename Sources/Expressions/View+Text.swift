import Storage

extension View where Element == UInt8 {
    /// Negative, zero or positive, as this is before, the same as or after the other, by bytes. For UTF-8 that is the
    /// order of the code points.
    func order(against other: View<UInt8>) -> Int {
        if precedesBytewise(other) { return -1 }
        return holdsSameBytes(as: other) ? 0 : 1
    }

    /// Whether the bytes of `part` stand at `position`.
    func has(_ part: View<UInt8>, at position: Int) -> Bool {
        guard position >= 0, position + part.count <= count else { return false }
        return self[position..<position + part.count].holdsSameBytes(as: part)
    }

    /// How many bytes the code point that begins with this byte has.
    static func width(_ lead: UInt8) -> Int {
        switch lead {
        case 0..<0x80: 1
        case 0..<0xE0: 2
        case 0..<0xF0: 3
        default: 4
        }
    }

    /// How many code points there are; the bytes are UTF-8. Bytes that continue a code point begin with the bits 10;
    /// they are counted eight at a time.
    var codePointCount: Int {
        var continuations = 0
        var index = 0
        while index + 8 <= count {
            let word = word(at: index)
            continuations += (word >> 7 & ~(word >> 6) & 0x0101_0101_0101_0101).nonzeroBitCount
            index += 8
        }
        while index < count {
            if self[index] & 0xC0 == 0x80 { continuations += 1 }
            index += 1
        }
        return count - continuations
    }

    /// Where the code point of that number begins; `count` for the one behind the last; nil beyond.
    func position(ofCodePoint number: Int) -> Int? {
        guard number >= 0, number <= count else { return nil }
        var position = 0
        for _ in 0..<number {
            guard position < count else { return nil }
            position += View.width(self[position])
        }
        return Swift.min(position, count)
    }

    /// The code point at a position, and its width in bytes. Malformed bytes read as U+FFFD, one byte wide.
    func codePoint(at position: Int) -> (scalar: UInt32, width: Int) {
        let lead = self[position]
        if lead < 0x80 { return (UInt32(lead), 1) }
        let width = View.width(lead)
        guard lead >= 0xC2, position + width <= count else { return (0xFFFD, 1) }
        var scalar = UInt32(lead) & (width == 2 ? 0x1F : width == 3 ? 0x0F : 0x07)
        for index in 1..<width {
            let next = self[position + index]
            guard next & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            scalar = scalar << 6 | UInt32(next & 0x3F)
        }
        let least: UInt32 = width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000
        guard scalar >= least, UnicodeScalar(scalar) != nil else { return (0xFFFD, 1) }
        return (scalar, width)
    }

    /// Whether all of the bytes are well-formed UTF-8.
    var isUTF8: Bool {
        var position = 0
        while position < count {
            if self[position] < 0x80 {
                position += 1
                continue
            }
            let (_, width) = codePoint(at: position)
            if width == 1 { return false }
            position += width
        }
        return true
    }
}

extension [UInt8] {
    /// Appends a code point in UTF-8.
    mutating func append(scalar: UInt32) {
        switch scalar {
        case 0..<0x80:
            append(UInt8(scalar))
        case 0..<0x800:
            append(UInt8(0xC0 | scalar >> 6))
            append(UInt8(0x80 | scalar & 0x3F))
        case 0..<0x10000:
            append(UInt8(0xE0 | scalar >> 12))
            append(UInt8(0x80 | scalar >> 6 & 0x3F))
            append(UInt8(0x80 | scalar & 0x3F))
        default:
            append(UInt8(0xF0 | scalar >> 18 & 0x07))
            append(UInt8(0x80 | scalar >> 12 & 0x3F))
            append(UInt8(0x80 | scalar >> 6 & 0x3F))
            append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}
