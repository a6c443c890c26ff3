package import Expressions
package import Learning
import Storage

/// A model, and what it is asked by: for each of its features an expression.
package struct ModelUse: Sendable {
    package let name: String
    package let model: Model
    /// Tells models apart by what they say.
    package let identity: UInt64
    /// In the order of the model's features; none for one that is always missing.
    package let features: [ExpressionNumber]
    /// Whether durations count in days, and not in seconds.
    package let countsDays: Bool

    package init(name: String, model: Model, identity: UInt64, features: [ExpressionNumber], countsDays: Bool = false) {
        self.name = name
        self.model = model
        self.identity = identity
        self.features = features
        self.countsDays = countsDays
    }
}

extension ModelUse {
    /// What the model sees of a value: a number, 1 or 0 for a truth, how long a duration is; not a number for all else.
    package func feature(_ value: Value) -> Double {
        switch value {
        case .bool(let flag): flag ? 1 : 0
        case .duration(let seconds, let nanos):
            (Double(seconds) + Double(nanos) * 1e-9) / (countsDays ? 86_400 : 1)
        default: value.number ?? .nan
        }
    }
}
