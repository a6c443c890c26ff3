import Events
import Storage

/// A record of the journal, or one line in it, as operators name it: `4096`, or `4096:3` for its third line.
package struct RecordPlace: Hashable, Sendable, CustomStringConvertible {
    package let position: UInt64
    /// From 1; nil for the whole record.
    package let line: Int?

    package init(_ position: UInt64, line: Int? = nil) {
        self.position = position
        self.line = line
    }

    /// Reads what `description` writes; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.utf8.allSatisfy { $0 &- 0x30 < 10 } }),
            let position = UInt64(parts[0])
        else { return nil }
        guard parts.count == 2 else {
            self.init(position)
            return
        }
        guard let line = Int(parts[1]), line > 0 else { return nil }
        self.init(position, line: line)
    }

    package var description: String { line.map { "\(position):\($0)" } ?? "\(position)" }
}

/// A record that was looked for by its place, and what is known of where it came from.
package struct FoundRecord: Sendable {
    package let place: RecordPlace
    package let record: JournalRecord
    /// The file that it stands in.
    package let segment: String
    private let context: JournalContext
    private let origin: MergedOrigin?

    /// Finds a record; nil where none begins at that position, or none has that line.
    package init?(_ place: RecordPlace, in disk: any Disk) throws(JournalFault) {
        guard let first = try JournalScan.segments(of: disk).last(where: { $0 <= place.position }) else { return nil }
        var context = JournalContext()
        let scan = try JournalScan(disk, from: first)
        while scan.position < place.position {
            guard let record = try scan.next(), context.follow(record) else { return nil }
        }
        guard scan.position == place.position, let record = try scan.next(), record.position == place.position else {
            return nil
        }
        self.place = place
        self.record = record
        self.context = context
        segment = JournalFormat.name(first: first)
        origin = record.kind == .merged ? MergedOrigin(of: record.payload) : nil
        if let line = place.line { guard record.holdsLines, line <= record.lineCount else { return nil } }
    }

    /// Which record, or line, it is, in words.
    package var words: String {
        let spot = "the record at place \(place.position) in journal/\(segment)"
        switch record.kind {
        case .lines, .merged:
            guard let line = place.line else {
                return "the \(record.lineCount) lines from \(source(of: 1)) on (\(spot))"
            }
            return "\(source(of: line)) (line \(line) of \(spot))"
        case .time: return "a step of the clock to \(record.time) (\(spot))"
        case .end: return "the end of the input (\(spot))"
        case .context, .source, .configuration, .written: return spot
        }
    }

    /// `line 12 of stdin`, of a line of the record.
    private func source(of line: Int) -> String {
        let place = UInt64(line) - 1
        var (source, number) = (record.source, record.line + place)
        if let run = origin?.runs.last(where: { $0.first <= place }) {
            (source, number) = (run.source, run.line + (place - run.first))
        }
        let name = context.sources.indices.contains(source) ? context.sources[source].name : "an unknown input"
        return "line \(number) of \(name)"
    }

    /// The beginning of the line, for people.
    package var excerpt: String? {
        guard let line = place.line else { return nil }
        let bytes = record.payload.bytes
        var start = 0
        for _ in 1..<line { start = bytes.firstIndex(of: 0x0A, from: start) + 1 }
        let end = min(bytes.firstIndex(of: 0x0A, from: start), start + 200, origin?.byteCount ?? bytes.count)
        guard start < end else { return nil }
        let text = String(decoding: bytes[start..<end].copied, as: UTF8.self)
        let shown = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                ? "\u{FFFD}" : Character(scalar)
        }
        return String(shown)
    }
}

extension JournalRecord {
    /// Whether it holds lines of an input.
    package var holdsLines: Bool { kind == .lines || kind == .merged }
}
