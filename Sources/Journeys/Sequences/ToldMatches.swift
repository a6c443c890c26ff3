import Events
import Storage

/// The matches of one key state that are told again as long as the event that they waited for keeps away: a queue in the
/// order in which they are due, which is that in which they were told.
///
/// Each is a block of words: 0 when it is told next; 1 and 2 the times of its first and its last event; 3 how many events
/// it has bound; then each of these (low half), which it holds, with its step (high half).
struct ToldMatches {
    private static let queue = Ring(header: Ring.firstOwn, width: 1)
    private static let header = 4

    let keyState: KeyState
    /// Which of the key state's words names the queue; the one behind it holds the time of the deadline noted.
    let word: Int

    private var arena: Arena { keyState.arena }
    private var ring: UInt32 {
        get { UInt32(truncatingIfNeeded: keyState.own(word)) }
        nonmutating set { keyState.setOwn(word, UInt64(newValue)) }
    }

    /// When the deadline that was noted is due; `KeyState.unarmed` for none.
    var armed: Int64 {
        get { Int64(bitPattern: keyState.own(word + 1)) }
        nonmutating set { keyState.setOwn(word + 1, UInt64(bitPattern: newValue)) }
    }

    var count: Int { ring == 0 ? 0 : ToldMatches.queue.count(ring, in: arena) }

    /// The match at a place of the queue.
    subscript(index: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: arena[ToldMatches.queue.entry(index, of: ring, in: arena)])
    }

    /// Keeps a match of so many events; who makes it sets them.
    func make(due: Instant, start: Instant, end: Instant, count: Int) -> UInt32 {
        let match = arena.allocate(ToldMatches.header + count)
        let base = Arena.word(match)
        arena[base] = UInt64(bitPattern: due.microseconds)
        arena[base + 1] = UInt64(bitPattern: start.microseconds)
        arena[base + 2] = UInt64(bitPattern: end.microseconds)
        arena[base + 3] = UInt64(count)
        return match
    }

    func setEvent(_ index: Int, of match: UInt32, _ event: UInt32, step: Int32) {
        StoredEvent.retain(event, in: arena)
        arena[Arena.word(match) + ToldMatches.header + index] = UInt64(event) | UInt64(UInt32(bitPattern: step)) << 32
    }

    func due(_ match: UInt32) -> Instant { instant(match, 0) }
    func start(_ match: UInt32) -> Instant { instant(match, 1) }
    func end(_ match: UInt32) -> Instant { instant(match, 2) }
    func setDue(_ match: UInt32, _ due: Instant) { arena[Arena.word(match)] = UInt64(bitPattern: due.microseconds) }

    private func instant(_ match: UInt32, _ word: Int) -> Instant {
        Instant(microseconds: Int64(bitPattern: arena[Arena.word(match) + word]))
    }

    func eventCount(_ match: UInt32) -> Int { Int(arena[Arena.word(match) + 3]) }
    func event(_ index: Int, of match: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: arena[Arena.word(match) + ToldMatches.header + index])
    }
    func step(_ index: Int, of match: UInt32) -> Int32 {
        Int32(truncatingIfNeeded: arena[Arena.word(match) + ToldMatches.header + index] >> 32)
    }

    /// The place of the last event that a match has bound.
    func place(_ match: UInt32) -> UInt64 {
        StoredEvent.place(event(eventCount(match) - 1, of: match), in: arena)
    }

    func append(_ match: UInt32) {
        if ring == 0 {
            ring = ToldMatches.queue.make(in: arena, capacity: 1)
            armed = KeyState.unarmed
        }
        ring = ToldMatches.queue.push(UInt64(match), onto: ring, in: arena)
    }

    /// Takes the first out of the queue, which there must be, and frees the queue where it was the only one.
    func takeFirst() -> UInt32 {
        let match = self[0]
        ToldMatches.queue.popFront(ring, in: arena)
        if count == 0 {
            ToldMatches.queue.free(ring, in: arena)
            ring = 0
        }
        return match
    }

    /// Lets go of a match that is not in the queue any more.
    func free(_ match: UInt32) {
        for index in 0..<eventCount(match) { StoredEvent.release(event(index, of: match), in: arena) }
        arena.free(match, words: ToldMatches.header + eventCount(match))
    }

    /// Lets go of all.
    func free() {
        while count > 0 { free(takeFirst()) }
    }
}

/// Matches that are told again.
extension Shard {
    private func told(_ keyState: KeyState, _ form: Dispatch.MomentForm) -> ToldMatches {
        ToldMatches(keyState: keyState, word: form.retoldWord)
    }

    /// Keeps the match at hand, whose events stand in `path`, to be told again.
    mutating func keepToTell(
        _ moment: Int, _ form: Dispatch.MomentForm, _ keyState: KeyState, start: Instant, end: Instant
    ) {
        let told = told(keyState, form)
        let match = told.make(
            due: context.scene.now.advanced(by: form.repeatEvery), start: start, end: end, count: path.count)
        for index in 0..<path.count { told.setEvent(index, of: match, path[index], step: step(ofPath: index, form)) }
        told.append(match)
        if told.count > Int(form.partialLimit) {
            told.free(told.takeFirst())
            context.statistics.overflowed[moment] += 1
        }
        armTelling(told, moment)
    }

    /// Sees to it that a deadline stands for the match that is told next.
    private mutating func armTelling(_ told: ToldMatches, _ moment: Int) {
        guard told.count > 0, told.armed == KeyState.unarmed else { return }
        let match = told[0]
        told.armed = told.due(match).microseconds
        deadlines.add(
            Deadlines.Entry(
                time: told.due(match), place: told.place(match), isRetelling: true,
                customer: context.scene.customerHash,
                kind: UInt32(context.kind(ofMoment: moment)), detail: told.keyState.handle))
    }

    /// The event that the matches told have waited for, if its condition holds, has come: they are told no more.
    mutating func endTelling(_ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm) {
        let told = told(keyState, form)
        var left = told.count
        if left == 0 { return }
        guard form.closingReadsSteps else {
            if context.holds(form.closingCondition) { told.free() }
            return
        }
        // Each asks about the events that it has bound; those that go on keep their order.
        while left > 0 {
            left -= 1
            let match = told.takeFirst()
            show(match, of: told, form)
            if context.holds(form.closingCondition) { told.free(match) } else { told.append(match) }
        }
        armTelling(told, moment)
    }

    /// Brings the events of a match back to where they are looked at.
    private mutating func show(_ match: UInt32, of told: ToldMatches, _ form: Dispatch.MomentForm) {
        path.truncate(to: 0)
        pathSteps.truncate(to: 0)
        for index in 0..<told.eventCount(match) {
            path.append(told.event(index, of: match))
            pathSteps.append(told.step(index, of: match))
        }
        clearSteps(form)
        for index in 0..<path.count { context.scene.stepEvents[Int(pathSteps[index])] = path[index] }
        listSteps(form)
    }

    /// Tells the matches again whose time has come.
    mutating func tellAgain(_ entry: Deadlines.Entry, moment: Int) {
        let form = dispatch.moments[moment]
        guard form.retells, let cell = context.cell(context.kind(ofMoment: moment)),
            !LoneAbsence.isOne(context.scene.arena[cell]),
            let keyState = context.keyState(of: entry, moment: moment, form)
        else { return }
        let told = told(keyState, form)
        guard told.count > 0, told.armed == entry.time.microseconds else { return }
        told.armed = KeyState.unarmed
        // The match that set it may be gone, and another one due at the same time: that one's place is another.
        if told.due(told[0]) == entry.time, told.place(told[0]) != entry.origin {
            armTelling(told, moment)
            return
        }
        ordinal = UInt32(truncatingIfNeeded: moment) << 16
        while told.count > 0, told.due(told[0]) <= entry.time {
            let match = told.takeFirst()
            show(match, of: told, form)
            deadlinePlace = told.place(match)
            context.scene.event = StoredEvent.sight(path[path.count - 1], in: context.scene.arena)
            context.scene.hasEvent = true
            _ = tell(moment, form, keyState, start: told.start(match), end: told.end(match))
            context.scene.hasEvent = false
            if context.isFlushing {
                told.free(match)
            } else {
                told.setDue(match, context.scene.now.advanced(by: form.repeatEvery))
                told.append(match)
            }
        }
        armTelling(told, moment)
        context.freeIfIdle(keyState, moment: moment, form)
    }
}
