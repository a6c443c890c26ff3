import Events
import Storage

/// A JSON value that is to be written, its members in their order.
package indirect enum JSONTree: Sendable {
    case null
    case flag(Bool)
    case whole(Int64)
    /// Finite.
    case number(Double)
    case text(String)
    case list([JSONTree])
    case object([(key: String, value: JSONTree)])

    /// The value in one line.
    package var line: String {
        var bytes: [UInt8] = []
        append(to: &bytes, indent: nil)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value over several lines, two blanks a level, with a line end behind it.
    package var page: String {
        var bytes: [UInt8] = []
        append(to: &bytes, indent: 0)
        return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    private func append(to bytes: inout [UInt8], indent: Int?) {
        switch self {
        case .null: bytes += "null".utf8
        case .flag(let flag): bytes += (flag ? "true" : "false").utf8
        case .whole(let number): bytes += "\(number)".utf8
        case .number(let number): bytes += "\(number)".utf8
        case .text(let text): bytes.append(jsonString: text)
        case .list(let elements):
            Self.append(elements.count, between: "[]", to: &bytes, indent: indent) { index, bytes, indent in
                elements[index].append(to: &bytes, indent: indent)
            }
        case .object(let members):
            Self.append(members.count, between: "{}", to: &bytes, indent: indent) { index, bytes, indent in
                bytes.append(jsonString: members[index].key)
                bytes += (indent == nil ? ":" : ": ").utf8
                members[index].value.append(to: &bytes, indent: indent)
            }
        }
    }

    private static func append(
        _ count: Int, between brackets: StaticString, to bytes: inout [UInt8], indent: Int?,
        _ element: (Int, inout [UInt8], Int?) -> Void
    ) {
        let brackets = Array("\(brackets)".utf8)
        bytes.append(brackets[0])
        let inner = indent.map { $0 + 1 }
        for index in 0..<count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(&bytes, inner)
            element(index, &bytes, inner)
        }
        if count > 0 { breakLine(&bytes, indent) }
        bytes.append(brackets[1])
    }

    private static func breakLine(_ bytes: inout [UInt8], _ indent: Int?) {
        guard let indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes += Array(repeating: UInt8(ascii: " "), count: 2 * indent)
    }
}

extension Node {
    /// The value as JSON, which has no word for a number that is not finite: it becomes null.
    package var tree: JSONTree {
        switch value {
        case .null: .null
        case .bool(let flag): .flag(flag)
        case .integer(let number): .whole(number)
        case .number(let number): number.isFinite ? .number(number) : .null
        case .string(let text): .text(text)
        case .list(let elements): .list(elements.map(\.tree))
        case .object(let entries): .object(entries.map { ($0.key, $0.value.tree) })
        }
    }
}
