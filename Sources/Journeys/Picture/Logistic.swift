import Glibc

extension Double {
    /// The logistic function, 1 / (1 + e^-x), in the form that does not overflow.
    var logistic: Double {
        if self >= 0 { return 1 / (1 + exp(-self)) }
        let power = exp(self)
        return power / (1 + power)
    }
}
