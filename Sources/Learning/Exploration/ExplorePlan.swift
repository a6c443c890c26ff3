/// How chance takes part in choosing.
package struct ExplorePlan: Sendable, Equatable {
    /// By what the chances go.
    package enum Method: String, CaseIterable, Sendable {
        /// By how often each would be best, were its propensity drawn from what is known of it.
        case thompson
        /// The best, but for a share of the decisions that any may have.
        case epsilon
        /// In proportion to the exponential of the priority.
        case softmax
    }

    package var method: Method
    /// The share of the decisions that is spread evenly; from 0 to 1.
    package var epsilon: Double
    /// By what priorities are divided for `softmax`; above 0.
    package var temperature: Double
    /// Another seed draws otherwise.
    package var seed: String

    package init(method: Method, epsilon: Double = 0.02, temperature: Double = 1, seed: String = "") {
        self.method = method
        self.epsilon = epsilon
        self.temperature = temperature
        self.seed = seed
    }
}
