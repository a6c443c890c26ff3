import Events
import Expressions
import Storage

/// Windows of different values: how many there are, and which is the most frequent.
///
/// Of the table's own words, the third is armed and the fourth the time of the last event. Of
/// different values, where there are sessions or deadlines, the fifth is its place. Of frequent
/// ones, the fifth is the ring of events where these leave one by one, else the last one's place,
/// the sixth a number that goes up with every event, and the seventh the time of the ring's first:
/// whether something has left can be seen without a look at the ring.
extension WindowState {
    static let lastTime = 3
    static let lastPlace = 4
    static let log = 4
    private static let serial = 5
    private static let oldest = 6

    /// Entries: hash, time last seen, and the place where it is watched.
    var seen: RankedValues {
        @inline(__always) get { RankedValues(header: hasLast ? 5 : 3, width: form.hasPlaces ? 3 : 2, arena: arena) }
    }
    /// Whether a table of different values notes when and where the last event was.
    var hasLast: Bool { @inline(__always) get { form.gap != .max || form.hasPlaces } }
    /// Entries: hash, events less than all, the number of the last event less than all, the value in two words.
    private var tallied: RankedValues { RankedValues(header: 7, width: 5, arena: arena) }
    /// Entries: time, hash, place where it is watched.
    var logRing: Ring { Ring(header: 2, width: form.hasPlaces ? 3 : 2) }

    var hasLog: Bool { isSliding || form.events > 0 }

    /// Times before 1970 are negative; as keys they come first as well.
    @inline(__always)
    private func key(_ time: Instant) -> UInt64 { UInt64(bitPattern: time.microseconds) ^ 1 << 63 }
    @inline(__always)
    private func time(_ key: UInt64) -> Instant { Instant(microseconds: Int64(bitPattern: key ^ 1 << 63)) }

    /// The key at and before which values have left.
    @inline(__always)
    private func cutoffKey(_ now: Instant) -> UInt64 { UInt64(bitPattern: cutoff(now)) ^ 1 << 63 }

    @inline(__always)
    private func table(_ values: RankedValues, cell: Int) -> UInt32 {
        if arena[cell] == 0 { arena[cell] = UInt64(values.make()) }
        return UInt32(truncatingIfNeeded: arena[cell])
    }

    /// The value's hash, alike for numbers that are equal.
    @inline(__always)
    private func hash(_ value: Value) -> UInt64? {
        if case .string(let text) = value { return StoredValue.hash(of: text, arena.hashKey) }
        return StoredValue.sought(value)?.hash(arena.hashKey)
    }

    /// The time of the last event that was taken in.
    func lastSeen(at now: Instant, cell: Int) -> Instant? {
        if form.store == .tally || form.gap != .max { return instant(base(cell) + WindowState.lastTime) }
        // Of values in a heap, the one seen last may be anywhere.
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        dropGone(handle, now: now)
        let seen = seen
        let count = seen.count(handle)
        if count == 0 { return nil }
        var latest = arena[seen.entry(0, of: handle) + 1]
        for place in 1..<max(count, 1) {
            let key = arena[seen.entry(place, of: handle) + 1]
            if key > latest { latest = key }
        }
        return time(latest)
    }

    func freeValues(_ handle: UInt32) {
        if form.store == .distinct {
            seen.free(handle)
            return
        }
        for place in 0..<tallied.count(handle) {
            StoredValue.release(at: tallied.entry(place, of: handle) + 3, in: arena)
        }
        if hasLog, log(handle) != 0 { logRing.free(log(handle), in: arena) }
        tallied.free(handle)
    }

    // MARK: Different values

    /// Whether a window of different values holds this one.
    func holds(_ value: Value, at now: Instant, cell: Int) -> Bool {
        guard let hash = hash(value), arena[cell] != 0 else { return false }
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        dropGone(handle, now: now)
        return seen.find(hash, in: handle) >= 0
    }

    func addDistinct(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        guard let hash = hash(value) else { return }
        // As a rule it is one of a few values that are all there still.
        if isSliding, !hasLast, arena[cell] != 0,
            seen.renew(hash, key(now), beyond: cutoffKey(now), of: UInt32(truncatingIfNeeded: arena[cell]))
        {
            return
        }
        addDistinct(hash, at: now, place: place, cell: cell)
    }

    @inline(never)
    private func addDistinct(_ hash: UInt64, at now: Instant, place: UInt64, cell: Int) {
        let seen = seen
        let held = table(seen, cell: cell)
        dropGone(handle: held, seen, now: now)
        var handle = seen.fitted(held)
        var place = place
        if hasLast {
            let last = Arena.word(handle) + WindowState.lastTime
            setOrigin(now, place, at: last, isNew: seen.count(handle) == 0)
            if isSliding { place = arena[last + 1] }
        }
        let known = seen.find(hash, in: handle)
        if known >= 0 {
            if isSliding { seen.rank(known, key(now), place, of: handle) }
        } else {
            handle = seen.adding(hash, key(now), place, to: handle)
        }
        if handle != held { arena[cell] = UInt64(handle) }
    }

    private func dropGone(_ handle: UInt32, now: Instant) { dropGone(handle: handle, seen, now: now) }

    @inline(__always)
    private func dropGone(handle: UInt32, _ seen: RankedValues, now: Instant) {
        if form.gap != .max, isOver(instant(Arena.word(handle) + WindowState.lastTime), now) { seen.removeAll(handle) }
        guard isSliding else { return }
        let cutoff = cutoffKey(now)
        while seen.count(handle) > 0, arena[seen.entry(0, of: handle) + 1] <= cutoff { seen.remove(0, of: handle) }
    }

    func distinctCount(at now: Instant, cell: Int) -> Int {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        dropGone(handle, now: now)
        return seen.count(handle)
    }

    func oldestDistinct(at now: Instant, cell: Int) -> Origin? {
        guard distinctCount(at: now, cell: cell) > 0 else { return nil }
        let base = base(cell)
        if !isSliding {
            return Origin(time: instant(base + WindowState.lastTime), place: arena[base + WindowState.lastPlace])
        }
        let entry = seen.entry(0, of: UInt32(truncatingIfNeeded: arena[cell]))
        return Origin(time: time(arena[entry + 1]), place: arena[entry + 2])
    }

    // MARK: Frequent values

    func addToTally(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        guard let hash = hash(value), let kept = StoredValue.form(value) else { return }
        addToTally(hash, kept, at: now, place: place, cell: cell)
    }

    /// Takes a value by its hash; without the value where only the number of different ones is asked for.
    func addToTally(_ hash: UInt64, _ kept: StoredValue.Encoding?, at now: Instant, place: UInt64, cell: Int) {
        let tallied = tallied
        var handle = table(tallied, cell: cell)
        dropGoneTallied(handle, now: now)
        let place = hasLog ? placeOfInstant(now, place, handle) : place
        if form.events > 0, logCount(handle) == Int(form.events) { dropFirst(handle) }
        handle = tallied.fitted(handle)
        arena[Arena.word(handle) + WindowState.serial] += 1
        let serial = ~arena[Arena.word(handle) + WindowState.serial]
        let known = tallied.find(hash, in: handle)
        if known >= 0 {
            let entry = tallied.entry(known, of: handle)
            tallied.rank(known, arena[entry + 1] - 1, serial, of: handle)
        } else {
            let words = form.aggregate == .mode ? kept.map { StoredValue.keep($0, in: arena) } ?? (0, 0) : (0, 0)
            handle = tallied.adding(hash, ~1, serial, kept: words, to: handle)
        }
        arena[cell] = UInt64(handle)
        let base = Arena.word(handle)
        arena[base + WindowState.lastTime] = UInt64(bitPattern: now.microseconds)
        if hasLog {
            let ring = logRing
            if logCount(handle) == 0 { arena[base + WindowState.oldest] = UInt64(bitPattern: now.microseconds) }
            if arena[base + WindowState.log] == 0 { arena[base + WindowState.log] = UInt64(ring.make(in: arena)) }
            arena[base + WindowState.log] = UInt64(
                ring.push(
                    UInt64(bitPattern: now.microseconds), hash, place,
                    onto: ring.fitted(log(handle), in: arena), in: arena))
        } else {
            arena[base + WindowState.lastPlace] = place
        }
    }

    /// The value of a hash that the table holds; null where the values are not kept.
    func tallied(_ hash: UInt64, in handle: UInt32) -> Value {
        let place = tallied.find(hash, in: handle)
        guard place >= 0, form.aggregate == .mode else { return .null }
        return StoredValue.kept(at: tallied.entry(place, of: handle) + 3, in: arena)
    }

    /// Adds the counts of another table, whose events came before those of a cell's, and frees it.
    func addTally(_ other: UInt32, before cell: Int) {
        let tallied = tallied
        var handle = UInt32(truncatingIfNeeded: arena[cell])
        let shift = arena[Arena.word(other) + WindowState.serial]
        // Those of the cell come behind, so their numbers are greater; a number is kept as less than all.
        for place in 0..<tallied.count(handle) { arena[tallied.entry(place, of: handle) + 2] -= shift }
        arena[Arena.word(handle) + WindowState.serial] += shift
        for place in 0..<tallied.count(other) {
            let entry = tallied.entry(place, of: other)
            let known = tallied.find(arena[entry], in: handle)
            if known < 0 {
                handle = tallied.adding(
                    arena[entry], arena[entry + 1], arena[entry + 2], kept: (arena[entry + 3], arena[entry + 4]),
                    to: handle)
                continue
            }
            let held = tallied.entry(known, of: handle)
            tallied.rank(known, arena[held + 1] - ~arena[entry + 1], arena[held + 2], of: handle)
            StoredValue.release(at: entry + 3, in: arena)
        }
        tallied.free(other)
        arena[cell] = UInt64(handle)
    }

    /// The place of the first event of this instant, where the last one was of it too.
    private func placeOfInstant(_ now: Instant, _ place: UInt64, _ handle: UInt32) -> UInt64 {
        let base = Arena.word(handle)
        guard form.hasPlaces, form.joinsInstants, tallied.count(handle) > 0,
            instant(base + WindowState.lastTime) == now
        else {
            return place
        }
        return arena[logRing.entry(logCount(handle) - 1, of: log(handle), in: arena) + 2]
    }

    func log(_ handle: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: arena[Arena.word(handle) + WindowState.log])
    }

    private func logCount(_ handle: UInt32) -> Int {
        log(handle) == 0 ? 0 : logRing.count(log(handle), in: arena)
    }

    private func dropGoneTallied(_ handle: UInt32, now: Instant) {
        if form.gap != .max, isOver(instant(Arena.word(handle) + WindowState.lastTime), now) {
            for place in 0..<tallied.count(handle) {
                StoredValue.release(at: tallied.entry(place, of: handle) + 3, in: arena)
            }
            tallied.removeAll(handle)
        }
        guard isSliding else { return }
        let cutoff = cutoff(now)
        while tallied.count(handle) > 0, microseconds(Arena.word(handle) + WindowState.oldest) <= cutoff {
            dropFirst(handle)
        }
    }

    /// Takes the oldest event out of the tally.
    private func dropFirst(_ handle: UInt32) {
        let tallied = tallied
        let hash = arena[logRing.entry(0, of: log(handle), in: arena) + 1]
        logRing.popFront(log(handle), in: arena)
        if logCount(handle) > 0 {
            arena[Arena.word(handle) + WindowState.oldest] = arena[logRing.entry(0, of: log(handle), in: arena)]
        }
        let place = tallied.find(hash, in: handle)
        precondition(place >= 0, "every event is in the tally")
        let entry = tallied.entry(place, of: handle)
        if arena[entry + 1] == ~1 {
            StoredValue.release(at: entry + 3, in: arena)
            tallied.remove(place, of: handle)
        } else {
            tallied.rank(place, arena[entry + 1] + 1, arena[entry + 2], of: handle)
        }
    }

    /// How many different values, or the most frequent; among several the one that came last.
    func tallyValue(at now: Instant, cell: Int) -> Value {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        dropGoneTallied(handle, now: now)
        if form.aggregate == .distinct { return .int(Int64(tallied.count(handle))) }
        guard tallied.count(handle) > 0 else { return empty }
        return StoredValue.kept(at: tallied.entry(0, of: handle) + 3, in: arena)
    }

    func oldestTallied(at now: Instant, cell: Int) -> Origin? {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        dropGoneTallied(handle, now: now)
        guard tallied.count(handle) > 0 else { return nil }
        let base = Arena.word(handle)
        if !isSliding {
            return Origin(time: instant(base + WindowState.lastTime), place: arena[base + WindowState.lastPlace])
        }
        // As long as there is one value only, nothing changes before its last event leaves.
        let isAlone = form.aggregate == .mode && tallied.count(handle) == 1
        let entry = logRing.entry(isAlone ? logCount(handle) - 1 : 0, of: log(handle), in: arena)
        return Origin(time: instant(entry), place: arena[entry + 2])
    }
}
