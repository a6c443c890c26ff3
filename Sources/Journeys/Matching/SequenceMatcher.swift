import Events
import Storage

/// Matches sequences: shows events and deadlines to what is kept of one moment, customer and value
/// of `by`, and notes what comes of it.
///
/// It owns the sequences' tables, the memory to work in, and what it has learnt of where events lead. It works on the
/// context that it is called with, and keeps partial matches in the context's arena; it writes no lines and arms no
/// deadlines, but leaves both in `results` for the shard.
/// Cost: see the strategies (`MatchingStrategy`).
struct SequenceMatcher: ~Copyable {
    /// A part of a size that is not known beforehand: with it the matcher is handed about by its address.
    private let anchor: any Sendable = ()
    let table: MomentTable
    var work: MatchWork
    var results = MatchResults()

    // The call at hand.

    private(set) var moment = MomentNumber.none
    private(set) var form = MomentForm()
    /// The sequence's tree of steps, where it has one.
    private(set) var pattern = PatternTable.Pattern()
    private(set) var arena: Arena
    private(set) var now = Instant.distantPast
    /// The type of the current event.
    private(set) var eventType: Int32 = -1
    private(set) var isEvent = false
    private(set) var isFlushing = false

    /// The events bound by the partial match at hand, and their steps.
    var path = Column<UInt32>(capacity: MomentTable.positionLimit)
    var pathSteps = Column<StepNumber>(capacity: MomentTable.positionLimit)

    init(plan: JourneyPlan, arena: Arena) {
        table = MomentTable(plan)
        work = MatchWork(conditions: table.patterns.conditionMost)
        self.arena = arena
    }

    /// Takes up a moment, at the event or deadline that the context is about.
    mutating func begin(_ moment: MomentNumber, _ context: borrowing EvaluationContext) {
        if self.moment != moment {
            self.moment = moment
            form = table.forms[moment]
            if !form.pattern.isNone { pattern = table.patterns.forms[form.pattern.index] }
        }
        arena = context.scope.arena
        now = context.scope.now
        isEvent = context.isEvent
        isFlushing = context.isFlushing
    }

    // MARK: The verbs

    /// Shows the current event to a sequence that has an interest in its type.
    mutating func advance(_ interest: InterestTable.MomentInterest, _ context: inout EvaluationContext) {
        begin(interest.moment, context)
        eventType = context.scope.event.row.type
        switch interest.strategy {
        case .absence: advanceAbsence(interest, &context)
        case .runs: advanceRuns(interest, &context)
        case .strands: advanceStrands(interest, &context)
        case .cohorts: advanceCohorts(interest, &context)
        case nil: preconditionFailure("a condition is not matched")
        }
    }

    /// A deadline has come that a sequence set for the customer at hand.
    mutating func expire(_ entry: Deadlines.Entry, moment: MomentNumber, _ context: inout EvaluationContext) {
        begin(moment, context)
        if entry.isRetelling {
            expireRepeats(entry, &context)
            return
        }
        switch form.strategy {
        case .absence: expireAbsence(entry, &context)
        case .runs: expireRuns(entry, &context)
        case .strands: expireStrands(entry, &context)
        case .cohorts: expireCohorts(entry, &context)
        case nil: break
        }
    }

    /// Whether a match completes at a deadline, as things stand.
    mutating func completes(_ entry: Deadlines.Entry, moment: MomentNumber, _ context: borrowing EvaluationContext)
        -> Bool
    {
        begin(moment, context)
        if form.strategy == .absence, absence(of: entry, context) != nil { return true }
        guard let keyState = context.keyState(of: entry, moment: moment, form) else { return false }
        if keyState.isArmed(at: entry.time) { return true }
        return !form.pattern.isNone && keyState.endOfWithin == entry.time && pattern.closing == .within
    }

    /// Until when, at most, something is pending in a word of the customer at hand or remembered
    /// there: the first end, where that is so for several values of `by`; what is over is evicted,
    /// the distant past where that was all.
    mutating func liveUntil(_ moment: MomentNumber, _ context: inout EvaluationContext) -> Instant {
        begin(moment, context)
        // Its deadline sees to it.
        if absence(context) != nil { return now.advanced(by: form.closingWait) }
        return context.liveUntil(moment, form)
    }

    /// Describes the partial matches in a word of the customer at hand, each kind of at most `most`.
    mutating func describe(
        _ moment: MomentNumber, _ context: borrowing EvaluationContext, plan: JourneyPlan, most: Int
    ) -> [WaitingMatch] {
        guard let cell = context.cell(context.kind(ofMoment: moment)), context.scope.arena[cell] != 0,
            case .sequence(let sequence) = plan.moments[moment].trigger
        else { return [] }
        begin(moment, context)
        if let absence = absence(context) { return [describe(absence, sequence, plan)] }
        let held = UInt32(truncatingIfNeeded: arena[cell])
        var found: [WaitingMatch] = []
        for handle in form.isKeyed ? KeyStateTable(arena: arena).all(held) : [held] {
            let keyState = KeyState(arena: arena, handle: handle)
            switch form.strategy {
            case .absence, .runs: found += describeRuns(keyState, sequence, plan, most: most)
            case .strands: found += describeStrands(keyState, sequence, plan, most: most)
            case .cohorts: found += describeCohorts(keyState, sequence, plan, most: most)
            case nil: break
            }
            if form.retells { found += describeRepeats(keyState, sequence, plan, most: most) }
        }
        // Tables keep their key states in no order that means anything.
        found.sort { one, other in
            let (end, otherEnd) = (one.until ?? .distantFuture, other.until ?? .distantFuture)
            let (length, otherLength) = (
                one.bound.reduce(0) { $0 + $1.ids.count }, other.bound.reduce(0) { $0 + $1.ids.count }
            )
            return (end, one.by ?? "", otherLength) < (otherEnd, other.by ?? "", length)
        }
        return Array(found.prefix(most))
    }

    /// Frees all that a word keeps of a moment; answers how many partial matches there were.
    mutating func free(_ word: UInt64, moment: MomentNumber, _ context: borrowing EvaluationContext) -> Int {
        begin(moment, context)
        if let absence = LoneAbsence(word, in: arena) {
            absence.free()
            return 1
        }
        let held = UInt32(truncatingIfNeeded: word)
        if held == 0 { return 0 }
        let keyStates = KeyStateTable(arena: arena)
        var partialMatches = 0
        for handle in form.isKeyed ? keyStates.all(held) : [held] {
            let keyState = KeyState(arena: arena, handle: handle)
            switch form.strategy {
            case .absence, .runs:
                partialMatches += keyState.runs
                RunList.freeAll(of: keyState, form)
            case .strands:
                partialMatches += keyState.runs
                PartialGroups(keyState: keyState).free()
            case .cohorts:
                partialMatches += keyState.runs
                CohortList(keyState: keyState).free()
            case nil: break
            }
            if form.retells { RepeatedMatches(keyState: keyState, word: form.retoldWord).free() }
            keyState.free(lists: form.lists)
        }
        if form.isKeyed { keyStates.free(held) }
        return partialMatches
    }

    /// Has the lists that a word of a customer leads to be near soon, for a moment without `by`.
    @inline(__always)
    func bringListsNear(_ moment: MomentNumber, cell: Int, in arena: Arena) {
        guard !LoneAbsence.isOne(arena[cell]) else { return }
        let keyState = KeyState(arena: arena, handle: UInt32(truncatingIfNeeded: arena[cell]))
        for count in 1...table.forms[moment].queues { arena.bringNear(Arena.word(keyState.list(count))) }
    }

    /// Has the first events of a sequence's lists of runs be near soon: those that go first.
    @inline(__always)
    func bringEventsNear(_ moment: MomentNumber, cell: Int, in arena: Arena) {
        guard !LoneAbsence.isOne(arena[cell]) else { return }
        let keyState = KeyState(arena: arena, handle: UInt32(truncatingIfNeeded: arena[cell]))
        let lists = RunList(arena: arena)
        for count in 1...table.forms[moment].queues { lists.bringEventsNear(keyState.list(count)) }
    }

    // MARK: What all strategies share

    /// Notes what has come of the partial match whose events stand in `path`. A match that is to be
    /// told again is kept for that.
    /// - Parameter place: of a deadline, that of the event that set it.
    mutating func emit(_ kind: MatchResults.Kind, of keyState: KeyState, place: UInt64 = 0) {
        if kind == .match, form.retells, !isFlushing { keepToRepeat(keyState) }
        results.append(kind, of: keyState.handle, path, pathSteps, place: place, in: arena)
    }

    mutating func arm(_ due: Instant, place: UInt64, _ keyState: KeyState) {
        results.append(MatchResults.Deadline(time: due, place: place, detail: keyState.handle))
    }

    /// Ends what was done about a key state: one that keeps nothing any more is freed, once its matches are written.
    mutating func finish(_ keyState: KeyState, _ context: inout EvaluationContext) {
        if results.matches.isEmpty { context.freeIfIdle(keyState, moment: moment, form) }
    }
}
