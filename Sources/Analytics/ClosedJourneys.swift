/// Journeys that one shard closed, in the order in which it did: their touches, and how each ended.
package struct ClosedJourneys: Sendable {
    /// The number that ends the path of a journey that was converted, and of one that was lost.
    static let converted: UInt8 = 254
    static let lost: UInt8 = 253
    /// The place of what is closed at an instant, before any event of it.
    static let settled: UInt64 = 0

    /// How one journey ended.
    struct Ending: Sendable {
        /// When it was closed, and at which event's place, in which order all are counted; `settled` where an instant closed
        /// it, and the most of both where only the end of the input did.
        let time: Int64
        let place: UInt64
        /// The day of the conversion, or the one on which it became lost.
        let day: Int
        /// What the conversion is worth, in units of 2⁻³²; nil where there is none.
        let value: Int128?
        /// Where its touches end among all.
        let end: Int

        /// Whether no event closed it, so that several of one time and place are in no order of their own.
        var isOfItself: Bool { time == .max || place == ClosedJourneys.settled }
    }

    /// How many values of `by` a journey is counted for.
    private let byCount: Int
    private var endings: [Ending] = []
    /// The numbers of the touchpoints, journey by journey.
    private var touches: [UInt8] = []
    /// The hashes of the values of `by` that each is counted for.
    private var hashes: [UInt64] = []
    /// Whether they are in the order in which all are counted.
    private var isInOrder = true

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
        isInOrder = false
    }

    /// Adds a touch of the journey that `close` will close.
    @inline(__always)
    mutating func touch(_ touchpoint: Int) { touches.append(UInt8(touchpoint)) }

    /// Closes the journey whose touches were added.
    /// - Parameter hash: the hash of the value of each `by` that it is counted for.
    mutating func close(time: Int64, place: UInt64, day: Int, value: Int128?, hash: (_ by: Int) -> UInt64) {
        for by in 0..<byCount { hashes.append(hash(by)) }
        let ending = Ending(time: time, place: place, day: day, value: value, end: touches.count)
        if ending.isOfItself { isInOrder = false }
        endings.append(ending)
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
        if parts.count == 1, parts[0].isInOrder {
            for index in parts[0].endings.indices { body(parts[0].journey(index)) }
            return
        }
        // What one event closed, one shard did, in its order; what closed of itself is put in that of its touches.
        var order: [Order] = []
        for part in parts.indices {
            for index in parts[part].endings.indices { order.append(parts[part].order(part, index)) }
        }
        order.sort { first, second in
            if first.time != second.time { return first.time < second.time }
            if first.place != second.place { return first.place < second.place }
            if first.touches != second.touches { return first.touches < second.touches }
            guard first.isOfItself else { return (first.part, first.index) < (second.part, second.index) }
            return parts[first.part].journey(first.index).touches.lexicographicallyPrecedes(
                parts[second.part].journey(second.index).touches)
        }
        for place in order { body(parts[place.part].journey(place.index)) }
    }

    /// What says where a journey stands among all.
    private struct Order {
        let time: Int64
        let place: UInt64
        let isOfItself: Bool
        /// Of one that closed of itself its first eight touches, such that the lesser comes first; else 0.
        var touches: UInt64 = 0
        let part: Int
        let index: Int
    }

    private func order(_ part: Int, _ index: Int) -> Order {
        let ending = endings[index]
        var order = Order(
            time: ending.time, place: ending.place, isOfItself: ending.isOfItself, part: part, index: index)
        guard ending.isOfItself else { return order }
        let start = index > 0 ? endings[index - 1].end : 0
        for place in 0..<8 {
            order.touches <<= 8
            // Where there is no touch the journey is the shorter one.
            if start + place < ending.end { order.touches |= UInt64(touches[start + place]) + 1 }
        }
        return order
    }
}
