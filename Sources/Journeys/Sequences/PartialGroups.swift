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

    /// Adds partial matches, which their groups hold from now on, unless they or others are superfluous.
    /// - Parameter endsWithLast: whether the closing absence of a situation ends so long after the last event.
    /// - Returns: how many partial matches there are more.
    func add(
        _ moves: [(situation: Situation, chain: UInt32)], pruning: PatternTable.Pruning,
        endsWithLast: (Situation) -> Bool
    ) -> Int {
        // Where all stay, they are put into their order once all are there.
        let isBulk = pruning == .none && moves.count > 1
        var grown: [(place: Int, count: Int)] = []
        var added = 0
        var place = -1
        for (index, move) in moves.enumerated() {
            if place < 0 || move.situation != moves[index - 1].situation { place = obtain(move.situation) }
            let count = memberCount(group(place))
            if pruning != .none, isPruned(move.chain, in: group(place), pruning, endsWithLast(move.situation)) {
                continue
            }
            put(move.chain, at: place)
            added += 1
            if !isBulk {
                order(place, from: count)
            } else if !grown.contains(where: { $0.place == place }) {
                grown.append((place, count))
            }
        }
        for (place, count) in grown { order(place, from: count) }
        return added
    }

    private func put(_ chain: UInt32, at place: Int) {
        let known = group(place)
        let group = PartialGroups.group.push(UInt64(chain), onto: known, in: arena)
        if group != known { setGroup(place, group) }
    }

    /// Moves the members from an index on to where their first events have them stand, behind those with the same ones.
    private func order(_ place: Int, from first: Int) {
        let chains = Chain(arena: arena)
        let group = group(place)
        let count = memberCount(group)
        var isMoved = false
        var last: UInt64 = first > 0 ? chains.startNumber(member(first - 1, of: group)) : 0
        for index in first..<count {
            let start = chains.startNumber(member(index, of: group))
            if start < last {
                isMoved = merge(group, from: first)
                break
            }
            last = start
        }
        let state = Arena.word(group) + Ring.firstOwn + 3
        if first == 0 { arena[state] = 0 }
        if isMoved { arena[state] |= PartialGroups.unordered }
        for index in (isMoved ? count : first)..<count {
            let number = chains.number(member(index, of: group))
            if number < arena[state] & ~PartialGroups.unordered {
                arena[state] |= PartialGroups.unordered
            } else {
                arena[state] = arena[state] & PartialGroups.unordered | number
            }
        }
    }

    /// Merges the members from an index on with those before.
    /// - Returns: whether one of these has moved.
    private func merge(_ group: UInt32, from first: Int) -> Bool {
        let chains = Chain(arena: arena)
        var new = (first..<memberCount(group)).map { index in
            let chain = member(index, of: group)
            return (start: chains.startNumber(chain), index: index, chain: chain)
        }
        new.sort { ($0.start, $0.index) < ($1.start, $1.index) }
        var end = first
        for (index, one) in new.enumerated().reversed() {
            let place = countUpTo(one.start, of: group, below: end)
            for moved in (place..<end).reversed() {
                setMember(moved + index + 1, of: group, to: member(moved, of: group))
            }
            setMember(place + index, of: group, to: one.chain)
            end = place
        }
        return end < first
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
        countUpTo(start, of: group, below: memberCount(group))
    }

    /// The same of the first `count`, of which as a rule most did.
    private func countUpTo(_ start: UInt64, of group: UInt32, below count: Int) -> Int {
        let chains = Chain(arena: arena)
        var high = count
        var step = 1
        while high >= step, chains.startNumber(member(high - step, of: group)) > start {
            high -= step
            step *= 2
        }
        var low = max(0, high - step)
        while low < high {
            let middle = (low + high) / 2
            if chains.startNumber(member(middle, of: group)) <= start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: The oldest and the newest

    /// The first event, by number, of the partial match that began first or last of all; there must be one.
    func outermostStart(isNewest: Bool) -> UInt64 {
        let chains = Chain(arena: arena)
        var found: UInt64 = isNewest ? 0 : .max
        for place in 0..<count {
            let group = group(place)
            let members = memberCount(group)
            if members == 0 { continue }
            let start = chains.startNumber(member(isNewest ? members - 1 : 0, of: group))
            found = isNewest ? max(found, start) : min(found, start)
        }
        return found
    }

    /// Lets go of the partial matches that began with the first, or the last, first event of all; of at most so many, of
    /// which the oldest, or the newest, go first.
    /// - Returns: how many went.
    func drop(_ most: Int, of start: UInt64, isNewest: Bool) -> Int {
        var all = 0
        for place in 0..<count { all += outermostCount(start, of: group(place), isNewest) }
        if all <= most {
            for place in 0..<count { drop(start, of: group(place), isNewest) { _ in false } }
            return all
        }
        let last = lastDropped(most, of: start, isNewest)
        // All others are held against it, once it is gone from its group as well.
        let chains = Chain(arena: arena)
        chains.retain(last)
        for place in 0..<count {
            drop(start, of: group(place), isNewest) { chain in
                chain != last && (isNewest ? chains.isOlder(chain, last) : chains.isOlder(last, chain))
            }
        }
        chains.release(last)
        return most
    }

    /// The partial match that goes last, where so many with one first event go.
    private func lastDropped(_ most: Int, of start: UInt64, _ isNewest: Bool) -> UInt32 {
        let chains = Chain(arena: arena)
        var all: [(number: UInt64, chain: UInt32)] = []
        for place in 0..<count {
            let group = group(place)
            for index in 0..<outermostCount(start, of: group, isNewest) {
                let chain = outermost(index, of: group, isNewest)
                all.append((chains.number(chain), chain))
            }
        }
        // Those of one event are told apart only where the limit lies among them.
        all.sort { $0.number < $1.number }
        let place = isNewest ? all.count - most : most - 1
        let alike = all.filter { $0.number == all[place].number }
        if alike.count == 1 { return all[place].chain }
        let before = all.firstIndex { $0.number == all[place].number } ?? 0
        return alike.map(\.chain).sorted(by: chains.precedes)[place - before]
    }

    private func outermost(_ index: Int, of group: UInt32, _ isNewest: Bool) -> UInt32 {
        member(isNewest ? memberCount(group) - 1 - index : index, of: group)
    }

    private func outermostCount(_ start: UInt64, of group: UInt32, _ isNewest: Bool) -> Int {
        let chains = Chain(arena: arena)
        let count = memberCount(group)
        var index = 0
        while index < count, chains.startNumber(outermost(index, of: group, isNewest)) == start { index += 1 }
        return index
    }

    private func drop(_ start: UInt64, of group: UInt32, _ isNewest: Bool, but stays: (UInt32) -> Bool) {
        let count = outermostCount(start, of: group, isNewest)
        let members = memberCount(group)
        // Those that stay move up to those that are not looked at, in their order.
        var kept = 0
        for index in (0..<count).reversed() {
            let chain = outermost(index, of: group, isNewest)
            if stays(chain) {
                kept += 1
                let place = count - kept
                setMember(isNewest ? members - 1 - place : place, of: group, to: chain)
            } else {
                Chain(arena: arena).release(chain)
            }
        }
        if isNewest {
            PartialGroups.group.dropLast(count - kept, of: group, in: arena)
        } else {
            for _ in kept..<count { PartialGroups.group.popFront(group, in: arena) }
        }
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

    private func obtain(_ situation: Situation) -> Int {
        let place = place(of: situation)
        return place < 0 ? make(situation) : place
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
