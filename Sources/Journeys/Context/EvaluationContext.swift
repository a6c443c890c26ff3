import Events
import Expressions
import Storage

/// What a shard decides anything at: the event or deadline at hand and its time, the customer whose it is with the words
/// kept of it, and what evaluates expressions over all that.
///
/// There is one for a shard's whole life, set anew for each event and deadline. Windows, scores, segments and the
/// matcher of sequences all work on it; none of them knows the shard.
struct EvaluationContext: ~Copyable {
    var scene: Scene
    var evaluator: Evaluator
    let expressions: Shelf<Expression>
    private let programs: Column<PreparedProgram?>
    /// The variables' ids of the expressions that are nothing but a variable, else -1.
    private let variables: Column<Int>
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

    init(plan: JourneyPlan, evaluator: consuming Evaluator) {
        scene = Scene(plan: plan)
        self.evaluator = evaluator
        expressions = Shelf(plan.expressions)
        programs = Column(plan.expressions.map(\.program.prepared))
        variables = Column(plan.expressions.map { $0.program.soleVariable ?? -1 })
        plainConditions = PlainConditions(plan.expressions)
        kept = StoredEvent.Kept(plan)
        leastLives = Column(StateKind.all(plan).map { $0.leastLife(plan) })
        statistics = ShardStatistics(plan)
    }

    /// Sets the scene for the event that it shows: its time and customer.
    mutating func begin() {
        evaluator.reset()
        scene.hasEvent = true
        scene.now = scene.event.taken
        scene.customerID = scene.event.text(scene.event.row.customerID)
        scene.customerHash = scene.event.row.customerHash
        scene.location = scene.customers.find(scene.customerID, hash: scene.customerHash) ?? .none
        if scene.event.row.id.isAbsent {
            scene.madeID.truncate(to: 0)
            scene.madeID.append(scene.event.idText)
        }
        isEvent = true
    }

    /// Sets the scene for a deadline of a customer.
    mutating func begin(deadlineAt time: Instant, of location: Customers.Location, hash: UInt64) {
        evaluator.reset()
        scene.hasEvent = false
        scene.now = time
        scene.location = location
        scene.customerHash = hash
        scene.customerID = scene.customers.id(ofRow: location.row)
        isEvent = false
    }

    // MARK: The words that a customer's row keeps

    func kind(ofMoment moment: Int) -> Int { scene.windows.count + moment }
    /// The moment whose words are of a kind.
    func moment(ofKind kind: Int) -> Int { kind - scene.windows.count }
    var waitingKind: Int { scene.waitingKind }
    var dedupKind: Int { scene.pictureKind - 1 }

    /// The word of that kind for the current customer, who is added if there is no state for it yet.
    mutating func obtainCell(_ kind: Int) -> Int {
        if scene.location.row == 0 {
            newCustomers += 1
            statistics.came += 1
            scene.location = scene.customers.obtain(
                scene.customerID, hash: scene.customerHash, rest: .distantFuture)
        }
        if let known = self.cell(kind) { return known }
        wake(kind)
        var location = scene.location
        let cell = scene.customers.obtainCell(kind, of: &location)
        if location.row != scene.location.row { scene.location = location }
        return cell
    }

    /// Notes that a word of that kind, or something in it, is new: the hand looks when it may be over.
    mutating func wake(_ kind: Int) {
        let life = leastLives[kind]
        if life != .max { scene.customers.wake(scene.location, by: scene.now.advanced(by: life)) }
    }

    func cell(_ kind: Int) -> Int? {
        scene.location.row == 0 ? nil : scene.customers.cell(kind, bitmap: scene.location.bitmap)
    }

    /// The current event as the state keeps it.
    mutating func bind() -> UInt32 {
        if boundEvent == 0 {
            boundEvent = StoredEvent.make(scene.event, in: scene.arena, keeping: kept)
        }
        return boundEvent
    }

    /// Lets go of the current event, as far as nothing else holds it.
    mutating func releaseEvent() {
        if boundEvent == 0 { return }
        StoredEvent.release(boundEvent, in: scene.arena)
        boundEvent = 0
    }

    /// Frees the customer at hand where nothing is kept of it any more, unless something is about to be.
    mutating func freeCustomerIfIdle() {
        guard !isCustomerNeeded, scene.customers.isIdle(scene.location.row) else { return }
        scene.customers.remove(scene.location)
        scene.location = .none
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
                evaluator.holds(program, scene)
            } else {
                evaluator.holds(expressions[expression.index].program, scene)
            }
        if evaluator.faultCount != faults, let fault = evaluator.lastFault { note(fault, of: expression) }
        return holds
    }

    private mutating func note(_ fault: Fault, of expression: ExpressionNumber) {
        if fault.isAbsence {
            statistics.absences[expression.index] += 1
        } else {
            statistics.faults[expression.index] += 1
        }
    }

    /// The value of an expression; a failure counts under its path.
    mutating func value(_ expression: ExpressionNumber) -> Value {
        let variable = variables[expression.index]
        let value =
            if variable >= 0 {
                scene.value(of: variable)
            } else if let program = programs[expression.index] {
                evaluator.evaluate(program, scene)
            } else {
                evaluator.evaluate(expressions[expression.index].program, scene)
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
