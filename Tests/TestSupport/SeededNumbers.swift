/// Numbers that a seed decides, the same on every machine: Steele, Lea and Flood's SplitMix64.
///
/// All tests draw from this one source, so a failure is repeated by its seed alone.
package struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    /// Neighbouring seeds begin at places that have nothing to do with each other.
    package init(seed: some BinaryInteger) { state = Self.mixed(UInt64(truncatingIfNeeded: seed)) }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// A number from 0 up to, but without, `count`, which is at least 1.
    package mutating func below<Number: FixedWidthInteger>(_ count: Number) -> Number { Number(next() % UInt64(count)) }

    /// True `some` times in `all`, on average.
    package mutating func isTrue(_ some: Int = 1, of all: Int) -> Bool { below(all) < some }

    /// True in so many of a hundred cases, on average.
    package mutating func isTrue(percent: Int) -> Bool { isTrue(percent, of: 100) }

    /// One of the elements, of which there is at least one.
    package mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}
