import Events
import Storage

/// General sequences whose partial matches share their future, at an event: what it means is worked out for each cohort,
/// whatever the number of its beginnings.
extension Shard {
    mutating func advanceCohorts(
        _ known: Matcher?, key: MomentKey, _ moment: Int, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form
    ) {
        work.hasChanged = false
        work.isOfGroup = false
        if let known {
            let cohorts = CohortList(matcher: known)
            // A beginning that has bound as much as it may is shown the event by itself, behind the others.
            var index = 0
            while index < cohorts.count {
                show(cohorts.cohort(index), cohorts, moment, pattern)
                index += 1
            }
            if work.hasChanged { known.bindings += 1 }
        }
        let begun = begin(moment, pattern, boundBefore: known?.bindings ?? 0)
        guard let matcher = known ?? begun.map({ _ in obtainMatcher(moment, form, key: key.form) }) else { return }
        if let begun {
            CohortList(matcher: matcher).append(begun)
            work.hasChanged = true
        }
        if work.hasChanged { settleCohorts(matcher, moment, form, pattern) }
    }

    /// Shows the event to a cohort.
    private mutating func show(
        _ cohort: Cohort, _ cohorts: CohortList, _ moment: Int, _ pattern: PatternTable.Form
    ) {
        work.reactions.removeAll(keepingCapacity: true)
        var isNothing = true
        for index in 0..<cohort.entryCount {
            let situation = cohort.situation(index)
            var reaction = reaction(of: situation, pattern)
            if reaction.repeats, isSuperfluous(lastTime(index, of: cohort), situation, pattern) {
                reaction.repeats = false
            }
            isNothing = isNothing && reaction.isNothing(to: situation)
            work.reactions.append(reaction)
        }
        if isNothing { return }
        work.hasChanged = true
        let bindings = cohorts.matcher.bindings
        while cohort.count > 1, isFull(cohort, pattern, bindings) {
            cohorts.append(separate(cohort.first, of: cohort, keeping: Array(0..<cohort.entryCount)))
        }
        listAdvances(of: cohort, moment, pattern, bindings)
        tell(follow(cohort, pattern), of: cohort, pattern)
    }

    /// The time of the last event of an entry: of its first beginning, and where that is the present one, of all.
    func lastTime(_ index: Int, of cohort: Cohort) -> Instant {
        Chain(arena: scene.arena).time(cohort.ownLink(cohort.link(index), of: cohort.first))
    }

    /// Whether the first beginning, which has bound most, may bind no more where the event would have it do so.
    private func isFull(_ cohort: Cohort, _ pattern: PatternTable.Form, _ bindings: UInt64) -> Bool {
        if !mayBeFull(cohort, pattern, bindings) { return false }
        for index in 0..<cohort.entryCount where isFull(index, of: cohort, pattern, bindings) { return true }
        return false
    }

    private func isFull(
        _ index: Int, of cohort: Cohort, _ pattern: PatternTable.Form, _ bindings: UInt64
    ) -> Bool {
        guard work.reactions[index].repeats || work.reactions[index].takes != 0 else { return false }
        return mayBeFull(cohort, pattern, bindings)
            && cohort.boundCount(cohort.link(index), of: cohort.first) >= pattern.boundLimit
    }

    /// Whether enough events were bound, by whatever partial match, since the first beginning.
    private func mayBeFull(_ cohort: Cohort, _ pattern: PatternTable.Form, _ bindings: UInt64) -> Bool {
        bindings - cohort.beginning(cohort.first).boundBefore >= UInt64(pattern.boundLimit - 1)
    }

    /// Notes the ways that the event leaves and opens to the entries of a cohort.
    private mutating func listAdvances(
        of cohort: Cohort, _ moment: Int, _ pattern: PatternTable.Form, _ bindings: UInt64
    ) {
        work.advances.removeAll(keepingCapacity: true)
        for index in 0..<cohort.entryCount {
            let situation = cohort.situation(index)
            let reaction = work.reactions[index]
            if reaction.completes || reaction.waits != 0 {
                let isNow = pattern.closing == .wait && lastTime(index, of: cohort) == scene.now
                var advance = Advance(source: index, isFinal: reaction.completes, endsNow: isNow)
                if reaction.waits != 0 {
                    advance.situation = Situation(
                        node: Int(situation.node), isFresh: false, count: situation.count, waits: reaction.waits,
                        free: reaction.free)
                }
                work.advances.append(advance)
            }
            if isFull(index, of: cohort, pattern, bindings) {
                statistics.outgrown[moment] += reaction.takes.nonzeroBitCount + (reaction.repeats ? 1 : 0)
                continue
            }
            if reaction.repeats {
                work.advances.append(binding(Int(situation.node), count: situation.count + 1, from: index, pattern))
            }
            var takes = reaction.takes
            while takes != 0 {
                work.advances.append(binding(takes.trailingZeroBitCount, count: 1, from: index, pattern))
                takes &= takes - 1
            }
        }
    }

    /// The way to bind the event to a node.
    private func binding(_ number: Int, count: UInt32, from source: Int, _ pattern: PatternTable.Form) -> Advance {
        let node = dispatch.patterns.nodes[pattern.firstNode + number]
        let situation = Situation(after: node, number: number, count: count, closes: pattern.closing != .none)
        return Advance(
            source: source, step: node.name, node: number, situation: situation,
            isFinal: node.mayEnd && count >= node.least, endsNow: pattern.closing == .wait)
    }

    /// Lets a cohort go the ways noted; of those that lead to one situation, and of those that are matches, only the one
    /// that comes first.
    /// - Returns: the link of the match, held, 0 for none.
    private mutating func follow(_ cohort: Cohort, _ pattern: PatternTable.Form) -> UInt32 {
        var chosen: [Int] = []
        var final = -1
        for index in work.advances.indices {
            if work.advances[index].isFinal, final < 0 || stand(index, final, cohort).isFirst { final = index }
            choose(index, among: &chosen, cohort, pattern)
        }
        chosen.sort { Self.isBefore(work.advances[$0].situation, work.advances[$1].situation) }
        let link = final < 0 ? 0 : makeLink(work.advances[final], cohort)
        var entries: [Cohort.Entry] = []
        for index in chosen {
            guard let situation = work.advances[index].situation else { continue }
            if index == final { Chain(arena: scene.arena).retain(link) }
            entries.append(
                Cohort.Entry(
                    situation: situation, link: index == final ? link : makeLink(work.advances[index], cohort)))
        }
        if chosen.count == 1 {
            cohort.setEntries(entries) { _, _ in Precedence(word: 0) }
            return link
        }
        let standing = chosen.map { one in chosen.map { one == $0 ? Precedence(word: 0) : stand(one, $0, cohort) } }
        cohort.setEntries(entries) { standing[$0][$1] }
        return link
    }

    private func stand(_ one: Int, _ other: Int, _ cohort: Cohort) -> Precedence {
        Precedence.after(work.advances[one], work.advances[other], cohort.precedence)
    }

    /// Takes a way into those that are gone, unless it or the one that leads to the same situation is superfluous.
    private mutating func choose(
        _ index: Int, among chosen: inout [Int], _ cohort: Cohort, _ pattern: PatternTable.Form
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
            let earlier = ways(of: situation, before: step, pattern)
            if earlier == situation.waits {
                isBetter = !isBetter
            } else if earlier != 0 {
                let (longer, shorter) = isBetter ? (index, rival) : (rival, index)
                chosen.remove(at: place)
                keep(earlier, of: shorter)
                keep(situation.waits & ~earlier, of: longer)
                choose(shorter, among: &chosen, cohort, pattern)
                choose(longer, among: &chosen, cohort, pattern)
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
    private func ways(of situation: Situation, before step: Int32, _ pattern: PatternTable.Form) -> UInt64 {
        var earlier: UInt64 = 0
        var ways = situation.waits & ~Situation.end
        while ways != 0 {
            let bit = ways & (~ways &+ 1)
            ways &= ways - 1
            let number = bit == Situation.inner ? Int(situation.node) : bit.trailingZeroBitCount
            if dispatch.patterns.nodes[pattern.firstNode + number].name < step { earlier |= bit }
        }
        return earlier
    }

    private static func isBefore(_ left: Situation?, _ right: Situation?) -> Bool {
        guard let left, let right else { return false }
        return (left.head, left.waits, left.free) < (right.head, right.waits, right.free)
    }

    /// The link to which a way leads, held once for whoever asked.
    private mutating func makeLink(_ advance: Advance, _ cohort: Cohort) -> UInt32 {
        let chains = Chain(arena: scene.arena)
        let link = cohort.link(advance.source)
        if advance.isBound {
            return chains.make(event: bind(), step: advance.step, number: work.eventNumber, behind: link)
        }
        chains.retain(link)
        return link
    }

    /// Notes a match for each beginning of a cohort; for the first alone, where it ends the others.
    private mutating func tell(_ link: UInt32, of cohort: Cohort, _ pattern: PatternTable.Form) {
        guard link != 0 else { return }
        let chains = Chain(arena: scene.arena)
        var beginning = cohort.first
        while beginning != 0 {
            chains.retain(link)
            work.matches.append(
                PatternWork.Match(
                    number: cohort.beginning(beginning).number, beginning: beginning, cohort: cohort.handle, link: link)
            )
            beginning = pattern.afterMatch == .skipPastLastEvent ? 0 : cohort.beginning(beginning).next
        }
        chains.release(link)
    }

    /// The current event begins partial matches: a cohort of its own, for the present.
    private mutating func begin(_ moment: Int, _ pattern: PatternTable.Form, boundBefore: UInt64) -> Cohort? {
        let chains = Chain(arena: scene.arena)
        var entries: [Cohort.Entry] = []
        var cohort: Cohort?
        var final: UInt32 = 0
        for number in beginningNodes(pattern) {
            let advance = binding(number, count: 1, from: 0, pattern)
            let link = chains.make(event: bind(), step: advance.step, number: work.eventNumber, behind: 0)
            if cohort == nil {
                cohort = Cohort.make(in: scene.arena)
                cohort?.begin(with: Beginning.make(link: link, boundBefore: boundBefore, in: scene.arena))
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
        guard let cohort else { return nil }
        entries.sort { Self.isBefore($0.situation, $1.situation) }
        cohort.setEntries(entries) { one, other in
            Precedence.ofFirstEvents(chains.step(entries[one].link), chains.step(entries[other].link))
        }
        tell(final, of: cohort, pattern)
        return cohort
    }
}
