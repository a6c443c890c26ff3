import Expressions
import Journeys
import Learning
import Storage

/// The models that say propensities, each with different features once.
struct PropensityModels: ~Copyable {
    let uses: Shelf<ModelUse>
    /// For each action its model; -1 for none.
    let numbers: [Int]
    /// The round in which each was last asked, and what it said.
    var noted: [(round: UInt64, value: Double)]

    init(_ plan: DecisionPlan) {
        var uses: [ModelUse] = []
        var keys: [(identity: UInt64, features: [ExpressionNumber])] = []
        numbers = plan.actions.map { action in
            guard let use = action.propensityModel else { return -1 }
            let features = use.features.map { $0.isNone ? $0 : plan.same[$0] }
            if let known = keys.firstIndex(where: { $0.identity == use.identity && $0.features == features }) {
                return known
            }
            uses.append(use)
            keys.append((use.identity, features))
            return uses.count - 1
        }
        noted = [(round: UInt64, value: Double)](repeating: (0, .nan), count: uses.count)
        self.uses = Shelf(uses)
    }
}

extension ProposalEvaluator {
    /// What a model says of the customer at the moment at hand.
    mutating func predicted<Scope: Names & ~Copyable>(
        _ number: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Double {
        if models.noted[number].round == round { return models.noted[number].value }
        var values: [Double] = []
        for expression in models.uses[number].features {
            if expression.isNone {
                values.append(.nan)
                continue
            }
            let value = value(expression, names, &evaluator, expressions)
            if let fault = value.fault { count(fault, of: expression) }
            values.append(models.uses[number].feature(value))
        }
        let predicted = models.uses[number].model.predict(values)
        models.noted[number] = (round, predicted)
        return predicted
    }
}
