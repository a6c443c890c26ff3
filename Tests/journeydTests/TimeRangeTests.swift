import Foundation
import TestSupport
import Testing

/// Times at the ends of what can be said: nothing that an event or the command line says may end the program.
@Suite struct TimeRangeTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// Everything that writes or reckons with times: windows, absences, the end of `within`, quiet hours in every zone,
    /// caps of the calendar, what CEL makes of times, full explanations.
    private static let everything = """
        { version: 1,
          profile: { zone: { on: "*", from: "event.properties.zone" } },
          windows: { quiet: { since_last: true }, first: { since_first: true }, day: { count: true, over: "1d" },
            latest: { last: "event.time" }, session: { count: true, session: "1h" } },
          scores: { age: { expr: "double(int(event.time)) / 1e9", report_at: [1.0] } },
          segments: { busy: { when: "windows.day >= 2" } },
          moments: {
            seen: { sequence: [{ as: "a", on: "*" }], output: {
              text: "string(event.time)", year: "event.time.getFullYear('America/New_York')", next: "event.time + duration('24h')",
              before: "event.time - duration('24h')", hour: "now.getHours('+14:00')", day: "now.getDayOfYear('-14:00')",
              span: "now - timestamp('0001-01-01T00:00:00Z')", last: "windows.latest" } },
            gone: { sequence: [{ as: "a", on: "a" }, { not: "b", for: "2d" }], cooldown: "36h" },
            never: { sequence: [{ as: "a", on: "a" }, { not: "c", for: "3652425d" }] },
            pair: { sequence: [{ as: "a", on: "a" }, { as: "b", on: "b" }], within: "90000h", emit_partial: true },
            silent: { when: "windows.quiet > duration('48h')" } },
          actions: {
            text: { on: ["seen", "gone", "silent"], channels: ["sms", "app"], expires_after: "3652425d", cooldown: "1m" },
            other: { on: "seen", channels: ["app"], value: "0.5", budget: { max: 3, per: "month" } } },
          policy: { explain: "full", timezone: { from: "profile.zone", default: "Pacific/Kiritimati" },
            caps: [{ max: 9, per: "week" }, { max: 9, over: "3650000d" }],
            quiet_hours: [{ channels: ["sms"], from: "00:01", to: "00:00", then: "defer" },
              { channels: ["app"], from: "22:00", to: "21:00", then: "defer" }] } }
        """

    @Test func anExplanationTellsWhatAClockBeforeTheYear0Shows() throws {
        try shop.write(
            "config.json5",
            """
            { version: 1, moments: { m: { sequence: [{ as: "a", on: "a" }] } }, actions: { q: { on: "m", channels: ["app"] } },
              policy: { quiet_hours: [{ channels: ["app"], from: "00:00", to: "23:59", then: "defer" }],
                timezone: { default: "America/New_York" }, explain: "full" } }
            """)
        try shop.write("in", #"{"customer_id":"c","event":"a","timestamp":"0000-01-01T00:00:00Z"}"# + "\n")
        let ran = try shop.run(
            """
            journeyd run config.json5 in; echo status $?
            journeyd run config.json5 --data-dir d < in > first; echo status $?
            journeyd run config.json5 --data-dir d < in > second; echo status $?
            journeyd replay config.json5 --data-dir d --from 0000-01-01T00:00:00Z --to 9999-12-31T23:59:59Z | wc -l
            """)
        #expect(ran.output.contains(#""local_time":"-0001-12-31T19:03:58.000""#))
        #expect(ran.lines.suffix(4) == ["status 0", "status 0", "status 0", "4"])
    }

    @Test func deadlinesBeyondTheYear9999AreNeverDueAndThatIsSaid() throws {
        try shop.write(
            "config.json5",
            """
            { version: 1, windows: { h: { since_last: true } }, moments: {
              late: { sequence: [{ as: "a", on: "a" }, { not: "b", for: "3652425d" }] },
              soon: { when: "windows.h > duration('48h')" } } }
            """)
        try shop.write("in", #"{"customer_id":"c","event":"a","timestamp":"2026-01-01T00:00:00Z"}"# + "\n")
        let ran = try shop.run(
            """
            journeyd run config.json5 --at-end flush --summary in | cut -c1-60
            journeyd explain config.json5 c in --at 9999-12-31T23:59:59.999999Z | grep -c 'never complete, as its time ends'
            journeyd run config.json5 --at-end flush --log-format json in | wc -l
            """)
        #expect(ran.lines.count == 3 && ran.lines[0].contains(#""moment":"soon""#) && ran.lines[1...] == ["2", "1"])
        #expect(ran.errors.contains("1 deadline lies beyond the year 9999, so never due"))
        #expect(ran.errors.contains("deadlines beyond the year 9999, never due  1\n"))
        #expect(ran.errors.contains(#""msg":"deadlines lie beyond the year 9999, so they are never due""#))
    }

    /// Events at the ends of the years that can be said, and anywhere between and beyond, in text and in milliseconds.
    private func events(_ seed: UInt64) -> String {
        var numbers = SeededNumbers(seed: seed)
        func chance(_ count: Int) -> Int { numbers.below(count) }
        let zones = ["America/New_York", "Pacific/Kiritimati", "Pacific/Apia", "Asia/Kathmandu", "UTC", "No/Where"]
        let (first, last) = (-62_167_219_200_000, 253_402_300_799_999)
        return (0..<120).map { number in
            let far = (chance(1 << 20) << 28) ^ chance(1 << 28)
            let milliseconds =
                switch chance(6) {
                case 0: first + chance(200_000_000)
                case 1: last - chance(200_000_000)
                case 2: first - 100_000 + chance(200_000)
                case 3: last - 100_000 + chance(200_000)
                case 4: chance(2) == 0 ? far : -far
                default: [Int.min, .max, .min / 1000, .max / 1000, 0, -1, first, last][chance(8)]
                }
            var time = "\(milliseconds)"
            if chance(3) == 0 {
                let year = ["0000", "0001", "9999", "1969", "2026"][chance(5)]
                let day = ["01-01T00:00", "12-31T23:59", "02-28T12:30"][chance(3)]
                time =
                    "\"\(year)-\(day):\(chance(61) + 10 > 60 ? "60" : "59")\(["Z", "+14:00", "-14:00", ".5-00:01"][chance(4)])\""
            }
            return
                "{\"customer_id\":\"c\(chance(3))\",\"event\":\"\(["a", "b", "c"][chance(3)])\",\"timestamp\":\(time),\"id\":\"e\(number)\",\"properties\":{\"zone\":\"\(zones[chance(6)])\"}}\n"
        }.joined()
    }

    @Test(arguments: [UInt64(1), 2]) func noTimeEndsTheProgram(_ seed: UInt64) throws {
        try shop.write("config.json5", TimeRangeTests.everything)
        let lines = events(seed).split(separator: "\n").map { $0 + "\n" }
        // Once as they come, where the first late one ends all that is early, and once in the order of time.
        try shop.write("as-they-come", lines.joined())
        try shop.write("few", lines.prefix(12).joined())
        let ran = try shop.run(
            """
            input=\(seed % 2 == 0 ? "as-they-come" : "few")
            run() { journeyd "$@" 2> err || echo "ended $? of $*"; }
            for end in hold flush; do
                run run config.json5 $input --at-end $end --shards 1 --rejects bad > one
                run run config.json5 $input --at-end $end --shards 3 --data-dir d-$end > more
                cmp one more
            done
            run replay config.json5 --data-dir d-flush --from 0000-01-01T00:00:00Z --to 9999-12-31T23:59:59.999999Z > again
            [ -s again ] || echo nothing
            run explain config.json5 c0 $input > story
            run explain config.json5 c1 $input --json --at 9999-12-31T23:59:59Z > story
            run explain config.json5 c2 $input --at 0000-01-01T00:00:00Z > story
            journeyd check config.json5 > /dev/null && wc -l < one
            """)
        #expect(ran.status == 0 && ran.lines.count == 1 && ran.lines != ["0"], "\(ran.output)\(ran.errors)")
        // Whatever is written has a time that RFC 3339 can say.
        for line in try shop.read("one").split(separator: "\n") {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            for key in ["time", "start", "end", "deliver_at", "expires_at"] {
                guard let text = object[key] as? String else { continue }
                #expect(text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z/) != nil)
            }
        }
    }
}
