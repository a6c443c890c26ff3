import Storage

/// A step of an expression that is nothing but comparisons of variables with constants, `&&`,
/// `? :`, and sums and products of numbers: as data, so that whoever has the variables' values can
/// work it out where they are.
package struct PlainStep: BitwiseCopyable, Sendable {
    /// What a step does with its operands.
    package enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// `value`
        case constant
        case variable
        case comparison
        /// `first` and `second` both hold.
        case both
        /// first ? second : third
        case conditional
        case add, subtract, multiply, divide
    }

    package let kind: Kind
    /// The operands' places among the steps; they come before the step.
    package fileprivate(set) var first: Int32 = -1
    package fileprivate(set) var second: Int32 = -1
    package fileprivate(set) var third: Int32 = -1
    /// The variable's id.
    package fileprivate(set) var variable = -1
    package fileprivate(set) var comparison: PlainComparison?
    package fileprivate(set) var value = Value.null

    fileprivate init(_ kind: Kind) { self.kind = kind }
}

extension PlainStep.Kind {
    /// What an operator of arithmetic does; nil for another one.
    fileprivate init?(_ symbol: BinaryOperator) {
        switch symbol {
        case .add: self = .add
        case .subtract: self = .subtract
        case .multiply: self = .multiply
        case .divide: self = .divide
        default: return nil
        }
    }
}

extension Program {
    /// So many steps an expression has at most to be told in this form.
    private static let plainStepsMost = 32

    /// The steps of the expression, the last of which is the whole; nil where it is more than these
    /// can say. Their texts are valid for as long as the program is kept.
    package var plainForm: [PlainStep]? {
        var steps: [PlainStep] = []
        guard plainStep(root, &steps) != nil, steps.count <= Self.plainStepsMost else { return nil }
        return steps
    }

    /// Appends a node's steps; answers the place of the last.
    private func plainStep(_ index: InstructionNumber, _ steps: inout [PlainStep]) -> Int32? {
        guard steps.count < Self.plainStepsMost else { return nil }
        let node = nodes[index]
        var step: PlainStep
        switch node.operation {
        case .constant:
            switch node.value {
            case .bool, .int, .double: break
            default: return nil
            }
            step = PlainStep(.constant)
            step.value = node.value
        case .variable:
            step = PlainStep(.variable)
            step.variable = node.number
        case .compareInt, .compareDouble, .compareText, .compareConstant:
            guard let comparison = PlainComparison(node) else { return nil }
            step = PlainStep(.comparison)
            (step.variable, step.comparison) = (comparison.variable, comparison)
        case .and: return plainConjunction(node, &steps)
        case .conditional:
            step = PlainStep(.conditional)
            guard let first = plainStep(node.first, &steps), let second = plainStep(node.second, &steps),
                let third = plainStep(node.third, &steps)
            else { return nil }
            (step.first, step.second, step.third) = (first, second, third)
        case .arithmetic:
            guard let kind = PlainStep.Kind(node.symbol), let first = plainStep(node.first, &steps),
                let second = plainStep(node.second, &steps)
            else { return nil }
            step = PlainStep(kind)
            (step.first, step.second) = (first, second)
        default: return nil
        }
        steps.append(step)
        return Int32(steps.count - 1)
    }

    private func plainConjunction(_ node: Instruction, _ steps: inout [PlainStep]) -> Int32? {
        guard var last = plainStep(node.first, &steps) else { return nil }
        var operand = nodes[node.first].next
        while !operand.isNone {
            guard let next = plainStep(operand, &steps) else { return nil }
            var step = PlainStep(.both)
            (step.first, step.second) = (last, next)
            steps.append(step)
            last = Int32(steps.count - 1)
            operand = nodes[operand].next
        }
        return last
    }
}
