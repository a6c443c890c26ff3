import Events
import Storage
import TestSupport
import Testing

/// What is said of lines and times that are almost right.
@Suite struct AdviceTests {
    @Test(arguments: [
        (
            "2026-01-01 10:00:00",
            "it wants a T between date and time and a zone (Z, or as +02:00); write 2026-01-01T10:00:00Z"
        ),
        ("2026-01-01T10:00:00", "it wants a zone (Z, or as +02:00); write 2026-01-01T10:00:00Z"),
        ("2026-01-01 10:00:00+02:00", "it wants a T between date and time; write 2026-01-01T10:00:00+02:00"),
        ("2026-01-01T10:00:00.5+0200", "it wants a colon in the zone; write 2026-01-01T10:00:00.5+02:00"),
        ("2026-01-01T10:00:00-05", "it wants a colon in the zone; write 2026-01-01T10:00:00-05:00"),
        ("2026-01-01T10:00:00,25Z", "it wants a point before the fraction; write 2026-01-01T10:00:00.25Z"),
        ("2026-01-01", "it wants a time of day and a zone; write 2026-01-01T00:00:00Z"),
        (
            "2026/1/2 9:05",
            "it wants hyphens in the date, two digits for month and day, a T between date and time, "
                + "two digits for the hour, seconds and a zone (Z, or as +02:00); write 2026-01-02T09:05:00Z"
        ),
        ("20260101T100000Z", "it wants hyphens in the date and colons in the time; write 2026-01-01T10:00:00Z"),
        ("2026-01-01 10:00:00 UTC", "it wants a T between date and time and the zone as Z; write 2026-01-01T10:00:00Z"),
        (" 2026-01-01T10:00:00Z", "it wants no blanks around it; write 2026-01-01T10:00:00Z"),
        ("2026-02-30T00:00:00Z", "that month has 28 days; write it as 2026-01-31T08:00:00Z"),
        ("2026-13-01T00:00:00Z", "there is no month 13; write it as 2026-01-31T08:00:00Z"),
        ("2026-01-01T24:00:00Z", "a day has the hours 00 to 23; write it as 2026-01-31T08:00:00Z"),
        (
            "1767225600",
            "milliseconds since 1970 are a number without quotes; write 1767225600000, or a time as 2026-01-31T08:00:00Z"
        ),
        (
            "1767225600000",
            "milliseconds since 1970 are a number without quotes; write 1767225600000, or a time as 2026-01-31T08:00:00Z"
        ),
        ("yesterday", "write it as 2026-01-31T08:00:00Z"), ("", "write it as 2026-01-31T08:00:00Z"),
        ("01/02/2026 10:00", "write it as 2026-01-31T08:00:00Z"),
        ("Thu, 01 Jan 2026 10:00:00 GMT", "write it as 2026-01-31T08:00:00Z"),
        ("2026", "write it as 2026-01-31T08:00:00Z"), ("2026-01-01T", "write it as 2026-01-31T08:00:00Z"),
    ])
    func theRemedyOfATime(_ text: String, _ remedy: String) {
        #expect(TimeAdvice.remedy(for: Array(text.utf8)) == remedy)
    }

    private func time(_ text: String) -> Instant? { View.of(Array(text.utf8)) { Instant(rfc3339: $0) } }

    /// Whatever a text is like, what is advised can be read.
    @Test func whatIsAdvisedIsATime() {
        var numbers = SeededNumbers(seed: 7)
        func random(_ most: Int) -> Int { numbers.below(most) }
        let pieces = [
            "2026", "-", "01", "31", "1", " ", "T", "10", ":", "59", "00", ".5", "Z", "+02", "+0230", "/", "9", "0",
            "24",
        ]
        for _ in 0..<20_000 {
            var text = "20" + pieces[random(pieces.count)]
            for _ in 0..<random(14) { text += pieces[random(pieces.count)] }
            let remedy = TimeAdvice.remedy(for: Array(text.utf8))
            guard remedy.hasPrefix("it wants"), let advised = remedy.split(separator: " ").last else { continue }
            #expect(time(String(advised)) != nil, "\(text): \(remedy)")
            #expect(time(text) == nil, "\(text): \(remedy)")
        }
    }

    @Test(arguments: [
        (#"{"userId":"u1","event":"e"}"#, "customer_id", "userId"), (#"{"user_id":7}"#, "customer_id", "user_id"),
        (#"{"user":{"id":1},"customerId":"c"}"#, "customer_id", "customerId"),
        (#"{"user":{"id":1}}"#, "customer_id", nil),
        (#"{"anonymousId":"a","userId":null}"#, "customer_id", "anonymousId"),
        (#"{"name":"x","event_type":"y"}"#, "event", "event_type"), (#"{"Type":"x"}"#, "event", "Type"),
        (#"{"@timestamp":"2026-01-01T00:00:00Z"}"#, "timestamp", "@timestamp"),
        (#"{"properties":{"ts":1},"created_at":"x"}"#, "timestamp", "created_at"),
        (#"{"a":[{"b":1}],"ts":-1}"#, "timestamp", "ts"),
        (#"{"cust\u006fmerId":"c"}"#, "customer_id", "customerId"), ("{", "event", nil), ("", "event", nil),
        (#"{"a":"#, "event", nil), (#"{"type""#, "event", nil), (#"{"type": "#, "event", nil),
    ])
    func theKeyThatWasMeant(_ line: String, _ native: String, _ near: String?) {
        #expect(LineAdvice.near(native, among: LineAdvice.keys(of: Array(line.utf8))) == near)
    }

    @Test func aLineThatLacksAKeyNamesTheOneInItsPlace() {
        let lines = [
            #"{"userId":"u1","event":"e"}"#, #"{"customer_id":"c","type":"e"}"#, #"{"event":"e"}"#,
            #"{"customer_id":"c","event":"e","timestamp":"2026-01-01 10:00:00"}"#,
            #"{"customer_id":"c","event":"e","timestamp":1767225600000000}"#,
        ]
        #expect(
            scan(lines.joined(separator: "\n")).rejects.map(\.detail) == [
                #""customer_id" is absent, but "userId" is there; call it customer_id, as jq -c '.customer_id = .userId' does"#,
                #""event" is absent, but "type" is there; call it event, as jq -c '.event = .type' does"#,
                #""customer_id" is absent"#,
                #""2026-01-01 10:00:00" is not an RFC 3339 time; it wants a T between date and time and a zone (Z, or as +02:00); write 2026-01-01T10:00:00Z"#,
                #""timestamp" lies outside the years 0000 to 9999 (milliseconds since 1970); it looks like microseconds: divide by 1000"#,
            ])
    }

    @Test(arguments: [
        ("[{\"a\":1},", InputForm.list), ("{", .pretty), (" { \"customer_id\": \"c\",\r", .pretty),
        ("customer_id,event", .table("CSV")), ("\u{FEFF}id;event;price", .table("CSV with ;")),
        ("a\tb\tc", .table("TSV")),
        (#""customer_id","event name""#, .table("CSV")), ("<?xml version='1.0'?>", .markup), ("{'a': 1}", .pythonText),
    ])
    func theFormOfAnInput(_ line: String, _ form: InputForm) {
        #expect(InputForm(firstLine: Array(line.utf8)) == form)
    }

    @Test(arguments: [
        "bad", "", "Hello, world", #"{"a":1}}"#, #"{"customer_id":"c","event":"e""#, "1,2,3", "GET / HTTP/1.1",
    ])
    func whatIsOfNoFormIsNotTakenForOne(_ line: String) {
        #expect(InputForm(firstLine: Array(line.utf8)) == nil)
    }

    @Test func packedAndWideTextsAreKnownByTheirBytes() {
        #expect(InputForm(firstLine: [0x1F, 0x8B, 8])?.detail.contains("gzip -dc") == true)
        for bytes in [
            [0xFF, 0xFE, 0x7B, 0], [0xFE, 0xFF, 0, 0x7B], [0x7B, 0, 0x22, 0, 0x61, 0],
            [0, 0x7B, 0, 0x22, 0, 0x61] as [UInt8],
        ] {
            #expect(InputForm(firstLine: bytes) == .utf16)
        }
        #expect(InputForm(firstLine: [0, 0, 0, 0, 0, 0]) == nil)
    }
}
