import Synchronization

/// Has files that are appended to opened anew, for whoever moves them away, as logrotate does.
package final class ReopenSignal: Sendable {
    private let writers = Mutex<[@Sendable () -> Void]>([])

    package init() {}

    /// Has `notice` called at each request from now on, by whoever requests it. It must not wait.
    package func follow(_ notice: @escaping @Sendable () -> Void) { writers.withLock { $0.append(notice) } }

    /// Asks all who follow it. What was decided on before still goes to the old file.
    package func request() {
        for notice in writers.withLock({ $0 }) { notice() }
    }
}
