import Endpoints
import Events
import Journal
import Storage

extension Command {
    /// `journeyd journal cat`.
    static let journal = Command(
        name: "journal", operands: "cat", operandCount: 1...1,
        summary: "show what a data directory's journal holds",
        explanation: """
            journal cat writes the lines of the journal as they came, in the order in which they were taken. It may look on
            while a run writes; it ends at the last whole record. Where older records were removed it says so.
            """,
        flags: [Flag("--data-dir", "DIR", "the data directory")]
    ) { arguments throws(CommandFault) in
        guard arguments.operands == ["cat"] else {
            throw CommandFault(
                .usage, "journeyd journal: \"\(arguments.operands[0])\" is not known; write journeyd journal cat")
        }
        guard let path = arguments["--data-dir"] else {
            throw CommandFault(.usage, "journeyd journal cat: --data-dir is missing; write --data-dir DIR")
        }
        do throws(JournalFault) {
            let disk = try DataDirectory.look(at: path).journal
            if let first = try RecordedPast.firstArrival(in: disk) {
                Program.report(
                    "\(path): the journal begins with what arrived at \(first); older records were removed")
            }
            return try cat(JournalScan(disk))
        } catch {
            throw CommandFault(error)
        }
    }

    /// Writes the lines of all records to standard output.
    private static func cat(_ scan: JournalScan) throws(JournalFault) -> ExitStatus {
        var writer = Output.standard.writer
        while let record = try scan.next() {
            guard let lines = record.lines else { continue }
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
}
