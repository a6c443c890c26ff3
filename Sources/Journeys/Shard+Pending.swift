import Events
import Storage

extension Shard {
    /// How many deadlines of sequences are still to come that have not become void: those that would complete a match if no
    /// event came any more. Cost: a look at each deadline; for the end of a run.
    package mutating func countPendingMatches() -> Int {
        var count = 0
        for index in 0..<deadlines.heap.count {
            let entry = deadlines.heap[index]
            let moment = Int(entry.kind) - context.scene.windows.count
            guard moment >= 0, moment < dispatch.moments.count else { continue }
            for location in context.scene.customers.rows(ofHash: entry.customer) {
                context.scene.location = location
                if completes(entry, moment: moment) { count += 1 }
            }
        }
        context.scene.location = .none
        return count
    }

    /// Whether a match completes at the deadline, as things stand.
    private func completes(_ entry: Deadlines.Entry, moment: Int) -> Bool {
        let form = dispatch.moments[moment]
        if form.pattern < 0, loneAbsence(of: entry, moment: moment, form) != nil { return true }
        guard let keyState = context.keyState(of: entry, moment: moment, form) else { return false }
        if keyState.armed == entry.time.microseconds { return true }
        guard form.pattern >= 0, keyState.endOfWithin == entry.time.microseconds else { return false }
        return dispatch.patterns.forms[Int(form.pattern)].closing == .within
    }
}
