import Events
import Storage

/// The loop that fires deadlines.
extension Shard {
    /// Fires the deadlines up to `time`, in order; what comes behind the events of `time` only with `slides`.
    mutating func fire(upTo time: Instant, slides: Bool = false) {
        while deadlines.isDue(at: time, slides: slides) {
            let entry = deadlines.take()
            // Those that come next, while this one is dealt with.
            if let next = deadlines.nextCustomer { _ = context.scope.customers.bringRowNear(next) }
            deadlines.forEachNext { context.scope.customers.bringEntryNear($0) }
            let customers = context.scope.customers.rows(ofHash: entry.customer)
            for location in customers {
                if entry.isSlide { bringTimelyNear(bitmap: location.bitmap) }
                let isObserved = observer != nil && isObserved(location, hash: entry.customer)
                if isObserved { closeObservation(before: entry.time) }
                let before = isObserved ? observedState(at: entry.time) : nil
                let firstLine = lines.count
                context.begin(deadlineAt: entry.time, of: location, hash: entry.customer)
                isSlide = entry.isSlide
                deadlinePlace = entry.origin
                if entry.isSlide {
                    slide(entry)
                } else if Int(entry.kind) == context.waitingKind {
                    fireWaiting(entry)
                } else {
                    expire(entry, moment: context.moment(ofKind: Int(entry.kind)))
                }
                if !keptMoments.isEmpty { joinWaiting() }
                if let before { tellDeadline(at: entry.time, before: before, firstLine: firstLine) }
            }
        }
    }

    /// Has the blocks be near soon of all that may fall due of a customer as time passes.
    @inline(__always)
    private func bringTimelyNear(bitmap: Int) {
        for word in 0..<interestTable.timely.count {
            let held = context.scope.arena[bitmap + word]
            var bits = held & interestTable.timely[word]
            while bits != 0 {
                let bit = bits & (0 &- bits)
                let cell = context.scope.customers.cell(bit: bit, of: held, word: word, bitmap: bitmap)
                context.scope.arena.bringNear(Arena.word(UInt32(truncatingIfNeeded: context.scope.arena[cell])))
                bits ^= bit
            }
        }
    }
}
