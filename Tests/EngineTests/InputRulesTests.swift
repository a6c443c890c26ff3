import Events
import Testing

@testable import TestEngine

/// What becomes of lines on their way in, seen from what comes out.
@Suite struct InputRulesTests {
    private static let seen = """
        moments: { seen: { sequence: [{ as: "x", on: "x" }],
          output: { t: "event.time", v: "event.properties.v", r: "event.raw.r", c: "event.channel" } } }
        """

    private func engine(_ sections: String = "", moments: String = seen) throws -> EngineUnderTest {
        try EngineUnderTest("{ version: 1, \(sections) \(moments) }")
    }

    /// The ids of the events bound by the moments' single step.
    private func ids(_ outcome: Outcome) -> [String] {
        outcome.moments.map { line in
            let parts = line.split(separator: "\"steps\":{\"x\":[\"")
            return parts.count == 2 ? String(parts[1].prefix { $0 != "\"" }) : ""
        }
    }

    private func reasons(_ outcome: Outcome) -> [RejectReason] { outcome.rejects.map(\.reject.reason) }

    @Test func anIdIsTakenOnceWithinItsTime() throws {
        let lines =
            event("a", "x", at: 0, id: "1") + event("a", "x", at: 9_999, id: "1") + event("b", "x", at: 9_999, id: "1")
            + event("a", "x", at: 10_000, id: "1") + event("a", "x", at: 10_001, id: "2")
            + event("a", "x", at: 19_999, id: "1") + event("a", "y", at: 20_000, id: "2") + event("a", "x", at: 20_000)
            + event("a", "x", at: 20_000)
        for shards in [1, 2] {
            let outcome = try engine("input: { dedup: '10s' },").run(lines, shards: shards)
            #expect(ids(outcome).prefix(4) == ["1", "1", "1", "2"])
            #expect(outcome.moments.count == 6)
            #expect(reasons(outcome) == [.duplicate, .duplicate, .duplicate])
            #expect(outcome.rejects.map(\.line) == [2, 6, 7])
        }
        let all = try engine().run(lines)
        #expect(all.moments.count == 8)
    }

    @Test func aLateEventIsTakenAtTheWatermarkOrRefused() throws {
        let lines =
            event("a", "y", at: 5_000) + event("b", "x", at: 4_999, id: "1") + event("b", "x", at: 5_000, id: "2")
        let taken = try engine().run(lines)
        let ownTimes = ["1970-01-01T00:00:04.999Z", "1970-01-01T00:00:05.000Z"]
        let expected = ownTimes.enumerated().map { index, own in
            let time = "\"1970-01-01T00:00:05.000Z\""
            return "\"moment\":\"seen\",\"customer_id\":\"b\",\"time\":\(time),\"start\":\(time),\"end\":\(time),"
                + "\"steps\":{\"x\":[\"\(index + 1)\"]},\"output\":{\"t\":\"\(own)\"}}"
        }
        #expect(taken.moments == expected)
        #expect(taken.late == 1 && taken.events == 3)
        let refused = try engine("time: { late: 'reject' },").run(lines)
        #expect(ids(refused) == ["2"])
        #expect(reasons(refused) == [.late])
    }

    @Test(
        arguments: [
            // An event exactly as late as allowed takes its right place; a microsecond more and it is late.
            ("10s", [20_000, 10_000, 15_000], ["2", "3", "1"], 0),
            ("10s", [20_001, 10_000, 15_000], ["2", "3", "1"], 1),
            ("9999ms", [20_000, 10_000, 15_000], ["2", "3", "1"], 1),
            ("0s", [20_000, 10_000, 15_000], ["1", "2", "3"], 2),
            ("1d", [5, 4, 4, 3, 5], ["4", "2", "3", "1", "5"], 0),
        ] as [(String, [Int64], [String], UInt64)])
    func disorderLetsEventsTakeTheirPlaces(
        _ disorder: String, _ times: [Int64], _ order: [String], _ late: UInt64
    ) throws {
        let lines = times.enumerated().map { event("c\($0 % 2)", "x", at: $1, id: "\($0 + 1)") }.joined()
        for shards in [1, 2] {
            let outcome = try engine("time: { disorder: '\(disorder)' },").run(lines, shards: shards, piece: 7)
            #expect(ids(outcome) == order)
            #expect(outcome.late == late)
        }
    }

    /// A run that begins after a match's last event outlives the match, whatever the lines' order in the file.
    @Test(arguments: [[5, 10], [10, 5]] as [[Int64]]) func disorderDoesNotMixUpWhatAMatchDiscards(_ times: [Int64])
        throws
    {
        let moment = "moments: { m: { sequence: [{ as: 'x', on: 'x' }, { not: 'y', for: '10s' }] } }"
        let engine = try engine("time: { disorder: '1h' },", moments: moment)
        let lines = times.map { event("a", "x", at: $0 * 1000, id: "\($0)") }.joined()
        #expect(ids(engine.run(lines, flush: true)) == ["5", "10"])
    }

    @Test(arguments: [1, 2, 3]) func filesAreMergedByTimeAndThenByTheirOrder(_ count: Int) throws {
        var files = [[UInt8]](repeating: [], count: count)
        var expected: [(Int64, Int, Int)] = []
        for number in 0..<60 {
            let time = Int64(number / 7)
            let file = number * 5 % count
            files[file] += Array(event("c\(number % 4)", "x", at: time, id: "\(number)").utf8)
            expected.append((time, file, number))
        }
        let order = expected.sorted { $0 < $1 }.map { "\($0.2)" }
        for piece in [7, 4096] {
            let outcome = try engine().run(files, shards: 2, piece: piece)
            #expect(ids(outcome) == order)
            #expect(outcome.late == 0)
        }
    }

    @Test func ofAKeyGivenTwiceTheLastCounts() throws {
        let lines = """
            {"customer_id":"a","customer_id":"b","event":"y","event":"x","timestamp":1,"timestamp":2,"id":"1","id":"2",\
            "properties":{"v":1,"v":2},"r":1,"r":"two"}
            {"customer_id":"a","event":"x","timestamp":2,"id":"3","properties":{"v":1},"properties":{"w":2}}
            """
        let moments = try engine().run(lines).moments
        try #require(moments.count == 2)
        #expect(moments[0].contains(#""customer_id":"b","time":"1970-01-01T00:00:00.002Z""#))
        #expect(
            moments[0].hasSuffix(#""steps":{"x":["2"]},"output":{"t":"1970-01-01T00:00:00.002Z","v":2,"r":"two"}}"#))
        // The later properties stand for the earlier ones as a whole.
        #expect(moments[1].hasSuffix(#""output":{"t":"1970-01-01T00:00:00.002Z"}}"#))
    }

    @Test func anyKeyCanBeReadFromTheRawLine() throws {
        let moments = """
            moments: { m: { sequence: [{ as: "x", on: "x", where: "event.raw.context.app.name == 'shop'" }],
              output: { n: "event.raw.context.app.name", l: "event.raw.list[1]", c: "x.raw.customer_id", p: "event.raw.properties.v",
                        e: "event.raw['event']" } } }
            """
        let more = #","context":{"app":{"name":"shop","more":[1,{"name":"no"}]}},"list":[1,[2,"z"]]"#
        let lines =
            event("a", "x", at: 1, id: "1", "\"v\":1.5", more: more) + event("a", "x", at: 2, id: "2", "\"v\":1.5")
        let found = try engine(moments: moments).run(lines).moments
        try #require(found.count == 1)
        #expect(found[0].hasSuffix(#""output":{"n":"shop","l":[2,"z"],"c":"a","p":1.5,"e":"x"}}"#), "\(found[0])")
    }

    @Test func anAbsentIdIsMadeOfTheLinesBytes() throws {
        let line = event("a", "x", at: 1)
        let bare = String(line.dropLast())
        let outcome = try engine("input: { dedup: '1h' },").run(line + line + bare + "\r\n" + event("a", "x", at: 2))
        let made = ids(outcome)
        try #require(made.count == 4)
        let areFit = made.allSatisfy { id in
            id.count == 17 && id.first == "h" && id.dropFirst().allSatisfy { $0.isHexDigit && !$0.isUppercase }
        }
        #expect(areFit)
        #expect(made[0] == made[1] && made[1] == made[2] && made[3] != made[0])
        // The hash is fixed for ever: whoever stored an id finds it again.
        #expect(made[0] == "h8bdb3c4519d75c93")
    }

    @Test func badLinesLeaveTheirNeighboursAlone() throws {
        let good = event("a", "x", at: 1, id: "1")
        let lines =
            good + "\n  \nnonsense\n[1]\n" + good + "{\"customer_id\":\"\",\"event\":\"x\"}\n{\"event\":\"x\"}\n"
            + event("a", "x", at: 1, id: "2").replacing(":1,", with: ":true,") + good.dropLast()
        for piece in [1, 7, 4096] {
            let outcome = try engine().run("\u{FEFF}" + lines, piece: piece)
            #expect(outcome.moments.count == 3)
            #expect(
                reasons(outcome) == [.malformedJSON, .malformedJSON, .badField, .missingField, .badTimestamp])
            #expect(outcome.rejects.map(\.line) == [4, 5, 7, 8, 9])
        }
    }
}
