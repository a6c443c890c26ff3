import Events
import Storage

/// Strands as time passes. A key state has at most two deadlines among the shard's: the end of `within` for the
/// first event that is the oldest, and the end of the closing `not … for` that is next.
extension SequenceMatcher {
    /// Sees to it that the deadlines stand.
    mutating func armStrands(_ keyState: KeyState) {
        let groups = PartialGroups(keyState: keyState)
        let strands = groups.strands
        if form.within != .max, keyState.endOfWithin == nil {
            let oldest = oldestBound(groups)
            if oldest < .max {
                let due = strands.firsts.time(oldest).advanced(by: form.within)
                keyState.endOfWithin = due
                arm(due, place: strands.firsts.place(oldest), keyState)
            }
        }
        if pattern.closing == .wait, keyState.armed == nil {
            var next: Strand?
            var least: UInt64 = .max
            for place in 0..<groups.count {
                let group = groups.group(place)
                guard awaitsEnd(groups.situation(group)) else { continue }
                let count = groups.isOrderedByLast(group) ? 1 : groups.strandCount(group)
                for index in 0..<count {
                    let strand = groups.strand(index, of: group)
                    let number = strands.number(strand.link, of: strand.starts.lowerBound)
                    if number < least { (next, least) = (strand, number) }
                }
            }
            if let next {
                let due = strands.time(next).advanced(by: pattern.wait)
                keyState.armed = due
                arm(due, place: strands.place(next.link, of: next.starts.lowerBound), keyState)
            }
        }
    }

    /// The oldest first event to which the end of `within` means anything, by its ordinal; the greatest number for none.
    private func oldestBound(_ groups: PartialGroups) -> UInt64 {
        var oldest: UInt64 = .max
        for place in 0..<groups.count {
            let group = groups.group(place)
            guard groups.strandCount(group) > 0, isBound(groups.situation(group)) else { continue }
            oldest = min(oldest, max(groups.low(0, of: group), groups.strands.firsts.cut.start))
        }
        return oldest
    }

    /// A deadline has come.
    mutating func expireStrands(_ entry: Deadlines.Entry, _ context: inout EvaluationContext) {
        guard let (keyState, isAbsenceOver, isWithinOver) = takeDue(entry, context) else { return }
        work.begin(conditions: 0)
        let groups = PartialGroups(keyState: keyState)
        if isAbsenceOver {
            for place in 0..<groups.count where awaitsEnd(groups.situation(groups.group(place))) {
                completeWaiting(groups.group(place), keyState)
            }
        }
        if isWithinOver { expire(groups) }
        // Whatever the deadline changed, the next one must be set.
        work.hasLeavers = true
        settleStrands(keyState, &context)
    }

    /// The time of the closing `not … for` is over for some of a group.
    private mutating func completeWaiting(_ group: UInt32, _ keyState: KeyState) {
        let groups = PartialGroups(keyState: keyState)
        let strands = groups.strands
        let isOrdered = groups.isOrderedByLast(group)
        let situation = groups.situation(group)
        let rest = situation.withoutEnd(of: node(situation.node))
        func isOver(_ strand: Strand) -> Bool { strands.time(strand).advanced(by: pattern.wait) <= now }
        let before = work.finals.count
        if isOrdered {
            while groups.strandCount(group) > 0, isOver(groups.strand(0, of: group)) {
                work.finals.append(groups.takeFirst(of: group))
            }
        } else {
            _ = groups.take(from: group) { strand in
                guard isOver(strand) else { return false }
                work.finals.append(strand)
                return true
            }
        }
        for strand in work.finals[before...] { keyState.runs -= strand.count }
        guard let rest else { return }
        // They may yet bind more, and be longer matches.
        for strand in work.finals[before...] {
            strands.retain(strand.link)
            work.moves.append((rest, strand))
        }
    }

    /// `within` is over for some first events.
    private mutating func expire(_ groups: PartialGroups) {
        let oldest = oldestBound(groups)
        if oldest == .max { return }
        let live = groups.strands.firsts.ordinal(after: now.advanced(by: -form.within), from: oldest)
        if !pattern.emitsPartial, pattern.closing == .none || pattern.closing == .nextEvent {
            groups.keyState.runs -= groups.dropAll(before: live)
            return
        }
        for place in 0..<groups.count {
            let group = groups.group(place)
            let situation = groups.situation(group)
            if isBound(situation) { expire(group, situation, before: live, groups) }
        }
    }

    /// `within` is over for a group's first events before one.
    private mutating func expire(
        _ group: UInt32, _ situation: Situation, before live: UInt64, _ groups: PartialGroups
    ) {
        let strands = groups.strands
        let isWaiting = awaitsEnd(situation)
        groups.keyState.runs -= groups.take(before: live, from: group) { part, holds in
            if isWaiting || pattern.emitsPartial {
                if !holds { strands.retain(part.link) }
            } else if holds {
                strands.release(part.link)
            }
            if isWaiting, pattern.closing == .wait {
                // It may bind nothing more, but its absence runs to its end.
                let waits = Situation(
                    node: situation.node, isFresh: false, count: situation.count, waits: Situation.end, free: 0)
                work.moves.append((waits, part))
            } else if isWaiting {
                work.finals.append(part)
            } else if pattern.emitsPartial {
                for start in part.starts {
                    strands.retain(part.link)
                    work.expired.append(MatchWork.PartialMatch(link: part.link, start: start))
                }
                strands.release(part.link)
            }
        }
    }
}
