import Endpoints
import Events
import Journeys
import Storage
import Telemetry

extension Stages {
    /// Reads one input to its end. On a thread of its own.
    func read(_ source: Int) async -> EndpointFault? {
        let input = request.inputs[source]
        defer {
            lanes[source].close()
            jobs.close()
        }
        let (stop, lineLimit) = (request.stop, request.plan.input.maxLine)
        do throws(EndpointFault) {
            switch input.kind {
            case .stream:
                try await pass(InputReader(input, stop: stop, lineLimit: lineLimit), of: source)
            case .listener(let listener):
                try await pass(ConnectionReader(listener, stop: stop, lineLimit: lineLimit), of: source)
            case .followed(let file):
                try await pass(FollowReader(file, stop: stop, lineLimit: lineLimit), of: source)
            }
            return nil
        } catch {
            return error
        }
    }

    /// Has everything scanned that a reader reads. While the lane is full nothing is read.
    private func pass(
        _ reader: consuming some PieceReader & ~Copyable, of source: Int
    ) async throws(EndpointFault) {
        let (lane, isLive) = (lanes[source], request.inputs[source].isLive)
        var scanner = newScanner()
        let meter = meters.stage("scan")
        while let piece = try reader.next() {
            guard let ticket = await lane.reserve() else { return }
            let job = ScanJob(piece: piece, source: source, isLive: isLive, lane: lane, ticket: ticket)
            if piece.block.count > Stages.scannedInPlaceMost {
                guard await jobs.send(job) else { return }
            } else {
                // Waking somebody else for it would take longer.
                scan(job, by: &scanner, meter)
            }
        }
    }

    private func newScanner() -> LineScanner {
        LineScanner(request.plan.journeys.projection, lineLimit: request.plan.input.maxLine)
    }

    private func scan(_ job: ScanJob, by scanner: inout LineScanner, _ meter: StageMeter) {
        meter.begin()
        let events = scanner.scan(job.piece)
        meters.inputs[job.source].lines.add(UInt64(events.lineCount))
        meters.inputs[job.source].bytes.add(UInt64(job.piece.block.count))
        meter.end()
        job.lane.deliver(.batch(InputBatch(events, isLive: job.isLive)), ticket: job.ticket)
    }

    /// Turns blocks of lines into events, side by side with the other scanners.
    func scan() async -> EndpointFault? {
        var scanner = newScanner()
        let meter = meters.stage("scan")
        while let job = await jobs.receive() { scan(job, by: &scanner, meter) }
        return nil
    }

    /// Tells the sequencer the time, often enough that idle live inputs are noticed soon after `time.idle_after`.
    func tick() async -> EndpointFault? {
        let pause = min(max(request.plan.input.idleAfter / 4, 20_000), 250_000)
        while (try? await Task.sleep(for: .microseconds(pause))) != nil {
            guard let ticket = await arrivals.reserve() else { return nil }
            arrivals.deliver(.time(.now), ticket: ticket)
        }
        return nil
    }

    /// Gives lines their places and events their times, and parts them by shard.
    func sequence() async -> EndpointFault? {
        var sequencer = Sequencer(
            request.plan.input, shards: request.shardCount)
        defer {
            for channel in ordered { channel.close() }
            expected.close()
        }
        let meter = meters.stage("sequence")
        var told = SequencerCounts(sequencer)
        while let arrival = await arrivals.receive() {
            let arrived: Instant
            switch arrival {
            case .batch(let batch):
                arrived = batch.events.arrival
                meter.begin()
                sequencer.take(batch)
                meter.end()
            case .time(let now):
                arrived = now
                sequencer.step(to: now)
            case .marker(let marker):
                guard await passOn(.marker(marker)) else { return nil }
                continue
            }
            guard await passOn(from: &sequencer, arrived: arrived, meter) else { return nil }
            told.tell(sequencer, meters)
        }
        request.condition.enter(.stopping)
        // A run that failed elsewhere has nothing more to say.
        if Task.isCancelled { return nil }
        sequencer.finish()
        _ = await passOn(from: &sequencer, arrived: nil, meter)
        told.tell(sequencer, meters)
        return nil
    }

    /// Sends what is ready to all shards; false where nobody takes it any more.
    private func passOn(from sequencer: inout Sequencer, arrived: Instant?, _ meter: StageMeter) async -> Bool {
        while let batch = meter.spend({ sequencer.next() }) {
            meters.reach(batch.watermark)
            guard await passOn(.batch(batch, arrived: arrived)) else { return false }
        }
        return true
    }

    private func passOn(_ item: StreamItem) async -> Bool {
        for channel in ordered {
            guard await channel.send(item) else { return false }
        }
        return await expected.send(item)
    }
}

/// What a sequencer had counted when it was last told of: it counts from its own beginning, the meters from the run's.
private struct SequencerCounts {
    private var lines: UInt64
    private var events: UInt64
    private var late: UInt64

    init(_ sequencer: borrowing Sequencer) {
        (lines, events, late) = (sequencer.lineCount, sequencer.eventCount, sequencer.lateCount)
    }

    mutating func tell(_ sequencer: borrowing Sequencer, _ meters: Meters) {
        let now = SequencerCounts(sequencer)
        meters.lines.add(now.lines - lines)
        meters.events.add(now.events - events)
        meters.late.add(now.late - late)
        self = now
    }
}
