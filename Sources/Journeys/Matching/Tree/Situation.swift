import Storage

/// How far a partial match has come, and what it waits for: all that decides what the next event means to it, apart
/// from conditions that look at the events bound.
struct Situation: BitwiseCopyable, Equatable {
    /// The way that binds another repetition of the node, among the bits of `waits`. A partial match never waits for the
    /// first node of all, so its bit is free.
    static let inner: UInt64 = 1
    /// Waits for the closing `not` to hold to its end.
    static let end: UInt64 = 1 << 63

    private let nodeIndex: UInt16
    /// Whether that event was the one just before: then every way is open, and `waits` says at most that the time of the
    /// closing `not` is over.
    var isFresh: Bool
    /// How many events the node has bound; where there is no most, counted up to the least only.
    var count: UInt32
    /// The ways still open: a bit for each node that may bind next.
    var waits: UInt64
    /// The nodes, of those, that were opened by the stop condition of a greedy step before them, so that they may take
    /// what it could have taken.
    var free: UInt64

    /// The node of the last event bound.
    var node: NodeNumber { NodeNumber(Int(nodeIndex)) }

    var head: UInt64 { UInt64(nodeIndex) | (isFresh ? 1 << 16 : 0) | UInt64(count) << 32 }

    /// The same once the time of the closing `not` is over; nil where nothing else was waited for. Only a last step
    /// waits for that, so that all it can bind is its own repetitions.
    func withoutEnd(of node: PatternTable.Node) -> Situation? {
        var situation = self
        if isFresh {
            situation.waits |= Situation.end
            return node.isOpen || count < node.most ? situation : nil
        }
        situation.waits &= ~Situation.end
        return situation.waits == 0 ? nil : situation
    }

    init(node: NodeNumber, isFresh: Bool, count: UInt32, waits: UInt64, free: UInt64) {
        nodeIndex = UInt16(node.index)
        self.isFresh = isFresh
        self.count = count
        self.waits = waits
        self.free = free
    }

    init(head: UInt64, waits: UInt64, free: UInt64) {
        nodeIndex = UInt16(truncatingIfNeeded: head)
        isFresh = head & 1 << 16 != 0
        count = UInt32(truncatingIfNeeded: head >> 32)
        self.waits = waits
        self.free = free
    }

    /// The situation right after a node has bound its `count`th event; nil where nothing can come after it.
    init?(after node: PatternTable.Node, number: NodeNumber, count: UInt32, closes: Bool) {
        let count = node.isOpen ? min(count, node.least) : count
        let isOpen = node.isOpen || count < node.most
        let mayLeave = count >= node.least
        var waits: UInt64 = 0
        if isOpen { waits |= Situation.inner }
        if mayLeave {
            waits |= node.reach
            if closes, node.isLeaf { waits |= Situation.end }
        }
        if waits == 0 { return nil }
        // Where the next event means nothing special, the ways are open from now on.
        self.init(node: number, isFresh: node.needsFresh, count: count, waits: node.needsFresh ? 0 : waits, free: 0)
    }
}

/// What an event does to the partial matches in one situation.
struct Reaction: BitwiseCopyable {
    /// Whether the node binds it as another repetition.
    var repeats = false
    /// The nodes that bind it.
    var takes: UInt64 = 0
    /// Those that bind it as the last event of a match, with which nothing goes on.
    var ends: UInt64 = 0
    /// The ways that stay open for the partial match without it.
    var waits: UInt64 = 0
    var free: UInt64 = 0
    /// Whether the partial match is a match now, without it.
    var completes = false

    /// The nodes that bind it, whether anything goes on with it or not.
    var binds: UInt64 { takes | ends }

    /// Whether everything stays as it is.
    func isNothing(to situation: Situation) -> Bool {
        !repeats && binds == 0 && !completes && !situation.isFresh && waits == situation.waits && free == situation.free
    }
}
