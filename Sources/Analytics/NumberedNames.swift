package import Storage

/// The first names to appear, by number; all others share the number `other`.
///
/// Which names have a number depends on the order in which they appear, and on nothing else.
package struct NumberedNames: Sendable {
    /// The number of every name beyond the first.
    package static let other: UInt8 = UInt8(ReportSettings.nameMost)
    /// No name at all.
    package static let none: UInt8 = 255

    package private(set) var names: [[UInt8]] = []
    /// The hashes of the names, and their numbers, at twice as many places as there may be names.
    private var hashes = [UInt64](repeating: 0, count: 256)
    private var numbers = [UInt8](repeating: NumberedNames.none, count: 256)

    package init() {}

    package var isFull: Bool { names.count == ReportSettings.nameMost }

    /// The number of a name, if it has one.
    package func find(_ name: View<UInt8>) -> UInt8? {
        let hash = Hash64.of(name)
        var place = Int(truncatingIfNeeded: hash) & 255
        while numbers[place] != NumberedNames.none {
            if hashes[place] == hash, View.of(names[Int(numbers[place])], { $0.holdsSameBytes(as: name) }) {
                return numbers[place]
            }
            place = (place + 1) & 255
        }
        return nil
    }

    /// The number of a name, which is given one where there is one left.
    @discardableResult
    package mutating func obtain(_ name: View<UInt8>) -> UInt8 {
        if let known = find(name) { return known }
        if isFull { return NumberedNames.other }
        let hash = Hash64.of(name)
        var place = Int(truncatingIfNeeded: hash) & 255
        while numbers[place] != NumberedNames.none { place = (place + 1) & 255 }
        hashes[place] = hash
        numbers[place] = UInt8(names.count)
        names.append(name.copied)
        return numbers[place]
    }

    /// The number of a name, which is given one where there is one left; else that of all others.
    @discardableResult
    package mutating func obtain(_ name: String) -> UInt8 { View.of(Array(name.utf8)) { obtain($0) } }

    /// The number of a name; nil where it has none.
    package func find(_ name: String) -> UInt8? { View.of(Array(name.utf8)) { find($0) } }

    /// The text of a number.
    package func text(_ number: Int) -> String {
        number < names.count ? String(decoding: names[number], as: UTF8.self) : "other"
    }
}

/// The numbers of short names that were looked up, so that most need not be looked up again.
///
/// A name of up to sixteen bytes is its length and its first and last eight bytes, of which the
/// table has one for each of 256 hashes: a wrong answer is impossible, and none means no more than
/// that the name has to be looked up.
package struct NameMemory: ~Copyable {
    /// A name. Not private, since the compiler needs its layout where other modules hold a memory.
    package struct Known: BitwiseCopyable {
        var first: UInt64 = 0
        var last: UInt64 = 0
        /// 0 for nothing.
        var count: UInt32 = 0
        var number = NumberedNames.none
    }

    private var known = Column<Known>(repeating: Known(), count: 256)

    package init() {}

    /// The number of a name, where it is remembered; else what `lookUp` answers, which is remembered.
    @inline(__always)
    package mutating func number(of name: View<UInt8>, lookUp: (View<UInt8>) -> UInt8) -> UInt8 {
        guard name.count >= 1, name.count <= 16 else { return lookUp(name) }
        let (first, last): (UInt64, UInt64)
        if name.count >= 8 {
            (first, last) = (name.word(at: 0), name.word(at: name.count &- 8))
        } else if name.count >= 4 {
            (first, last) = (UInt64(name.half(at: 0)), UInt64(name.half(at: name.count &- 4)))
        } else {
            // The first, the middle and the last of three bytes at most are all there are.
            first = UInt64(name[0]) | UInt64(name[name.count >> 1]) << 8
            last = UInt64(name[name.count &- 1])
        }
        let place = Int(truncatingIfNeeded: Hash64.mix(first ^ UInt64(name.count), last ^ 0x9E37_79B9_7F4A_7C15) & 255)
        let found = known[place]
        if found.first == first, found.last == last, Int(found.count) == name.count { return found.number }
        let number = lookUp(name)
        known[place] = Known(first: first, last: last, count: UInt32(name.count), number: number)
        return number
    }

    /// Forgets all, as names may have other numbers now.
    package mutating func forgetAll() {
        for place in 0..<known.count { known[place] = Known() }
    }
}

/// The numbers of touchpoints in all figures.
package enum TouchpointNumber {
    /// The touchpoints that have names of their own are 0 to 63.
    package static let other = ReportSettings.nameMost
    /// A conversion that is no touchpoint.
    package static let conversion = ReportSettings.nameMost + 1
    package static let count = ReportSettings.nameMost + 2
}
