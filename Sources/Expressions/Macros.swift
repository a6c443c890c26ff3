extension Parser {
    /// What a call such as `list.all(x, …)` or `cel.bind(x, …)` means if it is a macro; nil if it is an ordinary call.
    func macro(
        _ name: String, on operand: Syntax, _ arguments: [Syntax], at offset: Int
    ) throws(CompileFaults) -> Syntax? {
        if name == "bind", case .name("cel", _) = operand.form, arguments.count == 3 {
            let variable = try variable(arguments[0], of: "cel.bind()")
            return try node(
                .bind(variable, arguments[1], body: arguments[2]), at: offset, over: [arguments[1], arguments[2]])
        }
        guard let shape = shape(name, arguments.count) else { return nil }
        var names: [String] = []
        for argument in arguments[..<shape.names] { names.append(try variable(argument, of: "\(name)()")) }
        if names.count == 2, names[0] == names[1] {
            throw CompileFaults("\(name)() takes two different names", at: arguments[1].offset)
        }
        let body = arguments[arguments.count - 1]
        let filter = shape.isFiltered ? arguments[shape.names] : nil
        let comprehension = Comprehension(
            kind: shape.kind, range: operand, names: names, filter: filter, body: body)
        return try node(.comprehension(comprehension), at: offset, over: [operand, body] + (filter.map { [$0] } ?? []))
    }

    private func variable(_ syntax: Syntax, of macro: String) throws(CompileFaults) -> String {
        guard case .name(let name, isAbsolute: false) = syntax.form else {
            throw CompileFaults("\(macro) takes a plain name here", at: syntax.offset)
        }
        return name
    }

    private func shape(_ name: String, _ count: Int) -> (kind: Comprehension.Kind, names: Int, isFiltered: Bool)? {
        switch (name, count) {
        case ("all", 2): (.all, 1, false)
        case ("all", 3): (.all, 2, false)
        case ("exists", 2): (.exists, 1, false)
        case ("exists", 3): (.exists, 2, false)
        case ("exists_one", 2), ("existsOne", 2): (.existsOne, 1, false)
        case ("exists_one", 3), ("existsOne", 3): (.existsOne, 2, false)
        case ("map", 2): (.map, 1, false)
        case ("map", 3): (.map, 1, true)
        case ("filter", 2): (.filter, 1, false)
        case ("transformList", 3): (.map, 2, false)
        case ("transformList", 4): (.map, 2, true)
        case ("transformMap", 3): (.transformMap, 2, false)
        case ("transformMap", 4): (.transformMap, 2, true)
        case ("transformMapEntry", 3): (.transformMapEntry, 2, false)
        case ("transformMapEntry", 4): (.transformMapEntry, 2, true)
        default: nil
        }
    }
}
