package import Storage

/// What a sequencer knows between two batches: its numbers, and with a disorder the events that wait, as their lines.
/// How many lines each source has had is the sources' own.
extension Sequencer {
    /// Puts the sequencer into an image; nothing may be ready any more. Lines that wait are copied.
    package func add(to image: StateImage) {
        precondition(ready == nil && !isOwing && rejects.isEmpty, "a sequencer is asked between two batches")
        image.put(label: "sequencer")
        for time in [watermark, greatest, lastArrival, watermarkAtArrival] { image.put(Int(time.microseconds)) }
        for count in [nextPlace, eventCount, lateCount, numbered] { image.put(count) }
        waiting.add(to: image, formats: settings.formats.key)
        image.put(identity != nil)
        identity?.add(to: image)
    }

    /// Makes a new sequencer what an image says.
    ///
    /// - Parameter scanner: decodes the lines that wait, as the shards' plan reads them.
    package mutating func restore(from reader: StateReader, scanner: inout LineScanner) throws(StateFault) {
        try reader.expect(label: "sequencer")
        watermark = try reader.instant()
        greatest = try reader.instant()
        lastArrival = try reader.instant()
        watermarkAtArrival = try reader.instant()
        nextPlace = try reader.word()
        eventCount = try reader.word()
        lateCount = try reader.word()
        numbered = try reader.word()
        try waiting.restore(from: reader, scanner: &scanner)
        guard try reader.flag() == (identity != nil) else { throw .unfit("ids are found in another way") }
        try identity?.restore(from: reader)
    }
}

extension SequencerWaiting {
    /// How many bytes of lines are decoded together.
    private static let textMost = 1 << 20

    /// In the word of an event's format: its line is a row of a table, whose header follows; the line was read in another way
    /// than the plan has now, so that what was read follows.
    fileprivate static let tableMark: UInt64 = 1 << 63
    fileprivate static let readMark: UInt64 = 1 << 62

    /// Puts in each event that waits, by place: when it is taken, its place, where its line stands, its own time, the
    /// arrival of its batch, and the line.
    func add(to image: StateImage, formats: String) {
        image.put(heap.count)
        for entry in entries.sorted(by: { $0.place < $1.place }) {
            let events = events(of: entry)
            let row = events.row(Int(entry.index))
            let run = run(of: entry)
            for time in [entry.taken, row.time, events.arrival] { image.put(Int(time.microseconds)) }
            image.put(entry.place)
            image.put(run.source.name)
            image.put(run.line)
            let format = events.format(of: row)
            let isAsRead = events.extras.formats != formats
            let marks = (format.table == nil ? 0 : Self.tableMark) | (isAsRead ? Self.readMark : 0)
            image.put(marks | UInt64(format.number) << 32 | UInt64(row.element))
            if let table = format.table { image.put(table.text) }
            image.put(events.text(row.lineText))
            if isAsRead { events.add(row, to: image) }
        }
    }

    mutating func restore(from reader: StateReader, scanner: inout LineScanner) throws(StateFault) {
        var left = try reader.count(of: 64)
        var sources = NamedSources()
        while left > 0 {
            var lot = Lot()
            while left > 0, lot.block.count < SequencerWaiting.textMost {
                try lot.add(from: reader, &sources)
                left -= 1
            }
            let scanned = try lot.scanned(by: &scanner)
            let parts = [(events: scanned, lines: lot.lines), (scanner.asRead(lot.eventsAsRead), lot.linesAsRead)]
            for (events, lines) in parts.filter({ !$1.runs.isEmpty }).sorted(by: { $0.1.first < $1.1.first }) {
                hold(events, firstPlace: lines.first, runs: lines.runs)
                for index in 0..<events.count { wait(index, place: lines.runs[index].first, taken: lines.taken[index]) }
            }
        }
    }

    /// Events that are decoded together.
    private struct Lot {
        /// Where lines stand, and when their events are taken.
        struct Lines {
            var runs: [LineRun] = []
            var taken: [Instant] = []
            var times: [Instant] = []

            var first: UInt64 { runs.first?.first ?? .max }

            mutating func add(_ run: LineRun, taken: Instant, time: Instant) {
                runs.append(run)
                self.taken.append(taken)
                times.append(time)
            }
        }

        let block = ByteBlock(capacity: 4096)
        private(set) var lines = Lines()
        private var rows: [(format: InputFormat, element: UInt32)] = []
        /// Those that are not read again.
        private(set) var linesAsRead = Lines()
        private var asRead = ReadEvents()
        private var arrival = Instant.distantPast
        private var tables: [ByteName: TableHeader] = [:]

        mutating func add(from reader: StateReader, _ sources: inout NamedSources) throws(StateFault) {
            let taken = try reader.instant()
            let time = try reader.instant()
            arrival = try reader.instant()
            let place = try reader.word()
            let source = sources[try reader.text()]
            let run = LineRun(first: place, source: source, line: try reader.word())
            let origin = try reader.word()
            var format = InputFormat(number: UInt32((origin << 2) >> 34))
            if origin & SequencerWaiting.tableMark != 0 {
                let text = try reader.text()
                guard let table = tables[ByteName(text)] ?? TableHeader(text: text) else {
                    throw .unfit("the header of a table cannot be read")
                }
                tables[ByteName(text)] = table
                format = format.ofRows(of: table)
            }
            let element = UInt32(truncatingIfNeeded: origin)
            if origin & SequencerWaiting.readMark != 0 {
                linesAsRead.add(run, taken: taken, time: time)
                return try asRead.add(from: reader, time: time, format: format, element: element)
            }
            lines.add(run, taken: taken, time: time)
            rows.append((format, element))
            block.append(try reader.bytes())
            block.append(UInt8(ascii: "\n"))
        }

        /// The events that are not read again.
        var eventsAsRead: EventBatch { asRead.batch(arrival: arrival) }

        func scanned(by scanner: inout LineScanner) throws(StateFault) -> EventBatch {
            let events = scanner.scan(block, arrival: arrival, isFirst: false, .rows(rows)) { _ in [] }
            guard events.count == lines.runs.count else {
                throw .unfit("lines that wait are no events as this version reads them")
            }
            return events.with(lines: Array(0..<UInt32(lines.times.count)), times: lines.times, of: events)
        }
    }
}

extension LineScanner {
    /// A batch that comes behind a new configuration, decoded as this scanner reads it. Where formats have changed its lines
    /// are read anew; where they have not, all but what is decoded stays as it is.
    package mutating func again(_ batch: InputBatch) -> InputBatch {
        let events = batch.events
        if isRead(events) { return batch.decoded(again: decoded(again: events)) }
        var (block, parts) = (events.block, events.parts)
        if let merged = batch.merged {
            parts = LinePart.parts(batch.runs, lineCount: events.lineCount)
            block = merged.block.copied(lines: events.lineCount)
        }
        if parts.isEmpty { return batch.decoded(again: asRead(events)) }
        let scanned = scan(block, arrival: events.arrival, isFirst: batch.isFirst, .parts(parts)) { _ in events.parts }
        return batch.decoded(again: scanned)
    }

    /// Events that came before a new configuration and wait, decoded as this scanner reads them. Where formats have changed
    /// they stay what they were read as.
    mutating func again(waiting events: EventBatch) -> EventBatch {
        isRead(events) ? decoded(again: events) : asRead(events)
    }

    /// Whether the lines of a batch were read as this scanner reads them.
    package func isRead(_ events: EventBatch) -> Bool { events.extras.formats == formats.key }

    /// Events as they were read, for this scanner's plan.
    fileprivate func asRead(_ events: EventBatch) -> EventBatch {
        events.asRead(planVersion: planVersion) { Int32(keys.tree.type($0)) }
    }

    private mutating func decoded(again batch: EventBatch) -> EventBatch {
        let block = ByteBlock(capacity: 256)
        for index in 0..<batch.count {
            block.append(batch.text(batch.row(index).lineText))
            block.append(UInt8(ascii: "\n"))
        }
        let rows = (0..<batch.count).map { batch.row($0) }
        let origins = rows.map { (format: batch.format(of: $0), element: $0.element) }
        let events = scan(block, arrival: batch.arrival, isFirst: false, .rows(origins)) { _ in batch.parts }
        // Another plan may read formats in another way; then what the events are stays, and nothing is read of them.
        if events.count != batch.count { return batch.withoutFields(planVersion: planVersion) }
        return events.with(lines: rows.map(\.line), times: rows.map(\.time), of: batch)
    }
}

extension ByteBlock {
    /// A copy of the first lines: where they come from may stand behind them.
    fileprivate func copied(lines count: Int) -> ByteBlock {
        var end = 0
        for _ in 0..<count where end < bytes.count { end = min(bytes.firstIndex(of: 0x0A, from: end) + 1, bytes.count) }
        let copy = ByteBlock(capacity: end)
        copy.append(bytes[0..<end])
        return copy
    }
}

extension StateReader {
    /// The next instant.
    package func instant() throws(StateFault) -> Instant { Instant(microseconds: Int64(try number())) }
}

extension StateImage {
    /// Puts in an instant.
    package func put(_ instant: Instant) { put(Int(instant.microseconds)) }
}
