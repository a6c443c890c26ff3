import Events
import Expressions
import Storage

/// The plan as the ordered side follows it: plain numbers, and names already written as JSON.
struct Rules: ~Copyable, Sendable {
    /// The number that stands for "no channel", and in caps for "any".
    static let none: Int32 = -1

    struct Action: BitwiseCopyable, Sendable {
        var nameRank: Int32
        /// The action's channels are `channels[channelStart..<channelStart + channelCount]`; at least one, which may be
        /// `Rules.none`.
        var channelStart: Int32
        var channelCount: Int32
        var group: Int32
        /// The action's place among the budgets, or `Rules.none`.
        var budget: Int32
        var classification: ActionPlan.Class
        var isContested: Bool
        /// The action's payload is `payload[payloadStart..<payloadStart + payloadCount]`.
        var payloadStart: Int32
        var payloadCount: Int32
        /// 1 + percentage / 100.
        var lever: Double
        var cooldown: Int64
        /// Microseconds, or -1.
        var expiresAfter: Int64
    }

    struct Cap: BitwiseCopyable, Sendable {
        var max: Int
        /// Microseconds; of a stretch of the calendar, the most that it can last.
        var over: Int64
        var period: Period?
        var channel: Int32
        var group: Int32
        var action: Int32
    }

    struct Budget: BitwiseCopyable, Sendable {
        var max: Int
        var over: Int64
        var period: Period?
    }

    /// For how many microseconds it counts that an action was chosen, where actions tie: 90 days. After that it is as if it
    /// never had been, so that customers who do not come back need not be remembered for ever.
    static let recency: Int64 = 90 * 86_400_000_000

    let actions: Column<Action>
    let channels: Column<Int32>
    let caps: Column<Cap>
    let budgets: Column<Budget>
    let quiet: Column<QuietRule>
    /// For each key of a payload, the first of the expressions that say the same as its own; -1 where that is constant.
    let payload: Column<Int32>
    let choose: Int
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
        var groups = Numbered()
        var channels: [Int32] = []
        var budgets: [Budget] = []
        var payload: [Int32] = []
        var payloadTexts: [[UInt8]] = []
        actions = Column(
            plan.actions.enumerated().map { index, action in
                let start = channels.count
                channels += action.channels.isEmpty ? [Rules.none] : action.channels.map { names.number($0) }
                if let budget = action.budget {
                    budgets.append(Budget(max: budget.max, over: budget.reach.most, period: budget.reach.period))
                }
                let payloadStart = payload.count
                for entry in action.payload {
                    let constant = plan.constants[entry.expression]
                    payload.append(constant == nil ? Int32(plan.same[entry.expression]) : -1)
                    payloadTexts.append(Texts.json(entry.name) + [UInt8(ascii: ":")])
                    payloadTexts.append(constant ?? [])
                }
                return Action(
                    nameRank: Int32(plan.nameRanks[index]), channelStart: Int32(start),
                    channelCount: Int32(channels.count - start),
                    group: action.group.map { groups.number($0) } ?? Rules.none,
                    budget: action.budget == nil ? Rules.none : Int32(budgets.count - 1),
                    classification: action.classification, isContested: plan.isContested[index],
                    payloadStart: Int32(payloadStart), payloadCount: Int32(action.payload.count),
                    lever: 1 + action.lever / 100, cooldown: action.cooldown,
                    expiresAfter: action.expiresAfter ?? -1)
            })
        caps = Column(
            plan.policy.caps.map { cap in
                // A name that no action has is not "any": its number is one that no action has.
                let action = cap.action.map { name in
                    plan.actions.firstIndex { $0.name.isSame(as: name) } ?? plan.actions.count
                }
                return Cap(
                    max: cap.max, over: cap.reach.most, period: cap.reach.period,
                    channel: cap.channel.map { names.number($0) } ?? Rules.none,
                    group: cap.group.map { groups.number($0) } ?? Rules.none,
                    action: action.map(Int32.init) ?? Rules.none)
            })
        quiet = Column(
            plan.policy.quietHours.enumerated().flatMap { number, rule in
                rule.channels.map { channel in
                    QuietRule(
                        channel: names.number(channel), number: Int32(number), from: rule.from, to: rule.to,
                        days: rule.days, then: rule.then)
                }
            })
        self.channels = Column(channels)
        self.budgets = Column(budgets)
        self.payload = Column(payload)
        self.payloadTexts = Texts(payloadTexts)
        choose = plan.policy.choose
        explanation = plan.policy.explain
        writes = plan.emits.contains(.decision)
        holdout = plan.policy.holdout?.share ?? -1
        salt = Hash64.of(plan.policy.holdout?.salt ?? "")
        texts = Texts((plan.actions.map(\.name) + names.names + plan.moments).map(Texts.json))
        channelNames = names.names
        actionCount = actions.count
        channelCount = names.names.count
    }

    /// Whether the customer belongs to the control group.
    func isControl(_ customer: View<UInt8>) -> Bool {
        holdout > 0 && Hash64.of(customer, seed: salt) % 10_000 < UInt64(holdout)
    }

    /// Whether the cap limits, and counts, the action on the channel.
    func covers(_ cap: Cap, action number: Int32, channel: Int32) -> Bool {
        if cap.channel != Rules.none, cap.channel != channel { return false }
        if cap.action != Rules.none, cap.action != number { return false }
        let action = actions[Int(number)]
        return action.classification == .standard && (cap.group == Rules.none || cap.group == action.group)
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
    func name(ofMoment moment: Int32) -> View<UInt8> { texts[actionCount + channelCount + Int(moment)] }

    /// The instant from which a choice no longer counts toward any cap.
    func endOfCaps(_ choice: Choice) -> Instant {
        var end = Instant.distantPast
        for index in 0..<caps.count where covers(caps[index], action: choice.action, channel: choice.channel) {
            end = max(end, choice.time.advanced(by: caps[index].over))
        }
        return end
    }

    /// The instant from which the choice is of no consequence. `isLast`: it is the action's last for the customer.
    func end(of choice: Choice, isLast: Bool) -> Instant {
        let caps = endOfCaps(choice)
        guard isLast else { return caps }
        let action = actions[Int(choice.action)]
        let rest = action.isContested ? max(action.cooldown, Rules.recency) : action.cooldown
        return max(caps, choice.time.advanced(by: rest))
    }
}

/// Names in the order in which they were first met.
private struct Numbered {
    private(set) var names: [String] = []
    private var numbers: [ByteName: Int32] = [:]

    mutating func number(_ name: String) -> Int32 {
        if let known = numbers[name] { return known }
        names.append(name)
        numbers[name] = Int32(names.count - 1)
        return Int32(names.count - 1)
    }
}

extension Reach {
    fileprivate var period: Period? {
        if case .per(let period) = self { period } else { nil }
    }

    /// The most microseconds after which something still counts.
    fileprivate var most: Int64 {
        switch self {
        case .over(let length): length
        case .per(let period): period.most
        }
    }
}
