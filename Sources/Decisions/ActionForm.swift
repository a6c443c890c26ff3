import Events
import Expressions
import Journeys
import Storage

/// What judging an action reads at every moment, apart from the texts and lists of its plan: plain numbers, side by side.
struct ActionForm: BitwiseCopyable, Sendable {
    /// An expression that a gate asks.
    struct Condition: BitwiseCopyable, Sendable {
        /// None where there is none, or it is the constant true.
        var expression = ExpressionNumber.none
        /// The first expression that says the same.
        var same = ExpressionNumber.none
        /// Its last step among the plain forms, or -1.
        var root: Int32 = -1
        var reason: Reason
        /// The expression by itself, where it is a test.
        var test: PlainForms.Test
    }

    /// A factor of the priority.
    struct Factor: BitwiseCopyable, Sendable {
        var expression = ExpressionNumber.none
        /// The first expression that says the same.
        var same = ExpressionNumber.none
        /// Its last step among the plain forms, or -1.
        var root: Int32 = -1
        /// 1 where there is no expression, the constant's number where it is one; else not a number.
        var number = 1.0
        /// The expression by itself, or the constant.
        var quick = PlainForms.Quick(kind: .constant, first: 1)
    }

    var isEnabled: Bool
    var isMandatory: Bool
    /// Whether its propensity is learnt.
    var isLearnt: Bool
    /// Whether it may be judged from what is told: it is enabled, all its conditions are tests, and its factors are
    /// told by themselves.
    var isQuick: Bool
    /// The model that says its propensity, or -1.
    var model: Int32
    /// The place of its channels among the different lists of channels, and how many there are.
    var list: Int32
    var channelCount: Int32
    /// The instants between which it may be chosen; the distant past and future where there are none.
    var from: Instant
    var until: Instant
    var preferredChannel: ExpressionNumber
    /// The first expression that says the same.
    var preferredAs: ExpressionNumber
    /// Its suppressions are `suppressions[suppressionStart..<suppressionEnd]`, and what is to be evaluated of its payload is
    /// `asked[askedStart..<askedEnd]`.
    var suppressionStart, suppressionEnd: Int32
    var askedStart, askedEnd: Int32
}

/// An expression of an action's payload that is to be evaluated.
struct PayloadForm: BitwiseCopyable, Sendable {
    var expression: ExpressionNumber
    /// The first expression that says the same.
    var same: ExpressionNumber
}

/// A suppression of an action.
struct SuppressionForm: BitwiseCopyable, Sendable {
    /// The place of the variable of the time since the customer's last such event.
    var since: Int32
    /// Microseconds.
    var length: Int64
}

/// All actions of a plan as they are judged.
struct ActionForms: ~Copyable {
    let actions: Column<ActionForm>
    /// The gates of action n are `conditions[3 * n..<3 * n + 3]`, in the order in which they are
    /// asked, and so are its factors: propensity, context and value.
    let conditions: Column<ActionForm.Condition>
    let factors: Column<ActionForm.Factor>
    let suppressions: Column<SuppressionForm>
    let asked: Column<PayloadForm>
    /// How many different lists of channels there are.
    let listCount: Int

    init(
        _ plan: DecisionPlan, _ forms: borrowing Column<ProposalEvaluator.Prepared>, _ plain: inout PlainForms,
        models: [Int]
    ) {
        var (suppressions, asked): ([SuppressionForm], [PayloadForm]) = ([], [])
        var lists: [[ByteName]] = []
        var actions: [ActionForm] = []
        var (conditions, factors): ([ActionForm.Condition], [ActionForm.Factor]) = ([], [])
        for (number, action) in plan.actions.enumerated() {
            let channels = action.channels.map { ByteName($0) }
            let list = lists.firstIndex(of: channels) ?? lists.count
            if list == lists.count { lists.append(channels) }
            let (suppressionStart, askedStart) = (suppressions.count, asked.count)
            for suppression in action.suppressions {
                suppressions.append(
                    SuppressionForm(since: plain.place(of: suppression.since), length: suppression.length))
            }
            for expression in action.payload.map(\.expression) where plan.constants[expression] == nil {
                asked.append(PayloadForm(expression: expression, same: forms[expression].same))
            }
            conditions.append(Self.condition(action.eligible, .notEligible, plan, forms, &plain))
            conditions.append(Self.condition(action.applicable, .notApplicable, plan, forms, &plain))
            conditions.append(Self.condition(action.suitable, .notSuitable, plan, forms, &plain))
            for factor in [action.propensity, action.context, action.value] {
                factors.append(Self.factor(factor, plan, forms, &plain))
            }
            let isMandatory = action.classification == .mandatory
            let isTold =
                conditions.suffix(3).allSatisfy(\.test.isTold)
                && (isMandatory || factors.suffix(3).allSatisfy { $0.quick.kind != .other } && models[number] < 0)
            actions.append(
                ActionForm(
                    isEnabled: action.enabled, isMandatory: isMandatory, isLearnt: action.learning != nil,
                    isQuick: isTold && action.enabled && action.learning == nil && !plan.explainsFully,
                    model: Int32(models[number]), list: Int32(list),
                    channelCount: Int32(channels.count), from: action.validFrom ?? .distantPast,
                    until: action.validUntil ?? .distantFuture, preferredChannel: action.preferredChannel,
                    preferredAs: action.preferredChannel.isNone ? .none : forms[action.preferredChannel].same,
                    suppressionStart: Int32(suppressionStart), suppressionEnd: Int32(suppressions.count),
                    askedStart: Int32(askedStart), askedEnd: Int32(asked.count)))
        }
        self.actions = Column(actions)
        self.conditions = Column(conditions)
        self.factors = Column(factors)
        self.suppressions = Column(suppressions)
        self.asked = Column(asked)
        listCount = lists.count
    }

    private static func condition(
        _ expression: ExpressionNumber, _ reason: Reason, _ plan: DecisionPlan,
        _ forms: borrowing Column<ProposalEvaluator.Prepared>, _ plain: inout PlainForms
    ) -> ActionForm.Condition {
        if expression.isNone || forms[expression].isTrue {
            return ActionForm.Condition(reason: reason, test: .always)
        }
        let same = forms[expression].same
        let root = plain.add(same, of: plan.expressions)
        // Of another kind than any variable is told as: it is never known.
        let unknown = PlainForms.Test(place: PlainForms.truePlace)
        return ActionForm.Condition(
            expression: expression, same: same, root: root, reason: reason, test: plain.test(root) ?? unknown)
    }

    private static func factor(
        _ expression: ExpressionNumber, _ plan: DecisionPlan,
        _ forms: borrowing Column<ProposalEvaluator.Prepared>, _ plain: inout PlainForms
    ) -> ActionForm.Factor {
        if expression.isNone { return ActionForm.Factor() }
        let (same, number) = (forms[expression].same, forms[expression].number)
        // A constant is told by itself.
        let root = number.isNaN ? plain.add(same, of: plan.expressions) : -1
        let quick = number.isNaN ? plain.quick(root) : PlainForms.Quick(kind: .constant, first: number)
        return ActionForm.Factor(expression: expression, same: same, root: root, number: number, quick: quick)
    }
}
