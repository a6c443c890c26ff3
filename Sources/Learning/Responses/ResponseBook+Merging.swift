import Events
package import Storage

/// Two customers turn out to be one, or one is forgotten.
extension ResponseBook {
    /// Has what is open of one customer, and what is remembered of it, be another's, each at its
    /// time. Where that is more than one customer may have, the oldest go.
    /// - Returns: the decisions that gave up their places.
    package mutating func merge(
        _ other: View<UInt8>, otherHash: UInt64, into customer: View<UInt8>, hash: UInt64
    ) -> [OpenDecision] {
        guard place(other, otherHash) >= 0 else { return [] }
        let to = entered(customer, hash)
        let from = place(other, otherHash)
        var decisions = handles(slots[from].open, of: open)
        for handle in decisions { awaitAgain(open[handle], hash: hash) }
        // Of one instant, the one that was made later is newer, whosever it was.
        decisions = merged(handles(slots[to].open, of: open), decisions) { open[$0].serial > open[$1].serial }
        var outcomes = pastHandles(slots[from].past)
        for handle in outcomes { due.put(past[handle].until, customer: hash, decision: 0) }
        outcomes = merged(pastHandles(slots[to].past), outcomes) { past[$0].time >= past[$1].time }
        (slots[from].open, slots[from].past) = (0, 0)
        link(decisions, at: to)
        for (index, handle) in outcomes.enumerated() {
            past[handle].older = index + 1 < outcomes.count ? outcomes[index + 1] : 0
        }
        slots[to].past = outcomes.first ?? 0
        if outcomes.count > ResponseBook.pastLimit {
            past[outcomes[ResponseBook.pastLimit - 1]].older = 0
            for handle in outcomes[ResponseBook.pastLimit...] { past.remove(handle) }
            forgotten += outcomes.count - ResponseBook.pastLimit
        }
        var gone: [OpenDecision] = []
        for handle in decisions.dropFirst(ResponseBook.openLimit) {
            gone.append(open[handle])
            close(handle, of: to)
            displaced += 1
        }
        // What it leaves goes last: another's place may move with it.
        leave(from)
        return gone
    }

    /// Forgets all that is open or remembered of a customer.
    package mutating func forget(_ customer: View<UInt8>, hash: UInt64) {
        let place = place(customer, hash)
        guard place >= 0 else { return }
        for handle in handles(slots[place].open, of: open) { close(handle, of: place) }
        for handle in pastHandles(slots[place].past) { past.remove(handle) }
        slots[place].past = 0
        leave(place)
    }

    /// What is due of a decision stands under its customer's hash: it is due under another one, too.
    private mutating func awaitAgain(_ decision: OpenDecision, hash: UInt64) {
        due.put(decision.end, customer: hash, decision: decision.id)
        if decision.settleBy < decision.end { due.put(decision.settleBy, customer: hash, decision: decision.id) }
        guard terms.ignoredAfter > 0, !decision.has(.ignored) else { return }
        let start = terms.runsFromImpression ? decision.seen : decision.time
        if start != .distantFuture {
            due.put(start.advanced(by: terms.ignoredAfter), customer: hash, decision: decision.id)
        }
    }

    private func handles(_ first: UInt32, of slab: borrowing Slab<OpenDecision>) -> [UInt32] {
        var (all, handle): ([UInt32], UInt32) = ([], first)
        while handle != 0 {
            all.append(handle)
            handle = slab[handle].older
        }
        return all
    }

    private func pastHandles(_ first: UInt32) -> [UInt32] {
        var (all, handle): ([UInt32], UInt32) = ([], first)
        while handle != 0 {
            all.append(handle)
            handle = past[handle].older
        }
        return all
    }

    private mutating func link(_ decisions: [UInt32], at place: Int) {
        for (index, handle) in decisions.enumerated() {
            open[handle].older = index + 1 < decisions.count ? decisions[index + 1] : 0
        }
        slots[place].open = decisions.first ?? 0
    }

    /// Two lists, the newest first each, as one.
    private func merged(_ one: [UInt32], _ other: [UInt32], isNewer: (UInt32, UInt32) -> Bool) -> [UInt32] {
        var all: [UInt32] = []
        var (first, second) = (0, 0)
        while first < one.count || second < other.count {
            if second == other.count || first < one.count && isNewer(one[first], other[second]) {
                all.append(one[first])
                first += 1
            } else {
                all.append(other[second])
                second += 1
            }
        }
        return all
    }
}
