import Storage

/// What goes where there are too many partial matches: those that began first, or last, and of one first event those that
/// bound their last event first, or last.
extension PartialGroups {
    /// Lets go of so many of the oldest partial matches; there must be as many.
    func dropOldest(_ excess: Int) {
        var left = excess
        while left > 0 {
            var (oldest, end): (UInt64, UInt64) = (.max, .max)
            for place in 0..<count {
                let group = group(place)
                if strandCount(group) > 0 { oldest = min(oldest, low(0, of: group)) }
            }
            // The strands that have the oldest first event, and up to where they have all others and no others do.
            var having = 0
            for place in 0..<count {
                let group = group(place)
                let all = strandCount(group)
                var index = 0
                while index < all {
                    let starts = strand(index, of: group).starts
                    end = min(end, starts.lowerBound == oldest ? starts.upperBound : starts.lowerBound)
                    if starts.lowerBound > oldest { break }
                    index += 1
                }
                having += index
            }
            precondition(having > 0, "there are fewer partial matches than were counted")
            let whole = min(end - oldest, UInt64(left / having))
            if whole == 0 {
                drop(oldest: left, of: oldest, having)
                return
            }
            for place in 0..<count {
                _ = take(before: oldest + whole, from: group(place)) { part, holds in
                    if holds { strands.release(part.link) }
                }
            }
            left -= Int(whole) * having
        }
    }

    /// Lets go of so many of the oldest partial matches with the oldest first event, which not all of them are.
    private func drop(oldest going: Int, of start: UInt64, _ having: Int) {
        let strands = strands
        var numbers: [UInt64] = []
        numbers.reserveCapacity(having)
        forEachOldest(start) { numbers.append(strands.number($0.link, of: start)) }
        numbers.sort()
        let last = numbers[going - 1]
        // Those of one event are told apart only where the limit lies among them.
        var alike: [UInt32] = []
        if numbers[going] == last {
            forEachOldest(start) { if strands.number($0.link, of: start) == last { alike.append($0.link) } }
            alike.sort { strands.precedes($0, $1, of: start) }
            alike.removeFirst(going - (numbers.firstIndex(of: last) ?? 0))
        }
        for place in 0..<count {
            drop(start, of: group(place)) { link in
                let number = strands.number(link, of: start)
                return number < last || number == last && !alike.contains(link)
            }
        }
    }

    private func forEachOldest(_ start: UInt64, _ body: (Strand) -> Void) {
        for place in 0..<count {
            let group = group(place)
            let all = strandCount(group)
            var index = 0
            while index < all, low(index, of: group) == start {
                body(strand(index, of: group))
                index += 1
            }
        }
    }

    /// Takes the oldest first event from some of the strands that have it.
    private func drop(_ start: UInt64, of group: UInt32, where isGone: (UInt32) -> Bool) {
        let strands = strands
        let all = strandCount(group)
        var later: [Strand] = []
        var (index, kept) = (0, 0)
        while index < all, low(index, of: group) == start {
            let strand = strand(index, of: group)
            if !isGone(strand.link) {
                if kept < index { setStrand(kept, of: group, to: strand) }
                kept += 1
            } else if strand.count == 1 {
                strands.release(strand.link)
            } else {
                later.append(Strand(link: strand.link, starts: start + 1..<strand.starts.upperBound))
            }
            index += 1
        }
        let gone = index - kept - later.count
        if gone + later.count == 0 { return }
        if gone > 0 {
            for index in (0..<kept).reversed() { setStrand(gone + index, of: group, to: strand(index, of: group)) }
        }
        for (index, strand) in later.enumerated() { setStrand(gone + kept + index, of: group, to: strand) }
        for _ in 0..<gone { PartialGroups.group.popFront(group, in: arena) }
        if !later.isEmpty { markUnordered(group) }
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
