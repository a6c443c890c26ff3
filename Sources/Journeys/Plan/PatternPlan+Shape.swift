import Events
import Expressions
import Storage

/// What follows from the shape of a tree of steps.
extension PatternPlan {
    /// The conditions of all steps, what stops them, and the unwanted events, by number.
    var conditions: [ExpressionNumber] {
        steps.flatMap { step in [step.filter.condition, step.until] + step.nots.map(\.filter.condition) }
            .filter { !$0.isNone }
    }

    /// Whether a step may come next that is written before a repetition without end, as in some orders of an `all_of`. Of
    /// two partial matches that went through such repetitions the longer comes first on all other ways.
    var goesBack: Bool {
        for (index, step) in steps.enumerated() where step.most == nil {
            for (other, later) in steps.enumerated() where later.name < step.name && comes(other, after: index) {
                return true
            }
        }
        return false
    }

    /// Whether a step stands behind another on a way through the tree.
    private func comes(_ later: Int, after earlier: Int) -> Bool {
        var node = steps[later].previous
        while !node.isNone {
            if node.index == earlier { return true }
            node = steps[node].previous
        }
        return false
    }

    /// Whether one first event may come to any number of partial matches, so that events would touch them again and again:
    /// with open repetitions, or steps that may also pass over what they take. Not where the counts of many repetitions
    /// would keep cohorts apart.
    var multiplies: Bool {
        if isLong { return false }
        return steps.contains { step in
            step.most == nil || step.contiguity == .any && !step.previous.isNone || step.inner == .any && step.most != 1
        }
    }

    private var isLong: Bool {
        var counts = 0
        for step in steps { counts += step.most ?? step.least }
        return counts > 128
    }

    /// Whether one first event may come to several partial matches because of alternatives, or of several orders.
    var branches: Bool {
        let previous = steps.map(\.previous)
        return Set(previous).count < previous.count && !isLong
    }

    /// Whether what a closing absence waits for may be one of the last step's own repetitions: it ends a shorter partial
    /// match's absence, but not that of a longer one which binds it.
    var mayRepeatWhatEnds: Bool {
        guard case .wait = closing else { return false }
        return steps.indices.contains { index in
            let step = steps[index]
            return reach(from: index) == 0 && !endsSoonest(index) && step.most != step.least && step.inner == .any
        }
    }

    /// Whether enough repetitions of a last step make a match before more of them could, unless these come at the same
    /// time, and the events that end its closing absence are not its own.
    func endsSoonest(_ index: Int) -> Bool {
        guard reach(from: index) == 0, case .wait = closing, let types = steps[index].filter.types else { return false }
        return steps[index].nots.allSatisfy { not in
            guard !not.isStrict, let unwanted = not.filter.types else { return false }
            return !unwanted.contains(where: types.contains)
        }
    }

    /// The steps whose first event may come after that of `index`, optional ones in between left out, as bits; of nil
    /// those that a partial match may begin with.
    func reach(from index: Int?) -> UInt64 {
        var reach: UInt64 = 0
        for (next, step) in steps.enumerated() {
            let isNext = step.previous.known == index
            let isBehindOptional =
                !step.previous.isNone && !isNext && steps[step.previous].isOptional
                && reach & 1 << UInt64(step.previous.index) != 0
            if isNext || isBehindOptional { reach |= 1 << UInt64(next) }
        }
        return reach
    }

    /// Whether no step behind one must come.
    func mayEnd(at index: Int) -> Bool {
        let next = steps.indices.filter { steps[$0].previous.known == index }
        return next.isEmpty || next.contains { steps[$0].isOptional && mayEnd(at: $0) }
    }

    /// Whether the very next event means something else to what a step has just bound than those behind.
    func needsFresh(_ index: Int) -> Bool {
        let step = steps[index]
        if step.nots.contains(where: \.isStrict) { return true }
        if step.inner == .strict, step.most != 1 { return true }
        let reach = reach(from: index)
        return steps.indices.contains { next in
            guard reach & 1 << UInt64(next) != 0 else { return false }
            let before = steps[steps[next].previous]
            return steps[next].contiguity == .strict || before.isGreedy && !before.until.isNone
        }
    }

    /// Whether an event of a type can mean anything to the sequence: where it is strict, or its repetitions are stopped
    /// by a condition, every event does.
    func concerns(type: Int32) -> Bool {
        steps.indices.contains { index in
            let step = steps[index]
            return !step.until.isNone || needsFresh(index) || step.filter.takes(type: type)
                || step.nots.contains { $0.filter.takes(type: type) }
        }
    }

    /// Whether an event of a type can begin partial matches, but means nothing to those that there are.
    func onlyBegins(type: Int32) -> Bool {
        if case .nextEvent = closing { return false }
        return steps.indices.allSatisfy { index in
            let step = steps[index]
            if !step.until.isNone || step.isGreedy || needsFresh(index) { return false }
            if step.nots.contains(where: { $0.filter.takes(type: type) }) { return false }
            return !step.filter.takes(type: type) || step.previous.isNone && step.most == 1
        }
    }
}
