import Storage

/// The events that wait for the watermark, and the batches that hold them.
///
/// A binary heap by (time taken, place). An event costs the logarithm of the number that wait, twice, and one copy when
/// its time has come; a batch is kept until the last of its events has left.
struct SequencerWaiting: ~Copyable {
    // Not private: the compiler needs its layout where other modules hold a sequencer.
    /// One event that waits, and where it is held.
    package struct Entry: BitwiseCopyable, Sendable {
        var taken: Instant
        var place: UInt64
        /// The number of the held batch, counted from the first one ever and wrapping round.
        var batch: UInt32
        var index: UInt32

        func precedes(_ other: Entry) -> Bool {
            taken != other.taken ? taken < other.taken : place < other.place
        }
    }

    private struct Held {
        var events: EventBatch
        let firstPlace: UInt64
        let runs: [LineRun]
        var waiting: Int
    }

    private(set) var heap = Column<Entry>()
    /// The batches from number `firstHeld` on; the first of them has events that wait.
    private var held: [Held] = []
    private var firstHeld: UInt32 = 0
    private var released = 0

    /// The place of the first line that may still release an event, if one waits.
    var firstPlace: UInt64? { released < held.count ? held[released].firstPlace : nil }

    /// The events that wait, in no order that means anything.
    var entries: [Entry] { (0..<heap.count).map { heap[$0] } }

    /// Takes a batch whose events follow by `wait`.
    mutating func hold(_ events: EventBatch, firstPlace: UInt64, runs: [LineRun]) {
        held.append(Held(events: events, firstPlace: firstPlace, runs: runs, waiting: 0))
    }

    /// Has all batches that are held decoded once more.
    mutating func scan(by scanner: inout LineScanner) {
        for index in held.indices { held[index].events = scanner.again(waiting: held[index].events) }
    }

    /// Adds an event of the batch held last.
    mutating func wait(_ index: Int, place: UInt64, taken: Instant) {
        held[held.count - 1].waiting += 1
        push(Entry(taken: taken, place: place, batch: firstHeld &+ UInt32(held.count - 1), index: UInt32(index)))
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if !heap[child].precedes(heap[parent]) { break }
            let moved = heap[child]
            heap[child] = heap[parent]
            heap[parent] = moved
            child = parent
        }
    }

    /// The event that is next, if the watermark has reached it.
    func next(upTo watermark: Instant) -> Entry? {
        guard !heap.isEmpty, heap[0].taken <= watermark else { return nil }
        return heap[0]
    }

    /// The batch that an entry's event stands in.
    func events(of entry: Entry) -> EventBatch { held[Int(entry.batch &- firstHeld)].events }

    /// Where an entry's line comes from.
    func run(of entry: Entry) -> LineRun {
        let runs = held[Int(entry.batch &- firstHeld)].runs
        let run = runs[LineRun.index(of: entry.place, in: runs)]
        return LineRun(first: entry.place, source: run.source, line: run.line(of: entry.place))
    }

    /// Lets the next event go.
    mutating func removeNext() {
        let entry = heap[0]
        let last = heap[heap.count - 1]
        heap.truncate(to: heap.count - 1)
        if !heap.isEmpty { sift(last) }
        held[Int(entry.batch &- firstHeld)].waiting -= 1
        dropDone()
    }

    /// Lets those events go of which `isGone` says so.
    mutating func remove(where isGone: (EventBatch, EventRow) -> Bool) {
        let all = entries
        heap = Column<Entry>()
        for index in held.indices { held[index].waiting = 0 }
        for entry in all {
            let batch = held[Int(entry.batch &- firstHeld)].events
            if isGone(batch, batch.row(Int(entry.index))) { continue }
            held[Int(entry.batch &- firstHeld)].waiting += 1
            push(entry)
        }
        dropDone()
    }

    private mutating func sift(_ entry: Entry) {
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(entry) else { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = entry
    }

    /// Forgets the batches at the front that nothing waits in. They leave the array in lots, so that each costs little.
    mutating func dropDone() {
        while released < held.count, held[released].waiting == 0 { released += 1 }
        guard released > 64 || released == held.count else { return }
        held.removeFirst(released)
        firstHeld &+= UInt32(released)
        released = 0
    }
}
