import Events
import Storage

/// General sequences as time passes. A matcher has at most two deadlines among the shard's: the end of `within` for the
/// first event that is the oldest, and the end of the closing `not … for` that is next.
extension Shard {
    /// Sees to it that the deadlines stand.
    mutating func arm(
        _ matcher: Matcher, _ moment: Int, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form
    ) {
        let chains = Chain(arena: scene.arena)
        let groups = PartialGroups(matcher: matcher)
        if form.within != .max, matcher.endOfWithin == Matcher.unarmed {
            var oldest: UInt32 = 0
            for place in 0..<groups.count where isBound(groups.situation(groups.group(place)), pattern) {
                let first = groups.member(0, of: groups.group(place))
                if oldest == 0 || chains.startNumber(first) < chains.startNumber(oldest) { oldest = first }
            }
            if oldest != 0 {
                let due = chains.start(oldest).advanced(by: form.within)
                matcher.endOfWithin = due.microseconds
                add(due, place: chains.place(chains.first(oldest)), matcher, moment)
            }
        }
        if pattern.closing == .wait, matcher.armed == Matcher.unarmed {
            var next: UInt32 = 0
            for place in 0..<groups.count {
                let group = groups.group(place)
                guard awaitsEnd(groups.situation(group), pattern) else { continue }
                let count = groups.isOrderedByLast(group) ? 1 : groups.memberCount(group)
                for index in 0..<count {
                    let chain = groups.member(index, of: group)
                    if next == 0 || chains.number(chain) < chains.number(next) { next = chain }
                }
            }
            if next != 0 {
                let due = chains.time(next).advanced(by: pattern.wait)
                matcher.armed = due.microseconds
                add(due, place: chains.place(next), matcher, moment)
            }
        }
    }

    mutating func add(_ due: Instant, place: UInt64, _ matcher: Matcher, _ moment: Int) {
        deadlines.add(
            Deadlines.Entry(
                time: due, place: place, customer: scene.customerHash, kind: UInt32(kind(ofMoment: moment)),
                detail: matcher.handle))
    }

    /// Whether the end of `within` means anything in a situation: not to what waits for a closing `not … for` alone.
    func isBound(_ situation: Situation, _ pattern: PatternTable.Form) -> Bool {
        pattern.closing != .wait || situation.isFresh || situation.waits != Situation.end
    }

    /// Whether a partial match in a situation is a match once the time of the closing `not` is over.
    func awaitsEnd(_ situation: Situation, _ pattern: PatternTable.Form) -> Bool {
        guard pattern.closing == .wait || pattern.closing == .within else { return false }
        let isClosing = situation.waits & Situation.end != 0
        if !situation.isFresh { return isClosing }
        let node = dispatch.patterns.nodes[pattern.firstNode + Int(situation.node)]
        return node.isLeaf && !isClosing && situation.count >= node.least
    }

    /// A deadline of a general sequence has come.
    mutating func expirePattern(_ entry: Deadlines.Entry, moment: Int) {
        let form = dispatch.moments[moment]
        guard let matcher = matcher(of: entry, moment: moment, form) else { return }
        let noted = entry.time.microseconds
        guard matcher.armed == noted || matcher.endOfWithin == noted else { return }
        if matcher.armed == noted { matcher.armed = Matcher.unarmed }
        if matcher.endOfWithin == noted { matcher.endOfWithin = Matcher.unarmed }
        let pattern = dispatch.patterns.forms[Int(form.pattern)]
        work.begin(conditions: 0)
        ordinal = UInt32(truncatingIfNeeded: moment) << 16
        if pattern.sharesFuture {
            expireCohorts(matcher, moment, form, pattern)
            return
        }
        let groups = PartialGroups(matcher: matcher)
        for place in 0..<groups.count {
            let group = groups.group(place)
            let situation = groups.situation(group)
            if pattern.closing == .wait, awaitsEnd(situation, pattern) { completeWaiting(group, matcher, pattern) }
            if form.within != .max, isBound(situation, pattern) { expire(group, situation, matcher, form, pattern) }
        }
        // Whatever the deadline changed, the next one must be set.
        work.hasLeavers = true
        settle(matcher, moment, form, pattern)
    }

    /// The time of the closing `not … for` is over for some of a group.
    private mutating func completeWaiting(_ group: UInt32, _ matcher: Matcher, _ pattern: PatternTable.Form) {
        let chains = Chain(arena: scene.arena)
        let groups = PartialGroups(matcher: matcher)
        let isOrdered = groups.isOrderedByLast(group)
        let situation = groups.situation(group)
        let rest = situation.withoutEnd(of: dispatch.patterns.nodes[pattern.firstNode + Int(situation.node)])
        func isOver(_ chain: UInt32) -> Bool { chains.time(chain).advanced(by: pattern.wait) <= scene.now }
        let before = work.finals.count
        if isOrdered {
            while groups.memberCount(group) > 0, isOver(groups.member(0, of: group)) {
                work.finals.append(groups.takeFirst(of: group))
            }
        } else {
            _ = groups.take(from: group) { chain in
                guard isOver(chain) else { return false }
                work.finals.append(chain)
                return true
            }
        }
        matcher.runs -= work.finals.count - before
        guard let rest else { return }
        // They may yet bind more, and be longer matches.
        for chain in work.finals[before...] {
            chains.retain(chain)
            work.moves.append((rest, chain))
        }
    }

    /// `within` is over for the oldest of a group.
    private mutating func expire(
        _ group: UInt32, _ situation: Situation, _ matcher: Matcher, _ form: Dispatch.MomentForm,
        _ pattern: PatternTable.Form
    ) {
        let chains = Chain(arena: scene.arena)
        let groups = PartialGroups(matcher: matcher)
        let isWaiting = awaitsEnd(situation, pattern)
        while groups.memberCount(group) > 0 {
            guard chains.start(groups.member(0, of: group)).advanced(by: form.within) <= scene.now else { return }
            let chain = groups.takeFirst(of: group)
            matcher.runs -= 1
            if isWaiting, pattern.closing == .wait {
                // It may bind nothing more, but its absence runs to its end.
                let waits = Situation(
                    node: Int(situation.node), isFresh: false, count: situation.count, waits: Situation.end, free: 0)
                work.moves.append((waits, chain))
            } else if isWaiting {
                work.finals.append(chain)
            } else if pattern.emitsPartial {
                work.expired.append(chain)
            } else {
                chains.release(chain)
            }
        }
    }

    /// The matcher that a deadline was set for, where it still stands.
    func matcher(of entry: Deadlines.Entry, moment: Int, _ form: Dispatch.MomentForm) -> Matcher? {
        guard let cell = cell(kind(ofMoment: moment)) else { return nil }
        let held = UInt32(truncatingIfNeeded: scene.arena[cell])
        let matcher = Matcher(arena: scene.arena, handle: entry.detail)
        if form.by < 0 { return held == entry.detail ? matcher : nil }
        let isHeld = MatcherTable(arena: scene.arena).holds(entry.detail, hash: matcher.keyHash, in: held)
        return isHeld ? matcher : nil
    }
}
