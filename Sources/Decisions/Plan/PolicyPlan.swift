package import Expressions
package import Learning
package import Storage

/// Over which time something is counted.
package enum Reach: Sendable, Equatable {
    /// Microseconds: what happened in (now - over, now] counts.
    case over(Int64)
    /// What happened in the same stretch of the calendar counts.
    case per(Period)
}

/// What a limit counts and limits: an empty list takes everything, a channel that is none included.
package struct LimitScope: Sendable, Equatable {
    package var channels: [String]
    package var groups: [String]
    /// The actions' names.
    package var actions: [String]

    package init(channels: [String] = [], groups: [String] = [], actions: [String] = []) {
        self.channels = channels
        self.groups = groups
        self.actions = actions
    }

    /// Whether actions of that name and group are counted, on some channel.
    func covers(action name: String, group: String?) -> Bool {
        if !actions.isEmpty, !actions.names(name) { return false }
        return groups.isEmpty || group.map { groups.names($0) } ?? false
    }
}

/// A limit on how often one customer is contacted: by what is delivered, or due.
package struct CapPlan: Sendable {
    /// What a cap keeps for some groups: others are blocked where the contacts of others reach `max - keep`.
    package struct Reserve: Sendable {
        package var groups: [String]
        package var keep: Int

        package init(groups: [String], keep: Int) {
            self.groups = groups
            self.keep = keep
        }
    }

    /// Blocks once this many were chosen; 0 always blocks.
    package var max: Int
    /// The expression that says the maximum for a customer instead. One that fails blocks.
    package var maxExpression = ExpressionNumber.none
    /// The calendar is that of the customer's time zone.
    package var reach: Reach
    /// What the cap counts and limits.
    package var scope: LimitScope
    package var reserve: Reserve?

    package init(max: Int, reach: Reach, scope: LimitScope = LimitScope()) {
        self.max = max
        self.reach = reach
        self.scope = scope
    }

    package init(max: Int, over: Int64, channel: String? = nil, group: String? = nil, action: String? = nil) {
        let scope = LimitScope(
            channels: channel.map { [$0] } ?? [], groups: group.map { [$0] } ?? [], actions: action.map { [$0] } ?? [])
        self.init(max: max, reach: .over(over), scope: scope)
    }
}

/// A limit on what is chosen for all customers together.
package struct BudgetPlan: Sendable {
    /// Blocks once so much was spent.
    package var max: Double
    /// The calendar is that of the policy's default time zone.
    package var reach: Reach
    /// What it counts and limits; of an action's own budget it is that action.
    package var scope = LimitScope()
    /// The expression for each of whose values is counted by itself. One that fails blocks.
    package var perValue = ExpressionNumber.none
    /// Whether a choice counts by its value, and not as one.
    package var sumsValue = false
    /// How the partitions of a topic share it; nil where nothing says so.
    package var share: Share?
    /// What the bank has of it; nil where `max` is all.
    package var lease: Lease?

    /// What a bank grants partitions beside what they have of their own, in every stretch of the calendar.
    package struct Lease: Sendable, Equatable {
        /// All that it grants together.
        package let pool: Int
        /// How much more a partition asks for at once; at least one.
        package let slice: Int
    }

    /// How partitions, of which each counts by itself, share a budget.
    package enum Share: String, CaseIterable, Sendable {
        /// Each has its part of it.
        case split
        /// Each asks for slices as it needs them.
        case leased
    }

    package init(max: Double, reach: Reach) {
        self.max = max
        self.reach = reach
    }

    package init(max: Int, reach: Reach) { self.init(max: Double(max), reach: reach) }
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
        /// The moment is held until the quiet time is over, where nothing else could be done with it; else as
        /// `nextChannel`.
        case hold
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
    /// The groups whose actions are delivered to these customers like to anybody.
    package var exempt: [String]

    package init(share: Int, salt: String, exempt: [String] = []) {
        self.share = share
        self.salt = salt
        self.exempt = exempt
    }
}

/// Which channels a customer may be reached by.
package struct ConsentPlan: Sendable {
    /// Whether channels that are not named may be used.
    package var isAllowedByDefault: Bool
    /// The conditions, by channel.
    package var channels: [(name: String, expression: ExpressionNumber)]

    package init(isAllowedByDefault: Bool = true, channels: [(name: String, expression: ExpressionNumber)] = []) {
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
    /// The most standard actions chosen at one decision.
    package var choose: Int
    /// The same for single moments, by their numbers; nil, and what is beyond the end, is `choose`.
    package var chooseByMoment: [Int?] = []
    /// The limits over all customers besides the actions' own, tried behind those in this order.
    package var budgets: [BudgetPlan] = []
    /// An action of a lower priority is not chosen, unless it is mandatory or transactional.
    package var minPriority = 0.0
    /// Microseconds for which the moments of one customer are gathered from the first on, to be decided as one; 0 takes
    /// those of one cause together, nil each by itself.
    package var gather: Int64?
    /// The channels that deliver at the hour at which customers look.
    package var bestHours: [HourPlan] = []
    /// How chance takes part in choosing; nil where it does not.
    package var explore: ExplorePlan?
    package var explain: Explanation
    /// Nil asks for no consent.
    package var consent: ConsentPlan?
    /// In the order in which they are looked at.
    package var quietHours: [QuietPlan]
    /// The expression that names a customer's time zone.
    package var zone: ExpressionNumber
    /// The name of the zone of customers without one, and of budgets.
    package var defaultZone: String
    package var holdout: HoldoutPlan?

    package init(
        caps: [CapPlan] = [], choose: Int = 1, explain: Explanation = .brief, consent: ConsentPlan? = nil,
        quietHours: [QuietPlan] = [], zone: ExpressionNumber = .none, defaultZone: String = "UTC",
        holdout: HoldoutPlan? = nil
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

extension PolicyPlan {
    /// All expressions that are asked at a moment, whatever the candidates.
    package var expressions: [ExpressionNumber] {
        [zone] + (consent?.channels.map(\.expression) ?? []) + caps.map(\.maxExpression) + budgets.map(\.perValue)
    }
}
