import Events
import Storage

/// Partial matches of one key state that differ in their first events only, so that what an event means to all of them is
/// written down once. Where they have to be told apart, as where a condition looks at bound events, there is one in each.
struct Strand: BitwiseCopyable {
    /// The link that was bound last, which the strand holds.
    var link: UInt32
    private var low: UInt64
    private var high: UInt64

    init(link: UInt32, starts: Range<UInt64>) {
        self.link = link
        (low, high) = (starts.lowerBound, starts.upperBound)
    }

    /// The first events, by their ordinals.
    var starts: Range<UInt64> {
        get { low..<high }
        set { (low, high) = (newValue.lowerBound, newValue.upperBound) }
    }

    /// How many partial matches there are.
    var count: Int { Int(high - low) }
}

/// The links of a key state's strands: chains of which each stands for one partial match of every first event in a range.
///
/// A strand's first link names no event, since each first event has it for its own; all that are bound to the same step
/// may share one. Where strands came together, the link behind them forks: its way back goes on, for each range of first
/// events, with another link. So there is exactly one way from a link back to a first event, as in a chain, and partial
/// matches that were one when they had bound less still share what they had bound.
///
/// A link is laid out as a chain's: its count is the most events that any of its partial matches
/// has bound; bit 63 of word 2 says that word 1 names a fork instead of the link before, and bits
/// 32 to 62 are for looking through links. A fork is one word that says how many ways there are,
/// and two for each: the ordinal behind its first events, and its link, which is held, or 0 where
/// it is dead. A fork belongs to the link behind it.
///
/// First events leave a strand without a trace in its links: what only these had bound is dead, and is let go of from time
/// to time (`evictDead`).
struct Strands {
    private static let forked: UInt64 = 1 << 63

    let arena: Arena
    let firsts: FirstEvents

    init(keyState: KeyState) {
        arena = keyState.arena
        firsts = FirstEvents(keyState: keyState)
    }

    private var chains: Chain { Chain(arena: arena) }

    // MARK: Links

    /// A first link, held once.
    func makeFirst(step: StepNumber) -> UInt32 {
        let link = arena.allocateUncleared(Chain.words)
        let base = Arena.word(link)
        arena[base] = 1 | 1 << 32
        arena[base + 1] = 0
        arena[base + 2] = UInt64(step.bits)
        arena[base + 3] = 0
        return link
    }

    /// A new link behind one, held once.
    /// - Parameter before: a hold on it is taken over.
    func make(event: UInt32, step: StepNumber, number: UInt64, behind before: UInt32) -> UInt32 {
        firsts.countLink(forks: false)
        return chains.make(event: event, step: step, number: number, behind: before, takesHold: true)
    }

    /// A new link behind several strands, each of which begins where the one before ends. Holds on them are taken over.
    func make(event: UInt32, step: StepNumber, number: UInt64, behind strands: borrowing Column<Strand>) -> UInt32 {
        firsts.countLink(forks: true)
        let link = chains.make(event: event, step: step, number: number, behind: 0)
        let fork = arena.allocateUncleared(1 + 2 * strands.count)
        let place = Arena.word(fork)
        arena[place] = UInt64(strands.count)
        var most = 0
        for index in 0..<strands.count {
            arena[place + 1 + 2 * index] = strands[index].starts.upperBound
            arena[place + 2 + 2 * index] = UInt64(strands[index].link)
            most = max(most, countMost(strands[index].link))
        }
        let base = Arena.word(link)
        arena[base] = 1 | UInt64(most + 1) << 32
        arena[base + 1] |= UInt64(fork) << 32
        arena[base + 2] |= Strands.forked
        return link
    }

    func retain(_ link: UInt32) { chains.retain(link) }

    /// Lets go of a link; frees what nobody holds any more.
    func release(_ link: UInt32) {
        var others: [UInt32] = []
        var next = link
        while true {
            next = releaseOne(next, &others)
            if next == 0 {
                guard let other = others.popLast() else { return }
                next = other
            }
        }
    }

    /// Lets go of a link alone; answers one before it that is to be let go of as well, and notes what others are.
    private func releaseOne(_ link: UInt32, _ others: inout [UInt32]) -> UInt32 {
        let base = Arena.word(link)
        if arena[base] & 0xFFFF_FFFF > 1 {
            arena[base] -= 1
            return 0
        }
        if !isFirst(link) { StoredEvent.release(chains.event(link), in: arena) }
        var next = chains.parent(link)
        if isForked(link) {
            let fork = next
            next = 0
            for index in 0..<wayCount(fork) {
                let way = way(index, of: fork)
                if next != 0, way != 0 { others.append(next) }
                if way != 0 { next = way }
            }
            arena.free(fork, words: 1 + 2 * wayCount(fork))
        }
        arena.free(link, words: Chain.words)
        return next
    }

    private func isForked(_ link: UInt32) -> Bool { arena[Arena.word(link) + 2] & Strands.forked != 0 }
    func isFirst(_ link: UInt32) -> Bool { arena[Arena.word(link) + 1] == 0 }

    private func wayCount(_ fork: UInt32) -> Int { Int(arena[Arena.word(fork)]) }
    private func wayEnd(_ index: Int, of fork: UInt32) -> UInt64 { arena[Arena.word(fork) + 1 + 2 * index] }
    private func way(_ index: Int, of fork: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: arena[Arena.word(fork) + 2 + 2 * index])
    }

    /// The first way of a fork that has first events from an ordinal on.
    private func firstWay(_ start: UInt64, of fork: UInt32) -> Int {
        var low = 0
        var high = wayCount(fork)
        while low < high {
            let middle = (low + high) / 2
            if wayEnd(middle, of: fork) <= start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Goes through the ways back from a link that first events of a range have.
    private func forEachWay(from link: UInt32, _ starts: Range<UInt64>, _ body: (Strand) -> Void) {
        let before = chains.parent(link)
        if before == 0 { return }
        if !isForked(link) {
            body(Strand(link: before, starts: starts))
            return
        }
        var low = starts.lowerBound
        var index = firstWay(low, of: before)
        while low < starts.upperBound {
            let high = min(wayEnd(index, of: before), starts.upperBound)
            body(Strand(link: way(index, of: before), starts: low..<high))
            low = high
            index += 1
        }
    }

    // MARK: One partial match

    @inline(__always)
    func step(_ link: UInt32) -> StepNumber {
        StepNumber(bits: UInt32(truncatingIfNeeded: arena[Arena.word(link) + 2]))
    }

    /// The link before, 0 for a first one.
    func before(_ link: UInt32, of start: UInt64) -> UInt32 {
        let before = chains.parent(link)
        return isForked(link) ? way(firstWay(start, of: before), of: before) : before
    }

    func event(_ link: UInt32, of start: UInt64) -> UInt32 {
        isFirst(link) ? firsts.event(start) : chains.event(link)
    }
    /// The event's number in the order in which the shard took events.
    @inline(__always)
    func number(_ link: UInt32, of start: UInt64) -> UInt64 {
        isFirst(link) ? firsts.number(start) : chains.number(link)
    }
    func time(_ link: UInt32, of start: UInt64) -> Instant { StoredEvent.taken(event(link, of: start), in: arena) }
    func place(_ link: UInt32, of start: UInt64) -> UInt64 { StoredEvent.place(event(link, of: start), in: arena) }

    /// How many events are bound. Goes through them all.
    func count(_ link: UInt32, of start: UInt64) -> Int {
        var count = 0
        var link = link
        while link != 0 {
            count += 1
            link = before(link, of: start)
        }
        return count
    }

    /// When the last event of a strand was taken, of which each of its partial matches has the same, or which is one alone.
    func time(_ strand: Strand) -> Instant { time(strand.link, of: strand.starts.lowerBound) }

    /// The order of matches of one first event that complete at once: at the first difference, the one whose next event is
    /// bound to the earlier step, and of these the one that binds the earlier event. One that binds nothing more comes
    /// after those that do.
    func precedes(_ left: UInt32, _ right: UInt32, of start: UInt64) -> Bool {
        var (one, other) = (left, right)
        // The links behind the last that both have.
        var (next, otherNext): (UInt32, UInt32) = (0, 0)
        while !isSame(one, other) {
            let (number, otherNumber) = (number(one, of: start), self.number(other, of: start))
            if number >= otherNumber {
                next = one
                one = before(one, of: start)
            }
            if otherNumber >= number {
                otherNext = other
                other = before(other, of: start)
            }
        }
        if next == 0 { return false }
        if otherNext == 0 { return true }
        if step(next) != step(otherNext) { return step(next) < step(otherNext) }
        return number(next, of: start) < number(otherNext, of: start)
    }

    /// Whether two links mean the same: first ones do where they are for the same step.
    private func isSame(_ one: UInt32, _ other: UInt32) -> Bool {
        if one == other { return true }
        return one != 0 && other != 0 && canExtend(one, with: other)
    }

    // MARK: Many

    /// Whether both are first links of the same step, so that one may stand for the first events of both.
    func canExtend(_ one: UInt32, with other: UInt32) -> Bool {
        isFirst(one) && isFirst(other) && step(one) == step(other)
    }

    /// The most events that any of a link's partial matches has bound, with those that have died since `evictDead`.
    func countMost(_ link: UInt32) -> Int { chains.count(link) }

    /// The ranges of a strand's first events that have bound fewer than so many events, in their order.
    func starts(of strand: Strand, boundBelow limit: Int) -> [Range<UInt64>] {
        var full: [Range<UInt64>] = []
        var open = [(strand: strand, least: limit)]
        while let (strand, least) = open.popLast() {
            if countMost(strand.link) < least { continue }
            if least <= 1 {
                full.append(strand.starts)
                continue
            }
            forEachWay(from: strand.link, strand.starts) { open.append(($0, least - 1)) }
        }
        full.sort { $0.lowerBound < $1.lowerBound }
        var rest: [Range<UInt64>] = []
        var low = strand.starts.lowerBound
        for range in full {
            if low < range.lowerBound { rest.append(low..<range.lowerBound) }
            low = range.upperBound
        }
        if low < strand.starts.upperBound { rest.append(low..<strand.starts.upperBound) }
        return rest
    }

    // MARK: Two customers that turn out to be one

    /// Has the forks behind some links name first events by other ordinals.
    /// - Returns: how many links there are, and whether any forks.
    func renumber(_ links: [UInt32], _ ordinals: FirstEvents.Ordinals) -> (links: Int, forks: Bool) {
        var seen = Set(links)
        var open = Array(seen)
        var forks = false
        while let link = open.popLast() {
            let before = chains.parent(link)
            if before == 0 { continue }
            guard isForked(link) else {
                if seen.insert(before).inserted { open.append(before) }
                continue
            }
            forks = true
            for index in 0..<wayCount(before) {
                arena[Arena.word(before) + 1 + 2 * index] = ordinals.end(wayEnd(index, of: before))
                let way = way(index, of: before)
                if way != 0, seen.insert(way).inserted { open.append(way) }
            }
        }
        return (seen.count, forks)
    }

    // MARK: Dead parts

    /// Lets go of what no partial match has bound any more. Costs in proportion to all links, and is to be called when
    /// there are twice as many as were live (`FirstEvents.mayBeDead`).
    func evictDead(but live: [Strand]) {
        var seen: [Strand] = []
        var open: [Int] = []
        func visit(_ strand: Strand) {
            let mark = mark(strand.link)
            if mark == 0 {
                seen.append(strand)
                setMark(strand.link, seen.count)
                open.append(seen.count - 1)
                return
            }
            let known = seen[mark - 1].starts
            let low = min(known.lowerBound, strand.starts.lowerBound)
            let high = max(known.upperBound, strand.starts.upperBound)
            if low..<high == known { return }
            seen[mark - 1].starts = low..<high
            open.append(mark - 1)
        }
        for strand in live { visit(strand) }
        while let index = open.popLast() {
            forEachWay(from: seen[index].link, seen[index].starts) { if $0.link != 0 { visit($0) } }
        }
        var forks = 0
        var dead: [UInt32] = []
        for strand in seen {
            setMark(strand.link, 0)
            if isForked(strand.link) {
                forks += 1
                cut(chains.parent(strand.link), but: strand.starts, &dead)
            }
        }
        countAnew(&seen)
        for link in dead { release(link) }
        firsts.begin(links: seen.count, forks: forks > 0)
    }

    /// Counts again what the partial matches have bound of which these are the links, without the dead ones.
    private func countAnew(_ strands: inout [Strand]) {
        strands.sort { chains.number($0.link) < chains.number($1.link) }
        for strand in strands {
            var most = 0
            forEachWay(from: strand.link, strand.starts) { if $0.link != 0 { most = max(most, countMost($0.link)) } }
            let base = Arena.word(strand.link)
            arena[base] = arena[base] & 0xFFFF_FFFF | UInt64(most + 1) << 32
        }
    }

    /// Takes out the ways of a fork that no first event of a range has.
    private func cut(_ fork: UInt32, but starts: Range<UInt64>, _ dead: inout [UInt32]) {
        var low: UInt64 = 0
        for index in 0..<wayCount(fork) {
            let high = wayEnd(index, of: fork)
            if !(low..<high).overlaps(starts), way(index, of: fork) != 0 {
                dead.append(way(index, of: fork))
                arena[Arena.word(fork) + 2 + 2 * index] = 0
            }
            low = high
        }
    }

    private func mark(_ link: UInt32) -> Int { Int(arena[Arena.word(link) + 2] >> 32 & 0x7FFF_FFFF) }

    private func setMark(_ link: UInt32, _ mark: Int) {
        let word = Arena.word(link) + 2
        arena[word] = arena[word] & (Strands.forked | 0xFFFF_FFFF) | UInt64(mark) << 32
    }
}
