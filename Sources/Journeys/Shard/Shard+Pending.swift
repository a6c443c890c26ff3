import Events
import Storage

extension Shard {
    /// How many deadlines of sequences are still to come that have not become void: those that would complete a match if no
    /// event came any more. Cost: a look at each deadline; for the end of a run.
    package mutating func countPendingMatches() -> Int {
        var count = 0
        for index in 0..<deadlines.heap.count {
            let entry = deadlines.heap[index]
            guard case .moment(let moment) = context.scope.stateKind(Int(entry.kind)) else { continue }
            for location in context.scope.customers.rows(ofHash: entry.customer) {
                context.scope.location = location
                if matcher.completes(entry, moment: moment, context) { count += 1 }
            }
        }
        context.scope.location = .none
        return count
    }
}
