/// What is counted of the customers of one arm: those who are treated, or those of the control group. Of each a measure y,
/// and the same measure x over as long before.
package struct ArmSums: Sendable, Equatable {
    package private(set) var count = 0
    private var y = 0.0
    private var x = 0.0
    private var yy = 0.0
    private var xx = 0.0
    private var xy = 0.0

    package init() {}

    /// Takes a customer. Sums are about the means so far (Welford), so that large values lose no digits.
    package mutating func add(_ after: Double, before: Double) {
        count += 1
        let n = Double(count)
        let (fromY, fromX) = (after - y, before - x)
        y += fromY / n
        x += fromX / n
        yy += fromY * (after - y)
        xx += fromX * (before - x)
        xy += fromX * (after - y)
    }

    package var mean: Double { y }
    package var meanBefore: Double { x }
    /// The variance of y, of x, and how they go together; 0 of less than two customers.
    package var variance: Double { count > 1 ? yy / Double(count - 1) : 0 }
    package var varianceBefore: Double { count > 1 ? xx / Double(count - 1) : 0 }
    package var covariance: Double { count > 1 ? xy / Double(count - 1) : 0 }

    /// θ = cov(x, y) / var(x) over the customers of both arms together; 0 where x is always the same.
    package static func theta(_ one: ArmSums, _ other: ArmSums) -> Double {
        let (n, m) = (Double(one.count), Double(other.count))
        if n + m == 0 { return 0 }
        // What the arms' means differ by is part of the whole's spread.
        let (fromX, share) = (one.x - other.x, n * m / (n + m))
        let xx = one.xx + other.xx + share * fromX * fromX
        return xx > 0 ? (one.xy + other.xy + share * fromX * (one.y - other.y)) / xx : 0
    }

    /// The variance of y − θ x.
    package func variance(theta: Double) -> Double {
        max(0, variance - 2 * theta * covariance + theta * theta * varianceBefore)
    }
}
