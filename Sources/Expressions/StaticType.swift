/// What the compiler knows of an expression's type. `dyn` is known only when it is evaluated.
package indirect enum StaticType: Equatable, Sendable {
    case dyn, null, bool, int, uint, double, string, bytes, duration, timestamp, type
    case list(StaticType)
    case map(StaticType, StaticType)
    case record(kind: UInt32)

    /// The type's name for messages.
    package var text: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .duration: "duration"
        case .timestamp: "timestamp"
        case .type: "type"
        case .list(.dyn): "list"
        case .list(let element): "list(\(element.text))"
        case .map(.dyn, .dyn): "map"
        case .map(let key, let value): "map(\(key.text), \(value.text))"
        case .record: "record"
        }
    }

    /// Whether a value is a record, or a list of records, which have no JSON.
    package var isOfRecords: Bool {
        switch self {
        case .record: true
        case .list(let element): element.isOfRecords
        case .map(_, let value): value.isOfRecords
        default: false
        }
    }

    var isNumber: Bool { self == .int || self == .uint || self == .double }

    /// Whether a value of this type may be what `other` asks for, as far as is known before evaluation.
    func mayBe(_ other: StaticType) -> Bool {
        switch (self, other) {
        case (.dyn, _), (_, .dyn): true
        case (.list(let own), .list(let asked)): own.mayBe(asked)
        case (.map(let key, let value), .map(let askedKey, let askedValue)):
            key.mayBe(askedKey) && value.mayBe(askedValue)
        default: self == other
        }
    }

    /// The type that covers both: the same one, or `dyn`.
    func joined(with other: StaticType) -> StaticType { self == other ? self : .dyn }
}
