import Events
import Expressions
import Storage

/// Windows that keep their events, because one by one they leave again.
///
/// The words before a ring's entries: its own two, armed, a counter, a word for each threshold, and for numbers the parts
/// of their sum. The counter is how many events the entries stand for, or for values how many have come.
extension WindowState {
    var extra: Int { form.hasPlaces ? 1 : 0 }
    private var weight: Int { form.isWeighted ? 1 : 0 }
    static let counter = 3

    /// Entries: time, how many events where it may be several, place where it is watched.
    var timesRing: Ring { Ring(header: 4 + thresholds, width: 1 + weight + extra) }
    /// Entries: time, sum, and the same.
    var numbersRing: Ring { Ring(header: WindowState.sum + sumWords, width: 2 + weight + extra) }
    /// Entries: time or number of the event, the value in two words, place where it is watched.
    var valuesRing: Ring { Ring(header: 4, width: 3 + extra) }

    static let sum = 4

    private func handle(_ ring: Ring, cell: Int) -> UInt32 {
        if arena[cell] == 0 { arena[cell] = UInt64(ring.make(in: arena)) }
        return UInt32(truncatingIfNeeded: arena[cell])
    }

    /// The oldest event that the ring holds, once what has left is gone.
    func front(_ ring: Ring, now: Instant, cell: Int) -> Origin? {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        if form.store == .times { dropGoneTimes(handle, now: now) }
        guard ring.count(handle, in: arena) > 0 else { return nil }
        let entry = ring.entry(0, of: handle, in: arena)
        return Origin(time: instant(entry), place: form.hasPlaces ? arena[entry + ring.width - 1] : 0)
    }

    func ringValue(at now: Instant, cell: Int) -> Value {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        switch form.store {
        case .times:
            dropGoneTimes(handle, now: now)
            let ring = timesRing
            let count = ring.count(handle, in: arena)
            if form.aggregate == .count {
                return .int(Int64(form.isWeighted ? Int(arena[base(cell) + WindowState.counter]) : count))
            }
            guard count > 0 else { return empty }
            let first = instant(ring.entry(0, of: handle, in: arena))
            return .duration(microseconds: now.microseconds &- first.microseconds)
        case .numbers:
            subtractGone(now: now, cell: cell)
            let count = numbersRing.count(handle, in: arena)
            if count == 0 { return empty }
            if form.aggregate == .stddev { return deviation(base(cell) + WindowState.sum, of: count) }
            let sum = readSum(base(cell) + WindowState.sum).value
            if form.aggregate == .sum { return .double(sum) }
            let events = form.isWeighted ? Int(arena[base(cell) + WindowState.counter]) : count
            return .double(sum / Double(events))
        default:
            dropGoneValues(now: now, cell: cell)
            guard valuesRing.count(handle, in: arena) > 0 else { return empty }
            return StoredValue.kept(at: valuesRing.entry(0, of: handle, in: arena) + 1, in: arena)
        }
    }

    /// The time of the last event that the ring holds, once what has left is gone.
    func lastInRing(at now: Instant, cell: Int) -> Instant? {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        let ring: Ring
        switch form.store {
        case .times:
            ring = timesRing
            dropGoneTimes(handle, now: now)
        case .numbers:
            ring = numbersRing
            subtractGone(now: now, cell: cell)
        default:
            ring = valuesRing
            dropGoneValues(now: now, cell: cell)
        }
        let count = ring.count(handle, in: arena)
        return count > 0 ? instant(ring.entry(count - 1, of: handle, in: arena)) : nil
    }

    /// The ring's last entry, where an event at `now` may be added to it because its order there may be forgotten.
    private func bucket(_ ring: Ring, _ handle: UInt32, _ now: Instant) -> Int? {
        let count = ring.count(handle, in: arena)
        guard form.isWeighted, count > 0 else { return nil }
        let entry = ring.entry(count - 1, of: handle, in: arena)
        let (then, now) = (instant(entry).microseconds, now.microseconds)
        func number(_ time: Int64) -> Int64 { (time - (time % form.resolution + form.resolution) % form.resolution) }
        return number(then) == number(now) ? entry : nil
    }

    // MARK: Times

    func pushTime(_ now: Instant, place: UInt64, cell: Int) {
        let ring = timesRing
        let handle = handle(ring, cell: cell)
        dropGoneTimes(handle, now: now)
        let time = UInt64(bitPattern: now.microseconds)
        if let entry = bucket(ring, handle, now) {
            // The bucket leaves when its last event does.
            if form.hasPlaces, arena[entry] != time { arena[entry + 2] = place }
            arena[entry] = time
            arena[entry + 1] += 1
            arena[Arena.word(handle) + WindowState.counter] += 1
            return
        }
        if form.events > 0, ring.count(handle, in: arena) == Int(form.events) { ring.popFront(handle, in: arena) }
        if form.isWeighted {
            arena[Arena.word(handle) + WindowState.counter] += 1
            arena[cell] = UInt64(ring.push(time, 1, place, onto: ring.fitted(handle, in: arena), in: arena))
        } else {
            arena[cell] = UInt64(ring.push(time, place, onto: ring.fitted(handle, in: arena), in: arena))
        }
    }

    func dropGoneTimes(_ handle: UInt32, now: Instant) {
        guard isSliding else { return }
        let ring = timesRing
        let cutoff = cutoff(now)
        while ring.count(handle, in: arena) > 0 {
            let entry = ring.entry(0, of: handle, in: arena)
            guard microseconds(entry) <= cutoff else { return }
            if form.isWeighted { arena[Arena.word(handle) + WindowState.counter] -= arena[entry + 1] }
            ring.popFront(handle, in: arena)
        }
    }

    // MARK: Numbers

    func pushNumber(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        guard let number = value.finiteNumber else { return }
        let ring = numbersRing
        let handle = handle(ring, cell: cell)
        subtractGone(now: now, cell: cell)
        if form.events > 0, ring.count(handle, in: arena) == Int(form.events) { subtractFirst(handle) }
        let time = UInt64(bitPattern: now.microseconds)
        if let entry = bucket(ring, handle, now) {
            // What is taken away later is what the bucket holds, rounded; so that is what is added.
            let before = Double(bitPattern: arena[entry + 1])
            var sum = readSum(Arena.word(handle) + WindowState.sum)
            sum.add(-before)
            sum.add(before + number)
            if form.hasPlaces, arena[entry] != time { arena[entry + 3] = place }
            arena[entry] = time
            arena[entry + 1] = (before + number).bitPattern
            arena[entry + 2] += 1
            arena[Arena.word(handle) + WindowState.counter] += 1
            write(sum, Arena.word(handle) + WindowState.sum)
            return
        }
        add(number, to: Arena.word(handle) + WindowState.sum)
        if form.isWeighted {
            arena[Arena.word(handle) + WindowState.counter] += 1
            arena[cell] = UInt64(
                ring.push(time, number.bitPattern, 1, place, onto: ring.fitted(handle, in: arena), in: arena))
        } else {
            arena[cell] = UInt64(
                ring.push(time, number.bitPattern, place, onto: ring.fitted(handle, in: arena), in: arena))
        }
    }

    /// Takes what has left the window from the sum.
    func subtractGone(now: Instant, cell: Int) {
        guard isSliding else { return }
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        let ring = numbersRing
        let cutoff = cutoff(now)
        while ring.count(handle, in: arena) > 0, microseconds(ring.entry(0, of: handle, in: arena)) <= cutoff {
            subtractFirst(handle)
        }
    }

    private func subtractFirst(_ handle: UInt32) {
        let ring = numbersRing
        let base = Arena.word(handle)
        let entry = ring.entry(0, of: handle, in: arena)
        subtract(Double(bitPattern: arena[entry + 1]), from: base + WindowState.sum)
        if form.isWeighted { arena[base + WindowState.counter] -= arena[entry + 2] }
        ring.popFront(handle, in: arena)
        if ring.count(handle, in: arena) == 0 { clear(base + WindowState.sum) }
    }

    // MARK: Values

    /// For `first` every value is kept. For `min` and `max` only those that no later one outdoes: they stand in order, the
    /// best in front.
    func pushValue(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        guard let kept = StoredValue.form(value) else { return }
        if form.aggregate != .first, !value.isRanked { return }
        let ring = valuesRing
        let handle = handle(ring, cell: cell)
        let base = Arena.word(handle)
        arena[base + WindowState.counter] += 1
        dropGoneValues(now: now, cell: cell)
        let first = placeOfInstant(now, place, ring, handle)
        if form.aggregate != .first {
            while ring.count(handle, in: arena) > 0 {
                let entry = ring.entry(ring.count(handle, in: arena) - 1, of: handle, in: arena)
                let rank = value.rank(against: StoredValue.kept(at: entry + 1, in: arena))
                let outdoes = form.aggregate == .min ? rank < 0 : rank > 0
                guard outdoes || rank == 0 && StoredValue.isKept(kept, at: entry + 1, in: arena) else { break }
                StoredValue.release(at: entry + 1, in: arena)
                ring.dropLast(1, of: handle, in: arena)
            }
        }
        let words = StoredValue.keep(kept, in: arena)
        let key = form.events > 0 ? arena[base + WindowState.counter] : UInt64(bitPattern: now.microseconds)
        arena[cell] = UInt64(ring.push(key, words.0, words.1, first, onto: ring.fitted(handle, in: arena), in: arena))
    }

    /// The place of the first event of this instant, where the entry behind which an event is put is of it too.
    private func placeOfInstant(_ now: Instant, _ place: UInt64, _ ring: Ring, _ handle: UInt32) -> UInt64 {
        let count = ring.count(handle, in: arena)
        guard form.hasPlaces, form.joinsInstants, isSliding, count > 0 else { return place }
        let entry = ring.entry(count - 1, of: handle, in: arena)
        return arena[entry] == UInt64(bitPattern: now.microseconds) ? arena[entry + ring.width - 1] : place
    }

    func dropGoneValues(now: Instant, cell: Int) {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        let ring = valuesRing
        let total = arena[Arena.word(handle) + WindowState.counter]
        let cutoff = isSliding ? cutoff(now) : .min
        while ring.count(handle, in: arena) > 0 {
            let entry = ring.entry(0, of: handle, in: arena)
            let isGone =
                form.events > 0
                ? arena[entry] + UInt64(form.events) <= total : isSliding && microseconds(entry) <= cutoff
            guard isGone else { return }
            StoredValue.release(at: entry + 1, in: arena)
            ring.popFront(handle, in: arena)
        }
    }
}
