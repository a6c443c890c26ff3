import Storage

/// A candidate that passed every gate.
struct Ranked: BitwiseCopyable, Sendable {
    var candidate: Int
    var action: Int32
    var nameRank: Int32
    /// Where its moment stands among those that are decided as one, and the candidate among theirs.
    var member: Int
    var place: Int
    /// Where the action stands in the order of choosing for this customer; -1 where it was never chosen.
    var lastChosen: Int
    var priority: Double
    var value: Double

    /// The order of the ranking, which leaves no two candidates equal.
    func precedes(_ other: Ranked) -> Bool {
        if priority != other.priority { return priority > other.priority }
        if value != other.value { return value > other.value }
        if lastChosen != other.lastChosen { return lastChosen < other.lastChosen }
        if nameRank != other.nameRank { return nameRank < other.nameRank }
        return member < other.member
    }
}

/// The candidates that compete, of which as many are put in order as are asked for: the first
/// `inOrder` stand where they belong, the others in the order in which they came.
struct Ranking: ~Copyable {
    // Key is not private: the compiler needs its layout where another file holds a ranking.
    /// What mostly decides the place of a candidate, and where it stood before.
    struct Key: BitwiseCopyable {
        var priority: Double
        var index: Int
    }

    /// How many places are found one by one, before all others are put in order at once.
    static let singlePlaces = 3

    private(set) var inOrder = 0
    private var all = Column<Ranked>()
    private var unordered = Column<Ranked>()
    private var keys: [Key] = []

    @inline(__always) var count: Int { all.count }
    @inline(__always) subscript(rank: Int) -> Ranked { all[rank] }

    /// Adds one behind all others. None of them may be in order yet.
    @inline(__always) mutating func append(_ candidate: Ranked) { all.append(candidate) }

    mutating func removeAll() {
        all.truncate(to: 0)
        inOrder = 0
    }

    /// Sees to it that the candidate of a rank stands at its place, and all that go before it at
    /// theirs. Mostly the first few are all that is asked for.
    mutating func order(upTo rank: Int) {
        while inOrder <= rank, inOrder < all.count {
            guard inOrder < Ranking.singlePlaces else { return orderAll() }
            var best = inOrder
            var first = all[best]
            for index in inOrder + 1..<all.count where all[index].precedes(first) {
                best = index
                first = all[index]
            }
            all[best] = all[inOrder]
            all[inOrder] = first
            inOrder += 1
        }
    }

    /// Puts all candidates in order. Keys are sorted, which are a fourth as large.
    mutating func orderAll() {
        let start = inOrder
        guard start < all.count else { return }
        inOrder = all.count
        var keys: [Key] = []
        swap(&keys, &self.keys)
        keys.removeAll(keepingCapacity: true)
        for index in start..<all.count { keys.append(Key(priority: all[index].priority, index: index)) }
        keys.sort { one, other in
            one.priority != other.priority
                ? one.priority > other.priority : all[one.index].precedes(all[other.index])
        }
        swap(&unordered, &all)
        all.truncate(to: 0)
        for index in 0..<start { all.append(unordered[index]) }
        for key in keys { all.append(unordered[key.index]) }
        swap(&keys, &self.keys)
    }
}
