import Configuration
import Decisions
import Events
import Journeys
import Storage
import Testing

@testable import Pipeline

/// A configuration that was meant to be right and is not.
struct ConfigurationFault: Error, CustomStringConvertible {
    let description: String
}

/// From lines of events to lines of output, for one configuration.
struct PictureUnderTest {
    let plan: Plan

    init(_ configuration: String) throws {
        let text = "{ version: 1, \(configuration) }"
        let (plan, diagnostics) = try Configuration.load(path: "config") { _ in Array(text.utf8) }
        guard let plan else { throw ConfigurationFault(description: diagnostics.rendered(excerpts: true)) }
        var emits: LineTypes = []
        if plan.emit.contains(.moment) { emits.insert(.moment) }
        if plan.emit.contains(.decision) { emits.insert(.decision) }
        self.plan = Plan(
            input: plan.input, journeys: plan.journeys,
            decisions: DecisionPlan(
                actions: plan.actions, policy: plan.policy, moments: plan.journeys.moments.map(\.name),
                expressions: plan.journeys.expressions, emits: emits))
    }

    /// The lines of output, each from its first key behind the id on.
    func run(_ input: String, shards count: Int = 1, flush: Bool = false) -> [String] {
        var sequencer = Sequencer(plan.input, shards: count)
        var framer = Framer(lineLimit: plan.input.maxLine)
        var scanner = LineScanner(plan.journeys.projection, lineLimit: plan.input.maxLine)
        let shards = (0..<count).map { OneShard(plan, index: $0) }
        var merge = EngineMerge(plan)
        var lines: [String] = []
        func write(_ made: [EngineOutput]) {
            var output = OutputLines(capacity: 1024)
            merge.merge(made, into: &output)
            lines += output.lines.map { Self.withoutID(output.text(of: $0).text) }
        }
        framer.room().append(Array(input.utf8))
        for block in [framer.whole(), framer.rest()] {
            guard let block else { continue }
            let batch = scanner.scan(block, source: LineSource("in"), arrival: Instant(microseconds: 0), isFirst: true)
            sequencer.take(InputBatch(batch, isLive: false))
        }
        sequencer.finish()
        while let batch = sequencer.next() { write(shards.map { $0.shard.process(batch) }) }
        write(shards.map { $0.shard.finish(flush: flush) })
        return lines
    }

    /// `{"type":"score","id":"r-0123456789abcdef",` goes, but for the type.
    private static func withoutID(_ line: String) -> String {
        let parts = line.split(separator: ",", maxSplits: 1)
        let type = parts[0].split(separator: "\"")[3]
        let rest = parts[1].split(separator: ",", maxSplits: 1)[1]
        return "\(type) " + rest.dropLast()
    }

    /// A shard that an array can hold.
    private final class OneShard {
        var shard: EngineShard

        init(_ plan: Plan, index: Int) { shard = EngineShard(plan, index: index) }
    }
}

/// One event's line; the time in milliseconds.
func event(_ type: String, at time: Int64, _ properties: String = "", of customer: String = "c", more: String = "")
    -> String
{
    "{\"customer_id\":\"\(customer)\",\"event\":\"\(type)\",\"timestamp\":\(time)\(more),\"properties\":{\(properties)}}\n"
}
