import Storage
import Testing

@testable import Events

/// Times as people write them.
@Suite struct TimeReadingTests {
    private func read(_ text: String, _ unit: TimePlaces.Unit = .auto, isNumber: Bool = false) -> String {
        let bytes = Array(text.utf8)
        let result = View.of(bytes) { view in
            isNumber
                ? TimeReading.number(view, unit) : TimeReading.text(view, unit, local: { $0 - 3600 })
        }
        switch result {
        case .time(let time): return "\(time)"
        case .outside: return "outside"
        case .none: return "none"
        }
    }

    @Test(arguments: [
        ("0", "1970-01-01T00:00:00.000Z"), ("1767610815", "2026-01-05T11:00:15.000Z"),
        ("1767610815.2129999", "2026-01-05T11:00:15.212999Z"), ("99999999999", "5138-11-16T09:46:39.000Z"),
        ("1767610815230", "2026-01-05T11:00:15.230Z"), ("1767610815230.5", "2026-01-05T11:00:15.230500Z"),
        ("1767610815230123", "2026-01-05T11:00:15.230123Z"), ("1767610815230123999", "2026-01-05T11:00:15.230123Z"),
        ("-1.5", "1969-12-31T23:59:58.500Z"), ("-0.0000001", "1969-12-31T23:59:59.999999Z"),
        ("1.767610815e9", "2026-01-05T11:00:15.000Z"), ("1e400", "outside"), ("99999999999999999999", "outside"),
        ("1e-400", "1970-01-01T00:00:00.000Z"), ("-62167219201", "outside"),
    ])
    func readsNumbersByTheirSize(_ text: String, _ wanted: String) {
        #expect(read(text, isNumber: true) == wanted)
        #expect(read(text) == wanted)
    }

    @Test func readsNumbersInUnitsThatAreSaid() {
        #expect(read("1767610815", .milliseconds, isNumber: true) == "1970-01-21T11:00:10.815Z")
        #expect(read("1767610815", .seconds, isNumber: true) == "2026-01-05T11:00:15.000Z")
        #expect(read("5", .nanoseconds, isNumber: true) == "1970-01-01T00:00:00.000Z")
        #expect(read("5", .microseconds, isNumber: true) == "1970-01-01T00:00:00.000005Z")
        #expect(read("5", .rfc3339, isNumber: true) == "none" && read("5", .rfc3339) == "none")
    }

    @Test(arguments: [
        ("2026-01-05T11:00:15.230Z", "2026-01-05T11:00:15.230Z"), ("2026-01-05 11:00:15", "2026-01-05T10:00:15.000Z"),
        ("2026-1-5 9:05:00", "2026-01-05T08:05:00.000Z"), ("2026-01-05T11:00:15+0100", "2026-01-05T10:00:15.000Z"),
        ("2026-01-05T11:00:15+01", "2026-01-05T10:00:15.000Z"), ("2026-01-05 11:00:15 UTC", "2026-01-05T11:00:15.000Z"),
        ("2026-01-05 11:00:15.1234567 -0230", "2026-01-05T13:30:15.123456Z"),
        ("2026-01-05", "2026-01-04T23:00:00.000Z"),
        ("2026-01-05 11:00", "2026-01-05T10:00:00.000Z"), ("2026-02-29 11:00", "none"), ("2026-01-05 25:00", "none"),
        ("2026-01-05 11:00:15 ", "none"), ("2026-01-05T", "none"), ("", "none"), ("05.01.2026", "none"),
        ("2026-01-05 11:00:15.", "none"), ("9999-12-31T23:59:59-01:00", "outside"), ("12a", "none"), ("-", "none"),
    ])
    func readsTextsNearRFC3339(_ text: String, _ wanted: String) { #expect(read(text) == wanted) }
}
