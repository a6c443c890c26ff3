import Events
package import Expressions
import Storage

/// What expressions can see at one instant: the event, the customer, its windows, the moment at hand.
///
/// One scene serves a shard for its whole life and is set anew for each event, so that looking something up copies
/// nothing.
package struct Scene: ~Copyable, Names {
    private let memory = ArenaMemory()
    let arena: Arena
    var customers: Customers
    let windows: Column<WindowState.Form>

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
    var location = Customers.Location.none
    /// The events bound to the steps of the match at hand, by step; 0 for none.
    var stepEvents = Column<UInt32>(capacity: 64)
    /// The events bound to each step of the partial match at hand, one step's after the other, as records; and where
    /// each step's begin. Only filled for what reads them.
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

    init(plan: JourneyPlan, kinds: Int) {
        arena = memory.arena
        customers = Customers(arena: arena, kinds: kinds)
        windows = Column(plan.windows.map { WindowState.Form($0) })
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
        case Vocabulary.customerScope: return .string(customerID)
        case Vocabulary.nowScope: return .timestamp(microseconds: now.microseconds)
        case Vocabulary.stepListScope: return list(ofStep: Vocabulary.place(variable))
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

    private func value(of event: EventSight, place: Int) -> Value {
        if place >= Vocabulary.firstSlot {
            guard let field = event.field(place - Vocabulary.firstSlot) else { return .error(.noSuchKey) }
            return event.value(of: field)
        }
        switch Vocabulary.EventPlace(rawValue: place) {
        case .id:
            return .string(event.row.id.isAbsent ? madeID.bytes : event.text(event.row.id))
        case .customerID: return .string(customerID)
        case .type: return .string(event.text(event.row.typeName))
        case .channel:
            return event.row.channel.isAbsent ? .error(.noSuchKey) : .string(event.text(event.row.channel))
        case .time: return .timestamp(microseconds: event.row.time.microseconds)
        case nil: return .error(.noSuchKey)
        }
    }

    private func window(_ index: Int) -> Value {
        let state = WindowState(form: windows[index], arena: arena)
        return state.value(at: now, cell: location.row == 0 ? nil : customers.cell(index, bitmap: location.bitmap))
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
