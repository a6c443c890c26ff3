import Storage

/// What actions are to bring about, and how it is proven.
package struct ActionSettings: Sendable, Equatable {
    /// The types of event.
    package var outcomes: [String]
    /// Microseconds after the first decision within which they count.
    package var within: Int64 = 14 * 86_400_000_000
    /// The number of customers at which bounds that always hold are narrowest.
    package var plan = 10_000
    /// The share of the customers in the control group; nil where there is none.
    package var holdout: Double?

    package init(outcomes: [String]) { self.outcomes = outcomes }
}

/// A customer's first decision for an action.
package struct ActionEntry: BitwiseCopyable, Sendable {
    /// The fixed hash of the customer's id.
    package let customer: UInt64
    package let action: Int32
    package let time: Int64
    package let isControl: Bool

    package init(customer: UInt64, action: Int32, time: Int64, isControl: Bool) {
        (self.customer, self.action, self.time, self.isControl) = (customer, action, time, isControl)
    }
}

/// An event that actions are to bring about.
package struct OutcomeEvent: BitwiseCopyable, Sendable {
    package let customer: UInt64
    package let time: Int64
    package let value: Double

    package init(customer: UInt64, time: Int64, value: Double) {
        (self.customer, self.time, self.value) = (customer, time, value)
    }
}

/// What an action, or all together, brings about: those who are treated against the control group.
///
/// A customer enters at the first decision for the action, in either group, and counts once `within` has passed since then.
package struct ActionProof: Sendable {
    /// What is said of the effect.
    package enum Verdict: String, Sendable {
        case noControl = "no_control_group"
        case skewed = "sample_ratio"
        case early = "too_early"
        case open = "open"
        case works = "works"
        case harms = "harms"
    }

    /// One of the two groups.
    struct Arm: Sendable {
        var converted = 0
        var conversions = ArmSums()
        var money = ArmSums()
        var count: Int { conversions.count }
    }

    /// From so many customers and conversions an arm on, bounds that always hold are shown.
    package static let customersLeast = 100
    package static let conversionsLeast = 25
    /// Groups that differ so much from the plan are no chance.
    private static let skewLeast = 0.001

    /// The action's name; nil for all together.
    package let action: String?
    let settings: ActionSettings
    var treated = Arm()
    var control = Arm()
    /// Customers whose time has not passed.
    package private(set) var waiting = 0
    /// The customers of each group that entered at all.
    private var entered = (treated: 0, control: 0)

    init(_ action: String?, _ settings: ActionSettings) { (self.action, self.settings) = (action, settings) }

    /// All together first, then each action for which anybody was decided.
    /// - Parameter reached: how far time has come.
    package static func all(
        _ entries: [ActionEntry], _ outcomes: [OutcomeEvent], actions: [String], _ settings: ActionSettings,
        reached: Int64
    ) -> [ActionProof] {
        let outcomes = outcomes.sorted { ($0.customer, $0.time) < ($1.customer, $1.time) }
        let entries = entries.sorted { ($0.customer, $0.time, $0.action) < ($1.customer, $1.time, $1.action) }
        var whole = ActionProof(nil, settings)
        var proofs: [ActionProof?] = actions.map { _ in nil }
        var last: UInt64?
        for entry in entries {
            let counts = reached >= settings.within && entry.time <= reached - settings.within
            let measures = counts ? measures(of: entry, outcomes, settings) : nil
            if last != entry.customer { whole.take(entry, measures) }
            last = entry.customer
            let place = Int(entry.action)
            if proofs[place] == nil { proofs[place] = ActionProof(actions[place], settings) }
            proofs[place]?.take(entry, measures)
        }
        return [whole] + proofs.compactMap { $0 }
    }

    private struct Measures {
        var (after, before) = (false, false)
        var (moneyAfter, moneyBefore) = (0.0, 0.0)
    }

    /// What came within the time after the entry, and within as long before it.
    private static func measures(
        of entry: ActionEntry, _ outcomes: [OutcomeEvent], _ settings: ActionSettings
    ) -> Measures {
        let start = entry.time - settings.within
        var (low, high) = (0, outcomes.count)
        while low < high {
            let middle = (low + high) / 2
            if (outcomes[middle].customer, outcomes[middle].time) <= (entry.customer, start) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var measures = Measures()
        while low < outcomes.count, outcomes[low].customer == entry.customer {
            let outcome = outcomes[low]
            low += 1
            if outcome.time - entry.time >= settings.within { break }
            if outcome.time > entry.time {
                measures.after = true
                measures.moneyAfter += outcome.value
            } else {
                measures.before = true
                measures.moneyBefore += outcome.value
            }
        }
        return measures
    }

    private mutating func take(_ entry: ActionEntry, _ measures: Measures?) {
        if entry.isControl { entered.control += 1 } else { entered.treated += 1 }
        guard let measures else {
            waiting += 1
            return
        }
        func add(to arm: inout Arm) {
            if measures.after { arm.converted += 1 }
            arm.conversions.add(measures.after ? 1 : 0, before: measures.before ? 1 : 0)
            arm.money.add(measures.moneyAfter, before: measures.moneyBefore)
        }
        if entry.isControl { add(to: &control) } else { add(to: &treated) }
    }

    // MARK: What follows

    /// The bounds of the difference of conversions that always hold, with as much as was so before taken out.
    var always: Difference? {
        guard min(treated.count, control.count) >= Self.customersLeast,
            min(treated.converted, control.converted) >= Self.conversionsLeast
        else { return nil }
        let theta = ArmSums.theta(treated.conversions, control.conversions)
        return Difference.always(treated.conversions, control.conversions, theta: theta, plan: settings.plan)
    }

    /// How likely the groups' sizes are by chance; nil without a control group.
    var ratioChance: Double? {
        settings.holdout.map {
            Difference.chance(ofRatio: entered.treated, entered.control, share: 1 - $0)
        }
    }

    package var verdict: Verdict {
        guard settings.holdout != nil else { return .noControl }
        if let chance = ratioChance, chance < Self.skewLeast { return .skewed }
        guard let always else { return .early }
        return always.low > 0 ? .works : always.high < 0 ? .harms : .open
    }

    /// The verdict as a sentence, in English and Spanish.
    package var sentences: (english: String, spanish: String) {
        let (name, nombre) = (
            action.map { "\"\($0)\"" } ?? "All actions together", action.map { "«\($0)»" } ?? "El conjunto de acciones"
        )
        func per(_ share: Double) -> String { "\((share * 1000).rounded() / 10)" }
        func por(_ share: Double) -> String { per(share).replacing(".", with: ",") }
        switch verdict {
        case .noControl:
            return (
                "\(name): nobody is left out, so there is nothing to compare with. Set policy.holdout.",
                "\(nombre): no se deja a nadie sin acción, así que no hay con qué comparar. Ponga policy.holdout."
            )
        case .skewed:
            return (
                "\(name): do not trust these figures. The groups are not as large as planned (\(entered.treated) and \(entered.control)), so something sorts customers.",
                "\(nombre): no se fíe de estas cifras. Los grupos no tienen el tamaño previsto (\(entered.treated) y \(entered.control)): algo reparte mal a los clientes."
            )
        case .early:
            return (
                "\(name): too early to say anything. Each group needs \(Self.customersLeast) customers whose time has passed and \(Self.conversionsLeast) conversions.",
                "\(nombre): es pronto para decir nada. Cada grupo necesita \(Self.customersLeast) clientes con el plazo cumplido y \(Self.conversionsLeast) conversiones."
            )
        case .open:
            let least = Difference.least(treated.conversions, control.conversions) ?? 0
            return (
                "\(name): no effect is proven, for better or worse. Go on measuring; an effect below \(per(least)) more conversions per 100 customers could not be seen yet.",
                "\(nombre): no hay efecto demostrado, ni a favor ni en contra. Siga midiendo; un efecto menor de \(por(least)) conversiones más por cada 100 clientes aún no se podría ver."
            )
        case .works, .harms:
            guard let always else { return ("", "") }
            let isGood = verdict == .works
            let (one, other) = isGood ? (always.low, always.high) : (-always.high, -always.low)
            return (
                "\(name): proven. It brings \(per(one)) to \(per(other)) \(isGood ? "more" : "fewer") conversions per 100 customers than doing nothing\(isGood ? "." : ". Stop it.")",
                "\(nombre): efecto demostrado. Trae entre \(por(one)) y \(por(other)) conversiones \(isGood ? "más" : "menos") por cada 100 clientes que no hacer nada\(isGood ? "." : ". Deténgala.")"
            )
        }
    }

    // MARK: Figures

    package var figure: Figure {
        let chance = ratioChance
        let theta = ArmSums.theta(treated.conversions, control.conversions)
        let moneyTheta = ArmSums.theta(treated.money, control.money)
        let hasBoth = treated.count > 0 && control.count > 0
        let shares =
            hasBoth
            ? Difference.ofShares(treated.converted, of: treated.count, against: control.converted, of: control.count)
            : nil
        let base = control.conversions.mean
        return .table([
            ("action", .text(action ?? "*")), ("verdict", .text(verdict.rawValue)),
            ("sentence", .table([("en", .text(sentences.english)), ("es", .text(sentences.spanish))])),
            ("treatment", Self.figure(treated)), ("control", Self.figure(control)), ("waiting", .count(waiting)),
            ("difference", Self.figure(shares)),
            ("lift", Figure(hasBoth && base > 0 ? (treated.conversions.mean - base) / base : nil)),
            ("money", Self.figure(Difference.ofMeans(treated.money, control.money))),
            (
                "cuped",
                .table([
                    ("theta", Figure(theta)),
                    (
                        "difference",
                        Self.figure(Difference.ofMeans(treated.conversions, control.conversions, theta: theta))
                    ),
                    ("money_theta", Figure(moneyTheta)),
                    ("money", Self.figure(Difference.ofMeans(treated.money, control.money, theta: moneyTheta))),
                ])
            ), ("always", Self.figure(always)),
            (
                "sample_ratio",
                .table([
                    ("treatment", .count(entered.treated)), ("control", .count(entered.control)),
                    ("planned", Figure(settings.holdout)), ("p", Figure(chance)),
                ])
            ),
            ("least_effect", Figure(Difference.least(treated.conversions, control.conversions))),
            ("least_money", Figure(Difference.least(treated.money, control.money))),
        ])
    }

    private static func figure(_ arm: Arm) -> Figure {
        .table([
            ("customers", .count(arm.count)), ("converted", .count(arm.converted)),
            ("share", .ratio(arm.converted, of: arm.count)), ("money", Figure(arm.count > 0 ? arm.money.mean : nil)),
        ])
    }

    private static func figure(_ difference: Difference?) -> Figure {
        guard let difference else { return .none }
        return .table([
            ("value", Figure(difference.value)), ("low", Figure(difference.low)), ("high", Figure(difference.high)),
        ])
    }
}
