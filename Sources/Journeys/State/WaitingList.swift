import Events
import Storage

/// A moment that has come for a customer, and on which nothing is decided yet.
///
/// The block, in words: 0 its length (low half) and the moment's number (high half); 1 the number in the id of the moment's
/// line; 2 and 3 the times of the first and the last event bound; 4 until when it is held, or `gathering`; 5 the handle of
/// the event that expressions see, 0 for none (low half), and how many events of its steps follow (high half); 6 the place
/// of the event that set it; then a word for each of these, its handle (low half) and its step (high half). It holds these
/// events.
struct WaitingMoment {
    private static let header = 7
    /// What stands for the time of a moment that waits for others to be gathered.
    private static let gathering = Instant.distantFuture

    let arena: Arena
    let handle: UInt32

    private var base: Int { Arena.word(handle) }
    var moment: MomentNumber { MomentNumber(Int(arena[base] >> 32)) }
    var id: UInt64 { arena[base + 1] }
    var start: Instant { Instant(microseconds: Int64(bitPattern: arena[base + 2])) }
    var end: Instant { Instant(microseconds: Int64(bitPattern: arena[base + 3])) }
    /// When it is proposed; nil where it waits for others.
    var until: Instant? {
        let time = Instant(microseconds: Int64(bitPattern: arena[base + 4]))
        return time == WaitingMoment.gathering ? nil : time
    }
    var event: UInt32 { UInt32(truncatingIfNeeded: arena[base + 5]) }
    var boundCount: Int { Int(arena[base + 5] >> 32) }
    var place: UInt64 { arena[base + 6] }

    func bound(_ index: Int) -> (event: UInt32, step: StepNumber) {
        let word = arena[base + WaitingMoment.header + index]
        return (UInt32(truncatingIfNeeded: word), StepNumber(bits: UInt32(word >> 32)))
    }

    init(arena: Arena, handle: UInt32) {
        self.arena = arena
        self.handle = handle
    }

    /// Keeps a moment, with its event, 0 for none, and those bound to its steps, all of which it holds from now on.
    init(
        _ occurrence: Occurrence, until: Instant?, event: UInt32, place: UInt64,
        bound: [(event: UInt32, step: StepNumber)],
        in arena: Arena
    ) {
        let words = WaitingMoment.header + bound.count
        self.arena = arena
        handle = arena.allocate(words)
        arena[base] = UInt64(words) | UInt64(occurrence.moment.index) << 32
        arena[base + 1] = occurrence.id
        arena[base + 2] = UInt64(bitPattern: occurrence.start.microseconds)
        arena[base + 3] = UInt64(bitPattern: occurrence.end.microseconds)
        arena[base + 5] = UInt64(event) | UInt64(bound.count) << 32
        arena[base + 6] = place
        hold(until: until)
        if event != 0 { StoredEvent.retain(event, in: arena) }
        for (index, one) in bound.enumerated() {
            arena[base + WaitingMoment.header + index] = UInt64(one.event) | UInt64(one.step.bits) << 32
            StoredEvent.retain(one.event, in: arena)
        }
    }

    /// Has it wait until a time; nil has it wait for others.
    func hold(until time: Instant?) {
        arena[base + 4] = UInt64(bitPattern: (time ?? WaitingMoment.gathering).microseconds)
    }

    /// Gives the moment the number that it has in another plan.
    func renumber(_ moment: MomentNumber) { arena[base] = arena[base] & 0xFFFF_FFFF | UInt64(moment.index) << 32 }

    func free() {
        if event != 0 { StoredEvent.release(event, in: arena) }
        for index in 0..<boundCount { StoredEvent.release(bound(index).event, in: arena) }
        arena.free(handle, words: Int(arena[base] & 0xFFFF_FFFF))
    }
}

/// The moments of one customer on which nothing is decided yet, in the order in which they came.
///
/// The block, in words: 0 its length (low half) and how many moments there are (high half); 1 the time for which a deadline
/// is set; 2 until when moments are gathered; both `none` where they are not; 3 the place of the event that set the
/// deadline; then a word for each moment, its handle.
struct WaitingList {
    /// The most moments held for one customer.
    static let heldMost = 8
    /// The most moments gathered for one customer: as many are decided on at once.
    static let gatheredMost = 64
    private static let header = 4
    private static let room = 4
    private static let none = Instant.distantFuture

    let arena: Arena
    private(set) var handle: UInt32

    /// The list of a handle; 0 makes an empty one.
    init(arena: Arena, handle: UInt32) {
        self.arena = arena
        self.handle = handle
        guard handle == 0 else { return }
        let words = WaitingList.header + WaitingList.room
        self.handle = arena.allocate(words)
        arena[base] = UInt64(words)
        armed = nil
        gathersUntil = nil
    }

    private var base: Int { Arena.word(handle) }
    private var words: Int { Int(arena[base] & 0xFFFF_FFFF) }
    var count: Int { Int(arena[base] >> 32) }

    /// When the deadline is due that was set last, where one is.
    var armed: Instant? {
        get { time(1) }
        nonmutating set { setTime(1, newValue) }
    }

    /// The place of the event that set it.
    var armedPlace: UInt64 {
        get { arena[base + 3] }
        nonmutating set { arena[base + 3] = newValue }
    }

    /// When the moments are decided on that wait for each other, where there are any.
    var gathersUntil: Instant? {
        get { time(2) }
        nonmutating set { setTime(2, newValue) }
    }

    private func time(_ word: Int) -> Instant? {
        let time = Instant(microseconds: Int64(bitPattern: arena[base + word]))
        return time == WaitingList.none ? nil : time
    }

    private func setTime(_ word: Int, _ time: Instant?) {
        arena[base + word] = UInt64(bitPattern: (time ?? WaitingList.none).microseconds)
    }

    subscript(index: Int) -> WaitingMoment {
        WaitingMoment(
            arena: arena, handle: UInt32(truncatingIfNeeded: arena[base + WaitingList.header + index]))
    }

    /// All moments, in the order in which they came.
    var all: [WaitingMoment] { (0..<count).map { self[$0] } }

    /// When a moment is due.
    func due(_ moment: WaitingMoment) -> Instant { moment.until ?? gathersUntil ?? WaitingList.none }

    mutating func append(_ moment: WaitingMoment) {
        let count = self.count
        if WaitingList.header + count == words {
            let wider = arena.allocate(words * 2)
            let to = Arena.word(wider)
            for word in 0..<WaitingList.header + count { arena[to + word] = arena[base + word] }
            arena[to] = UInt64(words * 2) | UInt64(count) << 32
            arena.free(handle, words: words)
            handle = wider
        }
        arena[base + WaitingList.header + count] = UInt64(moment.handle)
        arena[base] = UInt64(words) | UInt64(count + 1) << 32
    }

    /// Takes moments out of the list, without freeing them.
    func remove(_ isGone: (WaitingMoment) -> Bool) {
        let all = self.all.filter { !isGone($0) }
        for (index, moment) in all.enumerated() {
            arena[base + WaitingList.header + index] = UInt64(moment.handle)
        }
        arena[base] = UInt64(words) | UInt64(all.count) << 32
    }

    /// Frees the list, which is empty.
    func free() { arena.free(handle, words: words) }
}
