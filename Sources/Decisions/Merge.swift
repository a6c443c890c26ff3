package import Events
package import Journeys

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

    /// Appends the lines of one batch, each moment's followed by its decisions. Every line of a batch must come before
    /// those of the next.
    ///
    /// - Parameter proposals: what the shards' proposers took in together with the outputs, in the same order.
    package mutating func merge(_ shards: [ShardOutput], _ proposals: [Proposals], into output: inout OutputLines) {
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
            if isWanted(line.type) {
                shards[shard].withText(of: line) { output.append($0, type: line.type, id: line.id) }
            }
            let next = proposed[shard]
            guard next < proposals[shard].count, proposals[shard].all[next].key == line.key else { continue }
            stage.decide(next, of: proposals[shard], into: &output)
            proposed[shard] = next + 1
        }
    }

    /// Of scores and segments, shards write only the lines that are wanted.
    private func isWanted(_ type: LineType) -> Bool {
        switch type {
        case .moment: writesMoments
        case .dropOff: writesDropOffs
        case .decision, .segment, .score: true
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
