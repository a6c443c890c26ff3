import Events
import Expressions
import Storage

/// What a window keeps of one customer: the word of its cell, read and changed in the arena.
///
/// Times only go forward, so whatever has left a window is let go of at the next look at it, and every look sees
/// exactly the events with time in (now - over, now]. In the blocks behind a cell, the word `armed` holds the time of the deadline that stands for the
/// window among the shard's deadlines, 0 for none.
/// Cost: constant time for an event, spread over those that come and go; `distinct` takes time in proportion to the
/// different values in the window.
struct WindowState {
    /// What the state needs to know of the plan, in a form that is copied freely.
    struct Form: BitwiseCopyable {
        var aggregate: WindowPlan.Aggregate
        /// Microseconds; `.max` is all time.
        var over: Int64
        /// Whether entries also keep the place of their event, for the deadlines at which they leave.
        var isWatched: Bool
        var thresholdCount: Int

        init(_ plan: WindowPlan) {
            aggregate = plan.aggregate
            over = plan.over ?? .max
            isWatched = plan.isWatched
            thresholdCount = plan.thresholds.count
        }

        /// Whether a cell leads to a block, as opposed to holding the window by itself.
        var isBlock: Bool {
            switch aggregate {
            case .count: over != .max
            case .sinceLast: thresholdCount > 0
            case .sum, .distinct, .last: true
            }
        }

        /// A form that no moment watches.
        init(aggregate: WindowPlan.Aggregate, over: Int64) {
            self.aggregate = aggregate
            self.over = over
            isWatched = false
            thresholdCount = 0
        }
    }

    let form: Form
    let arena: Arena

    /// The place of `armed` in a block.
    static let armed = 2

    private var isEndless: Bool { form.over == .max }
    private var extra: Int { form.isWatched ? 1 : 0 }
    private var countRing: Ring { Ring(header: 3, width: 1 + extra) }
    /// 3 is how many parts the sum has, and from 4 on they stand.
    private var sumRing: Ring { Ring(header: 4 + ExactSum.capacity, width: 2 + extra) }
    private var distinctRing: Ring { Ring(header: 3, width: 2 + extra) }

    private func cutoff(_ now: Instant) -> Instant { isEndless ? .distantPast : now.advanced(by: -form.over) }

    /// Takes an event into the window.
    /// - Parameters:
    ///   - cell: the number of the customer's word for this window.
    ///   - value: what is aggregated; not used by `count` and `since_last`.
    ///   - place: the event's place in the input.
    func add(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        switch form.aggregate {
        case .count:
            if isEndless { arena[cell] += 1 } else { pushTime(now, place: place, cell: cell) }
        case .sum: addToSum(value, at: now, place: place, cell: cell)
        case .distinct: addDistinct(value, at: now, place: place, cell: cell)
        case .last: setLast(value, at: now, place: place, cell: cell)
        case .sinceLast: setSince(now, place: place, cell: cell)
        }
    }

    /// The window's value at `now`. Text in it stays valid until the window changes.
    func value(at now: Instant, cell: Int?) -> Value {
        guard let cell else { return empty }
        switch form.aggregate {
        case .count:
            if isEndless { return .int(Int64(bitPattern: arena[cell])) }
            return .int(Int64(letGo(countRing, now: now, cell: cell)))
        case .distinct: return .int(Int64(letGo(distinctRing, now: now, cell: cell)))
        case .sum: return .double(sum(at: now, cell: cell))
        case .last:
            guard arena[cell] != 0 else { return empty }
            let base = Arena.word(UInt32(arena[cell]))
            guard instant(base) > cutoff(now) else { return empty }
            return StoredValue.read(at: base + 3, in: arena)
        case .sinceLast:
            return .duration(microseconds: now.microseconds &- last(cell).time.microseconds)
        }
    }

    /// The value of a window that holds nothing.
    var empty: Value {
        switch form.aggregate {
        case .count, .distinct: .int(0)
        case .sum: .double(0)
        case .last, .sinceLast: .error(.noSuchKey)
        }
    }

    /// Until when the window holds something. Nil where it holds nothing at `now` and reads as empty: its memory is
    /// given back then, and the cell is to be removed.
    func liveUntil(at now: Instant, cell: Int) -> Instant? {
        if isEndless { return .distantFuture }
        guard arena[cell] != 0 else { return nil }
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        switch form.aggregate {
        case .count: return liveUntil(countRing, now: now, cell: cell)
        case .sum:
            _ = sum(at: now, cell: cell)
            return liveUntil(sumRing, now: now, cell: cell)
        case .distinct: return liveUntil(distinctRing, now: now, cell: cell)
        case .last:
            let base = Arena.word(handle)
            if instant(base) > cutoff(now) { return instant(base).advanced(by: form.over) }
            arena.free(handle, words: 3 + StoredValue.words(at: base + 3, in: arena))
            return nil
        case .sinceLast:
            if form.thresholdCount > 0 { return .distantFuture }
            return instant(cell) > cutoff(now) ? instant(cell).advanced(by: form.over) : nil
        }
    }

    private func liveUntil(_ ring: Ring, now: Instant, cell: Int) -> Instant? {
        let held = letGo(ring, now: now, cell: cell)
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        if held > 0 { return instant(ring.entry(held - 1, of: handle, in: arena)).advanced(by: form.over) }
        ring.free(handle, in: arena)
        return nil
    }

    /// An event that a window holds or that a threshold is counted from.
    struct Origin {
        var time: Instant
        var place: UInt64
    }

    /// The oldest event in a watched window, where it holds one and will lose it.
    func oldest(at now: Instant, cell: Int) -> Origin? {
        guard !isEndless, form.isWatched, arena[cell] != 0 else { return nil }
        switch form.aggregate {
        case .count: return front(countRing, now: now, cell: cell)
        case .sum:
            _ = sum(at: now, cell: cell)
            return front(sumRing, now: now, cell: cell)
        case .distinct: return front(distinctRing, now: now, cell: cell)
        case .last:
            let base = Arena.word(UInt32(arena[cell]))
            return instant(base) > cutoff(now) ? Origin(time: instant(base), place: arena[base + 1]) : nil
        case .sinceLast: return nil
        }
    }

    /// The word in which the window notes its deadline.
    func armedWord(cell: Int) -> Int { Arena.word(UInt32(arena[cell])) + WindowState.armed }

    // MARK: Rings of times

    private func instant(_ word: Int) -> Instant { Instant(microseconds: Int64(bitPattern: arena[word])) }

    private func handle(_ ring: Ring, cell: Int) -> UInt32 {
        if arena[cell] == 0 { arena[cell] = UInt64(ring.make(in: arena)) }
        return UInt32(arena[cell])
    }

    private func pushTime(_ now: Instant, place: UInt64, cell: Int) {
        let ring = countRing
        let handle = handle(ring, cell: cell)
        letGo(ring, of: handle, now: now)
        arena[cell] = UInt64(ring.push(UInt64(bitPattern: now.microseconds), place, onto: handle, in: arena))
    }

    /// Drops what has left the window; answers how many entries remain.
    private func letGo(_ ring: Ring, now: Instant, cell: Int) -> Int {
        guard arena[cell] != 0 else { return 0 }
        let handle = UInt32(arena[cell])
        letGo(ring, of: handle, now: now)
        return ring.count(handle, in: arena)
    }

    private func letGo(_ ring: Ring, of handle: UInt32, now: Instant) {
        guard !isEndless else { return }
        let cutoff = cutoff(now)
        while ring.count(handle, in: arena) > 0, instant(ring.entry(0, of: handle, in: arena)) <= cutoff {
            ring.popFront(handle, in: arena)
        }
    }

    private func front(_ ring: Ring, now: Instant, cell: Int) -> Origin? {
        guard letGo(ring, now: now, cell: cell) > 0 else { return nil }
        let entry = ring.entry(0, of: UInt32(arena[cell]), in: arena)
        return Origin(time: instant(entry), place: arena[entry + ring.width - 1])
    }

    // MARK: Sums

    private func readSum(_ base: Int) -> ExactSum {
        var sum = ExactSum()
        sum.count = Int(arena[base + 3])
        for index in 0..<sum.count { sum.parts[index] = Double(bitPattern: arena[base + 4 + index]) }
        return sum
    }

    private func write(_ sum: ExactSum, _ base: Int) {
        arena[base + 3] = UInt64(sum.count)
        for index in 0..<sum.count { arena[base + 4 + index] = sum.parts[index].bitPattern }
    }

    private func addToSum(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        guard let number = value.number, number.isFinite else { return }
        let ring = sumRing
        var handle = handle(ring, cell: cell)
        var sum = subtractGone(handle, now: now)
        sum.add(number)
        if !isEndless {
            handle = ring.push(
                UInt64(bitPattern: now.microseconds), number.bitPattern, place, onto: handle, in: arena)
            arena[cell] = UInt64(handle)
        }
        write(sum, Arena.word(handle))
    }

    private func sum(at now: Instant, cell: Int) -> Double {
        guard arena[cell] != 0 else { return 0 }
        let handle = UInt32(arena[cell])
        let sum = subtractGone(handle, now: now)
        write(sum, Arena.word(handle))
        return sum.value
    }

    /// The sum less what has left the window, which is dropped.
    private func subtractGone(_ handle: UInt32, now: Instant) -> ExactSum {
        let ring = sumRing
        var sum = readSum(Arena.word(handle))
        guard !isEndless else { return sum }
        let cutoff = cutoff(now)
        while ring.count(handle, in: arena) > 0 {
            let entry = ring.entry(0, of: handle, in: arena)
            guard instant(entry) <= cutoff else { break }
            sum.add(-Double(bitPattern: arena[entry + 1]))
            ring.popFront(handle, in: arena)
        }
        if ring.count(handle, in: arena) == 0 { sum = ExactSum() }
        return sum
    }

    // MARK: Different values

    /// Whether a window of different values holds this one.
    func holds(_ value: Value, at now: Instant, cell: Int) -> Bool {
        guard let hash = StoredValue.form(value)?.hash, letGo(distinctRing, now: now, cell: cell) > 0 else {
            return false
        }
        let handle = UInt32(arena[cell])
        var index = distinctRing.count(handle, in: arena) - 1
        while index >= 0, arena[distinctRing.entry(index, of: handle, in: arena) + 1] != hash { index -= 1 }
        return index >= 0
    }

    /// Entries are (time last seen, hash of the value), the one seen longest ago first.
    private func addDistinct(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        guard let hash = StoredValue.form(value)?.hash else { return }
        let ring = distinctRing
        let handle = handle(ring, cell: cell)
        letGo(ring, of: handle, now: now)
        let last = ring.count(handle, in: arena) - 1
        var index = last
        // As a rule the value is the one seen last, or not far before it.
        while index >= 0, arena[ring.entry(index, of: handle, in: arena) + 1] != hash { index -= 1 }
        if index < 0 {
            arena[cell] = UInt64(
                ring.push(UInt64(bitPattern: now.microseconds), hash, place, onto: handle, in: arena))
            return
        }
        // Seen before: it moves to the end, those behind it move up.
        while index < last {
            let source = ring.entry(index + 1, of: handle, in: arena)
            let target = ring.entry(index, of: handle, in: arena)
            for word in 0..<ring.width { arena[target + word] = arena[source + word] }
            index += 1
        }
        let entry = ring.entry(last, of: handle, in: arena)
        arena[entry] = UInt64(bitPattern: now.microseconds)
        arena[entry + 1] = hash
        if form.isWatched { arena[entry + 2] = place }
    }

    // MARK: The last value, and the time since the last event

    /// A block of `last` is the time, the place, the deadline noted, and from its fourth word on the value.
    private func setLast(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        guard let form = StoredValue.form(value) else { return }
        var armed: UInt64 = 0
        if arena[cell] != 0 {
            let base = Arena.word(UInt32(arena[cell]))
            armed = arena[base + WindowState.armed]
            let words = 3 + StoredValue.words(at: base + 3, in: arena)
            if Arena.capacity(words) == Arena.capacity(3 + form.words) {
                arena[base] = UInt64(bitPattern: now.microseconds)
                arena[base + 1] = place
                StoredValue.write(form, at: base + 3, in: arena)
                return
            }
            arena.free(UInt32(arena[cell]), words: words)
        }
        let handle = arena.allocate(3 + form.words)
        let base = Arena.word(handle)
        arena[base] = UInt64(bitPattern: now.microseconds)
        arena[base + 1] = place
        arena[base + WindowState.armed] = armed
        StoredValue.write(form, at: base + 3, in: arena)
        arena[cell] = UInt64(handle)
    }

    /// A `since_last` window without thresholds is its time alone; with them a block: the time, the place, then the
    /// deadline noted for each threshold.
    private func setSince(_ now: Instant, place: UInt64, cell: Int) {
        if form.thresholdCount == 0 {
            arena[cell] = UInt64(bitPattern: now.microseconds)
            return
        }
        if arena[cell] == 0 { arena[cell] = UInt64(arena.allocate(2 + form.thresholdCount)) }
        let base = Arena.word(UInt32(arena[cell]))
        arena[base] = UInt64(bitPattern: now.microseconds)
        arena[base + 1] = place
    }

    /// The last event of a `since_last` window. Its place is known where there are thresholds.
    func last(_ cell: Int) -> Origin {
        if form.thresholdCount == 0 { return Origin(time: instant(cell), place: 0) }
        let base = Arena.word(UInt32(arena[cell]))
        return Origin(time: instant(base), place: arena[base + 1])
    }

    /// The word in which a threshold's deadline is noted.
    func armedWord(threshold: Int, cell: Int) -> Int { Arena.word(UInt32(arena[cell])) + 2 + threshold }
}

extension Value {
    /// A number as a double; nil for anything else.
    var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
