import Events
import Expressions
import Storage

/// The value of `by` for the event at hand; nil where the moment has no `by`.
struct MomentKey {
    var form: StoredValue.Form?
}

extension EvaluationContext {
    /// The value of a moment's `by` for the current event; nil where there is none, and the event is not seen.
    mutating func key(_ form: Dispatch.MomentForm) -> MomentKey? {
        guard form.by >= 0 else { return MomentKey(form: nil) }
        let value = value(form.by)
        // What is equal to nothing, not even to itself, has no other event to be matched with.
        if case .double(let number) = value, number.isNaN { return nil }
        guard let key = StoredValue.sought(value) else { return nil }
        return MomentKey(form: key)
    }

    /// What the moment keeps for the current customer and value of `by`, if it keeps anything.
    func keyState(_ moment: Int, key: StoredValue.Form?) -> KeyState? {
        guard let cell = cell(kind(ofMoment: moment)) else { return nil }
        let handle = UInt32(truncatingIfNeeded: scene.arena[cell])
        guard handle != 0 else { return nil }
        guard let key else { return KeyState(arena: scene.arena, handle: handle) }
        let found = KeyStateTable(arena: scene.arena).find(key, hash: key.hash(scene.arena.hashKey), in: handle)
        return found == 0 ? nil : KeyState(arena: scene.arena, handle: found)
    }

    mutating func obtainKeyState(_ moment: Int, _ form: Dispatch.MomentForm, key: StoredValue.Form?) -> KeyState {
        let cell = obtainCell(kind(ofMoment: moment))
        let keyState = KeyState.make(lists: form.lists, in: scene.arena)
        if form.pattern >= 0 { keyState.endOfWithin = KeyState.unarmed }
        wake(kind(ofMoment: moment))
        guard let key else {
            scene.arena[cell] = UInt64(keyState.handle)
            return keyState
        }
        keyState.setKey(key)
        let table = KeyStateTable(arena: scene.arena)
        if scene.arena[cell] == 0 { scene.arena[cell] = UInt64(table.make()) }
        let handle = UInt32(truncatingIfNeeded: scene.arena[cell])
        if table.isFull(handle) { scene.arena[cell] = UInt64(makeRoom(in: handle, form)) }
        table.add(
            keyState.handle, hash: key.hash(scene.arena.hashKey), to: UInt32(truncatingIfNeeded: scene.arena[cell]))
        return keyState
    }

    /// Lets go of the values of `by` for which everything is over, which may be most of those ever seen; where the table stays
    /// more than half full, another one twice as large takes its place. So a value costs a constant on average, and there
    /// are never many more in memory than have anything live.
    private func makeRoom(in handle: UInt32, _ form: Dispatch.MomentForm) -> UInt32 {
        let table = KeyStateTable(arena: scene.arena)
        for known in table.all(handle) {
            let keyState = KeyState(arena: scene.arena, handle: known)
            letGoOfRuns(keyState, form)
            guard isIdle(keyState, form) else { continue }
            table.remove(known, hash: keyState.keyHash, from: handle)
            free(keyState, form)
        }
        return table.isOverHalfFull(handle) ? table.widened(handle) : handle
    }

    /// Whether a key state keeps nothing any more: no run, no truth to remember, no cooldown that still lasts.
    private func isIdle(_ keyState: KeyState, _ form: Dispatch.MomentForm) -> Bool {
        if form.condition >= 0 ? keyState.wasTrue : keyState.runs > 0 { return false }
        if form.retells, keyState.own(form.retoldWord) != 0 { return false }
        return !(form.cooldown > 0 && keyState.hasLine && scene.now < keyState.lastLine.advanced(by: form.cooldown))
    }

    /// Frees an idle key state that nothing names any more.
    private func free(_ keyState: KeyState, _ form: Dispatch.MomentForm) {
        if form.pattern < 0, form.condition < 0 {
            for count in 1...form.runLists where keyState.list(count) != 0 {
                _ = RunList(arena: scene.arena).free(keyState.list(count))
            }
        }
        keyState.free(lists: form.lists)
    }

    /// Frees a key state that keeps nothing any more, and the customer where that was all.
    mutating func freeIfIdle(_ keyState: KeyState, moment: Int, _ form: Dispatch.MomentForm) {
        let kind = kind(ofMoment: moment)
        guard isIdle(keyState, form) else {
            // A cooldown that is all that is left ends before whatever kept the key state until now.
            if keyState.hasLine, form.cooldown > 0, scene.location.row != 0 {
                scene.customers.wake(scene.location, by: keyState.lastLine.advanced(by: form.cooldown))
            }
            return
        }
        guard let cell = cell(kind) else { return }
        if form.by >= 0 {
            let table = KeyStateTable(arena: scene.arena)
            let handle = UInt32(truncatingIfNeeded: scene.arena[cell])
            table.remove(keyState.handle, hash: keyState.keyHash, from: handle)
            if table.count(handle) == 0 {
                table.free(handle)
                scene.customers.removeCell(kind, ofRow: scene.location.row)
            }
        } else {
            scene.customers.removeCell(kind, ofRow: scene.location.row)
        }
        free(keyState, form)
        freeCustomerIfIdle()
    }

    /// The key state that a deadline was set for, where it still stands.
    func keyState(of entry: Deadlines.Entry, moment: Int, _ form: Dispatch.MomentForm) -> KeyState? {
        guard let cell = cell(kind(ofMoment: moment)) else { return nil }
        let held = UInt32(truncatingIfNeeded: scene.arena[cell])
        let keyState = KeyState(arena: scene.arena, handle: entry.detail)
        if form.by < 0 { return held == entry.detail ? keyState : nil }
        let isHeld = KeyStateTable(arena: scene.arena).holds(entry.detail, hash: keyState.keyHash, in: held)
        return isHeld ? keyState : nil
    }

    /// Drops the runs whose `within` has passed. Those that wait for a closing `not … for` run their full time.
    func letGoOfRuns(_ keyState: KeyState, _ form: Dispatch.MomentForm) {
        // Deadlines see to the end of `within` where the sequence is of the general form.
        guard form.condition < 0, form.pattern < 0, form.within != .max else { return }
        let now = scene.now
        let lists = RunList(arena: scene.arena)
        for count in 1...form.runLists where keyState.list(count) != 0 {
            if form.closes, count == Int(form.positionCount) { continue }
            keyState.runs -= lists.drop(from: keyState.list(count)) { _, start in
                now >= start.advanced(by: form.within)
            }
        }
    }
}
