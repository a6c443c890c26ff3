import Events
import Load
import Pipeline
import Storage

/// Decides once more, in one piece and at leisure, on the events that a load sent, so that lost decisions show.
struct LoadCheck {
    private static let blockSize = 256 << 10
    private let plan: Plan

    /// - Parameter path: the configuration that the engine runs with.
    init(_ path: String) throws(CommandFault) { plan = try LoadedConfiguration(path).runnable(reports: false) }

    /// The ids of all decisions that the first `count` events bring about, by the time of the last of them.
    func decisions(of sample: consuming StampedJourneys, by schedule: Schedule, count: Int) -> Set<UInt64> {
        var engine = InProcessEngine(plan, sources: ["load"])
        var reader = DecisionReader()
        var ids: Set<UInt64> = []
        var lines: [UInt8] = []
        var number = 0
        while number < count {
            lines.removeAll(keepingCapacity: true)
            let isFirst = number == 0
            while number < count, lines.count < LoadCheck.blockSize {
                _ = sample.next(at: schedule.time(of: number), into: &lines)
                number += 1
            }
            let block = ByteBlock(capacity: lines.count)
            block.append(lines)
            let events = engine.scan(block, source: 0, arrival: .distantFuture, isFirst: isFirst)
            for portion in engine.take(InputBatch(events, isLive: false)) {
                reader.take(portion.lines.block.bytes) { ids.insert($0.id) }
            }
        }
        return ids
    }
}
