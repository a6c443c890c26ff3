import Events
import Storage

/// Runs as time passes. A key state has at most one deadline among the shard's: the end of the closing `not … for` of the
/// oldest run that waits for it.
extension SequenceMatcher {
    /// Sees to it that the deadline stands.
    mutating func armRuns(_ keyState: KeyState) {
        let list = keyState.list(Int(form.positionCount))
        let lists = RunList(arena: arena)
        guard keyState.armed == nil, !lists.isEmpty(list) else { return }
        let first = lists.first(list)
        let due = first.time.advanced(by: form.closingWait)
        keyState.armed = due
        arm(due, place: StoredEvent.place(first.event, in: arena), keyState)
    }

    /// A deadline has come.
    mutating func expireRuns(_ entry: Deadlines.Entry, _ context: inout EvaluationContext) {
        guard let keyState = context.keyState(of: entry, moment: moment, form),
            keyState.isArmed(at: entry.time)
        else { return }
        completeWaiting(keyState, &context)
    }

    /// The time of the closing `not … for` is over for the oldest runs that wait for it.
    mutating func completeWaiting(_ keyState: KeyState, _ context: inout EvaluationContext) {
        keyState.armed = nil
        let lists = RunList(arena: arena)
        let last = Int(form.positionCount)
        while !lists.isEmpty(keyState.list(last)) {
            let first = lists.first(keyState.list(last))
            guard first.time.advanced(by: form.closingWait) <= now else { break }
            let place = StoredEvent.place(first.event, in: arena)
            trace(keyState.list(last), count: last)
            emit(.match, of: keyState, place: place)
            discard(keyState, upTo: first.time, place: place)
        }
        armRuns(keyState)
        finish(keyState, &context)
    }

    /// After a match whose last event was taken at `time` and stands at `place`: every run that began no later is over.
    /// The place alone does not tell, since with `time.disorder` events are not taken in the order of their places.
    private func discard(_ keyState: KeyState, upTo time: Instant, place: UInt64) {
        let lists = RunList(arena: arena)
        var count = Int(form.positionCount)
        while count >= 1 {
            let list = keyState.list(count)
            if list != 0 {
                keyState.runs -= lists.drop(from: list, .event(at: time, place: place))
            }
            count -= 1
        }
    }
}

extension RunList {
    /// Drops the runs whose `within` has passed at a time. Those that wait for a closing `not … for` run their full time.
    static func dropOver(of keyState: KeyState, _ form: MomentForm, at now: Instant) {
        guard form.within != .max else { return }
        let lists = RunList(arena: keyState.arena)
        for count in 1...form.runLists where keyState.list(count) != 0 {
            if form.closes, count == Int(form.positionCount) { continue }
            keyState.runs -= lists.drop(from: keyState.list(count), .within(form.within, at: now))
        }
    }

    /// Drops all runs of a key state, and its lists; their number stays as it was counted.
    static func freeAll(of keyState: KeyState, _ form: MomentForm) {
        for count in 1...form.runLists where keyState.list(count) != 0 {
            _ = RunList(arena: keyState.arena).free(keyState.list(count))
        }
    }
}
