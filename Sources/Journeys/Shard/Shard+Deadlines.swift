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
                if entry.isSlide {
                    for word in 0..<interestTable.timely.count {
                        let kinds = interestTable.timely[word] & interestTable.blocks[word]
                        bringBlocksNear(kinds, ofWord: word, bitmap: location.bitmap)
                    }
                }
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
}
