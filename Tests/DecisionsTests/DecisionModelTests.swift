import Events
import Expressions
import Testing

@testable import Decisions

/// Long made-up histories, decided by the engine and by the naive rules.
struct DecisionModelTests {
    /// A policy with everything at random; times are small numbers, so that borders are met exactly.
    private struct World {
        var naive: NaiveDecider
        var draft: Draft
        let moments = 3

        init(_ dice: inout Dice, actions: Int) throws {
            let channels = ["email", "push", "sms"]
            let made = (0..<actions).map { index in
                let isDated = dice.chance(20)
                return NaiveDecider.Action(
                    name: "a\((index * 7 + 3) % actions)", on: dice.chance(50) ? nil : [dice.pick([0, 1])],
                    enabled: dice.chance(90), from: isDated ? dice.pick([100, 500]) : nil,
                    until: isDated ? dice.pick([900, 2000]) : nil,
                    channels: Array(channels.shuffled(using: &dice).prefix(dice.pick([0, 1, 1, 2, 3]))),
                    lever: dice.pick([0, 0, 0, 20, -100, 7.5]), cooldown: dice.pick([0, 0, 10, 60, 300]))
            }
            let caps = (0..<dice.pick([0, 1, 2, 4])).map { _ in
                NaiveDecider.Cap(
                    max: dice.pick([0, 1, 1, 2, 3, 8]), over: dice.pick([5, 20, 100, 400]),
                    channel: dice.chance(50) ? dice.pick(channels) : nil,
                    action: dice.chance(40) ? dice.pick(made).name : nil)
            }
            // A cap of none for everything would leave nothing to test.
            naive = NaiveDecider(
                actions: made, caps: caps.filter { $0.max > 0 || $0.channel != nil }, choose: dice.pick([1, 1, 2, 3]))
            draft = Draft()
            draft.moments = ["m0", "m1", "m2"]
            try fill()
        }

        private mutating func fill() throws {
            draft.policy = PolicyPlan(
                caps: naive.caps.map { CapPlan(max: $0.max, over: $0.over, channel: $0.channel, action: $0.action) },
                choose: naive.choose)
            for (index, action) in naive.actions.enumerated() {
                let numbers = try (0..<6).map { try draft.number("v\(index * 6 + $0)") }
                draft.actions.append(
                    ActionPlan(
                        name: action.name, on: action.on, enabled: action.enabled,
                        validFrom: action.from.map { Instant(microseconds: $0) },
                        validUntil: action.until.map { Instant(microseconds: $0) }, channels: action.channels,
                        eligible: numbers[0], applicable: numbers[1], suitable: numbers[2], propensity: numbers[3],
                        context: numbers[4], value: numbers[5], lever: action.lever, cooldown: action.cooldown))
            }
        }

        func answer(_ dice: inout Dice) -> NaiveDecider.Answer {
            func gate() -> Bool? { dice.chance(92) ? true : dice.pick([false, nil]) }
            return NaiveDecider.Answer(
                eligible: gate(), applicable: gate(), suitable: gate(),
                propensity: dice.pick([0.5, 0.5, 0.5, 1, 0.25, 0, 1.5, -0.1, .nan]),
                context: dice.chance(80) ? 1 : dice.pick([2, 0.5, -1, .infinity, nil]),
                value: dice.chance(90) ? dice.pick([2, 2, 4, 1]) : dice.pick([1e308, -.infinity, nil, 3.7]))
        }
    }

    private func values(_ answer: NaiveDecider.Answer) -> [Value] {
        [answer.eligible, answer.applicable, answer.suitable].map { $0.map(Value.bool) ?? .error(.noSuchField) }
            + [answer.propensity, answer.context, answer.value].map { $0.map(Value.double) ?? .error(.noSuchField) }
    }

    /// A line in the naive rules' words.
    private func told(_ line: String) -> String {
        var blocked: [String] = []
        for reason in Reason.allCases {
            let count = line.word("\(reason.text)").flatMap(Int.init) ?? 0
            blocked += [String](repeating: "\(reason.text)", count: count)
        }
        let end = "candidates=\(line.word("candidates") ?? "") blocked=\(blocked.sorted().joined(separator: "+"))"
        guard let action = line.word("action"), action != "null" else {
            return "none \(line.word("reason") ?? "") \(end)"
        }
        var text = "\(action) \(line.word("channel") ?? "-") \(line.word("priority") ?? "") "
        if let margin = line.word("margin"), let second = line.word("runner_up") {
            text += "by \(margin) over \(second) "
        }
        return text + end
    }

    @Test(arguments: 1...24)
    func agreesWithTheNaiveRules(seed: UInt64) throws {
        var dice = Dice(state: seed)
        var world = try World(&dice, actions: dice.pick([1, 2, 4, 6]))
        let desk = Desk(world.draft)
        let customers = dice.pick([2, 5, 150])
        var time: Int64 = 0
        var lines = 0
        for step in 0..<300 {
            time += dice.chance(2) ? 500 : dice.pick([0, 0, 1, 5, 10])
            let customer = "customer-\(Int.random(in: 0..<customers, using: &dice))"
            let moment = Int.random(in: 0..<world.moments, using: &dice)
            let answers = world.naive.actions.map { _ in world.answer(&dice) }
            let expected = world.naive.decide(moment, at: time, customer: customer, answers: answers)
            let got = desk.decide(moment, at: time, customer: customer, facts: answers.flatMap(values)).map(told)
            try #require(got == expected, "step \(step)")
            lines += got.count
        }
        #expect(desk.stage.counts.chosen.reduce(0, +) + desk.stage.counts.unanswered.reduce(0, +) == lines)
    }
}
