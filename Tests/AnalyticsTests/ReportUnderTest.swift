import Analytics
import Configuration
import Events
import Journeys
import Storage

@testable import Pipeline

/// A report without descriptors and tasks: from lines to figures.
struct ReportUnderTest {
    private let plan: Plan

    init(_ configuration: String) throws {
        let (plan, diagnostics) = try Configuration.load(path: "config", isForReport: true) { _ in
            Array(configuration.utf8)
        }
        guard let plan, let report = plan.report else {
            throw ReportFault(description: diagnostics.rendered(excerpts: true))
        }
        self.plan = Plan(
            input: plan.input, journeys: plan.journeys.reporting(report.reading), decisions: plan.decisionPlan,
            report: report.settings, zone: plan.zone)
    }

    /// A report of which nothing has come yet.
    func run(shards count: Int = 1) -> ReportRun { ReportRun(plan, shards: count) }

    /// What becomes of some lines.
    /// - Parameter piece: how many bytes each read gives.
    func report(_ input: [UInt8], shards count: Int = 1, piece: Int = 1 << 16) throws -> JourneyReport {
        let run = run(shards: count)
        for start in stride(from: 0, to: input.count, by: piece) {
            run.take(Array(input[start..<min(start + piece, input.count)]))
        }
        return try run.concluded()
    }

    /// Has a report go on as this configuration says.
    func follow(on run: ReportRun) { run.follow(plan.following(run.plan)) }
}

/// The parts of the engine as a report needs them, driven by hand.
final class ReportRun {
    /// A shard that an array can hold.
    private final class OneShard {
        var shard: EngineShard
        init(_ plan: Plan, index: Int) { shard = EngineShard(plan, index: index) }
    }

    private(set) var plan: Plan
    private var shards: [OneShard]
    private var merge: EngineMerge
    private var sequencer: Sequencer
    private var framer: Framer
    private var scanner: LineScanner
    private let source = LineSource("in")
    /// Names are noted behind the scanner on some numbers of shards, so that both ways of finding new ones are seen.
    private let names: NameCollector?
    private var lines = OutputLines(capacity: 64)

    fileprivate init(_ plan: Plan, shards count: Int) {
        self.plan = plan
        shards = (0..<count).map { OneShard(plan, index: $0) }
        merge = EngineMerge(plan)
        sequencer = Sequencer(plan.input, shards: count)
        framer = Framer(lineLimit: plan.input.maxLine)
        scanner = LineScanner(plan.journeys.projection, lineLimit: plan.input.maxLine)
        names = count.isMultiple(of: 2) ? plan.report.map { NameCollector($0) } : nil
    }

    /// Takes the next bytes; what is not a whole line yet waits for the rest.
    func take(_ bytes: [UInt8]) {
        framer.room().append(bytes)
        take(framer.whole())
        passOn()
    }

    private func take(_ block: ByteBlock?) {
        guard let block else { return }
        let arrival = Instant(microseconds: 1_767_225_600_000_000)
        let events = scanner.scan(block, source: source, arrival: arrival, isFirst: false)
        names?.note(events)
        sequencer.take(InputBatch(events, isLive: false))
    }

    private func passOn() {
        while let batch = sequencer.next() { merge.merge(shards.map { $0.shard.process(batch) }, into: &lines) }
    }

    /// What is kept of customers.
    var kept: (customers: Int, bytes: Int) {
        var sum = (customers: 0, bytes: 0)
        for one in shards {
            guard let size = one.shard.touches?.accumulator.size else { continue }
            sum = (sum.customers + size.customers, sum.bytes + size.bytes)
        }
        return sum
    }

    /// What the report would say if the input ended here.
    func seen() throws -> JourneyReport {
        guard let report = merge.report(of: shards.compactMap { $0.shard.look() }) else {
            throw ReportFault(description: "no report")
        }
        return report
    }

    /// Puts all into images, and goes on with new parts that these are read into.
    func snapshot() throws {
        let next = shards.indices.map { OneShard(plan, index: $0) }
        for (old, new) in zip(shards, next) {
            let image = StateImage()
            old.shard.add(to: image)
            try new.shard.restore(from: StateReader(image.copied()))
        }
        let image = StateImage()
        merge.add(to: image)
        merge = EngineMerge(plan)
        try merge.restore(from: StateReader(image.copied()))
        shards = next
    }

    fileprivate func follow(_ next: Plan) {
        for one in shards { _ = one.shard.follow(next) }
        merge.follow(next)
        plan = next
        scanner = LineScanner(plan.journeys.projection, lineLimit: plan.input.maxLine)
    }

    /// The report at the end of the input.
    func concluded() throws -> JourneyReport {
        let collector = ReportCollector(plan.report ?? ReportSettings(conversions: []))
        take(framer.rest())
        sequencer.finish()
        passOn()
        merge.merge(
            shards.map { one in
                var output = one.shard.finish(flush: false)
                output.report = one.shard.conclude(at: collector, with: output.report)
                return output
            }, into: &lines)
        collector.add(merge.ledger)
        guard let report = collector.report else { throw ReportFault(description: "no report") }
        return report
    }
}

/// A configuration that was meant to be right and is not, or a report that did not come.
struct ReportFault: Error, CustomStringConvertible {
    let description: String
}
