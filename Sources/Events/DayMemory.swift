import Storage

/// The day that was read last, so that times of the same one need no calendar.
struct DayMemory: BitwiseCopyable {
    /// `2026-01-` and the two digits of the day, as words; no text has these at first.
    private var month = UInt64.max
    private var day = UInt64.max
    /// When it begins, in milliseconds since 1970.
    private var begin = 0

    /// Reads a time as `Instant(plainRFC3339:)` does.
    @inline(__always)
    mutating func time(_ text: View<UInt8>) -> Instant? {
        guard text.count == 24 else { return nil }
        let middle = text.word(at: 8)
        let end = text.word(at: 16)
        if text.word(at: 0) == month, middle & 0xFFFF == day,
            Instant.digits(middle, at: 0xFFFF_00FF_FF00_0000),
            middle & 0x0000_FF00_00FF_0000 == 0x0000_3A00_0054_0000,
            Instant.digits(end, at: 0x00FF_FFFF_00FF_FF00),
            end & 0xFF00_0000_FF00_00FF == 0x5A00_0000_2E00_003A
        {
            let hour = Instant.pair(middle, 3)
            let minute = Instant.pair(middle, 6)
            let second = Instant.pair(end, 1)
            let fraction = Instant.digit(end, 4) &* 100 &+ Instant.pair(end, 5)
            guard hour < 24, minute < 60, second < 60 else { return nil }
            let clock = (hour &* 60 &+ minute) &* 60 &+ second
            return Instant(microseconds: Int64(begin &+ clock &* 1000 &+ fraction) &* 1000)
        }
        return learn(text)
    }

    @inline(never)
    private mutating func learn(_ text: View<UInt8>) -> Instant? {
        guard let time = Instant(plainRFC3339: text) else { return nil }
        month = text.word(at: 0)
        day = text.word(at: 8) & 0xFFFF
        begin = Int(Instant.floorDivided(time.microseconds, by: 86_400_000_000).quotient) &* 86_400_000
        return time
    }
}
