package import Storage

/// A point in event time: whole microseconds since 1970-01-01T00:00:00Z, within the years 0000 to 9999.
public struct Instant: Hashable, Comparable, BitwiseCopyable, Sendable {
    /// Since 1970-01-01T00:00:00Z; negative before.
    public var microseconds: Int64

    /// The instant so many microseconds after 1970-01-01T00:00:00Z.
    @inlinable @inline(__always) public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Before every time that an event can have.
    @inlinable public static var distantPast: Instant { @inline(__always) get { Instant(microseconds: .min) } }
    /// After every time that an event can have.
    @inlinable public static var distantFuture: Instant { @inline(__always) get { Instant(microseconds: .max) } }
    /// 0000-01-01T00:00:00Z.
    package static let earliest = Instant(microseconds: -62_167_219_200_000_000)
    /// The last microsecond of the year 9999.
    package static let latest = Instant(microseconds: 253_402_300_799_999_999)

    // All are written out: what the library makes of `<` is looked up as the program runs.
    /// Whether one is earlier than another.
    @inlinable @inline(__always)
    public static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }
    /// Whether one is later than another.
    @inlinable @inline(__always)
    public static func > (a: Instant, b: Instant) -> Bool { a.microseconds > b.microseconds }
    /// Whether one is not later than another.
    @inlinable @inline(__always)
    public static func <= (a: Instant, b: Instant) -> Bool { a.microseconds <= b.microseconds }
    /// Whether one is not earlier than another.
    @inlinable @inline(__always)
    public static func >= (a: Instant, b: Instant) -> Bool { a.microseconds >= b.microseconds }
    /// Whether both are the same.
    @inlinable @inline(__always)
    public static func == (a: Instant, b: Instant) -> Bool { a.microseconds == b.microseconds }

    /// The instant `microseconds` later, or the distant past or future where that leaves the range.
    @inlinable @inline(__always)
    public func advanced(by microseconds: Int64) -> Instant {
        let (sum, overflow) = self.microseconds.addingReportingOverflow(microseconds)
        if overflow { return microseconds < 0 ? .distantPast : .distantFuture }
        return Instant(microseconds: sum)
    }

    /// The microseconds from another instant to this one, or the most or the least that there are where it is more.
    @inlinable
    public func since(_ earlier: Instant) -> Int64 {
        let (span, overflow) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        return overflow ? (microseconds < 0 ? .min : .max) : span
    }
}

extension Instant {
    /// Reads the form that machines write, `2026-01-01T00:00:00.022Z`, in a few steps on whole words; nil for any other,
    /// which may still be a time.
    @inline(__always)
    init?(plainRFC3339 text: View<UInt8>) {
        guard text.count == 24 else { return nil }
        let date = text.word(at: 0)
        let middle = text.word(at: 8)
        let end = text.word(at: 16)
        // Digits stand where the mask is F0 and must be 3x; the other places are fixed.
        guard Instant.digits(date ^ 0x2D00_002D_0000_0000, at: 0x00FF_FF00_FFFF_FFFF),
            date & 0xFF00_00FF_0000_0000 == 0x2D00_002D_0000_0000,
            Instant.digits(middle, at: 0xFFFF_00FF_FF00_FFFF),
            middle & 0x0000_FF00_00FF_0000 == 0x0000_3A00_0054_0000,
            Instant.digits(end, at: 0x00FF_FFFF_00FF_FF00),
            end & 0xFF00_0000_FF00_00FF == 0x5A00_0000_2E00_003A
        else { return nil }
        let year = Instant.pair(date, 0) &* 100 &+ Instant.pair(date, 2)
        let month = Instant.pair(date, 5)
        let day = Instant.pair(middle, 0)
        let hour = Instant.pair(middle, 3)
        let minute = Instant.pair(middle, 6)
        let second = Instant.pair(end, 1)
        let fraction = Instant.digit(end, 4) &* 100 &+ Instant.pair(end, 5)
        guard month >= 1, month <= 12, day >= 1, day <= 28 || day <= Civil.daysInMonth(year: year, month: month),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Civil.days(year: year, month: month, day: day)
        let clock = (hour &* 60 &+ minute) &* 60 &+ second
        self.init(microseconds: Int64((days &* 86_400 &+ clock) &* 1000 &+ fraction) &* 1000)
    }

    /// The digit at a byte of a word, and the number that it and the next one make.
    @inline(__always)
    static func digit(_ word: UInt64, _ place: UInt64) -> Int { Int(truncatingIfNeeded: word &>> (place &* 8) & 15) }
    @inline(__always)
    static func pair(_ word: UInt64, _ place: UInt64) -> Int { digit(word, place) &* 10 &+ digit(word, place &+ 1) }

    /// Whether the bytes of `word` that `places` covers are all decimal digits.
    @inline(__always)
    static func digits(_ word: UInt64, at places: UInt64) -> Bool {
        let high: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
        let three: UInt64 = 0x3030_3030_3030_3030
        let six: UInt64 = 0x0606_0606_0606_0606
        return word & high & places == three & places && (word &+ six) & high & places == three & places
    }

    /// Reads an RFC 3339 time with any offset; a fraction is kept to the microsecond, further digits are dropped. The
    /// second 60 of a leap second is the first of the next minute. Nil for anything else, and for what its offset moves
    /// out of the years 0000 to 9999.
    package init?(rfc3339 text: View<UInt8>) {
        guard let written = Instant(unboundedRFC3339: text), written >= .earliest, written <= .latest else {
            return nil
        }
        self = written
    }

    /// The same, of whatever year it is in UTC.
    init?(unboundedRFC3339 text: View<UInt8>) {
        guard text.count >= 20, text.count <= 64, let clock = Instant.dateAndClock(text) else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if text[index] == UInt8(ascii: ".") {
            index += 1
            let first = index
            var scale: Int64 = 100_000
            while index < text.count, let digit = Instant.digit(text[index]) {
                fraction += digit * scale
                scale /= 10
                index += 1
            }
            if index == first { return nil }
        }
        guard index < text.count else { return nil }
        var offset: Int64 = 0
        switch text[index] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            guard index + 1 == text.count else { return nil }
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard index + 6 == text.count, text[index + 3] == UInt8(ascii: ":"),
                let hours = Instant.pair(text, index + 1), let minutes = Instant.pair(text, index + 4),
                hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (text[index] == UInt8(ascii: "-") ? -60 : 60)
        default: return nil
        }
        self.init(microseconds: (clock - offset) * 1_000_000 + fraction)
    }

    /// The seconds since 1970 of `YYYY-MM-DDTHH:MM:SS` at the beginning of `text`, taken as UTC.
    private static func dateAndClock(_ text: View<UInt8>) -> Int64? {
        guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), text[13] == UInt8(ascii: ":"),
            text[16] == UInt8(ascii: ":"), text[10] | 0x20 == UInt8(ascii: "t"),
            let century = pair(text, 0), let yearOfCentury = pair(text, 2), let month = pair(text, 5),
            let day = pair(text, 8), let hour = pair(text, 11), let minute = pair(text, 14),
            let second = pair(text, 17), month >= 1, month <= 12, day >= 1, hour < 24, minute < 60, second <= 60
        else { return nil }
        let year = Int(century * 100 + yearOfCentury)
        if day > 28, Int(day) > Civil.daysInMonth(year: year, month: Int(month)) { return nil }
        let days = Int64(Civil.days(year: year, month: Int(month), day: Int(day)))
        return days * 86_400 + hour * 3600 + minute * 60 + second
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> Int64? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? Int64(value) : nil
    }

    @inline(__always)
    private static func pair(_ text: View<UInt8>, _ index: Int) -> Int64? {
        guard let tens = digit(text[index]), let ones = digit(text[index + 1]) else { return nil }
        return tens * 10 + ones
    }
}
