import Endpoints
import Events
import Journal
import Storage

extension Command {
    /// `journeyd journal cat`, `journeyd journal skip` and `journeyd journal erase`.
    static let journal = Command(
        name: "journal", operands: "cat|skip|erase [PLACE|ID...]", operandCount: 1...1024,
        summary: "show what a data directory's journal holds, pass over a record of it, or erase a person's lines",
        explanation: """
            journal cat writes the lines of the journal as they came, in the order in which they were taken. It may look on
            while a run writes; it ends at the last whole record. Where older records were removed it says so.
            journal skip PLACE passes over a record, or a line of one, that ends the run whenever it is repeated: PLACE is
            what the run says at its next start. From then on the line is taken for a blank one. That is final.
            journal erase ID... overwrites all lines of the persons who are known by these ids: in the journal, in spools,
            in dead letters and in rejected lines. The state stays as it is, without them. Their times stay, so that a
            replay knows what time it was. Copies and backups, files with decisions and other systems keep what they have.
            """,
        flags: [
            Flag("--data-dir", "DIR", "the data directory"),
            Flag("--rejects", "FILE", "erase: the file with rejected lines of the runs, or with dead letters"),
            Flag("--output", "FILE", "erase: the file with lines of the runs, which goes on to be written"),
        ]
    ) { arguments throws(CommandFault) in
        let verb = arguments.operands[0]
        guard ["cat", "skip", "erase"].contains(verb) else {
            throw CommandFault(
                .usage,
                "journeyd journal: \"\(verb)\" is not known; write journeyd journal cat, journal skip or journal erase")
        }
        guard let path = arguments["--data-dir"] else {
            throw CommandFault(.usage, "journeyd journal \(verb): --data-dir is missing; write --data-dir DIR")
        }
        if verb == "skip" { return try JournalSkip.run(Array(arguments.operands.dropFirst()), in: path) }
        if verb == "erase" { return try await JournalErase(arguments, in: path).run() }
        if arguments.operands.count > 1 {
            throw CommandFault(
                .usage, "journeyd journal cat: \"\(arguments.operands[1])\" is one too many; write journeyd journal cat"
            )
        }
        do throws(JournalFault) {
            let directory = try DataDirectory.look(at: path)
            let disk = directory.journal
            if let first = try RecordedPast.firstArrival(in: disk) {
                CommandLineProgram.report(
                    "\(path): the journal begins with what arrived at \(first); older records were removed")
            }
            let skipped = try SkippedRecords(in: directory)
            if let words = skipped.erasedWords { CommandLineProgram.report("\(path): \(words)") }
            return try cat(JournalScan(disk), without: skipped)
        } catch {
            throw CommandFault(error)
        }
    }

    /// Writes the lines of all records to standard output; rows of tables as JSON objects.
    private static func cat(
        _ scan: JournalScan, without skipped: SkippedRecords
    ) throws(JournalFault) -> ExitStatus {
        var writer = Output.standard.writer
        var formats: [InputFormat] = []
        while let record = try scan.next() {
            if record.kind == .context { formats = [] }
            formats += record.sources.map(\.format)
            guard let rest = skipped.rest(of: record) else { continue }
            let runs = runs(of: rest)
            guard let taken = rest.lines else { continue }
            let lines = readable(taken, runs, formats)
            // The last line of an input may lack its end.
            if lines.lastIndex(of: 0x0A) != lines.count - 1 { lines.append(0x0A) }
            do throws(EndpointFault) {
                try writer.write(lines)
            } catch {
                if error.kind == .readerGone { return .done }
                throw JournalFault(.failed, error.description)
            }
        }
        return .done
    }

    /// Where the lines of a record come from: the first of each run, and the source's number.
    private static func runs(of record: JournalRecord) -> [(first: UInt64, source: Int)] {
        guard record.kind == .merged, let origin = MergedOrigin(of: record.payload) else { return [(0, record.source)] }
        return origin.runs.map { ($0.first, $0.source) }
    }

    /// The lines of a record as JSON, where some are rows of tables.
    private static func readable(
        _ lines: ByteBlock, _ runs: [(first: UInt64, source: Int)], _ formats: [InputFormat]
    ) -> ByteBlock {
        func table(_ source: Int) -> TableHeader? { formats.indices.contains(source) ? formats[source].table : nil }
        guard runs.contains(where: { table($0.source) != nil }) else { return lines }
        let output = ByteBlock(capacity: lines.count * 2)
        var (line, run, start) = (0, 0, 0)
        let bytes = lines.bytes
        while start < bytes.count {
            while run + 1 < runs.count, runs[run + 1].first <= UInt64(line) { run += 1 }
            let end = bytes.firstIndex(of: 0x0A, from: start)
            if let table = table(runs[run].source) {
                let isEnded = end > start && bytes[end - 1] == 0x0D
                output.append(table.object(of: bytes[start..<(isEnded ? end - 1 : end)]))
            } else {
                output.append(bytes[start..<end])
            }
            output.append(0x0A)
            (line, start) = (line + 1, end + 1)
        }
        return output
    }
}
