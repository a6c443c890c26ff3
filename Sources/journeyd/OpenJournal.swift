import Configuration
import Endpoints
import Events
import Journal
import Pipeline
import Storage

/// The journal of a data directory, found as the run before left it.
struct OpenJournal {
    private let directory: DataDirectory
    private let opening: JournalOpening
    private let writer: JournalWriter

    /// Opens the data directory at `path` for a run by a configuration.
    init(_ path: String, _ configuration: LoadedConfiguration) throws(CommandFault) {
        do throws(JournalFault) {
            directory = try DataDirectory.open(path)
            opening = try JournalOpening(directory.journal)
            if opening.cutOff > 0 {
                Program.report(
                    "\(path): the last \(opening.cutOff) bytes of the journal, an unfinished record, are cut off")
            }
            if let known = opening.context.configuration, known != configuration.recorded {
                throw JournalFault(
                    .unusable,
                    "\(path): was written by another configuration than \(configuration.path) is now; bring that back, or name another folder"
                )
            }
            writer = try JournalWriter(
                directory.journal, after: opening, settings: configuration.plan?.journal ?? JournalSettings())
            if opening.context.configuration == nil {
                try writer.append(JournalRecord(.configuration, payload: configuration.recorded.payload))
            }
        } catch {
            throw CommandFault(error)
        }
    }

    /// An input as it is to be read on.
    func resumed(_ input: Input) throws(EndpointFault) -> Input {
        guard let source = opening.context.sources.first(where: { $0.name == input.name }) else { return input }
        return try input.resumed(
            at: InputStart(
                offset: source.offset, passing: source.lines - source.offsetLines, linesBefore: source.lines))
    }

    /// The run's tie to the journal.
    var joined: RunJournal {
        RunJournal(
            disk: directory.journal, of: directory, writer: writer, start: opening.start, end: opening.end,
            written: opening.context.written)
    }
}
