import Storage

/// Times as text, of any instant that there is: what a local clock shows, and what a limit moves, may lie outside the years
/// that RFC 3339 can say.
extension Instant {
    /// Appends the time as RFC 3339 in UTC, with milliseconds, or with microseconds where there are any. A year outside
    /// 0000 to 9999 has a sign, as in ISO 8601.
    package func append(to output: inout [UInt8]) {
        let (seconds, fraction) = Instant.floorDivided(microseconds, by: 1_000_000)
        if fraction % 1000 == 0, self >= .earliest, self <= .latest {
            return output.append(plainTime(seconds, Int(fraction / 1000)))
        }
        output.append(clock: Int(seconds))
        output.append(UInt8(ascii: "."))
        if fraction % 1000 == 0 {
            output.append(decimal: Int(fraction / 1000), digits: 3)
        } else {
            output.append(decimal: Int(fraction), digits: 6)
        }
        output.append(UInt8(ascii: "Z"))
    }

    /// The time with milliseconds, of a year that four digits say: three words of eight characters.
    private func plainTime(_ seconds: Int64, _ milliseconds: Int) -> (UInt64, UInt64, UInt64) {
        let (days, clock) = Instant.floorDivided(seconds, by: 86_400)
        let date = Civil.date(days: Int(days))
        let time = Int(clock)
        let minutes = time / 60
        // `2026-01-`, `31T12:00` and `:00.123Z`, the first character in the lowest byte.
        let year = Instant.digits(date.year / 100) | Instant.digits(date.year % 100) << 16
        let month = 0x2D00_002D_0000_0000 | year | Instant.digits(date.month) << 40
        let hour = Instant.digits(date.day) | Instant.digits(minutes / 60) << 24 | Instant.digits(minutes % 60) << 48
        let fraction = UInt64(0x30 + milliseconds / 100) << 32 | Instant.digits(milliseconds % 100) << 40
        let second = 0x5A00_0000_2E00_003A | Instant.digits(time - minutes * 60) << 8 | fraction
        return (month, 0x0000_3A00_0054_0000 | hour, second)
    }

    /// The two digits of a number below 100, the first in the lower byte.
    private static func digits(_ number: Int) -> UInt64 {
        let tens = number / 10
        return UInt64(truncatingIfNeeded: 0x3030 + tens + (number - tens * 10) << 8)
    }

    /// The quotient rounded down, and what is left: never less than 0. `divisor` is greater than 0.
    package static func floorDivided(_ number: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC.
    public var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Appends what a clock shows so many seconds after its 1970 began: `2026-01-31T12:00:00`.
    package mutating func append(clock seconds: Int) {
        let (days, time) = Instant.floorDivided(Int64(seconds), by: 86_400)
        let date = Civil.date(days: Int(days))
        append(year: date.year)
        append(UInt8(ascii: "-"))
        append(decimal: date.month, digits: 2)
        append(UInt8(ascii: "-"))
        append(decimal: date.day, digits: 2)
        append(UInt8(ascii: "T"))
        append(decimal: Int(time) / 3600, digits: 2)
        append(UInt8(ascii: ":"))
        append(decimal: Int(time) / 60 % 60, digits: 2)
        append(UInt8(ascii: ":"))
        append(decimal: Int(time) % 60, digits: 2)
    }

    /// Appends a year in four digits, with a sign and perhaps more of them where four cannot say it.
    private mutating func append(year: Int) {
        if (0...9999).contains(year) { return append(decimal: year, digits: 4) }
        append(UInt8(ascii: year < 0 ? "-" : "+"))
        append(decimal: Int(year.magnitude), digits: Swift.max(4, String(year.magnitude).utf8.count))
    }

    /// Appends so many digits of a number that is not negative, with leading zeros.
    package mutating func append(decimal number: Int, digits: Int) {
        var scale = 1
        for _ in 1..<digits { scale *= 10 }
        while scale > 0 {
            append(UInt8(ascii: "0") + UInt8(number / scale % 10))
            scale /= 10
        }
    }
}
