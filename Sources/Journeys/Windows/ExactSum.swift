/// The exact sum of many doubles, kept as a few doubles that do not overlap and whose sum it is.
///
/// Adding a number and taking it away again leaves nothing behind, so a sliding sum does not drift, and the order of
/// additions does not matter: the result is the sum correctly rounded.
/// Source: J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates" (1997),
/// grow-expansion; the rounding of the last step as in the usual `fsum`.
/// Limits: `capacity` parts, over 300 bits; numbers that need more, such as 1e300 beside 1e-300, lose their last bits.
struct ExactSum {
    static let capacity = 6

    /// The parts, least first; those behind `count` are unused.
    var parts = InlineArray<6, Double>(repeating: 0)
    var count = 0

    mutating func add(_ number: Double) {
        var rest = number
        var kept = 0
        for index in 0..<count {
            var part = parts[index]
            if rest.magnitude < part.magnitude { swap(&rest, &part) }
            let high = rest + part
            let low = part - (high - rest)
            if low != 0 {
                parts[kept] = low
                kept += 1
            }
            rest = high
        }
        if rest == 0 {
            count = kept
            return
        }
        if kept == ExactSum.capacity {
            for index in 1..<kept { parts[index - 1] = parts[index] }
            kept -= 1
        }
        parts[kept] = rest
        count = kept + 1
    }

    /// The sum, rounded once.
    var value: Double {
        guard count > 0 else { return 0 }
        var index = count - 1
        var high = parts[index]
        var low = 0.0
        while index > 0 {
            index -= 1
            let before = high
            let part = parts[index]
            high = before + part
            low = part - (high - before)
            if low != 0 { break }
        }
        // Exactly half way: what is left below decides the direction.
        if index > 0, (low < 0) == (parts[index - 1] < 0), low != 0 {
            let doubled = low * 2
            let rounded = high + doubled
            if doubled == rounded - high { high = rounded }
        }
        return high
    }
}
