import Events
import Storage

/// The first events of a key state's partial matches, in the order in which they came: each has an ordinal, and partial
/// matches whose first events stand side by side may be kept as one strand.
///
/// The key state's list 3 is a ring of two words an entry: the event (low half, held) and in bit 63 whether a match came of
/// it; then its number in the order in which the shard took events. In the ring's own words: the ordinal of the first
/// entry; how many links were made since the strands' dead parts were let go of (low half), after how many that is done
/// again (31 bits more), and in bit 63 whether any strand forks; then the cut.
///
/// Invariant: no strand has a first event that is not here. Those at the front that none has are let go of.
struct FirstEvents {
    private static let ring = Ring(header: Ring.firstOwn + 4, width: 2)
    private static let matched: UInt64 = 1 << 63
    private static let forked: UInt64 = 1 << 63
    /// Fewer links are not worth looking through for dead parts.
    private static let linksLeast = 256

    let keyState: KeyState

    private var arena: Arena { keyState.arena }
    private var list: UInt32 { keyState.list(3) }
    private var own: Int { Arena.word(list) + Ring.firstOwn }

    private func entry(_ start: UInt64) -> Int {
        let index = Int(start &- arena[own])
        precondition(index >= 0 && index < count, "a strand begins with an event that is kept")
        return FirstEvents.ring.entry(index, of: list, in: arena)
    }

    private var count: Int { list == 0 ? 0 : FirstEvents.ring.count(list, in: arena) }

    /// Takes in an event, which it holds; answers its ordinal.
    func add(_ event: UInt32, number: UInt64) -> UInt64 {
        if list == 0 {
            keyState.setList(3, FirstEvents.ring.make(in: arena))
            arena[own + 1] = UInt64(FirstEvents.linksLeast) << 32
        }
        StoredEvent.retain(event, in: arena)
        keyState.setList(3, FirstEvents.ring.push(UInt64(event), number, onto: list, in: arena))
        return end - 1
    }

    /// The ordinal that the next one will have.
    var end: UInt64 { arena[own] + UInt64(count) }

    func event(_ start: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: arena[entry(start)]) }
    /// The event's number in the order in which the shard took events.
    func number(_ start: UInt64) -> UInt64 { arena[entry(start) + 1] }
    func time(_ start: UInt64) -> Instant { StoredEvent.taken(event(start), in: arena) }
    func place(_ start: UInt64) -> UInt64 { StoredEvent.place(event(start), in: arena) }

    /// Notes that a match came of the first event.
    func markMatched(_ start: UInt64) { arena[entry(start)] |= FirstEvents.matched }
    func isMatched(_ start: UInt64) -> Bool { arena[entry(start)] & FirstEvents.matched != 0 }

    /// The ordinals of those with numbers in a range.
    func ordinals(ofNumbers numbers: ClosedRange<UInt64>) -> Range<UInt64> {
        let low = ordinal { number($0) >= numbers.lowerBound }
        return low..<max(low, ordinal { number($0) > numbers.upperBound })
    }

    /// The ordinal of the first one from which on `holds` is true, as it is of none before; that behind the last where it
    /// is true of none.
    func ordinal(where holds: (UInt64) -> Bool) -> UInt64 {
        var (low, high) = (arena[own], end)
        while low < high {
            let middle = low + (high - low) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The ordinal of the first one, from an ordinal on, that was taken after a time, or that behind the last. Goes through
    /// those between.
    func ordinal(after time: Instant, from start: UInt64) -> UInt64 {
        var start = start
        while start < end, self.time(start) <= time { start += 1 }
        return start
    }

    /// Lets go of those before an ordinal.
    func drop(before start: UInt64) {
        while count > 0, arena[own] < start {
            StoredEvent.release(event(arena[own]), in: arena)
            FirstEvents.ring.popFront(list, in: arena)
            arena[own] += 1
        }
    }

    /// Lets go of those from an ordinal on: others that come now have their ordinals, and stand beside those before.
    func drop(from start: UInt64) {
        while count > 0, end > start {
            StoredEvent.release(event(end - 1), in: arena)
            FirstEvents.ring.dropLast(1, of: list, in: arena)
        }
    }

    /// Lets go of them all.
    func free() {
        guard list != 0 else { return }
        drop(before: .max)
        FirstEvents.ring.free(list, in: arena)
        keyState.setList(3, 0)
    }

    // MARK: Two customers that turn out to be one

    /// What became of first events' ordinals as those of two key states were put together.
    struct Ordinals {
        fileprivate let base: UInt64
        fileprivate var new: [UInt64] = []

        subscript(old: UInt64) -> UInt64 { new[Int(old - base)] }

        /// The ordinal behind those that stood before another one.
        func end(_ old: UInt64) -> UInt64 { old <= base ? 0 : self[old - 1] + 1 }
    }

    /// Takes over another key state's first events, which are none then, each to where it belongs
    /// in the order in which events came. Nothing is cut any more.
    func join(_ other: FirstEvents) -> (own: Ordinals, other: Ordinals) {
        var own = Ordinals(base: list == 0 ? 0 : arena[self.own])
        var further = Ordinals(base: other.list == 0 ? 0 : arena[other.own])
        let joined = FirstEvents.ring.make(in: arena, capacity: max(2, count + other.count))
        var ring = joined
        var (next, nextFurther): (Int, Int) = (0, 0)
        func entry(_ index: Int, _ firsts: FirstEvents) -> (event: UInt64, number: UInt64)? {
            guard index < firsts.count else { return nil }
            let place = FirstEvents.ring.entry(index, of: firsts.list, in: arena)
            return (arena[place], arena[place + 1])
        }
        for ordinal in 0..<UInt64(count + other.count) {
            let (mine, theirs) = (entry(next, self), entry(nextFurther, other))
            let isMine = theirs.map { theirs in mine.map { $0.number <= theirs.number } ?? false } ?? true
            guard let taken = isMine ? mine : theirs else { break }
            if isMine {
                own.new.append(ordinal)
                next += 1
            } else {
                further.new.append(ordinal)
                nextFurther += 1
            }
            ring = FirstEvents.ring.push(taken.event, taken.number, onto: ring, in: arena)
        }
        for firsts in [self, other] where firsts.list != 0 {
            FirstEvents.ring.free(firsts.list, in: arena)
            firsts.keyState.setList(3, 0)
        }
        keyState.setList(3, ring)
        return (own, further)
    }

    // MARK: The cut

    /// The partial matches with first events before an ordinal are gone, and of those with that one
    /// the ones whose last event has no greater number than this, though strands may still name
    /// them. Both are 0 to begin with.
    var cut: (start: UInt64, number: UInt64) {
        get { list == 0 ? (0, 0) : (arena[own + 2], arena[own + 3]) }
        nonmutating set { (arena[own + 2], arena[own + 3]) = newValue }
    }

    // MARK: When dead parts are let go of

    /// Counts a link, if any strand forks.
    func countLink(forks: Bool) {
        if forks { arena[own + 1] |= FirstEvents.forked }
        if arena[own + 1] & FirstEvents.forked != 0 { arena[own + 1] += 1 }
    }

    /// Whether so many links were made that strands may have more dead parts than live ones.
    var mayBeDead: Bool {
        guard list != 0 else { return false }
        let state = arena[own + 1]
        return state & FirstEvents.forked != 0 && state & 0xFFFF_FFFF > state >> 32 & 0x7FFF_FFFF
    }

    /// Notes that there are only so many links, none of which is dead.
    func begin(links: Int, forks: Bool) {
        let most = min(max(FirstEvents.linksLeast, links), 1 << 31 - 1)
        arena[own + 1] = UInt64(most) << 32 | (forks ? FirstEvents.forked : 0)
    }
}
