import Events
import Expressions
import Storage

/// `when` moments.
extension Shard {
    /// Decides a `when` moment: it fires as its condition turns true; as the cooldown that has held it back is over; and
    /// again each time that it has been true for the time of its `repeat`.
    /// - Parameter again: whether to ask its condition; else it is what it was.
    mutating func decideCondition(_ moment: MomentNumber, again: Bool = true) {
        let form = matcher.table.forms[moment]
        if form.isKeyed, !context.scope.hasEvent {
            decideForAllKeys(moment, form, again: again)
            return
        }
        guard let key = context.key(form) else { return }
        decide(moment, form, context.keyState(moment, key: key.form), key: key, again: again)
    }

    private mutating func decide(
        _ moment: MomentNumber, _ form: MomentForm, _ known: KeyState?, key: MomentKey, again: Bool
    ) {
        let isTrue = again ? context.holds(form.condition) : known?.wasTrue ?? false
        if !isTrue {
            guard let known else { return }
            (known.wasTrue, known.isOwed) = (false, false)
            known.armed = nil
            context.freeIfIdle(known, moment: moment, form)
            return
        }
        if let known, known.wasTrue, !known.isArmed(at: context.scope.now) { return }
        let keyState = known ?? context.obtainKeyState(moment, form, key: key.form)
        keyState.wasTrue = true
        path.truncate(to: 0)
        pathSteps.truncate(to: 0)
        keyState.isOwed = !tell(moment, form, keyState, start: context.scope.now, end: context.scope.now)
        armCondition(keyState, moment, form)
    }

    /// Sees to it that a deadline stands for the instant at which a condition that stays true is told: the end of the
    /// cooldown that holds it back, or the next time of its `repeat`.
    mutating func armCondition(_ keyState: KeyState, _ moment: MomentNumber, _ form: MomentForm) {
        keyState.armed = nil
        guard keyState.wasTrue, keyState.hasLine else { return }
        if !keyState.isOwed, form.repeatEvery == 0 || context.isFlushing { return }
        let wait = keyState.isOwed ? form.cooldown : form.repeatEvery
        // Where the configuration was taken anew with a shorter time, that may be over already.
        let due = max(keyState.lastLine.advanced(by: wait), context.scope.now.advanced(by: 1))
        let place = context.isEvent ? context.scope.event.place : deadlinePlace
        keyState.armed = due
        keyState.armedPlace = place
        deadlines.add(
            Deadlines.Entry(
                time: due, place: place, isSlide: true,
                customer: context.scope.customerHash, kind: UInt32(context.kind(ofMoment: moment)),
                detail: keyState.handle))
    }

    /// At an instant without an event nothing says for which value of `by` to decide: it is done for all that are known.
    private mutating func decideForAllKeys(_ moment: MomentNumber, _ form: MomentForm, again: Bool) {
        guard let cell = context.cell(context.kind(ofMoment: moment)), context.scope.arena[cell] != 0 else { return }
        let table = KeyStateTable(arena: context.scope.arena)
        // In an order that does not depend on where the table happens to keep them.
        let known = table.all(UInt32(context.scope.arena[cell])).map {
            KeyState(arena: context.scope.arena, handle: $0)
        }
        for keyState in known.sorted(by: { $0.keyHash < $1.keyHash }) {
            decide(moment, form, keyState, key: MomentKey(form: nil), again: again)
        }
    }
}
