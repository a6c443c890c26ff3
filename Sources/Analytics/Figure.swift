import Events
import Storage

/// A figure of the report, or several: what its JSON is written from.
package indirect enum Figure: Sendable {
    /// A ratio over nothing, a quantile of nothing.
    case none
    case flag(Bool)
    case count(Int)
    case number(Double)
    case text(String)
    case list([Figure])
    case table([(String, Figure)])

    package init(_ count: Int?) { self = count.map { .count($0) } ?? .none }
    package init(_ duration: Int64?) { self = duration.map { .count(Int($0)) } ?? .none }
    /// What is not finite is no figure.
    package init(_ number: Double?) {
        if let number, number.isFinite { self = .number(number) } else { self = .none }
    }
    package init(_ amount: Int128) { self = .number(Amount.number(amount)) }

    /// A part of a whole; no figure where the whole is nothing.
    package static func ratio(_ part: Int, of whole: Int) -> Figure {
        whole == 0 ? .none : .number(Double(part) / Double(whole))
    }

    /// What stands under a name of a table.
    package subscript(name: String) -> Figure? {
        guard case .table(let entries) = self else { return nil }
        return entries.first { $0.0 == name }?.1
    }

    /// The members of a list.
    package var members: [Figure] {
        if case .list(let members) = self { members } else { [] }
    }

    package var entries: [(String, Figure)] {
        if case .table(let entries) = self { entries } else { [] }
    }

    /// A plain value in words; empty for none.
    package var plain: String {
        switch self {
        case .none: ""
        case .flag(let flag): "\(flag)"
        case .count(let count): "\(count)"
        case .number(let number): "\(number)"
        case .text(let text): text
        case .list(let members): members.map(\.plain).joined(separator: " > ")
        case .table: ""
        }
    }

    /// Appends the figure as JSON; what is large is set out in lines.
    package func append(to bytes: inout [UInt8], depth: Int = 0) {
        switch self {
        case .none: bytes += "null".utf8
        case .flag(let flag): bytes += (flag ? "true" : "false").utf8
        case .count(let count): bytes.append(decimal: count)
        case .number(let number): bytes += "\(number)".utf8
        case .text(let text): bytes.append(jsonString: text)
        case .list(let members):
            Figure.append(
                members.map { (nil, $0) }, "[", "]", isLong: depth < 2 || Figure.hasParts(members), &bytes, depth)
        case .table(let entries):
            Figure.append(
                entries.map { ($0.0, $0.1) }, "{", "}", isLong: depth < 1 || Figure.hasParts(entries.map(\.1)), &bytes,
                depth)
        }
    }

    private static func hasParts(_ members: [Figure]) -> Bool {
        members.contains { member in
            switch member {
            case .list, .table: true
            default: false
            }
        }
    }

    private static func append(
        _ members: [(String?, Figure)], _ opening: String, _ closing: String, isLong: Bool, _ bytes: inout [UInt8],
        _ depth: Int
    ) {
        bytes += opening.utf8
        for (index, (name, member)) in members.enumerated() {
            if index > 0 { bytes += (isLong ? "," : ", ").utf8 }
            if isLong {
                bytes.append(UInt8(ascii: "\n"))
                bytes += [UInt8](repeating: UInt8(ascii: " "), count: depth + 1)
            }
            if let name {
                bytes.append(jsonString: name)
                bytes += ": ".utf8
            }
            member.append(to: &bytes, depth: depth + 1)
        }
        if isLong, !members.isEmpty {
            bytes.append(UInt8(ascii: "\n"))
            bytes += [UInt8](repeating: UInt8(ascii: " "), count: depth)
        }
        bytes += closing.utf8
    }
}
