import Events
import Storage

/// An event that a customer's state has bound and may look at again: its id, its times, its place, and those of its
/// values that something later reads.
///
/// The block, in words: 0 how many hold it (low half) and its length in words (high half); 1 the
/// time at which it counted; 2 its place; 3 its own time; 4 its type's number (low half) and the
/// number of its fields (high half); 5 the lengths of id, type, channel and customer's id (16 bits
/// each); 6 the length of all text (low half) and its touchpoint (high half); then the fields, two
/// words each; then the text. It is freed when nothing holds it any more.
enum StoredEvent {
    private static let header = 7

    /// The words before the fields, which are written as one.
    private struct Header: BitwiseCopyable {
        var state: UInt64
        var taken: Instant
        var place: UInt64
        var time: Instant
        var counts: UInt64
        var lengths: UInt64
        var text: UInt64
    }

    /// Which parts of an event are kept, because something later may read them. Id and times always are.
    struct Kept: ~Copyable {
        let slots: Column<Bool>
        let hasSlots: Bool
        let type: Bool
        let channel: Bool
        /// Whose event it was, where accounts are followed.
        let customer: Bool

        init(_ plan: JourneyPlan) {
            slots = Column(plan.projection.paths.indices.map { plan.keptSlots.contains(SlotNumber($0)) })
            hasSlots = !plan.keptSlots.isEmpty
            type = plan.keptPlaces.contains(.type)
            channel = plan.keptPlaces.contains(.channel)
            customer = plan.isOfAccounts
        }

        /// All but whose event it was, and of its values those of some slots.
        init(slots: consuming Column<Bool>) {
            self.slots = slots
            (hasSlots, type, channel, customer) = (true, true, true, false)
        }
    }

    /// Keeps an event, held once. Inlined, since a sight that is handed to a function is copied.
    @inline(__always)
    static func make(_ event: borrowing EventSight, in arena: Arena, keeping kept: borrowing Kept) -> UInt32 {
        if !event.row.id.isAbsent { return make(event, id: event.text(event.row.id), in: arena, keeping: kept) }
        let made = ByteBlock(capacity: 64)
        made.append(event.idText)
        defer { withExtendedLifetime(made) {} }
        return make(event, id: made.bytes, in: arena, keeping: kept)
    }

    @inline(__always)
    private static func make(
        _ event: borrowing EventSight, id: View<UInt8>, in arena: Arena, keeping kept: borrowing Kept
    ) -> UInt32 {
        let type = kept.type ? event.text(event.row.typeName) : View()
        let channel = kept.channel ? event.text(event.row.channel) : View()
        let customer = kept.customer ? event.text(event.row.customerID) : View()
        var textCount = id.count + type.count + channel.count + customer.count
        var fieldCount = 0
        if kept.hasSlots {
            for index in 0..<event.fields.count {
                let field = event.fields[index]
                guard kept.slots[field.slot] else { continue }
                fieldCount += 1
                if field.hasText { textCount += Int(field.length) }
            }
        }
        let textStart = header + 2 * fieldCount
        let words = textStart + (textCount + 7) / 8
        // All words are written but for the rest of the last, behind the text.
        let handle = words <= 512 ? arena.allocateUncleared(words) : arena.allocate(words)
        let base = Arena.word(handle)
        arena[base + words - 1] = 0
        let channelLength = event.row.channel.isAbsent || !kept.channel ? 0xFFFF : UInt64(channel.count)
        arena[base, as: Header.self] = Header(
            state: 1 | UInt64(words) << 32, taken: event.taken, place: event.place, time: event.row.time,
            counts: UInt64(UInt32(bitPattern: event.row.type)) | UInt64(fieldCount) << 32,
            lengths: UInt64(id.count) | UInt64(type.count) << 16 | channelLength << 32 | UInt64(customer.count) << 48,
            text: UInt64(textCount) | UInt64(UInt32(bitPattern: event.touchpoint)) << 32)
        let texts = base + textStart
        arena.store(id, at: texts)
        if type.count > 0 { arena.store(type, at: texts, offset: id.count) }
        if channel.count > 0 { arena.store(channel, at: texts, offset: id.count + type.count) }
        if customer.count > 0 { arena.store(customer, at: texts, offset: id.count + type.count + channel.count) }
        if fieldCount > 0 {
            storeFields(
                of: event, at: base + header, texts: texts,
                offset: id.count + type.count + channel.count + customer.count, in: arena, keeping: kept)
        }
        return handle
    }

    private static func storeFields(
        of event: borrowing EventSight, at first: Int, texts: Int, offset: Int, in arena: Arena,
        keeping kept: borrowing Kept
    ) {
        var place = first
        var offset = offset
        for index in 0..<event.fields.count where kept.slots[event.fields[index].slot] {
            let field = event.fields[index]
            arena[place] = UInt64(field.slot.bits) | UInt64(field.kind.rawValue) << 16 | UInt64(field.length) << 32
            arena[place + 1] = field.hasText ? UInt64(offset) : field.payload
            if field.hasText {
                arena.store(event.text(of: field), at: texts, offset: offset)
                offset += Int(field.length)
            }
            place += 2
        }
    }

    @inline(__always)
    static func retain(_ handle: UInt32, in arena: Arena) { arena[Arena.word(handle)] += 1 }

    @inline(__always)
    static func release(_ handle: UInt32, in arena: Arena) {
        let base = Arena.word(handle)
        let state = arena[base]
        if state & 0xFFFF_FFFF > 1 {
            arena[base] = state - 1
        } else {
            arena.free(handle, words: Int(state >> 32))
        }
    }

    @inline(__always)
    static func taken(_ handle: UInt32, in arena: Arena) -> Instant {
        Instant(microseconds: Int64(bitPattern: arena[Arena.word(handle) + 1]))
    }

    @inline(__always)
    static func place(_ handle: UInt32, in arena: Arena) -> UInt64 { arena[Arena.word(handle) + 2] }

    /// The id's text. Valid while the event is held.
    static func id(_ handle: UInt32, in arena: Arena) -> View<UInt8> {
        let base = Arena.word(handle)
        return arena.bytes(at: base + textStart(base, in: arena), count: Int(arena[base + 5] & 0xFFFF))
    }

    private static func textStart(_ base: Int, in arena: Arena) -> Int { header + 2 * Int(arena[base + 4] >> 32) }

    /// The event as expressions look at it. Valid while the event is held.
    // A field's two words are laid out as `Field` is, so they are looked at in place.
    static func sight(_ handle: UInt32, in arena: Arena) -> EventSight {
        let base = Arena.word(handle)
        let lengths = arena[base + 5]
        let id = Int(lengths & 0xFFFF)
        let type = Int(lengths >> 16 & 0xFFFF)
        let channel = Int(lengths >> 32 & 0xFFFF)
        var row = EventRow()
        row.time = Instant(microseconds: Int64(bitPattern: arena[base + 3]))
        row.type = Int32(truncatingIfNeeded: arena[base + 4])
        row.id = TextRange(at: 0, count: id)
        row.typeName = TextRange(at: id, count: type)
        if channel != 0xFFFF { row.channel = TextRange(at: id + type, count: channel) }
        let customer = Int(lengths >> 48)
        if customer > 0 {
            row.customerID = TextRange(at: id + type + (channel == 0xFFFF ? 0 : channel), count: customer)
        }
        var sight = EventSight(
            row: row, fields: arena.elements(at: base + header, count: Int(arena[base + 4] >> 32), as: Field.self),
            texts: Texts(
                lines: arena.bytes(at: base + textStart(base, in: arena), count: Int(arena[base + 6] & 0xFFFF_FFFF)),
                rewritten: View()),
            taken: taken(handle, in: arena), place: place(handle, in: arena))
        sight.touchpoint = Int32(truncatingIfNeeded: arena[base + 6] >> 32)
        return sight
    }
}
