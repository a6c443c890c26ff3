import Events
import Expressions
import Journeys
import Learning
import Storage

/// Another configuration's choices at states that a log has.
///
/// What a state is stands in the decision's line: the candidates, what held them back, what their priorities are made of.
/// Of the other configuration come which actions there are, are switched on, in their dates and for the moment; levers,
/// factors that are constant, `min_priority`, and how chance takes part. Factors that expressions say are as logged, unless
/// they were worked out anew; so are learnt propensities.
package struct NewPolicy {
    /// One of the actions that might be chosen, and how likely that is.
    package struct Choice: Sendable {
        package let action: String
        package let probability: Double
    }

    /// A factor of the priority: as the configuration has it, or nil where an expression or what was learnt says it.
    private struct Constants {
        var propensity, context, value: Double?
    }

    /// The reasons that lie in what was chosen before, and not in the customer.
    private static let pastReasons = ["cooldown", "suppressed", "cap", "budget", "quiet_hours"]

    private let plan: DecisionPlan
    private let numbers: [ByteName: Int]
    private let moments: [ByteName: Int]
    private let explorer: Explorer?
    private let constants: [Constants]

    package init(_ plan: DecisionPlan) {
        self.plan = plan
        numbers = Dictionary(
            plan.actions.enumerated().map { (ByteName($1.name), $0) }, uniquingKeysWith: { first, _ in first })
        moments = Dictionary(
            plan.moments.enumerated().map { (ByteName($1), $0) }, uniquingKeysWith: { first, _ in first })
        explorer = plan.policy.explore.map { Explorer($0, actions: plan.actions.map(\.name)) }
        func constant(_ number: ExpressionNumber) -> Double? {
            number.isNone ? 1 : plan.expressions[number].program.constant?.number
        }
        constants = plan.actions.map {
            Constants(
                propensity: $0.learning == nil && $0.propensityModel == nil ? constant($0.propensity) : nil,
                context: constant($0.context),
                value: constant($0.value))
        }
    }

    /// The actions that answer a moment of that name.
    package func answers(moment: String) -> [String] {
        guard let number = moments[ByteName(moment)] else { return [] }
        return plan.candidates[number].filter { plan.actions[$0].enabled }.map { plan.actions[$0].name }
    }

    /// The choices at a state, by their probabilities; none where nothing would be chosen.
    /// - Parameters:
    ///   - taken: what was chosen before for the same moments.
    ///   - anew: the candidates with their gates and factors as they are by this configuration, where that is known.
    /// - Returns: the choices, and how many of the candidates nobody held against the limits.
    package func choices(
        _ decision: LoggedDecision, taken: [String], anew: [LoggedDecision.Candidate]?
    ) -> (choices: [Choice], untried: Int) {
        let logged = decision.candidates ?? []
        let candidates = anew.map { merged($0, logged) } ?? logged
        var standard: [Entry] = []
        var fallback: [Entry] = []
        var untried = 0
        for (place, candidate) in candidates.enumerated() where !taken.names(candidate.action) {
            guard let entry = entry(candidate, place, decision, isNew: anew != nil, isFirst: taken.isEmpty) else {
                continue
            }
            if plan.actions[entry.option.action].isFallback {
                fallback.append(entry)
            } else {
                if entry.isUntried { untried += 1 }
                standard.append(entry)
            }
        }
        standard.sort { $0.standing.precedes($1.standing) }
        if standard.isEmpty {
            fallback.sort { $0.standing.precedes($1.standing) }
            guard let first = fallback.first, taken.isEmpty else { return ([], 0) }
            return ([Choice(action: plan.actions[first.option.action].name, probability: 1)], 0)
        }
        guard let explorer else {
            // What was never tried may be what the limits forbid; only what would be chosen matters.
            let first = standard[0]
            return (
                [Choice(action: plan.actions[first.option.action].name, probability: 1)], first.isUntried ? 1 : 0
            )
        }
        let moment = candidates.first?.momentID ?? decision.momentID
        let shares = explorer.probabilities(standard.map(\.option), moment: moment)
        let choices = zip(standard, shares).map { entry, share in
            Choice(action: plan.actions[entry.option.action].name, probability: share)
        }
        return (choices, untried)
    }

    private struct Entry {
        var option: Option
        /// Its place in the ranking, by the rules that a run has.
        var standing: Ranked
        var isUntried: Bool
    }

    /// A candidate that may be chosen; nil for one that may not.
    private func entry(
        _ candidate: LoggedDecision.Candidate, _ place: Int, _ decision: LoggedDecision, isNew: Bool, isFirst: Bool
    ) -> Entry? {
        guard let number = numbers[ByteName(candidate.action)] else { return nil }
        let action = plan.actions[number]
        guard action.enabled, action.classification == .standard else { return nil }
        if let from = action.validFrom, decision.time < from { return nil }
        if let until = action.validUntil, decision.time >= until { return nil }
        if let on = action.on {
            guard let moment = moments[ByteName(candidate.moment ?? decision.moment)], on.contains(moment) else {
                return nil
            }
        }
        var isUntried = candidate.passes == nil
        if isFirst, let passes = candidate.passes {
            // What came to be held back only by those chosen before it was not yet, then.
            if !passes { return nil }
        } else if let reason = candidate.reason, !["low_priority", "outranked"].contains(reason) {
            return nil
        }
        if action.isFallback { isUntried = false }
        let constant = constants[number]
        var option = Option(action: number, priority: .nan, weight: .nan, propensity: candidate.propensity)
        (option.alpha, option.beta) = (candidate.alpha, candidate.beta)
        if let learning = action.learning {
            if option.propensity.isNaN { option.propensity = learning.prior }
        } else {
            (option.alpha, option.beta) = (0, 0)
            if let propensity = constant.propensity { option.propensity = propensity }
        }
        let context = constant.context ?? candidate.context
        let value = constant.value ?? candidate.value
        let lever = 1 + action.lever / 100
        option.priority = option.propensity * context * value * lever
        option.weight = context * value * lever
        guard option.priority.isFinite, (0...1).contains(option.propensity) else { return nil }
        if option.priority < plan.policy.minPriority { return nil }
        return Entry(
            option: option,
            standing: Ranked(
                candidate: place, action: Int32(number), nameRank: Int32(plan.nameRanks[number]), member: place,
                place: place, lastChosen: candidate.turn, priority: option.priority, value: value),
            isUntried: isUntried)
    }

    /// Candidates as they are by this configuration, with what the log says of the past and of what was learnt.
    private func merged(
        _ anew: [LoggedDecision.Candidate], _ logged: [LoggedDecision.Candidate]
    ) -> [LoggedDecision.Candidate] {
        anew.map { candidate in
            guard
                let known = logged.first(where: {
                    ByteName($0.action) == ByteName(candidate.action) && $0.momentID == candidate.momentID
                })
            else { return candidate }
            let isHeld = known.reason.map { Self.pastReasons.contains($0) } ?? false
            return candidate.with(
                reason: candidate.reason ?? (isHeld ? known.reason : nil), learnt: known)
        }
    }
}

extension LoggedDecision.Candidate {
    /// The candidate with what another says of the past and of what was learnt.
    fileprivate func with(reason: String?, learnt known: LoggedDecision.Candidate) -> LoggedDecision.Candidate {
        LoggedDecision.Candidate(
            action: action, moment: moment, momentID: momentID, reason: reason, classification: classification,
            isFallback: isFallback, turn: known.turn, propensity: known.alpha > 0 ? known.propensity : propensity,
            context: context, value: value, alpha: known.alpha, beta: known.beta,
            passes: self.reason == nil ? known.passes : nil)
    }
}
