import Events
import Expressions
import Storage
import TestSupport

@testable import Decisions

/// A policy with every feature at random, for the naive rules and for the engine.
struct DecisionWorld {
    static let channels = ["email", "push", "sms"]
    static let types = 2
    static let minute = NaiveDecider.minute
    static let hour = 60 * minute
    static let day = 24 * hour
    /// Days of 2022, as microseconds: just before the clocks change somewhere, and in summer.
    static let starts = [84, 91, 180, 273, 301].map { (18_993 + Int64($0)) * day }

    var naive = NaiveDecider()
    var draft = Draft()
    let moments = 3
    let start: Int64
    private let texts = Words()

    /// - Parameter day: the day of 2022 on which it begins, counted from 0, early enough for all of it to be seen; nil
    ///   draws one.
    init(_ dice: inout SeededNumbers, actions: Int, explain: PolicyPlan.Explanation = .brief, day: Int64? = nil) throws
    {
        let drawn = dice.one(of: Self.starts) + dice.one(of: [0, 7 * Self.hour, 20 * Self.hour])
        start = day.map { (18_993 + $0) * Self.day + 7 * Self.hour } ?? drawn
        let start = start
        let hurdles = dice.isTrue(percent: 60)
        naive.actions = (0..<actions).map { index in
            var action = NaiveDecider.Action(
                name: "a\((index * 7 + 3) % actions)", on: dice.isTrue(percent: 60) ? nil : [dice.one(of: [0, 1])])
            action.enabled = dice.isTrue(percent: 93)
            if dice.isTrue(percent: 15) { action.from = start + dice.one(of: [0, 6, 60]) * Self.hour }
            if dice.isTrue(percent: 15) { action.until = start + dice.one(of: [40, 200]) * Self.hour }
            action.channels = Array(Self.channels.shuffled(using: &dice).prefix(dice.one(of: [0, 1, 1, 2, 3])))
            action.lever = dice.one(of: [0, 0, 0, 20, -100, 7.5])
            action.cooldown = dice.one(of: [0, 0, 1, 20, 90]) * Self.hour
            action.kind = dice.isTrue(percent: 75) ? "standard" : dice.one(of: ["mandatory", "transactional"])
            action.isFallback = action.kind == "standard" && dice.isTrue(percent: 20)
            action.group = dice.one(of: [nil, "g", "h"])
            if hurdles, dice.isTrue(percent: 30) {
                action.suppress = [(dice.one(of: [0, 1]), dice.one(of: [5, 30]) * Self.hour)]
            }
            if dice.isTrue(percent: 40) { action.budget = Self.count(&dice, most: [0, 1, 3, 10]) }
            if dice.isTrue(percent: 50) { action.expires = dice.one(of: [1, 9, 12, 48]) * Self.hour }
            return action
        }
        naive.caps = (0..<dice.one(of: [0, 1, 2, 4])).map { _ in
            var cap = NaiveDecider.Cap(count: Self.count(&dice, most: [0, 1, 1, 1, 2, 3, 8]), scope: scope(&dice))
            if dice.isTrue(percent: 20) { cap.most = dice.one(of: [0, 1]) }
            if dice.isTrue(percent: 40) {
                cap.reserve = (dice.one(of: [["g"], ["h", "nobody"], ["g", "h"]]), dice.one(of: [1, 1, 2]))
            }
            return cap
        }
        naive.budgets = (0..<dice.one(of: [0, 0, 1, 2])).map { _ in
            var budget = NaiveDecider.Budget(count: Self.count(&dice, most: [1, 4, 9, 20]), scope: scope(&dice))
            if dice.isTrue(percent: 40) { budget.key = dice.one(of: [0, 1]) }
            budget.sums = dice.isTrue(percent: 40)
            return budget
        }
        naive.choose = dice.one(of: [1, 1, 2, 3])
        naive.chooseByMoment = (0..<moments).map { _ in dice.isTrue(percent: 70) ? nil : dice.one(of: [1, 2, 4]) }
        naive.least = dice.one(of: [0, 0, 0, 0.75, 2, -1])
        naive.exempt = dice.one(of: [[], [], ["g"]])
        naive.consentByDefault = dice.one(of: [nil, true, true, false])
        naive.quiet = (0..<dice.one(of: [0, 1, 2, 4])).map { _ in
            let from = Int64.random(in: 0..<48, using: &dice) * 30
            let to = (from + dice.one(of: [30, 60, 120, 600, 660, 660, 900])) % 1440
            return NaiveQuiet(
                channels: Array(Self.channels.shuffled(using: &dice).prefix(dice.one(of: [1, 1, 2, 3]))), from: from,
                to: to == 0 ? 1440 : to,
                days: dice.isTrue(percent: 70) ? Set(0..<7) : Set((0..<7).filter { _ in dice.isTrue(percent: 50) }),
                then: dice.one(of: ["defer", "defer", "defer", "next_channel", "drop", "drop"]))
        }
        naive.defaultZone = dice.one(of: NaiveClock.all)
        naive.holdout =
            dice.isTrue(percent: 60) ? (dice.one(of: [0, 500, 4000, 10_000]), dice.one(of: ["", "2026-q4"])) : nil
        try fill(explain)
    }

    private func scope(_ dice: inout SeededNumbers) -> NaiveDecider.Scope {
        var scope = NaiveDecider.Scope()
        if dice.isTrue(percent: 40) {
            scope.channels = Array(Self.channels.shuffled(using: &dice).prefix(dice.one(of: [1, 1, 2])))
        }
        if dice.isTrue(percent: 40) { scope.groups = dice.one(of: [["g"], ["h"], ["nobody"], ["g", "h"]]) }
        if dice.isTrue(percent: 30) {
            scope.actions = (0..<dice.one(of: [1, 1, 3])).map { _ in dice.one(of: naive.actions).name }
        }
        return scope
    }

    private static func count(_ dice: inout SeededNumbers, most: [Int]) -> NaiveDecider.Count {
        if dice.isTrue(percent: 50) {
            return NaiveDecider.Count(
                max: dice.one(of: most), over: dice.one(of: [minute, hour, 10 * hour, day, 7 * day]))
        }
        return NaiveDecider.Count(max: dice.one(of: most), per: dice.one(of: [.day, .week, .month, .month]))
    }

    // MARK: The engine's plan

    private static func reach(_ count: NaiveDecider.Count) -> Reach {
        count.over.map { .over($0) } ?? .per(count.per ?? .day)
    }

    /// The facts are seven for each action, then the channels' consents, the zone, the times since the last events, what
    /// caps ask for, and what budgets do.
    private mutating func fill(_ explain: PolicyPlan.Explanation) throws {
        draft.moments = ["m0", "m1", "m2"]
        let later = naive.actions.count * 7
        let consents = try Self.channels.indices.map {
            try draft.number("v\(later + $0)", path: "policy.consent.\(Self.channels[$0])")
        }
        let names = ["eligible", "applicable", "suitable", "propensity", "context", "value", "prefer_channel"]
        for (index, action) in naive.actions.enumerated() {
            let numbers = try names.enumerated().map {
                try draft.number("v\(index * 7 + $0)", path: "actions.\(action.name).\($1)")
            }
            var plan = ActionPlan(
                name: action.name, on: action.on, enabled: action.enabled,
                validFrom: action.from.map { Instant(microseconds: $0) },
                validUntil: action.until.map { Instant(microseconds: $0) }, channels: action.channels,
                eligible: numbers[0], applicable: numbers[1], suitable: numbers[2], propensity: numbers[3],
                context: numbers[4], value: numbers[5], lever: action.lever, cooldown: action.cooldown,
                expiresAfter: action.expires, classification: Self.classes[action.kind] ?? .standard,
                group: action.group,
                suppressions: action.suppress.map {
                    .init(type: "t\($0.after)", since: later + 4 + $0.after, length: $0.length)
                },
                budget: action.budget.map { BudgetPlan(max: $0.max, reach: Self.reach($0)) },
                preferredChannel: numbers[6])
            plan.isFallback = action.isFallback
            draft.actions.append(plan)
        }
        let limits = try (6..<10).map { try draft.number("v\(later + $0)", path: "policy.limits.\($0)") }
        draft.policy = PolicyPlan(
            caps: naive.caps.map { cap in
                var plan = CapPlan(max: cap.count.max, reach: Self.reach(cap.count), scope: Self.scope(cap.scope))
                if let most = cap.most { plan.maxExpression = limits[most] }
                plan.reserve = cap.reserve.map { .init(groups: $0.groups, keep: $0.keep) }
                return plan
            }, choose: naive.choose, explain: explain,
            consent: naive.consentByDefault.map {
                ConsentPlan(
                    isAllowedByDefault: $0,
                    channels: [
                        (Self.channels[0], consents[0]), (Self.channels[1], consents[1]),
                    ])
            },
            quietHours: naive.quiet.map { rule in
                QuietPlan(
                    channels: rule.channels, from: rule.from * Self.minute, to: rule.to * Self.minute,
                    days: rule.days.reduce(0) { $0 | 1 << UInt8($1) }, then: Self.measures[rule.then] ?? .defer)
            }, zone: try draft.number("v\(later + 3)", path: "policy.timezone.from"),
            defaultZone: naive.defaultZone.name,
            holdout: naive.holdout.map { HoldoutPlan(share: Int($0.share), salt: $0.salt, exempt: naive.exempt) })
        draft.policy.budgets = naive.budgets.map { budget in
            var plan = BudgetPlan(max: budget.count.max, reach: Self.reach(budget.count))
            plan.scope = Self.scope(budget.scope)
            if let key = budget.key { plan.perValue = limits[2 + key] }
            plan.sumsValue = budget.sums
            return plan
        }
        draft.policy.chooseByMoment = naive.chooseByMoment
        draft.policy.minPriority = naive.least
        draft.zone = { NaiveClock.zone($0) }
    }

    private static func scope(_ scope: NaiveDecider.Scope) -> LimitScope {
        LimitScope(channels: scope.channels, groups: scope.groups, actions: scope.actions)
    }

    private static let classes: [String: ActionPlan.Class] = ["mandatory": .mandatory, "transactional": .transactional]
    private static let measures: [String: QuietPlan.Measure] = ["drop": .drop, "next_channel": .nextChannel]

    // MARK: What customers and expressions are like

    func answer(_ dice: inout SeededNumbers) -> NaiveDecider.Answer {
        func gate() -> Bool? { dice.isTrue(percent: 92) ? true : dice.one(of: [false, nil]) }
        return NaiveDecider.Answer(
            eligible: gate(), applicable: gate(), suitable: gate(),
            propensity: dice.one(of: [0.5, 0.5, 0.5, 1, 0.25, 0, 1.5, -0.1, .nan]),
            context: dice.isTrue(percent: 80) ? 1 : dice.one(of: [2, 0.5, -1, .infinity, nil]),
            value: dice.isTrue(percent: 90)
                ? dice.one(of: [2, 2, 4, 1]) : dice.one(of: [1e308, -.infinity, nil, 3.75]),
            prefers: dice.one(of: [nil, "push", "sms", "letter"]))
    }

    func customer(_ number: Int, _ dice: inout SeededNumbers) -> NaiveDecider.Customer {
        var customer = NaiveDecider.Customer(name: "customer-\(number)")
        for channel in Self.channels.prefix(2) {
            customer.consent[channel] = .some(dice.isTrue(percent: 85) ? true : dice.one(of: [false, nil]))
        }
        customer.since = (0..<Self.types).map { _ in
            dice.one(of: [nil, 0, 4 * Self.hour, 5 * Self.hour, 29 * Self.hour, 30 * Self.hour, 100 * Self.hour])
        }
        let home = NaiveClock.all[number % NaiveClock.all.count].name
        customer.zone = dice.isTrue(percent: 90) ? home : dice.one(of: [nil, "Mars/Base", "Asia/Kolkata"])
        customer.numbers = [dice.one(of: [2, 1, 3, 0.5, nil]), dice.one(of: [1, 2, nil, -1])]
        return customer
    }

    /// A moment that asks for a decision.
    func asked(_ dice: inout SeededNumbers) -> NaiveDecider.Asked {
        NaiveDecider.Asked(
            moment: Int.random(in: 0..<moments, using: &dice), answers: naive.actions.map { _ in answer(&dice) },
            keys: [dice.one(of: ["north", "south", nil]), dice.one(of: ["a", "b", "c"])])
    }

    func values(_ asked: NaiveDecider.Asked, _ customer: NaiveDecider.Customer) -> [Value] {
        let answers = asked.answers
        let none = Value.error(.noSuchField)
        var values = answers.flatMap { answer in
            [answer.eligible, answer.applicable, answer.suitable].map { $0.map(Value.bool) ?? none }
                + [answer.propensity, answer.context, answer.value].map { $0.map(Value.double) ?? none }
                + [answer.prefers.map(texts.value) ?? none]
        }
        values += Self.channels.map { (customer.consent[$0] ?? nil).map(Value.bool) ?? none }
        values.append(customer.zone.map(texts.value) ?? none)
        values += customer.since.map { $0.map { Value.duration(microseconds: $0) } ?? none }
        values += customer.numbers.map { $0.map(Value.double) ?? none }
        values += asked.keys.map { $0.map(texts.value) ?? none }
        return values
    }
}

/// Texts that stay in place for as long as values show them.
final class Words {
    private var blocks: [String: ByteBlock] = [:]

    func value(_ text: String) -> Value {
        if let block = blocks[text] { return .string(block.bytes) }
        let block = ByteBlock(capacity: 16)
        block.append(Array(text.utf8))
        blocks[text] = block
        return .string(block.bytes)
    }
}
