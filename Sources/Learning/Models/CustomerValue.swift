import Glibc

/// What a customer will be worth, by how often, how lately and for how long one has bought: BG/NBD (Fader, Hardie and Lee,
/// 2005) for purchases, Gamma-Gamma (Fader and Hardie, 2013) for their value, as the Python library lifetimes 0.11.3 has
/// them. Times are in days.
package struct CustomerValue: Sendable, Equatable {
    /// What is asked for.
    package enum Says: String, CaseIterable, Sendable {
        /// How likely the customer will ever buy again.
        case alive
        /// How many purchases are to be expected within the horizon.
        case purchases
        /// What these are worth.
        case value
    }

    package var r: Double
    package var alpha: Double
    package var a: Double
    package var b: Double
    /// The parameters of Gamma-Gamma; only asked for by `value`.
    package var p = 1.0
    package var q = 2.0
    package var v = 1.0
    /// In days.
    package var horizon: Double
    package var says: Says

    package init(r: Double, alpha: Double, a: Double, b: Double, horizon: Double, says: Says) {
        (self.r, self.alpha, self.a, self.b, self.horizon, self.says) = (r, alpha, a, b, horizon, says)
    }

    package static let features = ["frequency", "recency", "age", "monetary"]

    /// The model of it: its features are `features`, in that order.
    package var model: Model {
        Model(
            features: Self.features, isUsed: [true, true, true, says == .value],
            about: "customer value, \(says.rawValue)",
            isProbability: says == .alive, form: .customerValue(self))
    }

    func predict(_ values: [Double]) -> Double {
        let (frequency, recency, age) = (values[0], values[1], values[2])
        guard frequency >= 0, recency >= 0, age >= 0 else { return .nan }
        switch says {
        case .alive: return alive(frequency, recency, age)
        case .purchases: return purchases(frequency, recency, age)
        case .value: return purchases(frequency, recency, age) * averageValue(frequency, values[3])
        }
    }

    func alive(_ frequency: Double, _ recency: Double, _ age: Double) -> Double {
        if frequency == 0 { return 1 }
        let odds = (r + frequency) * log((alpha + age) / (alpha + recency)) + log(a / (b + max(frequency, 1) - 1))
        return 1 / (1 + exp(odds))
    }

    func purchases(_ frequency: Double, _ recency: Double, _ age: Double) -> Double {
        let z = horizon / (alpha + age + horizon)
        // ₂F₁(r + x, b + x; a + b + x − 1; z) by Euler's transformation, whose series converges fast.
        let c = a + b + frequency - 1
        let (first, second) = (r + frequency, b + frequency)
        let series = Self.hypergeometric(c - first, c - second, c, z)
        let power = log(1 - z) * (c - first - second) + (r + frequency) * log((alpha + age) / (alpha + horizon + age))
        let expected = c / (a - 1) * (1 - series * exp(power))
        if frequency == 0 { return expected }
        let gone = a / (b + frequency - 1) * pow((alpha + age) / (alpha + recency), r + frequency)
        return expected / (1 + gone)
    }

    /// What a purchase is worth on average.
    func averageValue(_ frequency: Double, _ monetary: Double) -> Double {
        let weight = p * frequency / (p * frequency + q - 1)
        let mean = v * p / (q - 1)
        // Who has bought but once has no average of repeated purchases.
        return frequency == 0 ? mean : (1 - weight) * mean + weight * monetary
    }

    private static let termMost = 200_000

    /// Σ (a)ₙ (b)ₙ / (c)ₙ zⁿ / n!, for z from 0 and below 1.
    static func hypergeometric(_ a: Double, _ b: Double, _ c: Double, _ z: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for index in 0..<termMost {
            let n = Double(index)
            term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
            sum += term
            if term.magnitude <= sum.magnitude * 1e-17 { break }
        }
        return sum
    }
}
