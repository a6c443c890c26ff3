import Foundation
import TestSupport
import Testing

@testable import Analytics

/// What is proven of actions.
@Suite struct ActionProofTests {
    private static let day: Int64 = 86_400_000_000

    /// The numbers are gbstats' and scipy's of the same customers.
    @Test func equalsOtherPrograms() {
        var (one, other) = (ArmSums(), ArmSums())
        for index in 0..<900 {
            let x = Double((index * 37 + 11) % 101) / 10
            let noise = Double((index * 71 + 5) % 53) / 7
            if index % 5 == 0 {
                other.add(x * 0.6 + noise, before: x)
            } else {
                one.add(x * 0.6 + noise + 0.4, before: x)
            }
        }
        let theta = ArmSums.theta(one, other)
        let found = [
            Difference.ofMeans(one, other), Difference.ofMeans(one, other, theta: theta),
            Difference.always(one, other, plan: 10_000),
            Difference.always(one, other, theta: theta, plan: 10_000),
        ]
        #expect((theta - 0.6075388350434606).magnitude < 1e-12)
        for (difference, known) in zip(found, Self.known) {
            guard let difference else {
                Issue.record("there is a difference")
                continue
            }
            #expect((difference.value - known.0).magnitude < 1e-11)
            #expect(
                (difference.low - known.1).magnitude < 1e-9 && (difference.high - known.2).magnitude < 1e-9)
        }
        #expect(
            (Difference.chance(ofRatio: 9700, 480, share: 0.95) - 0.1872376439353703).magnitude < 1e-12)
        // Newcombe's own example.
        let shares = Difference.ofShares(56, of: 70, against: 48, of: 80)
        #expect((shares.low - 0.0524).magnitude < 5e-5 && (shares.high - 0.3339).magnitude < 5e-5)
        for (freedom, quantile) in [
            (5.0, 2.5705818356363137), (1, 12.706204736174694), (123.4, 1.9793749463174106),
        ] {
            #expect((StudentT.quantile(0.975, freedom: freedom) / quantile - 1).magnitude < 1e-9)
        }
    }

    private static let known: [(Double, Double, Double)] = [
        (0.4278412698412728, -0.03043931166227365, 0.8861218513448192),
        (0.38176957485047724, 0.021435657903380645, 0.7421034917975738),
        (0.4278412698412728, -0.4938199052756814, 1.349502444958227),
        (0.38176957485047724, -0.3428626537543129, 1.1064018034552674),
    ]

    /// Who looks every day at bounds that hold once is misled often; bounds that always hold are not.
    @Test func dailyLooksDoNotMislead() {
        var numbers = SeededNumbers(seed: 2026)
        var (alarms, peeked) = (0, 0)
        let experiments = 2000
        for _ in 0..<experiments {
            var (one, other) = (ArmSums(), ArmSums())
            var (converted, others) = (0, 0)
            var (hasAlarm, hasPeeked) = (false, false)
            for day in 0..<40 {
                for _ in 0..<50 {
                    let y = numbers.below(5) == 0
                    if numbers.next() & 1 == 0 {
                        one.add(y ? 1 : 0, before: 0)
                        converted += y ? 1 : 0
                    } else {
                        other.add(y ? 1 : 0, before: 0)
                        others += y ? 1 : 0
                    }
                }
                guard day > 2, min(converted, others) >= ActionProof.conversionsLeast,
                    let bounds = Difference.always(one, other, plan: 2000)
                else { continue }
                if bounds.low > 0 || bounds.high < 0 { hasAlarm = true }
                let error = (one.variance / Double(one.count) + other.variance / Double(other.count))
                    .squareRoot()
                if (one.mean - other.mean).magnitude > 1.96 * error { hasPeeked = true }
            }
            if hasAlarm { alarms += 1 }
            if hasPeeked { peeked += 1 }
        }
        #expect(alarms < experiments / 20, "\(alarms)")
        #expect(peeked > experiments / 5, "\(peeked)")
    }

    private static func proofs(
        effect: Int, holdout: Double? = 0.5, customers: Int = 4000, skew: Int = 2
    ) -> [ActionProof] {
        var numbers = SeededNumbers(seed: 8)
        var (entries, outcomes): ([ActionEntry], [OutcomeEvent]) = ([], [])
        for customer in 0..<UInt64(customers) {
            let isControl = numbers.below(skew) == 0
            let time = Int64(customer) * 1_000_000 + 40 * day
            entries.append(ActionEntry(customer: customer, action: 0, time: time, isControl: isControl))
            if customer % 3 == 0 {
                entries.append(
                    ActionEntry(customer: customer, action: 1, time: time + day, isControl: isControl))
            }
            if numbers.below(100) < 20 + (isControl ? 0 : effect) {
                outcomes.append(OutcomeEvent(customer: customer, time: time + 3 * day, value: 10))
            }
        }
        var settings = ActionSettings(outcomes: ["buy"])
        (settings.holdout, settings.plan) = (holdout, 4000)
        return ActionProof.all(
            entries, outcomes, actions: ["mail", "call"], settings, reached: 200 * day)
    }

    @Test func saysWhatIsProvenAndWhatIsNot() {
        #expect(Self.proofs(effect: 15).map(\.verdict).first == .works)
        #expect(Self.proofs(effect: -15).map(\.verdict).first == .harms)
        #expect(Self.proofs(effect: 0).map(\.verdict).first == .open)
        #expect(Self.proofs(effect: 15, holdout: nil).map(\.verdict).first == .noControl)
        #expect(Self.proofs(effect: 15, customers: 150).map(\.verdict).first == .early)
        #expect(Self.proofs(effect: 15, skew: 3).map(\.verdict).first == .skewed)
        for effect in [15, -15, 0] {
            for proof in Self.proofs(effect: effect) {
                let (english, spanish) = proof.sentences
                #expect(!english.isEmpty && !spanish.isEmpty && english != spanish)
                #expect(english.contains("nan") == false && spanish.contains("nan") == false)
            }
        }
        #expect(
            Self.proofs(effect: 15)[0].sentences.english.hasPrefix(
                "All actions together: proven. It brings "))
    }

    /// Of so many customers and conversions in each group.
    private static func proof(
        treated: Int, control: Int, conversions: Int, holdout: Double = 0.5
    ) -> ActionProof? {
        var (entries, outcomes): ([ActionEntry], [OutcomeEvent]) = ([], [])
        for (count, isControl) in [(treated, false), (control, true)] {
            for number in 0..<count {
                let customer = UInt64(entries.count)
                entries.append(ActionEntry(customer: customer, action: 0, time: 40 * day, isControl: isControl))
                if number < conversions {
                    outcomes.append(OutcomeEvent(customer: customer, time: 41 * day, value: 1))
                }
            }
        }
        var settings = ActionSettings(outcomes: ["buy"])
        settings.holdout = holdout
        return ActionProof.all(entries, outcomes, actions: ["mail"], settings, reached: 200 * day).first
    }

    /// A hundred customers and 25 conversions a group are enough for a verdict, one less of either is not.
    @Test func aVerdictTakesSoManyCustomersAndConversions() {
        #expect(Self.proof(treated: 100, control: 100, conversions: 25)?.verdict == .open)
        #expect(Self.proof(treated: 100, control: 100, conversions: 24)?.verdict == .early)
        #expect(Self.proof(treated: 100, control: 99, conversions: 25)?.verdict == .early)
    }

    /// 2.80 σ √(1/n + 1/m), of two groups whose variances are 2 and 8 by hand: σ² = (2 · 2 + 4 · 8) / 6.
    @Test func theLeastEffectIsAsTheFormulaSays() throws {
        var (one, other) = (ArmSums(), ArmSums())
        for y in [0.0, 2, 1] { one.add(y * 2.0.squareRoot(), before: 0) }
        for y in [0.0, 4, 4, 8, 4] { other.add(y, before: 0) }
        let variance = (2 * 2 + 4 * 8) / 6.0
        #expect((one.variance - 2).magnitude < 1e-12 && (other.variance - 8).magnitude < 1e-12)
        let least = try #require(Difference.least(one, other))
        #expect((least - 2.80 * (variance * (1 / 3.0 + 1 / 5.0)).squareRoot()).magnitude < 1e-12)
    }

    /// Groups whose sizes are chance one time in 900 are taken as they come, one time in 2,000 they are not.
    @Test func groupsThatAreNoChanceGiveNoVerdict() throws {
        for (treated, control, isSkewed) in [(867, 133, true), (869, 131, false)] {
            let found = try #require(Self.proof(treated: treated, control: control, conversions: 30, holdout: 0.1))
            let chance = try #require(found.ratioChance)
            #expect(isSkewed ? chance < 0.001 && chance > 1e-4 : chance > 0.001 && chance < 0.002)
            #expect((found.verdict == .skewed) == isSkewed)
        }
    }

    /// A naive program over few customers with ties counts the same.
    @Test(arguments: 1...20) func countsWhoEnteredAndWhatCame(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var settings = ActionSettings(outcomes: ["buy"])
        (settings.within, settings.holdout) = (5, 0.5)
        let groups = (0..<8).map { _ in numbers.isTrue(of: 2) }
        var entries: [ActionEntry] = []
        for customer in 0..<8 {
            for action in 0..<2 where !numbers.isTrue(of: 3) {
                entries.append(
                    ActionEntry(
                        customer: UInt64(customer), action: Int32(action), time: Int64(numbers.below(20)),
                        isControl: groups[customer]))
            }
        }
        let outcomes = (0..<30).map { _ in
            OutcomeEvent(
                customer: numbers.below(10), time: Int64(numbers.below(30)), value: Double(numbers.below(9))
            )
        }
        let found = ActionProof.all(
            entries, outcomes, actions: ["one", "two", "never"], settings, reached: 20)
        #expect(found.count == 1 + Set(entries.map(\.action)).count)
        for proof in found {
            var firsts: [UInt64: ActionEntry] = [:]
            for entry in entries {
                if let action = proof.action, entry.action != (action == "one" ? 0 : 1) { continue }
                if let first = firsts[entry.customer], first.time <= entry.time { continue }
                firsts[entry.customer] = entry
            }
            for isControl in [true, false] {
                let group = firsts.values.filter { $0.isControl == isControl && $0.time + 5 <= 20 }
                func came(_ entry: ActionEntry, _ range: ClosedRange<Int64>) -> [OutcomeEvent] {
                    outcomes.filter { $0.customer == entry.customer && range.contains($0.time - entry.time) }
                }
                let arm = isControl ? proof.control : proof.treated
                #expect(arm.count == group.count)
                #expect(arm.converted == group.count { !came($0, 1...4).isEmpty })
                let money = group.flatMap { came($0, 1...4) }.reduce(0) { $0 + $1.value }
                let before = group.flatMap { came($0, -4...0) }.reduce(0) { $0 + $1.value }
                if arm.count > 0 {
                    #expect((arm.money.mean * Double(arm.count) - money).magnitude < 1e-9)
                    #expect((arm.money.meanBefore * Double(arm.count) - before).magnitude < 1e-9)
                }
            }
            #expect(proof.waiting == firsts.values.count { $0.time + 5 > 20 })
        }
    }

    /// What a program that keeps each customer's figures says of two groups.
    private struct NaiveProof {
        /// Of each customer whose time has passed: what came after the entry, and as long before it.
        var (treated, control): ([(y: Double, x: Double)], [(y: Double, x: Double)]) = ([], [])

        static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

        private static func covariance(_ one: [Double], _ other: [Double]) -> Double {
            zip(one, other).reduce(0) { $0 + ($1.0 - mean(one)) * ($1.1 - mean(other)) } / Double(one.count - 1)
        }

        /// cov(x, y) / var(x), of both groups together.
        var theta: Double {
            let all = treated + control
            return Self.covariance(all.map(\.x), all.map(\.y)) / Self.covariance(all.map(\.x), all.map(\.x))
        }

        /// The difference of y − θ x, its variance and its degrees of freedom (Welch).
        func difference(theta: Double) -> (value: Double, variance: Double, freedom: Double) {
            let groups = [treated, control].map { $0.map { $0.y - theta * $0.x } }
            let parts = groups.map { Self.covariance($0, $0) / Double($0.count) }
            let sum = parts[0] + parts[1]
            let freedom = zip(parts, groups).reduce(0) { $0 + $1.0 * $1.0 / Double($1.1.count - 1) }
            return (Self.mean(groups[0]) - Self.mean(groups[1]), sum, sum * sum / freedom)
        }
    }

    private static func holds(
        _ figure: Figure?, to difference: (value: Double, variance: Double, freedom: Double), width: Double? = nil
    ) -> Bool {
        let welch = StudentT.quantile(0.975, freedom: difference.freedom) * difference.variance.squareRoot()
        let wide = width ?? welch
        return [("value", 0), ("low", -wide), ("high", wide)].allSatisfy { key, off in
            guard case .number(let number) = figure?[key] else { return false }
            return (number - difference.value - off).magnitude < 1e-9
        }
    }

    /// Each figure goes by the measure, the groups and the plan that it is said to go by.
    @Test(arguments: 1...6) func figuresAreThoseOfTheFormulas(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let plan = 700 + 300 * Int(seed)
        var (entries, outcomes): ([ActionEntry], [OutcomeEvent]) = ([], [])
        var (conversions, money) = (NaiveProof(), NaiveProof())
        var entered = [0, 0]
        for customer in 0..<UInt64(900) {
            let isControl = numbers.isTrue(of: 3)
            entered[isControl ? 1 : 0] += 1
            // Of the control group more are waiting.
            let isWaiting = numbers.isTrue(of: isControl ? 3 : 9)
            let time = (isWaiting ? 195 : 40) * Self.day
            entries.append(ActionEntry(customer: customer, action: 0, time: time, isControl: isControl))
            let isKeen = numbers.isTrue(of: 3)
            func came(_ days: Int64, _ percent: Int) -> Double {
                guard numbers.isTrue(percent: percent) else { return 0 }
                let value = Double(1 + numbers.below(isKeen ? 90 : 20))
                outcomes.append(OutcomeEvent(customer: customer, time: time + days * Self.day, value: value))
                return value
            }
            let x = came(-3, isKeen ? 70 : 20)
            let y = came(2, (isKeen ? 60 : 25) + (isControl ? 0 : 15))
            if isWaiting { continue }
            if isControl {
                conversions.control.append((y > 0 ? 1 : 0, x > 0 ? 1 : 0))
                money.control.append((y, x))
            } else {
                conversions.treated.append((y > 0 ? 1 : 0, x > 0 ? 1 : 0))
                money.treated.append((y, x))
            }
        }
        var settings = ActionSettings(outcomes: ["buy"])
        (settings.holdout, settings.plan) = (1 / 3.0, plan)
        let found = ActionProof.all(entries, outcomes, actions: ["mail"], settings, reached: 200 * Self.day)[1].figure
        func number(_ figure: Figure?) -> Double { Double(figure?.plain ?? "") ?? .nan }
        #expect((number(found["cuped"]?["theta"]) - conversions.theta).magnitude < 1e-9)
        #expect((number(found["cuped"]?["money_theta"]) - money.theta).magnitude < 1e-9)
        let adjusted = conversions.difference(theta: conversions.theta)
        #expect(Self.holds(found["cuped"]?["difference"], to: adjusted))
        #expect(Self.holds(found["cuped"]?["money"], to: money.difference(theta: money.theta)))
        #expect(Self.holds(found["money"], to: money.difference(theta: 0)))
        // ρ² = (−2 ln α + ln(1 − 2 ln α)) / plan, of α = 0.05.
        let n = Double(conversions.treated.count + conversions.control.count)
        let grown = n * (-2 * log(0.05) + log(1 - 2 * log(0.05))) / Double(plan) + 1
        let square = n * adjusted.variance * 2 * grown * log(grown.squareRoot() / 0.05) / (n * (grown - 1))
        #expect(Self.holds(found["always"], to: adjusted, width: square.squareRoot()))
        let shares = [conversions.treated, conversions.control].map { NaiveProof.mean($0.map(\.y)) }
        #expect((number(found["lift"]) - (shares[0] / shares[1] - 1)).magnitude < 1e-9)
        // χ² with one degree of freedom, of all who entered.
        let (all, treated) = (Double(entered[0] + entered[1]), Double(entered[0]))
        let z = (treated - all * 2 / 3) / (all * 2 / 9).squareRoot()
        #expect((number(found["sample_ratio"]?["p"]) - erfc(z.magnitude / 2.0.squareRoot())).magnitude < 1e-9)
        #expect(number(found["sample_ratio"]?["control"]) == Double(entered[1]))
    }

    /// What is let go of while events come changes nothing, and what is kept does not grow with the events.
    @Test(arguments: 1...10) func whatCannotCountIsLetGoOf(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var settings = ActionSettings(outcomes: ["buy"])
        (settings.within, settings.holdout) = (50, 0.5)
        let groups = (0..<30).map { _ in numbers.isTrue(of: 2) }
        var (entries, outcomes): ([ActionEntry], [OutcomeEvent]) = ([], [])
        var known: Set<Int> = []
        var log = OutcomeLog(within: settings.within, least: 40)
        var time: Int64 = 0
        var kept = 0
        for _ in 0..<6_000 {
            time += Int64(numbers.below(3))
            let customer = numbers.below(30)
            if numbers.isTrue(of: 40) {
                let action = numbers.below(2)
                guard known.insert(2 * customer + action).inserted else { continue }
                entries.append(
                    ActionEntry(
                        customer: UInt64(customer), action: Int32(action), time: time, isControl: groups[customer]))
                continue
            }
            let outcome = OutcomeEvent(customer: UInt64(customer), time: time, value: Double(numbers.below(9)))
            outcomes.append(outcome)
            log.add([outcome])
            if log.isFull { log.forget(entries, now: time) }
            kept = max(kept, log.all.count)
        }
        let whole = ActionProof.all(entries, outcomes, actions: ["one", "two"], settings, reached: time)
        let lean = ActionProof.all(entries, log.all, actions: ["one", "two"], settings, reached: time)
        #expect("\(lean.map(\.figure))" == "\(whole.map(\.figure))")
        #expect(outcomes.count > 5_000 && kept < 1_000 && whole[0].treated.converted > 0)
    }

    @Test func nothingIsDefined() {
        var settings = ActionSettings(outcomes: ["buy"])
        settings.holdout = 0.05
        let proofs = ActionProof.all([], [], actions: ["mail"], settings, reached: 0)
        var bytes: [UInt8] = []
        proofs[0].figure.append(to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            proofs.count == 1 && proofs[0].verdict == .early && !text.contains("nan")
                && !text.contains("inf"))
    }
}
