import Glibc

/// The normal distribution.
package enum Normal {
    /// Φ: how likely a value is not above `x`.
    package static func probability(below x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

    /// The value below which a share `p` of all values lie; `p` is above 0 and below 1.
    ///
    /// A rational approximation of Φ⁻¹ over three stretches gives some nine digits; one step of Halley's method with
    /// `erfc` makes them full precision.
    package static func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile is of a share between 0 and 1")
        let x = rough(p)
        let error = probability(below: x) - p
        let step = error * (2 * Double.pi).squareRoot() * exp(x * x / 2)
        return x - step / (1 + x * step / 2)
    }

    /// The coefficients are P. Acklam's minimax fit.
    private static func rough(_ p: Double) -> Double {
        if p > 0.5 { return -rough(1 - p) }
        if p < 0.02425 {
            let q = (-2 * log(p)).squareRoot()
            let top = polynomial(
                q,
                [
                    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734,
                    4.374664141464968, 2.938163982698783,
                ])
            let bottom = polynomial(
                q, [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1])
            return top / bottom
        }
        let q = p - 0.5
        let r = q * q
        let top = polynomial(
            r,
            [
                -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
                -3.066479806614716e+01, 2.506628277459239,
            ])
        let bottom = polynomial(
            r,
            [
                -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
                -1.328068155288572e+01, 1,
            ])
        return q * top / bottom
    }

    /// The polynomial whose highest coefficient comes first.
    private static func polynomial(_ x: Double, _ coefficients: [Double]) -> Double {
        coefficients.reduce(0) { $0 * x + $1 }
    }
}
