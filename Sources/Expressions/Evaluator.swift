import Storage

/// Evaluates compiled expressions, one at a time, for one shard.
///
/// Numbers, booleans, times and texts that are only compared cost no memory. Texts and lists that an expression makes
/// live in scratch memory until `reset`. Work is bounded: at most `steps` steps for an evaluation (sixteen nodes of an
/// iteration of a macro are one, as are some tens of bytes that are changed or some hundreds that are looked at), and so
/// many bytes of scratch memory between two resets; beyond, the result is an error that `&&` and `||` do not absorb.
package struct Evaluator: ~Copyable {
    /// What one evaluation may use.
    package struct Limits: Sendable {
        /// Steps of one evaluation.
        package var steps: Int
        /// Bytes of text and lists made between two resets.
        package var memory: Int

        package init(steps: Int = 1_000_000, memory: Int = 16 << 20) {
            self.steps = steps
            self.memory = memory
        }
    }

    package let limits: Limits
    /// How many calls of `holds` met an error, and how many of these an absent value.
    package private(set) var faultCount = 0
    package private(set) var absenceCount = 0
    /// What the last call of `holds` met, if it was an error.
    package private(set) var lastFault: Fault?

    var scratch: Scratch
    var zones: ZoneCache
    /// The program's regular expressions.
    var patterns: ContiguousArray<Pattern> = []
    var locals: [Value] = []
    /// Room in which text is put together before it moves to scratch memory.
    var text: [UInt8] = []
    var matcher = Matcher()
    var stepsLeft = 0
    /// A limit that was passed; ends the evaluation whatever the operators around it would make of it.
    var exhausted: Fault?

    /// `zone` answers the time zone of a name such as `Europe/Berlin`; without it only `UTC` and fixed offsets are
    /// known.
    package init(limits: Limits = Limits(), zone: @escaping @Sendable (String) -> Zone? = { _ in nil }) {
        self.limits = limits
        scratch = Scratch(limit: limits.memory)
        zones = ZoneCache(lookup: zone)
        stepsLeft = limits.steps
    }

    /// The value of the expression, valid until the next `reset` and as long as what `names` answered.
    package mutating func evaluate<N: Names & ~Copyable>(_ program: borrowing Program, _ names: borrowing N) -> Value {
        if !program.patterns.isEmpty { patterns = program.patterns }
        return evaluate(
            PreparedProgram(nodes: program.nodes, root: program.root, localCount: program.localCount), names)
    }

    /// Whether the condition is true. An error, or a value that is not a bool, makes it false; `lastFault` tells.
    package mutating func holds<N: Names & ~Copyable>(_ program: borrowing Program, _ names: borrowing N) -> Bool {
        if !program.patterns.isEmpty { patterns = program.patterns }
        return holds(PreparedProgram(nodes: program.nodes, root: program.root, localCount: program.localCount), names)
    }

    /// The value of a prepared program.
    package mutating func evaluate<N: Names & ~Copyable>(_ program: PreparedProgram, _ names: borrowing N) -> Value {
        begin(program)
        let result = value(program.root, program.nodes, names)
        if let exhausted { return .error(exhausted) }
        return result
    }

    /// Whether the condition of a prepared program is true.
    package mutating func holds<N: Names & ~Copyable>(_ program: PreparedProgram, _ names: borrowing N) -> Bool {
        begin(program)
        var fault: Fault?
        switch truth(program.root, program.nodes, names) {
        case .yes: break
        case .no: if exhausted == nil { return false }
        case .fault(let met): fault = met
        }
        if let exhausted { fault = exhausted }
        guard let fault else { return true }
        lastFault = fault
        faultCount += 1
        if fault.isAbsence { absenceCount += 1 }
        return false
    }

    /// Takes back the memory of all values made since the last reset; they must no longer be used.
    package mutating func reset() { scratch.reset() }

    @inline(__always)
    private mutating func begin(_ program: PreparedProgram) {
        stepsLeft = limits.steps
        exhausted = nil
        lastFault = nil
        while locals.count < program.localCount { locals.append(.null) }
    }

    /// Counts steps; false when there are none left.
    @inline(__always)
    mutating func spend(_ steps: Int) -> Bool {
        stepsLeft -= steps
        if stepsLeft >= 0 { return true }
        exhausted = exhausted ?? .tooManySteps
        return false
    }

    /// Counts the steps of looking at so many bytes, where they are more than some.
    @inline(__always)
    mutating func spend(looking bytes: Int) -> Bool { bytes < 1024 || spend(bytes >> 8) }

    /// Ends the evaluation at the next step.
    mutating func exhaust(_ fault: Fault) {
        exhausted = exhausted ?? fault
        stepsLeft = -1
    }

    /// The fault of making what is larger than memory allows; it ends the evaluation.
    mutating func tooLarge() -> Value {
        exhaust(.tooMuchMemory)
        return .error(.tooMuchMemory)
    }

    /// A text made of `bytes`, which are UTF-8.
    mutating func string(_ bytes: borrowing [UInt8]) -> Value {
        guard let view = copy(bytes) else { return .error(.tooMuchMemory) }
        return .string(view)
    }

    mutating func list(_ elements: borrowing [Value]) -> Value {
        guard let view = copy(elements) else { return .error(.tooMuchMemory) }
        return .list(view)
    }

    mutating func copy<Element: BitwiseCopyable>(_ elements: borrowing [Element]) -> View<Element>? {
        let view = scratch.copy(elements)
        if view == nil { _ = tooLarge() }
        return view
    }
}

/// What a condition comes to.
enum Truth {
    case no, yes
    case fault(Fault)

    @inline(__always)
    init(_ bool: Bool) { self = bool ? .yes : .no }

    @inline(__always)
    init(_ value: Value) {
        switch value {
        case .bool(let bool): self.init(bool)
        case .error(let fault): self = .fault(fault)
        default: self = .fault(.noSuchOverload)
        }
    }

    @inline(__always)
    var value: Value {
        switch self {
        case .no: .bool(false)
        case .yes: .bool(true)
        case .fault(let fault): .error(fault)
        }
    }
}
