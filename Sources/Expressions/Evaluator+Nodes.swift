import Storage

extension Evaluator {
    /// The value of the node at `index`.
    mutating func value<N: Names & ~Copyable>(_ index: Int32, _ names: borrowing N) -> Value {
        let node = code.nodes[Int(index)]
        switch node.operation {
        case .constant: return code.constants[node.number]
        case .fault: return .error(Fault(rawValue: UInt8(node.number)) ?? .absent)
        case .variable: return names.value(of: node.number)
        case .local: return locals[node.number]
        case .and, .or, .not, .presence, .compareInt, .compareDouble, .compareText, .compareConstant:
            return truth(index, names).value
        case .conditional:
            switch truth(node.first, names) {
            case .yes: return value(node.second, names)
            case .no: return value(node.third, names)
            case .fault(let fault): return .error(fault)
            }
        case .compare:
            return compare(node.symbol, value(node.first, names), value(node.second, names)).value
        case .arithmetic:
            return arithmetic(node.symbol, value(node.first, names), value(node.second, names))
        case .isIn:
            return isIn(value(node.first, names), value(node.second, names))
        case .negate:
            return negate(value(node.first, names))
        default:
            return structure(node, names)
        }
    }

    /// The value of the node at `index` as a condition.
    mutating func truth<N: Names & ~Copyable>(_ index: Int32, _ names: borrowing N) -> Truth {
        let node = code.nodes[Int(index)]
        switch node.operation {
        case .and:
            var met: Fault?
            for position in node.first..<node.first + node.second {
                switch truth(code.operands[Int(position)], names) {
                case .yes: continue
                case .no: return .no
                case .fault(let fault): met = met ?? fault
                }
            }
            return met.map { .fault($0) } ?? .yes
        case .or:
            var met: Fault?
            for position in node.first..<node.first + node.second {
                switch truth(code.operands[Int(position)], names) {
                case .no: continue
                case .yes: return .yes
                case .fault(let fault): met = met ?? fault
                }
            }
            return met.map { .fault($0) } ?? .no
        case .not:
            switch truth(node.first, names) {
            case .no: return .yes
            case .yes: return .no
            case .fault(let fault): return .fault(fault)
            }
        case .variable:
            return Truth(names.value(of: node.number))
        case .presence:
            return Truth(names.presence(of: node.number))
        case .compareInt, .compareDouble, .compareText, .compareConstant:
            return compareVariable(node, names.value(of: Int(node.first)))
        case .compare:
            return compare(node.symbol, value(node.first, names), value(node.second, names))
        default:
            return Truth(value(index, names))
        }
    }

    /// A variable's value against a constant, by the shortest way that its type allows.
    @inline(__always)
    private mutating func compareVariable(_ node: Node, _ value: Value) -> Truth {
        switch (node.operation, value) {
        case (.compareInt, .int(let number)):
            return Truth(holds(node.symbol, number, Int64(node.number)))
        case (.compareInt, .double(let number)):
            return Truth(holds(node.symbol, number, Double(node.number)))
        case (.compareDouble, .double(let number)):
            return Truth(holds(node.symbol, number, Double(bitPattern: UInt64(bitPattern: Int64(node.number)))))
        case (.compareDouble, .int(let number)):
            return Truth(holds(node.symbol, Double(number), Double(bitPattern: UInt64(bitPattern: Int64(node.number)))))
        case (.compareText, .string(let text)):
            guard case .string(let constant) = code.constants[node.number] else { break }
            switch node.symbol {
            case .equal: return Truth(text.hasSameBytes(as: constant))
            case .notEqual: return Truth(!text.hasSameBytes(as: constant))
            default: return Truth(holds(node.symbol, text.order(against: constant), 0))
            }
        default:
            break
        }
        return compareSlowly(node, value)
    }

    private mutating func compareSlowly(_ node: Node, _ value: Value) -> Truth {
        switch node.operation {
        case .compareInt: compare(node.symbol, value, .int(Int64(node.number)))
        case .compareDouble:
            compare(node.symbol, value, .double(Double(bitPattern: UInt64(bitPattern: Int64(node.number)))))
        default: compare(node.symbol, value, code.constants[node.number])
        }
    }

    /// Nodes that look into values, make them, or call.
    private mutating func structure<N: Names & ~Copyable>(_ node: Node, _ names: borrowing N) -> Value {
        switch node.operation {
        case .select: return select(value(node.first, names), code.constants[node.number])
        case .has: return has(value(node.first, names), code.constants[node.number])
        case .field, .hasField: return field(node, names)
        case .index: return index(value(node.first, names), value(node.second, names))
        case .list, .map: return aggregate(node, names)
        case .call: return call(node, names)
        case .matches:
            guard case .string(let subject) = value(node.first, names) else { return .error(.noSuchOverload) }
            return matches(subject, code.patterns[node.number])
        case .comprehension: return comprehension(node, names)
        case .bind:
            // An error is bound like any value: it counts where the name is read, and only there.
            locals[node.number] = value(node.first, names)
            return value(node.second, names)
        default: return .error(.noSuchOverload)
        }
    }

    private mutating func field<N: Names & ~Copyable>(_ node: Node, _ names: borrowing N) -> Value {
        let operand = value(node.first, names)
        guard case .record(let record) = operand else {
            if case .error = operand { return operand }
            return .error(.noSuchOverload)
        }
        let found = names.field(node.number, of: record)
        return node.operation == .field ? found : .bool(!found.isError)
    }

    private mutating func aggregate<N: Names & ~Copyable>(_ node: Node, _ names: borrowing N) -> Value {
        var elements: [Value] = []
        elements.reserveCapacity(Int(node.second))
        for position in node.first..<node.first + node.second {
            let element = value(code.operands[Int(position)], names)
            if case .error = element { return element }
            elements.append(element)
        }
        return node.operation == .list ? list(elements) : map(elements)
    }

    private mutating func call<N: Names & ~Copyable>(_ node: Node, _ names: borrowing N) -> Value {
        var arguments = Arguments()
        for position in node.first..<node.first + node.second {
            let argument = value(code.operands[Int(position)], names)
            if case .error = argument { return argument }
            arguments.append(argument)
        }
        return apply(node.function, arguments)
    }
}

/// The arguments of a call, at most four, kept off the heap.
struct Arguments {
    private(set) var count = 0
    private(set) var first = Value.null
    private(set) var second = Value.null
    private(set) var third = Value.null
    private(set) var fourth = Value.null

    mutating func append(_ value: Value) {
        switch count {
        case 0: first = value
        case 1: second = value
        case 2: third = value
        default: fourth = value
        }
        count += 1
    }
}
