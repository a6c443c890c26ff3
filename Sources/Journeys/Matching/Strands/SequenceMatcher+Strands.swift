import Events
import Expressions
import Storage

/// Strands at an event: those in one situation go the same ways, all at once.
extension SequenceMatcher {
    /// Shows the current event to the partial matches of a sequence, and has it begin others.
    mutating func advanceStrands(_ interest: InterestTable.MomentInterest, _ context: inout EvaluationContext) {
        guard let key = context.key(form) else { return }
        let known = context.keyState(moment, key: key.form)
        if form.retells, interest.closes, let known { endRepeats(known, &context) }
        work.begin(conditions: pattern.conditionCount)
        if let known, !interest.onlyBegins {
            let groups = PartialGroups(keyState: known)
            for index in 0..<groups.count { show(groups.group(index), of: known, &context) }
        }
        let numbers = startingNodes(&context)
        if numbers != 0 {
            let keyState = known ?? context.obtainKeyState(moment, form, key: key.form)
            start(with: numbers, keyState, &context)
            settleStrands(keyState, &context)
        } else if let known {
            settleStrands(known, &context)
        }
    }

    /// Shows the event to the partial matches of one situation.
    private mutating func show(
        _ group: UInt32, of keyState: KeyState, _ context: inout EvaluationContext
    ) {
        let groups = PartialGroups(keyState: keyState)
        let situation = groups.situation(group)
        work.isOfGroup = true
        work.needsMembers = false
        let common = reaction(of: situation, &context)
        let isCommon = !work.needsMembers
        if isCommon, common.isNothing(to: situation) { return }
        work.isOfGroup = false
        let strands = groups.strands
        let taken = groups.take(from: group) { strand in
            var own = common
            if !isCommon {
                showSteps(of: strand, strands, &context)
                own = reaction(of: situation, &context)
                if own.isNothing(to: situation) { return false }
            }
            carry(strand, strands, situation, own)
            return true
        }
        keyState.runs -= taken
        work.hasLeavers = work.hasLeavers || taken > 0
    }

    /// Lets a strand go the ways that the event leaves or opens.
    private mutating func carry(
        _ strand: Strand, _ strands: Strands, _ situation: Situation, _ reaction: Reaction
    ) {
        if reaction.completes {
            strands.retain(strand.link)
            work.finals.append(strand)
        }
        if reaction.repeats, !isSuperfluous(strands.time(strand), situation) {
            extend(strand, strands, with: situation.node, count: situation.count + 1)
        }
        var takes = reaction.takes
        while takes != 0 {
            extend(strand, strands, with: NodeNumber(takes.trailingZeroBitCount), count: 1)
            takes &= takes - 1
        }
        var ends = reaction.ends
        while ends != 0 {
            extend(strand, strands, with: NodeNumber(ends.trailingZeroBitCount), count: 1, goesOn: false)
            ends &= ends - 1
        }
        if reaction.waits == 0 {
            let isOver = pattern.joinsStarts && reaction.binds == 0 && !reaction.repeats
            if isOver, strand.starts.upperBound == strands.firsts.end { work.newestMayBeOver = true }
            strands.release(strand.link)
            return
        }
        let stays = Situation(
            node: situation.node, isFresh: false, count: situation.count, waits: reaction.waits,
            free: reaction.free)
        work.moves.append((stays, strand))
    }

    /// Has a strand bind the current event to a node.
    private mutating func extend(
        _ strand: Strand, _ strands: Strands, with number: NodeNumber, count: UInt32, goesOn: Bool = true
    ) {
        let node = node(number)
        var binding = MatchWork.Binding(
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
        if most > 0 { results.countOutgrown(most) }
    }

    /// Makes the links of the strands that bind the current event.
    mutating func bindEvent(_ strands: Strands, _ context: inout EvaluationContext) {
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

    private mutating func startingNodes(_ context: inout EvaluationContext) -> UInt64 {
        work.isOfGroup = false
        context.scope.clearSteps(form.stepCount)
        context.scope.listStarts.truncate(to: 0)
        return beginningNodes(&context)
    }

    /// The current event begins partial matches.
    private mutating func start(with numbers: UInt64, _ keyState: KeyState, _ context: inout EvaluationContext) {
        let strands = Strands(keyState: keyState)
        let start = strands.firsts.add(context.bind(), number: work.eventNumber)
        var numbers = numbers
        while numbers != 0 {
            let number = NodeNumber(numbers.trailingZeroBitCount)
            numbers &= numbers - 1
            let node = node(number)
            let strand = Strand(link: strands.makeFirst(step: node.name), starts: start..<start + 1)
            let next = Situation(after: node, number: number, count: 1, closes: pattern.closing != .none)
            goOn(strand, strands, node.mayEnd && node.least <= 1, next)
        }
    }

    /// Sets the scope for conditions that look at the events that a partial match has bound.
    private mutating func showSteps(
        of strand: Strand, _ strands: Strands, _ context: inout EvaluationContext
    ) {
        precondition(strand.count == 1, "where a condition looks at bound events, each strand is one partial match")
        context.scope.clearSteps(form.stepCount)
        let start = strand.starts.lowerBound
        var link = strand.link
        while link != 0 {
            let step = strands.step(link)
            if context.scope.stepEvents[step] == 0 { context.scope.stepEvents[step] = strands.event(link, of: start) }
            link = strands.before(link, of: start)
        }
        if pattern.readsLists {
            trace(strand.link, of: start, strands)
            context.scope.listSteps(path, pathSteps, count: form.stepCount)
        }
    }

    /// Notes in `path` and `pathSteps` what a partial match binds.
    mutating func trace(_ link: UInt32, of start: UInt64, _ strands: Strands) {
        path.truncate(to: 0)
        pathSteps.truncate(to: 0)
        let count = strands.count(link, of: start)
        for _ in 0..<count {
            path.append(0)
            pathSteps.append(.none)
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
