/// Finds the matches of a sequence in one customer's events by trying everything: at every event and every deadline it
/// goes through all ways to bind events from the beginning of the stream, and asks of each whether it is allowed and
/// whether it is complete just now. It keeps no partial matches, only which first events are over, and which partial
/// matches were dropped as too many.
struct NaiveMatcher {
    /// What a partial match can still do: bind the step once more, go on to a later step, or wait for the end.
    private enum Way {
        case again
        case on(Int)
        case end
    }

    /// A partial match: which way through the groups, which step it is at, and what it has bound.
    private struct Partial {
        var way: Int
        var step: Int
        var count: Int
        var bound: [Bound]
        /// Whether nothing can come after it: what it bound last is unwanted as well.
        var isLast = false

        var start: Int { bound[0].index }
        var key: [Int] { bound.flatMap { [$0.step, $0.index] } }
    }

    /// Whose events are, where customers turn out to be one.
    struct Customers {
        /// By event, and by the event before it or itself: the number of the customer that the first one's is by the second.
        var owners: [[Int]]
        /// By event, the customers that turn out to be one at it, each with the one that goes on.
        var merges: [[(from: Int, into: Int)]]
    }

    private let sequence: NaiveSequence
    private let events: [Happening]
    private let customers: Customers?
    private var told: [Told] = []
    /// How many partial matches were dropped because there were too many.
    private var overflowed = 0
    /// For a first event, the first moment from which no partial match of it exists: the number of an event.
    private var over: Set<Int> = []
    private var completed: Set<Int> = []
    /// Partial matches that were dropped, with the event after which they were.
    private var dropped: [[Int]: Int] = [:]
    /// Customers that went over into others.
    private var merged: [Int: Int] = [:]

    init(_ sequence: NaiveSequence, _ events: [Happening], _ customers: Customers? = nil) {
        self.sequence = sequence
        self.events = events
        self.customers = customers
    }

    static func run(
        _ sequence: NaiveSequence, _ events: [Happening], _ customers: Customers? = nil
    ) -> (told: [Told], overflowed: Int) {
        var matcher = NaiveMatcher(sequence, events, customers)
        matcher.run()
        return (matcher.told, matcher.overflowed)
    }

    // MARK: Whose events are

    /// The customer of an event, as of a later one.
    private func owner(_ event: Int, asOf index: Int) -> Int {
        guard let customers, index >= event else { return 0 }
        return customers.owners[event][index - event]
    }

    /// Whether what began with an event is shown a later one.
    private func sees(_ start: Int, _ index: Int) -> Bool { owner(start, asOf: index) == owner(index, asOf: index) }

    /// The event that what began with one is shown next after another.
    private func next(after index: Int, _ start: Int) -> Int {
        var next = index + 1
        while next < events.count, !sees(start, next) { next += 1 }
        return next
    }

    /// Ends the absences that began before, or with, an unwanted event of the customer who turns out to be the same.
    private mutating func endAbsences(at index: Int) {
        guard let customers else { return }
        for (from, into) in customers.merges[index] {
            for partial in partials(upTo: index - 1) where awaitsEnd(partial, before: index) {
                guard isAlive(partial, before: index, at: events[index].time) else { continue }
                let owner = lastOwner(partial.start, before: index)
                guard owner == from || owner == into else { continue }
                let other = owner == from ? into : from
                let nots = sequence.ways[partial.way][partial.step].nots
                let last = partial.bound[partial.bound.count - 1].event.time
                let isEnded = events[..<index].indices.contains { event in
                    lastOwner(event, before: index) == other && events[event].time >= last
                        && nots.contains {
                            !$0.isStrict && $0.condition.isPlain && $0.condition.holds(events[event], [])
                        }
                }
                if isEnded { dropped[partial.key] = index - 1 }
            }
            merged[from] = into
        }
    }

    /// The customer of an event before one at which some turn out to be one, as far as that was gone through.
    private func lastOwner(_ event: Int, before index: Int) -> Int {
        var owner = owner(event, asOf: index - 1)
        while let next = merged[owner] { owner = next }
        return owner
    }

    private mutating func run() {
        for index in events.indices {
            passTime(from: index == 0 ? 0 : events[index - 1].time, to: events[index].time, before: index)
            endAbsences(at: index)
            let all = partials(upTo: index)
            release(all.filter { completes($0, at: index) }, asOf: index)
            limit(after: index)
        }
        passTime(from: events.last?.time ?? 0, to: 1_000_000, before: events.count)
    }

    // MARK: What may be bound

    /// All partial matches of the events up to `index`, whether they can go on or not.
    private func partials(upTo index: Int) -> [Partial] {
        var found: [Partial] = []
        var seen: Set<[Int]> = []
        for way in sequence.ways.indices {
            for start in 0...max(index, 0) where index >= 0 && !over.contains(start) {
                for step in sequence.ways[way].indices where begins(way, step, start) {
                    let bound = bind([], way, step, start)
                    follow(Partial(way: way, step: step, count: 1, bound: bound), upTo: index, &found)
                }
            }
        }
        // Ways that begin alike have the same partial matches up to there; each counts once, unless they differ in what
        // can come: that is asked of all of them.
        found = found.filter { seen.insert($0.key + [-1, $0.way]).inserted }
        return found
    }

    private func follow(_ partial: Partial, upTo index: Int, _ found: inout [Partial]) {
        found.append(partial)
        guard partial.bound.count < sequence.boundLimit else { return }
        for next in (partial.bound.last?.index ?? 0) + 1..<max(index + 1, (partial.bound.last?.index ?? 0) + 1) {
            if let drop = dropped[partial.key], drop < next { break }
            if !sees(partial.start, next) { continue }
            if let within = sequence.within, events[next].time - partial.bound[0].event.time >= within { break }
            for way in ways(of: partial) where isOpen(way, partial, before: next) && takes(way, partial, next) {
                switch way {
                case .again:
                    var further = partial
                    further.count += 1
                    further.bound = bind(partial.bound, partial.way, partial.step, next)
                    follow(further, upTo: index, &found)
                case .on(let step):
                    let bound = bind(partial.bound, partial.way, step, next)
                    let isLast = isUnwanted(partial, next)
                    follow(
                        Partial(way: partial.way, step: step, count: 1, bound: bound, isLast: isLast), upTo: index,
                        &found)
                case .end: break
                }
            }
        }
    }

    private func bind(_ bound: [Bound], _ way: Int, _ step: Int, _ index: Int) -> [Bound] {
        let taken = sequence.ways[way][step]
        return bound + [Bound(name: taken.name, step: taken.number, event: events[index], index: index)]
    }

    /// Whether a partial match may begin with this step at this event: the steps before it can be left out, and a greedy
    /// one of them right before it would not take the event itself.
    private func begins(_ way: Int, _ step: Int, _ index: Int) -> Bool {
        let steps = sequence.ways[way]
        guard steps[..<step].allSatisfy(\.isOptional), steps[step].takes(events[index], []) else { return false }
        guard step > 0, steps[step - 1].canBeGreedy else { return true }
        return steps[step - 1].stops(events[index], []) || !steps[step - 1].condition.holds(events[index], [])
    }

    private func ways(of partial: Partial) -> [Way] {
        if partial.isLast { return [] }
        let steps = sequence.ways[partial.way]
        let step = steps[partial.step]
        var ways: [Way] = []
        if step.most.map({ partial.count < $0 }) ?? true { ways.append(.again) }
        guard partial.count >= step.least else { return ways }
        var next = partial.step + 1
        while next < steps.count {
            ways.append(.on(next))
            if !steps[next].isOptional { break }
            next += 1
        }
        if partial.step == steps.count - 1, sequence.closing != .nothing { ways.append(.end) }
        return ways
    }

    /// Whether the events after the last one bound, and before `index`, leave a way open.
    private func isOpen(_ way: Way, _ partial: Partial, before index: Int) -> Bool {
        let steps = sequence.ways[partial.way]
        let last = partial.bound[partial.bound.count - 1].index
        for between in last + 1..<max(index, last + 1) where sees(partial.start, between) {
            let event = events[between]
            if isUnwanted(partial, between) { return false }
            switch way {
            case .again:
                let step = steps[partial.step]
                if step.inner == "strict" || step.stops(event, partial.bound) { return false }
                if step.inner == "relaxed", step.condition.holds(event, partial.bound) { return false }
            case .on(let next):
                if steps[next].contiguity == "strict" || isGreedily(before: next, partial, between) { return false }
                if steps[next].contiguity == "relaxed", steps[next].condition.holds(event, partial.bound) {
                    return false
                }
            case .end: if sequence.closing == .nextEvent { return false }
            }
        }
        return true
    }

    /// Whether an open way binds the event.
    private func takes(_ way: Way, _ partial: Partial, _ index: Int) -> Bool {
        let steps = sequence.ways[partial.way]
        switch way {
        case .again: return steps[partial.step].takes(events[index], partial.bound)
        case .on(let next):
            guard !isGreedily(before: next, partial, index), steps[next].takes(events[index], partial.bound) else {
                return false
            }
            return !isUnwanted(partial, index) || ends(partial, on: next, index)
        case .end: return false
        }
    }

    /// Whether an event that a relaxed `not` does not want makes a match complete, as the first of a step.
    private func ends(_ partial: Partial, on next: Int, _ index: Int) -> Bool {
        let steps = sequence.ways[partial.way]
        let isNext = index == self.next(after: partial.bound[partial.bound.count - 1].index, partial.start)
        let isBarred = steps[partial.step].nots.contains { not in
            not.isStrict && isNext && not.condition.holds(events[index], partial.bound)
        }
        return !isBarred && sequence.closing == .nothing && steps[next].least <= 1
            && steps[(next + 1)...].allSatisfy(\.isOptional)
    }

    /// Whether the event is one that a `not` after the step does not want: a strict one is about the very next event.
    private func isUnwanted(_ partial: Partial, _ index: Int) -> Bool {
        let step = sequence.ways[partial.way][partial.step]
        let isNext = index == next(after: partial.bound[partial.bound.count - 1].index, partial.start)
        return step.nots.contains { not in
            (!not.isStrict || isNext && partial.count >= step.least)
                && not.condition.holds(events[index], partial.bound)
        }
    }

    /// Whether the event is one that the greedy step right before `next` could have taken; not where its stop condition
    /// held at the event after the last one bound.
    private func isGreedily(before next: Int, _ partial: Partial, _ index: Int) -> Bool {
        let greedy = sequence.ways[partial.way][next - 1]
        guard greedy.canBeGreedy else { return false }
        let first = self.next(after: partial.bound[partial.bound.count - 1].index, partial.start)
        return !greedy.stops(events[first], partial.bound) && greedy.condition.holds(events[index], partial.bound)
    }

    // MARK: What is complete

    private func isEnough(_ partial: Partial) -> Bool {
        let steps = sequence.ways[partial.way]
        return partial.count >= steps[partial.step].least && steps[(partial.step + 1)...].allSatisfy(\.isOptional)
    }

    /// Whether the partial match is a match at the event.
    private func completes(_ partial: Partial, at index: Int) -> Bool {
        let last = partial.bound[partial.bound.count - 1].index
        switch sequence.closing {
        case .nothing: return last == index && isEnough(partial)
        case .nextEvent:
            if let within = sequence.within, events[index].time - partial.bound[0].event.time >= within { return false }
            guard sees(partial.start, index), last < index else { return false }
            return next(after: last, partial.start) == index && isEnough(partial) && isKept(partial, at: index)
                && !isUnwanted(partial, index)
        case .wait, .within: return false
        }
    }

    private func isKept(_ partial: Partial, at index: Int) -> Bool { (dropped[partial.key] ?? index) >= index }

    /// Goes through the deadlines up to a time, one after the other.
    private mutating func passTime(from: Int, to: Int, before index: Int) {
        let all = partials(upTo: index - 1)
        var deadlines: Set<Int> = []
        for partial in all {
            if let within = sequence.within { deadlines.insert(partial.bound[0].event.time + within) }
            if case .wait(let wait) = sequence.closing {
                deadlines.insert(partial.bound[partial.bound.count - 1].event.time + wait)
            }
        }
        for deadline in deadlines.sorted() where deadline > from && deadline <= to { pass(deadline, before: index) }
    }

    private mutating func pass(_ deadline: Int, before index: Int) {
        let all = partials(upTo: index - 1)
        release(all.filter { awaitsEnd($0, before: index) && end(of: $0) == deadline }, asOf: index - 1)
        guard sequence.emitsPartial, let within = sequence.within else { return }
        for start in events.indices where start < index && events[start].time + within == deadline {
            let own = partials(upTo: index - 1).filter {
                $0.start == start && isAlive($0, before: index, at: deadline - 1)
            }
            if completed.contains(start) || own.isEmpty { continue }
            if own.contains(where: { isAlive($0, before: index, at: deadline) }) { continue }
            let furthest = own.map { $0.bound[$0.bound.count - 1].step }.max()
            let best = own.filter { $0.bound[$0.bound.count - 1].step == furthest }.sorted(by: Self.precedes)[0]
            told.append(told(best, isDropOff: true))
        }
    }

    private func end(of partial: Partial) -> Int? {
        switch sequence.closing {
        case .wait(let wait): partial.bound[partial.bound.count - 1].event.time + wait
        case .within: sequence.within.map { partial.bound[0].event.time + $0 }
        case .nothing, .nextEvent: nil
        }
    }

    private func awaitsEnd(_ partial: Partial, before index: Int) -> Bool {
        guard end(of: partial) != nil, isEnough(partial), partial.step == sequence.ways[partial.way].count - 1 else {
            return false
        }
        return isKept(partial, at: index) && isOpen(.end, partial, before: index)
    }

    /// Whether anything can still come of it, at a time after the events before `index`.
    private func isAlive(_ partial: Partial, before index: Int, at time: Int) -> Bool {
        let isInTime = sequence.within.map { time - partial.bound[0].event.time < $0 } ?? true
        return isKept(partial, at: index)
            && ways(of: partial).contains { way in
                guard isOpen(way, partial, before: index) else { return false }
                if case .end = way, let end = end(of: partial) { return time < end }
                return isInTime
            }
    }

    // MARK: Order, and what a match discards

    private mutating func release(_ matches: [Partial], asOf index: Int) {
        /// Discards what began with some events, of the customer of a match.
        func discard(_ starts: Range<Int>, _ match: Partial) {
            let own = owner(match.start, asOf: index)
            over.formUnion(starts.filter { $0 <= index && owner($0, asOf: index) == own })
        }
        var seen: Set<[Int]> = []
        for match in matches.sorted(by: Self.precedes) {
            if over.contains(match.start) || !seen.insert(match.key).inserted { continue }
            told.append(told(match, isDropOff: false))
            completed.insert(match.start)
            let parts = sequence.afterMatch.split(separator: ":").map(String.init)
            switch parts[0] {
            case "skip_past_last_event": discard(match.start..<match.bound[match.bound.count - 1].index + 1, match)
            case "skip_to_next": over.insert(match.start)
            case "skip_to_first", "skip_to_last":
                let bound = match.bound.filter { $0.name == parts[1] }
                guard let to = parts[0] == "skip_to_first" ? bound.first : bound.last else { continue }
                discard(match.start..<to.index, match)
            default: break
            }
        }
    }

    private static func precedes(_ left: Partial, _ right: Partial) -> Bool {
        if left.start != right.start { return left.start < right.start }
        for (one, other) in zip(left.bound, right.bound) {
            if one.step != other.step { return one.step < other.step }
            if one.index != other.index { return one.index < other.index }
        }
        return left.bound.count > right.bound.count
    }

    /// Drops partial matches where there are more than may be kept.
    private mutating func limit(after index: Int) {
        // The engine keeps few of these where many may be kept; then it has no limit to meet.
        let keepsFew = sequence.goesBack && sequence.hasSuperfluous && !sequence.emitsPartial
        if keepsFew, sequence.partialLimit >= 256 { return }
        var kept: [[Int]: Partial] = [:]
        for partial in partials(upTo: index) where isAlive(partial, before: index + 1, at: events[index].time) {
            if (dropped[partial.key] ?? .max) > index { kept[partial.key] = partial }
        }
        // It shows only where the number of partial matches does.
        let isTold = sequence.partialLimit < 1024 || kept.count > sequence.partialLimit
        if sequence.keepsOneOfEach, isTold { dropSuperfluous(&kept, after: index) }
        let excess = kept.count - sequence.partialLimit
        guard excess > 0 else { return }
        overflowed += excess
        let byAge = kept.values.sorted { left, right in
            if left.start != right.start { return left.start < right.start }
            let (one, other) = (left.bound[left.bound.count - 1].index, right.bound[right.bound.count - 1].index)
            return one != other ? one < other : Self.precedes(left, right)
        }
        for partial in sequence.dropsNewest ? byAge.suffix(excess) : byAge.prefix(excess) {
            dropped[partial.key] = index
        }
    }

    /// Where a match ends all that began with its first event, and no condition compares events: of those that began with
    /// one event and wait for the same, only the one is kept whose match would come first.
    private mutating func dropSuperfluous(_ kept: inout [[Int]: Partial], after index: Int) {
        var situations: [[Int]: Set<[Int]>] = [:]
        for partial in partials(upTo: index) where kept[partial.key] != nil {
            let steps = sequence.ways[partial.way]
            for way in ways(of: partial) where isOpen(way, partial, before: index + 1) {
                var open: [Int]
                switch way {
                case .again: open = [-1]
                case .on(let next):
                    let greedy = steps[next - 1]
                    let after = self.next(after: partial.bound[partial.bound.count - 1].index, partial.start)
                    let isFree =
                        greedy.canBeGreedy && greedy.until != nil && after <= index
                        && greedy.stops(events[after], partial.bound)
                    open = steps[...next].map(\.number) + [isFree ? -3 : -2]
                case .end: open = [-4]
                }
                situations[partial.key, default: []].insert(open)
            }
        }
        var best: [Situation: [Int]] = [:]
        for (key, partial) in kept {
            let step = sequence.ways[partial.way][partial.step]
            let bound = partial.bound
            if sequence.endsSoonest(partial.way, partial.step), partial.count > step.least,
                bound[bound.count - 2].event.time < bound[bound.count - 1].event.time
            {
                kept[key] = nil
                dropped[key] = index
                continue
            }
            let open = situations[key] ?? []
            let isFresh = bound[bound.count - 1].index == index
            let situation = Situation(
                start: sequence.keepsOneOfAll ? 0 : partial.start,
                nodes: sequence.ways[partial.way][...partial.step].map(\.number),
                count: step.most == nil ? min(partial.count, step.least) : partial.count,
                isFresh: isFresh && sequence.needsFresh(partial.way, partial.step), open: open)
            guard let rival = best[situation].flatMap({ kept[$0] }) else {
                best[situation] = key
                continue
            }
            let (one, other) = (bound[bound.count - 1].event.time, rival.bound[rival.bound.count - 1].event.time)
            var isBetter = Self.precedes(partial, rival)
            if case .wait = sequence.closing, open.contains([-4]), one != other { isBetter = one < other }
            let worse = isBetter ? rival.key : key
            if isBetter { best[situation] = key }
            kept[worse] = nil
            dropped[worse] = index
        }
    }

    /// All that decides what can still come of a partial match.
    private struct Situation: Hashable {
        let start: Int
        let nodes: [Int]
        let count: Int
        let isFresh: Bool
        let open: Set<[Int]>
    }

    private func told(_ partial: Partial, isDropOff: Bool) -> Told {
        var steps: [String: [String]] = [:]
        for bound in partial.bound { steps[bound.name, default: []].append(bound.event.id) }
        return Told(
            moment: "m", customer: "c", steps: steps,
            reached: isDropOff ? partial.bound[partial.bound.count - 1].name : nil)
    }
}
