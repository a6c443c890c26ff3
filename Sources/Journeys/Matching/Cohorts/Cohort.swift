import Storage

/// First events whose partial matches are in the same situations and will share all their future: what an event means is
/// worked out, and written down, once for all of them. Used where no condition looks at bound events and a match ends all
/// that began with its first event, so that of the partial matches with one first event in one situation only the one
/// whose match would come first is kept.
///
/// A cohort has an entry for each situation, with the link last bound in it. What it was joined by keeps how its own links
/// go on from there (`Joining`), so that an event makes one link for a thousand first events.
///
/// The block: where it was joined to another, after which only that counts; 3 the first of its beginnings (low half) and
/// the last (high half), in their order; 4 how many these are (low half) and the number of entries (high half); 5 the
/// entries' block (low half), in bit 32 whether the ends of closing absences may come in another order than the
/// beginnings, and from bit 33 on the entries that the first beginning lacks; 6 how many beginnings and cohorts name it as
/// the one above; 7 the hash of its signature. The entries' block:
/// four words an entry, three of its situation and its link; then a word for each two entries, how they stand to
/// each other (`Precedence`).
///
/// Invariant: what joins stands behind all that is there, so that beginnings stand in the order of their events and of
/// their joining.
/// Cost: an event costs in proportion to the cohorts and their entries, not to the beginnings. Cohorts that have become
/// alike are joined into one.
struct Cohort {
    static let words = 8
    static let entryWords = 4

    /// A situation, and the link last bound in it.
    struct Entry {
        var situation: Situation
        var link: UInt32
    }

    let arena: Arena
    let handle: UInt32

    private var base: Int { Arena.word(handle) }
    var joining: Joining { Joining(arena: arena, handle: handle) }

    static func make(in arena: Arena) -> Cohort { Cohort(arena: arena, handle: arena.allocate(words)) }

    // MARK: Beginnings

    var first: UInt32 {
        get { UInt32(truncatingIfNeeded: arena[base + 3]) }
        nonmutating set { arena[base + 3] = arena[base + 3] & ~0xFFFF_FFFF | UInt64(newValue) }
    }
    var last: UInt32 {
        get { UInt32(arena[base + 3] >> 32) }
        nonmutating set { arena[base + 3] = arena[base + 3] & 0xFFFF_FFFF | UInt64(newValue) << 32 }
    }
    var count: Int {
        get { Int(arena[base + 4] & 0xFFFF_FFFF) }
        nonmutating set { arena[base + 4] = arena[base + 4] & ~0xFFFF_FFFF | UInt64(newValue) }
    }
    var holders: UInt64 {
        get { arena[base + 6] }
        nonmutating set { arena[base + 6] = newValue }
    }
    var isUnordered: Bool {
        get { arena[base + 5] >> 32 & 1 != 0 }
        nonmutating set { arena[base + 5] = arena[base + 5] & ~(1 << 32) | (newValue ? 1 << 32 : 0) }
    }
    /// The first beginning may lack some of so many entries.
    static let lackingMost = 31

    /// The entries, as bits, that the first beginning does not have, because its oldest partial matches were too many. There
    /// are none where the cohort has more than `lackingMost`.
    var lacking: UInt64 {
        get { arena[base + 5] >> 33 }
        nonmutating set { arena[base + 5] = arena[base + 5] & 0x1_FFFF_FFFF | newValue << 33 }
    }
    /// Whether a beginning has an entry.
    func has(_ entry: Int, _ beginning: UInt32) -> Bool {
        beginning != first || entry >= Cohort.lackingMost || lacking >> UInt64(entry) & 1 == 0
    }
    /// How many partial matches there are.
    var partialCount: Int { count * entryCount - lacking.nonzeroBitCount }
    var signature: UInt64 { arena[base + 7] }

    func beginning(_ handle: UInt32) -> Beginning { Beginning(arena: arena, handle: handle) }
    var firstNumber: UInt64 { beginning(first).number }
    var lastNumber: UInt64 { beginning(last).number }

    /// Puts in the first beginning, whose links the cohort's are.
    func begin(with beginning: Beginning) {
        beginning.joining.up = handle
        (first, last, count, holders) = (beginning.handle, beginning.handle, 1, 1)
    }

    /// Takes out a beginning, which is freed with what only it needed.
    func remove(_ handle: UInt32) {
        let gone = beginning(handle)
        let (before, next) = (gone.before, gone.next)
        if before == 0 {
            first = next
            lacking = 0
        } else {
            beginning(before).next = next
        }
        if next == 0 { last = before } else { beginning(next).before = before }
        count -= 1
        var above = Cohort(arena: arena, handle: gone.joining.up)
        gone.free()
        above.holders -= 1
        while above.holders == 0, above.handle != self.handle {
            let upper = Cohort(arena: arena, handle: above.joining.up)
            above.joining.free()
            arena.free(above.handle, words: Cohort.words)
            upper.holders -= 1
            above = upper
        }
        if before == 0, next != 0 {
            forEachJoining(of: next) { joining in
                joining.cut()
                return true
            }
        }
    }

    /// Goes through where a beginning, and the cohorts that it came with, joined: the last first.
    /// - Parameter body: answers whether to go on.
    private func forEachJoining(of beginning: UInt32, _ body: (_ joining: Joining) -> Bool) {
        // Few joined more than a few times; those are turned round without asking for memory.
        var nearest = InlineArray<8, UInt32>(repeating: 0)
        var others: [UInt32] = []
        var count = 0
        var handle = beginning
        while true {
            if count < 8 { nearest[count] = handle } else { others.append(handle) }
            count += 1
            let up = Joining(arena: arena, handle: handle).up
            if up == self.handle { break }
            handle = up
        }
        for index in (0..<count).reversed() {
            let joining = Joining(arena: arena, handle: index < 8 ? nearest[index] : others[index - 8])
            if !body(joining) { return }
        }
    }

    /// The link that a beginning has really bound last, for one of the entries'.
    func ownLink(_ link: UInt32, of beginning: UInt32) -> UInt32 {
        var link = link
        forEachJoining(of: beginning) { joining in
            guard joining.isJoined else { return true }
            guard joining.knows(link) else { return false }
            link = joining.own(link)
            return true
        }
        return link
    }

    /// The links of all that a beginning has bound, the first one first, for one of the entries' or one bound since.
    func collect(_ links: inout [UInt32], from link: UInt32, of beginning: UInt32) {
        let chains = Chain(arena: arena)
        links.removeAll(keepingCapacity: true)
        var link = link
        forEachJoining(of: beginning) { joining in
            guard joining.isJoined else { return true }
            while !joining.knows(link) {
                links.append(link)
                link = chains.parent(link)
            }
            link = joining.own(link)
            return true
        }
        while link != 0 {
            links.append(link)
            link = chains.parent(link)
        }
        links.reverse()
    }

    /// How many events a beginning has bound, for one of the entries' links. Goes through them all.
    func boundCount(_ link: UInt32, of beginning: UInt32) -> Int {
        let chains = Chain(arena: arena)
        var count = 0
        var link = link
        forEachJoining(of: beginning) { joining in
            guard joining.isJoined else { return true }
            while !joining.knows(link) {
                count += 1
                link = chains.parent(link)
            }
            link = joining.own(link)
            return true
        }
        return count + chains.count(link)
    }

    // MARK: Entries

    var entryCount: Int { Int(arena[base + 4] >> 32) }
    private var entries: UInt32 { UInt32(truncatingIfNeeded: arena[base + 5]) }

    private func place(_ index: Int) -> Int { Arena.word(entries) + index * Cohort.entryWords }
    private static func words(_ count: Int) -> Int { count * entryWords + count * count }

    func situation(_ index: Int) -> Situation {
        let place = place(index)
        return Situation(head: arena[place], waits: arena[place + 1], free: arena[place + 2])
    }

    func link(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: arena[place(index) + 3]) }

    func precedence(_ one: Int, _ other: Int) -> Precedence {
        Precedence(word: arena[place(entryCount) + one * entryCount + other])
    }

    /// The words of the entries' block. Valid until the entries change.
    var entryWords: View<UInt64> { arena.words(at: Arena.word(entries), count: Cohort.words(entryCount)) }

    /// Whether the word at `index` of the block of so many entries is a link.
    @inline(__always)
    static func isLink(_ index: Int, ofEntries count: Int) -> Bool { index & 3 == 3 && index < count * entryWords }

    /// Replaces the links of the entries by others, which it holds from now on; the old ones it holds no more.
    func setLinks(_ links: borrowing Column<UInt32>) {
        for index in 0..<entryCount { arena[place(index) + 3] = UInt64(links[index]) }
    }

    /// Replaces the entries by such as another cohort had, with links that it holds from now on; the old ones it holds no
    /// more.
    /// - Parameters:
    ///   - words: the words of their block; its links do not count.
    ///   - signature: the hash of what the words say.
    func setEntries(as words: View<UInt64>, _ count: Int, signature: UInt64, links: borrowing Column<UInt32>) {
        let old = entryCount
        if old == 0 || count == 0 || Arena.capacity(Cohort.words(old)) != Arena.capacity(Cohort.words(count)) {
            if old > 0 { arena.free(entries, words: Cohort.words(old)) }
            let block = count == 0 ? 0 : arena.allocate(Cohort.words(count))
            arena[base + 5] = arena[base + 5] & ~0xFFFF_FFFF | UInt64(block)
        }
        arena[base + 4] = arena[base + 4] & 0xFFFF_FFFF | UInt64(count) << 32
        arena[base + 7] = signature
        if count == 0 { return }
        arena.store(words, at: Arena.word(entries))
        for index in 0..<count { arena[place(index) + 3] = UInt64(links[index]) }
    }

    /// Replaces the entries, whose links it holds from now on.
    func setEntries(_ new: [Entry], _ precedence: (Int, Int) -> Precedence) {
        let chains = Chain(arena: arena)
        for index in 0..<entryCount { chains.release(link(index)) }
        if entryCount > 0 { arena.free(entries, words: Cohort.words(entryCount)) }
        arena[base + 4] = arena[base + 4] & 0xFFFF_FFFF | UInt64(new.count) << 32
        guard !new.isEmpty else {
            arena[base + 5] &= ~0xFFFF_FFFF
            return
        }
        arena[base + 5] = arena[base + 5] & ~0xFFFF_FFFF | UInt64(arena.allocate(Cohort.words(new.count)))
        var hash: UInt64 = UInt64(new.count)
        func mix(_ word: UInt64) {
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        for (index, entry) in new.enumerated() {
            let place = place(index)
            arena[place] = entry.situation.head
            arena[place + 1] = entry.situation.waits
            arena[place + 2] = entry.situation.free
            arena[place + 3] = UInt64(entry.link)
            mix(entry.situation.head)
            mix(entry.situation.waits)
            mix(entry.situation.free)
        }
        for one in new.indices {
            for other in new.indices {
                let word = one == other ? 0 : precedence(one, other).word
                arena[place(new.count) + one * new.count + other] = word
                mix(word)
            }
        }
        arena[base + 7] = hash
    }

    /// Whether two cohorts are in the same situations, and their partial matches stand to each other in the same way.
    func isLike(_ other: Cohort) -> Bool {
        guard signature == other.signature, entryCount == other.entryCount else { return false }
        return Cohort.isSame(entryWords, other.entryWords, ofEntries: entryCount)
    }

    /// Whether the words of two blocks of so many entries say the same, whatever the links.
    static func isSame(_ one: View<UInt64>, _ other: View<UInt64>, ofEntries count: Int) -> Bool {
        one.holdsSameWords(as: other, butFourthsOf: count * entryWords)
    }

    /// Takes up a cohort like it, all of whose beginnings stand behind its own.
    func take(_ other: Cohort, at number: UInt64) {
        let lone = other.beginning(other.first)
        let isLone = other.count == 1 && lone.joining.up == other.handle && !lone.joining.isJoined
        beginning(last).next = other.first
        lone.before = last
        last = other.last
        count += other.count
        holders += 1
        (isLone ? lone.joining : other.joining).join(self, with: other, at: number)
        // The table holds the links now.
        arena.free(other.entries, words: Cohort.words(other.entryCount))
        arena[other.base + 5] = 0
        if isLone { arena.free(other.handle, words: Cohort.words) }
    }

    /// Frees the block and the entries; its beginnings must be gone.
    func free() {
        setEntries([]) { _, _ in Precedence(word: 0) }
        arena.free(handle, words: Cohort.words)
    }
}
