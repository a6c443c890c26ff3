import Events
import Expressions
import Storage

/// A stretch of the calendar in a customer's zone.
struct Stretch: BitwiseCopyable {
    /// Equal for times of the same day, week or month, whatever the zone.
    var number: Int64
    /// The first instant that is no longer in it.
    var end: Instant
}

/// Windows that look at a stretch of the calendar, or at what was before the customer's last event.
///
/// What they hold is a window of the usual sort, whose word stands in a frame. Of a stretch of the calendar the frame knows
/// the end, at which all is gone at once. Of a window as it was before, it keeps the last event apart until the customer's
/// next one, of whatever type, comes: only then is it in the window.
///
/// The block: the window's word, whether it holds anything, armed; the stretch's number and end,
/// and the place of its first event; whether there is an event apart, its time and place, its value
/// in two words, the number and the end of its stretch.
extension WindowState {
    private enum Frame {
        static let holds = 1
        static let number = 3
        static let end = 4
        static let place = 5
        static let apart = 6
        static let words = 13
    }

    /// The window within the frame.
    var framed: WindowState { WindowState(form: form.framed, arena: arena) }

    /// The word of the window within the frame; nil where it holds nothing.
    private func inside(_ base: Int) -> Int? { arena[base + Frame.holds] == 0 ? nil : base }

    private func isOver(_ base: Int, _ now: Instant) -> Bool {
        form.period != nil && now.microseconds >= microseconds(base + Frame.end)
    }

    /// The word of the window within, for its own deadlines; nil where it holds nothing at `now`.
    func framedCell(at now: Instant, cell: Int) -> Int? {
        guard arena[cell] != 0 else { return nil }
        let base = base(cell)
        return isOver(base, now) ? nil : inside(base)
    }

    /// Takes an event.
    /// - Parameter stretch: the one in which it lies, where the window is about one.
    func addFramed(_ value: Value, at now: Instant, place: UInt64, stretch: Stretch?, cell: Int) {
        if arena[cell] == 0 { arena[cell] = UInt64(arena.allocate(Frame.words)) }
        let base = base(cell)
        guard form.isBefore else {
            take(value, at: now, place: place, stretch: stretch, base)
            return
        }
        setApart(value, at: now, place: place, stretch: stretch, base)
    }

    private func take(_ value: Value, at now: Instant, place: UInt64, stretch: Stretch?, _ base: Int) {
        if let stretch {
            if inside(base) != nil, isOver(base, now) || microseconds(base + Frame.number) != stretch.number {
                vacate(base)
            }
            if inside(base) == nil { arena[base + Frame.place] = place }
            arena[base + Frame.number] = UInt64(bitPattern: stretch.number)
            arena[base + Frame.end] = UInt64(bitPattern: stretch.end.microseconds)
        }
        framed.add(value, at: now, place: place, cell: base)
        arena[base + Frame.holds] = 1
    }

    private func vacate(_ base: Int) {
        if arena[base] != 0 { framed.free(cell: base) }
        arena[base] = 0
        arena[base + Frame.holds] = 0
    }

    // MARK: The event apart

    private func setApart(_ value: Value, at now: Instant, place: UInt64, stretch: Stretch?, _ base: Int) {
        guard let kept = StoredValue.form(value) else { return }
        let apart = base + Frame.apart
        let words = StoredValue.keep(kept, in: arena)
        (arena[apart], arena[apart + 1], arena[apart + 2]) = (1, UInt64(bitPattern: now.microseconds), place)
        (arena[apart + 3], arena[apart + 4]) = words
        arena[apart + 5] = UInt64(bitPattern: stretch?.number ?? 0)
        arena[apart + 6] = UInt64(bitPattern: stretch?.end.microseconds ?? 0)
    }

    private func releaseApart(_ base: Int) {
        guard arena[base + Frame.apart] != 0 else { return }
        StoredValue.release(at: base + Frame.apart + 3, in: arena)
        arena[base + Frame.apart] = 0
    }

    /// The customer's next event is there: the one apart is in the window from now on. Whether there was one.
    func absorb(cell: Int) -> Bool {
        guard arena[cell] != 0 else { return false }
        let base = base(cell)
        let apart = base + Frame.apart
        guard arena[apart] != 0 else { return false }
        let stretch =
            form.period == nil
            ? nil : Stretch(number: microseconds(apart + 5), end: instant(apart + 6))
        take(
            StoredValue.kept(at: apart + 3, in: arena), at: instant(apart + 1), place: arena[apart + 2],
            stretch: stretch, base)
        releaseApart(base)
        return true
    }

    /// Has a frame take over what another one holds: of two stretches of the calendar the later one
    /// stands; of two events apart the earlier one is in the window.
    func mergeFramed(_ otherCell: Int, into cell: Int) {
        let (one, other) = (base(cell), base(otherCell))
        if form.isBefore { settleApart(one, other) }
        let (number, further) = (microseconds(one + Frame.number), microseconds(other + Frame.number))
        if inside(other) != nil, inside(one) == nil || form.period != nil && further > number {
            for word in [0, Frame.holds, Frame.number, Frame.end, Frame.place] {
                let kept = arena[one + word]
                arena[one + word] = arena[other + word]
                arena[other + word] = kept
            }
        } else if inside(other) != nil, form.period == nil || further == number {
            if form.period != nil, arena[other + Frame.place] < arena[one + Frame.place] {
                arena[one + Frame.place] = arena[other + Frame.place]
            }
            framed.merge(arena[other], into: one)
            (arena[other], arena[other + Frame.holds]) = (0, 0)
        }
        freeFrame(UInt32(truncatingIfNeeded: arena[otherCell]))
        arena[one + WindowState.armed] = 0
    }

    /// Leaves the later of two events apart with the first frame, and has each of the others be in its own window.
    private func settleApart(_ one: Int, _ other: Int) {
        let (apart, further) = (one + Frame.apart, other + Frame.apart)
        guard arena[further] != 0 else { return }
        let isLater =
            arena[apart] == 0
            || (instant(further + 1), arena[further + 2]) > (instant(apart + 1), arena[apart + 2])
        if isLater {
            for word in 0..<Frame.words - Frame.apart {
                let kept = arena[apart + word]
                arena[apart + word] = arena[further + word]
                arena[further + word] = kept
            }
        }
        guard arena[further] != 0 else { return }
        let stretch =
            form.period == nil ? nil : Stretch(number: microseconds(further + 5), end: instant(further + 6))
        take(
            StoredValue.kept(at: further + 3, in: arena), at: instant(further + 1), place: arena[further + 2],
            stretch: stretch, other)
        releaseApart(other)
    }

    // MARK: Looking

    func framedValue(at now: Instant, cell: Int) -> Value {
        let base = base(cell)
        return framed.value(at: now, cell: isRunOver(at: now, cell: cell) || isOver(base, now) ? nil : inside(base))
    }

    /// Whether the session within is over at `now`. A look would let go of it; but the event apart may yet go on with it.
    func isRunOver(at now: Instant, cell: Int) -> Bool {
        form.gap != .max && inside(base(cell)).flatMap { framed.end(cell: $0) }.map { $0.time <= now } == true
    }

    /// The end of the stretch that the window is about, with the place of its first event; nil where it holds nothing.
    func stretchEnd(cell: Int) -> Origin? {
        let base = base(cell)
        guard inside(base) != nil else { return nil }
        return Origin(time: instant(base + Frame.end), place: arena[base + Frame.place])
    }

    // MARK: Letting go

    func framedLiveUntil(at now: Instant, cell: Int) -> Instant? {
        guard arena[cell] != 0 else { return nil }
        let base = base(cell)
        let apart = base + Frame.apart
        if arena[apart] != 0 {
            // What is within may go on with it, though by itself it is over.
            var end = endOfApart(apart)
            if form.period != nil, inside(base) != nil { end = max(end, instant(base + Frame.end)) }
            if end > now { return end }
            releaseApart(base)
        }
        if isOver(base, now) { vacate(base) }
        var live = Instant.distantPast
        if inside(base) != nil {
            if form.period != nil {
                live = instant(base + Frame.end)
            } else if let end = framed.liveUntil(at: now, cell: base) {
                live = end
            } else {
                arena[base] = 0
                arena[base + Frame.holds] = 0
            }
        }
        if live > now { return live }
        free(cell: cell)
        return nil
    }

    /// The instant from which the event apart would not be in the window either.
    private func endOfApart(_ apart: Int) -> Instant {
        if form.period != nil { return instant(apart + 6) }
        return isSliding || form.gap != .max ? loss(instant(apart + 1)) : .distantFuture
    }

    func freeFrame(_ handle: UInt32) {
        let base = Arena.word(handle)
        vacate(base)
        releaseApart(base)
        arena.free(handle, words: Frame.words)
    }

    /// Puts the window within into another form, with no deadline noted.
    func convertFrame(_ handle: UInt32, to target: WindowState, place: UInt64) {
        let base = Arena.word(handle)
        arena[base + WindowState.armed] = 0
        if inside(base) != nil { framed.convert(to: target.form.framed, cell: base, place: place) }
    }
}
