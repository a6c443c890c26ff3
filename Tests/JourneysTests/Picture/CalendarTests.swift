import Testing

/// Windows of a day, a week, a month of the customer's own calendar, and windows as they were before an event.
@Suite struct CalendarTests {
    /// One line for each event: its id and what the window says.
    private func seen(_ configuration: String, _ events: String, shards: Int = 1) throws -> [String] {
        let engine = try PictureUnderTest(
            configuration + " moments: { m: { sequence: [{ as: 'a', on: 'ask' }], output: { w: 'windows.w' } } },")
        return engine.run(events, shards: shards).map { line in
            line.contains(#""w":"#) ? String(line.split(separator: #""w":"#)[1].dropLast()) : "-"
        }
    }

    private static let hour: Int64 = 3_600_000
    /// 2026-07-01T00:00Z, a Wednesday, in milliseconds.
    private static let july: Int64 = 1_782_864_000_000

    /// The day of Madrid ends at 22:00Z in summer.
    @Test func aDayIsTheCustomersOwn() throws {
        let (july, hour) = (Self.july, Self.hour)
        let zone = "policy: { timezone: { from: 'profile.zone', default: 'America/Mexico_City' } },"
        let told =
            event("told", at: july, #""zone":"Europe/Madrid""#) + event("x", at: july + 21 * hour, #""v":1"#)
            + event("ask", at: july + 22 * hour - 1) + event("ask", at: july + 22 * hour)
            + event("x", at: july + 22 * hour, #""v":2"#) + event("x", at: july + 23 * hour, #""v":4"#)
            + event("ask", at: july + 24 * hour) + event("ask", at: july + 46 * hour - 1)
            + event("ask", at: july + 46 * hour)
        #expect(
            try seen(
                zone + "profile: { zone: { on: 'told', from: 'event.properties.zone' } },"
                    + " windows: { w: { sum: 'event.properties.v', on: 'x', per: 'day' } },", told)
                == ["1.0", "0.0", "6.0", "6.0", "0.0"])
        // Who says nothing lives by the default zone, six hours behind; a zone of no known name counts as such.
        for name in ["", #""zone":"Nowhere/Land""#] {
            let lines =
                event("told", at: july, name) + event("x", at: july + 5 * hour, #""v":1"#)
                + event("ask", at: july + 6 * hour - 1) + event("ask", at: july + 6 * hour)
            #expect(
                try seen(
                    zone + "profile: { zone: { on: 'told', from: 'event.properties.zone' } },"
                        + " windows: { w: { sum: 'event.properties.v', on: 'x', per: 'day' } },", lines)
                    == ["1.0", "0.0"])
        }
    }

    /// The zone counts that was known as the event was taken; another date is another window, the same date goes on.
    @Test func aZoneThatChangesIsThatOfLaterEvents() throws {
        let (july, hour) = (Self.july, Self.hour)
        let lines =
            event("x", at: july + 23 * hour, #""v":1"#) + event("ask", at: july + 23 * hour)
            + event("told", at: july + 23 * hour, #""zone":"Europe/Madrid""#)
            // Nothing was taken since: the event of before is in its own day.
            + event("ask", at: july + 23 * hour) + event("x", at: july + 23 * hour + 1, #""v":2"#)
            + event("ask", at: july + 23 * hour + 2) + event("told", at: july + 25 * hour, #""zone":"UTC""#)
            + event("x", at: july + 26 * hour, #""v":4"#) + event("ask", at: july + 26 * hour)
            + event("ask", at: july + 48 * hour - 1) + event("ask", at: july + 48 * hour)
        #expect(
            try seen(
                "policy: { timezone: { from: 'profile.zone' } }, profile: { zone: { on: 'told', from: 'event.properties.zone' } },"
                    + " windows: { w: { sum: 'event.properties.v', on: 'x', per: 'day' } },", lines)
                == ["1.0", "1.0", "2.0", "6.0", "6.0", "0.0"])
    }

    /// A day that is 23 hours long, weeks from Monday on, and months.
    @Test(
        arguments: [
            // 2026-03-29 in Madrid: from 23:00Z on the 28th to 22:00Z on the 29th.
            ("day", [1_774_738_800_000, 1_774_821_599_999, 1_774_821_600_000], ["1", "1", "0"]),
            // Monday 2026-06-29 in Madrid begins on the 28th at 22:00Z, the next a week later.
            ("week", [1_782_684_000_000, 1_783_288_799_999, 1_783_288_800_000], ["1", "1", "0"]),
            // February 2026, in winter.
            ("month", [1_769_900_400_000, 1_772_319_599_999, 1_772_319_600_000], ["1", "1", "0"]),
        ] as [(String, [Int64], [String])])
    func stretchesEndWithTheCalendar(period: String, times: [Int64], expected: [String]) throws {
        let lines =
            event("x", at: times[0] - 1) + event("x", at: times[0]) + times.map { event("ask", at: $0) }.joined()
        #expect(
            try seen(
                "policy: { timezone: { default: 'Europe/Madrid' } }, windows: { w: { count: true, on: 'x', per: '\(period)' } },",
                lines) == expected)
    }

    /// A segment is left as the day ends, without another event, at the same time with any number of shards.
    @Test func theEndOfADayIsNoticed() throws {
        let engine = try PictureUnderTest(
            """
            policy: { timezone: { default: 'Europe/Madrid' } },
            windows: { w: { count: true, on: 'x', per: 'day' } },
            segments: { s: { when: 'windows.w >= 2' } }, emit: ['segment'],
            """)
        let (july, hour) = (Self.july, Self.hour)
        let lines = ["a", "b"].map { customer in
            event("x", at: july + 10 * hour, of: customer) + event("x", at: july + 11 * hour, of: customer)
        }
        for shards in [1, 2, 3] {
            let found = engine.run(lines.joined(), shards: shards, flush: true)
            #expect(
                found.filter { $0.contains("leave") }.map { $0.suffix(26) }
                    == Array(
                        repeating: #""2026-07-01T22:00:00.000Z""#, count: 2
                    ).map { $0.suffix(26) })
        }
    }

    // MARK: Before

    /// More than ten per cent above the average of the three before; what comes between does not count.
    @Test func anEventIsComparedWithThoseBefore() throws {
        let engine = try PictureUnderTest(
            """
            windows: { w: { avg: 'event.properties.v', on: 'x', events: 3, before: true } },
            moments: { m: { sequence: [{ as: 'a', on: 'x', where: 'event.properties.v > windows.w * 1.1' }], output: { w: 'windows.w' } } },
            """)
        let values = [10.0, 11, 12, 11, 13, 12, 12, 20]
        let lines = engine.run(
            values.enumerated().map {
                event("x", at: Int64($0 * 10), "\"v\":\($1)") + event("noise", at: Int64($0 * 10))
            }
            .joined())
        #expect(
            lines.map { String($0.split(separator: #""w":"#)[1].dropLast()) } == [
                "10.5", "11.333333333333334", "12.333333333333334",
            ])
    }

    /// Between events a window is what it was for the last of them, as time goes by: also where that was none of its own.
    @Test func betweenEventsItIsAsBeforeTheLast() throws {
        let engine = try PictureUnderTest(
            """
            windows: { w: { count: true, on: 'x', over: '10s', before: true } },
            segments: { one: { when: 'windows.w >= 1' }, two: { when: 'windows.w >= 2' } }, emit: ['segment'],
            """)
        let lines = engine.run(
            event("x", at: 0) + event("x", at: 1_000) + event("y", at: 2_000) + event("z", at: 3_000), flush: true)
        #expect(
            lines.map { $0.replacing(#""customer_id":"c","time":"1970-01-01T00:00:"#, with: "") } == [
                #"segment "segment":"one","change":"enter",01.000Z""#,
                #"segment "segment":"two","change":"enter",02.000Z""#,
                #"segment "segment":"two","change":"leave",10.000Z""#,
                #"segment "segment":"one","change":"leave",11.000Z""#,
            ])
    }

    /// How long ago the one before was.
    @Test func sinceTheLastBeforeIsTheGap() throws {
        #expect(
            try seen(
                "windows: { w: { since_last: true, on: 'ask', before: true } },",
                event("ask", at: 0) + event("ask", at: 1_500) + event("other", at: 1_600) + event("ask", at: 4_000))
                == ["-", #""1.5s""#, #""2.5s""#])
    }

    @Test func aMedianIsOfTheValuesType() throws {
        let values = [#""b""#, #""a""#, "7", "2", "2.0", "null", "[1]", "9.5"]
        #expect(
            try seen(
                "windows: { w: { quantile: 'event.properties.v', q: 0.25, on: 'ask' } },",
                values.enumerated().map { event("ask", at: Int64($0), "\"v\":\($1)") }.joined())
                == [#""b""#, #""a""#, "7", "2", "2.0", "2.0", "2.0", "2.0"])
    }
}
