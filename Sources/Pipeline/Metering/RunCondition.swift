import Synchronization

/// How a run is while it goes on, for those who look after it: how far it has come, and what its stages show.
package final class RunCondition: Sendable {
    /// How far a run has come.
    package enum Phase: Int, Sendable, Comparable {
        /// Inputs and outputs are being opened.
        case starting
        /// What an earlier run left behind is being taken up.
        case recovering
        /// Events are taken.
        case ready
        /// Nothing more is read; what was is being written.
        case stopping

        /// Whether a phase comes before another.
        package static func < (one: Phase, other: Phase) -> Bool { one.rawValue < other.rawValue }
    }

    private struct State {
        var phase = Phase.starting
        var pulse: (@Sendable () -> Pulse)?
    }

    private let state = Mutex(State())
    private let onChange: @Sendable (Phase) -> Void

    /// - Parameter onChange: told of each new phase, once, on the thread that brought it about: must not wait long.
    package init(onChange: @escaping @Sendable (Phase) -> Void = { _ in }) { self.onChange = onChange }

    package var phase: Phase { state.withLock { $0.phase } }

    /// Comes to a later phase; an earlier one changes nothing.
    package func enter(_ phase: Phase) {
        let isNew = state.withLock { state in
            defer { state.phase = max(state.phase, phase) }
            return phase > state.phase
        }
        if isNew { onChange(phase) }
    }

    /// What the stages show right now; nil before they are there.
    package var pulse: Pulse? { state.withLock { $0.pulse }?() }

    /// Has `pulse` asked for what the stages show; on any thread, and it must not wait.
    package func follow(_ pulse: @escaping @Sendable () -> Pulse) { state.withLock { $0.pulse = pulse } }
}

/// What the stages of a run show at one time.
package struct Pulse: Sendable {
    /// One task of a stage.
    package struct Worker: Sendable {
        package let stage: String
        /// Whether it waits for whoever takes the output, and not for us.
        package let isWriter: Bool
        /// How many batches it has done.
        package let done: UInt64
        /// Since when it works on one batch, by the monotonic clock; nil while it waits.
        package let busySince: Int64?

        package init(stage: String, isWriter: Bool, done: UInt64, busySince: Int64?) {
            self.stage = stage
            self.isWriter = isWriter
            self.done = done
            self.busySince = busySince
        }
    }

    package let workers: [Worker]
    /// How many batches wait in front of any stage.
    package let queued: Int
    /// Events that were taken, and those of them that were late.
    package let events: UInt64
    package let late: UInt64
    package let rejected: UInt64
    /// Deadlines that lie beyond the last instant that there is.
    package let neverDue: Int

    package init(
        workers: [Worker], queued: Int, events: UInt64 = 0, late: UInt64 = 0, rejected: UInt64 = 0, neverDue: Int = 0
    ) {
        self.neverDue = neverDue
        self.workers = workers
        self.queued = queued
        self.events = events
        self.late = late
        self.rejected = rejected
    }
}
