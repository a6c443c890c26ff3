import Storage

/// Chance that is none: numbers that follow from a moment, a seed and the number of the draw, so that the same input makes
/// the same choices anywhere and again.
///
/// u = (H(n, seed: H(moment, seed: H(seed))) >> 11) · 2⁻⁵³, with H the fixed hash of one word (`Hash64`), of the seed that of
/// its UTF-8 bytes. Draws for an action's propensity have H(name, seed: H(seed)) in place of H(seed).
package struct Chance: Sendable {
    /// The draws of one moment.
    struct Draws: BitwiseCopyable {
        let seed: UInt64

        /// At which of the places of the normal distribution a draw stands, counted from the least.
        @inline(__always) func place(_ number: Int) -> Int { Int(Hash64.of(UInt64(number), seed: seed) >> 54) }
    }

    private let seed: UInt64

    package init(seed: String) { self.seed = Hash64.of(seed) }

    private init(_ seed: UInt64) { self.seed = seed }

    /// The chance that an action's propensity has of its own.
    package func ofAction(_ name: String) -> Chance { Chance(Hash64.of(name, seed: seed)) }

    func draws(of moment: UInt64) -> Draws { Draws(seed: Hash64.of(moment, seed: seed)) }

    /// The draw of that number for a moment: from 0, and below 1.
    package func draw(_ number: Int, moment: UInt64) -> Double {
        let word = Hash64.of(UInt64(number), seed: draws(of: moment).seed)
        return Double(word >> 11) * 0x1p-53
    }

    /// The normal distribution as it is known at 1,024 places of equal probability, from the least on.
    static let normals: [Double] = (0..<1024).map { Normal.quantile((Double($0) + 0.5) / 1024) }
}
