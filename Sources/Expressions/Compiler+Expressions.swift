import Storage

extension Compiler {
    /// Compiles an expression; what is wrong with it is among the faults afterwards.
    mutating func compile(_ syntax: Syntax) -> Typed {
        if let path = NamePath(syntax) { return compile(path, presence: false) }
        switch syntax.form {
        case .null: return (constantNode(.null), .null)
        case .bool(let value): return (constantNode(.bool(value)), .bool)
        case .int(let value): return (constantNode(.int(value)), .int)
        case .uint(let value): return (constantNode(.uint(value)), .uint)
        case .double(let value): return (constantNode(.double(value)), .double)
        case .string(let value): return (constantNode(text(value)), .string)
        case .bytes(let value):
            return (constantNode(memory.copy(value).map { .bytes($0) } ?? .error(.tooMuchMemory)), .bytes)
        case .list(let elements): return list(elements)
        case .map(let entries): return map(entries)
        case .call(let name, let arguments): return call(name, arguments, at: syntax.offset)
        case .member(let operand, let name, let arguments):
            return member(operand, name, arguments, at: syntax.offset)
        case .name, .select, .has, .index: return access(syntax)
        case .comprehension(let comprehension): return compile(comprehension, at: syntax.offset)
        case .bind(let name, let value, let body):
            let bound = compile(value)
            return bind([(name, bound.type)]) { compiler, local in
                let (node, type) = compiler.compile(body)
                return (
                    compiler.add(Instruction(operation: .bind, first: bound.node, second: node, number: local)), type
                )
            }
        case .not, .negate, .binary, .and, .or, .conditional: return operation(syntax)
        }
    }

    private mutating func access(_ syntax: Syntax) -> Typed {
        switch syntax.form {
        case .select(let operand, let name):
            return select(compile(operand), name, presence: false, at: syntax.offset)
        case .has(let operand, let name):
            if var path = NamePath(operand) {
                path.names.append(name)
                path.offsets.append(syntax.offset)
                return compile(path, presence: true)
            }
            return select(compile(operand), name, presence: true, at: syntax.offset)
        case .index(let operand, let key):
            let (container, index) = (compile(operand), compile(key))
            return (
                add(Instruction(operation: .index, first: container.node, second: index.node)),
                indexed(container.type, index.type, at: syntax.offset)
            )
        default:
            return fail(.absent, "this is not a value", at: syntax.offset)
        }
    }

    private mutating func indexed(_ container: StaticType, _ index: StaticType, at offset: Int) -> StaticType {
        switch container {
        case .dyn: return .dyn
        case .map(let key, let value):
            if index.mayBe(key) || index.isNumber { return value }
            demand(false, "this map has keys of type \(key.text), not \(index.text)", at: offset)
            return value
        case .list(let element):
            demand(index == .dyn || index.isNumber, "a list is indexed by an int, not by \(index.text)", at: offset)
            return element
        default:
            demand(false, "\(container.text.withArticle) cannot be indexed", at: offset)
            return .dyn
        }
    }

    /// Reports, where the expression is checked, what is not as it must be.
    mutating func demand(_ condition: Bool, _ message: @autoclosure () -> String, at offset: Int) {
        if options.isStrict, !condition { report(message(), at: offset) }
    }

    private mutating func list(_ elements: [Syntax]) -> Typed {
        var parts: [InstructionNumber] = []
        var element: StaticType?
        for syntax in elements {
            let (node, type) = compile(syntax)
            parts.append(node)
            element = element.map { $0.joined(with: type) } ?? type
        }
        let type = StaticType.list(element ?? .dyn)
        if let values = constantValues(parts), let view = memory.copy(values) {
            return (constantNode(.list(view)), type)
        }
        return (add(.list, over: parts), type)
    }

    private mutating func map(_ entries: [(key: Syntax, value: Syntax)]) -> Typed {
        var parts: [InstructionNumber] = []
        var types: (key: StaticType, value: StaticType)?
        for entry in entries {
            let (key, value) = (compile(entry.key), compile(entry.value))
            parts += [key.node, value.node]
            types =
                types.map { ($0.key.joined(with: key.type), $0.value.joined(with: value.type)) }
                ?? (key.type, value.type)
            let isKey = [.dyn, .bool, .int, .uint, .string].contains(key.type)
            demand(isKey, "a key is a bool, an int, a uint or a string, not \(key.type.text)", at: entry.key.offset)
        }
        let type = StaticType.map(types?.key ?? .dyn, types?.value ?? .dyn)
        if let values = constantValues(parts), case .map = evaluator.map(values), let view = memory.copy(values) {
            return (constantNode(.map(view)), type)
        }
        return (add(.map, over: parts), type)
    }

    private mutating func compile(_ comprehension: Comprehension, at offset: Int) -> Typed {
        let range = compile(comprehension.range)
        var types: [StaticType] = [.dyn, .dyn]
        switch range.type {
        case .list(let element): types = comprehension.names.count == 1 ? [element] : [.int, element]
        case .map(let key, let value): types = [key, value]
        case .dyn: break
        default: demand(false, "\(range.type.text.withArticle) has no elements to go through", at: offset)
        }
        let names = Array(zip(comprehension.names, types)).map { (name: $0.0, type: $0.1) }
        return bind(names) { compiler, local in
            let first = compiler.nodeCount
            let filter = comprehension.filter.map { compiler.condition($0) }
            let kind = comprehension.kind
            let isCondition = kind != .map && kind != .transformMap && kind != .transformMapEntry
            let body =
                isCondition ? (compiler.condition(comprehension.body), .bool) : compiler.compile(comprehension.body)
            let node = compiler.add(
                Instruction(
                    operation: .comprehension, kind: kind, isPaired: comprehension.names.count == 2,
                    first: range.node, second: filter ?? .none, third: body.0, number: local,
                    value: .int(Int64(1 + (compiler.nodeCount - first) / 16))))
            let type: StaticType =
                switch kind {
                case .all, .exists, .existsOne: .bool
                case .map: .list(body.1)
                case .filter: .list(types[0])
                case .transformMap: .map(range.type == .dyn ? .dyn : types[0], body.1)
                case .transformMapEntry: body.1
                }
            return (node, type)
        }
    }

    /// Compiles what has to be a bool.
    mutating func condition(_ syntax: Syntax) -> InstructionNumber {
        let (node, type) = compile(syntax)
        demand(type.mayBe(.bool), "a condition is a bool, not \(type.text)", at: syntax.offset)
        return node
    }
}
