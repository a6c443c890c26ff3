import Events
import Expressions
import Storage

/// What a word of a customer's row belongs to. Whoever adds a kind of state is asked by each switch over this: for how long
/// it lasts at least, until when it lasts, and how it is let go of.
enum StateKind: BitwiseCopyable {
    case window(Int)
    case moment(Int)
    /// The ids of events that came lately.
    case dedup
    /// Scores and segments.
    case picture
    /// An attribute of the profile.
    case attribute(Int)
    /// Moments whose decision waits.
    case waiting
}

/// Forgetting: a customer who never comes back must not cost memory for ever.
///
/// A hand goes round the table of customers and lets go of what is over: windows that hold nothing, runs whose `within`
/// has passed, cooldowns at their end, matchers that remember nothing, and then the customer. It moves with the events, a few places for each
/// customer that comes new and now and then for the others, and with time (`HandPace`), so the work is spread evenly and there are never many more
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

    /// Microseconds for which a customer who stays is not looked at again, whatever of it is over meanwhile: a look takes
    /// time.
    private static let leastRest: Int64 = 600_000_000
    /// Microseconds after which it is worth while to see whether a customer's scores and segments say anything.
    static let pictureRest: Int64 = 3_600_000_000

    /// What the words of that kind belong to.
    func stateKind(_ kind: Int) -> StateKind {
        if kind < scene.windows.count { return .window(kind) }
        if kind < dedupKind { return .moment(kind - scene.windows.count) }
        if kind == dedupKind { return .dedup }
        if kind == waitingKind { return .waiting }
        return kind == scene.pictureKind ? .picture : .attribute(kind - scene.pictureKind - 1)
    }

    /// The least time, in microseconds, for which a word of each kind is remembered once it is there.
    static func leastLives(_ plan: JourneyPlan) -> [Int64] {
        let kinds =
            plan.windows.indices.map { StateKind.window($0) } + plan.moments.indices.map { .moment($0) }
            + [.dedup, .picture] + plan.picture.attributes.indices.map { .attribute($0) } + [.waiting]
        return kinds.map { leastLife(of: $0, plan) }
    }

    private static func leastLife(of kind: StateKind, _ plan: JourneyPlan) -> Int64 {
        switch kind {
        case .window(let window):
            switch plan.windows[window].extent {
            case .over(let length), .session(let length): return length
            // The next midnight may be near.
            case .per: return 0
            case .allTime, .events: return .max
            }
        case .moment(let moment):
            let cooldown = plan.moments[moment].cooldown > 0 ? plan.moments[moment].cooldown : .max
            switch plan.moments[moment].trigger {
            case .condition: return cooldown
            case .sequence(let sequence): return min(cooldown, sequence.within ?? sequence.closing?.wait ?? .max)
            }
        case .dedup: return plan.dedup ?? .max
        // Scores and segments may be back where they began after any event.
        case .picture: return pictureRest
        case .attribute: return .max
        // The end of quiet hours may be near.
        case .waiting: return plan.waiting.map { $0.holds ? 0 : $0.gather } ?? .max
        }
    }

    /// Moves the hand on after some events, of which so many brought new customers.
    /// - Parameter events: how many a batch had; nil in the midst of one, where time does not count.
    mutating func sweep(events: Int?, newCustomers: Int) {
        // Live batches may have a handful of events each: what they do not come to counts for the next.
        unswept += events ?? 0
        var places = newCustomers * Shard.placesPerCustomer + unswept / Shard.eventsPerPlace
        if events != nil {
            places += pace.places(of: scene.customers.placeCount, at: scene.now)
        }
        places = min(places, scene.customers.placeCount)
        guard places > 0 else { return }
        var further = unswept / Shard.leastEventsPerPlace
        unswept %= Shard.eventsPerPlace
        further = min(further, scene.customers.placeCount - places)
        evaluator.reset()
        scene.hasEvent = false
        // What slides at this very instant may not have done so yet: what is over now is let go of later.
        let now = scene.now
        scene.now = now.advanced(by: -1)
        defer { scene.now = now }
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
    mutating func letGo(_ location: Customers.Location) {
        scene.location = location
        // The first end of anything: what is over goes then, whatever else is remembered for longer.
        var first = Instant.distantFuture
        var live = Instant.distantPast
        var hasPicture = false
        for word in 0..<scene.customers.bitmapWords {
            var bits = scene.arena[scene.location.bitmap + word]
            while bits != 0 {
                let kind = word << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                let end: Instant
                switch stateKind(kind) {
                case .window(let window): end = liveUntil(scene.windows[window], kind: window)
                case .dedup:
                    guard let dedup else { continue }
                    end = liveUntil(WindowState.Form(distinctOver: dedup), kind: kind)
                case .moment(let moment): end = liveUntil(moment)
                case .attribute: end = .distantFuture
                case .waiting: end = waitingLiveUntil()
                case .picture:
                    // It depends on the others.
                    hasPicture = true
                    continue
                }
                if scene.location.row == 0 { return }
                live = max(live, end)
                if end > scene.now { first = min(first, end) }
            }
        }
        if hasPicture {
            let end = pictureLiveUntil(others: live)
            live = max(live, end)
            if end > scene.now { first = min(first, end) }
        }
        freeCustomerIfIdle()
        if scene.location.row == 0 { return }
        let soonest = max(first, scene.now.advanced(by: Shard.leastRest))
        scene.customers.rest(scene.location, until: min(live, soonest))
    }

    /// Lets go of all that is over, of all customers: where the lengths of memory change with the plan, what is remembered must not
    /// depend on how far the hand has come.
    mutating func letGoOfAll() {
        evaluator.reset()
        scene.hasEvent = false
        var place = 0
        while let location = scene.customers.next(from: place) {
            letGo(location)
            // What stood behind a customer that was removed may have moved here.
            place = scene.location.row == 0 ? location.entry : location.entry + 1
        }
        scene.location = .none
    }

    /// Until when a window of the customer holds something; the distant past where it was let go of.
    private func liveUntil(_ form: WindowState.Form, kind: Int) -> Instant {
        guard let cell = cell(kind) else { return .distantPast }
        if let live = WindowState(form: form, arena: scene.arena).liveUntil(at: scene.now, cell: cell) { return live }
        scene.customers.removeCell(kind, ofRow: scene.location.row)
        return .distantPast
    }

    /// Until when, at most, a moment has something pending for the customer or remembers something: the first end, where it
    /// does for several values of `by`.
    private mutating func liveUntil(_ moment: Int) -> Instant {
        guard let cell = cell(kind(ofMoment: moment)), scene.arena[cell] != 0 else { return .distantPast }
        let form = dispatch.moments[moment]
        // Its deadline sees to it.
        if LoneAbsence.isOne(scene.arena[cell]) { return scene.now.advanced(by: form.closingWait) }
        let held = UInt32(truncatingIfNeeded: scene.arena[cell])
        let matchers = form.by >= 0 ? MatcherTable(arena: scene.arena).all(held) : [held]
        var live = Instant.distantFuture
        for handle in matchers {
            let matcher = Matcher(arena: scene.arena, handle: handle)
            letGoOfRuns(matcher, form)
            let end = liveUntil(matcher, form)
            if end > scene.now { live = min(live, end) }
            freeIfIdle(matcher, moment: moment, form)
            if scene.location.row == 0 { return .distantPast }
        }
        return cell == self.cell(kind(ofMoment: moment)) ? live : .distantPast
    }

    private func liveUntil(_ matcher: Matcher, _ form: Dispatch.MomentForm) -> Instant {
        var live = Instant.distantPast
        if matcher.hasLine {
            live = matcher.lastLine.advanced(by: form.cooldown)
            if live <= scene.now { matcher.forgetLine() }
        }
        if form.condition >= 0 {
            if matcher.wasTrue { live = .distantFuture }
        } else if form.retells, matcher.own(form.retoldWord) != 0 {
            live = .distantFuture
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
        for count in 1...form.runLists where matcher.list(count) != 0 {
            if form.closes, count == Int(form.positionCount) { continue }
            matcher.runs -= lists.drop(from: matcher.list(count)) { _, start in
                now >= start.advanced(by: form.within)
            }
        }
    }
}
