import Endpoints
import Events
import Journeys
import Storage
import Telemetry

extension Stages {
    /// One shard: owns its customers, and nobody else touches them.
    func work(onShard index: Int) async -> EndpointFault? {
        var shard = EngineShard(request.plan, index: index)
        let meter = meters.stage("shard")
        var pace = PublishPace()
        defer { outputs[index].close() }
        while let item = await ordered[index].receive() {
            switch item {
            case .batch(let batch, _):
                meter.begin()
                let output = shard.process(batch)
                meter.end()
                guard await outputs[index].send(.output(output)) else { return nil }
                if pace.isTime(queued: ordered[index].depth) { meters.publish(shard.counted(), shard: index) }
            case .marker: guard await meet(shard: index) else { return nil }
            }
        }
        if Task.isCancelled { return nil }
        let output = shard.finish(flush: request.flushesAtEnd)
        meters.publish(shard.counted(), shard: index)
        _ = await outputs[index].send(.output(output))
        return nil
    }

    /// Puts together what the shards made of each batch, decides, and sends the lines on their way.
    func decide() async -> EndpointFault? {
        var decisions = EngineMerge(request.plan)
        let meter = meters.stage("decide")
        var pace = PublishPace()
        var rejects = RejectLog(isKept: request.rejects != nil, log: request.log)
        defer {
            for channel in lines { channel.close() }
            rejected.close()
        }
        while let item = await expected.receive() {
            guard case .batch(let batch, let arrived) = item else {
                guard case .marker(let marker) = item, await perform(marker) else { return nil }
                continue
            }
            guard let made = await shardOutputs() else { return nil }
            guard await pass(decisions: &decisions, made, arrived: arrived, meter) else { return nil }
            rejects.add(batch.rejects)
            for output in made { rejects.add(batch.placed(output.journeys.duplicates)) }
            guard await pass(&rejects, settledPlace: batch.settledPlace) else { return nil }
            if pace.isTime(queued: expected.depth) { meters.publish(decisions.counted()) }
        }
        if Task.isCancelled { return nil }
        guard let made = await shardOutputs(), await pass(decisions: &decisions, made, arrived: nil, meter) else {
            return nil
        }
        _ = await pass(&rejects, settledPlace: .max)
        meters.publish(decisions.counted())
        return nil
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
        decisions: inout EngineMerge, _ made: [EngineOutput], arrived: Instant?, _ meter: StageMeter
    ) async -> Bool {
        meter.begin()
        var output = OutputLines(capacity: 1024)
        decisions.merge(made, into: &output)
        meter.end()
        if output.isEmpty { return true }
        for (channel, lag) in zip(lines, meters.outputLags) {
            lag.handOver()
            guard await channel.send(.lines(output)) else { return false }
        }
        meters.tell(output, arrived: arrived)
        return true
    }

    private func pass(_ rejects: inout RejectLog, settledPlace: UInt64) async -> Bool {
        guard rejects.isWaiting else { return true }
        let block = ByteBlock(capacity: 1024)
        let counts = rejects.settle(upTo: settledPlace, into: block)
        meters.reject(counts)
        return block.count == 0 ? true : await rejected.send(block)
    }

    /// Writes the lines that an output takes as they come. On a thread of its own.
    /// - Parameter lag: told of each block once it is written.
    func write(_ lines: Channel<Dispatch>, to outlet: Outlet, lag: OutputLag) async -> EndpointFault? {
        let meter = meters.stage("write")
        var writer = outlet.output.writer
        var filter = LineFilter(outlet.plan, zone: request.plan.zone)
        defer { note(failedConditions: filter.faultCount, of: outlet.plan) }
        do throws(EndpointFault) {
            while let dispatch = await lines.receive() {
                switch dispatch {
                case .lines(let lines):
                    meter.begin()
                    try writer.write(filter.pick(from: lines).block)
                    meter.end()
                    lag.written()
                case .reopen:
                    if let fault = writer.reopen() { Descriptor.standardError.writeMessage("\(fault)\n") }
                }
            }
            try writer.close()
            return nil
        } catch {
            lines.abandon()
            return error
        }
    }

    private func note(failedConditions count: Int, of plan: OutputPlan) {
        guard count > 0 else { return }
        meters.note(failedConditions: count, of: plan.path + ".where")
    }

    /// Writes blocks as they come. On a thread of its own.
    func write(_ blocks: Channel<ByteBlock>, to output: Output) async -> EndpointFault? {
        var writer = output.writer
        do throws(EndpointFault) {
            while let block = await blocks.receive() { try writer.write(block) }
            try writer.close()
            return nil
        } catch {
            blocks.abandon()
            return error
        }
    }

    /// Writes messages for people as they come; where that fails nobody is there to be told. On a thread of its own.
    func tell(_ blocks: Channel<ByteBlock>) async -> EndpointFault? {
        while let block = await blocks.receive() { Descriptor.standardError.writeMessage(block) }
        return nil
    }
}

/// What comes to an output.
enum Dispatch: Sendable {
    /// Lines in order. All outputs read the same ones.
    case lines(OutputLines)
    /// A file that is appended to is to be opened anew.
    case reopen
}

/// The rejected lines on their way out: in order of place, however late a shard refused one.
struct RejectLog {
    /// How many are reported where they are not kept.
    static let reportedMost = 5

    private let isKept: Bool
    private let log: Log?
    var waiting: [PlacedReject] = []
    var reported = 0

    /// A log of rejects. Where there is no log for operators and they are not kept, the first few are reported for people.
    init(isKept: Bool, log: Log? = nil) {
        self.isKept = isKept
        self.log = log
    }

    var isWaiting: Bool { !waiting.isEmpty }

    mutating func add(_ rejects: [PlacedReject]) { waiting += rejects }

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
                        "detail": .text(reject.reject.detail),
                    ], per: reason)
            } else if !isKept, reported < RejectLog.reportedMost {
                reported += 1
                let (reason, detail) = (reject.reject.reason.rawValue, reject.reject.detail)
                block.append(Array("\(reject.source.name):\(reject.line): \(reason): \(detail)\n".utf8))
            }
        }
        waiting.removeFirst(count)
        return counts
    }
}
