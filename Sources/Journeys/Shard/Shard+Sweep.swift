import Events
import Expressions
import Storage

/// Forgetting: a customer who never comes back must not cost memory for ever.
///
/// A hand goes round the table of customers and lets go of what is over: windows that hold nothing,
/// runs whose `within` has passed, cooldowns at their end, key states that remember nothing, and
/// then the customer. It moves with the events, a few places for each customer that comes new, as
/// many again for each that goes, now and then for the others, and with time (`HandPace`), so the
/// work is spread evenly. A table is at least three eighths full, so with two places for one that
/// comes and two for one that goes, as many go as come once two of three have nothing live: there
/// are never more than three times as many customers in memory as have. For each customer it notes
/// until when there will be nothing to let go of, and passes until then with a look at the table
/// alone. What it lets go of would read as nothing anyway: output does not depend on it.
extension Shard {
    /// How many places of the table the hand passes for each new customer, and as many again for
    /// each that is let go of, up to one for each new one.
    private static let placesPerCustomer = 2
    /// How many places ahead it looks.
    private static let lookaheadOfHand = 16
    /// For how many events it passes one place besides; where it finds something to let go of, it
    /// goes faster, up to one place for so many events.
    private static let eventsPerPlace = 32
    private static let leastEventsPerPlace = 8

    /// Microseconds for which a customer who stays is not looked at again, whatever of it is over
    /// meanwhile: a look takes time.
    private static let leastRest: Int64 = 600_000_000

    /// Moves the hand on after some events, and those who came with them.
    /// - Parameter events: how many a batch had; nil in the midst of one, where time does not count.
    mutating func sweep(events: Int?) {
        // Live batches may have a handful of events each: what they do not come to counts for the next.
        unswept += events ?? 0
        var places = context.newCustomers * Shard.placesPerCustomer + unswept / Shard.eventsPerPlace
        if let events {
            places += pace.places(of: context.scope.customers.placeCount, at: context.scope.now, events: events)
        }
        places = min(places, context.scope.customers.placeCount)
        guard places > 0 else { return }
        var further = unswept / Shard.leastEventsPerPlace
        var gone = context.newCustomers
        unswept %= Shard.eventsPerPlace
        further = min(further, context.scope.customers.placeCount - places)
        context.evaluator.reset()
        context.scope.hasEvent = false
        // What slides at this very instant may not have done so yet: what is over now is let go of later.
        let now = context.scope.now
        context.scope.now = now.advanced(by: -1)
        defer { context.scope.now = now }
        var ahead = 0
        while places > 0 {
            if ahead == 0 {
                ahead = min(places, Shard.lookaheadOfHand)
                lookAheadOfHand(ahead)
            }
            places -= 1
            ahead -= 1
            if let location = context.scope.customers.location(atPlace: sweepPlace, restingUntil: context.scope.now) {
                let before = context.scope.arena.wordsInUse
                evict(location)
                let isGone = context.scope.location.row == 0
                if isGone, gone > 0 {
                    places += Shard.placesPerCustomer
                    gone -= 1
                } else if context.scope.arena.wordsInUse < before, further > 0 {
                    places += 2
                    further -= 2
                }
                // What stood behind a customer that was removed may have moved here.
                if isGone { continue }
            }
            sweepPlace = context.scope.customers.step(from: sweepPlace)
        }
        context.scope.location = .none
    }

    /// Looks at what the hand will come to at the next places: rows, and then the blocks behind
    /// them, so that the waits for memory overlap. They belong to customers who have not been
    /// looked at for long. What is seen changes nothing.
    private func lookAheadOfHand(_ count: Int) {
        var bitmaps = InlineArray<16, Int>(repeating: 0)
        var place = sweepPlace
        for index in 0..<count {
            if let location = context.scope.customers.location(atPlace: place, restingUntil: context.scope.now) {
                bitmaps[index] = location.bitmap
                context.scope.arena.bringNear(location.bitmap)
            }
            guard let next = context.scope.customers.peek(place) else { break }
            place = next
        }
        for index in 0..<count where bitmaps[index] != 0 {
            for word in 0..<interestTable.blocks.count {
                bringBlocksNear(interestTable.blocks[word], ofWord: word, bitmap: bitmaps[index])
            }
        }
        for index in 0..<count where bitmaps[index] != 0 { bringListsNear(bitmap: bitmaps[index]) }
        for index in 0..<count where bitmaps[index] != 0 { bringListsNear(bitmap: bitmaps[index], events: true) }
    }

    /// The lists of runs that a customer's words lead to, or the events with which these begin.
    @inline(__always)
    private func bringListsNear(bitmap: Int, events: Bool = false) {
        for word in 0..<context.scope.customers.bitmapWords {
            let held = context.scope.arena[bitmap + word]
            var bits = held & interestTable.queued[word]
            while bits != 0 {
                let bit = bits & (0 &- bits)
                let cell = context.scope.customers.cell(bit: bit, of: held, word: word, bitmap: bitmap)
                let moment = context.moment(ofKind: word << 6 + bit.trailingZeroBitCount)
                if events {
                    matcher.bringEventsNear(moment, cell: cell, in: context.scope.arena)
                } else {
                    matcher.bringListsNear(moment, cell: cell, in: context.scope.arena)
                }
                bits ^= bit
            }
        }
    }

    /// Lets go of what is over for one customer, and of the customer where nothing is left.
    mutating func evict(_ location: Customers.Location) {
        context.scope.location = location
        // The first end of anything: what is over goes then, whatever else is remembered for longer.
        var first = Instant.distantFuture
        var live = Instant.distantPast
        var hasPicture = false
        for word in 0..<context.scope.customers.bitmapWords {
            var bits = context.scope.arena[context.scope.location.bitmap + word]
            while bits != 0 {
                let kind = word << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                let end: Instant
                switch context.scope.stateKind(kind) {
                case .window(let window): end = liveUntil(context.scope.windows[window], kind: window.index)
                case .dedup:
                    guard let dedup else { continue }
                    end = liveUntil(WindowForm(distinctOver: dedup), kind: kind)
                case .moment(let moment): end = matcher.liveUntil(moment, &context)
                case .attribute: end = .distantFuture
                case .waiting: end = waitingLiveUntil()
                // It says nothing by itself.
                case .name: continue
                case .picture:
                    // It depends on the others.
                    hasPicture = true
                    continue
                }
                if context.scope.location.row == 0 { return }
                if end > live { live = end }
                if end > context.scope.now, end < first { first = end }
            }
        }
        if hasPicture {
            let end = pictureLiveUntil(others: live)
            if end > live { live = end }
            if end > context.scope.now, end < first { first = end }
        }
        context.freeCustomerIfIdle()
        if context.scope.location.row == 0 { return }
        let rested = context.scope.now.advanced(by: Shard.leastRest)
        let soonest = first > rested ? first : rested
        context.scope.customers.rest(context.scope.location, until: live < soonest ? live : soonest)
    }

    /// Lets go of all that is over, of all customers: where the lengths of memory change with the
    /// plan, what is remembered must not depend on how far the hand has come.
    mutating func evictAll() {
        context.evaluator.reset()
        context.scope.hasEvent = false
        // As the hand does: what slides at this very instant has not done so yet.
        let now = context.scope.now
        context.scope.now = now.advanced(by: -1)
        defer { context.scope.now = now }
        var place = 0
        while let location = context.scope.customers.next(from: place) {
            evict(location)
            // What stood behind a customer that was removed may have moved here.
            place = context.scope.location.row == 0 ? location.entry : location.entry + 1
        }
        context.scope.location = .none
    }

    /// Until when a window of the customer holds something; the distant past where it was let go of.
    private func liveUntil(_ form: WindowForm, kind: Int) -> Instant {
        guard let cell = context.cell(kind) else { return .distantPast }
        if let live = WindowState(form: form, arena: context.scope.arena).liveUntil(at: context.scope.now, cell: cell) {
            return live
        }
        context.scope.customers.removeCell(kind, ofRow: context.scope.location.row)
        return .distantPast
    }
}
