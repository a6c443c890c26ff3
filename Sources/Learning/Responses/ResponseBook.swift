package import Events
package import Storage

/// The decisions of which something may still come, the outcomes that still matter, and what is due of either.
///
/// Customers are found by 64-bit hashes, confirmed by the id's bytes. Each has a list of open decisions, at most
/// `openLimit`, and one of past outcomes, at most `pastLimit`; where one more comes, the oldest goes, and is counted. A
/// customer with neither leaves the table, as its last deadline passes. Time never goes back from one call to the next.
///
/// Cost: a look-up and a pass over the customer's lists for each outcome; 56 bytes for an open decision, 32 for a past
/// outcome and for each deadline, 24 and the id for a customer.
package struct ResponseBook: ~Copyable {
    // Slot is not private: the compiler needs its layout where other files hold a book.
    struct Slot: TableEntry {
        var hash: UInt64 = 0
        /// The block with the id; 0 where the slot is free.
        var block: UInt32 = 0
        /// The newest of the open decisions and of the past outcomes; 0 for none.
        var open: UInt32 = 0
        var past: UInt32 = 0
        private var unused: UInt32 = 0

        init(hash: UInt64, block: UInt32) { (self.hash, self.block) = (hash, block) }

        @inline(__always) var isFree: Bool { block == 0 }
    }

    /// Where an outcome belongs.
    package enum Attribution: Sendable {
        /// To an open decision, under this handle.
        case decision(UInt32)
        /// To one that has such an outcome already.
        case repeated
        /// To none that is known of this customer and still open for it.
        case unattributed
    }

    /// Of which decision an event speaks.
    package enum Reference: BitwiseCopyable, Sendable {
        case none
        case decision(UInt64)
        /// Of one that is none of ours.
        case foreign
    }

    /// What has come due.
    package enum Due: Sendable {
        /// An open decision was ignored; its handle. Nothing else has become of it.
        case ignored(UInt32)
        /// A trial came to nothing in its time; its handle.
        case lapsed(UInt32)
        /// An open decision is over; it is forgotten as soon as the next is asked for.
        case over(OpenDecision)
    }

    /// How many decisions of one customer may be open.
    package static let openLimit = 16
    /// How many outcomes of one customer are remembered.
    package static let pastLimit = 256

    private var memory = ArenaMemory()
    private(set) var arena: Arena
    var slots = ProbeTable<Slot>()
    var open = Slab<OpenDecision>()
    var past = Slab<PastOutcome>()
    var due = DueQueue()
    package let terms: ResponseTerms
    /// How many open decisions gave their place to newer ones, and how many past outcomes.
    package internal(set) var displaced = 0
    package internal(set) var forgotten = 0

    /// A book without decisions.
    package init(_ terms: ResponseTerms) {
        self.terms = terms
        arena = memory.arena
    }

    package var customerCount: Int { slots.count }
    /// How many decisions are open.
    package var openCount: Int { open.count }
    /// The bytes of memory in use.
    package var bytes: Int { open.bytes + past.bytes + due.bytes + arena.wordsInUse * 8 }

    // MARK: Customers

    func place(_ customer: View<UInt8>, _ hash: UInt64) -> Int {
        slots.find(hash) { id(of: $0.block).holdsSameBytes(as: customer) }
    }

    mutating func entered(_ customer: View<UInt8>, _ hash: UInt64) -> Int {
        let known = place(customer, hash)
        if known >= 0 { return known }
        let block = arena.allocate(1 + (customer.count + 7) / 8)
        arena[Arena.word(block)] = UInt64(customer.count)
        arena.store(customer, at: Arena.word(block) + 1)
        return slots.insert(Slot(hash: hash, block: block))
    }

    private func id(of block: UInt32) -> View<UInt8> {
        arena.bytes(at: Arena.word(block) + 1, count: Int(arena[Arena.word(block)]))
    }

    /// The customer that something came due for, by the place that `nextDue` answered. Valid until the book changes.
    package func customer(at place: Int) -> View<UInt8> { id(of: slots[place].block) }

    mutating func leave(_ place: Int) {
        let slot = slots[place]
        guard slot.open == 0, slot.past == 0 else { return }
        arena.free(slot.block, words: 1 + (Int(arena[Arena.word(slot.block)]) + 7) / 8)
        slots.remove(place)
    }

    // MARK: Decisions

    /// Notes that a decision was made of which something may come. It is the customer's newest.
    /// - Parameters:
    ///   - notes: the values by which budgets count, kept until it is seen.
    ///   - features: what the propensity is learnt by.
    /// - Returns: the decision whose place it took.
    @discardableResult
    package mutating func open(
        _ decision: OpenDecision, of customer: View<UInt8>, hash: UInt64, notes: [[UInt8]?] = [],
        features: [FTRL.Feature] = []
    ) -> OpenDecision? {
        var decision = decision
        decision.end = terms.end(ofDecisionAt: decision.time)
        guard decision.end > decision.time else { return nil }
        let place = entered(customer, hash)
        decision.serial = due.order
        if !notes.isEmpty { decision.notes = note(notes) }
        if !features.isEmpty { decision.features = keep(features) }
        if decision.settleBy < decision.end { due.put(decision.settleBy, customer: hash, decision: decision.id) }
        decision.older = slots[place].open
        slots[place].open = open.insert(decision)
        due.put(decision.end, customer: hash, decision: decision.id)
        if terms.ignoredAfter > 0, !terms.runsFromImpression {
            due.put(decision.time.advanced(by: terms.ignoredAfter), customer: hash, decision: decision.id)
        }
        return displaceOldest(of: place)
    }

    private mutating func displaceOldest(of place: Int) -> OpenDecision? {
        var (handle, count) = (slots[place].open, 1)
        while open[handle].older != 0 {
            handle = open[handle].older
            count += 1
        }
        guard count > ResponseBook.openLimit else { return nil }
        displaced += 1
        let oldest = open[handle]
        close(handle, of: place)
        return oldest
    }

    /// The decision under a handle.
    package func decision(_ handle: UInt32) -> OpenDecision { open[handle] }

    /// Says to which decision an outcome of an event at `time` belongs: to the one that it names, else to the customer's
    /// newest that is still open for it.
    package func attribution(
        of outcome: Outcome, to reference: Reference, of customer: View<UInt8>, hash: UInt64, at time: Instant
    ) -> Attribution {
        let place = place(customer, hash)
        guard place >= 0 else { return .unattributed }
        var handle = slots[place].open
        while handle != 0 {
            let decision = open[handle]
            let isInTime = time >= decision.time && time < decision.time.advanced(by: terms[outcome])
            switch reference {
            case .foreign: return .unattributed
            case .decision(let id):
                if decision.id == id {
                    if decision.has(outcome) { return .repeated }
                    return isInTime ? .decision(handle) : .unattributed
                }
            case .none:
                if isInTime, !decision.has(outcome) { return .decision(handle) }
            }
            handle = decision.older
        }
        return .unattributed
    }

    /// Notes an outcome of an open decision, which has had none of its kind.
    package mutating func note(_ outcome: Outcome, of handle: UInt32, hash: UInt64, at time: Instant) {
        open[handle].outcomes |= outcome.bit
        guard outcome == .impression else { return }
        open[handle].seen = time
        open[handle].isPending = false
        guard terms.ignoredAfter > 0, terms.runsFromImpression else { return }
        let dueAt = time.advanced(by: terms.ignoredAfter)
        due.put(dueAt, customer: hash, decision: open[handle].id)
        if dueAt > open[handle].end {
            open[handle].end = dueAt
            due.put(dueAt, customer: hash, decision: open[handle].id)
        }
    }

    mutating func close(_ handle: UInt32, of place: Int) {
        unlink(handle, of: place)
        if open[handle].notes != 0 { freeNotes(open[handle].notes) }
        if open[handle].features != 0 {
            arena.free(open[handle].features, words: 1 + Int(arena[Arena.word(open[handle].features)]))
        }
        open.remove(handle)
    }

    private mutating func unlink(_ handle: UInt32, of place: Int) {
        if slots[place].open == handle {
            slots[place].open = open[handle].older
            return
        }
        var above = slots[place].open
        while open[above].older != handle { above = open[above].older }
        open[above].older = open[handle].older
    }

    // MARK: Time

    /// When something is due next; the distant future where nothing is.
    package var next: Instant { due.next }

    /// Takes the next thing that is due up to `time`, with its instant and the place of its customer; nil where nothing is
    /// left. What was remembered for so long is forgotten on the way.
    package mutating func nextDue(upTo time: Instant) -> (due: Due, at: Instant, place: Int, hash: UInt64)? {
        while due.next <= time, due.next != .distantFuture {
            let entry = due.take()
            if entry.decision == 0 {
                forgetPast(of: entry.customer, at: entry.time)
                continue
            }
            let place = slots.find(entry.customer) { self.handle(of: entry.decision, in: $0) != 0 }
            guard place >= 0 else { continue }
            let handle = handle(of: entry.decision, in: slots[place])
            let decision = open[handle]
            if isIgnored(decision, at: entry.time) {
                open[handle].outcomes |= Outcome.ignored.bit
                // It is over at this instant, or later; what is due of that stands in the queue by itself.
                if decision.end <= entry.time { due.put(entry.time, customer: entry.customer, decision: decision.id) }
                return (.ignored(handle), entry.time, place, entry.customer)
            }
            if decision.isTrial, decision.settleBy <= entry.time {
                open[handle].isSettled = true
                if decision.end <= entry.time { due.put(entry.time, customer: entry.customer, decision: decision.id) }
                return (.lapsed(handle), entry.time, place, entry.customer)
            }
            guard decision.end <= entry.time else { continue }
            return (.over(decision), entry.time, place, entry.customer)
        }
        return nil
    }

    private func isIgnored(_ decision: OpenDecision, at time: Instant) -> Bool {
        guard terms.ignoredAfter > 0, !decision.has(.ignored), decision.outcomes & Outcome.answers == 0
        else { return false }
        let start = terms.runsFromImpression ? decision.seen : decision.time
        return start != .distantFuture && start.advanced(by: terms.ignoredAfter) <= time
    }

    /// Forgets a decision that is over.
    package mutating func close(_ decision: OpenDecision, at place: Int) {
        let handle = handle(of: decision.id, in: slots[place])
        precondition(handle != 0, "a decision that is over is still there")
        close(handle, of: place)
        leave(place)
    }

    private func handle(of decision: UInt64, in slot: Slot) -> UInt32 {
        var handle = slot.open
        while handle != 0, open[handle].id != decision { handle = open[handle].older }
        return handle
    }

    // MARK: Past outcomes

    /// Remembers an outcome for as long as it matters.
    package mutating func remember(_ outcome: PastOutcome, of customer: View<UInt8>, hash: UInt64) {
        guard outcome.until > outcome.time else { return }
        let place = entered(customer, hash)
        remember(outcome, at: place, hash: hash)
    }

    /// Remembers an outcome of the customer at a place.
    package mutating func remember(_ outcome: PastOutcome, at place: Int, hash: UInt64) {
        guard outcome.until > outcome.time else { return }
        var outcome = outcome
        outcome.older = slots[place].past
        slots[place].past = past.insert(outcome)
        due.put(outcome.until, customer: hash, decision: 0)
        var (handle, count) = (slots[place].past, 0)
        var newer: UInt32 = 0
        while handle != 0 {
            count += 1
            if count > ResponseBook.pastLimit {
                forgotten += 1
                past[newer].older = past[handle].older
                past.remove(handle)
                return
            }
            newer = handle
            handle = past[handle].older
        }
    }

    /// Gives what is remembered of a customer's outcomes to `body`, the newest first, until that answers false.
    package func forEachPast(of customer: View<UInt8>, hash: UInt64, _ body: (PastOutcome) -> Bool) {
        let place = place(customer, hash)
        guard place >= 0 else { return }
        var handle = slots[place].past
        while handle != 0, body(past[handle]) { handle = past[handle].older }
    }

    /// Forgets what is of no consequence any more at `time`, of all customers of a hash.
    private mutating func forgetPast(of hash: UInt64, at time: Instant) {
        var places: [Int] = []
        slots.forEach(of: hash) { slot, place in if slot.past != 0 { places.append(place) } }
        // From the last on: a place that is freed lets only those behind it move up.
        for place in places.reversed() {
            var (handle, newer) = (slots[place].past, UInt32(0))
            while handle != 0 {
                let older = past[handle].older
                if past[handle].until <= time {
                    if newer == 0 { slots[place].past = older } else { past[newer].older = older }
                    past.remove(handle)
                } else {
                    newer = handle
                }
                handle = older
            }
            leave(place)
        }
    }

    // MARK: Notes

    /// Keeps values in one block: how many bytes it has, then each value with its length, that of nil being all ones.
    private mutating func note(_ values: [[UInt8]?]) -> UInt32 {
        var bytes: [UInt8] = []
        for value in values {
            let count = value.map { UInt32($0.count) } ?? .max
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: count >> UInt32(shift)))
            }
            bytes += value ?? []
        }
        let block = arena.allocate(1 + (bytes.count + 7) / 8)
        arena[Arena.word(block)] = UInt64(bytes.count)
        View.of(bytes) { arena.store($0, at: Arena.word(block) + 1) }
        return block
    }

    private func freeNotes(_ block: UInt32) {
        arena.free(block, words: 1 + (Int(arena[Arena.word(block)]) + 7) / 8)
    }

    private mutating func keep(_ features: [FTRL.Feature]) -> UInt32 {
        let block = arena.allocate(1 + features.count)
        arena[Arena.word(block)] = UInt64(features.count)
        for (index, feature) in features.enumerated() { arena[Arena.word(block) + 1 + index] = feature.word }
        return block
    }

    /// The features that were kept with a decision.
    package func features(of handle: UInt32) -> [FTRL.Feature] {
        guard open[handle].features != 0 else { return [] }
        let word = Arena.word(open[handle].features)
        return (0..<Int(arena[word])).map { FTRL.Feature(word: arena[word + 1 + $0]) }
    }

    /// Notes that what came of a trial is settled.
    package mutating func settle(_ handle: UInt32) { open[handle].isSettled = true }

    /// The values by which budgets count that were noted with a decision.
    package func notes(of handle: UInt32) -> [[UInt8]?] {
        guard open[handle].notes != 0 else { return [] }
        let bytes = id(of: open[handle].notes)
        var values: [[UInt8]?] = []
        var index = 0
        while index + 4 <= bytes.count {
            var count: UInt32 = 0
            for place in 0..<4 { count |= UInt32(bytes[index + place]) << UInt32(8 * place) }
            index += 4
            guard count != .max else {
                values.append(nil)
                continue
            }
            values.append(bytes[index..<index + Int(count)].copied)
            index += Int(count)
        }
        return values
    }

    // MARK: Snapshots and reloads

    /// Puts the book into an image, which looks at its memory: nothing may change until it is written.
    package func add(to image: StateImage) {
        image.put(label: "responses")
        image.put(displaced)
        image.put(forgotten)
        slots.add(to: image)
        open.add(to: image)
        past.add(to: image)
        due.add(to: image)
        arena.add(to: image)
    }

    /// Makes a new book what an image says.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        try reader.expect(label: "responses")
        displaced = try reader.number()
        forgotten = try reader.number()
        slots = try ProbeTable<Slot>(from: reader)
        try open.restore(from: reader)
        try past.restore(from: reader)
        try due.restore(from: reader)
        try arena.restore(from: reader)
    }

    /// Takes over another book, in which actions and channels had other numbers and outcomes other terms: what is open stays
    /// open for as long as it may take now. A channel that is gone is none.
    /// - Parameters:
    ///   - trial: where what comes of a decision is learnt now, and until when; nil where it is no trial any more.
    ///   - keeps: until when a past outcome matters now.
    package mutating func takeOver(
        _ old: inout ResponseBook, actions: [Int32], channels: [Int32], now: Instant,
        trial: (OpenDecision) -> (cell: Int32, settleBy: Instant)?,
        keeps: (PastOutcome) -> Instant
    ) {
        swap(&memory, &old.memory)
        arena = memory.arena
        old.arena = old.memory.arena
        swap(&slots, &old.slots)
        swap(&open, &old.open)
        swap(&past, &old.past)
        (displaced, forgotten) = (old.displaced, old.forgotten)
        // In an order that does not depend on where things lie: of one instant, what is due comes in this order.
        var customers: [Slot] = []
        slots.forEach { customers.append($0) }
        customers.sort { id(of: $0.block).copied.lexicographicallyPrecedes(id(of: $1.block).copied) }
        var decisions: [(handle: UInt32, serial: UInt64, customer: UInt64)] = []
        for slot in customers {
            var handle = slot.open
            while handle != 0 {
                decisions.append((handle, open[handle].serial, slot.hash))
                handle = open[handle].older
            }
        }
        decisions.sort { $0.serial < $1.serial }
        for decision in decisions {
            if open[decision.handle].isTrial {
                let found = trial(open[decision.handle])
                open[decision.handle].cell = found?.cell ?? -1
                open[decision.handle].settleBy = found.map { max(now, $0.settleBy) } ?? .distantFuture
            }
            renumber(decision.handle, decision.customer, actions, channels, now)
        }
        for slot in customers {
            var handle = slot.past
            while handle != 0 {
                past[handle].action = actions[Int(past[handle].action)]
                if past[handle].channel >= 0 { past[handle].channel = channels[Int(past[handle].channel)] }
                past[handle].until = keeps(past[handle])
                due.put(max(now, past[handle].until), customer: slot.hash, decision: 0)
                handle = past[handle].older
            }
        }
    }

    private mutating func renumber(
        _ handle: UInt32, _ hash: UInt64, _ actions: [Int32], _ channels: [Int32], _ now: Instant
    ) {
        var decision = open[handle]
        decision.action = actions[Int(decision.action)]
        if decision.channel >= 0 { decision.channel = channels[Int(decision.channel)] }
        decision.end = max(now, terms.end(ofDecisionAt: decision.time))
        decision.serial = due.order
        var ignoredAt = Instant.distantFuture
        if terms.ignoredAfter > 0, !decision.has(.ignored) {
            let start = terms.runsFromImpression ? decision.seen : decision.time
            if start != .distantFuture {
                ignoredAt = max(now, start.advanced(by: terms.ignoredAfter))
                decision.end = max(decision.end, ignoredAt)
            }
        }
        if decision.isTrial {
            decision.end = max(decision.end, decision.settleBy)
            due.put(decision.settleBy, customer: hash, decision: decision.id)
        }
        due.put(decision.end, customer: hash, decision: decision.id)
        if ignoredAt != .distantFuture { due.put(ignoredAt, customer: hash, decision: decision.id) }
        open[handle] = decision
    }
}

extension ResponseBook.Reference {
    /// The decision of an id such as `d-91ab04c2d7e5f603`; a foreign one where the text is none.
    package init(_ text: View<UInt8>) {
        guard text.count == 18, text[0] == UInt8(ascii: "d"), text[1] == UInt8(ascii: "-") else {
            self = .foreign
            return
        }
        var id: UInt64 = 0
        for index in 2..<18 {
            let digit: UInt8
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = text[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = text[index] - UInt8(ascii: "a") + 10
            default:
                self = .foreign
                return
            }
            id = id << 4 | UInt64(digit)
        }
        self = .decision(id)
    }
}
