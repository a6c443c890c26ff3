/// Journeys that one shard closed, in the order in which it did: their touches, and how each ended.
package struct ClosedJourneys: Sendable {
    /// The number that ends the path of a journey that was converted, and of one that was lost.
    static let converted: UInt8 = 254
    static let lost: UInt8 = 253

    /// How one journey ended.
    struct Ending: Sendable {
        /// When it was closed, and at which event's place, in which order all are counted; the most where only the end of
        /// the input closed it.
        let time: Int64
        let place: UInt64
        /// The day of the conversion, or the one on which it became lost.
        let day: Int
        /// What the conversion is worth, in units of 2⁻³²; nil where there is none.
        let value: Int128?
        /// Where its touches end among all.
        let end: Int
    }

    /// How many values of `by` a journey is counted for.
    private let byCount: Int
    private var endings: [Ending] = []
    /// The numbers of the touchpoints, journey by journey.
    private var touches: [UInt8] = []
    /// The hashes of the values of `by` that each is counted for.
    private var hashes: [UInt64] = []

    init(byCount: Int) { self.byCount = byCount }

    package var isEmpty: Bool { endings.isEmpty }

    /// Adds another shard's, or later ones of the same.
    package mutating func add(_ other: ClosedJourneys) {
        let start = touches.count
        for ending in other.endings {
            endings.append(
                Ending(
                    time: ending.time, place: ending.place, day: ending.day, value: ending.value,
                    end: start + ending.end))
        }
        touches += other.touches
        hashes += other.hashes
    }

    /// Adds a touch of the journey that `close` will close.
    @inline(__always)
    mutating func touch(_ touchpoint: Int) { touches.append(UInt8(touchpoint)) }

    /// Closes the journey whose touches were added.
    /// - Parameter hash: the hash of the value of each `by` that it is counted for.
    mutating func close(time: Int64, place: UInt64, day: Int, value: Int128?, hash: (_ by: Int) -> UInt64) {
        for by in 0..<byCount { hashes.append(hash(by)) }
        endings.append(Ending(time: time, place: place, day: day, value: value, end: touches.count))
    }

    mutating func removeAll() {
        if endings.isEmpty { return }
        self = ClosedJourneys(byCount: byCount)
    }

    /// A journey among those of some shards.
    struct Journey {
        let ending: Ending
        let touches: ArraySlice<UInt8>
        let hashes: ArraySlice<UInt64>

        /// Its touchpoints without repeats, then how it ended.
        var path: [UInt8] {
            var path: [UInt8] = []
            for touch in touches where path.last != touch { path.append(touch) }
            path.append(ending.value == nil ? ClosedJourneys.lost : ClosedJourneys.converted)
            return path
        }
    }

    private func journey(_ index: Int) -> Journey {
        let start = index > 0 ? endings[index - 1].end : 0
        return Journey(
            ending: endings[index], touches: touches[start..<endings[index].end],
            hashes: hashes[(index * byCount)..<((index + 1) * byCount)])
    }

    /// All journeys that several shards closed in one batch, in the order in which it happened.
    static func forEach(in parts: [ClosedJourneys], _ body: (Journey) -> Void) {
        let parts = parts.filter { !$0.isEmpty }
        if parts.count == 1, parts[0].endings.last?.time != .max {
            for index in parts[0].endings.indices { body(parts[0].journey(index)) }
            return
        }
        // What one event closed, one shard did, in its order; what only the end closed is put in that of its touches.
        var order = parts.indices.flatMap { part in parts[part].endings.indices.map { (part, $0) } }
        order.sort { first, second in
            let (a, b) = (parts[first.0].endings[first.1], parts[second.0].endings[second.1])
            if (a.time, a.place) != (b.time, b.place) { return (a.time, a.place) < (b.time, b.place) }
            guard a.time == .max else { return first < second }
            return parts[first.0].journey(first.1).touches.lexicographicallyPrecedes(
                parts[second.0].journey(second.1).touches)
        }
        for (part, index) in order { body(parts[part].journey(index)) }
    }
}
