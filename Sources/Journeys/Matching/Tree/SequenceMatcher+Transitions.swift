import Events
import Storage

/// What an event means to partial matches of a tree of steps: the transitions of its automaton, which strands and cohorts
/// share. It is worked out once for each situation in which there are partial matches; where a condition compares events
/// with each other, for each partial match.
extension SequenceMatcher {
    /// A step of the tree of the moment at hand.
    func node(_ number: NodeNumber) -> PatternTable.Node { table.patterns.nodes[pattern.firstNode + number.index] }

    /// The nodes with which partial matches begin at the current event, as bits.
    mutating func beginningNodes(_ context: inout EvaluationContext) -> UInt64 {
        var numbers: UInt64 = 0
        var starts = pattern.starts
        while starts != 0 {
            let number = NodeNumber(starts.trailingZeroBitCount)
            starts &= starts - 1
            let node = self.node(number)
            guard truth(node.condition, &context), !isStopped(node, &context) else { continue }
            if !node.previous.isNone {
                let previous = self.node(node.previous)
                if previous.isGreedy, !isStopped(previous, &context), truth(previous.condition, &context) { continue }
            }
            numbers |= 1 << UInt64(number.index)
        }
        return numbers
    }

    mutating func reaction(of situation: Situation, _ context: inout EvaluationContext) -> Reaction {
        let node = self.node(situation.node)
        var reaction = Reaction()
        let isOpen = node.isOpen || situation.count < node.most
        if isOpen, situation.isFresh || situation.waits & Situation.inner != 0 {
            let isStopped = isStopped(node, &context)
            let takes = truth(node.condition, &context)
            reaction.repeats = takes && !isStopped
            if !isStopped, node.inner != .strict, node.inner == .any || !takes { reaction.waits |= Situation.inner }
        }
        let mayLeave = situation.count >= node.least
        if mayLeave, situation.isFresh, isUnwanted(after: node, isStrict: true, &context) {
            reaction.waits = 0
            return reaction
        }
        let isUnwanted = isUnwanted(after: node, isStrict: false, &context)
        if situation.isFresh, !mayLeave {
            if isUnwanted { reaction.waits = 0 }
            return reaction
        }
        var ways = situation.isFresh ? node.reach : situation.waits & ~(Situation.inner | Situation.end)
        if isUnwanted { ways &= node.ends }
        while ways != 0 {
            let number = NodeNumber(ways.trailingZeroBitCount)
            ways &= ways - 1
            leave(for: number, situation, &reaction, &context)
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
        for number: NodeNumber, _ situation: Situation, _ reaction: inout Reaction, _ context: inout EvaluationContext
    ) {
        let bit = UInt64(1) << UInt64(number.index)
        let node = self.node(number)
        var isFree = situation.free & bit != 0
        let previous = self.node(node.previous)
        if previous.isGreedy {
            if situation.isFresh, !previous.until.isNone { isFree = isStopped(previous, &context) }
            // What the greedy step could have taken is not for the next: that ends this way.
            if !isFree, truth(previous.condition, &context) { return }
        }
        let takes = truth(node.condition, &context)
        if takes, !isStopped(node, &context) { reaction.takes |= bit }
        if node.contiguity == .any || node.contiguity == .relaxed && !takes {
            reaction.waits |= bit
            if isFree { reaction.free |= bit }
        }
    }

    private mutating func isStopped(_ node: PatternTable.Node, _ context: inout EvaluationContext) -> Bool {
        !node.until.isNone && truth(node.until, &context)
    }

    /// Whether one of the strict, or of the relaxed, `not`s after a node is about the event.
    private mutating func isUnwanted(
        after node: PatternTable.Node, isStrict: Bool, _ context: inout EvaluationContext
    ) -> Bool {
        for index in Int(node.firstNot)..<Int(node.firstNot + node.notCount) {
            let not = table.patterns.nots[index]
            if not.isStrict == isStrict, truth(not.condition, &context) { return true }
        }
        return false
    }

    /// Whether a condition holds for the current event, and the partial match that is being looked at.
    mutating func truth(_ number: ConditionNumber, _ context: inout EvaluationContext) -> Bool {
        let index = number.index - pattern.firstCondition
        if work.isNoting { note(number, at: index) }
        switch work.verdicts[index] {
        case .no: return false
        case .yes: return true
        case .unknown: break
        }
        let condition = table.patterns.conditions[number.index]
        if !table.patterns.takes(condition, type: eventType) {
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
    private mutating func note(_ number: ConditionNumber, at index: Int) {
        let condition = table.patterns.conditions[number.index]
        if table.patterns.takes(condition, type: eventType) { work.note(number, at: index) }
    }

    /// Whether a repetition need not be bound, because the match without it comes first, and both end with the same events.
    func isSuperfluous(_ last: Instant, _ situation: Situation) -> Bool {
        let node = self.node(situation.node)
        return node.endsSoonest && situation.count >= node.least && last < now
    }

    // MARK: As time passes

    /// Whether the end of `within` means anything in a situation: not to what waits for a closing `not … for` alone.
    func isBound(_ situation: Situation) -> Bool {
        pattern.closing != .wait || situation.isFresh || situation.waits != Situation.end
    }

    /// Whether a partial match in a situation is a match once the time of the closing `not` is over.
    func awaitsEnd(_ situation: Situation) -> Bool {
        guard pattern.closing == .wait || pattern.closing == .within else { return false }
        let isClosing = situation.waits & Situation.end != 0
        if !situation.isFresh { return isClosing }
        let node = self.node(situation.node)
        return node.isLeaf && !isClosing && situation.count >= node.least
    }

    /// The key state that a deadline was set for, where it still holds, and which of its two deadlines it is; these are no
    /// longer noted.
    func takeDue(
        _ entry: Deadlines.Entry, _ context: borrowing EvaluationContext
    ) -> (keyState: KeyState, isAbsenceOver: Bool, isWithinOver: Bool)? {
        guard let keyState = context.keyState(of: entry, moment: moment, form) else { return nil }
        // As long as the deadline of the absence that is over next has not come, none is.
        let (isAbsenceOver, isWithinOver) = (keyState.isArmed(at: entry.time), keyState.endOfWithin == entry.time)
        guard isAbsenceOver || isWithinOver else { return nil }
        if isAbsenceOver { keyState.armed = nil }
        if isWithinOver { keyState.endOfWithin = nil }
        return (keyState, isAbsenceOver, isWithinOver)
    }
}
