package import Events
package import Expressions
package import Journeys
package import Learning
import Storage

/// Everything needed to decide on moments: made once from a configuration, then shared unchanged.
package struct DecisionPlan: Sendable {
    package let actions: [ActionPlan]
    /// How long outcomes of decisions may take; nil where none are told of.
    package var responses: ResponseTerms?
    /// The reference tables that expressions read.
    package var tables = ReferenceTables()
    package var policy: PolicyPlan
    /// The moments' names, by number.
    package let moments: [String]
    /// Which types of lines are written.
    package var emits: Set<LineType>
    /// The journey plan's expressions.
    let expressions: [Expression]
    /// Answers the time zone of a name; nil where there is none of that name.
    let zone: @Sendable (String) -> Zone?
    /// The actions that answer each moment, by number, in the configuration's order.
    let candidates: [[Int]]
    /// Each action's place among the names, compared bytewise.
    let nameRanks: [Int]
    /// For each expression the first that says the same of the same variables.
    let same: [ExpressionNumber]
    /// The JSON of what payloads' expressions come to where that never changes, by the expressions.
    let constants: [ExpressionNumber: [UInt8]]
    /// Whether it can ever matter when the action was last chosen, as against another: where it cannot, that is
    /// forgotten as soon as cooldown and caps allow.
    let isContested: [Bool]

    /// Whether decisions' lines tell how each gate was judged.
    var explainsFully: Bool { policy.explain == .full && emits.contains(.decision) }

    /// - Parameters:
    ///   - moments: the names of the journey plan's moments.
    ///   - expressions: the journey plan's expressions.
    package init(
        actions: [ActionPlan], policy: PolicyPlan, moments: [String], expressions: [Expression],
        emits: Set<LineType> = [.moment, .decision], zone: @escaping @Sendable (String) -> Zone? = { _ in nil }
    ) {
        precondition(policy.choose >= 1, "a policy chooses at least one action")
        self.actions = actions
        self.policy = policy
        self.moments = moments
        self.emits = emits
        self.expressions = expressions
        self.zone = zone
        candidates = moments.indices.map { moment in
            actions.indices.filter { actions[$0].on.map { $0.contains(moment) } ?? true }
        }
        let sorted = actions.indices.sorted {
            actions[$0].name.utf8.lexicographicallyPrecedes(actions[$1].name.utf8)
        }
        var ranks = [Int](repeating: 0, count: actions.count)
        for (rank, action) in sorted.enumerated() { ranks[action] = rank }
        nameRanks = ranks
        same = DecisionPlan.alike(expressions)
        constants = DecisionPlan.constants(of: actions, expressions, zone: zone)
        isContested = DecisionPlan.contested(actions, candidates: candidates, expressions: expressions)
    }

    private static func alike(_ expressions: [Expression]) -> [ExpressionNumber] {
        var known: [ByteName: [ExpressionNumber]] = [:]
        return expressions.enumerated().map { number, expression in
            let alike = known[expression.program.source, default: []]
            if let same = alike.first(where: { expressions[$0].program.reads == expression.program.reads }) {
                return same
            }
            let new = ExpressionNumber(number)
            known[expression.program.source, default: []].append(new)
            return new
        }
    }

    /// An expression that reads nothing always comes to the same. One that fails is left to fail where it is asked for.
    private static func constants(
        of actions: [ActionPlan], _ expressions: [Expression], zone: @escaping @Sendable (String) -> Zone?
    ) -> [ExpressionNumber: [UInt8]] {
        var constants: [ExpressionNumber: [UInt8]] = [:]
        var evaluator = Evaluator(zone: zone)
        for number in actions.flatMap(\.payload).map(\.expression) where expressions[number].program.reads.isEmpty {
            var text: [UInt8] = []
            let value = evaluator.evaluate(expressions[number].program, NoVariables())
            if !value.isError, value.appendJSON(to: &text) { constants[number] = text }
            evaluator.reset()
        }
        return constants
    }

    /// The variables that the candidates of a moment read, and what is asked of the customer besides, each once.
    func variables(readBy candidates: [Int]) -> [Int] {
        var numbers = policy.expressions
        var variables: Set<Int> = []
        for action in candidates.map({ actions[$0] }) where action.enabled {
            numbers += [
                action.eligible, action.applicable, action.suitable, action.propensity, action.context, action.value,
                action.preferredChannel,
            ]
            numbers += action.payload.map(\.expression)
            numbers += action.propensityModel?.features ?? []
            if let learning = action.learning {
                numbers += learning.by + (learning.model?.features.map(\.expression) ?? [])
            }
            variables.formUnion(action.suppressions.map(\.since))
        }
        for number in numbers where !number.isNone { variables.formUnion(expressions[number].program.reads) }
        return variables.sorted()
    }

    /// Whether a moment that comes asks for a decision.
    package func asks(moment: MomentNumber) -> Bool { !candidates[moment].isEmpty }

    /// Whether anything depends on what a customer's clock shows.
    var usesZones: Bool {
        !policy.quietHours.isEmpty || !policy.bestHours.isEmpty
            || policy.caps.contains { cap in
                if case .per = cap.reach { true } else { false }
            }
    }

    /// The expressions that say the caps' maxima, each once, in the order of the caps.
    var maxima: [ExpressionNumber] { DecisionPlan.distinct(policy.caps.map(\.maxExpression), same) }

    /// The same of those by whose values budgets count.
    var budgetKeys: [ExpressionNumber] { DecisionPlan.distinct(policy.budgets.map(\.perValue), same) }

    private static func distinct(
        _ numbers: [ExpressionNumber], _ same: [ExpressionNumber]
    ) -> [ExpressionNumber] {
        var found: [ExpressionNumber] = []
        for number in numbers where !number.isNone && !found.contains(same[number]) { found.append(same[number]) }
        return found
    }

    /// Two actions that answer one moment can tie unless their values are constants that differ.
    private static func contested(
        _ actions: [ActionPlan], candidates: [[Int]], expressions: [Expression]
    ) -> [Bool] {
        let values = actions.map { action -> Double? in
            action.value.isNone ? 1 : expressions[action.value].program.constant?.number
        }
        var contested = [Bool](repeating: false, count: actions.count)
        for group in candidates {
            let enabled = group.filter { actions[$0].enabled && actions[$0].classification != .mandatory }
            var sharers: [Double: Int] = [:]
            for action in enabled { if let value = values[action] { sharers[value, default: 0] += 1 } }
            let hasVariable = enabled.contains { values[$0] == nil }
            for action in enabled where enabled.count > 1 {
                guard let value = values[action] else {
                    contested[action] = true
                    continue
                }
                if hasVariable || sharers[value, default: 0] > 1 { contested[action] = true }
            }
        }
        return contested
    }
}

/// What an expression sees that reads nothing.
private struct NoVariables: Names {
    func value(of variable: Int) -> Value { .error(.noSuchKey) }
}
