import Events
import Expressions
import Storage

/// Windows of the values at places: all values in their order, and where single events leave, a ring of them.
///
/// The block: the last event's time and place, armed, the word of the values in their order, the handle of the ring. The
/// ring's entries: time, the value in two words, place where it is watched.
extension WindowState {
    private static let ordered = 3
    private static let events = 4
    private static let orderedWords = 5

    /// Whether events leave one by one.
    var losesEvents: Bool { isSliding || form.events > 0 }
    var eventsRing: Ring { Ring(header: Ring.firstOwn, width: 3 + extra) }

    private func ordered(_ base: Int) -> OrderedValues {
        OrderedValues(arena: arena, word: base + WindowState.ordered)
    }

    private func events(_ base: Int) -> UInt32 { UInt32(truncatingIfNeeded: arena[base + WindowState.events]) }

    /// The values of a block in their order, and the ring of its events where there is one.
    func orderedValues(_ base: Int) -> OrderedValues { ordered(base) }
    func orderedEvents(_ base: Int) -> UInt32? { events(base) == 0 ? nil : events(base) }

    func addOrdered(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        guard value.isRanked, let kept = StoredValue.form(value) else { return }
        let isNew = arena[cell] == 0
        if isNew { arena[cell] = UInt64(arena.allocate(WindowState.orderedWords)) }
        let base = base(cell)
        if !isNew { dropGoneOrdered(base, now: now) }
        let before = place
        var place = place
        if losesEvents {
            let ring = eventsRing
            if events(base) == 0 { arena[base + WindowState.events] = UInt64(ring.make(in: arena)) }
            let count = ring.count(events(base), in: arena)
            if form.events > 0, count == Int(form.events) { dropFirstOrdered(base) }
            // Of events that leave at one instant, the first stands for all.
            if isSliding, form.hasPlaces, form.joinsInstants, count > 0 {
                let last = ring.entry(count - 1, of: events(base), in: arena)
                if arena[last] == UInt64(bitPattern: now.microseconds) { place = arena[last + 3] }
            }
        }
        arena[base] = UInt64(bitPattern: now.microseconds)
        arena[base + 1] = before
        let words = ordered(base).add(value, kept)
        guard losesEvents else { return }
        let ring = eventsRing
        arena[base + WindowState.events] = UInt64(
            ring.push(
                UInt64(bitPattern: now.microseconds), words.0, words.1, place,
                onto: ring.fitted(events(base), in: arena), in: arena))
    }

    private func dropFirstOrdered(_ base: Int) {
        let entry = eventsRing.entry(0, of: events(base), in: arena)
        ordered(base).remove(arena[entry + 1], arena[entry + 2])
        eventsRing.popFront(events(base), in: arena)
    }

    private func dropGoneOrdered(_ base: Int, now: Instant) {
        if !isSliding {
            if isOver(instant(base), now) { ordered(base).free() }
            return
        }
        let cutoff = cutoff(now)
        while events(base) != 0, eventsRing.count(events(base), in: arena) > 0,
            microseconds(eventsRing.entry(0, of: events(base), in: arena)) <= cutoff
        {
            dropFirstOrdered(base)
        }
    }

    func orderedValue(at now: Instant, cell: Int) -> Value {
        let base = base(cell)
        dropGoneOrdered(base, now: now)
        let values = ordered(base)
        return values.count == 0 ? empty : values.value(at: form.quantile.place(among: values.count))
    }

    func oldestOrdered(at now: Instant, cell: Int) -> Origin? {
        let base = base(cell)
        dropGoneOrdered(base, now: now)
        guard ordered(base).count > 0 else { return nil }
        guard isSliding else { return Origin(time: instant(base), place: arena[base + 1]) }
        let entry = eventsRing.entry(0, of: events(base), in: arena)
        return Origin(time: instant(entry), place: form.hasPlaces ? arena[entry + 3] : 0)
    }

    func freeOrdered(_ handle: UInt32) {
        let base = Arena.word(handle)
        ordered(base).free()
        if events(base) != 0 { eventsRing.free(events(base), in: arena) }
        arena.free(handle, words: WindowState.orderedWords)
    }

    /// Puts the ring into the form that it has where somebody looks at the window, or where nobody does any more.
    func convertOrdered(_ handle: UInt32, to target: WindowState, place: UInt64) {
        let base = Arena.word(handle)
        arena[base + WindowState.armed] = 0
        guard events(base) != 0, extra != target.extra else { return }
        let (ring, wider, old) = (eventsRing, target.eventsRing, events(base))
        let count = ring.count(old, in: arena)
        var new = wider.make(in: arena, capacity: max(count, 2))
        for index in 0..<count {
            let entry = ring.entry(index, of: old, in: arena)
            new = wider.push(
                arena[entry], arena[entry + 1], arena[entry + 2], form.hasPlaces ? arena[entry + 3] : place, onto: new,
                in: arena)
        }
        ring.free(old, in: arena)
        arena[base + WindowState.events] = UInt64(new)
    }
}
