import Endpoints
import Events
import Journal
import Pipeline
import Storage
import Synchronization
import Telemetry

/// What a run starts beside it to make a snapshot: nothing for people, so it stands in no help.
///
/// It goes on from the newest snapshot before a place, or from the journal's beginning, up to that place, and writes what the
/// engine knows there as a draft. It reads what the run has written already, and nothing that it may be writing.
enum SnapshotCommand {
    static let name = "make-snapshot"

    /// Has another process make a snapshot, and waits for it; what went wrong, in words, if anything did.
    static func perform(aside path: String, position: UInt64, shards: Int) -> String? {
        do throws(SystemError) {
            return try OwnProcess([name, path, "\(position)", "\(shards)", "\(System.processNumber)"]).wait()
        } catch {
            return "a process for it cannot be started: \(error)"
        }
    }

    /// Makes the snapshot, as that process.
    static func run(_ words: [String]) async throws(CommandFault) -> ExitStatus {
        guard words.count == 4, let position = UInt64(words[1]), let shards = Int(words[2]),
            (1...EnginePart.shardsMost).contains(shards), let parent = Int32(words[3])
        else { throw CommandFault(.usage, "journeyd \(name): only journeyd run starts this") }
        guard System.attend(to: parent) else { return .done }
        let result = Mutex<Result<Void, JournalFault>?>(nil)
        let run: Run
        do throws(JournalFault) {
            let directory = try DataDirectory.look(at: words[0])
            let store = SnapshotStore(directory.snapshots)
            let (start, context) = try beginning(of: directory.journal, store, upTo: position)
            var journal = RunJournal(
                disk: directory.journal, writer: nil, start: start.position, end: position, written: 0)
            journal.begin(at: start)
            journal.follow = LoadedConfiguration.follow
            journal.skipped = try SkippedRecords(in: directory)
            let shardCount = start.shardCount ?? shards
            let note = SnapshotNote(
                position: position, context: context, maxLine: start.plan.input.maxLine, shardCount: shardCount,
                taken: .now)
            journal.conclusion = SnapshotRequest { parts in
                let done: Result<Void, JournalFault>
                do throws(JournalFault) {
                    done = .success(try store.draft([note.part] + parts, layout: EnginePart.layout))
                } catch {
                    done = .failure(error)
                }
                result.withLock { $0 = done }
            }
            run = try self.run(start, journal, shardCount)
        } catch {
            throw CommandFault(error)
        }
        let (_, fault) = await run.run()
        if let fault { throw CommandFault(fault) }
        switch result.withLock({ $0 }) {
        case .success?: return .done
        case .failure(let fault)?: throw CommandFault(fault)
        case nil: throw CommandFault(.ownFault, "journeyd \(name): the journal's place \(position) was not come to")
        }
    }

    /// The newest place at or before the wanted one to go on from, and what the journal says up to the wanted one.
    static func beginning(
        of disk: FolderDisk, _ store: SnapshotStore, upTo position: UInt64
    ) throws(JournalFault) -> (JournalStart, JournalContext) {
        let oldest = try JournalScan.oldest(of: disk) ?? 0
        guard let context = try JournalContext(at: position, in: disk) else {
            throw JournalFault(.damaged, "the journal cannot be read up to position \(position)")
        }
        let found = try store.newest(
            { found, place throws(StateFault) in
                guard place >= oldest, place <= position else { throw .unfit("it stands elsewhere") }
                return try JournalStart(found, at: place)
            }, tell: { _ in })
        if let found { return (found, context) }
        if oldest == 0, let start = try JournalStart(beginningOf: disk) { return (start, context) }
        throw JournalFault(.unusable, "there is nothing to go on from up to position \(position)")
    }

    /// A run that only repeats; what follows goes nowhere.
    static func run(
        _ start: JournalStart, _ journal: RunJournal, _ shardCount: Int
    ) throws(JournalFault) -> Run {
        do {
            let nowhere = Output(open: try Descriptor(writing: "/dev/null"), name: "nowhere")
            let outlets = try Outlet.open(
                [.standard], standard: nowhere, apartFrom: [], log: .silent, metrics: Metrics())
            return Run(
                plan: start.plan, inputs: [], outlets: outlets, rejects: nil, shardCount: shardCount,
                flushesAtEnd: false, stop: try StopSignal(), journal: journal)
        } catch {
            throw JournalFault(.failed, "\(error)")
        }
    }
}
