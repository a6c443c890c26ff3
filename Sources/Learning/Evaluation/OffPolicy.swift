import Glibc

/// What another way of choosing would have earned, estimated from choices that chance has made.
///
/// Each round has w = π / p, the probability of its choice by the new way over that by which it was made, and a reward r.
/// IPS is the mean of w r, SNIPS Σ w r / Σ w, and doubly robust the mean of q̂_π + w (r − q̂), with q̂ what a model says of
/// the choice made, and q̂_π what it says of the new way's choices by their probabilities (Dudík and others, 2014). Standard
/// errors are from sums by customer, whose rounds belong together: √(C / (C − 1) Σ_c S_c²) / n.
package enum OffPolicy {
    /// An estimate, its standard error, and the interval that holds the truth 95 times of 100.
    package struct Estimate: Sendable, Equatable {
        package var mean: Double
        /// NaN where there is only one customer.
        package var error: Double

        package init(mean: Double, error: Double) { (self.mean, self.error) = (mean, error) }

        package var low: Double { mean - Self.width * error }
        package var high: Double { mean + Self.width * error }

        /// Φ⁻¹(0.975).
        private static let width = 1.959963984540054
    }

    /// The mean of scores.
    /// - Parameter customers: for each score the number of its customer, below `count`.
    package static func mean(_ scores: [Double], customers: [Int], count: Int) -> Estimate {
        ratio(scores, over: nil, customers: customers, count: count)
    }

    /// The sum of scores over the sum of weights; without weights, the mean of the scores.
    package static func ratio(
        _ scores: [Double], over weights: [Double]?, customers: [Int], count: Int
    ) -> Estimate {
        let whole = weights?.reduce(0, +) ?? Double(scores.count)
        let value = scores.reduce(0, +) / whole
        var sums = [Double](repeating: 0, count: count)
        for (index, score) in scores.enumerated() { sums[customers[index]] += score - value * (weights?[index] ?? 1) }
        let spread = sums.reduce(0) { $0 + $1 * $1 }
        let correction = count > 1 ? Double(count) / Double(count - 1) : .nan
        return Estimate(mean: value, error: (correction * spread).squareRoot() / whole.magnitude)
    }

    /// How many rounds made by the new way would say as much: (Σ w)² / Σ w².
    package static func effectiveSize(_ weights: [Double]) -> Double {
        let (sum, squares) = weights.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
        return squares > 0 ? sum * sum / squares : 0
    }
}
