import Events
import Expressions
import Storage

/// The value of `by` for the event at hand; nil where the moment has no `by`.
struct MomentKey {
    var form: StoredValue.Encoding?
}

extension EvaluationContext {
    /// The value of a moment's `by` for the current event; nil where there is none, and the event is not seen.
    mutating func key(_ form: MomentForm) -> MomentKey? {
        guard form.isKeyed else { return MomentKey(form: nil) }
        let value = value(form.by)
        // What is equal to nothing, not even to itself, has no other event to be matched with.
        if case .double(let number) = value, number.isNaN { return nil }
        guard let key = StoredValue.sought(value) else { return nil }
        return MomentKey(form: key)
    }

    /// What the moment keeps for the current customer and value of `by`, if it keeps anything.
    func keyState(_ moment: MomentNumber, key: StoredValue.Encoding?) -> KeyState? {
        guard let cell = cell(kind(ofMoment: moment)) else { return nil }
        let handle = UInt32(truncatingIfNeeded: scope.arena[cell])
        guard handle != 0 else { return nil }
        guard let key else { return KeyState(arena: scope.arena, handle: handle) }
        let found = KeyStateTable(arena: scope.arena).find(key, hash: key.hash(scope.arena.hashKey), in: handle)
        return found == 0 ? nil : KeyState(arena: scope.arena, handle: found)
    }

    mutating func obtainKeyState(_ moment: MomentNumber, _ form: MomentForm, key: StoredValue.Encoding?) -> KeyState {
        let cell = obtainCell(kind(ofMoment: moment))
        let keyState = KeyState.make(lists: form.lists, in: scope.arena)
        if form.strategy?.isOfTree == true { keyState.endOfWithin = nil }
        wake(kind(ofMoment: moment))
        guard let key else {
            scope.arena[cell] = UInt64(keyState.handle)
            return keyState
        }
        keyState.setKey(key)
        let table = KeyStateTable(arena: scope.arena)
        if scope.arena[cell] == 0 { scope.arena[cell] = UInt64(table.make()) }
        let handle = UInt32(truncatingIfNeeded: scope.arena[cell])
        if table.isFull(handle) { scope.arena[cell] = UInt64(makeRoom(in: handle, form)) }
        table.add(
            keyState.handle, hash: key.hash(scope.arena.hashKey), to: UInt32(truncatingIfNeeded: scope.arena[cell]))
        return keyState
    }

    /// Lets go of the values of `by` for which everything is over, which may be most of those ever
    /// seen; where the table stays more than half full, another one twice as large takes its place.
    /// So a value costs a constant on average, and there are never many more in memory than have
    /// anything live.
    private func makeRoom(in handle: UInt32, _ form: MomentForm) -> UInt32 {
        let table = KeyStateTable(arena: scope.arena)
        for known in table.all(handle) {
            let keyState = KeyState(arena: scope.arena, handle: known)
            dropOver(keyState, form)
            guard isIdle(keyState, form) else { continue }
            table.remove(known, hash: keyState.keyHash, from: handle)
            free(keyState, form)
        }
        return table.isOverHalfFull(handle) ? table.widened(handle) : handle
    }

    /// Whether a key state keeps nothing any more: no run, no truth to remember, no cooldown that still lasts.
    func isIdle(_ keyState: KeyState, _ form: MomentForm) -> Bool {
        if form.strategy == nil ? keyState.wasTrue : keyState.runs > 0 { return false }
        if form.retells, keyState.own(form.retoldWord) != 0 { return false }
        return !(form.cooldown > 0 && keyState.hasLine && scope.now < keyState.lastLine.advanced(by: form.cooldown))
    }

    /// Frees an idle key state that nothing names any more.
    private func free(_ keyState: KeyState, _ form: MomentForm) {
        switch form.strategy {
        case .absence, .runs: RunList.freeAll(of: keyState, form)
        case .strands, .cohorts, nil: break
        }
        keyState.free(lists: form.lists)
    }

    /// Frees a key state that keeps nothing any more, and the customer where that was all.
    mutating func freeIfIdle(_ keyState: KeyState, moment: MomentNumber, _ form: MomentForm) {
        let kind = kind(ofMoment: moment)
        guard isIdle(keyState, form) else {
            // A cooldown that is all that is left ends before whatever kept the key state until now.
            if keyState.hasLine, form.cooldown > 0, scope.location.row != 0 {
                scope.customers.wake(scope.location, by: keyState.lastLine.advanced(by: form.cooldown))
            }
            return
        }
        guard let cell = cell(kind) else { return }
        if form.isKeyed {
            let table = KeyStateTable(arena: scope.arena)
            let handle = UInt32(truncatingIfNeeded: scope.arena[cell])
            table.remove(keyState.handle, hash: keyState.keyHash, from: handle)
            if table.count(handle) == 0 {
                table.free(handle)
                scope.customers.removeCell(kind, ofRow: scope.location.row)
            }
        } else {
            scope.customers.removeCell(kind, ofRow: scope.location.row)
        }
        free(keyState, form)
        freeCustomerIfIdle()
    }

    /// The key state that a deadline was set for, where it still stands.
    func keyState(of entry: Deadlines.Entry, moment: MomentNumber, _ form: MomentForm) -> KeyState? {
        guard let cell = cell(kind(ofMoment: moment)) else { return nil }
        let held = UInt32(truncatingIfNeeded: scope.arena[cell])
        let keyState = KeyState(arena: scope.arena, handle: entry.detail)
        if !form.isKeyed { return held == entry.detail ? keyState : nil }
        let isHeld = KeyStateTable(arena: scope.arena).holds(entry.detail, hash: keyState.keyHash, in: held)
        return isHeld ? keyState : nil
    }

    /// Drops the partial matches of a key state whose time is over, where no deadline sees to it.
    private func dropOver(_ keyState: KeyState, _ form: MomentForm) {
        switch form.strategy {
        case .absence, .runs: RunList.dropOver(of: keyState, form, at: scope.now)
        case .strands, .cohorts, nil: break
        }
    }

    // MARK: Forgetting

    /// Until when, at most, a moment's key states for the customer at hand have something pending or remember something:
    /// the first end, where they do for several values of `by`. What is over is evicted.
    mutating func liveUntil(_ moment: MomentNumber, _ form: MomentForm) -> Instant {
        guard let cell = cell(kind(ofMoment: moment)), scope.arena[cell] != 0 else { return .distantPast }
        let held = UInt32(truncatingIfNeeded: scope.arena[cell])
        var live = Instant.distantFuture
        if form.isKeyed {
            for handle in KeyStateTable(arena: scope.arena).all(held) {
                look(at: handle, moment, form, &live)
                if scope.location.row == 0 { return .distantPast }
            }
        } else {
            look(at: held, moment, form, &live)
            if scope.location.row == 0 { return .distantPast }
        }
        return cell == self.cell(kind(ofMoment: moment)) ? live : .distantPast
    }

    /// Lets go of what is over of one key state, and brings forward when the first of several is.
    @inline(__always)
    private mutating func look(
        at handle: UInt32, _ moment: MomentNumber, _ form: MomentForm, _ live: inout Instant
    ) {
        let keyState = KeyState(arena: scope.arena, handle: handle)
        dropOver(keyState, form)
        let end = liveUntil(keyState, form)
        if end > scope.now, end < live { live = end }
        freeIfIdle(keyState, moment: moment, form)
    }

    private func liveUntil(_ keyState: KeyState, _ form: MomentForm) -> Instant {
        // While a condition is true its last line counts for `repeat`, too, after a merge or a reload as well.
        if form.strategy == nil, keyState.wasTrue { return .distantFuture }
        var live = Instant.distantPast
        if keyState.hasLine {
            live = keyState.lastLine.advanced(by: form.cooldown)
            if live <= scope.now { keyState.forgetLine() }
        }
        if form.strategy == nil { return live }
        if form.retells, keyState.own(form.retoldWord) != 0 {
            live = .distantFuture
        } else if keyState.runs > 0 {
            let most = form.closes ? max(form.within, form.closingWait) : form.within
            let end = most == .max ? Instant.distantFuture : scope.now.advanced(by: most)
            if end > live { live = end }
        }
        return live
    }
}
