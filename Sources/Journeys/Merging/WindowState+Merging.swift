import Events
import Expressions
import Storage

/// Two windows become that of one customer who had done it all.
///
/// Where a window keeps its events, those of both are taken anew, in the order of their times and places, by the code that
/// takes events in any case; what is more than that is added up. Deadlines that were noted are not: whoever merges notes
/// them anew. What was let go of before, such as the events before the last N, is not missed: it is left out.
extension WindowState {
    /// An event that a window holds.
    private struct Held {
        var time: Instant
        var place: UInt64
        var value = Value.null
        /// How many events it stands for.
        var weight = 1
        /// The value's hash, where the value itself is not kept.
        var hash: UInt64 = 0
    }

    /// Has the window of a cell take over what another word of the same kind holds, which is freed.
    /// - Parameters:
    ///   - cell: holds a window, too.
    ///   - other: the other window's word.
    func merge(_ other: UInt64, into cell: Int) {
        if form.store != .instant, !form.isFramed || other == 0 || arena[cell] == 0 {
            if other == 0 { return }
            if arena[cell] == 0 {
                arena[cell] = other
                return
            }
        }
        // A cell of its own for the other one, so that it can be looked at as any window.
        let block = arena.allocate(2)
        let otherCell = Arena.word(block)
        arena[otherCell] = other
        defer {
            arena[otherCell] = 0
            arena.free(block, words: 2)
        }
        if form.isFramed {
            mergeFramed(otherCell, into: cell)
            return
        }
        switch form.store {
        case .counter:
            let sum = arena[cell] + other
            arena[cell] = form.events > 0 ? min(sum, UInt64(form.events)) : sum
        case .instant:
            if Int64(bitPattern: other) > Int64(bitPattern: arena[cell]) { arena[cell] = other }
        case .running: mergeRuns(otherCell, into: cell)
        case .values where form.events > 0: mergeCounted(otherCell, into: cell)
        case .distinct: mergeDistinct(otherCell, into: cell)
        case .tally: mergeTallies(otherCell, into: cell)
        case .ordered where !losesEvents: mergeOrdered(otherCell, into: cell)
        case .since, .last, .times, .numbers, .values, .ordered: takeAnew(otherCell, into: cell)
        }
    }

    /// Forgets which deadlines were noted, in a window that goes on for another customer.
    func disarm(cell: Int) {
        guard form.isBlock, arena[cell] != 0 else { return }
        let base = base(cell)
        if form.isFramed {
            arena[base + WindowState.armed] = 0
            if arena[base + 1] != 0 { framed.disarm(cell: base) }
            return
        }
        switch form.store {
        case .distinct where !(form.isWatched || thresholds > 0): break
        case .counter, .instant: break
        default: arena[base + WindowState.armed] = 0
        }
        for threshold in 0..<thresholds { arena[armedWord(threshold: threshold, cell: cell)] = 0 }
    }

    // MARK: Events

    /// Takes all events of both anew.
    private func takeAnew(_ otherCell: Int, into cell: Int) {
        var all = held(cell) + held(otherCell)
        all.sort { ($0.time, $0.place) < ($1.time, $1.place) }
        let old = arena[cell]
        arena[cell] = 0
        for event in all {
            add(event.value, at: event.time, place: event.place, cell: cell)
            // What a bucket holds is one sum; the others of its events bring nothing more.
            for _ in 1..<max(event.weight, 1) {
                add(form.store == .numbers ? .double(0) : event.value, at: event.time, place: event.place, cell: cell)
            }
        }
        free(cell: otherCell)
        // The values that were taken anew lie in the old blocks until here.
        arena[otherCell] = old
        free(cell: otherCell)
    }

    private func held(_ cell: Int) -> [Held] {
        let base = base(cell)
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        func entries(_ ring: Ring, _ make: (_ entry: Int, _ place: UInt64) -> Held) -> [Held] {
            (0..<ring.count(handle, in: arena)).map { index in
                let entry = ring.entry(index, of: handle, in: arena)
                return make(entry, form.hasPlaces ? arena[entry + ring.width - 1] : 0)
            }
        }
        switch form.store {
        case .since:
            let first = Held(time: instant(base), place: arena[base + 1])
            return hasOwnPlace ? [first, Held(time: first.time, place: arena[base + 3 + thresholds])] : [first]
        case .last:
            return [
                Held(
                    time: instant(base), place: arena[base + 1], value: StoredValue.read(at: base + 3, in: arena))
            ]
        case .times:
            return entries(timesRing) { entry, place in
                Held(time: instant(entry), place: place, weight: form.isWeighted ? Int(arena[entry + 1]) : 1)
            }
        case .numbers:
            return entries(numbersRing) { entry, place in
                Held(
                    time: instant(entry), place: place, value: .double(Double(bitPattern: arena[entry + 1])),
                    weight: form.isWeighted ? Int(arena[entry + 2]) : 1)
            }
        case .values:
            return entries(valuesRing) { entry, place in
                Held(time: instant(entry), place: place, value: StoredValue.kept(at: entry + 1, in: arena))
            }
        case .ordered:
            guard let ring = orderedEvents(base) else { return [] }
            return (0..<eventsRing.count(ring, in: arena)).map { index in
                let entry = eventsRing.entry(index, of: ring, in: arena)
                return Held(
                    time: instant(entry), place: form.hasPlaces ? arena[entry + 3] : 0,
                    value: StoredValue.kept(arena[entry + 1], arena[entry + 2], in: arena))
            }
        case .counter, .instant, .running, .distinct, .tally: return []
        }
    }

    /// The least, greatest or first of the last N: of which customer's an event was is not known, so those of the other
    /// one count as the earlier ones.
    private func mergeCounted(_ otherCell: Int, into cell: Int) {
        let ring = valuesRing
        let (old, other) = (UInt32(truncatingIfNeeded: arena[cell]), UInt32(truncatingIfNeeded: arena[otherCell]))
        let before = arena[Arena.word(other) + WindowState.counter]
        let total = before + arena[Arena.word(old) + WindowState.counter]
        var new = ring.make(in: arena)
        arena[Arena.word(new) + WindowState.counter] = total
        func take(_ handle: UInt32, from first: UInt64) {
            for index in 0..<ring.count(handle, in: arena) {
                let entry = ring.entry(index, of: handle, in: arena)
                if form.aggregate != .first {
                    let value = StoredValue.kept(at: entry + 1, in: arena)
                    while ring.count(new, in: arena) > 0 {
                        let last = ring.entry(ring.count(new, in: arena) - 1, of: new, in: arena)
                        let rank = value.rank(against: StoredValue.kept(at: last + 1, in: arena))
                        guard form.aggregate == .min ? rank < 0 : rank > 0 else { break }
                        StoredValue.release(at: last + 1, in: arena)
                        ring.dropLast(1, of: new, in: arena)
                    }
                }
                new = ring.push(
                    arena[entry] + first, arena[entry + 1], arena[entry + 2],
                    form.hasPlaces ? arena[entry + 3] : 0, onto: new, in: arena)
            }
            ring.free(handle, in: arena)
        }
        take(other, from: 0)
        take(old, from: before)
        arena[otherCell] = 0
        arena[cell] = UInt64(new)
    }

    // MARK: Runs

    /// Adds up two runs; where a session was over before the other's began, the later one stands.
    private func mergeRuns(_ otherCell: Int, into cell: Int) {
        let (one, other) = (base(cell), base(otherCell))
        let isOneFirst = (instant(one + 4), arena[one + 5]) <= (instant(other + 4), arena[other + 5])
        let (first, second) = isOneFirst ? (one, other) : (other, one)
        if form.gap != .max, instant(second + 4).microseconds > instant(first).advanced(by: form.gap).microseconds {
            if second == other { swapCells(cell, otherCell) }
            freeRun(UInt32(truncatingIfNeeded: arena[otherCell]))
            return
        }
        let isOneLast = (instant(one), arena[one + 1]) >= (instant(other), arena[other + 1])
        let (last, begin) = (isOneLast ? one : other, first)
        let (lastTime, lastPlace) = (arena[last], arena[last + 1])
        let (firstTime, firstPlace) = (arena[begin + 4], arena[begin + 5])
        switch form.aggregate {
        case .sum, .avg, .stddev: addSums(other + body, to: one + body)
        case .min, .max, .first:
            let (held, further) = (
                StoredValue.kept(at: one + body, in: arena), StoredValue.kept(at: other + body, in: arena)
            )
            let rank = further.rank(against: held)
            let replaces = form.aggregate == .first ? !isOneFirst : form.aggregate == .min ? rank < 0 : rank > 0
            if replaces {
                for word in [body, body + 1] {
                    let kept = arena[one + word]
                    arena[one + word] = arena[other + word]
                    arena[other + word] = kept
                }
            }
        default: break
        }
        arena[one + 3] += arena[other + 3]
        (arena[one], arena[one + 1]) = (lastTime, lastPlace)
        (arena[one + 4], arena[one + 5]) = (firstTime, firstPlace)
        freeRun(UInt32(truncatingIfNeeded: arena[otherCell]))
    }

    private func swapCells(_ one: Int, _ other: Int) {
        let kept = arena[one]
        arena[one] = arena[other]
        arena[other] = kept
    }

    private func addSums(_ other: Int, to word: Int) {
        let plain = 1 + ExactSum.capacity
        func add(_ from: Int, _ to: Int) {
            var sum = readSum(to)
            let further = readSum(from)
            for index in 0..<further.count { sum.add(further.parts[index]) }
            write(sum, to)
        }
        add(other, word)
        guard form.aggregate == .stddev else { return }
        add(other + plain, word + plain)
        arena[word + 2 * plain] += arena[other + 2 * plain]
    }

    // MARK: Different and frequent values

    private func mergeDistinct(_ otherCell: Int, into cell: Int) {
        let seen = seen
        let other = UInt32(truncatingIfNeeded: arena[otherCell])
        if form.gap != .max {
            // A value's time is that at which it was first seen: the least of them is when the session began.
            func start(_ cell: Int) -> Instant {
                let handle = UInt32(truncatingIfNeeded: arena[cell])
                let keys = (0..<seen.count(handle)).map { arena[seen.entry($0, of: handle) + 1] ^ 1 << 63 }
                return keys.map { Instant(microseconds: Int64(bitPattern: $0)) }.min() ?? .distantFuture
            }
            func last(_ cell: Int) -> Instant { instant(base(cell) + WindowState.lastTime) }
            let isOneFirst = start(cell) <= start(otherCell)
            let (first, second) = isOneFirst ? (cell, otherCell) : (otherCell, cell)
            if start(second).microseconds > last(first).advanced(by: form.gap).microseconds {
                if second == otherCell { swapCells(cell, otherCell) }
                seen.free(UInt32(truncatingIfNeeded: arena[otherCell]))
                return
            }
        }
        if hasLast {
            let (from, to) = (base(otherCell) + WindowState.lastTime, base(cell) + WindowState.lastTime)
            if (instant(from), arena[from + 1]) > (instant(to), arena[to + 1]) {
                (arena[to], arena[to + 1]) = (arena[from], arena[from + 1])
            }
        }
        var handle = UInt32(truncatingIfNeeded: arena[cell])
        for index in 0..<seen.count(other) {
            let entry = seen.entry(index, of: other)
            let (hash, key, place) = (arena[entry], arena[entry + 1], form.hasPlaces ? arena[entry + 2] : 0)
            let known = seen.find(hash, in: handle)
            if known < 0 {
                handle = seen.adding(hash, key, place, to: handle)
                continue
            }
            let held = seen.entry(known, of: handle)
            if isSliding ? key > arena[held + 1] : key < arena[held + 1] { seen.rank(known, key, place, of: handle) }
        }
        seen.free(other)
        arena[cell] = UInt64(handle)
    }

    /// Where events leave one by one they are taken anew; else values are counted together, of which those of the cell's
    /// own customer came last.
    private func mergeTallies(_ otherCell: Int, into cell: Int) {
        if hasLog {
            var all = logged(cell) + logged(otherCell)
            all.sort { ($0.time, $0.place) < ($1.time, $1.place) }
            let old = arena[cell]
            arena[cell] = 0
            for event in all {
                addToTally(event.hash, StoredValue.form(event.value), at: event.time, place: event.place, cell: cell)
            }
            freeValues(UInt32(truncatingIfNeeded: arena[otherCell]))
            freeValues(UInt32(truncatingIfNeeded: old))
            return
        }
        let (one, other) = (base(cell), base(otherCell))
        let isOneLast = (instant(one + 3), arena[one + 4]) >= (instant(other + 3), arena[other + 4])
        if form.gap != .max {
            // When a session of these began is not kept: two that are live at once are one.
            let (first, second) = isOneLast ? (other, one) : (one, other)
            if instant(second + 3).microseconds > instant(first + 3).advanced(by: form.gap).microseconds {
                if !isOneLast { swapCells(cell, otherCell) }
                freeValues(UInt32(truncatingIfNeeded: arena[otherCell]))
                return
            }
        }
        if !isOneLast { swapCells(cell, otherCell) }
        addTally(UInt32(truncatingIfNeeded: arena[otherCell]), before: cell)
    }

    private func logged(_ cell: Int) -> [Held] {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        guard log(handle) != 0 else { return [] }
        return (0..<logRing.count(log(handle), in: arena)).map { index in
            let entry = logRing.entry(index, of: log(handle), in: arena)
            return Held(
                time: instant(entry), place: form.hasPlaces ? arena[entry + 2] : 0,
                value: tallied(arena[entry + 1], in: handle), hash: arena[entry + 1])
        }
    }

    // MARK: Values in order

    private func mergeOrdered(_ otherCell: Int, into cell: Int) {
        let (one, other) = (base(cell), base(otherCell))
        let isOneLast = (instant(one), arena[one + 1]) >= (instant(other), arena[other + 1])
        if form.gap != .max {
            let (first, second) = isOneLast ? (other, one) : (one, other)
            if instant(second).microseconds > instant(first).advanced(by: form.gap).microseconds {
                if !isOneLast { swapCells(cell, otherCell) }
                freeOrdered(UInt32(truncatingIfNeeded: arena[otherCell]))
                return
            }
        }
        if !isOneLast { (arena[one], arena[one + 1]) = (arena[other], arena[other + 1]) }
        orderedValues(other).forEach { value in
            if let kept = StoredValue.form(value) { _ = orderedValues(one).add(value, kept) }
        }
        freeOrdered(UInt32(truncatingIfNeeded: arena[otherCell]))
    }
}
