import Events
import Storage

/// Runs, for looking on.
extension SequenceMatcher {
    /// The runs of a sequence whose steps are relaxed.
    func describeRuns(
        _ keyState: KeyState, _ sequence: SequencePlan, _ plan: JourneyPlan, most: Int
    ) -> [WaitingMatch] {
        var found: [WaitingMatch] = []
        let lists = RunList(arena: arena)
        for count in 1...form.runLists where keyState.list(count) != 0 {
            for events in lists.bound(keyState.list(count), most: most) {
                guard let first = events.first, let last = events.last else { continue }
                let end = StoredEvent.taken(first, in: arena)
                var until = form.within == .max ? nil : end.advanced(by: form.within)
                let isAbsence = form.closes && count == sequence.positions.count
                if isAbsence {
                    until = StoredEvent.taken(last, in: arena).advanced(by: form.closingWait)
                } else if let until, until <= now {
                    continue
                }
                let steps = events.enumerated().map { position, event in
                    (step: sequence.positions[position].step, event: event)
                }
                let filter = isAbsence ? sequence.closing?.filter : sequence.positions[count].filter
                found.append(
                    WaitingMatch(
                        moment: plan.moments[moment].name, by: keyState.byText, bound: bound(steps, sequence),
                        types: plan.typeNames(filter), isAbsence: isAbsence, until: until))
            }
        }
        return found
    }
}
