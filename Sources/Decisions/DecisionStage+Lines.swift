import Events
import Storage

/// How decisions are written. A line's id is the hash of what it says from the moment's name on, without the
/// explanation, which tells how the decision came about and not what it is.
extension DecisionStage {
    private static let opening: StaticString = "{\"type\":\"decision\",\"id\":\"d-"

    /// Writes the line of a chosen action.
    mutating func write(
        _ proposal: Proposal, selection: Int, _ proposals: borrowing Proposals, into block: ByteBlock
    ) {
        let chosen = ranked[selections[selection].rank]
        let channel = selections[selection].channel
        let candidate = proposals.candidates[chosen.candidate]
        let action = rules.actions[Int(chosen.action)]
        begin(proposal, proposals)
        line.append(rules.name(ofAction: chosen.action))
        if channel != Rules.none {
            line.append(plain: ",\"channel\":")
            line.append(rules.name(ofChannel: channel))
        }
        line.append(plain: ",\"deliver_at\":\"")
        line.append(contentsOf: stamp)
        if action.expiresAfter >= 0 {
            line.append(plain: "\",\"expires_at\":\"")
            min(proposal.time.advanced(by: action.expiresAfter), .latest).append(to: &line)
        }
        line.append(plain: "\",\"priority\":")
        line.append(number: chosen.priority)
        line.append(plain: ",\"propensity\":")
        line.append(number: candidate.propensity)
        line.append(plain: ",\"context\":")
        line.append(number: candidate.context)
        line.append(plain: ",\"value\":")
        line.append(number: candidate.value)
        line.append(plain: ",\"lever\":")
        line.append(number: action.lever)
        if action.hasPayload {
            line.append(plain: ",\"payload\":")
            line.append(proposals.payload(of: candidate))
        }
        end(proposal, winner: selections[selection].rank, into: block)
    }

    /// Writes the line that says that nothing was chosen.
    mutating func write(
        _ proposal: Proposal, reason: Reason, _ proposals: borrowing Proposals, into block: ByteBlock
    ) {
        begin(proposal, proposals)
        line.append(plain: "null,\"reason\":\"")
        line.append(plain: reason.text)
        line.append(UInt8(ascii: "\""))
        end(proposal, winner: nil, into: block)
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
        line.append(plain: ",\"time\":\"")
        line.append(contentsOf: stamp)
        line.append(plain: "\",\"action\":")
    }

    /// Puts in the id, explains, and hands the line over.
    private mutating func end(_ proposal: Proposal, winner: Int?, into block: ByteBlock) {
        let place = DecisionStage.opening.utf8CodeUnitCount
        line.replaceHex(at: place, with: View.of(line) { Hash64.of($0[place + 16..<$0.count]) })
        if rules.explains { explain(proposal, winner: winner) }
        line.append(plain: "}\n")
        block.append(line)
    }

    private mutating func explain(_ proposal: Proposal, winner: Int?) {
        line.append(plain: ",\"explanation\":{")
        if let winner {
            line.append(plain: "\"won\":")
            line.append(rules.name(ofAction: ranked[winner].action))
            if winner + 1 < ranked.count {
                let margin = ranked[winner].priority - ranked[winner + 1].priority
                if margin.isFinite {
                    line.append(plain: ",\"margin\":")
                    line.append(number: margin)
                }
                line.append(plain: ",\"runner_up\":")
                line.append(rules.name(ofAction: ranked[winner + 1].action))
            }
            line.append(UInt8(ascii: ","))
        }
        line.append(plain: "\"candidates\":")
        line.append(decimal: proposal.candidateCount)
        var opening: StaticString = ",\"blocked\":{\""
        for reason in Reason.allCases where blocked[reason] > 0 {
            line.append(plain: opening)
            opening = ",\""
            line.append(plain: reason.text)
            line.append(plain: "\":")
            line.append(decimal: blocked[reason])
        }
        if opening.utf8CodeUnitCount == 2 { line.append(UInt8(ascii: "}")) }
        line.append(UInt8(ascii: "}"))
    }
}

extension [UInt8] {
    /// Appends a finite number in the shortest form that reads back the same, with a fraction or an exponent.
    fileprivate mutating func append(number: Double) {
        // Small whole numbers are the most common by far, and quick to write.
        if number >= 0, number < 1000, number.sign == .plus, number == number.rounded(.towardZero) {
            let whole = UInt16(number)
            if whole >= 100 { append(UInt8(ascii: "0") + UInt8(whole / 100)) }
            if whole >= 10 { append(UInt8(ascii: "0") + UInt8(whole / 10 % 10)) }
            append(UInt8(ascii: "0") + UInt8(whole % 10))
            append(plain: ".0")
            return
        }
        append(contentsOf: number.description.utf8)
    }

    /// Writes a word's 16 hexadecimal digits over what stands there.
    fileprivate mutating func replaceHex(at index: Int, with word: UInt64) {
        for place in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * place) & 15)
            self[index + place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }
}
