import Events
import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TestEngine

/// What comes of decisions.
@Suite struct ResponseTests {
    static let start: Int64 = 1_772_445_600_000
    private static let hour: Int64 = 3_600_000

    /// The value under a key of a line, without quotes; nil where there is none.
    static func word(_ key: String, _ line: String) -> String? {
        guard let range = line.firstRange(of: "\"\(key)\":") else { return nil }
        return String(line[range.upperBound...].prefix { $0 != "," && $0 != "}" }.filter { $0 != "\"" })
    }

    static func event(
        _ id: Int, _ customer: String, _ type: String, at time: Int64, decision: String? = nil, more: String = ""
    ) -> String {
        let said = decision.map { "\"decision\":\"\($0)\"" } ?? ""
        let properties = [said, more].filter { !$0.isEmpty }.joined(separator: ",")
        return "{\"id\":\"\(id)\",\"customer_id\":\"\(customer)\",\"event\":\"\(type)\",\"timestamp\":\(start + time)"
            + (properties.isEmpty ? "" : ",\"properties\":{\(properties)}") + "}\n"
    }

    private static func rules(_ responses: String, actions: String, policy: String = "", emit: String = "'response', ")
        -> String
    {
        """
        { version: 1, moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } }, actions: { \(actions) },
          responses: { \(responses) }, policy: { \(policy) }, emit: [\(emit)'decision'] }
        """
    }

    private func lines(_ rules: String, _ input: [String]) throws -> [String] {
        try EngineUnderTest(rules).run(input.joined(), flush: true).lines
    }

    // MARK: By hand

    private static let full = """
        decision: 'event.properties.decision', impression: { on: 'shown' }, click: { on: 'click', within: '1d' },
        accept: { on: 'buy', within: '2d', value: 'event.properties.price' }, reject: { on: ['no', 'dismiss'] },
        ignored: { for: '6h' }
        """

    @Test func aPurchaseIsTheNewestOpenDecisionsWithItsValue() throws {
        let got = try lines(
            Self.rules(Self.full, actions: "mail: { on: 'visit', channels: ['email'] }"),
            [
                Self.event(1, "u", "visit", at: 0), Self.event(2, "u", "visit", at: Self.hour),
                Self.event(3, "u", "buy", at: 2 * Self.hour, more: "\"price\":59.9"),
                Self.event(4, "u", "buy", at: 3 * Self.hour, more: "\"price\":\"much\""),
                Self.event(5, "u", "buy", at: 4 * Self.hour), Self.event(6, "v", "buy", at: 5 * Self.hour),
            ])
        let decisions = got.filter { $0.contains("\"decision\",") }.compactMap { Self.word("id", $0) }
        let responses = got.filter { $0.contains("\"type\":\"response\"") }
        try #require(decisions.count == 2 && responses.count == 2)
        let tail =
            "\"decision_id\":\"\(decisions[1])\",\"action\":\"mail\",\"channel\":\"email\",\"customer_id\":\"u\","
            + "\"outcome\":\"accept\",\"value\":59.9,\"time\":\"2026-03-02T12:00:00.000Z\"}"
        #expect(responses[0].hasSuffix(tail) && responses[0].hasPrefix("{\"type\":\"response\",\"id\":\"p-"))
        // The second goes to the one before, and what is no number is left out.
        #expect(Self.word("decision_id", responses[1]) == decisions[0] && Self.word("value", responses[1]) == nil)
        let totals = try EngineUnderTest(Self.rules(Self.full, actions: "mail: { on: 'visit' }")).run(
            [Self.event(1, "u", "visit", at: 0), Self.event(6, "v", "buy", at: 5), Self.event(7, "u", "buy", at: 9)]
                .joined(), flush: true
        ).totals
        #expect(totals["accept of mail"] == 1 && totals["responses that belong to no open decision"] == 1)
    }

    /// One event may say two outcomes, each with a value of its own; what is no text is no decision's id.
    @Test func eachOutcomeHasItsOwnValue() throws {
        let got = try lines(
            Self.rules(
                "decision: 'event.properties.decision', click: { on: 'buy' }, "
                    + "accept: { on: 'buy', value: 'event.properties.price' }", actions: "mail: { on: 'visit' }"),
            [
                Self.event(1, "u", "visit", at: 0), Self.event(2, "u", "buy", at: 1, more: "\"decision\":7"),
                Self.event(3, "u", "buy", at: Self.hour, more: "\"price\":2.5"),
            ]
        ).filter { $0.contains("\"type\":\"response\"") }
        #expect(got.map { Self.word("outcome", $0) } == ["click", "accept"])
        #expect(got.map { Self.word("value", $0) } == [nil, "2.5"])
        #expect(got.allSatisfy { Self.stamp($0) == Self.start + Self.hour })
    }

    /// Who is forgotten leaves no open decision, and no outcome that holds anything back.
    @Test(arguments: [1, 3]) func nothingIsLeftOfWhoIsForgotten(shards: Int) throws {
        let rules = Self.rules(
            "accept: { on: 'buy' }, reject: { on: 'no' }",
            actions: "mail: { on: 'visit', cooldown: { reject: '9d' } }"
        ).replacing("{ version: 1,", with: "{ version: 1, privacy: { forget_on: ['gone'] },")
        for (word, actions, outcomes) in [
            ("stay", ["mail", "null"], ["reject", "accept"]), ("gone", ["mail", "mail"], ["reject"]),
        ] {
            let types = ["visit", "no", word, "buy", "visit"]
            let outcome = try EngineUnderTest(rules).run(
                types.enumerated().map { Self.event($0, "u", $1, at: Int64($0) * Self.hour) }.joined(), shards: shards,
                flush: true)
            #expect(outcome.lines(ofType: "decision").map { Self.word("action", $0) } == actions)
            #expect(outcome.lines(ofType: "response").map { Self.word("outcome", $0) } == outcomes)
        }
    }

    @Test func whatIsSeenAndNotAnsweredIsIgnored() throws {
        let got = try lines(
            Self.rules(Self.full, actions: "mail: { on: 'visit' }"),
            [
                Self.event(1, "u", "visit", at: 0), Self.event(2, "u", "shown", at: Self.hour),
                Self.event(3, "v", "visit", at: 2 * Self.hour), Self.event(4, "w", "visit", at: 2 * Self.hour),
                Self.event(5, "w", "shown", at: 3 * Self.hour), Self.event(6, "w", "click", at: 4 * Self.hour),
                // At the very instant, the deadline comes first.
                Self.event(7, "u", "click", at: 7 * Self.hour),
            ]
        ).filter { $0.contains("\"type\":\"response\"") }.map {
            "\(Self.word("customer_id", $0) ?? "") \(Self.word("outcome", $0) ?? "")"
        }
        #expect(got == ["u impression", "w impression", "w click", "u ignored", "u click"])
    }

    @Test func whatWasAskedForIsAContactOnceItWasSeen() throws {
        let rules = Self.rules(
            "impression: { on: 'shown' }",
            actions: "card: { on: 'visit', class: 'inbound', budget: { max: 3, over: '9d' } }",
            policy: "caps: [{ max: 1, over: '7d' }]", emit: "")
        let visits = (0..<3).map { Self.event($0, "u", "visit", at: Int64($0) * Self.hour) }
        let asked = try lines(rules, visits + [Self.event(9, "u", "shown", at: 9 * Self.hour)])
        #expect(asked.allSatisfy { $0.contains("\"action\":\"card\"") })
        let seen = try lines(
            rules,
            [
                visits[0], Self.event(9, "u", "shown", at: 1), visits[1], visits[2],
                Self.event(4, "w", "visit", at: 9 * Self.hour),
            ])
        #expect(seen.map { Self.word("action", $0) } == ["card", "null", "null", "card"])
        #expect(seen[1].contains("\"reason\":\"cap\""))
        // Nobody says what was seen: it counts at once.
        let blind = try lines(
            Self.rules(
                "click: { on: 'click' }", actions: "card: { on: 'visit', class: 'inbound' }",
                policy: "caps: [{ max: 1, over: '7d' }]"), visits)
        #expect(blind.map { Self.word("action", $0) } == ["card", "null", "null"])
    }

    @Test func aChannelThatIsIgnoredIsNotUsed() throws {
        let got = try lines(
            Self.rules(
                "ignored: { for: '1h' }",
                actions: "offer: { on: 'visit', channels: ['email', 'app'], "
                    + "suppress: [{ outcome: 'ignored', count: 2, over: '30d', for: '10d', scope: 'channel' }] }",
                emit: ""),
            (0..<5).map { Self.event($0, "u", "visit", at: Int64($0) * 2 * Self.hour) })
        #expect(got.map { Self.word("channel", $0) ?? "none" } == ["email", "email", "app", "app", "none"])
        #expect(got[4].contains("\"reason\":\"suppressed\""))
    }

    // MARK: Against a naive model

    private static let customers = ["a", "b", "c"]

    /// Events of some customers: visits, and outcomes that speak of none, of known, of foreign and of later decisions.
    private func stream(seed: UInt64, _ engine: EngineUnderTest) -> (lines: [String], events: [NaiveResponses.Event]) {
        var numbers = SeededNumbers(seed: seed)
        func drawn(_ most: Int) -> Int { numbers.below(most) }
        var (time, taken) = (Int64(0), Int64(0))
        var drafts: [NaiveResponses.Event] = []
        for id in 0..<260 {
            // Whole hours, so that much falls on the very end of a window or a rest.
            time += [0, 0, 1, 2, 3, 9, -1][drawn(id % 40 < 25 ? 4 : 7)] * Self.hour
            let type = ["visit", "visit", "impression", "click", "accept", "reject"][drawn(6)]
            taken = max(taken, time)
            drafts.append(
                NaiveResponses.Event(
                    id: "\(id)", customer: Self.customers[drawn(3)], type: type, time: time, decision: nil))
        }
        // Decisions do not depend on responses here, so one run says all ids.
        let plain = drafts.enumerated().map { Self.event($0, $1.customer, $1.type, at: $1.time) }
        let decisions = engine.run(plain.joined(), flush: true).lines(ofType: "decision").compactMap {
            Self.word("id", $0)
        }
        var lines: [String] = []
        var events: [NaiveResponses.Event] = []
        taken = 0
        for (id, draft) in drafts.enumerated() {
            var event = draft
            if draft.type != "visit" {
                switch drawn(5) {
                case 0: event.decision = "nonsense"
                case 1, 2: event.decision = decisions[drawn(decisions.count)]
                case 3: event.decision = decisions[min(decisions.count - 1, max(0, id / 3 - drawn(12)))]
                default: break
                }
            }
            lines.append(Self.event(id, event.customer, event.type, at: event.time, decision: event.decision))
            taken = max(taken, event.time)
            event.time = taken
            events.append(event)
        }
        return (lines, events)
    }

    private static func modelRules(seed: UInt64, _ actions: String) -> String {
        let ignored = seed % 2 == 0 ? "{ for: '5h' }" : "{ after: 'decision', for: '7h' }"
        return rules(
            "decision: 'event.properties.decision', impression: { on: 'impression', within: '3d' }, "
                + "click: { on: 'click', within: '1d' }, accept: { on: 'accept', within: '2d' }, "
                + "reject: { on: 'reject', within: '12h' }, ignored: \(ignored)", actions: actions)
    }

    @Test(arguments: 1...12) func outcomesAreWhatANaiveModelSays(seed: UInt64) throws {
        let engine = try EngineUnderTest(Self.modelRules(seed: seed, "mail: { on: 'visit' }, call: { on: 'visit' }"))
        let (lines, events) = stream(seed: seed, engine)
        let outcome = engine.run(lines.joined(), flush: true)
        let made = Dictionary(grouping: outcome.lines(ofType: "decision")) { Self.word("event_id", $0) ?? "" }
        var model = NaiveResponses(
            within: [
                "impression": 72 * Self.hour, "click": 24 * Self.hour, "accept": 48 * Self.hour,
                "reject": 12 * Self.hour,
            ], ignoredAfter: (seed % 2 == 0 ? 5 : 7) * Self.hour, runsFromImpression: seed % 2 == 0)
        for event in events {
            model.take(
                event,
                made: (made[event.id] ?? []).map { (Self.word("id", $0) ?? "", Self.word("action", $0) ?? "") })
        }
        model.pass(to: .max / 2)
        let told = outcome.lines(ofType: "response").map {
            "\(Self.word("outcome", $0) ?? "") \(Self.word("decision_id", $0) ?? "") \(Self.stamp($0))"
        }
        let wanted = model.told.map { line -> String in
            let parts = line.split(separator: " ")
            return "\(parts[0]) \(parts[1]) \(Self.start + (Int64(parts[2]) ?? 0))"
        }
        #expect(told == wanted)
        let totals = outcome.totals
        #expect(Int(totals["responses that belong to no open decision", default: 0]) == model.unattributed)
        #expect(Int(totals["responses that a decision had already", default: 0]) == model.repeated)
        #expect(Int(totals["open decisions dropped (16 a customer)", default: 0]) == model.displaced)
        if seed == 1 { #expect(model.unattributed > 0 && model.repeated > 0 && told.count > 30) }
    }

    /// The time of a line in milliseconds.
    static func stamp(_ line: String) -> Int64 {
        guard let time = word("time", line) else { return 0 }
        return View.of(Array(time.utf8)) { Instant(rfc3339: $0) }.map { $0.microseconds / 1000 } ?? 0
    }

    // MARK: What outcomes hold back

    /// Each decision must be what the responses before it allow.
    @Test(arguments: 1...8) func outcomesHoldBackForAsLongAsTheyShould(seed: UInt64) throws {
        let engine = try EngineUnderTest(
            Self.modelRules(
                seed: seed,
                "mail: { on: 'visit', cooldown: { accept: '1d', reject: '9h' }, "
                    + "suppress: [{ outcome: 'ignored', count: 2, over: '2d', for: '1d' }] }"))
        let (lines, _) = stream(seed: seed + 100, engine)
        var past: [(customer: String, outcome: String, time: Int64)] = []
        var reasons: [String: Int] = [:]
        for line in engine.run(lines.joined(), flush: true).lines {
            let (customer, time) = (Self.word("customer_id", line) ?? "", Self.stamp(line))
            guard line.hasPrefix("{\"type\":\"decision\"") else {
                past.append((customer, Self.word("outcome", line) ?? "", time))
                continue
            }
            let own = past.filter { $0.customer == customer }
            let ignored = own.filter { $0.outcome == "ignored" }.map(\.time)
            let isSuppressed = ignored.indices.dropFirst().contains {
                ignored[$0] - ignored[$0 - 1] < 48 * Self.hour && time < ignored[$0] + 24 * Self.hour
            }
            let rests = own.contains {
                $0.outcome == "accept" && time < $0.time + 24 * Self.hour
                    || $0.outcome == "reject" && time < $0.time + 9 * Self.hour
            }
            let wanted = isSuppressed ? "suppressed" : rests ? "cooldown" : "mail"
            let got = Self.word("action", line) == "mail" ? "mail" : Self.word("reason", line) ?? ""
            #expect(got == wanted, "\(line)")
            reasons[got, default: 0] += 1
        }
        #expect(reasons["mail", default: 0] > 5 && reasons["cooldown", default: 0] > 0)
    }

    // MARK: Any shards, any cut, stopped and gone on

    private static let allRules = modelRules(
        seed: 2,
        "mail: { on: 'visit', channels: ['email', 'app'], class: 'inbound', budget: { max: 40, over: '9d' }, "
            + "cooldown: { chosen: '10m', accept: '1d' }, suppress: [{ outcome: 'ignored', for: '2h', scope: 'channel' }] }, "
            + "call: { on: 'visit', group: 'g', suppress: [{ outcome: 'reject', count: 2, over: '9d', for: '3d', scope: 'group' }] }"
    ).replacing("policy: {", with: "policy: { gather: '0s', caps: [{ max: 4, over: '2d' }], holdout: { percent: 30 },")

    @Test(arguments: 1...4) func shardsAndCutsDoNotShow(seed: UInt64) throws {
        let engine = try EngineUnderTest(Self.allRules)
        let input = stream(seed: seed + 40, engine).lines.joined()
        let whole = engine.run(input, flush: true)
        #expect(whole.lines(ofType: "response").count > 20)
        for (shards, piece) in [(2, 1 << 16), (3, 700), (8, 90), (1, 120)] {
            #expect(engine.run(input, shards: shards, flush: true, piece: piece).lines == whole.lines)
        }
    }

    @Test(arguments: 1...3) func itGoesOnFromAnImage(seed: UInt64) throws {
        let engine = try EngineUnderTest(Self.allRules)
        let lines = stream(seed: seed + 70, engine).lines
        let whole = try SnapshotTests.run(engine.plan, lines, lot: 10, shards: 2, resumedAfter: [])
        let often = try SnapshotTests.run(engine.plan, lines, lot: 10, shards: 2, resumedAfter: Set(0..<26))
        #expect(often == whole)
    }

    /// The same configuration changes nothing; one with other rules goes on with the decisions that are open.
    @Test func aReloadKeepsWhatIsOpen() throws {
        let engine = try EngineUnderTest(Self.allRules)
        let lines = stream(seed: 9, engine).lines
        func run(_ reload: String?) throws -> String {
            let stepped = SteppedEngine(engine.plan, shards: 2)
            for start in stride(from: 0, to: lines.count, by: 20) {
                if let reload { _ = try stepped.reload(reload) }
                stepped.take(lines[start..<min(start + 20, lines.count)])
            }
            stepped.finish(flush: true)
            return stepped.output
        }
        let whole = try run(nil)
        #expect(try run(Self.allRules) == whole)
        // An action that comes in front has the numbers of those behind it change.
        let other = Self.allRules.replacing("actions: {", with: "actions: { never: { on: 'visit', enabled: false },")
        let found = try run(other).split(separator: "\n").filter { $0.contains("\"response\"") }
        #expect(found == whole.split(separator: "\n").filter { $0.contains("\"response\"") })
    }
}
