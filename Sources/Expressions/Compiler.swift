import Storage

/// Checks syntax and turns it into code: names are resolved, constants worked out, common shapes given their own nodes.
struct Compiler<D: Declarations>: ~Copyable {
    /// A node and what is known of its value's type.
    typealias Typed = (node: InstructionNumber, type: StaticType)

    var declarations: D
    let options: Program.Options
    private(set) var faults: [CompileFault] = []
    /// The most faults of one expression that are told.
    private static var faultLimit: Int { 100 }

    private var nodes: ContiguousArray<Instruction> = []
    var patterns: ContiguousArray<Pattern> = []
    /// Holds the constants' text; moves into the program.
    var memory = Scratch(limit: 64 << 20)
    /// Works out constants.
    var evaluator = Evaluator()
    private var readSet: Set<Int> = []
    private var variableTypes: [Int: StaticType] = [:]
    private var comparisons: [Program.DurationComparison] = []
    /// The names that macros bind around the place being compiled, innermost last; the position is its number.
    private(set) var scope: [(name: String, type: StaticType)] = []
    private var localCount = 0

    init(declarations: D, options: Program.Options) {
        self.declarations = declarations
        self.options = options
    }

    /// Whether a further fault is told: messages that take work to make need not be made otherwise.
    var tellsFaults: Bool { options.isStrict && faults.count < Self.faultLimit }

    mutating func report(_ message: String, at offset: Int) {
        if faults.count < Self.faultLimit { faults.append(CompileFault(message: message, offset: offset)) }
    }

    /// A fault of compilation where the expression is checked, and an error of evaluation where it is not.
    mutating func fail(_ fault: Fault, _ message: String, at offset: Int) -> Typed {
        if options.isStrict { report(message, at: offset) }
        return (add(Instruction(operation: .fault, number: Int(fault.rawValue))), .dyn)
    }

    /// How many nodes have been made so far.
    var nodeCount: Int { nodes.count }

    mutating func add(_ node: Instruction) -> InstructionNumber {
        nodes.append(node)
        return InstructionNumber(nodes.count - 1)
    }

    /// A node over any number of operands, each of which is the operand of no other node.
    mutating func add(_ operation: Operation, over parts: [InstructionNumber], function: Function = .size)
        -> InstructionNumber
    {
        for (part, next) in zip(parts, parts.dropFirst()) { nodes[part.index].next = next }
        return add(Instruction(operation: operation, function: function, first: parts.first ?? .none))
    }

    /// The value with what it refers to in the program's memory.
    private mutating func kept(_ value: Value) -> Value {
        switch value {
        case .string(let text): memory.copy(text.copied).map { .string($0) } ?? .error(.tooMuchMemory)
        case .bytes(let bytes): memory.copy(bytes.copied).map { .bytes($0) } ?? .error(.tooMuchMemory)
        default: value
        }
    }

    mutating func constantNode(_ value: Value) -> InstructionNumber {
        add(Instruction(operation: .constant, value: kept(value)))
    }

    mutating func text(_ text: some Sequence<UInt8>) -> Value {
        memory.copy(Array(text)).map { .string($0) } ?? .error(.tooMuchMemory)
    }

    /// The node's value, if it is a constant.
    func constantValue(_ node: InstructionNumber) -> Value? {
        let node = nodes[node.index]
        return node.operation == .constant ? node.value : nil
    }

    /// The values of all the nodes, if all are constants.
    func constantValues(_ nodes: [InstructionNumber]) -> [Value]? {
        var values: [Value] = []
        for node in nodes {
            guard let value = constantValue(node) else { return nil }
            values.append(value)
        }
        return values
    }

    /// The node of a variable, which is thereby read.
    mutating func read(_ variable: Variable, presence: Bool) -> InstructionNumber {
        readSet.insert(variable.id)
        variableTypes[variable.id] = variable.type
        return add(Instruction(operation: presence ? .presence : .variable, number: variable.id))
    }

    /// Compiles `body` with names bound; their locals begin at the position given to it.
    mutating func bind(
        _ names: [(name: String, type: StaticType)], _ body: (inout Compiler<D>, Int) -> Typed
    ) -> Typed {
        let first = scope.count
        scope += names
        localCount = max(localCount, scope.count)
        defer { scope.removeLast(names.count) }
        return body(&self, first)
    }

    /// A field of a table's row in one step, where the node of the row is a look-up in a table.
    mutating func cell(_ field: Int, of row: InstructionNumber) -> InstructionNumber? {
        let lookUp = nodes[row.index]
        guard lookUp.operation == .index, nodes[lookUp.first.index].operation == .variable else { return nil }
        return add(Instruction(operation: .cell, first: lookUp.second, second: lookUp.first, number: field))
    }

    /// A comparison of two nodes, in the shortest form there is.
    mutating func comparison(_ symbol: BinaryOperator, _ left: InstructionNumber, _ right: InstructionNumber)
        -> InstructionNumber
    {
        if nodes[left.index].operation == .variable, let constant = constantValue(right) {
            return comparison(symbol, ofVariable: nodes[left.index].number, constant)
        }
        if nodes[right.index].operation == .variable, let constant = constantValue(left) {
            return comparison(symbol.mirrored, ofVariable: nodes[right.index].number, constant)
        }
        return add(Instruction(operation: .compare, symbol: symbol, first: left, second: right))
    }

    private mutating func comparison(_ symbol: BinaryOperator, ofVariable variable: Int, _ constant: Value)
        -> InstructionNumber
    {
        let operation: Operation
        switch constant {
        case .int: operation = .compareInt
        case .double: operation = .compareDouble
        case .string: operation = .compareText
        default: operation = .compareConstant
        }
        if case .duration = constant, variableTypes[variable] == .duration {
            note(symbol, variable, constant.nanoseconds)
        }
        return add(Instruction(operation: operation, symbol: symbol, number: variable, value: constant))
    }

    /// Times have microseconds. A threshold between two of them is met at the later one, whether or not the comparison
    /// admits the threshold itself.
    private mutating func note(_ symbol: BinaryOperator, _ variable: Int, _ nanoseconds: Int128) {
        var floor = nanoseconds / 1000
        if floor * 1000 > nanoseconds { floor -= 1 }
        let isWhole = floor * 1000 == nanoseconds
        func add(strict: Bool) {
            let threshold = Int64(clamping: strict || isWhole ? floor : floor + 1)
            let comparison = Program.DurationComparison(variable: variable, threshold: threshold, strict: strict)
            if !comparisons.contains(comparison) { comparisons.append(comparison) }
        }
        switch symbol {
        case .greater, .lessOrEqual: add(strict: true)
        case .greaterOrEqual, .less: add(strict: false)
        default:
            add(strict: false)
            add(strict: true)
        }
    }

    /// The program, once everything is compiled.
    consuming func finish(source: String, root: InstructionNumber, type: StaticType) -> Program {
        var memory = memory
        guard let steps = memory.copy(Array(nodes)) else { preconditionFailure("no room for a program's steps") }
        return Program(
            source: source, type: type, reads: readSet.sorted(), durationComparisons: comparisons, nodes: steps,
            patterns: patterns, root: root, localCount: localCount, constants: Constants(memory))
    }
}
