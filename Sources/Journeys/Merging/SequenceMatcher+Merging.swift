import Events
import Expressions
import Storage

/// Two customers turn out to be one: the partial matches of both go on, each with its own times, and events of either are
/// theirs. Nothing is matched backwards; but what waits for an event to keep away is over where the other customer has
/// had one since.
extension SequenceMatcher {
    /// When, at the latest, each of the two has had an event that ends what the other has waiting;
    /// nil where that is not known.
    struct Ends {
        var own: Instant?
        var other: Instant?
        /// Where events are matched by the values of `by`, what each of the two remembers of these; words of a window.
        var ownKeys: UInt64 = 0
        var otherKeys: UInt64 = 0
        var keys: WindowState?
        var now = Instant.distantPast

        /// Whether the other one has had any.
        var endsOwn: Bool { other != nil || otherKeys != 0 }

        /// The same for one value of `by`.
        func of(_ keyState: KeyState) -> Ends {
            guard let keys else { return self }
            return Ends(
                own: keys.lastTime(ofHash: keyState.keyHash, in: ownKeys, at: now),
                other: keys.lastTime(ofHash: keyState.keyHash, in: otherKeys, at: now))
        }
    }

    /// Has the customer at hand take over what another one's word keeps of a sequence.
    mutating func merge(_ other: UInt64, moment: MomentNumber, _ ends: Ends, _ context: inout EvaluationContext) {
        begin(moment, context)
        guard other != 0 else { return }
        if form.isKeyed {
            // What the other one has waiting was ended by its own events already.
            endKeys(ends, &context)
            mergeKeys(UInt32(truncatingIfNeeded: other), context.obtainCell(context.kind(ofMoment: moment)), ends)
            freeIdleKeys(&context)
            return
        }
        let cell = context.obtainCell(context.kind(ofMoment: moment))
        if arena[cell] == 0, ends.own == nil, let absence = LoneAbsence(other, in: arena) {
            arena[cell] = other
            arm(absence)
            return
        }
        let own: KeyState? = arena[cell] == 0 ? nil : unfolded(arena[cell], context)
        let further = unfolded(other, context)
        let kept = own ?? further
        arena[cell] = UInt64(kept.handle)
        join(further, to: own, ends)
        context.freeIfIdle(kept, moment: moment, form)
    }

    /// Ends what the customer at hand has waiting, where another one that it is now has had the event since.
    mutating func end(_ ends: Ends, moment: MomentNumber, _ context: inout EvaluationContext) {
        begin(moment, context)
        guard let cell = context.cell(context.kind(ofMoment: moment)), arena[cell] != 0 else { return }
        if form.isKeyed {
            endKeys(ends, &context)
            freeIdleKeys(&context)
            return
        }
        guard let time = ends.other else { return }
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
            let table = UInt32(truncatingIfNeeded: arena[cell])
            let found = further.key.map { tables.find($0, hash: further.keyHash, in: table) } ?? 0
            let own = Ends(own: ends.of(further).own, other: nil)
            if found != 0 {
                join(further, to: KeyState(arena: arena, handle: found), own)
                continue
            }
            if tables.isFull(table) { arena[cell] = UInt64(tables.widened(table)) }
            tables.add(further.handle, hash: further.keyHash, to: UInt32(truncatingIfNeeded: arena[cell]))
            join(further, to: nil, own)
        }
        tables.free(other)
    }

    /// Ends what waits in any key state of the customer at hand.
    private mutating func endKeys(_ ends: Ends, _ context: inout EvaluationContext) {
        guard ends.endsOwn else { return }
        for keyState in keyStates(context) {
            guard let time = ends.of(keyState).other else { continue }
            join(nil, to: keyState, Ends(own: nil, other: time))
        }
    }

    /// Lets go of the key states of the customer at hand that keep nothing any more.
    private func freeIdleKeys(_ context: inout EvaluationContext) {
        for keyState in keyStates(context) { context.freeIfIdle(keyState, moment: moment, form) }
    }

    private func keyStates(_ context: borrowing EvaluationContext) -> [KeyState] {
        guard let cell = context.cell(context.kind(ofMoment: moment)), arena[cell] != 0 else { return [] }
        return KeyStateTable(arena: arena).all(UInt32(truncatingIfNeeded: arena[cell])).map {
            KeyState(arena: arena, handle: $0)
        }
    }

    // MARK: One key state

    /// Joins a key state to another one, which stays; without that it stays itself.
    private mutating func join(_ further: KeyState?, to own: KeyState?, _ ends: Ends) {
        guard let kept = own ?? further else { return }
        switch form.strategy {
        case .absence, .runs: joinRuns(further, own, ends)
        case .cohorts:
            if let own { endCohorts(own, before: ends.other) }
            if let further { endCohorts(further, before: ends.own) }
            if let further, let own { joinCohorts(further, to: own) }
        case .strands:
            if let own { endStrands(own, before: ends.other) }
            if let further { endStrands(further, before: ends.own) }
            if let further, let own { joinStrands(further, to: own) }
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
