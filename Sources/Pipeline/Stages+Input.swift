import Endpoints
import Events
import Journeys

extension Stages {
    /// Reads one input to its end. On a thread of its own.
    func read(_ source: Int) async -> EndpointFault? {
        let input = request.inputs[source]
        let lane = lanes[source]
        var reader = InputReader(input, stop: request.stop, lineLimit: request.plan.input.maxLine)
        defer {
            lane.close()
            jobs.close()
        }
        do throws(EndpointFault) {
            while let piece = try reader.next() {
                guard let ticket = await lane.reserve() else { return nil }
                let job = ScanJob(piece: piece, source: source, isLive: input.isLive, lane: lane, ticket: ticket)
                guard await jobs.send(job) else { return nil }
            }
            return nil
        } catch {
            return error
        }
    }

    /// Turns blocks of lines into events, side by side with the other scanners.
    func scan() async -> EndpointFault? {
        var scanner = LineScanner(request.plan.journeys.projection, lineLimit: request.plan.input.maxLine)
        while let job = await jobs.receive() {
            let events = scanner.scan(
                job.piece.block, source: job.source, arrival: job.piece.arrival, isFirst: job.piece.isFirst)
            job.lane.deliver(.batch(InputBatch(events, isLive: job.isLive)), ticket: job.ticket)
        }
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
            request.plan.input, sources: request.inputs.count, shards: request.shardCount)
        defer {
            for channel in ordered { channel.close() }
            expected.close()
        }
        while let arrival = await arrivals.receive() {
            switch arrival {
            case .batch(let batch): sequencer.take(batch)
            case .time(let now): sequencer.step(to: now)
            case .marker(let marker):
                guard await passOn(.marker(marker)) else { return nil }
                continue
            }
            guard await passOn(from: &sequencer) else { return nil }
        }
        // A run that failed elsewhere has nothing more to say.
        if Task.isCancelled { return nil }
        sequencer.finish()
        _ = await passOn(from: &sequencer)
        return nil
    }

    /// Sends what is ready to all shards; false where nobody takes it any more.
    private func passOn(from sequencer: inout Sequencer) async -> Bool {
        while let batch = sequencer.next() {
            guard await passOn(.batch(batch)) else { return false }
        }
        let (lines, events, late) = (sequencer.lineCount, sequencer.eventCount, sequencer.lateCount)
        tally.add { totals in
            totals.lines = lines
            totals.events = events
            totals.late = late
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
