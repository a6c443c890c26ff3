import Storage

/// Different values in one block of an arena, found by their hash and kept in the order of a key: the first is always
/// the one with the least.
///
/// An entry is the value's hash, one or two words of key, and what the user of the table keeps
/// beside them. The entries form a heap; beyond `linear` of them an index of their places is kept
/// in a block of its own, by open addressing, so that no search goes through all. Cost: a step for
/// each level of the heap, whatever the number of events behind the values.
///
/// The block's first word holds how many entries there are (low half) and how many fit (high half), the second the
/// handle of the index (low half) and the bits of its size (high half); the user's own words follow up to `header`.
struct RankedValues {
    private static let linear = 16
    /// A block with room for fewer entries is not worth a smaller one.
    private static let roomyLeast = 16

    /// The words before the entries, at least 2. Those from the third on are the user's own.
    let header: Int
    /// The words of an entry, at least 2: the second word of the key is there from 3 on.
    let width: Int
    let arena: Arena

    func make() -> UInt32 {
        let handle = arena.allocate(header + 2 * width)
        arena[Arena.word(handle)] = 2 << 32
        return handle
    }

    func free(_ handle: UInt32) {
        freeIndex(handle)
        arena.free(handle, words: header + Int(arena[Arena.word(handle)] >> 32) * width)
    }

    @inline(__always)
    func count(_ handle: UInt32) -> Int { Int(arena[Arena.word(handle)] & 0xFFFF_FFFF) }

    /// The first word of the entry at that place of the heap.
    @inline(__always)
    func entry(_ place: Int, of handle: UInt32) -> Int { Arena.word(handle) + header + place * width }

    /// The place of the value with that hash, or -1.
    @inline(__always)
    func find(_ hash: UInt64, in handle: UInt32) -> Int {
        let index = arena[Arena.word(handle) + 1]
        if index != 0 { return find(hash, in: handle, index) }
        var place = count(handle) - 1
        var word = entry(place, of: handle)
        while place >= 0, arena[word] != hash {
            place -= 1
            word -= width
        }
        return place
    }

    private func find(_ hash: UInt64, in handle: UInt32, _ index: UInt64) -> Int {
        let (slots, mask) = slots(index)
        var slot = Int(truncatingIfNeeded: hash >> 7) & mask
        while arena[slots + slot] != 0 {
            let place = Int(arena[slots + slot]) - 1
            if arena[entry(place, of: handle)] == hash { return place }
            slot = (slot + 1) & mask
        }
        return -1
    }

    /// Adds a value that is not there yet; answers where the block is now.
    func adding(
        _ hash: UInt64, _ first: UInt64, _ second: UInt64, kept: (UInt64, UInt64) = (0, 0), to handle: UInt32
    ) -> UInt32 {
        var handle = handle
        let place = count(handle)
        if place == Int(arena[Arena.word(handle)] >> 32) { handle = moved(handle, room: 2 * place) }
        let word = entry(place, of: handle)
        arena[word] = hash
        arena[word + 1] = first
        if width > 2 { arena[word + 2] = second }
        if width > 3 { arena[word + 3] = kept.0 }
        if width > 4 { arena[word + 4] = kept.1 }
        arena[Arena.word(handle)] += 1
        enter(place, of: handle)
        settle(place, of: handle)
        return handle
    }

    /// Gives the value at `place` another key.
    @inline(__always)
    func rank(_ place: Int, _ first: UInt64, _ second: UInt64, of handle: UInt32) {
        let word = entry(place, of: handle)
        arena[word + 1] = first
        if width > 2 { arena[word + 2] = second }
        settle(place, of: handle)
    }

    /// Gives a value a key of one word that is later than any there is, where the value is one of
    /// few and none of them is over: all their keys are beyond `cutoff`. False where nothing was
    /// done: the value may not be there, or there is more to do.
    @inline(__always)
    func renew(_ hash: UInt64, _ key: UInt64, beyond cutoff: UInt64, of handle: UInt32) -> Bool {
        let base = Arena.word(handle)
        let head = arena[base]
        let (count, room) = (Int(head & 0xFFFF_FFFF), head >> 32)
        guard count > 0, arena[base + 1] == 0, room < RankedValues.roomyLeast || count >= room >> 2,
            arena[base + header + 1] > cutoff
        else { return false }
        var place = count - 1
        while arena[base + header + place * width] != hash {
            if place == 0 { return false }
            place -= 1
        }
        arena[base + header + place * width + 1] = key
        if 2 * place + 1 < count { sink(place, of: count, at: base + header) }
        return true
    }

    /// Moves an entry of a heap without an index down to where its key belongs.
    private func sink(_ start: Int, of count: Int, at entries: Int) {
        var place = start
        while true {
            var child = 2 * place + 1
            if child >= count { return }
            if child + 1 < count, precedes(entries + (child + 1) * width, entries + child * width) { child += 1 }
            let (one, other) = (entries + place * width, entries + child * width)
            guard precedes(other, one) else { return }
            for word in 0..<width {
                let kept = arena[one + word]
                arena[one + word] = arena[other + word]
                arena[other + word] = kept
            }
            place = child
        }
    }

    func remove(_ place: Int, of handle: UInt32) {
        leave(place, of: handle)
        let last = count(handle) - 1
        if place != last { move(last, to: place, of: handle) }
        arena[Arena.word(handle)] -= 1
        if place != last { settle(place, of: handle) }
    }

    /// Forgets all values; the block stays.
    func removeAll(_ handle: UInt32) {
        let base = Arena.word(handle)
        freeIndex(handle)
        arena[base] &= ~0xFFFF_FFFF
    }

    /// Moves to a smaller block where less than a quarter of the room is in use; answers where the
    /// block is now. There is room for as many entries again then, so that it soon neither grows
    /// nor shrinks.
    @inline(__always)
    func fitted(_ handle: UInt32) -> UInt32 {
        let count = count(handle)
        let room = Int(arena[Arena.word(handle)] >> 32)
        guard count < room >> 2, room >= RankedValues.roomyLeast else { return handle }
        let narrower = moved(handle, room: 2 * (count + 1))
        makeIndex(count, of: narrower)
        return narrower
    }

    private func moved(_ handle: UInt32, room: Int) -> UInt32 {
        let base = Arena.word(handle)
        let count = count(handle)
        let other = arena.allocate(header + room * width)
        let target = Arena.word(other)
        for word in 1..<header + count * width { arena[target + word] = arena[base + word] }
        arena[target] = UInt64(count) | UInt64(room) << 32
        arena.free(handle, words: header + Int(arena[base] >> 32) * width)
        return other
    }

    // MARK: The heap

    @inline(__always)
    private func precedes(_ one: Int, _ other: Int) -> Bool {
        let (first, second) = (arena[one + 1], arena[other + 1])
        return first != second ? first < second : width > 2 && arena[one + 2] < arena[other + 2]
    }

    /// Moves the entry at `place` to where its key belongs.
    @inline(__always)
    private func settle(_ place: Int, of handle: UInt32) {
        // One value alone stands where it belongs.
        if count(handle) > 1 { sift(place, of: handle) }
    }

    private func sift(_ start: Int, of handle: UInt32) {
        var place = start
        while place > 0, precedes(entry(place, of: handle), entry((place - 1) / 2, of: handle)) {
            swap(place, (place - 1) / 2, of: handle)
            place = (place - 1) / 2
        }
        let count = count(handle)
        while true {
            var least = place
            let child = 2 * place + 1
            if child < count, precedes(entry(child, of: handle), entry(least, of: handle)) { least = child }
            if child + 1 < count, precedes(entry(child + 1, of: handle), entry(least, of: handle)) { least = child + 1 }
            if least == place { return }
            swap(place, least, of: handle)
            place = least
        }
    }

    private func swap(_ one: Int, _ other: Int, of handle: UInt32) {
        let (a, b) = (entry(one, of: handle), entry(other, of: handle))
        let (first, second) = (slot(one, of: handle), slot(other, of: handle))
        for word in 0..<width {
            let kept = arena[a + word]
            arena[a + word] = arena[b + word]
            arena[b + word] = kept
        }
        if let first, let second {
            arena[first] = UInt64(other + 1)
            arena[second] = UInt64(one + 1)
        }
    }

    private func move(_ source: Int, to target: Int, of handle: UInt32) {
        let slot = slot(source, of: handle)
        let (from, to) = (entry(source, of: handle), entry(target, of: handle))
        for word in 0..<width { arena[to + word] = arena[from + word] }
        if let slot { arena[slot] = UInt64(target + 1) }
    }

    // MARK: The index

    private func slots(_ index: UInt64) -> (first: Int, mask: Int) {
        (Arena.word(UInt32(truncatingIfNeeded: index)), 1 << Int(index >> 32) - 1)
    }

    private func home(_ place: Int, of handle: UInt32, mask: Int) -> Int {
        Int(truncatingIfNeeded: arena[entry(place, of: handle)] >> 7) & mask
    }

    /// The word of the index that names the entry at `place`; nil where there is no index.
    private func slot(_ place: Int, of handle: UInt32) -> Int? {
        let index = arena[Arena.word(handle) + 1]
        if index == 0 { return nil }
        let (slots, mask) = slots(index)
        var slot = home(place, of: handle, mask: mask)
        while arena[slots + slot] != UInt64(place + 1) {
            precondition(arena[slots + slot] != 0, "every entry is in the index")
            slot = (slot + 1) & mask
        }
        return slots + slot
    }

    /// Puts the last entry into the index, which is made or made anew where that is needed.
    private func enter(_ place: Int, of handle: UInt32) {
        let base = Arena.word(handle)
        let count = place + 1
        if arena[base + 1] == 0, count <= RankedValues.linear { return }
        if arena[base + 1] != 0, count * 2 <= 1 << Int(arena[base + 1] >> 32) {
            write(place, of: handle, arena[base + 1])
            return
        }
        makeIndex(count, of: handle)
    }

    /// Makes the index anew, for so many entries; none where they are few.
    private func makeIndex(_ count: Int, of handle: UInt32) {
        freeIndex(handle)
        if count <= RankedValues.linear { return }
        var bits: UInt64 = 6
        while 1 << bits < count * 4 { bits += 1 }
        let index = UInt64(arena.allocate(1 << Int(bits))) | bits << 32
        arena[Arena.word(handle) + 1] = index
        for place in 0..<count { write(place, of: handle, index) }
    }

    private func write(_ place: Int, of handle: UInt32, _ index: UInt64) {
        let (slots, mask) = slots(index)
        var slot = home(place, of: handle, mask: mask)
        while arena[slots + slot] != 0 { slot = (slot + 1) & mask }
        arena[slots + slot] = UInt64(place + 1)
    }

    private func freeIndex(_ handle: UInt32) {
        let base = Arena.word(handle)
        let index = arena[base + 1]
        if index == 0 { return }
        arena.free(UInt32(truncatingIfNeeded: index), words: 1 << Int(index >> 32))
        arena[base + 1] = 0
    }

    /// Takes the entry at `place` out of the index; those behind it move up, so that no search ends too early.
    private func leave(_ place: Int, of handle: UInt32) {
        guard let word = slot(place, of: handle) else { return }
        let (slots, mask) = slots(arena[Arena.word(handle) + 1])
        var hole = word - slots
        var slot = (hole + 1) & mask
        while arena[slots + slot] != 0 {
            let home = home(Int(arena[slots + slot]) - 1, of: handle, mask: mask)
            if (slot - home) & mask >= (slot - hole) & mask {
                arena[slots + hole] = arena[slots + slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        arena[slots + hole] = 0
    }
}
