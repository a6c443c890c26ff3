import Glibc
import Storage

/// One of the actions that may be chosen.
package struct Option: BitwiseCopyable, Sendable {
    /// The action's number.
    package var action: Int
    package var priority: Double
    /// What the priority is beside the propensity: context · value · lever.
    package var weight: Double
    package var propensity: Double
    /// The parameters of the Beta distribution that is known of the propensity; 0 where it is no learnt one.
    package var alpha = 0.0
    package var beta = 0.0

    package init(action: Int, priority: Double, weight: Double, propensity: Double) {
        (self.action, self.priority, self.weight, self.propensity) = (action, priority, weight, propensity)
    }
}

/// Gives each of the actions that may be chosen its probability, and chooses by it.
package struct Explorer: Sendable {
    /// How many propensities are drawn of each action for `thompson`.
    package static let draws = 64
    /// Below this, a parameter of a Beta distribution says no more than that it is small.
    private static let least = 1e-6

    private let plan: ExplorePlan
    private let chance: Chance
    /// By action.
    private let chances: [Chance]

    /// - Parameter actions: the actions' names, by number.
    package init(_ plan: ExplorePlan, actions: [String]) {
        self.plan = plan
        chance = Chance(seed: plan.seed)
        let chance = chance
        chances = actions.map { chance.ofAction($0) }
    }

    /// The probability of each option; they add up to 1. The options stand in the order of the ranking, and there is at least
    /// one.
    package func probabilities(_ options: [Option], moment: UInt64) -> [Double] {
        if options.count == 1 { return [1] }
        switch plan.method {
        case .epsilon:
            var shares = [Double](repeating: 0, count: options.count)
            shares[0] = 1
            return mixed(shares)
        case .softmax:
            // The greatest is put first by the ranking; nothing overflows where all others are relative to it.
            let powers = options.map { exp(($0.priority - options[0].priority) / plan.temperature) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        case .thompson: return mixed(shares(options, moment: moment))
        }
    }

    /// (1 − ε) of each share, and ε spread evenly.
    private func mixed(_ shares: [Double]) -> [Double] {
        let even = plan.epsilon / Double(shares.count)
        return shares.map { (1 - plan.epsilon) * $0 + even }
    }

    /// How often each option is best among the draws; of equal ones the first.
    ///
    /// What is drawn of an option is worked out only where it may be greater than the best of the options before it, which
    /// a table of bounds says: of a hundred options alike that is one draw in some fifteen. From the least of the bests it
    /// follows from which place of the normal distribution on there is any hope. No result depends on either.
    private func shares(_ options: [Option], moment: UInt64) -> [Double] {
        var most = [Double](repeating: -.infinity, count: Explorer.draws)
        var best = [Int](repeating: 0, count: Explorer.draws)
        var leastBest = -Double.infinity
        let (normals, bounds) = (Chance.normals, LogisticBounds.table)
        for (index, option) in options.enumerated() {
            guard let form = Form(option) else {
                let score = option.propensity * option.weight
                for draw in 0..<Explorer.draws where score > most[draw] { (best[draw], most[draw]) = (index, score) }
                continue
            }
            let draws = chances[option.action].draws(of: moment)
            // Of a weight below 0 the bound would be one from below.
            let isBounded = option.weight > 0
            var hope = 0
            if isBounded {
                if index & 3 == 0 { leastBest = most.reduce(.infinity) { $1 < $0 ? $1 : $0 } }
                hope = Explorer.first(of: normals.count) {
                    bounds.bound(form.mean + form.deviation * normals[$0]) * option.weight > leastBest
                }
                if hope == normals.count { continue }
            }
            for draw in 0..<Explorer.draws {
                let place = draws.place(draw)
                if place < hope { continue }
                let x = form.mean + form.deviation * normals[place]
                if isBounded, bounds.bound(x) * option.weight <= most[draw] { continue }
                let score = Explorer.logistic(x) * option.weight
                if score > most[draw] { (best[draw], most[draw]) = (index, score) }
            }
        }
        var wins = [Int](repeating: 0, count: options.count)
        for index in best { wins[index] += 1 }
        return wins.map { Double($0) / Double(Explorer.draws) }
    }

    /// The first of so many numbers from 0 on for which something holds, where it holds for all behind it; their count where
    /// it holds for none.
    private static func first(of count: Int, holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The normal distribution of a propensity's log-odds, by the moments of what the Beta distribution has.
    private struct Form {
        let mean: Double
        let deviation: Double

        init?(_ option: Option) {
            guard option.alpha > 0 || option.beta > 0 else { return nil }
            let (one, other) = (
                Polygamma.both(max(option.alpha, Explorer.least)), Polygamma.both(max(option.beta, Explorer.least))
            )
            mean = one.digamma - other.digamma
            deviation = (one.trigamma + other.trigamma).squareRoot()
        }
    }

    static func logistic(_ x: Double) -> Double {
        if x >= 0 { return 1 / (1 + exp(-x)) }
        let power = exp(x)
        return power / (1 + power)
    }

    /// Chooses by the probabilities.
    /// - Parameter turn: how many were chosen before for the same moment.
    package func choose(_ probabilities: [Double], moment: UInt64, turn: Int) -> Int {
        let u = chance.draw(turn, moment: moment)
        var sum = 0.0
        for (index, probability) in probabilities.enumerated() {
            sum += probability
            if u < sum { return index }
        }
        // What rounding took from the sum is the last one's that has any.
        return probabilities.lastIndex { $0 > 0 } ?? 0
    }
}
