/// How a conversion's value is parted among the touches before it: in whole units, by largest remainder, so that the parts
/// add up to the value exactly, whatever their order.
///
/// The units are 2⁻⁶⁴, finer than those of amounts: what is left over always goes to the earlier of equal touches, and of
/// many conversions that would add up to something that shows.
enum Credit {
    static let models = ["first", "last", "last_not_direct", "linear", "position", "decay"]
    /// After this many microseconds a touch counts half.
    static let halfLife: Int64 = 7 * 86_400_000_000
    /// Weights are parts of 2⁴⁴.
    private static let scale: Double = 17_592_186_044_416

    /// How many bits of an exponent's fraction are looked up at a time, and how often: together 2⁻⁴⁸ of a half-life.
    private static let digitBits = 6
    private static let digits = 8

    /// 2^(−n · 2^(−6 (i + 1))) at place 64 i + n: what each digit of the fraction multiplies the weight by.
    private static let factors: [Double] = {
        var factors: [Double] = []
        var root = 0.5
        for _ in 0..<digits {
            var ofBits: [Double] = []
            for _ in 0..<digitBits {
                root = root.squareRoot()
                ofBits.append(root)
            }
            for number in 0..<(1 << digitBits) {
                var factor = 1.0
                for (bit, root) in ofBits.enumerated() where number >> (digitBits - 1 - bit) & 1 == 1 { factor *= root }
                factors.append(factor)
            }
        }
        return factors
    }()

    /// 2^(−age / half-life), as a whole number of 2⁻⁴⁴.
    ///
    /// The fraction of the exponent is taken a few bits at a time, each a product of repeated square roots of a half: only
    /// operations that every machine rounds alike.
    static func weight(age: Int64) -> UInt64 {
        let whole = age / halfLife
        if whole > 60 { return 0 }
        var rest = UInt64(age % halfLife)
        if rest == 0 { return UInt64((scale / Double(UInt64(1) << UInt64(whole))).rounded()) }
        // A half-life has 40 bits, so that 24 of the fraction are found at a time.
        var fraction: UInt64 = 0
        for _ in 0..<2 {
            rest <<= 24
            fraction = fraction << 24 | rest / UInt64(halfLife)
            rest %= UInt64(halfLife)
        }
        var weight = 1.0
        for digit in 0..<digits {
            let number = fraction >> UInt64((digits - 1 - digit) * digitBits) & (1 << UInt64(digitBits) - 1)
            weight *= factors[digit << digitBits | Int(number)]
        }
        return UInt64((weight * scale / Double(UInt64(1) << UInt64(whole))).rounded())
    }

    /// A value in these units.
    static func whole(_ value: Int128) -> Int128 { value << 32 }

    static func number(_ credit: Int128) -> Double { Double(credit) / 18_446_744_073_709_551_616 }

    /// Adds up; where no number is left for the sum it stays at the most that there is.
    static func add(_ part: Int128, to sum: inout Int128) {
        let (total, overflow) = sum.addingReportingOverflow(part)
        sum = overflow ? (part < 0 ? .min : .max) : total
    }

    /// The weights of the touches before a conversion.
    typealias Weights = InlineArray<64, UInt64>

    /// Parts `value`, in units of amounts, in proportion to the first weights, of which at least
    /// one is above 0: each gets the whole part of its due, and those with the largest remainders,
    /// the earlier first, one unit more, until nothing is left.
    static func part(
        _ value: Int128, by weights: borrowing Weights, count: Int, _ credit: (_ index: Int, _ part: Int128) -> Void
    ) {
        var total: UInt64 = 0
        for index in 0..<count { total += weights[index] }
        let magnitude = value.magnitude
        var left = magnitude << 32
        var parts = InlineArray<64, UInt128>(repeating: 0)
        var remainders = InlineArray<64, UInt64>(repeating: 0)
        for index in 0..<count {
            // Of equal weights the parts are equal.
            if index > 0, weights[index] == weights[index - 1] {
                parts[index] = parts[index - 1]
                remainders[index] = remainders[index - 1]
            } else {
                (parts[index], remainders[index]) = share(magnitude, weights[index], total)
            }
            left -= parts[index]
        }
        if left > 0 {
            var order = InlineArray<64, UInt8>(repeating: 0)
            for index in 0..<count {
                var place = index
                while place > 0, remainders[Int(order[place - 1])] < remainders[index] {
                    order[place] = order[place - 1]
                    place -= 1
                }
                order[place] = UInt8(index)
            }
            for place in 0..<Int(left) { parts[Int(order[place])] += 1 }
        }
        for index in 0..<count { credit(index, value < 0 ? -Int128(parts[index]) : Int128(parts[index])) }
    }

    /// The whole part of `magnitude` · 2³² · `weight` / `total`, and what remains.
    private static func share(_ magnitude: UInt128, _ weight: UInt64, _ total: UInt64) -> (UInt128, UInt64) {
        // Weights have 44 bits and their sum 50, amounts 72: each step fits.
        let due = magnitude * UInt128(weight)
        let units = due / UInt128(total)
        let rest = UInt64(truncatingIfNeeded: due - units * UInt128(total))
        let wide = UInt128(rest) << 32
        let fraction = wide / UInt128(total)
        return (units << 32 + fraction, UInt64(truncatingIfNeeded: wide - fraction * UInt128(total)))
    }

    /// Sets the weights by position: 40 % each for the first and the last, 20 % for those between.
    static func setPositions(_ weights: inout Weights, count: Int) {
        for index in 0..<count { weights[index] = 1 }
        if count < 3 { return }
        weights[0] = UInt64(2 * (count - 2))
        weights[count - 1] = weights[0]
    }
}
