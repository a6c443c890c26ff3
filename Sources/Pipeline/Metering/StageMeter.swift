import Storage
import Synchronization
import Telemetry

/// How a stage's time goes by: how long it worked, on how many batches, and since when it has been working on this one.
///
/// Each task that works for a stage has its own; those of one stage count together. Cost: two looks at the clock and two
/// atomic additions for a batch.
final class StageMeter: Sendable {
    /// The stage's name, as metrics show it.
    let name: String
    private let busy: Counter
    private let batches: Counter
    private let begun = Atomic<Int64>(0)
    private let done = Atomic<UInt64>(0)

    init(_ name: String, _ metrics: Metrics) {
        self.name = name
        busy = metrics.counter(
            "journeyd_stage_busy_seconds_total", "Time by the clock for which a stage was at work, of all its workers.",
            ["stage": name], scale: 1e-9)
        batches = metrics.counter("journeyd_stage_batches_total", "Batches that a stage worked on.", ["stage": name])
    }

    /// Work on a batch begins.
    func begin() { begun.store(System.monotonicClock, ordering: .relaxed) }

    /// Work on the batch is done.
    func end() {
        pause()
        batches.add()
        done.wrappingAdd(1, ordering: .relaxed)
    }

    /// Work on the batch is interrupted until it begins again.
    func pause() {
        let start = begun.exchange(0, ordering: .relaxed)
        busy.add(UInt64(max(0, System.monotonicClock - start)))
    }

    /// Work that is part of a batch which counts elsewhere.
    func spend<Result>(_ work: () -> Result) -> Result {
        let start = System.monotonicClock
        begun.store(start, ordering: .relaxed)
        let result = work()
        begun.store(0, ordering: .relaxed)
        busy.add(UInt64(max(0, System.monotonicClock - start)))
        return result
    }

    /// How many batches this worker has done.
    var doneCount: UInt64 { done.load(ordering: .relaxed) }

    /// Since when it has been working on one batch, in nanoseconds of the monotonic clock; nil while it waits.
    var busySince: Int64? {
        let start = begun.load(ordering: .relaxed)
        return start == 0 ? nil : start
    }
}
