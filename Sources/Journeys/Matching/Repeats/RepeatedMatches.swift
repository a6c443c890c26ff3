import Events
import Storage

/// The matches of one key state that are told again as long as the event that they waited for keeps away: a queue in the
/// order in which they are due, which is that in which they were told.
///
/// Each is a block of words: 0 when it is told next; 1 and 2 the times of its first and its last event; 3 how many events
/// it has bound; then each of these (low half), which it holds, with its step (high half).
struct RepeatedMatches {
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

    /// When the deadline that was noted is due; nil for none.
    var armed: Instant? {
        get { KeyState.instant(keyState.own(word + 1)) }
        nonmutating set { keyState.setOwn(word + 1, KeyState.word(newValue)) }
    }

    var count: Int { ring == 0 ? 0 : RepeatedMatches.queue.count(ring, in: arena) }

    /// The match at a place of the queue.
    subscript(index: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: arena[RepeatedMatches.queue.entry(index, of: ring, in: arena)])
    }

    /// Keeps a match of so many events; who makes it sets them.
    func make(due: Instant, start: Instant, end: Instant, count: Int) -> UInt32 {
        let match = arena.allocate(RepeatedMatches.header + count)
        let base = Arena.word(match)
        arena[base] = UInt64(bitPattern: due.microseconds)
        arena[base + 1] = UInt64(bitPattern: start.microseconds)
        arena[base + 2] = UInt64(bitPattern: end.microseconds)
        arena[base + 3] = UInt64(count)
        return match
    }

    func setEvent(_ index: Int, of match: UInt32, _ event: UInt32, step: StepNumber) {
        StoredEvent.retain(event, in: arena)
        arena[Arena.word(match) + RepeatedMatches.header + index] =
            UInt64(event) | UInt64(step.bits) << 32
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
        UInt32(truncatingIfNeeded: arena[Arena.word(match) + RepeatedMatches.header + index])
    }
    func step(_ index: Int, of match: UInt32) -> StepNumber {
        StepNumber(bits: UInt32(truncatingIfNeeded: arena[Arena.word(match) + RepeatedMatches.header + index] >> 32))
    }

    /// The place of the last event that a match has bound.
    func place(_ match: UInt32) -> UInt64 {
        StoredEvent.place(event(eventCount(match) - 1, of: match), in: arena)
    }

    func append(_ match: UInt32) {
        if ring == 0 {
            ring = RepeatedMatches.queue.make(in: arena, capacity: 1)
            armed = nil
        }
        ring = RepeatedMatches.queue.push(UInt64(match), onto: ring, in: arena)
    }

    /// Takes the first out of the queue, which there must be, and frees the queue where it was the only one.
    func takeFirst() -> UInt32 {
        let match = self[0]
        RepeatedMatches.queue.popFront(ring, in: arena)
        if count == 0 {
            RepeatedMatches.queue.free(ring, in: arena)
            ring = 0
        }
        return match
    }

    /// Lets go of a match that is not in the queue any more.
    func free(_ match: UInt32) {
        for index in 0..<eventCount(match) { StoredEvent.release(event(index, of: match), in: arena) }
        arena.free(match, words: RepeatedMatches.header + eventCount(match))
    }

    /// Lets go of all.
    func free() {
        while count > 0 { free(takeFirst()) }
    }
}
