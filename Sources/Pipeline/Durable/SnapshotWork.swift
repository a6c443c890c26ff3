import Journal
import Storage
import Synchronization

/// One snapshot under way: it is done once its file is written and every output has come to where it stands.
final class SnapshotWork: Sendable {
    private struct State {
        /// How many outputs have not come to its place yet.
        var awaited: Int
        var files: [(output: String, length: UInt64, file: Descriptor)] = []
        var outcome: SnapshotStore.Outcome?
    }

    let note: SnapshotNote
    private let file: Descriptor
    private let store: SnapshotStore
    private let state: Mutex<State>
    private let finish: @Sendable (SnapshotWork, SnapshotStore.Outcome) -> Void

    /// - Parameter finish: called once all is done, on a thread of its own.
    init(
        _ note: SnapshotNote, file: Descriptor, outputs: Int, store: SnapshotStore,
        finish: @escaping @Sendable (SnapshotWork, SnapshotStore.Outcome) -> Void
    ) {
        self.note = note
        self.file = file
        self.store = store
        self.finish = finish
        state = Mutex(State(awaited: outputs))
    }

    /// Has the file written by a process of its own; the memory that the parts look at may change afterwards.
    func write(_ parts: [ImageFile.Part]) {
        store.begin([note.part] + parts, layout: EnginePart.layout, to: file) { [self] outcome in
            settle { $0.outcome = outcome }
        }
    }

    /// An output has written all that lies before.
    func reached() { settle { $0.awaited -= 1 } }

    /// The same of a file that is resumed after a crash, and how long it is there.
    func reached(by output: String, length: UInt64, of file: Descriptor) {
        settle { state in
            state.files.append((output, length, file))
            state.awaited -= 1
        }
    }

    private func settle(_ change: (inout State) -> Void) {
        let outcome = state.withLock { state in
            change(&state)
            return state.awaited == 0 ? state.outcome : nil
        }
        // Neither the outputs nor whoever else comes last should wait for the disk.
        if let outcome { BlockingThread.start { self.finish(self, outcome) } }
    }

    /// The files' lengths.
    var places: OutputPlaces {
        OutputPlaces(
            state.withLock { state in
                Dictionary(state.files.map { ($0.output, $0.length) }, uniquingKeysWith: { first, _ in first })
            })
    }

    /// Sees to it that the files outlast the loss of power up to their lengths. Blocks.
    func synchronizeOutputs() throws(JournalFault) {
        for (output, _, file) in state.withLock({ $0.files }) {
            do throws(SystemError) { try file.synchronize() } catch { throw JournalFault("fsync", output, error) }
        }
    }
}
