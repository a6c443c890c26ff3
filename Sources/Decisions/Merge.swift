package import Journeys
package import Storage

/// Brings the lines of all shards into one order, and has each moment decided on in its place.
package struct Merge: ~Copyable {
    package var stage: DecisionStage
    private let writesMoments: Bool
    private let writesDropOffs: Bool
    /// For each shard, the next line and the next proposal.
    private var lines: [Int] = []
    private var proposed: [Int] = []

    package init(_ plan: DecisionPlan) {
        stage = DecisionStage(plan)
        writesMoments = plan.emits.contains(.moment)
        writesDropOffs = plan.emits.contains(.dropOff)
    }

    /// Appends the lines of one batch, each with a line end, each moment's followed by its decisions. Every line of a
    /// batch must come before those of the next.
    ///
    /// - Parameter proposals: what the shards' proposers took in together with the outputs, in the same order.
    package mutating func merge(_ shards: [ShardOutput], _ proposals: [Proposals], into block: ByteBlock) {
        precondition(shards.count == proposals.count, "each shard has its proposals")
        lines.removeAll(keepingCapacity: true)
        proposed.removeAll(keepingCapacity: true)
        for _ in shards {
            lines.append(0)
            proposed.append(0)
        }
        while let shard = next(shards) {
            let line = shards[shard].lines[lines[shard]]
            lines[shard] += 1
            if line.isDropOff ? writesDropOffs : writesMoments {
                shards[shard].withText(of: line) { block.append($0) }
                block.append(UInt8(ascii: "\n"))
            }
            let next = proposed[shard]
            guard next < proposals[shard].count, proposals[shard].all[next].key == line.key else { continue }
            stage.decide(next, of: proposals[shard], into: block)
            proposed[shard] = next + 1
        }
    }

    /// The shard whose next line is first of all. Shards are few: looking at each is as good as a heap.
    private func next(_ shards: [ShardOutput]) -> Int? {
        var best: Int?
        for shard in shards.indices where lines[shard] < shards[shard].lines.count {
            guard let leader = best else {
                best = shard
                continue
            }
            if shards[shard].lines[lines[shard]].key < shards[leader].lines[lines[leader]].key { best = shard }
        }
        return best
    }
}
