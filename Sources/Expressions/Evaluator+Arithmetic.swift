import Storage

extension Evaluator {
    /// `+ - * / %`.
    mutating func arithmetic(_ symbol: BinaryOperator, _ left: Value, _ right: Value) -> Value {
        switch (left, right) {
        case (.int(let a), .int(let b)): return whole(symbol, a, b) { .int($0) }
        case (.uint(let a), .uint(let b)): return whole(symbol, a, b) { .uint($0) }
        case (.double(let a), .double(let b)):
            switch symbol {
            case .add: return .double(a + b)
            case .subtract: return .double(a - b)
            case .multiply: return .double(a * b)
            case .divide: return .double(a / b)
            default: return .error(.noSuchOverload)
            }
        case (.error, _): return left
        case (_, .error): return right
        case (.duration, _), (.timestamp, _): return timeArithmetic(symbol, left, right)
        default: return symbol == .add ? join(left, right) : .error(.noSuchOverload)
        }
    }

    @inline(__always)
    private func whole<T: FixedWidthInteger>(
        _ symbol: BinaryOperator, _ left: T, _ right: T, _ make: (T) -> Value
    ) -> Value {
        let (result, overflow): (T, Bool)
        switch symbol {
        case .add: (result, overflow) = left.addingReportingOverflow(right)
        case .subtract: (result, overflow) = left.subtractingReportingOverflow(right)
        case .multiply: (result, overflow) = left.multipliedReportingOverflow(by: right)
        case .divide:
            if right == 0 { return .error(.divisionByZero) }
            (result, overflow) = left.dividedReportingOverflow(by: right)
        case .modulo:
            if right == 0 { return .error(.modulusByZero) }
            (result, overflow) = left.remainderReportingOverflow(dividingBy: right)
        default: return .error(.noSuchOverload)
        }
        return overflow ? .error(.overflow) : make(result)
    }

    func negate(_ operand: Value) -> Value {
        switch operand {
        case .int(let value): value == .min ? .error(.overflow) : .int(-value)
        case .double(let value): .double(-value)
        case .error: operand
        default: .error(.noSuchOverload)
        }
    }

    private mutating func join(_ left: Value, _ right: Value) -> Value {
        switch (left, right) {
        case (.string(let a), .string(let b)):
            guard let joined = join(a, b) else { return .error(.tooMuchMemory) }
            return .string(joined)
        case (.bytes(let a), .bytes(let b)):
            guard let joined = join(a, b) else { return .error(.tooMuchMemory) }
            return .bytes(joined)
        case (.list, .list), (.list, .json), (.json, .list), (.json, .json):
            let sides = (expand(left), expand(right))
            guard case (.list(let a), .list(let b)) = sides else { return .error(.noSuchOverload) }
            guard spend(a.count + b.count) else { return .error(.tooManySteps) }
            var elements: [Value] = []
            elements.reserveCapacity(a.count + b.count)
            for index in 0..<a.count { elements.append(a[index]) }
            for index in 0..<b.count { elements.append(b[index]) }
            return list(elements)
        default:
            return .error(.noSuchOverload)
        }
    }

    private mutating func join(_ left: View<UInt8>, _ right: View<UInt8>) -> View<UInt8>? {
        if left.isEmpty { return right }
        if right.isEmpty { return left }
        guard spend((left.count + right.count) / 64) else { return nil }
        text.removeAll(keepingCapacity: true)
        text.append(left)
        text.append(right)
        return copy(text)
    }

    private func timeArithmetic(_ symbol: BinaryOperator, _ left: Value, _ right: Value) -> Value {
        switch (symbol, left, right) {
        case (.add, .timestamp, .duration): TimeArithmetic.timestamp(left.nanoseconds + right.nanoseconds)
        case (.add, .duration, .timestamp): TimeArithmetic.timestamp(left.nanoseconds + right.nanoseconds)
        case (.subtract, .timestamp, .duration): TimeArithmetic.timestamp(left.nanoseconds - right.nanoseconds)
        case (.subtract, .timestamp, .timestamp): TimeArithmetic.duration(left.nanoseconds - right.nanoseconds)
        case (.add, .duration, .duration): TimeArithmetic.duration(left.nanoseconds + right.nanoseconds)
        case (.subtract, .duration, .duration): TimeArithmetic.duration(left.nanoseconds - right.nanoseconds)
        default: .error(.noSuchOverload)
        }
    }
}
