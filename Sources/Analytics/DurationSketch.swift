import Storage

/// Durations in whole microseconds, counted in buckets whose width grows with them, for quantiles.
///
/// Below 64 µs each has a bucket of its own; above, each power of two is cut into 64 buckets. What is answered for a
/// bucket is its middle, so a quantile is off by at most 1/128 of its value. Buckets are counts: parts add up to the same
/// whichever way the durations were parted.
/// Cost: at most 3,400 counts.
package struct DurationSketch: Sendable, Equatable {
    /// The bound that is told: quantiles are off by no more than this part of their value.
    package static let relativeError = 0.01

    /// In narrow numbers, so that more of them are near.
    private var counts: [UInt32] = []
    /// How many times 2³² each bucket was counted beside that, where it ever was.
    private var carries: [Int: UInt64] = [:]
    /// The bucket of the first count.
    private var first = 0
    package private(set) var total: UInt64 = 0

    package init() {}

    static func bucket(_ duration: Int64) -> Int {
        let value = UInt64(max(0, duration))
        if value < 64 { return Int(value) }
        let shift = 57 - value.leadingZeroBitCount
        return shift << 6 + Int(value >> UInt64(shift))
    }

    /// The middle of a bucket.
    static func middle(_ bucket: Int) -> Int64 {
        if bucket < 128 { return Int64(bucket) }
        let shift = bucket >> 6 - 1
        let low = Int64(bucket & 63 | 64) << Int64(shift)
        return low + Int64(1) << Int64(shift) / 2
    }

    /// Adds a duration in microseconds.
    @inline(__always)
    package mutating func add(_ duration: Int64) {
        let bucket = DurationSketch.bucket(duration)
        let place = bucket - first
        if place < 0 || place >= counts.count { makeRoom(bucket) }
        let count = counts[bucket - first] &+ 1
        counts[bucket - first] = count
        if count == 0 { carries[bucket, default: 0] += 1 }
        total += 1
    }

    private mutating func makeRoom(_ bucket: Int) {
        if counts.isEmpty {
            first = bucket
            counts = [0]
        } else if bucket < first {
            counts.insert(contentsOf: [UInt32](repeating: 0, count: first - bucket), at: 0)
            first = bucket
        } else {
            let missing = bucket - first - counts.count + 1
            counts += [UInt32](repeating: 0, count: missing)
        }
    }

    /// Adds what another sketch has counted: the same as if this one had counted all of it.
    package mutating func merge(_ other: DurationSketch) {
        if other.counts.isEmpty { return }
        if counts.isEmpty {
            self = other
            return
        }
        makeRoomBetween(other.first, other.first + other.counts.count - 1)
        for (index, count) in other.counts.enumerated() {
            let place = other.first - first + index
            let (sum, isOver) = counts[place].addingReportingOverflow(count)
            counts[place] = sum
            if isOver { carries[other.first + index, default: 0] += 1 }
        }
        for (bucket, carry) in other.carries { carries[bucket, default: 0] += carry }
        total += other.total
    }

    private func count(at index: Int) -> UInt64 {
        UInt64(counts[index]) + (carries.isEmpty ? 0 : (carries[first + index] ?? 0) << 32)
    }

    private mutating func makeRoomBetween(_ low: Int, _ high: Int) {
        if low < first { makeRoom(low) }
        if high - first >= counts.count { makeRoom(high) }
    }

    /// About the duration at place ⌈q n⌉ of n in order; nil where there is none.
    /// - Parameter percent: q in hundredths.
    package func quantile(percent: UInt64) -> Int64? {
        if total == 0 { return nil }
        let place = max(1, (total * percent + 99) / 100)
        var seen: UInt64 = 0
        for index in counts.indices {
            seen += count(at: index)
            if seen >= place { return DurationSketch.middle(first + index) }
        }
        return nil
    }
}

/// What is known of some durations: how many there are, and how long they are. Microseconds.
package struct DurationTotals: Sendable, Equatable {
    package private(set) var count = 0
    package private(set) var sum: Int128 = 0
    package private(set) var least = Int64.max
    package private(set) var most = Int64.min
    private var sketch = DurationSketch()

    package init() {}

    /// Adds a duration in microseconds.
    @inline(__always)
    package mutating func add(_ duration: Int64) {
        count += 1
        sum += Int128(duration)
        if duration < least { least = duration }
        if duration > most { most = duration }
        sketch.add(duration)
    }

    /// Adds what other totals have counted.
    package mutating func merge(_ other: DurationTotals) {
        count += other.count
        sum += other.sum
        least = min(least, other.least)
        most = max(most, other.most)
        sketch.merge(other.sketch)
    }

    package var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

    /// About the duration at place ⌈q n⌉, within what there is.
    package func quantile(percent: UInt64) -> Int64? {
        sketch.quantile(percent: percent).map { min(max($0, least), most) }
    }
}

/// What follows what, how often and after how long.
package struct EdgeTable: Sendable {
    /// One touchpoint followed by another, both as numbers.
    package struct Edge: Sendable {
        package let from: Int
        package let to: Int
        /// Different customers of whom it is true.
        package var customers = 0
        package var times = DurationTotals()
    }

    private var places = [Int32](repeating: -1, count: TouchpointNumber.count * TouchpointNumber.count)
    package private(set) var edges: [Edge] = []

    package init() {}

    @inline(__always)
    private mutating func place(_ from: Int, _ to: Int) -> Int {
        let index = from * TouchpointNumber.count + to
        if places[index] < 0 {
            places[index] = Int32(edges.count)
            edges.append(Edge(from: from, to: to))
        }
        return Int(places[index])
    }

    @inline(__always)
    mutating func add(_ from: Int, _ to: Int, after duration: Int64, isNewCustomer: Bool) {
        let place = place(from, to)
        edges[place].times.add(duration)
        if isNewCustomer { edges[place].customers += 1 }
    }

    mutating func merge(_ other: EdgeTable) {
        for edge in other.edges {
            let place = place(edge.from, edge.to)
            edges[place].customers += edge.customers
            edges[place].times.merge(edge.times)
        }
    }

    /// The same edges between touchpoints of other numbers.
    func renumbered(_ touch: Renumbering) -> EdgeTable {
        var next = EdgeTable()
        for edge in edges {
            let place = next.place(touch[edge.from], touch[edge.to])
            next.edges[place].customers += edge.customers
            next.edges[place].times.merge(edge.times)
        }
        return next
    }

    /// Puts the edges in an order that does not depend on who came first.
    mutating func sort() {
        edges.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        for (place, edge) in edges.enumerated() {
            places[edge.from * TouchpointNumber.count + edge.to] = Int32(place)
        }
    }

    func count(_ from: Int, _ to: Int) -> Int {
        let place = places[from * TouchpointNumber.count + to]
        return place < 0 ? 0 : edges[Int(place)].times.count
    }
}

/// How durations and edges stand in a snapshot.
extension DurationSketch {
    mutating func code(_ coder: StateCoder) throws(StateFault) {
        var told = counts.indices.map { count(at: $0) }
        try coder.code(&told, of: 0) { count throws(StateFault) in try coder.code(&count) }
        try coder.code(&first)
        (counts, carries) = (told.map { UInt32(truncatingIfNeeded: $0) }, [:])
        for (index, count) in told.enumerated() where count >> 32 > 0 { carries[first + index] = count >> 32 }
        try coder.code(&total)
    }
}

extension DurationTotals {
    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.code(&count)
        try coder.code(&sum)
        try coder.code(&least)
        try coder.code(&most)
        try sketch.code(coder)
    }
}

extension EdgeTable {
    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.code(&edges, of: Edge(from: 0, to: 0)) { edge throws(StateFault) in
            var (from, to) = (edge.from, edge.to)
            try coder.code(&from)
            try coder.code(&to)
            var next = Edge(from: from, to: to)
            (next.customers, next.times) = (edge.customers, edge.times)
            try coder.code(&next.customers)
            try next.times.code(coder)
            edge = next
        }
        for (place, edge) in edges.enumerated() {
            guard (0..<TouchpointNumber.count).contains(edge.from), (0..<TouchpointNumber.count).contains(edge.to)
            else {
                throw .unfit("an edge is between touchpoints that there are not")
            }
            places[edge.from * TouchpointNumber.count + edge.to] = Int32(place)
        }
    }
}
