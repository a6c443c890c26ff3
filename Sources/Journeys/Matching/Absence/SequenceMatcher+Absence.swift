import Events
import Storage

/// The lone absence: as long as one event alone waits for another to stay away, it is kept in the customer's own word. A
/// second one makes runs of them.
extension SequenceMatcher {
    /// The absence that is all that the moment keeps for the customer at hand, if that is so.
    func absence(_ context: borrowing EvaluationContext) -> LoneAbsence? {
        guard form.strategy == .absence, let cell = context.cell(context.kind(ofMoment: moment)) else { return nil }
        return LoneAbsence(arena[cell], in: arena)
    }

    /// The absence that a deadline was set for, where it still waits.
    func absence(of entry: Deadlines.Entry, _ context: borrowing EvaluationContext) -> LoneAbsence? {
        guard let absence = absence(context), absence.handle == entry.detail, absence.place == entry.origin,
            absence.taken.advanced(by: form.closingWait) == entry.time
        else { return nil }
        return absence
    }

    /// Shows the current event to a sequence of which one event may wait alone.
    mutating func advanceAbsence(_ interest: InterestTable.MomentInterest, _ context: inout EvaluationContext) {
        guard let absence = absence(context) else {
            advanceRuns(interest, &context)
            return
        }
        let isOver = interest.closes && context.holds(form.closingCondition)
        if isOver { drop(absence, &context) }
        guard interest.takes & 1 != 0, context.holds(table.positions[Int(form.firstPosition)].condition) else { return }
        var known: KeyState?
        if !isOver {
            let keyState = unfold(absence, context)
            armRuns(keyState)
            known = keyState
        }
        beginRun(known, key: MomentKey(form: nil), &context)
    }

    /// A deadline has come.
    mutating func expireAbsence(_ entry: Deadlines.Entry, _ context: inout EvaluationContext) {
        if let absence = absence(of: entry, context) {
            completeWaiting(unfold(absence, context), &context)
        } else {
            expireRuns(entry, &context)
        }
    }

    /// Keeps the current event as all that waits. False where that is not possible.
    mutating func waitAlone(_ context: inout EvaluationContext) -> Bool {
        guard form.strategy == .absence, LoneAbsence.fits(context.scope.event, keeping: context.kept) else {
            return false
        }
        let hasID = !context.scope.event.row.id.isAbsent
        let id = hasID ? context.scope.event.text(context.scope.event.row.id) : context.scope.madeID.bytes
        guard id.count <= 0xFFFF else { return false }
        let cell = context.obtainCell(context.kind(ofMoment: moment))
        let word = LoneAbsence.make(context.scope.event, id: id, in: arena)
        context.scope.arena[cell] = word
        results.append(
            MatchResults.Deadline(
                time: now.advanced(by: form.closingWait), place: context.scope.event.place,
                detail: UInt32(truncatingIfNeeded: word)))
        return true
    }

    /// What waited is over.
    private func drop(_ absence: LoneAbsence, _ context: inout EvaluationContext) {
        absence.free()
        context.scope.customers.removeCell(context.kind(ofMoment: moment), ofRow: context.scope.location.row)
        context.freeCustomerIfIdle()
    }

    /// Makes a run of what waits, without a deadline.
    private func unfold(_ absence: LoneAbsence, _ context: borrowing EvaluationContext) -> KeyState {
        let event = StoredEvent.make(absence.sight, in: arena, keeping: context.kept)
        let keyState = KeyState.make(lists: form.lists, in: arena)
        let lists = RunList(arena: arena)
        keyState.setList(1, lists.adding(event: event, time: absence.taken, parent: 0, to: 0))
        keyState.runs = 1
        absence.free()
        if let cell = context.cell(context.kind(ofMoment: moment)) { arena[cell] = UInt64(keyState.handle) }
        return keyState
    }

    func describe(_ absence: LoneAbsence, _ sequence: SequencePlan, _ plan: JourneyPlan) -> WaitingMatch {
        let event = absence.sight
        let id = String(decoding: event.text(event.row.id).copied, as: UTF8.self)
        let step = sequence.stepNames[sequence.positions[0].step]
        return WaitingMatch(
            moment: plan.moments[moment].name, by: nil, bound: [WaitingMatch.Bound(step: step, ids: [id])],
            types: plan.typeNames(sequence.closing?.filter), isAbsence: true,
            until: absence.taken.advanced(by: form.closingWait))
    }
}
