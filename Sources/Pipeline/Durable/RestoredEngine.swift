import Events
import Journeys
package import Storage

/// The engine as a snapshot has it, ready to go on in the stages of a run.
package final class RestoredEngine: Sendable {
    let sequencer: Handed<Sequencer>
    let shards: [Handed<EngineShard>]
    let merge: Handed<EngineMerge>
    let rejects: RejectLog
    /// What it finds its customers with, and so what their ids must be hashed with from here on.
    let hashKey: HashKey

    /// Reads all parts of a snapshot.
    /// - Parameters:
    ///   - plan: the plan under which it was made, in its numbering.
    ///   - shards: how many shards it was made with.
    package init(_ found: borrowing FoundImages, under plan: Plan, shards count: Int) throws(StateFault) {
        guard found.count(of: EnginePart.shard.rawValue) == count else {
            throw .unfit("it has not as many shards as its note says")
        }
        var shards: [Handed<EngineShard>] = []
        var hashKey: HashKey?
        let space = ArenaSpace()
        for index in 0..<count {
            var shard = EngineShard(plan, index: index, space: space)
            let reader = try found.reader(EnginePart.shard.rawValue, UInt32(index))
            try shard.restore(from: reader)
            let key = shard.journeys.hashKey
            guard hashKey == nil || hashKey == key else { throw .unfit("its shards are not of one engine") }
            hashKey = key
            shards.append(Handed(shard))
        }
        self.shards = shards
        let key = hashKey ?? .process
        self.hashKey = key
        var scanner = LineScanner(
            plan.journeys.projection, lineLimit: plan.input.maxLine, formats: plan.input.formats, hashKey: key)
        var sequencer = Sequencer(plan.input, shards: count, hashKey: key)
        try sequencer.restore(from: try found.reader(EnginePart.sequencer.rawValue), scanner: &scanner)
        self.sequencer = Handed(sequencer)
        var merge = EngineMerge(plan)
        try merge.restore(from: try found.reader(EnginePart.decisions.rawValue))
        self.merge = Handed(merge)
        var rejects = RejectLog(isKept: true)
        try rejects.restore(from: try found.reader(EnginePart.rejects.rawValue))
        self.rejects = rejects
    }
}

/// A part of the engine on its way to the one task that owns it from then on.
final class Handed<Part: ~Copyable>: @unchecked Sendable {
    // Sendable: the part is put in before any stage runs, and taken by exactly one of them.
    private var part: Part?

    init(_ part: consuming Part) { self.part = .some(part) }

    /// The part; nobody else may ask for it.
    func take() -> Part {
        var taken: Part? = nil
        swap(&taken, &part)
        guard let taken else { preconditionFailure("a part of the engine is taken once") }
        return taken
    }
}

extension Stages {
    /// The sequencer as the run begins with it.
    func firstSequencer() -> Sequencer {
        if let state = request.journal?.state { return state.sequencer.take() }
        return Sequencer(request.plan.input, shards: request.shardCount)
    }

    func firstShard(_ index: Int) -> EngineShard {
        if let state = request.journal?.state { return state.shards[index].take() }
        return EngineShard(request.plan, index: index, space: space)
    }

    func firstMerge() -> EngineMerge {
        if let state = request.journal?.state { return state.merge.take() }
        return EngineMerge(request.plan)
    }

    func firstRejects() -> RejectLog {
        var rejects = RejectLog(isKept: request.rejects != nil, log: request.log, speech: request.speech)
        guard let state = request.journal?.state else { return rejects }
        rejects.goOn(from: state.rejects)
        meters.reject(rejects.counts)
        return rejects
    }
}
