import Endpoints
import Events
package import Journal
import Storage
import Synchronization
package import Telemetry

/// Has snapshots taken while a run goes on, and the journal shortened to what they leave needed.
///
/// One at a time, in these steps, of which only the third stops the stream:
///
/// 1. So much has been written to the journal, or so much time has passed, that one is due.
/// 2. A file is opened for it, aside.
/// 3. The sequencer puts a marker into the stream; where all stages stand at it, a process is forked that writes the file.
/// 4. Every output says that it has written all that lies before the marker, and how long its file is there.
/// 5. Aside again: these files are made sure of, their lengths are written to the journal, the journal is made sure of, and
///    only then the snapshot gets its name.
/// 6. Old snapshots go, and segments of the journal that nobody needs.
///
/// So a snapshot that has a name stands at a place that the journal has, all outputs have come to, and can be cut back to.
package final class SnapshotKeeper: Sendable {
    private enum Phase {
        case idle
        case preparing
        case prepared(Descriptor)
        case taking
    }

    private struct State {
        var phase = Phase.idle
        /// The journal's position at which the last one was begun, and when that was, by the monotonic clock.
        var position: UInt64
        var time = System.monotonicClock
    }

    private let store: SnapshotStore
    private let writer: JournalWriter
    private let log: Log
    private let state: Mutex<State>
    private let counts: SnapshotCounts

    /// A keeper for a run that begins where the journal has come to `newest` since the last snapshot.
    package init(_ store: SnapshotStore, _ writer: JournalWriter, newest: UInt64, log: Log, metrics: Metrics) {
        self.store = store
        self.writer = writer
        self.log = log
        state = Mutex(State(position: newest))
        counts = SnapshotCounts(metrics)
    }

    /// What came of it, by name, for people.
    package var totals: [String: UInt64] { counts.totals }

    /// The file for a snapshot that is to be taken now, if one is due; the caller takes it.
    /// - Parameters:
    ///   - hasNews: whether anything came since the last one.
    ///   - nudge: has this asked again soon, even where nothing comes any more.
    func due(hasNews: Bool, nudge: @escaping @Sendable () -> Void) -> Descriptor? {
        guard hasNews else { return nil }
        let end = writer.end
        return state.withLock { state in
            switch state.phase {
            case .prepared(let file):
                state.phase = .taking
                state.position = end
                state.time = System.monotonicClock
                return file
            case .idle:
                let settings = writer.settings
                let isFull = end >= state.position + settings.snapshotSize
                let isTime = System.monotonicClock - state.time >= settings.snapshotEvery.multipliedSafely(by: 1000)
                if isFull || isTime {
                    state.phase = .preparing
                    BlockingThread.start { self.prepare(nudge) }
                }
                return nil
            case .preparing, .taking: return nil
            }
        }
    }

    private func prepare(_ nudge: () -> Void) {
        do throws(JournalFault) {
            let file = try store.prepare()
            state.withLock { $0.phase = .prepared(file) }
            nudge()
        } catch {
            fail("\(error)")
        }
    }

    /// A snapshot at the journal's present place, whose file is ready.
    func begin(_ file: Descriptor, plan: Plan, shards: Int, outputs: Int) -> SnapshotWork {
        let (position, context) = writer.place
        let note = SnapshotNote(
            position: position, context: context, maxLine: plan.input.maxLine, shardCount: shards, taken: .now)
        return SnapshotWork(note, file: file, outputs: outputs, store: store) { [self] in finish($0, $1) }
    }

    /// How long the stream stood still for one, in microseconds.
    func note(pause: Int64) { counts.note(pause: pause) }

    private func finish(_ work: SnapshotWork, _ outcome: SnapshotStore.Outcome) {
        if let fault = outcome.fault {
            store.abandon()
            return fail(fault)
        }
        do throws(JournalFault) {
            try work.synchronizeOutputs()
            var record = JournalRecord(.written, payload: work.places.payload)
            record.offset = work.note.position
            try writer.append(record)
            try writer.synchronize()
            try store.settle(work.note.position)
            counts.note(outcome)
            log.info(
                "snapshot",
                [
                    "position": LogValue(work.note.position), "bytes": LogValue(outcome.byteCount),
                    "seconds": .number(Double(outcome.microseconds) / 1e6),
                ])
            // What the oldest kept one needs is needed, so that a damaged newest one costs nothing.
            try writer.retain(from: try store.positions().last ?? 0, now: .now)
            state.withLock { $0.phase = .idle }
        } catch {
            fail("\(error)")
        }
    }

    /// Says that there is no snapshot this time; the next one is tried when it is due again.
    private func fail(_ fault: String) {
        counts.noteFailure()
        log.warn("no snapshot could be taken; the run goes on, and a restart takes longer", ["reason": .text(fault)])
        state.withLock { state in
            state.phase = .idle
            state.position = writer.end
            state.time = System.monotonicClock
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
            "journeyd_snapshot_duration_seconds", "How long a snapshot took to be written, while the stream went on.")
    }

    func note(_ outcome: SnapshotStore.Outcome) {
        taken.add()
        size.set(Double(outcome.byteCount))
        duration.record(UInt64(max(0, outcome.microseconds)))
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
