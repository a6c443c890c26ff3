import Storage

/// A compiled regular expression: a program for many threads that move over the subject side by side, so that
/// matching takes time in proportion to the subject, whatever the expression is.
struct Pattern: Sendable {
    /// The most instructions a pattern may have after its repetitions are written out.
    static let sizeLimit = 5000
    /// The deepest nesting of groups.
    static let depthLimit = 100
    /// The greatest count in `x{count}`.
    static let repeatLimit = 1000

    struct Instruction: BitwiseCopyable, Sendable {
        enum Kind: UInt8, BitwiseCopyable, Sendable {
            /// Takes the code point `first`.
            case scalar
            /// Takes the code point `first`, which is lower case, in either case.
            case foldedScalar
            case any
            case anyButNewline
            /// Takes one in `items[first ..< first + second]`.
            case set, complementSet
            case split
            case jump
            case startOfText, endOfText, startOfLine, endOfLine, wordBoundary, notWordBoundary
            case match
        }
        var kind: Kind
        var isFolded = false
        var first: Int32 = 0
        var second: Int32 = 0
    }

    /// Part of a set: a range of code points, or those of a Unicode category.
    struct Item: BitwiseCopyable, Sendable {
        var low: UInt32
        var high: UInt32
        /// The bits of the categories, as `UnicodeCategories` has them; 0 for a range.
        var categories: UInt32 = 0
        var isComplement = false
    }

    let instructions: ContiguousArray<Instruction>
    let items: ContiguousArray<Item>

    /// Compiles the text of a regular expression.
    init(_ text: View<UInt8>) throws(PatternFault) {
        var compiler = try PatternCompiler(text)
        try compiler.compile()
        instructions = compiler.instructions
        items = compiler.items
    }
}

/// What is wrong with a regular expression.
struct PatternFault: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

/// The parts a regular expression has.
indirect enum PatternNode {
    case empty
    case scalar(UInt32, isFolded: Bool)
    case any(withNewline: Bool)
    case set([Pattern.Item], isComplement: Bool, isFolded: Bool)
    case assertion(Pattern.Instruction.Kind)
    case sequence([PatternNode])
    case choice([PatternNode])
    case repetition(PatternNode, least: Int, most: Int?)
}

/// Writes a regular expression out as instructions.
private struct PatternCompiler {
    private(set) var instructions: ContiguousArray<Pattern.Instruction> = []
    private(set) var items: ContiguousArray<Pattern.Item> = []
    private let root: PatternNode
    /// Counts the nodes written out: repetitions of nothing make no instructions, but work all the same.
    private var emitted = 0

    init(_ text: View<UInt8>) throws(PatternFault) {
        var parser = PatternParser(text)
        root = try parser.parse()
    }

    mutating func compile() throws(PatternFault) {
        try emit(root)
        try append(Pattern.Instruction(kind: .match))
    }

    private mutating func append(_ instruction: Pattern.Instruction) throws(PatternFault) {
        guard instructions.count < Pattern.sizeLimit else {
            throw PatternFault("it is too large once its repetitions are written out")
        }
        instructions.append(instruction)
    }

    private var next: Int32 { Int32(instructions.count) }

    private mutating func emit(_ node: PatternNode) throws(PatternFault) {
        emitted += 1
        if emitted > Pattern.sizeLimit * 10 {
            throw PatternFault("it is too large once its repetitions are written out")
        }
        switch node {
        case .empty: break
        case .scalar(let scalar, let isFolded):
            let isLetter = isFolded && scalar.foldedScalar != scalar || isFolded && scalar.hasUpperCase
            try append(
                Pattern.Instruction(
                    kind: isLetter ? .foldedScalar : .scalar,
                    first: Int32(bitPattern: isLetter ? scalar.foldedScalar : scalar)))
        case .any(let withNewline):
            try append(Pattern.Instruction(kind: withNewline ? .any : .anyButNewline))
        case .set(let parts, let isComplement, let isFolded):
            let first = Int32(items.count)
            guard items.count + parts.count <= Pattern.sizeLimit * 4 else {
                throw PatternFault("its sets are too large")
            }
            items += parts
            try append(
                Pattern.Instruction(
                    kind: isComplement ? .complementSet : .set, isFolded: isFolded, first: first,
                    second: Int32(parts.count)))
        case .assertion(let kind): try append(Pattern.Instruction(kind: kind))
        case .sequence(let parts):
            for part in parts { try emit(part) }
        case .choice(let parts): try emit(choice: parts)
        case .repetition(let part, let least, let most): try emit(part, least: least, most: most)
        }
    }

    private mutating func emit(choice parts: [PatternNode]) throws(PatternFault) {
        var ends: [Int] = []
        for (index, part) in parts.enumerated() {
            guard index < parts.count - 1 else {
                try emit(part)
                break
            }
            let split = instructions.count
            try append(Pattern.Instruction(kind: .split, first: next + 1))
            try emit(part)
            ends.append(instructions.count)
            try append(Pattern.Instruction(kind: .jump))
            instructions[split].second = next
        }
        for end in ends { instructions[end].first = next }
    }

    private mutating func emit(_ part: PatternNode, least: Int, most: Int?) throws(PatternFault) {
        for _ in 0..<least { try emit(part) }
        guard let most else {
            let split = instructions.count
            try append(Pattern.Instruction(kind: .split, first: next + 1))
            try emit(part)
            try append(Pattern.Instruction(kind: .jump, first: Int32(split)))
            instructions[split].second = next
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(instructions.count)
            try append(Pattern.Instruction(kind: .split, first: next + 1))
            try emit(part)
        }
        for split in splits { instructions[split].second = next }
    }
}

extension UInt32 {
    /// The code point in lower case, where that is one code point.
    var foldedScalar: UInt32 {
        if self < 0x80 { return self &- 0x41 < 26 ? self | 0x20 : self }
        guard let scalar = UnicodeScalar(self) else { return self }
        let mapped = scalar.properties.lowercaseMapping.unicodeScalars
        return mapped.count == 1 ? mapped.first?.value ?? self : self
    }

    /// Whether the code point has an upper case of its own.
    var hasUpperCase: Bool {
        guard let scalar = UnicodeScalar(self) else { return false }
        let mapped = scalar.properties.uppercaseMapping.unicodeScalars
        return mapped.count == 1 && mapped.first?.value != self
    }

    /// The code point in upper case, where that is one code point.
    var raisedScalar: UInt32 {
        guard let scalar = UnicodeScalar(self) else { return self }
        let mapped = scalar.properties.uppercaseMapping.unicodeScalars
        return mapped.count == 1 ? mapped.first?.value ?? self : self
    }
}
