package import Events
package import Expressions
import Storage

/// The part of the engine that follows some of the customers: their windows, their partial matches, their deadlines.
///
/// A pure state machine: batches in, moments out. It knows no clock, no thread and no other shard; the time is what the
/// events and the watermark say.
///
/// For each event, in this order: deadlines due, deduplication, windows, moments. Deadlines fire before any event at or
/// after them. Whatever it writes carries an `OrderKey`, by which the outputs of all shards are merged.
/// Cost: an event costs in proportion to the rules that name its type and to what they find in the customer's state,
/// not to the number of rules, customers, or partial matches that wait for something else.
package struct Shard: ~Copyable {
    let plan: JourneyPlan
    /// How many events ahead customers are looked up.
    private static let lookahead = 16

    let dispatch: Dispatch
    let programs: Shelf<Expression>
    let texts: Shelf<MomentText>
    let keptSlots: Column<Bool>
    let dedup: Int64?
    let sink: (any OccurrenceSink)?

    var scene: Scene
    var evaluator: Evaluator
    var deadlines = Deadlines()
    var statistics: ShardStatistics

    /// The current event as the state keeps it, 0 until something binds it.
    var boundEvent: UInt32 = 0
    /// Whether what is being decided was brought about by an event, and its number among such.
    var isEvent = false
    var ordinal: UInt32 = 0
    /// The place of the event that set the deadline being decided.
    var deadlinePlace: UInt64 = 0

    var lines: [MomentLine] = []
    var text: [UInt8] = []
    var duplicates: [(place: UInt64, reject: Reject)] = []
    var lineText: [UInt8] = []
    /// The events bound at each position of the match being written.
    var path = Column<UInt32>(capacity: Dispatch.positionLimit)

    /// A shard without customers.
    /// - Parameter sink: told of each moment as it comes.
    package init(plan: JourneyPlan, sink: (any OccurrenceSink)?, evaluator: consuming Evaluator) {
        self.plan = plan
        self.sink = sink
        dispatch = Dispatch(plan)
        programs = Shelf(plan.expressions)
        texts = Shelf(plan.moments.map { MomentText($0) })
        keptSlots = Column(plan.projection.paths.indices.map { plan.keptSlots.contains($0) })
        dedup = plan.dedup
        scene = Scene(plan: plan, kinds: plan.windows.count + plan.moments.count + 1)
        self.evaluator = evaluator
        statistics = ShardStatistics(plan)
    }

    // MARK: The kinds of words that a customer's row may keep

    func kind(ofMoment moment: Int) -> Int { scene.windows.count + moment }
    var dedupKind: Int { scene.windows.count + dispatch.moments.count }

    // MARK: Batches

    /// Takes the batch's events that belong to this shard, and then the deadlines up to the batch's watermark.
    package mutating func process(_ batch: OrderedBatch, shard: Int) -> ShardOutput {
        let rows = batch.rows(ofShard: shard)
        for index in 0..<rows.count {
            if index & (Shard.lookahead - 1) == 0 { near(rows, from: index, of: batch) }
            let row = Int(rows[index])
            take(batch.events.sight(row, taken: batch.taken(row), place: batch.place(row)))
        }
        fire(upTo: batch.watermark)
        return handOver()
    }

    /// Looks at the table entries and rows of the next events' customers, which are far apart in memory, so that they
    /// come near side by side and not one after the other.
    private func near(_ rows: View<UInt32>, from first: Int, of batch: OrderedBatch) {
        var handles = InlineArray<16, UInt32>(repeating: 0)
        let count = min(Shard.lookahead, rows.count - first)
        for index in 0..<count {
            handles[index] = scene.customers.touch(batch.events.row(Int(rows[first + index])).customerHash)
        }
        var seen: UInt64 = 0
        for index in 0..<count where handles[index] != 0 { seen |= scene.arena[Arena.word(handles[index])] }
        // A row's first word is never all ones; the comparison keeps the loads from being left out.
        precondition(seen != .max)
    }

    /// After the last batch: with `flush`, all pending deadlines fire, as if time went on without end.
    package mutating func finish(flush: Bool) -> ShardOutput {
        if flush { fire(upTo: Instant(microseconds: Int64.max - 1)) }
        return handOver()
    }

    /// What has been counted so far.
    package func counted() -> ShardStatistics {
        var statistics = statistics
        statistics.customers = scene.customers.count
        statistics.stateBytes = scene.arena.wordsInUse * 8
        return statistics
    }

    private mutating func handOver() -> ShardOutput {
        // One deadline of a customer may write several lines, between which another's belong.
        var isSorted = true
        for index in lines.indices.dropFirst() where lines[index].key < lines[index - 1].key { isSorted = false }
        if !isSorted { lines.sort { $0.key < $1.key } }
        let output = ShardOutput(lines: lines, text: text, duplicates: duplicates)
        if !lines.isEmpty { lines = [] }
        if !text.isEmpty { text = [] }
        if !duplicates.isEmpty { duplicates = [] }
        return output
    }

    // MARK: One event

    private mutating func take(_ event: EventSight) {
        if deadlines.next <= event.taken { fire(upTo: event.taken) }
        let windows = dispatch.windowInterests(ofType: event.row.type)
        let moments = dispatch.momentInterests(ofType: event.row.type)
        if windows.isEmpty, moments.isEmpty, dedup == nil { return }
        begin(event)
        if dedup != nil, isDuplicate() { return }
        for index in 0..<windows.count { addToWindow(windows[index]) }
        for index in 0..<moments.count {
            if moments[index].isCondition {
                decideCondition(Int(moments[index].moment))
            } else {
                advance(moments[index])
            }
        }
        if boundEvent != 0 {
            StoredEvent.release(boundEvent, in: scene.arena)
            boundEvent = 0
        }
    }

    private mutating func begin(_ event: EventSight) {
        evaluator.reset()
        scene.event = event
        scene.hasEvent = true
        scene.now = event.taken
        scene.customerID = event.text(event.row.customerID)
        scene.customerHash = event.row.customerHash
        scene.location =
            scene.customers.find(scene.customerID, hash: scene.customerHash) ?? Customers.Location(entry: 0, row: 0)
        if event.row.id.isAbsent {
            scene.madeID.truncate(to: 0)
            scene.madeID.append(event.idText)
        }
        isEvent = true
        ordinal = 0
    }

    /// The word of that kind for the current customer, who is added if there is no state for it yet.
    mutating func obtainCell(_ kind: Int) -> Int {
        if scene.location.row == 0 {
            scene.location = scene.customers.obtain(scene.customerID, hash: scene.customerHash)
        }
        return scene.customers.obtainCell(kind, of: &scene.location)
    }

    func cell(_ kind: Int) -> Int? {
        scene.location.row == 0 ? nil : scene.customers.cell(kind, ofRow: scene.location.row)
    }

    /// The current event as the state keeps it.
    mutating func bind() -> UInt32 {
        if boundEvent == 0 {
            boundEvent = StoredEvent.make(scene.event, in: scene.arena) { keptSlots[$0] }
        }
        return boundEvent
    }

    // MARK: Expressions

    /// Whether a condition holds; -1 is none and always holds. A failure counts under its path.
    mutating func holds(_ expression: Int32) -> Bool {
        if expression < 0 { return true }
        let faults = evaluator.faultCount
        let holds = evaluator.holds(programs[Int(expression)].program, scene)
        if evaluator.faultCount != faults { statistics.faults[Int(expression)] += 1 }
        return holds
    }

    /// The value of an expression; a failure counts under its path.
    mutating func value(_ expression: Int32) -> Value {
        let value = evaluator.evaluate(programs[Int(expression)].program, scene)
        if value.isError { statistics.faults[Int(expression)] += 1 }
        return value
    }

    // MARK: Deduplication

    /// Whether the event's id came before within the time for which ids are remembered; if not, it is remembered.
    /// Events without an id are never duplicates.
    private mutating func isDuplicate() -> Bool {
        guard let dedup, !scene.event.row.id.isAbsent else { return false }
        // A set of ids with the time of each is what a window of different values keeps.
        let state = WindowState(
            form: WindowState.Form(aggregate: .distinct, over: dedup), arena: scene.arena)
        let cell = obtainCell(dedupKind)
        let id = scene.event.text(scene.event.row.id)
        if state.holds(.string(id), at: scene.now, cell: cell) {
            duplicates.append(
                (
                    scene.event.place,
                    Reject(
                        line: Int(scene.event.row.line), reason: .duplicate,
                        detail: "id \"" + id.text + "\" came before within input.dedup",
                        raw: scene.event.text(scene.event.row.lineText))
                ))
            return true
        }
        state.add(.string(id), at: scene.now, place: scene.event.place, cell: cell)
        return false
    }
}
