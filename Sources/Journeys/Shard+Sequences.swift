import Events
import Expressions
import Storage

extension Shard {
    /// Shows the current event to a sequence: runs that wait for it bind it, unwanted events end runs, and a new run may
    /// begin.
    ///
    /// The lists are gone through from the one furthest on, so that no run sees the event twice.
    mutating func advance(_ interest: Dispatch.MomentInterest) {
        let moment = Int(interest.moment)
        let form = dispatch.moments[moment]
        if let absence = loneAbsence(moment, form) {
            advance(absence, interest, form)
            return
        }
        guard let key = context.key(form) else { return }
        let known = context.keyState(moment, key: key.form)
        if let known {
            if interest.closes {
                endWaiting(known, form)
                if form.retells { endTelling(known, moment, form) }
            }
            var count = Int(form.positionCount) - 1
            while count >= 1 {
                if known.list(count) != 0, move(known, moment, form, count: count, interest) { return }
                count -= 1
            }
        }
        if interest.takes & 1 != 0, context.holds(dispatch.positions[Int(form.firstPosition)].condition) {
            begin(known, moment, form, key: key)
        } else if let known {
            context.freeIfIdle(known, moment: moment, form)
        }
    }

    /// Shows the current event to a sequence of which one event waits alone.
    private mutating func advance(
        _ absence: LoneAbsence, _ interest: Dispatch.MomentInterest, _ form: Dispatch.MomentForm
    ) {
        let moment = Int(interest.moment)
        let isOver = interest.closes && context.holds(form.closingCondition)
        if isOver { dropLone(absence, moment) }
        guard interest.takes & 1 != 0, context.holds(dispatch.positions[Int(form.firstPosition)].condition) else {
            return
        }
        var known: KeyState?
        if !isOver {
            let keyState = unfold(absence, moment, form)
            arm(keyState, moment, form)
            known = keyState
        }
        begin(known, moment, form, key: MomentKey(form: nil))
    }

    /// The unwanted event has come: what waited for its absence is over.
    private mutating func endWaiting(_ keyState: KeyState, _ form: Dispatch.MomentForm) {
        let last = Int(form.positionCount)
        guard keyState.list(last) != 0, context.holds(form.closingCondition) else { return }
        end(keyState, count: last)
    }

    private mutating func end(_ keyState: KeyState, count: Int) {
        keyState.runs -= RunList(arena: context.scene.arena).free(keyState.list(count))
        keyState.setList(count, 0)
    }

    /// Shows the event to the runs that have bound `count` positions. True where a match was completed: then, as
    /// `skip_past_last_event` says, every other run is over as well.
    private mutating func move(
        _ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm, count: Int,
        _ interest: Dispatch.MomentInterest
    ) -> Bool {
        let position = dispatch.positions[Int(form.firstPosition) + count]
        let bit = UInt64(1) << UInt64(count)
        let takes = interest.takes & bit != 0 && context.holds(position.condition)
        let ends = takes && count + 1 == Int(form.positionCount) && !form.closes
        if interest.nots & bit != 0, !(takes && position.isRepetition), !ends, isUnwanted(position) {
            end(keyState, count: count)
            return false
        }
        guard takes else { return false }
        let lists = RunList(arena: context.scene.arena)
        let list = keyState.list(count)
        let now = context.scene.now
        dropOver(keyState, form, list: list)
        if lists.isEmpty(list) {
            end(keyState, count: count)
            return false
        }
        let event = context.bind()
        if ends {
            complete(keyState, moment, form, list: list, last: event)
            return true
        }
        StoredEvent.retain(event, in: context.scene.arena)
        keyState.setList(count, 0)
        let isLast = count + 1 == Int(form.positionCount)
        if !(isLast && form.closes) { dropOver(keyState, form, list: keyState.list(count + 1)) }
        keyState.setList(
            count + 1, lists.adding(event: event, time: now, parent: list, to: keyState.list(count + 1)))
        if isLast { arm(keyState, moment, form) }
        return false
    }

    /// Drops the runs of a list whose `within` is over: they go as others come, so that they do not pile up.
    private func dropOver(_ keyState: KeyState, _ form: Dispatch.MomentForm, list: UInt32) {
        guard form.within != .max, list != 0 else { return }
        let now = context.scene.now
        keyState.runs -= RunList(arena: context.scene.arena).drop(from: list) { _, start in
            now >= start.advanced(by: form.within)
        }
    }

    private mutating func isUnwanted(_ position: Dispatch.PositionForm) -> Bool {
        for index in Int(position.firstNot)..<Int(position.firstNot + position.notCount) {
            let not = dispatch.nots[index]
            if dispatch.takes(not, type: context.scene.event.row.type), context.holds(not.condition) { return true }
        }
        return false
    }

    /// The current event begins a run.
    private mutating func begin(_ known: KeyState?, _ moment: Int, _ form: Dispatch.MomentForm, key: MomentKey) {
        if known == nil, waitAlone(moment, form) { return }
        let event = context.bind()
        let keyState = known ?? context.obtainKeyState(moment, form, key: key.form)
        if form.positionCount == 1, !form.closes {
            complete(keyState, moment, form, list: 0, last: event)
            return
        }
        let lists = RunList(arena: context.scene.arena)
        if form.positionCount > 1 { dropOver(keyState, form, list: keyState.list(1)) }
        if keyState.runs >= Int(form.partialLimit) { dropOldest(keyState, moment, form) }
        StoredEvent.retain(event, in: context.scene.arena)
        keyState.setList(1, lists.adding(event: event, time: context.scene.now, parent: 0, to: keyState.list(1)))
        keyState.runs += 1
        if form.positionCount == 1 { arm(keyState, moment, form) }
    }

    private mutating func dropOldest(_ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm) {
        let lists = RunList(arena: context.scene.arena)
        var count = Int(form.positionCount)
        while count >= 1 {
            if !lists.isEmpty(keyState.list(count)) {
                lists.dropOldest(from: keyState.list(count))
                keyState.runs -= 1
                context.statistics.overflowed[moment] += 1
                return
            }
            count -= 1
        }
    }

    /// The current event completes the oldest run of a list, or, without one, is a match by itself.
    private mutating func complete(
        _ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm, list: UInt32, last: UInt32
    ) {
        trace(list, count: Int(form.positionCount) - 1, form)
        path[Int(form.positionCount) - 1] = last
        write(
            moment, form, keyState, start: StoredEvent.taken(path[0], in: context.scene.arena), end: context.scene.now)
        // Every run began at or before this event, the match's last.
        for count in 1...Int(form.positionCount) where keyState.list(count) != 0 { end(keyState, count: count) }
        context.freeIfIdle(keyState, moment: moment, form)
    }

    /// Notes in `path` the events of the oldest run of a list that has bound `count` positions.
    private mutating func trace(_ list: UInt32, count: Int, _ form: Dispatch.MomentForm) {
        path.truncate(to: 0)
        while path.count < Int(form.positionCount) { path.append(0) }
        var list = list
        var place = count - 1
        while place >= 0 {
            let entry = RunList(arena: context.scene.arena).first(list)
            path[place] = entry.event
            list = entry.parent
            place -= 1
        }
    }

    // MARK: Deadlines

    /// Sees to it that a deadline stands for the end of the closing `not … for` of the oldest run that waits for it.
    private mutating func arm(_ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm) {
        let list = keyState.list(Int(form.positionCount))
        let lists = RunList(arena: context.scene.arena)
        guard keyState.armed == KeyState.unarmed, !lists.isEmpty(list) else { return }
        let first = lists.first(list)
        let due = first.time.advanced(by: form.closingWait)
        keyState.armed = due.microseconds
        deadlines.add(
            Deadlines.Entry(
                time: due, place: StoredEvent.place(first.event, in: context.scene.arena),
                customer: context.scene.customerHash,
                kind: UInt32(context.kind(ofMoment: moment)), detail: keyState.handle))
    }

    /// Fires the deadlines up to `time`, in order; what comes behind the events of `time` only with `slides`.
    mutating func fire(upTo time: Instant, slides: Bool = false) {
        while deadlines.isDue(at: time, slides: slides) {
            let entry = deadlines.take()
            let customers = context.scene.customers.rows(ofHash: entry.customer)
            for location in customers {
                let isObserved = observer != nil && isObserved(location, hash: entry.customer)
                if isObserved { closeObservation(before: entry.time) }
                let before = isObserved ? observedState(at: entry.time) : nil
                let firstLine = lines.count
                context.begin(deadlineAt: entry.time, of: location, hash: entry.customer)
                isSlide = entry.isSlide
                deadlinePlace = entry.origin
                let moment = Int(entry.kind) - context.scene.windows.count
                if entry.isSlide {
                    slide(entry)
                } else if Int(entry.kind) == context.waitingKind {
                    fireWaiting(entry)
                } else if entry.isRetelling {
                    tellAgain(entry, moment: moment)
                } else if dispatch.moments[moment].pattern >= 0 {
                    expirePattern(entry, moment: moment)
                } else {
                    completeWaiting(entry, moment: moment)
                }
                if !keptMoments.isEmpty { joinWaiting() }
                if let before { tellDeadline(at: entry.time, before: before, firstLine: firstLine) }
            }
        }
    }

    /// The time of a closing `not … for` is over for the oldest runs that wait for it.
    private mutating func completeWaiting(_ entry: Deadlines.Entry, moment: Int) {
        let form = dispatch.moments[moment]
        let found =
            if let absence = loneAbsence(of: entry, moment: moment, form) {
                unfold(absence, moment, form)
            } else {
                waiting(entry, moment: moment, form)
            }
        guard let keyState = found else { return }
        keyState.armed = KeyState.unarmed
        ordinal = UInt32(moment) << 16
        let lists = RunList(arena: context.scene.arena)
        let last = Int(form.positionCount)
        while !lists.isEmpty(keyState.list(last)) {
            let first = lists.first(keyState.list(last))
            guard first.time.advanced(by: form.closingWait) <= entry.time else { break }
            trace(keyState.list(last), count: last, form)
            let place = StoredEvent.place(first.event, in: context.scene.arena)
            deadlinePlace = place
            context.scene.event = StoredEvent.sight(first.event, in: context.scene.arena)
            context.scene.hasEvent = true
            write(
                moment, form, keyState, start: StoredEvent.taken(path[0], in: context.scene.arena),
                end: StoredEvent.taken(first.event, in: context.scene.arena))
            context.scene.hasEvent = false
            discard(keyState, form, upTo: first.time, place: place)
        }
        arm(keyState, moment, form)
        context.freeIfIdle(keyState, moment: moment, form)
    }

    /// The key state that a deadline was set for, where it still stands and the deadline is the one it noted.
    private func waiting(_ entry: Deadlines.Entry, moment: Int, _ form: Dispatch.MomentForm) -> KeyState? {
        guard let keyState = context.keyState(of: entry, moment: moment, form) else { return nil }
        return keyState.armed == entry.time.microseconds ? keyState : nil
    }

    /// After a match whose last event was taken at `time` and stands at `place`: every run that began no later is over.
    /// The place alone does not tell, since with `time.disorder` events are not taken in the order of their places.
    private mutating func discard(_ keyState: KeyState, _ form: Dispatch.MomentForm, upTo time: Instant, place: UInt64)
    {
        let arena = context.scene.arena
        let lists = RunList(arena: arena)
        var count = Int(form.positionCount)
        while count >= 1 {
            let list = keyState.list(count)
            if list != 0 {
                keyState.runs -= lists.drop(from: list) { event, start in
                    start != time ? start < time : StoredEvent.place(event, in: arena) <= place
                }
            }
            count -= 1
        }
    }
}
