import Glibc
import Storage

extension Evaluator {
    /// `math.greatest` or `math.least` of a number or of a list of them. Of equal ones the first is taken.
    mutating func extreme(_ value: Value, isGreatest: Bool) -> Value {
        switch expand(value) {
        case .int, .uint, .double: return value
        case .list(let elements):
            guard elements.count > 0 else { return .error(.badArgument) }
            var best = elements[0]
            guard best.isNumber else { return .error(.noSuchOverload) }
            for index in 1..<max(1, elements.count) {
                guard spend(1) else { return .error(.tooManySteps) }
                guard elements[index].isNumber else { return .error(.noSuchOverload) }
                if case .yes = compare(isGreatest ? .greater : .less, elements[index], best) { best = elements[index] }
            }
            return best
        default: return .error(.noSuchOverload)
        }
    }

    /// The functions of the mathematics extension on one or two numbers.
    func mathematics(_ function: Function, _ first: Value, _ second: Value) -> Value {
        switch (function, first) {
        case (.ceil, .double(let number)): return .double(number.rounded(.up))
        case (.floor, .double(let number)): return .double(number.rounded(.down))
        case (.round, .double(let number)): return .double(number.rounded(.toNearestOrAwayFromZero))
        case (.trunc, .double(let number)): return .double(number.rounded(.towardZero))
        case (.isNaN, .double(let number)): return .bool(number.isNaN)
        case (.isInf, .double(let number)): return .bool(number.isInfinite)
        case (.isFinite, .double(let number)): return .bool(number.isFinite)
        case (.sqrt, .double(let number)): return .double(number.squareRoot())
        case (.sqrt, .int(let number)): return .double(Double(number).squareRoot())
        case (.sqrt, .uint(let number)): return .double(Double(number).squareRoot())
        case (.ln, _), (.exp, _), (.pow, _): return powers(function, first, second)
        case (.abs, .double(let number)): return .double(number.magnitude)
        case (.abs, .int(let number)): return number == .min ? .error(.overflow) : .int(abs(number))
        case (.abs, .uint): return first
        case (.sign, .double(let number)):
            return .double(number.isNaN || number == 0 ? number : number < 0 ? -1 : 1)
        case (.sign, .int(let number)): return .int(number.signum())
        case (.sign, .uint(let number)): return .uint(min(number, 1))
        default: return bits(function, first, second)
        }
    }

    /// Logarithms and powers, in doubles. Where there is no real number, as of the logarithm of −1, it is NaN, as elsewhere.
    private func powers(_ function: Function, _ first: Value, _ second: Value) -> Value {
        guard let number = first.number else { return .error(.noSuchOverload) }
        switch function {
        case .ln: return .double(log(number))
        case .exp: return .double(exp(number))
        default: return second.number.map { .double(pow(number, $0)) } ?? .error(.noSuchOverload)
        }
    }

    private func bits(_ function: Function, _ first: Value, _ second: Value) -> Value {
        switch (function, first, second) {
        case (.bitNot, .int(let a), _): return .int(~a)
        case (.bitNot, .uint(let a), _): return .uint(~a)
        case (.bitAnd, .int(let a), .int(let b)): return .int(a & b)
        case (.bitAnd, .uint(let a), .uint(let b)): return .uint(a & b)
        case (.bitOr, .int(let a), .int(let b)): return .int(a | b)
        case (.bitOr, .uint(let a), .uint(let b)): return .uint(a | b)
        case (.bitXor, .int(let a), .int(let b)): return .int(a ^ b)
        case (.bitXor, .uint(let a), .uint(let b)): return .uint(a ^ b)
        case (.bitShiftLeft, .int(let a), .int(let count)):
            return count < 0 ? .error(.badArgument) : .int(Int64(bitPattern: UInt64(bitPattern: a) << UInt64(count)))
        case (.bitShiftLeft, .uint(let a), .int(let count)):
            return count < 0 ? .error(.badArgument) : .uint(a << UInt64(count))
        case (.bitShiftRight, .int(let a), .int(let count)):
            // The bits are shifted as they stand; the sign is not carried on.
            return count < 0 ? .error(.badArgument) : .int(Int64(bitPattern: UInt64(bitPattern: a) >> UInt64(count)))
        case (.bitShiftRight, .uint(let a), .int(let count)):
            return count < 0 ? .error(.badArgument) : .uint(a >> UInt64(count))
        default: return .error(.noSuchOverload)
        }
    }
}

extension Value {
    var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }
}
