import Endpoints
import Events
package import Journal
import Storage
import Synchronization

/// A run's tie to a journal: what it repeats first, and where it writes down what comes then.
package struct RunJournal: Sendable {
    package let disk: any Disk
    /// Holds the lock of the folder as long as the run lasts; nil where it is only read.
    private let directory: DataDirectory?
    /// Writes down what is new; nil where nothing is: the run only repeats.
    package let writer: JournalWriter?
    /// The position of the first record to be repeated, and the one behind the last.
    package let start: UInt64
    package let end: UInt64
    /// Outputs have had what follows from records before this position.
    package let written: UInt64
    /// What the engine knows at `start`; nil where that is nothing.
    package var state: RestoredEngine?
    /// What the journal's records before `start` say.
    package var context = JournalContext()
    /// How long the files of outputs are that hold what follows from these.
    package var places = OutputPlaces([:])
    /// Makes the plan of a configuration that the journal says was followed from some place on, behind the plan before; nil
    /// where the run keeps to its own configuration.
    package var follow: (@Sendable (RecordedConfiguration, Plan) throws(JournalFault) -> Plan)?
    /// A configuration that is followed before anything is repeated, and is not written down.
    package var beginning: Reload?
    /// A configuration that is followed once all is repeated, since it is another one than the last run's, and who is told
    /// what was dropped for it.
    package var change: (configuration: RecordedConfiguration, tell: @Sendable ([String]) -> Void)?
    /// What is done where all is repeated; the journal must be there up to `end` then.
    package var conclusion: SnapshotRequest?
    /// A person who is forgotten before that.
    package var forgetting: ForgetRequest?
    /// Told whose lines are repeated. Nothing is decided then, and sources are called by the places of their records.
    package var search: PersonSearch?
    /// What is passed over of what is repeated.
    package var skipped = SkippedRecords()
    /// Where the run notes what it repeats; nil where nobody would go on after it.
    package var note: RepetitionNote?
    /// Has snapshots taken; nil where there are to be none.
    package var keeper: SnapshotKeeper?

    package init(
        disk: any Disk, of directory: DataDirectory? = nil, writer: JournalWriter?, start: UInt64, end: UInt64,
        written: UInt64
    ) {
        self.disk = disk
        self.directory = directory
        self.writer = writer
        self.start = start
        self.end = end
        self.written = written
    }

    /// How long the file of an output is that holds what follows from records before `start`.
    func length(of output: Output) -> UInt64? { places.lengths[output.name] }

    /// Whether anything that is repeated has been written before.
    var isRepeating: Bool { min(written, end) > start }
}

/// Something in the stream's order that the outputs should know.
enum StreamNote: Sendable {
    /// All lines so far follow from records before this position.
    case written(UInt64)
    /// What comes from here on may not have been written before.
    case speak
    /// Nothing is repeated any more.
    case caughtUp
    /// All lines so far lie before a snapshot.
    case covered(SnapshotWork)
}

/// What the journal has of an earlier run.
enum Repeated: Sendable {
    case batch(InputBatch)
    case time(Instant)
    case end(flushes: Bool)
    case note(StreamNote)
    case barrier(Barrier)
}

/// How far the outputs have come.
final class OutputProgress: Sendable {
    private struct State {
        var reached: [UInt64]
        var told: UInt64 = 0
        var isCaughtUp = false
        var isOwing = false
    }

    private let state: Mutex<State>
    /// When the run began.
    let begun = Instant.now

    init(outlets: Int) { state = Mutex(State(reached: [UInt64](repeating: 0, count: outlets))) }

    /// Notes that one output has written all that follows from records before a position.
    /// - Returns: the position that all outputs have reached now, if that is news.
    func reach(_ position: UInt64, by outlet: Int) -> UInt64? {
        state.withLock { state in
            state.reached[outlet] = position
            guard let least = state.reached.min(), least > state.told else { return nil }
            state.told = least
            return least
        }
    }

    /// Whether lines have been given up at the end that another run can deliver.
    var isOwing: Bool {
        get { state.withLock { $0.isOwing } }
        set { state.withLock { $0.isOwing = newValue } }
    }

    /// Whether all that was to be repeated has been handed on.
    var isCaughtUp: Bool {
        get { state.withLock { $0.isCaughtUp } }
        set { state.withLock { $0.isCaughtUp = newValue } }
    }
}

/// What senders that asked for it are to be told once it is durable.
final class Acknowledgements: Sendable {
    private struct Due {
        /// The journal's position behind the lines.
        let position: UInt64
        let source: LineSource
        /// How many lines of the source those are with all before.
        let lines: UInt64
        /// Who waits to hear of some of them; then nobody else is told.
        let receipt: (any LineReceipt)?
    }

    private let due = Mutex<[Due]>([])

    /// Notes that so many lines of a source are durable once the journal is up to a position.
    func add(_ lines: UInt64, of source: LineSource, position: UInt64) {
        due.withLock { $0.append(Due(position: position, source: source, lines: lines, receipt: nil)) }
    }

    /// Notes who waits to hear that the lines of one of a block's parts are durable.
    func add(_ part: LinePart, position: UInt64) {
        guard let receipt = part.receipt else { return }
        due.withLock { $0.append(Due(position: position, source: part.source, lines: 0, receipt: receipt)) }
    }

    /// Tells all senders whose lines are durable: each the last number only.
    func give(upTo durable: UInt64) {
        let done = due.withLock { due in
            let count = due.firstIndex { $0.position > durable } ?? due.count
            defer { due.removeFirst(count) }
            return Array(due.prefix(count))
        }
        var told: Set<ObjectIdentifier> = []
        for due in done { due.receipt?.isDurable() }
        for due in done.reversed() where due.receipt == nil && told.insert(ObjectIdentifier(due.source)).inserted {
            due.source.answers?.send("{\"ack\":\(due.lines)}")
        }
    }
}
