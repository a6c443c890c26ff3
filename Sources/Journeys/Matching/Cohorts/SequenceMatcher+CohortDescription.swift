import Events
import Storage

/// Cohorts, for looking on.
extension SequenceMatcher {
    /// The partial matches that are kept in cohorts, of at most `most`.
    func describeCohorts(
        _ keyState: KeyState, _ sequence: SequencePlan, _ plan: JourneyPlan, most: Int
    ) -> [WaitingMatch] {
        guard let tree = sequence.pattern else { return [] }
        var found: [WaitingMatch] = []
        let cohorts = CohortList(keyState: keyState)
        let chains = Chain(arena: arena)
        var links: [UInt32] = []
        for place in 0..<cohorts.count {
            let cohort = cohorts.cohort(place)
            var beginning = cohort.first
            while beginning != 0, found.count < most {
                for index in 0..<cohort.entryCount where cohort.has(index, beginning) && found.count < most {
                    cohort.collect(&links, from: cohort.link(index), of: beginning)
                    let ways = openWays(cohort.situation(index))
                    let isAbsence = ways & Situation.end != 0
                    var until = form.within == .max ? nil : chains.time(links[0]).advanced(by: form.within)
                    if isAbsence, case .wait(let wait) = tree.closing {
                        until = chains.time(links[links.count - 1]).advanced(by: wait)
                    } else if let until, until <= now {
                        continue
                    }
                    found.append(
                        WaitingMatch(
                            moment: plan.moments[moment].name, by: keyState.byText, bound: bound(links, sequence),
                            types: types(ways, node: cohort.situation(index).node, tree, plan),
                            isAbsence: isAbsence,
                            until: until))
                }
                beginning = cohort.beginning(beginning).next
            }
        }
        return found
    }

    private func bound(_ links: [UInt32], _ sequence: SequencePlan) -> [WaitingMatch.Bound] {
        let chains = Chain(arena: arena)
        return bound(links.map { (chains.step($0), chains.event($0)) }, sequence)
    }
}
