import Storage

/// Numbers from text and into text.
enum NumberText {
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The number that JSON text is. Short decimals, nearly all there are, take the exact way of one multiplication or
    /// division of two numbers that a double holds exactly.
    static func json(_ text: View<UInt8>) -> Value? {
        var index = 0
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var fraction = 0
        var isWhole = true
        while index < text.count {
            let byte = text[index]
            if isDigit(byte) {
                digits += 1
                if digits <= 18 { mantissa = mantissa * 10 + UInt64(byte - 0x30) }
                if !isWhole { fraction += 1 }
            } else if byte == UInt8(ascii: "."), isWhole {
                isWhole = false
            } else {
                return double(text).map { .double($0) }
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        if digits <= 18 {
            if isWhole { return .int(isNegative ? -Int64(mantissa) : Int64(mantissa)) }
            if mantissa <= 1 << 53, fraction <= 22 {
                let value = Double(mantissa) / powersOfTen[fraction]
                return .double(isNegative ? -value : value)
            }
        }
        if isWhole {
            if let value = Int64(text.text) { return .int(value) }
            if let value = UInt64(text.text) { return .uint(value) }
        }
        return double(text).map { .double($0) }
    }

    /// A decimal number, or `NaN`, `Inf`, `Infinity` in any case.
    static func double(_ text: View<UInt8>) -> Double? {
        guard !text.isEmpty, text.count <= 1000 else { return nil }
        var index = text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") ? 1 : 0
        guard index < text.count else { return nil }
        if !isDigit(text[index]), text[index] != UInt8(ascii: ".") {
            let isNegative = text[0] == UInt8(ascii: "-")
            switch text[index..<text.count].text.lowercased() {
            case "nan" where index == 0: return .nan
            case "inf", "infinity": return isNegative ? -.infinity : .infinity
            default: return nil
            }
        }
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
                UInt8(ascii: "+"), UInt8(ascii: "-"):
                index += 1
            default: return nil
            }
        }
        return Double(text.text)
    }

    /// A whole number with an optional sign.
    static func whole<T: FixedWidthInteger>(_ text: View<UInt8>) -> T? {
        text.isEmpty || text.count > 64 ? nil : T(text.text)
    }

    /// The shortest text that reads back the same, with no fraction where there is none.
    static func shortest(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

/// A double's exact decimal digits, for rounding to a number of places without error.
struct ExactDecimal {
    /// The digits, most significant first, without leading zeros; empty for zero.
    private(set) var digits: [UInt8] = []
    /// How many of the digits stand before the decimal point; negative where zeros follow it first.
    private(set) var point = 0

    /// `value` is finite; its sign is left out.
    init(_ value: Double) {
        guard value != 0 else { return }
        let significand = value.significandBitPattern
        let isSubnormal = value.exponentBitPattern == 0
        let mantissa = isSubnormal ? significand : significand | 1 << 52
        let exponent = (isSubnormal ? 1 : Int(value.exponentBitPattern)) - 1075
        // The number is mantissa × 2^exponent; for a negative exponent that is mantissa × 5^-exponent × 10^exponent.
        var limbs: [UInt64] = [mantissa % 1_000_000_000, mantissa / 1_000_000_000]
        ExactDecimal.multiply(&limbs, by: exponent < 0 ? 5 : 2, times: abs(exponent))
        for limb in limbs.reversed() {
            var rest = limb
            var nine = [UInt8](repeating: 0, count: 9)
            for index in (0..<9).reversed() {
                nine[index] = UInt8(rest % 10)
                rest /= 10
            }
            digits += nine
        }
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        point = digits.count + min(exponent, 0)
    }

    private static func multiply(_ limbs: inout [UInt64], by factor: UInt64, times: Int) {
        let step = factor == 5 ? 12 : 29
        var left = times
        while left > 0 {
            let count = min(left, step)
            var power: UInt64 = 1
            for _ in 0..<count { power *= factor }
            var carry: UInt64 = 0
            for index in limbs.indices {
                let product = limbs[index] * power + carry
                limbs[index] = product % 1_000_000_000
                carry = product / 1_000_000_000
            }
            while carry > 0 {
                limbs.append(carry % 1_000_000_000)
                carry /= 1_000_000_000
            }
            left -= count
        }
    }

    /// Keeps `count` digits, rounding to the nearest and halves to the even.
    mutating func round(toDigits count: Int) {
        guard count < digits.count else { return }
        guard count >= 0 else {
            digits = []
            return
        }
        let next = digits[count]
        let isExactHalf = next == 5 && digits[(count + 1)...].allSatisfy { $0 == 0 }
        let roundsUp = next > 5 || (next == 5 && (!isExactHalf || (count > 0 && digits[count - 1] % 2 == 1)))
        digits.removeLast(digits.count - count)
        guard roundsUp else { return }
        var index = count - 1
        while index >= 0, digits[index] == 9 {
            digits[index] = 0
            index -= 1
        }
        if index >= 0 {
            digits[index] += 1
        } else {
            digits.insert(1, at: 0)
            point += 1
        }
    }

    /// With `places` digits after the point.
    mutating func fixed(places: Int) -> String {
        round(toDigits: point + places)
        var result = ""
        for position in min(0, point - 1)..<point where position >= 0 || position == point - 1 {
            result += digit(position)
        }
        if point <= 0 { result = "0" }
        if places > 0 {
            result += "."
            for position in point..<point + places { result += digit(position) }
        }
        return result
    }

    /// With one digit before the point, `places` after it, and an exponent of at least two digits.
    mutating func scientific(places: Int) -> String {
        let isZero = digits.isEmpty
        round(toDigits: places + 1)
        var result = digit(0)
        if places > 0 {
            result += "."
            for position in 1...places { result += digit(position) }
        }
        let exponent = isZero ? 0 : point - 1
        let magnitude = String(abs(exponent))
        return result + "e" + (exponent < 0 ? "-" : "+") + (magnitude.count < 2 ? "0" : "") + magnitude
    }

    private func digit(_ position: Int) -> String {
        position >= 0 && position < digits.count ? String(digits[position]) : "0"
    }
}
