import Events
import Journal
import Storage

/// Writes down what comes to the sequencer.
struct JournalRecorder {
    /// The least time between two notes of what has been written.
    private static let markPause = Duration.milliseconds(100)
    /// How many sources the journal knows at most before it forgets connections.
    private static let sourcesMost = 4096
    /// How many arrivals share one fsync at most.
    private static let groupMost = 64

    private let writer: JournalWriter?
    private let acknowledgements: Acknowledgements
    /// What tells sources apart.
    private struct Key: Hashable {
        let name: ByteName
        let file: Descriptor.Identity?
        let format: InputFormat

        init(_ name: String, _ file: Descriptor.Identity?, _ format: InputFormat) {
            (self.name, self.file, self.format) = (ByteName(name), file, format)
        }
    }

    /// The sources' numbers in the journal.
    private var numbers: [Key: Int] = [:]
    private var marked: UInt64
    private var nextMark = ContinuousClock.now
    /// Whether all that the journal had is taken.
    private(set) var isCaughtUp = false

    init(_ writer: JournalWriter?, _ acknowledgements: Acknowledgements) {
        self.writer = writer
        self.acknowledgements = acknowledgements
        marked = writer?.end ?? 0
        if let writer { learnNumbers(from: writer) }
    }

    private mutating func learnNumbers(from writer: JournalWriter) {
        numbers = [:]
        for (number, source) in writer.context.sources.enumerated() {
            numbers[Key(source.name, source.file, source.format)] = number
        }
    }

    /// Writes down an arrival that is new, and those behind it that are there already where all of them can be made sure
    /// of together.
    /// - Returns: the arrivals that are to have their effect now.
    mutating func record(_ first: Arrival, more arrivals: ReorderBuffer<Arrival>, before sequencer: borrowing Sequencer)
        throws(JournalFault) -> [Arrival]
    {
        guard let writer else { return [first] }
        if case .repeated(.note(.caughtUp)) = first { isCaughtUp = true }
        if case .repeated = first { return [first] }
        var taken: [Arrival] = []
        if let written = try write(first, to: writer, before: sequencer) { taken.append(written) }
        guard !taken.isEmpty else { return [] }
        if writer.settings.fsync == .never { acknowledgements.give(upTo: writer.end) }
        guard writer.settings.fsync == .always else { return taken }
        while taken.count < JournalRecorder.groupMost, let next = arrivals.receiveNow() {
            if let written = try write(next, to: writer, before: sequencer) { taken.append(written) }
        }
        acknowledgements.give(upTo: try writer.synchronize())
        return taken
    }

    /// Writes down that the inputs have ended.
    func end(flushes: Bool) throws(JournalFault) {
        guard let writer else { return }
        var record = JournalRecord(.end)
        record.flushes = flushes
        try writer.append(record)
        if writer.settings.fsync == .always { try writer.synchronize() }
    }

    /// The position up to which everything has been handed on, if it is time to say so to the outputs.
    mutating func mark() -> UInt64? {
        guard let writer else { return nil }
        let now = ContinuousClock.now
        let end = writer.end
        guard now >= nextMark, end > marked + 128 else { return nil }
        marked = end
        nextMark = now + JournalRecorder.markPause
        return end
    }

    /// Writes one arrival down.
    /// - Returns: the arrival, whose lines have their numbers; nil where it has no effect and is passed over.
    private mutating func write(_ arrival: Arrival, to writer: JournalWriter, before sequencer: borrowing Sequencer)
        throws(JournalFault) -> Arrival?
    {
        switch arrival {
        case .batch(var batch):
            if batch.runs.isEmpty {
                var first: UInt64 = 0
                batch.runs = batch.events.parts.map { part in
                    defer { first += UInt64(part.lineCount) }
                    return LineRun(first: first, source: part.source, line: part.source.number(part.lineCount))
                }
            }
            let end = try writer.append(try record(of: batch, to: writer))
            for part in batch.events.parts where part.source.asksForAcknowledgements {
                acknowledgements.add(part.source.lineCount, of: part.source, position: end)
            }
            for part in batch.events.parts where part.receipt != nil { acknowledgements.add(part, position: end) }
            return .batch(batch)
        case .time(let now):
            guard sequencer.moves(at: now) else { return nil }
            try writer.append(JournalRecord(.time, time: now))
        case .barrier(.reload(let reload)):
            try writer.append(JournalRecord(.configuration, payload: reload.configuration.payload))
        case .barrier, .repeated: break
        }
        return arrival
    }

    private mutating func record(of batch: InputBatch, to writer: JournalWriter) throws(JournalFault) -> JournalRecord {
        let events = batch.events
        if numbers.count > JournalRecorder.sourcesMost {
            try writer.forgetSources()
            learnNumbers(from: writer)
        }
        if batch.merged == nil, batch.runs.count == 1 {
            let run = batch.runs[0]
            var record = JournalRecord(
                .lines, source: try number(of: run.source, in: writer), lineCount: events.lineCount,
                time: events.arrival, payload: events.block)
            record.isLive = batch.isLive
            record.isFirst = batch.isFirst
            record.line = run.line
            record.offset = batch.end
            return record
        }
        var runs: [MergedOrigin.Run] = []
        for run in batch.runs {
            runs.append(
                MergedOrigin.Run(first: run.first, source: try number(of: run.source, in: writer), line: run.line))
        }
        var rests: [MergedOrigin.Rest] = []
        for rest in batch.merged?.rests ?? [] {
            rests.append(
                MergedOrigin.Rest(
                    source: try number(of: rest.source, in: writer), lines: rest.lines, offset: rest.offset,
                    offsetLines: rest.offsetLines, mark: rest.mark))
        }
        // What several connections sent is shared with the scanned events; merged lines are nobody else's.
        let block = batch.merged?.block ?? events.block.copied()
        MergedOrigin(runs: runs, rests: rests).append(to: block)
        var record = JournalRecord(.merged, lineCount: events.lineCount, time: events.arrival, payload: block)
        record.isLive = batch.isLive
        return record
    }

    /// A source's number in the journal, which is told of it the first time.
    private mutating func number(of source: LineSource, in writer: JournalWriter) throws(JournalFault) -> Int {
        let key = Key(source.name, source.file, source.format)
        if let number = numbers[key] { return number }
        let number = writer.context.sources.count
        let name = ByteBlock(capacity: 64)
        name.append(JournalSource(name: source.name, file: source.file, format: source.format).bytes)
        try writer.append(JournalRecord(.source, source: number, payload: name))
        numbers[key] = number
        return number
    }
}
