import TestSupport
import Testing

/// Scores and segments as events come and as time passes.
@Suite struct SegmentTests {
    private static let rules = """
        windows: { n: { count: true, on: 'x', over: '10s' }, q: { since_last: true, on: 'y' } },
        scores: { risk: { intercept: -2, link: 'logistic', report_at: [0.5, 0.9],
                          terms: [{ value: 'windows.n', weight: 1 }, { when: "windows.q > duration('3s')", weight: 0.5 }] } },
        segments: { hot: { when: 'scores.risk >= 0.7', leave_when: 'scores.risk < 0.3' },
                    gone: { when: "windows.q >= duration('5s')" } },
        emit: ['score', 'segment'],
        """

    /// 1 / (1 + e^-x) of -2 and the terms: half at 2 events, 0.73 at 3, 0.88 at 4, 0.92 at 4.5.
    @Test(arguments: [1, 2, 5])
    func changeAtTheInstantAnEventLeaves(shards: Int) throws {
        let engine = try PictureUnderTest(Self.rules)
        let input =
            event("x", at: 1000) + event("x", at: 1500) + event("x", at: 2000) + event("y", at: 2000)
            + event("x", at: 2500) + event("z", at: 50_000, of: "other")
        let lines = engine.run(input, shards: shards)
        #expect(
            lines.map { $0.filter { $0 != "\"" } }.map(Self.essence) == [
                "risk up 0.5 01.500", "hot enter 02.000", "risk up 0.9 05.000001", "gone enter 07.000",
                "risk down 0.9 11.000",
                "risk down 0.5 12.000", "hot leave 12.500",
            ])
    }

    private static func essence(_ line: String) -> String {
        let fields = Dictionary(
            line.drop { $0 != " " }.dropFirst().split(separator: ",").compactMap { field -> (Substring, Substring)? in
                let parts = field.split(separator: ":", maxSplits: 1)
                return parts.count == 2 ? (parts[0], parts[1]) : nil
            }
        ) { first, _ in first }
        let time = fields["time", default: ""].dropFirst(17).dropLast()
        if let score = fields["score"] {
            return "\(score) \(fields["direction", default: ""]) \(fields["threshold", default: ""]) \(time)"
        }
        return "\(fields["segment", default: ""]) \(fields["change", default: ""]) \(time)"
    }

    /// What nothing reads and no line reports is not worked out; what reads event is not decided between events.
    @Test func decidesBetweenEventsOnlyWhatReadsNoEvent() throws {
        let engine = try PictureUnderTest(
            """
            windows: { n: { count: true, on: 'x', over: '1s' } },
            segments: { named: { when: 'windows.n > 0 && event.type != "z"' }, plain: { when: 'windows.n > 0' } },
            emit: 'segment',
            """)
        let lines = engine.run(event("x", at: 1000) + event("z", at: 9000)).map { $0.filter { $0 != "\"" } }
        #expect(
            lines.map(Self.essence) == [
                "named enter 01.000", "plain enter 01.000", "plain leave 02.000", "named leave 09.000",
            ])
    }

    /// Where both conditions hold, whoever is out enters, and whoever is in stays in: nobody leaves before the one fails and
    /// the other holds.
    @Test(arguments: [1, 2, 3])
    func isNotLeftWhileBothConditionsHold(shards: Int) throws {
        let engine = try PictureUnderTest(
            """
            windows: { n: { count: true, on: 'x', over: '4ms' }, m: { count: true, on: 'x', over: '2ms' } },
            segments: { s: { when: 'windows.n > 0', leave_when: 'windows.m == 0 || windows.m == 1' } },
            emit: 'segment',
            """)
        let lines = engine.run(
            ["z", "x", "z", "z", "x", "z", "z", "q"].enumerated().map { event($1, at: Int64($0)) }.joined()
                + event("z", at: 20, of: "other"), shards: shards)
        #expect(
            lines.map { $0.filter { $0 != "\"" } }.map(Self.essence) == ["s enter 00.001", "s leave 00.008"])
    }

    /// A score without a value has none to be read, and crosses nothing until it has one again.
    @Test func aScoreMayHaveNoValue() throws {
        let engine = try PictureUnderTest(
            """
            scores: { v: { expr: 'event.properties.v', report_at: 5 } },
            moments: { m: { sequence: [{ as: 'a' }], output: { v: 'scores.v' } } },
            emit: ['score', 'moment'],
            """)
        let lines = engine.run(
            event("x", at: 1, #""v":6"#) + event("x", at: 2) + event("x", at: 3, #""v":7"#)
                + event("x", at: 4, #""v":1"#))
        #expect(
            lines.filter { $0.hasPrefix("score") }.map { $0.filter { $0 != "\"" } }.map(Self.essence) == [
                "v up 5.0 00.001", "v down 5.0 00.004",
            ])
        #expect(lines.filter { $0.hasPrefix("moment") }.map { $0.contains(#""v":"#) } == [true, false, true, true])
    }

    /// A seeded walk: what a segment says at every instant is what its condition says of the events then.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func followsItsConditionThroughTime(seed: UInt64) throws {
        let engine = try PictureUnderTest(
            "windows: { n: { count: true, on: 'x', over: '20ms' } }, segments: { s: { when: 'windows.n >= 2' } }, emit: 'segment',"
        )
        var random = SeededNumbers(seed: seed)
        var times: [Int64] = []
        var time: Int64 = 1
        for _ in 0..<200 {
            time += [0, 1, 5, 9, 15, 20, 21, 400][Int.random(in: 0..<8, using: &random)]
            times.append(time)
        }
        var expected: [String] = []
        var isIn = false
        for instant in 0...time + 30 {
            let before = times.filter { $0 > instant - 20 && $0 < instant }.count
            let events = times.filter { $0 == instant }.count
            // Without an event time alone decides; of several the first does, without the later ones.
            for count in events == 0 ? [before] : (1...events).map({ before + $0 }) where (count >= 2) != isIn {
                isIn = count >= 2
                expected.append("\(isIn ? "enter" : "leave") \(instant)")
            }
        }
        let lines = engine.run(times.map { event("x", at: $0) }.joined(), flush: true)
        let found = lines.map { line in
            let words = line.split(separator: "\"")
            let clock = words[words.count - 1].split(separator: ":")
            let seconds = (Double(clock[2].dropLast()) ?? 0) + 60 * (Double(clock[1]) ?? 0)
            return "\(words[6] == ":" ? words[7] : words[6]) \(Int((seconds * 1000).rounded()))"
        }
        #expect(found == expected)
    }
}
