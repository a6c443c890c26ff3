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

/// The numbers of touchpoints in all figures.
package enum TouchpointNumber {
    /// The touchpoints that have names of their own are 0 to 63.
    package static let other = ReportSettings.nameMost
    /// A conversion that is no touchpoint.
    package static let conversion = ReportSettings.nameMost + 1
    package static let count = ReportSettings.nameMost + 2
}
