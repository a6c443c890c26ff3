import Glibc
import TestSupport
import Testing

@testable import Learning

/// Chances are what they are said to be.
@Suite struct ExplorerTests {
    private static func options(_ numbers: inout SeededNumbers) -> [Option] {
        let count = 2 + numbers.below(4)
        var options = (0..<count).map { index -> Option in
            let weight = Double(1 + numbers.below(5))
            var option = Option(action: index, priority: 0, weight: weight, propensity: 0.1)
            if index % 2 == 0 {
                (option.alpha, option.beta) = (Double(1 + numbers.below(9)), Double(10 + numbers.below(40)))
                option.propensity = option.alpha / (option.alpha + option.beta)
            }
            option.priority = option.propensity * weight
            return option
        }
        options.sort { $0.priority > $1.priority }
        return options
    }

    private static let plans = [
        ExplorePlan(method: .epsilon, epsilon: 0.2, seed: "a"), ExplorePlan(method: .softmax, temperature: 0.3),
        ExplorePlan(method: .thompson, epsilon: 0.05, seed: "2026"),
    ]

    /// Over many moments each option is chosen as often as its probabilities say.
    @Test(arguments: plans) func sharesAreTheProbabilities(plan: ExplorePlan) {
        let explorer = Explorer(plan, actions: ["a", "b", "c", "d", "e", "f"])
        var numbers = SeededNumbers(seed: 11)
        for _ in 0..<3 {
            let options = Self.options(&numbers)
            var chosen = [Int](repeating: 0, count: options.count)
            var (expected, variance) = (
                [Double](repeating: 0, count: options.count), [Double](repeating: 0, count: options.count)
            )
            for _ in 0..<2_000 {
                let moment: UInt64 = numbers.next()
                let shares = explorer.probabilities(options, moment: moment)
                #expect((shares.reduce(0, +) - 1).magnitude < 1e-12)
                for (index, share) in shares.enumerated() {
                    expected[index] += share
                    variance[index] += share * (1 - share)
                }
                chosen[explorer.choose(shares, moment: moment, turn: 0)] += 1
            }
            for index in options.indices {
                let z = (Double(chosen[index]) - expected[index]) / variance[index].squareRoot()
                #expect(z.magnitude < 4, "\(plan.method) \(index): \(z)")
            }
        }
    }

    /// e to the difference of priorities over the temperature is how many times as likely one option is as another.
    @Test(arguments: [0.05, 0.3, 1, 5]) func softmaxGoesByItsTemperature(temperature: Double) {
        let explorer = Explorer(ExplorePlan(method: .softmax, temperature: temperature), actions: ["a", "b", "c"])
        let options = [0.9, 0.7, 0.1].enumerated().map { index, priority in
            Option(action: index, priority: priority, weight: 1, propensity: priority)
        }
        let shares = explorer.probabilities(options, moment: 7)
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            let ratio = log(shares[one] / shares[other]) * temperature
            #expect((ratio - (options[one].priority - options[other].priority)).magnitude < 1e-9)
        }
    }

    /// The shares are those of all draws, worked out one by one, whatever is passed over on the way.
    @Test(arguments: 1...24) func sharesAreThoseOfEveryDraw(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let names = (0..<60).map { "a\($0)" }
        let plan = ExplorePlan(method: .thompson, epsilon: 0, seed: "s\(seed)")
        let explorer = Explorer(plan, actions: names)
        let weights = [
            [1.0], [1, 2, 3], [1, 1.001], [-1, 0, 2], [0], [-1], [1e-300, 1e300], [.leastNonzeroMagnitude], [1e308, 1],
        ]
        let counts = [[20.0], [0.5, 3], [0, 1e-9, 40], [1e7], [1e12, 1e-300], [0]]
        for round in 0..<30 {
            let (weight, count) = (numbers.one(of: weights), numbers.one(of: counts))
            let options = (0..<2 + numbers.below(58)).map { index -> Option in
                var option = Option(
                    action: index, priority: 0, weight: numbers.one(of: weight),
                    propensity: Double(numbers.below(9)) / 8)
                if !numbers.isTrue(of: 5) {
                    (option.alpha, option.beta) = (numbers.one(of: count), numbers.one(of: count))
                }
                return option
            }
            let moment: UInt64 = numbers.next()
            #expect(
                explorer.probabilities(options, moment: moment) == Self.shares(options, names, plan, moment),
                "round \(round)")
        }
    }

    private static func shares(_ options: [Option], _ names: [String], _ plan: ExplorePlan, _ moment: UInt64)
        -> [Double]
    {
        var wins = [Double](repeating: 0, count: options.count)
        for draw in 0..<64 {
            var (best, most) = (0, -Double.infinity)
            for (index, option) in options.enumerated() {
                var propensity = option.propensity
                if option.alpha > 0 || option.beta > 0 {
                    let (alpha, beta) = (max(option.alpha, 1e-6), max(option.beta, 1e-6))
                    let place = Chance(seed: plan.seed).ofAction(names[option.action]).draws(of: moment).place(draw)
                    let mean = Polygamma.digamma(alpha) - Polygamma.digamma(beta)
                    let deviation = (Polygamma.trigamma(alpha) + Polygamma.trigamma(beta)).squareRoot()
                    propensity = Explorer.logistic(
                        mean + deviation * Normal.quantile((Double(place) + 0.5) / 1024))
                }
                if propensity * option.weight > most { (best, most) = (index, propensity * option.weight) }
            }
            wins[best] += 1.0 / 64
        }
        return wins
    }

    @Test func theSameMomentIsChosenForAgainAlike() {
        let explorer = Explorer(Self.plans[2], actions: ["a", "b", "c", "d", "e", "f"])
        var numbers = SeededNumbers(seed: 2)
        let options = Self.options(&numbers)
        for moment in [UInt64](0..<20) {
            #expect(
                explorer.probabilities(options, moment: moment) == explorer.probabilities(options, moment: moment))
        }
        let other = Explorer(ExplorePlan(method: .thompson, seed: "2027"), actions: ["a", "b", "c", "d", "e", "f"])
        #expect(
            (0..<50).contains {
                other.choose([0.5, 0.5], moment: $0, turn: 0) != explorer.choose([0.5, 0.5], moment: $0, turn: 0)
            })
    }

    /// What is extreme makes no chance that is none.
    @Test func extremesStayChances() {
        var sure = Option(action: 0, priority: 1e300, weight: 1e300, propensity: 1)
        (sure.alpha, sure.beta) = (1e9, 0)
        var never = Option(action: 1, priority: 0, weight: 0, propensity: 0)
        (never.alpha, never.beta) = (0, 1e-300)
        for plan in Self.plans {
            let shares = Explorer(plan, actions: ["a", "b"]).probabilities([sure, never], moment: 7)
            #expect(shares.allSatisfy { $0 >= 0 && $0 <= 1 } && (shares.reduce(0, +) - 1).magnitude < 1e-12)
        }
    }

    /// What rounding takes from the sum of chances goes to none that has no chance.
    @Test func whatHasNoChanceIsNeverChosen() {
        let explorer = Explorer(Self.plans[0], actions: ["a", "b", "c"])
        for moment in 0..<200 as Range<UInt64> {
            #expect(explorer.choose([0.25, 0.5, 0], moment: moment, turn: 0) < 2)
            #expect(explorer.choose([0, 0.25, 0], moment: moment, turn: 0) == 1)
        }
    }

    /// The first steps, worked out by hand.
    @Test func weightsAreLearntAsTheFormulaSays() {
        var plan = FTRLPlan()
        (plan.alpha, plan.beta) = (0.1, 1)
        var model = FTRL(plan)
        let feature = [FTRL.Feature(place: 3, value: 2)]
        #expect(model.predict(feature) == 0.5)
        model.learn(feature, success: true)
        // g = −1, n = 1, z = −1, w = 1 / ((1 + 1) / 0.1) = 0.05; the score is 0.1.
        #expect((model.predict(feature) - 0.52497918747894).magnitude < 1e-7)
        plan.l1 = 2
        var still = FTRL(plan)
        still.learn(feature, success: true)
        #expect(still.predict(feature) == 0.5)
    }
}
