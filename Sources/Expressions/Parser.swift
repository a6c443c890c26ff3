import Storage

/// Turns source into syntax. Stops at the first thing that is not the language.
///
/// Limits: 100,000 bytes of source, and 250 levels of nesting, both of the text and of the tree, because later passes
/// and the evaluation itself walk the tree by recursion.
struct Parser {
    static let sourceLimit = 100_000
    static let depthLimit = 250

    private var lexer: Lexer
    private(set) var token = Token.end
    private(set) var offset = 0
    private var depth = 0
    let hasMacros: Bool

    init(_ source: String, hasMacros: Bool) throws(CompileFaults) {
        let bytes = Array(source.utf8)
        guard bytes.count <= Parser.sourceLimit else {
            throw CompileFaults("an expression has at most \(Parser.sourceLimit) bytes", at: Parser.sourceLimit)
        }
        lexer = Lexer(bytes)
        self.hasMacros = hasMacros
    }

    /// The whole source as one expression.
    mutating func parse() throws(CompileFaults) -> Syntax {
        try advance()
        if token == .end { throw CompileFaults("an expression is missing", at: offset) }
        let syntax = try expression()
        guard token == .end else {
            throw CompileFaults("unexpected \(token.text) after the expression\(wordRemedy)", at: offset)
        }
        return syntax
    }

    mutating func advance() throws(CompileFaults) {
        (token, offset) = try lexer.next()
    }

    mutating func take(_ mark: String) throws(CompileFaults) -> Bool {
        guard token == .mark(mark) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ mark: String, after what: String) throws(CompileFaults) {
        guard try take(mark) else {
            throw CompileFaults("expected '\(mark)' after \(what), not \(token.text)\(wordRemedy)", at: offset)
        }
    }

    /// What to write instead of a word that other languages have for an operator.
    private var wordRemedy: String {
        guard case .name(let name) = token, let mark = Parser.words[name.lowercased()] else { return "" }
        return "; '\(name)' is written '\(mark)'"
    }

    static let words = ["and": "&&", "or": "||", "not": "!", "is": "==", "mod": "%", "eq": "==", "ne": "!="]

    /// Whether a value begins with the token.
    private var beginsValue: Bool {
        switch token {
        case .name(let name): name != "in"
        case .int, .uint, .double, .string, .bytes: true
        default: false
        }
    }

    /// Builds a node, holding the tree to its greatest depth.
    func node(_ form: Syntax.Construct, at offset: Int, over parts: [Syntax] = []) throws(CompileFaults) -> Syntax {
        let syntax = Syntax(form, at: offset, over: parts)
        if syntax.depth > Parser.depthLimit { throw tooDeep }
        return syntax
    }

    private var tooDeep: CompileFaults {
        CompileFaults("the expression is nested deeper than \(Parser.depthLimit) levels; take it apart", at: offset)
    }

    /// An expression with the conditional operator, the weakest of all.
    mutating func expression() throws(CompileFaults) -> Syntax {
        depth += 1
        defer { depth -= 1 }
        if depth > Parser.depthLimit { throw tooDeep }
        let condition = try logic(isOr: true)
        let mark = offset
        guard try take("?") else { return condition }
        let chosen = try expression()
        try expect(":", after: "what '?' chooses")
        let otherwise = try expression()
        return try node(
            .conditional(condition, chosen, otherwise), at: mark, over: [condition, chosen, otherwise])
    }

    private mutating func logic(isOr: Bool) throws(CompileFaults) -> Syntax {
        let first = isOr ? try logic(isOr: false) : try operation(weakest: 0)
        let mark = offset
        guard token == .mark(isOr ? "||" : "&&") else { return first }
        var terms = [first]
        while try take(isOr ? "||" : "&&") {
            terms.append(isOr ? try logic(isOr: false) : try operation(weakest: 0))
        }
        return try node(isOr ? .or(terms) : .and(terms), at: mark, over: terms)
    }

    private func binaryOperator() -> (BinaryOperator, strength: Int)? {
        switch token {
        case .mark("=="): (.equal, 0)
        case .mark("!="): (.notEqual, 0)
        case .mark("<"): (.less, 0)
        case .mark("<="): (.lessOrEqual, 0)
        case .mark(">"): (.greater, 0)
        case .mark(">="): (.greaterOrEqual, 0)
        case .name("in"): (.isIn, 0)
        case .mark("+"): (.add, 1)
        case .mark("-"): (.subtract, 1)
        case .mark("*"): (.multiply, 2)
        case .mark("/"): (.divide, 2)
        case .mark("%"): (.modulo, 2)
        default: nil
        }
    }

    /// Comparisons, sums and products, by the strength with which they bind; all bind to the left.
    private mutating func operation(weakest: Int) throws(CompileFaults) -> Syntax {
        var left = try unary()
        while let (symbol, strength) = binaryOperator(), strength >= weakest {
            let mark = offset
            try advance()
            let right = try operation(weakest: strength + 1)
            left = try node(.binary(symbol, left, right), at: mark, over: [left, right])
        }
        return left
    }

    private mutating func unary() throws(CompileFaults) -> Syntax {
        let start = offset
        if try take("!") {
            let operand = try nested()
            return try node(.not(operand), at: start, over: [operand])
        }
        guard try take("-") else { return try member() }
        switch token {
        case .int(let magnitude):
            // The least integer can only be written as one literal with its sign.
            guard magnitude <= UInt64(Int64.max) + 1 else {
                throw CompileFaults("-\(magnitude) does not fit 64 bits", at: start)
            }
            try advance()
            let value = magnitude == UInt64(Int64.max) + 1 ? Int64.min : -Int64(magnitude)
            return try selections(of: try node(.int(value), at: start))
        case .double(let value):
            try advance()
            return try selections(of: try node(.double(-value), at: start))
        default:
            let operand = try nested()
            return try node(.negate(operand), at: start, over: [operand])
        }
    }

    private mutating func nested() throws(CompileFaults) -> Syntax {
        depth += 1
        defer { depth -= 1 }
        if depth > Parser.depthLimit { throw tooDeep }
        return try unary()
    }

    private mutating func member() throws(CompileFaults) -> Syntax {
        try selections(of: try primary())
    }

    private mutating func selections(of operand: Syntax) throws(CompileFaults) -> Syntax {
        var result = operand
        while true {
            let start = offset
            if try take(".") {
                result = try selection(of: result)
            } else if try take("[") {
                let index = try expression()
                try expect("]", after: "the index")
                result = try node(.index(result, index), at: start, over: [result, index])
            } else {
                return result
            }
        }
    }

    private mutating func selection(of operand: Syntax) throws(CompileFaults) -> Syntax {
        let start = offset
        if case .quotedName(let name) = token {
            try advance()
            return try node(.select(operand, name), at: start, over: [operand])
        }
        guard case .name(let name) = token, !["in", "true", "false", "null"].contains(name) else {
            throw CompileFaults("expected a field's name after '.', not \(token.text)", at: offset)
        }
        try advance()
        guard try take("(") else {
            return try node(.select(operand, name), at: start, over: [operand])
        }
        let arguments = try list(until: ")", of: "arguments")
        if hasMacros, let macro = try macro(name, on: operand, arguments, at: start) { return macro }
        return try node(.member(operand, name, arguments), at: start, over: [operand] + arguments)
    }

    private mutating func list(until end: String, of what: String) throws(CompileFaults) -> [Syntax] {
        var elements: [Syntax] = []
        while try !take(end) {
            if !elements.isEmpty {
                try expect(",", after: "one of the \(what)")
                if end == "]", try take(end) { break }
            }
            elements.append(try expression())
        }
        return elements
    }

    private mutating func primary() throws(CompileFaults) -> Syntax {
        let start = offset
        let literal: Syntax.Construct
        switch token {
        case .int(let magnitude):
            guard let value = Int64(exactly: magnitude) else {
                throw CompileFaults("\(magnitude) does not fit a signed 64-bit integer; write \(magnitude)u", at: start)
            }
            literal = .int(value)
        case .uint(let value): literal = .uint(value)
        case .double(let value): literal = .double(value)
        case .string(let content): literal = .string(content)
        case .bytes(let content): literal = .bytes(content)
        case .name("true"): literal = .bool(true)
        case .name("false"): literal = .bool(false)
        case .name("null"): literal = .null
        case .name(let name):
            return try nameOrCall(name, isAbsolute: false)
        case .mark(let mark):
            return try bracketed(mark)
        case .end, .quotedName:
            throw CompileFaults("expected a value, not \(token.text)", at: start)
        }
        try advance()
        return try node(literal, at: start)
    }

    private mutating func bracketed(_ mark: String) throws(CompileFaults) -> Syntax {
        let start = offset
        switch mark {
        case "(":
            try advance()
            let inner = try expression()
            try expect(")", after: "the expression")
            return inner
        case "[":
            try advance()
            let elements = try list(until: "]", of: "elements")
            return try node(.list(elements), at: start, over: elements)
        case "{":
            try advance()
            return try map(at: start)
        case ".":
            try advance()
            guard case .name(let name) = token else {
                throw CompileFaults("expected a name after '.', not \(token.text)", at: offset)
            }
            return try nameOrCall(name, isAbsolute: true)
        default:
            throw CompileFaults("expected a value, not \(token.text)", at: start)
        }
    }

    private mutating func map(at start: Int) throws(CompileFaults) -> Syntax {
        var entries: [(key: Syntax, value: Syntax)] = []
        var parts: [Syntax] = []
        while try !take("}") {
            if !entries.isEmpty {
                try expect(",", after: "an entry")
                if try take("}") { break }
            }
            let key = try expression()
            try expect(":", after: "a key")
            let value = try expression()
            entries.append((key, value))
            parts += [key, value]
        }
        return try node(.map(entries), at: start, over: parts)
    }

    private static let reserved: Set<ByteName> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    private mutating func nameOrCall(_ name: String, isAbsolute: Bool) throws(CompileFaults) -> Syntax {
        let start = offset
        if Parser.reserved.contains(name) {
            throw CompileFaults("'\(name)' is a reserved word and cannot be a name", at: start)
        }
        try advance()
        if name.lowercased() == "not", beginsValue {
            throw CompileFaults("'\(name)' is written '!'", at: start)
        }
        if token == .mark("{") {
            throw CompileFaults("messages cannot be made here; a map is written {'key': value}", at: start)
        }
        guard try take("(") else { return try node(.name(name, isAbsolute: isAbsolute), at: start) }
        let arguments = try list(until: ")", of: "arguments")
        if hasMacros, name == "has", arguments.count == 1 {
            guard case .select(let operand, let field) = arguments[0].form else {
                throw CompileFaults("has() takes a selection such as has(a.b)", at: start)
            }
            return try node(.has(operand, field), at: start, over: [operand])
        }
        return try node(.call(name, arguments), at: start, over: arguments)
    }
}
