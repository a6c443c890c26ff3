import Events
import Expressions
import Storage

/// What came of trying a candidate on one of its channels, or why it rests.
struct Trial: BitwiseCopyable, Sendable {
    enum Kind: BitwiseCopyable, Sendable {
        case passed, cap, budget, quiet, cooldown
    }

    var candidate: Int
    var kind = Kind.passed
    var channel = Rules.none
    /// When it is delivered; of a quiet time that is put off too long, until when; of a rest, since when.
    var time = Instant.distantPast
    /// The place in the policy of the cap or the rule of quiet hours; -1 for none.
    var rule: Int32 = -1
    /// How many choices count toward the cap or the budget.
    var count = 0
    /// Whether no further channel is tried.
    var isFinal = false
    /// Whether it would expire before it is delivered.
    var isLate = false

    var reason: Reason? {
        switch kind {
        case .passed: nil
        case .cap: .cap
        case .budget: .budget
        case .quiet: .quietHours
        case .cooldown: .cooldown
        }
    }
}

/// Caps, budgets and quiet hours, as they stand for one customer at one decision.
///
/// What does not depend on the candidate is worked out once for a decision, and only if it is asked for: how many
/// choices each cap counts, and what the quiet hours make of each channel.
struct Limits: ~Copyable {
    private var zones: ZoneClocks
    var budgets: [BudgetBook]
    /// The place of the customer's clock.
    private var clock = 0
    private(set) var time = Instant.distantPast
    private var capCounts: Column<Int>
    private var areCounted = false
    /// By channel, what the quiet hours make of it. Nil while that is not known.
    private var quiet: [QuietOutcome?] = []

    init(_ plan: DecisionPlan, _ rules: borrowing Rules) {
        zones = ZoneClocks(default: plan.policy.defaultZone, lookup: plan.zone)
        var books: [BudgetBook] = []
        for index in 0..<rules.budgets.count { books.append(BudgetBook(rules.budgets[index])) }
        budgets = books
        capCounts = Column([Int](repeating: 0, count: rules.caps.count))
        var channels = 0
        for index in 0..<rules.channels.count { channels = max(channels, Int(rules.channels[index]) + 1) }
        quiet = [QuietOutcome?](repeating: nil, count: rules.quiet.isEmpty ? 0 : channels)
    }

    /// Turns to a decision; false where the customer's zone has a name that is not known.
    mutating func begin(zone name: View<UInt8>, at time: Instant) -> Bool {
        self.time = time
        areCounted = false
        for index in quiet.indices { quiet[index] = nil }
        clock = 0
        if name.isEmpty { return true }
        guard let place = zones.place(of: name) else { return false }
        clock = place
        return true
    }

    /// What the limits say of a choice, in their order.
    mutating func tried(
        _ choice: Choice, candidate: Int, _ past: View<Choice>, _ rules: borrowing Rules
    ) -> Trial {
        var trial = Trial(candidate: candidate, channel: choice.channel, time: choice.time)
        let action = rules.actions[Int(choice.action)]
        if action.classification == .standard {
            if !areCounted { count(past, rules) }
            for index in 0..<rules.caps.count where capCounts[index] >= rules.caps[index].max {
                guard rules.covers(rules.caps[index], action: choice.action, channel: choice.channel) else { continue }
                (trial.kind, trial.rule, trial.count) = (.cap, Int32(index), capCounts[index])
                return trial
            }
            if action.budget >= 0 {
                let count = budgets[Int(action.budget)].count(at: choice.time, &zones.clocks[0])
                if count >= rules.budgets[Int(action.budget)].max {
                    (trial.kind, trial.count) = (.budget, count)
                    return trial
                }
            }
        }
        if choice.channel >= 0, Int(choice.channel) < quiet.count { hush(&trial, action, rules) }
        return trial
    }

    /// Holds the trial against the quiet hours of its channel.
    private mutating func hush(_ trial: inout Trial, _ action: Rules.Action, _ rules: borrowing Rules) {
        let channel = Int(trial.channel)
        let outcome =
            quiet[channel] ?? QuietOutcome(rules, channel: trial.channel, at: time, &zones.clocks[clock])
        quiet[channel] = outcome
        trial.rule = outcome.rule
        let isInTime = action.expiresAfter < 0 || outcome.time < time.advanced(by: action.expiresAfter)
        trial.time = outcome.time
        if outcome.kind == .deliver, isInTime { return }
        trial.kind = .quiet
        trial.isLate = !isInTime
        // What expires while it is put off never meets the rule that would drop it.
        trial.isFinal = outcome.kind == .drop && isInTime
    }

    /// Counts a choice that was made toward whatever counts it.
    mutating func take(_ choice: Choice, _ rules: borrowing Rules, spends: Bool) {
        let action = rules.actions[Int(choice.action)]
        guard action.classification == .standard else { return }
        for index in 0..<rules.caps.count
        where rules.covers(rules.caps[index], action: choice.action, channel: choice.channel) {
            capCounts[index] += 1
        }
        if spends, action.budget >= 0 { budgets[Int(action.budget)].take(at: choice.time, &zones.clocks[0]) }
    }

    /// Counts the customer's choices for all caps.
    private mutating func count(_ past: View<Choice>, _ rules: borrowing Rules) {
        areCounted = true
        for index in 0..<rules.caps.count {
            let cap = rules.caps[index]
            let edge = time.advanced(by: -cap.over)
            var current: Int64 = 0
            if let period = cap.period { current = zones.clocks[clock].number(of: period, at: time) }
            // Choices stand in the order of time: what is out of reach comes first.
            var first = past.count
            while first > 0, past[first - 1].time > edge { first -= 1 }
            var count = 0
            while first < past.count {
                let choice = past[first]
                first += 1
                guard rules.covers(cap, action: choice.action, channel: choice.channel) else { continue }
                if let period = cap.period,
                    zones.clocks[clock].number(of: period, at: choice.time) != current
                {
                    continue
                }
                count += 1
            }
            capCounts[index] = count
        }
    }

    /// What the customer's clock shows now, in microseconds since its 1970.
    mutating func local() -> Int64 { zones.clocks[clock].local(time) }
}
