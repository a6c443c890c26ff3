import Events
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
        var isContested: Bool
        var hasPayload: Bool
        /// 1 + percentage / 100.
        var lever: Double
        var cooldown: Int64
        /// Microseconds, or -1.
        var expiresAfter: Int64
    }

    struct Cap: BitwiseCopyable, Sendable {
        var max: Int
        var over: Int64
        var channel: Int32
        var action: Int32

        func covers(action other: Int32, channel otherChannel: Int32) -> Bool {
            (action == Rules.none || action == other) && (channel == Rules.none || channel == otherChannel)
        }
    }

    let actions: Column<Action>
    let channels: Column<Int32>
    let caps: Column<Cap>
    let choose: Int
    let explains: Bool
    let writes: Bool
    private let texts: Texts
    private let actionCount: Int
    private let channelCount: Int

    init(_ plan: DecisionPlan) {
        var names: [String] = []
        var numbers: [String: Int32] = [:]
        func number(_ channel: String) -> Int32 {
            if let known = numbers[channel] { return known }
            names.append(channel)
            numbers[channel] = Int32(names.count - 1)
            return Int32(names.count - 1)
        }
        var channels: [Int32] = []
        let actions = plan.actions.enumerated().map { index, action in
            let start = channels.count
            channels += action.channels.isEmpty ? [Rules.none] : action.channels.map(number)
            return Action(
                nameRank: Int32(plan.nameRanks[index]), channelStart: Int32(start),
                channelCount: Int32(channels.count - start), isContested: plan.isContested[index],
                hasPayload: !action.payload.isEmpty, lever: 1 + action.lever / 100, cooldown: action.cooldown,
                expiresAfter: action.expiresAfter ?? -1)
        }
        let caps = plan.policy.caps.map { cap in
            // A name that no action has is not "any": its number is one that no action has.
            let action = cap.action.map { name in plan.actions.firstIndex { $0.name == name } ?? plan.actions.count }
            return Cap(
                max: cap.max, over: cap.over, channel: cap.channel.map(number) ?? Rules.none,
                action: action.map(Int32.init) ?? Rules.none)
        }
        self.actions = Column(actions)
        self.channels = Column(channels)
        self.caps = Column(caps)
        choose = plan.policy.choose
        explains = plan.policy.explain == .brief
        writes = plan.emits.contains(.decision)
        texts = Texts((plan.actions.map(\.name) + names + plan.moments).map(Texts.json))
        actionCount = actions.count
        channelCount = names.count
    }

    /// The action's name as a JSON string.
    func name(ofAction action: Int32) -> View<UInt8> { texts[Int(action)] }
    /// The channel's name as a JSON string.
    func name(ofChannel channel: Int32) -> View<UInt8> { texts[actionCount + Int(channel)] }
    /// The moment's name as a JSON string.
    func name(ofMoment moment: Int32) -> View<UInt8> { texts[actionCount + channelCount + Int(moment)] }

    /// The instant from which a choice no longer counts toward any cap.
    func endOfCaps(_ choice: Choice) -> Instant {
        var end = Instant.distantPast
        for index in 0..<caps.count where caps[index].covers(action: choice.action, channel: choice.channel) {
            end = max(end, choice.time.advanced(by: caps[index].over))
        }
        return end
    }

    /// The instant from which the choice is of no consequence. `isLast`: it is the action's last for the customer.
    func end(of choice: Choice, isLast: Bool) -> Instant {
        let caps = endOfCaps(choice)
        guard isLast else { return caps }
        let action = actions[Int(choice.action)]
        return action.isContested ? .distantFuture : max(caps, choice.time.advanced(by: action.cooldown))
    }
}
