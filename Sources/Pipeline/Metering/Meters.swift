import Decisions
import Events
import Journeys
import Storage
import Synchronization
import Telemetry

/// Everything that is counted while a run goes on. The summary at its end and the metrics draw from these numbers.
final class Meters: Sendable {
    /// What one input brought.
    struct OfInput: Sendable {
        let lines: Counter
        let bytes: Counter
    }

    /// How long, at most, what shards and the stage that decides have counted stays unpublished while they are at work.
    static let publishPause: Int64 = 100_000_000

    let metrics: Metrics
    let inputs: [OfInput]
    let lines: Counter
    let events: Counter
    let late: Counter
    let dropped: Counter
    private let rejected: [RejectReason: Counter]
    let outputLines: Counter
    let outputBytes: Counter
    /// Microseconds from the arrival of what brought a line about to its being handed over to be written.
    let latency: Histogram
    /// How far each output is behind.
    let outputLags: [OutputLag]
    /// The watermark, in microseconds since 1970; the least number before there is one.
    private let watermark = Atomic<Int64>(.min)
    private let shards: Mutex<[ShardCounts?]>
    private let merge = Mutex<MergeCounts?>(nil)
    private let identity = Mutex<IdentityCounts?>(nil)
    private let failedConditions = Mutex<[String: (failed: Int, absent: Int)]>([:])
    private let stages = Mutex<[StageMeter]>([])

    init(_ metrics: Metrics, inputs: [String], outputs: [String], isLive: Bool, shardCount: Int) {
        self.metrics = metrics
        self.inputs = inputs.map { name in
            OfInput(
                lines: metrics.counter("journeyd_input_lines_total", "Lines read from an input.", ["input": name]),
                bytes: metrics.counter("journeyd_input_bytes_total", "Bytes of these lines.", ["input": name]))
        }
        lines = metrics.counter("journeyd_lines_total", "Lines read, blank and rejected ones included.")
        events = metrics.counter("journeyd_events_total", "Events taken.")
        late = metrics.counter("journeyd_late_events_total", "Events that came after the watermark had passed them.")
        dropped = metrics.counter("journeyd_dropped_events_total", "Events left out by input.drop.")
        rejected = Dictionary(
            uniqueKeysWithValues: RejectReason.allCases.map { reason in
                let labels: KeyValuePairs = ["reason": reason.rawValue]
                return (reason, metrics.counter("journeyd_rejected_lines_total", "Lines rejected, by reason.", labels))
            })
        outputLines = metrics.counter("journeyd_output_lines_total", "Lines of moments, decisions and the like made.")
        outputBytes = metrics.counter("journeyd_output_bytes_total", "Bytes of these lines.")
        latency = metrics.histogram(
            "journeyd_latency_seconds",
            "From the arrival of the block of input that brought a line about to the line's being handed over to be written."
        )
        outputLags = outputs.map { OutputLag(output: $0) }
        shards = Mutex(Array(repeating: nil, count: shardCount))
        metrics.observe { [weak self] reading in self?.observe(isLive: isLive, &reading) }
    }

    /// A meter for one task that works for a stage.
    func stage(_ name: String) -> StageMeter {
        let meter = StageMeter(name, metrics)
        stages.withLock { $0.append(meter) }
        return meter
    }

    /// All that work for stages.
    var workers: [StageMeter] { stages.withLock { $0 } }

    /// How often an output's condition could not be evaluated, and found a value absent, in all.
    func note(failed: Int, absent: Int, of path: String) {
        failedConditions.withLock { $0[path] = (failed, absent) }
    }

    /// How many lines were rejected, for whatever reason.
    var rejectedCount: UInt64 { rejected.values.reduce(0) { $0 + $1.value } }

    func reject(_ counts: [RejectReason: UInt64]) {
        for (reason, count) in counts { rejected[reason]?.add(count) }
    }

    /// Lines were handed over to be written that something brought about which arrived at that time; nil for what no
    /// input brought.
    func tell(_ output: OutputLines, arrived: Instant?) {
        outputLines.add(UInt64(output.lines.count))
        outputBytes.add(UInt64(output.block.count))
        guard let arrived else { return }
        let passed = max(0, System.wallClock - arrived.microseconds)
        latency.record(UInt64(passed), times: UInt64(output.lines.count))
    }

    func reach(_ watermark: Instant) { self.watermark.store(watermark.microseconds, ordering: .relaxed) }

    /// Makes known what a shard has counted.
    func publish(_ counts: ShardCounts, shard: Int) { shards.withLock { $0[shard] = counts } }

    /// Makes known what the stage that decides has counted.
    func publish(_ counts: MergeCounts) { merge.withLock { $0 = counts } }

    /// Makes known what has come of the ids that events showed.
    func publish(_ counts: IdentityCounts) { identity.withLock { $0 = counts } }

    /// How many deadlines were set that are never due.
    var neverDue: Int { shards.withLock { $0.reduce(0) { $0 + ($1?.statistics.neverDue ?? 0) } } }

    /// What the engine has counted, as its parts last made it known.
    var engine: EngineCounts {
        EngineCounts(shards: shards.withLock { $0 }.compactMap(\.self), merge: merge.withLock { $0 })
    }

    /// What the run has come to so far.
    var totals: Totals {
        var totals = Totals()
        totals.lines = lines.value
        totals.events = events.value
        totals.late = late.value
        totals.dropped = dropped.value
        for (reason, counter) in rejected where counter.value > 0 { totals.rejected[reason] = counter.value }
        let engine = engine
        totals.named = engine.named
        totals.linesOut = outputLines.value
        totals.moments = UInt64(engine.moments.entries.reduce(0) { $0 + $1.value.lines })
        totals.failing = engine.mostFailing.map { ($0.path, UInt64($0.count)) }
        for (path, counts) in failedConditions.withLock({ $0 }) {
            if counts.failed > 0 { totals.named["failed evaluations of " + path] = UInt64(counts.failed) }
            if counts.absent > 0 { totals.named["absent values in " + path] = UInt64(counts.absent) }
        }
        return totals
    }

    private func observe(isLive: Bool, _ reading: inout Reading) {
        engine.add(to: &reading)
        identity.withLock { $0 }?.add(to: &reading)
        let watermark = watermark.load(ordering: .relaxed)
        if watermark != .min {
            reading.gauge(
                "journeyd_watermark_timestamp_seconds", "The watermark: how far event time has come.", [],
                Double(watermark) / 1e6)
            if isLive {
                reading.gauge(
                    "journeyd_watermark_lag_seconds", "How far the watermark of live inputs is behind the clock.", [],
                    Double(Instant(microseconds: System.wallClock).since(Instant(microseconds: watermark))) / 1e6)
            }
        }
        for lag in outputLags {
            reading.gauge(
                "journeyd_output_lag_seconds", "For how long the oldest lines not yet written have been waiting.",
                [Reading.Label("output", lag.output)], Double(lag.nanoseconds) / 1e9)
        }
        for (path, counts) in failedConditions.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            let label = [Reading.Label("expression", path)]
            if counts.failed > 0 {
                reading.count(
                    "journeyd_failed_evaluations_total", "Evaluations that failed, by the expression's path.", label,
                    UInt64(counts.failed))
            }
            if counts.absent > 0 {
                reading.count(
                    "journeyd_absent_values_total", "Evaluations that found a value absent, by the expression's path.",
                    label, UInt64(counts.absent))
            }
        }
    }
}

/// When it is time again to make counts known: whenever there is nothing else to do, and now and then otherwise.
struct PublishPace {
    private var last: Int64 = 0

    mutating func isTime(queued: Int) -> Bool {
        let now = System.monotonicClock
        guard queued == 0 || now - last >= Meters.publishPause else { return false }
        last = now
        return true
    }
}
