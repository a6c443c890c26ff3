import Events
import Storage

/// The one event of a customer that waits for a closing `not … for`, where a sequence of one step has bound no other: by
/// far the most frequent thing to be pending, so that it has a form of its own and no key state, list or stored event.
///
/// The customer's word says all but the times: a mark that tells it from a key state's handle (bit 63), the event's type
/// (bits 48 to 62), the length of its id (bits 32 to 47), and the handle of a block: 0 the time at which the event counted,
/// 1 its place, then the id's text. With its deadline that is at most 64 bytes besides the id's own, up to ids of 48 bytes.
struct LoneAbsence {
    private static let mark: UInt64 = 1 << 63
    private static let header = 2

    let arena: Arena
    /// The customer's word.
    let word: UInt64

    /// Nil where the word names a key state, or nothing.
    init?(_ word: UInt64, in arena: Arena) {
        guard LoneAbsence.isOne(word) else { return nil }
        self.arena = arena
        self.word = word
    }

    static func isOne(_ word: UInt64) -> Bool { word & mark != 0 }

    /// Whether nothing of an event need be kept but its type, its id and the time at which it counted.
    static func fits(_ event: borrowing EventSight, keeping kept: borrowing StoredEvent.Kept) -> Bool {
        let (row, taken) = (event.row, event.taken)
        guard row.type >= 0, row.type < 1 << 15, event.touchpoint == 0, row.time == taken else { return false }
        if kept.type { return false }
        if kept.channel, !row.channel.isAbsent { return false }
        guard kept.hasSlots else { return true }
        for index in 0..<event.fields.count where kept.slots[Int(event.fields[index].slot)] { return false }
        return true
    }

    private static func words(_ count: Int) -> Int { header + (count + 7) / 8 }

    /// Keeps an event that `fits`; answers the customer's word.
    static func make(_ event: borrowing EventSight, id: View<UInt8>, in arena: Arena) -> UInt64 {
        let handle = arena.allocate(words(id.count))
        let base = Arena.word(handle)
        arena[base] = UInt64(bitPattern: event.taken.microseconds)
        arena[base + 1] = event.place
        arena.store(id, at: base + header)
        KeyState.count(1, in: arena)
        return mark | UInt64(event.row.type) << 48 | UInt64(id.count) << 32 | UInt64(handle)
    }

    func free() {
        KeyState.count(-1, in: arena)
        arena.free(handle, words: LoneAbsence.words(idCount))
    }

    var handle: UInt32 { UInt32(truncatingIfNeeded: word) }
    private var base: Int { Arena.word(handle) }
    private var idCount: Int { Int(word >> 32 & 0xFFFF) }
    var taken: Instant { Instant(microseconds: Int64(bitPattern: arena[base])) }
    var place: UInt64 { arena[base + 1] }

    /// The event as it was shown. Valid until it is freed.
    var sight: EventSight {
        var row = EventRow()
        row.time = taken
        row.type = Int32(word >> 48 & 0x7FFF)
        row.id = TextRange(at: 0, count: idCount)
        return EventSight(
            row: row, fields: View(),
            texts: Texts(lines: arena.bytes(at: base + LoneAbsence.header, count: idCount), rewritten: View()),
            taken: taken, place: place)
    }
}

extension Shard {
    /// The absence that is all that the moment keeps for the current customer, if that is so.
    func loneAbsence(_ moment: Int, _ form: Dispatch.MomentForm) -> LoneAbsence? {
        guard form.mayWaitAlone, let cell = context.cell(context.kind(ofMoment: moment)) else { return nil }
        return LoneAbsence(context.scene.arena[cell], in: context.scene.arena)
    }

    /// Keeps the current event as all that waits. False where it must be kept in the general form.
    mutating func waitAlone(_ moment: Int, _ form: Dispatch.MomentForm) -> Bool {
        guard form.mayWaitAlone, LoneAbsence.fits(context.scene.event, keeping: context.kept) else { return false }
        let id =
            context.scene.event.row.id.isAbsent
            ? context.scene.madeID.bytes : context.scene.event.text(context.scene.event.row.id)
        guard id.count <= 0xFFFF else { return false }
        let cell = context.obtainCell(context.kind(ofMoment: moment))
        let word = LoneAbsence.make(context.scene.event, id: id, in: context.scene.arena)
        context.scene.arena[cell] = word
        deadlines.add(
            Deadlines.Entry(
                time: context.scene.now.advanced(by: form.closingWait), place: context.scene.event.place,
                customer: context.scene.customerHash, kind: UInt32(context.kind(ofMoment: moment)),
                detail: UInt32(truncatingIfNeeded: word)))
        return true
    }

    /// What waited is over.
    mutating func dropLone(_ absence: LoneAbsence, _ moment: Int) {
        absence.free()
        context.scene.customers.removeCell(context.kind(ofMoment: moment), ofRow: context.scene.location.row)
        context.freeCustomerIfIdle()
    }

    /// Brings what waits into the general form, without a deadline.
    mutating func unfold(_ absence: LoneAbsence, _ moment: Int, _ form: Dispatch.MomentForm) -> KeyState {
        let event = StoredEvent.make(absence.sight, in: context.scene.arena, keeping: context.kept)
        let keyState = KeyState.make(lists: form.lists, in: context.scene.arena)
        let lists = RunList(arena: context.scene.arena)
        keyState.setList(1, lists.adding(event: event, time: absence.taken, parent: 0, to: 0))
        keyState.runs = 1
        absence.free()
        if let cell = context.cell(context.kind(ofMoment: moment)) {
            context.scene.arena[cell] = UInt64(keyState.handle)
        }
        return keyState
    }

    /// The absence that a deadline was set for, where it still waits.
    func loneAbsence(of entry: Deadlines.Entry, moment: Int, _ form: Dispatch.MomentForm) -> LoneAbsence? {
        guard let absence = loneAbsence(moment, form), absence.handle == entry.detail, absence.place == entry.origin,
            absence.taken.advanced(by: form.closingWait) == entry.time
        else { return nil }
        return absence
    }
}
