package import Storage

/// What a sequencer knows between two batches: its numbers, and with a disorder the events that wait, as their lines.
/// How many lines each source has had is the sources' own.
extension Sequencer {
    /// Puts the sequencer into an image; nothing may be ready any more. Lines that wait are copied.
    package func add(to image: StateImage) {
        precondition(ready == nil && !isOwing && rejects.isEmpty, "a sequencer is asked between two batches")
        image.put(label: "sequencer")
        for time in [watermark, greatest, lastArrival, watermarkAtArrival] { image.put(Int(time.microseconds)) }
        for count in [nextPlace, eventCount, lateCount] { image.put(count) }
        waiting.add(to: image)
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
        try waiting.restore(from: reader, scanner: &scanner)
        guard try reader.flag() == (identity != nil) else { throw .unfit("ids are found in another way") }
        try identity?.restore(from: reader)
    }
}

extension SequencerWaiting {
    /// How many bytes of lines are decoded together.
    private static let textMost = 1 << 20

    /// Puts in each event that waits, by place: when it is taken, its place, where its line stands, its own time, the
    /// arrival of its batch, and the line.
    func add(to image: StateImage) {
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
            let mark: UInt64 = format.table == nil ? 0 : 1 << 63
            image.put(mark | UInt64(format.number) << 32 | UInt64(row.element))
            if let table = format.table { image.put(table.text) }
            image.put(events.text(row.lineText))
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
            let events = try lot.scanned(by: &scanner)
            hold(events, firstPlace: lot.runs[0].first, runs: lot.runs)
            for index in 0..<events.count { wait(index, place: lot.runs[index].first, taken: lot.taken[index]) }
        }
    }

    /// Events that are decoded together.
    private struct Lot {
        let block = ByteBlock(capacity: 4096)
        var runs: [LineRun] = []
        var taken: [Instant] = []
        private var times: [Instant] = []
        private var rows: [(format: InputFormat, element: UInt32)] = []
        private var arrival = Instant.distantPast
        private var tables: [ByteName: TableHeader] = [:]

        mutating func add(from reader: StateReader, _ sources: inout NamedSources) throws(StateFault) {
            taken.append(try reader.instant())
            times.append(try reader.instant())
            arrival = try reader.instant()
            let place = try reader.word()
            let source = sources[try reader.text()]
            runs.append(LineRun(first: place, source: source, line: try reader.word()))
            let origin = try reader.word()
            var format = InputFormat(number: UInt32((origin << 1) >> 33))
            if origin >> 63 == 1 {
                let text = try reader.text()
                guard let table = tables[ByteName(text)] ?? TableHeader(text: text) else {
                    throw .unfit("the header of a table cannot be read")
                }
                tables[ByteName(text)] = table
                format = format.ofRows(of: table)
            }
            rows.append((format, UInt32(truncatingIfNeeded: origin)))
            block.append(try reader.bytes())
            block.append(UInt8(ascii: "\n"))
        }

        func scanned(by scanner: inout LineScanner) throws(StateFault) -> EventBatch {
            let events = scanner.scan(block, arrival: arrival, isFirst: false, .rows(rows)) { _ in [] }
            guard events.count == runs.count else {
                throw .unfit("lines that wait are no events as this version reads them")
            }
            return events.with(lines: Array(0..<UInt32(times.count)), times: times, of: events)
        }
    }
}

extension LineScanner {
    /// The events of a batch once more, decoded as this scanner's projection reads them; all else stays as it is. Lines as
    /// they came are read anew where formats have changed.
    package mutating func again(_ batch: EventBatch, isFirst: Bool = false) -> EventBatch {
        if batch.extras.formats != formats.key, !batch.parts.isEmpty {
            return scan(batch.block, arrival: batch.arrival, isFirst: isFirst, .parts(batch.parts)) { _ in batch.parts }
        }
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

extension StateReader {
    /// The next instant.
    package func instant() throws(StateFault) -> Instant { Instant(microseconds: Int64(try number())) }
}

extension StateImage {
    /// Puts in an instant.
    package func put(_ instant: Instant) { put(Int(instant.microseconds)) }
}
