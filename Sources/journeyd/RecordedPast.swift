import Events
import Journal
import Pipeline
import Storage

/// A data directory's past, to be run again.
struct RecordedPast {
    let path: String
    private let disk: FolderDisk
    private let store: SnapshotStore
    private let skipped: SkippedRecords
    /// The configuration that the journal says was followed last.
    let last: RecordedConfiguration?
    /// When what the journal begins with arrived, where it does not have all it ever had.
    private let first: Instant?

    /// The past of the data directory at `path`, whoever may be using it.
    init(_ path: String) throws(JournalFault) {
        self.path = path
        let directory = try DataDirectory.look(at: path)
        disk = directory.journal
        store = SnapshotStore(directory.snapshots)
        skipped = try SkippedRecords(in: directory)
        if let words = skipped.erasedWords { CommandLineProgram.report("\(path): \(words)") }
        last = try RecordedPast.lastConfiguration(of: disk)
        first = try RecordedPast.firstArrival(in: disk)
    }

    /// What the newest segment says of which something can be read.
    private static func lastConfiguration(of disk: FolderDisk) throws(JournalFault) -> RecordedConfiguration? {
        for first in try JournalScan.segments(of: disk).reversed() {
            var found: RecordedConfiguration?
            let scan = try JournalScan(disk, from: first)
            while let record = try scan.next() { found = record.recordedConfiguration ?? found }
            if found != nil { return found }
        }
        return nil
    }

    /// When the first lines arrived of a journal that has lost its beginning; nil where it has all it ever had.
    static func firstArrival(in disk: FolderDisk) throws(JournalFault) -> Instant? {
        let scan = try JournalScan(disk)
        if scan.position == 0 { return nil }
        var last: Instant?
        while let record = try scan.next() {
            if record.lineCount > 0 { return record.time }
            if record.kind == .time { last = record.time }
        }
        return last ?? .distantPast
    }

    /// Where to begin, and what ties a run to the past.
    /// - Parameter configuration: what is followed all along; nil for what the run followed then.
    func begin(by configuration: LoadedConfiguration?) throws(JournalFault) -> (start: JournalStart, RunJournal) {
        var start: JournalStart
        var beginning: Reload?
        if first == nil {
            if let configuration {
                start = JournalStart(plan: try configuration.followable())
            } else if let found = try JournalStart(beginningOf: disk) {
                start = found
            } else {
                throw JournalFault(.cannotOpen, "\(path): the journal does not have the configuration of its run")
            }
        } else {
            start = try snapshot()
            if let configuration {
                let next = try LoadedConfiguration.follow(configuration.recorded, behind: start.plan)
                beginning = Reload(configuration: configuration.recorded, plan: next)
            }
        }
        var journal = RunJournal(disk: disk, writer: nil, start: start.position, end: .max, written: 0)
        journal.begin(at: start)
        journal.beginning = beginning
        journal.skipped = skipped
        if configuration == nil { journal.follow = LoadedConfiguration.follow }
        return (start, journal)
    }

    /// A run that looks through all that the journal has for somebody's lines, and decides nothing.
    func looking(by search: PersonSearch) throws(JournalFault) -> Run {
        var (start, journal) = try begin(by: nil)
        journal.search = search
        return try SnapshotCommand.run(start, journal, start.shardCount ?? 1)
    }

    /// The oldest snapshot from which the journal has all that followed.
    private func snapshot() throws(JournalFault) -> JournalStart {
        let oldest = try JournalScan.oldest(of: disk) ?? 0
        let found = try store.newest(
            isOldestFirst: true,
            { found, position throws(StateFault) in
                guard position >= oldest else { throw .unfit("the journal has lost what follows it") }
                return try JournalStart(found, at: position)
            }, tell: CommandLineProgram.report)
        guard let found, let taken = found.taken else {
            throw JournalFault(
                .unusable,
                "\(path): the journal's beginning was removed, and no snapshot can be used in its place, so what was known then is not known any more; use a copy of the data directory that has one"
            )
        }
        CommandLineProgram.report(
            "\(path): older records were removed; it is run again from the snapshot of \(taken) on, and what follows from records before is missing"
        )
        return found
    }
}
