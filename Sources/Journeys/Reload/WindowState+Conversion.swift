import Events
import Storage

/// A window that goes on under another plan keeps its events. Whether it notes their places and deadlines depends on who
/// looks at it, so its blocks may need another form.
extension WindowState {
    /// Whether a block of this form serves another one as it is.
    func isSame(as other: WindowForm) -> Bool {
        form.store == other.store && form.isWatched == other.isWatched && form.thresholdCount == other.thresholdCount
            && form.keepsPlaces == other.keepsPlaces
    }

    /// Puts what the window keeps into the form that it has under another plan, with no deadline noted.
    ///
    /// - Parameter place: stands for the places of events that were not noted: the hash of the customer, so that
    ///   deadlines of several customers at one instant have an order that is the same for any number of shards.
    func convert(to other: WindowForm, cell: Int, place: UInt64) {
        let target = WindowState(form: other, arena: arena)
        if form.isFramed {
            if arena[cell] != 0 { convertFrame(UInt32(truncatingIfNeeded: arena[cell]), to: target, place: place) }
            return
        }
        if form.store == .instant || form.store == .since {
            convertSince(to: target, cell: cell, place: place)
            return
        }
        guard form.isBlock, arena[cell] != 0 else { return }
        let old = UInt32(truncatingIfNeeded: arena[cell])
        switch form.store {
        case .counter, .instant, .since: break
        case .last: arena[Arena.word(old) + WindowState.armed] = 0
        case .running: convertRun(old, to: target, cell: cell)
        case .times: convert(timesRing, old, to: target, target.timesRing, cell: cell, place: place)
        case .numbers: convert(numbersRing, old, to: target, target.numbersRing, cell: cell, place: place)
        case .values: convert(valuesRing, old, to: target, target.valuesRing, cell: cell, place: place)
        case .distinct: convertDistinct(old, to: target, cell: cell, place: place)
        case .tally: convertTally(old, to: target, place: place)
        case .ordered: convertOrdered(old, to: target, place: place)
        }
    }

    private func convertSince(to target: WindowState, cell: Int, place: UInt64) {
        let isBlock = form.store == .since
        guard !isBlock || arena[cell] != 0 else { return }
        let time = isBlock ? arena[base(cell)] : arena[cell]
        let known = isBlock ? arena[base(cell) + 1] : place
        let own = isBlock && hasOwnPlace ? arena[base(cell) + 3 + thresholds] : known
        if isBlock { arena.free(UInt32(truncatingIfNeeded: arena[cell]), words: sinceWords) }
        guard target.form.store == .since else {
            arena[cell] = time
            return
        }
        let block = arena.allocate(target.sinceWords)
        arena[Arena.word(block)] = time
        arena[Arena.word(block) + 1] = known
        if target.hasOwnPlace { arena[Arena.word(block) + 3 + target.thresholds] = own }
        arena[cell] = UInt64(block)
    }

    private func convertRun(_ old: UInt32, to target: WindowState, cell: Int) {
        let block = arena.allocate(target.words)
        let (from, to) = (Arena.word(old), Arena.word(block))
        for word in 0..<6 where word != WindowState.armed { arena[to + word] = arena[from + word] }
        for word in body..<words { arena[to + target.body + word - body] = arena[from + word] }
        arena.free(old, words: words)
        arena[cell] = UInt64(block)
    }

    /// Moves a ring's entries, oldest first, into one of another form; its own words but those of deadlines go with them.
    private func convert(_ ring: Ring, _ old: UInt32, to target: WindowState, _ wider: Ring, cell: Int, place: UInt64) {
        let count = ring.count(old, in: arena)
        var new = wider.make(in: arena, capacity: max(count, 2))
        arena[Arena.word(new) + WindowState.counter] = arena[Arena.word(old) + WindowState.counter]
        if form.store == .numbers {
            for word in WindowState.sum..<WindowState.sum + sumWords {
                arena[Arena.word(new) + word] = arena[Arena.word(old) + word]
            }
        }
        let plain = ring.width - extra
        for index in 0..<count {
            let entry = ring.entry(index, of: old, in: arena)
            var words = InlineArray<4, UInt64>(repeating: 0)
            for word in 0..<plain { words[word] = arena[entry + word] }
            if target.extra > 0 { words[plain] = extra > 0 ? arena[entry + plain] : place }
            new = wider.push(words[0], words[1], words[2], words[3], onto: new, in: arena)
        }
        ring.free(old, in: arena)
        arena[cell] = UInt64(new)
    }

    private func convertDistinct(_ old: UInt32, to target: WindowState, cell: Int, place: UInt64) {
        var new = target.seen.make()
        for index in 0..<seen.count(old) {
            let entry = seen.entry(index, of: old)
            new = target.seen.adding(
                arena[entry], arena[entry + 1], form.hasPlaces ? arena[entry + 2] : place, to: new)
        }
        if target.hasLast {
            let (from, to) = (Arena.word(old), Arena.word(new))
            if hasLast {
                arena[to + WindowState.lastTime] = arena[from + WindowState.lastTime]
                arena[to + WindowState.lastPlace] = arena[from + WindowState.lastPlace]
            } else {
                let last = (0..<seen.count(old)).map { arena[seen.entry($0, of: old) + 1] }.max() ?? 0
                // As a key, a time has its highest bit turned.
                arena[to + WindowState.lastTime] = last ^ 1 << 63
                arena[to + WindowState.lastPlace] = place
            }
        }
        seen.free(old)
        arena[cell] = UInt64(new)
    }

    private func convertTally(_ table: UInt32, to target: WindowState, place: UInt64) {
        arena[Arena.word(table) + WindowState.armed] = 0
        guard hasLog, form.hasPlaces != target.form.hasPlaces, log(table) != 0 else { return }
        let old = log(table)
        let (ring, wider) = (logRing, target.logRing)
        let count = ring.count(old, in: arena)
        var new = wider.make(in: arena, capacity: max(count, 2))
        for index in 0..<count {
            let entry = ring.entry(index, of: old, in: arena)
            new = wider.push(
                arena[entry], arena[entry + 1], form.hasPlaces ? arena[entry + 2] : place, onto: new, in: arena)
        }
        ring.free(old, in: arena)
        arena[Arena.word(table) + WindowState.log] = UInt64(new)
    }
}
