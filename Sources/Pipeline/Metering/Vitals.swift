/// Judges from what the stages show, looked at again and again, whether they make progress.
///
/// A pure state machine: the time is an argument. A run is stalled where a stage has been at work
/// on one batch for `patience`, or where batches have been waiting that long and no stage has taken
/// one. One that waits for whoever reads its output is not: that is not for a restart to mend. Time
/// counts only as far as somebody looked, so that a process that was itself held up does not find
/// itself stalled.
package struct Vitals: Sendable {
    /// How a run is.
    package enum Verdict: Sendable, Equatable {
        case moving
        /// An output takes nothing; for how long, in nanoseconds.
        case waitingForOutput(Int64)
        /// Which stage makes no progress, and for how long, in nanoseconds.
        case stalled(stage: String, Int64)
    }

    /// How long, in nanoseconds, may pass without progress.
    package static let patience: Int64 = 30_000_000_000
    /// The most that passes between two looks.
    private static let strideMost: Int64 = 2_000_000_000

    private struct Watched {
        var busySince: Int64?
        var done: UInt64 = 0
        var stuck: Int64 = 0
    }

    private var last: Int64?
    private var workers: [Watched] = []
    private var quiet: Int64 = 0

    package init() {}

    /// Looks at what the stages show at a time of the monotonic clock, in nanoseconds.
    package mutating func look(_ pulse: Pulse, at now: Int64) -> Verdict {
        let passed = min(max(0, now - (last ?? now)), Vitals.strideMost)
        last = now
        if workers.count != pulse.workers.count {
            workers = pulse.workers.map { Watched(busySince: $0.busySince, done: $0.done) }
            quiet = 0
        }
        var hasMoved = pulse.queued == 0
        for (index, worker) in pulse.workers.enumerated() {
            let isSame = worker.busySince != nil && worker.busySince == workers[index].busySince
            workers[index].stuck = isSame ? workers[index].stuck + passed : 0
            workers[index].busySince = worker.busySince
            hasMoved = hasMoved || worker.done != workers[index].done
            workers[index].done = worker.done
        }
        quiet = hasMoved ? 0 : quiet + passed
        return verdict(on: pulse)
    }

    private func verdict(on pulse: Pulse) -> Verdict {
        var waiting: Int64 = 0
        for (worker, watched) in zip(pulse.workers, workers) where watched.stuck > 0 {
            if worker.isWriter {
                waiting = max(waiting, watched.stuck)
            } else if watched.stuck >= Vitals.patience {
                return .stalled(stage: worker.stage, watched.stuck)
            }
        }
        if waiting >= Vitals.patience { return .waitingForOutput(waiting) }
        // Behind a writer that waits everything else may wait.
        if waiting == 0, quiet >= Vitals.patience { return .stalled(stage: "queue", quiet) }
        return .moving
    }
}
