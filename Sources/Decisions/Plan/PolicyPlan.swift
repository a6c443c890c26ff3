package import Expressions

/// Over which time something is counted.
package enum Reach: Sendable, Equatable {
    /// Microseconds: what happened in (now - over, now] counts.
    case over(Int64)
    /// What happened in the same stretch of the calendar counts.
    case per(Period)
}

/// A limit on how often one customer is contacted.
package struct CapPlan: Sendable {
    /// Blocks once this many were chosen; 0 always blocks.
    package var max: Int
    /// The calendar is that of the customer's time zone.
    package var reach: Reach
    /// Counts, and limits, only what goes over this channel; nil takes every channel, and what has none.
    package var channel: String?
    /// Counts, and limits, only actions of this group; nil takes every action.
    package var group: String?
    /// Counts, and limits, only the action with this name; nil takes every action.
    package var action: String?

    package init(
        max: Int, reach: Reach, channel: String? = nil, group: String? = nil, action: String? = nil
    ) {
        self.max = max
        self.reach = reach
        self.channel = channel
        self.group = group
        self.action = action
    }

    package init(max: Int, over: Int64, channel: String? = nil, group: String? = nil, action: String? = nil) {
        self.init(max: max, reach: .over(over), channel: channel, group: group, action: action)
    }
}

/// A limit on how often an action is chosen for all customers together.
package struct BudgetPlan: Sendable {
    /// Blocks once it was chosen this often.
    package var max: Int
    /// The calendar is that of the policy's default time zone.
    package var reach: Reach

    package init(max: Int, reach: Reach) {
        self.max = max
        self.reach = reach
    }
}

/// A time of the day, in the customer's time zone, at which some channels are to be silent.
package struct QuietPlan: Sendable {
    /// What becomes of an action that would go over such a channel.
    package enum Measure: UInt8, BitwiseCopyable, Sendable {
        /// It is to be delivered when the quiet time is over.
        case `defer`
        case nextChannel
        /// It is given up.
        case drop
    }

    package var channels: [String]
    /// Microseconds after midnight: quiet from `from` on and before `to`, which may be the end of the day. Where `to` is
    /// the smaller, it is of the next day.
    package var from: Int64
    package var to: Int64
    /// The days on which a quiet time begins, Monday in the lowest bit.
    package var days: UInt8
    package var then: Measure

    package static let everyDay: UInt8 = 0x7F

    package init(
        channels: [String], from: Int64, to: Int64, days: UInt8 = QuietPlan.everyDay, then: Measure = .defer
    ) {
        self.channels = channels
        self.from = from
        self.to = to
        self.days = days
        self.then = then
    }
}

/// The part of the customers to whom nothing is sent, so that the effect of the rest can be measured.
///
/// A customer belongs to it where H(id, seed: H(salt)) modulo 10,000 is less than `share`; H is `Hash64`, over the
/// UTF-8 bytes. That never changes between versions.
package struct HoldoutPlan: Sendable {
    /// In hundredths of a percent.
    package var share: Int
    package var salt: String

    package init(share: Int, salt: String) {
        self.share = share
        self.salt = salt
    }
}

/// Which channels a customer may be reached by.
package struct ConsentPlan: Sendable {
    /// Whether channels that are not named may be used.
    package var isAllowedByDefault: Bool
    /// The conditions, by channel; the numbers of their expressions.
    package var channels: [(name: String, expression: Int)]

    package init(isAllowedByDefault: Bool = true, channels: [(name: String, expression: Int)] = []) {
        self.isAllowedByDefault = isAllowedByDefault
        self.channels = channels
    }
}

/// The rules under which actions are chosen.
package struct PolicyPlan: Sendable {
    /// How much a decision's line says about how it came about.
    package enum Explanation: Sendable {
        case none, brief, full
    }

    /// The limits, tried in this order.
    package var caps: [CapPlan]
    /// The most actions chosen for one moment, mandatory ones aside.
    package var choose: Int
    package var explain: Explanation
    /// Nil asks for no consent.
    package var consent: ConsentPlan?
    /// In the order in which they are looked at.
    package var quietHours: [QuietPlan]
    /// The number of the expression that names a customer's time zone, or -1.
    package var zone: Int
    /// The name of the zone of customers without one, and of budgets.
    package var defaultZone: String
    package var holdout: HoldoutPlan?

    package init(
        caps: [CapPlan] = [], choose: Int = 1, explain: Explanation = .brief, consent: ConsentPlan? = nil,
        quietHours: [QuietPlan] = [], zone: Int = -1, defaultZone: String = "UTC", holdout: HoldoutPlan? = nil
    ) {
        self.caps = caps
        self.choose = choose
        self.explain = explain
        self.consent = consent
        self.quietHours = quietHours
        self.zone = zone
        self.defaultZone = defaultZone
        self.holdout = holdout
    }
}
