import Storage

extension Evaluator {
    /// How deep lists and maps are compared.
    static let comparisonDepth = 200

    /// The outcome of a comparison operator.
    @inline(__always)
    mutating func compare(_ symbol: BinaryOperator, _ left: Value, _ right: Value) -> Truth {
        // The most frequent by far that are no variable against a constant.
        if case (.double(let left), .double(let right)) = (left, right) { return Truth(holds(symbol, left, right)) }
        return compareAny(symbol, left, right)
    }

    private mutating func compareAny(_ symbol: BinaryOperator, _ left: Value, _ right: Value) -> Truth {
        if case .error(let fault) = left { return .fault(fault) }
        if case .error(let fault) = right { return .fault(fault) }
        switch symbol {
        case .equal: return Truth(equal(left, right))
        case .notEqual: return Truth(!equal(left, right))
        default: return order(symbol, left, right)
        }
    }

    @inline(__always)
    func holds<T: Comparable>(_ symbol: BinaryOperator, _ left: T, _ right: T) -> Bool {
        switch symbol {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        default: false
        }
    }

    /// Whether two texts are the same; false, too, when there are no steps left to find out.
    @inline(__always)
    mutating func isSame(_ left: View<UInt8>, _ right: View<UInt8>) -> Bool {
        left.count == right.count && spend(looking: left.count) && left.holdsSameBytes(as: right)
    }

    private mutating func order(_ symbol: BinaryOperator, _ left: Value, _ right: Value) -> Truth {
        switch (left, right) {
        case (.int(let a), .int(let b)): Truth(holds(symbol, a, b))
        case (.double(let a), .double(let b)): Truth(holds(symbol, a, b))
        case (.uint(let a), .uint(let b)): Truth(holds(symbol, a, b))
        case (.string(let a), .string(let b)), (.bytes(let a), .bytes(let b)):
            spend(looking: min(a.count, b.count))
                ? Truth(holds(symbol, a.order(against: b), 0)) : .fault(.tooManySteps)
        case (.bool(let a), .bool(let b)): Truth(holds(symbol, a ? 1 : 0, b ? 1 : 0))
        case (.duration(let a, let aNanos), .duration(let b, let bNanos)),
            (.timestamp(let a, let aNanos), .timestamp(let b, let bNanos)):
            Truth(a != b ? holds(symbol, a, b) : holds(symbol, aNanos, bNanos))
        default: orderNumbers(symbol, left, right)
        }
    }

    private func orderNumbers(_ symbol: BinaryOperator, _ left: Value, _ right: Value) -> Truth {
        switch (left, right) {
        case (.int(let a), .double(let b)): Truth(holds(symbol, Double(a), b))
        case (.double(let a), .int(let b)): Truth(holds(symbol, a, Double(b)))
        case (.uint(let a), .double(let b)): Truth(holds(symbol, Double(a), b))
        case (.double(let a), .uint(let b)): Truth(holds(symbol, a, Double(b)))
        case (.int(let a), .uint(let b)): Truth(a < 0 ? holds(symbol, -1, 0) : holds(symbol, UInt64(a), b))
        case (.uint(let a), .int(let b)): Truth(b < 0 ? holds(symbol, 0, -1) : holds(symbol, a, UInt64(b)))
        default: .fault(.noSuchOverload)
        }
    }

    /// Equality of any two values; those of different types are unequal, except that numbers compare by value.
    mutating func equal(_ left: Value, _ right: Value, depth: Int = 0) -> Bool {
        switch (left, right) {
        case (.int(let a), .int(let b)): a == b
        case (.string(let a), .string(let b)), (.bytes(let a), .bytes(let b)): isSame(a, b)
        case (.bool(let a), .bool(let b)): a == b
        case (.null, .null): true
        case (.duration(let a, let aNanos), .duration(let b, let bNanos)),
            (.timestamp(let a, let aNanos), .timestamp(let b, let bNanos)):
            a == b && aNanos == bNanos
        case (.record(let a), .record(let b)): a == b
        case (.type(let a), .type(let b)): a == b
        case (.list(let a), .list(let b)): equalLists(a, b, depth: depth + 1)
        case (.map(let a), .map(let b)): equalMaps(a, b, depth: depth + 1)
        case (.json, .list), (.json, .map), (.json, .json), (.list, .json), (.map, .json):
            equal(expand(left), expand(right), depth: depth)
        default:
            if case .yes = order(.equal, left, right) { true } else { false }
        }
    }

    private mutating func equalLists(_ left: View<Value>, _ right: View<Value>, depth: Int) -> Bool {
        guard left.count == right.count else { return false }
        guard depth <= Evaluator.comparisonDepth else {
            exhaust(.tooDeep)
            return false
        }
        for index in 0..<left.count {
            guard spend(1) else { return false }
            guard equal(left[index], right[index], depth: depth) else { return false }
        }
        return true
    }

    private mutating func equalMaps(_ left: View<Value>, _ right: View<Value>, depth: Int) -> Bool {
        guard left.count == right.count else { return false }
        guard depth <= Evaluator.comparisonDepth else {
            exhaust(.tooDeep)
            return false
        }
        for index in stride(from: 0, to: left.count, by: 2) {
            guard let other = find(left[index], in: right) else { return false }
            guard equal(left[index + 1], other, depth: depth) else { return false }
        }
        return true
    }

    /// The value under a key, or nil.
    mutating func find(_ key: Value, in entries: View<Value>) -> Value? {
        var index = 0
        while index < entries.count {
            guard spend(1) else { return nil }
            if equal(key, entries[index]) { return entries[index + 1] }
            index += 2
        }
        return nil
    }

    /// `element in container`.
    mutating func isIn(_ element: Value, _ container: Value) -> Value {
        if case .error = element { return element }
        switch expand(container) {
        case .list(let elements):
            for index in 0..<elements.count {
                guard spend(1) else { break }
                if equal(element, elements[index]) { return .bool(true) }
            }
            return .bool(false)
        case .map(let entries): return .bool(find(element, in: entries) != nil)
        case .error(let fault): return .error(fault)
        default: return .error(.noSuchOverload)
        }
    }
}

extension Value {
    /// Equality as the operator `==` has it: numbers by value across their types, otherwise values of different types
    /// are unequal; a double that is not a number equals nothing; an error equals nothing.
    package func equals(_ other: Value) -> Bool {
        switch (self, other) {
        case (.int(let a), .int(let b)): return a == b
        case (.double(let a), .double(let b)): return a == b
        case (.bool(let a), .bool(let b)): return a == b
        case (.string(let a), .string(let b)): return a.holdsSameBytes(as: b)
        default:
            var evaluator = Evaluator()
            return evaluator.equal(self, other)
        }
    }
}
