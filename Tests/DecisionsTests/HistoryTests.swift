import Events
import Expressions
import Storage
import Testing

@testable import Decisions

/// What is remembered, and for how long.
struct HistoryTests {
    @Test func customersWhoseChoicesNoLongerMatterAreForgotten() throws {
        var draft = Draft()
        draft.policy.caps = [CapPlan(max: 3, over: 50)]
        draft.policy.explain = .none
        try draft.add("a") { $0.cooldown = 30 }
        let desk = Desk(draft)
        for step in 0..<4_000 { #expect(desk.outcome(at: Int64(step), customer: "c\(step)") == ["a"]) }
        // Fifty at a time matter; the hand lags behind them by a part of the table.
        #expect(desk.stage.customerCount < 200)
        #expect(desk.stage.history.tableSize <= 256)
        #expect(desk.stage.history.wordsInUse < 200 * 12)
    }

    @Test func theTableShrinksAfterACrowd() throws {
        var draft = Draft()
        try draft.add("a") { $0.cooldown = 30 }
        let desk = Desk(draft)
        for customer in 0..<1_000 { _ = desk.decide(at: 0, customer: "crowd\(customer)") }
        #expect(desk.stage.customerCount == 1_000)
        for step in 0..<2_000 { _ = desk.decide(at: Int64(100 + step), customer: "c\(step)") }
        #expect(desk.stage.customerCount < 200)
        #expect(desk.stage.history.tableSize <= 512)
    }

    @Test func whatHasNoConsequenceIsNotKeptAtAll() throws {
        var draft = Draft()
        try draft.add("a", value: "1.0")
        try draft.add("b", value: "2.0")
        let desk = Desk(draft)
        #expect(desk.outcome(at: 0) == ["b"])
        #expect(desk.stage.customerCount == 0)
    }

    @Test func recencyIsKeptForActionsThatCanTie() throws {
        var draft = Draft()
        try draft.add("a", value: "v0")
        try draft.add("b", value: "v0")
        let desk = Desk(draft)
        #expect(desk.outcome(at: 0, facts: [.int(1)]) == ["a"])
        for step in 1..<2_000 { _ = desk.decide(at: Int64(step), customer: "c\(step % 100)", facts: [.int(1)]) }
        #expect(desk.outcome(at: 1_000_000_000_000, facts: [.int(1)]) == ["b"])
        #expect(desk.stage.customerCount == 100)
        // For each customer one choice of each action, in blocks with room for a few more.
        #expect(desk.stage.history.wordsInUse <= 100 * 16)
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
                #expect(history.count == 0)
                history.record(Choice(time: Instant(microseconds: 0), action: 0, channel: Rules.none), rules)
                #expect(history.count == 1)
            }
        }
        for _ in 0..<200 { history.forget(rules, now: Instant(microseconds: 29)) }
        #expect(history.customerCount == 200)
        for _ in 0..<200 { history.forget(rules, now: Instant(microseconds: 30)) }
        #expect(history.customerCount == 0)
    }
}
