import Events
import Storage

/// General sequences as time passes. A key state has at most two deadlines among the shard's: the end of `within` for the
/// first event that is the oldest, and the end of the closing `not … for` that is next.
extension Shard {
    /// Sees to it that the deadlines stand.
    mutating func arm(
        _ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form
    ) {
        let groups = PartialGroups(keyState: keyState)
        let strands = groups.strands
        if form.within != .max, keyState.endOfWithin == KeyState.unarmed {
            let oldest = oldestBound(groups, pattern)
            if oldest < .max {
                let due = strands.firsts.time(oldest).advanced(by: form.within)
                keyState.endOfWithin = due.microseconds
                add(due, place: strands.firsts.place(oldest), keyState, moment)
            }
        }
        if pattern.closing == .wait, keyState.armed == KeyState.unarmed {
            var next: Strand?
            var least: UInt64 = .max
            for place in 0..<groups.count {
                let group = groups.group(place)
                guard awaitsEnd(groups.situation(group), pattern) else { continue }
                let count = groups.isOrderedByLast(group) ? 1 : groups.strandCount(group)
                for index in 0..<count {
                    let strand = groups.strand(index, of: group)
                    let number = strands.number(strand.link, of: strand.starts.lowerBound)
                    if number < least { (next, least) = (strand, number) }
                }
            }
            if let next {
                let due = strands.time(next).advanced(by: pattern.wait)
                keyState.armed = due.microseconds
                add(due, place: strands.place(next.link, of: next.starts.lowerBound), keyState, moment)
            }
        }
    }

    /// The oldest first event to which the end of `within` means anything, by its ordinal; the greatest number for none.
    private func oldestBound(_ groups: PartialGroups, _ pattern: PatternTable.Form) -> UInt64 {
        var oldest: UInt64 = .max
        for place in 0..<groups.count {
            let group = groups.group(place)
            guard groups.strandCount(group) > 0, isBound(groups.situation(group), pattern) else { continue }
            oldest = min(oldest, max(groups.low(0, of: group), groups.strands.firsts.cut.start))
        }
        return oldest
    }

    mutating func add(_ due: Instant, place: UInt64, _ keyState: KeyState, _ moment: Int) {
        deadlines.add(
            Deadlines.Entry(
                time: due, place: place, customer: context.scene.customerHash,
                kind: UInt32(context.kind(ofMoment: moment)),
                detail: keyState.handle))
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
        guard let keyState = context.keyState(of: entry, moment: moment, form) else { return }
        let noted = entry.time.microseconds
        guard keyState.armed == noted || keyState.endOfWithin == noted else { return }
        // As long as the deadline of the absence that is over next has not come, none is.
        let isAbsenceOver = keyState.armed == noted
        if isAbsenceOver { keyState.armed = KeyState.unarmed }
        let isWithinOver = keyState.endOfWithin == noted
        if isWithinOver { keyState.endOfWithin = KeyState.unarmed }
        let pattern = dispatch.patterns.forms[Int(form.pattern)]
        work.begin(conditions: 0)
        ordinal = UInt32(truncatingIfNeeded: moment) << 16
        if pattern.sharesFuture {
            expireCohorts(keyState, moment, form, pattern)
            return
        }
        let groups = PartialGroups(keyState: keyState)
        if isAbsenceOver {
            for place in 0..<groups.count where awaitsEnd(groups.situation(groups.group(place)), pattern) {
                completeWaiting(groups.group(place), keyState, pattern)
            }
        }
        if isWithinOver { expire(groups, form, pattern) }
        // Whatever the deadline changed, the next one must be set.
        work.hasLeavers = true
        settle(keyState, moment, form, pattern)
    }

    /// The time of the closing `not … for` is over for some of a group.
    private mutating func completeWaiting(_ group: UInt32, _ keyState: KeyState, _ pattern: PatternTable.Form) {
        let groups = PartialGroups(keyState: keyState)
        let strands = groups.strands
        let isOrdered = groups.isOrderedByLast(group)
        let situation = groups.situation(group)
        let rest = situation.withoutEnd(of: dispatch.patterns.nodes[pattern.firstNode + Int(situation.node)])
        func isOver(_ strand: Strand) -> Bool { strands.time(strand).advanced(by: pattern.wait) <= context.scene.now }
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
    private mutating func expire(_ groups: PartialGroups, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form) {
        let oldest = oldestBound(groups, pattern)
        if oldest == .max { return }
        let live = groups.strands.firsts.ordinal(after: context.scene.now.advanced(by: -form.within), from: oldest)
        if !pattern.emitsPartial, pattern.closing == .none || pattern.closing == .nextEvent {
            groups.keyState.runs -= groups.dropAll(before: live)
            return
        }
        for place in 0..<groups.count {
            let group = groups.group(place)
            let situation = groups.situation(group)
            if isBound(situation, pattern) { expire(group, situation, before: live, groups, pattern) }
        }
    }

    /// `within` is over for a group's first events before one.
    private mutating func expire(
        _ group: UInt32, _ situation: Situation, before live: UInt64, _ groups: PartialGroups,
        _ pattern: PatternTable.Form
    ) {
        let strands = groups.strands
        let isWaiting = awaitsEnd(situation, pattern)
        groups.keyState.runs -= groups.take(before: live, from: group) { part, holds in
            if isWaiting || pattern.emitsPartial {
                if !holds { strands.retain(part.link) }
            } else if holds {
                strands.release(part.link)
            }
            if isWaiting, pattern.closing == .wait {
                // It may bind nothing more, but its absence runs to its end.
                let waits = Situation(
                    node: Int(situation.node), isFresh: false, count: situation.count, waits: Situation.end, free: 0)
                work.moves.append((waits, part))
            } else if isWaiting {
                work.finals.append(part)
            } else if pattern.emitsPartial {
                for start in part.starts {
                    strands.retain(part.link)
                    work.expired.append(PatternWork.PartialMatch(link: part.link, start: start))
                }
                strands.release(part.link)
            }
        }
    }
}
