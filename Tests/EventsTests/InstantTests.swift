import Storage
import TestSupport
import Testing

@testable import Events

@Suite struct InstantTests {
    private func read(_ text: String) -> Instant? { View.of([UInt8](text.utf8)) { Instant(rfc3339: $0) } }

    private func write(_ time: Instant) -> String {
        var output: [UInt8] = []
        time.append(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
        ("2026-01-01t01:30:00.5+01:30", "2026-01-01T00:00:00.500Z"),
        ("2026-01-01T00:00:00.1234567-00:01", "2026-01-01T00:01:00.123456Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("2024-02-29T12:00:00z", "2024-02-29T12:00:00.000Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
    ])
    func readsAndWrites(text: String, written: String) throws {
        #expect(write(try #require(read(text))) == written)
    }

    @Test(arguments: [
        "2026-01-01T00:00:00.022Z", "2024-02-29T23:59:59.999Z", "0001-01-01T01:02:03.004Z", "2023-02-29T00:00:00.000Z",
        "2026-01-01t00:00:00.000Z", "2026-1A-01T00:00:00.000Z", "2026-01-01T00:00:0:.000Z", "2026-01-01T24:00:00.000Z",
        "2026-00-01T00:00:00.000Z", "2026-01-00T00:00:00.000Z", "2026-01-01T00:00:60.000Z", "20260-01-01T00:00:00.00Z",
        "9999-12-31T23:59:59.999Z", "2026-01-01T00:00:00.0000", "2026/01/01T00:00:00.000Z", "2026-01-01T00:00:00.00ZZ",
    ])
    func readsThePlainFormAsAnyOther(text: String) {
        let plain = View.of([UInt8](text.utf8)) { Instant(plainRFC3339: $0) }
        #expect(plain == nil || plain == read(text))
        if text.hasSuffix("Z"), text.contains("T"), let full = read(text), !text.contains(":60") {
            #expect(plain == full)
        }
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+0100", "2026-01-01 00:00:00Z", "2026-1-01T00:00:00Z",
        "2026-01-01T00:00:00ZZ", "0000-01-01T00:00:00+00:01", "+2026-01-01T00:00:00Z",
    ])
    func refusesWhatIsNoTime(text: String) { #expect(read(text) == nil) }

    @Test(arguments: [
        (Int64.min, "-290308-12-21T19:59:05.224192Z"), (.max, "+294247-01-10T04:00:54.775807Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (-62_167_219_200_000_001, "-0001-12-31T23:59:59.999999Z"),
        (253_402_300_800_000_000, "+10000-01-01T00:00:00.000Z"),
    ])
    func writesTimesThatFourDigitsCannotSay(microseconds: Int64, written: String) {
        #expect(write(Instant(microseconds: microseconds)) == written)
    }

    /// The same counted day by day, from the beginning of the year in which the time lies.
    private func naive(_ time: Instant) -> String {
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && year % 100 != 0 || year % 400 == 0 }
        let microsecondsOfDay: Int64 = 86_400_000_000
        var day = time.microseconds / microsecondsOfDay
        var rest = time.microseconds % microsecondsOfDay
        if rest < 0 { (day, rest) = (day - 1, rest + microsecondsOfDay) }
        var year: Int64 = 1970
        // Whole turns of the calendar, of 400 years, then single years.
        year += day / 146_097 * 400
        day %= 146_097
        while day < 0 {
            year -= 1
            day += isLeap(year) ? 366 : 365
        }
        while day >= (isLeap(year) ? 366 : 365) {
            day -= isLeap(year) ? 366 : 365
            year += 1
        }
        var month = 0
        let lengths: [Int64] = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        while day >= lengths[month] {
            day -= lengths[month]
            month += 1
        }
        let isPlain = (0...9999).contains(year)
        let yearText = (isPlain ? "" : year < 0 ? "-" : "+") + padded(Int64(year.magnitude), 4)
        let (seconds, fraction) = (rest / 1_000_000, rest % 1_000_000)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        let fractionText = fraction % 1000 == 0 ? padded(fraction / 1000, 3) : padded(fraction, 6)
        return "\(yearText)-\(padded(Int64(month) + 1, 2))-\(padded(day + 1, 2))T\(clock).\(fractionText)Z"
    }

    @Test func writesAnyInstantAsTheCalendarSays() {
        var random = SeededNumbers(seed: 20_261)
        for round in 0..<4000 {
            let bits = random.next()
            // All magnitudes: the whole range, and what lies near the borders of the years with four digits.
            let near = [Instant.earliest, .latest, Instant(microseconds: 0)][round % 3].microseconds
            let time = Instant(
                microseconds: round % 2 == 0
                    ? Int64(bitPattern: bits) >> Int64(round % 40)
                    : near &+ Int64(bitPattern: bits) >> Int64(16 + round % 40))
            #expect(write(time) == naive(time))
            if time >= .earliest, time <= .latest { #expect(read(write(time)) == time) }
        }
    }

    @Test func spansEndWhereTheRangeDoes() {
        #expect(Instant.distantFuture.since(.distantPast) == .max)
        #expect(Instant.distantPast.since(.distantFuture) == .min)
        #expect(Instant(microseconds: 5).since(Instant(microseconds: 7)) == -2)
    }
}
