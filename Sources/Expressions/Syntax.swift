/// An expression as it was written, macros already recognised.
struct Syntax {
    let form: Construct
    /// Where in the source: for operators the operator itself, for selections and calls the name.
    let offset: Int
    /// How many levels the tree has from here down; bounded by the parser, so that walks of it may recurse.
    let depth: Int

    init(_ form: Construct, at offset: Int, over parts: [Syntax] = []) {
        self.form = form
        self.offset = offset
        depth = (parts.map(\.depth).max() ?? 0) + 1
    }

    indirect enum Construct {
        case null
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case double(Double)
        case string([UInt8])
        case bytes([UInt8])
        /// A name; `isAbsolute` with a leading dot.
        case name(String, isAbsolute: Bool)
        case select(Syntax, String)
        /// `has(operand.field)`.
        case has(Syntax, String)
        case index(Syntax, Syntax)
        case call(String, [Syntax])
        case member(Syntax, String, [Syntax])
        case list([Syntax])
        case map([(key: Syntax, value: Syntax)])
        case not(Syntax)
        case negate(Syntax)
        case binary(BinaryOperator, Syntax, Syntax)
        case and([Syntax])
        case or([Syntax])
        case conditional(Syntax, Syntax, Syntax)
        case comprehension(Comprehension)
        case bind(String, Syntax, body: Syntax)
    }
}

/// A macro that runs over a list or a map.
struct Comprehension {
    let kind: Kind
    let range: Syntax
    /// One name: the element, or the key. Two: index and element, or key and value.
    let names: [String]
    let filter: Syntax?
    let body: Syntax

    enum Kind: UInt8 { case all, exists, existsOne, map, filter, transformMap, transformMapEntry }
}

enum BinaryOperator: UInt8, BitwiseCopyable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, isIn, add, subtract, multiply, divide, modulo

    var text: String {
        switch self {
        case .equal: "=="
        case .notEqual: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .isIn: "in"
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .modulo: "%"
        }
    }

    var isComparison: Bool { rawValue <= BinaryOperator.greaterOrEqual.rawValue }

    /// The comparison with its sides exchanged.
    var mirrored: BinaryOperator {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: self
        }
    }
}
