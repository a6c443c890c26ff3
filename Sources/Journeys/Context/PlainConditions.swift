import Events
package import Expressions
import Storage

/// The conditions that are nothing but comparisons of variables with constants, as most are, one behind the other.
///
/// They are decided where the values are. The evaluator, which answers everything, lies in another module and asks for
/// each value through a table of functions; three comparisons cost less than one such question.
package struct PlainConditions: ~Copyable {
    struct Extent: BitwiseCopyable {
        var first: Int32
        var end: Int32
    }

    private var comparisons = Column<Comparison>()
    /// For each expression; empty where the evaluator has to decide.
    private var extents = Column<Extent>()

    init(_ expressions: [Expression]) {
        for expression in expressions {
            let first = Int32(comparisons.count)
            for comparison in expression.program.conjunction ?? [] { comparisons.append(Comparison(comparison)) }
            extents.append(Extent(first: first, end: Int32(comparisons.count)))
        }
    }

    @inline(__always)
    func extent(_ expression: ExpressionNumber) -> Extent { extents[expression.index] }

    @inline(__always)
    subscript(index: Int32) -> Comparison { comparisons[Int(index)] }
}

extension PlainConditions {
    /// A comparison in the form in which it is made. Its text is valid as long as the program is.
    package struct Comparison: BitwiseCopyable {
        let variable: Int
        /// The slot of the current event that is compared; none where it is something else.
        let slot: SlotNumber
        let kind: PlainComparison.Kind
        /// A bit for each outcome with which the comparison holds, so that the operator takes no branch.
        package let holding: UInt8
        /// What a duration has beside its seconds, in nanoseconds.
        let nanos: Int32
        /// The int, the double's bits, or the duration's seconds.
        let bits: UInt64
        let text: View<UInt8>

        package init(_ comparison: PlainComparison) {
            variable = comparison.variable
            let isCurrent = Vocabulary.scope(variable) == Vocabulary.eventScope
            slot = isCurrent ? Vocabulary.slot(variable) ?? .none : .none
            kind = comparison.kind
            holding =
                switch comparison.relation {
                case .equal: CompareBits.equal
                case .notEqual: CompareBits.less | CompareBits.greater | CompareBits.unordered
                case .less: CompareBits.less
                case .lessOrEqual: CompareBits.less | CompareBits.equal
                case .greater: CompareBits.greater
                case .greaterOrEqual: CompareBits.greater | CompareBits.equal
                }
            bits = kind == .double ? comparison.double.bitPattern : UInt64(bitPattern: comparison.int)
            nanos = comparison.nanos
            text = comparison.text
        }

        /// Whether the comparison holds of a value; nil for one of another kind than the constant.
        @inline(__always)
        package func holds(_ value: Value) -> Bool? {
            switch (value, kind) {
            case (.int(let number), .int): holds(number, Int64(bitPattern: bits))
            case (.int(let number), .double): holds(Double(number), Double(bitPattern: bits))
            case (.double(let number), .double): holds(number, Double(bitPattern: bits))
            case (.double(let number), .int): holds(number, Double(Int64(bitPattern: bits)))
            case (.string(let string), .text):
                holding & (string.holdsSameBytes(as: text) ? CompareBits.equal : CompareBits.less) != 0
            case (.bool(let flag), .truth): flag
            case (.duration(let seconds, let rest), .duration):
                seconds != Int64(bitPattern: bits)
                    ? holds(seconds, Int64(bitPattern: bits)) : holds(Int64(rest), Int64(nanos))
            default: nil
            }
        }

        /// Whether it holds of two whole numbers.
        @inline(__always)
        private func holds(_ left: Int64, _ right: Int64) -> Bool { holding & CompareBits.of(left, right) != 0 }

        /// Whether it holds of two doubles.
        @inline(__always)
        private func holds(_ left: Double, _ right: Double) -> Bool { holding & CompareBits.of(left, right) != 0 }
    }
}

extension EvaluationContext {
    /// Whether all comparisons hold. Nil where there are none, or where none is false and for one the value is missing or
    /// of another kind than the constant: then it is for the evaluator to say what comes of it.
    @inline(__always)
    func decidedPlainly(_ expression: ExpressionNumber) -> Bool? {
        let extent = plainConditions.extent(expression)
        var index = extent.first
        var known: Bool? = index == extent.end ? nil : true
        while index < extent.end {
            let comparison = plainConditions[index]
            let holds =
                !comparison.slot.isNone ? comparison.holds(scope.value(ofSlot: comparison.slot)) : holdsElsewhere(index)
            // What is false decides, whatever the others come to: that is what `&&` means where some have no value.
            if holds == false { return false }
            if holds == nil { known = nil }
            index &+= 1
        }
        return known
    }

    /// The same of one comparison with what is not a slot of the current event. It is told by its number: if it were
    /// handed over, the loop would have to copy it.
    @inline(never)
    private func holdsElsewhere(_ index: Int32) -> Bool? {
        let comparison = plainConditions[index]
        return comparison.holds(scope.value(of: comparison.variable))
    }
}
