import Events
import Storage

/// What becomes of the partial matches and matches of a general sequence once an event or a deadline has been worked
/// out: matches are written, and discard others; the rest stay within their limit, and their deadlines stand.
extension Shard {
    mutating func settle(
        _ matcher: Matcher, _ moment: Int, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form
    ) {
        let groups = PartialGroups(matcher: matcher)
        let hasChanged = work.hasLeavers || !work.moves.isEmpty
        if !work.moves.isEmpty {
            matcher.runs += groups.add(work.moves, pruning: pattern.pruning) { situation in
                awaitsEnd(situation, pattern) && pattern.closing == .wait
            }
        }
        work.moves.removeAll(keepingCapacity: true)
        if !work.finals.isEmpty { release(matcher, moment, form, pattern) }
        if !work.expired.isEmpty { tellExpired(matcher, moment, form, pattern) }
        if hasChanged {
            let excess = matcher.runs - Int(form.partialLimit)
            if excess > 0 { drop(excess, matcher, moment, pattern) }
            groups.sweep()
            arm(matcher, moment, form, pattern)
        }
        freeIfIdle(matcher, moment: moment, form)
    }

    // MARK: Matches

    /// Writes the matches in their order; each discards what its `after_match` says.
    private mutating func release(
        _ matcher: Matcher, _ moment: Int, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form
    ) {
        let chains = Chain(arena: scene.arena)
        if work.finals.count > 1 { work.finals.sort(by: chains.precedes) }
        for index in work.finals.indices where work.finals[index] != 0 {
            let final = work.finals[index]
            if !isEvent { deadlinePlace = chains.place(pattern.closing == .within ? chains.first(final) : final) }
            write(final, matcher, moment, form)
            if pattern.emitsPartial { markMatched(final, matcher, pattern) }
            if let discarded = discarded(by: final, pattern) { discard(discarded, after: index, matcher) }
            chains.release(final)
        }
        work.finals.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ chain: UInt32, _ matcher: Matcher, _ moment: Int, _ form: Dispatch.MomentForm) {
        let chains = Chain(arena: scene.arena)
        trace(chain)
        if !isEvent {
            scene.event = StoredEvent.sight(chains.event(chain), in: scene.arena)
            scene.hasEvent = true
        }
        write(moment, form, matcher, start: chains.start(chain), end: chains.time(chain))
        if !isEvent { scene.hasEvent = false }
    }

    /// The first events, by number, whose matches and partial matches are over after a match.
    private func discarded(by final: UInt32, _ pattern: PatternTable.Form) -> ClosedRange<UInt64>? {
        let chains = Chain(arena: scene.arena)
        let since = chains.startNumber(final)
        switch pattern.afterMatch {
        case .noSkip: return nil
        case .skipToNext: return since...since
        case .skipPastLastEvent: return since...chains.number(final)
        case .skipToFirst, .skipToLast:
            var to: UInt64 = 0
            for index in 0..<path.count where pathSteps[index] == pattern.skipStep {
                to = number(ofPath: index, final)
                if pattern.afterMatch == .skipToFirst { break }
            }
            return to > since ? since...(to - 1) : nil
        }
    }

    /// The number of the event at `index` of the path that the chain left.
    private func number(ofPath index: Int, _ chain: UInt32) -> UInt64 {
        let chains = Chain(arena: scene.arena)
        var link = chain
        for _ in index..<(path.count - 1) { link = chains.parent(link) }
        return chains.number(link)
    }

    private mutating func discard(_ starts: ClosedRange<UInt64>, after index: Int, _ matcher: Matcher) {
        let chains = Chain(arena: scene.arena)
        for later in work.finals.indices.dropFirst(index + 1) where work.finals[later] != 0 {
            guard starts.contains(chains.startNumber(work.finals[later])) else { continue }
            chains.release(work.finals[later])
            work.finals[later] = 0
        }
        for place in work.expired.indices where work.expired[place] != 0 {
            guard starts.contains(chains.startNumber(work.expired[place])) else { continue }
            chains.release(work.expired[place])
            work.expired[place] = 0
        }
        let groups = PartialGroups(matcher: matcher)
        for place in 0..<groups.count {
            let group = groups.group(place)
            let count = groups.memberCount(group)
            guard count > 0, chains.startNumber(groups.member(0, of: group)) <= starts.upperBound,
                chains.startNumber(groups.member(count - 1, of: group)) >= starts.lowerBound
            else { continue }
            matcher.runs -= groups.remove(from: group) { starts.contains(chains.startNumber($0)) }
        }
    }

    /// Notes that a match came of the first event, for all partial matches that began with it: there are several first
    /// links for it where it was bound to several steps.
    private mutating func markMatched(_ final: UInt32, _ matcher: Matcher, _ pattern: PatternTable.Form) {
        let chains = Chain(arena: scene.arena)
        chains.markMatched(final)
        guard pattern.starts.nonzeroBitCount > 1 else { return }
        let start = chains.startNumber(final)
        for chain in work.expired where chain != 0 && chains.startNumber(chain) == start { chains.markMatched(chain) }
        let groups = PartialGroups(matcher: matcher)
        for place in 0..<groups.count {
            let group = groups.group(place)
            for index in 0..<groups.memberCount(group) {
                let chain = groups.member(index, of: group)
                if chains.startNumber(chain) == start { chains.markMatched(chain) }
            }
        }
    }

    // MARK: Partial matches that run out of time

    /// Tells, for each first event of which nothing came, of the partial match that reached furthest.
    private mutating func tellExpired(
        _ matcher: Matcher, _ moment: Int, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form
    ) {
        let chains = Chain(arena: scene.arena)
        let told = work.expired.filter { $0 != 0 }.sorted { left, right in
            let (leftStart, rightStart) = (chains.startNumber(left), chains.startNumber(right))
            if leftStart != rightStart { return leftStart < rightStart }
            if chains.step(left) != chains.step(right) { return chains.step(left) > chains.step(right) }
            return chains.precedes(left, right)
        }
        var last: UInt64 = 0
        for chain in told {
            let start = chains.startNumber(chain)
            if start != last, !chains.isMatched(chain), !isPending(start, matcher) {
                trace(chain)
                deadlinePlace = chains.place(chains.first(chain))
                writeDropOff(moment, form, matcher, start: chains.start(chain), end: chains.time(chain))
            }
            last = start
        }
        for chain in told { chains.release(chain) }
        work.expired.removeAll(keepingCapacity: true)
    }

    /// Whether a partial match with that first event still waits, which only a closing `not … for` lets it do.
    private func isPending(_ start: UInt64, _ matcher: Matcher) -> Bool {
        let chains = Chain(arena: scene.arena)
        let groups = PartialGroups(matcher: matcher)
        for place in 0..<groups.count {
            let group = groups.group(place)
            for index in 0..<groups.memberCount(group) {
                let began = chains.startNumber(groups.member(index, of: group))
                if began == start { return true }
                if began > start { break }
            }
        }
        return false
    }

    // MARK: The limit

    /// Drops the oldest or the newest partial matches: first event by first event, so that what stays is not looked at.
    private mutating func drop(_ excess: Int, _ matcher: Matcher, _ moment: Int, _ pattern: PatternTable.Form) {
        let groups = PartialGroups(matcher: matcher)
        statistics.overflowed[moment] += excess
        matcher.runs -= excess
        var left = excess
        while left > 0 {
            let start = groups.outermostStart(isNewest: pattern.dropsNewest)
            let dropped = groups.drop(left, of: start, isNewest: pattern.dropsNewest)
            precondition(dropped > 0, "there are fewer partial matches than were counted")
            left -= dropped
        }
    }
}
