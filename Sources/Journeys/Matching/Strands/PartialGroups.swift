import Storage

/// The partial matches of one key state, those in the same situation together, so that an event is held against each
/// situation once, and those that it means nothing to are not touched.
///
/// A group is a queue of strands, by their oldest first events; behind the queue's own words it
/// keeps the situation (3 words) and, in the last, the number of the newest of their last events,
/// in bit 63 whether they do not stand in the order of these, and in bit 62 whether it is untidy.
/// It is tidy where its strands stand in the order of their last events, of which each has one, and
/// of their newest first events as well: then what goes at the limit is found without going through
/// them all. An entry is two words: a strand's link (low half) and how many first events it has
/// (high half); the ordinal of the oldest. The key state's list 1 is the queue of groups; none of
/// them is empty between events.
struct PartialGroups {
    private static let index = Ring(header: Ring.firstOwn, width: 1)
    static let group = Ring(header: Ring.firstOwn + 4, width: 2)
    static let unordered: UInt64 = 1 << 63
    static let untidy: UInt64 = 1 << 62
    /// The most strands that are gone through to see whether a first event is still anyone's.
    private static let soughtMost = 64

    let keyState: KeyState

    var arena: Arena { keyState.arena }
    private var list: UInt32 { keyState.list(1) }
    var strands: Strands { Strands(keyState: keyState) }

    var count: Int { list == 0 ? 0 : PartialGroups.index.count(list, in: arena) }

    @inline(__always)
    func group(_ index: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: arena[PartialGroups.index.entry(index, of: list, in: arena)])
    }

    // MARK: One group

    func situation(_ group: UInt32) -> Situation {
        let own = Arena.word(group) + Ring.firstOwn
        return Situation(head: arena[own], waits: arena[own + 1], free: arena[own + 2])
    }

    @inline(__always)
    func strandCount(_ group: UInt32) -> Int { PartialGroups.group.count(group, in: arena) }

    /// A strand without the first events that it still names, but no partial matches of which are left (`FirstEvents.cut`).
    @inline(__always)
    func strand(_ index: Int, of group: UInt32) -> Strand {
        let strand = stored(index, of: group)
        let cut = strands.firsts.cut
        if strand.starts.lowerBound > cut.start { return strand }
        var low = min(cut.start, strand.starts.upperBound)
        if low < strand.starts.upperBound, cut.number > 0, strands.number(strand.link, of: low) <= cut.number {
            low += 1
        }
        return Strand(link: strand.link, starts: low..<strand.starts.upperBound)
    }

    /// A strand as the group has it.
    @inline(__always)
    func stored(_ index: Int, of group: UInt32) -> Strand {
        let place = PartialGroups.group.entry(index, of: group, in: arena)
        let low = arena[place + 1]
        return Strand(link: UInt32(truncatingIfNeeded: arena[place]), starts: low..<low + arena[place] >> 32)
    }

    @inline(__always)
    func setStrand(_ index: Int, of group: UInt32, to strand: Strand) {
        let place = PartialGroups.group.entry(index, of: group, in: arena)
        arena[place] = UInt64(strand.link) | UInt64(strand.count) << 32
        arena[place + 1] = strand.starts.lowerBound
    }

    /// The oldest first event that a strand names.
    @inline(__always)
    func low(_ index: Int, of group: UInt32) -> UInt64 {
        arena[PartialGroups.group.entry(index, of: group, in: arena) + 1]
    }

    /// Takes out the first strand; whoever takes it holds its link from now on.
    func takeFirst(of group: UInt32) -> Strand {
        let first = strand(0, of: group)
        PartialGroups.group.popFront(group, in: arena)
        return first
    }

    /// Goes through the strands: those that `takes` takes are no longer in the group, and it holds them from then on.
    /// - Returns: how many partial matches it took.
    func take(from group: UInt32, where takes: (Strand) -> Bool) -> Int {
        let count = strandCount(group)
        var kept = 0
        var taken = 0
        for index in 0..<count {
            let strand = strand(index, of: group)
            if takes(strand) {
                taken += strand.count
                continue
            }
            if kept < index { setStrand(kept, of: group, to: stored(index, of: group)) }
            kept += 1
        }
        PartialGroups.group.dropLast(count - kept, of: group, in: arena)
        return taken
    }

    /// Takes out the first events before an ordinal.
    /// - Parameter takes: is given each strand's part, and whether it holds the link from then on: it does not where the
    ///   group keeps the strand for its later first events.
    /// - Returns: how many partial matches that were.
    func take(before start: UInt64, from group: UInt32, _ takes: (_ part: Strand, _ holds: Bool) -> Void) -> Int {
        let count = strandCount(group)
        var first = 0
        while first < count, low(first, of: group) < start { first += 1 }
        var taken = 0
        // Those that have later first events as well move up to the others, in their order.
        var kept = first
        for index in (0..<first).reversed() {
            var strand = strand(index, of: group)
            let end = min(strand.starts.upperBound, start)
            let rest = end..<strand.starts.upperBound
            strand.starts = min(strand.starts.lowerBound, end)..<end
            taken += strand.count
            if rest.isEmpty || strand.count > 0 { takes(strand, rest.isEmpty) }
            if rest.isEmpty { continue }
            kept -= 1
            setStrand(kept, of: group, to: Strand(link: strand.link, starts: rest))
        }
        for _ in 0..<kept { PartialGroups.group.popFront(group, in: arena) }
        if kept < first { markShortened(group) }
        return taken
    }

    /// Whether the strands stand in the order of their last events.
    func isOrderedByLast(_ group: UInt32) -> Bool { arena[state(group)] & PartialGroups.unordered == 0 }

    func isTidy(_ group: UInt32) -> Bool { arena[state(group)] & PartialGroups.untidy == 0 }

    /// Notes that strands have lost their oldest first events: a first link has another last event then.
    func markShortened(_ group: UInt32) {
        if !isTidy(group) { arena[state(group)] |= PartialGroups.unordered }
    }

    /// Notes that strands no longer stand in the order in which they came.
    func markMoved(_ group: UInt32) { arena[state(group)] |= PartialGroups.unordered | PartialGroups.untidy }

    func state(_ group: UInt32) -> Int { Arena.word(group) + Ring.firstOwn + 3 }

    // MARK: All groups

    /// Whether there is a partial match with a first event.
    func have(_ start: UInt64) -> Bool {
        for place in 0..<count {
            let group = group(place)
            for index in 0..<strandCount(group) {
                if low(index, of: group) > start { break }
                if strand(index, of: group).starts.contains(start) { return true }
            }
        }
        return false
    }

    func setGroup(_ index: Int, _ group: UInt32) {
        arena[PartialGroups.index.entry(index, of: list, in: arena)] = UInt64(group)
    }

    private func place(of situation: Situation) -> Int {
        for index in 0..<count where self.situation(group(index)) == situation { return index }
        return -1
    }

    func obtain(_ situation: Situation) -> Int {
        let place = place(of: situation)
        return place < 0 ? make(situation) : place
    }

    private func make(_ situation: Situation) -> Int {
        let group = PartialGroups.group.make(in: arena, capacity: 2)
        let own = Arena.word(group) + Ring.firstOwn
        arena[own] = situation.head
        arena[own + 1] = situation.waits
        arena[own + 2] = situation.free
        if list == 0 { keyState.setList(1, PartialGroups.index.make(in: arena, capacity: 2)) }
        keyState.setList(1, PartialGroups.index.push(UInt64(group), onto: list, in: arena))
        return count - 1
    }

    /// Frees the groups that have no strands, the first events before and behind all that any has, and what is dead of links.
    /// - Parameter newestMayBeOver: whether none may have the newest first event any more.
    func sweep(newestMayBeOver: Bool = false) {
        var oldest: UInt64 = .max
        var isAnyEmpty = false
        for place in 0..<count {
            let group = group(place)
            if strandCount(group) == 0 { isAnyEmpty = true } else { oldest = min(oldest, low(0, of: group)) }
        }
        if isAnyEmpty { freeEmpty() }
        if list == 0 {
            strands.firsts.free()
            return
        }
        strands.firsts.drop(before: max(oldest, strands.firsts.cut.start))
        if newestMayBeOver { dropNewestFirsts() }
        if strands.firsts.mayBeDead { evictDead() }
    }

    private func freeEmpty() {
        for _ in 0..<count {
            let group = group(0)
            PartialGroups.index.popFront(list, in: arena)
            if strandCount(group) == 0 {
                PartialGroups.group.free(group, in: arena)
            } else {
                _ = PartialGroups.index.push(UInt64(group), onto: list, in: arena)
            }
        }
        if count == 0 {
            PartialGroups.index.free(list, in: arena)
            keyState.setList(1, 0)
        }
    }

    /// Lets go of the first events behind all that any strand has, if it costs little to know which these are.
    private func dropNewestFirsts() {
        var all = 0
        for place in 0..<count { all += strandCount(group(place)) }
        if all > PartialGroups.soughtMost { return }
        var end: UInt64 = 0
        for place in 0..<count {
            let group = group(place)
            for index in 0..<strandCount(group) { end = max(end, strand(index, of: group).starts.upperBound) }
        }
        strands.firsts.drop(from: end)
    }

    private func evictDead() {
        var live: [Strand] = []
        for place in 0..<count {
            let group = group(place)
            for index in 0..<strandCount(group) { live.append(strand(index, of: group)) }
        }
        strands.evictDead(but: live)
    }

    /// Takes out all partial matches; first events stay. Whoever takes them holds their links from then on.
    func takeAll() -> [(situation: Situation, strand: Strand)] {
        var all: [(situation: Situation, strand: Strand)] = []
        for place in 0..<count {
            let group = group(place)
            let situation = situation(group)
            _ = take(from: group) { strand in
                if strand.count > 0 { all.append((situation, strand)) } else { strands.release(strand.link) }
                return true
            }
        }
        if list != 0 { freeEmpty() }
        return all
    }

    /// Lets go of all partial matches.
    func free() {
        for place in 0..<count {
            _ = take(from: group(place)) { strand in
                strands.release(strand.link)
                return true
            }
        }
        sweep()
    }
}
