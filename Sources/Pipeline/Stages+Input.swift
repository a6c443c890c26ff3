import Endpoints
import Events
import Journal
import Journeys
import Storage
import Telemetry

extension Stages {
    /// Reads one input to its end. On a thread of its own.
    func read(_ source: Int) async -> EndpointFault? {
        _ = await caughtUp.receive()
        let input = request.inputs[source]
        // What a run with a journal does not come to, the next one reads.
        var isCut = request.journal != nil
        defer {
            buffers[source].close(isCut: isCut)
            jobs.close()
        }
        let (buffer, isDurable) = (buffers[source], request.journal?.writer != nil)
        let terms = ReadingTerms(
            stop: request.stop, lineLimit: request.plan.input.maxLine, isDurable: isDurable,
            marks: isDurable && buffer !== arrivals
        ) { buffer.hasRoom }
        do throws(EndpointFault) {
            let hasEnded = try await input.source.read(input, terms, by: SourceTaker(stages: self, source: source))
            isCut = isCut && !hasEnded
            return nil
        } catch {
            return error
        }
    }

    /// What takes an input's pieces: the stage that scans.
    private struct SourceTaker: PieceTaker {
        let stages: Stages
        let source: Int

        func take(_ reader: consuming some PieceReader & ~Copyable) async throws(EndpointFault) -> Bool {
            try await stages.pass(reader, of: source)
        }
    }

    /// Has everything scanned that a reader reads. While the buffer is full nothing is read.
    /// - Returns: whether the reader came to the input's end.
    fileprivate func pass(
        _ reader: consuming some PieceReader & ~Copyable, of source: Int
    ) async throws(EndpointFault) -> Bool {
        let (buffer, isLive) = (buffers[source], request.inputs[source].isLive)
        var scanner = current.scanner
        let names = request.plan.report.map { NameCollector($0) }
        let meter = meters.stage("scan")
        while let piece = try reader.next() {
            guard let ticket = await buffer.reserve() else { return false }
            let job = ScanJob(
                piece: dated(piece, of: buffer), source: source, isLive: isLive, buffer: buffer, ticket: ticket)
            if piece.block.count > Stages.scannedInPlaceMost {
                guard await jobs.send(job) else { return false }
            } else {
                // Waking somebody else for it would take longer.
                scan(job, by: &scanner, names, meter)
            }
        }
        request.sketch?.note(typesSeen: scanner.typesSeen)
        return reader.hasReachedEnd
    }

    private func scan(_ job: ScanJob, by scanner: inout LineScanner, _ names: NameCollector?, _ meter: StageMeter) {
        meter.begin()
        if scanner.planVersion != current.planVersion {
            request.sketch?.note(typesSeen: scanner.typesSeen)
            scanner = current.scanner
        }
        let events = scanner.scan(job.piece)
        names?.note(events)
        if !job.isRepeated {
            meters.inputs[job.source].lines.add(UInt64(events.lineCount))
            meters.inputs[job.source].bytes.add(UInt64(job.piece.block.count))
        }
        if events.extras.dropped > 0 { meters.dropped.add(UInt64(events.extras.dropped)) }
        meter.end()
        var batch = InputBatch(
            events, isLive: job.isLive, runs: job.runs, isFirst: job.piece.isFirst, end: job.piece.end,
            mark: job.piece.mark)
        batch.passed = job.erased.map { PassedLine(line: $0.line - 1, of: events, time: $0.time) }
        job.buffer.deliver(job.isRepeated ? .repeated(.batch(batch)) : .batch(batch), ticket: job.ticket)
    }

    /// Merged files have one time of arrival, since that of a merged block is one.
    private func dated(_ piece: InputReader.Piece, of buffer: ReorderBuffer<Arrival>) -> InputReader.Piece {
        guard buffer !== arrivals, request.journal != nil else { return piece }
        return InputReader.Piece(
            block: piece.block, arrival: progress.begun, lines: piece.lines, end: piece.end, mark: piece.mark)
    }

    /// Turns blocks of lines into events, side by side with the other scanners.
    func scan() async -> EndpointFault? {
        var scanner = current.scanner
        let names = request.plan.report.map { NameCollector($0) }
        let meter = meters.stage("scan")
        while let job = await jobs.receive() { scan(job, by: &scanner, names, meter) }
        request.sketch?.note(typesSeen: scanner.typesSeen)
        return nil
    }

    /// Tells the sequencer the time, often enough that idle live inputs are noticed soon after `time.idle_after`.
    func tick() async -> EndpointFault? {
        _ = await caughtUp.receive()
        let pause = min(max(request.plan.input.idleAfter / 4, 20_000), 250_000)
        while (try? await Task.sleep(for: .microseconds(pause))) != nil {
            guard let ticket = await arrivals.reserve() else { return nil }
            arrivals.deliver(.time(.now), ticket: ticket)
        }
        return nil
    }

    /// Has memory ready before it is needed. On a thread of its own.
    func readyMemory() async -> EndpointFault? {
        repeat {
            let isGrowing = ReadyMemory.makeMore()
            guard (try? await Task.sleep(for: .milliseconds(isGrowing ? 5 : 250))) != nil else { return nil }
        } while true
    }

    /// Gives lines their places and events their times, and parts them by shard. What is new is written to the journal
    /// before anything follows from it.
    func sequence() async -> EndpointFault? {
        var sequencer = firstSequencer()
        sequencer.search = request.journal?.search
        var recorder = JournalRecorder(request.journal?.writer, acknowledgements)
        defer {
            for channel in ordered { channel.close() }
            expected.close()
        }
        let meter = meters.stage("sequence")
        var scanner = current.scanner
        var told = SequencerCounts()
        var hasNews = request.journal?.isRepeating == true
        do throws(JournalFault) {
            while let arrival = await arrivals.receive() {
                for taken in try recorder.record(arrival, more: arrivals, before: sequencer) {
                    guard await take(taken, &sequencer, &scanner, meter) else { return nil }
                    told.tell(sequencer, meters)
                    hasNews = true
                }
                if let position = recorder.mark() {
                    guard await expected.send(.note(.written(position))) else { return nil }
                }
                // All that the journal has is taken here, and nothing else.
                if recorder.isCaughtUp {
                    guard await beginSnapshot(hasNews: &hasNews) else { return nil }
                }
            }
            request.condition.enter(.stopping)
            // A run that failed elsewhere has nothing more to say, and one that was told to stop goes on another time.
            if Task.isCancelled || request.journal != nil && request.stop.isRequested { return nil }
            if request.journal != nil, request.journal?.writer == nil { return nil }
            try recorder.end(flushes: request.flushesAtEnd)
        } catch {
            return EndpointFault(.writingFailed, "\(error)")
        }
        await end(&sequencer, flushes: request.journal != nil && request.flushesAtEnd, meter)
        told.tell(sequencer, meters)
        return nil
    }

    /// Begins a snapshot if one is due, and has the outputs tell when they come to its place; false where they never will.
    private func beginSnapshot(hasNews: inout Bool) async -> Bool {
        let controls = request.controls
        let work = request.journal?.keeper?.begin(hasNews: hasNews, outputs: request.outlets.count + 1) {
            controls.post(.pause {})
        }
        guard let work else { return true }
        hasNews = false
        return await expected.send(.note(.covered(work)))
    }

    /// Lets an arrival have its effect; false where nobody takes it any more.
    private func take(
        _ arrival: Arrival, _ sequencer: inout Sequencer, _ scanner: inout LineScanner, _ meter: StageMeter
    ) async -> Bool {
        let arrived: Instant
        switch arrival {
        case .batch(let batch), .repeated(.batch(let batch)):
            arrived = batch.events.arrival
            meter.begin()
            request.sketch?.look(at: batch.events)
            // What was decoded for another plan is decoded once more.
            let isCurrent = batch.events.planVersion == scanner.planVersion && scanner.isRead(batch.events)
            let decoded = isCurrent ? batch : scanner.again(batch)
            let place = sequencer.lineCount
            sequencer.take(decoded)
            if takesRequests { tell(decoded.events, from: place, sequencer.refused) }
            meter.end()
        case .time(let now), .repeated(.time(let now)):
            arrived = now
            sequencer.step(to: now)
        case .barrier(let barrier), .repeated(.barrier(let barrier)):
            guard await pass(barrier, &sequencer, &scanner) else { return false }
            arrived = .now
        case .repeated(.end(let flushes)): return await end(&sequencer, flushes: flushes, meter)
        case .repeated(.note(let note)): return await expected.send(.note(note))
        }
        // How long ago an earlier run had something says nothing about this one.
        if case .repeated = arrival { return await passOn(from: &sequencer, arrived: nil, meter) }
        return await passOn(from: &sequencer, arrived: arrived, meter)
    }

    /// Ends the input; false where nobody takes what follows any more.
    @discardableResult
    private func end(_ sequencer: inout Sequencer, flushes: Bool, _ meter: StageMeter) async -> Bool {
        sequencer.finish()
        guard await passOn(from: &sequencer, arrived: nil, meter) else { return false }
        return flushes ? await passOn(.flush) : true
    }

    /// Sends a barrier on its way, and does the sequencer's part; false where nobody takes it any more.
    private func pass(_ given: Barrier, _ sequencer: inout Sequencer, _ scanner: inout LineScanner) async -> Bool {
        var barrier = given
        if case .customer(let request) = given, let key = sequencer.key(ofID: request.id) {
            barrier = .customer(CustomerRequest(key, take: request.take))
        }
        var image: StateImage?
        if case .snapshot = barrier {
            let made = StateImage()
            sequencer.add(to: made)
            image = made
        }
        if case .forget(let request) = barrier { request.keys = sequencer.forget(request.ids) }
        guard await passOn(.barrier(barrier, image)) else { return false }
        if image != nil, await isTaken.receive() == nil { return false }
        if case .reload(let reload) = barrier {
            current.follow(reload.plan)
            scanner = current.scanner
            sequencer.follow(reload.plan.input, scanner: &scanner)
        }
        return true
    }

    /// Sends what is ready to all shards; false where nobody takes it any more.
    private func passOn(from sequencer: inout Sequencer, arrived: Instant?, _ meter: StageMeter) async -> Bool {
        while let batch = meter.spend({ sequencer.next() }) {
            meters.reach(batch.watermark)
            // Whoever only looks for somebody's lines decides nothing.
            if request.journal?.search != nil { continue }
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

/// What a sequencer had counted when it was last told of. What is taken over from a snapshot counts as if it came now, as
/// what the journal repeats does.
private struct SequencerCounts {
    private var lines: UInt64 = 0
    private var events: UInt64 = 0
    private var late: UInt64 = 0

    init() {}

    init(_ sequencer: borrowing Sequencer) {
        (lines, events, late) = (sequencer.lineCount, sequencer.eventCount, sequencer.lateCount)
    }

    mutating func tell(_ sequencer: borrowing Sequencer, _ meters: Meters) {
        let now = SequencerCounts(sequencer)
        meters.lines.add(now.lines - lines)
        meters.events.add(now.events - events)
        meters.late.add(now.late - late)
        if let identity = sequencer.identityCounts { meters.publish(identity) }
        self = now
    }
}
