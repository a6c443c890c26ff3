import Events
import Expressions
import Storage

/// The value of `by` for the event at hand; nil where the moment has no `by`.
struct MomentKey {
    var form: StoredValue.Form?
}

extension Shard {
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
    func matcher(_ moment: Int, key: StoredValue.Form?) -> Matcher? {
        guard let cell = cell(kind(ofMoment: moment)) else { return nil }
        let handle = UInt32(truncatingIfNeeded: scene.arena[cell])
        guard handle != 0 else { return nil }
        guard let key else { return Matcher(arena: scene.arena, handle: handle) }
        let found = MatcherTable(arena: scene.arena).find(key, hash: key.hash(scene.arena.hashKey), in: handle)
        return found == 0 ? nil : Matcher(arena: scene.arena, handle: found)
    }

    mutating func obtainMatcher(_ moment: Int, _ form: Dispatch.MomentForm, key: StoredValue.Form?) -> Matcher {
        let cell = obtainCell(kind(ofMoment: moment))
        let matcher = Matcher.make(lists: form.lists, in: scene.arena)
        if form.pattern >= 0 { matcher.endOfWithin = Matcher.unarmed }
        wake(kind(ofMoment: moment))
        guard let key else {
            scene.arena[cell] = UInt64(matcher.handle)
            return matcher
        }
        matcher.setKey(key)
        let table = MatcherTable(arena: scene.arena)
        if scene.arena[cell] == 0 { scene.arena[cell] = UInt64(table.make()) }
        let handle = UInt32(truncatingIfNeeded: scene.arena[cell])
        if table.isFull(handle) { scene.arena[cell] = UInt64(makeRoom(in: handle, form)) }
        table.add(
            matcher.handle, hash: key.hash(scene.arena.hashKey), to: UInt32(truncatingIfNeeded: scene.arena[cell]))
        return matcher
    }

    /// Lets go of the values of `by` for which everything is over, which may be most of those ever seen; where the table stays
    /// more than half full, another one twice as large takes its place. So a value costs a constant on average, and there
    /// are never many more in memory than have anything live.
    private func makeRoom(in handle: UInt32, _ form: Dispatch.MomentForm) -> UInt32 {
        let table = MatcherTable(arena: scene.arena)
        for known in table.all(handle) {
            let matcher = Matcher(arena: scene.arena, handle: known)
            letGoOfRuns(matcher, form)
            guard isIdle(matcher, form) else { continue }
            table.remove(known, hash: matcher.keyHash, from: handle)
            free(matcher, form)
        }
        return table.isOverHalfFull(handle) ? table.widened(handle) : handle
    }

    /// Whether a matcher keeps nothing any more: no run, no truth to remember, no cooldown that still lasts.
    private func isIdle(_ matcher: Matcher, _ form: Dispatch.MomentForm) -> Bool {
        if form.condition >= 0 ? matcher.wasTrue : matcher.runs > 0 { return false }
        if form.retells, matcher.own(form.retoldWord) != 0 { return false }
        return !(form.cooldown > 0 && matcher.hasLine && scene.now < matcher.lastLine.advanced(by: form.cooldown))
    }

    /// Frees an idle matcher that nothing names any more.
    private func free(_ matcher: Matcher, _ form: Dispatch.MomentForm) {
        if form.pattern < 0, form.condition < 0 {
            for count in 1...form.runLists where matcher.list(count) != 0 {
                _ = RunList(arena: scene.arena).free(matcher.list(count))
            }
        }
        matcher.free(lists: form.lists)
    }

    /// Frees a matcher that keeps nothing any more, and the customer where that was all.
    mutating func freeIfIdle(_ matcher: Matcher, moment: Int, _ form: Dispatch.MomentForm) {
        let kind = kind(ofMoment: moment)
        guard isIdle(matcher, form) else {
            // A cooldown that is all that is left ends before whatever kept the matcher until now.
            if matcher.hasLine, form.cooldown > 0, scene.location.row != 0 {
                scene.customers.wake(scene.location, by: matcher.lastLine.advanced(by: form.cooldown))
            }
            return
        }
        guard let cell = cell(kind) else { return }
        if form.by >= 0 {
            let table = MatcherTable(arena: scene.arena)
            let handle = UInt32(truncatingIfNeeded: scene.arena[cell])
            table.remove(matcher.handle, hash: matcher.keyHash, from: handle)
            if table.count(handle) == 0 {
                table.free(handle)
                scene.customers.removeCell(kind, ofRow: scene.location.row)
            }
        } else {
            scene.customers.removeCell(kind, ofRow: scene.location.row)
        }
        free(matcher, form)
        freeCustomerIfIdle()
    }

    /// Frees the customer at hand where nothing is kept of it any more, unless a moment of this instant is yet to join what
    /// waits.
    mutating func freeCustomerIfIdle() {
        guard keptMoments.isEmpty, scene.customers.isIdle(scene.location.row) else { return }
        scene.customers.remove(scene.location)
        scene.location = .none
    }
}
