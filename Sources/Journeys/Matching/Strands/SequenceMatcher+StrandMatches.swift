import Events
import Storage

/// What becomes of the partial matches and matches of a general sequence once an event or a deadline has been worked
/// out: matches are noted, and discard others; the rest stay within their limit, and their deadlines stand.
extension SequenceMatcher {
    mutating func settleStrands(_ keyState: KeyState, _ context: inout EvaluationContext) {
        let groups = PartialGroups(keyState: keyState)
        bindEvent(groups.strands, &context)
        // A match may be of a first event that nothing else is kept for.
        let hasChanged = work.hasLeavers || !work.moves.isEmpty || !work.finals.isEmpty
        addMoves(to: groups)
        if !work.finals.isEmpty { emitMatches(keyState) }
        if !work.expired.isEmpty { emitDropOffs(keyState) }
        if hasChanged {
            let excess = keyState.runs - Int(form.partialLimit)
            if excess > 0 { drop(excess, groups) }
            groups.sweep(newestMayBeOver: work.newestMayBeOver)
            armStrands(keyState)
        }
        finish(keyState, &context)
    }

    private mutating func addMoves(to groups: PartialGroups) {
        if work.moves.isEmpty { return }
        groups.keyState.runs += groups.add(work.moves, pattern) { situation in
            awaitsEnd(situation) && pattern.closing == .wait
        }
        work.moves.removeAll(keepingCapacity: true)
    }

    // MARK: Matches

    /// Notes the matches in their order; each discards what its `after_match` says.
    private mutating func emitMatches(_ keyState: KeyState) {
        let strands = Strands(keyState: keyState)
        for strand in work.finals {
            for start in strand.starts {
                work.matched.append(MatchWork.PartialMatch(link: strand.link, start: start))
            }
        }
        if work.matched.count > 1 {
            work.matched.sort {
                $0.start != $1.start ? $0.start < $1.start : strands.precedes($0.link, $1.link, of: $0.start)
            }
        }
        for index in work.matched.indices where work.matched[index].link != 0 {
            let match = work.matched[index]
            let isFirst = pattern.closing == .within
            let place = isFirst ? strands.firsts.place(match.start) : strands.place(match.link, of: match.start)
            trace(match.link, of: match.start, strands)
            emit(.match, of: keyState, place: place)
            if pattern.emitsPartial { strands.firsts.markMatched(match.start) }
            if let discarded = discarded(by: match, strands) {
                discard(discarded, after: index, keyState)
            }
        }
        work.matched.removeAll(keepingCapacity: true)
        for strand in work.finals { strands.release(strand.link) }
        work.finals.removeAll(keepingCapacity: true)
    }

    /// The first events, by ordinal, whose matches and partial matches are over after a match, which `path` shows.
    private func discarded(
        by match: MatchWork.PartialMatch, _ strands: Strands
    ) -> Range<UInt64>? {
        let since = strands.firsts.number(match.start)
        switch pattern.afterMatch {
        case .noSkip: return nil
        case .skipToNext: return match.start..<match.start + 1
        case .skipPastLastEvent:
            let last = strands.number(match.link, of: match.start)
            return strands.firsts.ordinals(ofNumbers: since...last)
        case .skipToFirst, .skipToLast:
            var to: UInt64 = 0
            for index in 0..<path.count where pathSteps[index] == pattern.skipStep {
                to = number(ofPath: index, match, strands)
                if pattern.afterMatch == .skipToFirst { break }
            }
            return to > since ? strands.firsts.ordinals(ofNumbers: since...(to - 1)) : nil
        }
    }

    /// The number of the event at `index` of the path that the partial match left.
    private func number(ofPath index: Int, _ match: MatchWork.PartialMatch, _ strands: Strands) -> UInt64 {
        var link = match.link
        for _ in index..<(path.count - 1) { link = strands.before(link, of: match.start) }
        return strands.number(link, of: match.start)
    }

    private mutating func discard(
        _ starts: Range<UInt64>, after index: Int, _ keyState: KeyState
    ) {
        let groups = PartialGroups(keyState: keyState)
        let strands = groups.strands
        for later in work.matched.indices.dropFirst(index + 1) where starts.contains(work.matched[later].start) {
            work.matched[later].link = 0
        }
        for place in work.expired.indices where work.expired[place].link != 0 {
            guard starts.contains(work.expired[place].start) else { continue }
            strands.release(work.expired[place].link)
            work.expired[place].link = 0
        }
        for place in 0..<groups.count {
            let group = groups.group(place)
            guard groups.strandCount(group) > 0, groups.low(0, of: group) < starts.upperBound else { continue }
            let situation = groups.situation(group)
            keyState.runs -= groups.take(from: group) { strand in
                guard strand.starts.overlaps(starts) else { return false }
                // What it has of other first events goes back.
                for rest in [
                    strand.starts.lowerBound..<max(strand.starts.lowerBound, starts.lowerBound),
                    min(strand.starts.upperBound, starts.upperBound)..<strand.starts.upperBound,
                ] where !rest.isEmpty {
                    strands.retain(strand.link)
                    work.moves.append((situation, Strand(link: strand.link, starts: rest)))
                }
                strands.release(strand.link)
                return true
            }
        }
        addMoves(to: groups)
    }

    // MARK: Partial matches that run out of time

    /// Notes, for each first event of which nothing came, the partial match that reached furthest.
    private mutating func emitDropOffs(_ keyState: KeyState) {
        let groups = PartialGroups(keyState: keyState)
        let strands = groups.strands
        let furthest = work.expired.filter { $0.link != 0 }.sorted { left, right in
            if left.start != right.start { return left.start < right.start }
            let (step, other) = (strands.step(left.link), strands.step(right.link))
            return step != other ? step > other : strands.precedes(left.link, right.link, of: left.start)
        }
        var last: UInt64?
        for one in furthest {
            if one.start != last, !strands.firsts.isMatched(one.start), !groups.have(one.start) {
                trace(one.link, of: one.start, strands)
                emit(.dropOff, of: keyState, place: strands.firsts.place(one.start))
            }
            last = one.start
        }
        for one in furthest { strands.release(one.link) }
        work.expired.removeAll(keepingCapacity: true)
    }

    // MARK: Two customers that turn out to be one

    /// Takes over another key state's partial matches, each with its own first event, in the order
    /// in which these came: a strand falls apart where first events of the other customer's came
    /// between its own.
    mutating func joinStrands(_ further: KeyState, to own: KeyState) {
        let (from, to) = (PartialGroups(keyState: further), PartialGroups(keyState: own))
        let (theirs, mine) = (from.takeAll(), to.takeAll())
        let ordinals = to.strands.firsts.join(from.strands.firsts)
        let strands = to.strands
        work.moves.removeAll(keepingCapacity: true)
        var links = (count: 0, forks: false)
        for (moves, ordinals) in [(mine, ordinals.own), (theirs, ordinals.other)] {
            let found = strands.renumber(moves.map(\.strand.link), ordinals)
            links = (links.count + found.links, links.forks || found.forks)
            for move in moves {
                var starts: Range<UInt64>?
                func add(_ starts: Range<UInt64>) {
                    strands.retain(move.strand.link)
                    work.moves.append((move.situation, Strand(link: move.strand.link, starts: starts)))
                }
                for start in move.strand.starts {
                    let now = ordinals[start]
                    if let known = starts, known.upperBound == now {
                        starts = known.lowerBound..<now + 1
                    } else {
                        if let known = starts { add(known) }
                        starts = now..<now + 1
                    }
                }
                if let starts { add(starts) }
                strands.release(move.strand.link)
            }
        }
        let sorted = work.moves.enumerated().sorted {
            ($0.element.strand.starts.lowerBound, $0.offset) < ($1.element.strand.starts.lowerBound, $1.offset)
        }
        work.moves = sorted.map(\.element)
        (further.runs, own.runs) = (0, 0)
        addMoves(to: to)
        strands.firsts.begin(links: links.count, forks: links.forks)
        let excess = own.runs - Int(form.partialLimit)
        if excess > 0 { drop(excess, to) }
        to.sweep()
    }

    /// Ends the absences that began no later than an event of another customer, who turns out to be the same.
    mutating func endStrands(_ keyState: KeyState, before time: Instant?) {
        guard let time else { return }
        let groups = PartialGroups(keyState: keyState)
        let strands = groups.strands
        for place in 0..<groups.count where awaitsEnd(groups.situation(groups.group(place))) {
            keyState.runs -= groups.take(from: groups.group(place)) { strand in
                guard strand.count == 0 || strands.time(strand) <= time else { return false }
                strands.release(strand.link)
                return true
            }
        }
        groups.sweep()
    }

    // MARK: The limit

    private mutating func drop(
        _ excess: Int, _ groups: PartialGroups
    ) {
        results.countOverflowed(excess)
        groups.keyState.runs -= excess
        if pattern.dropsNewest {
            groups.dropNewest(excess, isWide: pattern.joinsStarts)
        } else {
            groups.dropOldest(excess, &work.numbers)
        }
    }
}
