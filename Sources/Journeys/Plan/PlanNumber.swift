/// The number of something in a plan, or none.
///
/// A plan says −1 for none; behind this type nothing does.
struct PlanNumber<Kind>: BitwiseCopyable, Equatable {
    static var none: PlanNumber { PlanNumber(-1) }

    private let number: Int32

    /// - Parameter number: from 0, or a negative one for none.
    init(_ number: Int) { self.number = Int32(number) }

    @inline(__always) var isNone: Bool { number < 0 }
    /// Where it stands among its like. There must be one.
    @inline(__always) var index: Int { Int(number) }
    /// How it stands where numbers of several kinds do; negative for none.
    @inline(__always) var raw: Int32 { number }
}

/// The number of an expression of the plan.
typealias ExpressionNumber = PlanNumber<Expression>
/// The number of a condition of a tree of steps: which types an expression is asked of.
typealias ConditionNumber = PlanNumber<PatternTable.Condition>
