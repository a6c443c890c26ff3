package import Expressions
import Storage

/// The names that an output's condition may read: the line as `line`, and each of its keys by itself.
package struct LineNames: Declarations {
    /// All keys that lines have, whatever their type.
    package static let keys = [
        "type", "id", "moment", "moment_id", "kind", "customer_id", "by", "time", "start", "end", "reached", "steps",
        "output", "action", "reason", "channel", "deliver_at", "expires_at", "priority", "propensity", "context",
        "value",
        "lever", "group", "payload", "explanation", "segment", "change", "score", "threshold", "direction",
    ]

    /// The number of `line` itself; those of the keys follow.
    static let whole = keys.count

    package init() {}

    /// See `Declarations`. Any key may be named, also one that a type of line does not have.
    package mutating func variable(path: [String]) -> (variable: Variable, consumed: Int)? {
        if path[0] == "line" { return (Variable(id: LineNames.whole, type: .map(.string, .dyn)), 1) }
        return LineNames.keys.firstIndex(of: path[0]).map { (Variable(id: $0, type: .dyn), 1) }
    }
}

/// What one line answers to an output's condition.
struct LineSight: Names {
    private let line: View<UInt8>
    /// The values of the keys that the condition reads, by the keys' numbers.
    private var values: [Int: Value] = [:]

    /// - Parameter reads: the numbers of the names that are asked for.
    init(_ line: View<UInt8>, reads: [Int], scratch: inout Scratch) {
        self.line = line
        guard reads.contains(where: { $0 != LineNames.whole }) else { return }
        let fields = LineFields(line)
        for number in reads where number != LineNames.whole {
            if let value = fields[LineNames.keys[number]] { values[number] = Value(json: value, scratch: &scratch) }
        }
    }

    func value(of variable: Int) -> Value {
        variable == LineNames.whole ? .json(line) : values[variable] ?? .error(.noSuchKey)
    }
}
