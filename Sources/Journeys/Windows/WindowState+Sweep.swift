import Events
import Storage

/// Giving memory back once a window holds nothing any more.
extension WindowState {
    /// Until when the window holds something. Nil where it holds nothing at `now` and reads as empty: its memory is
    /// given back then, and the cell is to be removed.
    func liveUntil(at now: Instant, cell: Int) -> Instant? {
        if form.isFramed { return framedLiveUntil(at: now, cell: cell) }
        if !isSliding, form.gap == .max { return .distantFuture }
        guard arena[cell] != 0 else { return nil }
        let last = lastTime(at: now, cell: cell)
        if let last, !isOver(last, now) { return loss(last) }
        // A look at this very instant may have taken out what it has lost, before anything was decided on that.
        if form.isWatched, instant(armedWord(cell: cell)) > now, arena[armedWord(cell: cell)] != 0 {
            return instant(armedWord(cell: cell))
        }
        free(cell: cell)
        return nil
    }

    /// The time of the last event that the window holds.
    private func lastTime(at now: Instant, cell: Int) -> Instant? {
        switch form.store {
        case .counter, .instant: return nil
        case .since, .last, .running: return instant(base(cell))
        case .times, .numbers, .values: return lastInRing(at: now, cell: cell)
        case .distinct, .tally: return lastSeen(at: now, cell: cell)
        case .ordered: return arena[cell] == 0 ? nil : instant(base(cell))
        }
    }

    func free(cell: Int) {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        if form.isFramed {
            freeFrame(handle)
            return
        }
        switch form.store {
        case .counter, .instant: break
        case .since: arena.free(handle, words: sinceWords)
        case .last: arena.free(handle, words: 3 + StoredValue.words(at: base(cell) + 3, in: arena))
        case .running: freeRun(handle)
        case .times: timesRing.free(handle, in: arena)
        case .numbers: numbersRing.free(handle, in: arena)
        case .values:
            for index in 0..<valuesRing.count(handle, in: arena) {
                StoredValue.release(at: valuesRing.entry(index, of: handle, in: arena) + 1, in: arena)
            }
            valuesRing.free(handle, in: arena)
        case .distinct, .tally: freeValues(handle)
        case .ordered: freeOrdered(handle)
        }
    }
}
