import Events
import Storage

extension Shard {
    /// The partial matches of a general sequence, of at most `most`.
    func waitingPatterns(
        _ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm, _ sequence: SequencePlan, most: Int
    ) -> [WaitingMatch] {
        guard let plan = sequence.pattern else { return [] }
        if dispatch.patterns.forms[Int(form.pattern)].sharesFuture {
            return waitingCohorts(keyState, moment, form, sequence, plan, most: most)
        }
        var found: [WaitingMatch] = []
        let groups = PartialGroups(keyState: keyState)
        let strands = groups.strands
        for place in 0..<groups.count {
            let group = groups.group(place)
            let ways = openWays(groups.situation(group), form)
            let isAbsence = ways & Situation.end != 0
            for index in 0..<groups.strandCount(group) {
                let strand = groups.strand(index, of: group)
                for start in strand.starts where found.count < most {
                    var until = form.within == .max ? nil : strands.firsts.time(start).advanced(by: form.within)
                    if isAbsence, case .wait(let wait) = plan.closing {
                        until = strands.time(strand.link, of: start).advanced(by: wait)
                    } else if let until, until <= context.scene.now {
                        continue
                    }
                    found.append(
                        WaitingMatch(
                            moment: self.plan.moments[moment].name, by: byText(keyState),
                            bound: bound(strand.link, of: start, strands, sequence),
                            types: types(ways, node: Int(groups.situation(group).node), plan), isAbsence: isAbsence,
                            until: until))
                }
            }
        }
        return found
    }

    /// The same for one whose partial matches are kept in cohorts.
    private func waitingCohorts(
        _ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm, _ sequence: SequencePlan,
        _ pattern: PatternPlan,
        most: Int
    ) -> [WaitingMatch] {
        var found: [WaitingMatch] = []
        let cohorts = CohortList(keyState: keyState)
        let chains = Chain(arena: context.scene.arena)
        var links: [UInt32] = []
        for place in 0..<cohorts.count {
            let cohort = cohorts.cohort(place)
            var beginning = cohort.first
            while beginning != 0, found.count < most {
                for index in 0..<cohort.entryCount where cohort.has(index, beginning) && found.count < most {
                    cohort.collect(&links, from: cohort.link(index), of: beginning)
                    let ways = openWays(cohort.situation(index), form)
                    let isAbsence = ways & Situation.end != 0
                    var until = form.within == .max ? nil : chains.time(links[0]).advanced(by: form.within)
                    if isAbsence, case .wait(let wait) = pattern.closing {
                        until = chains.time(links[links.count - 1]).advanced(by: wait)
                    } else if let until, until <= context.scene.now {
                        continue
                    }
                    found.append(
                        WaitingMatch(
                            moment: plan.moments[moment].name, by: byText(keyState), bound: bound(links, sequence),
                            types: types(ways, node: Int(cohort.situation(index).node), pattern), isAbsence: isAbsence,
                            until: until))
                }
                beginning = cohort.beginning(beginning).next
            }
        }
        return found
    }

    /// The ways that are open to what is in a situation, as `Situation.waits` has them.
    private func openWays(_ situation: Situation, _ form: Dispatch.MomentForm) -> UInt64 {
        guard situation.isFresh else { return situation.waits }
        let pattern = dispatch.patterns.forms[Int(form.pattern)]
        let node = dispatch.patterns.nodes[pattern.firstNode + Int(situation.node)]
        var ways: UInt64 = node.isOpen || situation.count < node.most ? Situation.inner : 0
        if situation.count >= node.least {
            ways |= node.reach
            // For what is fresh, the bit says that the time of the closing `not` is over.
            if node.isLeaf, pattern.closing != .none, situation.waits & Situation.end == 0 { ways |= Situation.end }
        }
        return ways
    }

    /// The types of the events that the open ways are for: of those that must not come, where their absence is awaited.
    private func types(_ ways: UInt64, node: Int, _ pattern: PatternPlan) -> [String] {
        var filters: [EventFilter] = []
        if ways & Situation.end != 0 {
            filters = pattern.steps[node].nots.map(\.filter)
        } else {
            if ways & Situation.inner != 0 { filters.append(pattern.steps[node].filter) }
            for next in 1..<max(2, pattern.steps.count) where ways & 1 << UInt64(next) != 0 {
                filters.append(pattern.steps[next].filter)
            }
        }
        var types: [String] = []
        for filter in filters {
            let names = names(filter)
            // One that takes every type is all there is to say.
            if names.isEmpty { return [] }
            types += names.filter { !types.contains($0) }
        }
        return types
    }

    private func bound(
        _ link: UInt32, of start: UInt64, _ strands: Strands, _ sequence: SequencePlan
    ) -> [WaitingMatch.Bound] {
        var steps: [(step: Int32, event: UInt32)] = []
        var link = link
        while link != 0 {
            steps.append((strands.step(link), strands.event(link, of: start)))
            link = strands.before(link, of: start)
        }
        return bound(steps.reversed(), sequence)
    }

    private func bound(_ links: [UInt32], _ sequence: SequencePlan) -> [WaitingMatch.Bound] {
        let chains = Chain(arena: context.scene.arena)
        return bound(links.map { (chains.step($0), chains.event($0)) }, sequence)
    }

    private func bound(_ steps: [(step: Int32, event: UInt32)], _ sequence: SequencePlan) -> [WaitingMatch.Bound] {
        var bound: [WaitingMatch.Bound] = []
        for (number, event) in steps {
            let step = sequence.stepNames[Int(number)]
            let id = String(decoding: StoredEvent.id(event, in: context.scene.arena).copied, as: UTF8.self)
            if let last = bound.last, last.step == step {
                bound[bound.count - 1] = WaitingMatch.Bound(step: step, ids: last.ids + [id])
            } else {
                bound.append(WaitingMatch.Bound(step: step, ids: [id]))
            }
        }
        return bound
    }
}
