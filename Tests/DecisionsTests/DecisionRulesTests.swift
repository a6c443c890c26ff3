import Events
import Expressions
import Storage
import Testing

@testable import Decisions

/// The rules one by one, in tables that can be checked by eye.
struct DecisionRulesTests {
    @Test func everyGateHasItsReason() throws {
        let gates: [(reason: String, change: (inout ActionPlan, ExpressionNumber) -> Void)] = [
            ("disabled", { action, _ in action.enabled = false }),
            ("not_valid_now", { action, _ in action.validFrom = Instant(microseconds: 11) }),
            ("not_valid_now", { action, _ in action.validUntil = Instant(microseconds: 10) }),
            ("not_eligible", { action, no in action.eligible = no }),
            ("not_applicable", { action, no in action.applicable = no }),
            ("not_suitable", { action, no in action.suitable = no }),
            ("bad_priority", { action, _ in action.lever = .infinity }),
        ]
        for no in ["false", "v0", "1"] {
            for gate in gates {
                var draft = Draft()
                let number = try draft.number(no)
                try draft.add("a") { gate.change(&$0, number) }
                #expect(DecisionBench(draft).outcome(at: 10) == ["null \(gate.reason)"], "\(gate.reason), \(no)")
            }
        }
    }

    @Test func theFirstGateThatFailsIsTheReason() throws {
        var draft = Draft()
        let no = try draft.number("false")
        try draft.add("a") { action in
            (action.enabled, action.validFrom) = (false, Instant(microseconds: 11))
            (action.eligible, action.applicable, action.suitable, action.propensity) = (no, no, no, no)
        }
        var reasons: [String] = []
        func ask() { reasons += DecisionBench(draft).outcome(at: 10) }
        ask()
        draft.actions[0].enabled = true
        ask()
        draft.actions[0].validFrom = Instant(microseconds: 10)
        ask()
        draft.actions[0].eligible = .none
        ask()
        draft.actions[0].applicable = .none
        ask()
        draft.actions[0].suitable = .none
        ask()
        draft.actions[0].propensity = .none
        ask()
        let expected = ["disabled", "not_valid_now", "not_eligible", "not_applicable", "not_suitable", "bad_priority"]
        #expect(reasons == expected.map { "null \($0)" } + ["a"])
    }

    @Test func datesAreHalfOpen() throws {
        var draft = Draft()
        try draft.add("a") { action in
            (action.validFrom, action.validUntil) = (Instant(microseconds: 10), Instant(microseconds: 20))
        }
        let bench = DecisionBench(draft)
        let got = [9, 10, 19, 20].flatMap { bench.outcome(at: $0) }
        #expect(got == ["null not_valid_now", "a", "a", "null not_valid_now"])
    }

    @Test(arguments: [
        ("propensity", "1.0", true), ("propensity", "0", true), ("propensity", "1u", true),
        ("propensity", "1.0000001", false), ("propensity", "-0.1", false), ("propensity", "v0", false),
        ("propensity", "'1'", false), ("propensity", "true", false), ("context", "-3.5", true),
        ("context", "1e308 * 10.0", false), ("context", "v0", false), ("value", "7", true), ("value", "v0", false),
        ("value", "-1e308 * 10.0", false), ("value", "null", false),
    ])
    func factorsMustBeNumbersInRange(factor: String, source: String, isGood: Bool) throws {
        var draft = Draft()
        draft.policy.minPriority = -.infinity
        let number = try draft.number(source)
        try draft.add("a") { action in
            switch factor {
            case "propensity": action.propensity = number
            case "context": action.context = number
            default: action.value = number
            }
        }
        #expect(DecisionBench(draft).outcome(at: 0) == [isGood ? "a" : "null bad_priority"])
    }

    @Test func restIsOverAtItsFullLength() throws {
        var draft = Draft()
        try draft.add("a") { $0.cooldown = 10 }
        let bench = DecisionBench(draft)
        let got = [0, 0, 9, 10, 19, 20].flatMap { bench.outcome(at: $0) }
        #expect(got == ["a", "null cooldown", "null cooldown", "a", "null cooldown", "a"])
        #expect(bench.outcome(at: 20, customer: "c2") == ["a"])
    }

    @Test func restComesBeforeABadPriority() throws {
        var draft = Draft()
        try draft.add("a", value: "v0") { $0.cooldown = 10 }
        let bench = DecisionBench(draft)
        #expect(bench.outcome(at: 0, facts: [.int(1)]) == ["a"])
        #expect(bench.outcome(at: 5) == ["null cooldown"])
        #expect(bench.outcome(at: 10) == ["null bad_priority"])
    }

    @Test func capsSlideHalfOpenAndTakeEveryChannel() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 2, over: 10)]
        try draft.add("a") { $0.channels = ["email"] }
        let bench = DecisionBench(draft)
        let got = [0, 3, 9, 10, 12, 13, 13].flatMap { bench.outcome(at: $0) }
        #expect(
            got == ["a email", "a email", "null cap", "a email", "null cap", "a email", "null cap"])
    }

    @Test func aCapOfNoneBlocksForGood() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 0, over: 1, channel: "sms")]
        try draft.add("a") { $0.channels = ["sms"] }
        try draft.add("b", value: "0.5") { $0.channels = ["sms", "push"] }
        let bench = DecisionBench(draft)
        #expect(bench.outcome(at: 0) == ["b push"])
        #expect(bench.stage.counts.chosen == [0, 1])
    }

    @Test func channelsAreTriedInOrder() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 1, over: 10, channel: "sms"), CapPlan(max: 2, over: 100, channel: "email")]
        try draft.add("a") { $0.channels = ["sms", "email"] }
        let bench = DecisionBench(draft)
        let got = [0, 1, 2, 3, 10, 11].flatMap { bench.outcome(at: $0) }
        #expect(got == ["a sms", "a email", "a email", "null cap", "a sms", "null cap"])
    }

    @Test func capsOfAnActionLeaveOthersAlone() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 1, over: 10, action: "a"), CapPlan(max: 1, over: 10, action: "nobody")]
        try draft.add("a", value: "2.0")
        try draft.add("b")
        let bench = DecisionBench(draft)
        #expect([0, 1, 2, 10].flatMap { bench.outcome(at: $0) } == ["a", "b", "b", "a"])
    }

    @Test func theFirstCandidateSpeaksWhereNoneIsRankedElseTheBest() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 0, over: 1)]
        let no = try draft.number("false")
        try draft.add("a") { $0.suitable = no }
        try draft.add("b") { $0.enabled = false }
        #expect(DecisionBench(draft).outcome(at: 0) == ["null not_suitable"])
        try draft.add("c")
        #expect(DecisionBench(draft).outcome(at: 0) == ["null cap"])
    }

    @Test func tiesGoToTheGreaterValueThenTheLongestUnchosenThenTheName() throws {
        var draft = Draft()
        let half = try draft.number("0.5")
        try draft.add("b")
        try draft.add("é")
        try draft.add("a")
        try draft.add("z", value: "2.0") { $0.propensity = half }
        let bench = DecisionBench(draft)
        #expect(bench.outcome(at: 0) == ["z"])
        draft.actions.removeLast()
        let second = DecisionBench(draft)
        #expect((0..<7).flatMap { second.outcome(at: $0) } == ["a", "b", "é", "a", "b", "é", "a"])
    }

    @Test func choicesOfOneMomentCountOneAfterTheOther() throws {
        var draft = Draft()
        draft.policy.choose = 2
        draft.policy.caps = [CapPlan(max: 1, over: 10, channel: "email")]
        for name in ["a", "b", "c"] { try draft.add(name) { $0.channels = ["email", "push"] } }
        let bench = DecisionBench(draft)
        #expect(bench.outcome(at: 0) == ["a email", "b push"])
        #expect(bench.outcome(at: 10) == ["c email", "a push"])
        #expect(bench.outcome(at: 20) == ["b email", "c push"])
    }

    @Test func theLeverIsAPercentage() throws {
        var draft = Draft()
        try draft.add("a", value: "10.0")
        try draft.add("b", value: "9.0") { $0.lever = 20 }
        #expect(DecisionBench(draft).outcome(at: 0) == ["b"])
        draft.actions[1].lever = -100
        #expect(DecisionBench(draft).outcome(at: 0) == ["a"])
    }

    @Test func momentsThatNoActionNamesAskForNothing() throws {
        var draft = Draft()
        draft.moments = ["m", "n"]
        try draft.add("a") { $0.on = [1] }
        let bench = DecisionBench(draft)
        #expect(bench.outcome(0, at: 0) == [])
        #expect(bench.outcome(1, at: 0) == ["a"])
        #expect(!draft.plan.asks(moment: PlanNumber(0)) && draft.plan.asks(moment: PlanNumber(1)))
    }

    @Test func failuresAreCountedByExpression() throws {
        var draft = Draft()
        let bad = try draft.number("v0")
        try draft.add("a") { $0.eligible = bad }
        try draft.add("b") { $0.payload = [(name: "k", expression: bad)] }
        let bench = DecisionBench(draft)
        _ = bench.outcome(at: 0)
        #expect(bench.proposer.failures == [2])
    }
}
