import Events
import Expressions
import Storage
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
    }

    private struct Story {
        var world: DecisionWorld
        var sent: [Sent] = []
        /// The words of all lines that chose nothing, and of all that were blocked.
        var reasons: Set<String> = []

        init(seed: UInt64, steps: Int = 400) throws {
            var dice = Dice(state: seed &* 7919)
            world = try DecisionWorld(&dice, actions: 6)
            let desk = Desk(world.draft)
            var time = world.start
            for _ in 0..<steps {
                time += dice.pick([0, 1, DecisionWorld.minute, 30 * DecisionWorld.minute, DecisionWorld.hour])
                let customer = world.customer(Int.random(in: 0..<6, using: &dice), &dice)
                let moment = Int.random(in: 0..<world.moments, using: &dice)
                let answers = world.naive.actions.map { _ in world.answer(&dice) }
                let lines = desk.decide(
                    moment, at: time, customer: customer.name, facts: world.values(answers, customer))
                for line in lines { take(line, customer, time) }
            }
        }

        private mutating func take(_ line: String, _ customer: NaiveDecider.Customer, _ time: Int64) {
            for reason in Reason.allCases where line.contains("\"\(reason.text)\":") {
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
        func count(_ count: NaiveDecider.Count, _ others: [Sent], of one: Sent, on clock: NaiveClock) -> Int {
            others.count { other in
                if let over = count.over { return other.time > one.time - over && other.time <= one.time }
                let period = count.per ?? .day
                return clock.stretch(period, atMinute: other.time / DecisionWorld.minute)
                    == clock.stretch(period, atMinute: one.time / DecisionWorld.minute)
            }
        }
    }

    @Test(arguments: 1...20)
    func capsAndBudgetsAreNeverExceeded(seed: UInt64) throws {
        let story = try Story(seed: seed)
        let counted = story.sent.filter { $0.action.kind == "standard" }
        for (index, one) in counted.enumerated() {
            let past = counted[...index].filter { $0.customer.name == one.customer.name }
            for cap in story.world.naive.caps {
                func isCovered(_ sent: Sent) -> Bool {
                    (cap.channel == nil || cap.channel == sent.channel)
                        && (cap.group == nil || cap.group == sent.action.group)
                        && (cap.action == nil || cap.action == sent.action.name)
                }
                guard isCovered(one) else { continue }
                #expect(story.count(cap.count, past.filter(isCovered), of: one, on: story.clock(one)) <= cap.count.max)
            }
            guard let budget = one.action.budget, !one.isControl else { continue }
            let spent = counted[...index].filter { $0.action.name == one.action.name && !$0.isControl }
            #expect(story.count(budget, spent, of: one, on: story.world.naive.defaultZone) <= budget.max)
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
            let name = Array("customer-\(number)".utf8)
            if View.of(name, { rules.isControl($0) }) { count += 1 }
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
        let desk = Desk(draft)
        let groups = (1...16).map { desk.decide(at: 0, customer: "c\($0)")[0].word("group") == "control" ? "c" : "t" }
        #expect(groups.joined() == "ctttctcccttctttt")
        draft.policy.holdout?.salt = "2027-q1"
        let others = Desk(draft)
        let next = (1...16).map { others.decide(at: 0, customer: "c\($0)")[0].word("group") == "control" ? "c" : "t" }
        #expect(next != groups)
    }
}
