package import Configuration
import Events
import Pipeline
import Storage

/// What a configuration decides on a sample.
package struct SampleTrial: Sendable {
    /// How many lines of each kind came: `moment abandoned`, `decision abandoned: remind on email`.
    package private(set) var counts: [(what: String, count: Int)] = []
    /// The first few decisions, as lines.
    package private(set) var first: [Line] = []

    private static let firstMost = 3

    /// Runs lines of the native form, in blocks of whole lines, through the plan.
    package init(_ plan: EnginePlan, sample: [[UInt8]]) {
        var whole = Plan(input: plan.input, journeys: plan.journeys, decisions: plan.decisionPlan, zone: plan.zone)
        whole.input.formats.identity = nil
        var engine = InProcessEngine(whole, sources: ["sample"], formats: [InputFormat(.native)])
        for (index, bytes) in sample.enumerated() {
            let block = ByteBlock(capacity: bytes.count)
            block.append(bytes)
            let events = engine.scan(block, source: 0, arrival: .distantPast, isFirst: index == 0)
            take(engine.take(InputBatch(events, isLive: false)))
        }
        take(engine.finish(flush: false))
        counts.sort { ($1.count, $0.what) < ($0.count, $1.what) }
    }

    private mutating func take(_ portions: [InProcessEngine.Portion]) {
        for portion in portions {
            for line in Line.all(portion.lines.block.bytes.copied) {
                if line.type == "decision", line.parts["action"]?.text != nil, first.count < Self.firstMost {
                    first.append(line)
                }
                let name = line.parts[line.type == "decision" ? "moment" : line.type]?.text ?? ""
                var what = "\(line.type) \(name)"
                if line.type == "decision" {
                    what += ": " + (line.parts["action"]?.text ?? "nothing (\(line.parts["reason"]?.text ?? "?"))")
                }
                if let index = counts.firstIndex(where: { $0.what == what }) {
                    counts[index].count += 1
                } else {
                    counts.append((what, 1))
                }
            }
        }
    }
}
