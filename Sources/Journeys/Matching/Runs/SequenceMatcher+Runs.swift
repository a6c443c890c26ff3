import Events
import Storage

/// Runs at an event: partial matches of relaxed steps in a row, which move on in step.
extension SequenceMatcher {
    /// Shows the current event to a sequence: runs that wait for it bind it, unwanted events end runs, and a new run may
    /// begin.
    ///
    /// The lists are gone through from the one furthest on, so that no run sees the event twice.
    mutating func advanceRuns(_ interest: InterestTable.MomentInterest, _ context: inout EvaluationContext) {
        guard let key = context.key(form) else { return }
        let known = context.keyState(moment, key: key.form)
        if let known {
            if interest.closes {
                endWaiting(known, &context)
                if form.retells { endRepeats(known, &context) }
            }
            var count = Int(form.positionCount) - 1
            while count >= 1 {
                if known.list(count) != 0, move(known, count: count, interest, &context) { return }
                count -= 1
            }
        }
        if interest.takes & 1 != 0, context.holds(table.positions[Int(form.firstPosition)].condition) {
            beginRun(known, key: key, &context)
        } else if let known {
            finish(known, &context)
        }
    }

    /// The unwanted event has come: what waited for its absence is over.
    private mutating func endWaiting(_ keyState: KeyState, _ context: inout EvaluationContext) {
        let last = Int(form.positionCount)
        guard keyState.list(last) != 0, context.holds(form.closingCondition) else { return }
        end(keyState, count: last)
    }

    private mutating func end(_ keyState: KeyState, count: Int) {
        keyState.runs -= RunList(arena: arena).free(keyState.list(count))
        keyState.setList(count, 0)
    }

    /// Shows the event to the runs that have bound `count` positions. True where a match was completed: then, as
    /// `skip_past_last_event` says, every other run is over as well.
    private mutating func move(
        _ keyState: KeyState, count: Int, _ interest: InterestTable.MomentInterest,
        _ context: inout EvaluationContext
    ) -> Bool {
        let position = table.positions[Int(form.firstPosition) + count]
        let bit = UInt64(1) << UInt64(count)
        let takes = interest.takes & bit != 0 && context.holds(position.condition)
        let ends = takes && count + 1 == Int(form.positionCount) && !form.closes
        if interest.nots & bit != 0, !(takes && position.isRepetition), !ends, isUnwanted(position, &context) {
            end(keyState, count: count)
            return false
        }
        guard takes else { return false }
        let lists = RunList(arena: arena)
        let list = keyState.list(count)
        dropOver(keyState, list: list)
        if lists.isEmpty(list) {
            end(keyState, count: count)
            return false
        }
        let event = context.bind()
        if ends {
            complete(keyState, list: list, last: event)
            return true
        }
        StoredEvent.retain(event, in: arena)
        keyState.setList(count, 0)
        let isLast = count + 1 == Int(form.positionCount)
        if !(isLast && form.closes) { dropOver(keyState, list: keyState.list(count + 1)) }
        keyState.setList(
            count + 1, lists.adding(event: event, time: now, parent: list, to: keyState.list(count + 1)))
        if isLast { armRuns(keyState) }
        return false
    }

    /// Drops the runs of a list whose `within` is over: they go as others come, so that they do not pile up.
    private func dropOver(_ keyState: KeyState, list: UInt32) {
        guard form.within != .max, list != 0 else { return }
        let dropped = RunList(arena: arena).drop(from: list, .within(form.within, at: now))
        if dropped > 0 { keyState.runs -= dropped }
    }

    private func isUnwanted(
        _ position: MomentTable.PositionForm, _ context: inout EvaluationContext
    ) -> Bool {
        for index in Int(position.firstNot)..<Int(position.firstNot + position.notCount) {
            let not = table.nots[index]
            if table.takes(not, type: eventType), context.holds(not.condition) { return true }
        }
        return false
    }

    /// The current event begins a run.
    mutating func beginRun(_ known: KeyState?, key: MomentKey, _ context: inout EvaluationContext) {
        if known == nil, waitAlone(&context) { return }
        let event = context.bind()
        let keyState = known ?? context.obtainKeyState(moment, form, key: key.form)
        if form.positionCount == 1, !form.closes {
            complete(keyState, list: 0, last: event)
            return
        }
        let lists = RunList(arena: arena)
        if form.positionCount > 1 { dropOver(keyState, list: keyState.list(1)) }
        if keyState.runs >= Int(form.partialLimit) { dropOldest(keyState) }
        StoredEvent.retain(event, in: arena)
        keyState.setList(1, lists.adding(event: event, time: now, parent: 0, to: keyState.list(1)))
        keyState.runs += 1
        if form.positionCount == 1 { armRuns(keyState) }
    }

    mutating func dropOldest(_ keyState: KeyState) {
        let lists = RunList(arena: arena)
        var count = Int(form.positionCount)
        while count >= 1 {
            if !lists.isEmpty(keyState.list(count)) {
                lists.dropOldest(from: keyState.list(count))
                keyState.runs -= 1
                results.countOverflowed()
                return
            }
            count -= 1
        }
    }

    /// The current event completes the oldest run of a list, or, without one, is a match by itself.
    private mutating func complete(
        _ keyState: KeyState, list: UInt32, last: UInt32
    ) {
        trace(list, count: Int(form.positionCount) - 1)
        path[Int(form.positionCount) - 1] = last
        emit(.match, of: keyState)
        // Every run began at or before this event, the match's last.
        for count in 1...Int(form.positionCount) where keyState.list(count) != 0 { end(keyState, count: count) }
    }

    /// Notes in `path` and `pathSteps` the events of the oldest run of a list that has bound `count` positions.
    mutating func trace(_ list: UInt32, count: Int) {
        path.truncate(to: 0)
        pathSteps.truncate(to: 0)
        while path.count < Int(form.positionCount) {
            pathSteps.append(table.positions[Int(form.firstPosition) + path.count].step)
            path.append(0)
        }
        var list = list
        var place = count - 1
        while place >= 0 {
            let entry = RunList(arena: arena).first(list)
            path[place] = entry.event
            list = entry.parent
            place -= 1
        }
    }
}
