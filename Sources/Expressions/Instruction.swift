import Storage

/// The position of a step among those of its program.
typealias InstructionNumber = PlanNumber<Instruction>

/// One step of a compiled expression. What `first`, `second`, `third`, `number` and `value` are depends on the
/// operation; operands are positions of other nodes.
struct Instruction: BitwiseCopyable, Sendable {
    var operation: Operation
    var symbol = BinaryOperator.equal
    var function = Function.size
    var kind = Comprehension.Kind.all
    /// For comprehensions, whether two names are bound.
    var isPaired = false
    var first = InstructionNumber.none
    var second = InstructionNumber.none
    var third = InstructionNumber.none
    /// The next operand of the node that has this one among any number of operands; none behind the last.
    var next = InstructionNumber.none
    var number = 0
    var value = Value.null
}

enum Operation: UInt8, BitwiseCopyable {
    /// `value`
    case constant
    /// The fault with raw value `number`.
    case fault
    case variable, presence
    case local
    /// Over the operands that begin with `first`, as are `list`, `map` and `call`.
    case and, or
    case not, negate
    /// first ? second : third
    case conditional
    case compare, arithmetic, isIn
    /// The variable `number` compared with `value`.
    case compareInt, compareDouble, compareText, compareConstant
    /// `value` is the key, `number` the field.
    case select, has, field, hasField, index
    /// The field `number` of the row that the table, the variable `second`, has under the key `first`.
    case cell
    case list, map, call
    /// `number` is the pattern's position among the program's.
    case matches
    /// `value` is an int: the steps of one iteration.
    case comprehension
    case bind
}

/// Owns the memory of a program's constants.
final class Constants: @unchecked Sendable {
    // Sendable: the memory is filled before this object is made and only read afterwards; the class has no way to
    // change it.
    private let memory: Scratch

    init(_ memory: consuming Scratch) { self.memory = memory }
}
