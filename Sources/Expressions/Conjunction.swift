package import Storage

/// A comparison of a variable with a constant, or a variable that has to be true, as data: where the variable's value is
/// of the constant's own kind, whoever has it can decide by itself what the evaluator would come to.
package struct PlainComparison: BitwiseCopyable, Sendable {
    /// How the variable stands to the constant.
    package enum Relation: BitwiseCopyable, Sendable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    }
    /// What the constant is. Text is only compared for equality; `truth` has no constant.
    package enum Kind: BitwiseCopyable, Sendable { case int, double, text, duration, truth }

    package let variable: Int
    package let kind: Kind
    package let relation: Relation
    /// The int, or the duration's seconds.
    package let int: Int64
    package let double: Double
    /// What a duration has beside its seconds, in nanoseconds.
    package let nanos: Int32
    package let text: View<UInt8>

    init?(_ node: Instruction) {
        var (kind, int, double, nanos, text) = (Kind.truth, Int64(0), 0.0, Int32(0), View<UInt8>())
        switch (node.operation, node.value) {
        case (.variable, _): kind = .truth
        case (.compareInt, .int(let number)): (kind, int) = (.int, number)
        case (.compareDouble, .double(let number)): (kind, double) = (.double, number)
        case (.compareText, .string(let constant)) where node.symbol == .equal || node.symbol == .notEqual:
            (kind, text) = (.text, constant)
        case (.compareConstant, .duration(let seconds, let rest)): (kind, int, nanos) = (.duration, seconds, rest)
        default: return nil
        }
        let relation: Relation? =
            switch node.symbol {
            case .equal: .equal
            case .notEqual: .notEqual
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            default: nil
            }
        guard let relation else { return nil }
        variable = node.number
        (self.kind, self.relation, self.int, self.double, self.nanos, self.text) =
            (kind, relation, int, double, nanos, text)
    }
}

extension Program {
    /// The comparisons that must all hold, where the expression is nothing but these; nil where it is more. Their texts
    /// are valid for as long as the program is kept.
    package var conjunction: [PlainComparison]? {
        let node = nodes[root]
        guard node.operation == .and else { return PlainComparison(node).map { [$0] } }
        var comparisons: [PlainComparison] = []
        var operand = node.first
        while !operand.isNone {
            guard let comparison = PlainComparison(nodes[operand]) else { return nil }
            comparisons.append(comparison)
            operand = nodes[operand].next
        }
        return comparisons
    }
}
