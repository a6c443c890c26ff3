package import Storage

/// The number of an expression of a plan.
package typealias ExpressionNumber = PlanNumber<Program>

/// A compiled expression: checked, with its constants worked out, ready to be evaluated by any number of shards.
package struct Program: Sendable {
    /// What a program may be compiled with.
    package struct Options: Sendable {
        /// The namespace in which names are looked up first, such as `com.example`; empty for none.
        package var container: String
        /// Whether `has`, `all`, `map` and their like are macros, rather than functions that nobody defined.
        package var hasMacros: Bool
        /// Whether unknown names, unknown functions and operators without meaning are faults of compilation. Where
        /// not, they are errors when (and only if) they are evaluated, as for an expression that nobody has checked.
        package var isStrict: Bool

        package init(container: String = "", hasMacros: Bool = true, isStrict: Bool = true) {
            self.container = container
            self.hasMacros = hasMacros
            self.isStrict = isStrict
        }
    }

    /// A place where a variable of type duration is compared with a constant.
    package struct DurationComparison: Equatable, Sendable {
        /// The variable's id.
        package let variable: Int
        /// The constant, in microseconds.
        package let threshold: Int64
        /// Whether the outcome changes only after the threshold (`>`, `<=`) and not at it (`>=`, `<`). An equality
        /// changes at both and is listed twice.
        package let strict: Bool

        package init(variable: Int, threshold: Int64, strict: Bool) {
            self.variable = variable
            self.threshold = threshold
            self.strict = strict
        }
    }

    package let source: String
    /// The type of the result, as far as it is known before evaluation.
    package let type: StaticType
    /// The ids of the variables read, ascending, each once.
    package let reads: [Int]
    package let durationComparisons: [DurationComparison]
    /// The expression's steps, in the memory of the constants: reading them costs neither retains nor calls.
    let nodes: View<Instruction>
    let patterns: ContiguousArray<Pattern>
    let root: InstructionNumber
    /// How many values macros bind at the same time at most.
    let localCount: Int
    private let constants: Constants

    init(
        source: String, type: StaticType, reads: [Int], durationComparisons: [DurationComparison],
        nodes: View<Instruction>, patterns: ContiguousArray<Pattern>, root: InstructionNumber, localCount: Int,
        constants: Constants
    ) {
        self.source = source
        self.type = type
        self.reads = reads
        self.durationComparisons = durationComparisons
        self.nodes = nodes
        self.patterns = patterns
        self.root = root
        self.localCount = localCount
        self.constants = constants
    }

    /// The program in a form that is copied freely and counts no references, or nil where it has none. The program
    /// itself must be kept for as long as the form is used.
    package var prepared: PreparedProgram? {
        patterns.isEmpty ? PreparedProgram(nodes: nodes, root: root, localCount: localCount) : nil
    }

    /// Whether the variable is read.
    package func depends(on variable: Int) -> Bool {
        var low = 0
        var high = reads.count
        while low < high {
            let middle = (low + high) / 2
            if reads[middle] < variable { low = middle + 1 } else { high = middle }
        }
        return low < reads.count && reads[low] == variable
    }

    /// The variable's id where the expression is nothing but a variable, so that the host can answer by itself.
    package var soleVariable: Int? {
        let node = nodes[root]
        return node.operation == .variable ? node.number : nil
    }

    /// The result where the expression is a constant: a bool, a number, a duration or a timestamp.
    package var constant: Value? {
        let node = nodes[root]
        guard node.operation == .constant else { return nil }
        switch node.value {
        case .null, .bool, .int, .uint, .double, .duration, .timestamp: return node.value
        default: return nil
        }
    }

    /// Parses and checks `source`. With `expecting`, the result must be of that type, or of one known only when it is
    /// evaluated. Everything wrong is reported at once, except that nothing is known behind a fault of syntax.
    package static func compile(
        _ source: String, declarations: inout some Declarations, expecting: StaticType? = nil,
        options: Options = Options()
    ) throws(CompileFaults) -> Program {
        var parser = try Parser(source, hasMacros: options.hasMacros)
        let syntax = try parser.parse()
        var compiler = Compiler(declarations: declarations, options: options)
        let (root, type) = compiler.compile(syntax)
        if let expecting, options.isStrict, !type.mayBe(expecting) {
            compiler.report(
                "this is \(type.text.withArticle), but \(expecting.text.withArticle) is needed here", at: syntax.offset)
        }
        declarations = compiler.declarations
        guard compiler.faults.isEmpty else { throw CompileFaults(compiler.faults) }
        return compiler.finish(source: source, root: root, type: type)
    }
}

/// What the evaluator needs of a program, without the program: shards that evaluate the same plan side by side would
/// otherwise count the same references against each other all the time.
package struct PreparedProgram: BitwiseCopyable, Sendable {
    let nodes: View<Instruction>
    let root: InstructionNumber
    let localCount: Int
}

extension String {
    /// The word with "a" or "an" before it.
    var withArticle: String {
        guard let first = utf8.first else { return self }
        return ("aeiou".utf8.contains(first) && !hasPrefix("uint") ? "an " : "a ") + self
    }
}
