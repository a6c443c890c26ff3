package import Configuration
import Events
import Storage

/// A JSON value, for comparing what lines say with what was expected.
package indirect enum Part: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([Part])
    /// In the order written.
    case object([(key: String, value: Part)])

    package init(_ node: Node) {
        switch node.value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .string(let text): self = .text(text)
        case .list(let elements): self = .list(elements.map { Part($0) })
        case .object(let entries): self = .object(entries.map { (key: $0.key, value: Part($0.value)) })
        }
    }

    /// What a line says; null for text that is no JSON.
    package init(json: some Collection<UInt8>) {
        self = JSON5Parser.parse(Array(json), file: "", diagnostics: Diagnostics()).map { Part($0) } ?? .null
    }

    /// The value under a key of an object.
    package subscript(key: String) -> Part? {
        guard case .object(let entries) = self else { return nil }
        return entries.first { $0.key.isSame(as: key) }?.value
    }

    package var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var entries: [(key: String, value: Part)] {
        guard case .object(let entries) = self else { return [] }
        return entries
    }

    private var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    /// Whether everything that this part says is said by `other` too: objects may say more, lists must be as long, and
    /// numbers may differ by one in a thousand million, for what arithmetic does to them.
    package func isPart(of other: Part) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.text(let left), .text(let right)): return left.isSame(as: right)
        case (.integer(let left), .integer(let right)): return left == right
        case (.list(let left), .list(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.isPart(of: $1) }
        case (.object(let left), .object):
            return left.allSatisfy { entry in other[entry.key].map { entry.value.isPart(of: $0) } ?? false }
        default:
            guard let left = double, let right = other.double else { return false }
            return left == right || abs(left - right) <= max(abs(left), abs(right)) * 1e-9
        }
    }

    /// The value as JSON on one line.
    package var json: String {
        switch self {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return "\(number)"
        case .number(let number): return number.isFinite ? number.description : "null"
        case .text(let text):
            var bytes: [UInt8] = []
            bytes.append(jsonString: text)
            return String(decoding: bytes, as: UTF8.self)
        case .list(let elements): return "[" + elements.map(\.json).joined(separator: ",") + "]"
        case .object(let entries):
            return "{" + entries.map { Part.text($0.key).json + ":" + $0.value.json }.joined(separator: ",") + "}"
        }
    }
}
