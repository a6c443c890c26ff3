import Events
import Storage

/// What becomes of cohorts once an event or a deadline has been worked out: matches are noted and discard others, what
/// has become alike is joined, the rest stays within its limit, and the deadlines stand.
extension SequenceMatcher {
    /// - Parameters:
    ///   - isTallied: whether `work.tally` says how things stand but for what matches discard.
    ///   - mayJoin: whether cohorts may have become alike.
    mutating func settleCohorts(
        _ keyState: KeyState, isTallied: Bool, mayJoin: Bool, _ context: inout EvaluationContext
    ) {
        let cohorts = CohortList(keyState: keyState)
        let isToSweep = !isTallied || work.tally.isAnyOver || !work.matches.isEmpty
        if !work.matches.isEmpty { emitMatches(keyState) }
        if !work.lapsed.isEmpty { emitDropOffs(keyState) }
        if isToSweep { sweep(cohorts) }
        keyState.runs = work.tally.partialCount
        if mayJoin, work.tally.areAlike { join(cohorts) }
        if keyState.runs > Int(form.partialLimit) { drop(keyState) }
        armCohorts(cohorts)
        finish(keyState, &context)
    }

    // MARK: Matches

    private mutating func emitMatches(_ keyState: KeyState) {
        let chains = Chain(arena: arena)
        work.matches.sort { $0.number < $1.number }
        for index in work.matches.indices {
            let match = work.matches[index]
            if match.beginning != 0 {
                trace(match.link, of: match.beginning, in: Cohort(arena: arena, handle: match.cohort))
                let (first, last) = (work.links[0], work.links[work.links.count - 1])
                emit(.match, of: keyState, place: chains.place(pattern.closing == .within ? first : last))
                let end = pattern.afterMatch == .skipToNext ? match.number : chains.number(last)
                discard(match.number...end, after: index, CohortList(keyState: keyState))
            }
            chains.release(match.link)
        }
        work.matches.removeAll(keepingCapacity: true)
    }

    /// Lets go of all that began in a range of events.
    private mutating func discard(_ range: ClosedRange<UInt64>, after index: Int, _ cohorts: CohortList) {
        var later = index + 1
        while later < work.matches.count, work.matches[later].number <= range.upperBound {
            work.matches[later].beginning = 0
            later += 1
        }
        for place in work.lapsed.indices where range.contains(work.lapsed[place].number) {
            work.lapsed[place].beginning = 0
        }
        for place in 0..<cohorts.count {
            let cohort = cohorts.cohort(place)
            while cohort.count > 0, range.contains(cohort.firstNumber) { cohort.remove(cohort.first) }
            guard cohort.count > 0, cohort.firstNumber < range.lowerBound else { continue }
            var beginning = cohort.last
            while cohort.beginning(beginning).number >= range.lowerBound {
                let before = cohort.beginning(beginning).before
                if range.contains(cohort.beginning(beginning).number) { cohort.remove(beginning) }
                beginning = before
            }
        }
    }

    // MARK: Partial matches that run out of time

    /// Notes, for each first event whose time is over, the partial match that reached furthest.
    private mutating func emitDropOffs(_ keyState: KeyState) {
        let chains = Chain(arena: arena)
        work.lapsed.sort { $0.number < $1.number }
        for lapsed in work.lapsed where lapsed.beginning != 0 {
            let cohort = Cohort(arena: arena, handle: lapsed.cohort)
            var furthest = 0
            for index in 1..<max(1, cohort.entryCount) {
                let (step, most) = (chains.step(cohort.link(index)), chains.step(cohort.link(furthest)))
                if step > most || step == most && cohort.precedence(index, furthest).isFirst { furthest = index }
            }
            trace(cohort.link(furthest), of: lapsed.beginning, in: cohort)
            emit(.dropOff, of: keyState, place: chains.place(work.links[0]))
            cohort.remove(lapsed.beginning)
        }
        work.lapsed.removeAll(keepingCapacity: true)
    }

    // MARK: What has become of the cohorts

    /// Frees the cohorts that wait for nothing, or for which nothing began any more, and tallies the others.
    private mutating func sweep(_ cohorts: CohortList) {
        work.tally.reset()
        var isAnyGone = false
        for index in 0..<cohorts.count {
            let cohort = cohorts.cohort(index)
            if cohort.entryCount == 0 { while cohort.count > 0 { cohort.remove(cohort.first) } }
            if cohort.count > 0 {
                work.tally.add(cohort)
                continue
            }
            cohort.free()
            cohorts.leave(index)
            isAnyGone = true
        }
        if isAnyGone { cohorts.close() }
    }

    /// Joins those that have become alike, where one's beginnings all stand before the other's.
    private mutating func join(_ cohorts: CohortList) {
        if cohorts.count == 2 {
            // What has begun just now, and all others: by far the most frequent.
            let (one, other) = (cohorts.cohort(0), cohorts.cohort(1))
            let isFirst = one.firstNumber < other.firstNumber
            if join(isFirst ? other : one, to: isFirst ? one : other) {
                cohorts.leave(isFirst ? 1 : 0)
                cohorts.close()
            }
            return
        }
        work.alike.removeAll(keepingCapacity: true)
        for place in 0..<cohorts.count {
            let cohort = cohorts.cohort(place)
            work.alike.append(
                MatchWork.Likeness(signature: cohort.signature, firstNumber: cohort.firstNumber, place: place))
        }
        work.alike.sort { ($0.signature, $0.firstNumber) < ($1.signature, $1.firstNumber) }
        var isAnyGone = false
        var upper = work.alike[0]
        for index in work.alike.indices.dropFirst() {
            let next = work.alike[index]
            if next.signature == upper.signature,
                join(cohorts.cohort(next.place), to: cohorts.cohort(upper.place))
            {
                cohorts.leave(next.place)
                isAnyGone = true
            } else {
                upper = next
            }
        }
        if isAnyGone { cohorts.close() }
    }

    /// Has a cohort take up another one, if they are alike.
    private func join(_ other: Cohort, to cohort: Cohort) -> Bool {
        guard other.lacking == 0, cohort.isLike(other), cohort.lastNumber < other.firstNumber,
            endAlike(cohort, other)
        else {
            return false
        }
        if pattern.closing == .wait, other.isUnordered || !areInOrder(cohort, other) { cohort.isUnordered = true }
        cohort.take(other, at: work.eventNumber)
        return true
    }

    /// Whether the last events have the present time in both or in neither: what comes at the same time may still complete
    /// together with them.
    private func endAlike(_ cohort: Cohort, _ other: Cohort) -> Bool {
        guard pattern.closing == .wait else { return true }
        for index in 0..<cohort.entryCount {
            let isNow = lastTime(index, of: cohort) == now
            if isNow != (lastTime(index, of: other) == now) { return false }
        }
        return true
    }

    /// Whether the last events of what joins come no earlier than those of what is there.
    private func areInOrder(_ cohort: Cohort, _ other: Cohort) -> Bool {
        let chains = Chain(arena: arena)
        for index in 0..<cohort.entryCount {
            let last = chains.number(cohort.ownLink(cohort.link(index), of: cohort.last))
            if chains.number(other.ownLink(other.link(index), of: other.first)) < last { return false }
        }
        return true
    }

    /// Takes the first beginning out of a cohort, into one of its own with all that it has.
    mutating func separateFirst(of cohort: Cohort, into cohorts: CohortList) {
        let first = cohort.first
        let kept = (0..<cohort.entryCount).filter { cohort.has($0, first) }
        cohorts.append(separate(first, of: cohort, keeping: kept))
    }

    /// Takes a beginning out of its cohort, into one of its own that keeps some of the entries.
    mutating func separate(_ beginning: UInt32, of cohort: Cohort, keeping kept: [Int]) -> Cohort {
        let chains = Chain(arena: arena)
        let own = Cohort.make(in: arena)
        let boundBefore = cohort.beginning(beginning).boundBefore
        var entries: [Cohort.Entry] = []
        for index in kept {
            trace(cohort.link(index), of: beginning, in: cohort)
            var link: UInt32 = 0
            for source in work.links {
                let next = chains.make(
                    event: chains.event(source), step: chains.step(source), number: chains.number(source), behind: link)
                if link == 0, entries.isEmpty {
                    own.begin(with: Beginning.make(link: next, boundBefore: boundBefore, in: arena))
                }
                if link != 0 { chains.release(link) }
                link = next
            }
            entries.append(Cohort.Entry(situation: cohort.situation(index), link: link))
        }
        own.setEntries(entries) { cohort.precedence(kept[$0], kept[$1]) }
        cohort.remove(beginning)
        return own
    }

    /// Notes in `path` and `pathSteps`, and as links in `work.links`, what a beginning has bound.
    mutating func trace(_ link: UInt32, of beginning: UInt32, in cohort: Cohort) {
        let chains = Chain(arena: arena)
        cohort.collect(&work.links, from: link, of: beginning)
        path.truncate(to: 0)
        pathSteps.truncate(to: 0)
        for link in work.links {
            path.append(chains.event(link))
            pathSteps.append(chains.step(link))
        }
    }

    // MARK: Two customers that turn out to be one

    /// Takes over another key state's cohorts. They stand side by side; those that have become alike are joined by the next
    /// event.
    mutating func joinCohorts(_ further: KeyState, to own: KeyState) {
        let (from, to) = (CohortList(keyState: further), CohortList(keyState: own))
        for index in 0..<from.count { to.append(from.cohort(index)) }
        for index in 0..<from.count { from.leave(index) }
        from.close()
        let count = further.runs
        further.runs = 0
        own.runs += count
        // More than any of them has bound since it began.
        own.bindings += further.bindings
        if own.runs > Int(form.partialLimit) { drop(own) }
    }

    /// Ends the absences that began no later than an event of another customer, who turns out to be the same.
    mutating func endCohorts(_ keyState: KeyState, before time: Instant?) {
        guard let time else { return }
        let (cohorts, chains) = (CohortList(keyState: keyState), Chain(arena: arena))
        for place in 0..<cohorts.count {
            let cohort = cohorts.cohort(place)
            let waiting = (0..<cohort.entryCount).filter { awaitsEnd(cohort.situation($0)) }
            var beginning = waiting.isEmpty ? 0 : cohort.first
            while beginning != 0 {
                let (current, next) = (beginning, cohort.beginning(beginning).next)
                beginning = next
                let held = (0..<cohort.entryCount).filter { cohort.has($0, current) }
                let kept = held.filter { index in
                    !waiting.contains(index)
                        || chains.time(cohort.ownLink(cohort.link(index), of: current)) > time
                }
                if kept.count == held.count { continue }
                if kept.isEmpty {
                    cohort.remove(current)
                } else {
                    cohorts.append(separate(current, of: cohort, keeping: kept))
                }
            }
        }
        sweep(cohorts)
        keyState.runs = work.tally.partialCount
    }

    // MARK: The limit

    /// Drops the oldest or the newest partial matches.
    private mutating func drop(_ keyState: KeyState) {
        let cohorts = CohortList(keyState: keyState)
        var excess = keyState.runs - Int(form.partialLimit)
        results.countOverflowed(excess)
        keyState.runs -= excess
        var isAnyOver = false
        while excess > 0 {
            var cohort = cohorts.cohort(0)
            for index in 1..<max(1, cohorts.count) {
                let other = cohorts.cohort(index)
                guard other.count > 0 else { continue }
                let isBetter =
                    pattern.dropsNewest
                    ? cohort.count == 0 || other.lastNumber > cohort.lastNumber
                    : cohort.count == 0 || other.firstNumber < cohort.firstNumber
                if isBetter { cohort = other }
            }
            let beginning = pattern.dropsNewest ? cohort.last : cohort.first
            let held = cohort.entryCount - (beginning == cohort.first ? cohort.lacking.nonzeroBitCount : 0)
            if held <= excess {
                excess -= held
                cohort.remove(beginning)
                isAnyOver = isAnyOver || cohort.count == 0
                continue
            }
            let order = byAge(beginning, of: cohort, newestFirst: pattern.dropsNewest)
            if mayLack(cohort) {
                for entry in order.prefix(excess) { cohort.lacking |= 1 << UInt64(entry.index) }
            } else {
                cohorts.append(separate(beginning, of: cohort, keeping: order.dropFirst(excess).map(\.index).sorted()))
                isAnyOver = true
            }
            excess = 0
        }
        if isAnyOver { sweep(cohorts) }
    }

    /// Whether the first beginning of a cohort may be without some entries. Otherwise it goes into a cohort of its own, for
    /// which all that it has bound is copied.
    private func mayLack(_ cohort: Cohort) -> Bool {
        !pattern.dropsNewest && pattern.closing == .none && !pattern.emitsPartial
            && cohort.entryCount <= Cohort.lackingMost
    }

    /// The entries that a beginning has, in the order of the partial matches' age.
    private func byAge(
        _ beginning: UInt32, of cohort: Cohort, newestFirst: Bool
    ) -> [(index: Int, number: UInt64)] {
        let chains = Chain(arena: arena)
        var order: [(index: Int, number: UInt64)] = []
        order.reserveCapacity(cohort.entryCount)
        for index in 0..<cohort.entryCount where cohort.has(index, beginning) {
            order.append((index, chains.number(cohort.ownLink(cohort.link(index), of: beginning))))
        }
        order.sort { left, right in
            if left.number != right.number { return (left.number < right.number) != newestFirst }
            return cohort.precedence(left.index, right.index).isFirst != newestFirst
        }
        return order
    }
}
