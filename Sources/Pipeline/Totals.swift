package import Events
package import Languages

/// What a run has come to so far.
package struct Totals: Sendable {
    package var lines: UInt64 = 0
    package var events: UInt64 = 0
    package var late: UInt64 = 0
    /// How many events `input.drop` left out.
    package var dropped: UInt64 = 0
    package var rejected: [RejectReason: UInt64] = [:]
    /// Further totals by name: customers, moments, decisions.
    package var named: [String: UInt64] = [:]
    /// The names of how many customers are remembered, and of how many came: together they are one line for people.
    static let customers = "customers"
    static let customersCame = "customers that came"
    package var seconds: Double = 0
    /// What the run's diagnosis looks at; nil where nobody asks.
    package var figures: RunFigures?
    /// Lines made, of whatever type, and moments that came.
    package var linesOut: UInt64 = 0
    package var moments: UInt64 = 0
    /// The expression that could be evaluated least often, and how often not.
    package var failing: (path: String, count: UInt64)?

    /// Nothing yet.
    package init() {}

    package var rejectedCount: UInt64 { rejected.values.reduce(0, +) }

    /// Whether more than one event in a hundred was late.
    package var isMuchLate: Bool { late > 0 && late * 100 > events }

    /// How many deadlines were set beyond the last instant that there is.
    package var neverDue: UInt64 { named[EngineCounts.neverDueName] ?? 0 }

    /// `12 malformed_json, 3 late`, in the order in which the reasons are documented.
    package var reasons: String {
        RejectReason.allCases.compactMap { reason in rejected[reason].map { "\($0) \(reason.rawValue)" } }
            .joined(separator: ", ")
    }

    /// The totals by what they are called, in the order of the summary.
    package var rows: [(name: String, value: String)] {
        var rows = [(name: "lines", value: "\(lines)"), ("events", "\(events)"), ("rejected", "\(rejectedCount)")]
        for reason in RejectReason.allCases {
            if let count = rejected[reason] { rows.append(("rejected " + reason.rawValue, "\(count)")) }
        }
        if dropped > 0 { rows.append(("dropped", "\(dropped)")) }
        rows.append(("late", "\(late)"))
        for name in named.keys.sorted() where name != Totals.customersCame && name != Totals.customers {
            rows.append((name, "\(named[name, default: 0])"))
        }
        if let came = named[Totals.customersCame] {
            let kept = named[Totals.customers, default: 0]
            // Who was forgotten and comes again is counted again, since nobody knows.
            let again = came > kept ? " (again, where forgotten meanwhile)" : ""
            rows.append((Totals.customers, "\(kept) remembered, \(came) came\(again)"))
        }
        let milliseconds = UInt64(seconds * 1000)
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        rows.append(("seconds", "\(milliseconds / 1000).\(fraction)"))
        rows.append(("events a second", seconds > 0 ? "\(UInt64(Double(events) / seconds))" : "0"))
        return rows
    }

    /// The totals for people: one a line, ending in a line's end.
    package func summary(in speech: Speech) -> String {
        let rows = rows.map { (name: speech($0.name), value: speech($0.value)) }
        let width = rows.reduce(0) { max($0, $1.name.count) } + 2
        return rows.map { $0.name + String(repeating: " ", count: width - $0.name.count) + $0.value + "\n" }.joined()
    }
}
