import Storage

/// A queue in one block of an arena: entries of one to four words, in the order in which they came.
///
/// The block's first word holds the place of the first entry (low half) and how many there are
/// (high half); the second how many fit. Then come the words that the user of the ring keeps for
/// itself, then the entries. As many fit as the block that the arena gives has room for. A full
/// ring moves to the next larger size of block, so whoever holds its handle takes the new one from
/// `push`; one that once was long and is short again moves to a smaller one where it is asked to
/// (`fitted`). Cost: constant time for each operation, spread over the moves.
struct Ring {
    /// The words before the entries, at least 2.
    let header: Int
    /// The words of an entry.
    let width: Int

    /// A ring with room for fewer entries is not worth moving to a smaller block.
    private static let roomyLeast = 8

    /// Words of the user's own, between the ring's two and the entries.
    static let firstOwn = 2

    @inline(__always)
    func words(capacity: Int) -> Int { header + capacity * width }

    /// An empty ring with room for at least so many entries.
    @inline(__always)
    func make(in arena: Arena, capacity: Int = 2) -> UInt32 {
        let handle = arena.allocate(words(capacity: capacity))
        arena[Arena.word(handle) + 1] = UInt64((Arena.capacity(words(capacity: capacity)) - header) / width)
        return handle
    }

    /// A ring of one entry of two words, which has no words of its user's own.
    @inline(__always)
    func make(in arena: Arena, _ first: UInt64, _ second: UInt64) -> UInt32 {
        let words = words(capacity: 1)
        let handle = arena.allocateUncleared(Arena.capacity(words))
        let base = Arena.word(handle)
        arena[base] = 1 << 32
        arena[base + 1] = UInt64((Arena.capacity(words) - header) / width)
        arena[base + 2] = first
        arena[base + 3] = second
        return handle
    }

    @inline(__always)
    func free(_ handle: UInt32, in arena: Arena) {
        arena.free(handle, words: words(capacity: capacity(handle, in: arena)))
    }

    @inline(__always)
    func count(_ handle: UInt32, in arena: Arena) -> Int { Int(arena[Arena.word(handle)] >> 32) }

    @inline(__always)
    private func capacity(_ handle: UInt32, in arena: Arena) -> Int { Int(arena[Arena.word(handle) + 1]) }

    /// The first word of the entry at `index`, counted from the front.
    @inline(__always)
    func entry(_ index: Int, of handle: UInt32, in arena: Arena) -> Int {
        let base = Arena.word(handle)
        let head = Int(arena[base] & 0xFFFF_FFFF)
        var place = head + index
        let capacity = Int(arena[base + 1])
        if place >= capacity { place -= capacity }
        return base + header + place * width
    }

    /// Drops the first entry.
    @inline(__always)
    func popFront(_ handle: UInt32, in arena: Arena) {
        let base = Arena.word(handle)
        let state = arena[base]
        precondition(state >> 32 > 0)
        var head = state & 0xFFFF_FFFF + 1
        if head == arena[base + 1] { head = 0 }
        arena[base] = ((state >> 32) - 1) << 32 | head
    }

    /// Drops the last `count` entries.
    func dropLast(_ count: Int, of handle: UInt32, in arena: Arena) {
        let base = Arena.word(handle)
        precondition(count >= 0 && UInt64(count) <= arena[base] >> 32)
        arena[base] -= UInt64(count) << 32
    }

    /// Adds an entry behind the last; answers where the ring is now.
    @inline(__always)
    func push(
        _ first: UInt64, _ second: UInt64 = 0, _ third: UInt64 = 0, _ fourth: UInt64 = 0, onto handle: UInt32,
        in arena: Arena
    ) -> UInt32 {
        var handle = handle
        let count = count(handle, in: arena)
        if count == capacity(handle, in: arena) { handle = moved(handle, room: count + 1, in: arena) }
        let place = entry(count, of: handle, in: arena)
        arena[place] = first
        if width > 1 { arena[place + 1] = second }
        if width > 2 { arena[place + 2] = third }
        if width > 3 { arena[place + 3] = fourth }
        arena[Arena.word(handle)] += 1 << 32
        return handle
    }

    /// Moves a ring to a smaller block where less than a quarter of its room is in use; answers where it is now. There is
    /// room for as many entries again then, so that it soon neither grows nor shrinks.
    @inline(__always)
    func fitted(_ handle: UInt32, in arena: Arena) -> UInt32 {
        let count = count(handle, in: arena)
        let capacity = capacity(handle, in: arena)
        guard count < capacity >> 2, capacity >= Ring.roomyLeast else { return handle }
        return moved(handle, room: 2 * (count + 1), in: arena)
    }

    private func moved(_ handle: UInt32, room: Int, in arena: Arena) -> UInt32 {
        let count = count(handle, in: arena)
        let other = make(in: arena, capacity: room)
        let target = Arena.word(other)
        for own in Ring.firstOwn..<header { arena[target + own] = arena[Arena.word(handle) + own] }
        for index in 0..<count {
            let source = entry(index, of: handle, in: arena)
            for word in 0..<width { arena[target + header + index * width + word] = arena[source + word] }
        }
        arena[target] = UInt64(count) << 32
        free(handle, in: arena)
        return other
    }
}
