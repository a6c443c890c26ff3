/// The exact sum of many doubles, kept as a few doubles that do not overlap and whose sum it is.
///
/// Adding a number and taking it away again leaves nothing behind, so a sliding sum does not drift, and the order of
/// additions does not matter: the result is the sum correctly rounded.
/// Source: J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates" (1997),
/// grow-expansion; the rounding of the last step as in the usual `fsum`.
/// Limits: `capacity` parts, over 300 bits; numbers that need more, such as 1e300 beside 1e-300, lose their last bits.
package struct ExactSum: Sendable {
    static let capacity = 6

    /// The parts, least first; those behind `count` are unused.
    var parts = InlineArray<6, Double>(repeating: 0)
    var count = 0

    package init() {}

    /// Adds a finite number, without rounding.
    package mutating func add(_ number: Double) {
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

    /// Adds a product, exactly: rounded, and what the rounding left out, which a fused multiplication tells.
    /// Source: T. Ogita, S. M. Rump, S. Oishi, "Accurate Sum and Dot Product" (2005), TwoProductFMA.
    mutating func addProduct(_ one: Double, _ other: Double) {
        let product = one * other
        add((-product).addingProduct(one, other))
        add(product)
    }

    /// Numbers from here on have no square that can be summed up.
    static let squareLimit = 0x1p480

    /// The standard deviation of a sample, √((n Σx² − (Σx)²) / (n (n − 1))): a form that is of no use where sums are
    /// rounded (T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for Computing the Sample Variance", 1983), but
    /// right where they are exact, and the only one from which a number can be taken away again without a trace.
    /// - Parameter count: how many numbers, at least 2.
    static func deviation(of count: Int, sum: ExactSum, squares: ExactSum) -> Double {
        let n = Double(count)
        var total = ExactSum()
        for index in 0..<squares.count { total.addProduct(n, squares.parts[index]) }
        for one in 0..<sum.count {
            total.addProduct(-sum.parts[one], sum.parts[one])
            for other in 0..<one { total.addProduct(-2 * sum.parts[one], sum.parts[other]) }
        }
        return (max(total.value, 0) / (n * (n - 1))).squareRoot()
    }

    /// The sum, rounded once.
    package var value: Double {
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

extension ExactSum {
    /// The parts, to be kept.
    package var words: [UInt64] { (0..<count).map { parts[$0].bitPattern } }

    /// A sum of parts that were kept; nil where there are more than a sum has.
    package init?(words: [UInt64]) {
        guard words.count <= ExactSum.capacity else { return nil }
        for (index, word) in words.enumerated() { parts[index] = Double(bitPattern: word) }
        count = words.count
    }
}
