import Journeys
import Testing

/// What sequences do beyond which events they bind.
@Suite struct SequenceMatchingTests {
    /// Events written as `A1@5`: type, value, time in seconds; the id is the text itself.
    static func lines(_ text: String, customer: String = "c") -> [String] {
        text.split(separator: " ").map { word in
            let parts = word.split(separator: "@")
            let type = parts[0].prefix { $0.isLetter }
            let value = parts[0].dropFirst(type.count)
            let properties = value.isEmpty ? "" : #","properties":{"v":\#(value)}"#
            return
                #"{"customer_id":"\#(customer)","event":"\#(type)","timestamp":\#(parts[1])000,"id":"\#(word)"\#(properties)}"#
        }
    }

    private func told(_ keys: String, _ events: String, emit: String = "'moment', 'drop_off'") throws -> [String] {
        let sequenceRun = try SequenceRun("{ version: 1, emit: [\(emit)], moments: { m: { \(keys) } } }")
        return try sequenceRun.run(Self.lines(events)).map { try Told($0).description }
    }

    private static let pair = "sequence: [{ as: 'a', on: 'A' }, { as: 'b', on: 'B', contiguity: 'any' }]"

    @Test func writesALineLikeAnyMoment() throws {
        let sequenceRun = try SequenceRun(
            "{ version: 1, moments: { m: { kind: 'k', by: 'event.properties.v', \(Self.pair), output: { n: 'b.id' } } } }"
        )
        #expect(
            sequenceRun.run(Self.lines("A1@1 A2@2 B2@3"))
                == [
                    #"{"type":"moment","id":"m-ID","moment":"m","kind":"k","customer_id":"c","by":2,"#
                        + #""time":"1970-01-01T00:00:03.000Z","start":"1970-01-01T00:00:02.000Z","#
                        + #""end":"1970-01-01T00:00:03.000Z","steps":{"a":["A2@2"],"b":["B2@3"]},"output":{"n":"B2@3"}}"#
                ].map { $0.replacing("ID", with: id(sequenceRun.run(Self.lines("A1@1 A2@2 B2@3"))[0])) })
    }

    private func id(_ line: String) -> String {
        String(line.split(separator: "\"id\":\"m-")[1].prefix(16))
    }

    @Test func writesADropOffLine() throws {
        let sequenceRun = try SequenceRun(
            "{ version: 1, emit: ['drop_off'], moments: { m: { kind: 'k', within: '5s', emit_partial: true, \(Self.pair) } } }"
        )
        let line = try #require(sequenceRun.run(Self.lines("A1@1 C@9")).first)
        let rest = line.dropFirst(44)
        #expect(line.hasPrefix(#"{"type":"drop_off","id":"o-"#))
        #expect(
            rest == #","moment":"m","customer_id":"c","time":"1970-01-01T00:00:06.000Z","#
                + #""start":"1970-01-01T00:00:01.000Z","end":"1970-01-01T00:00:01.000Z","reached":"a","steps":{"a":["A1@1"]}}"#
        )
    }

    @Test(arguments: [
        // One line for each first event that came to nothing, of what reached furthest.
        ("A1@1 A2@2 B@3 A3@9", "m c a=A1@1 b=B@3|m c a=A2@2 b=B@3|m c (a) a=A3@9"),
        ("A1@1 B@6", "m c (a) a=A1@1"),
        ("A1@1 B@5", "m c a=A1@1 b=B@5"),
    ])
    func tellsWhatRanOutOfTime(events: String, expected: String) throws {
        let found = try told("within: '5s', emit_partial: true, after_match: 'no_skip', \(Self.pair)", events)
        #expect(found == expected.split(separator: "|").map(String.init))
    }

    /// Partial matches that began earlier may have bound their last events later.
    @Test func everyAbsenceEndsInItsOwnTime() throws {
        let sequenceRun = try SequenceRun(
            """
            { version: 1, moments: { m: { after_match: 'no_skip', sequence: [
              { as: 'a', on: 'A' }, { as: 'b', on: 'B', times: '1..' }, { not: 'C', for: '4s' }] } } }
            """)
        let ends = sequenceRun.run(Self.lines("A@1 A@2 B@3 B@4 B@5 X@20")).map { line in
            String(line.split(separator: #""time":"1970-01-01T00:00:"#)[1].prefix(2))
        }
        #expect(ends == ["07", "07", "08", "08", "09", "09"])
    }

    @Test func dropsTheOldestOrTheNewest() throws {
        let keys = "after_match: 'no_skip', max_partial: 2, \(Self.pair)"
        let events = "A1@1 A2@2 A3@3 B@4"
        #expect(try told(keys, events) == ["m c a=A2@2 b=B@4", "m c a=A3@3 b=B@4"])
        #expect(try told(keys + ", on_overflow: 'drop_newest'", events) == ["m c a=A1@1 b=B@4", "m c a=A2@2 b=B@4"])
        let sequenceRun = try SequenceRun("{ version: 1, moments: { m: { \(keys) } } }")
        #expect(sequenceRun.outcome(Self.lines(events)).statistics[0].overflowed == [1])
    }

    @Test func bindsNoMoreThanItMay() throws {
        let keys =
            "max_bound: 2, after_match: 'no_skip', sequence: [{ as: 'a', on: 'A', times: '1..' }, { as: 'b', on: 'B' }]"
        let sequenceRun = try SequenceRun("{ version: 1, moments: { m: { \(keys) } } }")
        let outcome = sequenceRun.outcome(Self.lines("A1@1 A2@2 A3@3 B@4"))
        #expect(outcome.statistics[0].outgrown == [3])
        #expect(
            try outcome.lines.map { try Told($0).description } == [
                "m c a=A1@1 b=B@4", "m c a=A2@2 b=B@4", "m c a=A3@3 b=B@4",
            ])
    }

    @Test func matchesApartForEachValueOfBy() throws {
        let keys = "by: 'event.properties.v', after_match: 'no_skip', \(Self.pair)"
        #expect(try told(keys, "A1@1 A2@2 A@3 B1@4 B@5 B2@6") == ["m c a=A1@1 b=B1@4", "m c a=A2@2 b=B2@6"])
    }

    /// Numbers that are equal are one value, however they are written; what is no number is equal to nothing.
    @Test(arguments: [
        ("1", "1.0", true), ("1.0", "1", true), ("-0.0", "0", true), ("0.0", "-0.0", true), ("1e2", "100", true),
        ("1.5", "1.50", true), ("1", "\"1\"", false), ("1", "true", false), ("null", "0", false),
        ("null", "null", true), ("{}", "{}", true),
        ("9007199254740993", "9007199254740992.0", false), ("9223372036854775807", "9.3e18", false),
    ])
    func takesEqualNumbersForOneValueOfBy(first: String, second: String, isOne: Bool) throws {
        let sequenceRun = try SequenceRun("{ version: 1, moments: { m: { by: 'event.properties.v', \(Self.pair) } } }")
        let lines = [("A", first), ("B", second)].enumerated().map { place, event in
            #"{"customer_id":"c","event":"\#(event.0)","timestamp":\#(place),"id":"\#(event.0)","#
                + #""properties":{"v":\#(event.1)}}"#
        }
        #expect(try sequenceRun.run(lines).map { try Told($0).description } == (isOne ? ["m c a=A b=B"] : []))
    }

    @Test func doesNotSeeAnEventWhoseValueOfByIsNoNumber() throws {
        #expect(try told("by: '0.0 / 0.0', \(Self.pair)", "A1@1 B1@2") == [])
        #expect(try told("by: '1.0 / 0.0', \(Self.pair)", "A1@1 B1@2") == ["m c a=A1@1 b=B1@2"])
    }

    /// A strict step sees the events for which `by` has its value, and no others.
    @Test func isStrictWithinAValueOfBy() throws {
        let keys =
            "by: 'event.properties.v', sequence: [{ as: 'a', on: 'A' }, { as: 'b', on: 'B', contiguity: 'strict' }]"
        #expect(try told(keys, "A1@1 C2@2 C@3 B1@4") == ["m c a=A1@1 b=B1@4"])
        #expect(try told(keys, "A1@1 C1@2 B1@4") == [])
    }

    @Test(arguments: [
        ("{ as: 'b', on: 'B', where: 'event.properties.v > a.properties.v' }", "m c a=A2@2 b=B3@3"),
        ("{ as: 'b', on: 'B', where: 'steps.a.size() == 2' }", "m c a=A2@2,A1@4 b=B9@5"),
        (
            "{ as: 'b', on: 'B', where: 'steps.a.exists(e, e.properties.v == 1 && e.type == \"A\")' }",
            "m c a=A2@2,A1@4 b=B9@5"
        ),
        ("{ as: 'b', on: 'B', where: 'steps.a[0].id == a.id' }", "m c a=A2@2 b=B3@3"),
        ("{ as: 'b', on: 'B', where: 'steps.b.size() == 0 && a.time < now' }", "m c a=A2@2 b=B3@3"),
    ])
    func readsEarlierSteps(step: String, expected: String) throws {
        let found = try told("sequence: [{ as: 'a', on: 'A', times: '1..' }, \(step)]", "A2@2 B3@3 A1@4 B9@5")
        #expect(found.first == expected)
    }

    /// Thousands of starts that wait are neither touched by other events nor kept beyond `within`.
    @Test func keepsNothingBeyondItsTime() throws {
        let keys = "within: '10s', after_match: 'no_skip', max_partial: 100000, \(Self.pair)"
        let sequenceRun = try SequenceRun("{ version: 1, moments: { m: { \(keys) } } }")
        let events = (0..<3000).map { "A@\($0 / 1000)" } + ["C@100"]
        let outcome = sequenceRun.outcome(Self.lines(events.joined(separator: " ")))
        #expect(outcome.lines.isEmpty && outcome.statistics[0].stateBytes == 0)
    }

    /// A customer of whom something else is remembered for ever costs no more for each value of `by` that ever came.
    @Test func valuesWhoseTimeIsOverMakeRoomForOthers() throws {
        func bytes(_ count: Int) throws -> Int {
            var sequenceRun = try SequenceRun(
                """
                { version: 1, windows: { quiet: { since_last: true, on: 'A' } }, moments: {
                    m: { by: 'event.id', within: '30s', sequence: [{ as: 'a', on: 'A', times: 3 }] },
                    w: { when: 'windows.quiet < duration("-1s")' } } }
                """)
            sequenceRun.flushes = false
            let lines = (0..<count).map { #"{"customer_id":"c","event":"A","timestamp":\#($0 * 1000),"id":"e\#($0)"}"# }
            return sequenceRun.outcome(lines).statistics[0].stateBytes
        }
        let few = try bytes(300)
        #expect(try few > 30 * 8 && bytes(30_000) < 2 * few)
    }

    /// There is always a live first event, and what only earlier ones have bound is let go of nevertheless.
    @Test(arguments: ["no_skip", "skip_to_last:b"]) func whatOnlyDeadFirstEventsHaveBoundIsNotKept(after: String) throws
    {
        func bytes(_ count: Int) throws -> Int {
            let steps = "[{ as: 'a', on: 'A' }, { as: 'b', on: 'B', times: '1..' }, { as: 'c', on: 'C' }]"
            let keys = "within: '30s', after_match: '\(after)', sequence: \(steps)"
            var sequenceRun = try SequenceRun("{ version: 1, moments: { m: { \(keys) } } }")
            sequenceRun.flushes = false
            let events = (0..<count).map { "\($0 % 3 == 2 ? "B" : "A")@\($0)" }
            return sequenceRun.outcome(Self.lines(events.joined(separator: " "))).statistics[0].stateBytes
        }
        let few = try bytes(3_000)
        #expect(try few > 1_000 && bytes(30_000) < 3 * few)
    }

    @Test func restsBetweenTwoLinesThoughItMatches() throws {
        let keys = "cooldown: '5s', sequence: [{ as: 'a', on: 'A', times: '1..' }, { as: 'b', on: 'B' }]"
        #expect(try told(keys, "A@1 B@2 A@3 B@4 A@6 B@7") == ["m c a=A@1 b=B@2", "m c a=A@6 b=B@7"])
    }

    /// A repeated step without end keeps one way for each situation where a match discards the others, not one for each
    /// run of events.
    @Test func keepsOnlyWhatMayStillCount() throws {
        let keys = "sequence: [{ as: 'a', on: 'A', times: '2..' }, { as: 'b', on: 'B' }]"
        let sequenceRun = try SequenceRun("{ version: 1, moments: { m: { \(keys) } } }")
        let events = (1...2000).map { "A@\($0)" } + ["B@3000"]
        let outcome = sequenceRun.outcome(Self.lines(events.joined(separator: " ")))
        #expect(outcome.statistics[0].overflowed == [0] && outcome.lines.count == 1)
        #expect(try Told(outcome.lines[0]).steps["a"]?.count == 2000)
    }
}
