import Expressions
import Journeys
import Storage

/// The expressions that are plain (`PlainStep`), as most of an action's are, worked out where the
/// values are: each variable is asked for once for a moment, and the evaluator, which answers
/// everything, only for what is left.
///
/// A constant, a sum or a comparison takes a handful of instructions, one evaluation some hundreds.
struct PlainForms: ~Copyable {
    // Not private: the compiler needs its layout where another file holds forms.
    struct Step: BitwiseCopyable {
        var kind: PlainStep.Kind
        /// A comparison as a test; never told where it is more.
        var test: Test
        /// The operands; a variable's and a comparison's place among the variables is the first, and a
        /// comparison's second is its place among the comparisons.
        var first, second, third: Int32
        var constant: Told
    }

    private var steps = Column<Step>()
    /// The comparisons, as they are made where the two sides are not of one kind.
    private var comparisons = Column<PlainConditions.Comparison>()
    private var variables = Column<Int>()
    /// The variables at the moment at hand; a value and an order only where it was asked for.
    private var told = Column<Told>()
    private var ordered = Column<Ordered>()
    private var values = Column<Value>()
    /// The places of those that were asked for: a plan may have many more.
    private var asked = Column<Int>()
    /// Where the expressions that were added end, and where variables are noted.
    private var roots: [Int: Int32] = [:]
    private var places: [Int: Int32] = [:]

    /// The place of what is no variable, and always true.
    static var truePlace: Int32 { 0 }

    init() {
        variables.append(-1)
        told.append(Told(.bool(true)))
        ordered.append(Ordered(told[0]))
        values.append(.bool(true))
    }

    /// Adds an expression, by its number; one that was added already is added no more.
    /// - Returns: its last step; negative where the evaluator has to decide.
    mutating func add(_ expression: ExpressionNumber, of expressions: [Expression]) -> Int32 {
        if let root = roots[expression.index] { return root }
        let start = Int32(steps.count)
        for step in expressions[expression.index].program.plainForm ?? [] {
            var form = Step(
                kind: step.kind, test: Test(place: 0), first: start + step.first, second: start + step.second,
                third: start + step.third, constant: Told(step.value))
            if step.variable >= 0 { form.first = place(of: step.variable) }
            if let comparison = step.comparison {
                let whole = PlainConditions.Comparison(comparison)
                let isTruth = comparison.kind == .truth
                form.test = Test(
                    place: form.first, holding: isTruth ? CompareBits.equal : whole.holding, constant: Told(comparison))
                form.second = Int32(comparisons.count)
                comparisons.append(whole)
            }
            steps.append(form)
        }
        let root = Int32(steps.count) == start ? -1 : Int32(steps.count - 1)
        roots[expression.index] = root
        return root
    }

    /// Where a variable's value is noted.
    mutating func place(of variable: Int) -> Int32 {
        if let place = places[variable] { return place }
        let place = Int32(variables.count)
        places[variable] = place
        variables.append(variable)
        told.append(.unasked)
        ordered.append(Ordered(.unasked))
        values.append(.null)
        return place
    }

    /// Turns to a moment: what variables were before is forgotten.
    mutating func begin() {
        let unasked = Ordered(.unasked)
        for index in 0..<asked.count {
            told[asked[index]] = .unasked
            ordered[asked[index]] = unasked
        }
        asked.truncate(to: 0)
    }

    /// A variable's duration at the moment at hand, by its place, in microseconds; nil for anything else.
    @inline(__always)
    mutating func microseconds<Scope: Names & ~Copyable>(at place: Int32, _ names: borrowing Scope) -> Int64? {
        if told[Int(place)].kind == .unasked { ask(Int(place), names) }
        return told[Int(place)].kind == .duration ? told[Int(place)].int : nil
    }

    /// A variable's value at the moment at hand, by its place.
    @inline(__always)
    private mutating func value<Scope: Names & ~Copyable>(at place: Int32, _ names: borrowing Scope) -> Value {
        if told[Int(place)].kind == .unasked { ask(Int(place), names) }
        return values[Int(place)]
    }

    @inline(never)
    private mutating func ask<Scope: Names & ~Copyable>(_ place: Int, _ names: borrowing Scope) {
        let value = names.value(of: variables[place])
        told[place] = Told(value)
        ordered[place] = Ordered(told[place])
        values[place] = value
        asked.append(place)
    }

    // MARK: What is told already

    /// The condition by itself, by its last step; nil where it is more than a test.
    func test(_ root: Int32) -> Test? {
        if root < 0 { return nil }
        let step = steps[Int(root)]
        switch step.kind {
        case .comparison:
            return step.test.isTold ? step.test : nil
        case .variable: return Test(place: step.first, isTrue: true)
        default: return nil
        }
    }

    /// The number by itself, by its last step.
    func quick(_ root: Int32) -> Quick {
        if root < 0 { return Quick() }
        let step = steps[Int(root)]
        switch step.kind {
        case .constant:
            return step.constant.number.map { Quick(kind: .constant, first: $0) } ?? Quick()
        case .variable: return Quick(kind: .variable, test: Test(place: step.first))
        case .conditional:
            let (second, third) = (steps[Int(step.second)], steps[Int(step.third)])
            guard let test = test(step.first), case .constant = second.kind, case .constant = third.kind,
                let first = second.constant.number, let second = third.constant.number
            else { return Quick() }
            return Quick(kind: .choice, first: first, second: second, test: test)
        case .add, .subtract, .multiply, .divide:
            var (left, right) = (steps[Int(step.first)], steps[Int(step.second)])
            // The order of a sum's parts, or a product's, makes no difference.
            if step.kind == .add || step.kind == .multiply, case .constant = left.kind { swap(&left, &right) }
            guard case .variable = left.kind, case .constant = right.kind, right.constant.kind == .double else {
                return Quick()
            }
            let kind: Quick.Kind =
                switch step.kind {
                case .add: .add
                case .subtract: .subtract
                case .multiply: .multiply
                default: .divide
                }
            return Quick(kind: kind, first: right.constant.double, test: Test(place: left.first))
        case .comparison, .both: return Quick()
        }
    }

    // What follows calls nothing. It changes nothing either, and is mutating nevertheless: of what
    // only borrows itself the compiler makes a copy before a call.

    /// Whether a test holds of what its variable is told as; nil where that is of another kind than
    /// what it is compared with, or was not asked for yet.
    @inline(__always)
    mutating func holds(_ test: Test) -> Bool? {
        let value = ordered[Int(test.place)]
        guard value.kind == test.kind else { return nil }
        return test.holding & CompareBits.of(value.order, test.order) != 0
    }

    /// The number that something comes to; nil where it is not told yet, or not here.
    @inline(__always)
    mutating func number(_ quick: Quick) -> Double? {
        if quick.kind == .constant { return quick.first }
        if quick.kind == .choice {
            guard let holds = holds(quick.test) else { return nil }
            return holds ? quick.first : quick.second
        }
        let value = told[Int(quick.test.place)]
        if quick.kind == .variable { return value.number }
        guard value.kind == .double, quick.kind != .other else { return nil }
        if quick.kind == .add { return value.double + quick.first }
        if quick.kind == .multiply { return value.double * quick.first }
        return quick.kind == .subtract ? value.double - quick.first : value.double / quick.first
    }

    /// A variable's duration by its place, in microseconds, or what it is instead.
    @inline(__always)
    mutating func duration(at place: Int32) -> Told { told[Int(place)] }

    // MARK: All else

    /// Whether a condition holds, by its last step; nil where the evaluator has to decide.
    @inline(__always)
    mutating func holds<Scope: Names & ~Copyable>(_ root: Int32, _ names: borrowing Scope) -> Bool? {
        root < 0 ? nil : truth(of: Int(root), names)
    }

    /// The number that an expression comes to, by its last step; nil where the evaluator has to
    /// say.
    @inline(__always)
    mutating func number<Scope: Names & ~Copyable>(_ root: Int32, _ names: borrowing Scope) -> Double? {
        root < 0 ? nil : number(of: Int(root), names).number
    }

    /// Whether a step holds; nil where that cannot be told here.
    private mutating func truth<Scope: Names & ~Copyable>(of index: Int, _ names: borrowing Scope) -> Bool? {
        let step = steps[index]
        switch step.kind {
        case .comparison: return compares(step, names)
        case .both:
            // What is false decides, whatever the other comes to.
            let left = truth(of: Int(step.first), names)
            if left == false { return false }
            let right = truth(of: Int(step.second), names)
            if right == false { return false }
            return left == true && right == true ? true : nil
        case .conditional:
            guard let holds = truth(of: Int(step.first), names) else { return nil }
            return truth(of: Int(holds ? step.second : step.third), names)
        case .constant, .variable:
            let told = operand(step, index, names)
            if case .bool = told.kind { return told.bits != 0 }
            return nil
        case .add, .subtract, .multiply, .divide: return nil
        }
    }

    /// Whether a comparison holds of a variable's value; nil where it is for the evaluator to say.
    @inline(__always)
    private mutating func compares<Scope: Names & ~Copyable>(_ step: Step, _ names: borrowing Scope) -> Bool? {
        let value = value(at: step.first, names)
        return holds(step.test) ?? comparisons[Int(step.second)].holds(value)
    }

    /// What a step comes to. Most operands are constants and variables, which take no call.
    @inline(__always)
    private mutating func operand<Scope: Names & ~Copyable>(
        _ step: Step, _ index: Int, _ names: borrowing Scope
    ) -> Told {
        switch step.kind {
        case .constant: return step.constant
        case .variable:
            if told[Int(step.first)].kind == .unasked { ask(Int(step.first), names) }
            return told[Int(step.first)]
        default: return number(of: index, names)
        }
    }

    /// The number that a step comes to; something else where it is none, or cannot be told here.
    private mutating func number<Scope: Names & ~Copyable>(of index: Int, _ names: borrowing Scope) -> Told {
        let step = steps[index]
        switch step.kind {
        case .constant, .variable: return operand(step, index, names)
        case .comparison, .both: return Told()
        case .conditional:
            guard let holds = truth(of: Int(step.first), names) else { return Told() }
            let chosen = Int(holds ? step.second : step.third)
            return operand(steps[chosen], chosen, names)
        case .add, .subtract, .multiply, .divide:
            let (first, second) = (Int(step.first), Int(step.second))
            let (left, right) = (operand(steps[first], first, names), operand(steps[second], second, names))
            return Self.arithmetic(step.kind, left, right)
        }
    }

    /// As the evaluator has it; what may fail is left to that.
    @inline(__always)
    private static func arithmetic(_ kind: PlainStep.Kind, _ left: Told, _ right: Told) -> Told {
        switch (left.kind, right.kind) {
        case (.double, .double):
            switch kind {
            case .add: return Told(left.double + right.double)
            case .subtract: return Told(left.double - right.double)
            case .multiply: return Told(left.double * right.double)
            case .divide: return Told(left.double / right.double)
            default: return Told()
            }
        case (.int, .int):
            let (result, overflow): (Int64, Bool)
            switch kind {
            case .add: (result, overflow) = left.int.addingReportingOverflow(right.int)
            case .subtract: (result, overflow) = left.int.subtractingReportingOverflow(right.int)
            case .multiply: (result, overflow) = left.int.multipliedReportingOverflow(by: right.int)
            default: return Told()
            }
            return overflow ? Told() : Told(result)
        default: return Told()
        }
    }
}
