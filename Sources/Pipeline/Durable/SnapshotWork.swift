import Journal
import Storage
import Synchronization

/// One snapshot under way: it is done once it is made and every output has come to where it stands.
final class SnapshotWork: Sendable {
    private struct State {
        /// How many outputs have not come to its place yet, and the making of it, one as well.
        var awaited: Int
        var files: [(output: String, length: UInt64, file: Descriptor)] = []
        var fault: String?
    }

    let position: UInt64
    private let state: Mutex<State>
    private let finish: @Sendable (SnapshotWork) -> Void

    /// - Parameter finish: called once all is done, on a thread of its own.
    init(position: UInt64, outputs: Int, finish: @escaping @Sendable (SnapshotWork) -> Void) {
        self.position = position
        self.finish = finish
        state = Mutex(State(awaited: outputs + 1))
    }

    /// It is made, or could not be.
    func isMade(_ fault: String?) { settle { $0.fault = fault } }

    /// Why there is none.
    var fault: String? { state.withLock { $0.fault } }

    /// An output has written all that lies before.
    func reached() { settle { _ in } }

    /// The same of a file that is resumed after a crash, and how long it is there.
    func reached(by output: String, length: UInt64, of file: Descriptor) {
        settle { $0.files.append((output, length, file)) }
    }

    private func settle(_ change: (inout State) -> Void) {
        let isDone = state.withLock { state in
            change(&state)
            state.awaited -= 1
            return state.awaited == 0
        }
        // Neither the outputs nor whoever else comes last should wait for the disk.
        if isDone { BlockingThread.start { self.finish(self) } }
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
