import Storage

/// Reads times as the programs of the world write them.
enum TimeReading {
    /// Whether a number reads as a time, and which.
    enum Result {
        case time(Instant)
        /// A time outside the years 0000 to 9999.
        case outside
        case none
    }

    /// Reads a JSON number, or a text of digits, as a time since 1970.
    static func number(_ text: View<UInt8>, _ unit: TimePlaces.Unit) -> Result {
        if unit == .rfc3339 { return .none }
        guard let number = Decimal(text) else { return .none }
        let power: Int
        switch unit {
        case .seconds: power = 6
        case .milliseconds: power = 3
        case .microseconds: power = 0
        case .nanoseconds: power = -3
        case .auto, .rfc3339:
            let size = number.magnitude
            power = size < 1e11 ? 6 : size < 1e14 ? 3 : size < 1e17 ? 0 : -3
        }
        guard let microseconds = number.whole(timesTenTo: power) else { return .outside }
        let time = Instant(microseconds: microseconds)
        return time >= .earliest && time <= .latest ? .time(time) : .outside
    }

    /// Reads a text: RFC 3339 with its common deviations, or digits.
    /// - Parameter local: the seconds since 1970 for what a clock shows, where the text names no zone.
    static func text(_ text: View<UInt8>, _ unit: TimePlaces.Unit, local: (Int64) -> Int64?) -> Result {
        if let time = Instant(plainRFC3339: text) ?? Instant(rfc3339: text) { return .time(time) }
        if unit != .rfc3339, text.count > 0, text.count <= 40, Decimal(text) != nil { return number(text, unit) }
        guard let clock = LooseTime(text) else {
            return Instant(unboundedRFC3339: text) == nil ? .none : .outside
        }
        guard let seconds = clock.offset.map({ clock.seconds - $0 }) ?? local(clock.seconds) else { return .none }
        let time = Instant(microseconds: seconds * 1_000_000 + clock.fraction)
        return time >= .earliest && time <= .latest ? .time(time) : .outside
    }

    /// A decimal number: digits and a power of ten.
    private struct Decimal {
        var digits: UInt64 = 0
        var power = 0
        var isNegative = false
        var isTooLarge = false

        /// Reads a JSON number; nil for anything else. Leading zeros are let pass, as texts have them.
        init?(_ text: View<UInt8>) {
            var index = 0
            if index < text.count, text[index] == UInt8(ascii: "-") {
                isNegative = true
                index += 1
            }
            let first = index
            var isFraction = false
            var count = 0
            while index < text.count {
                let byte = text[index]
                if byte == UInt8(ascii: "."), !isFraction, index > first {
                    isFraction = true
                } else if byte &- UInt8(ascii: "0") < 10 {
                    count += 1
                    add(byte &- UInt8(ascii: "0"), isFraction: isFraction)
                } else {
                    break
                }
                index += 1
            }
            guard count > 0, text[index - 1] != UInt8(ascii: ".") else { return nil }
            if index == text.count { return }
            guard text[index] | 0x20 == UInt8(ascii: "e") else { return nil }
            index += 1
            var isDown = false
            if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
                isDown = text[index] == UInt8(ascii: "-")
                index += 1
            }
            var exponent = 0
            guard index < text.count else { return nil }
            while index < text.count {
                guard text[index] &- UInt8(ascii: "0") < 10 else { return nil }
                exponent = min(exponent * 10 + Int(text[index] &- UInt8(ascii: "0")), 10_000)
                index += 1
            }
            power += isDown ? -exponent : exponent
        }

        private mutating func add(_ digit: UInt8, isFraction: Bool) {
            let (product, overflows) = digits.multipliedReportingOverflow(by: 10)
            let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
            if overflows || carries {
                // Of a fraction nobody needs so much.
                if !isFraction { isTooLarge = true }
                return
            }
            digits = sum
            if isFraction { power -= 1 }
        }

        var magnitude: Double {
            var size = isTooLarge ? .infinity : Double(digits)
            var left = min(abs(power), 400)
            while left > 0 {
                size = power > 0 ? size * 10 : size / 10
                left -= 1
            }
            return size
        }

        /// The number times a power of ten, rounded down; nil where that leaves 64 bits.
        func whole(timesTenTo more: Int) -> Int64? {
            if isTooLarge { return nil }
            var left = power + more
            var value = digits
            var isCut = false
            while left > 0, value > 0 {
                let (product, overflows) = value.multipliedReportingOverflow(by: 10)
                if overflows { return nil }
                value = product
                left -= 1
            }
            while left < 0, value > 0 {
                if value % 10 != 0 { isCut = true }
                value /= 10
                left += 1
            }
            guard let whole = Int64(exactly: value) else { return nil }
            return isNegative ? -whole - (isCut ? 1 : 0) : whole
        }
    }
}

/// A date and a clock with what RFC 3339 does not allow and people write: a blank for the `T`, no zone, `+0100`, one digit
/// for a month or day, no seconds, no clock at all.
private struct LooseTime {
    /// What the clock shows, in seconds since its 1970.
    var seconds: Int64 = 0
    /// Microseconds.
    var fraction: Int64 = 0
    /// Seconds to the east; nil where the text names no zone.
    var offset: Int64?

    private var index = 0
    private let text: View<UInt8>

    init?(_ text: View<UInt8>) {
        self.text = text
        guard text.count >= 8, text.count <= 64, let year = number(4...4), take("-"), let month = number(1...2),
            take("-"),
            let day = number(1...2), month >= 1, month <= 12, day >= 1,
            day <= Civil.daysInMonth(year: year, month: month)
        else { return nil }
        seconds = Int64(Civil.days(year: year, month: month, day: day)) * 86_400
        if index == text.count { return }
        guard take("T") || take("t") || take(" "), clock() else { return nil }
        _ = take(" ")
        guard zone(), index == text.count else { return nil }
    }

    private mutating func clock() -> Bool {
        guard let hour = number(1...2), take(":"), let minute = number(2...2), hour < 24, minute < 60 else {
            return false
        }
        var second = 0
        if take(":") {
            guard let found = number(2...2), found <= 60 else { return false }
            second = found
            if take(".") || take(",") {
                var scale: Int64 = 100_000
                let first = index
                while index < text.count, text[index] &- UInt8(ascii: "0") < 10 {
                    fraction += Int64(text[index] &- UInt8(ascii: "0")) * scale
                    scale /= 10
                    index += 1
                }
                if index == first { return false }
            }
        }
        seconds += Int64(hour * 3600 + minute * 60 + second)
        return true
    }

    private mutating func zone() -> Bool {
        if index == text.count { return text[index - 1] != UInt8(ascii: " ") }
        if take("Z") || take("z") {
            offset = 0
            return true
        }
        if take("U") {
            offset = 0
            return take("T") && take("C")
        }
        let isWest = take("-")
        guard isWest || take("+"), let hours = number(2...2), hours < 24 else { return false }
        _ = take(":")
        var minutes = 0
        if index < text.count {
            guard let found = number(2...2), found < 60 else { return false }
            minutes = found
        }
        offset = Int64(hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
        return true
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard index < text.count, UInt32(text[index]) == sign.value else { return false }
        index += 1
        return true
    }

    private mutating func number(_ counts: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while index < text.count, count < counts.upperBound, text[index] &- UInt8(ascii: "0") < 10 {
            value = value * 10 + Int(text[index] &- UInt8(ascii: "0"))
            index += 1
            count += 1
        }
        return count >= counts.lowerBound ? value : nil
    }
}
