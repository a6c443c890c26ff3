import Expressions
import Journeys
import Storage

/// The expressions that are plain (`PlainStep`), as most of an action's are, worked out where the
/// values are: each variable is asked for once for a moment, and the evaluator, which answers
/// everything, only for what is left.
///
/// A constant, a sum or a comparison takes a handful of instructions, one evaluation some hundreds.
struct PlainForms: ~Copyable {
    // Nothing here is private: the compiler needs the layout where another file holds forms.
    /// What is told without its text: a number or a truth.
    struct Told: BitwiseCopyable {
        enum Kind: BitwiseCopyable { case int, double, bool, other }

        var kind = Kind.other
        var bits: UInt64 = 0

        init() {}

        init(_ value: Value) {
            switch value {
            case .int(let number): (kind, bits) = (.int, UInt64(bitPattern: number))
            case .double(let number): (kind, bits) = (.double, number.bitPattern)
            case .bool(let flag): (kind, bits) = (.bool, flag ? 1 : 0)
            default: break
            }
        }

        @inline(__always)
        init(_ int: Int64) { (kind, bits) = (.int, UInt64(bitPattern: int)) }

        @inline(__always)
        init(_ double: Double) { (kind, bits) = (.double, double.bitPattern) }

        @inline(__always)
        var int: Int64 { Int64(bitPattern: bits) }

        @inline(__always)
        var double: Double { Double(bitPattern: bits) }
    }

    struct Step: BitwiseCopyable {
        var kind: PlainStep.Kind
        var first, second, third: Int32
        /// The variable's place, and the comparison's.
        var place, comparison: Int32
        /// The constant.
        var constant: Told
    }

    /// A variable's value at the moment in which it was last asked for.
    struct Noted: BitwiseCopyable {
        var round: UInt64
        var told: Told
        var value: Value
    }

    /// A comparison; with a number in the form in which that is compared at once.
    struct Comparison: BitwiseCopyable {
        var constant = Told()
        /// The number as a double.
        var double = 0.0
        let whole: PlainConditions.Comparison

        init(_ comparison: PlainComparison) {
            whole = PlainConditions.Comparison(comparison)
            switch comparison.kind {
            case .int: (constant, double) = (Told(comparison.int), Double(comparison.int))
            case .double: (constant, double) = (Told(comparison.double), comparison.double)
            default: break
            }
        }
    }

    private var steps = Column<Step>()
    private var comparisons = Column<Comparison>()
    private var variables = Column<Int>()
    private var noted = Column<Noted>()
    /// The moment at hand.
    private var round: UInt64 = 0
    /// Where the expressions that were added end, and where variables are noted.
    private var roots: [Int: Int32] = [:]
    private var places: [Int: Int32] = [:]

    /// Adds an expression, by its number; one that was added already is added no more.
    /// - Returns: its last step; negative where the evaluator has to decide.
    mutating func add(_ expression: ExpressionNumber, of expressions: [Expression]) -> Int32 {
        if let root = roots[expression.index] { return root }
        let start = Int32(steps.count)
        for step in expressions[expression.index].program.plainForm ?? [] {
            if let comparison = step.comparison { comparisons.append(Comparison(comparison)) }
            steps.append(
                Step(
                    kind: step.kind, first: start + step.first, second: start + step.second,
                    third: start + step.third, place: step.variable < 0 ? -1 : place(of: step.variable),
                    comparison: Int32(comparisons.count - 1), constant: Told(step.value)))
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
        noted.append(Noted(round: 0, told: Told(), value: .null))
        return place
    }

    /// Turns to a moment: what variables were before is forgotten.
    mutating func begin() { round += 1 }

    /// A variable's value at the moment at hand, by its place.
    @inline(__always)
    mutating func value<Scope: Names & ~Copyable>(at place: Int32, _ names: borrowing Scope) -> Value {
        note(Int(place), names)
        return noted[Int(place)].value
    }

    /// Sees to it that a variable's value is noted.
    @inline(__always)
    private mutating func note<Scope: Names & ~Copyable>(_ place: Int, _ names: borrowing Scope) {
        if noted[place].round != round { ask(place, names) }
    }

    @inline(never)
    private mutating func ask<Scope: Names & ~Copyable>(_ place: Int, _ names: borrowing Scope) {
        let value = names.value(of: variables[place])
        noted[place] = Noted(round: round, told: Told(value), value: value)
    }

    /// Whether a condition holds, by its last step; nil where the evaluator has to decide.
    @inline(__always)
    mutating func holds<Scope: Names & ~Copyable>(_ root: Int32, _ names: borrowing Scope) -> Bool? {
        root < 0 ? nil : truth(of: Int(root), names)
    }

    /// The number that an expression comes to, by its last step; nil where the evaluator has to
    /// say.
    @inline(__always)
    mutating func number<Scope: Names & ~Copyable>(_ root: Int32, _ names: borrowing Scope) -> Double? {
        if root < 0 { return nil }
        let told = number(of: Int(root), names)
        switch told.kind {
        case .double: return told.double
        case .int: return Double(told.int)
        case .bool, .other: return nil
        }
    }

    /// Whether a step holds; nil where that cannot be told here.
    @inline(__always)
    private mutating func truth<Scope: Names & ~Copyable>(of index: Int, _ names: borrowing Scope) -> Bool? {
        if case .comparison = steps[index].kind {
            return compares(Int(steps[index].comparison), Int(steps[index].place), names)
        }
        return otherTruth(of: index, names)
    }

    /// Whether a comparison holds of a variable's value.
    @inline(__always)
    private mutating func compares<Scope: Names & ~Copyable>(
        _ index: Int, _ place: Int, _ names: borrowing Scope
    ) -> Bool? {
        note(place, names)
        let told = noted[place].told
        switch (told.kind, comparisons[index].constant.kind) {
        case (.double, .double), (.double, .int):
            return comparisons[index].whole.holds(told.double, comparisons[index].double)
        case (.int, .int): return comparisons[index].whole.holds(told.int, comparisons[index].constant.int)
        case (.int, .double): return comparisons[index].whole.holds(Double(told.int), comparisons[index].double)
        default: return comparisons[index].whole.holds(noted[place].value)
        }
    }

    private mutating func otherTruth<Scope: Names & ~Copyable>(of index: Int, _ names: borrowing Scope) -> Bool? {
        switch steps[index].kind {
        case .comparison: return truth(of: index, names)
        case .both:
            // What is false decides, whatever the other comes to.
            let left = truth(of: Int(steps[index].first), names)
            if left == false { return false }
            let right = truth(of: Int(steps[index].second), names)
            if right == false { return false }
            return left == true && right == true ? true : nil
        case .conditional:
            guard let holds = truth(of: Int(steps[index].first), names) else { return nil }
            return truth(of: Int(holds ? steps[index].second : steps[index].third), names)
        case .constant, .variable:
            let told = operand(index, names)
            if case .bool = told.kind { return told.bits != 0 }
            return nil
        case .add, .subtract, .multiply, .divide: return nil
        }
    }

    /// What a step comes to. Most operands are constants and variables, which take no call.
    @inline(__always)
    private mutating func operand<Scope: Names & ~Copyable>(_ index: Int, _ names: borrowing Scope) -> Told {
        switch steps[index].kind {
        case .constant: return steps[index].constant
        case .variable:
            let place = Int(steps[index].place)
            note(place, names)
            return noted[place].told
        default: return number(of: index, names)
        }
    }

    /// The number that a step comes to; something else where it is none, or cannot be told here.
    private mutating func number<Scope: Names & ~Copyable>(of index: Int, _ names: borrowing Scope) -> Told {
        let kind = steps[index].kind
        switch kind {
        case .constant, .variable: return operand(index, names)
        case .comparison, .both: return Told()
        case .conditional:
            guard let holds = truth(of: Int(steps[index].first), names) else { return Told() }
            return operand(Int(holds ? steps[index].second : steps[index].third), names)
        case .add, .subtract, .multiply, .divide:
            let (left, right) = (operand(Int(steps[index].first), names), operand(Int(steps[index].second), names))
            return Self.arithmetic(kind, left, right)
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
