import Storage

/// A chain such as `a.b['c']`, taken apart.
struct NamePath {
    var names: [String]
    /// Where each name is written.
    var offsets: [Int]
    var isAbsolute: Bool

    /// The chain that the syntax is, if it begins with a name and continues with fields and constant keys only.
    init?(_ syntax: Syntax) {
        switch syntax.form {
        case .name(let name, let isAbsolute):
            names = [name]
            offsets = [syntax.offset]
            self.isAbsolute = isAbsolute
        case .select(let operand, let field):
            guard let path = NamePath(operand) else { return nil }
            self = path
            names.append(field)
            offsets.append(syntax.offset)
        case .index(let operand, let key):
            guard case .string(let text) = key.form, let path = NamePath(operand) else { return nil }
            self = path
            names.append(String(decoding: text, as: UTF8.self))
            offsets.append(key.offset)
        default:
            return nil
        }
    }
}

extension Compiler {
    /// Compiles a chain, or the question whether its last component is there.
    mutating func compile(_ path: NamePath, presence: Bool) -> Typed {
        var result: Typed
        var consumed = 1
        if !path.isAbsolute, let local = scope.lastIndex(where: { $0.name.isSame(as: path.names[0]) }) {
            result = (add(Instruction(operation: .local, number: local)), scope[local].type)
        } else if let (variable, length) = lookUp(path) {
            consumed = length
            if presence, consumed == path.names.count { return (read(variable, presence: true), .bool) }
            result = (read(variable, presence: false), variable.type)
        } else if let (type, length) = typeName(path) {
            consumed = length
            result = (constantNode(.type(type)), .type)
        } else {
            return fail(.undeclaredName, unknownName(path), at: path.offsets[0])
        }
        for position in consumed..<path.names.count {
            let isLast = position == path.names.count - 1
            result = select(result, path.names[position], presence: presence && isLast, at: path.offsets[position])
        }
        return result
    }

    /// The variable that the longest beginning of the path names, in the innermost namespace that knows it.
    private mutating func lookUp(_ path: NamePath) -> (Variable, length: Int)? {
        var best: (variable: Variable, length: Int)?
        var container = path.isAbsolute ? [] : options.container.split(separator: ".").map(String.init)
        while true {
            if let (variable, consumed) = declarations.variable(path: container + path.names) {
                let length = consumed - container.count
                if length > (best?.length ?? 0), length <= path.names.count { best = (variable, length) }
            }
            guard container.popLast() != nil else { break }
        }
        return best.map { ($0.variable, $0.length) }
    }

    private func typeName(_ path: NamePath) -> (TypeName, length: Int)? {
        if let type = TypeName(text: path.names[0]) { return (type, 1) }
        guard path.names.count >= 3 else { return nil }
        return TypeName(text: path.names[..<3].joined(separator: ".")).map { ($0, 3) }
    }

    private func unknownName(_ path: NamePath) -> String {
        guard tellsFaults else { return "" }
        let remedy = declarations.suggestion(for: path.names).map { "; did you mean '\($0)'?" } ?? ""
        return "unknown name '\(path.names.joined(separator: "."))'\(remedy)"
    }

    /// `operand.name`, or whether it is there.
    mutating func select(_ operand: Typed, _ name: String, presence: Bool, at offset: Int) -> Typed {
        var result = StaticType.dyn
        switch operand.type {
        case .record(let kind):
            guard let (field, type) = declarations.field(name, ofRecord: kind) else {
                let remedy = declarations.suggestion(for: [name]).map { "; did you mean '\($0)'?" } ?? ""
                return fail(.noSuchField, "unknown field '\(name)'\(remedy)", at: offset)
            }
            if !presence, kind >= ReferenceTables.rowKind, let cell = cell(field, of: operand.node) {
                return (cell, type)
            }
            let node = Instruction(operation: presence ? .hasField : .field, first: operand.node, number: field)
            return (add(node), presence ? .bool : type)
        case .map(_, let value): result = value
        case .dyn: break
        default:
            if options.isStrict { report("\(operand.type.text.withArticle) has no field '\(name)'", at: offset) }
        }
        let node = Instruction(operation: presence ? .has : .select, first: operand.node, value: text(name.utf8))
        return (add(node), presence ? .bool : result)
    }
}
