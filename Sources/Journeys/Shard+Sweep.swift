import Events
import Expressions
import Storage

/// Forgetting: a customer who never comes back must not cost memory for ever.
///
/// A hand goes round the table of customers and lets go of what is over: windows that hold nothing, runs whose `within`
/// has passed, matchers that remember nothing, and then the customer. It moves with the events, a few places for each
/// customer that comes new and now and then for the others, so the work is spread evenly and there are never many more
/// customers in memory than have anything live. For each customer it notes until when there will be nothing to let go of,
/// and passes until then with a look at the table alone. What it lets go of would read as nothing anyway: output does not depend on
/// it.
extension Shard {
    /// How many places of the table the hand passes for each new customer.
    private static let placesPerCustomer = 8
    /// For how many events it passes one place besides; where it finds something to let go of, it goes faster, up to one
    /// place for so many events.
    private static let eventsPerPlace = 32
    private static let leastEventsPerPlace = 8

    /// Microseconds after which it is worth while to see whether a customer's scores and segments say anything.
    private static let pictureRest: Int64 = 3_600_000_000

    /// The least time, in microseconds, for which a plan remembers anything.
    static func shortestRest(_ plan: JourneyPlan) -> Int64 {
        var shortest = plan.dedup ?? .max
        for window in plan.windows {
            switch window.extent {
            case .over(let length), .session(let length): shortest = min(shortest, length)
            case .allTime, .events: break
            }
        }
        // Scores and segments may be back where they began after any event.
        if plan.picture.itemCount > 0 { shortest = min(shortest, pictureRest) }
        for moment in plan.moments {
            guard case .sequence(let sequence) = moment.trigger else { continue }
            shortest = min(shortest, sequence.within ?? sequence.closing?.wait ?? .max)
        }
        return shortest
    }

    /// Moves the hand on after some events, of which so many brought new customers.
    mutating func sweep(events: Int, newCustomers: Int) {
        // Live batches may have a handful of events each: what they do not come to counts for the next.
        unswept += events
        var places = newCustomers * Shard.placesPerCustomer + unswept / Shard.eventsPerPlace
        places = min(places, scene.customers.placeCount)
        guard places > 0 else { return }
        var further = unswept / Shard.leastEventsPerPlace
        unswept %= Shard.eventsPerPlace
        further = min(further, scene.customers.placeCount - places)
        evaluator.reset()
        scene.hasEvent = false
        while places > 0 {
            places -= 1
            if let location = scene.customers.location(atPlace: sweepPlace, restingUntil: scene.now) {
                let before = scene.arena.wordsInUse
                letGo(location)
                if scene.arena.wordsInUse < before, further > 0 {
                    places += 2
                    further -= 2
                }
                // What stood behind a customer that was removed may have moved here.
                if scene.location.row == 0 { continue }
            }
            sweepPlace = scene.customers.step(from: sweepPlace)
        }
        scene.location = .none
    }

    /// Lets go of what is over for one customer, and of the customer where nothing is left.
    private mutating func letGo(_ location: Customers.Location) {
        scene.location = location
        var live = Instant.distantPast
        for window in 0..<scene.windows.count {
            live = max(live, liveUntil(scene.windows[window], kind: window))
        }
        if let dedup {
            live = max(live, liveUntil(WindowState.Form(distinctOver: dedup), kind: dedupKind))
        }
        // Partial matches may end long before the rest: what holds them is let go of by then.
        var earliest = Instant.distantFuture
        for moment in 0..<dispatch.moments.count where scene.location.row != 0 {
            let end = liveUntil(moment)
            live = max(live, end)
            if end > scene.now, dispatch.moments[moment].condition < 0 { earliest = min(earliest, end) }
        }
        if scene.location.row == 0 { return }
        live = max(live, pictureLiveUntil(others: live))
        if scene.customers.isIdle(scene.location.row) {
            scene.customers.remove(scene.location)
            scene.location = .none
        } else {
            scene.customers.rest(scene.location, until: min(live, earliest))
        }
    }

    /// Until when a window of the customer holds something; the distant past where it was let go of.
    private func liveUntil(_ form: WindowState.Form, kind: Int) -> Instant {
        guard let cell = cell(kind) else { return .distantPast }
        if let live = WindowState(form: form, arena: scene.arena).liveUntil(at: scene.now, cell: cell) { return live }
        scene.customers.removeCell(kind, ofRow: scene.location.row)
        return .distantPast
    }

    /// Until when, at most, a moment has something pending for the customer or remembers something.
    private mutating func liveUntil(_ moment: Int) -> Instant {
        guard let cell = cell(kind(ofMoment: moment)), scene.arena[cell] != 0 else { return .distantPast }
        let form = dispatch.moments[moment]
        // Its deadline sees to it.
        if LoneAbsence.isOne(scene.arena[cell]) { return scene.now.advanced(by: form.closingWait) }
        let held = UInt32(truncatingIfNeeded: scene.arena[cell])
        let matchers = form.by >= 0 ? MatcherTable(arena: scene.arena).all(held) : [held]
        var live = Instant.distantPast
        for handle in matchers {
            let matcher = Matcher(arena: scene.arena, handle: handle)
            letGoOfRuns(matcher, form)
            live = max(live, liveUntil(matcher, form))
            freeIfIdle(matcher, moment: moment, form)
        }
        return live
    }

    private func liveUntil(_ matcher: Matcher, _ form: Dispatch.MomentForm) -> Instant {
        var live = matcher.hasLine ? matcher.lastLine.advanced(by: form.cooldown) : .distantPast
        if form.condition >= 0 {
            if matcher.wasTrue { live = .distantFuture }
        } else if matcher.runs > 0 {
            let most = form.closes ? max(form.within, form.closingWait) : form.within
            live = max(live, most == .max ? .distantFuture : scene.now.advanced(by: most))
        }
        return live
    }

    /// Drops the runs whose `within` has passed. Those that wait for a closing `not … for` run their full time.
    func letGoOfRuns(_ matcher: Matcher, _ form: Dispatch.MomentForm) {
        // Deadlines see to the end of `within` where the sequence is of the general form.
        guard form.condition < 0, form.pattern < 0, form.within != .max else { return }
        let now = scene.now
        let lists = RunList(arena: scene.arena)
        for count in 1...form.lists where matcher.list(count) != 0 {
            if form.closes, count == Int(form.positionCount) { continue }
            matcher.runs -= lists.drop(from: matcher.list(count)) { _, start in
                now >= start.advanced(by: form.within)
            }
        }
    }
}
