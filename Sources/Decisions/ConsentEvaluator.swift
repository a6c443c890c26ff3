import Expressions
import Storage

/// Which expression says whether a customer may be reached by a channel, and what it said at the moment at hand: the
/// actions share their channels, so each is asked for once.
struct ConsentEvaluator: ~Copyable {
    /// Whether a channel may be used.
    enum Rule: BitwiseCopyable {
        case allowed, denied
        /// Where the condition holds.
        case asks(ExpressionNumber)
    }

    /// Whether consent matters at all.
    let isAsked: Bool
    /// The rules of action a's channels begin at `first[a]`.
    private let first: Column<Int>
    private let rules: Column<Rule>
    /// For each expression, twice the round in which it was answered, plus one where the answer was yes.
    private var answers: Column<UInt64>
    private var round: UInt64 = 0

    init(_ plan: DecisionPlan) {
        let consent = plan.policy.consent ?? ConsentPlan()
        isAsked = plan.policy.consent != nil
        // A condition with a fault is none.
        let named = consent.channels.map { channel in
            (ByteName(channel.name), channel.expression.isNone ? Rule.allowed : .asks(channel.expression))
        }
        let known = Dictionary(named) { first, _ in first }
        let other = consent.isAllowedByDefault ? Rule.allowed : .denied
        var starts: [Int] = []
        var all: [Rule] = []
        for action in plan.actions {
            starts.append(all.count)
            all += action.channels.map { known[$0] ?? other }
        }
        first = Column(starts)
        rules = Column(all)
        answers = Column<UInt64>(repeating: 0, count: plan.expressions.count)
    }

    /// Whether one of an action's channels may be used.
    func rule(ofAction action: Int, channel place: Int) -> Rule { rules[first[action] + place] }

    /// Forgets what was answered for the moment before.
    mutating func begin() { round += 1 }

    func answer(_ expression: ExpressionNumber) -> Bool? {
        answers[expression] >> 1 == round ? answers[expression] & 1 == 1 : nil
    }

    mutating func note(_ isGiven: Bool, for expression: ExpressionNumber) {
        answers[expression] = round << 1 | (isGiven ? 1 : 0)
    }
}
