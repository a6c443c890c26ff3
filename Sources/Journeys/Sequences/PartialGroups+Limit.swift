import Storage

/// What goes where there are too many partial matches: those that began first, or last, and of one first event those that
/// bound their last event first, or last.
extension PartialGroups {
    /// Lets go of so many of the oldest partial matches; there must be as many.
    /// - Parameter numbers: memory to work in.
    func dropOldest(_ excess: Int, _ numbers: inout [UInt64]) {
        // The first event with which the last of them began, and how many of its partial matches go.
        var (edge, going) = (oldest, excess)
        while true {
            let (having, end) = strandsHaving(edge)
            precondition(having > 0 || end > edge, "there are fewer partial matches than were counted")
            let whole = having == 0 ? end - edge : min(end - edge, UInt64(going / having))
            edge += whole
            going -= Int(whole) * having
            if going == 0 || whole == 0 { break }
        }
        let part = going == 0 ? nil : oldestPart(going, of: edge, &numbers)
        for place in 0..<count { drop(before: edge, part, of: group(place)) }
    }

    /// The oldest first event of all.
    private var oldest: UInt64 {
        var oldest: UInt64 = .max
        for place in 0..<count {
            let group = group(place)
            if strandCount(group) > 0 { oldest = min(oldest, low(0, of: group)) }
        }
        return oldest
    }

    /// How many strands have a first event, and before which first event they have all the others, and no other strand does.
    private func strandsHaving(_ start: UInt64) -> (count: Int, end: UInt64) {
        var (having, end) = (0, UInt64.max)
        for place in 0..<count {
            let group = group(place)
            let first = forEachStrand(of: group, upTo: start) { _, high in
                if high > start {
                    having += 1
                    end = min(end, high)
                }
            }
            if first < strandCount(group) { end = min(end, low(first, of: group)) }
        }
        return (having, end)
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
        var links: [UInt32]
    }

    /// So many of the oldest partial matches with a first event, which has more.
    private func oldestPart(_ going: Int, of start: UInt64, _ numbers: inout [UInt64]) -> Part {
        let strands = strands
        var (last, next) = (UInt64.max, UInt64.max)
        if going == 1 {
            forEach(having: start) { link in
                let number = strands.number(link, of: start)
                if number < last { (last, next) = (number, last) } else { next = min(next, number) }
            }
        } else {
            numbers.removeAll(keepingCapacity: true)
            forEach(having: start) { numbers.append(strands.number($0, of: start)) }
            numbers.sort()
            (last, next) = (numbers[going - 1], numbers[going])
        }
        if last < next { return Part(number: next, links: []) }
        // Those of one event are told apart only where the limit lies among them.
        var (before, links) = (0, [UInt32]())
        forEach(having: start) { link in
            let number = strands.number(link, of: start)
            if number < last { before += 1 }
            if number == last { links.append(link) }
        }
        links.sort { strands.precedes($0, $1, of: start) }
        links.removeLast(links.count - (going - before))
        return Part(number: last, links: links)
    }

    @inline(__always)
    private func forEach(having start: UInt64, _ body: (_ link: UInt32) -> Void) {
        for place in 0..<count {
            _ = forEachStrand(of: group(place), upTo: start) { link, high in if high > start { body(link) } }
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
            index += 1
            var low = max(strand.starts.lowerBound, start)
            if let part, low < strand.starts.upperBound {
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
            if kept + 1 < index || strand.count != rest.count { setStrand(kept, of: group, to: rest) }
            kept += 1
        }
        let gone = index - kept - losing.count
        if gone > 0 {
            for place in (0..<kept).reversed() { setStrand(gone + place, of: group, to: self.strand(place, of: group)) }
        }
        for (place, strand) in losing.enumerated() { setStrand(gone + kept + place, of: group, to: strand) }
        for _ in 0..<gone { PartialGroups.group.popFront(group, in: arena) }
        if kept + losing.count > 1 { markUnordered(group) }
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
    }
}
