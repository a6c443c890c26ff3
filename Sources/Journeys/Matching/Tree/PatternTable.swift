import Expressions
import Storage

/// The number of a condition of a tree of steps: which types an expression is asked of.
typealias ConditionNumber = PlanNumber<PatternTable.Condition>

/// The general sequences in the form that a shard works with: flat, without references.
struct PatternTable: ~Copyable {
    /// A sequence without its texts.
    struct Pattern: BitwiseCopyable {
        enum Closing: UInt8, BitwiseCopyable { case none, nextEvent, wait, within }
        enum AfterMatch: UInt8, BitwiseCopyable {
            case noSkip, skipToNext, skipPastLastEvent, skipToFirst, skipToLast
        }

        var firstNode = 0
        var firstCondition = 0
        var conditionCount = 0
        /// Whether a condition reads the lists of the events bound to the steps.
        var readsLists = false
        /// The nodes with which a partial match may begin, as bits.
        var starts: UInt64 = 0
        var closing = Closing.none
        /// Microseconds from the last event bound, for a closing `not … for`.
        var wait: Int64 = 0
        var afterMatch = AfterMatch.skipPastLastEvent
        /// The step of `skip_to_first` and `skip_to_last`.
        var skipStep = StepNumber.none
        var emitsPartial = false
        var dropsNewest = false
        var boundLimit = 0
        /// Which partial matches in one situation make others in it superfluous.
        var pruning = MatchingStrategy.Pruning.none
        /// Whether partial matches that differ in their first events only are kept as one strand.
        var joinsStarts = false
        /// Whether of two in one situation each may be the one that comes first on some of the ways open to both.
        var splitsWays = false
    }

    /// A step of the tree.
    struct Node: BitwiseCopyable {
        var name: StepNumber
        var condition: ConditionNumber
        var previous: NodeNumber
        /// What stops the repetitions.
        var until: ConditionNumber
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
        var condition: ConditionNumber
        var isStrict: Bool
    }

    /// Which events a node or a `not` takes, or what stops repetitions.
    struct Condition: BitwiseCopyable {
        var expression: ExpressionNumber
        var types: TypeLists.Extent
        /// Whether it looks at the events bound before, and so differs between partial matches.
        var readsSteps: Bool
        var readsLists: Bool
    }

    private(set) var forms = Column<Pattern>()
    private(set) var nodes = Column<Node>()
    private(set) var nots = Column<Not>()
    private(set) var conditions = Column<Condition>()
    private var types = TypeLists()

    /// The conditions of the sequence with the most.
    private(set) var conditionMost = 0

    func takes(_ condition: Condition, type: Int32) -> Bool { types.has(type, in: condition.types) }

    /// Adds a sequence; answers its number.
    mutating func add(
        _ pattern: PatternPlan, _ choice: MatchingStrategy.Choice, _ expressions: [Expression]
    ) -> Int {
        precondition(!pattern.steps.isEmpty && pattern.steps.count <= PatternPlan.stepLimit)
        var form = Pattern(
            firstNode: nodes.count, firstCondition: conditions.count, conditionCount: 0,
            starts: pattern.reach(from: nil), afterMatch: .skipPastLastEvent,
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
        case .skipToFirst(let step): (form.afterMatch, form.skipStep) = (.skipToFirst, step)
        case .skipToLast(let step): (form.afterMatch, form.skipStep) = (.skipToLast, step)
        }
        for index in pattern.steps.indices { add(node: index, of: pattern, expressions) }
        form.conditionCount = conditions.count - form.firstCondition
        for index in form.firstCondition..<conditions.count where conditions[index].readsLists {
            form.readsLists = true
        }
        (form.pruning, form.joinsStarts, form.splitsWays) = (choice.pruning, choice.joinsStarts, choice.splitsWays)
        if choice.pruning == .none {
            for index in form.firstNode..<nodes.count { nodes[index].endsSoonest = false }
        }
        conditionMost = max(conditionMost, form.conditionCount)
        forms.append(form)
        return forms.count - 1
    }

    private mutating func add(node index: Int, of pattern: PatternPlan, _ expressions: [Expression]) {
        let step = pattern.steps[index]
        var node = Node(
            name: step.name, condition: add(step.filter, expressions), previous: step.previous,
            until: step.until.isNone ? .none : add(EventFilter(types: nil, condition: step.until), expressions),
            least: UInt32(clamping: step.least), most: step.most.map { UInt32(clamping: $0) } ?? .max,
            contiguity: step.contiguity, inner: step.inner, isGreedy: step.isGreedy && step.most != step.least,
            isOptional: step.isOptional, firstNot: Int32(nots.count), notCount: Int32(step.nots.count))
        for not in step.nots {
            let condition = add(not.filter, expressions)
            nots.append(Not(condition: condition, isStrict: not.isStrict))
        }
        node.reach = pattern.reach(from: index)
        node.isLeaf = node.reach == 0
        node.mayEnd = pattern.closing == nil && pattern.mayEnd(at: index)
        for next in pattern.steps.indices where node.reach & 1 << UInt64(next) != 0 {
            let isEnough = pattern.closing == nil && pattern.steps[next].least <= 1
            if isEnough, pattern.mayEnd(at: next) { node.ends |= 1 << UInt64(next) }
        }
        node.needsFresh = pattern.needsFresh(index)
        node.endsSoonest = pattern.endsSoonest(index)
        nodes.append(node)
    }

    private mutating func add(_ filter: EventFilter, _ expressions: [Expression]) -> ConditionNumber {
        let reads = filter.condition.isNone ? [] : expressions[filter.condition].program.reads
        conditions.append(
            Condition(
                expression: filter.condition, types: types.add(filter.types),
                readsSteps: reads.contains(where: Vocabulary.isOfSteps),
                readsLists: reads.contains(where: Vocabulary.isOfStepLists)))
        return ConditionNumber(conditions.count - 1)
    }
}
