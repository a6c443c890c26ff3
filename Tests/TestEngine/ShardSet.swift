import Events
import Journeys
import Storage

@testable import Pipeline

/// All shards of an engine, on one thread: where one waits for another, that one is asked first.
final class ShardSet {
    /// A shard that an array can hold.
    final class One {
        var shard: EngineShard

        init(_ plan: Plan, index: Int, _ space: ArenaSpace) { shard = EngineShard(plan, index: index, space: space) }
    }

    let all: [One]
    private var batches = 0

    init(_ plan: Plan, count: Int) {
        let space = ArenaSpace()
        all = (0..<count).map { One(plan, index: $0, space) }
    }

    /// What all shards make of a batch. Which of them begins differs from batch to batch.
    func process(_ batch: OrderedBatch) -> [EngineOutput] {
        batches += 1
        var progress = all.map { _ in Shard.BatchProgress() }
        var made: [EngineOutput?] = all.map { _ in nil }
        let order = all.indices.map { ($0 + batches) % all.count }
        var rounds = 0
        while made.contains(where: { $0 == nil }) {
            precondition(rounds <= batch.transfers.count, "shards wait for each other in a circle")
            rounds += 1
            for index in order where made[index] == nil {
                made[index] = all[index].shard.process(batch, &progress[index])
            }
        }
        return made.compactMap { $0 }
    }
}
