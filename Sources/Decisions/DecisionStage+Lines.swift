import Events
import Learning
import Storage

/// How decisions are written. A line's id is the hash of what it says from the moment's name on, without the
/// explanation and the event's id, which tell how the decision came about and not what it is.
extension DecisionStage {
    private static let opening: StaticString = "{\"type\":\"decision\",\"id\":\"d-"

    /// Writes the line of a chosen action.
    mutating func write(
        _ proposal: Proposal, selection: Int, _ proposals: borrowing Proposals, into output: inout OutputLines
    ) {
        let selected = selections[selection]
        var candidate = proposals.candidates[selected.candidate]
        if selected.rank >= 0, let belief = belief(at: ranked[selected.rank].place) {
            candidate.propensity = belief.mean
        }
        let action = rules.actions[Int(candidate.action)]
        begin(proposal, proposals)
        line.append(rules.name(ofAction: candidate.action))
        if selected.channel != Rules.none {
            line.append(plain: ",\"channel\":")
            line.append(rules.name(ofChannel: selected.channel))
        }
        line.append(plain: ",\"deliver_at\":\"")
        if selected.deliverAt == proposal.time {
            line.append(contentsOf: stamp)
        } else {
            min(selected.deliverAt, .latest).append(to: &line)
        }
        if action.expiresAfter >= 0 {
            line.append(plain: "\",\"expires_at\":\"")
            min(proposal.time.advanced(by: action.expiresAfter), .latest).append(to: &line)
        }
        line.append(UInt8(ascii: "\""))
        if selected.rank >= 0 {
            appendMember(",\"priority\":", ranked[selected.rank].priority)
        }
        probabilityPlace = line.count
        if selected.rank >= 0 {
            appendFactors(candidate, lever: action.lever)
        }
        appendGroup()
        let isWithheld = isControl && !action.isExempt
        if action.payloadCount > 0 {
            appendPayload(of: action, proposal, proposals)
        }
        let id = end(proposal, proposals, winner: selection, isWithheld: isWithheld, into: &output)
        open(id, proposal, selected, proposals)
    }

    /// What the priority is made of, as far as it is finite.
    mutating func appendFactors(_ candidate: Candidate, lever: Double) {
        appendMember(",\"propensity\":", candidate.propensity)
        appendMember(",\"context\":", candidate.context)
        appendMember(",\"value\":", candidate.value)
        appendMember(",\"lever\":", lever)
    }

    mutating func appendMember(_ opening: StaticString, _ number: Double) {
        guard number.isFinite else { return }
        line.append(plain: opening)
        line.append(shortest: number)
    }

    private mutating func appendPayload(
        of action: Rules.Action, _ proposal: Proposal, _ proposals: borrowing Proposals
    ) {
        line.append(plain: ",\"payload\":{")
        var isFirst = true
        for index in Int(action.payloadStart)..<Int(action.payloadStart + action.payloadCount) {
            let expression = rules.payload[index]
            var value: View<UInt8>? = rules.constant(ofPayload: index)
            if !expression.isNone { value = proposals.value(of: expression, at: proposal) }
            guard let value else { continue }
            if !isFirst { line.append(UInt8(ascii: ",")) }
            isFirst = false
            line.append(rules.key(ofPayload: index))
            line.append(value)
        }
        line.append(UInt8(ascii: "}"))
    }

    private mutating func appendGroup() {
        guard rules.holdout >= 0 else { return }
        line.append(plain: isControl ? ",\"group\":\"control\"" : ",\"group\":\"treatment\"")
    }

    /// Writes the line that says that nothing was chosen.
    mutating func write(
        _ proposal: Proposal, reason: Reason, _ proposals: borrowing Proposals, into output: inout OutputLines
    ) {
        begin(proposal, proposals)
        line.append(plain: "null,\"reason\":\"")
        line.append(plain: reason.text)
        line.append(UInt8(ascii: "\""))
        appendGroup()
        _ = end(proposal, proposals, winner: nil, reason: reason, isWithheld: isControl, into: &output)
    }

    /// The line up to the action.
    private mutating func begin(_ proposal: Proposal, _ proposals: borrowing Proposals) {
        line.removeAll(keepingCapacity: true)
        line.append(plain: DecisionStage.opening)
        line.append(hex: 0)
        line.append(plain: "\",\"moment\":")
        line.append(rules.name(ofMoment: proposal.moment))
        line.append(plain: ",\"moment_id\":\"m-")
        line.append(hex: proposal.momentID)
        line.append(plain: "\",\"customer_id\":")
        line.append(jsonString: proposals.customer(of: proposal))
        let key = proposals.key(of: proposal)
        if SubjectKey.isAccount(key) {
            line.append(plain: ",\"account_id\":")
            line.append(jsonString: SubjectKey.id(of: key))
        }
        line.append(plain: ",\"time\":\"")
        line.append(contentsOf: stamp)
        line.append(plain: "\"")
        eventPlace = line.count
        line.append(plain: ",\"action\":")
    }

    /// Puts in the ids, explains, and hands the line over; answers the number behind `d-`.
    /// `isWithheld`: only outputs that take what the control group would get have it.
    private mutating func end(
        _ proposal: Proposal, _ proposals: borrowing Proposals, winner: Int?, reason: Reason? = nil, isWithheld: Bool,
        into output: inout OutputLines
    ) -> UInt64 {
        let place = DecisionStage.opening.utf8CodeUnitCount
        let id = View.of(line) { Hash64.of($0[place + 16..<$0.count]) }
        guard rules.writes else { return id }
        line.replaceHex(at: place, with: id)
        if let winner {
            // Behind the id, which it is no part of; and what stands further back goes in first.
            insertion.removeAll(keepingCapacity: true)
            insertion.append(plain: ",\"probability\":")
            insertion.append(shortest: selections[winner].probability)
            line.insert(contentsOf: insertion, at: probabilityPlace)
        }
        if proposal.eventCount > 0 {
            insertion.removeAll(keepingCapacity: true)
            insertion.append(plain: ",\"event_id\":")
            insertion.append(jsonString: proposals.event(of: proposal))
            line.insert(contentsOf: insertion, at: eventPlace)
        }
        if rules.explanation != .none {
            explain(proposals, winner: winner, reason: reason)
            if rules.explanation == .full { explainFully(proposals) }
            line.append(UInt8(ascii: "}"))
        }
        line.append(UInt8(ascii: "}"))
        View.of(line) { output.append($0, type: .decision, id: id, isControl: isWithheld) }
        return id
    }

    private mutating func explain(_ proposals: borrowing Proposals, winner: Int?, reason: Reason?) {
        line.append(plain: ",\"explanation\":{")
        if let winner {
            line.append(plain: "\"won\":")
            line.append(rules.name(ofAction: proposals.candidates[selections[winner].candidate].action))
            let rank = selections[winner].rank
            if rank >= 0, rank + 1 < ranked.count {
                ranked.order(upTo: rank + 1)
                appendMember(",\"margin\":", ranked[rank].priority - ranked[rank + 1].priority)
                line.append(plain: ",\"runner_up\":")
                line.append(rules.name(ofAction: ranked[rank + 1].action))
            }
            line.append(UInt8(ascii: ","))
        }
        if reason == .outranked, let first = selections.first {
            line.append(plain: "\"outranked_by\":")
            line.append(rules.name(ofAction: proposals.candidates[first.candidate].action))
            line.append(UInt8(ascii: ","))
        }
        line.append(plain: "\"candidates\":")
        line.append(decimal: fates.count)
        var opening: StaticString = ",\"blocked\":{\""
        for reason in Reason.allCases where blocked[reason] > 0 {
            line.append(plain: opening)
            opening = ",\""
            line.append(plain: reason.text)
            line.append(plain: "\":")
            line.append(decimal: blocked[reason])
        }
        if opening.utf8CodeUnitCount == 2 { line.append(UInt8(ascii: "}")) }
    }
}

extension [UInt8] {
    /// Writes a word's 16 hexadecimal digits over what stands there.
    mutating func replaceHex(at index: Int, with word: UInt64) {
        for place in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * place) & 15)
            self[index + place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }
}
