import Storage

extension Evaluator {
    /// Runs a macro over its range.
    mutating func comprehension<N: Names & ~Copyable>(
        _ node: Instruction, _ nodes: View<Instruction>, _ names: borrowing N
    ) -> Value {
        let range: View<Value>
        let isMap: Bool
        switch expand(value(node.first, nodes, names)) {
        case .list(let elements): (range, isMap) = (elements, false)
        case .map(let entries): (range, isMap) = (entries, true)
        case .error(let fault): return .error(fault)
        default: return .error(.noSuchOverload)
        }
        switch node.kind {
        case .all: return quantify(node, range, isMap, decisive: false, nodes, names)
        case .exists: return quantify(node, range, isMap, decisive: true, nodes, names)
        case .existsOne: return existsOne(node, range, isMap, nodes, names)
        case .map, .filter, .transformMap, .transformMapEntry: return collect(node, range, isMap, nodes, names)
        }
    }

    /// Binds the names of the iteration at `position`; false when there are no steps left.
    private mutating func bind(_ node: Instruction, _ range: View<Value>, _ isMap: Bool, _ position: Int) -> Bool {
        // What an iteration costs depends on how much there is to be evaluated in it.
        guard case .int(let steps) = node.value, spend(Int(steps)) else { return false }
        if isMap {
            locals[node.number] = range[position]
            if node.isPaired { locals[node.number + 1] = range[position + 1] }
        } else if node.isPaired {
            locals[node.number] = .int(Int64(position))
            locals[node.number + 1] = range[position]
        } else {
            locals[node.number] = range[position]
        }
        return true
    }

    /// `all` and `exists`: the decisive outcome of one element decides; an error counts only if none does.
    private mutating func quantify<N: Names & ~Copyable>(
        _ node: Instruction, _ range: View<Value>, _ isMap: Bool, decisive: Bool, _ nodes: View<Instruction>,
        _ names: borrowing N
    ) -> Value {
        var met: Fault?
        for position in stride(from: 0, to: range.count, by: isMap ? 2 : 1) {
            guard bind(node, range, isMap, position) else { return .error(.tooManySteps) }
            switch truth(node.third, nodes, names) {
            case .yes: if decisive { return .bool(true) }
            case .no: if !decisive { return .bool(false) }
            case .fault(let fault): met = met ?? fault
            }
        }
        return met.map { .error($0) } ?? .bool(!decisive)
    }

    private mutating func existsOne<N: Names & ~Copyable>(
        _ node: Instruction, _ range: View<Value>, _ isMap: Bool, _ nodes: View<Instruction>, _ names: borrowing N
    ) -> Value {
        var found = 0
        for position in stride(from: 0, to: range.count, by: isMap ? 2 : 1) {
            guard bind(node, range, isMap, position) else { return .error(.tooManySteps) }
            switch truth(node.third, nodes, names) {
            case .yes: found += 1
            case .no: break
            case .fault(let fault): return .error(fault)
            }
        }
        return .bool(found == 1)
    }

    /// `map`, `filter` and the transformations: a new list or map.
    private mutating func collect<N: Names & ~Copyable>(
        _ node: Instruction, _ range: View<Value>, _ isMap: Bool, _ nodes: View<Instruction>, _ names: borrowing N
    ) -> Value {
        var results: [Value] = []
        for position in stride(from: 0, to: range.count, by: isMap ? 2 : 1) {
            guard bind(node, range, isMap, position) else { return .error(.tooManySteps) }
            let condition = node.kind == .filter ? node.third : node.second
            if !condition.isNone {
                switch truth(condition, nodes, names) {
                case .yes: break
                case .no: continue
                case .fault(let fault): return .error(fault)
                }
            }
            if let fault = append(node, nodes, names, to: &results) { return .error(fault) }
        }
        return node.kind == .map || node.kind == .filter ? list(results) : map(results)
    }

    private mutating func append<N: Names & ~Copyable>(
        _ node: Instruction, _ nodes: View<Instruction>, _ names: borrowing N, to results: inout [Value]
    ) -> Fault? {
        if node.kind == .filter {
            results.append(locals[node.number])
            return nil
        }
        let key = locals[node.number]
        let result = value(node.third, nodes, names)
        if case .error(let fault) = result { return fault }
        switch node.kind {
        case .transformMap:
            results.append(key)
            results.append(result)
        case .transformMapEntry:
            guard case .map(let entries) = expand(result) else { return .noSuchOverload }
            for index in 0..<entries.count { results.append(entries[index]) }
        default:
            results.append(result)
        }
        return nil
    }
}
