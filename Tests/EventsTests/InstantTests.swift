import Storage
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
    func refuses(text: String) { #expect(read(text) == nil) }
}
