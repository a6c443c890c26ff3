import Events
package import Expressions
import Storage

/// What expressions can see at one instant: the event, the customer, its windows, the moment at hand.
///
/// One scene serves a shard for its whole life and is set anew for each event, so that looking something up copies
/// nothing.
package struct Scene: ~Copyable, Names {
    /// A part of a size that is not known beforehand: with it the scene is handed about by its address. Without, every
    /// call that only looks at it would copy it.
    private let anchor: any Sendable = ()
    private var memory = ArenaMemory()
    private(set) var arena: Arena
    var customers: Customers
    let windows: Column<WindowState.Form>
    let touchpoints: TouchpointTexts
    private let scoreCount: Int
    /// The kind of a customer's word for scores and segments; those of the attributes follow.
    let pictureKind: Int

    /// The current event; without fields where there is none.
    var event = EventSight()
    var hasEvent = false
    /// Room for the id that an event without one is given.
    let madeID = ByteBlock(capacity: 64)
    /// The time of what is being decided: the event's, or the deadline's.
    var now = Instant.distantPast
    var customerID = View<UInt8>()
    var customerHash: UInt64 = 0
    /// The customer's row, 0 where it has none.
    var location = Customers.Location.none {
        didSet { pictureBase = 0 }
    }
    /// The first word of the customer's scores and segments, once it was looked for; 0 before.
    private var pictureBase = 0
    /// The events bound to the steps of the match at hand, by step; 0 for none.
    var stepEvents = Column<UInt32>(capacity: 64)
    /// The events bound to each step of the partial match or the moment at hand, one step's after the other, as records;
    /// and where each step's begin. Only filled for what reads them.
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

    init(plan: JourneyPlan) {
        arena = memory.arena
        customers = Customers(
            arena: arena, kinds: plan.windows.count + plan.moments.count + 2 + plan.picture.attributes.count)
        windows = Column(plan.windows.map { WindowState.Form($0) })
        touchpoints = TouchpointTexts(plan.picture.sights)
        scoreCount = plan.picture.scores.count
        pictureKind = plan.windows.count + plan.moments.count + 1
    }

    /// Takes over the memory of another scene, which is left with this one's; the customers' table does not go with it.
    mutating func takeOver(_ other: inout Scene) {
        swap(&memory, &other.memory)
        arena = memory.arena
        customers = Customers(arena: arena, like: customers)
    }

    package borrowing func value(of variable: Int) -> Value {
        let scope = Vocabulary.scope(variable)
        if scope == Vocabulary.eventScope {
            return hasEvent ? value(of: event, place: Vocabulary.place(variable)) : .error(.noSuchKey)
        }
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
        case Vocabulary.stepListScope, Vocabulary.momentStepScope: return list(ofStep: Vocabulary.place(variable))
        case Vocabulary.momentScope: return momentValue(Vocabulary.place(variable))
        default: return .error(.noSuchKey)
        }
    }

    package borrowing func field(_ field: Int, of record: Record) -> Value {
        value(of: StoredEvent.sight(record.index, in: arena), place: field)
    }

    private func list(ofStep step: Int) -> Value {
        guard step + 1 < listStarts.count else { return .list(View()) }
        return .list(listedEvents.view(Int(listStarts[step])..<Int(listStarts[step + 1])))
    }

    /// What an event says at a place. It is looked for here, where the fields lie, and the sight is not copied.
    @inline(__always)
    private func value(of event: borrowing EventSight, place: Int) -> Value {
        if place >= Vocabulary.firstSlot {
            let slot = UInt64(place - Vocabulary.firstSlot)
            var index = event.fields.count
            while index > 0 {
                index &-= 1
                let field = event.fields[index]
                if UInt64(field.slot) == slot { return event.value(of: field) }
            }
            return .error(.noSuchKey)
        }
        return fixedValue(of: copy event, place: place)
    }

    private func fixedValue(of event: EventSight, place: Int) -> Value {
        switch Vocabulary.EventPlace(rawValue: place) {
        case .id:
            return .string(event.row.id.isAbsent ? madeID.bytes : event.text(event.row.id))
        case .customerID: return .string(customerID)
        case .type: return .string(event.text(event.row.typeName))
        case .channel:
            if !event.row.channel.isAbsent { return .string(event.text(event.row.channel)) }
            return touchpoints.channel(of: event.touchpoint).map { .string($0) } ?? .error(.noSuchKey)
        case .time: return .timestamp(microseconds: event.row.time.microseconds)
        case nil: return .error(.noSuchKey)
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
        return StoredValue.read(at: Arena.word(UInt32(truncatingIfNeeded: arena[cell])) + 1, in: arena)
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
