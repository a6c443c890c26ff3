import Events
import Storage

/// What the matcher has found out at one event or deadline: matches, drop-offs and deadlines, each kind in its order. The
/// shard writes their lines and arms the deadlines.
struct MatchResults: ~Copyable {
    enum Kind: UInt8, BitwiseCopyable {
        case match
        /// A match that was told before.
        case repetition
        /// A partial match that ran out of time.
        case dropOff
    }

    struct Match: BitwiseCopyable {
        var kind: Kind
        /// Where a deadline brought it about, the place of the event that set it.
        var place: UInt64
        /// Which of the events are bound.
        var firstEvent: Int32
        var endEvent: Int32
    }

    /// A deadline of the customer and moment at hand.
    struct Deadline: BitwiseCopyable {
        var time: Instant
        /// The place of the event that sets it.
        var place: UInt64
        /// The handle of what finds at that time whether it still holds.
        var detail: UInt32
        /// Whether it tells a match again.
        var isRepetition = false
    }

    /// Whose matches they are, by its handle.
    private(set) var keyState: UInt32 = 0
    private(set) var matches = Column<Match>()
    /// The events bound, which are held, and their steps.
    private(set) var events = Column<UInt32>()
    private(set) var steps = Column<StepNumber>()
    private(set) var deadlines = Column<Deadline>()
    /// Partial matches dropped because there were too many, and because they bound too many events.
    private(set) var overflowed = 0
    private(set) var outgrown = 0
    private(set) var isEmpty = true

    mutating func append(
        _ kind: Kind, of keyState: UInt32, _ path: borrowing Column<UInt32>, _ steps: borrowing Column<StepNumber>,
        place: UInt64, in arena: Arena
    ) {
        isEmpty = false
        self.keyState = keyState
        let first = Int32(events.count)
        for index in 0..<path.count {
            StoredEvent.retain(path[index], in: arena)
            events.append(path[index])
            self.steps.append(steps[index])
        }
        matches.append(Match(kind: kind, place: place, firstEvent: first, endEvent: Int32(events.count)))
    }

    mutating func append(_ deadline: Deadline) {
        isEmpty = false
        deadlines.append(deadline)
    }

    mutating func countOverflowed(_ count: Int = 1) {
        isEmpty = false
        overflowed += count
    }

    mutating func countOutgrown(_ count: Int) {
        isEmpty = false
        outgrown += count
    }

    mutating func clear(in arena: Arena) {
        for index in 0..<events.count { StoredEvent.release(events[index], in: arena) }
        matches.truncate(to: 0)
        events.truncate(to: 0)
        steps.truncate(to: 0)
        deadlines.truncate(to: 0)
        (keyState, overflowed, outgrown, isEmpty) = (0, 0, 0, true)
    }
}
