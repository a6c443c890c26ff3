import Events
package import Storage

/// A CEL value. Trivially copyable: text, lists and maps are views into the event batch, a program's constants or the
/// evaluator's scratch memory, so a value is valid for as long as its owner is in place.
package enum Value: BitwiseCopyable, Sendable {
    /// The evaluation has no value.
    case error(Fault)
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    /// Valid UTF-8.
    case string(View<UInt8>)
    case bytes(View<UInt8>)
    /// `nanos` has the sign of `seconds`, and is less than a second.
    case duration(seconds: Int64, nanos: Int32)
    /// Since 1970-01-01T00:00:00Z; `nanos` is 0…999,999,999.
    case timestamp(seconds: Int64, nanos: Int32)
    case list(View<Value>)
    /// Key, value, key, value, …
    case map(View<Value>)
    /// The validated JSON text of an object or an array, decoded only where an operation looks inside.
    case json(View<UInt8>)
    /// An object of the host, whose fields the host is asked for.
    case record(Record)
    case type(TypeName)

    package static let `true` = Value.bool(true)
    package static let `false` = Value.bool(false)

    /// A span of time in microseconds.
    package static func duration(microseconds: Int64) -> Value {
        .duration(seconds: microseconds / 1_000_000, nanos: Int32(microseconds % 1_000_000) * 1000)
    }

    /// A moment in microseconds since 1970-01-01T00:00:00Z; an error outside the years 0001 to 9999, which are all that
    /// CEL's timestamps can be.
    package static func timestamp(microseconds: Int64) -> Value {
        let (seconds, rest) = Instant.floorDivided(microseconds, by: 1_000_000)
        guard TimeArithmetic.seconds.contains(seconds) else { return .error(.outOfRange) }
        return .timestamp(seconds: seconds, nanos: Int32(rest) * 1000)
    }

    /// The value's type, as `type()` answers; nil for an error.
    package var typeName: TypeName? {
        switch self {
        case .error: nil
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .duration: .duration
        case .timestamp: .timestamp
        case .list: .list
        case .map: .map
        case .json(let text): text.isEmpty || text[0] != UInt8(ascii: "[") ? .map : .list
        case .record: .record
        case .type: .type
        }
    }

    /// A number as a double; nil for anything else.
    package var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    /// Why there is no value, where this is an error.
    package var fault: Fault? {
        if case .error(let fault) = self { fault } else { nil }
    }

    /// Whether this is an error.
    package var isError: Bool {
        if case .error = self { true } else { false }
    }
}

/// An opaque object of the host: `kind` names its record type, `index` which one it is.
package struct Record: BitwiseCopyable, Hashable, Sendable {
    package let kind: UInt32
    package let index: UInt32

    package init(kind: UInt32, index: UInt32) {
        self.kind = kind
        self.index = index
    }
}

/// The types that a value can tell of itself.
package enum TypeName: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case null, bool, int, uint, double, string, bytes, duration, timestamp, list, map, record, type

    /// The type's name in expressions.
    package var text: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .duration: "google.protobuf.Duration"
        case .timestamp: "google.protobuf.Timestamp"
        case .list: "list"
        case .map: "map"
        case .record: "record"
        case .type: "type"
        }
    }

    /// The type of that name in expressions, if there is one.
    package init?(text: String) {
        guard let found = TypeName.allCases.first(where: { $0.text == text && $0 != .record }) else { return nil }
        self = found
    }
}
