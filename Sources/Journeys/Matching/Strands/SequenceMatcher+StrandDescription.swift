import Events
import Storage

/// Strands, for looking on.
extension SequenceMatcher {
    /// The partial matches that are kept in strands, of at most `most`.
    func describeStrands(
        _ keyState: KeyState, _ sequence: SequencePlan, _ plan: JourneyPlan, most: Int
    ) -> [WaitingMatch] {
        guard let tree = sequence.pattern else { return [] }
        var found: [WaitingMatch] = []
        let groups = PartialGroups(keyState: keyState)
        let strands = groups.strands
        for place in 0..<groups.count {
            let group = groups.group(place)
            let ways = openWays(groups.situation(group))
            let isAbsence = ways & Situation.end != 0
            for index in 0..<groups.strandCount(group) {
                let strand = groups.strand(index, of: group)
                for start in strand.starts where found.count < most {
                    var until = form.within == .max ? nil : strands.firsts.time(start).advanced(by: form.within)
                    if isAbsence, case .wait(let wait) = tree.closing {
                        until = strands.time(strand.link, of: start).advanced(by: wait)
                    } else if let until, until <= now {
                        continue
                    }
                    found.append(
                        WaitingMatch(
                            moment: plan.moments[moment].name, by: keyState.byText,
                            bound: bound(strand.link, of: start, strands, sequence),
                            types: types(ways, node: groups.situation(group).node, tree, plan),
                            isAbsence: isAbsence,
                            until: until))
                }
            }
        }
        return found
    }

    private func bound(
        _ link: UInt32, of start: UInt64, _ strands: Strands, _ sequence: SequencePlan
    ) -> [WaitingMatch.Bound] {
        var steps: [(step: StepNumber, event: UInt32)] = []
        var link = link
        while link != 0 {
            steps.append((strands.step(link), strands.event(link, of: start)))
            link = strands.before(link, of: start)
        }
        return bound(steps.reversed(), sequence)
    }
}
