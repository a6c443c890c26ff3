import Decisions
import Events
import Expressions
import Journeys
import Storage

@testable import Pipeline
@testable import TestEngine

/// The engine's parts one after the other, as a run joins them, that can be stopped between any two batches.
final class SteppedEngine {
    private(set) var plan: Plan
    private var source = LineSource("in")
    private var scanner: LineScanner
    private var sequencer: Sequencer
    private let shards: ShardSet
    private var merge: EngineMerge
    private var rejects: RejectLog
    private var order = LineOrder()
    /// The lines of output, and those for what was rejected.
    private(set) var output = ""
    private(set) var rejected = ""
    private(set) var totals: [String: UInt64] = [:]

    init(_ plan: Plan, shards count: Int) {
        self.plan = plan
        scanner = LineScanner(
            plan.journeys.projection, lineLimit: plan.input.maxLine, formats: plan.input.formats)
        sequencer = Sequencer(plan.input, shards: count)
        shards = ShardSet(plan, count: count)
        merge = EngineMerge(plan)
        rejects = RejectLog(isKept: true)
    }

    /// An engine that goes on from an image.
    convenience init(_ plan: Plan, shards count: Int, image: [UInt8]) throws {
        self.init(plan, shards: count)
        let reader = StateReader(image)
        source = LineSource("in", linesBefore: try reader.word())
        try sequencer.restore(from: reader, scanner: &scanner)
        for one in shards.all { try one.shard.restore(from: reader) }
        try merge.restore(from: reader)
        try rejects.restore(from: reader)
        guard reader.left == 0 else { throw StateFault.unfit("something is left over") }
    }

    /// What learnt propensities promised against what came, by twentieths.
    var calibration: [(trials: Int, successes: Int, promised: Double)] { merge.merge.stage.calibration }

    /// Has each customer's first decisions noted, as for a report.
    func noteFirstDecisions() { merge.merge.stage.firstDecisions = FirstDecisions() }
    var firstDecisions: [FirstDecisions.Entry] { merge.merge.stage.firstDecisions?.all ?? [] }

    func image() -> StateImage {
        let image = StateImage()
        image.put(source.lineCount)
        sequencer.add(to: image)
        for one in shards.all { one.shard.add(to: image) }
        merge.add(to: image)
        rejects.add(to: image)
        return image
    }

    /// Goes on under another configuration; answers what it says of what was dropped.
    func reload(_ text: String) throws -> [String] {
        let next = try EngineUnderTest.plan(text, following: Numbering(plan).projection).following(plan)
        var dropped: Dropped?
        for one in shards.all {
            let found = one.shard.follow(next)
            if dropped == nil { dropped = found } else { dropped?.add(found) }
        }
        merge.follow(next)
        scanner = LineScanner(
            next.journeys.projection, lineLimit: next.input.maxLine, formats: next.input.formats)
        sequencer.follow(next.input, scanner: &scanner)
        defer { plan = next }
        passOn()
        return dropped.map { ReloadReport($0, from: plan, to: next).lines } ?? []
    }

    func take(_ lines: ArraySlice<String>) {
        if lines.isEmpty { return }
        let block = ByteBlock(capacity: 1024)
        block.append(Array(lines.joined().utf8))
        let batch = scanner.scan(block, source: source, arrival: EngineUnderTest.arrival, isFirst: false)
        sequencer.take(InputBatch(batch, isLive: false))
        passOn()
    }

    func finish(flush: Bool) {
        sequencer.finish()
        passOn()
        let made = shards.all.map { $0.shard.finish(flush: flush) }
        write(made)
        settle(upTo: .max)
        totals = EngineCounts(shards: shards.all.map { $0.shard.counted() }, merge: merge.counted()).named
    }

    private func passOn() {
        while let batch = sequencer.next() {
            let made = shards.process(batch)
            write(made)
            rejects.add(batch.rejects)
            for output in made { rejects.add(batch.placed(output.journeys.duplicates)) }
            settle(upTo: batch.settledPlace)
        }
    }

    private func settle(upTo place: UInt64) {
        let block = ByteBlock(capacity: 256)
        _ = rejects.settle(upTo: place, into: block)
        rejected += withExtendedLifetime(block) { block.bytes.text }
    }

    private func write(_ made: [EngineOutput]) {
        order.check(made)
        var lines = OutputLines(capacity: 1024)
        merge.merge(made, into: &lines)
        output += lines.lines.map { lines.text(of: $0).text + "\n" }.joined()
    }
}
