import Events
package import Expressions
import Storage

/// What expressions can see at one instant: the event, the customer, its windows, the moment at hand.
///
/// One scope serves a shard for its whole life and is set anew for each event, so that looking something up copies
/// nothing.
package struct EvaluationScope: ~Copyable, Names {
    /// A part of a size that is not known beforehand: with it the scope is handed about by its address. Without, every
    /// call that only looks at it would copy it.
    private let anchor: any Sendable = ()
    private var memory: ArenaMemory
    private(set) var arena: Arena
    var customers: Customers
    let windows: Column<WindowForm>
    let touchpoints: TouchpointTexts
    private let scoreCount: Int
    /// The tables, and what look-ups go by as long as they are here.
    private let tables: ReferenceTables
    private let sights: ReferenceSights
    /// The kind of a customer's word for scores and segments; those of the attributes follow.
    let pictureKind: Int
    /// The kind of the word for moments whose decision waits.
    let waitingKind: Int
    /// The kind of the word for what the customer is called.
    let nameKind: Int
    /// Whether customers are found by several ids, so that what they are called may change.
    let hasIdentity: Bool

    /// The current event; without fields where there is none.
    var event = EventSight()
    var hasEvent = false
    /// Room for the id that an event without one is given.
    let madeID = ByteBlock(capacity: 64)
    /// The time of what is being decided: the event's, or the deadline's.
    var now = Instant.distantPast
    /// What the customer is called.
    var customerID = View<UInt8>()
    /// What its row is found by, with the hash.
    var customerKey = View<UInt8>()
    var customerHash: UInt64 = 0
    /// In which slot of the table its row may stand: whoever has looked ahead knows.
    var slot: UInt32 = 0
    /// Whether it is accounts that are followed.
    let isOfAccounts: Bool
    /// How many persons belong to the account at hand.
    var members = 0
    /// The customer's row, 0 where it has none.
    var location = Customers.Location.none {
        didSet { pictureBase = 0 }
    }
    /// The first word of the customer's scores and segments, once it was looked for; 0 before.
    private var pictureBase = 0
    /// The events bound to the steps of the match at hand, by step; 0 for none.
    var stepEvents = Column<UInt32>(capacity: 64)
    /// The events bound to each step of the partial match or the moment at hand, one step's after
    /// the other, as records; and where each step's begin. Only filled for what reads them.
    var listedEvents = Column<Value>()
    var listStarts = Column<Int32>()
    var moment = MomentSight()

    /// What expressions can see of the moment at hand.
    struct MomentSight {
        var name = View<UInt8>()
        var kind: View<UInt8>?
        var start = Instant.distantPast
        var end = Instant.distantPast
    }

    /// - Parameter space: what handles are numbers in; shared by shards that hand over customers to each other.
    init(plan: JourneyPlan, space: ArenaSpace = ArenaSpace()) {
        memory = ArenaMemory(in: space)
        arena = memory.arena
        customers = Customers(
            arena: arena, kinds: plan.windows.count + plan.moments.count + 4 + plan.picture.attributes.count)
        windows = Column(
            plan.windows.map {
                var form = WindowForm($0)
                form.keepsPlaces = plan.hasIdentity
                return form
            })
        hasIdentity = plan.hasIdentity
        isOfAccounts = plan.isOfAccounts
        touchpoints = TouchpointTexts(plan.picture.sights)
        scoreCount = plan.picture.scores.count
        tables = plan.tables
        sights = plan.tables.sights
        pictureKind = plan.windows.count + plan.moments.count + 1
        waitingKind = pictureKind + 1 + plan.picture.attributes.count
        nameKind = waitingKind + 1
    }

    /// Takes over the memory of another scope, which is left with this one's; the customers' table does not go with it.
    mutating func takeOver(_ other: inout EvaluationScope) {
        swap(&memory, &other.memory)
        arena = memory.arena
        customers = Customers(arena: arena, like: customers)
    }

    /// What a variable of `Vocabulary` is for the customer and the event at hand; an error where it is not there.
    package borrowing func value(of variable: Int) -> Value {
        let scope = Vocabulary.scope(variable)
        if scope == Vocabulary.eventScope { return eventValue(Vocabulary.place(variable)) }
        if scope >= Vocabulary.firstStep {
            let step = scope - Vocabulary.firstStep
            guard step < stepEvents.count, stepEvents[step] != 0 else { return .error(.noSuchKey) }
            return value(of: StoredEvent.sight(stepEvents[step], in: arena), place: Vocabulary.place(variable))
        }
        switch scope {
        case Vocabulary.windowScope: return window(Vocabulary.place(variable))
        case Vocabulary.scoreScope:
            guard let state = pictureState, state.isPresent(Vocabulary.place(variable)) else {
                return .error(.noSuchKey)
            }
            return .double(state.lastValue(Vocabulary.place(variable)))
        case Vocabulary.segmentScope: return .bool(pictureState?.isIn(Vocabulary.place(variable)) ?? false)
        case Vocabulary.profileScope: return attribute(Vocabulary.place(variable))
        case Vocabulary.touchpointScope:
            return hasEvent
                ? touchpoints.value(of: event.touchpoint, place: Vocabulary.place(variable)) : .error(.noSuchKey)
        case Vocabulary.customerScope: return .string(customerID)
        case Vocabulary.nowScope: return .timestamp(microseconds: now.microseconds)
        case Vocabulary.stepListScope, Vocabulary.momentStepScope:
            return list(ofStep: StepNumber(Vocabulary.place(variable)))
        case Vocabulary.momentScope: return momentValue(Vocabulary.place(variable))
        case Vocabulary.accountScope: return account(Vocabulary.place(variable))
        case Vocabulary.tableScope: return ReferenceTables.table(Vocabulary.place(variable))
        default: return .error(.noSuchKey)
        }
    }

    /// The row of a key in a reference table.
    package borrowing func row(of table: Record, key: Value) -> Value { sights.row(of: table, key: key) }

    /// A cell of the row of a key in the table that a variable is.
    package borrowing func cell(_ field: Int, ofTable table: Int, key: Value) -> Value {
        sights.cell(field, ofTable: Vocabulary.place(table), key: key)
    }

    /// A field of a bound event, by the event's place in the arena, or a cell of a table's row.
    package borrowing func field(_ field: Int, of record: Record) -> Value {
        if record.kind >= ReferenceTables.tableKind { return sights.value(field, of: record) }
        return value(of: StoredEvent.sight(record.index, in: arena), place: field)
    }

    private func list(ofStep step: StepNumber) -> Value {
        guard step.index + 1 < listStarts.count else { return .list(View()) }
        return .list(listedEvents.view(Int(listStarts[step])..<Int(listStarts[step.index + 1])))
    }

    // Each part of the current event is taken from where it lies: an `EventSight` that is handed to
    // a function is copied, which takes longer than all the rest.

    /// What the current event says at a place.
    private func eventValue(_ place: Int) -> Value {
        guard hasEvent else { return .error(.noSuchKey) }
        if let slot = Vocabulary.slot(atPlace: place) { return value(ofSlot: slot, in: event.fields, event.texts) }
        return fixedValue(
            place, id: event.row.id, type: event.row.typeName, channel: event.row.channel, time: event.row.time,
            touchpoint: event.touchpoint, event.texts)
    }

    /// What the current event says at a slot.
    @inline(__always)
    func value(ofSlot slot: SlotNumber) -> Value {
        hasEvent ? value(ofSlot: slot, in: event.fields, event.texts) : .error(.noSuchKey)
    }

    /// The current event's id.
    var eventID: View<UInt8> { event.row.id.isAbsent ? madeID.bytes : event.text(event.row.id) }

    /// What an event that the state keeps says at a place.
    private func value(of event: EventSight, place: Int) -> Value {
        if let slot = Vocabulary.slot(atPlace: place) { return value(ofSlot: slot, in: event.fields, event.texts) }
        return fixedValue(
            place, id: event.row.id, type: event.row.typeName, channel: event.row.channel, time: event.row.time,
            touchpoint: event.touchpoint, event.texts, customer: event.row.customerID)
    }

    @inline(__always)
    private func value(ofSlot slot: SlotNumber, in fields: View<Field>, _ texts: Texts) -> Value {
        var index = fields.count
        while index > 0 {
            index &-= 1
            let field = fields[index]
            if field.slot == slot { return texts.value(of: field) }
        }
        return .error(.noSuchKey)
    }

    @inline(__always)
    private func fixedValue(
        _ place: Int, id: TextRange, type: TextRange, channel: TextRange, time: Instant, touchpoint: Int32,
        _ texts: Texts, customer: TextRange = .absent
    ) -> Value {
        switch Vocabulary.EventPlace(rawValue: place) {
        case .id: .string(id.isAbsent ? madeID.bytes : texts[id])
        case .customerID: .string(customer.isAbsent ? customerID : texts[customer])
        case .type: .string(texts[type])
        case .channel:
            channel.isAbsent
                ? touchpoints.channel(of: touchpoint).map { .string($0) } ?? .error(.noSuchKey)
                : .string(texts[channel])
        case .time: .timestamp(microseconds: time.microseconds)
        case nil: .error(.noSuchKey)
        }
    }

    private func window(_ index: Int) -> Value {
        let state = WindowState(form: windows[index], arena: arena)
        return state.value(at: now, cell: location.row == 0 ? nil : customers.cell(index, bitmap: location.bitmap))
    }

    private func attribute(_ index: Int) -> Value {
        guard location.row != 0, let cell = customers.cell(pictureKind + 1 + index, bitmap: location.bitmap) else {
            return .error(.noSuchKey)
        }
        return KeptAttribute(arena: arena, cell: cell).value
    }

    /// The current customer's scores and segments, if there are any.
    var pictureState: PictureState? {
        if pictureBase != 0 { return PictureState(arena: arena, base: pictureBase, scoreCount: scoreCount) }
        guard location.row != 0, let cell = customers.cell(pictureKind, bitmap: location.bitmap) else { return nil }
        return PictureState(
            arena: arena, base: Arena.word(UInt32(truncatingIfNeeded: arena[cell])), scoreCount: scoreCount)
    }

    /// The same, remembered for as long as the customer is looked at.
    mutating func findPicture() -> PictureState? {
        let state = pictureState
        pictureBase = state?.base ?? 0
        return state
    }

    /// Forgets where the customer's scores and segments stand, which is another place now.
    mutating func forgetPicture() { pictureBase = 0 }

    /// What the customer of a row is called. Valid until the row changes.
    func name(ofRow row: UInt32) -> View<UInt8> {
        let key = customers.id(ofRow: row)
        guard hasIdentity else { return key }
        guard let cell = customers.cell(nameKind, bitmap: customers.bitmap(ofRow: row)) else {
            return SubjectKey.id(of: key)
        }
        let base = Arena.word(UInt32(truncatingIfNeeded: arena[cell]))
        return arena.bytes(at: base + 1, count: Int(arena[base] & 0xFFFF_FFFF))
    }

    /// How many persons belonged to the account of a row when it was last told.
    func members(ofRow row: UInt32) -> Int {
        guard let cell = customers.cell(nameKind, bitmap: customers.bitmap(ofRow: row)) else { return 0 }
        return Int(arena[Arena.word(UInt32(truncatingIfNeeded: arena[cell]))] >> 32)
    }

    private func account(_ place: Int) -> Value {
        guard isOfAccounts, let place = Vocabulary.AccountPlace(rawValue: place) else { return .error(.noSuchKey) }
        return switch place {
        case .id: .string(SubjectKey.id(of: customerKey))
        case .members: .int(Int64(members))
        }
    }

    private func momentValue(_ place: Int) -> Value {
        switch Vocabulary.MomentPlace(rawValue: place) {
        case .name: .string(moment.name)
        case .kind: moment.kind.map { .string($0) } ?? .error(.noSuchKey)
        case .start: .timestamp(microseconds: moment.start.microseconds)
        case .end: .timestamp(microseconds: moment.end.microseconds)
        case nil: .error(.noSuchKey)
        }
    }
}
