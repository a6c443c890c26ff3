import Events
import Storage
import TestSupport
import Testing

@testable import Journeys

/// Blocks of words in the arena have several fields a word; each is set and read by one type. What is set in one of them
/// must be found again, and leave all others as they are.
@Suite struct BlockLayoutTests {
    /// A field of a block, as whole bits.
    private struct Field {
        let name: String
        /// How many bits it has.
        let width: Int
        let get: () -> UInt64
        let set: (UInt64) -> Void
    }

    /// Sets fields in any order to any values, the greatest among them, and looks at all of them each time.
    private func expectApart(_ fields: [Field], seed: UInt64) {
        var dice = SeededNumbers(seed: seed)
        var expected = fields.map { $0.get() }
        for _ in 0..<200 {
            let index = Int(dice.next() % UInt64(fields.count))
            let most = fields[index].width == 64 ? UInt64.max : (1 << UInt64(fields[index].width)) - 1
            let value = [0, most, dice.next() & most][Int(dice.next() % 3)]
            fields[index].set(value)
            expected[index] = value
            for (field, value) in zip(fields, expected) {
                #expect(field.get() == value, "\(field.name), after \(fields[index].name)")
            }
        }
    }

    private func time(_ name: String, get: @escaping () -> Instant?, set: @escaping (Instant?) -> Void) -> Field {
        Field(
            name: name, width: 50, get: { UInt64(bitPattern: get()?.microseconds ?? 0) },
            set: { set(Instant(microseconds: Int64(bitPattern: $0))) })
    }

    @Test func fieldsOfAKeyStateOfATreeLieApart() {
        let arena = ArenaMemory()
        defer { withExtendedLifetime(arena) {} }
        let state = KeyState.make(lists: 3, in: arena.arena)
        state.armed = Instant(microseconds: 0)
        state.lastLine = Instant(microseconds: 0)
        state.endOfWithin = Instant(microseconds: 0)
        expectApart(
            [
                time("armed", get: { state.armed }, set: { state.armed = $0 }),
                time("lastLine", get: { state.lastLine }, set: { state.lastLine = $0 ?? .distantPast }),
                Field(
                    name: "runs", width: 31, get: { UInt64(state.runs) }, set: { state.runs = Int($0) }),
                Field(
                    name: "list", width: 32, get: { UInt64(state.list(1)) }, set: { state.setList(1, UInt32($0)) }),
                time("endOfWithin", get: { state.endOfWithin }, set: { state.endOfWithin = $0 }),
                Field(name: "bindings", width: 64, get: { state.bindings }, set: { state.bindings = $0 }),
            ], seed: 1)
    }

    @Test func fieldsOfAKeyStateOfAConditionLieApart() {
        let arena = ArenaMemory()
        defer { withExtendedLifetime(arena) {} }
        let state = KeyState.make(lists: 1, in: arena.arena)
        state.armed = Instant(microseconds: 0)
        expectApart(
            [
                time("armed", get: { state.armed }, set: { state.armed = $0 }),
                Field(
                    name: "wasTrue", width: 1, get: { state.wasTrue ? 1 : 0 }, set: { state.wasTrue = $0 == 1 }),
                Field(name: "isOwed", width: 1, get: { state.isOwed ? 1 : 0 }, set: { state.isOwed = $0 == 1 }),
                Field(
                    name: "armedPlace", width: 62, get: { state.armedPlace }, set: { state.armedPlace = $0 }),
                Field(name: "runs", width: 31, get: { UInt64(state.runs) }, set: { state.runs = Int($0) }),
            ], seed: 2)
    }

    @Test func fieldsOfACohortLieApart() {
        let arena = ArenaMemory()
        defer { withExtendedLifetime(arena) {} }
        let cohort = Cohort.make(in: arena.arena)
        expectApart(
            [
                Field(
                    name: "up", width: 32, get: { UInt64(cohort.joining.up) },
                    set: { cohort.joining.up = UInt32($0) }),
                Field(
                    name: "first", width: 32, get: { UInt64(cohort.first) }, set: { cohort.first = UInt32($0) }),
                Field(name: "last", width: 32, get: { UInt64(cohort.last) }, set: { cohort.last = UInt32($0) }),
                Field(name: "count", width: 32, get: { UInt64(cohort.count) }, set: { cohort.count = Int($0) }),
                Field(
                    name: "isUnordered", width: 1, get: { cohort.isUnordered ? 1 : 0 },
                    set: { cohort.isUnordered = $0 == 1 }),
                Field(
                    name: "lacking", width: Cohort.lackingMost, get: { cohort.lacking },
                    set: { cohort.lacking = $0 }),
                Field(name: "holders", width: 64, get: { cohort.holders }, set: { cohort.holders = $0 }),
            ], seed: 3)
        #expect(cohort.entryCount == 0 && cohort.signature == 0 && !cohort.joining.isJoined)
    }

    @Test func fieldsOfABeginningLieApart() {
        let arena = ArenaMemory()
        defer { withExtendedLifetime(arena) {} }
        let chains = Chain(arena: arena.arena)
        let event = arena.arena.allocate(8)
        let link = chains.make(event: event, step: StepNumber(5), number: 1 << 62, behind: 0)
        let beginning = Beginning.make(link: link, boundBefore: .max, in: arena.arena)
        expectApart(
            [
                Field(
                    name: "up", width: 32, get: { UInt64(beginning.joining.up) },
                    set: { beginning.joining.up = UInt32($0) }),
                Field(
                    name: "next", width: 32, get: { UInt64(beginning.next) },
                    set: { beginning.next = UInt32($0) }),
                Field(
                    name: "before", width: 32, get: { UInt64(beginning.before) },
                    set: { beginning.before = UInt32($0) }),
                Field(
                    name: "isLeaving", width: 1, get: { beginning.isLeaving ? 1 : 0 },
                    set: { beginning.isLeaving = $0 == 1 }),
            ], seed: 4)
        #expect(beginning.link == link && beginning.boundBefore == .max)
        // What was set at the making of a link is all found again.
        #expect(chains.step(link) == StepNumber(5) && chains.number(link) == 1 << 62)
        #expect(chains.event(link) == event && chains.parent(link) == 0 && chains.count(link) == 1)
        let next = chains.make(event: event, step: .none, number: 7, behind: link)
        #expect(chains.step(next).isNone && chains.parent(next) == link && chains.count(next) == 2)
    }

    @Test func fieldsOfAWaitingListLieApart() {
        let arena = ArenaMemory()
        defer { withExtendedLifetime(arena) {} }
        let list = WaitingList(arena: arena.arena, handle: 0)
        (list.armed, list.gathersUntil) = (Instant(microseconds: 0), Instant(microseconds: 0))
        expectApart(
            [
                time("armed", get: { list.armed }, set: { list.armed = $0 }),
                time("gathersUntil", get: { list.gathersUntil }, set: { list.gathersUntil = $0 }),
                Field(
                    name: "armedPlace", width: 64, get: { list.armedPlace }, set: { list.armedPlace = $0 }),
            ], seed: 5)
        #expect(list.count == 0)
    }

    /// What an event says, as text: its id, type, channel and times, and all its decoded values.
    private func spelled(_ event: EventSight, keeps: (SlotNumber) -> Bool) -> [String] {
        var parts = [
            event.text(event.row.id).text, event.text(event.row.typeName).text,
            event.row.channel.isAbsent ? "-" : event.text(event.row.channel).text, "\(event.row.type)",
            "\(event.row.time.microseconds) \(event.taken.microseconds) \(event.place)",
        ]
        for place in 0..<event.fields.count where keeps(event.fields[place].slot) {
            let field = event.fields[place]
            let isText = field.kind == .string || field.kind == .json
            parts.append("\(field.slot) \(field.kind) \(isText ? event.text(of: field).text : "\(field.payload)")")
        }
        return parts
    }

    @Test func whatAStoredEventKeepsIsAllFoundAgain() throws {
        var dice = SeededNumbers(seed: 6)
        var projection = Projection()
        let slots = (0..<6).map { projection.slot(["properties", "p\($0)"]) }
        _ = projection.type("t1")
        let kept = StoredEvent.Kept(slots: Column([true, false, true, true, false, true]))
        let values = [#""tëxt \u00e9""#, "17", "-2.5", "true", "null", #"{"a":[1,2]}"#, "18446744073709551615", #""""#]
        let lines = (0..<200).map { number in
            let id = String(repeating: "i", count: 1 + Int(dice.next() % 256))
            let channel =
                dice.next() % 2 == 0
                ? "" : #","channel":"\#(String(repeating: "c", count: 1 + Int(dice.next() % 128)))""#
            let properties = slots.indices.filter { _ in dice.next() % 2 == 0 }.map {
                #""p\#($0)":\#(values[Int(dice.next() % UInt64(values.count))])"#
            }
            let head =
                #"{"id":"\#(id)","customer_id":"c","event":"t\#(number % 3)","timestamp":\#(1_700_000_000_000 + number)"#
            return head + channel + #","properties":{\#(properties.joined(separator: ","))}}"# + "\n"
        }
        var scanner = LineScanner(projection, lineLimit: 1 << 20)
        let block = ByteBlock(capacity: 1 << 20)
        for line in lines { block.append(Array(line.utf8)) }
        let batch = scanner.scan(block, source: LineSource("in"), arrival: .distantPast, isFirst: true)
        try #require(batch.count == lines.count)
        let memory = ArenaMemory()
        defer {
            withExtendedLifetime(memory) {}
            withExtendedLifetime(batch) {}
        }
        let arena = memory.arena
        // All at once, so that one that wrote beyond its block would be seen in its neighbour.
        let handles = (0..<batch.count).map { index in
            StoredEvent.make(
                batch.sight(index, taken: Instant(microseconds: Int64(index)), place: UInt64(index) << 40), in: arena,
                keeping: kept)
        }
        for (index, handle) in handles.enumerated() {
            let event = batch.sight(index, taken: Instant(microseconds: Int64(index)), place: UInt64(index) << 40)
            #expect(
                spelled(StoredEvent.sight(handle, in: arena)) { _ in true } == spelled(event) { kept.slots[$0] })
            #expect(StoredEvent.id(handle, in: arena).text == event.text(event.row.id).text)
            #expect(StoredEvent.place(handle, in: arena) == UInt64(index) << 40)
            #expect(StoredEvent.taken(handle, in: arena) == event.taken)
        }
    }
}
