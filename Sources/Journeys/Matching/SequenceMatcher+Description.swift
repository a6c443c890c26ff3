import Events
import Storage

/// What strategies share as they describe partial matches. For looking on: none of it happens where nobody does.
extension SequenceMatcher {
    /// The ways that are open to what is in a situation, as `Situation.waits` has them.
    func openWays(_ situation: Situation) -> UInt64 {
        guard situation.isFresh else { return situation.waits }
        let node = node(situation.node)
        var ways: UInt64 = node.isOpen || situation.count < node.most ? Situation.inner : 0
        if situation.count >= node.least {
            ways |= node.reach
            // For what is fresh, the bit says that the time of the closing `not` is over.
            if node.isLeaf, pattern.closing != .none, situation.waits & Situation.end == 0 { ways |= Situation.end }
        }
        return ways
    }

    /// The types of the events that the open ways are for: of those that must not come, where their absence is awaited.
    func types(_ ways: UInt64, node: NodeNumber, _ tree: PatternPlan, _ plan: JourneyPlan) -> [String] {
        var filters: [EventFilter] = []
        if ways & Situation.end != 0 {
            filters = tree.steps[node].nots.map(\.filter)
        } else {
            if ways & Situation.inner != 0 { filters.append(tree.steps[node].filter) }
            for next in 1..<max(2, tree.steps.count) where ways & 1 << UInt64(next) != 0 {
                filters.append(tree.steps[next].filter)
            }
        }
        var types: [String] = []
        for filter in filters {
            let names = plan.typeNames(filter)
            // One that takes every type is all there is to say.
            if names.isEmpty { return [] }
            types += names.filter { !types.contains($0) }
        }
        return types
    }

    func bound(_ steps: [(step: StepNumber, event: UInt32)], _ sequence: SequencePlan) -> [WaitingMatch.Bound] {
        var bound: [WaitingMatch.Bound] = []
        for (number, event) in steps {
            let step = sequence.stepNames[number]
            let id = String(decoding: StoredEvent.id(event, in: arena).copied, as: UTF8.self)
            if let last = bound.last, last.step == step {
                bound[bound.count - 1] = WaitingMatch.Bound(step: step, ids: last.ids + [id])
            } else {
                bound.append(WaitingMatch.Bound(step: step, ids: [id]))
            }
        }
        return bound
    }
}
