import Events
import Storage

/// Matches that are told again, whatever strategy has found them.
extension SequenceMatcher {
    private func repeated(_ keyState: KeyState) -> RepeatedMatches {
        RepeatedMatches(keyState: keyState, word: form.retoldWord)
    }

    /// Keeps the match at hand, whose events stand in `path`, to be told again.
    mutating func keepToRepeat(_ keyState: KeyState) {
        let repeated = repeated(keyState)
        let (first, last) = (path[0], path[path.count - 1])
        let match = repeated.make(
            due: now.advanced(by: form.repeatEvery), start: StoredEvent.taken(first, in: arena),
            end: StoredEvent.taken(last, in: arena), count: path.count)
        for index in 0..<path.count { repeated.setEvent(index, of: match, path[index], step: pathSteps[index]) }
        repeated.append(match)
        if repeated.count > Int(form.partialLimit) {
            repeated.free(repeated.takeFirst())
            results.countOverflowed()
        }
        armRepeats(repeated)
    }

    /// Sees to it that a deadline stands for the match that is told next.
    mutating func armRepeats(_ repeated: RepeatedMatches) {
        guard repeated.count > 0, repeated.armed == nil else { return }
        let match = repeated[0]
        repeated.armed = repeated.due(match)
        results.append(
            MatchResults.Deadline(
                time: repeated.due(match), place: repeated.place(match), detail: repeated.keyState.handle,
                isRepetition: true))
    }

    /// The event that the matches told have waited for, if its condition holds, has come: they are told no more.
    mutating func endRepeats(_ keyState: KeyState, _ context: inout EvaluationContext) {
        let repeated = repeated(keyState)
        var left = repeated.count
        if left == 0 { return }
        guard form.closingReadsSteps else {
            if context.holds(form.closingCondition) { repeated.free() }
            return
        }
        // Each asks about the events that it has bound; those that go on keep their order.
        while left > 0 {
            left -= 1
            let match = repeated.takeFirst()
            trace(match, of: repeated)
            context.scope.showSteps(path, pathSteps, count: form.stepCount, listed: true)
            if context.holds(form.closingCondition) { repeated.free(match) } else { repeated.append(match) }
        }
        armRepeats(repeated)
    }

    /// Notes in `path` and `pathSteps` the events of a match.
    private mutating func trace(_ match: UInt32, of repeated: RepeatedMatches) {
        path.truncate(to: 0)
        pathSteps.truncate(to: 0)
        for index in 0..<repeated.eventCount(match) {
            path.append(repeated.event(index, of: match))
            pathSteps.append(repeated.step(index, of: match))
        }
    }

    /// The time of some matches has come to be told again.
    mutating func expireRepeats(_ entry: Deadlines.Entry, _ context: inout EvaluationContext) {
        guard form.retells, absence(context) == nil,
            let keyState = context.keyState(of: entry, moment: moment, form)
        else { return }
        let repeated = repeated(keyState)
        guard repeated.count > 0, repeated.armed == entry.time else { return }
        repeated.armed = nil
        // The match that set it may be gone, and another one due at the same time: that one's place is another.
        if repeated.due(repeated[0]) == entry.time, repeated.place(repeated[0]) != entry.origin {
            armRepeats(repeated)
            return
        }
        while repeated.count > 0, repeated.due(repeated[0]) <= entry.time {
            let match = repeated.takeFirst()
            trace(match, of: repeated)
            emit(.repetition, of: keyState, place: repeated.place(match))
            if isFlushing {
                repeated.free(match)
            } else {
                repeated.setDue(match, now.advanced(by: form.repeatEvery))
                repeated.append(match)
            }
        }
        armRepeats(repeated)
        finish(keyState, &context)
    }

    /// The matches that are told again if the event keeps away, of at most `most`.
    func describeRepeats(
        _ keyState: KeyState, _ sequence: SequencePlan, _ plan: JourneyPlan, most: Int
    ) -> [WaitingMatch] {
        let repeated = repeated(keyState)
        let filter = sequence.closing?.filter ?? sequence.pattern?.closingFilter
        return (0..<min(repeated.count, most)).map { place in
            let match = repeated[place]
            let steps = (0..<repeated.eventCount(match)).map { index in
                (step: repeated.step(index, of: match), event: repeated.event(index, of: match))
            }
            return WaitingMatch(
                moment: plan.moments[moment].name, by: keyState.byText, bound: bound(steps, sequence),
                types: plan.typeNames(filter), isAbsence: true, until: repeated.due(match))
        }
    }
}
