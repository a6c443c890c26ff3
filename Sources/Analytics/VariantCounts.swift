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
        package fileprivate(set) var error: Int

        fileprivate func along(_ path: [UInt8]) -> Variant { Variant(path: path, count: count, error: error) }

        /// Adds how often it may have been gone where that was not kept.
        fileprivate mutating func add(unseen: Int) {
            count += unseen
            error += unseen
        }
    }

    let limit: Int
    private var variants: [Variant] = []
    /// The hash of each one's way, and when it came, as a number.
    private var hashes: [UInt64] = []
    private var numbers: [UInt64] = []
    /// Their places in a heap by count, the least at the top, among equal ones the one that came
    /// first; and where in it each is.
    private var heap: [Int] = []
    private var heapPlaces: [Int] = []
    /// Found by hash: one more than the place, 0 where it is free. Never more than half of it is taken.
    private var table: [Int32]
    private var next: UInt64 = 0
    /// The most that a way may have been gone that is not kept; no kept one has less.
    private var missing = 0
    /// Whether a way was ever given up for another.
    package var isApproximate: Bool { missing > 0 }

    package init(limit: Int = VariantCounts.most) {
        self.limit = limit
        var size = 4
        while size < limit * 2 { size *= 2 }
        table = [Int32](repeating: 0, count: size)
    }

    package var kept: [Variant] { heap.map { variants[$0] } }

    /// Counts a way, so many times over.
    package mutating func add(_ path: [UInt8], times: Int = 1) {
        let hash = View.of(path) { Hash64.of($0) }
        if let place = find(path, hash) {
            variants[place].count += times
            sink(heapPlaces[place])
            return
        }
        next += 1
        if variants.count < limit {
            append(Variant(path: path, count: missing + times, error: missing), hash, next)
            rise(heap.count - 1)
            return
        }
        let place = heap[0]
        forget(place)
        missing = variants[place].count
        variants[place] = Variant(path: path, count: missing + times, error: missing)
        (hashes[place], numbers[place]) = (hash, next)
        note(place)
        sink(0)
    }

    /// Adds what others have counted of the same sort of ways, such that no count is too low: a way
    /// that only one side kept may have been gone on the other as often as any that is not kept
    /// there (P. K. Agarwal and others, "Mergeable Summaries", 2012). Where two names become one,
    /// that is true of what the ways with either name were kept as.
    mutating func merge(_ other: VariantCounts, _ touch: Renumbering) {
        var sums: [(variant: Variant, isShared: Bool)] = variants.indices.sorted { numbers[$0] < numbers[$1] }.map {
            (variants[$0], false)
        }
        var places = Dictionary(uniqueKeysWithValues: sums.enumerated().map { ($1.variant.path, $0) })
        let own = sums.count
        for entry in other.variants.indices.sorted(by: { other.numbers[$0] < other.numbers[$1] }) {
            let added = other.variants[entry]
            let path = touch.path(added.path)
            if let place = places[path] {
                let sum = sums[place].variant
                let joined = Variant(path: path, count: sum.count + added.count, error: sum.error + added.error)
                sums[place] = (joined, sums[place].isShared || place < own)
            } else {
                places[path] = sums.count
                sums.append((added.along(path), false))
            }
        }
        for place in sums.indices where !sums[place].isShared {
            sums[place].variant.add(unseen: place < own ? other.missing : missing)
        }
        var made = VariantCounts(limit: limit)
        made.missing = missing + other.missing
        // Those that are gone least are not kept, of equal ones those that came first.
        let order = sums.indices.sorted { (sums[$0].variant.count, $0) < (sums[$1].variant.count, $1) }
        let gone = order.prefix(max(0, order.count - limit))
        if let last = gone.last { made.missing = max(made.missing, sums[last].variant.count) }
        for place in order.dropFirst(gone.count) {
            let variant = sums[place].variant
            // Each has at least what those before it in the heap have.
            made.append(variant, View.of(variant.path) { Hash64.of($0) }, UInt64(place + 1))
        }
        made.next = UInt64(sums.count)
        self = made
    }

    private mutating func append(_ variant: Variant, _ hash: UInt64, _ number: UInt64) {
        variants.append(variant)
        hashes.append(hash)
        numbers.append(number)
        heap.append(variants.count - 1)
        heapPlaces.append(heap.count - 1)
        note(variants.count - 1)
    }

    // MARK: The table

    private func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (table.count - 1) }

    private func find(_ path: [UInt8], _ hash: UInt64) -> Int? {
        var spot = home(hash)
        while table[spot] != 0 {
            let place = Int(table[spot]) - 1
            if hashes[place] == hash, variants[place].path == path { return place }
            spot = (spot + 1) & (table.count - 1)
        }
        return nil
    }

    private mutating func note(_ place: Int) {
        var spot = home(hashes[place])
        while table[spot] != 0 { spot = (spot + 1) & (table.count - 1) }
        table[spot] = Int32(place + 1)
    }

    /// Takes one out; those behind it move up as far as they may.
    private mutating func forget(_ place: Int) {
        let mask = table.count - 1
        var hole = home(hashes[place])
        while Int(table[hole]) != place + 1 { hole = (hole + 1) & mask }
        var spot = (hole + 1) & mask
        while table[spot] != 0 {
            if (spot - home(hashes[Int(table[spot]) - 1])) & mask >= (spot - hole) & mask {
                table[hole] = table[spot]
                hole = spot
            }
            spot = (spot + 1) & mask
        }
        table[hole] = 0
    }

    // MARK: The heap

    private func isLess(_ a: Int, _ b: Int) -> Bool {
        let (first, second) = (heap[a], heap[b])
        let (one, other) = (variants[first].count, variants[second].count)
        return one == other ? numbers[first] < numbers[second] : one < other
    }

    private mutating func swap(_ a: Int, _ b: Int) {
        heap.swapAt(a, b)
        heapPlaces[heap[a]] = a
        heapPlaces[heap[b]] = b
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
            let child = 2 * place + 1
            if child < heap.count, isLess(child, least) { least = child }
            if child + 1 < heap.count, isLess(child + 1, least) { least = child + 1 }
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
        var told = heap.map { (variant: variants[$0], number: numbers[$0]) }
        try coder.code(&told, of: (Variant(path: [], count: 0, error: 0), 0)) { entry throws(StateFault) in
            var (path, error) = (entry.variant.path, entry.variant.error)
            try coder.code(&path)
            try coder.code(&error)
            var variant = Variant(path: path, count: entry.variant.count, error: error)
            try coder.code(&variant.count)
            var number = entry.number
            try coder.code(&number)
            entry = (variant, number)
        }
        var made = VariantCounts(limit: limit)
        guard told.count <= limit else { throw .unfit("there are more variants than are kept") }
        for (variant, number) in told { made.append(variant, View.of(variant.path) { Hash64.of($0) }, number) }
        (made.next, made.missing) = (next, missing)
        self = made
        try coder.code(&next)
        try coder.code(&missing)
    }
}
