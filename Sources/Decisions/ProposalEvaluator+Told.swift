import Events
import Storage

/// Candidates that are judged without asking for anything, as most are.
extension ProposalEvaluator {
    /// Judges a candidate from what is told already, as `judge` would; whether that was enough.
    ///
    /// A moment's first candidates ask for its variables, the others mostly for nothing new. One function
    /// that calls nothing takes half of what it takes to go from gate to gate.
    @inline(never)
    mutating func judgeAsTold(_ candidate: inout Candidate, at time: Instant) -> Bool {
        let number = Int(candidate.action)
        guard judged.actions[number].isQuick else { return false }
        if time < judged.actions[number].from || time >= judged.actions[number].until {
            candidate.blocked = .notValidNow
            return true
        }
        let list = Int(judged.actions[number].list)
        if consent.isAsked {
            guard chosenLists[list].round == round else { return false }
            candidate.consented = chosenLists[list].consented
            if candidate.consented == 0, judged.actions[number].channelCount > 0 {
                candidate.blocked = .noConsent
                return true
            }
        }
        for index in 3 * number..<3 * number + 3 {
            guard let holds = plain.holds(judged.conditions[index].test) else { return false }
            if !holds {
                candidate.blocked = judged.conditions[index].reason
                return true
            }
        }
        for index in Int(judged.actions[number].suppressionStart)..<Int(judged.actions[number].suppressionEnd) {
            let since = plain.duration(at: judged.suppressions[index].since)
            if since.kind == .unasked { return false }
            if since.kind == .duration, since.int < judged.suppressions[index].length {
                candidate.blocked = .suppressed
                return true
            }
        }
        if !judged.actions[number].isMandatory {
            guard let propensity = plain.number(judged.factors[3 * number].quick),
                let context = plain.number(judged.factors[3 * number + 1].quick),
                let value = plain.number(judged.factors[3 * number + 2].quick),
                propensity >= 0, propensity <= 1, context.isFinite, value.isFinite
            else { return false }
            (candidate.propensity, candidate.context, candidate.value) = (propensity, context, value)
        }
        if !judged.actions[number].preferredChannel.isNone {
            guard chosenLists[list].preferredRound == round,
                chosenLists[list].preferredBy == judged.actions[number].preferredAs
            else { return false }
            candidate.preferred = chosenLists[list].preferred
        }
        for index in Int(judged.actions[number].askedStart)..<Int(judged.actions[number].askedEnd) {
            let rendered = rendered[judged.asked[index].same]
            guard rendered.round == round, rendered.fault == nil else { return false }
        }
        candidate.isRateable = true
        return true
    }
}
