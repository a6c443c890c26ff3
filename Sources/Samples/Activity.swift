/// Who comes next: a few customers come all the time, most come seldom, and everybody comes once.
///
/// Three visits in five go by rank, after the law of Zipf and Mandelbrot: a customer of rank r is as likely as 1 / (r + q).
/// The others first bring each customer in turn, as newcomers, and then anybody.
struct Activity {
    private static let knots = 4096
    private let customers: Int
    /// Ranks at equally likely places, between which a draw goes straight.
    private let ranks: [Double]
    private var arrived = 0

    init(customers: Int) {
        self.customers = customers
        // Without q the first customer alone would have a twelfth of all visits.
        let flat = Double(customers) / 1000 + 1
        let step = Dice.exponential(Dice.logarithm((Double(customers) + flat) / flat) / Double(Self.knots))
        var place = flat
        ranks = (0...Self.knots).map { _ in
            defer { place *= step }
            return place - flat
        }
    }

    /// The number of a customer, in 0 ..< customers.
    mutating func pick(_ dice: inout Dice) -> Int {
        if dice.chance(perMille: 600) {
            let bits = dice.next()
            let knot = Int(truncatingIfNeeded: bits >> 52)
            let fraction = Double(bits & 0xffff_ffff) / 4_294_967_296
            let rank = Int(ranks[knot] + (ranks[knot + 1] - ranks[knot]) * fraction)
            return scattered(min(rank, customers - 1), by: 2_147_483_647)
        }
        if arrived < customers {
            arrived += 1
            return scattered(arrived - 1, by: 998_244_353)
        }
        return dice.below(customers)
    }

    /// A prime beyond the number of customers takes every number to another, so that rank does not show in the name.
    private func scattered(_ number: Int, by prime: Int) -> Int {
        (number * prime + 17) % customers
    }
}
