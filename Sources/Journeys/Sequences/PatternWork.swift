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

    /// One of a matcher's cohorts, by its place among them.
    struct Likeness {
        var signature: UInt64
        var firstNumber: UInt64
        var place: Int
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
    /// What is known of where events lead.
    var automaton = CohortAutomaton()
    /// Whether the conditions that are asked for are noted, in the order in which they are first.
    private(set) var isNoting = false
    private var asked = Column<Int32>()
    private var answers = Column<Bool>()
    /// By the conditions of the sequence: whether it was noted.
    private var isNoted: Column<Bool>
    /// How the entries of a cohort came about, and their links.
    var entryMoves = Column<CohortAutomaton.Move>()
    var entryLinks = Column<UInt32>()
    /// What is known of the cohorts after the event.
    var tally = CohortTally()
    /// The cohorts of a matcher that may have become alike.
    var alike: [Likeness] = []
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
        isNoted = Column(capacity: conditions)
        for _ in 0..<conditions {
            verdicts.append(.unknown)
            isNoted.append(false)
        }
    }

    mutating func begin(conditions: Int) {
        for index in 0..<conditions { verdicts[index] = .unknown }
        hasLeavers = false
        eventNumber += 1
    }

    /// Has the conditions noted that are asked for from now on.
    mutating func beginNoting() {
        isNoting = true
        asked.truncate(to: 0)
        for index in 0..<isNoted.count { isNoted[index] = false }
    }

    /// Notes that a condition was asked for.
    mutating func note(_ condition: Int32, at index: Int) {
        if isNoted[index] { return }
        isNoted[index] = true
        asked.append(condition)
    }

    /// Ends the noting, and has the automaton learn where the event leads: to a transition, -1 where everything stays as it
    /// is, nil where that is not to be learnt.
    mutating func learn(_ outcome: Int32?, at place: Int, _ pattern: PatternTable.Form) {
        isNoting = false
        guard let outcome, place >= 0 else { return }
        answers.truncate(to: 0)
        for index in 0..<asked.count {
            answers.append(verdicts[Int(asked[index]) - pattern.firstCondition] == .yes)
        }
        automaton.learn(outcome, at: place, asked: asked, answers: answers)
    }
}
