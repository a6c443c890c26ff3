package import Events
package import Journeys
import Storage

/// Brings the lines of all shards into one order, and has each moment decided on in its place.
package struct Merge: ~Copyable {
    package var stage: DecisionStage
    private let writesMoments: Bool
    private let writesDropOffs: Bool
    /// For each shard, its next line.
    private var lines: [Int] = []
    /// What is to be decided as one, of one shard and one cause, behind all lines of that.
    private var gathered: [Int] = []
    private var gatheredShard = 0
    private var gatheredKey: OrderKey?
    /// Events whose lines somebody waits for, while a batch is merged; nil where nobody waits.
    package var watch: LineWatch?
    /// For whom the gathered proposals are decided, where anybody waits.
    private var gatheredPlaces: Set<UInt64> = []
    /// Whether each proposal was decided: those of the first shard, then those of the second, and so on.
    private var isDecided: [Bool] = []
    /// Where those of each shard begin.
    private var firstDecided: [Int] = []

    package init(_ plan: DecisionPlan) {
        stage = DecisionStage(plan)
        writesMoments = plan.emits.contains(.moment)
        writesDropOffs = plan.emits.contains(.dropOff)
    }

    /// Appends the lines of one batch, each moment's followed by its decisions, or those of one cause by theirs where they
    /// are decided as one. Every line of a batch must come before
    /// those of the next.
    ///
    /// That every proposal is decided, and once, is certain behind this: caps and budgets count what was decided before.
    /// - Parameter proposals: what the shards' proposers took in together with the outputs, in the same order.
    package mutating func merge(_ shards: [ShardOutput], _ proposals: [Proposals], into output: inout OutputLines) {
        precondition(shards.count == proposals.count, "each shard has its proposals")
        // To be read in place, moment by moment.
        let proposals = Shelf(proposals)
        lines.removeAll(keepingCapacity: true)
        isDecided.removeAll(keepingCapacity: true)
        firstDecided.removeAll(keepingCapacity: true)
        for shard in shards.indices {
            lines.append(0)
            firstDecided.append(isDecided.count)
            for _ in 0..<proposals[shard].count { isDecided.append(false) }
        }
        var undecided = isDecided.count
        while let shard = next(shards) {
            let line = shards[shard].lines[lines[shard]]
            lines[shard] += 1
            if let key = gatheredKey, !key.hasCause(of: line.key) { decideGathered(proposals, into: &output) }
            if stage.nextDue <= line.key.time { stage.comeDue(upTo: line.key.time, into: &output) }
            if let change = line.change {
                decideGathered(proposals, into: &output)
                stage.follow(shards[shard].changes[change])
            }
            let before = output.lines.count
            let place = watch?.place(of: line)
            defer { if let place { watch?.note(before..<output.lines.count, of: place) } }
            if line.start < line.end, isWanted(line.type) {
                shards[shard].withText(of: line) { output.append($0, type: line.type, id: line.id) }
            }
            if let response = line.response { stage.respond(response, of: proposals[shard], into: &output) }
            guard let proposal = line.proposal else { continue }
            let mark = firstDecided[shard] + proposal
            precondition(proposal < proposals[shard].count && !isDecided[mark], "a line names a proposal of its own")
            isDecided[mark] = true
            undecided -= 1
            if proposals[shard].isAlone(proposal, gathers: stage.rules.gathers) {
                stage.decide(proposal, of: proposals[shard], into: &output)
                continue
            }
            gathered.append(proposal)
            (gatheredShard, gatheredKey) = (shard, line.key)
            if let place { gatheredPlaces.insert(place) }
        }
        decideGathered(proposals, into: &output)
        precondition(undecided == 0, "every proposal is named by a line")
        if let reached = shards.map(\.reached).min() {
            if stage.nextDue <= reached { stage.comeDue(upTo: reached, into: &output) }
            stage.pass(to: reached, moments: isDecided.count)
        }
    }

    private mutating func decideGathered(_ proposals: borrowing Shelf<Proposals>, into output: inout OutputLines) {
        let before = output.lines.count
        if !gathered.isEmpty { stage.decide(together: gathered, of: proposals[gatheredShard], into: &output) }
        for place in gatheredPlaces { watch?.note(before..<output.lines.count, of: place) }
        gatheredPlaces.removeAll(keepingCapacity: true)
        gathered.removeAll(keepingCapacity: true)
        gatheredKey = nil
    }

    /// Of scores and segments, shards write only the lines that are wanted.
    private func isWanted(_ type: LineType) -> Bool {
        switch type {
        case .moment: writesMoments
        case .dropOff: writesDropOffs
        case .decision, .segment, .score, .response, .identity: true
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
