import Storage

/// What is being worked out about one matcher of a general sequence at one event or deadline. Kept by the shard so that
/// its memory is used again.
struct PatternWork: ~Copyable {
    /// Whether a condition holds for the current event, as far as that is known.
    enum Verdict: UInt8, BitwiseCopyable { case unknown, no, yes }

    /// A match of one of a cohort's beginnings, whose link it holds; or a beginning that has run out of time.
    struct Match {
        /// The number of the first event.
        var number: UInt64
        /// 0 for one that another match discarded.
        var beginning: UInt32
        var cohort: UInt32
        var link: UInt32
    }

    /// By the conditions of the sequence.
    var verdicts: Column<Verdict>
    /// Whether a whole group is looked at, for which conditions that look at its members' events have no one answer.
    var isOfGroup = false
    /// Whether such a condition was met: then the members are to be looked at one by one.
    var needsMembers = false
    /// Partial matches on their way into their groups; each is held.
    var moves: [(situation: Situation, chain: UInt32)] = []
    /// Matches; each is held. 0 for one that another match discarded.
    var finals: [UInt32] = []
    /// Partial matches that have run out of time; each is held. 0 for one that a match discarded.
    var expired: [UInt32] = []
    /// Whether a group has lost members.
    var hasLeavers = false
    /// What an event means to the entries of a cohort, and the ways that it leaves and opens to them.
    var reactions: [Reaction] = []
    var advances: [Advance] = []
    /// Matches of cohorts, and beginnings that have run out of time.
    var matches: [Match] = []
    var lapsed: [Match] = []
    /// The links of the partial match at hand, the first one first.
    var links: [UInt32] = []
    /// Whether an event or a deadline changed any cohort.
    var hasChanged = false
    /// How often an event was shown to a general sequence: tells the order of the events of one matcher.
    var eventNumber: UInt64 = 0

    init(conditions: Int) {
        verdicts = Column(capacity: conditions)
        for _ in 0..<conditions { verdicts.append(.unknown) }
    }

    mutating func begin(conditions: Int) {
        for index in 0..<conditions { verdicts[index] = .unknown }
        hasLeavers = false
        eventNumber += 1
    }
}
