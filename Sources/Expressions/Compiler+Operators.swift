import Storage

extension Compiler {
    /// Compiles an operator and its operands.
    mutating func operation(_ syntax: Syntax) -> Typed {
        switch syntax.form {
        case .not(let operand):
            return (add(Instruction(operation: .not, first: condition(operand))), .bool)
        case .negate(let operand):
            let (node, type) = compile(operand)
            demand(
                [.dyn, .int, .double].contains(type), "'-' has no meaning for \(type.text.withArticle)",
                at: syntax.offset)
            if let value = constantValue(node), case let result = evaluator.negate(value), !result.isError {
                return (constantNode(result), type)
            }
            return (add(Instruction(operation: .negate, first: node)), type)
        case .and(let terms), .or(let terms):
            var parts: [InstructionNumber] = []
            for term in terms { parts.append(condition(term)) }
            if case .and = syntax.form { return (add(.and, over: parts), .bool) }
            return (add(.or, over: parts), .bool)
        case .conditional(let test, let chosen, let otherwise):
            let first = condition(test)
            let (second, third) = (compile(chosen), compile(otherwise))
            return (
                add(Instruction(operation: .conditional, first: first, second: second.node, third: third.node)),
                second.type.joined(with: third.type)
            )
        case .binary(let symbol, let left, let right):
            return binary(symbol, compile(left), compile(right), at: syntax.offset)
        default:
            return fail(.absent, "this is not a value", at: syntax.offset)
        }
    }

    private mutating func binary(_ symbol: BinaryOperator, _ left: Typed, _ right: Typed, at offset: Int) -> Typed {
        guard let type = resultType(symbol, left.type, right.type) else {
            let sides = "\(left.type.text.withArticle) and \(right.type.text.withArticle)"
            let message = "'\(symbol.text)' has no meaning for \(sides)\(remedy(symbol, left.type, right.type))"
            return fail(.noSuchOverload, message, at: offset)
        }
        if symbol.isComparison { return (comparison(symbol, left.node, right.node), .bool) }
        if symbol == .isIn { return (add(Instruction(operation: .isIn, first: left.node, second: right.node)), .bool) }
        if let a = constantValue(left.node), let b = constantValue(right.node) {
            let result = evaluator.arithmetic(symbol, a, b)
            switch result {
            case .error, .list: break
            default: return (constantNode(result), type)
            }
        }
        return (add(Instruction(operation: .arithmetic, symbol: symbol, first: left.node, second: right.node)), type)
    }

    private func remedy(_ symbol: BinaryOperator, _ left: StaticType, _ right: StaticType) -> String {
        if symbol == .isIn { return "; what is on the right is a list or a map" }
        if left.isNumber, right.isNumber { return "; convert one of them, as in double(x)" }
        if symbol == .add, left == .string || right == .string { return "; convert with string(x)" }
        if left == .duration || right == .duration { return "; a duration is written duration('90m')" }
        if left == .timestamp || right == .timestamp {
            return "; a timestamp is written timestamp('2026-01-31T00:00:00Z')"
        }
        return ""
    }

    /// The type of an operator's result; nil if it has no meaning for operands of these types.
    private func resultType(_ symbol: BinaryOperator, _ left: StaticType, _ right: StaticType) -> StaticType? {
        switch symbol {
        case .equal, .notEqual: return .bool
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard left.isOrdered, right.isOrdered else { return nil }
            return left.mayBe(right) || (left.isNumber && right.isNumber) ? .bool : nil
        case .isIn:
            switch right {
            case .dyn, .list, .map: return .bool
            default: return nil
            }
        default: return arithmeticType(symbol, left, right)
        }
    }

    private func arithmeticType(_ symbol: BinaryOperator, _ left: StaticType, _ right: StaticType) -> StaticType? {
        // Without checks an expression means what its values make of it.
        guard options.isStrict else { return .dyn }
        if left == .dyn || right == .dyn {
            let known = left == .dyn ? right : left
            let isTime = known == .duration || known == .timestamp || known == .dyn
            if isTime { return .dyn }
            return arithmeticType(symbol, known, known)
        }
        switch (symbol, left, right) {
        case (.modulo, .int, .int), (.modulo, .uint, .uint): return left
        case (.modulo, _, _): return nil
        case (.add, .timestamp, .duration), (.add, .duration, .timestamp), (.subtract, .timestamp, .duration):
            return .timestamp
        case (.add, .duration, .duration), (.subtract, .duration, .duration), (.subtract, .timestamp, .timestamp):
            return .duration
        case (.add, .string, .string), (.add, .bytes, .bytes): return left
        case (.add, .list(let a), .list(let b)): return .list(a.joined(with: b))
        case (_, .int, .int), (_, .uint, .uint), (_, .double, .double): return left
        default: return nil
        }
    }
}

extension StaticType {
    /// Whether `<` may have a meaning for values of the type.
    var isOrdered: Bool {
        switch self {
        case .dyn, .bool, .int, .uint, .double, .string, .bytes, .duration, .timestamp: true
        default: false
        }
    }
}
