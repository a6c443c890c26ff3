import Events
import Expressions
import Storage

/// Full explanations: every candidate, in the configuration's order, with what a reader needs to judge it anew.
extension DecisionStage {
    /// Appends the member `considered`.
    mutating func explainFully(_ proposal: Proposal, _ proposals: borrowing Proposals) {
        line.append(plain: ",\"considered\":")
        let turns = self.turns()
        for place in 0..<proposal.candidateCount {
            let index = proposal.candidateStart + place
            let candidate = proposals.candidates[index]
            line.append(plain: place == 0 ? "[{\"action\":" : ",{\"action\":")
            line.append(rules.name(ofAction: candidate.action))
            tellStanding(candidate, index, fates[place], turns)
            if candidate.evidenceCount > 0 { line.append(proposals.evidence(of: candidate)) }
            tellTrials(of: index, candidate)
            line.append(UInt8(ascii: "}"))
        }
        line.append(UInt8(ascii: "]"))
    }

    /// The class, whether it was chosen or why not, and its place in the ranking.
    private mutating func tellStanding(_ candidate: Candidate, _ index: Int, _ reason: Reason?, _ turns: [Int: Int]) {
        let action = rules.actions[Int(candidate.action)]
        switch action.classification {
        case .standard: break
        case .transactional: line.append(plain: ",\"class\":\"transactional\"")
        case .mandatory: line.append(plain: ",\"class\":\"mandatory\"")
        }
        if let reason {
            line.append(plain: ",\"reason\":\"")
            line.append(plain: reason.text)
            line.append(UInt8(ascii: "\""))
        }
        if selections.contains(where: { $0.candidate == index }) { line.append(plain: ",\"chosen\":true") }
        if let rank = ranked.firstIndex(where: { $0.candidate == index }) {
            line.append(plain: ",\"rank\":")
            line.append(decimal: rank + 1)
            if let turn = turns[index] {
                line.append(plain: ",\"turn\":")
                line.append(decimal: turn)
            }
            appendMember(",\"priority\":", ranked[rank].priority)
            appendFactors(candidate, lever: action.lever)
        } else if reason == .badPriority {
            appendFactors(candidate, lever: action.lever)
        }
    }

    /// The ranked candidates in the order in which they were last chosen for the customer, counted from 1. Those for
    /// which that cannot matter have no number, and neither have those that were never chosen.
    private func turns() -> [Int: Int] {
        var turns: [Int: Int] = [:]
        let order = ranked.filter { $0.lastChosen >= 0 && rules.actions[Int($0.action)].isContested }
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
            line.append(plain: separator)
            separator = ",{"
            tell(trial, rules.actions[Int(candidate.action)])
        }
        if separator.utf8CodeUnitCount == 2 { line.append(UInt8(ascii: "]")) }
    }

    private mutating func tell(_ trial: Trial, _ action: Rules.Action) {
        if trial.channel != Rules.none {
            line.append(plain: "\"channel\":")
            line.append(rules.name(ofChannel: trial.channel))
            line.append(UInt8(ascii: ","))
        }
        switch trial.kind {
        case .cap:
            line.append(plain: "\"reason\":\"cap\",\"cap\":")
            line.append(decimal: Int(trial.rule))
            tellCount(trial.count, of: rules.caps[Int(trial.rule)].max)
        case .budget:
            line.append(plain: "\"reason\":\"budget\"")
            tellCount(trial.count, of: rules.budgets[Int(action.budget)].max)
        case .quiet:
            line.append(plain: "\"reason\":\"quiet_hours\"")
        case .passed, .cooldown:
            line.append(plain: "\"deliver_at\":\"")
            min(trial.time, .latest).append(to: &line)
            line.append(UInt8(ascii: "\""))
        }
        if trial.rule >= 0, trial.kind != .cap { tellQuiet(trial, action) }
        line.append(UInt8(ascii: "}"))
    }

    /// What the customer's clock shows, the first rule that applies, and what came of the rules.
    private mutating func tellQuiet(_ trial: Trial, _ action: Rules.Action) {
        line.append(plain: ",\"local_time\":\"")
        var local: [UInt8] = []
        Instant(microseconds: limits.local()).append(to: &local)
        // What a local clock shows is no instant: it is written without the mark of UTC.
        line.append(contentsOf: local.dropLast())
        line.append(plain: "\",\"quiet_hours\":{\"rule\":")
        line.append(decimal: Int(trial.rule))
        var index = 0
        while rules.quiet[index].number != trial.rule { index += 1 }
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

    private mutating func tellCount(_ count: Int, of most: Int) {
        line.append(plain: ",\"count\":")
        line.append(decimal: count)
        line.append(plain: ",\"max\":")
        line.append(decimal: most)
    }
}
