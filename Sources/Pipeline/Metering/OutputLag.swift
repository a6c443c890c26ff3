import Storage
import Synchronization

/// For how long the oldest block of lines has been waiting to be written.
///
/// Blocks are written in the order in which they are handed over. Cost: a lock for a block, which nobody holds for long.
final class OutputLag: Sendable {
    /// The output's path in the configuration.
    let output: String
    private let waiting = Mutex<[Int64]>([])

    init(output: String) { self.output = output }

    /// A block is about to be handed over to whoever writes it.
    func handOver() {
        let now = System.monotonicClock
        waiting.withLock { $0.append(now) }
    }

    /// The oldest block has been written.
    func written() {
        waiting.withLock { waiting in
            if !waiting.isEmpty { waiting.removeFirst() }
        }
    }

    /// In nanoseconds; 0 where nothing waits.
    var nanoseconds: Int64 {
        let now = System.monotonicClock
        return waiting.withLock { waiting in waiting.first.map { max(0, now - $0) } ?? 0 }
    }
}
