import Events
import Expressions
import Storage

/// General sequences at an event. What it means is worked out once for each situation in which there are partial
/// matches; where a condition compares events with each other, for each partial match.
extension Shard {
    /// Shows the current event to a sequence of the general form.
    mutating func advancePattern(_ interest: Dispatch.MomentInterest) {
        let moment = Int(interest.moment)
        let onlyBegins = interest.onlyBegins
        let form = dispatch.moments[moment]
        guard let key = context.key(form) else { return }
        let pattern = dispatch.patterns.forms[Int(form.pattern)]
        let known = context.keyState(moment, key: key.form)
        if form.retells, interest.closes, let known { endTelling(known, moment, form) }
        work.begin(conditions: pattern.conditionCount)
        if pattern.sharesFuture {
            advanceCohorts(known, onlyBegins: onlyBegins, key: key, moment, form, pattern)
            return
        }
        if let known, !onlyBegins {
            let groups = PartialGroups(keyState: known)
            for index in 0..<groups.count { show(groups.group(index), of: known, moment, form, pattern) }
        }
        let numbers = startingNodes(form, pattern)
        if numbers != 0 {
            let keyState = known ?? context.obtainKeyState(moment, form, key: key.form)
            start(with: numbers, keyState, pattern)
            settle(keyState, moment, form, pattern)
        } else if let known {
            settle(known, moment, form, pattern)
        }
    }

    /// Shows the event to the partial matches of one situation.
    private mutating func show(
        _ group: UInt32, of keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form
    ) {
        let groups = PartialGroups(keyState: keyState)
        let situation = groups.situation(group)
        work.isOfGroup = true
        work.needsMembers = false
        let common = reaction(of: situation, pattern)
        let isCommon = !work.needsMembers
        if isCommon, common.isNothing(to: situation) { return }
        work.isOfGroup = false
        let strands = groups.strands
        let taken = groups.take(from: group) { strand in
            var own = common
            if !isCommon {
                showSteps(of: strand, strands, form, pattern)
                own = reaction(of: situation, pattern)
                if own.isNothing(to: situation) { return false }
            }
            carry(strand, strands, situation, own, moment, pattern)
            return true
        }
        keyState.runs -= taken
        work.hasLeavers = work.hasLeavers || taken > 0
    }

    /// Lets a strand go the ways that the event leaves or opens.
    private mutating func carry(
        _ strand: Strand, _ strands: Strands, _ situation: Situation, _ reaction: Reaction, _ moment: Int,
        _ pattern: PatternTable.Form
    ) {
        if reaction.completes {
            strands.retain(strand.link)
            work.finals.append(strand)
        }
        if reaction.repeats, !isSuperfluous(strands.time(strand), situation, pattern) {
            extend(strand, strands, with: Int(situation.node), count: situation.count + 1, moment, pattern)
        }
        var takes = reaction.takes
        while takes != 0 {
            extend(strand, strands, with: takes.trailingZeroBitCount, count: 1, moment, pattern)
            takes &= takes - 1
        }
        var ends = reaction.ends
        while ends != 0 {
            extend(strand, strands, with: ends.trailingZeroBitCount, count: 1, moment, pattern, goesOn: false)
            ends &= ends - 1
        }
        if reaction.waits == 0 {
            let isOver = pattern.joinsStarts && reaction.binds == 0 && !reaction.repeats
            if isOver, strand.starts.upperBound == strands.firsts.end { work.newestMayBeOver = true }
            strands.release(strand.link)
            return
        }
        let stays = Situation(
            node: Int(situation.node), isFresh: false, count: situation.count, waits: reaction.waits,
            free: reaction.free)
        work.moves.append((stays, strand))
    }

    /// Whether a repetition need not be bound, because the match without it comes first, and both end with the same events.
    func isSuperfluous(_ last: Instant, _ situation: Situation, _ pattern: PatternTable.Form) -> Bool {
        let node = dispatch.patterns.nodes[pattern.firstNode + Int(situation.node)]
        return node.endsSoonest && situation.count >= node.least && last < context.scene.now
    }

    /// Has a strand bind the current event to a node.
    private mutating func extend(
        _ strand: Strand, _ strands: Strands, with number: Int, count: UInt32, _ moment: Int,
        _ pattern: PatternTable.Form, goesOn: Bool = true
    ) {
        let node = dispatch.patterns.nodes[pattern.firstNode + number]
        var binding = PatternWork.Binding(
            step: node.name, next: nil, isMatch: node.mayEnd && count >= node.least, first: 0, last: 0,
            starts: strand.starts)
        if goesOn {
            binding.next = Situation(after: node, number: number, count: count, closes: pattern.closing != .none)
        }
        if strands.countMost(strand.link) < pattern.boundLimit {
            strands.retain(strand.link)
            work.add(binding, of: strand, joins: pattern.joinsStarts)
            return
        }
        var most = strand.count
        for starts in strands.starts(of: strand, boundBelow: pattern.boundLimit) {
            binding.starts = starts
            strands.retain(strand.link)
            work.add(binding, of: Strand(link: strand.link, starts: starts), joins: pattern.joinsStarts)
            most -= starts.count
        }
        context.statistics.outgrown[moment] += most
    }

    /// Makes the links of the strands that bind the current event.
    mutating func bindEvent(_ strands: Strands) {
        if work.bindings.isEmpty { return }
        let event = context.bind()
        for binding in work.bindings {
            let link: UInt32
            if binding.first == binding.last {
                let before = work.binders[Int(binding.first)].link
                link = strands.make(event: event, step: binding.step, number: work.eventNumber, behind: before)
            } else {
                work.listFork(of: binding)
                link = strands.make(event: event, step: binding.step, number: work.eventNumber, behind: work.fork)
            }
            goOn(Strand(link: link, starts: binding.starts), strands, binding.isMatch, binding.next)
        }
        work.clearBindings()
    }

    /// A strand has bound the current event: it is a match, or goes on, or both.
    private mutating func goOn(_ strand: Strand, _ strands: Strands, _ isMatch: Bool, _ next: Situation?) {
        if isMatch {
            strands.retain(strand.link)
            work.finals.append(strand)
        }
        if let next {
            work.moves.append((next, strand))
        } else {
            strands.release(strand.link)
        }
    }

    private mutating func startingNodes(_ form: Dispatch.MomentForm, _ pattern: PatternTable.Form) -> UInt64 {
        work.isOfGroup = false
        clearSteps(form)
        context.scene.listStarts.truncate(to: 0)
        return beginningNodes(pattern)
    }

    /// The current event begins partial matches.
    private mutating func start(with numbers: UInt64, _ keyState: KeyState, _ pattern: PatternTable.Form) {
        let strands = Strands(keyState: keyState)
        let start = strands.firsts.add(context.bind(), number: work.eventNumber)
        var numbers = numbers
        while numbers != 0 {
            let number = numbers.trailingZeroBitCount
            numbers &= numbers - 1
            let node = dispatch.patterns.nodes[pattern.firstNode + number]
            let strand = Strand(link: strands.makeFirst(step: node.name), starts: start..<start + 1)
            let next = Situation(after: node, number: number, count: 1, closes: pattern.closing != .none)
            goOn(strand, strands, node.mayEnd && node.least <= 1, next)
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
        if !dispatch.patterns.takes(condition, type: context.scene.event.row.type) {
            work.verdicts[index] = .no
            return false
        }
        if condition.readsSteps {
            if !work.isOfGroup { return context.holds(condition.expression) }
            work.needsMembers = true
            return false
        }
        let holds = context.holds(condition.expression)
        work.verdicts[index] = holds ? .yes : .no
        return holds
    }

    /// Notes that a condition was asked for, unless the event's type has answered it.
    private mutating func note(_ number: Int32, at index: Int) {
        let condition = dispatch.patterns.conditions[Int(number)]
        if dispatch.patterns.takes(condition, type: context.scene.event.row.type) { work.note(number, at: index) }
    }

    /// Sets the scene for conditions that look at the events that a partial match has bound.
    private mutating func showSteps(
        of strand: Strand, _ strands: Strands, _ form: Dispatch.MomentForm, _ pattern: PatternTable.Form
    ) {
        precondition(strand.count == 1, "where a condition looks at bound events, each strand is one partial match")
        clearSteps(form)
        let start = strand.starts.lowerBound
        var link = strand.link
        while link != 0 {
            let step = Int(strands.step(link))
            if context.scene.stepEvents[step] == 0 { context.scene.stepEvents[step] = strands.event(link, of: start) }
            link = strands.before(link, of: start)
        }
        if pattern.readsLists {
            trace(strand.link, of: start, strands)
            listSteps(form)
        }
    }

    /// Notes in `path` and `pathSteps` what a partial match binds.
    mutating func trace(_ link: UInt32, of start: UInt64, _ strands: Strands) {
        path.truncate(to: 0)
        pathSteps.truncate(to: 0)
        let count = strands.count(link, of: start)
        for _ in 0..<count {
            path.append(0)
            pathSteps.append(0)
        }
        var link = link
        var index = count
        while link != 0 {
            index -= 1
            path[index] = strands.event(link, of: start)
            pathSteps[index] = strands.step(link)
            link = strands.before(link, of: start)
        }
    }
}
