package import Events
package import Expressions
package import Journeys
package import Learning
import Storage

/// An action that may be offered to a customer when a moment comes, as the configuration defines it.
///
/// Its expressions are those of `JourneyPlan.expressions`.
package struct ActionPlan: Sendable {
    /// Which of the rules an action is under.
    package enum Class: UInt8, BitwiseCopyable, Sendable {
        /// Ranked, limited, counted.
        case standard
        /// Ranked, held back by quiet hours only, and counted nowhere.
        case transactional
        /// Chosen whenever it passes the gates, unless in quiet hours, and counted nowhere.
        case mandatory
    }

    /// An event after which the action makes no sense for a while.
    package struct Suppression: Sendable {
        /// The event's type.
        package var type: String
        /// The variable's number of the time since the customer's last such event.
        package var since: Int
        /// Microseconds for which that holds the action back.
        package var length: Int64

        package init(type: String, since: Int, length: Int64) {
            self.type = type
            self.since = since
            self.length = length
        }
    }

    package var name: String
    /// The numbers of the moments that it answers; nil answers every moment.
    package var on: [Int]?
    package var enabled: Bool
    /// The instants between which it may be chosen: from `validFrom` on, and before `validUntil`.
    package var validFrom: Instant?
    package var validUntil: Instant?
    /// The channels to try, in order. Without any, the action has no channel.
    package var channels: [String]
    package var eligible: ExpressionNumber
    package var applicable: ExpressionNumber
    package var suitable: ExpressionNumber
    package var propensity: ExpressionNumber
    package var context: ExpressionNumber
    package var value: ExpressionNumber
    /// A percentage: 20 means that the priority is multiplied by 1.2.
    package var lever: Double
    package var classification: Class
    /// The name under which caps count it with others.
    package var group: String?
    package var suppressions: [Suppression]
    /// How often it may be chosen, for all customers together.
    package var budget: BudgetPlan?
    /// The expression that names the channel to try first.
    package var preferredChannel: ExpressionNumber
    /// Microseconds for which the action rests, for one customer, after it was chosen; 0 for none.
    package var cooldown: Int64
    /// Microseconds after the decision at which it is of no use any more; nil is never.
    package var expiresAfter: Int64?
    /// After which outcomes it rests, for one customer, and for how long.
    package var rests: [OutcomeRest] = []
    package var outcomeSuppressions: [OutcomeSuppression] = []
    /// How its propensity is learnt; nil where an expression says it.
    package var learning: PropensityPlan?
    /// The model that says its propensity; nil where something else does.
    package var propensityModel: ModelUse?
    /// Whether it answers somebody who asks, so that it is a contact only once it was seen.
    package var isInbound = false
    /// Whether it is tried only where nothing else was chosen, and then under no cap.
    package var isFallback = false
    /// What is sent with the action: keys, in order, and their expressions.
    package var payload: [(name: String, expression: ExpressionNumber)]

    package init(
        name: String, on: [Int]?, enabled: Bool = true, validFrom: Instant? = nil, validUntil: Instant? = nil,
        channels: [String] = [], eligible: ExpressionNumber = .none, applicable: ExpressionNumber = .none,
        suitable: ExpressionNumber = .none, propensity: ExpressionNumber = .none,
        context: ExpressionNumber = .none, value: ExpressionNumber = .none, lever: Double = 0, cooldown: Int64 = 0,
        expiresAfter: Int64? = nil,
        payload: [(name: String, expression: ExpressionNumber)] = [], classification: Class = .standard,
        group: String? = nil,
        suppressions: [Suppression] = [], budget: BudgetPlan? = nil, preferredChannel: ExpressionNumber = .none
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
        self.classification = classification
        self.group = group
        self.suppressions = suppressions
        self.budget = budget
        self.preferredChannel = preferredChannel
    }
}
