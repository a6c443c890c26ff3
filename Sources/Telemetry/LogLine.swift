/// How serious a log line is.
package enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// For who looks for a fault.
    case debug
    /// What an operator wants to have seen afterwards: start, ready, reload, stop.
    case info
    /// What goes on all the same but should be looked at.
    case warn
    /// What no longer works.
    case error

    /// Whether a level matters less than another.
    package static func < (one: LogLevel, other: LogLevel) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warn: 2
        case .error: 3
        }
    }
}

/// How log lines are written. Either way each is one line, whatever its fields hold.
package enum LogFormat: String, CaseIterable, Sendable {
    /// `time=… level=info msg="…" key=value`
    case logfmt
    /// One JSON object.
    case json
}

/// The value of a field of a log line.
package enum LogValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral
{
    case text(String)
    case whole(Int64)
    case number(Double)
    case truth(Bool)

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .whole(value) }
    package init(booleanLiteral value: Bool) { self = .truth(value) }
    package init(_ value: some BinaryInteger) { self = .whole(Int64(clamping: value)) }
    package init(_ value: some StringProtocol) { self = .text(String(value)) }
}

/// A log line as data, which knows how it is written.
package struct LogLine: Sendable, Equatable {
    /// The most bytes of a text in a line; what is longer is cut, with an ellipsis.
    static let textBytesMost = 2048

    /// Microseconds since 1970-01-01T00:00:00Z.
    package let time: Int64
    package let level: LogLevel
    /// Under which code the message is documented: `JD` and four digits; nil where it has none.
    package let code: String?
    package let message: String
    package let fields: [(name: String, value: LogValue)]

    /// Whether two lines say the same.
    package static func == (one: LogLine, other: LogLine) -> Bool {
        one.text(.json) { "\($0)" } == other.text(.json) { "\($0)" }
    }

    /// The line with its end.
    /// - Parameter stamp: how a time in microseconds since 1970 is written.
    func text(_ format: LogFormat, stamp: (Int64) -> String) -> String {
        switch format {
        case .logfmt:
            var text = "time=\(stamp(time)) level=\(level.rawValue)"
            if let code { text += " code=\(code)" }
            text += " msg=\(LogLine.bare(message))"
            for (name, value) in fields { text += " \(LogLine.key(name))=\(LogLine.bare(value))" }
            return text + "\n"
        case .json:
            var text = #"{"time":"\#(stamp(time))","level":"\#(level.rawValue)""#
            if let code { text += #","code":"\#(code)""# }
            text += #","msg":\#(LogLine.quoted(message))"#
            for (name, value) in fields { text += ",\(LogLine.quoted(name)):\(LogLine.json(value))" }
            return text + "}\n"
        }
    }

    private static func json(_ value: LogValue) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .whole(let whole): "\(whole)"
        case .number(let number): number.isFinite ? "\(number)" : "null"
        case .truth(let truth): "\(truth)"
        }
    }

    private static func bare(_ value: LogValue) -> String {
        switch value {
        case .text(let text): bare(text)
        case .whole(let whole): "\(whole)"
        case .number(let number): "\(number)"
        case .truth(let truth): "\(truth)"
        }
    }

    /// A text as logfmt has it: in quotes only where it must be.
    private static func bare(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.utf8.count <= textBytesMost
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0 != "=" && $0 != "\"" && $0 != "\\" && !isControl($0)
            }
        return isPlain ? text : quoted(text)
    }

    /// A field's name without anything that would end it early.
    private static func key(_ name: String) -> String {
        let kept = name.unicodeScalars.map { $0.value > 0x20 && $0 != "=" && $0 != "\"" && !isControl($0) ? $0 : "_" }
        return kept.isEmpty ? "_" : String(String.UnicodeScalarView(kept))
    }

    /// Characters that would move a terminal's cursor or break a line somewhere: C0, DEL, C1, and Unicode's line ends.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    /// A text in quotes with JSON's escapes, which logfmt's readers know as well.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if quoted.utf8.count > textBytesMost {
                quoted += "…"
                break
            }
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where isControl(scalar):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
