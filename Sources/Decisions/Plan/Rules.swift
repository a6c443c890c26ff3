import Events
import Expressions
import Journeys
import Learning
import Storage

/// The plan as the ordered side follows it: plain numbers, and names already written as JSON.
struct Rules: ~Copyable, Sendable {
    /// A part of a size that is not known beforehand: with it rules are handed about by their address, not copied.
    private let anchor: any Sendable = ()
    /// The number that stands for "no channel".
    static let none: Int32 = -1

    struct Action: BitwiseCopyable, Sendable {
        var nameRank: Int32
        /// The action's channels are `channels[channelStart..<channelStart + channelCount]`; at least one, which may be
        /// `Rules.none`.
        var channelStart: Int32
        var channelCount: Int32
        /// The caps that count the action on some channel are `capped[capStart..<capStart + capCount]`.
        var capStart: Int32
        var capCount: Int32
        /// The budgets that do are `budgeted[budgetStart..<budgetStart + budgetCount]`: first its own.
        var budgetStart: Int32
        var budgetCount: Int32
        var classification: ActionPlan.Class
        var isFallback: Bool
        /// Whether it may be put off to a better hour: nobody waits for it.
        var canWait: Bool
        /// Whether customers of the control group get it like anybody.
        var isExempt: Bool
        var isContested: Bool
        /// The action's payload is `payload[payloadStart..<payloadStart + payloadCount]`.
        var payloadStart: Int32
        var payloadCount: Int32
        /// 1 + percentage / 100.
        var lever: Double
        var cooldown: Int64
        /// Microseconds, or -1.
        var expiresAfter: Int64
        /// A number that it shares with the actions that quiet hours, right hours and caps treat
        /// alike on each channel; from 0.
        var limitForm: Int32 = -1
        /// A number that it shares with those among them that have the same channels, and of which
        /// budgets are asked alike.
        var trialForm: Int32 = -1
    }

    /// Channels that a limit counts; none at all stand for any, and for no channel.
    struct Channels: BitwiseCopyable, Sendable {
        var start: Int32
        var count: Int32
    }

    struct Cap: BitwiseCopyable, Sendable {
        var max: Int
        /// The place of the maximum among those that a proposal brings along, or -1.
        var maxPlace: Int32
        /// How many contacts are kept for the reserved.
        var keep: Int
        /// Microseconds; of a stretch of the calendar, the most that it can last.
        var over: Int64
        var period: Period?
        var channels: Channels
    }

    /// A cap that counts an action.
    struct Capped: BitwiseCopyable, Sendable {
        var cap: Int32
        /// Whether the cap keeps something for the action's group.
        var isReserved: Bool
    }

    struct Budget: BitwiseCopyable, Sendable {
        var max: Double
        var over: Int64
        var period: Period?
        var channels: Channels
        /// The place of the value that is counted by itself among those that a proposal brings along, or -1.
        var keyPlace: Int32
        var sumsValue: Bool
        /// The place in the policy; -1 for an action's own.
        var number: Int32
        /// What a bank grants together in each stretch, and how much is asked for at once; 0 where there is no bank.
        var pool = 0
        var slice = 0

        /// Whether a bank grants something beside `max`.
        var isLeased: Bool { slice > 0 }
    }

    /// For how many microseconds it counts that an action was chosen, where actions tie: 90 days.
    /// After that it is as if it never had been, so that customers who do not come back need not be
    /// remembered for ever.
    static let recency: Int64 = 90 * 86_400_000_000

    let actions: Column<Action>
    let channels: Column<Int32>
    let caps: Column<Cap>
    let capped: Column<Capped>
    let budgets: Column<Budget>
    let budgeted: Column<Int32>
    /// How many values each moment brings along for caps and for budgets.
    let maximaCount: Int
    let keyCount: Int
    /// What the budgets count, in words that stay the same where a plan goes on with what was spent.
    let budgetNames: [String]
    private let limited: Column<Int32>
    let quiet: Column<QuietRule>
    /// Whether anything may hold back or put off what meets neither cap nor budget.
    var hasTimes: Bool { !quiet.isEmpty || !hours.isEmpty }
    /// Whether any action is transactional, or one to fall back on.
    let hasTransactional: Bool
    let hasFallback: Bool
    /// How many different `limitForm`s and `trialForm`s there are.
    let (limitForms, trialForms): (Int, Int)
    /// By the channel's number, the place among the policy's right hours, or -1; and by that, what it says.
    private let hourPlaces: [Int32]
    let hours: [HourPlan]
    let responses: ResponseRules
    /// How each action's propensity is learnt; empty where none is.
    let learning: [PropensityPlan?]
    /// The same, plain.
    let learningTerms: Column<PropensityTerms?>
    /// What decides what is learnt of each action: the same before and after a reload where it is learnt on.
    let learningNames: [String]
    /// Chooses by chance; nil where nothing does.
    let explorer: Explorer?
    /// For each key of a payload, the first of the expressions that say the same as its own; none
    /// where that is constant.
    let payload: Column<ExpressionNumber>
    let choose: Int
    private let chooseByMoment: [Int?]
    let minPriority: Double
    /// Whether the moments of one cause are decided as one.
    let gathers: Bool
    let explanation: PolicyPlan.Explanation
    let writes: Bool
    /// Customers with a number below this, of 10,000, are the control group; -1 where there is none.
    let holdout: Int
    let salt: UInt64
    /// The channels' names, by number.
    let channelNames: [String]
    private let texts: Texts
    /// For each key of a payload, the key and its colon, and then its constant value, or nothing.
    private let payloadTexts: Texts
    private let actionCount: Int
    private let channelCount: Int

    init(_ plan: DecisionPlan) {
        var names = Numbered()
        var channels: [Int32] = []
        var payload: [ExpressionNumber] = []
        var payloadTexts: [[UInt8]] = []
        var limits = LimitTable(plan)
        let exempt = plan.policy.holdout?.exempt ?? []
        var forms = Column(
            plan.actions.enumerated().map { index, action in
                let start = channels.count
                channels += action.channels.isEmpty ? [Rules.none] : action.channels.map { names.number($0) }
                let payloadStart = payload.count
                for entry in action.payload {
                    let constant = plan.constants[entry.expression]
                    payload.append(constant == nil ? plan.same[entry.expression] : .none)
                    payloadTexts.append(Texts.json(entry.name) + [UInt8(ascii: ":")])
                    payloadTexts.append(constant ?? [])
                }
                let (capStart, budgetStart) = (limits.capped.count, limits.budgeted.count)
                limits.add(action, plan)
                return Action(
                    nameRank: Int32(plan.nameRanks[index]), channelStart: Int32(start),
                    channelCount: Int32(channels.count - start), capStart: Int32(capStart),
                    capCount: Int32(limits.capped.count - capStart), budgetStart: Int32(budgetStart),
                    budgetCount: Int32(limits.budgeted.count - budgetStart), classification: action.classification,
                    isFallback: action.isFallback,
                    canWait: action.classification == .standard && !action.isInbound,
                    isExempt: action.classification != .standard || action.group.map(exempt.names) ?? false,
                    isContested: plan.isContested[index], payloadStart: Int32(payloadStart),
                    payloadCount: Int32(action.payload.count), lever: 1 + action.lever / 100,
                    cooldown: action.cooldown, expiresAfter: action.expiresAfter ?? -1)
            })
        let maxima = plan.maxima
        caps = Rules.caps(plan, maxima, &limits, &names)
        let keys = plan.budgetKeys
        budgets = Column(
            limits.budgets.map { budget, number in
                Budget(
                    max: budget.max, over: budget.reach.most, period: budget.reach.period,
                    channels: limits.channels(budget.scope.channels, &names),
                    keyPlace: LimitTable.place(of: budget.perValue, in: keys, plan), sumsValue: budget.sumsValue,
                    number: Int32(number), pool: budget.lease?.pool ?? 0, slice: budget.lease?.slice ?? 0)
            })
        budgetNames = limits.budgets.map { LimitTable.name(of: $0.plan, plan) }
        (maximaCount, keyCount) = (maxima.count, keys.count)
        capped = Column(limits.capped)
        (limitForms, trialForms) = Rules.numberLimits(&forms, limits.capped, channels)
        actions = forms
        budgeted = Column(limits.budgeted)
        limited = Column(limits.limited)
        quiet = Rules.quiet(plan, &names)
        (hours, hourPlaces) = (plan.policy.bestHours, Rules.hourPlaces(plan, &names))
        responses = ResponseRules(plan)
        learning = plan.actions.contains { $0.learning != nil } ? plan.actions.map(\.learning) : []
        learningTerms = Column(learning.map { $0?.terms })
        learningNames = plan.actions.map { Rules.learningName(of: $0, plan) }
        explorer = plan.policy.explore.map { Explorer($0, actions: plan.actions.map(\.name)) }
        self.channels = Column(channels)
        self.payload = Column(payload)
        self.payloadTexts = Texts(payloadTexts)
        (choose, chooseByMoment) = (plan.policy.choose, plan.policy.chooseByMoment)
        (minPriority, gathers) = (plan.policy.minPriority, plan.policy.gather != nil)
        hasFallback = plan.actions.contains(where: \.isFallback)
        hasTransactional = plan.actions.contains { $0.classification == .transactional }
        (explanation, writes) = (plan.policy.explain, plan.emits.contains(.decision))
        holdout = plan.policy.holdout?.share ?? -1
        salt = Hash64.of(plan.policy.holdout?.salt ?? "")
        texts = Texts((plan.actions.map(\.name) + names.names + plan.moments).map(Texts.json))
        channelNames = names.names
        actionCount = actions.count
        channelCount = names.names.count
    }

    private static func caps(
        _ plan: DecisionPlan, _ maxima: [ExpressionNumber], _ limits: inout LimitTable, _ names: inout Numbered
    ) -> Column<Cap> {
        Column(
            plan.policy.caps.map { cap in
                Cap(
                    max: cap.max, maxPlace: LimitTable.place(of: cap.maxExpression, in: maxima, plan),
                    keep: cap.reserve?.keep ?? 0, over: cap.reach.most, period: cap.reach.period,
                    channels: limits.channels(cap.scope.channels, &names))
            })
    }

    private static func hourPlaces(_ plan: DecisionPlan, _ names: inout Numbered) -> [Int32] {
        let waiting = plan.policy.bestHours.map { names.number($0.channel) }
        return names.names.indices.map { channel in Int32(waiting.firstIndex { Int($0) == channel } ?? -1) }
    }

    /// Gives the actions that limits treat alike their numbers; answers how many there are of each.
    private static func numberLimits(
        _ actions: inout Column<Action>, _ capped: [Capped], _ channels: [Int32]
    ) -> (limits: Int, trials: Int) {
        var (known, tried): ([[Int64]: Int32], [[Int32]: Int32]) = ([:], [:])
        for index in 0..<actions.count {
            let action = actions[index]
            var key = [action.expiresAfter, action.canWait ? 1 : 0]
            for place in Int(action.capStart)..<Int(action.capStart + action.capCount) {
                key += [Int64(capped[place].cap), capped[place].isReserved ? 1 : 0]
            }
            let next = Int32(known.count)
            actions[index].limitForm = known[key] ?? next
            known[key] = actions[index].limitForm
            let own = channels[Int(action.channelStart)..<Int(action.channelStart + action.channelCount)]
            let trial = [actions[index].limitForm, action.budgetCount > 0 ? 1 : 0] + own
            let nextTrial = Int32(tried.count)
            actions[index].trialForm = tried[trial] ?? nextTrial
            tried[trial] = actions[index].trialForm
        }
        return (known.count, tried.count)
    }

    private static func quiet(_ plan: DecisionPlan, _ names: inout Numbered) -> Column<QuietRule> {
        Column(
            plan.policy.quietHours.enumerated().flatMap { number, rule in
                rule.channels.map { channel in
                    QuietRule(rule, channel: names.number(channel), number: Int32(number))
                }
            })
    }

    /// Whether the customer belongs to the control group.
    func isControl(_ customer: View<UInt8>) -> Bool {
        holdout > 0 && Hash64.of(customer, seed: salt) % 10_000 < UInt64(holdout)
    }

    /// The most standard actions chosen for a moment by itself.
    func choose(moment: MomentNumber) -> Int {
        moment.index < chooseByMoment.count ? chooseByMoment[moment] ?? choose : choose
    }

    /// Which of the right hours is that of a channel; nil where none is.
    func hour(ofChannel channel: Int32) -> Int? {
        guard channel >= 0, Int(channel) < hourPlaces.count, hourPlaces[Int(channel)] >= 0 else { return nil }
        return Int(hourPlaces[Int(channel)])
    }

    /// Whether a limit on these channels concerns what goes over one.
    func contains(_ channels: Channels, _ channel: Int32) -> Bool {
        if channels.count == 0 { return true }
        for index in channels.start..<channels.start + channels.count where limited[Int(index)] == channel {
            return true
        }
        return false
    }

    /// A payload's key as it is written, with its colon.
    func key(ofPayload index: Int) -> View<UInt8> { payloadTexts[2 * index] }
    /// The value of a payload's key where that is constant.
    func constant(ofPayload index: Int) -> View<UInt8> { payloadTexts[2 * index + 1] }
    /// The action's name as a JSON string.
    func name(ofAction action: Int32) -> View<UInt8> { texts[Int(action)] }
    /// The channel's name as a JSON string.
    func name(ofChannel channel: Int32) -> View<UInt8> { texts[actionCount + Int(channel)] }
    /// The moment's name as a JSON string.
    func name(ofMoment moment: MomentNumber) -> View<UInt8> { texts[actionCount + channelCount + moment.index] }

    /// The instant from which a choice no longer counts toward any cap.
    func endOfCaps(_ choice: Choice) -> Instant {
        var end = Instant.distantPast
        // What was asked for and not seen is no contact.
        if choice.kind == .asked { return end }
        let action = actions[Int(choice.action)]
        for index in Int(action.capStart)..<Int(action.capStart + action.capCount) {
            let cap = caps[Int(capped[index].cap)]
            if contains(cap.channels, choice.channel) { end = max(end, choice.deliverAt.advanced(by: cap.over)) }
        }
        return end
    }

    /// The instant from which the choice is of no consequence. `isLast`: it is the action's last for the customer.
    func end(of choice: Choice, isLast: Bool) -> Instant {
        let caps = endOfCaps(choice)
        guard isLast, choice.kind != .contact else { return caps }
        let action = actions[Int(choice.action)]
        let rest = action.isContested ? max(action.cooldown, Rules.recency) : action.cooldown
        return max(caps, choice.time.advanced(by: rest))
    }
}
