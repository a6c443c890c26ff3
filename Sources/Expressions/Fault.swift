/// Why an evaluation has no value. A fault is itself a value that operators pass on, and that `&&` and `||` absorb
/// where the other side decides.
package enum Fault: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case absent
    case undeclaredName
    case unknownFunction
    case noSuchOverload
    case noSuchKey
    case noSuchField
    case indexOutOfRange
    case divisionByZero
    case modulusByZero
    case overflow
    case outOfRange
    case malformedText
    case notUTF8
    case duplicateKey
    case unsupportedKey
    case badPattern
    case badFormat
    case unknownZone
    case badArgument
    case tooManySteps
    case tooMuchMemory
    case tooDeep

    /// Whether there was only nothing to evaluate: a field that the event does not have, a window that is empty.
    package var isAbsence: Bool { self == .absent || self == .noSuchKey }

    /// One line for people: what went wrong.
    package var message: String {
        switch self {
        case .absent: "there is no value"
        case .undeclaredName: "undeclared reference"
        case .unknownFunction: "unknown function"
        case .noSuchOverload: "no such overload: the operation has no meaning for values of these types"
        case .noSuchKey: "no such key"
        case .noSuchField: "no such field"
        case .indexOutOfRange: "index out of range"
        case .divisionByZero: "division by zero"
        case .modulusByZero: "modulus by zero"
        case .overflow: "integer overflow"
        case .outOfRange: "value out of range"
        case .malformedText: "the text cannot be converted"
        case .notUTF8: "invalid UTF-8"
        case .duplicateKey: "a map has the same key twice"
        case .unsupportedKey: "unsupported key type: a key is a bool, an int, a uint or a string"
        case .badPattern: "invalid regular expression"
        case .badFormat: "invalid format"
        case .unknownZone: "unknown time zone"
        case .badArgument: "invalid argument"
        case .tooManySteps: "the evaluation took too many steps"
        case .tooMuchMemory: "the evaluation took too much memory"
        case .tooDeep: "the value is nested too deeply"
        }
    }
}
