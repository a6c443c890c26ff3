import Events
import Expressions
import Storage

/// What a shard decides anything at: the event or deadline at hand and its time, the customer whose
/// it is with the words kept of it, and what evaluates expressions over all that.
///
/// There is one for a shard's whole life, set anew for each event and deadline. Windows, scores, segments and the
/// matcher of sequences all work on it; none of them knows the shard.
struct EvaluationContext: ~Copyable {
    var scope: EvaluationScope
    var evaluator: Evaluator
    let expressions: Shelf<Expression>
    private let programs: Column<PreparedProgram?>
    private let variables: Column<SoleVariable>
    let plainConditions: PlainConditions
    private let madeValue = ByteBlock(capacity: 64)
    /// What of an event is kept once something binds it.
    let kept: StoredEvent.Kept
    /// For each kind of word, the least time in microseconds for which one is remembered.
    private let leastLives: Column<Int64>
    var statistics: ShardStatistics

    /// The current event as the state keeps it, 0 until something binds it.
    var boundEvent: UInt32 = 0
    /// Whether what is being decided was brought about by an event.
    var isEvent = false
    /// Whether time goes on without end: what is told again has no end then, and is told once more at most.
    var isFlushing = false
    /// How many customers came since the hand of the sweep moved.
    var newCustomers = 0
    /// Whether something of the customer at hand is yet to be kept, so that the customer stays though nothing is.
    var isCustomerNeeded = false

    init(plan: JourneyPlan, evaluator: consuming Evaluator, space: ArenaSpace) {
        scope = EvaluationScope(plan: plan, space: space)
        self.evaluator = evaluator
        expressions = Shelf(plan.expressions)
        programs = Column(plan.expressions.map(\.program.prepared))
        variables = Column(plan.expressions.map { SoleVariable($0.program.soleVariable) })
        plainConditions = PlainConditions(plan.expressions)
        kept = StoredEvent.Kept(plan)
        leastLives = Column(StateKind.all(plan).map { $0.leastLife(plan) })
        statistics = ShardStatistics(plan)
    }

    /// Sets the scope for the event that it shows: its time and customer.
    @inline(__always)
    mutating func begin() {
        evaluator.reset()
        scope.hasEvent = true
        scope.now = scope.event.taken
        scope.customerID = scope.event.text(scope.event.row.customerID)
        scope.customerHash = scope.event.row.customerHash
        if !scope.hasIdentity { scope.customerKey = scope.customerID }
        scope.location =
            scope.customers.find(scope.customerKey, hash: scope.customerHash, slot: scope.slot) ?? .none
        if scope.event.row.id.isAbsent {
            scope.madeID.truncate(to: 0)
            scope.madeID.append(scope.event.idText)
        }
        isEvent = true
    }

    /// Sets the scope for a deadline of a customer.
    mutating func begin(deadlineAt time: Instant, of location: Customers.Location, hash: UInt64) {
        evaluator.reset()
        scope.hasEvent = false
        scope.now = time
        scope.location = location
        scope.customerHash = hash
        scope.customerKey = scope.customers.id(ofRow: location.row)
        scope.customerID = scope.name(ofRow: location.row)
        if scope.isOfAccounts { scope.members = scope.members(ofRow: location.row) }
        isEvent = false
    }

    // MARK: The words that a customer's row keeps

    @inline(__always)
    func kind(ofMoment moment: MomentNumber) -> Int { scope.windows.count + moment.index }
    /// The window of a number among all kinds of state; nil where it is of something else.
    func window(ofKind kind: Int) -> WindowNumber? { kind < scope.windows.count ? WindowNumber(kind) : nil }
    /// The moment whose words are of a kind.
    func moment(ofKind kind: Int) -> MomentNumber { MomentNumber(kind - scope.windows.count) }
    var waitingKind: Int { scope.waitingKind }
    var dedupKind: Int { scope.pictureKind - 1 }

    /// The word of that kind for the current customer, who is added if there is no state for it yet.
    @inline(__always)
    mutating func obtainCell(_ kind: Int) -> Int { cell(kind) ?? makeCell(kind) }

    private mutating func makeCell(_ kind: Int) -> Int {
        if scope.location.row == 0 {
            newCustomers += 1
            statistics.came += 1
            scope.location = scope.customers.obtain(
                scope.customerKey, hash: scope.customerHash, rest: .distantFuture)
            if scope.hasIdentity { noteName() }
        }
        if let known = self.cell(kind) { return known }
        wake(kind)
        var location = scope.location
        let cell = scope.customers.obtainCell(kind, of: &location)
        if location.row != scope.location.row { scope.location = location }
        return cell
    }

    /// Notes that a word of that kind, or something in it, is new: the hand looks when it may be over.
    mutating func wake(_ kind: Int) {
        let life = leastLives[kind]
        if life != .max { scope.customers.wake(scope.location, by: scope.now.advanced(by: life)) }
    }

    @inline(__always)
    func cell(_ kind: Int) -> Int? {
        scope.location.row == 0 ? nil : scope.customers.cell(kind, bitmap: scope.location.bitmap)
    }

    /// The current event as the state keeps it.
    mutating func bind() -> UInt32 {
        if boundEvent == 0 {
            boundEvent = StoredEvent.make(scope.event, in: scope.arena, keeping: kept)
        }
        return boundEvent
    }

    /// Lets go of the current event, as far as nothing else holds it.
    @inline(__always)
    mutating func releaseEvent() {
        if boundEvent == 0 { return }
        StoredEvent.release(boundEvent, in: scope.arena)
        boundEvent = 0
    }

    /// Frees the customer at hand where nothing is kept of it any more, unless something is about to be.
    mutating func freeCustomerIfIdle() {
        let name = scope.hasIdentity ? scope.nameKind : -1
        guard !isCustomerNeeded, scope.customers.isIdle(scope.location.row, but: name) else { return }
        if scope.hasIdentity, let cell = cell(name) { freeName(scope.arena[cell]) }
        scope.customers.remove(scope.location)
        scope.location = .none
    }

    // MARK: Names

    /// Has the customer's row say what it is called, where that is not what it is kept under.
    mutating func noteName() {
        guard scope.location.row != 0 else { return }
        let name = scope.customerID
        if scope.isOfAccounts { return noteAccount(name) }
        let isKey = SubjectKey.id(of: scope.customerKey).holdsSameBytes(as: name)
        if isKey, cell(scope.nameKind) == nil { return }
        let cell = obtainCell(scope.nameKind)
        if scope.arena[cell] != 0 { freeName(scope.arena[cell]) }
        if isKey {
            scope.customers.removeCell(scope.nameKind, ofRow: scope.location.row)
            return
        }
        let block = scope.arena.allocate(1 + (name.count + 7) / 8)
        scope.arena[Arena.word(block)] = UInt64(name.count)
        scope.arena.store(name, at: Arena.word(block) + 1)
        scope.arena[cell] = UInt64(block)
    }

    /// Has an account's row say who did the last of its events, and how many persons belong to it.
    private mutating func noteAccount(_ name: View<UInt8>) {
        let word = UInt64(name.count) | UInt64(scope.members) << 32
        let cell = obtainCell(scope.nameKind)
        if scope.arena[cell] != 0 {
            let known = Arena.word(UInt32(truncatingIfNeeded: scope.arena[cell]))
            if scope.arena[known] == word, scope.arena.bytes(at: known + 1, count: name.count).holdsSameBytes(as: name)
            {
                return
            }
            freeName(scope.arena[cell])
        }
        let block = scope.arena.allocate(1 + (name.count + 7) / 8)
        scope.arena[Arena.word(block)] = word
        scope.arena.store(name, at: Arena.word(block) + 1)
        scope.arena[cell] = UInt64(block)
    }

    /// Frees the name that a word of a customer leads to.
    func freeName(_ word: UInt64) {
        let block = UInt32(truncatingIfNeeded: word)
        scope.arena.free(block, words: 1 + (Int(scope.arena[Arena.word(block)] & 0xFFFF_FFFF) + 7) / 8)
    }

    // MARK: Expressions

    /// Whether a condition holds; none always does. A failure counts under its path.
    @inline(__always)
    mutating func holds(_ expression: ExpressionNumber) -> Bool { expression.isNone || decided(expression) }

    private mutating func decided(_ expression: ExpressionNumber) -> Bool {
        if let known = decidedPlainly(expression) { return known }
        let faults = evaluator.faultCount
        let holds =
            if let program = programs[expression.index] {
                evaluator.holds(program, scope)
            } else {
                evaluator.holds(expressions[expression.index].program, scope)
            }
        if evaluator.faultCount != faults, let fault = evaluator.lastFault { note(fault, of: expression) }
        return holds
    }

    mutating func note(_ fault: Fault, of expression: ExpressionNumber) {
        if fault.isAbsence {
            statistics.absences[expression.index] += 1
        } else {
            statistics.faults[expression.index] += 1
        }
    }

    /// The variable that an expression is nothing but, if that is so.
    // Not private: the compiler needs its layout where other files ask for values.
    struct SoleVariable: BitwiseCopyable {
        /// Its id, -1 for an expression that is more.
        let id: Int
        /// The slot of the current event that it is; none where it is something else.
        let slot: SlotNumber
        /// Whether it is the current event's channel.
        let isChannel: Bool

        init(_ variable: Int?) {
            id = variable ?? -1
            let isCurrent = variable.map { Vocabulary.scope($0) == Vocabulary.eventScope } ?? false
            slot = isCurrent ? variable.flatMap { Vocabulary.slot($0) } ?? .none : .none
            isChannel =
                isCurrent && slot.isNone
                && variable.map { Vocabulary.place($0) == Vocabulary.EventPlace.channel.rawValue } ?? false
        }
    }

    /// The value of an expression; a failure counts under its path.
    @inline(__always)
    mutating func value(_ expression: ExpressionNumber) -> Value {
        // Most are what the event at hand says, which is where it can be seen at once.
        let sole = variables[expression.index]
        if !sole.slot.isNone {
            let value = scope.value(ofSlot: sole.slot)
            if case .error = value {} else { return value }
        } else if sole.isChannel, scope.hasEvent, !scope.event.row.channel.isAbsent {
            return .string(scope.event.text(scope.event.row.channel))
        }
        return evaluated(expression)
    }

    private mutating func evaluated(_ expression: ExpressionNumber) -> Value {
        let variable = variables[expression.index].id
        let value =
            if variable >= 0 {
                scope.value(of: variable)
            } else if let program = programs[expression.index] {
                evaluator.evaluate(program, scope)
            } else {
                evaluator.evaluate(expressions[expression.index].program, scope)
            }
        switch value {
        case .error(let fault): note(fault, of: expression)
        case .list, .map: return asJSON(value)
        default: break
        }
        return value
    }

    /// A list or map as its JSON text, the form in which it can be kept; valid until the next one.
    private mutating func asJSON(_ value: Value) -> Value {
        var text: [UInt8] = []
        guard value.appendJSON(to: &text) else { return .error(.badArgument) }
        madeValue.truncate(to: 0)
        madeValue.append(text)
        return .json(madeValue.bytes)
    }
}
