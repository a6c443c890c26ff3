/// Spans of time for people: `1d2h`, `30m`, `0s`.
enum Span {
    /// The span in the configuration's own notation, largest unit first.
    static func text(_ microseconds: Int64) -> String {
        if microseconds == 0 { return "0s" }
        var rest = microseconds.magnitude
        var text = microseconds < 0 ? "-" : ""
        let units: [(String, UInt64)] = [
            ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000),
        ]
        for (unit, length) in units where rest >= length {
            text += "\(rest / length)\(unit)"
            rest %= length
        }
        // No unit is finer than a millisecond, but times are.
        if rest > 0 { text += "0." + String(String(1000 + rest).dropFirst()) + "ms" }
        return text
    }
}
