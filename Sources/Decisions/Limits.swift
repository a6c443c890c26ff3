import Events
import Expressions
import Learning
import Storage

/// Caps, budgets, quiet and right hours, as they stand for one customer at one decision.
///
/// What does not depend on the candidate is worked out once for a decision, and only if it is asked for: what the quiet
/// hours make of each channel, and how many choices each cap counts at one time of delivery.
struct Limits: ~Copyable {
    // Tally is not private: the compiler needs its layout where other files hold limits.
    /// How many choices a cap counts, and how many of them are not of those for whom it keeps some.
    struct Tally: BitwiseCopyable {
        var all = 0
        var others = 0
    }

    private var zones: ZoneClocks
    var budgets: [BudgetBook]
    /// The place of the customer's clock.
    private var clock = 0
    private(set) var time = Instant.distantPast
    /// By time of delivery and cap, how many choices count.
    private var tallies: Column<Tally>
    /// The times of delivery for which choices were counted, and which of them came last.
    private var countedFor = Column<Instant>()
    private var countedLast = 0
    /// For how many times of delivery counts are kept: quiet hours give each channel its own.
    private static let countedMost = 4
    /// By channel, what the quiet hours make of it. Nil while that is not known.
    private var quiet: [QuietOutcome?] = []
    /// At which hours customers look at channels.
    var hours: HourBook
    /// The customer at hand, and by rule how good its hours are. Nil while that is not known.
    private var customer = View<UInt8>()
    private var customerHash: UInt64 = 0
    private(set) var shares: [InlineArray<24, Double>?]
    /// By the actions' form and the channel, what came of a trial before budgets, and in which
    /// round.
    private var trials: Column<Tried>
    private let trialsOfForm: Int
    private var round: UInt64 = 0

    // Not private: the compiler needs its layout where other files hold limits.
    /// What came of a trial, as long as nothing that it depends on has changed.
    struct Tried: BitwiseCopyable {
        var round: UInt64
        var reason: Reason?
        var trial: CandidateTrial
    }

    init(_ plan: DecisionPlan, _ rules: borrowing Rules) {
        zones = ZoneClocks(default: plan.policy.defaultZone, lookup: plan.zone)
        var books: [BudgetBook] = []
        for index in 0..<rules.budgets.count { books.append(BudgetBook(rules.budgets[index])) }
        budgets = books
        hours = HourBook(rules.hours)
        shares = rules.hours.map { _ in nil }
        tallies = Column<Tally>(repeating: Tally(), count: rules.caps.count * Limits.countedMost)
        var channels = 0
        for index in 0..<rules.channels.count { channels = max(channels, Int(rules.channels[index]) + 1) }
        quiet = [QuietOutcome?](repeating: nil, count: rules.quiet.isEmpty ? 0 : channels)
        trialsOfForm = channels + 1
        trials = Column<Tried>(
            repeating: Tried(round: 0, reason: nil, trial: CandidateTrial(candidate: 0)),
            count: rules.limitForms * trialsOfForm)
    }

    /// Has every action tried anew: what trials go by has changed.
    mutating func forgetTrials() { round += 1 }

    /// Turns to a decision; false where the customer's zone has a name that is not known. `customer` must stay in place
    /// until the next.
    mutating func begin(
        zone name: View<UInt8>, at time: Instant, customer: View<UInt8>, hash: UInt64
    ) -> Bool {
        self.time = time
        (self.customer, customerHash) = (customer, hash)
        for index in shares.indices { shares[index] = nil }
        countedFor.truncate(to: 0)
        forgetTrials()
        for index in quiet.indices { quiet[index] = nil }
        clock = 0
        if name.isEmpty { return true }
        guard let place = zones.place(of: name) else { return false }
        clock = place
        return true
    }

    /// What the limits say of sending an action over a channel: the quiet hours when it would be delivered, the caps
    /// whether it may be then, the budgets, and the quiet hours whether at all.
    mutating func tried(
        _ number: Int32, index: Int, channel: Int32, _ past: View<Choice>, _ values: LimitValues,
        _ rules: borrowing Rules
    ) -> CandidateTrial {
        let place = triedPlace(number, channel, past, values, rules)
        var trial = trials[place].trial
        trial.candidate = index
        if trial.kind != .cap, rules.actions[Int(number)].budgetCount > 0 {
            _ = isSpent(&trial, rules.actions[Int(number)], values, rules)
        }
        return trial
    }

    /// What the limits would say, where that does not depend on a budget, and why: nil for what
    /// passes, or may be spent.
    @inline(__always)
    mutating func blocks(
        _ number: Int32, channel: Int32, _ past: View<Choice>, _ values: LimitValues, _ rules: borrowing Rules
    ) -> (reason: Reason, isFinal: Bool)? {
        let place = triedPlace(number, channel, past, values, rules)
        guard let reason = trials[place].reason else { return nil }
        if reason != .cap, rules.actions[Int(number)].budgetCount > 0 { return nil }
        return (reason, trials[place].trial.isFinal)
    }

    /// Where stands what comes of a trial before budgets.
    @inline(__always)
    private mutating func triedPlace(
        _ number: Int32, _ channel: Int32, _ past: View<Choice>, _ values: LimitValues, _ rules: borrowing Rules
    ) -> Int {
        let place = Int(rules.actions[Int(number)].limitForm) * trialsOfForm + Int(channel) + 1
        if trials[place].round != round {
            let trial = timed(rules.actions[Int(number)], channel, past, values, rules)
            trials[place] = Tried(round: round, reason: trial.reason, trial: trial)
        }
        return place
    }

    /// What quiet hours, right hours and caps say of it, which is the same for all actions of a
    /// form.
    @inline(never)
    private mutating func timed(
        _ action: Rules.Action, _ channel: Int32, _ past: View<Choice>, _ values: LimitValues, _ rules: borrowing Rules
    ) -> CandidateTrial {
        var trial = CandidateTrial(candidate: 0, channel: channel, time: time)
        if channel >= 0, Int(channel) < quiet.count { hush(&trial, action, rules) }
        if action.canWait, trial.kind == .passed, let rule = rules.hour(ofChannel: channel) {
            awaitHour(&trial, action, rule, rules)
        }
        let deliverAt = trial.kind == .quiet ? time : trial.time
        if action.capCount > 0 { _ = isCapped(&trial, action, at: deliverAt, past, values, rules) }
        return trial
    }

    /// Holds the trial against the quiet hours of its channel.
    private mutating func hush(_ trial: inout CandidateTrial, _ action: Rules.Action, _ rules: borrowing Rules) {
        let channel = Int(trial.channel)
        let outcome =
            quiet[channel] ?? QuietOutcome(rules, channel: trial.channel, at: time, &zones.clocks[clock])
        quiet[channel] = outcome
        trial.quietRule = outcome.rule
        let isInTime = action.expiresAfter < 0 || outcome.time < time.advanced(by: action.expiresAfter)
        trial.time = outcome.time
        if outcome.kind == .deliver, isInTime { return }
        trial.kind = .quiet
        trial.isLate = !isInTime
        // What expires while it is put off never meets the rule that would drop it.
        trial.isFinal = outcome.kind == .drop && isInTime
    }

    // MARK: Right hours

    /// The microseconds of an hour.
    private static let hour: Int64 = 3_600_000_000

    /// Puts the delivery off to the beginning of the best hour of the customer's day, if that is
    /// better than the hour in which it would be: the first of the best that are not quiet, within
    /// the rule's time and before it expires.
    private mutating func awaitHour(
        _ trial: inout CandidateTrial, _ action: Rules.Action, _ rule: Int, _ rules: borrowing Rules
    ) {
        let found = shares[rule] ?? hours.shares(rule, of: customer, hash: customerHash, at: time)
        shares[rule] = found
        var end = time.advanced(by: rules.hours[rule].within)
        if action.expiresAfter >= 0 { end = min(end, time.advanced(by: action.expiresAfter)) }
        var next = trial.time
        trial.hour = Int32(hourOfDay(next, clock))
        while true {
            let local = zones.clocks[clock].local(next)
            next = next.advanced(by: Limits.hour - (local - LocalClock.quotient(local, Limits.hour) * Limits.hour))
            if next >= end { return }
            let hour = hourOfDay(next, clock)
            guard found[hour] > found[Int(trial.hour)], !isQuiet(trial.channel, at: next, rules) else { continue }
            (trial.time, trial.hour) = (next, Int32(hour))
        }
    }

    private mutating func isQuiet(_ channel: Int32, at time: Instant, _ rules: borrowing Rules) -> Bool {
        for index in 0..<rules.quiet.count where rules.quiet[index].channel == channel {
            if rules.quiet[index].end(ofQuietAt: zones.clocks[clock].local(time)) != nil { return true }
        }
        return false
    }

    /// The hour that a clock shows, 0 to 23.
    private mutating func hourOfDay(_ time: Instant, _ clock: Int) -> Int {
        let hours = LocalClock.quotient(zones.clocks[clock].local(time), Limits.hour)
        return Int(hours - LocalClock.quotient(hours, 24) * 24)
    }

    /// Counts that a customer looked at a channel.
    /// - Parameters:
    ///   - looked: when, by the event.
    ///   - now: when the event is taken.
    mutating func note(
        _ rule: Int, of customer: View<UInt8>, hash: UInt64, zone name: View<UInt8>, looked: Instant, now: Instant
    ) {
        let clock = name.isEmpty ? 0 : zones.place(of: name) ?? 0
        hours.note(rule, of: customer, hash: hash, hour: hourOfDay(looked, clock), at: now)
    }

    /// Whether a cap holds the action back that would be delivered then.
    private mutating func isCapped(
        _ trial: inout CandidateTrial, _ action: Rules.Action, at deliverAt: Instant, _ past: View<Choice>,
        _ values: LimitValues, _ rules: borrowing Rules
    ) -> Bool {
        let first = counted(past, at: deliverAt, rules)
        for index in Int(action.capStart)..<Int(action.capStart + action.capCount) {
            let capped = rules.capped[index]
            let cap = rules.caps[Int(capped.cap)]
            guard rules.contains(cap.channels, trial.channel) else { continue }
            let tally = tallies[first + Int(capped.cap)]
            let most = cap.maxPlace < 0 ? Double(cap.max) : values.maxima[Int(cap.maxPlace)]
            // What is not a number lets nothing pass.
            var isBlocked = !(Double(tally.all) < most)
            (trial.count, trial.most) = (Double(tally.all), most)
            if !isBlocked, cap.keep > 0, !capped.isReserved, !(Double(tally.others) < most - Double(cap.keep)) {
                isBlocked = true
                (trial.count, trial.most, trial.keep) = (Double(tally.others), most - Double(cap.keep), cap.keep)
            }
            guard isBlocked else { continue }
            (trial.kind, trial.rule, trial.time, trial.isFinal) = (.cap, capped.cap, deliverAt, false)
            return true
        }
        return false
    }

    /// Whether a budget holds the action back.
    private mutating func isSpent(
        _ trial: inout CandidateTrial, _ action: Rules.Action, _ values: LimitValues, _ rules: borrowing Rules
    ) -> Bool {
        for index in Int(action.budgetStart)..<Int(action.budgetStart + action.budgetCount) {
            let number = Int(rules.budgeted[index])
            let budget = rules.budgets[number]
            guard rules.contains(budget.channels, trial.channel) else { continue }
            var spent = Double.nan
            if let key = values.key(of: budget) {
                spent = budgets[number].account(key, at: time, &zones.clocks[0]).spent(sums: budget.sumsValue)
            }
            var most = budget.max
            if budget.isLeased, let key = values.key(of: budget) {
                most = budgets[number].most(for: key, at: time, spent: spent, &zones.clocks[0])
            }
            if spent < most { continue }
            (trial.kind, trial.rule, trial.isFinal) = (.budget, Int32(number), false)
            (trial.count, trial.most) = (spent, most)
            return true
        }
        return false
    }

    /// Counts a choice that was made toward whatever counts it.
    mutating func take(
        _ choice: Choice, worth value: Double, _ values: LimitValues, _ rules: borrowing Rules, spends: Bool
    ) {
        countedFor.truncate(to: 0)
        forgetTrials()
        guard spends else { return }
        let action = rules.actions[Int(choice.action)]
        for index in Int(action.budgetStart)..<Int(action.budgetStart + action.budgetCount) {
            let number = Int(rules.budgeted[index])
            let budget = rules.budgets[number]
            guard rules.contains(budget.channels, choice.channel), let key = values.key(of: budget) else { continue }
            budgets[number].take(value, key, at: choice.time, &zones.clocks[0])
        }
    }

    /// Where the caps' tallies begin for a time of delivery.
    @inline(__always)
    private mutating func counted(_ past: View<Choice>, at deliverAt: Instant, _ rules: borrowing Rules) -> Int {
        for index in 0..<countedFor.count where countedFor[index] == deliverAt { return index * rules.caps.count }
        return count(past, at: deliverAt, rules)
    }

    /// Counts the customer's choices for all caps: what has its delivery within reach of one more then.
    /// - Returns: where the tallies begin.
    private mutating func count(_ past: View<Choice>, at deliverAt: Instant, _ rules: borrowing Rules) -> Int {
        if countedFor.count < Limits.countedMost {
            countedLast = countedFor.count
            countedFor.append(deliverAt)
        } else {
            countedLast = (countedLast + 1) % Limits.countedMost
            countedFor[countedLast] = deliverAt
        }
        let first = countedLast * rules.caps.count
        for index in 0..<rules.caps.count { tallies[first + index] = Tally() }
        for index in 0..<past.count {
            let choice = past[index]
            if choice.kind == .asked { continue }
            let action = rules.actions[Int(choice.action)]
            for place in Int(action.capStart)..<Int(action.capStart + action.capCount) {
                let capped = rules.capped[place]
                let cap = rules.caps[Int(capped.cap)]
                // What is out of reach of the longest stretch of a calendar is of another one.
                guard choice.deliverAt > deliverAt.advanced(by: -cap.over), rules.contains(cap.channels, choice.channel)
                else { continue }
                if let period = cap.period {
                    let then = zones.clocks[clock].number(of: period, at: choice.deliverAt)
                    if then != zones.clocks[clock].number(of: period, at: deliverAt) { continue }
                }
                tallies[first + Int(capped.cap)].all += 1
                if !capped.isReserved { tallies[first + Int(capped.cap)].others += 1 }
            }
        }
        return first
    }

    /// What the customer's clock shows now, in microseconds since its 1970.
    mutating func local() -> Int64 { zones.clocks[clock].local(time) }
}

/// What a moment brings along for the limits: the caps' maxima for the customer, and the values by which budgets count.
struct LimitValues {
    /// Not a number where the expression failed.
    var maxima: [Double] = []
    /// As JSON; nil where the expression failed.
    var keys: [[UInt8]?] = []

    /// The value for which the budget counts by itself: of no bytes where all count together.
    func key(of budget: Rules.Budget) -> [UInt8]? { budget.keyPlace < 0 ? [] : keys[Int(budget.keyPlace)] }
}
