import Telemetry

extension Stages {
    /// Lets those who look after the run see what its stages show.
    func followPulse() {
        let stages = self
        request.condition.follow {
            let meters = stages.meters
            return Pulse(
                workers: meters.workers.map {
                    Pulse.Worker(
                        stage: $0.name, isWriter: $0.name == "write", done: $0.doneCount, busySince: $0.busySince)
                },
                queued: stages.queuedCount, events: meters.events.value, late: meters.late.value,
                rejected: meters.rejectedCount, neverDue: meters.neverDue)
        }
    }

    /// How many batches wait in front of any stage.
    private var queuedCount: Int {
        jobs.depth + arrivals.depth + ordered.reduce(0) { $0 + $1.depth } + expected.depth
    }

    /// Has the metrics show how much waits between the stages, and how much may.
    func observeQueues() {
        let (arrivals, buffers, jobs, ordered) = (arrivals, buffers, jobs, ordered)
        let (expected, lines, rejected) = (expected, lines, rejected)
        let shards = ordered.count
        request.metrics.observe { reading in
            func show(_ queue: String, _ depth: Int, of capacity: Int) {
                let label = [Reading.Label("queue", queue)]
                reading.gauge("journeyd_queue_depth", "Batches that wait in front of a stage.", label, Double(depth))
                reading.gauge(
                    "journeyd_queue_capacity", "Batches that may wait there before whoever sends them waits as well.",
                    label, Double(capacity))
            }
            show("scan", jobs.depth, of: jobs.capacity)
            // Files that are merged have buffers of their own, in front of the common one.
            let merged = buffers.filter { $0 !== arrivals }
            let waiting = arrivals.depth + merged.reduce(0) { $0 + $1.depth }
            show("sequence", waiting, of: arrivals.capacity * (merged.count + 1))
            show("shard", ordered.reduce(0) { $0 + $1.depth }, of: ordered[0].capacity * shards)
            show("decide", expected.depth, of: expected.capacity)
            show("write", lines.reduce(0) { $0 + $1.depth }, of: lines.reduce(0) { $0 + $1.capacity })
            show("rejects", rejected.depth, of: rejected.capacity)
        }
    }
}
