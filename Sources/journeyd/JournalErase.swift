import Configuration
import Endpoints
import Events
import Journal
import Pipeline
import Storage
import Synchronization

/// `journeyd journal erase`: overwrites the lines of persons in a data directory that nobody uses, and in the files that go
/// with it.
///
/// The journal is gone through three times: to find out who is meant, where their lines stand, and what is known at its end.
/// That is stored without them before anything is overwritten; so whatever is interrupted can be done once more.
struct JournalErase {
    private let path: String
    private let ids: [String]
    private let arguments: Arguments

    /// - Parameter path: the data directory.
    init(_ arguments: Arguments, in path: String) throws(CommandFault) {
        self.path = path
        self.arguments = arguments
        ids = Array(arguments.operands.dropFirst())
        guard !ids.isEmpty, ids.allSatisfy({ !$0.isEmpty }) else {
            throw CommandFault(
                .usage,
                "journeyd journal erase: whose lines is not said; write journeyd journal erase --data-dir DIR ID...")
        }
    }

    func run() async throws(CommandFault) -> ExitStatus {
        do throws(JournalFault) {
            // Looked at first: to open it would make a folder that is not there.
            _ = try DataDirectory.look(at: path)
            return try await erase(in: DataDirectory.open(path))
        } catch {
            throw CommandFault(error)
        }
    }

    private func erase(in directory: DataDirectory) async throws(JournalFault) -> ExitStatus {
        let opening = try JournalOpening(directory.journal)
        guard let recorded = opening.context.configuration else {
            throw JournalFault(.unusable, "\(path): the journal holds nothing; there is nothing to erase")
        }
        try refuseUnwritten(opening, of: directory)
        let search = PersonSearch(ids)
        let past = try RecordedPast(path)
        try await perform(past.looking(by: search))
        search.beginPlacing()
        try await perform(past.looking(by: search))
        let person = PersonIds(search.ids)

        let store = SnapshotStore(directory.snapshots)
        let writer = try JournalWriter(directory.journal, after: opening, settings: JournalSettings())
        let files = try places(opening, of: directory, recorded)
        // What follows from lines is known there by itself, since they will not say it any more.
        let position = try writer.noteContext()
        try writer.synchronize()
        try await store.draft(at: position, forgetting: search.ids, in: directory)
        var written = JournalRecord(.written, payload: files.payload)
        written.offset = position
        try writer.append(written)
        try writer.synchronize()
        try store.settle(position, keeping: .max)

        var skipped = try SkippedRecords(in: directory)
        for (position, lines) in Dictionary(grouping: search.lines, by: \.position) {
            var latest: [Int: Instant] = [:]
            for line in lines {
                guard let taken = line.taken else { continue }
                latest[line.line] = max(latest[line.line] ?? taken, taken)
            }
            skipped.erase(latest.map { SkippedRecords.ErasedLine(line: $0.key, time: $0.value) }, of: position)
        }
        try skipped.writeErased(in: directory)
        var erasing = JournalErasing(
            numbers(of: search.lines), doubtful: numbers(of: search.doubtful), of: person)
        try erasing.perform(in: directory)
        let beside = try eraseBeside(person, recorded, files)
        try store.keepOnly(position)
        let count = numbers(of: search.lines).values.reduce(0) { $0 + $1.count }
        CommandLineProgram.report(
            "\(path): erased \(count) lines of events and \(erasing.refused) that were refused or not wanted in the journal, "
                + "\(beside) in other files; copies, backups and files with decisions are not touched")
        return .done
    }

    private func numbers(of lines: [PersonSearch.Line]) -> [UInt64: Set<Int>] {
        lines.reduce(into: [:]) { $0[$1.position, default: []].insert($1.line) }
    }

    /// What follows from a line that is not written yet could not be found out any more.
    private func refuseUnwritten(_ opening: JournalOpening, of directory: DataDirectory) throws(JournalFault) {
        let scan = try JournalScan(directory.journal, from: opening.context.written)
        while let record = try scan.next() {
            guard record.position >= opening.context.written, record.canBeSkipped else { continue }
            throw JournalFault(
                .unusable,
                "\(path): the run before did not end with all written; start journeyd run on it, end it, and erase then"
            )
        }
    }

    private func perform(_ run: Run) async throws(JournalFault) {
        let (_, fault) = await run.run()
        if let fault { throw JournalFault(.failed, fault.description) }
    }

    /// How long the files are that the next run goes on to write.
    private func places(
        _ opening: JournalOpening, of directory: DataDirectory, _ recorded: RecordedConfiguration
    ) throws(JournalFault) -> OutputPlaces {
        var names = Set(["--output", "--rejects"].compactMap { arguments[$0] })
        let scan = try JournalScan(directory.journal)
        while let record = try scan.next() {
            guard record.kind == .written, let places = OutputPlaces(record.payload.bytes) else { continue }
            names.formUnion(places.lengths.keys)
        }
        var lengths: [String: UInt64] = [:]
        for name in names { lengths[name] = (try? Descriptor(reading: name))?.size ?? 0 }
        return OutputPlaces(lengths)
    }

    /// Erases lines in spools, dead letters and rejected lines; how many there were.
    private func eraseBeside(
        _ person: PersonIds, _ recorded: RecordedConfiguration, _ files: OutputPlaces
    ) throws(JournalFault) -> Int {
        var count = 0
        let plan: LoadedConfiguration
        do throws(CommandFault) {
            plan = try LoadedConfiguration(recorded: recorded)
        } catch {
            throw JournalFault(.unusable, error.message)
        }
        let deliveries = plan.plan?.outputs.map(\.delivery) ?? []
        let outputs = Set(plan.plan?.outputs.compactMap(\.target.file) ?? []).union(
            [arguments["--output"]].compactMap { $0 })
        let known = files.lengths.keys.filter { $0 != arguments["--output"] && !outputs.contains($0) }
        let written = Set(deliveries.compactMap(\.deadLetters) + [arguments["--rejects"]].compactMap { $0 })
        do throws(EndpointFault) {
            for folder in Set(deliveries.compactMap { $0.spool?.folder }).sorted() {
                count += try SpoolErasing.erase(person, in: folder)
            }
            for file in written.sorted() { count += try FileErasing.erase(person, in: file) }
            // Among the files of the runs before are rejected lines, which say of themselves that they are.
            for file in known.sorted() where !written.contains(file) {
                count += try FileErasing.erase(person, in: file, of: "rejected")
            }
        } catch {
            throw JournalFault(.failed, error.description)
        }
        return count
    }
}

extension OutputPlan.Target {
    /// The path of a file.
    fileprivate var file: String? {
        if case .file(let path) = self { path } else { nil }
    }
}

extension SnapshotStore {
    /// Writes, as a draft, what is known at a position of the journal, without a person.
    fileprivate func draft(
        at position: UInt64, forgetting ids: [String], in directory: DataDirectory
    ) async throws(JournalFault) {
        let (start, context) = try SnapshotCommand.beginning(of: directory.journal, self, upTo: position)
        var journal = RunJournal(
            disk: directory.journal, writer: nil, start: start.position, end: position, written: 0)
        journal.begin(at: start)
        journal.follow = LoadedConfiguration.follow
        journal.skipped = try SkippedRecords(in: directory)
        journal.forgetting = ForgetRequest(ids)
        let shardCount = start.shardCount ?? min(System.coreCount, EnginePart.shardsMost)
        let note = SnapshotNote(
            position: position, context: context, maxLine: start.plan.input.maxLine, shardCount: shardCount,
            taken: Instant(microseconds: System.wallClock))
        let result = Mutex<Result<Void, JournalFault>?>(nil)
        journal.conclusion = SnapshotRequest { parts in
            let done: Result<Void, JournalFault>
            do throws(JournalFault) {
                done = .success(try self.draft([note.part] + parts, layout: EnginePart.layout))
            } catch {
                done = .failure(error)
            }
            result.withLock { $0 = done }
        }
        let (_, fault) = await (try SnapshotCommand.run(start, journal, shardCount)).run()
        if let fault { throw JournalFault(.failed, fault.description) }
        switch result.withLock({ $0 }) {
        case .success?: return
        case .failure(let fault)?: throw fault
        case nil: throw JournalFault(.failed, "the journal's place \(position) was not come to")
        }
    }
}
