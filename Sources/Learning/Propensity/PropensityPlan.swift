package import Expressions

/// How an action's propensity is learnt from what came of it.
package struct PropensityPlan: Sendable, Equatable {
    /// What stands for a propensity of which nothing is known; above 0 and below 1.
    package var prior = 0.05
    /// How many trials the parent's estimate is worth; above 0.
    package var strength = 50.0
    /// After how many microseconds a trial counts half.
    package var halfLife: Int64 = 30 * 86_400_000_000
    /// What a trial is to come to.
    package var outcome = Outcome.accept
    /// Whether each channel has cells of its own, below the action's.
    package var byChannel = false
    /// The expressions by whose values there are cells below these.
    package var by: [ExpressionNumber] = []
    /// Whether the action's channels are tried in the order of their estimates, the greatest first.
    package var ordersChannels = false
    /// The weights by which features say it; nil where cells alone do.
    package var model: FTRLPlan?

    package init() {}

    /// The plan without its lists.
    package var terms: PropensityTerms {
        PropensityTerms(
            prior: prior, strength: strength, halfLife: halfLife, outcome: outcome, byChannel: byChannel,
            hasBuckets: !by.isEmpty, ordersChannels: ordersChannels, hasModel: model != nil)
    }
}

/// What is plain of a `PropensityPlan`: copied at each candidate, it costs nothing.
package struct PropensityTerms: BitwiseCopyable, Sendable {
    package var prior: Double
    package var strength: Double
    package var halfLife: Int64
    package var outcome: Outcome
    package var byChannel: Bool
    /// Whether there are cells below the channel's, or the action's.
    package var hasBuckets: Bool
    package var ordersChannels: Bool
    package var hasModel: Bool
}

/// How the weights of features are learnt (FTRL-Proximal by coordinates).
package struct FTRLPlan: Sendable, Equatable {
    /// How fast they are learnt.
    package var alpha = 0.1
    /// By how much the first steps are smaller.
    package var beta = 1.0
    package var l1 = 0.0
    package var l2 = 0.0
    /// The features' names, and what says their values.
    package var features: [(name: String, expression: ExpressionNumber)] = []

    package init() {}

    /// Whether both learn in the same way.
    package static func == (a: FTRLPlan, b: FTRLPlan) -> Bool {
        a.alpha == b.alpha && a.beta == b.beta && a.l1 == b.l1 && a.l2 == b.l2
            && a.features.elementsEqual(b.features) { $0.name == $1.name && $0.expression == $1.expression }
    }
}
