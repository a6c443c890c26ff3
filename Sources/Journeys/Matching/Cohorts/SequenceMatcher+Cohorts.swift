import Events
import Storage

/// Cohorts at an event: what it means is worked out for each cohort,
/// whatever the number of its beginnings.
extension SequenceMatcher {
    /// Shows the current event to the cohorts of a sequence, and has it begin another.
    mutating func advanceCohorts(_ interest: InterestTable.MomentInterest, _ context: inout EvaluationContext) {
        guard let key = context.key(form) else { return }
        let onlyBegins = interest.onlyBegins
        let known = context.keyState(moment, key: key.form)
        if form.retells, interest.closes, let known { endRepeats(known, &context) }
        work.begin(conditions: pattern.conditionCount)
        work.hasChanged = false
        work.isOfGroup = false
        work.automaton.makeRoom()
        work.tally.reset()
        if let known, !onlyBegins {
            let cohorts = CohortList(keyState: known)
            // A beginning that has bound as much as it may is shown the event by itself, behind the others.
            var index = 0
            while index < cohorts.count {
                let cohort = cohorts.cohort(index)
                show(cohort, cohorts, &context)
                work.tally.add(cohort)
                index += 1
            }
            if work.hasChanged { known.bindings += 1 }
        }
        let begun = begin(boundBefore: known?.bindings ?? 0, &context)
        guard begun != nil || known != nil else { return }
        let keyState = known ?? context.obtainKeyState(moment, form, key: key.form)
        // With the time the ends of closing absences come to stand alike, also of those that the event is not shown to.
        let isTallied = !onlyBegins || pattern.closing != .wait
        if let begun {
            if let known, onlyBegins { tallyNewest(of: known) }
            CohortList(keyState: keyState).append(begun)
            work.tally.add(begun)
            work.hasChanged = true
        }
        if work.hasChanged {
            settleCohorts(keyState, isTallied: isTallied, mayJoin: true, &context)
        }
    }

    /// Tallies the cohorts of a key state, to none of which an event means anything: what it begins can be like the newest
    /// alone, or is found to be like another at the next event that is shown to them.
    private mutating func tallyNewest(of keyState: KeyState) {
        work.tally.reset(partialCount: keyState.runs)
        let cohorts = CohortList(keyState: keyState)
        if cohorts.count > 0 { work.tally.compare(cohorts.cohort(cohorts.count - 1)) }
    }

    /// Shows the event to a cohort.
    private mutating func show(
        _ cohort: Cohort, _ cohorts: CohortList, _ context: inout EvaluationContext
    ) {
        let bindings = cohorts.keyState.bindings
        var (state, place) = (Int32(-1), -1)
        if isOrdinary(cohort, bindings) {
            (state, place) = work.automaton.find(cohort, type: eventType, pattern)
        }
        if place >= 0, let transition = knownOutcome(at: place, &context) {
            if transition >= 0 { go(transition, from: state, cohort, cohorts, &context) }
            return
        }
        if place >= 0 { work.beginNoting() }
        work.reactions.removeAll(keepingCapacity: true)
        var isNothing = true
        for index in 0..<cohort.entryCount {
            let situation = cohort.situation(index)
            var reaction = reaction(of: situation, &context)
            if reaction.repeats, isSuperfluous(lastTime(index, of: cohort), situation) {
                reaction.repeats = false
            }
            isNothing = isNothing && reaction.isNothing(to: situation)
            work.reactions.append(reaction)
        }
        if isNothing {
            work.learn(-1, at: place, pattern)
            return
        }
        work.hasChanged = true
        if cohort.lacking != 0 {
            separateFirst(of: cohort, into: cohorts)
            if cohort.count == 0 {
                work.learn(nil, at: place, pattern)
                return
            }
        }
        while cohort.count > 1, isFull(cohort, bindings) {
            separateFirst(of: cohort, into: cohorts)
        }
        listAdvances(of: cohort, bindings)
        let (link, transition) = follow(cohort, &context)
        learn(transition, from: (state, place), to: cohort)
        noteMatches(link, of: cohort)
    }

    // MARK: What is known already

    /// Whether what an event means to a cohort depends on its state and the conditions alone: none of its beginnings can
    /// have bound as much as it may, and where the times of last events count, none of them is the present one.
    private func isOrdinary(_ cohort: Cohort, _ bindings: UInt64) -> Bool {
        if mayBeFull(cohort, bindings) { return false }
        guard pattern.closing == .wait else { return true }
        for index in 0..<cohort.entryCount where lastTime(index, of: cohort) == now { return false }
        return true
    }

    /// Where the event leads from a place: to a transition, -1 where everything stays as it is, nil where that is not known.
    private mutating func knownOutcome(at place: Int, _ context: inout EvaluationContext) -> Int32? {
        var question = work.automaton.root(of: place)
        while question >= 0 {
            let condition = work.automaton.condition(of: question)
            if condition.isNone { return work.automaton.outcome(of: question) }
            question = work.automaton.next(after: question, truth(condition, &context))
        }
        return nil
    }

    /// Notes where the event has led a cohort, and what was asked for.
    private mutating func learn(
        _ transition: CohortAutomaton.Transition, from known: (state: Int32, place: Int), to cohort: Cohort
    ) {
        if known.place < 0 { return }
        var transition = transition
        transition.state = work.automaton.find(cohort, type: -1, pattern).state
        work.learn(work.automaton.add(transition, from: known.state, work.entryMoves), at: known.place, pattern)
    }

    /// Lets a cohort go the known way of an event; a first beginning that lacks entries, and so goes another, leaves it.
    private mutating func go(
        _ number: Int32, from state: Int32, _ cohort: Cohort, _ cohorts: CohortList, _ context: inout EvaluationContext
    ) {
        work.hasChanged = true
        let transition = work.automaton.transition(number)
        if cohort.lacking != 0 {
            let lacking = work.automaton.lacking(cohort.lacking, after: transition, splitsWays: pattern.splitsWays)
            if let lacking, lacking.nonzeroBitCount < transition.moveCount || lacking == 0 {
                cohort.lacking = lacking
            } else if lacking != nil {
                // What it has ends here.
                cohort.remove(cohort.first)
            } else {
                separateFirst(of: cohort, into: cohorts)
            }
            if cohort.count == 0 { return }
        }
        let link = makeLinks(transition, cohort, &context)
        if transition.state == state {
            cohort.setLinks(work.entryLinks)
        } else {
            work.automaton.enter(transition, cohort, links: work.entryLinks)
        }
        noteMatches(link, of: cohort)
    }

    /// Makes the links of the entries to which a transition leads, in `work.entryLinks`. What the cohort's entries hold is
    /// handed on to them or let go of.
    /// - Returns: the link of the match, 0 for none; all are held.
    private mutating func makeLinks(
        _ transition: CohortAutomaton.Transition, _ cohort: Cohort?, _ context: inout EvaluationContext
    ) -> UInt32 {
        let chains = Chain(arena: arena)
        var link: UInt32 = 0
        if transition.hasMatch, transition.matchEntry < 0 { link = makeLink(transition.match, cohort, &context) }
        work.entryLinks.truncate(to: 0)
        for index in 0..<transition.moveCount {
            work.entryLinks.append(makeLink(work.automaton.move(index, of: transition), cohort, &context))
        }
        if let cohort {
            var leaves = transition.leaves
            while leaves != 0 {
                chains.release(cohort.link(leaves.trailingZeroBitCount))
                leaves &= leaves - 1
            }
        }
        if transition.matchEntry >= 0 {
            link = work.entryLinks[Int(transition.matchEntry)]
            chains.retain(link)
        }
        return link
    }

    /// The link to which a move leads, held once for whoever asked.
    private mutating func makeLink(_ move: CohortAutomaton.Move, _ cohort: Cohort?, _ context: inout EvaluationContext)
        -> UInt32
    {
        let chains = Chain(arena: arena)
        var link: UInt32 = 0
        if let cohort { link = cohort.link(Int(move.source)) }
        if !move.step.isNone {
            return chains.make(
                event: context.bind(), step: move.step, number: work.eventNumber, behind: link, takesHold: move.isLast)
        }
        if !move.isLast { chains.retain(link) }
        return link
    }

    // MARK: What is worked out

    /// The time of the last event of an entry: of its first beginning, and where that is the present one, of all.
    func lastTime(_ index: Int, of cohort: Cohort) -> Instant {
        Chain(arena: arena).time(cohort.ownLink(cohort.link(index), of: cohort.first))
    }

    /// Whether the first beginning, which has bound most, may bind no more where the event would have it do so.
    private func isFull(_ cohort: Cohort, _ bindings: UInt64) -> Bool {
        if !mayBeFull(cohort, bindings) { return false }
        for index in 0..<cohort.entryCount where isFull(index, of: cohort, bindings) { return true }
        return false
    }

    private func isFull(
        _ index: Int, of cohort: Cohort, _ bindings: UInt64
    ) -> Bool {
        guard work.reactions[index].repeats || work.reactions[index].binds != 0 else { return false }
        return mayBeFull(cohort, bindings)
            && cohort.boundCount(cohort.link(index), of: cohort.first) >= pattern.boundLimit
    }

    /// Whether enough events were bound, by whatever partial match, since the first beginning.
    private func mayBeFull(_ cohort: Cohort, _ bindings: UInt64) -> Bool {
        let most = UInt64(pattern.boundLimit - 1)
        return bindings >= most && bindings - cohort.beginning(cohort.first).boundBefore >= most
    }

    /// Notes the ways that the event leaves and opens to the entries of a cohort.
    private mutating func listAdvances(
        of cohort: Cohort, _ bindings: UInt64
    ) {
        work.advances.removeAll(keepingCapacity: true)
        for index in 0..<cohort.entryCount {
            let situation = cohort.situation(index)
            let reaction = work.reactions[index]
            if reaction.completes || reaction.waits != 0 {
                let isNow = pattern.closing == .wait && lastTime(index, of: cohort) == now
                var advance = Advance(source: index, isFinal: reaction.completes, endsNow: isNow)
                if reaction.waits != 0 {
                    advance.situation = Situation(
                        node: situation.node, isFresh: false, count: situation.count, waits: reaction.waits,
                        free: reaction.free)
                }
                work.advances.append(advance)
            }
            if isFull(index, of: cohort, bindings) {
                results.countOutgrown(reaction.binds.nonzeroBitCount + (reaction.repeats ? 1 : 0))
                continue
            }
            if reaction.repeats {
                work.advances.append(binding(situation.node, count: situation.count + 1, from: index))
            }
            var takes = reaction.takes
            while takes != 0 {
                work.advances.append(binding(NodeNumber(takes.trailingZeroBitCount), count: 1, from: index))
                takes &= takes - 1
            }
            var ends = reaction.ends
            while ends != 0 {
                var end = binding(NodeNumber(ends.trailingZeroBitCount), count: 1, from: index)
                end.situation = nil
                work.advances.append(end)
                ends &= ends - 1
            }
        }
    }

    /// The way to bind the event to a node.
    private func binding(_ number: NodeNumber, count: UInt32, from source: Int) -> Advance {
        let node = node(number)
        let situation = Situation(after: node, number: number, count: count, closes: pattern.closing != .none)
        return Advance(
            source: source, step: node.name, node: number, situation: situation,
            isFinal: node.mayEnd && count >= node.least, endsNow: pattern.closing == .wait)
    }

    /// Lets a cohort go the ways noted; of those that lead to one situation, and of those that are matches, only the one
    /// that comes first.
    /// - Returns: the link of the match, held, 0 for none; and the transition, whose moves are `work.entryMoves`, without
    ///   where it leads.
    private mutating func follow(
        _ cohort: Cohort, _ context: inout EvaluationContext
    ) -> (link: UInt32, transition: CohortAutomaton.Transition) {
        var chosen: [Int] = []
        var final = -1
        for index in work.advances.indices {
            if work.advances[index].isFinal, final < 0 || stand(index, final, cohort).isFirst { final = index }
            choose(index, among: &chosen, cohort)
        }
        chosen.sort { Self.isBefore(work.advances[$0].situation, work.advances[$1].situation) }
        var transition = CohortAutomaton.Transition(state: -1, firstMove: 0, moveCount: 0)
        var link: UInt32 = 0
        if final >= 0 {
            transition.hasMatch = true
            transition.match = work.advances[final].move
            link = makeLink(transition.match, cohort, &context)
        }
        var entries: [Cohort.Entry] = []
        work.entryMoves.truncate(to: 0)
        for index in chosen {
            guard let situation = work.advances[index].situation else { continue }
            if index == final {
                Chain(arena: arena).retain(link)
                transition.matchEntry = Int32(entries.count)
            }
            var move = work.advances[index].move
            for rival in work.advances where rival.situation?.head == situation.head {
                move.rivals |= 1 << UInt64(rival.source)
            }
            work.entryMoves.append(move)
            entries.append(
                Cohort.Entry(situation: situation, link: index == final ? link : makeLink(move, cohort, &context)))
        }
        if chosen.count == 1 {
            cohort.setEntries(entries) { _, _ in Precedence(word: 0) }
            return (link, transition)
        }
        let standing = chosen.map { one in chosen.map { one == $0 ? Precedence(word: 0) : stand(one, $0, cohort) } }
        cohort.setEntries(entries) { standing[$0][$1] }
        return (link, transition)
    }

    private func stand(_ one: Int, _ other: Int, _ cohort: Cohort) -> Precedence {
        Precedence.after(work.advances[one], work.advances[other], cohort.precedence)
    }

    /// Takes a way into those that are gone, unless it or the one that leads to the same situation is superfluous.
    private mutating func choose(
        _ index: Int, among chosen: inout [Int], _ cohort: Cohort
    ) {
        guard let situation = work.advances[index].situation else { return }
        guard let place = chosen.firstIndex(where: { work.advances[$0].situation == situation }) else {
            chosen.append(index)
            return
        }
        let rival = chosen[place]
        let precedence = stand(index, rival, cohort)
        // Of two absences the one that began earlier is over earlier, and ends the other.
        var isBetter = (situation.waits & Situation.end != 0 ? precedence.hasEarlierLast : nil) ?? precedence.isFirst
        if pattern.splitsWays, let step = precedence.undecided {
            // The longer one comes first but on the ways to steps that are written before the one that it bound.
            let earlier = ways(of: situation, before: step)
            if earlier == situation.waits {
                isBetter = !isBetter
            } else if earlier != 0 {
                let (longer, shorter) = isBetter ? (index, rival) : (rival, index)
                chosen.remove(at: place)
                keep(earlier, of: shorter)
                keep(situation.waits & ~earlier, of: longer)
                choose(shorter, among: &chosen, cohort)
                choose(longer, among: &chosen, cohort)
                return
            }
        }
        if isBetter { chosen[place] = index }
    }

    /// Leaves some of the ways open to which an advance leads, and closes the others.
    private mutating func keep(_ ways: UInt64, of index: Int) {
        work.advances[index].situation?.waits = ways
        work.advances[index].situation?.free &= ways
    }

    /// The open ways that bind an event to a step before another.
    private func ways(of situation: Situation, before step: StepNumber) -> UInt64 {
        var earlier: UInt64 = 0
        var ways = situation.waits & ~Situation.end
        while ways != 0 {
            let bit = ways & (~ways &+ 1)
            ways &= ways - 1
            let number = bit == Situation.inner ? situation.node : NodeNumber(bit.trailingZeroBitCount)
            if node(number).name < step { earlier |= bit }
        }
        return earlier
    }

    private static func isBefore(_ left: Situation?, _ right: Situation?) -> Bool {
        guard let left, let right else { return false }
        return (left.head, left.waits, left.free) < (right.head, right.waits, right.free)
    }

    /// Notes a match for each beginning of a cohort; for the first alone, where it ends the others.
    private mutating func noteMatches(_ link: UInt32, of cohort: Cohort) {
        guard link != 0 else { return }
        let chains = Chain(arena: arena)
        var beginning = cohort.first
        while beginning != 0 {
            chains.retain(link)
            work.matches.append(
                MatchWork.Match(
                    number: cohort.beginning(beginning).number, beginning: beginning, cohort: cohort.handle, link: link)
            )
            beginning = pattern.afterMatch == .skipPastLastEvent ? 0 : cohort.beginning(beginning).next
        }
        chains.release(link)
    }

    /// The current event begins partial matches: a cohort of its own, for the present.
    private mutating func begin(boundBefore: UInt64, _ context: inout EvaluationContext) -> Cohort? {
        let (state, place) = work.automaton.findBeginning(type: eventType, pattern)
        if place >= 0, let known = knownOutcome(at: place, &context) {
            if known < 0 { return nil }
            let transition = work.automaton.transition(known)
            let link = makeLinks(transition, nil, &context)
            let cohort = Cohort.make(in: arena)
            let first = transition.moveCount > 0 ? work.entryLinks[0] : link
            cohort.begin(with: Beginning.make(link: first, boundBefore: boundBefore, in: arena))
            work.automaton.enter(transition, cohort, links: work.entryLinks)
            noteMatches(link, of: cohort)
            return cohort
        }
        if place >= 0 { work.beginNoting() }
        let numbers = beginningNodes(&context)
        if numbers == 0 {
            work.learn(-1, at: place, pattern)
            return nil
        }
        return begin(with: numbers, boundBefore: boundBefore, from: (state, place), &context)
    }

    /// The same, where it is not known yet what begins.
    private mutating func begin(
        with numbers: UInt64, boundBefore: UInt64, from known: (state: Int32, place: Int),
        _ context: inout EvaluationContext
    ) -> Cohort {
        let chains = Chain(arena: arena)
        let cohort = Cohort.make(in: arena)
        var entries: [Cohort.Entry] = []
        var final: UInt32 = 0
        var ways = numbers
        while ways != 0 {
            let advance = binding(NodeNumber(ways.trailingZeroBitCount), count: 1, from: -1)
            ways &= ways - 1
            let link = makeLink(advance.move, nil, &context)
            if cohort.count == 0 {
                cohort.begin(with: Beginning.make(link: link, boundBefore: boundBefore, in: arena))
            }
            if advance.isFinal, final == 0 || chains.step(link) < chains.step(final) {
                if final != 0 { chains.release(final) }
                chains.retain(link)
                final = link
            }
            if let situation = advance.situation {
                entries.append(Cohort.Entry(situation: situation, link: link))
            } else {
                chains.release(link)
            }
        }
        entries.sort { Self.isBefore($0.situation, $1.situation) }
        cohort.setEntries(entries) { one, other in
            Precedence.ofFirstEvents(chains.step(entries[one].link), chains.step(entries[other].link))
        }
        var transition = CohortAutomaton.Transition(state: -1, firstMove: 0, moveCount: 0)
        work.entryMoves.truncate(to: 0)
        for (index, entry) in entries.enumerated() {
            work.entryMoves.append(CohortAutomaton.Move(source: -1, step: chains.step(entry.link)))
            if entry.link == final { transition.matchEntry = Int32(index) }
        }
        if final != 0 {
            transition.hasMatch = true
            transition.match = CohortAutomaton.Move(source: -1, step: chains.step(final))
        }
        learn(transition, from: known, to: cohort)
        noteMatches(final, of: cohort)
        return cohort
    }
}
