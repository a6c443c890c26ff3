import Events
import Journal
import Pipeline
import Storage

/// Where in a journal to begin, and with what.
struct JournalStart {
    var position: UInt64 = 0
    /// The plan of the configuration that was followed there.
    var plan: Plan
    /// How many shards the snapshot has; nil where there is none.
    var shardCount: Int?
    /// What the records before say.
    var context = JournalContext()
    var state: RestoredEngine?
    var places = OutputPlaces([:])
    /// When the snapshot was taken.
    var taken: Instant?

    /// The beginning, with nothing known.
    init(plan: Plan) { self.plan = plan }

    /// A snapshot, as it is found at a position.
    init(_ found: borrowing FoundImages, at position: UInt64) throws(StateFault) {
        let note = try SnapshotNote(found, at: position)
        let numbering = try Numbering(from: try found.reader(EnginePart.numbering.rawValue))
        guard let configuration = note.context.configuration else { throw .unfit("it has no configuration") }
        do throws(CommandFault) {
            plan = try LoadedConfiguration(recorded: configuration, following: numbering.projection).runnable()
        } catch {
            throw .unfit("the configuration that was followed is not one for this journeyd: \(error.message)")
        }
        plan = plan.following(numbering)
        plan.input.maxLine = note.maxLine
        self.position = position
        shardCount = note.shardCount
        context = note.context
        taken = note.taken
        state = try RestoredEngine(found, under: plan, shards: note.shardCount)
    }

    /// The beginning of a journal that has all it ever had, under the configuration that it has first; nil where it has none.
    init?(beginningOf disk: FolderDisk) throws(JournalFault) {
        let scan = try JournalScan(disk)
        while let record = try scan.next() {
            guard let configuration = record.recordedConfiguration else { continue }
            do throws(CommandFault) {
                plan = try LoadedConfiguration(recorded: configuration).runnable()
            } catch {
                throw JournalFault(
                    .unusable,
                    "the configuration that the journal begins with is not one for this journeyd: \(error.message)")
            }
            return
        }
        return nil
    }
}

/// The search for where a run begins in the journal of the one before.
struct StartFinding {
    private let path: String
    private let disk: FolderDisk
    private let opening: JournalOpening
    private let store: SnapshotStore
    private let files: [String]

    /// - Parameter files: the files that the run writes on where the one before came to.
    init(
        _ path: String, _ directory: DataDirectory, _ opening: JournalOpening, store: SnapshotStore, files: [String]
    ) {
        self.path = path
        disk = directory.journal
        self.opening = opening
        self.store = store
        self.files = files
    }

    /// The newest snapshot that is good, else the journal's beginning; nil where there is nothing at all.
    func start() throws(JournalFault) -> JournalStart? {
        var isAnyPassedOver = false
        func tell(_ message: String) {
            isAnyPassedOver = true
            CommandLineProgram.report(message)
        }
        if let start = try snapshot(forNewFiles: false, tell) { return start }
        if opening.start == 0 {
            if isAnyPassedOver { CommandLineProgram.report("\(path): the journal is repeated from its beginning") }
            return try JournalStart(beginningOf: disk)
        }
        // A file that is not there gets what comes from here on.
        if let start = try snapshot(forNewFiles: true, { _ in }) {
            let new = files.filter { start.places.lengths[$0] == nil }.joined(separator: ", ")
            CommandLineProgram.report(
                "\(path): the journal's beginning was removed, so \(new) gets only what follows from the snapshot on")
            return start
        }
        throw JournalFault(
            .unusable,
            "\(path): no snapshot can be used, and the journal's beginning was removed when there were some; bring the data directory and the files it goes with back from a copy, or name another folder to begin anew"
        )
    }

    private func snapshot(forNewFiles: Bool, _ tell: (String) -> Void) throws(JournalFault) -> JournalStart? {
        try store.newest(
            { found, position throws(StateFault) in
                guard position >= opening.start else { throw .unfit("the journal has lost what follows it") }
                guard position <= opening.context.written, let places = try places(at: position) else {
                    throw .unfit("the journal does not say that it was finished")
                }
                var lengths = places.lengths
                for file in files where try isNew(file, places, isAllowed: forNewFiles) { lengths[file] = nil }
                var start = try JournalStart(found, at: position)
                start.places = OutputPlaces(lengths)
                return start
            }, tell: tell)
    }

    private func places(at position: UInt64) throws(StateFault) -> OutputPlaces? {
        do throws(JournalFault) {
            return try OutputPlaces(at: position, in: disk)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    /// Whether a file is one that the run before did not write, or that is gone. One that has less than it had at a snapshot
    /// cannot be written on.
    private func isNew(_ file: String, _ places: OutputPlaces, isAllowed: Bool) throws(StateFault) -> Bool {
        let size = (try? Descriptor(reading: file))?.size ?? 0
        guard let length = places.lengths[file] else {
            if isAllowed { return true }
            throw .unfit("the run before did not write \(file)")
        }
        if size >= length { return false }
        if size == 0, isAllowed { return true }
        throw .unfit("\(file) has \(size) bytes, but \(length) had been written to it")
    }
}
