import Events
import Expressions
import Storage

/// Two customers turn out to be one: the partial matches of both go on, each with its own times, and events of either are
/// theirs. Nothing is matched backwards; but what waits for an event to keep away is over where the other customer has
/// had one since.
extension SequenceMatcher {
    /// When, at the latest, each of the two has had an event that ends what the other has waiting; nil where that is not known.
    struct Ends {
        var own: Instant?
        var other: Instant?
    }

    /// Has the customer at hand take over what another one's word keeps of a sequence.
    mutating func merge(_ other: UInt64, moment: MomentNumber, _ ends: Ends, _ context: inout EvaluationContext) {
        begin(moment, context)
        guard other != 0 else { return }
        let cell = context.obtainCell(context.kind(ofMoment: moment))
        if arena[cell] == 0, ends.own == nil, let absence = LoneAbsence(other, in: arena) {
            arena[cell] = other
            arm(absence)
            return
        }
        guard form.isKeyed else {
            let own: KeyState? = arena[cell] == 0 ? nil : unfolded(arena[cell], context)
            let further = unfolded(other, context)
            let kept = own ?? further
            arena[cell] = UInt64(kept.handle)
            join(further, to: own, ends)
            context.freeIfIdle(kept, moment: moment, form)
            return
        }
        mergeKeys(UInt32(truncatingIfNeeded: other), cell, ends)
        endOthers(ends.other, &context)
    }

    /// Ends what the customer at hand has waiting, where another one that it is now has had the event since.
    mutating func end(before time: Instant, moment: MomentNumber, _ context: inout EvaluationContext) {
        begin(moment, context)
        guard let cell = context.cell(context.kind(ofMoment: moment)), arena[cell] != 0 else { return }
        if form.isKeyed {
            endOthers(time, &context)
            return
        }
        if let absence = LoneAbsence(arena[cell], in: arena), absence.taken > time { return }
        let keyState = unfolded(arena[cell], context)
        arena[cell] = UInt64(keyState.handle)
        join(nil, to: keyState, Ends(own: nil, other: time))
        context.freeIfIdle(keyState, moment: moment, form)
    }

    private mutating func arm(_ absence: LoneAbsence) {
        results.append(
            MatchResults.Deadline(
                time: absence.taken.advanced(by: form.closingWait), place: absence.place, detail: absence.handle))
    }

    private func unfolded(_ word: UInt64, _ context: borrowing EvaluationContext) -> KeyState {
        guard let absence = LoneAbsence(word, in: arena) else {
            return KeyState(arena: arena, handle: UInt32(truncatingIfNeeded: word))
        }
        let event = StoredEvent.make(absence.sight, in: arena, keeping: context.kept)
        let keyState = KeyState.make(lists: form.lists, in: arena)
        keyState.setList(1, RunList(arena: arena).adding(event: event, time: absence.taken, parent: 0, to: 0))
        keyState.runs = 1
        absence.free()
        return keyState
    }

    // MARK: Values of by

    /// Puts the key states of another customer's table among those of a cell.
    private mutating func mergeKeys(_ other: UInt32, _ cell: Int, _ ends: Ends) {
        let tables = KeyStateTable(arena: arena)
        if arena[cell] == 0 { arena[cell] = UInt64(tables.make()) }
        // In an order that does not depend on where a table happens to keep them.
        let known = tables.all(other).map { KeyState(arena: arena, handle: $0) }
        for further in known.sorted(by: { $0.sortKey < $1.sortKey }) {
            let own = UInt32(truncatingIfNeeded: arena[cell])
            let found = further.key.map { tables.find($0, hash: further.keyHash, in: own) } ?? 0
            if found != 0 {
                join(further, to: KeyState(arena: arena, handle: found), Ends(own: ends.own, other: nil))
                continue
            }
            if tables.isFull(own) { arena[cell] = UInt64(tables.widened(own)) }
            tables.add(further.handle, hash: further.keyHash, to: UInt32(truncatingIfNeeded: arena[cell]))
            join(further, to: nil, ends)
        }
        tables.free(other)
    }

    /// Ends what waits in any key state of the customer at hand.
    private mutating func endOthers(_ time: Instant?, _ context: inout EvaluationContext) {
        let kind = context.kind(ofMoment: moment)
        guard let cell = context.cell(kind) else { return }
        let known = KeyStateTable(arena: arena).all(UInt32(truncatingIfNeeded: arena[cell]))
        for handle in known {
            let keyState = KeyState(arena: arena, handle: handle)
            if let time { join(nil, to: keyState, Ends(own: nil, other: time)) }
            context.freeIfIdle(keyState, moment: moment, form)
        }
    }

    // MARK: One key state

    /// Joins a key state to another one, which stays; without that it stays itself.
    private mutating func join(_ further: KeyState?, to own: KeyState?, _ ends: Ends) {
        guard let kept = own ?? further else { return }
        switch form.strategy {
        case .absence, .runs: joinRuns(further, own, ends)
        case .cohorts: if let further, let own { joinCohorts(further, own) }
        case .strands: if let further, let own { joinStrands(further, own) }
        case nil: break
        }
        if let further, let own {
            if further.hasLine, !own.hasLine || own.lastLine < further.lastLine {
                own.lastLine = further.lastLine
                if !form.level.isNone { own.setOwn(form.levelWord, further.own(form.levelWord)) }
            }
            if form.retells { joinRepeats(further, own, ends) }
            further.free(lists: form.lists)
        } else if form.retells {
            endRepeats(kept, before: own == nil ? ends.own : ends.other)
        }
        kept.armed = nil
        switch form.strategy {
        case .absence, .runs: armRuns(kept)
        case .strands:
            kept.endOfWithin = nil
            armStrands(kept)
        case .cohorts:
            kept.endOfWithin = nil
            armCohorts(CohortList(keyState: kept))
        case nil: break
        }
    }

    /// A partial match: its events, and when it bound the last.
    private struct Run {
        var events: [UInt32]
        var last: Instant
    }

    private mutating func joinRuns(_ further: KeyState?, _ own: KeyState?, _ ends: Ends) {
        guard let kept = own ?? further else { return }
        let lists = RunList(arena: arena)
        var all: [[Run]] = []
        for count in 1...form.runLists {
            let isWaiting = form.closes && count == Int(form.positionCount)
            func runs(_ keyState: KeyState?, endedBy end: Instant?) -> [Run] {
                guard let keyState, keyState.list(count) != 0 else { return [] }
                return lists.bound(keyState.list(count), most: .max).map { events in
                    Run(events: events, last: StoredEvent.taken(events[events.count - 1], in: arena))
                }.filter { run in
                    guard isWaiting, let end else { return true }
                    return run.last > end
                }
            }
            var joined = runs(own, endedBy: ends.other) + runs(further, endedBy: ends.own)
            joined.sort { one, another in
                let (first, other) = (one.events[0], another.events[0])
                if isWaiting, one.last != another.last { return one.last < another.last }
                let (time, otherTime) = (StoredEvent.taken(first, in: arena), StoredEvent.taken(other, in: arena))
                if time != otherTime { return time < otherTime }
                return StoredEvent.place(first, in: arena) < StoredEvent.place(other, in: arena)
            }
            all.append(joined)
        }
        let made = all.map { runs in
            runs.reduce(UInt32(0)) { list, run in
                var parent: UInt32 = 0
                for (place, event) in run.events.enumerated() {
                    StoredEvent.retain(event, in: arena)
                    let time = StoredEvent.taken(event, in: arena)
                    if place == run.events.count - 1 {
                        return lists.adding(event: event, time: time, parent: parent, to: list)
                    }
                    parent = lists.adding(event: event, time: time, parent: parent, to: 0)
                }
                return list
            }
        }
        for keyState in [own, further] {
            guard let keyState else { continue }
            RunList.freeAll(of: keyState, form)
            keyState.runs = 0
        }
        for (index, list) in made.enumerated() { kept.setList(index + 1, list) }
        kept.runs = all.reduce(0) { $0 + $1.count }
        while kept.runs > Int(form.partialLimit) { dropOldest(kept) }
    }

    /// Cohorts stand side by side; those that become alike are joined by the next event.
    private func joinCohorts(_ further: KeyState, _ own: KeyState) {
        let (from, to) = (CohortList(keyState: further), CohortList(keyState: own))
        for index in 0..<from.count { to.append(from.cohort(index)) }
        for index in 0..<from.count { from.leave(index) }
        from.close()
        let count = further.runs
        further.runs = 0
        own.runs += count
        own.bindings += further.bindings
    }

    /// Strands of two customers cannot stand side by side: those of the one that is left are let go of, and counted as too
    /// many.
    private mutating func joinStrands(_ further: KeyState, _ own: KeyState) {
        if own.runs == 0 {
            PartialGroups(keyState: own).free()
            for word in 1...form.runLists {
                own.setOwn(word - 1, further.own(word - 1))
                further.setOwn(word - 1, 0)
            }
            let count = further.runs
            further.runs = 0
            own.runs = count
            return
        }
        for _ in 0..<further.runs { results.countOverflowed() }
        PartialGroups(keyState: further).free()
        further.runs = 0
    }

    // MARK: What is told again

    private mutating func joinRepeats(_ further: KeyState, _ own: KeyState, _ ends: Ends) {
        endRepeats(own, before: ends.other)
        endRepeats(further, before: ends.own)
        let (from, to) = (
            RepeatedMatches(keyState: further, word: form.retoldWord),
            RepeatedMatches(keyState: own, word: form.retoldWord)
        )
        var all: [UInt32] = []
        while from.count > 0 { all.append(from.takeFirst()) }
        while to.count > 0 { all.append(to.takeFirst()) }
        all.sort { (to.due($0), to.place($0)) < (to.due($1), to.place($1)) }
        for match in all { to.append(match) }
        to.armed = nil
        armRepeats(to)
    }

    private mutating func endRepeats(_ keyState: KeyState, before time: Instant?) {
        let repeated = RepeatedMatches(keyState: keyState, word: form.retoldWord)
        for _ in 0..<repeated.count {
            let match = repeated.takeFirst()
            if let time, repeated.end(match) <= time { repeated.free(match) } else { repeated.append(match) }
        }
        guard repeated.count > 0 else { return }
        repeated.armed = nil
        armRepeats(repeated)
    }
}

extension KeyState {
    /// The value of `by` as it is looked for.
    fileprivate var key: StoredValue.Encoding? {
        keyWord == 0 ? nil : StoredValue.sought(StoredValue.read(at: keyWord, in: arena))
    }

    /// What key states are put in order by, the same in every process.
    fileprivate var sortKey: String { byText ?? "" }
}
