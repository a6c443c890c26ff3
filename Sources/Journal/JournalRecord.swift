package import Events
package import Storage

/// One entry of the journal: something that influenced the output, in its place, or what is needed to make sense of it.
package struct JournalRecord: Sendable {
    /// What a record says; the numbers are the file's.
    package enum Kind: UInt8, Sendable {
        /// What is known, as a `JournalContext`: at the beginning of a segment it repeats what earlier records said;
        /// elsewhere it gives the sources new numbers.
        case context = 1
        /// Whole lines of one source, as they came.
        case lines
        /// Whole lines of several files in the order in which they were merged, and behind them a `MergedOrigin`.
        case merged
        /// The clock has come to `time`.
        case time
        /// Another configuration is followed from here on: a `RecordedConfiguration`.
        case configuration
        /// A source is read for the first time: its name (`JournalSource.bytes`).
        case source
        /// The inputs have ended.
        case end
        /// All that follows from records before the position `offset` has been handed to the outputs. Where a snapshot
        /// stands there, its payload says how long the files among them are (`OutputPlaces`).
        case written
    }

    package var kind: Kind
    /// The number of the source.
    package var source: Int
    package var lineCount: Int
    package var time: Instant
    package var payload: ByteBlock
    package var isLive = false
    package var isFirst = false
    package var flushes = false
    package var line: UInt64 = 0
    package var offset: UInt64 = 0
    /// Where it stands; set by whoever reads or writes it.
    package internal(set) var position: UInt64 = 0
    /// How many words of zero stand between its header and its payload; set by whoever reads or writes it.
    var lead = 0
    /// Up to which position the journal was durable when it was written.
    var durable: UInt64 = 0

    package init(
        _ kind: Kind, source: Int = 0, lineCount: Int = 0, time: Instant = Instant(microseconds: 0),
        payload: ByteBlock = ByteBlock(capacity: 0)
    ) {
        self.kind = kind
        self.source = source
        self.lineCount = lineCount
        self.time = time
        self.payload = payload
    }

    /// The position of the record behind it.
    package var end: UInt64 { position + UInt64(JournalFormat.size(payload: payload.count, lead: lead)) }
}

/// A configuration as it was read: its files, the main one first.
package struct RecordedConfiguration: Sendable, Equatable {
    /// One file, by the path that the configuration gives it.
    package struct File: Sendable, Equatable {
        package let path: String
        package let bytes: [UInt8]

        package init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    package var files: [File]

    package init(files: [File]) { self.files = files }

    /// Whether another one says the same, wherever its files lie.
    package func saysTheSame(as other: RecordedConfiguration) -> Bool {
        files.map(\.bytes) == other.files.map(\.bytes)
    }

    /// The payload of a record that says it.
    package var payload: ByteBlock {
        let block = ByteBlock(capacity: 1024)
        append(to: block)
        return block
    }

    /// The same as bytes of the caller's own.
    package var payloadBytes: [UInt8] {
        let payload = payload
        return withExtendedLifetime(payload) { payload.bytes.copied }
    }

    /// Reads a payload; nil where it is none.
    package init?(_ payload: View<UInt8>) {
        var reader = PayloadReader(payload)
        guard let read = RecordedConfiguration(&reader), reader.isAtEnd else { return nil }
        self = read
    }

    init?(_ reader: inout PayloadReader) {
        files = []
        guard let count = reader.word(), count <= 1 << 16 else { return nil }
        for _ in 0..<count {
            guard let path = reader.text(), let bytes = reader.bytes() else { return nil }
            files.append(File(path: path, bytes: bytes))
        }
    }

    func append(to block: ByteBlock) {
        block.append(word: UInt64(files.count))
        for file in files {
            block.append(counted: Array(file.path.utf8))
            block.append(counted: file.bytes)
        }
    }
}

/// Where lines have come from: an input by its name, and how far it has been read.
package struct JournalSource: Sendable, Equatable {
    package let name: String
    /// Which of the files it is that have, or had, that name, where that is followed.
    package let file: Descriptor.Identity?
    /// The format that its lines were read in.
    package let format: InputFormat
    /// How many of its lines are in the journal.
    package var lines: UInt64 = 0
    /// A place in it, in bytes, at which a line ends, and how many lines are before it: at most `lines`. Reading goes on
    /// there, and leaves out what it has of those.
    package var offset: UInt64 = 0
    package var offsetLines: UInt64 = 0
    /// What stands before that place: of files that are merged, all of it; of others, the last few bytes. Of no bytes where
    /// that is not known.
    package var mark = PlaceMark()
    /// When its last lines arrived; nil where that is not known.
    package var time: Instant?

    package init(name: String, file: Descriptor.Identity? = nil, format: InputFormat = .standard) {
        self.name = name
        self.file = file
        self.format = format
    }

    /// The name as records have it. Where the configuration does not say the format, a zero byte,
    /// the format's text and another zero byte stand in front; where it is one of several files, a
    /// zero byte, the device's and the file's number, as words, stand behind it. No path has a zero
    /// byte.
    package var bytes: [UInt8] {
        let front = format == .standard ? [] : [0] + Array(format.text.utf8) + [0]
        guard let file else { return front + Array(name.utf8) }
        let block = ByteBlock(capacity: name.utf8.count + 17)
        block.append(front + Array(name.utf8) + [0])
        block.append(word: file.device)
        block.append(word: file.inode)
        return block.bytes.copied
    }

    /// A source by its name as records have it.
    package init(_ given: View<UInt8>) {
        var bytes = given
        var format = InputFormat.standard
        if given.count > 1, given[0] == 0 {
            let end = given.firstIndex(of: 0, from: 1)
            format = InputFormat(text: given[1..<end].text) ?? .standard
            bytes = given[min(end + 1, given.count)..<given.count]
        }
        let end = bytes.count - 17
        guard end >= 0, bytes[end] == 0 else {
            self.init(name: bytes.text, format: format)
            return
        }
        let file = Descriptor.Identity(device: bytes.word(at: end + 1), inode: bytes.word(at: end + 9))
        self.init(name: bytes[0..<end].text, file: file, format: format)
    }
}

/// What must be known to make sense of the records behind it.
package struct JournalContext: Sendable, Equatable {
    /// The sources by their numbers.
    package var sources: [JournalSource] = []
    /// The configuration that is followed; nil before the first.
    package var configuration: RecordedConfiguration?
    /// All that follows from records before this position has been handed to the outputs.
    package var written: UInt64 = 0

    package init() {}

    /// The payload of a record that says it.
    package var payload: ByteBlock {
        let block = ByteBlock(capacity: 1024)
        block.append(word: written)
        block.append(word: UInt64(sources.count))
        for source in sources {
            block.append(counted: source.bytes)
            block.append(word: source.lines)
            block.append(word: source.offset)
            block.append(word: source.offsetLines)
        }
        block.append(word: configuration == nil ? 0 : 1)
        configuration?.append(to: block)
        for source in sources {
            block.append(word: source.mark.count)
            block.append(word: source.mark.hash)
        }
        for source in sources { block.append(word: UInt64(bitPattern: source.time?.microseconds ?? .min)) }
        return block
    }

    /// Reads a payload; nil where it is none.
    package init?(_ payload: View<UInt8>) {
        var reader = PayloadReader(payload)
        guard let written = reader.word(), let count = reader.word() else { return nil }
        self.written = written
        for _ in 0..<count {
            guard let name = reader.bytes(), let lines = reader.word(), let offset = reader.word(),
                let offsetLines = reader.word()
            else { return nil }
            var source = View.of(name) { JournalSource($0) }
            source.lines = lines
            source.offset = offset
            source.offsetLines = offsetLines
            sources.append(source)
        }
        guard let known = reader.word(), known <= 1 else { return nil }
        if known == 1 {
            guard let read = RecordedConfiguration(&reader) else { return nil }
            configuration = read
        }
        // Version 1 of the data directory ends here.
        if reader.isAtEnd { return }
        for index in sources.indices {
            guard let count = reader.word(), let hash = reader.word() else { return nil }
            sources[index].mark.count = count
            sources[index].mark.hash = hash
        }
        // And version 2 here.
        if reader.isAtEnd { return }
        for index in sources.indices {
            guard let word = reader.word() else { return nil }
            let time = Int64(bitPattern: word)
            sources[index].time = time == .min ? nil : Instant(microseconds: time)
        }
        guard reader.isAtEnd else { return nil }
    }

    /// What the journal's records before a position say; nil where they cannot be read up to there.
    package init?(at position: UInt64, in disk: any Disk) throws(JournalFault) {
        let first = try JournalScan.segments(of: disk).last { $0 < position }
        let scan = try JournalScan(disk, from: first)
        while scan.position < position {
            guard let record = try scan.next(), follow(record) else { return nil }
        }
        if scan.position != position { return nil }
    }

    /// Takes in what a record says.
    /// - Returns: whether it makes sense behind those before it.
    mutating func follow(_ record: JournalRecord) -> Bool {
        switch record.kind {
        case .context:
            guard let said = JournalContext(record.payload.bytes) else { return false }
            self = said
        case .source:
            guard record.source == sources.count else { return false }
            sources.append(JournalSource(record.payload.bytes))
        case .lines:
            guard record.source < sources.count else { return false }
            let lines = record.line + UInt64(record.lineCount) - 1
            // A line that was too long was cut, so that the payload is not what stands in the file.
            let count = UInt64(record.payload.count)
            var isWhole = record.offset == count || record.offset &- sources[record.source].offset == count
            // And rows of a table may have become objects.
            if isWhole, sources[record.source].format.table != nil {
                isWhole = TableHeader.keepsLines(record.payload.bytes)
            }
            sources[record.source].mark = isWhole ? PlaceMark(behind: record.payload.bytes) : PlaceMark()
            sources[record.source].lines = lines
            sources[record.source].offset = record.offset
            sources[record.source].offsetLines = lines
            sources[record.source].time = record.time
        case .merged:
            guard let origin = MergedOrigin(of: record.payload) else { return false }
            for rest in origin.rests {
                guard rest.source < sources.count else { return false }
                sources[rest.source].lines = rest.lines
                sources[rest.source].offset = rest.offset
                sources[rest.source].offsetLines = rest.offsetLines
                sources[rest.source].mark = rest.mark
            }
        case .configuration:
            guard let said = RecordedConfiguration(record.payload.bytes) else { return false }
            configuration = said
        case .written: written = max(written, record.offset)
        case .time, .end: break
        }
        return true
    }
}

extension JournalRecord {
    /// The sources that it says: the next one, or all.
    package var sources: [JournalSource] {
        switch kind {
        case .source: [JournalSource(payload.bytes)]
        case .context: JournalContext(payload.bytes)?.sources ?? []
        default: []
        }
    }

    /// The configuration that it says, if it says one.
    package var recordedConfiguration: RecordedConfiguration? {
        switch kind {
        case .context: JournalContext(payload.bytes)?.configuration
        case .configuration: RecordedConfiguration(payload.bytes)
        default: nil
        }
    }

    /// The lines that it holds, as a block of the caller's own; nil where it holds none.
    package var lines: ByteBlock? {
        if kind == .lines { return payload }
        guard kind == .merged, let origin = MergedOrigin(of: payload) else { return nil }
        payload.truncate(to: origin.byteCount)
        return payload
    }
}
