import Storage

/// What is being worked out about one key state of a general sequence at one event or deadline. Kept by the matcher so that
/// its memory is used again.
struct MatchWork: ~Copyable {
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

    /// One of a strand's partial matches.
    struct PartialMatch {
        /// 0 for one that a match discarded.
        var link: UInt32
        /// The ordinal of the first event.
        var start: UInt64
    }

    /// Strands that bind the current event to the same node and come to the same thing.
    struct Binding {
        var step: StepNumber
        /// Nil where nothing goes on with it.
        var next: Situation?
        var isMatch: Bool
        /// The first and the last of them among `binders`.
        var first: Int32
        var last: Int32
        /// Their first events.
        var starts: Range<UInt64>
    }

    /// One of a key state's cohorts, by its place among them.
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
    /// Strands that bind the current event, each of which holds its link, and what becomes of them.
    var bindings: [Binding] = []
    var binders = Column<Strand>()
    /// For each strand that binds the event the next one that binds it likewise and begins where it ends; -1 for none.
    var binderNext = Column<Int32>()
    /// Such strands in their order.
    var fork = Column<Strand>()
    /// Strands on their way into their groups; each holds its link.
    var moves: [(situation: Situation, strand: Strand)] = []
    /// Matches; each strand holds its link.
    var finals: [Strand] = []
    /// The same one by one, in their order.
    var matched: [PartialMatch] = []
    /// Whether a strand was over of which first events were the newest.
    var newestMayBeOver = false
    /// Partial matches that have run out of time; each holds its link.
    var expired: [PartialMatch] = []
    /// Numbers of events, to be put into their order.
    var numbers: [UInt64] = []
    /// Whether a group has lost strands.
    var hasLeavers = false
    /// What an event means to the entries of a cohort, and the ways that it leaves and opens to them.
    var reactions: [Reaction] = []
    var advances: [Advance] = []
    /// What is known of where events lead.
    var automaton = CohortAutomaton()
    /// Whether the conditions that are asked for are noted, in the order in which they are first.
    private(set) var isNoting = false
    private var asked = Column<ConditionNumber>()
    private var answers = Column<Bool>()
    /// By the conditions of the sequence: whether it was noted.
    private var isNoted: Column<Bool>
    /// How the entries of a cohort came about, and their links.
    var entryMoves = Column<CohortAutomaton.Move>()
    var entryLinks = Column<UInt32>()
    /// What is known of the cohorts after the event.
    var tally = CohortTally()
    /// The cohorts of a key state that may have become alike.
    var alike: [Likeness] = []
    /// Matches of cohorts, and beginnings that have run out of time.
    var matches: [Match] = []
    var lapsed: [Match] = []
    /// The links of the partial match at hand, the first one first.
    var links: [UInt32] = []
    /// Whether an event or a deadline changed any cohort.
    var hasChanged = false
    /// The number of the event at hand, at a deadline of the last one before, in the order in which
    /// all events are taken: tells the order of the events of one key state, wherever these were
    /// taken.
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
        newestMayBeOver = false
    }

    // MARK: Strands that bind the event

    /// Has a strand bind the event, together with those that come to the same thing where it begins or ends where they end or
    /// begin.
    mutating func add(_ binding: Binding, of strand: Strand, joins: Bool) {
        let number = Int32(binders.count)
        binders.append(strand)
        binderNext.append(-1)
        if joins {
            // What comes together stands close together: the groups are gone through one by one.
            for index in bindings.indices.suffix(8).reversed() {
                let other = bindings[index]
                guard other.step == binding.step, other.isMatch == binding.isMatch, other.next == binding.next else {
                    continue
                }
                if other.starts.upperBound == binding.starts.lowerBound {
                    binderNext[Int(other.last)] = number
                    bindings[index].last = number
                    bindings[index].starts = other.starts.lowerBound..<binding.starts.upperBound
                    return
                }
                if other.starts.lowerBound == binding.starts.upperBound {
                    binderNext[Int(number)] = other.first
                    bindings[index].first = number
                    bindings[index].starts = binding.starts.lowerBound..<other.starts.upperBound
                    return
                }
            }
        }
        var binding = binding
        (binding.first, binding.last) = (number, number)
        bindings.append(binding)
    }

    /// Puts the strands of a binding into `fork`.
    mutating func listFork(of binding: Binding) {
        fork.truncate(to: 0)
        var index = binding.first
        while index >= 0 {
            fork.append(binders[Int(index)])
            index = binderNext[Int(index)]
        }
    }

    mutating func clearBindings() {
        bindings.removeAll(keepingCapacity: true)
        binders.truncate(to: 0)
        binderNext.truncate(to: 0)
    }

    // MARK: What is asked for

    /// Has the conditions noted that are asked for from now on.
    mutating func beginNoting() {
        isNoting = true
        asked.truncate(to: 0)
        for index in 0..<isNoted.count { isNoted[index] = false }
    }

    /// Notes that a condition was asked for.
    mutating func note(_ condition: ConditionNumber, at index: Int) {
        if isNoted[index] { return }
        isNoted[index] = true
        asked.append(condition)
    }

    /// Ends the noting, and has the automaton learn where the event leads: to a transition, -1 where everything stays as it
    /// is, nil where that is not to be learnt.
    mutating func learn(_ outcome: Int32?, at place: Int, _ pattern: PatternTable.Pattern) {
        isNoting = false
        guard let outcome, place >= 0 else { return }
        answers.truncate(to: 0)
        for index in 0..<asked.count {
            answers.append(verdicts[asked[index].index - pattern.firstCondition] == .yes)
        }
        automaton.learn(outcome, at: place, asked: asked, answers: answers)
    }
}
