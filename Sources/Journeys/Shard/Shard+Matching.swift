import Events
import Storage

/// What the shard does about sequences: it calls the matcher, writes the lines of what that has found, and arms the
/// deadlines.
extension Shard {
    /// Shows the current event to a sequence.
    @inline(__always)
    mutating func match(_ interest: InterestTable.MomentInterest) {
        matcher.advance(interest, &context)
        if !matcher.results.isEmpty { takeResults(of: interest.moment) }
    }

    /// A deadline of a sequence has come.
    mutating func expire(_ entry: Deadlines.Entry, moment: MomentNumber) {
        ordinal = UInt32(truncatingIfNeeded: moment.index) << 16
        matcher.expire(entry, moment: moment, &context)
        if !matcher.results.isEmpty { takeResults(of: moment) }
    }

    mutating func takeResults(of moment: MomentNumber) {
        for index in 0..<matcher.results.deadlines.count {
            let due = matcher.results.deadlines[index]
            deadlines.add(
                Deadlines.Entry(
                    time: due.time, place: due.place, isRetelling: due.isRepetition,
                    customer: context.scope.customerHash, kind: UInt32(context.kind(ofMoment: moment)),
                    detail: due.detail))
        }
        context.statistics.overflowed[moment] += matcher.results.overflowed
        context.statistics.outgrown[moment] += matcher.results.outgrown
        if !matcher.results.matches.isEmpty {
            let form = matcher.table.forms[moment]
            let keyState = KeyState(arena: context.scope.arena, handle: matcher.results.keyState)
            for index in 0..<matcher.results.matches.count {
                write(matcher.results.matches[index], moment, form, keyState)
            }
            context.freeIfIdle(keyState, moment: moment, form)
        }
        matcher.results.clear(in: context.scope.arena)
    }

    private mutating func write(
        _ match: MatchResults.Match, _ moment: MomentNumber, _ form: MomentForm, _ keyState: KeyState
    ) {
        path.truncate(to: 0)
        pathSteps.truncate(to: 0)
        for index in Int(match.firstEvent)..<Int(match.endEvent) {
            path.append(matcher.results.events[index])
            pathSteps.append(matcher.results.steps[index])
        }
        let (first, last) = (path[0], path[path.count - 1])
        let start = StoredEvent.taken(first, in: context.scope.arena)
        let end = StoredEvent.taken(last, in: context.scope.arena)
        if !context.isEvent { deadlinePlace = match.place }
        if match.kind == .dropOff {
            writeDropOff(moment, form, keyState, start: start, end: end)
            return
        }
        if !context.isEvent {
            // What expressions see of a match that a deadline completes is its last event.
            context.scope.event = StoredEvent.sight(last, in: context.scope.arena)
            context.scope.hasEvent = true
        }
        _ = tell(moment, form, keyState, start: start, end: end)
        if !context.isEvent { context.scope.hasEvent = false }
    }
}
