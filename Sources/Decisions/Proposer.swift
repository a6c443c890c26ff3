import Events
package import Expressions
package import Journeys
package import Storage

/// The part of deciding that a shard does: at each moment it evaluates, against the customer's state at that instant,
/// everything about the candidate actions that needs no knowledge of earlier choices.
///
/// Cost: the candidates' expressions; memory grows with the moments since the last `takeProposals`.
package final class Proposer: OccurrenceSink {
    private let actions: Shelf<ActionPlan>
    /// The actions of moment m are `candidates[first[m]..<first[m + 1]]`.
    private let first: Column<Int>
    private let candidates: Column<Int>
    /// The payloads' keys as they are written, and for each action the number of its first.
    private let keys: Texts
    private let firstKey: Column<Int>
    private var proposals = Proposals()
    private var payload: [UInt8] = []
    /// How often each expression failed, by its number; as long as the highest number that did.
    package private(set) var failures: [Int] = []

    package init(_ plan: DecisionPlan) {
        actions = Shelf(plan.actions)
        var starts = [0]
        for group in plan.candidates { starts.append(starts[starts.count - 1] + group.count) }
        first = Column(starts)
        candidates = Column(plan.candidates.flatMap { $0 })
        let payloads = plan.actions.map(\.payload)
        keys = Texts(payloads.flatMap { $0 }.map { Texts.json($0.name) + [UInt8(ascii: ":")] })
        firstKey = Column(
            payloads.reduce(into: [0]) { starts, payload in starts.append((starts.last ?? 0) + payload.count) })
    }

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
        proposals.all.append(
            Proposal(
                key: occurrence.key, moment: Int32(occurrence.moment), time: occurrence.time, momentID: occurrence.id,
                customerHash: occurrence.customerHash, customerStart: customerStart,
                customerCount: occurrence.customerID.count, candidateStart: proposals.candidates.count,
                candidateCount: range.count))
        for index in range {
            let number = candidates[index]
            var candidate = Candidate(action: number)
            candidate.blocked = gate(number, occurrence.time, names, &evaluator, expressions)
            if candidate.blocked == nil { rate(&candidate, names, &evaluator, expressions) }
            proposals.candidates.append(candidate)
        }
        evaluator.reset()
    }

    /// The first gate that the action fails, of those that read no history.
    private func gate<Scope: Names & ~Copyable>(
        _ number: Int, _ time: Instant, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Reason? {
        guard actions[number].enabled else { return .disabled }
        if let from = actions[number].validFrom, time < from { return .notValidNow }
        if let until = actions[number].validUntil, time >= until { return .notValidNow }
        guard holds(actions[number].eligible, names, &evaluator, expressions) else { return .notEligible }
        guard holds(actions[number].applicable, names, &evaluator, expressions) else { return .notApplicable }
        guard holds(actions[number].suitable, names, &evaluator, expressions) else { return .notSuitable }
        return nil
    }

    /// Works out the factors of the priority and, where they are fit for one, the payload.
    private func rate<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        let number = Int(candidate.action)
        candidate.propensity = factor(actions[number].propensity, names, &evaluator, expressions)
        guard candidate.propensity >= 0, candidate.propensity <= 1 else { return }
        candidate.context = factor(actions[number].context, names, &evaluator, expressions)
        guard candidate.context.isFinite else { return }
        candidate.value = factor(actions[number].value, names, &evaluator, expressions)
        guard candidate.value.isFinite else { return }
        candidate.isRateable = true
        if actions[number].payload.isEmpty { return }
        renderPayload(of: number, names, &evaluator, expressions)
        candidate.payloadStart = proposals.bytes.count
        candidate.payloadCount = payload.count
        proposals.bytes.append(payload)
    }

    private func renderPayload<Scope: Names & ~Copyable>(
        of number: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        payload.removeAll(keepingCapacity: true)
        payload.append(UInt8(ascii: "{"))
        for index in actions[number].payload.indices {
            let expression = actions[number].payload[index].expression
            let value = evaluator.evaluate(expressions[expression].program, names)
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

    private func holds<Scope: Names & ~Copyable>(
        _ expression: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Bool {
        if expression < 0 { return true }
        if evaluator.holds(expressions[expression].program, names) { return true }
        if evaluator.lastFault != nil { countFailure(of: expression) }
        return false
    }

    /// The number that the expression comes to: 1 where there is none, NaN where it fails or is no number.
    private func factor<Scope: Names & ~Copyable>(
        _ expression: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Double {
        if expression < 0 { return 1 }
        if let number = evaluator.evaluate(expressions[expression].program, names).number { return number }
        countFailure(of: expression)
        return .nan
    }

    private func countFailure(of expression: Int) {
        while failures.count <= expression { failures.append(0) }
        failures[expression] += 1
    }
}
