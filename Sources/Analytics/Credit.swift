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

    /// 2^(−2^−i) for i from 1 on.
    private static let roots: [Double] = {
        var roots: [Double] = []
        var root = 0.5
        for _ in 0..<52 {
            root = root.squareRoot()
            roots.append(root)
        }
        return roots
    }()

    /// 2^(−age / half-life), as a whole number of 2⁻⁴⁴.
    ///
    /// The fraction of the exponent is taken bit by bit, each a factor that is a repeated square root of a half: only
    /// operations that every machine rounds alike.
    static func weight(age: Int64) -> UInt64 {
        let whole = age / halfLife
        if whole > 60 { return 0 }
        var rest = UInt64(age % halfLife)
        var weight = 1.0
        for root in roots {
            rest <<= 1
            if rest >= UInt64(halfLife) {
                rest -= UInt64(halfLife)
                weight *= root
            }
            if rest == 0 { break }
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

    /// Parts `value`, in units of amounts, in proportion to the weights, of which at least one is above 0: each gets the whole part of its due,
    /// and those with the largest remainders, the earlier first, one unit more, until nothing is left.
    static func part(_ value: Int128, by weights: [UInt64], _ credit: (_ index: Int, _ part: Int128) -> Void) {
        let total = weights.reduce(into: UInt128(0)) { $0 += UInt128($1) }
        let magnitude = value.magnitude
        var left = magnitude << 32
        var parts: [UInt128] = []
        var remainders: [(remainder: UInt128, index: Int)] = []
        for (index, weight) in weights.enumerated() {
            // Weights have 44 bits and their sum 50, amounts 72: each step fits.
            let (units, rest) = (magnitude * UInt128(weight)).quotientAndRemainder(dividingBy: total)
            let (fraction, remainder) = (rest << 32).quotientAndRemainder(dividingBy: total)
            let part = units << 32 + fraction
            parts.append(part)
            left -= part
            remainders.append((remainder, index))
        }
        if left > 0 {
            remainders.sort { $0.remainder == $1.remainder ? $0.index < $1.index : $0.remainder > $1.remainder }
            for place in 0..<Int(left) { parts[remainders[place].index] += 1 }
        }
        for (index, part) in parts.enumerated() { credit(index, value < 0 ? -Int128(part) : Int128(part)) }
    }

    /// The weights by position: 40 % each for the first and the last, 20 % for those between.
    static func positions(_ count: Int) -> [UInt64] {
        switch count {
        case 1: return [1]
        case 2: return [1, 1]
        default:
            let end = UInt64(2 * (count - 2))
            return [end] + [UInt64](repeating: 1, count: count - 2) + [end]
        }
    }
}
