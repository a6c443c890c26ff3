import Storage
import Testing

@testable import Pipeline
@testable import TestEngine

/// Moments that are told again, or later, or in spite of their cooldown.
@Suite struct RepeatTests {
    /// The moments' names and times, in seconds.
    private func told(
        _ moments: String, windows: String = "", _ events: [String], shards: Int = 1, flush: Bool = false
    ) throws -> [String] {
        let engine = try EngineUnderTest("{ version: 1, windows: { \(windows) }, moments: { \(moments) } }")
        let outcome = engine.run(events.joined(), shards: shards, flush: flush, piece: 90)
        return outcome.moments.map { line in
            let fields = line.split(separator: ",").map { $0.split(separator: ":", maxSplits: 1) }
            let time = fields.first { $0[0] == "\"time\"" }?[1].dropFirst(15).dropLast(2) ?? ""
            return "\(fields[0][1].dropFirst().dropLast()) \(time)"
        }
    }

    private func at(_ second: Int64, _ type: String, _ properties: String = "", of customer: String = "c") -> String {
        event(customer, type, at: second * 1000, properties)
    }

    @Test(arguments: [1, 3]) func anAbsenceIsToldAgainUntilTheEventComes(shards: Int) throws {
        let rule = "m: { sequence: [{ as: 'b', on: 'beat' }, { not: 'beat', for: '10s' }], repeat: '10s' }"
        let events = [at(0, "beat"), at(5, "beat"), at(52, "beat"), at(53, "other", of: "d")]
        let times = ["m 00:15.000", "m 00:25.000", "m 00:35.000", "m 00:45.000"]
        #expect(try told(rule, events, shards: shards) == times)
        // One that comes as it is due comes too late for that time, and ends it.
        #expect(try told(rule, [at(0, "beat"), at(5, "beat"), at(25, "beat")], shards: shards) == Array(times[..<2]))
        // As time goes on without end, what is pending is told once.
        #expect(try told(rule, [at(0, "beat"), at(5, "beat")], shards: shards, flush: true) == Array(times[..<1]))
        #expect(try told(rule, events.dropLast(), shards: shards, flush: true) == times + ["m 01:02.000"])
    }

    /// In every form in which sequences are kept: positions in a row, groups of partial matches, cohorts.
    @Test(arguments: [
        "{ as: 'a', on: 'a' }", "{ as: 'a', on: 'a', where: 'steps.a.size() == 0' }",
        "{ any_of: [[{ as: 'a', on: 'a' }], [{ as: 'x', on: 'x' }, { as: 'y', on: 'y' }]] }",
    ])
    func eachFormTellsAgain(step: String) throws {
        let events = [
            at(0, "a", "\"k\":1"), at(1, "a", "\"k\":2"), at(7, "end", "\"k\":1"), at(13, "end", "\"k\":3"),
            at(14, "end"), at(15, "q"), at(30, "end", "\"k\":2"), at(50, "q"),
        ]
        let rule = "m: { by: 'event.properties.k', sequence: [\(step), { not: 'end', for: '3s' }], repeat: '4s' }"
        #expect(
            try told(rule, events) == [
                "m 00:03.000", "m 00:04.000", "m 00:07.000", "m 00:08.000", "m 00:12.000", "m 00:16.000",
                "m 00:20.000", "m 00:24.000", "m 00:28.000",
            ])
    }

    /// The unwanted event may be one only for some of the matches.
    @Test func theEventEndsWhatItsConditionSays() throws {
        let rule = """
            m: { sequence: [{ as: 'a', on: 'a' }, { not: 'end', where: 'event.properties.k == a.properties.k', for: '3s' }],
                 repeat: '10s', output: { k: 'a.properties.k' } }
            """
        let events = [at(0, "a", "\"k\":1"), at(1, "a", "\"k\":2"), at(5, "end", "\"k\":1"), at(25, "q")]
        #expect(try told(rule, events) == ["m 00:03.000", "m 00:04.000", "m 00:14.000", "m 00:24.000"])
    }

    @Test(arguments: [1, 3]) func whatStaysTrueIsToldAgain(shards: Int) throws {
        let windows = "v: { last: 'event.properties.v', on: 'load' }"
        func load(_ second: Int64, _ value: Int) -> String { at(second, "load", "\"v\":\(value)") }
        let rule = "m: { when: 'windows.v > 8', repeat: '10s' }"
        let events = [load(0, 9), load(4, 9), load(20, 9), load(25, 1), load(27, 9), at(48, "q", of: "d")]
        #expect(
            try told(rule, windows: windows, events, shards: shards) == [
                "m 00:00.000", "m 00:10.000", "m 00:20.000", "m 00:27.000", "m 00:37.000", "m 00:47.000",
            ])
    }

    @Test(arguments: [1, 3]) func whatIsStillTrueIsToldAsTheCooldownEnds(shards: Int) throws {
        let windows = "v: { last: 'event.properties.v', on: 'load' }"
        func load(_ second: Int64, _ value: Int) -> String { at(second, "load", "\"v\":\(value)") }
        let rule = "m: { when: 'windows.v > 8', cooldown: '60s' }"
        let events = [load(0, 9), load(10, 5), load(30, 9)]
        let later = ["m 00:00.000", "m 01:00.000"]
        #expect(try told(rule, windows: windows, events + [at(200, "q", of: "d")], shards: shards) == later)
        // An event of that very instant tells it, if it is still true then.
        #expect(try told(rule, windows: windows, events + [load(60, 9), load(120, 9)], shards: shards) == later)
        #expect(
            try told(rule, windows: windows, events + [load(60, 5), load(120, 5)], shards: shards) == ["m 00:00.000"])
        #expect(
            try told(rule, windows: windows, events + [load(50, 5), at(200, "q")], shards: shards) == ["m 00:00.000"])
        // A repeat within the cooldown waits for its end.
        let both = "m: { when: 'windows.v > 8', cooldown: '60s', repeat: '20s' }"
        #expect(
            try told(both, windows: windows, [load(0, 9), at(150, "q")], shards: shards)
                == ["m 00:00.000", "m 01:00.000", "m 02:00.000"])
    }

    @Test func aGreaterLevelBreaksTheCooldown() throws {
        func alarm(_ second: Int64, _ level: String) -> String { at(second, "alarm", level) }
        let rule = "m: { sequence: [{ as: 'a', on: 'alarm' }], cooldown: '60s', level: 'a.properties.sev' }"
        let events = [
            alarm(0, "\"sev\":1"), alarm(10, "\"sev\":2"), alarm(20, "\"sev\":1.5"), alarm(30, "\"sev\":2"),
            alarm(35, ""), alarm(36, "\"sev\":\"high\""), alarm(40, "\"sev\":2.5"), alarm(60, "\"sev\":1"),
            alarm(100, ""), alarm(110, "\"sev\":9"),
        ]
        #expect(
            try told(rule, events) == ["m 00:00.000", "m 00:10.000", "m 00:40.000", "m 01:40.000"])
    }

    /// Neighbours are those that the sequence sees.
    @Test func otherEventsDoNotStandBetweenNeighbours() throws {
        let rule = """
            m: { among: ['a', 'b'], sequence: [{ as: 'one', on: 'a' }, { as: 'two', on: 'b', contiguity: 'strict' }] },
            n: { sequence: [{ as: 'one', on: 'a' }, { as: 'two', on: 'b', contiguity: 'strict' }] },
            o: { among: 'a', sequence: [{ as: 'one' }, { not: '*', for: '3s' }] }
            """
        let events = [at(0, "a"), at(1, "q"), at(2, "b"), at(4, "a"), at(5, "a"), at(6, "q"), at(7, "c"), at(8, "b")]
        #expect(
            try told(rule, events)
                == ["m 00:02.000", "o 00:03.000", "m 00:08.000", "o 00:08.000"].sorted(by: {
                    ($0.dropFirst(2), $0.hasPrefix("o") ? 0 : 1) < ($1.dropFirst(2), $1.hasPrefix("o") ? 0 : 1)
                }))
    }

    private static let rules = """
        { version: 1, windows: { n: { count: true, on: ['a', 'b'], over: '5s' }, l: { last: 'event.properties.v' } }, moments: {
          silent: { sequence: [{ as: 'one', on: 'b' }, { not: 'c', for: '2s' }], repeat: '3s', cooldown: '4s', level: 'one.properties.v' },
          general: { by: 'event.properties.k', among: ['a', 'b', 'c'], repeat: '2500ms',
                     sequence: [{ as: 'one', on: 'a' }, { as: 'two', on: 'b', contiguity: 'strict' }, { not: 'c', for: '2s' }] },
          lasting: { when: 'windows.n >= 1', repeat: '2s', cooldown: '1500ms' },
          held: { when: 'windows.l >= 2', cooldown: '6s', level: 'windows.n' },
        } }
        """

    /// All of it is in what is kept of an engine, and goes on under a configuration taken anew.
    @Test(arguments: 0..<4) func goesOnFromImagesAndReloads(seed: Int) throws {
        var chance = Chance(seed: UInt64(seed + 700))
        let lines = chance.lines(400, customers: 4)
        let shards = seed + 1
        let plan = try EngineUnderTest(RepeatTests.rules).plan
        let whole = SteppedEngine(plan, shards: shards)
        whole.take(lines[...])
        whole.finish(flush: true)
        var engine = SteppedEngine(plan, shards: shards)
        var output = ""
        for start in stride(from: 0, to: lines.count, by: 10) {
            engine.take(lines[start..<start + 10])
            if start % 30 == 0 { _ = try engine.reload(RepeatTests.rules) }
            if start % 20 == 0 {
                output += engine.output
                engine = try SteppedEngine(engine.plan, shards: shards, image: engine.image().copied())
            }
        }
        engine.finish(flush: true)
        #expect(output + engine.output == whole.output)
        for name in ["silent", "general", "lasting", "held"] {
            #expect(whole.output.split(separator: "\n").count { $0.contains("\"\(name)\"") } > 5, "\(name)")
        }
    }
}
