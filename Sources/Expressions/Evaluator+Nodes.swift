import Storage

extension Evaluator {
    /// The value of the node at `index`.
    mutating func value<N: Names & ~Copyable>(
        _ index: InstructionNumber, _ nodes: View<Instruction>, _ names: borrowing N
    ) -> Value {
        let node = nodes[index]
        switch node.operation {
        case .constant: return node.value
        case .fault: return .error(Fault(rawValue: UInt8(node.number)) ?? .absent)
        case .variable: return names.value(of: node.number)
        case .local: return locals[node.number]
        case .and, .or, .not, .presence, .compareInt, .compareDouble, .compareText, .compareConstant:
            return truth(index, nodes, names).value
        case .conditional:
            switch truth(node.first, nodes, names) {
            case .yes: return value(node.second, nodes, names)
            case .no: return value(node.third, nodes, names)
            case .fault(let fault): return .error(fault)
            }
        case .compare:
            return compare(node.symbol, value(node.first, nodes, names), value(node.second, nodes, names)).value
        case .arithmetic:
            return arithmetic(node.symbol, value(node.first, nodes, names), value(node.second, nodes, names))
        case .isIn:
            return isIn(value(node.first, nodes, names), value(node.second, nodes, names), names)
        case .negate:
            return negate(value(node.first, nodes, names))
        case .cell:
            return names.cell(node.number, ofTable: nodes[node.second].number, key: value(node.first, nodes, names))
        default:
            return structure(node, nodes, names)
        }
    }

    /// The value of the node at `index` as a condition.
    mutating func truth<N: Names & ~Copyable>(
        _ index: InstructionNumber, _ nodes: View<Instruction>, _ names: borrowing N
    ) -> Truth {
        let node = nodes[index]
        switch node.operation {
        case .and:
            var met: Fault?
            var operand = node.first
            while !operand.isNone {
                switch truth(operand, nodes, names) {
                case .yes: break
                case .no: return .no
                case .fault(let fault): met = met ?? fault
                }
                operand = nodes[operand].next
            }
            return met.map { .fault($0) } ?? .yes
        case .or:
            var met: Fault?
            var operand = node.first
            while !operand.isNone {
                switch truth(operand, nodes, names) {
                case .no: break
                case .yes: return .yes
                case .fault(let fault): met = met ?? fault
                }
                operand = nodes[operand].next
            }
            return met.map { .fault($0) } ?? .no
        case .not:
            switch truth(node.first, nodes, names) {
            case .no: return .yes
            case .yes: return .no
            case .fault(let fault): return .fault(fault)
            }
        case .variable:
            return Truth(names.value(of: node.number))
        case .presence:
            return Truth(names.presence(of: node.number))
        case .compareInt, .compareDouble, .compareText, .compareConstant:
            return compareVariable(node, names.value(of: node.number))
        case .compare:
            return compare(node.symbol, value(node.first, nodes, names), value(node.second, nodes, names))
        default:
            return Truth(value(index, nodes, names))
        }
    }

    /// A variable's value against a constant, by the shortest way that its type allows.
    @inline(__always)
    private mutating func compareVariable(_ node: Instruction, _ value: Value) -> Truth {
        switch (node.operation, value, node.value) {
        case (.compareInt, .int(let number), .int(let constant)):
            return Truth(holds(node.symbol, number, constant))
        case (.compareDouble, .double(let number), .double(let constant)):
            return Truth(holds(node.symbol, number, constant))
        case (.compareText, .string(let text), .string(let constant)) where node.symbol == .equal:
            return Truth(isSame(text, constant))
        default:
            return compare(node.symbol, value, node.value)
        }
    }

    /// Nodes that look into values, make them, or call.
    private mutating func structure<N: Names & ~Copyable>(
        _ node: Instruction, _ nodes: View<Instruction>, _ names: borrowing N
    )
        -> Value
    {
        switch node.operation {
        case .select:
            let operand = value(node.first, nodes, names)
            if case .record(let table) = operand { return names.row(of: table, key: node.value) }
            return select(operand, node.value)
        case .has:
            let operand = value(node.first, nodes, names)
            if case .record(let table) = operand { return .bool(!names.row(of: table, key: node.value).isError) }
            return has(operand, node.value)
        case .field, .hasField: return field(node, nodes, names)
        case .index:
            let (operand, key) = (value(node.first, nodes, names), value(node.second, nodes, names))
            if case .record(let table) = operand { return names.row(of: table, key: key) }
            return index(operand, key)
        case .list, .map: return aggregate(node, nodes, names)
        case .call: return call(node, nodes, names)
        case .matches:
            switch value(node.first, nodes, names) {
            case .string(let subject): return matches(subject, patterns[node.number])
            case .error(let fault): return .error(fault)
            default: return .error(.noSuchOverload)
            }
        case .comprehension: return comprehension(node, nodes, names)
        case .bind:
            // An error is bound like any value: it counts where the name is read, and only there.
            locals[node.number] = value(node.first, nodes, names)
            return value(node.second, nodes, names)
        default: return .error(.noSuchOverload)
        }
    }

    private mutating func field<N: Names & ~Copyable>(
        _ node: Instruction, _ nodes: View<Instruction>, _ names: borrowing N
    ) -> Value {
        let operand = value(node.first, nodes, names)
        guard case .record(let record) = operand else {
            if case .error = operand { return operand }
            return .error(.noSuchOverload)
        }
        let found = names.field(node.number, of: record)
        return node.operation == .field ? found : .bool(!found.isError)
    }

    /// Whether an element is in a list, or a key in a map or a reference table.
    private mutating func isIn<N: Names & ~Copyable>(_ key: Value, _ container: Value, _ names: borrowing N) -> Value {
        guard case .record(let table) = container else { return isIn(key, container) }
        let row = names.row(of: table, key: key)
        if case .error(.noSuchKey) = row { return .bool(false) }
        return row.isError ? row : .bool(true)
    }

    private mutating func aggregate<N: Names & ~Copyable>(
        _ node: Instruction, _ nodes: View<Instruction>, _ names: borrowing N
    )
        -> Value
    {
        var elements: [Value] = []
        var operand = node.first
        while !operand.isNone {
            let element = value(operand, nodes, names)
            if case .error = element { return element }
            elements.append(element)
            operand = nodes[operand].next
        }
        return node.operation == .list ? list(elements) : map(elements)
    }

    private mutating func call<N: Names & ~Copyable>(
        _ node: Instruction, _ nodes: View<Instruction>, _ names: borrowing N
    ) -> Value {
        var arguments = Arguments()
        var operand = node.first
        while !operand.isNone {
            let argument = value(operand, nodes, names)
            if case .error = argument { return argument }
            arguments.append(argument)
            operand = nodes[operand].next
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
