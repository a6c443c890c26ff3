/// The only source of chance: SplitMix64 (Steele, Lea and Flood, 2014) and what is drawn from it.
///
/// Everything here is integer arithmetic or `+ - * /` on doubles, which IEEE 754 rounds alike on every machine; the
/// mathematics library is left alone because its last digit differs between systems, and one digit changes a file.
struct Dice {
    private var state: UInt64
    /// Waiting times of mean 1 at equally likely places: a look-up in place of a logarithm for each draw.
    /// The same for all, since some dice are thrown but once.
    private static let waits = (0..<4096).map { -logarithm((Double($0) + 0.5) / 4096) }
    private let waits = Dice.waits

    init(seed: UInt64) { state = seed }

    /// 64 random bits.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mixed(state)
    }

    /// One of 0 ..< `bound`, all as likely.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: bound)).high)
    }

    /// A number from 0 on and below 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// True in so many of a thousand cases.
    mutating func chance(perMille share: Int) -> Bool {
        below(1000) < share
    }

    /// The lower of two draws, about: low numbers come much more often, as popular products do.
    mutating func low(_ bound: Int) -> Int {
        below(below(bound) + 1)
    }

    /// An exponentially distributed time of mean 1; at most about 9.
    mutating func wait() -> Double {
        waits[Int(truncatingIfNeeded: next() >> 52)]
    }

    /// SplitMix64's finishing step: spreads numbers that lie close together.
    static func mixed(_ number: UInt64) -> UInt64 {
        var bits = number
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    /// The natural logarithm of a positive number, by the series of artanh over its significand.
    static func logarithm(_ number: Double) -> Double {
        let ratio = (number.significand - 1) / (number.significand + 1)
        var power = ratio
        var sum = 0.0
        for odd in stride(from: 1.0, to: 40.0, by: 2.0) {
            sum += power / odd
            power *= ratio * ratio
        }
        return 2 * sum + Double(number.exponent) * 0.693_147_180_559_945_3
    }

    /// e to a power between -1 and 1, by its series.
    static func exponential(_ power: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        for step in 1...24 {
            term *= power / Double(step)
            sum += term
        }
        return sum
    }
}
