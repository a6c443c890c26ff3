import Expressions
import Storage

/// A moment's plan without its texts.
struct MomentForm: BitwiseCopyable {
    /// The number of the expression for whose values events are matched separately, or -1.
    var by: Int32 = -1
    /// The condition of a `when` moment, else -1.
    var condition: Int32 = -1
    /// How the sequence's partial matches are kept; nil for a `when` moment.
    var strategy: MatchingStrategy?
    /// Microseconds between two lines; 0 for none.
    var cooldown: Int64 = 0
    var firstPosition: Int32 = 0
    var positionCount: Int32 = 0
    var stepCount: Int32 = 0
    var closingCondition: Int32 = -1
    /// Whether it looks at the events bound before.
    var closingReadsSteps = false
    /// Microseconds, or -1 where the sequence has no closing `not … for`.
    var closingWait: Int64 = -1
    /// Microseconds; `.max` for no limit.
    var within: Int64 = .max
    var partialLimit: Int32 = 0
    /// Microseconds after which the moment is told again; 0 for never.
    var repeatEvery: Int64 = 0
    /// The expression that may break the cooldown, or -1.
    var level: Int32 = -1
    /// The number of the sequence's tree of steps, -1 for none.
    var pattern: Int32 = -1

    var closes: Bool { closingWait >= 0 }
    /// Whether matches that were told are kept, to be told again.
    var retells: Bool { repeatEvery > 0 && strategy != nil }

    // The words of its own that a key state has: those of its partial matches, then its level, then what it tells again.

    /// How many there are.
    var lists: Int { retoldWord + (retells ? 2 : 0) }
    /// How many of these, from the first on, are about its partial matches or its condition.
    var runLists: Int { pattern >= 0 ? 3 : max(1, Int(positionCount)) }
    /// How many of these, from the first on, name blocks.
    var queues: Int { pattern >= 0 ? 1 : runLists }
    /// Which of the words holds the level of the last one told, where there are levels.
    var levelWord: Int { runLists }
    /// Which of the words is the first of the two about what is told again.
    var retoldWord: Int { runLists + (level >= 0 ? 1 : 0) }
}

/// The moments in the form that a shard works with: flat, without references.
struct MomentTable: ~Copyable {
    /// A step of relaxed steps in a row, or one of its repetitions.
    struct PositionForm: BitwiseCopyable {
        var step: Int32
        var condition: Int32
        var firstNot: Int32
        var notCount: Int32
        var isRepetition: Bool
    }

    struct NotForm: BitwiseCopyable {
        var condition: Int32
        var firstType: Int32
        /// -1 takes every type.
        var typeCount: Int32
    }

    /// The most positions of a sequence, so that they fit the bits of a word.
    static let positionLimit = 64

    private(set) var forms = Column<MomentForm>()
    private(set) var positions = Column<PositionForm>()
    private(set) var nots = Column<NotForm>()
    private var notTypes = Column<Int32>()
    /// The trees of steps.
    private(set) var patterns = PatternTable()

    init(_ plan: JourneyPlan) {
        for moment in plan.moments { add(moment, plan.expressions) }
    }

    private mutating func add(_ moment: MomentPlan, _ expressions: [Expression]) {
        var form = MomentForm()
        form.by = Int32(moment.by)
        form.cooldown = moment.cooldown
        form.repeatEvery = moment.repeatEvery
        form.level = Int32(moment.level)
        switch moment.trigger {
        case .condition(let condition): form.condition = Int32(condition)
        case .sequence(let sequence):
            let choice = MatchingStrategy.choose(for: sequence, isKeyed: moment.by >= 0, expressions)
            form.strategy = choice.strategy
            form.stepCount = Int32(sequence.stepNames.count)
            form.within = sequence.within ?? .max
            form.partialLimit = Int32(clamping: sequence.partialLimit)
            if let pattern = sequence.pattern {
                form.pattern = Int32(patterns.add(pattern, choice, expressions))
                form.closingCondition = Int32(pattern.closingFilter?.condition ?? -1)
                form.closingReadsSteps =
                    form.closingCondition >= 0
                    && expressions[Int(form.closingCondition)].program.reads.contains(where: Vocabulary.isOfSteps)
            }
            if let closing = sequence.closing {
                form.closingCondition = Int32(closing.filter.condition)
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
                step: Int32(position.step), condition: Int32(position.filter.condition), firstNot: Int32(nots.count),
                notCount: Int32(position.nots.count), isRepetition: position.isRepetition))
        for not in position.nots {
            nots.append(
                NotForm(
                    condition: Int32(not.condition), firstType: Int32(notTypes.count),
                    typeCount: Int32(not.types?.count ?? -1)))
            for type in not.types ?? [] { notTypes.append(Int32(type)) }
        }
    }

    func takes(_ not: NotForm, type: Int32) -> Bool {
        if not.typeCount < 0 { return true }
        for index in Int(not.firstType)..<Int(not.firstType + not.typeCount) where notTypes[index] == type {
            return true
        }
        return false
    }
}
