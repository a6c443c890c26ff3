import Events
import Expressions
import Learning
import Storage

/// Full explanations: every candidate, in the configuration's order, with what a reader needs to judge it anew.
extension DecisionStage {
    /// Appends the member `considered`: the candidates of all moments that were decided as one,
    /// since they stood in each other's way.
    mutating func explainFully(_ proposals: borrowing Proposals) {
        line.append(plain: ",\"considered\":[")
        let turns = self.turns()
        var place = 0
        for member in members {
            let proposal = proposals.all[member.proposal]
            for index in proposal.candidateStart..<proposal.candidateStart + proposal.candidateCount {
                var candidate = proposals.candidates[index]
                if let belief = belief(at: place) { candidate.propensity = belief.mean }
                line.append(plain: place == 0 ? "{\"action\":" : ",{\"action\":")
                line.append(rules.name(ofAction: candidate.action))
                if members.count > 1 { tellMoment(proposal) }
                tellStanding(candidate, index, at: place, turns)
                line.append(proposals.evidence(of: candidate))
                tellTrials(of: index, candidate)
                line.append(UInt8(ascii: "}"))
                place += 1
            }
        }
        line.append(UInt8(ascii: "]"))
    }

    private mutating func tellMoment(_ proposal: Proposal) {
        line.append(plain: ",\"moment\":")
        line.append(rules.name(ofMoment: proposal.moment))
        line.append(plain: ",\"moment_id\":\"m-")
        line.append(hex: proposal.momentID)
        line.append(UInt8(ascii: "\""))
    }

    /// The class, whether it was chosen or why not, and its place in the ranking.
    private mutating func tellStanding(_ candidate: Candidate, _ index: Int, at place: Int, _ turns: [Int: Int]) {
        let reason = fates[place]
        let action = rules.actions[Int(candidate.action)]
        switch action.classification {
        case .standard: break
        case .transactional: line.append(plain: ",\"class\":\"transactional\"")
        case .mandatory: line.append(plain: ",\"class\":\"mandatory\"")
        }
        if action.isFallback { line.append(plain: ",\"fallback\":true") }
        if let reason {
            line.append(plain: ",\"reason\":\"")
            line.append(plain: reason.text)
            line.append(UInt8(ascii: "\""))
        }
        if selections.contains(where: { $0.candidate == index }) { line.append(plain: ",\"chosen\":true") }
        if let rank = (0..<ranked.count).first(where: { ranked[$0].candidate == index }) {
            line.append(plain: ",\"rank\":")
            line.append(decimal: rank + 1)
            if let turn = turns[index] {
                line.append(plain: ",\"turn\":")
                line.append(decimal: turn)
            }
            appendMember(",\"priority\":", ranked[rank].priority)
            appendFactors(candidate, lever: action.lever)
            if let belief = belief(at: place) {
                appendMember(",\"alpha\":", belief.alpha)
                appendMember(",\"beta\":", belief.beta)
            }
        } else if reason == .badPriority {
            appendFactors(candidate, lever: action.lever)
        }
    }

    /// The ranked candidates in the order in which they were last chosen for the customer, counted from 1. Those for
    /// which that cannot matter have no number, and neither have those that were never chosen.
    private func turns() -> [Int: Int] {
        var turns: [Int: Int] = [:]
        let order = (0..<ranked.count).map { ranked[$0] }
            .filter { $0.lastChosen >= 0 && rules.actions[Int($0.action)].isContested }
            .sorted { $0.lastChosen < $1.lastChosen }
        for (turn, entry) in order.enumerated() { turns[entry.candidate] = turn + 1 }
        return turns
    }

    private mutating func tellTrials(of index: Int, _ candidate: Candidate) {
        var separator: StaticString = ",\"tried\":[{"
        for trial in trials where trial.candidate == index {
            if trial.kind == .cooldown {
                line.append(plain: ",\"last_chosen\":\"")
                trial.time.append(to: &line)
                line.append(plain: "\",\"cooldown\":")
                let cooldown = rules.actions[Int(candidate.action)].cooldown
                _ = Value.duration(microseconds: cooldown).appendJSON(to: &line)
                continue
            }
            if trial.kind == .rested || trial.kind == .suppressed {
                tellOutcome(trial, of: Int(candidate.action))
                continue
            }
            line.append(plain: separator)
            separator = ",{"
            tell(trial, rules.actions[Int(candidate.action)])
        }
        if separator.utf8CodeUnitCount == 2 { line.append(UInt8(ascii: "]")) }
    }

    private mutating func tell(_ trial: CandidateTrial, _ action: Rules.Action) {
        if trial.channel != Rules.none {
            line.append(plain: "\"channel\":")
            line.append(rules.name(ofChannel: trial.channel))
            line.append(UInt8(ascii: ","))
        }
        switch trial.kind {
        case .cap:
            line.append(plain: "\"reason\":\"cap\",\"cap\":")
            line.append(decimal: Int(trial.rule))
            tellCount(",\"count\":", trial.count, of: trial.most)
            if trial.keep > 0 {
                line.append(plain: ",\"keep\":")
                line.append(decimal: trial.keep)
            }
            if trial.time > limits.time {
                line.append(plain: ",\"deliver_at\":\"")
                min(trial.time, .latest).append(to: &line)
                line.append(UInt8(ascii: "\""))
            }
        case .budget:
            let budget = rules.budgets[Int(trial.rule)]
            line.append(plain: "\"reason\":\"budget\"")
            if budget.number >= 0 {
                line.append(plain: ",\"budget\":")
                line.append(decimal: Int(budget.number))
            }
            tellCount(budget.sumsValue ? ",\"spent\":" : ",\"count\":", trial.count, of: trial.most)
        case .quiet:
            line.append(plain: "\"reason\":\"quiet_hours\"")
        case .passed, .cooldown, .rested, .suppressed:
            line.append(plain: "\"deliver_at\":\"")
            min(trial.time, .latest).append(to: &line)
            line.append(UInt8(ascii: "\""))
        }
        if trial.kind == .passed, trial.hour >= 0 {
            line.append(plain: ",\"best_hour\":")
            line.append(decimal: Int(trial.hour))
        }
        if trial.quietRule >= 0, trial.kind == .quiet || trial.kind == .passed { tellQuiet(trial, action) }
        line.append(UInt8(ascii: "}"))
    }

    /// What the customer's clock shows, the first rule that applies, and what came of the rules.
    private mutating func tellQuiet(_ trial: CandidateTrial, _ action: Rules.Action) {
        line.append(plain: ",\"local_time\":\"")
        var local: [UInt8] = []
        Instant(microseconds: limits.local()).append(to: &local)
        // What a local clock shows is no instant: it is written without the mark of UTC.
        line.append(contentsOf: local.dropLast())
        line.append(plain: "\",\"quiet_hours\":{\"rule\":")
        line.append(decimal: Int(trial.quietRule))
        var index = 0
        while rules.quiet[index].number != trial.quietRule { index += 1 }
        let rule = rules.quiet[index]
        line.append(plain: ",\"from\":\"")
        appendClock(rule.from)
        line.append(plain: "\",\"to\":\"")
        appendClock(rule.to)
        line.append(plain: "\"}")
        guard trial.kind == .quiet else { return }
        if trial.time > limits.time {
            line.append(plain: ",\"until\":\"")
            min(trial.time, .latest).append(to: &line)
            line.append(UInt8(ascii: "\""))
        }
        line.append(
            plain: trial.isFinal
                ? ",\"outcome\":\"drop\"" : trial.isLate ? ",\"outcome\":\"expires\"" : ",\"outcome\":\"next_channel\"")
        guard trial.isLate else { return }
        line.append(plain: ",\"expires_at\":\"")
        min(limits.time.advanced(by: action.expiresAfter), .latest).append(to: &line)
        line.append(UInt8(ascii: "\""))
    }

    /// A time of the day as `HH:MM`.
    private mutating func appendClock(_ microseconds: Int64) {
        let minutes = Int(microseconds / 60_000_000)
        for digit in [minutes / 600, minutes / 60 % 10, minutes % 60 / 10, minutes % 10] {
            line.append(UInt8(ascii: "0") + UInt8(digit))
        }
        line.insert(UInt8(ascii: ":"), at: line.count - 2)
    }

    /// What counts and what is the most; without what an expression that failed was to say.
    private mutating func tellCount(_ key: StaticString, _ count: Double, of most: Double) {
        for (key, number) in [(key, count), (",\"max\":" as StaticString, most)] where !number.isNaN {
            line.append(plain: key)
            if number == number.rounded(), number.magnitude < 1e15 {
                line.append(decimal: Int(number))
            } else {
                line.append(shortest: number)
            }
        }
    }
}
