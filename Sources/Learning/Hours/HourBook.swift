package import Events
import Glibc
package import Storage

/// At which hours of their own day customers look at channels.
///
/// For each customer and rule it has how many events came in each of the 24 local hours, and the same for all customers
/// together. Counts fade: λ = 2^(−Δt / half-life). Where the last event is `memory` half-lives old, all before it counts
/// for nothing any more, whether a hand has come by or not. How good an hour is:
///
/// p_h = (Σ_j K(h − j) λ n_j + κ π_h) / (λ n + κ), K = ¼ ½ ¼ around the clock, π_h the share of all customers' events in
/// that hour, or 1/24 while there are none.
///
/// Cost: a look-up and 24 steps; 32 bytes for a customer and rule, the id, and eight for each hour in which it looked.
package struct HourBook: ~Copyable {
    // Slot and Tally are not private: the compiler needs their layout where other files hold a book.
    struct Slot: TableEntry {
        var hash: UInt64 = 0
        /// The customer's block; 0 where the slot is free.
        var block: UInt32 = 0
        private var unused: UInt32 = 0

        init(hash: UInt64, block: UInt32) { (self.hash, self.block) = (hash, block) }

        @inline(__always) var isFree: Bool { block == 0 }
    }

    /// Events by hour, as they count at a time.
    struct Tally: BitwiseCopyable, Sendable {
        var counts = InlineArray<24, Double>(repeating: 0)
        var time = Instant.distantPast

        var sum: Double {
            var sum = 0.0
            for hour in 0..<24 { sum += counts[hour] }
            return sum
        }
    }

    /// How many half-lives behind the last event all is forgotten.
    package static let memory: Int64 = 10
    /// How many rules there may be.
    package static let limit = 64
    /// The words before a customer's id: its length, the hours and the rule in one, and the time.
    private static let headWords = 2
    /// How many slots the hand passes for each event that is counted.
    private static let sweepLength = 8

    private var storage = ArenaMemory()
    private(set) var arena: Arena
    private var slots = ProbeTable<Slot>()
    private var hand = 0
    private var pace = HandPace()
    /// By rule: all customers' events, and how many customers there are.
    private(set) var totals: [Tally]
    private var counts: [Int]
    private let plans: [HourPlan]

    /// A book without events.
    package init(_ plans: [HourPlan]) {
        arena = storage.arena
        self.plans = plans
        totals = [Tally](repeating: Tally(), count: plans.count)
        counts = [Int](repeating: 0, count: plans.count)
    }

    /// How many customers there are.
    package var customerCount: Int { counts.max() ?? 0 }
    /// The bytes of memory in use.
    package var bytes: Int { arena.wordsInUse * 8 + slots.count * MemoryLayout<Slot>.stride }

    // MARK: Counting

    /// Counts an event of a customer in an hour of its day. Time never goes back from one call to the next.
    package mutating func note(_ rule: Int, of customer: View<UInt8>, hash: UInt64, hour: Int, at time: Instant) {
        var all = totals[rule]
        fade(&all, rule, to: time)
        all.counts[hour] += 1
        totals[rule] = all
        let place = place(rule, customer, hash)
        var tally = place < 0 ? Tally() : self.tally(slots[place].block)
        fade(&tally, rule, to: time)
        tally.counts[hour] += 1
        put(tally, rule, customer, hash, at: place)
        forget(places: HourBook.sweepLength, now: time)
    }

    private func fade(_ tally: inout Tally, _ rule: Int, to time: Instant) {
        let left = left(since: tally.time, rule, at: time)
        if left != 1 { for hour in 0..<24 { tally.counts[hour] *= left } }
        tally.time = max(tally.time, time)
    }

    /// What is left of a count by now.
    private func left(since then: Instant, _ rule: Int, at time: Instant) -> Double {
        if then == .distantPast { return 0 }
        let (passed, life) = (time.since(then), plans[rule].halfLife)
        if passed <= 0 { return 1 }
        return passed / HourBook.memory >= life ? 0 : exp2(-Double(passed) / Double(life))
    }

    // MARK: Asking

    /// How good each hour of the day is for a customer.
    package func shares(
        _ rule: Int, of customer: View<UInt8>, hash: UInt64, at time: Instant
    ) -> InlineArray<24, Double> {
        let (strength, all) = (plans[rule].strength, totals[rule])
        let whole = left(since: all.time, rule, at: time) > 0 ? all.sum : 0
        let place = place(rule, customer, hash)
        var own = place < 0 ? Tally() : tally(slots[place].block)
        fade(&own, rule, to: time)
        let weight = own.sum + strength
        var shares = InlineArray<24, Double>(repeating: 0)
        for hour in 0..<24 {
            let near = 0.25 * (own.counts[(hour + 23) % 24] + own.counts[(hour + 1) % 24]) + 0.5 * own.counts[hour]
            let usual = whole > 0 ? all.counts[hour] / whole : 1 / 24
            shares[hour] = (near + strength * usual) / weight
        }
        return shares
    }

    // MARK: Merging and forgetting

    /// Has what one customer did count as done by another.
    package mutating func merge(_ other: View<UInt8>, otherHash: UInt64, into customer: View<UInt8>, hash: UInt64) {
        for rule in plans.indices {
            let from = place(rule, other, otherHash)
            guard from >= 0 else { continue }
            var tally = tally(slots[from].block)
            remove(at: from, rule)
            let to = place(rule, customer, hash)
            if to >= 0 {
                var own = self.tally(slots[to].block)
                let time = max(own.time, tally.time)
                fade(&own, rule, to: time)
                fade(&tally, rule, to: time)
                for hour in 0..<24 { tally.counts[hour] += own.counts[hour] }
            }
            put(tally, rule, customer, hash, at: to)
        }
    }

    /// Forgets a customer. The sums of all customers, which name nobody, stay.
    package mutating func forget(_ customer: View<UInt8>, hash: UInt64) {
        for rule in plans.indices {
            let place = place(rule, customer, hash)
            if place >= 0 { remove(at: place, rule) }
        }
    }

    /// Notes that time has come so far, and lets go of some of what is over.
    package mutating func pass(to now: Instant) {
        if plans.isEmpty { return }
        let places = pace.places(of: slots.placeCount, at: now)
        if places > 0 { forget(places: places, now: now) }
    }

    private mutating func forget(places: Int, now: Instant) {
        for _ in 0..<places {
            let block = slots[hand].block
            if block != 0, left(since: time(block), rule(block), at: now) == 0 {
                remove(at: hand, rule(block))
                continue
            }
            hand = slots.step(from: hand)
        }
    }

    // MARK: Blocks

    /// A customer may stand in the table once for each rule.
    private func mixed(_ hash: UInt64, _ rule: Int) -> UInt64 { hash ^ UInt64(rule) &* 0x9E37_79B9_7F4A_7C15 }

    private func place(_ rule: Int, _ customer: View<UInt8>, _ hash: UInt64) -> Int {
        slots.find(mixed(hash, rule)) { self.rule($0.block) == rule && id(of: $0.block).holdsSameBytes(as: customer) }
    }

    private func head(_ block: UInt32) -> UInt64 { arena[Arena.word(block)] }
    private func idCount(_ block: UInt32) -> Int { Int(UInt32(truncatingIfNeeded: head(block))) }
    private func hours(_ block: UInt32) -> UInt64 { head(block) >> 32 & 0xFF_FFFF }
    private func rule(_ block: UInt32) -> Int { Int(head(block) >> 56) }
    private func time(_ block: UInt32) -> Instant {
        Instant(microseconds: Int64(bitPattern: arena[Arena.word(block) + 1]))
    }
    private func id(of block: UInt32) -> View<UInt8> {
        arena.bytes(at: Arena.word(block) + HourBook.headWords, count: idCount(block))
    }
    private func words(idCount: Int, hours: UInt64) -> Int {
        HourBook.headWords + (idCount + 7) / 8 + hours.nonzeroBitCount
    }
    private func words(_ block: UInt32) -> Int { words(idCount: idCount(block), hours: hours(block)) }

    private func tally(_ block: UInt32) -> Tally {
        var tally = Tally()
        tally.time = time(block)
        var word = Arena.word(block) + HourBook.headWords + (idCount(block) + 7) / 8
        for hour in 0..<24 where hours(block) >> UInt64(hour) & 1 == 1 {
            tally.counts[hour] = Double(bitPattern: arena[word])
            word += 1
        }
        return tally
    }

    /// Keeps what a customer did: in its block, or in one of a better size.
    private mutating func put(_ tally: Tally, _ rule: Int, _ customer: View<UInt8>, _ hash: UInt64, at place: Int) {
        var hours: UInt64 = 0
        for hour in 0..<24 where tally.counts[hour] > 0 { hours |= 1 << UInt64(hour) }
        let size = words(idCount: customer.count, hours: hours)
        var block = place < 0 ? 0 : slots[place].block
        if block == 0 || Arena.capacity(words(block)) != Arena.capacity(size) {
            let new = arena.allocate(size)
            arena.store(customer, at: Arena.word(new) + HourBook.headWords)
            if block != 0 { arena.free(block, words: words(block)) }
            block = new
        }
        arena[Arena.word(block)] = UInt64(customer.count) | hours << 32 | UInt64(rule) << 56
        arena[Arena.word(block) + 1] = UInt64(bitPattern: tally.time.microseconds)
        var word = Arena.word(block) + HourBook.headWords + (customer.count + 7) / 8
        for hour in 0..<24 where tally.counts[hour] > 0 {
            arena[word] = tally.counts[hour].bitPattern
            word += 1
        }
        if place >= 0 {
            slots[place].block = block
        } else {
            counts[rule] += 1
            slots.insert(Slot(hash: mixed(hash, rule), block: block))
        }
    }

    private mutating func remove(at place: Int, _ rule: Int) {
        let block = slots[place].block
        arena.free(block, words: words(block))
        slots.remove(place)
        counts[rule] -= 1
    }

    // MARK: Snapshots and reloads

    /// Puts the book into an image, which looks at its memory: nothing may change until it is written.
    package func add(to image: StateImage) {
        image.put(label: "hours")
        image.put(counts)
        image.put(hand)
        image.put(pace.since)
        for tally in totals {
            image.put(tally.time)
            image.put((0..<24).map { Int(Int64(bitPattern: tally.counts[$0].bitPattern)) })
        }
        slots.add(to: image)
        arena.add(to: image)
    }

    /// Makes a new book what an image says that was made under the same rules.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        try reader.expect(label: "hours")
        counts = try reader.numbers(counts.count)
        let hand = try reader.number()
        pace = HandPace(since: try reader.instant())
        for rule in totals.indices {
            totals[rule].time = try reader.instant()
            let words = try reader.numbers(24)
            for hour in 0..<24 {
                totals[rule].counts[hour] = Double(bitPattern: UInt64(bitPattern: Int64(words[hour])))
            }
        }
        slots = try ProbeTable<Slot>(from: reader)
        guard slots.count == counts.reduce(0, +) else {
            throw .unfit("the table of hours has not as many as it should")
        }
        self.hand = slots.near(hand)
        try arena.restore(from: reader)
    }

    /// Goes on with what another book counted by rules that count alike; the rest is lost.
    package mutating func takeOver(_ old: borrowing HourBook) {
        let heirs = old.plans.map { plan in plans.firstIndex { $0.counts(like: plan) } }
        for (rule, heir) in heirs.enumerated() { if let heir { totals[heir] = old.totals[rule] } }
        pace = old.pace
        var kept: [(slot: Slot, rule: Int)] = []
        old.slots.forEach { slot in if let heir = heirs[old.rule(slot.block)] { kept.append((slot, heir)) } }
        for (slot, heir) in kept {
            let customer = old.id(of: slot.block)
            put(
                old.tally(slot.block), heir, customer, old.mixed(slot.hash, old.rule(slot.block)),
                at: place(heir, customer, old.mixed(slot.hash, old.rule(slot.block))))
        }
    }
}
