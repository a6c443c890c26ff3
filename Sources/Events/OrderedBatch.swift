public import Storage

/// A run of neighbouring places whose lines stand one after the other in one source.
package struct LineRun: Sendable {
    /// The place of the run's first line; while a batch is not sequenced yet, its line in the batch.
    package var first: UInt64
    package var source: LineSource
    /// The first line's number in that source, from 1.
    package var line: UInt64
    /// Whether all its places are those of events in that one line.
    package var isOneLine: Bool

    package init(first: UInt64, source: LineSource, line: UInt64, isOneLine: Bool = false) {
        self.first = first
        self.source = source
        self.line = line
        self.isOneLine = isOneLine
    }

    /// The number of the line in its source whose event has that place.
    func line(of place: UInt64) -> UInt64 { isOneLine ? line : line + (place - first) }
}

/// A line that was not taken, with its place among all lines and where it stands.
package struct PlacedReject: Sendable {
    package var place: UInt64
    package var source: LineSource
    /// The line's number in that source, from 1.
    package var line: UInt64
    package var reject: Reject

    package init(place: UInt64, source: LineSource, line: UInt64, reject: Reject) {
        self.place = place
        self.source = source
        self.line = line
        self.reject = reject
    }
}

/// A batch whose events have their places, the times at which they are taken, and their shards.
///
/// Shards work on the same batch side by side, each on its own rows. All that follows from one batch comes before all
/// that follows from the next. A batch may be without events and only move the watermark.
public final class OrderedBatch: Sendable {
    /// The events themselves, by index in the order of their lines.
    public let events: EventBatch
    /// The place of the batch's first line. Ask `place(_:)` for an event's.
    public let firstPlace: UInt64
    /// Deadlines up to here are due once the batch is done, and windows have slid to just before;
    /// no later event is taken before it.
    package let watermark: Instant
    /// Whether the input ends with this batch, so that nothing more happens at its watermark.
    package let isLast: Bool
    /// No event with a place below this one is still to come.
    package let settledPlace: UInt64
    /// Lines refused before they reached a shard, in order of place.
    package let rejects: [PlacedReject]
    /// The events' places where they do not follow from the lines; else empty.
    @usableFromInline let places: Column<UInt64>
    /// When each event is taken where that differs from its own time for any of them; else empty.
    @usableFromInline let times: Column<Instant>
    private let rows: Column<UInt32>
    /// Where each shard's rows begin, and the end.
    private let starts: [Int]
    private let runs: [LineRun]
    /// Where the key stands under which each event's subject is followed; empty where that is its customer's id.
    private let keys: Column<TextRange>
    /// What has become known at these events about who is who, in order.
    package let changes: [SubjectChange]
    /// The accounts that events count for, in the order of the events.
    package let accounts: [AccountTouch]
    /// Of the changes, the merges of subjects of two shards, in order.
    package let transfers: [StateTransfer]
    /// The first event at which an id that somebody watches turned out to be a subject's; -1 for none.
    package let watchedRow: Int
    /// How many events came before this batch's, in the order in which they are taken.
    @usableFromInline let firstNumber: UInt64

    init(
        events: EventBatch, firstPlace: UInt64, watermark: Instant, settledPlace: UInt64, rejects: [PlacedReject],
        places: consuming Column<UInt64>, times: consuming Column<Instant>, shards: consuming ShardRows,
        runs: [LineRun], isLast: Bool = false, keys: consuming Column<TextRange> = Column(capacity: 4),
        changes: [SubjectChange] = [], accounts: [AccountTouch] = [], transfers: [StateTransfer] = [],
        watchedRow: Int = -1, firstNumber: UInt64 = 0
    ) {
        self.watchedRow = watchedRow
        self.transfers = transfers
        self.firstNumber = firstNumber
        self.accounts = accounts
        self.keys = keys
        self.changes = changes
        self.events = events
        self.firstPlace = firstPlace
        self.watermark = watermark
        self.isLast = isLast
        self.settledPlace = settledPlace
        self.rejects = rejects
        self.places = places
        self.times = times
        starts = shards.starts
        rows = shards.rows
        self.runs = runs
    }

    /// The place of the event at `index` among all input lines, from 0.
    @inlinable @inline(__always)
    public func place(_ index: Int) -> UInt64 {
        places.isEmpty ? firstPlace &+ UInt64(events.row(index).line) : places[index]
    }

    /// The number of the event at `index` in the order in which events are taken, from 1: the same
    /// on any number of shards.
    @inlinable @inline(__always)
    public func number(_ index: Int) -> UInt64 { firstNumber &+ UInt64(index) &+ 1 }

    /// The transfer that a change brings about, where its subjects are of two shards.
    package func transfer(ofChange change: Int) -> StateTransfer? {
        var (low, high) = (0, transfers.count)
        while low < high {
            let middle = (low + high) / 2
            if transfers[middle].change < change { low = middle + 1 } else { high = middle }
        }
        return low < transfers.count && transfers[low].change == change ? transfers[low] : nil
    }

    /// The time at which the event at `index` is taken: its own, or the watermark's where it is late.
    @inlinable @inline(__always)
    public func taken(_ index: Int) -> Instant {
        times.isEmpty ? events.row(index).time : times[index]
    }

    /// Where the line of the event at `index` stands.
    func origin(_ index: Int) -> (source: LineSource, line: UInt64) {
        let place = place(index)
        let run = places.isEmpty ? runs[LineRun.index(of: place, in: runs)] : runs[index]
        return (run.source, run.line(of: place))
    }

    /// The key under which the subject of the event at `index` is followed.
    @inline(__always)
    package func key(_ index: Int, of row: EventRow) -> View<UInt8> {
        events.text(keys.isEmpty ? row.customerID : keys[index])
    }

    /// By index, whether an event goes to any shard.
    func takenRows() -> [Bool] {
        var taken = [Bool](repeating: false, count: events.count)
        for index in 0..<rows.count { taken[Int(rows[index])] = true }
        return taken
    }

    /// The same batch once it is known whose its events are.
    /// - Parameters:
    ///   - events: the same events, under their subjects' names.
    ///   - refused: those that are nobody's.
    func resolved(
        _ events: EventBatch, keys: consuming Column<TextRange>, changes: [SubjectChange],
        refused: [(place: UInt64, reject: Reject)], accounts: [AccountTouch], transfers: [StateTransfer],
        watchedRow: Int, shards: consuming ShardRows
    ) -> OrderedBatch {
        var places = Column<UInt64>(capacity: max(4, self.places.count))
        for index in 0..<self.places.count { places.append(self.places[index]) }
        var times = Column<Instant>(capacity: max(4, self.times.count))
        for index in 0..<self.times.count { times.append(self.times[index]) }
        let all = refused.isEmpty ? rejects : (rejects + placed(refused)).sorted { $0.place < $1.place }
        return OrderedBatch(
            events: events, firstPlace: firstPlace, watermark: watermark, settledPlace: settledPlace, rejects: all,
            places: places, times: times, shards: shards, runs: runs, isLast: isLast, keys: keys, changes: changes,
            accounts: accounts, transfers: transfers, watchedRow: watchedRow, firstNumber: firstNumber)
    }

    /// Which of some places are those of events of this batch.
    package func places(among wanted: Set<UInt64>) -> Set<UInt64> {
        if places.isEmpty {
            let end = firstPlace &+ UInt64(events.lineCount)
            return wanted.filter { $0 >= firstPlace && $0 < end }
        }
        return Set((0..<places.count).lazy.map { self.places[$0] }.filter(wanted.contains))
    }

    /// Among how many shards the events are parted.
    package var shardCount: Int { starts.count - 1 }

    /// The events of one shard, by index, in the order in which they are taken.
    package func rows(ofShard shard: Int) -> View<UInt32> {
        rows.view(starts[shard]..<starts[shard + 1])
    }

    /// A shard's rejects with the lines that they stand on, in order of place.
    package func placed(_ rejects: [(place: UInt64, reject: Reject)]) -> [PlacedReject] {
        guard !rejects.isEmpty else { return [] }
        let sorted = places.isEmpty ? runs : runs.sorted { $0.first < $1.first }
        return rejects.sorted { $0.place < $1.place }.map { found in
            let run = sorted[LineRun.index(of: found.place, in: sorted)]
            return PlacedReject(
                place: found.place, source: run.source, line: run.line(of: found.place), reject: found.reject
            )
        }
    }
}

extension LineRun {
    /// The last of the runs, which are in order, that begins at or before `place`.
    static func index(of place: UInt64, in runs: [LineRun]) -> Int {
        var low = 0
        var high = runs.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if runs[middle].first <= place { low = middle } else { high = middle }
        }
        return low
    }
}

/// The events of a batch by shard: a counting sort of their indexes.
struct ShardRows: ~Copyable {
    /// The mark of an event that goes to no shard.
    static let none = UInt16.max

    private(set) var starts: [Int]
    private(set) var rows: Column<UInt32>

    /// The rows of a batch whose event `index` goes to shard `shardOf[index]`.
    init(_ shardOf: borrowing Column<UInt16>, count: Int) {
        // A column, since an array is asked at each step whether others share it.
        var next = Column<Int>(capacity: count + 1)
        for _ in 0...count { next.append(0) }
        for index in 0..<shardOf.count where shardOf[index] != ShardRows.none {
            next[Int(shardOf[index]) &+ 1] &+= 1
        }
        for shard in 0..<count { next[shard + 1] += next[shard] }
        starts = (0...count).map { next[$0] }
        rows = Column(repeating: 0, count: next[count])
        for index in 0..<shardOf.count where shardOf[index] != ShardRows.none {
            let shard = Int(shardOf[index])
            let place = next[shard]
            rows[place] = UInt32(truncatingIfNeeded: index)
            next[shard] = place &+ 1
        }
    }
}
