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

    /// A shard that an array can hold.
    private final class OneShard {
        var shard: EngineShard
        init(_ plan: Plan, index: Int) { shard = EngineShard(plan, index: index) }
    }

    /// What becomes of some lines.
    /// - Parameter piece: how many bytes each read gives.
    func report(_ input: [UInt8], shards count: Int = 1, piece: Int = 1 << 16) throws -> JourneyReport {
        let settings = plan.report ?? ReportSettings(conversions: [])
        let collector = ReportCollector(settings)
        let shards = (0..<count).map { OneShard(plan, index: $0) }
        var merge = EngineMerge(plan)
        var sequencer = Sequencer(plan.input, shards: count)
        var framer = Framer(lineLimit: plan.input.maxLine)
        var scanner = LineScanner(plan.journeys.projection, lineLimit: plan.input.maxLine)
        let source = LineSource("in")
        var lines = OutputLines(capacity: 64)
        func take(_ block: ByteBlock?) {
            guard let block else { return }
            let arrival = Instant(microseconds: 1_767_225_600_000_000)
            sequencer.take(
                InputBatch(scanner.scan(block, source: source, arrival: arrival, isFirst: false), isLive: false))
        }
        func passOn() {
            while let batch = sequencer.next() {
                merge.merge(shards.map { $0.shard.process(batch) }, into: &lines)
            }
        }
        for start in stride(from: 0, to: input.count, by: piece) {
            framer.room().append(Array(input[start..<min(start + piece, input.count)]))
            take(framer.whole())
            passOn()
        }
        take(framer.rest())
        sequencer.finish()
        passOn()
        merge.merge(
            shards.map { one in
                var output = one.shard.finish(flush: false)
                output.report = one.shard.conclude(at: collector, with: output.report)
                return output
            }, into: &lines)
        collector.add(variants: merge.variants, ledger: merge.ledger)
        guard let report = collector.report else { throw ReportFault(description: "no report") }
        return report
    }
}

/// A configuration that was meant to be right and is not, or a report that did not come.
struct ReportFault: Error, CustomStringConvertible {
    let description: String
}
