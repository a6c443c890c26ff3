package import Storage

/// How far a file has been read.
package struct SourceRest: Sendable {
    package let source: LineSource
    /// How many of its lines have been taken.
    package var lines: UInt64
    /// A place in it, in bytes, at which a line ends, and how many lines are before it: at most `lines`.
    package var offset: UInt64
    package var offsetLines: UInt64
    /// What stands in the file before that place.
    package var mark = PlaceMark()
}

/// The lines of a merged batch as they came, in their order, and how far its files have been read with it.
package struct MergedLines: Sendable {
    package let block: ByteBlock
    package let rests: [SourceRest]
}

/// A line that was erased, and the time at which its event had been taken.
package struct PassedLine: Sendable, Equatable {
    /// Its place in the batch.
    package let entry: UInt32
    package let time: Instant

    /// - Parameter line: its number in the batch, from 0.
    package init(line: Int, of events: EventBatch, time: Instant) {
        entry = UInt32(clamping: events.entries(ofLine: line).lowerBound)
        self.time = time
    }
}

/// The erased lines of a batch, one after the other.
struct PassedLines {
    private var rest: ArraySlice<PassedLine>
    /// The place of the next one.
    private(set) var next = UInt32.max

    init(_ lines: [PassedLine]) {
        rest = lines[...]
        next = rest.first?.entry ?? .max
    }

    /// The greatest time of those before a place.
    mutating func take(before entry: UInt32) -> Instant? {
        var greatest: Instant?
        while let first = rest.first, first.entry <= entry {
            greatest = max(greatest ?? first.time, first.time)
            rest.removeFirst()
        }
        next = rest.first?.entry ?? .max
        return greatest
    }
}

/// A scanned batch on its way to the sequencer, with what it needs to know about the lines' origin.
package struct InputBatch: Sendable {
    package let events: EventBatch
    /// Whether the input is live, so that an event cannot lie far in the future.
    package let isLive: Bool
    /// Where the lines come from; empty where they are the next ones of `events.parts`.
    package var runs: [LineRun]
    /// Where merged lines are kept as they came.
    package let merged: MergedLines?
    /// Whether it begins its source.
    package let isFirst: Bool
    /// Where in its source, in bytes, its last line ends.
    package let end: UInt64
    /// What stands before that place, where files are merged for a journal.
    package let mark: PlaceMark
    /// The places of lines that were erased, in order, whose times stay.
    package var passed: [PassedLine] = []

    /// A batch of the next lines of its sources, or of lines that come from where `runs` say.
    package init(
        _ events: EventBatch, isLive: Bool, runs: [LineRun] = [], merged: MergedLines? = nil, isFirst: Bool = false,
        end: UInt64 = 0, mark: PlaceMark = PlaceMark()
    ) {
        self.events = events
        self.isLive = isLive
        self.runs = runs
        self.merged = merged
        self.isFirst = isFirst
        self.end = end
        self.mark = mark
    }

    /// The same batch with its events decoded once more.
    package func decoded(again events: EventBatch) -> InputBatch {
        var batch = InputBatch(
            events, isLive: isLive, runs: runs, merged: merged, isFirst: isFirst, end: end, mark: mark)
        batch.passed = passed
        return batch
    }
}
