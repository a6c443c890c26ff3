import Events
package import Expressions
package import Journeys
package import Storage

/// The part of deciding that a shard does: at each moment it evaluates, against the customer's state at that instant,
/// everything about the candidate actions that needs no knowledge of earlier choices.
///
/// Cost: the candidates' expressions; memory grows with the moments since the last `takeProposals`.
package final class Proposer: OccurrenceSink {
    /// What the evaluator needs of an expression, and its value where that never changes.
    struct Form: BitwiseCopyable, Sendable {
        /// Nil where the program has patterns: then the program itself is evaluated.
        var program: PreparedProgram?
        /// The constant number, or NaN.
        var number = Double.nan
        /// Whether the expression is the constant true.
        var isTrue = false
        /// The first expression that says the same.
        var same: Int
    }

    /// What an expression came to at the moment in which it was last evaluated.
    private struct Memory: BitwiseCopyable {
        var round: UInt64 = 0
        var number = Double.nan
        var holds = false
        var isFault = false
    }

    let actions: Shelf<ActionPlan>
    let plan: DecisionPlan
    let forms: Column<Form>
    /// The actions of moment m are `candidates[first[m]..<first[m + 1]]`.
    private let first: Column<Int>
    private let candidates: Column<Int>
    /// The payloads' keys as they are written, and for each action the number of its first.
    private let keys: Texts
    private let firstKey: Column<Int>
    /// Actions often ask alike: what is said twice is evaluated once for a moment.
    private var conditions: Column<Memory>
    private var numbers: Column<Memory>
    private var round: UInt64 = 0
    var consent: ConsentDesk
    /// The expression that names the customer's time zone, -1 where nothing asks for that.
    private let zone: Int
    let explainsFully: Bool
    private var proposals = Proposals()
    private var payload: [UInt8] = []
    /// What is told of the candidate at hand, where decisions are explained in full.
    var evidence: [UInt8] = []
    /// How often each expression failed, by its number; as long as the highest number that did.
    package private(set) var failures: [Int] = []

    package init(_ plan: DecisionPlan) {
        self.plan = plan
        actions = Shelf(plan.actions)
        var known: [String: [Int]] = [:]
        forms = Column(
            plan.expressions.enumerated().map { number, expression in
                let alike = known[expression.program.source, default: []]
                let same = alike.first { plan.expressions[$0].program.reads == expression.program.reads }
                if same == nil { known[expression.program.source, default: []].append(number) }
                var form = Form(program: expression.program.prepared, same: same ?? number)
                if let constant = expression.program.constant {
                    form.number = constant.number ?? .nan
                    if case .bool(true) = constant { form.isTrue = true }
                }
                return form
            })
        var starts = [0]
        for group in plan.candidates { starts.append(starts[starts.count - 1] + group.count) }
        first = Column(starts)
        candidates = Column(plan.candidates.flatMap { $0 })
        let payloads = plan.actions.map(\.payload)
        keys = Texts(payloads.flatMap { $0 }.map { Texts.json($0.name) + [UInt8(ascii: ":")] })
        firstKey = Column(
            payloads.reduce(into: [0]) { starts, payload in starts.append((starts.last ?? 0) + payload.count) })
        conditions = Column([Memory](repeating: Memory(), count: plan.expressions.count))
        numbers = Column([Memory](repeating: Memory(), count: plan.expressions.count))
        consent = ConsentDesk(plan)
        zone = plan.usesZones ? plan.policy.zone : -1
        explainsFully = plan.policy.explain == .full && plan.emits.contains(.decision)
    }

    /// Goes on counting failures from what a snapshot says.
    package func restore(failures: [Int]) { self.failures = failures }

    /// What was proposed since the last call, in the order in which the moments came.
    package func takeProposals() -> Proposals {
        if proposals.isEmpty { return Proposals() }
        var taken = Proposals()
        taken.all.reserveCapacity(proposals.count)
        taken.candidates.reserveCapacity(proposals.candidates.count)
        taken.bytes.reserve(proposals.bytes.count)
        swap(&taken, &proposals)
        return taken
    }

    package func take(
        _ occurrence: Occurrence, names: borrowing Scene, evaluator: inout Evaluator,
        expressions: borrowing Shelf<Expression>
    ) {
        propose(occurrence, names: names, evaluator: &evaluator, expressions: expressions)
    }

    /// Judges the candidates of a moment. Values that the evaluator made before are no longer valid afterwards.
    func propose<Scope: Names & ~Copyable>(
        _ occurrence: Occurrence, names: borrowing Scope, evaluator: inout Evaluator,
        expressions: borrowing Shelf<Expression>
    ) {
        let range = first[occurrence.moment]..<first[occurrence.moment + 1]
        if range.isEmpty { return }
        let customerStart = proposals.bytes.count
        proposals.bytes.append(occurrence.customerID)
        let zoneStart = proposals.bytes.count
        if zone >= 0 { noteZone(names, &evaluator, expressions) }
        proposals.all.append(
            Proposal(
                key: occurrence.key, moment: Int32(occurrence.moment), time: occurrence.time, momentID: occurrence.id,
                customerHash: occurrence.customerHash, customerStart: customerStart,
                customerCount: occurrence.customerID.count, zoneStart: zoneStart,
                zoneCount: proposals.bytes.count - zoneStart, candidateStart: proposals.candidates.count,
                candidateCount: range.count))
        consent.begin()
        round += 1
        for index in range {
            let number = candidates[index]
            var candidate = Candidate(action: number)
            evidence.removeAll(keepingCapacity: true)
            candidate.blocked = gate(&candidate, occurrence.time, names, &evaluator, expressions)
            if candidate.blocked == nil { rate(&candidate, names, &evaluator, expressions) }
            if !evidence.isEmpty {
                candidate.evidenceStart = proposals.bytes.count
                candidate.evidenceCount = evidence.count
                proposals.bytes.append(evidence)
            }
            proposals.candidates.append(candidate)
        }
        evaluator.reset()
    }

    /// Notes the name of the customer's time zone. A customer without one is no failure.
    private func noteZone<Scope: Names & ~Copyable>(
        _ names: borrowing Scope, _ evaluator: inout Evaluator, _ expressions: borrowing Shelf<Expression>
    ) {
        switch value(zone, names, &evaluator, expressions) {
        // What is longer than any zone's name is as unknown as its beginning.
        case .string(let name): proposals.bytes.append(name[0..<min(name.count, ZoneClocks.nameLimit + 1)])
        case .null, .error(.noSuchKey), .error(.noSuchField): break
        default: countFailure(of: zone)
        }
    }

    /// The first gate that the action fails, of those that read no history.
    private func gate<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ time: Instant, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Reason? {
        let number = Int(candidate.action)
        guard actions[number].enabled else {
            if explainsFully { tell("enabled", .bool(false)) }
            return .disabled
        }
        if !isValid(number, at: time) {
            if explainsFully { tellDates(of: number) }
            return .notValidNow
        }
        if consent.isAsked {
            candidate.consented = consents(number, names, &evaluator, expressions)
            if explainsFully { tellConsent(of: number, candidate.consented, names) }
            if candidate.consented == 0, !actions[number].channels.isEmpty { return .noConsent }
        }
        let conditions: [3 of (Int, Reason)] = [
            (actions[number].eligible, .notEligible), (actions[number].applicable, .notApplicable),
            (actions[number].suitable, .notSuitable),
        ]
        for index in conditions.indices where !holds(conditions[index].0, names, &evaluator, expressions) {
            if explainsFully { tellFailed([conditions[index].0], names) }
            return conditions[index].1
        }
        for index in actions[number].suppressions.indices {
            guard case .duration(let seconds, let nanos) = names.value(of: actions[number].suppressions[index].since)
            else { continue }
            let since = seconds.multipliedReportingOverflow(by: 1_000_000)
            if !since.overflow, since.partialValue + Int64(nanos / 1000) < actions[number].suppressions[index].length {
                if explainsFully { tellSuppression(index, of: number, names) }
                return .suppressed
            }
        }
        return nil
    }

    private func isValid(_ number: Int, at time: Instant) -> Bool {
        if let from = actions[number].validFrom, time < from { return false }
        if let until = actions[number].validUntil, time >= until { return false }
        return true
    }

    /// The action's channels for which the customer has given consent.
    private func consents<Scope: Names & ~Copyable>(
        _ number: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> UInt64 {
        var mask: UInt64 = 0
        for place in actions[number].channels.indices {
            let expression = consent.expression(ofAction: number, channel: place)
            if expression < 0 {
                if expression == ConsentDesk.allowed { mask |= 1 << UInt64(place) }
                continue
            }
            let isGiven = consent.answer(expression) ?? holds(expression, names, &evaluator, expressions)
            consent.note(isGiven, for: expression)
            if isGiven { mask |= 1 << UInt64(place) }
        }
        return mask
    }

    /// Works out the factors of the priority, the channel to try first and, where it may be sent, the payload.
    private func rate<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        let number = Int(candidate.action)
        if actions[number].classification != .mandatory {
            guard weigh(&candidate, names, &evaluator, expressions) else { return }
        }
        candidate.isRateable = true
        if actions[number].preferredChannel >= 0 { prefer(&candidate, names, &evaluator, expressions) }
        if actions[number].payload.isEmpty { return }
        renderPayload(of: number, names, &evaluator, expressions)
        candidate.payloadStart = proposals.bytes.count
        candidate.payloadCount = payload.count
        proposals.bytes.append(payload)
    }

    /// Whether all three factors are fit for a priority.
    private func weigh<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Bool {
        let number = Int(candidate.action)
        candidate.propensity = factor(actions[number].propensity, names, &evaluator, expressions)
        guard candidate.propensity >= 0, candidate.propensity <= 1 else {
            if explainsFully { tellFailed([actions[number].propensity], names) }
            return false
        }
        candidate.context = factor(actions[number].context, names, &evaluator, expressions)
        guard candidate.context.isFinite else {
            if explainsFully { tellFailed([actions[number].context], names) }
            return false
        }
        candidate.value = factor(actions[number].value, names, &evaluator, expressions)
        guard candidate.value.isFinite else {
            if explainsFully { tellFailed([actions[number].value], names) }
            return false
        }
        return true
    }

    private func prefer<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        let number = Int(candidate.action)
        let expression = actions[number].preferredChannel
        guard case .string(let name) = value(expression, names, &evaluator, expressions) else {
            countFailure(of: expression)
            return
        }
        for place in actions[number].channels.indices where name.isText(actions[number].channels[place]) {
            candidate.preferred = Int32(place)
            if explainsFully { tell("prefers", .string(name)) }
        }
    }

    private func renderPayload<Scope: Names & ~Copyable>(
        of number: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        payload.removeAll(keepingCapacity: true)
        payload.append(UInt8(ascii: "{"))
        for index in actions[number].payload.indices {
            let expression = actions[number].payload[index].expression
            let value = value(expression, names, &evaluator, expressions)
            if value.isError {
                countFailure(of: expression)
                continue
            }
            let before = payload.count
            if before > 1 { payload.append(UInt8(ascii: ",")) }
            payload.append(keys[firstKey[number] + index])
            if !value.appendJSON(to: &payload) { payload.removeLast(payload.count - before) }
        }
        payload.append(UInt8(ascii: "}"))
    }

    // MARK: Expressions

    private func value<Scope: Names & ~Copyable>(
        _ expression: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Value {
        if let program = forms[expression].program { return evaluator.evaluate(program, names) }
        return evaluator.evaluate(expressions[expression].program, names)
    }

    private func holds<Scope: Names & ~Copyable>(
        _ expression: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Bool {
        if expression < 0 || forms[expression].isTrue { return true }
        let same = forms[expression].same
        if conditions[same].round != round {
            var memory = Memory(round: round)
            if let program = forms[same].program {
                memory.holds = evaluator.holds(program, names)
            } else {
                memory.holds = evaluator.holds(expressions[same].program, names)
            }
            memory.isFault = !memory.holds && evaluator.lastFault != nil
            conditions[same] = memory
        }
        if conditions[same].isFault { countFailure(of: expression) }
        return conditions[same].holds
    }

    /// The number that the expression comes to: 1 where there is none, NaN where it fails or is no number.
    private func factor<Scope: Names & ~Copyable>(
        _ expression: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Double {
        if expression < 0 { return 1 }
        if !forms[expression].number.isNaN { return forms[expression].number }
        let same = forms[expression].same
        if numbers[same].round != round {
            let number = value(same, names, &evaluator, expressions).number
            numbers[same] = Memory(round: round, number: number ?? .nan, isFault: number == nil)
        }
        if numbers[same].isFault { countFailure(of: expression) }
        return numbers[same].number
    }

    private func countFailure(of expression: Int) {
        while failures.count <= expression { failures.append(0) }
        failures[expression] += 1
    }
}

extension View<UInt8> {
    /// Whether these are the text's UTF-8 bytes.
    fileprivate func isText(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard utf8.count == count else { return false }
        var index = 0
        for byte in utf8 {
            if byte != self[index] { return false }
            index += 1
        }
        return true
    }
}
