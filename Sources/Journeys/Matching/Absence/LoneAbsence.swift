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
        for index in 0..<event.fields.count where kept.slots[event.fields[index].slot] { return false }
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
