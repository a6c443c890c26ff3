import Events
import Expressions
import Storage
import TestSupport
import Testing

@testable import Decisions

/// What is remembered, and for how long.
struct HistoryTests {
    @Test func customersWhoseChoicesNoLongerMatterAreForgotten() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 3, over: 50)]
        draft.policy.explain = .none
        try draft.add("a") { $0.cooldown = 30 }
        let bench = DecisionBench(draft)
        for step in 0..<4_000 { #expect(bench.outcome(at: Int64(step), customer: "c\(step)") == ["a"]) }
        // Fifty at a time matter; the hand lags behind them by a part of the table.
        #expect(bench.stage.customerCount < 200)
        #expect(bench.stage.history.tableSize < 1_100)
        #expect(bench.stage.history.wordsInUse < 200 * 16)
    }

    @Test func theTableShrinksAfterACrowd() throws {
        var draft = Draft()
        try draft.add("a") { $0.cooldown = 30 }
        let bench = DecisionBench(draft)
        for customer in 0..<10_000 { _ = bench.decide(at: 0, customer: "crowd\(customer)") }
        #expect(bench.stage.customerCount == 10_000)
        #expect(bench.stage.history.tableSize > 10_000)
        for step in 0..<8_000 { _ = bench.decide(at: Int64(100 + step), customer: "c\(step)") }
        #expect(bench.stage.customerCount < 200)
        #expect(bench.stage.history.tableSize < 1_100)
    }

    @Test func whatHasNoConsequenceIsNotKeptAtAll() throws {
        var draft = Draft()
        try draft.add("a", value: "1.0")
        try draft.add("b", value: "2.0")
        let bench = DecisionBench(draft)
        #expect(bench.outcome(at: 0) == ["b"])
        #expect(bench.stage.customerCount == 0)
    }

    @Test func recencyIsKeptForActionsThatCanTie() throws {
        var draft = Draft()
        try draft.add("a", value: "v0")
        try draft.add("b", value: "v0")
        let bench = DecisionBench(draft)
        #expect(bench.outcome(at: 0, facts: [.int(1)]) == ["a"])
        for step in 1..<2_000 { _ = bench.decide(at: Int64(step), customer: "c\(step % 100)", facts: [.int(1)]) }
        #expect(bench.outcome(at: 1_000_000_000_000, facts: [.int(1)]) == ["b"])
        #expect(bench.stage.customerCount == 100)
        // For each customer one choice of each action, in blocks with room for a few more.
        #expect(bench.stage.history.wordsInUse <= 100 * 24)
    }

    /// What was chosen ninety days ago is as if it never had been, to the microsecond, whether or not the hand came by.
    @Test(arguments: [0, 5_000]) func recencyEnds(others: Int) throws {
        var draft = Draft()
        try draft.add("a", value: "v0")
        try draft.add("b", value: "v0")
        let bench = DecisionBench(draft)
        for customer in ["early", "late"] {
            #expect(bench.outcome(at: 0, customer: customer, facts: [.int(1)]) == ["a"])
        }
        let end = Rules.recency
        #expect(bench.outcome(at: end - 1, customer: "early", facts: [.int(1)]) == ["b"])
        for step in 0..<others { _ = bench.decide(at: end, customer: "c\(step)", facts: [.int(1)]) }
        #expect(bench.outcome(at: end, customer: "late", facts: [.int(1)]) == ["a"])
        for step in 0..<8_000 { _ = bench.decide(at: 3 * end + Int64(step), customer: "d", facts: [.int(1)]) }
        #expect(bench.stage.customerCount == 1)
    }

    @Test func customersWithOneHashAreToldApart() throws {
        var draft = Draft()
        try draft.add("a") { $0.cooldown = 30 }
        let rules = Rules(draft.plan)
        var history = History(actions: 1)
        let names = (0..<200).map { "customer \($0)" }
        for name in names {
            View.of(Array(name.utf8)) { id in
                history.visit(id, hash: 7)
                #expect(history.choices.count == 0)
                let start = Instant(microseconds: 0)
                history.record(Choice(time: start, deliverAt: start, action: 0, channel: Rules.none), rules)
                #expect(history.choices.count == 1)
            }
        }
        for _ in 0..<300 { history.forget(rules, now: Instant(microseconds: 29)) }
        #expect(history.customerCount == 200)
        for _ in 0..<300 { history.forget(rules, now: Instant(microseconds: 30)) }
        #expect(history.customerCount == 0)
    }

    @Test func customersStayWithinReachWhileNeighboursLeave() throws {
        var draft = Draft()
        try draft.add("a") { $0.cooldown = 30 }
        let rules = Rules(draft.plan)
        var history = History(actions: 1)
        var dice = SeededNumbers(seed: 3)
        var last: [Int: Int64] = [:]
        for time in 0..<Int64(3_000) {
            let now = Instant(microseconds: time)
            let customer = Int.random(in: 0..<60, using: &dice)
            View.of(Array("c\(customer)".utf8)) { id in
                // The customers' places lie close together, so that most of them are not where their hash points.
                history.visit(id, hash: UInt64(customer % 12))
                if let since = last[customer], time - since < 30 {
                    #expect(history.choices.count == 1 && history.choices[0].time.microseconds == since)
                } else {
                    history.record(Choice(time: now, deliverAt: now, action: 0, channel: Rules.none), rules)
                    last[customer] = time
                }
            }
            history.forget(rules, now: now)
        }
        #expect(history.customerCount < 60)
    }

    @Test(arguments: [
        (["1.0", "2.0"], [false, false]), (["2.0", "2"], [true, true]), (["1.0", "v0"], [true, true]),
        (["1.0", "2.0", "1.0"], [true, false, true]), (["v0"], [false]),
    ])
    func actionsAreContestedWhereTheirValuesMayBeEqual(values: [String], contested: [Bool]) throws {
        var draft = Draft()
        for (index, value) in values.enumerated() { try draft.add("a\(index)", value: value) }
        #expect(draft.plan.isContested == contested)
        draft.moments = values.indices.map { "m\($0)" }
        for index in values.indices { draft.actions[index].on = [index] }
        #expect(!draft.plan.isContested.contains(true))
    }
}
