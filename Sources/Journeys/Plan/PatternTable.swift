import Expressions
import Storage

/// The general sequences in the form that a shard works with: flat, without references.
struct PatternTable: ~Copyable {
    /// A sequence without its texts.
    struct Form: BitwiseCopyable {
        enum Closing: UInt8, BitwiseCopyable { case none, nextEvent, wait, within }
        enum AfterMatch: UInt8, BitwiseCopyable {
            case noSkip, skipToNext, skipPastLastEvent, skipToFirst, skipToLast
        }

        var firstNode: Int
        var firstCondition: Int
        var conditionCount: Int
        /// Whether a condition reads the lists of the events bound to the steps.
        var readsLists = false
        /// The nodes with which a partial match may begin, as bits.
        var starts: UInt64
        var closing = Closing.none
        /// Microseconds from the last event bound, for a closing `not … for`.
        var wait: Int64 = 0
        var afterMatch: AfterMatch
        /// The step of `skip_to_first` and `skip_to_last`.
        var skipStep: Int32 = -1
        var emitsPartial: Bool
        var dropsNewest: Bool
        var boundLimit: Int
        /// Which partial matches in one situation make others in it superfluous.
        var pruning = Pruning.none
        /// Whether the partial matches are kept in cohorts.
        var sharesFuture = false
        /// Whether partial matches that differ in their first events only are kept as one strand.
        var joinsStarts = false
        /// Whether of two in one situation each may be the one that comes first on some of the ways open to both.
        var splitsWays = false
    }

    /// Partial matches in one situation have the same future, where no condition looks at what they have bound. Where a
    /// match of one would discard that of another, the other need not be kept.
    enum Pruning: UInt8, BitwiseCopyable {
        case none
        /// Of those with the same first event, the one whose match would come first is kept.
        case sameStart
        /// Of all of them, the first again: none ends before the others, as there is no `within`, and a match discards all
        /// that began after it, as its last event is the present one.
        case all
    }

    /// A step of the tree.
    struct Node: BitwiseCopyable {
        var name: Int32
        var condition: Int32
        var previous: Int32
        var until: Int32
        var least: UInt32
        /// `.max` where the repetitions have no end.
        var most: UInt32
        var contiguity: PatternPlan.Contiguity
        var inner: PatternPlan.Contiguity
        var isGreedy: Bool
        var isOptional: Bool
        var firstNot: Int32
        var notCount: Int32
        /// The nodes whose first event may be bound next, once this one is left.
        var reach: UInt64 = 0
        /// Those of them whose first event may be the last of a match.
        var ends: UInt64 = 0
        /// Whether a match may end here.
        var mayEnd = true
        /// Whether no step comes after it.
        var isLeaf = true
        /// Whether the very next event means something else to it than those behind.
        var needsFresh = false
        /// Whether enough repetitions make a match before more of them could, unless these come at the same time, and the
        /// events that end its closing absence are not its own.
        var endsSoonest = false

        var isOpen: Bool { most == .max }
    }

    struct Not: BitwiseCopyable {
        var condition: Int32
        var isStrict: Bool
    }

    /// Which events a node or a `not` takes, or what stops repetitions.
    struct Condition: BitwiseCopyable {
        var expression: Int32
        var firstType: Int32
        /// -1 takes every type.
        var typeCount: Int32
        /// Whether it looks at the events bound before, and so differs between partial matches.
        var readsSteps: Bool
        var readsLists: Bool
    }

    private(set) var forms = Column<Form>()
    private(set) var nodes = Column<Node>()
    private(set) var nots = Column<Not>()
    private(set) var conditions = Column<Condition>()
    private var types = Column<Int32>()

    /// The conditions of the sequence with the most.
    private(set) var conditionMost = 0

    func takes(_ condition: Condition, type: Int32) -> Bool {
        if condition.typeCount < 0 { return true }
        for index in Int(condition.firstType)..<Int(condition.firstType + condition.typeCount)
        where types[index] == type {
            return true
        }
        return false
    }

    /// Adds a sequence; answers its number.
    /// - Parameters:
    ///   - isTimed: whether there is a `within`.
    ///   - partialLimit: the most partial matches that are kept.
    mutating func add(
        _ pattern: PatternPlan, _ expressions: [Expression], isTimed: Bool, partialLimit: Int
    ) -> Int {
        precondition(!pattern.steps.isEmpty && pattern.steps.count <= PatternPlan.stepLimit)
        var form = Form(
            firstNode: nodes.count, firstCondition: conditions.count, conditionCount: 0,
            starts: PatternTable.reach(from: -1, pattern), afterMatch: .skipPastLastEvent,
            emitsPartial: pattern.emitsPartial, dropsNewest: pattern.dropsNewest, boundLimit: pattern.boundLimit)
        switch pattern.closing {
        case nil: break
        case .nextEvent: form.closing = .nextEvent
        case .within: form.closing = .within
        case .wait(let wait):
            form.closing = .wait
            form.wait = wait
        }
        switch pattern.afterMatch {
        case .noSkip: form.afterMatch = .noSkip
        case .skipToNext: form.afterMatch = .skipToNext
        case .skipPastLastEvent: form.afterMatch = .skipPastLastEvent
        case .skipToFirst(let step): (form.afterMatch, form.skipStep) = (.skipToFirst, Int32(step))
        case .skipToLast(let step): (form.afterMatch, form.skipStep) = (.skipToLast, Int32(step))
        }
        for index in pattern.steps.indices { add(node: index, of: pattern, expressions) }
        form.conditionCount = conditions.count - form.firstCondition
        for index in form.firstCondition..<conditions.count where conditions[index].readsLists {
            form.readsLists = true
        }
        form.splitsWays = PatternTable.goesBack(pattern)
        form.pruning = pruning(of: form, pattern, isTimed: isTimed, partialLimit: partialLimit)
        if form.pruning == .none {
            for index in form.firstNode..<nodes.count { nodes[index].endsSoonest = false }
        }
        form.sharesFuture =
            form.pruning == .sameStart && (PatternTable.multiplies(pattern) || PatternTable.branches(pattern))
        form.joinsStarts = form.pruning == .none
        for index in form.firstCondition..<conditions.count where conditions[index].readsSteps {
            form.joinsStarts = false
        }
        conditionMost = max(conditionMost, form.conditionCount)
        forms.append(form)
        return forms.count - 1
    }

    /// The least `max_bound` with which partial matches may be superfluous: close to the limit those that have bound fewer
    /// events may go on where others may not.
    private static let prunedBoundLeast = 256

    private func pruning(of form: Form, _ pattern: PatternPlan, isTimed: Bool, partialLimit: Int) -> Pruning {
        if form.boundLimit < PatternTable.prunedBoundLeast { return .none }
        // Where ways are split, one may be let go of that would be the furthest, or be missed once another was dropped.
        let maySplit =
            PatternTable.multiplies(pattern) && !form.emitsPartial && partialLimit >= PatternTable.prunedBoundLeast
        if form.splitsWays, !maySplit { return .none }
        // What is both a repetition and unwanted ends a shorter one's absence, but not that of a longer one which binds it.
        for index in form.firstNode..<nodes.count {
            let node = nodes[index]
            if form.closing == .wait, node.isLeaf, !node.endsSoonest, node.most != node.least, node.inner == .any {
                return .none
            }
        }
        for index in form.firstCondition..<conditions.count where conditions[index].readsSteps { return .none }
        switch form.afterMatch {
        case .skipPastLastEvent:
            // A match that an absence completes ends before the present, and may discard one of two and leave the other.
            let differ = isTimed || form.closing != .none || form.splitsWays || !PatternTable.multiplies(pattern)
            return differ ? .sameStart : .all
        case .skipToNext: return .sameStart
        case .noSkip, .skipToFirst, .skipToLast: return .none
        }
    }

    /// Whether a step may come next that is written before a repetition without end, as in some orders of an `all_of`. Of
    /// two partial matches that went through such repetitions the longer comes first on all other ways.
    private static func goesBack(_ pattern: PatternPlan) -> Bool {
        for (index, step) in pattern.steps.enumerated() where step.most == nil {
            for (other, later) in pattern.steps.enumerated()
            where later.name < step.name && comes(other, after: index, pattern) {
                return true
            }
        }
        return false
    }

    /// Whether a step stands behind another on a way through the tree.
    private static func comes(_ step: Int, after earlier: Int, _ pattern: PatternPlan) -> Bool {
        var step = pattern.steps[step].previous
        while step >= 0 {
            if step == earlier { return true }
            step = pattern.steps[step].previous
        }
        return false
    }

    /// Whether one first event may come to any number of partial matches, so that events would touch them again and again:
    /// with open repetitions, or steps that may also pass over what they take. Not where the counts of many repetitions
    /// would keep cohorts apart.
    private static func multiplies(_ pattern: PatternPlan) -> Bool {
        if isLong(pattern) { return false }
        return pattern.steps.contains { step in
            step.most == nil || step.contiguity == .any && step.previous >= 0 || step.inner == .any && step.most != 1
        }
    }

    private static func isLong(_ pattern: PatternPlan) -> Bool {
        var counts = 0
        for step in pattern.steps { counts += step.most ?? step.least }
        return counts > 128
    }

    /// Whether one first event may come to several partial matches because of alternatives, or of several orders.
    private static func branches(_ pattern: PatternPlan) -> Bool {
        let previous = pattern.steps.map(\.previous)
        return Set(previous).count < previous.count && !isLong(pattern)
    }

    private mutating func add(node index: Int, of pattern: PatternPlan, _ expressions: [Expression]) {
        let step = pattern.steps[index]
        var node = Node(
            name: Int32(step.name), condition: add(step.filter, expressions), previous: Int32(step.previous),
            until: step.until < 0 ? -1 : add(EventFilter(types: nil, condition: step.until), expressions),
            least: UInt32(clamping: step.least), most: step.most.map { UInt32(clamping: $0) } ?? .max,
            contiguity: step.contiguity, inner: step.inner, isGreedy: step.isGreedy && step.most != step.least,
            isOptional: step.isOptional, firstNot: Int32(nots.count), notCount: Int32(step.nots.count))
        for not in step.nots {
            let condition = add(not.filter, expressions)
            nots.append(Not(condition: condition, isStrict: not.isStrict))
        }
        node.reach = PatternTable.reach(from: index, pattern)
        node.isLeaf = node.reach == 0
        node.mayEnd = pattern.closing == nil && PatternTable.mayEnd(at: index, pattern)
        for next in pattern.steps.indices where node.reach & 1 << UInt64(next) != 0 {
            let isEnough = pattern.closing == nil && pattern.steps[next].least <= 1
            if isEnough, PatternTable.mayEnd(at: next, pattern) { node.ends |= 1 << UInt64(next) }
        }
        node.needsFresh = PatternTable.needsFresh(index, pattern)
        node.endsSoonest = node.isLeaf && PatternTable.endsSoonest(step, pattern)
        nodes.append(node)
    }

    private mutating func add(_ filter: EventFilter, _ expressions: [Expression]) -> Int32 {
        let reads = filter.condition < 0 ? [] : expressions[filter.condition].program.reads
        conditions.append(
            Condition(
                expression: Int32(filter.condition), firstType: Int32(types.count),
                typeCount: Int32(filter.types?.count ?? -1), readsSteps: reads.contains(where: Vocabulary.isOfSteps),
                readsLists: reads.contains(where: Vocabulary.isOfStepLists)))
        for type in filter.types ?? [] { types.append(Int32(type)) }
        return Int32(conditions.count - 1)
    }

    private static func endsSoonest(_ step: PatternPlan.Step, _ pattern: PatternPlan) -> Bool {
        guard case .wait = pattern.closing, let types = step.filter.types else { return false }
        return step.nots.allSatisfy { not in
            guard !not.isStrict, let unwanted = not.filter.types else { return false }
            return !unwanted.contains(where: types.contains)
        }
    }

    /// The steps whose first event may come after that of `index`, optional ones in between left out.
    private static func reach(from index: Int, _ pattern: PatternPlan) -> UInt64 {
        var reach: UInt64 = 0
        for (next, step) in pattern.steps.enumerated() {
            let isNext = step.previous == index
            let isBehindOptional =
                step.previous >= 0 && step.previous != index && pattern.steps[step.previous].isOptional
                && reach & 1 << UInt64(step.previous) != 0
            if isNext || isBehindOptional { reach |= 1 << UInt64(next) }
        }
        return reach
    }

    private static func mayEnd(at index: Int, _ pattern: PatternPlan) -> Bool {
        let next = pattern.steps.indices.filter { pattern.steps[$0].previous == index }
        return next.isEmpty || next.contains { pattern.steps[$0].isOptional && mayEnd(at: $0, pattern) }
    }

    private static func needsFresh(_ index: Int, _ pattern: PatternPlan) -> Bool {
        let step = pattern.steps[index]
        if step.nots.contains(where: \.isStrict) { return true }
        if step.inner == .strict, step.most != 1 { return true }
        let reach = reach(from: index, pattern)
        return pattern.steps.indices.contains { next in
            guard reach & 1 << UInt64(next) != 0 else { return false }
            let before = pattern.steps[pattern.steps[next].previous]
            return pattern.steps[next].contiguity == .strict || before.isGreedy && before.until >= 0
        }
    }

    /// Whether an event of a type can mean anything to the sequence: where it is strict, or its repetitions are stopped
    /// by a condition, every event does.
    static func concerns(_ pattern: PatternPlan, type: Int32) -> Bool {
        pattern.steps.indices.contains { index in
            let step = pattern.steps[index]
            return step.until >= 0 || needsFresh(index, pattern) || step.filter.takes(type: type)
                || step.nots.contains { $0.filter.takes(type: type) }
        }
    }

    /// Whether an event of a type can begin partial matches, but means nothing to those that there are.
    static func onlyBegins(_ pattern: PatternPlan, type: Int32) -> Bool {
        if case .nextEvent = pattern.closing { return false }
        return pattern.steps.indices.allSatisfy { index in
            let step = pattern.steps[index]
            if step.until >= 0 || step.isGreedy || needsFresh(index, pattern) { return false }
            if step.nots.contains(where: { $0.filter.takes(type: type) }) { return false }
            return !step.filter.takes(type: type) || step.previous < 0 && step.most == 1
        }
    }
}
