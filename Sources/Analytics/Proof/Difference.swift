import Glibc

/// How much more one arm has than the other, and within which bounds that is certain.
package struct Difference: Sendable, Equatable {
    package var value: Double
    package var low: Double
    package var high: Double

    package init(value: Double, low: Double, high: Double) { (self.value, self.low, self.high) = (value, low, high) }

    /// Bounds hold 95 times of 100.
    package static let alpha = 0.05
    /// Φ⁻¹(0.975).
    private static let z = 1.959963984540054

    /// The difference of two shares, with Newcombe's hybrid of Wilson's intervals (1998, method 10).
    package static func ofShares(_ part: Int, of whole: Int, against other: Int, of otherWhole: Int) -> Difference {
        let (p, q) = (Double(part) / Double(whole), Double(other) / Double(otherWhole))
        let (one, two) = (wilson(part, whole), wilson(other, otherWhole))
        func root(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
        return Difference(
            value: p - q, low: p - q - root(p - one.low, two.high - q), high: p - q + root(one.high - p, q - two.low))
    }

    private static func wilson(_ part: Int, _ whole: Int) -> (low: Double, high: Double) {
        let (n, p) = (Double(whole), Double(part) / Double(whole))
        let square = z * z
        let middle = (p + square / (2 * n)) / (1 + square / n)
        let width = z / (1 + square / n) * (p * (1 - p) / n + square / (4 * n * n)).squareRoot()
        return (middle - width, middle + width)
    }

    /// The difference of two means whose variances may differ (Welch), each less θ times the mean before (CUPED; Deng and
    /// others, 2013); θ = 0 leaves that out. Nil below two customers an arm.
    package static func ofMeans(_ one: ArmSums, _ other: ArmSums, theta: Double = 0) -> Difference? {
        guard one.count > 1, other.count > 1 else { return nil }
        let value = one.mean - other.mean - theta * (one.meanBefore - other.meanBefore)
        let (a, b) = (
            one.variance(theta: theta) / Double(one.count), other.variance(theta: theta) / Double(other.count)
        )
        guard a + b > 0 else { return Difference(value: value, low: value, high: value) }
        let freedom = (a + b) * (a + b) / (a * a / Double(one.count - 1) + b * b / Double(other.count - 1))
        let width = StudentT.quantile(1 - alpha / 2, freedom: freedom) * (a + b).squareRoot()
        return Difference(value: value, low: value - width, high: value + width)
    }

    /// The same with bounds that hold at all times together, however often one looks (asymptotic confidence sequences;
    /// Waudby-Smith and others, 2024): Δ ± √(n v̂) √(2 (nρ² + 1) ln(√(nρ² + 1)/α) / (n²ρ²)), narrowest at `plan` customers.
    package static func always(_ one: ArmSums, _ other: ArmSums, theta: Double = 0, plan: Int) -> Difference? {
        guard one.count > 1, other.count > 1 else { return nil }
        let value = one.mean - other.mean - theta * (one.meanBefore - other.meanBefore)
        let v =
            one.variance(theta: theta) / Double(one.count) + other.variance(theta: theta) / Double(other.count)
        let n = Double(one.count + other.count)
        let rho = (-2 * log(alpha) + log(1 - 2 * log(alpha))) / Double(plan)
        let grown = n * rho + 1
        let width =
            (n * v).squareRoot() * (2 * grown * log(grown.squareRoot() / alpha) / (n * n * rho)).squareRoot()
        return Difference(value: value, low: value - width, high: value + width)
    }

    /// The least effect that would be seen 80 times of 100: 2.80 σ √(1/n_T + 1/n_C).
    package static func least(_ one: ArmSums, _ other: ArmSums) -> Double? {
        guard one.count > 1, other.count > 1 else { return nil }
        let freedom = Double(one.count + other.count - 2)
        let variance =
            (one.variance * Double(one.count - 1) + other.variance * Double(other.count - 1)) / freedom
        return 2.80 * variance.squareRoot() * (1 / Double(one.count) + 1 / Double(other.count)).squareRoot()
    }

    /// How likely groups that differ as much from the planned shares are by chance (χ² with one degree of freedom).
    package static func chance(ofRatio one: Int, _ other: Int, share: Double) -> Double {
        let whole = Double(one + other)
        let (wanted, otherWanted) = (whole * share, whole * (1 - share))
        guard wanted > 0, otherWanted > 0 else { return 1 }
        let (a, b) = (Double(one) - wanted, Double(other) - otherWanted)
        return erfc((a * a / wanted + b * b / otherWanted).squareRoot() / 2.0.squareRoot())
    }
}

/// Student's t distribution.
enum StudentT {
    /// How likely a value is not above `t`.
    static func probability(below t: Double, freedom: Double) -> Double {
        let x = freedom / (freedom + t * t)
        let tail = 0.5 * incompleteBeta(x, freedom / 2, 0.5)
        return t > 0 ? 1 - tail : tail
    }

    /// The value below which a share `p` above one half lies, by halving.
    static func quantile(_ p: Double, freedom: Double) -> Double {
        var (low, high) = (0.0, 2.0)
        while probability(below: high, freedom: freedom) < p, high < 1e8 { high *= 2 }
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if middle == low || middle == high { break }
            if probability(below: middle, freedom: freedom) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// I_x(a, b), by its continued fraction (modified Lentz).
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
        let tiny = 1e-300
        var (f, c, d) = (1.0, 1.0, 0.0)
        for index in 0..<10_000 {
            let m = Double(index / 2)
            let numerator: Double =
                index == 0
                ? 1
                : index % 2 == 0
                    ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                    : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 + numerator * d
            d = 1 / (d.magnitude < tiny ? tiny : d)
            c = 1 + numerator / c
            if c.magnitude < tiny { c = tiny }
            f *= c * d
            if (1 - c * d).magnitude < 1e-15 { break }
        }
        return front * (f - 1)
    }
}
