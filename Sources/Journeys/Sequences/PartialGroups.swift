import Storage

/// The partial matches of one matcher, those in the same situation together, so that an event is held against each
/// situation once, and those that it means nothing to are not touched.
///
/// A group is a queue of chains, by first event; behind the queue's own words it keeps the situation (3 words) and, in
/// the last, whether its chains stand in the order of their last events too, and the number of the newest of these. The
/// matcher's list 1 is the queue of groups; none of them is empty between events.
struct PartialGroups {
    private static let index = Ring(header: Ring.firstOwn, width: 1)
    private static let group = Ring(header: Ring.firstOwn + 4, width: 1)
    private static let unordered: UInt64 = 1 << 63

    let matcher: Matcher

    private var arena: Arena { matcher.arena }
    private var list: UInt32 { matcher.list(1) }

    var count: Int { list == 0 ? 0 : PartialGroups.index.count(list, in: arena) }

    func group(_ index: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: arena[PartialGroups.index.entry(index, of: list, in: arena)])
    }

    // MARK: One group

    func situation(_ group: UInt32) -> Situation {
        let own = Arena.word(group) + Ring.firstOwn
        return Situation(head: arena[own], waits: arena[own + 1], free: arena[own + 2])
    }

    func memberCount(_ group: UInt32) -> Int { PartialGroups.group.count(group, in: arena) }

    func member(_ index: Int, of group: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: arena[PartialGroups.group.entry(index, of: group, in: arena)])
    }

    /// Takes out the first member; whoever takes it holds it from now on.
    func takeFirst(of group: UInt32) -> UInt32 {
        let first = member(0, of: group)
        PartialGroups.group.popFront(group, in: arena)
        return first
    }

    /// Goes through the members: those that `takes` takes are no longer in the group, and it holds them from then on.
    /// - Returns: how many it took.
    func take(from group: UInt32, where takes: (UInt32) -> Bool) -> Int {
        let count = memberCount(group)
        var kept = 0
        for index in 0..<count {
            let chain = member(index, of: group)
            if takes(chain) { continue }
            if kept < index { setMember(kept, of: group, to: chain) }
            kept += 1
        }
        PartialGroups.group.dropLast(count - kept, of: group, in: arena)
        return count - kept
    }

    /// Whether the members stand in the order of their last events.
    func isOrderedByLast(_ group: UInt32) -> Bool {
        arena[Arena.word(group) + Ring.firstOwn + 3] & PartialGroups.unordered == 0
    }

    /// Takes out, and lets go of, the members for which `isOver` says so.
    /// - Returns: how many.
    func remove(from group: UInt32, where isOver: (UInt32) -> Bool) -> Int {
        take(from: group) { chain in
            guard isOver(chain) else { return false }
            Chain(arena: arena).release(chain)
            return true
        }
    }

    // MARK: All groups

    /// Adds a partial match, which the group holds from now on, unless it or another is superfluous.
    /// - Parameter endsWithLast: whether their closing absences end so long after their last events.
    /// - Returns: how many partial matches there are more.
    func add(_ chain: UInt32, _ situation: Situation, pruning: PatternTable.Pruning, endsWithLast: Bool) -> Int {
        var place = place(of: situation)
        if place < 0 { place = make(situation) }
        if pruning != .none, isPruned(chain, in: group(place), pruning, endsWithLast) { return 0 }
        let chains = Chain(arena: arena)
        let known = group(place)
        let group = PartialGroups.group.push(UInt64(chain), onto: known, in: arena)
        if group != known { setGroup(place, group) }
        let state = Arena.word(group) + Ring.firstOwn + 3
        let number = chains.number(chain)
        let count = memberCount(group)
        if count == 1 {
            arena[state] = number
            return 1
        }
        let start = chains.startNumber(chain)
        var index = count - 1
        while index > 0, chains.startNumber(member(index - 1, of: group)) > start {
            setMember(index, of: group, to: member(index - 1, of: group))
            index -= 1
        }
        setMember(index, of: group, to: chain)
        if index < count - 1 || number < arena[state] & ~PartialGroups.unordered {
            arena[state] |= PartialGroups.unordered
        } else {
            arena[state] = arena[state] & PartialGroups.unordered | number
        }
        return 1
    }

    /// Holds a new partial match against the member with the same future that began last but not after it. Whether one of
    /// the two is superfluous; that one is let go of, and the other is in the group.
    private func isPruned(
        _ chain: UInt32, in group: UInt32, _ pruning: PatternTable.Pruning, _ endsWithLast: Bool
    ) -> Bool {
        let chains = Chain(arena: arena)
        let start = chains.startNumber(chain)
        let index = (pruning == .all ? memberCount(group) : countUpTo(start, of: group)) - 1
        guard index >= 0 else { return false }
        let other = member(index, of: group)
        if pruning == .sameStart, chains.startNumber(other) != start { return false }
        let (last, otherLast) = (chains.time(chain), chains.time(other))
        // Of two absences the one that began earlier is over earlier, and ends the other.
        let isBetter = endsWithLast && last != otherLast ? last < otherLast : chains.precedes(chain, other)
        if isBetter {
            // What began earlier may have to stand before others.
            if index > 0, chains.startNumber(member(index - 1, of: group)) > start { return false }
            if chains.number(chain) != chains.number(other) {
                arena[Arena.word(group) + Ring.firstOwn + 3] |= PartialGroups.unordered
            }
            setMember(index, of: group, to: chain)
            chains.release(other)
        } else {
            chains.release(chain)
        }
        return true
    }

    /// How many members began no later than at the event of that number.
    private func countUpTo(_ start: UInt64, of group: UInt32) -> Int {
        let chains = Chain(arena: arena)
        var low = 0
        var high = memberCount(group)
        while low < high {
            let middle = (low + high) / 2
            if chains.startNumber(member(middle, of: group)) <= start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func setMember(_ index: Int, of group: UInt32, to chain: UInt32) {
        arena[PartialGroups.group.entry(index, of: group, in: arena)] = UInt64(chain)
    }

    private func setGroup(_ index: Int, _ group: UInt32) {
        arena[PartialGroups.index.entry(index, of: list, in: arena)] = UInt64(group)
    }

    private func place(of situation: Situation) -> Int {
        for index in 0..<count where self.situation(group(index)) == situation { return index }
        return -1
    }

    private func make(_ situation: Situation) -> Int {
        let group = PartialGroups.group.make(in: arena, capacity: 2)
        let own = Arena.word(group) + Ring.firstOwn
        arena[own] = situation.head
        arena[own + 1] = situation.waits
        arena[own + 2] = situation.free
        if list == 0 { matcher.setList(1, PartialGroups.index.make(in: arena, capacity: 2)) }
        matcher.setList(1, PartialGroups.index.push(UInt64(group), onto: list, in: arena))
        return count - 1
    }

    /// Frees the groups that have no members.
    func sweep() {
        guard list != 0 else { return }
        for _ in 0..<count {
            let group = group(0)
            PartialGroups.index.popFront(list, in: arena)
            if memberCount(group) == 0 {
                PartialGroups.group.free(group, in: arena)
            } else {
                _ = PartialGroups.index.push(UInt64(group), onto: list, in: arena)
            }
        }
        if count == 0 {
            PartialGroups.index.free(list, in: arena)
            matcher.setList(1, 0)
        }
    }

    /// Lets go of all partial matches.
    func free() {
        for index in 0..<count {
            let group = group(index)
            while memberCount(group) > 0 { Chain(arena: arena).release(takeFirst(of: group)) }
        }
        sweep()
    }
}
