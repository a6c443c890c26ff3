import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TestEngine

/// Moments whose decision waits: for the end of quiet hours, or for others that come.
@Suite struct HoldTests {
    /// 2026-03-02, a Monday, at midnight UTC.
    private static let midnight = 1_772_409_600

    private static func line(_ id: Int, _ customer: String, _ event: String, at minutes: Int, _ value: Int = 0)
        -> String
    {
        "{\"id\":\"e\(id)\",\"customer_id\":\"\(customer)\",\"event\":\"\(event)\",\"timestamp\":\(midnight + minutes * 60)000,"
            + "\"properties\":{\"v\":\(value)}}\n"
    }

    private static func word(_ key: String, _ line: String) -> String? {
        guard let range = line.firstRange(of: "\"\(key)\":") else { return nil }
        return String(line[range.upperBound...].prefix { $0 != "," && $0 != "}" }.filter { $0 != "\"" })
    }

    /// A decision: when, for whom, which moment, and what.
    private static func told(_ line: String) -> String {
        let time = (word("time", line) ?? "").dropFirst(8).prefix(8)
        let action = word("action", line) ?? ""
        let outcome = action == "null" ? word("reason", line) ?? "" : action
        return "\(time) \(word("customer_id", line) ?? "") \(word("moment", line) ?? ""): \(outcome)"
    }

    private static let held = """
        { version: 1, profile: { ok: { on: 'consent', from: 'event.properties.v' } },
          moments: { cart: { sequence: [{ as: 'c', on: 'cart' }] }, look: { sequence: [{ as: 'l', on: 'look' }] },
                     ask: { sequence: [{ as: 'a', on: 'ask' }] } },
          actions: { mail: { on: 'cart', channels: ['email'], suppress: [{ after: 'buy', for: '1d' }], value: 2,
                             payload: { id: 'c.id', v: 'event.properties.v', n: 'moment.steps.c.size()' } },
                     tip: { on: 'look', channels: ['email'], value: 1 },
                     answer: { on: 'ask', channels: ['email', 'web'], value: 0.5 } },
          policy: { consent: { email: '!has(profile.ok) || profile.ok > 0' },
                    quiet_hours: [{ channels: ['email'], from: '21:00', to: '24:00', then: 'hold' },
                                  { channels: ['email'], from: '00:00', to: '08:00', then: 'hold' }] },
          emit: ['decision'] }
        """

    private func decisions(_ rules: String, _ lines: [String], flush: Bool = true) throws -> [String] {
        try EngineUnderTest(rules).run([Array(lines.joined().utf8)], flush: flush).lines
    }

    /// What came in the night is decided in the morning, by what is true then; an action over another channel at once.
    @Test func whatIsHeldIsDecidedByTheStateOfThen() throws {
        let evening = 22 * 60
        let lines = [
            Self.line(1, "ann", "cart", at: evening, 7), Self.line(2, "bob", "cart", at: evening),
            Self.line(3, "cid", "cart", at: evening), Self.line(4, "ann", "ask", at: evening + 1),
            Self.line(5, "bob", "buy", at: evening + 60), Self.line(6, "cid", "consent", at: evening + 90, -1),
            Self.line(7, "dan", "cart", at: evening + 600),
        ]
        let got = try decisions(Self.held, lines)
        #expect(
            got.map(Self.told) == [
                "02T22:01 ann ask: answer", "03T08:00 ann cart: mail", "03T08:00 bob cart: suppressed",
                "03T08:00 cid cart: no_consent", "03T08:00 dan cart: mail",
            ])
        #expect(Self.word("event_id", got[1]) == "e1" && got[1].contains(#""payload":{"id":"e1","v":7,"n":1}"#))
        #expect(Self.word("deliver_at", got[1]) == "2026-03-03T08:00:00.000Z")
    }

    /// All that are held until one time compete.
    @Test func whatIsHeldTogetherCompetes() throws {
        let lines = [
            Self.line(1, "ann", "look", at: 1300), Self.line(2, "ann", "cart", at: 1310),
            Self.line(3, "ann", "look", at: 1320),
        ]
        let got = try decisions(Self.held, lines).map(Self.told)
        #expect(got == ["03T08:00 ann cart: mail", "03T08:00 ann look: outranked", "03T08:00 ann look: outranked"])
    }

    @Test func theNinthMakesTheOldestEndWithNothing() throws {
        let lines = (0..<10).map { Self.line($0, "ann", $0 == 0 ? "cart" : "look", at: 1300 + $0) }
        let got = try decisions(Self.held, lines)
        #expect(got.count == 10)
        #expect(
            got.prefix(3).map(Self.told) == [
                "02T21:48 ann cart: quiet_hours", "02T21:49 ann look: quiet_hours", "03T08:00 ann look: tip",
            ])
        #expect(got[0].contains("\"event_id\":\"e0\""))
        #expect(got.dropFirst(3).allSatisfy { $0.contains("outranked") })
    }

    private static let gathered = """
        { version: 1, moments: { look: { sequence: [{ as: 'l', on: 'look' }] }, cart: { sequence: [{ as: 'c', on: 'cart' }] },
                                 buy: { sequence: [{ as: 'b', on: 'buy' }] } },
          actions: { tip: { on: 'look', value: 'event.properties.v' }, mail: { on: 'cart', value: 'event.properties.v' },
                     thanks: { on: 'buy', class: 'transactional' } },
          policy: { gather: '5m' }, emit: ['decision'] }
        """

    @Test func momentsAreGatheredFromTheFirstOn() throws {
        let lines = [
            Self.line(1, "ann", "look", at: 0, 3), Self.line(2, "ann", "cart", at: 4, 9),
            Self.line(3, "ann", "buy", at: 4),
            Self.line(4, "ann", "look", at: 5, 1), Self.line(5, "bob", "cart", at: 6, 1),
            Self.line(6, "ann", "look", at: 11, 1),
        ]
        let got = try decisions(Self.gathered, lines).map(Self.told)
        #expect(
            got == [
                "02T00:05 ann look: outranked", "02T00:05 ann cart: mail", "02T00:05 ann buy: thanks",
                "02T00:10 ann look: tip", "02T00:11 bob cart: mail", "02T00:16 ann look: tip",
            ])
    }

    /// As many moments as are kept are decided on at once.
    @Test func gatheringHasALimit() throws {
        let lines = (0..<70).map { Self.line($0, "ann", "look", at: 0, $0) }
        let got = try decisions(Self.gathered, lines)
        #expect(got.count == 70 && got.count { $0.contains("outranked") } == 68)
        #expect(got.count { Self.word("time", $0) == "2026-03-02T00:00:00.000Z" } == 64)
    }

    // MARK: Any input, on any number of shards, stopped anywhere

    private static let everything = [
        held, gathered,
        held.replacing("policy: {", with: "policy: { gather: '2h', caps: [{ max: 1, per: 'day' }],"),
        held.replacing("policy: {", with: "policy: { gather: '0s', holdout: { percent: 50 },"),
    ]

    private static func stream(seed: UInt64, count: Int = 300) -> [String] {
        var numbers = SeededNumbers(seed: seed)
        func drawn(_ most: Int) -> Int { numbers.below(most) }
        var minutes = 1200
        return (0..<count).map { id in
            minutes += [0, 0, 0, 1, 4, 30, 100][drawn(7)]
            let event = ["cart", "look", "look", "ask", "buy", "consent"][drawn(6)]
            return line(id, "c\(drawn(4))", event, at: minutes, drawn(5) - 1)
        }
    }

    @Test(arguments: 0..<4, [1, 2, 3] as [UInt64]) func shardsCutsAndStopsDoNotShow(rules: Int, seed: UInt64) throws {
        let engine = try EngineUnderTest(Self.everything[rules])
        let lines = Self.stream(seed: seed)
        let bytes = Array(lines.joined().utf8)
        let whole = engine.run([bytes], flush: true).lines
        #expect(whole.contains { $0.contains("outranked") })
        for (shards, piece) in [(2, 1 << 16), (3, 700), (8, 90)] {
            #expect(engine.run([bytes], shards: shards, flush: true, piece: piece).lines == whole)
        }
        let stopped = try SnapshotTests.run(engine.plan, lines, lot: 7, shards: 2, resumedAfter: Set(0..<60))
        #expect(stopped.output == whole.map { $0 + "\n" }.joined())
    }

    /// The same streams, told by the rules as they are written down.
    @Test(arguments: [nil, 7, 120, 700], [false, true]) func agreesWithTheNaiveRules(gather: Int?, oneADay: Bool) throws
    {
        var policy = gather.map { " gather: '\($0)m'," } ?? " gather: '0s',"
        if oneADay { policy += " caps: [{ max: 1, per: 'day' }]," }
        let engine = try EngineUnderTest(Self.held.replacing("policy: {", with: "policy: {" + policy))
        var seen: Set<String> = []
        for seed in 1...12 as ClosedRange<UInt64> {
            let lines = Self.stream(seed: seed)
            let events = lines.map { line in
                NaiveWaiting.Event(
                    customer: Self.word("customer_id", line) ?? "", type: Self.word("event", line) ?? "",
                    minute: ((Self.word("timestamp", line).flatMap { Int($0) } ?? 0) / 1000 - Self.midnight) / 60,
                    value: Self.word("v", line).flatMap { Int($0) } ?? 0)
            }
            var naive = NaiveWaiting(gather: gather, oneADay: oneADay)
            naive.run(events)
            let got = engine.run([Array(lines.joined().utf8)], flush: true).lines.map(Self.told)
            let expected = naive.lines.map { line in
                let parts = line.split(separator: " ", maxSplits: 1)
                let minute = Int(parts[0]) ?? 0
                func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
                return "\(two(2 + minute / 1440))T\(two(minute / 60 % 24)):\(two(minute % 60)) \(parts[1])"
            }
            try #require(got == expected, "seed \(seed)")
            seen.formUnion(expected.compactMap { $0.split(separator: " ").last.map(String.init) })
        }
        var all: Set = ["mail", "tip", "answer", "no_consent", "suppressed", "outranked", "quiet_hours"]
        if oneADay { all.insert("cap") }
        #expect(seen.isSuperset(of: all.subtracting(gather == nil || gather == 7 ? [] : ["quiet_hours"])))
    }

    /// What waits goes on under a configuration in which other rules are new or gone; a moment that is gone is let go of.
    @Test func whatWaitsOutlastsAnotherConfiguration() throws {
        let engine = SteppedEngine(try EngineUnderTest(Self.held).plan, shards: 2)
        engine.take([
            Self.line(1, "ann", "look", at: 1300), Self.line(2, "ann", "cart", at: 1301),
            Self.line(3, "bob", "look", at: 1302),
        ])
        let other = Self.held.replacing("look: { sequence: [{ as: 'l', on: 'look' }] },", with: "")
            .replacing("tip: { on: 'look', channels: ['email'], value: 1 },", with: "")
            .replacing(
                "moments: {", with: "windows: { w: { count: true } }, moments: { first: { when: 'windows.w > 99' },"
            )
            .replacing("ok: {", with: "older: { on: 'x', from: 'event.properties.y' }, ok: {")
        _ = try engine.reload(other)
        // Where nothing is held any more, what is held waits on.
        _ = try engine.reload(other.replacing("'hold'", with: "'next_channel'"))
        engine.finish(flush: true)
        let got = engine.output.split(separator: "\n").map { Self.told(String($0)) }
        #expect(got == ["03T08:00 ann cart: mail"])
    }

    /// Once nothing waits, nothing of it is kept.
    @Test(arguments: [0, 1]) func nothingIsLeftOfWhatWaited(rules: Int) throws {
        let engine = try EngineUnderTest(Self.everything[rules])
        var lines = (0..<200).map { Self.line($0, "c\($0)", "look", at: 1300) }
        lines += (0..<40_000).map { Self.line($0 + 200, "busy", "other", at: 3000 + $0 / 1000) }
        let totals = engine.run([Array(lines.joined().utf8)]).totals
        let (customers, bytes) = (totals["customers", default: 0], totals["state bytes", default: 0])
        #expect(customers == 0 && bytes == 0, "\(customers) customers are left, with \(bytes) bytes")
    }
}
