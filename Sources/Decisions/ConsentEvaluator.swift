import Storage

/// Which expression says whether a customer may be reached by a channel, and what it said at the moment at hand: the
/// actions share their channels, so each is asked for once.
struct ConsentEvaluator: ~Copyable {
    /// In the place of an expression's number: the channel may be used, or may not.
    static let allowed = -1
    static let denied = -2

    /// Whether consent matters at all.
    let isAsked: Bool
    /// The expressions of action a's channels begin at `first[a]`.
    private let first: Column<Int>
    private let expressions: Column<Int>
    /// For each expression, twice the round in which it was answered, plus one where the answer was yes.
    private var answers: Column<UInt64>
    private var round: UInt64 = 0

    init(_ plan: DecisionPlan) {
        let consent = plan.policy.consent ?? ConsentPlan()
        isAsked = plan.policy.consent != nil
        let numbers = Dictionary(consent.channels.map { (ByteName($0.name), $0.expression) }) { first, _ in first }
        let other = consent.isAllowedByDefault ? ConsentEvaluator.allowed : ConsentEvaluator.denied
        var starts: [Int] = []
        var all: [Int] = []
        for action in plan.actions {
            starts.append(all.count)
            all += action.channels.map { numbers[$0] ?? other }
        }
        first = Column(starts)
        expressions = Column(all)
        answers = Column([UInt64](repeating: 0, count: plan.expressions.count))
    }

    /// The number of the expression for one of an action's channels, or whether that is settled.
    func expression(ofAction action: Int, channel place: Int) -> Int { expressions[first[action] + place] }

    /// Forgets what was answered for the moment before.
    mutating func begin() { round += 1 }

    func answer(_ expression: Int) -> Bool? {
        answers[expression] >> 1 == round ? answers[expression] & 1 == 1 : nil
    }

    mutating func note(_ isGiven: Bool, for expression: Int) {
        answers[expression] = round << 1 | (isGiven ? 1 : 0)
    }
}
