import Endpoints
import Events
package import Journal
import Storage
import Synchronization
package import Telemetry

/// Has snapshots taken while a run goes on, and the journal shortened to what they leave needed.
///
/// The run's own memory is not touched: another process of this program goes on from the snapshot
/// before, or from the journal's beginning, to some place of the journal, and writes what it knows
/// there. Since the same input makes the same state, that is what the run knew at that place. One
/// at a time, in these steps, of which the stream notices nothing:
///
/// 1. So much has been written to the journal, or so much time has passed, that one is due: it is
///    to stand at the journal's end.
/// 2. The other process makes it, at low priority.
/// 3. Every output says that it has written all that lies before that place, and how long its file is there.
/// 4. These files are made sure of, their lengths are written to the journal, the journal is made sure of, and only then the
///    snapshot gets its name.
/// 5. Old snapshots go, and segments of the journal that nobody needs.
///
/// So a snapshot that has a name stands at a place that the journal has, all outputs have come to, and can be cut back to.
package final class SnapshotKeeper: Sendable {
    private struct State {
        var isTaking = false
        /// The journal's position at which the last one was begun, and when that was, by the monotonic clock.
        var position: UInt64
        var time = System.monotonicClock
    }

    private let store: SnapshotStore
    private let writer: JournalWriter
    private let make: @Sendable (_ position: UInt64) -> String?
    private let log: Log
    private let state: Mutex<State>
    private let counts: SnapshotCounts

    /// A keeper for a run that begins where the journal has come to `newest` since the last snapshot.
    /// - Parameter make: has a snapshot at a position written to the store, as a draft, and blocks
    ///   until that is done; what went wrong, in words, if anything did.
    package init(
        _ store: SnapshotStore, _ writer: JournalWriter, newest: UInt64, log: Log, metrics: Metrics,
        make: @escaping @Sendable (_ position: UInt64) -> String?
    ) {
        self.store = store
        self.writer = writer
        self.make = make
        self.log = log
        state = Mutex(State(position: newest))
        counts = SnapshotCounts(metrics)
    }

    /// What came of it, by name, for people.
    package var totals: [String: UInt64] { counts.totals }

    /// Begins a snapshot at the journal's present place, if one is due: it is done once so many outputs have come there.
    /// - Parameters:
    ///   - hasNews: whether anything came since the last one.
    ///   - nudge: has this asked again, where the next one is due as soon as this one is done and nothing may come any more.
    func begin(hasNews: Bool, outputs: Int, nudge: @escaping @Sendable () -> Void) -> SnapshotWork? {
        guard hasNews else { return nil }
        let now = System.monotonicClock
        let end = writer.end
        let settings = writer.settings
        let isDue = state.withLock { state in
            let isFull = end >= state.position + settings.snapshotSize
            let isTime = now - state.time >= settings.snapshotEvery.multipliedSafely(by: 1000)
            guard !state.isTaking, isFull || isTime else { return false }
            state = State(isTaking: true, position: end, time: now)
            return true
        }
        guard isDue else { return nil }
        let work = SnapshotWork(position: end, outputs: outputs) { [self] work in
            finish(work)
            if writer.end >= state.withLock({ $0.position }) + writer.settings.snapshotSize { nudge() }
        }
        BlockingThread.start { [self] in work.isMade(make(end)) }
        counts.note(pause: (System.monotonicClock - now) / 1000)
        return work
    }

    private func finish(_ work: SnapshotWork) {
        if let fault = work.fault {
            store.abandon()
            return fail(fault)
        }
        do throws(JournalFault) {
            let byteCount = store.draftSize
            try work.synchronizeOutputs()
            var record = JournalRecord(.written, payload: work.places.payload)
            record.offset = work.position
            try writer.append(record)
            try writer.synchronize()
            try store.settle(work.position)
            let began = state.withLock { $0.time }
            let microseconds = (System.monotonicClock - began) / 1000
            counts.noteTaken(byteCount: byteCount, microseconds: microseconds)
            log.info(
                "snapshot",
                [
                    "position": LogValue(work.position), "bytes": LogValue(byteCount),
                    "seconds": .number(Double(microseconds) / 1e6),
                ])
            // What the oldest kept one needs is needed, so that a damaged newest one costs nothing.
            try writer.retain(from: try store.positions().last ?? 0, now: .now)
            state.withLock { $0.isTaking = false }
        } catch {
            fail("\(error)")
        }
    }

    /// Says that there is no snapshot this time; the next one is tried when it is due again.
    private func fail(_ fault: String) {
        counts.noteFailure()
        log.warn("no snapshot could be taken; the run goes on, and a restart takes longer", ["reason": .text(fault)])
        state.withLock { state in
            state = State(position: writer.end)
        }
    }
}

/// What is counted of snapshots.
private final class SnapshotCounts: Sendable {
    private let taken: Counter
    private let failed: Counter
    private let size: Gauge
    private let pause: Histogram
    private let duration: Histogram

    init(_ metrics: Metrics) {
        taken = metrics.counter("journeyd_snapshots_total", "Snapshots taken.")
        failed = metrics.counter("journeyd_snapshots_failed_total", "Snapshots that could not be taken.")
        size = metrics.gauge("journeyd_snapshot_bytes", "How large the last snapshot is.")
        pause = metrics.histogram(
            "journeyd_snapshot_pause_seconds", "For how long the stream stood still for a snapshot.")
        duration = metrics.histogram(
            "journeyd_snapshot_duration_seconds", "How long a snapshot took to be made, while the stream went on.")
    }

    func noteTaken(byteCount: UInt64, microseconds: Int64) {
        taken.add()
        size.set(Double(byteCount))
        duration.record(UInt64(max(0, microseconds)))
    }

    func note(pause microseconds: Int64) { pause.record(UInt64(max(0, microseconds))) }

    func noteFailure() { failed.add() }

    var totals: [String: UInt64] {
        var totals: [String: UInt64] = [:]
        if taken.value > 0 {
            totals["snapshots"] = taken.value
            totals["snapshots, bytes of the last"] = UInt64(size.value)
            totals["snapshots, longest pause in microseconds"] = pause.counts.maximum
        }
        if failed.value > 0 { totals["snapshots failed"] = failed.value }
        return totals
    }
}

extension Int64 {
    /// The product, or the greatest number where it would be greater.
    fileprivate func multipliedSafely(by factor: Int64) -> Int64 {
        let (product, isTooMuch) = multipliedReportingOverflow(by: factor)
        return isTooMuch ? .max : product
    }
}
