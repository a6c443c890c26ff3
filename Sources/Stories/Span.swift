/// Spans of time for people: `1d2h`, `30m`, `6.257s`, `250ms`, `0s`.
package enum Span {
    /// The span in the configuration's own notation, largest unit first.
    package static func text(_ microseconds: Int64) -> String {
        if microseconds == 0 { return "0s" }
        var rest = microseconds.magnitude
        var text = microseconds < 0 ? "-" : ""
        let units: [(String, UInt64)] = [("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000)]
        for (unit, length) in units where rest >= length {
            text += "\(rest / length)\(unit)"
            rest %= length
        }
        if rest == 0 { return text }
        // Below a second there is a smaller unit, but none is finer than a millisecond.
        return rest < 1_000_000 ? text + decimal(rest, of: 1000) + "ms" : text + decimal(rest, of: 1_000_000) + "s"
    }

    /// A number of thousandths or millionths as a decimal, without zeros at its end.
    private static func decimal(_ number: UInt64, of unit: UInt64) -> String {
        if number % unit == 0 { return "\(number / unit)" }
        var fraction = String(String(unit + number % unit).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(number / unit).\(fraction)"
    }
}
