/// Numbers in decimal digits, as text is put together.
extension [UInt8] {
    /// Appends a finite number in the shortest form that reads back the same, with a fraction or an exponent, as its
    /// `description` has it.
    ///
    /// Prices and shares have few decimal places, and are quick to write: where a number is nearest to a count of
    /// hundredths, say, and that count has no more than 15 digits, no other text of as few digits reads back the same.
    public mutating func append(shortest number: Double) {
        let magnitude = number.magnitude
        if magnitude < 1e9, magnitude >= 0.001 || number == 0 {
            var places = 0
            var scale = 1.0
            while places <= 4 {
                let count = (magnitude * scale).rounded(.toNearestOrEven)
                if count / scale == magnitude {
                    return append(UInt64(count), places: places, isNegative: number.sign == .minus)
                }
                places += 1
                scale *= 10
            }
        }
        append(contentsOf: number.description.utf8)
    }

    /// Appends an integer's decimal digits.
    public mutating func append(decimal number: Int) {
        if number >= 0, number < 10 { return append(UInt8(truncatingIfNeeded: 0x30 + number)) }
        append(contentsOf: String(number).utf8)
    }

    /// Appends a count of units of so many decimal places, at most 14 digits: at least one before
    /// the point and one behind.
    private mutating func append(_ count: UInt64, places: Int, isNegative: Bool) {
        // The first character comes to lie in the lowest byte.
        var text: UInt128 = places == 0 ? 0x30 : 0
        var length = places == 0 ? 1 : 0
        var left = count
        for _ in 0..<places {
            text = text << 8 | UInt128(0x30 + left % 10)
            left /= 10
        }
        text = text << 8 | 0x2E
        length += places + 1
        repeat {
            text = text << 8 | UInt128(0x30 + left % 10)
            left /= 10
            length += 1
        } while left > 0
        if isNegative {
            text = text << 8 | 0x2D
            length += 1
        }
        unsafe Swift.withUnsafeBytes(of: text.littleEndian) {
            unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<length]))
        }
    }
}
