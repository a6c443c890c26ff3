import Configuration
import Endpoints
import Events
import Journal
import Pipeline
import Storage
import Telemetry

/// The journal of a data directory, found as the run before left it, and where to begin in it.
struct OpenJournal {
    private let directory: DataDirectory
    private let opening: JournalOpening
    private let writer: JournalWriter
    private let store: SnapshotStore
    private let start: JournalStart
    private let skipped: SkippedRecords
    private let note: RepetitionNote
    /// The configuration of this run, where it is another one than the run's before.
    private let change: LoadedConfiguration?

    /// Opens the data directory at `path` for a run by a configuration that writes `files`, as it left them.
    init(_ path: String, _ configuration: LoadedConfiguration, files: [String]) throws(CommandFault) {
        do throws(JournalFault) {
            directory = try DataDirectory.open(path)
            opening = try JournalOpening(directory.journal)
            store = SnapshotStore(directory.snapshots)
            skipped = try SkippedRecords(in: directory)
            note = try RepetitionNote(in: directory)
            try OpenJournal.tell(note.left, skipped, of: directory)
            if opening.cutOff > 0 {
                CommandLineProgram.report(
                    "\(path): the last \(opening.cutOff) bytes of the journal, an unfinished record, are cut off")
            }
            let strays = try store.drop(beyond: opening.end)
            if strays > 0 {
                CommandLineProgram.report(
                    "\(path): \(strays) snapshots of a journal that is not there any more are removed")
            }
            let finding = StartFinding(path, directory, opening, store: store, files: files)
            if let found = try finding.start() {
                start = found
            } else {
                start = JournalStart(plan: try configuration.followable())
            }
            writer = try JournalWriter(
                directory.journal, after: opening, settings: configuration.plan?.journal ?? JournalSettings())
            if let known = opening.context.configuration {
                change = known.saysTheSame(as: configuration.recorded) ? nil : configuration
            } else {
                change = nil
                try writer.append(JournalRecord(.configuration, payload: configuration.recorded.payload))
            }
        } catch {
            throw CommandFault(error)
        }
        guard let change else { return }
        CommandLineProgram.report(
            "\(path): the run before had another configuration than \(change.path) is now; this one is followed from here on"
        )
        if change.plan.map({ $0.input.maxLine != start.plan.input.maxLine }) == true {
            CommandLineProgram.report(
                "\(change.path): input.max_line stays as it was when \(path) was new; name another folder to change it")
        }
    }

    /// Says where the run before ended, if it was repeating the journal, and how much of that is passed over.
    private static func tell(
        _ left: RepetitionNote.Mark?, _ skipped: SkippedRecords, of directory: DataDirectory
    ) throws(JournalFault) {
        let path = directory.path
        switch left {
        case .behind(let position)?:
            CommandLineProgram.report(
                "\(path): the run before ended while it repeated the journal, behind place \(position); what stands there "
                    + "is repeated line by line now, so that a line that ends the run can be named")
        case .at(let place)?:
            guard !skipped.contains(place), let found = try FoundRecord(place, in: directory.journal) else { break }
            CommandLineProgram.report(
                "\(path): the run before ended while it repeated \(found.words)\(found.excerpt.map { ": \($0)" } ?? "")\n"
                    + "\(path): where nobody stopped it then, journeyd journal skip --data-dir \(path) \(place) passes that over for good"
            )
        case nil: break
        }
        if let words = skipped.erasedWords { CommandLineProgram.report("\(path): \(words)") }
        if skipped.count > 0 {
            CommandLineProgram.report(
                "\(path): \(skipped.count) records of the journal are passed over, in whole or in part, as was told")
        }
    }

    /// The plan to begin with.
    var plan: Plan { start.plan }
    /// How many shards there must be; nil where any number will do.
    var shardCount: Int? { start.shardCount }

    /// An input as it is to be read on.
    /// - Parameter isMerged: whether it is merged with others, so that all that was read of it is looked at.
    func resumed(_ input: Input, isMerged: Bool) throws(EndpointFault) -> Input {
        let sources = opening.context.sources.filter { $0.name.isSame(as: input.name) }
        if input.source is FollowedFile {
            return input.resumed(
                behind: sources.map { source in
                    FollowedPlace(
                        file: source.file, start: InputStart(offset: source.offset, linesBefore: source.lines),
                        mark: source.mark, lastRead: source.time)
                })
        }
        guard let source = sources.filter({ $0.file == nil }).max(by: { $0.lines < $1.lines }) else { return input }
        return try input.resumed(
            at: InputStart(
                offset: source.offset, passing: source.lines - source.offsetLines, linesBefore: source.lines),
            behind: source.mark, hashes: isMerged)
    }

    /// The run's tie to the journal.
    func joined(shards: Int, log: Log, metrics: Metrics) -> RunJournal {
        var journal = RunJournal(
            disk: directory.journal, of: directory, writer: writer, start: start.position, end: opening.end,
            written: opening.context.written)
        journal.begin(at: start)
        journal.follow = LoadedConfiguration.follow
        journal.skipped = skipped
        journal.note = note
        if let path = change?.path, let recorded = change?.recorded {
            journal.change = (
                recorded,
                { dropped in
                    if dropped.isEmpty { return }
                    CommandLineProgram.report((["\(path):"] + dropped.map { "  " + $0 }).joined(separator: "\n"))
                }
            )
        }
        let path = directory.path
        journal.keeper = SnapshotKeeper(store, writer, newest: start.position, log: log, metrics: metrics) { position in
            SnapshotCommand.perform(aside: path, position: position, shards: shards)
        }
        return journal
    }
}

extension RunJournal {
    /// Takes over what is known where it begins.
    mutating func begin(at start: JournalStart) {
        state = start.state
        context = start.context
        places = start.places
    }
}

extension LoadedConfiguration {
    /// The plan of a configuration that the journal recorded, behind another plan. What it was read with stays as it was.
    @Sendable static func follow(_ recorded: RecordedConfiguration, behind plan: Plan) throws(JournalFault) -> Plan {
        do throws(CommandFault) {
            return try LoadedConfiguration(recorded: recorded, following: Numbering(plan).projection).runnable()
                .following(plan)
        } catch {
            throw JournalFault(
                .unusable, "a configuration that the journal holds is not one for this journeyd: \(error.message)")
        }
    }

    /// The plan, where there is no question that there is one.
    func followable() throws(JournalFault) -> Plan {
        do throws(CommandFault) { return try runnable() } catch { throw JournalFault(.unusable, error.message) }
    }
}
