import Events
import Journeys

/// Notes, while the lines of a batch are merged, which of them follow from some events.
package struct LineWatch: Sendable {
    /// The places of the events.
    package let places: Set<UInt64>
    /// Moments of theirs whose decisions wait, by the moments' ids.
    package let waiting: [UInt64: UInt64]
    /// The lines found, by their numbers in the output, in order.
    package private(set) var found: [UInt64: [Range<Int>]] = [:]
    /// Moments that wait no longer.
    package private(set) var settled: Set<UInt64> = []

    package init(places: Set<UInt64>, waiting: [UInt64: UInt64]) { (self.places, self.waiting) = (places, waiting) }

    /// The place of the event that a shard's line follows from, if it is one of these.
    mutating func place(of line: MomentLine) -> UInt64? {
        if line.start == line.end, line.proposal != nil, let place = waiting[line.id] {
            settled.insert(line.id)
            return place
        }
        return line.key.isEvent && places.contains(line.key.place) ? line.key.place : nil
    }

    mutating func note(_ lines: Range<Int>, of place: UInt64) {
        if !lines.isEmpty { found[place, default: []].append(lines) }
    }
}
