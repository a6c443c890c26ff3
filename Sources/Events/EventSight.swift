public import Storage

/// One event as expressions look at it: its fixed part, its decoded values, and the texts that both point into.
///
/// The event may stand in a batch or have been kept by a customer's state; it looks the same. Valid for as long as
/// what holds it is in place.
public struct EventSight: BitwiseCopyable, Sendable {
    /// What every event has.
    public var row: EventRow
    /// Its decoded values, in the order of the line. Where a slot occurs twice the later one counts.
    public var fields: View<Field>
    /// The texts that the ranges of both point into.
    public var texts: Texts
    /// The time at which the event counts: its own, or the watermark's where it came late.
    public var taken: Instant
    /// The event's place in the whole input.
    public var place: UInt64
    /// The number of the event's touchpoint in the plan, from 1; 0 for none.
    public var touchpoint: Int32 = 0

    /// The event of these parts, without a touchpoint.
    @inlinable @inline(__always)
    public init(row: EventRow, fields: View<Field>, texts: Texts, taken: Instant, place: UInt64) {
        self.row = row
        self.fields = fields
        self.texts = texts
        self.taken = taken
        self.place = place
    }

    /// No event.
    package init() {
        self.init(
            row: EventRow(), fields: View(), texts: Texts(lines: View(), rewritten: View()), taken: .distantPast,
            place: 0)
    }

    /// The bytes of a text of this event; nothing for one that is absent.
    @inlinable @inline(__always)
    public func text(_ range: TextRange) -> View<UInt8> { texts[range] }

    /// The bytes of a field whose kind is `string` or `json`.
    @inlinable @inline(__always)
    public func text(of field: Field) -> View<UInt8> { texts[field.textRange] }

    /// What the line says at a slot, if anything. Where it says it twice, the later counts.
    package func field(_ slot: SlotNumber) -> Field? {
        var index = fields.count
        while index > 0 {
            index &-= 1
            if fields[index].slot == slot { return fields[index] }
        }
        return nil
    }

    /// The event's id: its own, or `h` and 16 hexadecimal digits of the hash of its line, or of its text and its number
    /// where a line holds several.
    package var idText: [UInt8] {
        if !row.id.isAbsent { return text(row.id).copied }
        var output: [UInt8] = [UInt8(ascii: "h")]
        output.append(hex: Hash64.of(text(row.lineText), seed: UInt64(row.element)))
        return output
    }
}

extension EventBatch {
    /// The event at `index`, taken at a time and place that only the order of all input can tell.
    @inlinable @inline(__always)
    public func sight(_ index: Int, taken: Instant, place: UInt64) -> EventSight {
        let row = row(index)
        return EventSight(row: row, fields: fields(of: row), texts: texts, taken: taken, place: place)
    }
}
