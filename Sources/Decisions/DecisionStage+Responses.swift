package import Events
import Expressions
import Journeys
import Learning
import Storage

/// What comes of decisions: attributed, counted, remembered for as long as it holds something back, and written.
extension DecisionStage {
    private static let opening: StaticString = "{\"type\":\"response\",\"id\":\"p-"

    /// When something is due next of what was decided; the distant future where nothing is.
    package var nextDue: Instant { book.next }

    /// Whether a chosen action's line is made: because it is written, or for its id.
    var makesLines: Bool { rules.writes || rules.responses.isUsed }

    /// Remembers that a chosen action may have responses.
    mutating func open(_ id: UInt64, _ proposal: Proposal, _ selected: Selection, _ proposals: borrowing Proposals) {
        guard rules.responses.isUsed else { return }
        let candidate = proposals.candidates[selected.candidate]
        let action = rules.actions[Int(candidate.action)]
        let isPending = rules.responses.isInbound[Int(candidate.action)]
        var decision = OpenDecision(
            id: id, time: proposal.time, action: candidate.action, channel: selected.channel, worth: candidate.value,
            isControl: isControl && !action.isExempt, isPending: isPending)
        let notes = isPending && rules.keyCount > 0 ? proposals.values(of: proposal, rules).keys : []
        let features = makeTrial(&decision, candidate, proposals)
        book.open(
            decision, of: proposals.key(of: proposal), hash: proposal.customerHash, notes: notes, features: features)
    }

    /// Takes in what an event says came of some decision, and appends the line of that.
    package mutating func respond(_ index: Int, of proposals: borrowing Proposals, into output: inout OutputLines) {
        let response = proposals.responses[index]
        let customer = proposals.bytes.bytes[response.customerStart..<response.customerStart + response.customerCount]
        if response.hour >= 0 {
            let zone = proposals.bytes.bytes[response.zoneStart..<response.zoneStart + response.zoneCount]
            limits.note(
                Int(response.hour), of: customer, hash: response.customerHash, zone: zone, looked: response.looked,
                now: response.time)
            return
        }
        let attribution = book.attribution(
            of: response.outcome, to: response.reference, of: customer, hash: response.customerHash,
            at: response.time)
        switch attribution {
        case .unattributed: counted.unattributed += 1
        case .repeated: counted.repeated += 1
        case .decision(let handle):
            let isPending = book.decision(handle).isPending
            if response.outcome == .impression, isPending { contact(handle, response, customer) }
            book.note(response.outcome, of: handle, hash: response.customerHash, at: response.time)
            settle(handle, by: response.outcome, at: response.time)
            let decision = book.decision(handle)
            count(response.outcome, of: decision)
            if let past = remembered(response.outcome, of: decision, at: response.time) {
                book.remember(past, of: customer, hash: response.customerHash)
            }
            write(response.outcome, of: decision, customer, value: response.value, at: response.time, into: &output)
        }
    }

    /// Has all come about that is due up to an instant, and appends the lines of it.
    package mutating func comeDue(upTo time: Instant, into output: inout OutputLines) {
        while let (due, at, place, hash) = book.nextDue(upTo: time) {
            switch due {
            case .over(let decision): book.close(decision, at: place)
            case .lapsed(let handle):
                // What was asked for and never seen says nothing.
                if !book.decision(handle).isPending { settle(handle, success: false, at: at) }
            case .ignored(let handle):
                let decision = book.decision(handle)
                count(.ignored, of: decision)
                if let past = remembered(.ignored, of: decision, at: at) {
                    book.remember(past, at: place, hash: hash)
                }
                write(.ignored, of: decision, book.customer(at: place), value: .nan, at: at, into: &output)
            }
        }
    }

    private mutating func count(_ outcome: Outcome, of decision: OpenDecision) {
        counted.responses[Int(decision.action) * Outcome.allCases.count + Int(outcome.rawValue)] += 1
    }

    /// What is remembered of an outcome; nil where it holds nothing back.
    private func remembered(_ outcome: Outcome, of decision: OpenDecision, at time: Instant) -> PastOutcome? {
        guard rules.responses.restrains else { return nil }
        let life = rules.responses.life(of: outcome, action: Int(decision.action))
        guard life > 0 else { return nil }
        return PastOutcome(
            time: time, until: time.advanced(by: life), action: decision.action, channel: decision.channel,
            outcome: outcome)
    }

    /// What was asked for has been seen: now it counts toward caps and budgets.
    private mutating func contact(_ handle: UInt32, _ response: ProposedResponse, _ customer: View<UInt8>) {
        let decision = book.decision(handle)
        var choice = Choice(
            time: response.time, deliverAt: response.time, action: decision.action, channel: decision.channel)
        choice.kind = .contact
        history.visit(customer, hash: response.customerHash)
        history.record(choice, rules)
        var values = LimitValues()
        values.keys = book.notes(of: handle)
        limits.take(choice, worth: decision.worth, values, rules, spends: !decision.isControl)
        history.forget(rules, now: response.time)
    }

    // MARK: Holding back

    /// Gathers what is remembered of a customer's outcomes, the newest first.
    mutating func gatherPast(of customer: View<UInt8>, hash: UInt64) {
        past.removeAll(keepingCapacity: true)
        muted.removeAll(keepingCapacity: true)
        guard rules.responses.restrains else { return }
        var found = past
        book.forEachPast(of: customer, hash: hash) { outcome in
            found.append(outcome)
            return true
        }
        past = found
    }

    /// Whether outcomes hold the candidate back. Where they do so on some of its channels only, these are not used.
    mutating func restrained(_ candidate: Candidate, _ index: Int, at time: Instant) -> Reason? {
        let number = Int(candidate.action)
        for (place, rule) in rules.responses.suppressions[number].enumerated() {
            let reason =
                rule.scope == .channel
                ? mute(candidate, index, rule, at: time)
                : suppression(rule, of: number, channel: nil, at: time)
            guard let until = reason else { continue }
            if rules.explanation == .full {
                trials.append(CandidateTrial(candidate: index, kind: .suppressed, time: until, rule: Int32(place)))
            }
            return .suppressed
        }
        for rest in rules.responses.rests[number] {
            guard let last = past.first(where: { $0.outcome == rest.outcome && Int($0.action) == number }),
                time < last.time.advanced(by: rest.length)
            else { continue }
            if rules.explanation == .full {
                trials.append(
                    CandidateTrial(candidate: index, kind: .rested, time: last.time, rule: Int32(rest.outcome.rawValue))
                )
            }
            return .cooldown
        }
        return nil
    }

    /// Until when a rule holds an action back, or what goes over one channel; nil where it does not.
    private func suppression(
        _ rule: OutcomeSuppression, of action: Int, channel: Int32?, at time: Instant
    ) -> Instant? {
        let group = rules.responses.groups[action]
        let times = past.filter { outcome in
            guard outcome.outcome == rule.outcome else { return false }
            if let channel { return outcome.channel == channel }
            if rule.scope == .action { return Int(outcome.action) == action }
            return group >= 0 && rules.responses.groups[Int(outcome.action)] == group
        }.map(\.time)
        for (index, newest) in times.enumerated() {
            let until = newest.advanced(by: rule.length)
            if until <= time { return nil }
            let oldest = index + rule.count - 1
            if oldest < times.count, times[oldest] > newest.advanced(by: -rule.over) { return until }
        }
        return nil
    }

    /// Takes away the channels that a rule holds back; until when, where none is left.
    private mutating func mute(
        _ candidate: Candidate, _ index: Int, _ rule: OutcomeSuppression, at time: Instant
    ) -> Instant? {
        let action = rules.actions[Int(candidate.action)]
        var mask = muted[index] ?? candidate.consented
        var earliest: Instant?
        var isLeft = false
        for place in 0..<Int(action.channelCount) {
            let channel = rules.channels[Int(action.channelStart) + place]
            if channel != Rules.none, mask >> UInt64(place) & 1 == 0 { continue }
            guard let until = suppression(rule, of: Int(candidate.action), channel: channel, at: time) else {
                isLeft = true
                continue
            }
            mask &= ~(1 << UInt64(place))
            earliest = min(earliest ?? until, until)
        }
        guard let earliest else { return nil }
        muted[index] = mask
        return isLeft ? nil : earliest
    }

    /// The channels that a candidate may use.
    func consented(_ candidate: Candidate, _ index: Int) -> UInt64 {
        muted.isEmpty ? candidate.consented : muted[index] ?? candidate.consented
    }

    // MARK: Lines

    private mutating func write(
        _ outcome: Outcome, of decision: OpenDecision, _ customer: View<UInt8>, value: Double, at time: Instant,
        into output: inout OutputLines
    ) {
        guard rules.responses.writes else { return }
        line.removeAll(keepingCapacity: true)
        line.append(plain: DecisionStage.opening)
        line.append(hex: 0)
        line.append(plain: "\",\"decision_id\":\"d-")
        line.append(hex: decision.id)
        line.append(plain: "\",\"action\":")
        line.append(rules.name(ofAction: decision.action))
        if decision.channel != Rules.none {
            line.append(plain: ",\"channel\":")
            line.append(rules.name(ofChannel: decision.channel))
        }
        line.append(plain: SubjectKey.isAccount(customer) ? ",\"account_id\":" : ",\"customer_id\":")
        line.append(jsonString: SubjectKey.id(of: customer))
        line.append(plain: ",\"outcome\":\"")
        line.append(plain: outcome.text)
        line.append(UInt8(ascii: "\""))
        appendMember(",\"value\":", value)
        line.append(plain: ",\"time\":\"")
        time.append(to: &line)
        line.append(plain: "\"}")
        let place = DecisionStage.opening.utf8CodeUnitCount
        let id = View.of(line) { Hash64.of($0[place + 16..<$0.count]) }
        line.replaceHex(at: place, with: id)
        View.of(line) { output.append($0, type: .response, id: id, isControl: decision.isControl) }
    }
}

// MARK: Explaining, reloading

extension DecisionStage {
    /// Tells of the outcome that rests a candidate, or of the rule about outcomes that holds it back.
    mutating func tellOutcome(_ trial: CandidateTrial, of action: Int) {
        if trial.kind == .rested {
            guard let rest = rules.responses.rests[action].first(where: { Int32($0.outcome.rawValue) == trial.rule })
            else { return }
            line.append(plain: ",\"last_")
            line.append(plain: rest.outcome.text)
            line.append(plain: "\":\"")
            trial.time.append(to: &line)
            line.append(plain: "\",\"cooldown\":")
            _ = Value.duration(microseconds: rest.length).appendJSON(to: &line)
            return
        }
        let rule = rules.responses.suppressions[action][Int(trial.rule)]
        line.append(plain: ",\"suppressed\":{\"outcome\":\"")
        line.append(plain: rule.outcome.text)
        line.append(plain: "\",\"count\":")
        line.append(decimal: rule.count)
        line.append(plain: ",\"scope\":\"")
        line.append(contentsOf: rule.scope.rawValue.utf8)
        line.append(plain: "\",\"until\":\"")
        min(trial.time, .latest).append(to: &line)
        line.append(plain: "\"}")
    }

    /// Goes on with the decisions that are open under another plan, and with what is remembered of outcomes.
    mutating func takeOver(_ old: inout DecisionStage, actions: [Int32], channels: [Int32]) {
        guard rules.responses.isUsed, old.rules.responses.isUsed else { return }
        let kinds = Outcome.allCases.count
        for (number, target) in actions.enumerated() {
            for kind in 0..<kinds {
                counted.responses[Int(target) * kinds + kind] = old.counted.responses[number * kinds + kind]
            }
        }
        (counted.unattributed, counted.repeated) = (old.counted.unattributed, old.counted.repeated)
        let cells = takeOverLearning(old, actions: actions, channels: channels)
        let (responses, learning) = (rules.responses, rules.learning)
        book.takeOver(
            &old.book, actions: actions, channels: channels, now: reached,
            trial: { decision in
                // It still has its old numbers.
                let cell = decision.cell < 0 ? -1 : cells[Int(decision.cell)]
                guard cell >= 0, let plan = learning[Int(actions[Int(decision.action)])],
                    responses.terms[plan.outcome] > 0
                else { return nil }
                return (cell, decision.time.advanced(by: responses.terms[plan.outcome]))
            },
            keeps: { past in
                past.time.advanced(by: responses.life(of: past.outcome, action: Int(past.action)))
            })
    }
}
