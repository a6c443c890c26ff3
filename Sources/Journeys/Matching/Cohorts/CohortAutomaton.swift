import Storage

/// What events have meant to cohorts: the deterministic automaton of each sequence that keeps them, of which as much is
/// made as events ask for.
///
/// A state is all that decides what an event means to a cohort: the situations of its entries, and how they stand to each
/// other. An event leads from a state to another one, or changes nothing; which of these depends on its type and on the
/// conditions that take it, which are asked in the order in which they were asked when that was worked out. Where it also
/// depends on something else, as close to the limit of events bound, the automaton is not consulted.
///
/// Nothing here is state that must outlive the shard: whatever is not known is worked out, with the same outcome.
/// Cost: finding a state takes constant time and a look at its words, of which there are as many as its entries squared.
/// At most about two MiB a shard; when that is reached, everything is forgotten, and learnt again.
struct CohortAutomaton: ~Copyable {
    private static let placeLimit = 1 << 11
    private static let wordLimit = 1 << 17
    private static let questionLimit = 1 << 15
    private static let moveLimit = 1 << 15
    /// A cohort of more entries has no state here.
    private static let entryLimit = 64

    /// What becomes an entry, and the link of a match.
    struct Move: BitwiseCopyable {
        /// The entry from which it comes, -1 where the event is the first one bound.
        var source: Int32
        /// The step that the event is bound to, -1 where it is not bound.
        var step: StepNumber
        /// Whether it takes over what the entry holds: it is the last to come from there.
        var isLast = false
        /// The entries, as bits, from which something leads to the same situation, whatever ways
        /// are open to it there; it comes from the one whose match would come first.
        var rivals: UInt64 = 0
    }

    struct Transition: BitwiseCopyable {
        /// The state that it leads to.
        var state: Int32
        var firstMove: Int32
        /// One for each entry of that state.
        var moveCount: Int32
        /// The entries from which none comes, as bits.
        var leaves: UInt64 = 0
        var hasMatch = false
        /// The entry whose link is the match's, -1 where the match has one of its own.
        var matchEntry: Int32 = -1
        var match = Move(source: -1, step: .none)
    }

    struct State: BitwiseCopyable {
        /// The sequence, by its first node.
        var pattern: Int32
        var signature: UInt64
        var entryCount: Int32
        var firstWord: Int32
        var wordCount: Int32
    }

    /// A state, and what an event of a type asks for in it.
    struct Place: BitwiseCopyable {
        /// One more than the state's number, 0 where the place is free.
        var state: Int32 = 0
        /// -1 for the state alone.
        var type: Int32 = -1
        /// What is asked first, -1 as long as nothing is known.
        var root: Int32 = -1
    }

    struct Question: BitwiseCopyable {
        /// The condition that is asked for; none where nothing more is asked.
        var condition: ConditionNumber
        /// What is asked next where it does not hold, -1 as long as that is not known; where nothing more is asked, the
        /// transition, -1 where everything stays as it is.
        var no: Int32 = -1
        var yes: Int32 = -1
    }

    private var states = Column<State>()
    /// The words of the states' entries as cohorts keep them, with 0 for links.
    private var words = Column<UInt64>()
    private var questions = Column<Question>()
    private var transitions = Column<Transition>()
    private var moves = Column<Move>()
    /// The states by their signature and the type of an event: open addressing, at most half full.
    private var places = Column<Place>()
    private var placeCount = 0
    private var isFull = false

    /// Forgets everything if there is no more room. Numbers of states and transitions mean nothing afterwards.
    mutating func makeRoom() {
        guard isFull else { return }
        isFull = false
        states.truncate(to: 0)
        words.truncate(to: 0)
        questions.truncate(to: 0)
        transitions.truncate(to: 0)
        moves.truncate(to: 0)
        for place in 0..<places.count { places[place] = Place() }
        placeCount = 0
    }

    // MARK: States

    /// The number of a cohort's state, and its place for events of a type; -1 where it has none.
    mutating func find(_ cohort: Cohort, type: Int32, _ pattern: PatternTable.Pattern) -> (state: Int32, place: Int) {
        let count = cohort.entryCount
        if count > CohortAutomaton.entryLimit { return (-1, -1) }
        return find(cohort.entryWords, count, signature: cohort.signature, type: type, Int32(pattern.firstNode))
    }

    /// The same for the state of a sequence of which nothing has begun.
    mutating func findBeginning(type: Int32, _ pattern: PatternTable.Pattern) -> (state: Int32, place: Int) {
        find(View(), 0, signature: 0, type: type, Int32(pattern.firstNode))
    }

    private mutating func find(
        _ entries: View<UInt64>, _ count: Int, signature: UInt64, type: Int32, _ pattern: Int32
    ) -> (state: Int32, place: Int) {
        let mask = 2 * CohortAutomaton.placeLimit - 1
        if places.isEmpty { for _ in 0...mask { places.append(Place()) } }
        let key = UInt64(UInt32(bitPattern: pattern)) | UInt64(UInt32(bitPattern: type)) << 32
        var index = Int(truncatingIfNeeded: (signature ^ key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while places[index].state != 0 {
            let place = places[index]
            let known = states[Int(place.state - 1)]
            if place.type == type, known.signature == signature, known.pattern == pattern,
                Int(known.entryCount) == count, Cohort.isSame(shape(known), entries, ofEntries: count)
            {
                return (place.state - 1, index)
            }
            index = (index + 1) & mask
        }
        let state: Int32
        if type < 0 {
            state = Int32(states.count)
        } else {
            state = find(entries, count, signature: signature, type: -1, pattern).state
            if state < 0 { return (-1, -1) }
            // The state itself may have taken the place.
            while places[index].state != 0 { index = (index + 1) & mask }
        }
        guard placeCount < CohortAutomaton.placeLimit, words.count + entries.count <= CohortAutomaton.wordLimit else {
            isFull = true
            return (-1, -1)
        }
        if type < 0 {
            states.append(
                State(
                    pattern: pattern, signature: signature, entryCount: Int32(count), firstWord: Int32(words.count),
                    wordCount: Int32(entries.count)))
            for index in 0..<entries.count { words.append(Cohort.isLink(index, ofEntries: count) ? 0 : entries[index]) }
        }
        places[index] = Place(state: state + 1, type: type)
        placeCount += 1
        return (state, index)
    }

    private func shape(_ state: State) -> View<UInt64> {
        words.view(Int(state.firstWord)..<Int(state.firstWord + state.wordCount))
    }

    // MARK: Transitions

    /// What is asked first at a place, -1 where nothing is known.
    func root(of place: Int) -> Int32 { places[place].root }

    /// What a question asks for; none where nothing more is to be asked.
    func condition(of question: Int32) -> ConditionNumber { questions[Int(question)].condition }

    /// What is asked next, -1 where that is not known.
    func next(after question: Int32, _ holds: Bool) -> Int32 {
        holds ? questions[Int(question)].yes : questions[Int(question)].no
    }

    /// The number of the transition once nothing more is to be asked, -1 where everything stays as it is.
    func outcome(of question: Int32) -> Int32 { questions[Int(question)].no }

    func transition(_ number: Int32) -> Transition { transitions[Int(number)] }

    func move(_ index: Int32, of transition: Transition) -> Move { moves[Int(transition.firstMove + index)] }

    /// What a beginning lacks of the entries behind a transition, if it lacks some before; nil where it comes to something
    /// that no other beginning of its cohort comes to, or may have a match.
    /// - Parameter splitsWays: whether what comes of an entry depends on all its rivals, and not on the best alone.
    func lacking(_ before: UInt64, after transition: Transition, splitsWays: Bool) -> UInt64? {
        if transition.hasMatch { return nil }
        var after: UInt64 = 0
        for index in 0..<transition.moveCount {
            let move = move(index, of: transition)
            let decisive = splitsWays ? move.rivals : 1 << UInt64(move.source)
            if before & decisive == 0 { continue }
            guard index < Cohort.lackingMost, move.rivals & ~before == 0 else { return nil }
            after |= 1 << UInt64(index)
        }
        return after
    }

    /// Puts a cohort into the state that a transition leads to, with links of which nothing holds the old ones any more.
    func enter(_ transition: Transition, _ cohort: Cohort, links: borrowing Column<UInt32>) {
        let state = states[Int(transition.state)]
        cohort.setEntries(as: shape(state), Int(state.entryCount), signature: state.signature, links: links)
    }

    /// Notes a transition from a state, for `learn`; answers its number, nil where there is no room.
    mutating func add(_ transition: Transition, from state: Int32, _ its: borrowing Column<Move>) -> Int32? {
        guard transition.state >= 0 else { return nil }
        guard moves.count + its.count <= CohortAutomaton.moveLimit else {
            isFull = true
            return nil
        }
        var transition = transition
        transition.firstMove = Int32(moves.count)
        transition.moveCount = Int32(its.count)
        for index in 0..<its.count { moves.append(its[index]) }
        let entries = states[Int(state)].entryCount
        transition.leaves = entries == 64 ? .max : 1 << UInt64(entries) - 1
        for index in (0..<its.count).reversed() where its[index].source >= 0 {
            let bit = UInt64(1) << UInt64(its[index].source)
            if transition.leaves & bit != 0 { moves[Int(transition.firstMove) + index].isLast = true }
            transition.leaves &= ~bit
        }
        transitions.append(transition)
        return Int32(transitions.count - 1)
    }

    /// Notes where an event leads from a place.
    /// - Parameters:
    ///   - outcome: a transition, -1 where everything stays as it is.
    ///   - asked: what was asked for, in its order: a condition and whether it holds.
    mutating func learn(
        _ outcome: Int32, at place: Int, asked: borrowing Column<ConditionNumber>, answers: borrowing Column<Bool>
    ) {
        guard questions.count + asked.count < CohortAutomaton.questionLimit else {
            isFull = true
            return
        }
        var last: Int32 = -1
        var wasYes = false
        var question = places[place].root
        for index in 0...asked.count {
            let condition = index < asked.count ? asked[index] : .none
            if question < 0 {
                question = Int32(questions.count)
                questions.append(Question(condition: condition))
                if last < 0 {
                    places[place].root = question
                } else if wasYes {
                    questions[Int(last)].yes = question
                } else {
                    questions[Int(last)].no = question
                }
            }
            precondition(questions[Int(question)].condition == condition, "what is asked follows from the answers")
            last = question
            if condition.isNone { break }
            wasYes = answers[index]
            question = next(after: question, wasYes)
        }
        questions[Int(last)].no = outcome
    }
}
