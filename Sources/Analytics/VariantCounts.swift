package import Storage

/// How often each way was gone, for the most frequent ones.
///
/// Space-Saving (A. Metwally, D. Agrawal, A. El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data
/// Streams", 2005): once all places are taken, a new way takes that of the least frequent one, with its count. So a count
/// is never too low, and too high by at most what is noted with it. Exact as long as there are no more ways than places.
package struct VariantCounts: Sendable {
    package static let most = 10_000

    /// One way, as numbers in their order, and how often it was gone.
    package struct Variant: Sendable {
        package let path: [UInt8]
        package var count: Int
        /// By how much the count may be too high.
        package let error: Int
    }

    let limit: Int
    /// A heap by count, the least at the top; among equal ones the one that came first.
    private var heap: [(variant: Variant, number: UInt64)] = []
    private var places: [[UInt8]: Int] = [:]
    private var next: UInt64 = 0
    /// Whether a way was ever given up for another.
    package private(set) var isApproximate = false

    package init(limit: Int = VariantCounts.most) { self.limit = limit }

    package var kept: [Variant] { heap.map(\.variant) }

    /// Counts a way, so many times over.
    package mutating func add(_ path: [UInt8], times: Int = 1) {
        if let place = places[path] {
            heap[place].variant.count += times
            sink(place)
            return
        }
        next += 1
        if heap.count < limit {
            heap.append((Variant(path: path, count: times, error: 0), next))
            places[path] = heap.count - 1
            rise(heap.count - 1)
            return
        }
        isApproximate = true
        let least = heap[0].variant
        places[least.path] = nil
        heap[0] = (Variant(path: path, count: least.count + times, error: least.count), next)
        places[path] = 0
        sink(0)
    }

    /// Adds what others have counted of the same sort of ways.
    mutating func merge(_ other: VariantCounts, _ touch: Renumbering) {
        for entry in other.heap.sorted(by: { $0.number < $1.number }) {
            add(touch.path(entry.variant.path), times: entry.variant.count)
        }
        isApproximate = isApproximate || other.isApproximate
    }

    private func isLess(_ a: Int, _ b: Int) -> Bool {
        let (first, second) = (heap[a], heap[b])
        return first.variant.count == second.variant.count
            ? first.number < second.number : first.variant.count < second.variant.count
    }

    private mutating func swap(_ a: Int, _ b: Int) {
        heap.swapAt(a, b)
        places[heap[a].variant.path] = a
        places[heap[b].variant.path] = b
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0, isLess(place, (place - 1) / 2) {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && isLess(child, least) {
                least = child
            }
            if least == place { return }
            swap(place, least)
            place = least
        }
    }
}

/// How ways stand in a snapshot.
extension VariantCounts {
    /// Puts all into an image.
    package func add(to image: StateImage) {
        var copy = self
        StateCoder.write(to: image) { coder throws(StateFault) in try copy.code(coder) }
    }

    /// Makes it what an image says.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        try StateCoder.read(from: reader) { coder throws(StateFault) in try code(coder) }
    }

    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.label("variants")
        try coder.code(&heap, of: (Variant(path: [], count: 0, error: 0), 0)) { entry throws(StateFault) in
            var (path, error) = (entry.variant.path, entry.variant.error)
            try coder.code(&path)
            try coder.code(&error)
            var variant = Variant(path: path, count: entry.variant.count, error: error)
            try coder.code(&variant.count)
            var number = entry.number
            try coder.code(&number)
            entry = (variant, number)
        }
        try coder.code(&next)
        try coder.code(&isApproximate)
        places = [:]
        for (place, entry) in heap.enumerated() { places[entry.variant.path] = place }
    }
}
