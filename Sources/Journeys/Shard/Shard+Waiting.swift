import Events
import Expressions
import Storage

/// Moments whose decision waits.
///
/// Nothing flows back from the stage that decides: the shard itself knows whether a moment waits, and proposes it when that
/// is over, by the state of then. What is kept of it is what expressions may ask: its times, its events.
extension Shard {
    /// Has a moment that has just come decided on, or keeps it until its time comes. The scope shows it, and its events
    /// stand in `path`.
    mutating func offer(_ occurrence: Occurrence) {
        guard let sink else { return }
        if let waiting = plan.waiting, sink.asks(occurrence.moment) {
            if waiting.gather > 0 {
                keep(occurrence, until: nil)
                return
            }
            if waiting.holds, let until = heldUntil(occurrence, by: sink) {
                keep(occurrence, until: until)
                return
            }
        }
        lines[lines.count - 1].proposal = sink.take(
            occurrence, names: context.scope, evaluator: &context.evaluator, expressions: context.expressions)
    }

    private mutating func heldUntil(_ occurrence: Occurrence, by sink: any OccurrenceSink) -> Instant? {
        sink.heldUntil(
            occurrence, names: context.scope, evaluator: &context.evaluator, expressions: context.expressions)
    }

    /// Keeps the moment at hand. It joins its customer's others once nothing else looks at the customer's row, which may
    /// move then.
    private mutating func keep(_ occurrence: Occurrence, until: Instant?) {
        var event: UInt32 = 0
        if context.scope.hasEvent { event = context.isEvent ? context.bind() : path.isEmpty ? 0 : path[path.count - 1] }
        var bound: [(event: UInt32, step: StepNumber)] = []
        if plan.readsMomentSteps {
            for index in 0..<path.count { bound.append((path[index], pathSteps[index])) }
        } else {
            // The last event of each step is all that can be read.
            for step in 0..<context.scope.stepEvents.count where context.scope.stepEvents[step] != 0 {
                bound.append((context.scope.stepEvents[step], StepNumber(step)))
            }
        }
        let place = context.isEvent ? context.scope.event.place : deadlinePlace
        if context.isEvent { toldKept.append(KeptMoment(place: place, id: occurrence.id, until: until)) }
        context.isCustomerNeeded = true
        keptMoments.append(
            WaitingMoment(occurrence, until: until, event: event, place: place, bound: bound, in: context.scope.arena))
    }

    /// Puts the moments kept since the event or deadline began among the customer's others.
    mutating func joinWaiting() {
        if keptMoments.isEmpty { return }
        let kept = keptMoments
        keptMoments = []
        context.isCustomerNeeded = false
        if !context.isEvent { context.scope.customerID = context.scope.name(ofRow: context.scope.location.row) }
        let cell = context.obtainCell(context.waitingKind)
        var list = WaitingList(
            arena: context.scope.arena, handle: UInt32(truncatingIfNeeded: context.scope.arena[cell]))
        for moment in kept {
            list.append(moment)
            if moment.until == nil, list.gathersUntil == nil, let gather = plan.waiting?.gather {
                list.gathersUntil = context.scope.now.advanced(by: gather)
            }
            if observer != nil { noteWaiting(moment.moment, until: list.due(moment)) }
            if list.all.count(where: { $0.until == nil }) == WaitingList.gatheredMost { proposeGathered(in: list) }
            giveUpOldest(in: list)
        }
        context.scope.arena[cell] = UInt64(list.handle)
        arrange(list)
    }

    /// Where more moments are held than may be, the oldest ends with nothing.
    private mutating func giveUpOldest(in list: WaitingList) {
        let held = list.all.filter { $0.until != nil }
        guard held.count > WaitingList.heldMost else { return }
        propose([held[0]], isGivenUp: true)
        list.remove { $0.handle == held[0].handle }
        held[0].free()
    }

    // MARK: When the time comes

    /// Proposes what is due of a customer's waiting moments.
    mutating func fireWaiting(_ entry: Deadlines.Entry) {
        guard let known = context.cell(context.waitingKind) else { return }
        let noted = WaitingList(
            arena: context.scope.arena, handle: UInt32(truncatingIfNeeded: context.scope.arena[known]))
        guard noted.armed == entry.time, noted.armedPlace == entry.origin else { return }
        guard let cell = context.cell(context.waitingKind) else { return }
        let list = WaitingList(
            arena: context.scope.arena, handle: UInt32(truncatingIfNeeded: context.scope.arena[cell]))
        list.armed = nil
        // Behind all lines that the same cause may have.
        ordinal = UInt32(plan.moments.count) << 16
        let held = list.all.filter { $0.until.map { $0 <= context.scope.now } ?? false }
        propose(held, isGivenUp: false)
        list.remove { moment in held.contains { $0.handle == moment.handle } }
        for moment in held { moment.free() }
        if let until = list.gathersUntil, until <= context.scope.now { proposeGathered(in: list) }
        arrange(list)
    }

    /// Proposes the moments that waited for each other, but for those that are to be held now.
    private mutating func proposeGathered(in list: WaitingList) {
        list.gathersUntil = nil
        let gathered = list.all.filter { $0.until == nil }
        var proposed: [WaitingMoment] = []
        for moment in gathered {
            if plan.waiting?.holds == true, let sink {
                let until = showing(moment) { shard, occurrence in shard.heldUntil(occurrence, by: sink) }
                if let until {
                    moment.hold(until: until)
                    continue
                }
            }
            proposed.append(moment)
        }
        propose(proposed, isGivenUp: false)
        list.remove { moment in proposed.contains { $0.handle == moment.handle } }
        for moment in proposed { moment.free() }
        while list.all.count(where: { $0.until != nil }) > WaitingList.heldMost { giveUpOldest(in: list) }
    }

    /// Proposes moments, to be decided as one.
    private mutating func propose(_ moments: [WaitingMoment], isGivenUp: Bool) {
        guard let sink else { return }
        for moment in moments {
            let proposal = showing(moment) { shard, occurrence in
                var occurrence = occurrence
                occurrence.isTogether = true
                occurrence.isGivenUp = isGivenUp
                return sink.take(
                    occurrence, names: shard.context.scope, evaluator: &shard.context.evaluator,
                    expressions: shard.context.expressions)
            }
            var key = OrderKey(
                time: context.scope.now, isEvent: context.isEvent,
                place: context.isEvent ? context.scope.event.place : deadlinePlace,
                ordinal: ordinal)
            key.account = accountNumber
            ordinal &+= 1
            // A line without text: its own came when the moment did.
            lines.append(
                MomentLine(
                    key: key, start: text.count, end: text.count, type: .moment, id: moment.id, proposal: proposal))
        }
    }

    /// Who did what completed a moment that waits: of an account the person of the event that is shown.
    private var waitingActor: View<UInt8> {
        let range = context.scope.event.row.customerID
        guard plan.isOfAccounts, context.scope.hasEvent, !range.isAbsent else { return context.scope.customerID }
        return context.scope.event.text(range)
    }

    /// Has the scope show a moment and its events for the length of a call.
    private mutating func showing<Result>(
        _ moment: WaitingMoment, _ body: (inout Shard, Occurrence) -> Result
    ) -> Result {
        let form = matcher.table.forms[moment.moment]
        let (event, hasEvent) = (context.scope.event, context.scope.hasEvent)
        context.scope.hasEvent = moment.event != 0
        if moment.event != 0 { context.scope.event = StoredEvent.sight(moment.event, in: context.scope.arena) }
        show(moment.moment, start: moment.start, end: moment.end)
        context.scope.clearSteps(form.stepCount)
        for index in 0..<moment.boundCount {
            let bound = moment.bound(index)
            context.scope.stepEvents[bound.step] = bound.event
        }
        if plan.readsMomentSteps { listSteps(of: moment, form) }
        var occurrence = Occurrence(
            moment: moment.moment, time: context.scope.now, start: moment.start, end: moment.end,
            customerID: waitingActor,
            customerHash: context.scope.customerHash, id: moment.id)
        occurrence.customerKey = context.scope.customerKey
        if context.scope.hasEvent { occurrence.eventID = context.scope.eventID }
        context.evaluator.reset()
        let result = body(&self, occurrence)
        (context.scope.event, context.scope.hasEvent) = (event, hasEvent)
        return result
    }

    private mutating func listSteps(of moment: WaitingMoment, _ form: MomentForm) {
        context.scope.listedEvents.truncate(to: 0)
        context.scope.listStarts.truncate(to: 0)
        for number in 0..<form.stepCount {
            context.scope.listStarts.append(Int32(context.scope.listedEvents.count))
            for index in 0..<moment.boundCount where moment.bound(index).step.index == number {
                context.scope.listedEvents.append(
                    .record(Record(kind: Vocabulary.eventRecord, index: moment.bound(index).event)))
            }
        }
        context.scope.listStarts.append(Int32(context.scope.listedEvents.count))
    }

    // MARK: Deadlines, and the end

    /// Sets the deadline for what is due next, or frees a list of nothing.
    mutating func arrange(_ list: WaitingList) {
        let all = list.all
        guard let first = all.min(by: { list.due($0) < list.due($1) }) else {
            list.free()
            context.scope.customers.removeCell(context.waitingKind, ofRow: context.scope.location.row)
            context.freeCustomerIfIdle()
            return
        }
        let due = list.due(first)
        if let armed = list.armed, armed <= due { return }
        list.armed = due
        list.armedPlace = first.place
        deadlines.add(
            Deadlines.Entry(
                time: due, place: first.place, customer: context.scope.customerHash, kind: UInt32(context.waitingKind),
                detail: 0))
        context.scope.customers.wake(context.scope.location, by: due)
    }

    /// Until when a customer has moments that wait.
    func waitingLiveUntil() -> Instant {
        guard let cell = context.cell(context.waitingKind) else { return .distantPast }
        return WaitingList(arena: context.scope.arena, handle: UInt32(truncatingIfNeeded: context.scope.arena[cell]))
            .armed
            ?? .distantFuture
    }

    /// Gives a customer's waiting moments the numbers of another plan, and lets go of those that it has no more; false
    /// where none is left.
    func moveWaiting(_ cell: Int, _ moments: [MomentNumber?], _ dropped: inout Dropped) -> Bool {
        let list = WaitingList(
            arena: context.scope.arena, handle: UInt32(truncatingIfNeeded: context.scope.arena[cell]))
        var gone: [WaitingMoment] = []
        for moment in list.all {
            if let number = moments[moment.moment] {
                moment.renumber(number)
            } else {
                dropped.partialMatches[moment.moment] += 1
                gone.append(moment)
            }
        }
        list.remove { moment in gone.contains { $0.handle == moment.handle } }
        for moment in gone { moment.free() }
        if list.count > 0 { return true }
        list.free()
        return false
    }
}
