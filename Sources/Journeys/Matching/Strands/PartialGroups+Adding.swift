import Storage

/// How strands come into their groups.
extension PartialGroups {
    /// Adds strands, which their groups hold from now on, unless they or others are superfluous.
    /// - Parameter endsWithLast: whether the closing absence of a situation ends so long after the last event.
    /// - Returns: how many partial matches there are more.
    func add(
        _ moves: [(situation: Situation, strand: Strand)], _ pattern: PatternTable.Pattern,
        endsWithLast: (Situation) -> Bool
    ) -> Int {
        let pruning = pattern.pruning
        // Where all stay, they are put into their order once all are there.
        let isBulk = pruning == .none && moves.count > 1
        var grown: [(place: Int, count: Int)] = []
        var added = 0
        var place = -1
        for (index, move) in moves.enumerated() {
            if place < 0 || move.situation != moves[index - 1].situation { place = obtain(move.situation) }
            let count = strandCount(group(place))
            if pruning != .none, isPruned(move.strand, in: group(place), pruning, endsWithLast(move.situation)) {
                continue
            }
            added += move.strand.count
            let isTold = grown.contains { $0.place == place }
            // Of absences each ends in its own time, so that first events that wait for them stand by themselves.
            let joins = pattern.joinsStarts && !isTold && !endsWithLast(move.situation)
            if joins, extendLast(of: group(place), with: move.strand) { continue }
            put(move.strand, at: place)
            if !isBulk {
                order(place, from: count)
            } else if !isTold {
                grown.append((place, count))
            }
        }
        for (place, count) in grown { order(place, from: count) }
        return added
    }

    private func put(_ strand: Strand, at place: Int) {
        let known = group(place)
        let group = PartialGroups.group.push(
            UInt64(strand.link) | UInt64(strand.count) << 32, strand.starts.lowerBound, onto: known, in: arena)
        if group != known { setGroup(place, group) }
    }

    /// Has the last strand stand for the first events of another one, if that follows it and neither has bound more.
    private func extendLast(of group: UInt32, with strand: Strand) -> Bool {
        let count = strandCount(group)
        if count == 0 { return false }
        let last = self.strand(count - 1, of: group)
        guard last.starts.upperBound == strand.starts.lowerBound, strands.canExtend(last.link, with: strand.link) else {
            return false
        }
        strands.release(strand.link)
        let starts = last.starts.lowerBound..<strand.starts.upperBound
        setStrand(count - 1, of: group, to: Strand(link: last.link, starts: starts))
        return true
    }

    /// Moves the strands from an index on to where their first events have them stand, behind those with the same ones.
    private func order(_ place: Int, from first: Int) {
        let group = group(place)
        let count = strandCount(group)
        var isMoved = false
        var last: UInt64 = first > 0 ? low(first - 1, of: group) : 0
        for index in first..<count {
            let start = low(index, of: group)
            if start < last {
                isMoved = merge(group, from: first)
                break
            }
            last = start
        }
        if first == 0 { arena[state(group)] = 0 }
        if isMoved {
            markMoved(group)
        } else {
            for index in first..<count { note(index, of: group) }
        }
    }

    /// Notes how a strand stands to those before it.
    private func note(_ index: Int, of group: UInt32) {
        let (state, strands) = (state(group), strands)
        let strand = stored(index, of: group)
        let number = strands.number(strand.link, of: strand.starts.lowerBound)
        let newest = arena[state] & ~(PartialGroups.unordered | PartialGroups.untidy)
        if number < newest {
            markMoved(group)
            return
        }
        arena[state] = arena[state] & (PartialGroups.unordered | PartialGroups.untidy) | number
        let isBehind = index == 0 || stored(index - 1, of: group).starts.upperBound <= strand.starts.upperBound
        if !isBehind || strands.isFirst(strand.link) { arena[state] |= PartialGroups.untidy }
    }

    /// Merges the strands from an index on with those before.
    /// - Returns: whether one of these has moved.
    private func merge(_ group: UInt32, from first: Int) -> Bool {
        var new = (first..<strandCount(group)).map { (index: $0, strand: stored($0, of: group)) }
        new.sort { ($0.strand.starts.lowerBound, $0.index) < ($1.strand.starts.lowerBound, $1.index) }
        var end = first
        for (index, one) in new.enumerated().reversed() {
            let place = countUpTo(one.strand.starts.lowerBound, of: group, below: end)
            for moved in (place..<end).reversed() {
                setStrand(moved + index + 1, of: group, to: stored(moved, of: group))
            }
            setStrand(place + index, of: group, to: one.strand)
            end = place
        }
        return end < first
    }

    /// Holds a new partial match against the one with the same future that began last but not after it. Whether one of
    /// the two is superfluous; that one is let go of, and the other is in the group. Here each strand is one.
    private func isPruned(
        _ strand: Strand, in group: UInt32, _ pruning: MatchingStrategy.Pruning, _ endsWithLast: Bool
    ) -> Bool {
        let strands = strands
        let start = strand.starts.lowerBound
        let index = (pruning == .all ? strandCount(group) : countUpTo(start, of: group)) - 1
        guard index >= 0 else { return false }
        let other = self.strand(index, of: group)
        let otherStart = other.starts.lowerBound
        if pruning == .sameStart, otherStart != start { return false }
        let (last, otherLast) = (strands.time(strand.link, of: start), strands.time(other.link, of: otherStart))
        // Of two absences the one that began earlier is over earlier, and ends the other.
        let isBetter: Bool
        if endsWithLast, last != otherLast {
            isBetter = last < otherLast
        } else if start != otherStart {
            isBetter = start < otherStart
        } else {
            isBetter = strands.precedes(strand.link, other.link, of: start)
        }
        if isBetter {
            // What began earlier may have to stand before others.
            if index > 0, low(index - 1, of: group) > start { return false }
            if strands.number(strand.link, of: start) != strands.number(other.link, of: otherStart) {
                markMoved(group)
            }
            setStrand(index, of: group, to: strand)
            strands.release(other.link)
        } else {
            strands.release(strand.link)
        }
        return true
    }

    /// How many strands begin no later than with a first event.
    func countUpTo(_ start: UInt64, of group: UInt32) -> Int {
        countUpTo(start, of: group, below: strandCount(group))
    }

    /// The same of the first `count`, of which as a rule most do.
    private func countUpTo(_ start: UInt64, of group: UInt32, below count: Int) -> Int {
        var high = count
        var step = 1
        while high >= step, low(high - step, of: group) > start {
            high -= step
            step *= 2
        }
        var least = max(0, high - step)
        while least < high {
            let middle = (least + high) / 2
            if low(middle, of: group) <= start { least = middle + 1 } else { high = middle }
        }
        return least
    }
}
