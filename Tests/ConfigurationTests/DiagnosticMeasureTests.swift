import Testing

@testable import Configuration

@Suite struct DiagnosticMeasureTests {
    @Test(
        arguments: [
            ("30m", 1_800_000_000), ("1h30m", 5_400_000_000), ("0s", 0), ("250ms", 250_000), ("2w", 1_209_600_000_000),
            ("14d", 1_209_600_000_000), ("1.5h", 5_400_000_000), ("0.001ms", 1), (".5s", 500_000), ("5.s", 5_000_000),
            ("-5m", -300_000_000), ("1m1m", 120_000_000), ("0.100000000000000000000000s", 100_000),
            ("9223372036854775.807ms", Int64.max), ("1d2h3m4s5ms", 93_784_005_000),
        ] as [(String, Int64)])
    func readsDurations(text: String, microseconds: Int64) throws {
        #expect(try Measure.duration.parse(text) == microseconds)
    }

    @Test(arguments: [
        ("30 mins", "is not a duration; write \"30m\""), ("1 hour, 30 min", "is not a duration; write \"1h30m\""),
        ("1h 30m", "is not a duration; write \"1h30m\""), ("30M", "is not a duration; write \"30m\""),
        (" 5s ", "is not a duration; write \"5s\""), ("+5s", "is not a duration; write \"5s\""),
        ("- 5 sec", "is not a duration; write \"-5s\""), ("1.5 Hours", "is not a duration; write \"1.5h\""),
        ("30", "is not a duration; write a number with a unit (ms, s, m, h, d, w), such as \"30s\""),
        ("", "is not a duration; write a number with a unit (ms, s, m, h, d, w), such as \"30s\""),
        ("soon", "is not a duration; write a number with a unit (ms, s, m, h, d, w), such as \"30s\""),
        ("1y", "is not a duration; write a number with a unit (ms, s, m, h, d, w), such as \"30s\""),
        ("1.2.3s", "is not a duration; write a number with a unit (ms, s, m, h, d, w), such as \"30s\""),
        ("0.0001ms", "is finer than a microsecond; write fewer decimals"),
        ("0.00000000000000000000001w", "is finer than a microsecond; write fewer decimals"),
        ("9223372036854775.808ms", "is more than journeyd can count; write less, such as \"30s\""),
        ("99999999999999999999w", "is more than journeyd can count; write less, such as \"30s\""),
        ("9000000000000s9000000000000s", "is more than journeyd can count; write less, such as \"30s\""),
    ])
    func namesTheRightDuration(text: String, expected: String) {
        #expect(throws: Measure.Fault(message: expected)) { try Measure.duration.parse(text) }
    }

    @Test(
        arguments: [
            ("1MiB", 1 << 20), ("64KiB", 65_536), ("1000", 1000), ("0", 0), ("1.5KiB", 1536), ("2GiB", 2 << 30),
            ("7B", 7),
            ("1TiB", 1 << 40), ("1KiB24B", 1048),
        ] as [(String, Int64)])
    func readsSizes(text: String, bytes: Int64) throws {
        #expect(try Measure.size.parse(text) == bytes)
    }

    @Test(arguments: [
        ("1MB", "is not a size; write \"1MiB\""), ("64 kb", "is not a size; write \"64KiB\""),
        ("10 bytes", "is not a size; write \"10B\""), ("1kib", "is not a size; write \"1KiB\""),
        ("big", "is not a size; write a number with a unit (B, KiB, MiB, GiB, TiB), such as \"64KiB\""),
        ("1KiB5", "is not a size; write a number with a unit (B, KiB, MiB, GiB, TiB), such as \"64KiB\""),
        ("0.5", "is finer than a byte; write fewer decimals"),
    ])
    func namesTheRightSize(text: String, expected: String) {
        #expect(throws: Measure.Fault(message: expected)) { try Measure.size.parse(text) }
    }
}
