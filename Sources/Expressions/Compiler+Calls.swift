import Storage

extension Compiler {
    /// Compiles `operand.name(arguments)`, which may be a function in a namespace.
    mutating func member(_ operand: Syntax, _ name: String, _ arguments: [Syntax], at offset: Int) -> Typed {
        if let path = NamePath(operand), !scope.contains(where: { $0.name.isSame(as: path.names[0]) }) {
            let qualified = path.names.joined(separator: ".") + "." + name
            if Function(rawValue: qualified) != nil { return call(qualified, arguments, at: offset) }
            if path.names == ["math"] || path.names == ["strings"], lacksVariable(path) {
                return fail(.unknownFunction, unknown(qualified), at: offset)
            }
        }
        guard let function = Function(rawValue: name), let overloads = Overload.all[function],
            overloads.contains(where: \.isMember)
        else {
            if options.isStrict { _ = compile(operand) }
            return fail(.unknownFunction, unknown(name), at: offset)
        }
        return call(function, overloads.filter(\.isMember), [operand] + arguments, at: offset)
    }

    private mutating func lacksVariable(_ path: NamePath) -> Bool { declarations.variable(path: path.names) == nil }

    /// Compiles `name(arguments)`.
    mutating func call(_ name: String, _ arguments: [Syntax], at offset: Int) -> Typed {
        guard let function = Function(rawValue: name), let overloads = Overload.all[function],
            overloads.contains(where: { !$0.isMember })
        else { return fail(.unknownFunction, unknown(name), at: offset) }
        return call(function, overloads.filter { !$0.isMember }, arguments, at: offset)
    }

    private func unknown(_ name: String) -> String {
        guard tellsFaults else { return "" }
        if let mark = Parser.words[name.lowercased()] { return "'\(name)' is written '\(mark)'" }
        if let function = Function(rawValue: name), let overload = Overload.all[function]?.first {
            return overload.isMember
                ? "\(name)() is called on a value, as in x.\(name)()" : "\(name)() is called as \(name)(x)"
        }
        guard let nearest = nearestWord(to: name, among: Function.allCases.map(\.rawValue)) else {
            return "unknown function \(name)()"
        }
        return "unknown function \(name)(); did you mean \(nearest)()?"
    }

    private mutating func call(
        _ function: Function, _ overloads: [Overload], _ arguments: [Syntax], at offset: Int
    ) -> Typed {
        var parts: [InstructionNumber] = []
        var types: [StaticType] = []
        for argument in arguments {
            let (node, type) = compile(argument)
            parts.append(node)
            types.append(type)
        }
        if function.isVariadic, parts.count > 1 { return extreme(function, parts, types, at: offset) }
        let fitting = overloads.filter { $0.parameters.count == parts.count }
        guard !fitting.isEmpty else {
            return fail(.noSuchOverload, wrongCount(function, overloads, parts.count), at: offset)
        }
        guard let overload = fitting.first(where: { $0.accepts(types) }) ?? (options.isStrict ? nil : fitting[0])
        else {
            let given = types.map(\.text).joined(separator: ", ")
            return fail(.noSuchOverload, "\(function.rawValue)() has no meaning for (\(given))", at: offset)
        }
        let result = overload.result ?? types[0]
        if function == .matches, let pattern = constantValue(parts[1]) {
            return matches(parts[0], pattern, at: arguments[1].offset)
        }
        if let values = constantValues(parts) {
            var packed = Arguments()
            for value in values { packed.append(value) }
            switch evaluator.apply(function, packed) {
            case .error(let fault):
                let message = misconverted(function, fault)
                demand(!Compiler.conversions.contains(function), message, at: offset)
            case .list, .map: break
            case let value: return (constantNode(value), result)
            }
        }
        return (add(.call, over: parts, function: function), result)
    }

    private static var conversions: Set<Function> { [.duration, .timestamp, .int, .uint, .double, .bool] }

    private func misconverted(_ function: Function, _ fault: Fault) -> String {
        switch function {
        case .duration: "\(fault.message); a duration is written like '90s', '30m' or '1h30m'"
        case .timestamp: "\(fault.message); a timestamp is written like '2026-01-31T12:00:00Z'"
        default: "\(function.rawValue)(): \(fault.message)"
        }
    }

    private func wrongCount(_ function: Function, _ overloads: [Overload], _ given: Int) -> String {
        let implicit = overloads[0].isMember ? 1 : 0
        let counts = Set(overloads.map { $0.parameters.count - implicit }).sorted().map(String.init)
        let needed = counts.joined(separator: " or ")
        let noun = needed == "1" ? "argument" : "arguments"
        return "\(function.rawValue)() takes \(needed) \(noun), not \(given - implicit)"
    }

    /// `math.greatest` and `math.least` of several arguments: of the list of them.
    private mutating func extreme(
        _ function: Function, _ parts: [InstructionNumber], _ types: [StaticType], at offset: Int
    ) -> Typed {
        for type in types {
            let message = "\(function.rawValue)() is of numbers, not of \(type.text.withArticle)"
            demand(type == .dyn || type.isNumber, message, at: offset)
        }
        let list = add(.list, over: parts)
        let joined = types.dropFirst().reduce(types[0]) { $0.joined(with: $1) }
        return (add(.call, over: [list], function: function), joined)
    }

    private mutating func matches(_ subject: InstructionNumber, _ pattern: Value, at offset: Int) -> Typed {
        guard case .string(let text) = pattern else {
            return (add(Instruction(operation: .fault, number: Int(Fault.noSuchOverload.rawValue))), .bool)
        }
        do throws(PatternFault) {
            patterns.append(try Pattern(text))
            return (add(Instruction(operation: .matches, first: subject, number: patterns.count - 1)), .bool)
        } catch {
            return fail(.badPattern, "invalid regular expression: \(error.message)", at: offset)
        }
    }
}

extension Overload {
    func accepts(_ types: [StaticType]) -> Bool {
        zip(parameters, types).allSatisfy { allowed, type in allowed.contains { type.mayBe($0) } }
    }
}

/// The word that is nearest to one that is not known, if one is near enough to be meant.
func nearestWord(to word: String, among known: [String]) -> String? {
    let limit = max(1, word.count / 3)
    guard word.utf8.count <= 64 else { return nil }
    let ranked = known.map { (word: $0, distance: editDistance(Array(word.utf8), Array($0.utf8))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit else { return nil }
    return best.word
}

/// How many letters have to be put in, taken out or exchanged to make one word of the other.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let cost = min(diagonal + (a == b ? 0 : 1), row[j] + 1, row[j + 1] + 1)
            diagonal = row[j + 1]
            row[j + 1] = cost
        }
    }
    return row[right.count]
}
