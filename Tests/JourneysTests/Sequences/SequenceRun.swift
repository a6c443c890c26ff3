import Configuration
import Events
import Expressions
import Foundation
import Journeys
import Storage

/// A configuration that cannot be run.
struct NotRunnable: Error {
    let text: String
}

/// Runs a configuration over events in one process, through the same stages as the command, as far as shards go.
struct SequenceRun {
    let plan: JourneyPlan
    private let input: InputSettings
    var shards = 1
    /// Whether time goes on without end after the last event.
    var flushes = true
    /// How many lines make a batch.
    var batchSize = 1000

    init(_ configuration: String) throws {
        let (plan, diagnostics) = try Configuration.load(path: "f") { _ throws(FileFault) in
            Array(configuration.utf8)
        }
        guard let plan else { throw NotRunnable(text: diagnostics.rendered() + configuration) }
        self.plan = plan.journeys
        input = plan.input
    }

    /// The lines about moments and drop-offs, in their order; time goes on without end after the last event.
    func run(_ lines: [String]) -> [String] { outcome(lines).lines }

    /// The lines, and what is left and was counted at the end.
    func outcome(_ lines: [String]) -> (lines: [String], statistics: [ShardStatistics]) {
        var scanner = LineScanner(plan.projection, lineLimit: 1 << 20)
        var sequencer = Sequencer(input, shards: shards)
        var stages: [Stage] = []
        for shard in 0..<shards { stages.append(Stage(plan, shard)) }
        func drain() {
            while let batch = sequencer.next() { for stage in stages { stage.take(batch) } }
        }
        for start in stride(from: 0, to: lines.count, by: batchSize) {
            let block = ByteBlock(capacity: 1024)
            let text = lines[start..<min(start + batchSize, lines.count)].map { $0 + "\n" }.joined()
            block.append(Array(text.utf8))
            let batch = scanner.scan(
                block, source: LineSource("in"), arrival: Instant(microseconds: 0), isFirst: start == 0)
            sequencer.take(InputBatch(batch, isLive: false))
            drain()
        }
        sequencer.finish()
        drain()
        for stage in stages { stage.finish(flush: flushes) }
        let all = stages.flatMap(\.made).sorted { $0.key < $1.key }
        return (all.map(\.text), stages.map(\.statistics))
    }
}

/// One shard and what it wrote.
private final class Stage {
    private var shard: Shard
    private let index: Int
    var made: [(key: OrderKey, text: String)] = []
    var statistics: ShardStatistics { shard.counted() }

    init(_ plan: JourneyPlan, _ index: Int) {
        shard = Shard(plan: plan, sink: nil, evaluator: Evaluator())
        self.index = index
    }

    func take(_ batch: OrderedBatch) { keep(shard.process(batch, shard: index)) }
    func finish(flush: Bool) { keep(shard.finish(flush: flush)) }

    private func keep(_ output: ShardOutput) {
        for line in output.lines { made.append((line.key, output.withText(of: line) { $0.text })) }
    }
}

/// One line of output as the tests compare it: `m c1 a=a1,a2 b=b1`.
struct Told: Hashable, Comparable, CustomStringConvertible {
    let moment: String
    let customer: String
    let steps: [String: [String]]
    /// The last step reached, for a drop-off.
    var reached: String?

    init(moment: String, customer: String, steps: [String: [String]], reached: String? = nil) {
        self.moment = moment
        self.customer = customer
        self.steps = steps.filter { !$0.value.isEmpty }
        self.reached = reached
    }

    init(_ line: String) throws {
        guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: any Sendable],
            let moment = object["moment"] as? String, let customer = object["customer_id"] as? String
        else { throw NotRunnable(text: line) }
        let steps = object["steps"] as? [String: [String]] ?? [:]
        self.init(moment: moment, customer: customer, steps: steps, reached: object["reached"] as? String)
    }

    /// The same as if it had come of another customer.
    func of(customer: String) -> Told { Told(moment: moment, customer: customer, steps: steps, reached: reached) }

    var description: String {
        let bound = steps.keys.sorted().map { "\($0)=\((steps[$0] ?? []).joined(separator: ","))" }
        return ([moment, customer] + (reached.map { ["(\($0))"] } ?? []) + bound).joined(separator: " ")
    }

    static func < (left: Told, right: Told) -> Bool { left.description < right.description }
}
