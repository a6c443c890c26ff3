import Endpoints
import Events
import Journeys
import Storage

extension Stages {
    /// One shard: owns its customers, and nobody else touches them.
    func work(onShard index: Int) async -> EndpointFault? {
        var shard = EngineShard(request.plan, index: index)
        defer { outputs[index].close() }
        while let item = await ordered[index].receive() {
            switch item {
            case .batch(let batch): guard await outputs[index].send(.output(shard.process(batch))) else { return nil }
            case .marker: guard await meet(shard: index) else { return nil }
            }
        }
        if Task.isCancelled { return nil }
        _ = await outputs[index].send(.output(shard.finish(flush: request.flushesAtEnd)))
        return nil
    }

    /// Puts together what the shards made of each batch, decides, and sends the lines on their way.
    func decide() async -> EndpointFault? {
        var decisions = EngineMerge(request.plan)
        var rejects = RejectLog(names: request.inputs.map(\.name), isKept: request.rejects != nil)
        defer {
            for channel in lines { channel.close() }
            rejected.close()
        }
        while let item = await expected.receive() {
            guard case .batch(let batch) = item else {
                guard case .marker(let marker) = item, await perform(marker) else { return nil }
                continue
            }
            guard let made = await shardOutputs() else { return nil }
            guard await pass(decisions: &decisions, made) else { return nil }
            rejects.add(batch.rejects)
            for output in made { rejects.add(batch.placed(output.journeys.duplicates)) }
            guard await pass(&rejects, settledPlace: batch.settledPlace) else { return nil }
        }
        if Task.isCancelled { return nil }
        guard let made = await shardOutputs(), await pass(decisions: &decisions, made) else { return nil }
        _ = await pass(&rejects, settledPlace: .max)
        let named = decisions.totals(made)
        tally.add { $0.named.merge(named) { $1 } }
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

    private func pass(decisions: inout EngineMerge, _ made: [EngineOutput]) async -> Bool {
        var output = OutputLines(capacity: 1024)
        decisions.merge(made, into: &output)
        if output.isEmpty { return true }
        for channel in lines {
            guard await channel.send(.lines(output)) else { return false }
        }
        return true
    }

    private func pass(_ rejects: inout RejectLog, settledPlace: UInt64) async -> Bool {
        guard rejects.isWaiting else { return true }
        let block = ByteBlock(capacity: 1024)
        let counts = rejects.settle(upTo: settledPlace, into: block)
        tally.add { $0.rejected.merge(counts, uniquingKeysWith: +) }
        return block.count == 0 ? true : await rejected.send(block)
    }

    /// Writes the lines that an output takes as they come. On a thread of its own.
    func write(_ lines: Channel<Dispatch>, to outlet: Outlet) async -> EndpointFault? {
        var writer = outlet.output.writer
        var filter = LineFilter(outlet.plan, zone: request.plan.zone)
        defer { note(failedConditions: filter.faultCount, of: outlet.plan) }
        do throws(EndpointFault) {
            while let dispatch = await lines.receive() {
                switch dispatch {
                case .lines(let lines): try writer.write(filter.pick(from: lines).block)
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
        tally.add { $0.named["failed evaluations of \(plan.path).where"] = UInt64(count) }
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

    private let names: [String]
    private let isKept: Bool
    private var waiting: [PlacedReject] = []
    private var reported = 0

    /// A log of rejects from inputs of these names. Where they are not kept, the first few are reported for people.
    init(names: [String], isKept: Bool) {
        self.names = names
        self.isKept = isKept
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
            if isKept {
                reject.append(to: block, source: names[reject.source])
            } else if reported < RejectLog.reportedMost {
                reported += 1
                let (reason, detail) = (reject.reject.reason.rawValue, reject.reject.detail)
                block.append(Array("\(names[reject.source]):\(reject.line): \(reason): \(detail)\n".utf8))
            }
        }
        waiting.removeFirst(count)
        return counts
    }
}
