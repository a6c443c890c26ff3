package import Events
import Storage

/// The records of a journal, and lines in them, that an operator has passed over for good: they stay where they are, and
/// whoever repeats the journal leaves them out.
///
/// They stand in the file `skipped` of the data directory, a place on each line. A line that is
/// passed over by itself is taken for a blank one. The file `erased` has the places of lines that
/// were overwritten with blanks, each with the time at which its event had been taken, in
/// microseconds: so far time has come there.
package struct SkippedRecords: Sendable, Equatable {
    private static let file = "skipped"
    /// More than anybody would pass over by hand.
    private static let bytesMost = 1 << 20
    private static let erasedFile = "erased"
    private static let erasedBytesMost = 1 << 31

    /// By the record's position the lines that are passed over, none of them where it is the whole record.
    private var lines: [UInt64: Set<Int>] = [:]

    /// By the record's position the lines that were erased for good.
    private var erased: [UInt64: [ErasedLine]] = [:]

    /// A line that was overwritten in the journal since somebody is to be forgotten.
    package struct ErasedLine: Sendable, Equatable {
        /// From 1.
        package let line: Int
        /// When its event had been taken: it moved the watermark.
        package let time: Instant

        package init(line: Int, time: Instant) { (self.line, self.time) = (line, time) }
    }

    package init() {}

    /// How many lines were erased.
    package var erasedCount: Int { erased.values.reduce(0) { $0 + $1.count } }

    /// What there is to say of erased lines; nil where there are none.
    package var erasedWords: String? {
        let count = erasedCount
        if count == 0 { return nil }
        return count == 1
            ? "1 line of the journal was erased, and is passed over"
            : "\(count) lines of the journal were erased, and are passed over"
    }

    /// The lines that were erased of a record, in order.
    package func erased(in record: JournalRecord) -> [ErasedLine] { erased[record.position] ?? [] }

    /// Has lines of a record known as erased.
    package mutating func erase(_ lines: [ErasedLine], of position: UInt64) {
        var all = erased[position] ?? []
        all += lines.filter { line in !all.contains { $0.line == line.line } }
        erased[position] = all.sorted { $0.line < $1.line }
    }

    /// How many records there are of which something is passed over.
    package var count: Int { lines.count }

    /// Reads what stands in a data directory.
    package init(in directory: DataDirectory) throws(JournalFault) {
        let folder = Folder(directory.path)
        let text = try SkippedRecords.text(of: folder, SkippedRecords.file, most: SkippedRecords.bytesMost)
        for (index, line) in text.split(separator: "\n").enumerated() {
            guard let place = RecordPlace(line) else {
                throw JournalFault(
                    .damaged,
                    "\(folder.path(of: SkippedRecords.file)): line \(index + 1) is not the place of a record, as 4096 or 4096:3"
                )
            }
            add(place)
        }
        try readErased(in: folder)
    }

    private mutating func readErased(in folder: Folder) throws(JournalFault) {
        let most = SkippedRecords.erasedBytesMost
        let text = try SkippedRecords.text(of: folder, SkippedRecords.erasedFile, most: most)
        for (index, line) in text.split(separator: "\n").enumerated() {
            let words = line.split(separator: " ")
            guard words.count == 2, let place = RecordPlace(words[0]), let number = place.line,
                let time = Int64(words[1])
            else {
                throw JournalFault(
                    .damaged,
                    "\(folder.path(of: SkippedRecords.erasedFile)): line \(index + 1) is not the place of a line and its time, as 4096:3 1767225600000000"
                )
            }
            erased[place.position, default: []].append(
                ErasedLine(line: number, time: Instant(microseconds: time)))
        }
    }

    private static func text(of folder: Folder, _ name: String, most: Int) throws(JournalFault) -> String {
        let path = folder.path(of: name)
        let text = ByteBlock(capacity: 4096)
        do throws(SystemError) {
            let file = try Descriptor(reading: path)
            while text.count < most {
                let got = text.read(from: file.number, most: 1 << 16)
                if got < 0 { throw SystemError(code: Int32(-got)) }
                if got == 0 { break }
            }
        } catch {
            if error == .noSuchFile { return "" }
            throw JournalFault(.cannotOpen, "\(path): cannot be read: \(error)")
        }
        return text.bytes.text
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
        try SkippedRecords.write(text, as: SkippedRecords.file, in: Folder(directory.path))
    }

    /// Writes the erased lines into a data directory whose lock is held. They are there when it returns.
    package func writeErased(in directory: DataDirectory) throws(JournalFault) {
        var text = ""
        for (position, lines) in erased.sorted(by: { $0.key < $1.key }) {
            for line in lines { text += "\(RecordPlace(position, line: line.line)) \(line.time.microseconds)\n" }
        }
        try SkippedRecords.write(text, as: SkippedRecords.erasedFile, in: Folder(directory.path))
    }

    private static func write(_ text: String, as name: String, in folder: Folder) throws(JournalFault) {
        let draft = name + ".new"
        do throws(SystemError) {
            try folder.remove(draft)
            let file = try Descriptor(making: folder.path(of: draft))
            file.writeMessage(text)
            try file.synchronize()
            try folder.rename(draft, to: name)
            try folder.synchronize()
        } catch {
            throw JournalFault("writing", folder.path(of: name), error)
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
