package import Telemetry

/// What a load came to.
package struct LoadReport: Sendable {
    /// Events a second that were asked for.
    package var rate: Double
    /// How many events were to be sent, and how many were.
    package var planned: Int
    package var sent: Int
    /// From the first event's due time until the last was handed to the system, in seconds.
    package var seconds: Double
    /// How far behind its due time an event was handed to the system, at most, in microseconds. Where this is much, the
    /// engine took events too slowly, or the generator had no processor.
    package var lagMost: Int64
    /// From when the deciding event was due to when its decision had been read, in microseconds.
    package var latencies: HistogramCounts
    /// Decisions that only time brought about, after the last event: they have no deciding event and no latency.
    package var afterEnd: Int
    /// Lines of any type that came back, and those among them that could not be understood.
    package var lines: Int
    package var faults: Int
    /// Decisions that ought to have come and did not, of how many; nil where that was not checked.
    package var missing: (count: Int, expected: Int)?
    /// Where requests were sent: whether each asked for a decision, how many were answered, and how many were refused.
    package var requests: (areTimed: Bool, answered: Int, refused: Int)?

    /// The shares of decisions, in percent, for which latencies are told.
    package static let percentiles = [50, 90, 99, 99.9]
    /// Those of the curve.
    package static let curve: [Double] = [
        0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92, 94, 95, 96, 97, 98, 99, 99.3, 99.5, 99.7, 99.8, 99.9, 99.95,
        99.97, 99.99, 99.995, 99.999, 100,
    ]

    /// Whether everything that was planned was sent.
    package var isComplete: Bool { sent == planned }

    /// For people, a line each.
    /// - Parameter say: what says a text in their language.
    package func text(_ say: (String) -> String) -> String {
        var rows = [
            ("events a second, asked", LoadReport.decimal(rate, places: 0)),
            ("events a second, sent", LoadReport.decimal(seconds > 0 ? Double(sent) / seconds : 0, places: 0)),
            ("events sent", sent == planned ? "\(sent)" : "\(sent) of \(planned)"),
            ("latest sending", LoadReport.milliseconds(lagMost)),
        ]
        if let requests {
            rows.append(("requests answered", "\(requests.answered)"))
            if requests.refused > 0 { rows.append(("requests refused", "\(requests.refused)")) }
        }
        if requests?.areTimed != true { rows.append(("decisions", "\(latencies.count)")) }
        if latencies.count > 0 {
            for percent in LoadReport.percentiles {
                rows.append(("latency p\(LoadReport.short(percent))", LoadReport.milliseconds(latency(percent))))
            }
            rows.append(("latency max", LoadReport.milliseconds(latency(100))))
        }
        if afterEnd > 0 { rows.append(("decisions after the last event", "\(afterEnd)")) }
        if faults > 0 { rows.append(("lines not understood", "\(faults)")) }
        if let missing { rows.append(("decisions missing", "\(missing.count) of \(missing.expected)")) }
        rows = rows.map { (say($0.0), say($0.1)) }
        let width = rows.reduce(0) { max($0, $1.0.count) } + 2
        return rows.map { $0.0 + String(repeating: " ", count: width - $0.0.count) + $0.1 + "\n" }.joined()
    }

    /// One JSON object on one line, for programs. Latencies are in milliseconds.
    package var json: String {
        var parts = [
            "\"rate\":\(LoadReport.decimal(rate, places: 3))", "\"planned\":\(planned)", "\"sent\":\(sent)",
            "\"seconds\":\(LoadReport.decimal(seconds, places: 3))",
            "\"lag_ms_max\":\(LoadReport.decimal(Double(lagMost) / 1000, places: 3))",
            "\"decisions\":\(latencies.count)", "\"after_end\":\(afterEnd)", "\"lines\":\(lines)",
            "\"faults\":\(faults)",
        ]
        if let requests { parts.append("\"answered\":\(requests.answered),\"refused\":\(requests.refused)") }
        if let missing { parts.append("\"missing\":\(missing.count),\"expected\":\(missing.expected)") }
        if latencies.count > 0 {
            let points = LoadReport.curve.map { percent in
                "[\(LoadReport.short(percent)),\(LoadReport.decimal(Double(latency(percent)) / 1000, places: 3))]"
            }
            parts.append("\"latency_ms\":[\(points.joined(separator: ","))]")
        }
        return "{\(parts.joined(separator: ","))}\n"
    }

    /// The latency within which that share of the decisions came, in microseconds.
    private func latency(_ percent: Double) -> Int64 {
        Int64(percent >= 100 ? latencies.maximum : latencies.quantile(percent / 100))
    }

    private static func milliseconds(_ microseconds: Int64) -> String {
        decimal(Double(microseconds) / 1000, places: 3) + " ms"
    }

    private static func short(_ percent: Double) -> String {
        percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
    }

    /// A number of at least zero with so many places behind the point.
    static func decimal(_ number: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = UInt64((number * scale).rounded())
        if places == 0 { return "\(scaled)" }
        let whole = scaled / UInt64(scale)
        let fraction = String(UInt64(scale) + scaled % UInt64(scale)).dropFirst()
        return "\(whole).\(fraction)"
    }
}
