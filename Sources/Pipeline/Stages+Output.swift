import Decisions
import Endpoints
import Events
import Journeys
import Languages
import Storage
import Synchronization
import Telemetry

extension Stages {
    /// One shard: owns its customers, and nobody else touches them.
    func work(onShard index: Int) async -> EndpointFault? {
        var shard = firstShard(index)
        let meter = meters.stage("shard")
        var pace = PublishPace()
        defer { outputs[index].close() }
        while let item = await ordered[index].receive() {
            switch item {
            case .batch(let batch, _):
                meter.begin()
                var progress = Shard.BatchProgress()
                var output = shard.process(batch, &progress)
                while output == nil, let awaited = progress.awaited {
                    meter.pause()
                    guard await isGiven(awaited) else { return nil }
                    meter.begin()
                    output = shard.process(batch, &progress)
                }
                meter.end()
                guard let output else { return nil }
                guard await outputs[index].send(.output(output)) else { return nil }
                if pace.isTime(queued: ordered[index].depth) { meters.publish(shard.counted(), shard: index) }
            case .barrier(let barrier, _): guard await meet(barrier, &shard, number: index) else { return nil }
            case .flush: guard await outputs[index].send(.output(shard.finish(flush: true))) else { return nil }
            case .note: break
            }
        }
        if Task.isCancelled { return nil }
        request.sketch?.note(pendingMatches: shard.journeys.countPendingMatches())
        // With a journal, the end of the input is an item of its own.
        var output = shard.finish(flush: request.journal == nil && request.flushesAtEnd)
        if let collector = request.report { output.report = shard.conclude(at: collector, with: output.report) }
        meters.publish(shard.counted(), shard: index)
        _ = await outputs[index].send(.output(output))
        return nil
    }

    /// Waits until another shard has handed over a customer's state; false where it never will.
    private func isGiven(_ transfer: StateTransfer) async -> Bool {
        let given = Channel<Void>(capacity: 1)
        transfer.state.whenGiven { given.post(()) }
        return await given.receive() != nil
    }

    /// Puts together what the shards made of each batch, decides, and sends the lines on their way.
    func decide() async -> EndpointFault? {
        var decisions = firstMerge()
        let meter = meters.stage("decide")
        var pace = PublishPace()
        var rejects = firstRejects()
        defer {
            for channel in lines { channel.close() }
            rejected.close()
        }
        while let item = await expected.receive() {
            switch item {
            case .barrier(let barrier, let image):
                guard await perform(barrier, sequencer: image, &decisions, &rejects) else { return nil }
            case .note(let note): guard await pass(note) else { return nil }
            case .flush:
                guard let made = await shardOutputs() else { return nil }
                guard await pass(decisions: &decisions, made, arrived: nil, meter) else { return nil }
            case .batch(let batch, let arrived):
                guard let made = await shardOutputs() else { return nil }
                guard await pass(decisions: &decisions, made, of: batch, arrived: arrived, meter) else { return nil }
                guard await pass(&rejects, batch, made) else { return nil }
            }
            if pace.isTime(queued: expected.depth) {
                meters.publish(decisions.counted())
                inquiries.forget()
            }
        }
        if Task.isCancelled { return nil }
        guard let made = await shardOutputs(), await pass(decisions: &decisions, made, arrived: nil, meter) else {
            return nil
        }
        _ = await pass(&rejects, settledPlace: .max)
        request.report?.add(decisions.ledger)
        request.report?.add(
            entries: decisions.entries, outcomes: decisions.outcomeEvents,
            actions: decisions.plan.decisions.actions.map(\.name),
            calibration: decisions.calibration)
        meters.publish(decisions.counted())
        return nil
    }

    private func pass(_ rejects: inout RejectLog, _ batch: OrderedBatch, _ made: [EngineOutput]) async -> Bool {
        rejects.add(batch.rejects)
        for output in made { rejects.add(batch.placed(output.journeys.duplicates)) }
        return await pass(&rejects, settledPlace: batch.settledPlace)
    }

    private func pass(_ note: StreamNote) async -> Bool {
        for channel in lines {
            guard await channel.send(.note(note)) else { return false }
        }
        return await rejected.send(.note(note))
    }

    /// What all shards made of the next batch.
    private func shardOutputs() async -> [EngineOutput]? {
        var made: [EngineOutput] = []
        for channel in outputs {
            guard case .output(let output) = await channel.receive() else { return nil }
            made.append(output)
        }
        return made
    }

    private func pass(
        decisions: inout EngineMerge, _ made: [EngineOutput], of batch: OrderedBatch? = nil, arrived: Instant?,
        _ meter: StageMeter
    ) async -> Bool {
        meter.begin()
        // A decision's line is some twice as long as that of its moment.
        var output = OutputLines(capacity: made.reduce(1024) { $0 + 3 * $1.journeys.text.count })
        if inquiries.isEmpty {
            decisions.merge(made, into: &output)
        } else {
            let found = decisions.merge(made, into: &output, noting: inquiries.watch())
            inquiries.settle(found, in: output, batch, made.flatMap(\.journeys.kept))
        }
        meter.end()
        if output.isEmpty { return true }
        request.recent?.add(output)
        for (channel, lag) in zip(lines, meters.outputLags) {
            lag.handOver()
            guard await channel.send(.lines(output)) else { return false }
        }
        meters.tell(output, arrived: arrived)
        return true
    }

    private func pass(_ rejects: inout RejectLog, settledPlace: UInt64) async -> Bool {
        guard rejects.isWaiting else { return true }
        if let sketch = request.sketch, let first = rejects.first(before: settledPlace) { sketch.note(first) }
        let block = ByteBlock(capacity: 1024)
        let counts = rejects.settle(upTo: settledPlace, into: block)
        meters.reject(counts)
        return block.count == 0 ? true : await rejected.send(.block(block))
    }

    /// Writes the lines that an output takes as they come, and tells its lag of each block. On a thread of its own.
    func write(
        _ lines: Channel<LineDispatch>, to output: Output, of plan: OutputPlan, number: Int
    ) async -> EndpointFault? {
        let meter = meters.stage("write")
        let lag = meters.outputLags[number]
        var writer = output.writer
        var filter = LineFilter(plan, zone: request.plan.zone)
        let form = FormedLines(plan)
        // What a file holds is found in it again; other outputs have had what was written down as such.
        var isSilent = request.journal?.isRepeating == true && !output.isResumed
        writer.begin(at: request.journal?.length(of: output) ?? 0)
        defer {
            note(failed: filter.faultCount, absent: filter.absenceCount, of: plan)
            outputEnds.close()
        }
        do throws(EndpointFault) {
            while let dispatch = await lines.receive() {
                switch dispatch {
                case .lines(let lines):
                    meter.begin()
                    if !isSilent { try writer.write(form.block(filter.pick(from: lines))) }
                    meter.end()
                    lag.written()
                case .reopen:
                    if let fault = writer.reopen() {
                        if let log = request.log {
                            log.error("\(fault)")
                        } else {
                            Descriptor.standardError.writeMessage(request.speech("\(fault)") + "\n")
                        }
                    }
                case .note(.speak): isSilent = false
                case .note(.caughtUp): try writer.catchUp()
                case .note(.written(let position)):
                    if let fault = written(upTo: position, by: number) { throw fault }
                case .note(.covered(let work)): try writer.tell(work)
                }
            }
            ended.add(writer)
            return nil
        } catch {
            return fail(error, lines)
        }
    }

    /// Keeps the lines that an output takes until they are delivered. On a thread of its own.
    func keep(
        _ lines: Channel<LineDispatch>, for delivery: Delivery, of plan: OutputPlan, number: Int
    ) async -> EndpointFault? {
        let meter = meters.stage("write")
        let lag = meters.outputLags[number]
        var filter = LineFilter(plan, zone: request.plan.zone)
        var isSilent = request.journal?.isRepeating == true
        var fault: EndpointFault?
        var notes = HeldNotes()
        defer { outputEnds.close() }
        while let dispatch = await lines.receive() {
            switch dispatch {
            case .lines(let lines):
                meter.begin()
                if !isSilent { delivery.add(filter.pick(from: lines)) { request.stop.isRequested } }
                meter.end()
                lag.written()
            case .note(.speak): isSilent = false
            // What waits in memory is lost with the process: it is told of only once it was taken.
            case .note(let note): notes.hold(note, at: delivery.place)
            case .reopen: break
            }
            for note in notes.take(where: delivery.isSafe) {
                if let error = tell(note, by: number) { fault = fault ?? fail(error, lines) }
            }
        }
        self.note(failed: filter.faultCount, absent: filter.absenceCount, of: plan)
        let last = delivery.place
        await delivery.finish { request.stop.isRequested }
        for note in notes.take(where: delivery.isSafe) { fault = fault ?? tell(note, by: number) }
        if !delivery.isSafe(before: last) { progress.isOwing = true }
        return fault
    }

    /// What a delivered output has to say when what a note is about is safe.
    private func tell(_ note: StreamNote, by number: Int) -> EndpointFault? {
        switch note {
        case .written(let position): return written(upTo: position, by: number)
        case .covered(let work): work.reached()
        case .speak, .caughtUp: break
        }
        return nil
    }

    /// Ends the engine because of an output.
    private func fail<Element>(_ fault: EndpointFault, _ channel: Channel<Element>) -> EndpointFault {
        channel.abandon()
        outputFaults.post(fault)
        return fault
    }

    private func note(failed: Int, absent: Int, of plan: OutputPlan) {
        guard failed + absent > 0 else { return }
        meters.note(failed: failed, absent: absent, of: plan.path + ".where")
    }

    /// Writes rejected lines as they come. On a thread of its own.
    func write(_ blocks: Channel<RejectBlock>, to output: Output) async -> EndpointFault? {
        var writer = output.writer
        var isSilent = request.journal?.isRepeating == true && !output.isResumed
        writer.begin(at: request.journal?.length(of: output) ?? 0)
        do throws(EndpointFault) {
            while let dispatch = await blocks.receive() {
                switch dispatch {
                case .block(let block): if !isSilent { try writer.write(block) }
                case .note(.speak): isSilent = false
                case .note(.caughtUp): try writer.catchUp()
                case .note(.covered(let work)): try writer.tell(work)
                case .note(.written): break
                }
            }
            ended.add(writer)
            return nil
        } catch {
            return fail(error, blocks)
        }
    }

    /// Writes messages for people as they come; where that fails nobody is there to be told. On a thread of its own.
    func tell(_ blocks: Channel<RejectBlock>) async -> EndpointFault? {
        var isSilent = request.journal.map { $0.isRepeating || $0.writer == nil } ?? false
        while let dispatch = await blocks.receive() {
            switch dispatch {
            case .block(let block): if !isSilent { Descriptor.standardError.writeMessage(block) }
            case .note(.speak): isSilent = request.journal?.writer == nil
            case .note(.covered(let work)): work.reached()
            case .note: break
            }
        }
        return nil
    }
}

extension OutputWriter {
    /// Tells a snapshot that all that lies before it is written.
    fileprivate func tell(_ work: SnapshotWork) throws(EndpointFault) {
        guard let length = resumedLength else { return work.reached() }
        do throws(SystemError) {
            // The run may end, and close its own, before the file is made sure of.
            work.reached(by: name, length: length, of: try descriptor.copy())
        } catch {
            throw EndpointFault(.writingFailed, "\(name): cannot be made sure of: \(error)")
        }
    }
}

/// Outputs that have had all their lines and are still to be closed.
///
/// That comes after the journal's end: the first to close a file that was emptied has ext4 send all of
/// it to the disk, and an fsync would wait behind that. Where closing fails, the next run holds the file
/// against what it repeats, as it always does, and writes again what is not there.
final class EndedOutputs: Sendable {
    private let writers = Mutex<[OutputWriter]>([])

    func add(_ writer: OutputWriter) { writers.withLock { $0.append(writer) } }

    /// How long those are that are files, by their names.
    var lengths: [String: UInt64] {
        let files = writers.withLock { $0.filter { $0.descriptor.kind == .file } }
        return Dictionary(files.map { ($0.name, $0.descriptor.size) }, uniquingKeysWith: { first, _ in first })
    }

    /// Closes them all.
    /// - Returns: what only that brought to light first.
    func close() -> EndpointFault? {
        var first: EndpointFault?
        for writer in writers.withLock({ $0 }) {
            do throws(EndpointFault) { try writer.close() } catch { first = first ?? error }
        }
        return first
    }
}

/// Notes about lines that are on their way, in order.
private struct HeldNotes {
    private var held: [(note: StreamNote, place: Delivery.Place)] = []

    mutating func hold(_ note: StreamNote, at place: Delivery.Place) { held.append((note, place)) }

    /// Those at the front whose lines are safe.
    mutating func take(where isSafe: (Delivery.Place) -> Bool) -> [StreamNote] {
        let count = held.firstIndex { !isSafe($0.place) } ?? held.count
        defer { held.removeFirst(count) }
        return held.prefix(count).map(\.note)
    }
}

/// What comes to an output.
enum LineDispatch: Sendable {
    /// Lines in order. All outputs read the same ones.
    case lines(OutputLines)
    /// A file that is appended to is to be opened anew.
    case reopen
    case note(StreamNote)
}

/// What comes to where rejected lines go.
enum RejectBlock: Sendable {
    case block(ByteBlock)
    case note(StreamNote)
}

/// The rejected lines on their way out: in order of place, however late a shard refused one.
struct RejectLog {
    /// How many are reported where they are not kept.
    static let reportedMost = 5

    private let isKept: Bool
    private let log: Log?
    private let speech: Speech
    var waiting: [PlacedReject] = []
    var reported = 0
    /// How many were settled, by reason.
    var counts: [RejectReason: UInt64] = [:]
    /// The sources that turned out to have no lines of JSON at all, of those that were reported of.
    private var foreign: Set<String> = []

    /// A log of rejects. Where there is no log for operators and they are not kept, the first few
    /// are reported for people.
    init(isKept: Bool, log: Log? = nil, speech: Speech = Speech(.english)) {
        self.isKept = isKept
        self.log = log
        self.speech = speech
    }

    var isWaiting: Bool { !waiting.isEmpty }

    /// Takes over what another log has come to.
    mutating func goOn(from log: RejectLog) { (waiting, reported, counts) = (log.waiting, log.reported, log.counts) }

    mutating func add(_ rejects: [PlacedReject]) { waiting += rejects }

    /// Drops the lines that name one of a person's ids.
    mutating func forget(_ ids: PersonIds) {
        waiting.removeAll { reject in
            View.of(reject.reject.raw) { ids.isNamed(in: $0) }
                || View.of(Array(reject.reject.detail.utf8)) { ids.isNamed(in: $0) }
        }
    }

    /// Whether the first line has said what the whole source is, which says it all of this one, too.
    private mutating func isExplained(_ reject: PlacedReject) -> Bool {
        if reject.form != nil { foreign.insert(reject.source.name) }
        return reject.line > 1 && foreign.contains(reject.source.name)
            && [.malformedJSON, .invalidUTF8, .tooLong].contains(reject.reject.reason)
    }

    /// The first of the rejects before `place`, where none was settled so far.
    func first(before place: UInt64) -> PlacedReject? {
        guard counts.isEmpty else { return nil }
        return waiting.filter { $0.place < place }.min { $0.place < $1.place }
    }

    /// Appends the lines for all rejects before `place`.
    /// - Returns: how many there were, by reason.
    mutating func settle(upTo place: UInt64, into block: ByteBlock) -> [RejectReason: UInt64] {
        waiting.sort { $0.place < $1.place }
        let count = waiting.firstIndex { $0.place >= place } ?? waiting.count
        var counts: [RejectReason: UInt64] = [:]
        for reject in waiting.prefix(count) {
            counts[reject.reject.reason, default: 0] += 1
            if isKept { reject.append(to: block, source: reject.source.name) }
            if let log {
                let reason = reject.reject.reason.rawValue
                log.tell(
                    .warn, "line rejected",
                    [
                        "reason": .text(reason), "source": .text(reject.source.name), "line": LogValue(reject.line),
                        "detail": .text(reject.detail),
                    ], per: reason)
            } else if !isKept, reported < RejectLog.reportedMost, !isExplained(reject) {
                reported += 1
                let (reason, detail) = (reject.reject.reason.rawValue, speech(reject.detail))
                let element = reject.reject.index.map { "[\($0)]" } ?? ""
                let text = "\(reject.source.name):\(reject.line)\(element): \(reason): \(detail)\n"
                block.append(Array(PlainText.shown(text).utf8))
            }
        }
        waiting.removeFirst(count)
        self.counts.merge(counts, uniquingKeysWith: +)
        return counts
    }
}
