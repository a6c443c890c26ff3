package import Cells
package import Storage
import Synchronization

/// Has snapshots of cells made by other processes, one after the other, while the cells go on.
package final class SnapshotErrands: Sendable {
    /// A snapshot that is to be made.
    package struct Errand: Sendable, Equatable {
        package let partition: Int
        /// Where the cell is to stand, as its group has committed it.
        package let committed: CommittedOffset
        /// A place in the control topic that lies before all control records that come behind.
        package let controlOffset: Int64
    }

    private struct State {
        /// What is to be done, the one that is being done first.
        var errands: [Errand] = []
        var process: OwnProcess?
        /// Whether a thread is at it.
        var isWorking = false
        var failed: Set<Int> = []
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let start: @Sendable (Errand) throws(SystemError) -> OwnProcess
    private let tell: @Sendable (String) -> Void

    /// - Parameters:
    ///   - start: starts a process that does an errand, and ends with status 0 where it did.
    ///   - tell: told of what went wrong.
    package init(
        start: @escaping @Sendable (Errand) throws(SystemError) -> OwnProcess,
        tell: @escaping @Sendable (String) -> Void
    ) {
        self.start = start
        self.tell = tell
    }

    /// Has a snapshot made.
    func ask(_ errand: Errand) {
        let starts = state.withLock { state in
            guard !state.hasEnded else { return false }
            state.errands.append(errand)
            defer { state.isWorking = true }
            return !state.isWorking
        }
        if starts { BlockingThread.start { [self] in work() } }
    }

    /// Whether one of a partition is still to be made.
    func isAbout(_ partition: Int) -> Bool {
        state.withLock { $0.errands.contains { $0.partition == partition } }
    }

    /// Whether the last one of a partition could not be made; asked once.
    func takeFailure(_ partition: Int) -> Bool { state.withLock { $0.failed.remove(partition) != nil } }

    /// Ends what is being done, and does nothing more.
    /// - Returns: the partitions whose snapshots were not made.
    func end() -> [Int] {
        let (process, left) = state.withLock { state in
            state.hasEnded = true
            return (state.process, state.errands.map(\.partition) + state.failed)
        }
        process?.end()
        // Nobody else may be writing when the cells make theirs.
        while state.withLock({ $0.isWorking }) { System.sleep(milliseconds: 1) }
        return left
    }

    private func next() -> Errand? {
        state.withLock { state in
            let errand = state.hasEnded ? nil : state.errands.first
            state.isWorking = errand != nil
            return errand
        }
    }

    private func work() {
        while let errand = next() {
            var reason: String?
            do throws(SystemError) {
                let process = try start(errand)
                let hasEnded = state.withLock { state in
                    state.process = process
                    return state.hasEnded
                }
                if hasEnded { process.end() }
                reason = process.wait()
            } catch {
                reason = "a process for it cannot be started: \(error)"
            }
            let hasEnded = state.withLock { state in
                state.process = nil
                state.errands.removeFirst()
                if reason != nil { state.failed.insert(errand.partition) }
                return state.hasEnded
            }
            if let reason, !hasEnded {
                tell("partition \(errand.partition): no snapshot was made: \(reason); the cell makes the next itself")
            }
        }
    }
}
