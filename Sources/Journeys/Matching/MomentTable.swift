import Expressions
import Storage

/// A moment's plan without its texts.
struct MomentForm: BitwiseCopyable {
    /// The expression for whose values events are matched separately.
    var by = ExpressionNumber.none
    /// The condition of a `when` moment.
    var condition = ExpressionNumber.none
    /// How the sequence's partial matches are kept; nil for a `when` moment.
    var strategy: MatchingStrategy?
    /// Microseconds between two lines; 0 for none.
    var cooldown: Int64 = 0
    var firstPosition: Int32 = 0
    var positionCount: Int32 = 0
    var stepCount = 0
    var closingCondition = ExpressionNumber.none
    /// Whether it looks at the events bound before.
    var closingReadsSteps = false
    /// Microseconds, or -1 where the sequence has no closing `not … for`.
    var closingWait: Int64 = -1
    /// Microseconds; `.max` for no limit.
    var within: Int64 = .max
    var partialLimit: Int32 = 0
    /// Microseconds after which the moment is told again; 0 for never.
    var repeatEvery: Int64 = 0
    /// The expression that may break the cooldown.
    var level = ExpressionNumber.none
    /// The sequence's tree of steps.
    var pattern = PlanNumber<PatternTable.Pattern>.none

    var isKeyed: Bool { !by.isNone }
    /// Whether the customer's word leads to lists of partial matches without a value of `by`.
    var leadsToLists: Bool { strategy != nil && !isKeyed }
    var closes: Bool { closingWait >= 0 }
    /// Whether matches that were told are kept, to be told again.
    var retells: Bool { repeatEvery > 0 && strategy != nil }

    // The words of its own that a key state has: those of its partial matches, then its level, then what it tells again.

    /// How many there are.
    var lists: Int { retoldWord + (retells ? 2 : 0) }
    /// How many of these, from the first on, are about its partial matches or its condition.
    var runLists: Int { !pattern.isNone ? 3 : max(1, Int(positionCount)) }
    /// How many of these, from the first on, name blocks.
    var queues: Int { !pattern.isNone ? 1 : runLists }
    /// Which of the words holds the level of the last one told, where there are levels.
    var levelWord: Int { runLists }
    /// Which of the words is the first of the two about what is told again.
    var retoldWord: Int { runLists + (!level.isNone ? 1 : 0) }
}

/// The moments in the form that a shard works with: flat, without references.
struct MomentTable: ~Copyable {
    /// A step of relaxed steps in a row, or one of its repetitions.
    struct PositionForm: BitwiseCopyable {
        var step: StepNumber
        var condition: ExpressionNumber
        var firstNot: Int32
        var notCount: Int32
        var isRepetition: Bool
    }

    struct NotForm: BitwiseCopyable {
        var condition: ExpressionNumber
        var types: TypeLists.Extent
    }

    /// The most positions of a sequence, so that they fit the bits of a word.
    static let positionLimit = 64

    private(set) var forms = Column<MomentForm>()
    private(set) var positions = Column<PositionForm>()
    private(set) var nots = Column<NotForm>()
    private var notTypes = TypeLists()
    /// The trees of steps.
    private(set) var patterns = PatternTable()

    init(_ plan: JourneyPlan) {
        for moment in plan.moments { add(moment, plan.expressions) }
    }

    private mutating func add(_ moment: MomentPlan, _ expressions: [Expression]) {
        var form = MomentForm()
        form.by = moment.by
        form.cooldown = moment.cooldown
        form.repeatEvery = moment.repeatEvery
        form.level = moment.level
        switch moment.trigger {
        case .condition(let condition): form.condition = condition
        case .sequence(let sequence):
            let choice = MatchingStrategy.choose(
                for: sequence, isKeyed: !moment.by.isNone, isOfAccounts: moment.isOfAccount, expressions)
            form.strategy = choice.strategy
            form.stepCount = sequence.stepNames.count
            form.within = sequence.within ?? .max
            form.partialLimit = Int32(clamping: sequence.partialLimit)
            if let pattern = sequence.pattern {
                form.pattern = PlanNumber(patterns.add(pattern, choice, expressions))
                form.closingCondition = pattern.closingFilter?.condition ?? .none
                form.closingReadsSteps =
                    !form.closingCondition.isNone
                    && expressions[form.closingCondition].program.reads.contains(where: Vocabulary.isOfSteps)
            }
            if let closing = sequence.closing {
                form.closingCondition = closing.filter.condition
                form.closingWait = closing.wait
            }
            precondition(sequence.positions.count <= MomentTable.positionLimit)
            form.firstPosition = Int32(positions.count)
            form.positionCount = Int32(sequence.positions.count)
            for position in sequence.positions { add(position) }
        }
        forms.append(form)
    }

    private mutating func add(_ position: SequencePlan.Position) {
        positions.append(
            PositionForm(
                step: position.step, condition: position.filter.condition,
                firstNot: Int32(nots.count),
                notCount: Int32(position.nots.count), isRepetition: position.isRepetition))
        for not in position.nots {
            nots.append(NotForm(condition: not.condition, types: notTypes.add(not.types)))
        }
    }

    func takes(_ not: NotForm, type: Int32) -> Bool { notTypes.has(type, in: not.types) }
}
