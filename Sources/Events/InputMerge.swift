import Storage

/// Merges several inputs by event time, ties by the order of the inputs; within an input its own order is kept.
///
/// A pure state machine: `next` says which input's next batch it needs, or gives a merged batch of copies. It looks only
/// at the first event that is left of each input. Lines without an event go with the event before them in their input,
/// or to its beginning, so that places do not depend on how the inputs were cut into batches.
///
/// Memory: one batch of each input and the merged batch in the making.
package struct InputMerge: ~Copyable {
    /// What is to be done next.
    package enum Step: Sendable {
        /// Offer the next batch of this input, or say that it has ended.
        case needs(source: Int)
        case batch(InputBatch)
        case finished
    }

    /// How large a merged batch becomes: events and rejects, and bytes of text.
    private static let entriesMost = 2048
    private static let textMost = 256 << 10

    /// One input: its batch, what of it is left, and how far its lines are counted.
    private struct Head {
        var events: EventBatch?
        var hasEnded = false
        var nextEvent = 0
        var nextReject = 0
        /// Where the batch comes from, and the number of its first line there.
        var source: LineSource?
        var firstLine: UInt64 = 0
        /// Lines of the batch that are already merged.
        var doneLines = 0
        var time = Instant.distantPast
    }

    private var heads: [Head]
    private var copy = EventBatchCopy(count: 64)
    private var runs: [LineRun] = []
    private var rejects: [Reject] = []
    private var lineCount = 0
    private var arrival = Instant.distantPast

    package init(sources: Int) {
        heads = [Head](repeating: Head(), count: sources)
    }

    /// Gives an input's next batch, after `needs` asked for it.
    package mutating func offer(_ events: EventBatch, of source: Int) {
        precondition(heads[source].events == nil)
        heads[source].events = events
        heads[source].nextEvent = 0
        heads[source].nextReject = 0
        heads[source].doneLines = 0
        precondition(events.parts.count == 1, "what is merged comes from one file at a time")
        heads[source].source = events.parts[0].source
        heads[source].firstLine = events.parts[0].source.number(events.lineCount)
        arrival = events.arrival
        takeLines(of: source)
    }

    /// Says that an input has no more batches.
    package mutating func end(_ source: Int) {
        heads[source].hasEnded = true
    }

    /// What to do next.
    package mutating func next() -> Step {
        while true {
            if copy.count + rejects.count >= InputMerge.entriesMost || copy.textCount >= InputMerge.textMost {
                return .batch(merged())
            }
            var first: Int?
            for source in heads.indices {
                if heads[source].events == nil {
                    if heads[source].hasEnded { continue }
                    return .needs(source: source)
                }
                if let other = first, heads[other].time <= heads[source].time { continue }
                first = source
            }
            guard let first else { break }
            takeEvent(of: first)
        }
        return lineCount > 0 ? .batch(merged()) : .finished
    }

    private mutating func takeEvent(of source: Int) {
        guard let events = heads[source].events else { return }
        let index = heads[source].nextEvent
        count(lines: 1, of: source)
        copy.append(index, of: events, line: lineCount - 1)
        heads[source].nextEvent += 1
        takeLines(of: source)
    }

    /// Takes the lines that hold no event, up to the input's next event or the end of its batch.
    private mutating func takeLines(of source: Int) {
        guard let events = heads[source].events else { return }
        let isDone = heads[source].nextEvent == events.count
        let row = isDone ? EventRow() : events.row(heads[source].nextEvent)
        let end = isDone ? events.lineCount : Int(row.line)
        while heads[source].nextReject < events.rejects.count {
            var reject = events.rejects[heads[source].nextReject]
            if reject.line >= end { break }
            reject.line += lineCount - heads[source].doneLines
            rejects.append(reject)
            heads[source].nextReject += 1
        }
        count(lines: end - heads[source].doneLines, of: source)
        heads[source].time = row.time
        if isDone {
            heads[source].events = nil
        }
    }

    /// Counts the input's next lines as the next ones of the merged batch.
    private mutating func count(lines: Int, of source: Int) {
        guard lines > 0, let origin = heads[source].source else { return }
        if runs.last?.source !== origin {
            let line = heads[source].firstLine + UInt64(heads[source].doneLines)
            runs.append(LineRun(first: UInt64(lineCount), source: origin, line: line))
        }
        heads[source].doneLines += lines
        lineCount += lines
    }

    private mutating func merged() -> InputBatch {
        var done = EventBatchCopy(count: 1024)
        swap(&done, &copy)
        let events = done.finished(arrival: arrival, lineCount: lineCount, rejects: rejects)
        defer {
            runs = []
            rejects = []
            lineCount = 0
        }
        return InputBatch(events, isLive: false, runs: runs)
    }
}
