import Events
import Expressions
import Storage
import TestSupport
import Testing

@testable import Decisions

/// Long made-up histories, decided by the engine and by the naive rules.
struct DecisionModelTests {
    /// A line in the naive rules' words.
    private func told(_ line: String) -> String {
        var blocked: [String] = []
        for reason in Reason.allCases {
            let count = line.word("\(reason.text)").flatMap(Int.init) ?? 0
            blocked += [String](repeating: "\(reason.text)", count: count)
        }
        var end = " candidates=\(line.word("candidates") ?? "") blocked=\(blocked.sorted().joined(separator: "+"))"
        if let group = line.word("group") { end = " \(group)" + end }
        guard let action = line.word("action"), action != "null" else {
            return "none \(line.word("reason") ?? "")" + (line.word("outranked_by").map { " by \($0)" } ?? "") + end
        }
        var text = "\(action) \(line.word("channel") ?? "-") at \(line.time("deliver_at") ?? -1)"
        if let expires = line.time("expires_at") { text += " until \(expires)" }
        if let priority = line.word("priority") { text += " \(priority)" }
        if let margin = line.word("margin"), let second = line.word("runner_up") {
            text += " by \(margin) over \(second)"
        }
        return text + end
    }

    /// Decides a history with both, and answers what was chosen. `gathers`: up to three moments of a customer come at
    /// once and are decided as one.
    private func agree(seed: UInt64, steps: Int, day: Int64? = nil, gathers: Bool = false, actions: Int? = nil) throws
        -> (DecisionWorld, DecisionBench)
    {
        var dice = SeededNumbers(seed: seed)
        var world = try DecisionWorld(&dice, actions: actions ?? dice.one(of: [1, 2, 4, 6]), day: day)
        let bench = DecisionBench(world.draft)
        let customers = dice.one(of: [2, 5, 60])
        var time = world.start
        var lines = 0
        for step in 0..<steps {
            // Not at first: the clocks change within a day or so of the start.
            if step > 120, dice.isTrue(percent: 3) { time += dice.one(of: [1, 3, 11]) * DecisionWorld.day }
            time += dice.one(of: [0, 0, 1, DecisionWorld.minute, 30 * DecisionWorld.minute, DecisionWorld.hour])
            let customer = world.customer(Int.random(in: 0..<customers, using: &dice), &dice)
            let asked = (0..<(gathers ? dice.one(of: [1, 2, 3]) : 1)).map { _ in world.asked(&dice) }
            let expected = world.naive.decide(asked, at: time, customer)
            let facts = asked.map { (moment: $0.moment, facts: world.values($0, customer)) }
            let got =
                gathers
                ? bench.decide(together: facts, at: time, customer: customer.name)
                : bench.decide(facts[0].moment, at: time, customer: customer.name, facts: facts[0].facts)
            try #require(got.map(told) == expected, "step \(step) of \(seed)")
            lines += got.count
        }
        #expect(bench.stage.counts.chosen.reduce(0, +) + bench.stage.counts.unanswered.reduce(0, +) == lines)
        return (world, bench)
    }

    /// Every rule decides something in these histories, and every clock changes under one.
    @Test func agreesWithTheNaiveRulesAndEachOfThemComesUp() throws {
        var met: Set<String> = []
        for seed in 1...120 { met.formUnion(try agree(seed: UInt64(seed), steps: 180).0.naive.met) }
        for seed in 201...320 { met.formUnion(try agree(seed: UInt64(seed), steps: 120, gathers: true).0.naive.met) }
        // Half an hour back at Lord Howe is the rarest of the changes: these histories begin in the hours before it.
        for seed in 121...136 { met.formUnion(try agree(seed: UInt64(seed), steps: 60, day: 91).0.naive.met) }
        // More than are put in order one by one.
        for seed in 401...460 {
            met.formUnion(try agree(seed: UInt64(seed), steps: 120, gathers: seed % 3 == 0, actions: 13).0.naive.met)
        }
        for reason in Reason.allCases {
            #expect(met.contains("blocked by \(reason.text)"))
            #expect(met.contains("nothing because of \(reason.text)"))
        }
        for clock in NaiveClock.all { #expect(met.contains("deferred in \(clock.name)")) }
        for reach in ["over a time", "per day", "per week", "per month"] {
            #expect(met.contains("cap \(reach)") && met.contains("budget \(reach)"), "\(reach)")
        }
        let others = [
            "tie by value", "tie by recency", "tie by name", "chosen for control", "chosen for treatment",
            "several chosen", "several mandatory", "mandatory beside others", "reason of the best, not of the first",
            "preferred channel first", "prefers without consent", "prefers what there is not", "chosen as standard",
            "chosen as mandatory", "chosen as transactional", "chosen on a further channel", "chosen without a channel",
            "cap of channels", "cap of groups", "cap of actions", "cap over a time, none at all", "cap at delivery",
            "cap that keeps some", "cap of a customer's own", "cap whose maximum fails", "budget of several",
            "budget of values", "budget of one value", "budget whose value fails", "budget spent by the control group",
            "fallen back", "transactional beside others", "more chosen for one moment", "chosen for another moment",
            "chosen for several moments",
            "budget over a time, none at all", "budget holds for the control group", "quiet, defer",
            "quiet, next_channel",
            "quiet, drop", "quiet, defer after a deferral", "quiet, next_channel after a deferral",
            "quiet, drop after a deferral", "quiet past midnight", "quiet past midnight on some days",
            "deferred too long", "deferred from one quiet time to the next", "deferred over a change of 60 minutes",
            "deferred over a change of -60 minutes", "deferred over a change of 30 minutes",
            "deferred over a change of -30 minutes",
        ]
        for rule in others { #expect(met.contains(rule), "\(rule)") }
    }
}
