import Storage

/// The records of a journal, and lines in them, that an operator has passed over for good: they stay where they are, and
/// whoever repeats the journal leaves them out.
///
/// They stand in the file `skipped` of the data directory, a place on each line. A line that is passed over by itself is taken
/// for a blank one.
package struct SkippedRecords: Sendable, Equatable {
    private static let file = "skipped"
    private static let draft = "skipped.new"
    /// More than anybody would pass over by hand.
    private static let bytesMost = 1 << 20

    /// By the record's position the lines that are passed over, none of them where it is the whole record.
    private var lines: [UInt64: Set<Int>] = [:]

    package init() {}

    /// How many records there are of which something is passed over.
    package var count: Int { lines.count }

    /// Reads what stands in a data directory.
    package init(in directory: DataDirectory) throws(JournalFault) {
        let path = Folder(directory.path).path(of: SkippedRecords.file)
        let text = ByteBlock(capacity: 4096)
        do throws(SystemError) {
            let file = try Descriptor(reading: path)
            while text.count < SkippedRecords.bytesMost {
                let got = text.read(from: file.number, most: 4096)
                if got < 0 { throw SystemError(code: Int32(-got)) }
                if got == 0 { break }
            }
        } catch {
            if error == .noSuchFile { return }
            throw JournalFault(.cannotOpen, "\(path): cannot be read: \(error)")
        }
        for (index, line) in text.bytes.text.split(separator: "\n").enumerated() {
            guard let place = RecordPlace(line) else {
                throw JournalFault(
                    .damaged, "\(path): line \(index + 1) is not the place of a record, as 4096 or 4096:3")
            }
            add(place)
        }
    }

    /// Whether what is at a place is passed over, by itself or with its whole record.
    package func contains(_ place: RecordPlace) -> Bool {
        guard let known = lines[place.position] else { return false }
        return known.isEmpty || place.line.map { known.contains($0) } ?? false
    }

    /// Has a record, or a line, passed over as well.
    package mutating func add(_ place: RecordPlace) {
        if contains(place) { return }
        if let line = place.line {
            lines[place.position, default: []].insert(line)
        } else {
            lines[place.position] = []
        }
    }

    /// Writes them into a data directory whose lock is held. They are there when it returns, whatever happens then.
    package func write(in directory: DataDirectory) throws(JournalFault) {
        var text = ""
        for (position, numbers) in lines.sorted(by: { $0.key < $1.key }) {
            if numbers.isEmpty { text += "\(position)\n" }
            for number in numbers.sorted() { text += "\(RecordPlace(position, line: number))\n" }
        }
        let folder = Folder(directory.path)
        do throws(SystemError) {
            try folder.remove(SkippedRecords.draft)
            let file = try Descriptor(making: folder.path(of: SkippedRecords.draft))
            file.writeMessage(text)
            try file.synchronize()
            try folder.rename(SkippedRecords.draft, to: SkippedRecords.file)
            try folder.synchronize()
        } catch {
            throw JournalFault("writing", folder.path(of: SkippedRecords.file), error)
        }
    }

    /// What is left of a record; nil where nothing is.
    package func rest(of record: JournalRecord) -> JournalRecord? {
        guard let numbers = lines[record.position], record.canBeSkipped else { return record }
        if numbers.isEmpty { return nil }
        var bytes = record.payload.bytes.copied
        let end = record.kind == .merged ? MergedOrigin(of: record.payload)?.byteCount ?? 0 : bytes.count
        var number = 1
        for index in 0..<end {
            if bytes[index] == 0x0A {
                number += 1
            } else if numbers.contains(number) {
                bytes[index] = 0x20
            }
        }
        var rest = record
        rest.payload = ByteBlock(capacity: bytes.count)
        rest.payload.append(bytes)
        return rest
    }
}

extension JournalRecord {
    /// Whether the record can be passed over: not what is needed to make sense of those behind it.
    package var canBeSkipped: Bool { holdsLines || kind == .time || kind == .end }
}
