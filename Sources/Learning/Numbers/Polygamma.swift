import Glibc

/// The first two derivatives of the logarithm of the gamma function, for arguments above 0.
///
/// The argument climbs to 10 and above by the recurrence, where the asymptotic series (Abramowitz and Stegun, 6.3.18 and
/// 6.4.12) is exact to some 1e-14.
enum Polygamma {
    /// ψ and ψ₁, which share the way up.
    static func both(_ argument: Double) -> (digamma: Double, trigamma: Double) {
        var (x, first, second) = (argument, 0.0, 0.0)
        while x < 10 {
            let part = 1 / x
            first -= part
            second += part * part
            x += 1
        }
        let part = 1 / x
        let square = part * part
        let low = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
        let high = square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square * (1 / 30 - square * 5 / 66))))
        return (first + log(x) - 0.5 * part - low, second + part + square / 2 + high * part)
    }

    /// ψ, the first derivative.
    static func digamma(_ argument: Double) -> Double { both(argument).digamma }

    /// ψ₁, the second derivative.
    static func trigamma(_ argument: Double) -> Double { both(argument).trigamma }
}
