import Expressions
import Storage

/// The conditions that are nothing but comparisons of variables with constants, as most are, one behind the other.
///
/// They are decided where the values are. The evaluator, which answers everything, lies in another module and asks for
/// each value through a table of functions; three comparisons cost less than one such question.
struct PlainConditions: ~Copyable {
    struct Extent: BitwiseCopyable {
        var first: Int32
        var end: Int32
    }

    private var comparisons = Column<PlainComparison>()
    /// For each expression; empty where the evaluator has to decide.
    private var extents = Column<Extent>()

    init(_ expressions: [Expression]) {
        for expression in expressions {
            let first = Int32(comparisons.count)
            for comparison in expression.program.conjunction ?? [] { comparisons.append(comparison) }
            extents.append(Extent(first: first, end: Int32(comparisons.count)))
        }
    }

    @inline(__always)
    func extent(_ expression: Int32) -> Extent { extents[Int(expression)] }

    @inline(__always)
    subscript(index: Int32) -> PlainComparison { comparisons[Int(index)] }
}

extension Shard {
    /// Whether all comparisons hold. Nil where there are none, or a value is missing or of another kind than its
    /// constant: then it is for the evaluator to say what comes of it.
    @inline(__always)
    func decidedPlainly(_ expression: Int32) -> Bool? {
        let extent = plainConditions.extent(expression)
        if extent.first == extent.end { return nil }
        var index = extent.first
        while index < extent.end {
            let comparison = plainConditions[index]
            guard let holds = comparison.holds(scene.value(of: comparison.variable)) else { return nil }
            if !holds { return false }
            index &+= 1
        }
        return true
    }
}

extension PlainComparison {
    /// Whether the comparison holds of a value; nil for one of another kind.
    @inline(__always)
    func holds(_ value: Value) -> Bool? {
        switch (kind, value) {
        case (.int, .int(let number)): relates(number, int)
        case (.double, .double(let number)): relates(number, double)
        case (.double, .int(let number)): relates(Double(number), double)
        case (.int, .double(let number)): relates(number, Double(int))
        case (.text, .string(let string)): (relation == .equal) == string.holdsSameBytes(as: text)
        case (.duration, .duration(let seconds, let rest)):
            seconds != int ? relates(seconds, int) : relates(rest, nanos)
        case (.truth, .bool(let flag)): flag
        default: nil
        }
    }

    @inline(__always)
    private func relates<T: Comparable>(_ left: T, _ right: T) -> Bool {
        switch relation {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}
