import Events
import Expressions
import Storage

/// General sequences at an event. What it means is worked out once for each situation in which there are partial
/// matches; where a condition compares events with each other, for each partial match.
extension Shard {
    /// Shows the current event to a sequence of the general form.
    /// - Parameter onlyBegins: whether it means nothing to the partial matches that there are.
    mutating func advancePattern(_ moment: Int, onlyBegins: Bool) {
        let form = dispatch.moments[moment]
        guard let key = key(form) else { return }
        let pattern = dispatch.patterns.forms[Int(form.pattern)]
        let known = matcher(moment, key: key.form)
        work.begin(conditions: pattern.conditionCount)
        if pattern.sharesFuture {
            advanceCohorts(known, onlyBegins: onlyBegins, key: key, moment, form, pattern)
            return
        }
        if let known, !onlyBegins {
            let groups = PartialGroups(matcher: known)
            for index in 0..<groups.count { show(groups.group(index), of: known, moment, form, pattern) }
        }
        start(moment, form, pattern)
        if let known {
            settle(known, moment, form, pattern)
        } else if !work.moves.isEmpty || !work.finals.isEmpty {
            settle(obtainMatcher(moment, form, key: key.form), moment, form, pattern)
        }
    }

    /// Shows the event to the partial matches of one situation.
    private mutating func show(
        _ group: UInt32, of matcher: Matcher, _ moment: Int, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form
    ) {
        let groups = PartialGroups(matcher: matcher)
        let situation = groups.situation(group)
        work.isOfGroup = true
        work.needsMembers = false
        let common = reaction(of: situation, pattern)
        let isCommon = !work.needsMembers
        if isCommon, common.isNothing(to: situation) { return }
        work.isOfGroup = false
        let taken = groups.take(from: group) { chain in
            var own = common
            if !isCommon {
                showSteps(of: chain, form, pattern)
                own = reaction(of: situation, pattern)
                if own.isNothing(to: situation) { return false }
            }
            carry(chain, situation, own, moment, pattern)
            return true
        }
        matcher.runs -= taken
        work.hasLeavers = work.hasLeavers || taken > 0
    }

    /// Lets one partial match go the ways that the event leaves or opens.
    private mutating func carry(
        _ chain: UInt32, _ situation: Situation, _ reaction: Reaction, _ moment: Int, _ pattern: PatternTable.Form
    ) {
        let chains = Chain(arena: scene.arena)
        if reaction.completes {
            chains.retain(chain)
            work.finals.append(chain)
        }
        if reaction.repeats, !isSuperfluous(chains.time(chain), situation, pattern) {
            extend(chain, with: Int(situation.node), count: situation.count + 1, moment, pattern)
        }
        var takes = reaction.takes
        while takes != 0 {
            extend(chain, with: takes.trailingZeroBitCount, count: 1, moment, pattern)
            takes &= takes - 1
        }
        var ends = reaction.ends
        while ends != 0 {
            extend(chain, with: ends.trailingZeroBitCount, count: 1, moment, pattern, goesOn: false)
            ends &= ends - 1
        }
        if reaction.waits == 0 {
            chains.release(chain)
            return
        }
        let stays = Situation(
            node: Int(situation.node), isFresh: false, count: situation.count, waits: reaction.waits,
            free: reaction.free)
        work.moves.append((stays, chain))
    }

    /// Whether a repetition need not be bound, because the match without it comes first, and both end with the same events.
    func isSuperfluous(_ last: Instant, _ situation: Situation, _ pattern: PatternTable.Form) -> Bool {
        let node = dispatch.patterns.nodes[pattern.firstNode + Int(situation.node)]
        return node.endsSoonest && situation.count >= node.least && last < scene.now
    }

    /// Binds the current event to a node, behind a chain, or as the first event.
    private mutating func extend(
        _ chain: UInt32, with number: Int, count: UInt32, _ moment: Int, _ pattern: PatternTable.Form,
        goesOn: Bool = true
    ) {
        let chains = Chain(arena: scene.arena)
        if chain != 0, chains.count(chain) >= pattern.boundLimit {
            statistics.outgrown[moment] += 1
            return
        }
        let node = dispatch.patterns.nodes[pattern.firstNode + number]
        let link = chains.make(event: bind(), step: node.name, number: work.eventNumber, behind: chain)
        if node.mayEnd, count >= node.least {
            chains.retain(link)
            work.finals.append(link)
        }
        if goesOn, let next = Situation(after: node, number: number, count: count, closes: pattern.closing != .none) {
            work.moves.append((next, link))
        } else {
            chains.release(link)
        }
    }

    /// The current event begins partial matches.
    private mutating func start(_ moment: Int, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form) {
        work.isOfGroup = false
        clearSteps(form)
        scene.listStarts.truncate(to: 0)
        var numbers = beginningNodes(pattern)
        while numbers != 0 {
            extend(0, with: numbers.trailingZeroBitCount, count: 1, moment, pattern)
            numbers &= numbers - 1
        }
    }

    /// The nodes with which partial matches begin at the current event, as bits.
    mutating func beginningNodes(_ pattern: PatternTable.Form) -> UInt64 {
        var numbers: UInt64 = 0
        var starts = pattern.starts
        while starts != 0 {
            let number = starts.trailingZeroBitCount
            starts &= starts - 1
            let node = dispatch.patterns.nodes[pattern.firstNode + number]
            guard truth(node.condition, pattern), !isStopped(node, pattern) else { continue }
            if node.previous >= 0 {
                let previous = dispatch.patterns.nodes[pattern.firstNode + Int(node.previous)]
                if previous.isGreedy, !isStopped(previous, pattern), truth(previous.condition, pattern) { continue }
            }
            numbers |= 1 << UInt64(number)
        }
        return numbers
    }

    // MARK: What an event means

    mutating func reaction(of situation: Situation, _ pattern: PatternTable.Form) -> Reaction {
        let node = dispatch.patterns.nodes[pattern.firstNode + Int(situation.node)]
        var reaction = Reaction()
        let isOpen = node.isOpen || situation.count < node.most
        if isOpen, situation.isFresh || situation.waits & Situation.inner != 0 {
            let isStopped = isStopped(node, pattern)
            let takes = truth(node.condition, pattern)
            reaction.repeats = takes && !isStopped
            if !isStopped, node.inner != .strict, node.inner == .any || !takes { reaction.waits |= Situation.inner }
        }
        let mayLeave = situation.count >= node.least
        if mayLeave, situation.isFresh, isUnwanted(after: node, isStrict: true, pattern) {
            reaction.waits = 0
            return reaction
        }
        let isUnwanted = isUnwanted(after: node, isStrict: false, pattern)
        if situation.isFresh, !mayLeave {
            if isUnwanted { reaction.waits = 0 }
            return reaction
        }
        var ways = situation.isFresh ? node.reach : situation.waits & ~(Situation.inner | Situation.end)
        if isUnwanted { ways &= node.ends }
        while ways != 0 {
            let number = ways.trailingZeroBitCount
            ways &= ways - 1
            leave(for: number, situation, pattern, &reaction)
        }
        if isUnwanted {
            // What ends a match is bound all the same.
            (reaction.ends, reaction.takes, reaction.waits) = (reaction.takes, 0, 0)
            return reaction
        }
        let isClosing = situation.waits & Situation.end != 0
        if situation.isFresh ? node.isLeaf && !isClosing : isClosing {
            switch pattern.closing {
            case .none: break
            case .nextEvent: reaction.completes = situation.isFresh
            case .wait, .within: reaction.waits |= Situation.end
            }
        }
        return reaction
    }

    /// What the event means to the way that goes on with the first event of a node.
    private mutating func leave(
        for number: Int, _ situation: Situation, _ pattern: PatternTable.Form, _ reaction: inout Reaction
    ) {
        let bit = UInt64(1) << UInt64(number)
        let node = dispatch.patterns.nodes[pattern.firstNode + number]
        var isFree = situation.free & bit != 0
        let previous = dispatch.patterns.nodes[pattern.firstNode + Int(node.previous)]
        if previous.isGreedy {
            if situation.isFresh, previous.until >= 0 { isFree = isStopped(previous, pattern) }
            // What the greedy step could have taken is not for the next: that ends this way.
            if !isFree, truth(previous.condition, pattern) { return }
        }
        let takes = truth(node.condition, pattern)
        if takes, !isStopped(node, pattern) { reaction.takes |= bit }
        if node.contiguity == .any || node.contiguity == .relaxed && !takes {
            reaction.waits |= bit
            if isFree { reaction.free |= bit }
        }
    }

    private mutating func isStopped(_ node: PatternTable.Node, _ pattern: PatternTable.Form) -> Bool {
        node.until >= 0 && truth(node.until, pattern)
    }

    /// Whether one of the strict, or of the relaxed, `not`s after a node is about the event.
    private mutating func isUnwanted(
        after node: PatternTable.Node, isStrict: Bool, _ pattern: PatternTable.Form
    ) -> Bool {
        for index in Int(node.firstNot)..<Int(node.firstNot + node.notCount) {
            let not = dispatch.patterns.nots[index]
            if not.isStrict == isStrict, truth(not.condition, pattern) { return true }
        }
        return false
    }

    /// Whether a condition holds for the current event, and the partial match that is being looked at.
    mutating func truth(_ number: Int32, _ pattern: PatternTable.Form) -> Bool {
        let index = Int(number) - pattern.firstCondition
        if work.isNoting { note(number, at: index) }
        switch work.verdicts[index] {
        case .no: return false
        case .yes: return true
        case .unknown: break
        }
        let condition = dispatch.patterns.conditions[Int(number)]
        if !dispatch.patterns.takes(condition, type: scene.event.row.type) {
            work.verdicts[index] = .no
            return false
        }
        if condition.readsSteps {
            if !work.isOfGroup { return holds(condition.expression) }
            work.needsMembers = true
            return false
        }
        let holds = holds(condition.expression)
        work.verdicts[index] = holds ? .yes : .no
        return holds
    }

    /// Notes that a condition was asked for, unless the event's type has answered it.
    private mutating func note(_ number: Int32, at index: Int) {
        let condition = dispatch.patterns.conditions[Int(number)]
        if dispatch.patterns.takes(condition, type: scene.event.row.type) { work.note(number, at: index) }
    }

    /// Sets the scene for conditions that look at the events that a partial match has bound.
    private mutating func showSteps(of chain: UInt32, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form) {
        let chains = Chain(arena: scene.arena)
        clearSteps(form)
        var link = chain
        while link != 0 {
            let step = Int(chains.step(link))
            if scene.stepEvents[step] == 0 { scene.stepEvents[step] = chains.event(link) }
            link = chains.parent(link)
        }
        if pattern.readsLists { listSteps(of: chain, form) }
    }

    private mutating func listSteps(of chain: UInt32, _ form: Dispatch.MomentForm) {
        trace(chain)
        listSteps(form)
    }

    /// Notes in `path` and `pathSteps` what a chain binds.
    mutating func trace(_ chain: UInt32) {
        let chains = Chain(arena: scene.arena)
        path.truncate(to: 0)
        pathSteps.truncate(to: 0)
        let count = chains.count(chain)
        for _ in 0..<count {
            path.append(0)
            pathSteps.append(0)
        }
        var link = chain
        var index = count
        while link != 0 {
            index -= 1
            path[index] = chains.event(link)
            pathSteps[index] = chains.step(link)
            link = chains.parent(link)
        }
    }
}
