import Storage

/// What goes where there are too many partial matches: those that began first, or last, and of one first event those that
/// bound their last event first, or last.
extension PartialGroups {
    /// Lets go of so many of the oldest partial matches; there must be as many.
    ///
    /// Cost: in tidy groups what goes is found by looking for places in their order, and noted as the cut; other groups are
    /// gone through as far as they have the first events concerned.
    /// - Parameter numbers: memory to work in.
    func dropOldest(_ excess: Int, _ numbers: inout [UInt64]) {
        var (edge, going) = (oldest, excess)
        while true {
            let (having, end) = strandsHaving(edge)
            precondition(having > 0 || end < .max, "there are fewer partial matches than were counted")
            let whole = having == 0 ? end - edge : min(end - edge, UInt64(going / having))
            edge += whole
            going -= Int(whole) * having
            if going == 0 || whole == 0 { break }
        }
        drop(before: edge)
        if going > 0 { drop(oldest: going, of: edge, &numbers) }
    }

    /// Lets go of all partial matches with first events before one; answers how many there were.
    func dropAll(before start: UInt64) -> Int {
        var (edge, gone) = (oldest, 0)
        while edge < start {
            let (having, end) = strandsHaving(edge)
            gone += having * Int(min(end, start) - edge)
            edge = end
        }
        drop(before: start)
        return gone
    }

    private func drop(before edge: UInt64) {
        if edge <= strands.firsts.cut.start { return }
        for place in 0..<count where !isTidy(group(place)) { drop(before: edge, nil, of: group(place)) }
        strands.firsts.cut = (edge, 0)
        for place in 0..<count where isTidy(group(place)) { dropEmpty(of: group(place)) }
    }

    /// How many of a tidy group's first `count` strands, which have the first event, are cut from it.
    private func countCut(of group: UInt32, below count: Int, _ start: UInt64) -> Int {
        let cut = strands.firsts.cut
        if cut.start != start || cut.number == 0 { return 0 }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if strands.number(stored(middle, of: group).link, of: start) <= cut.number {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The oldest first event of all.
    private var oldest: UInt64 {
        var oldest: UInt64 = .max
        for place in 0..<count {
            let group = group(place)
            if strandCount(group) > 0 { oldest = min(oldest, low(0, of: group)) }
        }
        return max(oldest, strands.firsts.cut.start)
    }

    /// How many strands have a first event that is the oldest one or a later one, and before which
    /// first event they have all the others, and no other strand does.
    private func strandsHaving(_ start: UInt64) -> (count: Int, end: UInt64) {
        let (cut, strands) = (strands.firsts.cut, strands)
        var (having, end) = (0, UInt64.max)
        for place in 0..<count {
            let group = group(place)
            let first: Int
            if isTidy(group) {
                first = countUpTo(start, of: group)
                let over = countOver(start, of: group, below: first)
                let without = max(over, countCut(of: group, below: first, start))
                having += first - without
                if without > over { end = min(end, start + 1) }
                if over < first { end = min(end, stored(over, of: group).starts.upperBound) }
            } else {
                first = forEachStrand(of: group, upTo: start) { link, high in
                    if high <= start { return }
                    end = min(end, high)
                    if start != cut.start || strands.number(link, of: start) > cut.number {
                        having += 1
                    } else {
                        end = min(end, start + 1)
                    }
                }
            }
            if first < strandCount(group) { end = min(end, low(first, of: group)) }
        }
        return (having, end)
    }

    /// How many of a tidy group's first `count` strands have no first event from one on.
    private func countOver(_ start: UInt64, of group: UInt32, below count: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if stored(middle, of: group).starts.upperBound <= start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Goes through a group's strands that begin no later than with a first event; answers how many these are.
    /// - Parameter body: is given a strand's link, and the ordinal behind its first events.
    @inline(__always)
    private func forEachStrand(
        of group: UInt32, upTo start: UInt64, _ body: (_ link: UInt32, _ high: UInt64) -> Void
    ) -> Int {
        let all = strandCount(group)
        var index = 0
        while index < all {
            let place = PartialGroups.group.entry(index, of: group, in: arena)
            let low = arena[place + 1]
            if low > start { break }
            let word = arena[place]
            body(UInt32(truncatingIfNeeded: word), low + word >> 32)
            index += 1
        }
        return index
    }

    /// Some of the partial matches with one first event: those that bound their last event before that of a number, and, of
    /// those that bound it then, some links.
    private struct Part {
        var number: UInt64
        var links: [UInt32] = []
    }

    /// Lets go of so many of the oldest partial matches with the oldest first event of all, which has more.
    private func drop(oldest going: Int, of start: UInt64, _ numbers: inout [UInt64]) {
        let strands = strands
        numbers.removeAll(keepingCapacity: true)
        for place in 0..<count {
            let group = group(place)
            if isTidy(group) {
                let all = countUpTo(start, of: group)
                let first = countCut(of: group, below: all, start)
                for index in first..<min(all, first + going + 1) {
                    numbers.append(strands.number(stored(index, of: group).link, of: start))
                }
            } else {
                forEach(having: start, of: group) { numbers.append($1) }
            }
        }
        numbers.sort()
        let last = numbers[going - 1]
        // Those of one event are told apart only where the limit lies among them.
        let isAmongAlike = numbers[going] == last
        let part =
            isAmongAlike ? Part(number: last, links: links(going, of: start, last)) : Part(number: last + 1)
        let cut = (start, part.number - 1)
        for place in 0..<count {
            let group = group(place)
            var takesOut = !isTidy(group)
            if isAmongAlike {
                forEach(having: start, of: group) { if $1 == last, part.links.contains($0) { takesOut = true } }
            }
            if takesOut { drop(before: start, part, of: group) }
        }
        strands.firsts.cut = cut
        for place in 0..<count where isTidy(group(place)) { dropEmpty(of: group(place)) }
    }

    /// Of the partial matches with a first event that bound the event of a number last, those that
    /// are among so many of the oldest.
    private func links(_ going: Int, of start: UInt64, _ last: UInt64) -> [UInt32] {
        var (before, links) = (0, [UInt32]())
        for place in 0..<count {
            forEach(having: start, of: group(place)) { link, number in
                if number < last { before += 1 }
                if number == last { links.append(link) }
            }
        }
        links.sort { strands.precedes($0, $1, of: start) }
        links.removeLast(links.count - (going - before))
        return links
    }

    /// Goes through the strands of a group that have a first event which is not cut from them.
    @inline(__always)
    private func forEach(having start: UInt64, of group: UInt32, _ body: (_ link: UInt32, _ number: UInt64) -> Void) {
        let (cut, strands) = (strands.firsts.cut, strands)
        _ = forEachStrand(of: group, upTo: start) { link, high in
            if high <= start { return }
            let number = strands.number(link, of: start)
            if start != cut.start || number > cut.number { body(link, number) }
        }
    }

    /// Lets go of the strands of a tidy group that have no first event left: they are the first ones.
    private func dropEmpty(of group: UInt32) {
        while strandCount(group) > 0 {
            let strand = strand(0, of: group)
            if strand.count > 0 { return }
            PartialGroups.group.popFront(group, in: arena)
            strands.release(strand.link)
        }
    }

    /// Takes from the strands the first events before one, and that one as well from those of a part.
    private func drop(before start: UInt64, _ part: Part?, of group: UInt32) {
        let strands = strands
        let all = strandCount(group)
        // Those that keep the first event stay before those that lose it, each in their order.
        var losing: [Strand] = []
        var (index, kept) = (0, 0)
        while index < all, low(index, of: group) <= start {
            let strand = strand(index, of: group)
            let isSame = self.low(index, of: group) == start
            index += 1
            var low = max(strand.starts.lowerBound, start)
            if let part, low == start, low < strand.starts.upperBound {
                let number = strands.number(strand.link, of: start)
                if number < part.number || number == part.number && part.links.contains(strand.link) { low += 1 }
            }
            if low >= strand.starts.upperBound {
                strands.release(strand.link)
                continue
            }
            let rest = Strand(link: strand.link, starts: low..<strand.starts.upperBound)
            if low > start {
                losing.append(rest)
                continue
            }
            if kept + 1 < index || !isSame { setStrand(kept, of: group, to: rest) }
            kept += 1
        }
        let gone = index - kept - losing.count
        if gone > 0 {
            for place in (0..<kept).reversed() { setStrand(gone + place, of: group, to: stored(place, of: group)) }
        }
        for (place, strand) in losing.enumerated() { setStrand(gone + kept + place, of: group, to: strand) }
        for _ in 0..<gone { PartialGroups.group.popFront(group, in: arena) }
        if !losing.isEmpty { markMoved(group) } else if kept > 1 { markShortened(group) }
    }

    // MARK: The newest

    /// Lets go of so many of the newest partial matches; there must be as many.
    /// - Parameter isWide: whether a strand may have several first events, so that where it ends is not where it begins.
    func dropNewest(_ excess: Int, isWide: Bool) {
        let strands = strands
        var left = excess
        while left > 0 {
            let start = newest(isWide)
            var having: [(number: UInt64, link: UInt32)] = []
            for place in 0..<count {
                let group = group(place)
                for index in firstWithNewest(start, in: group, isWide)..<strandCount(group) {
                    let strand = strand(index, of: group)
                    guard strand.starts.upperBound == start + 1 else { continue }
                    having.append((strands.number(strand.link, of: start), strand.link))
                }
            }
            if having.count > left {
                having.sort {
                    $0.number != $1.number ? $0.number > $1.number : strands.precedes($1.link, $0.link, of: start)
                }
                having.removeLast(having.count - left)
            }
            let gone = Set(having.map(\.link))
            for place in 0..<count { drop(newest: start, of: group(place), isWide) { gone.contains($0) } }
            left -= gone.count
        }
    }

    /// The newest first event of all; there must be one.
    private func newest(_ isWide: Bool) -> UInt64 {
        var end: UInt64 = 0
        for place in 0..<count {
            let group = group(place)
            let all = strandCount(group)
            for index in (isWide ? 0 : max(0, all - 1))..<all {
                end = max(end, strand(index, of: group).starts.upperBound)
            }
        }
        precondition(end > 0, "there are fewer partial matches than were counted")
        return end - 1
    }

    /// The strand from which on strands may have the newest first event of all.
    private func firstWithNewest(_ start: UInt64, in group: UInt32, _ isWide: Bool) -> Int {
        if isWide { return 0 }
        var index = strandCount(group)
        while index > 0, low(index - 1, of: group) == start { index -= 1 }
        return index
    }

    /// Takes the newest first event of all from some of the strands that have it.
    private func drop(newest start: UInt64, of group: UInt32, _ isWide: Bool, where isGone: (UInt32) -> Bool) {
        var index = firstWithNewest(start, in: group, isWide)
        var kept = index
        let all = strandCount(group)
        while index < all {
            let strand = strand(index, of: group)
            let isGone = strand.starts.upperBound == start + 1 && isGone(strand.link)
            if isGone, strand.count == 1 {
                strands.release(strand.link)
            } else {
                let starts = strand.starts.lowerBound..<(isGone ? start : strand.starts.upperBound)
                setStrand(kept, of: group, to: Strand(link: strand.link, starts: starts))
                kept += 1
            }
            index += 1
        }
        PartialGroups.group.dropLast(all - kept, of: group, in: arena)
        markMoved(group)
    }
}
