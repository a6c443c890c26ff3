import Events
import Expressions
import Storage

/// What a window keeps of one customer: the word of its cell, read and changed in the arena.
///
/// Times only go forward, so whatever has left a window is let go of at the next look at it, and
/// every look sees exactly the events that are in it. Events of one instant leave a window over a
/// time at one instant; for the order of what follows, the first of them that the window took
/// stands for all: its place is the one kept. In the blocks behind a cell, the word `armed` holds
/// the time of the deadline that stands for the window among the shard's deadlines, 0 for none;
/// where there are thresholds, a word for each follows. Cost: constant time for an event, spread
/// over those that come and go; `distinct` and `mode` take a step for each doubling of the
/// different values in the window.
struct WindowState {
    let form: WindowForm
    let arena: Arena

    /// The place of `armed` in a block.
    static let armed = 2

    /// An event that a window holds or that a threshold is counted from.
    struct Origin {
        var time: Instant
        var place: UInt64
    }

    var thresholds: Int { Int(form.thresholdCount) }
    var isSliding: Bool { @inline(__always) get { form.over != .max } }

    /// The microseconds at and before which events have left a window over a time.
    @inline(__always)
    func cutoff(_ now: Instant) -> Int64 {
        let (time, overflow) = now.microseconds.subtractingReportingOverflow(form.over)
        return overflow ? .min : time
    }

    @inline(__always)
    func microseconds(_ word: Int) -> Int64 { Int64(bitPattern: arena[word]) }

    /// Whether a run whose last event was at `last` is over.
    @inline(__always)
    func isOver(_ last: Instant, _ now: Instant) -> Bool {
        if form.over != .max { return last.microseconds <= cutoff(now) }
        return form.gap != .max && now.microseconds > last.advanced(by: form.gap).microseconds
    }

    /// The instant at which an event leaves the window, or at which the session that it ends is over.
    func loss(_ time: Instant) -> Instant {
        form.over != .max ? time.advanced(by: form.over) : time.advanced(by: form.gap + 1)
    }

    @inline(__always)
    func instant(_ word: Int) -> Instant { Instant(microseconds: Int64(bitPattern: arena[word])) }

    @inline(__always)
    func base(_ cell: Int) -> Int { Arena.word(UInt32(truncatingIfNeeded: arena[cell])) }

    /// Takes an event into the window.
    /// - Parameters:
    ///   - cell: the number of the customer's word for this window.
    ///   - value: what is aggregated; not used by `count` and `since_…`.
    ///   - place: the event's place in the input.
    func add(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        switch form.store {
        case .counter: if form.events == 0 || arena[cell] < UInt64(form.events) { arena[cell] += 1 }
        case .instant: arena[cell] = UInt64(bitPattern: now.microseconds)
        case .since: setSince(now, place: place, cell: cell)
        case .last: setLast(value, at: now, place: place, cell: cell)
        case .running: addToRun(value, at: now, place: place, cell: cell)
        case .times: pushTime(now, place: place, cell: cell)
        case .numbers: pushNumber(value, at: now, place: place, cell: cell)
        case .values: pushValue(value, at: now, place: place, cell: cell)
        case .distinct: addDistinct(value, at: now, place: place, cell: cell)
        case .tally: addToTally(value, at: now, place: place, cell: cell)
        case .ordered: addOrdered(value, at: now, place: place, cell: cell)
        }
    }

    /// The window's value at `now`. Text in it stays valid until the window changes.
    func value(at now: Instant, cell: Int?) -> Value {
        guard let cell, arena[cell] != 0 || form.store == .instant else { return empty }
        if form.isFramed { return framedValue(at: now, cell: cell) }
        switch form.store {
        case .counter: return .int(Int64(bitPattern: arena[cell]))
        case .instant: return .duration(microseconds: now.microseconds &- instant(cell).microseconds)
        case .since:
            let last = instant(base(cell))
            return isOver(last, now) ? empty : .duration(microseconds: now.microseconds &- last.microseconds)
        case .last:
            let base = base(cell)
            return isOver(instant(base), now) ? empty : StoredValue.read(at: base + 3, in: arena)
        case .running: return runValue(at: now, cell: cell)
        case .times, .numbers, .values: return ringValue(at: now, cell: cell)
        case .distinct: return .int(Int64(distinctCount(at: now, cell: cell)))
        case .tally: return tallyValue(at: now, cell: cell)
        case .ordered: return orderedValue(at: now, cell: cell)
        }
    }

    /// The value of a window that holds nothing.
    var empty: Value {
        switch form.aggregate {
        case .count, .distinct: .int(0)
        case .sum: .double(0)
        default: .error(.noSuchKey)
        }
    }

    // MARK: Deadlines

    /// The event whose leaving changes the window next, where it holds one and will lose it.
    func oldest(at now: Instant, cell: Int) -> Origin? {
        guard form.isWatched, isSliding || form.gap != .max, arena[cell] != 0 else { return nil }
        let base = base(cell)
        switch form.store {
        case .counter, .instant: return nil
        case .since, .last, .running:
            return isOver(instant(base), now) ? nil : Origin(time: instant(base), place: arena[base + 1])
        case .times: return front(timesRing, now: now, cell: cell)
        case .numbers:
            subtractGone(now: now, cell: cell)
            return front(numbersRing, now: now, cell: cell)
        case .values:
            dropGoneValues(now: now, cell: cell)
            return front(valuesRing, now: now, cell: cell)
        case .distinct: return oldestDistinct(at: now, cell: cell)
        case .tally: return oldestTallied(at: now, cell: cell)
        case .ordered: return oldestOrdered(at: now, cell: cell)
        }
    }

    /// When the window becomes empty, whether or not it is so, and the place of the event that says so: the end of a session
    /// or of a stretch of the calendar, or the end of the only event that it keeps. Nil where events leave one by one.
    func end(cell: Int) -> Origin? {
        if form.period != nil { return stretchEnd(cell: cell) }
        guard form.gap != .max || form.store == .since || form.store == .last else { return nil }
        let word = form.store == .distinct || form.store == .tally ? base(cell) + WindowState.lastTime : base(cell)
        return Origin(time: loss(instant(word)), place: arena[word + 1])
    }

    /// The word in which the window notes its deadline.
    func armedWord(cell: Int) -> Int { base(cell) + WindowState.armed }

    /// The event that a `since_…` window with thresholds is counted from, if there is one.
    func counted(at now: Instant, cell: Int) -> Origin? {
        guard arena[cell] != 0 else { return nil }
        let base = base(cell)
        switch form.store {
        case .since:
            let place = hasOwnPlace ? arena[base + 3 + thresholds] : arena[base + 1]
            return isOver(instant(base), now) ? nil : Origin(time: instant(base), place: place)
        case .running:
            return isOver(instant(base), now) ? nil : Origin(time: instant(base + 4), place: arena[base + 5])
        case .times: return front(timesRing, now: now, cell: cell)
        default: return nil
        }
    }

    /// The word in which a threshold's deadline is noted.
    func armedWord(threshold: Int, cell: Int) -> Int {
        switch form.store {
        case .since: base(cell) + 3 + threshold
        case .running: base(cell) + 6 + threshold
        default: base(cell) + 4 + threshold
        }
    }

    // MARK: The last event

    /// The block: time, place, armed, then a word for each threshold, and perhaps the place of the very last event.
    private func setSince(_ now: Instant, place: UInt64, cell: Int) {
        let isNew = arena[cell] == 0
        if isNew { arena[cell] = UInt64(arena.allocate(sinceWords)) }
        setOrigin(now, place, at: base(cell), isNew: isNew)
        if hasOwnPlace { arena[base(cell) + 3 + thresholds] = place }
    }

    /// Whether the block of `since` also keeps the place of the very last event: thresholds count from that one, though
    /// the first of its instant stands for those that leave.
    var hasOwnPlace: Bool { isSliding && thresholds > 0 }
    var sinceWords: Int { 3 + thresholds + (hasOwnPlace ? 1 : 0) }

    /// Notes the last event's time and its place; where events leave one by one, that of the first of its instant.
    @inline(__always)
    func setOrigin(_ now: Instant, _ place: UInt64, at base: Int, isNew: Bool) {
        let time = UInt64(bitPattern: now.microseconds)
        if isSliding, form.joinsInstants, !isNew, arena[base] == time { return }
        arena[base] = time
        arena[base + 1] = place
    }

    /// The block: time, place, armed, and from its fourth word on the value.
    private func setLast(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        guard let form = StoredValue.form(value) else { return }
        var armed: UInt64 = 0
        var place = place
        if arena[cell] != 0 {
            let base = base(cell)
            setOrigin(now, place, at: base, isNew: false)
            let words = 3 + StoredValue.words(at: base + 3, in: arena)
            if Arena.capacity(words) == Arena.capacity(3 + form.words) {
                StoredValue.write(form, at: base + 3, in: arena)
                return
            }
            armed = arena[base + WindowState.armed]
            place = arena[base + 1]
            arena.free(UInt32(arena[cell]), words: words)
        }
        let handle = arena.allocate(3 + form.words)
        let base = Arena.word(handle)
        setOrigin(now, place, at: base, isNew: true)
        arena[base + WindowState.armed] = armed
        StoredValue.write(form, at: base + 3, in: arena)
        arena[cell] = UInt64(handle)
    }
}

extension Value {
    /// A finite number as a double; nil for anything else.
    var finiteNumber: Double? { number.flatMap { $0.isFinite ? $0 : nil } }
}
