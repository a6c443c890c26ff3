import Glibc

/// The derivatives of the logarithm of the gamma function, for arguments above 0.
///
/// Both climb to 10 and above by the recurrence, where the asymptotic series (Abramowitz and Stegun, 6.3.18 and 6.4.12)
/// is exact to some 1e-14.
enum Polygamma {
    /// ψ, the first derivative.
    static func digamma(_ argument: Double) -> Double {
        var (x, sum) = (argument, 0.0)
        while x < 10 {
            sum -= 1 / x
            x += 1
        }
        let square = 1 / (x * x)
        let series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
        return sum + log(x) - 0.5 / x - series
    }

    /// ψ₁, the second derivative.
    static func trigamma(_ argument: Double) -> Double {
        var (x, sum) = (argument, 0.0)
        while x < 10 {
            sum += 1 / (x * x)
            x += 1
        }
        let square = 1 / (x * x)
        let series = square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square * (1 / 30 - square * 5 / 66))))
        return sum + 1 / x + square / 2 + series / x
    }
}
