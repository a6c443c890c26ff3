package import Storage

/// Merges several inputs by event time, ties by the order of the inputs; within an input its own order is kept.
///
/// A pure state machine: `next` says which input's next batch it needs, or gives a merged batch of copies. It looks only
/// at the first event that is left of each input. Lines without an event go with the event before them in their input,
/// or to its beginning, so that places do not depend on how the inputs were cut into batches.
///
/// An input that is cut, since the run was told to stop, has more that nobody knows: then nothing is taken any more whose
/// place depends on it. What is left is read again when the run goes on. Where there is an input that cannot be read again,
/// such as a pipe, that is merged to its end first.
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
        /// Whether it goes on behind its end.
        var isCut = false
        /// Whether what is not taken can be read again.
        var isRepeatable = true
        var nextEvent = 0
        var nextReject = 0
        /// Where the batch comes from, and the number of its first line there.
        var source: LineSource?
        var firstLine: UInt64 = 0
        /// Lines of the batch that are already merged, and how many of them are kept.
        var doneLines = 0
        var keptLines = 0
        /// A place of the file before which all is merged, and the number of lines before it; and where the batch ends.
        var offset: UInt64 = 0
        var offsetLines: UInt64 = 0
        var batchEnd: UInt64 = 0
        /// What stands before the former, and before the latter.
        var mark = PlaceMark()
        var batchMark = PlaceMark()
        /// How many bytes of the batch's lines are already merged.
        var doneBytes = 0
        var time = Instant.distantPast
    }

    private var heads: [Head]
    private var copy = EventBatchCopy(count: 64)
    private var runs: [LineRun] = []
    private var rejects: [Reject] = []
    private var lineCount = 0
    /// How many places these lines take, and which of them take other than one.
    private var entryCount = 0
    private var stretches: [LineStretch] = []
    /// Under which formats these lines were read.
    private var formats: Set<ByteName> = []
    private var arrival = Instant.distantPast
    /// The merged lines as they came; nil where nobody asks for them.
    private var kept: ByteBlock?

    package init(sources: Int) {
        heads = [Head](repeating: Head(), count: sources)
    }

    /// How far a file has been read: a place in bytes, how many lines are before it, and what stands there; and whether it is
    /// a file, of which what is not taken can be read again.
    package struct Place: Sendable {
        let offset: UInt64
        let lines: UInt64
        let mark: PlaceMark
        let isRepeatable: Bool

        package init(offset: UInt64, lines: UInt64, mark: PlaceMark = PlaceMark(), isRepeatable: Bool = true) {
            self.offset = offset
            self.lines = lines
            self.mark = mark
            self.isRepeatable = isRepeatable
        }
    }

    /// A merge whose batches say what their lines were and how far the files have been read.
    package init(keepingFrom places: [Place]) {
        heads = places.map { place in
            Head(
                isRepeatable: place.isRepeatable, offset: place.offset, offsetLines: place.lines, mark: place.mark)
        }
        kept = ByteBlock(capacity: InputMerge.textMost)
    }

    /// Gives an input's next batch, after `needs` asked for it. `end` is where the batch ends in
    /// the file, in bytes, and `mark` what stands before that.
    package mutating func offer(
        _ events: EventBatch, of source: Int, end: UInt64 = 0, mark: PlaceMark = PlaceMark()
    ) {
        precondition(heads[source].events == nil)
        heads[source].batchEnd = end
        heads[source].batchMark = mark
        heads[source].events = events
        heads[source].nextEvent = 0
        heads[source].nextReject = 0
        heads[source].doneLines = 0
        heads[source].keptLines = 0
        precondition(events.parts.count == 1, "what is merged comes from one file at a time")
        heads[source].source = events.parts[0].source
        heads[source].firstLine = events.parts[0].source.number(events.lineCount)
        let isFirst = heads[source].firstLine == 1
        heads[source].doneBytes = isFirst && events.block.bytes.beginsWithByteOrderMark ? 3 : 0
        arrival = events.arrival
        takeLines(of: source)
    }

    /// Says that an input has no more batches, because it has ended, or because it is cut.
    package mutating func end(_ source: Int, isCut: Bool = false) {
        heads[source].hasEnded = true
        heads[source].isCut = isCut
    }

    /// What to do next.
    package mutating func next() -> Step {
        while true {
            if copy.count + rejects.count >= InputMerge.entriesMost || copy.textCount >= InputMerge.textMost {
                return .batch(merged())
            }
            var first: Int?
            var isCut = false
            for source in heads.indices {
                if heads[source].events == nil {
                    if heads[source].isCut, areRepeatable { return last() }
                    isCut = isCut || heads[source].isCut
                    if heads[source].hasEnded { continue }
                    return .needs(source: source)
                }
                if let other = first, heads[other].time <= heads[source].time { continue }
                first = source
            }
            guard let first else { break }
            // Only for those that cannot be read again.
            if isCut, !heads.contains(where: { !$0.isRepeatable && $0.events != nil }) { break }
            takeEvent(of: first)
        }
        return last()
    }

    private var areRepeatable: Bool { heads.allSatisfy(\.isRepeatable) }

    private mutating func last() -> Step { lineCount > 0 ? .batch(merged()) : .finished }

    private mutating func takeEvent(of source: Int) {
        guard let events = heads[source].events else { return }
        // All events of a line go together, since the line is one.
        let line = events.line(ofEntry: Int(events.row(heads[source].nextEvent).line))
        let entries = events.entries(ofLine: line)
        let shift = entryCount - entries.lowerBound
        keep(throughLine: line, of: source)
        countLines(upTo: line + 1, of: source)
        while heads[source].nextEvent < events.count {
            let index = heads[source].nextEvent
            let entry = Int(events.row(index).line)
            guard entries.contains(entry) else { break }
            copy.append(index, of: events, line: entry + shift)
            heads[source].nextEvent += 1
        }
        takeRejects(before: entries.upperBound, shift: shift, of: source)
        takeLines(of: source)
    }

    /// Takes the lines that hold no event, up to the input's next event or the end of its batch.
    private mutating func takeLines(of source: Int) {
        guard let events = heads[source].events else { return }
        let isDone = heads[source].nextEvent == events.count
        let row = isDone ? EventRow() : events.row(heads[source].nextEvent)
        let end = isDone ? events.lineCount : events.line(ofEntry: Int(row.line))
        let first = events.entries(ofLine: heads[source].doneLines).lowerBound
        takeRejects(before: events.entries(ofLine: end).lowerBound, shift: entryCount - first, of: source)
        if end > 0 { keep(throughLine: isDone ? events.lineCount - 1 : end - 1, of: source) }
        if isDone { keep(upTo: events.block.count, of: source) }
        countLines(upTo: end, of: source)
        heads[source].time = row.time
        if isDone {
            heads[source].offset = heads[source].batchEnd
            heads[source].mark = heads[source].batchMark
            heads[source].offsetLines = heads[source].firstLine + UInt64(heads[source].doneLines) - 1
            heads[source].events = nil
        }
    }

    /// Keeps the input's next lines, up to a place of its batch, as they came.
    private mutating func keep(upTo end: Int, of source: Int) {
        guard let kept, let events = heads[source].events, heads[source].doneBytes < end else { return }
        let bytes = events.block.bytes
        kept.append(bytes[heads[source].doneBytes..<min(end, bytes.count)])
        if kept.lastIndex(of: 0x0A) != kept.count - 1 { kept.append(0x0A) }
        heads[source].doneBytes = end
    }

    /// Takes the input's next rejects, those before a place of its batch.
    private mutating func takeRejects(before end: Int, shift: Int, of source: Int) {
        guard let events = heads[source].events else { return }
        while heads[source].nextReject < events.rejects.count {
            var reject = events.rejects[heads[source].nextReject]
            if reject.line >= end { break }
            reject.line += shift
            rejects.append(reject)
            heads[source].nextReject += 1
        }
    }

    /// Keeps the input's next lines, up to and with one of its batch, as they came.
    private mutating func keep(throughLine line: Int, of source: Int) {
        guard kept != nil, let events = heads[source].events else { return }
        let bytes = events.block.bytes
        var end = heads[source].doneBytes
        var left = line + 1 - heads[source].keptLines
        while left > 0, end < bytes.count {
            end = bytes.firstIndex(of: 0x0A, from: end) + 1
            left -= 1
        }
        heads[source].keptLines = max(heads[source].keptLines, line + 1)
        keep(upTo: min(end, bytes.count), of: source)
    }

    /// Counts the input's next lines, up to one of its batch, as the next ones of the merged batch.
    private mutating func countLines(upTo end: Int, of source: Int) {
        guard let events = heads[source].events else { return }
        var line = heads[source].doneLines
        for stretch in events.stretches(inLines: line..<max(line, end)) {
            count(lines: stretch.line - line, of: source)
            stretches.append(LineStretch(line: lineCount, first: entryCount, count: stretch.count))
            count(lines: 1, of: source)
            entryCount += stretch.count - 1
            line = stretch.line + 1
        }
        count(lines: end - line, of: source)
    }

    /// Counts the input's next lines as the next ones of the merged batch.
    private mutating func count(lines: Int, of source: Int) {
        guard lines > 0, let origin = heads[source].source, let events = heads[source].events else { return }
        formats.insert(ByteName(events.extras.formats))
        if runs.last?.source !== origin {
            let line = heads[source].firstLine + UInt64(heads[source].doneLines)
            runs.append(LineRun(first: UInt64(lineCount), source: origin, line: line))
        }
        heads[source].doneLines += lines
        lineCount += lines
        entryCount += lines
    }

    private mutating func merged() -> InputBatch {
        var done = EventBatchCopy(count: 1024)
        swap(&done, &copy)
        let extras = EventBatch.Extras(
            stretches: stretches, dropped: 0, timeless: done.timelessCount,
            formats: formats.count == 1 ? formats.removeFirst().text : EventBatch.Extras.otherFormats)
        let events = done.finished(
            arrival: arrival, lineCount: lineCount, rejects: rejects.sorted { $0.line < $1.line }, extras: extras)
        defer {
            runs = []
            rejects = []
            stretches = []
            formats = []
            lineCount = 0
            entryCount = 0
        }
        return InputBatch(events, isLive: false, runs: runs, merged: takeKept())
    }

    private mutating func takeKept() -> MergedLines? {
        guard let block = kept else { return nil }
        kept = ByteBlock(capacity: block.count)
        let rests = heads.compactMap { head in
            head.source.map { source in
                SourceRest(
                    source: source, lines: head.firstLine + UInt64(head.doneLines) - 1, offset: head.offset,
                    offsetLines: head.offsetLines, mark: head.mark)
            }
        }
        return MergedLines(block: block, rests: rests)
    }
}

extension View<UInt8> {
    /// Whether it begins with the byte order mark that UTF-8 does not need.
    var beginsWithByteOrderMark: Bool { count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF }
}
