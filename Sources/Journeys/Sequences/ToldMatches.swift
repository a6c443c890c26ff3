import Events
import Storage

/// The matches of one matcher that are told again as long as the event that they waited for keeps away: a queue in the
/// order in which they are due, which is that in which they were told.
///
/// Each is a block of words: 0 when it is told next; 1 and 2 the times of its first and its last event; 3 how many events
/// it has bound; then each of these (low half), which it holds, with its step (high half).
struct ToldMatches {
    private static let queue = Ring(header: Ring.firstOwn, width: 1)
    private static let header = 4

    let matcher: Matcher
    /// Which of the matcher's words names the queue; the one behind it holds the time of the deadline noted.
    let word: Int

    private var arena: Arena { matcher.arena }
    private var ring: UInt32 {
        get { UInt32(truncatingIfNeeded: matcher.own(word)) }
        nonmutating set { matcher.setOwn(word, UInt64(newValue)) }
    }

    /// When the deadline that was noted is due; `Matcher.unarmed` for none.
    var armed: Int64 {
        get { Int64(bitPattern: matcher.own(word + 1)) }
        nonmutating set { matcher.setOwn(word + 1, UInt64(bitPattern: newValue)) }
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
            armed = Matcher.unarmed
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
    private func told(_ matcher: Matcher, _ form: Dispatch.MomentForm) -> ToldMatches {
        ToldMatches(matcher: matcher, word: form.retoldWord)
    }

    /// Keeps the match at hand, whose events stand in `path`, to be told again.
    mutating func keepToTell(
        _ moment: Int, _ form: Dispatch.MomentForm, _ matcher: Matcher, start: Instant, end: Instant
    ) {
        let told = told(matcher, form)
        let match = told.make(
            due: scene.now.advanced(by: form.repeatEvery), start: start, end: end, count: path.count)
        for index in 0..<path.count { told.setEvent(index, of: match, path[index], step: step(ofPath: index, form)) }
        told.append(match)
        if told.count > Int(form.partialLimit) {
            told.free(told.takeFirst())
            statistics.overflowed[moment] += 1
        }
        armTelling(told, moment)
    }

    /// Sees to it that a deadline stands for the match that is told next.
    private mutating func armTelling(_ told: ToldMatches, _ moment: Int) {
        guard told.count > 0, told.armed == Matcher.unarmed else { return }
        let match = told[0]
        told.armed = told.due(match).microseconds
        deadlines.add(
            Deadlines.Entry(
                time: told.due(match), place: told.place(match), isRetelling: true, customer: scene.customerHash,
                kind: UInt32(kind(ofMoment: moment)), detail: told.matcher.handle))
    }

    /// The event that the matches told have waited for, if its condition holds, has come: they are told no more.
    mutating func endTelling(_ matcher: Matcher, _ moment: Int, _ form: Dispatch.MomentForm) {
        let told = told(matcher, form)
        var left = told.count
        if left == 0 { return }
        guard form.closingReadsSteps else {
            if holds(form.closingCondition) { told.free() }
            return
        }
        // Each asks about the events that it has bound; those that go on keep their order.
        while left > 0 {
            left -= 1
            let match = told.takeFirst()
            show(match, of: told, form)
            if holds(form.closingCondition) { told.free(match) } else { told.append(match) }
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
        for index in 0..<path.count { scene.stepEvents[Int(pathSteps[index])] = path[index] }
        listSteps(form)
    }

    /// Tells the matches again whose time has come.
    mutating func tellAgain(_ entry: Deadlines.Entry, moment: Int) {
        let form = dispatch.moments[moment]
        guard form.retells, let cell = cell(kind(ofMoment: moment)), !LoneAbsence.isOne(scene.arena[cell]),
            let matcher = matcher(of: entry, moment: moment, form)
        else { return }
        let told = told(matcher, form)
        guard told.count > 0, told.armed == entry.time.microseconds else { return }
        told.armed = Matcher.unarmed
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
            scene.event = StoredEvent.sight(path[path.count - 1], in: scene.arena)
            scene.hasEvent = true
            _ = tell(moment, form, matcher, start: told.start(match), end: told.end(match))
            scene.hasEvent = false
            if isFlushing {
                told.free(match)
            } else {
                told.setDue(match, scene.now.advanced(by: form.repeatEvery))
                told.append(match)
            }
        }
        armTelling(told, moment)
        freeIfIdle(matcher, moment: moment, form)
    }
}
