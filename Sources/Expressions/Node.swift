import Storage

/// One step of a compiled expression. What `first`, `second`, `third` and `number` are depends on the operation;
/// operands are positions of other nodes, or of the run of such positions in the code's `operands`.
struct Node: BitwiseCopyable {
    var operation: Operation
    var symbol = BinaryOperator.equal
    var function = Function.size
    var kind = Comprehension.Kind.all
    /// For comprehensions, whether two names are bound.
    var isPaired = false
    var first: Int32 = 0
    var second: Int32 = 0
    var third: Int32 = 0
    var number = 0
}

enum Operation: UInt8, BitwiseCopyable {
    /// constants[number]
    case constant
    /// The fault with raw value `number`.
    case fault
    case variable, presence
    case local
    /// operands[first ..< first + second]
    case and, or
    case not, negate
    /// first ? second : third
    case conditional
    case compare, arithmetic, isIn
    /// The variable `first` compared with an integer (`number`), a double (its bits), or constants[number].
    case compareInt, compareDouble, compareText, compareConstant
    /// The variable `first`, a bool, as it is.
    case select, has, field, hasField, index
    case list, map, call
    /// constants[number] is the pattern's position in `patterns`.
    case matches
    case comprehension, bind
}

/// A compiled expression as the evaluator walks it: views into memory that the program owns.
struct Code: BitwiseCopyable {
    var nodes = View<Node>()
    var operands = View<Int32>()
    var constants = View<Value>()
    var patterns = View<Pattern>()
    var root: Int32 = 0
    /// How many values macros bind at the same time at most.
    var slots = 0
}

/// Owns the memory of a program's constants and code.
final class Constants: @unchecked Sendable {
    // Sendable: the memory is filled before this object is made and only read afterwards; the class has no way to
    // change it.
    private let memory: Scratch

    init(_ memory: consuming Scratch) { self.memory = memory }
}
