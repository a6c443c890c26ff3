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
            let all = strandCount(group)
            var index = 0
            while index < all {
                let starts = strand(index, of: group).starts
                if starts.lowerBound > start {
                    end = min(end, starts.lowerBound)
                    break
                }
                if starts.upperBound > start {
                    having += 1
                    end = min(end, starts.upperBound)
                }
                index += 1
            }
        }
        return (having, end)
    }

    /// Some of the partial matches with one first event: those that bound their last event before that of a number, and, of
    /// those that bound it then, some links.
    private struct Part {
        var number: UInt64
        var links: [UInt32]
    }

    /// So many of the oldest partial matches with a first event.
    private func oldestPart(_ going: Int, of start: UInt64, _ numbers: inout [UInt64]) -> Part {
        let strands = strands
        numbers.removeAll(keepingCapacity: true)
        forEach(having: start) { numbers.append(strands.number($0, of: start)) }
        numbers.sort()
        let last = numbers[going]
        if numbers[going - 1] < last { return Part(number: last, links: []) }
        // Those of one event are told apart only where the limit lies among them.
        var links: [UInt32] = []
        forEach(having: start) { if strands.number($0, of: start) == last { links.append($0) } }
        links.sort { strands.precedes($0, $1, of: start) }
        links.removeLast(links.count - (going - (numbers.firstIndex(of: last) ?? 0)))
        return Part(number: last, links: links)
    }

    private func forEach(having start: UInt64, _ body: (_ link: UInt32) -> Void) {
        for place in 0..<count {
            let group = group(place)
            let all = strandCount(group)
            var index = 0
            while index < all {
                let strand = strand(index, of: group)
                if strand.starts.lowerBound > start { break }
                if strand.starts.upperBound > start { body(strand.link) }
                index += 1
            }
        }
    }

    /// Takes from the strands the first events before one, and that one as well from those of a part.
    private func drop(before start: UInt64, _ part: Part?, of group: UInt32) {
        let strands = strands
        let all = strandCount(group)
        var first = 0
        while first < all, low(first, of: group) <= start { first += 1 }
        // Those that go on move up to the others: those that keep the first event, behind them those that lose it, each in
        // their order.
        var losing: [Strand] = []
        var kept = first
        for index in (0..<first).reversed() {
            let strand = strand(index, of: group)
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
            } else {
                kept -= 1
                setStrand(kept, of: group, to: rest)
            }
        }
        if !losing.isEmpty {
            for index in kept..<first {
                setStrand(index - losing.count, of: group, to: self.strand(index, of: group))
            }
            kept -= losing.count
            for (index, strand) in losing.enumerated() { setStrand(first - 1 - index, of: group, to: strand) }
        }
        for _ in 0..<kept { PartialGroups.group.popFront(group, in: arena) }
        if kept < first { markUnordered(group) }
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
