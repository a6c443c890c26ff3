import Events
import Storage

/// What was chosen for whom, as far as it can still matter.
///
/// Customers are found by 64-bit hashes, confirmed by the id's bytes. Each has one block in an
/// arena: the hash, the lengths, the id, then the choices in the order in which they were made
/// (which is what recency goes by). A choice is of no consequence once it is out of reach of every
/// cap and either another of its action came later, or its cooldown is over and no other action can
/// tie with its own, or it is no longer recent (`Rules.recency`). Such choices are dropped when
/// their customer's block is full, and by a hand that moves on over the table by some places for
/// every choice made, and with time; a customer without choices leaves the table, and the table
/// shrinks again after a crowd.
///
/// Invariant: time never goes back from one call to the next, so that what was dropped would not count again.
/// Cost: a look-up is one hash probe and a pass over the customer's choices. Memory: 24 bytes and a block of
/// 16 + id + 24 per choice (plus up to a third) for each customer with a choice that matters, or whose last one ceased
/// to since the hand came by; the table is at least a third longer than there are customers, and at most eight times
/// as long once the hand has gone round, but never shorter than `ProbeTable` begins.
struct History: ~Copyable {
    // Slot and Visitor are not private: the compiler needs their layout where other files hold a history.
    struct Slot: TableEntry {
        var hash: UInt64 = 0
        /// No choice is of no consequence before this instant.
        var until = Instant.distantPast
        /// The customer's block; 0 where the slot is free.
        var block: UInt32 = 0

        @inline(__always) var isFree: Bool { block == 0 }

        /// Whether there is nothing to let go of; without a branch, since free slots come at random.
        @inline(__always)
        func isResting(at now: Instant) -> Bool { (block == 0 ? .distantFuture : until) > now }
    }

    /// Whom the calls that follow `visit` are about.
    struct Visitor: BitwiseCopyable, Sendable {
        var hash: UInt64 = 0
        var id = View<UInt8>()
        /// The customer's slot, or -1 while there is none.
        var slot = -1
    }

    /// The words before a customer's id: the hash, then the id's length and the number of choices.
    private static let headWords = 2
    /// How many slots the hand passes for each choice made: at eight, the table is gone over before as many choices
    /// were made as an eighth of its slots, so that what waits to be dropped never fills much of it.
    static let sweepLength = 8

    private var memory = ArenaMemory()
    private(set) var arena: Arena
    var slots = ProbeTable<Slot>()
    private var visitor = Visitor()
    var hand = 0
    private var kept: Column<Choice>
    /// For each action, the round in which it was last met while a block was gone through.
    private var lastRound: Column<UInt64>
    private var round: UInt64 = 0
    init(actions: Int) {
        arena = memory.arena
        kept = Column(capacity: 16)
        lastRound = Column<UInt64>(repeating: 0, count: actions)
    }

    /// The words of memory in use for customers' blocks.
    var wordsInUse: Int { arena.wordsInUse }
    /// How many slots the table has.
    var tableSize: Int { slots.placeCount }
    /// How many customers were entered since the beginning.
    var came = 0
    /// How many customers there are.
    var customerCount: Int { slots.count }

    // MARK: The customer at hand

    /// Turns to a customer; `id` must stay in place until the next visit.
    mutating func visit(_ id: View<UInt8>, hash: UInt64) {
        let slot = slots.find(hash) { self.id(of: $0.block).holdsSameBytes(as: id) }
        visitor = Visitor(hash: hash, id: id, slot: slot)
    }

    /// The choices of the customer that are remembered, in the order in which they were made. Valid until the history
    /// changes.
    var choices: View<Choice> { visitor.slot < 0 ? View() : choices(of: slots[visitor.slot].block) }

    /// Remembers a choice for the customer, unless it is of no consequence at all.
    mutating func record(_ choice: Choice, _ rules: borrowing Rules) {
        let end = rules.end(of: choice, isLast: true)
        if end <= choice.time { return }
        if visitor.slot < 0 {
            enter(choice, until: end)
        } else {
            add(choice, until: end, rules)
        }
    }

    private mutating func enter(_ choice: Choice, until end: Instant) {
        let words = blockWords(idCount: visitor.id.count, choices: 1)
        let block = arena.allocate(words)
        let word = Arena.word(block)
        arena[word] = visitor.hash
        arena.store(visitor.id, at: word + History.headWords)
        setCounts(block, idCount: visitor.id.count, choices: 0)
        append(choice, to: block)
        came += 1
        visitor.slot = slots.insert(Slot(hash: visitor.hash, until: end, block: block))
    }

    private mutating func add(_ choice: Choice, until end: Instant, _ rules: borrowing Rules) {
        var slot = slots[visitor.slot]
        let past = choices
        let room = Arena.capacity(blockWords(slot.block, choices: past.count))
        if slot.until > choice.time, blockWords(slot.block, choices: past.count + 1) <= room {
            // What this choice takes the place of may matter to caps only from now on.
            var index = choice.kind == .contact ? -1 : past.count - 1
            while index >= 0, past[index].action != choice.action || past[index].kind == .contact { index -= 1 }
            if index >= 0 { slot.until = min(slot.until, rules.endOfCaps(past[index])) }
            append(choice, to: slot.block)
            slot.until = min(slot.until, end)
            slots[visitor.slot] = slot
            return
        }
        sift(slot.block, with: choice, rules, now: choice.time)
        slots[visitor.slot] = rewritten(slot, rules)
    }

    /// A customer by what it is kept under.
    struct Named {
        var id: View<UInt8>
        var hash: UInt64
    }

    /// Has one customer's choices be another's, each at its time. Ends the visit.
    mutating func merge(_ other: Named, into customer: Named, _ rules: borrowing Rules) {
        defer { visitor = Visitor() }
        var all = forget(other)
        visit(customer.id, hash: customer.hash)
        for index in 0..<choices.count { all.append(choices[index]) }
        guard let first = all.first else { return }
        if visitor.slot < 0 { enter(first, until: .distantPast) }
        // Of one time, those that were the customer's own come last.
        let sorted = all.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        kept.truncate(to: 0)
        for (_, choice) in sorted.reversed() { kept.append(choice) }
        slots[visitor.slot] = rewritten(slots[visitor.slot], rules)
    }

    /// Forgets a customer; answers what was chosen for it. Ends the visit.
    @discardableResult
    mutating func forget(_ customer: Named) -> [Choice] {
        visit(customer.id, hash: customer.hash)
        defer { visitor = Visitor() }
        guard visitor.slot >= 0 else { return [] }
        var all: [Choice] = []
        for index in 0..<choices.count { all.append(choices[index]) }
        let gone = slots[visitor.slot].block
        arena.free(gone, words: blockWords(gone, choices: choiceCount(gone)))
        slots.remove(visitor.slot)
        return all
    }

    // MARK: Forgetting

    /// Moves the hand on and drops what is of no consequence at `now`. Ends the visit.
    mutating func forget(_ rules: borrowing Rules, now: Instant, places: Int = History.sweepLength) {
        visitor = Visitor()
        var left = places
        while left > 0 {
            let idle = slots.passed(from: hand, most: left) { $0.isResting(at: now) }
            hand += idle
            left -= idle
            if left == 0 { return }
            left -= 1
            let slot = slots[hand]
            if slot.block != 0, slot.until <= now {
                sift(slot.block, with: nil, rules, now: now)
                if kept.isEmpty {
                    arena.free(slot.block, words: blockWords(slot.block, choices: choiceCount(slot.block)))
                    slots.remove(hand)
                    continue
                }
                slots[hand] = rewritten(slot, rules)
            }
            hand = slots.step(from: hand)
        }
    }

    /// Leaves in `kept` what still matters of a block's choices, with another one after them.
    private mutating func sift(_ block: UInt32, with another: Choice?, _ rules: borrowing Rules, now: Instant) {
        kept.truncate(to: 0)
        round += 1
        if let another {
            kept.append(another)
            if another.kind != .contact { lastRound[Int(another.action)] = round }
        }
        let past = choices(of: block)
        var index = past.count
        while index > 0 {
            index -= 1
            let choice = past[index]
            let isLast = isLast(choice)
            if rules.end(of: choice, isLast: isLast) > now { kept.append(choice) }
        }
    }

    /// Whether a choice is the last of its action, where they are gone through from the latest on.
    private mutating func isLast(_ choice: Choice) -> Bool {
        if choice.kind == .contact { return false }
        defer { lastRound[Int(choice.action)] = round }
        return lastRound[Int(choice.action)] != round
    }

    /// Puts what `sift` left, latest first, into the customer's block, or into one of a better size.
    private mutating func rewritten(_ slot: Slot, _ rules: borrowing Rules) -> Slot {
        var slot = slot
        let old = slot.block
        let oldWords = blockWords(old, choices: choiceCount(old))
        let words = blockWords(old, choices: kept.count)
        if Arena.capacity(words) != Arena.capacity(oldWords) {
            slot.block = arena.allocate(words)
            arena[Arena.word(slot.block)] = slot.hash
            arena.store(id(of: old), at: Arena.word(slot.block) + History.headWords)
            setCounts(slot.block, idCount: id(of: old).count, choices: 0)
            arena.free(old, words: oldWords)
        } else {
            setCounts(old, idCount: id(of: old).count, choices: 0)
        }
        slot.until = .distantFuture
        round += 1
        for index in 0..<kept.count {
            let isLast = isLast(kept[index])
            slot.until = min(slot.until, rules.end(of: kept[index], isLast: isLast))
        }
        var index = kept.count
        while index > 0 {
            index -= 1
            append(kept[index], to: slot.block)
        }
        return slot
    }

    /// Drops all that is of no consequence at `now`: where rules are to change, what is remembered
    /// must not depend on how far the hand has come. Ends the visit.
    mutating func forgetAll(_ rules: borrowing Rules, now: Instant) {
        // Places may be passed twice where others leave; what is left is looked at again for nothing.
        forget(rules, now: now, places: 2 * slots.placeCount)
    }

    // MARK: Another history

    mutating func swapMemory(with other: inout History) {
        swap(&memory, &other.memory)
        arena = memory.arena
        other.arena = other.memory.arena
    }

    /// Gives a block's choices the numbers of other rules; answers the instant before which none of them is of no
    /// consequence.
    mutating func renumber(
        _ block: UInt32, _ actions: [Int32], _ channels: [Int32], _ rules: borrowing Rules
    ) -> Instant {
        var until = Instant.distantFuture
        round += 1
        var index = choiceCount(block)
        while index > 0 {
            index -= 1
            var choice = choices(of: block)[index]
            choice.action = actions[Int(choice.action)]
            choice.channel = choice.channel < 0 ? Rules.none : channels[Int(choice.channel)]
            put(choice, at: firstChoice(block) + Choice.wordCount * index)
            let isLast = isLast(choice)
            until = min(until, rules.end(of: choice, isLast: isLast))
        }
        return until
    }

    // MARK: Blocks

    private func blockWords(idCount: Int, choices: Int) -> Int {
        History.headWords &+ (idCount &+ 7) / 8 &+ Choice.wordCount &* choices
    }

    private func blockWords(_ block: UInt32, choices: Int) -> Int {
        blockWords(idCount: idCount(block), choices: choices)
    }

    private func idCount(_ block: UInt32) -> Int {
        Int(UInt32(truncatingIfNeeded: arena[Arena.word(block) &+ 1]))
    }

    private func choiceCount(_ block: UInt32) -> Int { Int(arena[Arena.word(block) &+ 1] >> 32) }

    private func setCounts(_ block: UInt32, idCount: Int, choices: Int) {
        arena[Arena.word(block) + 1] = UInt64(idCount) | UInt64(choices) << 32
    }

    private func id(of block: UInt32) -> View<UInt8> {
        arena.bytes(at: Arena.word(block) &+ History.headWords, count: idCount(block))
    }

    private func firstChoice(_ block: UInt32) -> Int {
        Arena.word(block) &+ History.headWords &+ (idCount(block) &+ 7) / 8
    }

    private func choices(of block: UInt32) -> View<Choice> {
        arena.elements(at: firstChoice(block), count: choiceCount(block), as: Choice.self)
    }

    private func append(_ choice: Choice, to block: UInt32) {
        let count = choiceCount(block)
        put(choice, at: firstChoice(block) + Choice.wordCount * count)
        setCounts(block, idCount: idCount(block), choices: count + 1)
    }

    private func put(_ choice: Choice, at word: Int) {
        let words = choice.words
        for index in words.indices { arena[word + index] = words[index] }
    }
}
