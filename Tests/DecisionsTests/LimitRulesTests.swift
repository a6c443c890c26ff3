import Events
import Expressions
import Storage
import Testing

@testable import Decisions

/// The rules about what is counted, and about what stands beside the others, in tables that can be checked by eye.
struct LimitRulesTests {
    private static let hour: Int64 = 3_600_000_000

    /// One e-mail a day, and nights are waited out: what is decided on one evening is the next day's.
    @Test func whatIsDeferredCountsOnTheDayOfItsDelivery() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 1, reach: .per(.day), scope: LimitScope(channels: ["email"]))]
        draft.policy.quietHours = [QuietPlan(channels: ["email"], from: 21 * Self.hour, to: 8 * Self.hour)]
        try draft.add("mail") { $0.channels = ["email"] }
        let bench = DecisionBench(draft)
        let got = [22, 34, 36, 57].flatMap { bench.outcome(at: $0 * Self.hour) }
        #expect(got == ["mail email", "null cap", "null cap", "mail email"])
    }

    /// What is due later than a sliding cap's reach before the delivery counts, also where it comes after it.
    @Test func whatIsDueAfterwardsCountsToo() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 1, over: 2 * Self.hour)]
        draft.policy.quietHours = [QuietPlan(channels: ["email"], from: 21 * Self.hour, to: 23 * Self.hour)]
        draft.moments = ["m", "n"]
        try draft.add("mail") { ($0.channels, $0.on) = (["email"], [0]) }
        try draft.add("push") { ($0.channels, $0.on) = (["push"], [1]) }
        let bench = DecisionBench(draft)
        #expect(bench.outcome(0, at: 21 * Self.hour) == ["mail email"])
        let got = [22, 23, 24, 25].flatMap { bench.outcome(1, at: $0 * Self.hour) }
        #expect(got == ["null cap", "null cap", "null cap", "push push"])
    }

    @Test func aReserveIsForItsGroupsAlone() throws {
        var draft = Draft()
        var cap = CapPlan(max: 3, over: 100)
        cap.reserve = CapPlan.Reserve(groups: ["service"], keep: 1)
        draft.policy.caps = [cap]
        draft.moments = ["sell", "serve"]
        try draft.add("offer") { $0.on = [0] }
        try draft.add("call") { ($0.on, $0.group) = ([1], "service") }
        let bench = DecisionBench(draft)
        let got = [0, 0, 0, 1, 1].flatMap { bench.outcome($0, at: 1) }
        #expect(got == ["offer", "offer", "null cap", "call", "null cap"])
        // Where the reserved come first, they take of what is left as well.
        let other = DecisionBench(draft)
        #expect([1, 1, 0, 0].flatMap { other.outcome($0, at: 1) } == ["call", "call", "offer", "null cap"])
    }

    @Test func aMaximumMayBeTheCustomersOwnAndBlocksWhereItFails() throws {
        var draft = Draft()
        var cap = CapPlan(max: 0, over: 100)
        cap.maxExpression = try draft.number("v0")
        draft.policy.caps = [cap]
        try draft.add("a")
        let bench = DecisionBench(draft)
        func ask(_ most: Value) -> String { bench.outcome(at: 1, facts: [most]).joined() }
        let numbers: [Value] = [.int(1), .int(1), .double(1.5), .double(2), .int(3)]
        #expect(numbers.map(ask) == ["a", "null cap", "a", "null cap", "a"])
        let faults: [Value] = [.error(.noSuchKey), .double(.nan), .bool(true), .int(-1)]
        #expect(faults.map(ask) == Array(repeating: "null cap", count: 4))
    }

    /// Of moments that are decided as one each brings its own maximum along, though their actions
    /// are alike.
    @Test func eachMomentHasItsOwnMaximum() throws {
        var draft = Draft()
        draft.moments = ["m", "n"]
        var cap = CapPlan(max: 0, over: 100)
        cap.maxExpression = try draft.number("v0")
        draft.policy.caps = [cap]
        try draft.add("a", value: "2.0") { $0.on = [0] }
        try draft.add("b", value: "1.0") { $0.on = [1] }
        for (most, chosen) in [(0, "b"), (1, "a")] as [(Int64, String)] {
            let lines = DecisionBench(draft).decide(together: [(0, [.int(most)]), (1, [.int(1 - most)])], at: 1)
            #expect(lines.compactMap { $0.word("action") }.filter { $0 != "null" } == [chosen])
        }
    }

    @Test func budgetsOverSeveralActionsCountByValueAndInMoney() throws {
        var draft = Draft()
        let region = try draft.number("v0")
        draft.moments = ["m", "n"]
        try draft.add("a", value: "30.0") { ($0.on, $0.channels) = ([0], ["email"]) }
        try draft.add("b", value: "20.0") { ($0.on, $0.channels) = ([1], ["email"]) }
        var perRegion = BudgetPlan(max: 2, reach: .over(100))
        (perRegion.perValue, perRegion.scope) = (region, LimitScope(channels: ["email"]))
        var money = BudgetPlan(max: 100.0, reach: .over(1000))
        money.sumsValue = true
        draft.policy.budgets = [perRegion, money]
        let bench = DecisionBench(draft)
        func ask(_ moment: Int, _ region: Int64, at time: Int64) -> String {
            bench.outcome(moment, at: time, customer: "c\(time)", facts: [.int(region)]).joined()
        }
        let first = [(0, 1), (1, 1), (0, 1), (1, 2)].map { ask($0.0, $0.1, at: 1) }
        #expect(first == ["a email", "b email", "null budget", "b email"])
        // 70 is spent: 30 more reach the maximum, which is what blocks the next.
        #expect([(0, 1), (1, 1)].map { ask($0.0, $0.1, at: 500) } == ["a email", "null budget"])
        #expect(ask(1, 1, at: 1001) == "b email")
    }

    @Test func transactionalActionsStandBesideTheOthers() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 1, over: 100)]
        draft.policy.minPriority = 2
        try draft.add("offer", value: "5.0")
        try draft.add("receipt", value: "1.0") { $0.classification = .transactional }
        try draft.add("ticket", value: "3.0") { $0.classification = .transactional }
        try draft.add("notice", value: "v9") { $0.classification = .mandatory }
        let bench = DecisionBench(draft)
        #expect(bench.outcome(at: 0) == ["notice", "ticket", "receipt", "offer"])
        #expect(bench.outcome(at: 1) == ["notice", "ticket", "receipt"])
    }

    @Test func lowPrioritiesAreNotChosen() throws {
        var draft = Draft()
        try draft.add("a", value: "v0")
        let bench = DecisionBench(draft)
        let got = [-0.5, 0, 1].flatMap { bench.outcome(at: 0, facts: [.double($0)]) }
        #expect(got == ["null low_priority", "a", "a"])
        draft.policy.minPriority = 0.5
        let other = DecisionBench(draft)
        #expect([0.4, 0.5].flatMap { other.outcome(at: 0, facts: [.double($0)]) } == ["null low_priority", "a"])
    }

    @Test func oneFallbackIsChosenWhereNothingElseIs() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 1, over: 100)]
        draft.policy.choose = 3
        try draft.add("offer", value: "1.0")
        try draft.add("tip", value: "9.0") { $0.isFallback = true }
        try draft.add("greeting", value: "8.0") { $0.isFallback = true }
        let bench = DecisionBench(draft)
        // What is fallen back on meets no cap and counts toward none.
        #expect([0, 1, 2, 100].flatMap { bench.outcome(at: $0) } == ["offer", "tip", "tip", "offer"])
    }

    @Test func momentsMayHaveANumberOfTheirOwn() throws {
        var draft = Draft()
        draft.moments = ["m", "n"]
        draft.policy.chooseByMoment = [2]
        for name in ["a", "b", "c"] { try draft.add(name) }
        #expect(DecisionBench(draft).outcome(0, at: 0) == ["a", "b"])
        #expect(DecisionBench(draft).outcome(1, at: 0) == ["a"])
    }

    /// Of equals the one goes first that was chosen least recently, also within one decision.
    @Test func theOrderOfChoosingBreaksTies() throws {
        var draft = Draft()
        draft.policy.choose = 2
        for name in ["a", "b", "c"] { try draft.add(name) }
        let bench = DecisionBench(draft)
        #expect((0..<4).map { bench.outcome(at: $0) } == [["a", "b"], ["c", "a"], ["b", "c"], ["a", "b"]])
    }

    @Test func theControlGroupGetsWhatIsExemptAndPaysForIt() throws {
        var draft = Draft()
        draft.moments = ["m", "n"]
        draft.policy.holdout = HoldoutPlan(share: 10_000, salt: "", exempt: ["service"])
        for (name, group) in [("call", "service"), ("offer", "selling")] {
            try draft.add(name) { action in
                (action.group, action.budget) = (group, BudgetPlan(max: 1, reach: .over(100)))
                action.on = [name == "call" ? 0 : 1]
            }
        }
        try draft.add("receipt") { ($0.classification, $0.on) = (.transactional, [1]) }
        let bench = DecisionBench(draft)
        var withheld: [String: [Bool]] = [:]
        for time in [0, 1] as [Int64] {
            for moment in [0, 1] {
                bench.propose(moment, at: time)
                let proposals = bench.proposer.takeProposals()
                var output = OutputLines(capacity: 256)
                bench.decide(proposals, into: &output)
                for line in output.lines {
                    let text = output.text(of: line).text
                    #expect(text.word("group") == "control")
                    withheld[text.word("action") ?? "", default: []].append(line.isControl)
                }
            }
        }
        // The second call finds the budget spent; offers cost nothing, since nobody gets them.
        #expect(withheld == ["call": [false], "null": [true], "offer": [true, true], "receipt": [false, false]])
    }

    @Test func everyLineSaysWhichEventBroughtItAbout() throws {
        var draft = Draft()
        try draft.add("a") { $0.cooldown = 10 }
        let bench = DecisionBench(draft)
        func line(at time: Int64, event: String) -> String {
            bench.propose(at: time, id: 7, event: event)
            return bench.decideAll().joined()
        }
        let chosen = line(at: 0, event: "e\"1")
        #expect(chosen.contains(#""time":"1970-01-01T00:00:00.000Z","event_id":"e\"1","action":"a""#))
        #expect(line(at: 5, event: "e2").contains(#","event_id":"e2","action":null,"reason":"cooldown""#))
        // It is no part of the line's id, and absent where only time brought the moment about.
        let other = DecisionBench(draft)
        other.propose(at: 0, id: 7)
        let bare = other.decideAll()[0]
        #expect(bare.word("id") == chosen.word("id") && bare.word("event_id") == nil)
    }
}
