import Events
import Expressions
package import Learning
import Storage

/// What another configuration would have earned, from a log of decisions and of what came of them.
///
/// A pure state machine: lines in, estimates out. A round is a choice that chance may have made: of the standard actions and
/// of those to fall back on, or of nothing. Each of several choices of one decision is a round of its own, by those made
/// before. Choices for the control group are none, since nobody was contacted. Memory: some 100 bytes a round and 16 for
/// each action that might have been chosen, 32 a response.
package struct Evaluation {
    /// Why a log cannot be gone by, and what would be right.
    package struct Fault: Error, Equatable {
        /// From 1; 0 for the whole.
        package let line: Int
        package let detail: String
    }

    /// What lines were not gone by.
    package struct LeftOut: Sendable, Equatable {
        package var control = 0
        /// Mandatory and transactional actions, which are chosen in any case.
        package var certain = 0
        /// Lines that are no JSON, or not of a known form.
        package var faulty = 0
        /// Responses to decisions that are not in the log, and second ones of an outcome.
        package var unattributed = 0
        package var repeated = 0
    }

    /// The estimates for one kind of reward.
    package struct Measure: Sendable {
        /// `value`, or an outcome.
        package let name: String
        /// What the log's own choices earned.
        package let logged: OffPolicy.Estimate
        package let ips: OffPolicy.Estimate
        package let snips: OffPolicy.Estimate
        package let doublyRobust: OffPolicy.Estimate
        /// By how much the doubly robust estimate is more than what was earned.
        package let gain: OffPolicy.Estimate
    }

    /// What follows from a log.
    package struct Result: Sendable {
        package let rounds: Int
        package let customers: Int
        package let leftOut: LeftOut
        /// The money first, where there is any; then outcomes.
        package let measures: [Measure]
        package let effectiveSize: Double
        package let meanWeight: Double
        /// What part the greatest weight is of all.
        package let greatestShare: Double
        /// The share of the rounds in which the new configuration would surely have chosen the same.
        package let sameShare: Double
        package let warnings: [String]
    }

    private struct Round {
        let id: UInt64
        let customer: UInt64
        let weight: Double
        /// The number of what was chosen; -1 for nothing.
        let action: Int
        let shares: Range<Int>
        var outcomes: UInt8 = 0
        var value = 0.0
    }

    private struct Told {
        let decision: UInt64
        let outcome: Outcome
        let value: Double
    }

    /// The most rounds, and the most responses.
    package static let roundMost = 20_000_000
    /// Below this effective size the estimates say little.
    private static let leastSize = 100.0
    /// Where one weight is more than this part of all, one round decides.
    private static let mostShare = 0.1
    /// The model of the rewards of some customers is made of those of the others: in so many parts.
    private static let folds = 5
    private static let valueMost = 1e12

    private let policy: NewPolicy
    private let anew: [UInt64: [LoggedDecision.Candidate]]?
    private var rounds: [Round] = []
    private var shares: [(action: Int, probability: Double)] = []
    private var told: [Told] = []
    private var actions: [ByteName: Int] = [:]
    private var logged: Set<ByteName> = []
    private var leftOut = LeftOut()
    private var lines = 0
    private var untried = 0
    private var certainRounds = 0
    private var answered: Set<ByteName> = []
    private var moments: Set<ByteName> = []
    private var missing = 0
    /// The moments that the last line was about, and what was chosen for them so far.
    private var unit: UInt64 = 0
    private var taken: [String] = []
    private var isUnitAnswered = false

    /// - Parameter anew: the candidates of each moment by the new configuration, by the number of the moment's id; nil where
    ///   what is logged stands for them.
    package init(_ policy: NewPolicy, anew: [UInt64: [LoggedDecision.Candidate]]? = nil) {
        self.policy = policy
        self.anew = anew
    }

    /// Takes the next line of the log.
    package mutating func take(_ line: [UInt8]) throws(Fault) {
        lines += 1
        if line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) { return }
        let document: JSONDocument
        do throws(JSONDocument.Fault) {
            document = try JSONDocument(line)
        } catch {
            leftOut.faulty += 1
            return
        }
        switch document.root["type"]?.text {
        case "decision":
            guard let decision = LoggedDecision(document) else {
                leftOut.faulty += 1
                return
            }
            try take(decision)
        case "response": try takeResponse(document)
        case nil: leftOut.faulty += 1
        default: break
        }
    }

    private mutating func takeResponse(_ line: JSONDocument) throws(Fault) {
        guard let decision = LoggedDecision.number(line.root["decision_id"]), let word = line.root["outcome"]?.text,
            let outcome = Outcome.allCases.first(where: { $0.name == word })
        else {
            leftOut.faulty += 1
            return
        }
        var value = line.double(line.root["value"]) ?? 0
        if !(value.magnitude <= Self.valueMost) {
            leftOut.faulty += 1
            value = 0
        }
        if told.count == Self.roundMost {
            throw Fault(line: lines, detail: "there are too many responses; take a part of the log")
        }
        told.append(Told(decision: decision, outcome: outcome, value: outcome == .accept ? value : 0))
    }

    private mutating func take(_ decision: LoggedDecision) throws(Fault) {
        if decision.isControl {
            leftOut.control += 1
            return
        }
        guard let candidates = decision.candidates else {
            throw Fault(
                line: lines,
                detail:
                    "the decision does not say what was considered; write policy: { explain: \"full\" } where it is made"
            )
        }
        for candidate in candidates { logged.insert(ByteName(candidate.action)) }
        let moment = ByteName(decision.moment)
        if moments.insert(moment).inserted {
            for action in policy.answers(moment: decision.moment) { answered.insert(ByteName(action)) }
        }
        // Lines of moments that are decided as one stand behind each other, and all tell of the same candidates.
        let key = Hash64.of(candidates.first?.momentID ?? decision.momentID, seed: decision.customer) | 1
        if key != unit { (unit, taken, isUnitAnswered) = (key, [], false) }
        if let action = decision.action {
            let chosen = candidates.first { ByteName($0.action) == ByteName(action) }
            if let chosen, chosen.classification != nil {
                leftOut.certain += 1
                return
            }
            guard let probability = decision.probability else {
                throw Fault(
                    line: lines,
                    detail:
                        "the decision has no probability; logs of this version have one, and from others nothing can be concluded"
                )
            }
            guard probability > 0, probability <= 1 else {
                throw Fault(line: lines, detail: "the probability is not above 0 and at most 1")
            }
            try add(decision, action, probability)
            taken.append(action)
            isUnitAnswered = true
        } else if decision.reason != "outranked", !isUnitAnswered {
            isUnitAnswered = true
            try add(decision, nil, 1)
        }
    }

    private mutating func add(_ decision: LoggedDecision, _ action: String?, _ probability: Double) throws(Fault) {
        if rounds.count == Self.roundMost {
            throw Fault(line: lines, detail: "there are too many decisions; take a part of the log")
        }
        var candidates: [LoggedDecision.Candidate]?
        if let anew {
            candidates = anew[decision.momentID]
            if candidates == nil { missing += 1 }
        }
        let (choices, untried) = policy.choices(decision, taken: taken, anew: candidates)
        if untried > 0 { self.untried += 1 }
        let start = shares.count
        for choice in choices where choice.probability > 0 {
            shares.append((number(choice.action), choice.probability))
        }
        let own =
            action.map { action in choices.first { ByteName($0.action) == ByteName(action) }?.probability ?? 0 }
            ?? (choices.isEmpty ? 1 : 0)
        if own == 1 { certainRounds += 1 }
        rounds.append(
            Round(
                id: decision.id, customer: decision.customer, weight: own / probability,
                action: action.map { number($0) } ?? -1, shares: start..<shares.count))
    }

    private mutating func number(_ action: String) -> Int {
        let name = ByteName(action)
        if let number = actions[name] { return number }
        actions[name] = actions.count
        return actions.count - 1
    }

    // MARK: Concluding

    /// What follows from all lines.
    package mutating func result() throws(Fault) -> Result {
        if rounds.isEmpty { throw Fault(line: 0, detail: "there is no decision that chance may have made") }
        attribute()
        var numbers: [UInt64: Int] = [:]
        let customers = rounds.map { round -> Int in
            let number = numbers[round.customer] ?? numbers.count
            numbers[round.customer] = number
            return number
        }
        let weights = rounds.map(\.weight)
        let sum = weights.reduce(0, +)
        var measures: [Measure] = []
        if rounds.contains(where: { $0.value != 0 }) {
            measures.append(measure("value", rounds.map(\.value), weights, customers, numbers.count))
        }
        for outcome in [Outcome.accept, .click, .impression, .reject, .ignored] {
            let bit = UInt8(1) << outcome.rawValue
            guard rounds.contains(where: { $0.outcomes & bit != 0 }) || outcome == .accept else { continue }
            measures.append(
                measure(outcome.name, rounds.map { $0.outcomes & bit != 0 ? 1 : 0 }, weights, customers, numbers.count))
        }
        let size = OffPolicy.effectiveSize(weights)
        let share = sum > 0 ? (weights.max() ?? 0) / sum : 0
        let mean = OffPolicy.mean(weights, customers: customers, count: numbers.count)
        return Result(
            rounds: rounds.count, customers: numbers.count, leftOut: leftOut, measures: measures, effectiveSize: size,
            meanWeight: mean.mean, greatestShare: share, sameShare: Double(certainRounds) / Double(rounds.count),
            warnings: warnings(size, share, mean))
    }

    private mutating func attribute() {
        var places: [UInt64: Int] = [:]
        for (place, round) in rounds.enumerated() where round.action >= 0 { places[round.id] = place }
        for response in told {
            guard let place = places[response.decision] else {
                leftOut.unattributed += 1
                continue
            }
            let bit = UInt8(1) << response.outcome.rawValue
            if rounds[place].outcomes & bit != 0 {
                leftOut.repeated += 1
                continue
            }
            rounds[place].outcomes |= bit
            rounds[place].value += response.value
        }
        told = []
    }

    /// The reward of a choice is expected to be what its action earned on average from the customers of other parts.
    private func measure(
        _ name: String, _ rewards: [Double], _ weights: [Double], _ customers: [Int], _ count: Int
    ) -> Measure {
        let folds = Self.folds
        let fold = rounds.map { Int(Hash64.of($0.customer, seed: 1) % UInt64(folds)) }
        var sums = [(sum: Double, count: Int)](repeating: (0, 0), count: folds * actions.count)
        var whole = [(sum: Double, count: Int)](repeating: (0, 0), count: folds)
        for (place, round) in rounds.enumerated() where round.action >= 0 {
            for other in 0..<folds where other != fold[place] {
                sums[other * actions.count + round.action].sum += rewards[place]
                sums[other * actions.count + round.action].count += 1
                whole[other].sum += rewards[place]
                whole[other].count += 1
            }
        }
        func expected(_ action: Int, _ fold: Int) -> Double {
            if action < 0 { return 0 }
            let own = sums[fold * actions.count + action]
            if own.count > 0 { return own.sum / Double(own.count) }
            return whole[fold].count > 0 ? whole[fold].sum / Double(whole[fold].count) : 0
        }
        let weighted = zip(weights, rewards).map { $0 * $1 }
        let robust = rounds.indices.map { place in
            let round = rounds[place]
            let promised = shares[round.shares].reduce(0) { $0 + $1.probability * expected($1.action, fold[place]) }
            return promised + round.weight * (rewards[place] - expected(round.action, fold[place]))
        }
        return Measure(
            name: name, logged: OffPolicy.mean(rewards, customers: customers, count: count),
            ips: OffPolicy.mean(weighted, customers: customers, count: count),
            snips: OffPolicy.ratio(weighted, over: weights, customers: customers, count: count),
            doublyRobust: OffPolicy.mean(robust, customers: customers, count: count),
            gain: OffPolicy.mean(zip(robust, rewards).map { $0 - $1 }, customers: customers, count: count))
    }

    private func warnings(_ size: Double, _ share: Double, _ mean: OffPolicy.Estimate) -> [String] {
        var warnings: [String] = []
        if size < Self.leastSize {
            warnings.append(
                "the log says as much as \(Int(size)) decisions of the new configuration would; under 100 that is too little to go by"
            )
        }
        if share > Self.mostShare {
            warnings.append("one decision has \(Int((share * 100).rounded())) % of all weight, so it alone decides")
        }
        if !((mean.mean - 1).magnitude <= 4 * mean.error) && (mean.mean - 1).magnitude > 0.01 {
            warnings.append(
                "weights are \(mean.mean) on average where 1 was to be expected: the new configuration chooses what the log never chose, or could not"
            )
        }
        if untried > 0 {
            warnings.append(
                "in \(untried) decisions the new configuration might choose an action that nobody held against the limits; with policy.explore all are"
            )
        }
        let unknown = answered.subtracting(logged).map(\.text).sorted()
        if anew == nil, !unknown.isEmpty {
            warnings.append(
                "never considered in the log, and left out: \(unknown.joined(separator: ", ")); --data-dir has what is needed"
            )
        }
        if missing > 0 {
            warnings.append(
                "\(missing) decisions are of moments that the new configuration does not bring about in the data directory; they are judged as logged"
            )
        }
        return warnings
    }
}
