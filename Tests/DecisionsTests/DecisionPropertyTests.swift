import Events
import Expressions
import Storage
import TestSupport
import Testing

@testable import Decisions

/// What must be true of every history, whoever wrote it.
struct DecisionPropertyTests {
    /// Something that was chosen, as its line says.
    private struct Sent {
        var customer: NaiveDecider.Customer
        var action: NaiveDecider.Action
        var channel: String?
        var time: Int64
        var deliverAt: Int64
        var expiresAt: Int64?
        var isControl: Bool
        var isFallback: Bool { action.isFallback }
    }

    private struct Story {
        var world: DecisionWorld
        var sent: [Sent] = []
        /// The words of all lines that chose nothing, and of all that were blocked.
        var reasons: Set<String> = []

        init(seed: UInt64, steps: Int = 400) throws {
            var dice = SeededNumbers(seed: seed &* 7919)
            world = try DecisionWorld(&dice, actions: 6)
            let bench = DecisionBench(world.draft)
            var time = world.start
            for _ in 0..<steps {
                time += dice.one(of: [0, 1, DecisionWorld.minute, 30 * DecisionWorld.minute, DecisionWorld.hour])
                let customer = world.customer(Int.random(in: 0..<6, using: &dice), &dice)
                let asked = (0..<dice.one(of: [1, 1, 2])).map { _ in world.asked(&dice) }
                let facts = asked.map { (moment: $0.moment, facts: world.values($0, customer)) }
                for line in bench.decide(together: facts, at: time, customer: customer.name) {
                    take(line, customer, time)
                }
            }
        }

        private mutating func take(_ line: String, _ customer: NaiveDecider.Customer, _ time: Int64) {
            for reason in Reason.allCases
            where line.contains("\"\(reason.text)\":") || line.word("reason") == "\(reason.text)" {
                reasons.insert("\(reason.text)")
            }
            guard let action = world.naive.actions.first(where: { $0.name == line.word("action") }) else { return }
            sent.append(
                Sent(
                    customer: customer, action: action, channel: line.word("channel"), time: time,
                    deliverAt: line.time("deliver_at") ?? -1, expiresAt: line.time("expires_at"),
                    isControl: line.word("group") == "control"))
        }

        func clock(_ sent: Sent) -> NaiveClock {
            sent.customer.zone.flatMap(NaiveClock.named) ?? world.naive.defaultZone
        }

        /// How many of `others` lie within reach of what was sent, itself included.
        func count(
            _ count: NaiveDecider.Count, _ others: [Sent], of one: Sent, on clock: NaiveClock,
            at time: (Sent) -> Int64
        ) -> Int {
            others.count { other in
                if let over = count.over { return time(other) > time(one) - over }
                let period = count.per ?? .day
                return clock.stretch(period, atMinute: time(other) / DecisionWorld.minute)
                    == clock.stretch(period, atMinute: time(one) / DecisionWorld.minute)
            }
        }
    }

    /// Of what one customer had decided before, no more is delivered within reach of anything than its caps allow.
    @Test(arguments: 1...20)
    func capsAndBudgetsAreNeverExceeded(seed: UInt64) throws {
        let story = try Story(seed: seed)
        let counted = story.sent.filter { $0.action.kind == "standard" }
        for (index, one) in counted.enumerated() {
            let past = counted[...index].filter { $0.customer.name == one.customer.name && !$0.isFallback }
            for cap in story.world.naive.caps where cap.scope.covers(one.action, one.channel) && !one.isFallback {
                let covered = past.filter { cap.scope.covers($0.action, $0.channel) }
                let most = try cap.most.map { try #require(one.customer.numbers[$0]) } ?? Double(cap.count.max)
                let count = story.count(cap.count, covered, of: one, on: story.clock(one)) { $0.deliverAt }
                #expect(Double(count) < most + 1)
                guard let reserve = cap.reserve else { continue }
                func isReserved(_ sent: Sent) -> Bool { reserve.groups.contains { $0 == sent.action.group } }
                if isReserved(one) { continue }
                let others = covered.filter { !isReserved($0) }
                let kept = story.count(cap.count, others, of: one, on: story.clock(one)) { $0.deliverAt }
                #expect(Double(kept) < most - Double(reserve.keep) + 1)
            }
            func isFree(_ sent: Sent) -> Bool {
                sent.isControl && !story.world.naive.exempt.contains { $0 == sent.action.group }
            }
            guard let budget = one.action.budget, !isFree(one) else { continue }
            let spent = counted[...index].filter { $0.action.name == one.action.name && !isFree($0) }
            #expect(story.count(budget, spent, of: one, on: story.world.naive.defaultZone) { $0.time } <= budget.max)
        }
    }

    @Test(arguments: 1...20)
    func nothingIsDeliveredInQuietHoursNorWithoutConsentNorTooLate(seed: UInt64) throws {
        let story = try Story(seed: seed)
        for one in story.sent {
            #expect(one.deliverAt >= one.time)
            if let expires = one.expiresAt { #expect(one.deliverAt < expires) }
            guard let channel = one.channel else { continue }
            if story.world.naive.consentByDefault != nil, let given = one.customer.consent[channel] {
                #expect(given == true)
            }
            if story.world.naive.consentByDefault == false { #expect(one.customer.consent[channel] != nil) }
            let local = story.clock(one).local(minute: one.deliverAt / DecisionWorld.minute)
            for rule in story.world.naive.quiet where rule.channels.contains(channel) {
                #expect(!rule.holds(local: local))
            }
        }
    }

    @Test func everyReasonIsMet() throws {
        var reasons: Set<String> = []
        for seed in 1...20 { reasons.formUnion(try Story(seed: UInt64(seed)).reasons) }
        #expect(reasons == Set(Reason.allCases.map { "\($0.text)" }))
    }

    @Test(arguments: [0, 1, 500, 2500, 10_000])
    func theControlGroupHasItsShareAndStaysWhatItIs(share: Int) throws {
        var draft = Draft()
        try draft.add("a")
        draft.policy.holdout = HoldoutPlan(share: share, salt: "2026-q4")
        let rules = Rules(draft.plan)
        var count = 0
        for number in 0..<100_000 {
            let name = "customer-\(number)"
            let isControl = View.of(Array(name.utf8)) { rules.isControl($0) }
            #expect(isControl == (Hash64.of(name, seed: Hash64.of("2026-q4")) % 10_000 < UInt64(share)))
            if isControl { count += 1 }
        }
        #expect(abs(Double(count) / 1000 - Double(share) / 100) < 1)
        #expect(share != 500 || abs(count - 5000) < 250)
        #expect(share != 0 && share != 10_000 || count == share * 10)
    }

    /// The hash is fixed: these customers are in the same group in every version.
    @Test func groupsNeverChange() throws {
        var draft = Draft()
        try draft.add("a")
        draft.policy.holdout = HoldoutPlan(share: 5000, salt: "2026-q4")
        let bench = DecisionBench(draft)
        let groups = (1...16).map { bench.decide(at: 0, customer: "c\($0)")[0].word("group") == "control" ? "c" : "t" }
        #expect(groups.joined() == "ctttctcccttctttt")
        draft.policy.holdout?.salt = "2027-q1"
        let others = DecisionBench(draft)
        let next = (1...16).map { others.decide(at: 0, customer: "c\($0)")[0].word("group") == "control" ? "c" : "t" }
        #expect(next != groups)
    }
}
