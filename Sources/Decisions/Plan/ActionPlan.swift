package import Events

/// An action that may be offered to a customer when a moment comes, as the configuration defines it.
///
/// Expressions are numbers into `JourneyPlan.expressions`; -1 is none.
package struct ActionPlan: Sendable {
    package var name: String
    /// The numbers of the moments that it answers; nil answers every moment.
    package var on: [Int]?
    package var enabled: Bool
    /// The instants between which it may be chosen: from `validFrom` on, and before `validUntil`.
    package var validFrom: Instant?
    package var validUntil: Instant?
    /// The channels to try, in order. Without any, the action has no channel.
    package var channels: [String]
    package var eligible: Int
    package var applicable: Int
    package var suitable: Int
    package var propensity: Int
    package var context: Int
    package var value: Int
    /// A percentage: 20 means that the priority is multiplied by 1.2.
    package var lever: Double
    /// Microseconds for which the action rests, for one customer, after it was chosen; 0 for none.
    package var cooldown: Int64
    /// Microseconds after the decision at which it is of no use any more; nil is never.
    package var expiresAfter: Int64?
    /// What is sent with the action: keys, in order, and the numbers of their expressions.
    package var payload: [(name: String, expression: Int)]

    package init(
        name: String, on: [Int]?, enabled: Bool = true, validFrom: Instant? = nil, validUntil: Instant? = nil,
        channels: [String] = [], eligible: Int = -1, applicable: Int = -1, suitable: Int = -1, propensity: Int = -1,
        context: Int = -1, value: Int = -1, lever: Double = 0, cooldown: Int64 = 0, expiresAfter: Int64? = nil,
        payload: [(name: String, expression: Int)] = []
    ) {
        self.name = name
        self.on = on
        self.enabled = enabled
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.channels = channels
        self.eligible = eligible
        self.applicable = applicable
        self.suitable = suitable
        self.propensity = propensity
        self.context = context
        self.value = value
        self.lever = lever
        self.cooldown = cooldown
        self.expiresAfter = expiresAfter
        self.payload = payload
    }
}

/// A limit on how often one customer is contacted.
package struct CapPlan: Sendable {
    /// Blocks once this many were chosen; 0 always blocks.
    package var max: Int
    /// Microseconds: what was chosen in (now - over, now] counts.
    package var over: Int64
    /// Counts, and limits, only what goes over this channel; nil takes every channel, and what has none.
    package var channel: String?
    /// Counts, and limits, only the action with this name; nil takes every action.
    package var action: String?

    package init(max: Int, over: Int64, channel: String? = nil, action: String? = nil) {
        self.max = max
        self.over = over
        self.channel = channel
        self.action = action
    }
}

/// The rules under which actions are chosen.
package struct PolicyPlan: Sendable {
    /// How much a decision's line says about how it came about.
    package enum Explanation: Sendable {
        case none, brief
    }

    /// The limits, tried in this order.
    package var caps: [CapPlan]
    /// The most actions chosen for one moment.
    package var choose: Int
    package var explain: Explanation

    package init(caps: [CapPlan] = [], choose: Int = 1, explain: Explanation = .brief) {
        self.caps = caps
        self.choose = choose
        self.explain = explain
    }
}
