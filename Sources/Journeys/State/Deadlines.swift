import Events
import Storage

/// The pending deadlines of one shard, the earliest first: by time; of one instant those that come behind its events
/// last; then by the place of the event that set them, then by the rule's number.
///
/// A heap with four children to a node, over plain memory. A deadline that no longer holds is not searched for: when it
/// comes due, whoever set it finds that nothing is due, so each rule keeps at most one in here for a customer.
/// Cost: O(log n) to add and to take; 32 bytes each.
struct Deadlines: ~Copyable {
    struct Entry: BitwiseCopyable {
        /// Stands in `place` for what comes behind the events of its instant: so it sorts behind what comes before them.
        private static let behind: UInt64 = 1 << 63
        /// Stands in the kind for what tells a match again.
        private static let again: UInt32 = 1 << 31

        var time: Instant
        /// The place of the event that set it, and whether it comes behind the events of its instant.
        private var place: UInt64
        /// The hash of the customer's id.
        var customer: UInt64
        /// Which kind of the customer's words set it, and whether it tells a match again.
        private var rule: UInt32
        /// What the kind itself needs to find its way: a key state's handle, a threshold's number.
        var detail: UInt32

        init(
            time: Instant, place: UInt64, isSlide: Bool = false, isRetelling: Bool = false, customer: UInt64,
            kind: UInt32, detail: UInt32
        ) {
            self.time = time
            self.place = isSlide ? place | Entry.behind : place
            self.customer = customer
            rule = isRetelling ? kind | Entry.again : kind
            self.detail = detail
        }

        /// Which kind of the customer's words set it.
        var kind: UInt32 {
            get { rule & ~Entry.again }
            set { rule = rule & Entry.again | newValue }
        }
        /// Whether it tells a match again.
        var isRetelling: Bool { rule & Entry.again != 0 }
        /// The place of the event that set it.
        var origin: UInt64 { place & ~Entry.behind }
        /// Whether it comes behind the events of its instant: windows that slide, `when` moments that fall due.
        var isSlide: Bool { place & Entry.behind != 0 }

        static func < (a: Entry, b: Entry) -> Bool {
            // The numbers themselves: what compares instants is a call into another module.
            if a.time.microseconds != b.time.microseconds { return a.time.microseconds < b.time.microseconds }
            if a.place != b.place { return a.place < b.place }
            return a.rule < b.rule
        }
    }

    private(set) var heap = Column<Entry>(capacity: 64)

    var count: Int { heap.count }

    /// The memory of the entries.
    var bytes: Int { heap.count * MemoryLayout<Entry>.stride }

    /// The time of the earliest, or the distant future where there is none.
    @inline(__always)
    var next: Instant { heap.isEmpty ? .distantFuture : heap[0].time }

    /// How many were to be added that are never due, since they lie beyond `last`.
    private(set) var beyond = 0
    /// The end of time: no event can have a later one, and no line could say it. In microseconds, `Instant.latest`.
    private static var last: Int64 { 253_402_300_799_999_999 }

    /// Whether the earliest is due once all before `time` has happened.
    /// - Parameter slides: whether what comes behind the events of its instant is due at `time` itself.
    func isDue(at time: Instant, slides: Bool) -> Bool {
        if heap.isEmpty { return false }
        let first = heap[0]
        if first.time.microseconds != time.microseconds { return first.time.microseconds < time.microseconds }
        return slides || !first.isSlide
    }

    /// Adds a deadline; one beyond the end of time is counted only.
    mutating func add(_ entry: Entry) {
        if entry.time.microseconds > Deadlines.last {
            beyond += 1
            return
        }
        heap.append(entry)
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) >> 2
            let above = heap[parent]
            guard entry < above else { break }
            heap[index] = above
            index = parent
        }
        heap[index] = entry
    }

    /// Takes the earliest out; there must be one.
    mutating func take() -> Entry {
        let first = heap[0]
        let last = heap[heap.count - 1]
        heap.truncate(to: heap.count - 1)
        let count = heap.count
        if count == 0 { return first }
        var index = 0
        while true {
            let child = index << 2 + 1
            if child >= count { break }
            if child >= Deadlines.nearMost { bringNear(16, from: child << 2 + 1) }
            var least = child
            var other = child + 1
            while other < min(child + 4, count) {
                if heap[other] < heap[least] { least = other }
                other += 1
            }
            guard heap[least] < last else { break }
            heap[index] = heap[least]
            index = least
        }
        heap[index] = last
        return first
    }

    /// The entries at the top of the heap that are near by themselves, since each change looks at some of them.
    private static let nearMost = 128

    /// Has entries be near soon, of which one will be looked at: two lie in a line of memory.
    @inline(__always)
    private func bringNear(_ count: Int, from first: Int) {
        for index in stride(from: first, to: first + count + 1, by: 2) { heap.bringNear(index) }
    }

    /// The customers whose deadlines may be due next, behind the earliest: a look ahead.
    @inline(__always)
    func forEachNext(_ body: (UInt64) -> Void) {
        for index in 1..<max(min(5, heap.count), 1) { body(heap[index].customer) }
    }

    /// The customer of the earliest, nil where there is none.
    @inline(__always)
    var nextCustomer: UInt64? { heap.isEmpty ? nil : heap[0].customer }

    /// Takes over a heap as it is.
    mutating func adopt(_ heap: consuming Column<Entry>, beyond: Int) {
        self.heap = heap
        self.beyond = beyond
    }

    /// Goes on counting from another heap's count.
    mutating func goOn(counting beyond: Int) { self.beyond += beyond }
}
