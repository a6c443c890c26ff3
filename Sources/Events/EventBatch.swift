public import Storage

/// One decoded value of an event: a slot of the plan's projection with what the line says there.
public struct Field: BitwiseCopyable, Sendable {
    /// What a decoded field holds.
    public enum Kind: UInt8, BitwiseCopyable, Sendable {
        case null, no, yes, int, double, string
        /// An object or an array, kept as its JSON text.
        case json
        /// A whole number from 2^63 to 2^64 - 1.
        case uint
    }

    /// The slot's number, narrow, so that a field is two words.
    @usableFromInline let narrowSlot: UInt16
    /// What it is.
    public var kind: Kind
    /// How many bytes the text has, for `string` and `json`.
    public var length: UInt32
    /// The number's bits, or the text's offset.
    public var payload: UInt64

    package init(slot: SlotNumber, kind: Kind, length: UInt32 = 0, payload: UInt64 = 0) {
        narrowSlot = UInt16(truncatingIfNeeded: slot.bits)
        self.kind = kind
        self.length = length
        self.payload = payload
    }

    /// The slot that has the value.
    @inlinable public var slot: SlotNumber {
        @inline(__always) get { SlotNumber(bits: UInt32(narrowSlot)) }
    }
    /// Whether the value is a text: that of a `string`, or the JSON of a `json`.
    @inlinable public var hasText: Bool {
        @inline(__always) get { kind.rawValue == Kind.string.rawValue || kind.rawValue == Kind.json.rawValue }
    }

    /// Where the text lies, for `string` and `json`.
    @inlinable public var textRange: TextRange {
        @inline(__always) get { TextRange(offset: UInt32(truncatingIfNeeded: payload), length: length) }
    }
}

/// The fixed part of one event in a batch.
public struct EventRow: BitwiseCopyable, Sendable {
    /// The time that the event itself gives; the distant past while nobody has decided what it is where it gives none.
    public var time = Instant.distantPast
    /// The fixed hash of the customer's id: decides the shard and the place in its table.
    public var customerHash: UInt64 = 0
    /// The number of the event's type in the plan; 0 for a type that the plan does not name.
    public var type: Int32 = 0
    /// The event's place in its batch, from 0: each line takes one, and one that holds several events one for each.
    public var line: UInt32 = 0
    /// Whose event it is.
    public var customerID = TextRange.absent
    /// Its type, as the line spells it.
    public var typeName = TextRange.absent
    /// Its id, absent where it has none.
    public var id = TextRange.absent
    /// The channel through which it came, absent where the line names none.
    public var channel = TextRange.absent
    @usableFromInline var firstField: UInt32 = 0
    @usableFromInline var fieldCount: UInt32 = 0
    /// The event's text: its line, or where a line holds several the element with what it inherits.
    public var lineText = TextRange.absent
    /// Which element of its line it is, from 1; 0 for a line of its own.
    public var element: UInt32 = 0
    /// The number of the format that its text is in.
    public var format: UInt32 = 0

    package init() {}
}

/// The different names that a batch's events have.
package struct BatchNames: Sendable {
    /// Those of types; nil where nobody asked for them.
    package let types: [[UInt8]]?
    package let channels: [[UInt8]]

    package init(types: [[UInt8]]?, channels: [[UInt8]]) { (self.types, self.channels) = (types, channels) }
}

/// The events of one block of input lines, decoded as far as the plan reads them, in the order of their lines.
///
/// Made by one scanner and unchanged from then on, so that all shards may read it side by side.
public final class EventBatch: Sendable {
    /// Where the lines came from, in their order.
    package let parts: [LinePart]
    /// When the block arrived.
    package let arrival: Instant
    /// How many lines the block had, blank ones included.
    package let lineCount: Int
    /// The lines that were not taken, in order.
    package let rejects: [Reject]
    /// Which of the plans that a run follows one after the other it was decoded for; -1 for several.
    package let planVersion: Int
    /// The lines as they came.
    package let block: ByteBlock
    private let rewritten: ByteBlock
    /// What few batches have.
    package let extras: Extras
    /// The texts that ranges point into, as views of the two blocks, which do not change any more.
    @usableFromInline let texts: Texts
    @usableFromInline let rows: Column<EventRow>
    @usableFromInline let fields: Column<Field>
    /// The names in it, where somebody has looked through all of its events.
    package let names = SetOnce<BatchNames>()

    /// What few batches have.
    package struct Extras: Sendable {
        /// The lines that hold other than one event, in order.
        package var stretches: [LineStretch] = []
        /// How many events were left out because their types are not wanted.
        package var dropped = 0
        /// How many events give no time.
        package var timeless = 0
        /// The `FormatPlan.key` under which the lines were read.
        package var formats = ""
        /// Stands there for another one than any scanner has now: its lines are not read again.
        static let otherFormats = "\0"
        /// The headers of the tables whose rows some of the lines are.
        var tables: [TableHeader] = []
    }

    init(
        parts: [LinePart], arrival: Instant, lineCount: Int, rejects: [Reject], block: ByteBlock, rewritten: ByteBlock,
        rows: consuming Column<EventRow>, fields: consuming Column<Field>, planVersion: Int, extras: Extras = Extras()
    ) {
        self.parts = parts
        self.arrival = arrival
        self.lineCount = lineCount
        self.rejects = rejects
        self.planVersion = planVersion
        self.extras = extras
        self.block = block
        self.rewritten = rewritten
        texts = Texts(lines: block.bytes, rewritten: rewritten.bytes)
        self.rows = rows
        self.fields = fields
    }

    /// How many events there are.
    package var count: Int { rows.count }

    /// The fixed part of the event at `index`.
    @inlinable @inline(__always)
    public func row(_ index: Int) -> EventRow { rows[index] }

    /// The number of the type of the event at `index`.
    @inlinable @inline(__always)
    public func type(_ index: Int) -> Int32 { rows[index].type }

    /// The hash of the customer's id of the event at `index`.
    @inlinable @inline(__always)
    public func customerHash(_ index: Int) -> UInt64 { rows[index].customerHash }

    /// Has the fixed part of the event at `index` be near soon: another processor has written it.
    @inlinable @inline(__always)
    public func bringRowNear(_ index: Int) {
        rows.bringNear(index)
        rows.bringNear(index &+ 1)
    }

    /// Has what the event at `index` says be near soon.
    @inlinable @inline(__always)
    public func bringTextsNear(_ index: Int) {
        let row = rows[index]
        texts.bringNear(row.id)
        texts.bringNear(row.customerID)
        texts.bringNear(row.channel)
        fields.bringNear(Int(row.firstField))
    }

    /// The event's decoded values, in the order of the line. Where a slot occurs twice the later one counts.
    @inlinable @inline(__always)
    public func fields(of row: EventRow) -> View<Field> {
        fields.view(Int(row.firstField)..<Int(row.firstField) + Int(row.fieldCount))
    }

    /// The bytes of a text of this batch; nothing for one that is absent.
    @inlinable @inline(__always)
    public func text(_ range: TextRange) -> View<UInt8> { texts[range] }

    /// The bytes of a field whose kind is `string` or `json`.
    package func text(of field: Field) -> View<UInt8> { texts[field.textRange] }

    /// A copy of the texts that do not stand in the lines as they are, to which more may be added.
    func copyOfRewritten(room: Int) -> ByteBlock {
        let copy = ByteBlock(capacity: rewritten.count + room)
        copy.append(rewritten.bytes)
        return copy
    }

    /// The same batch with other rows, whose texts may stand among further ones.
    func with(rows: consuming Column<EventRow>, rewritten: ByteBlock) -> EventBatch {
        var fields = Column<Field>(capacity: self.fields.count)
        for index in 0..<self.fields.count { fields.append(self.fields[index]) }
        return EventBatch(
            parts: parts, arrival: arrival, lineCount: lineCount, rejects: rejects, block: block, rewritten: rewritten,
            rows: rows, fields: fields, planVersion: planVersion, extras: extras)
    }

    /// The same batch with only those events that `change` lets stay, and with what it makes of them.
    func with(rejects: () -> [Reject], _ change: (inout EventRow) -> Bool) -> EventBatch {
        var kept = Column<EventRow>(capacity: count)
        for index in 0..<count {
            var row = row(index)
            if change(&row) { kept.append(row) }
        }
        var fields = Column<Field>(capacity: self.fields.count)
        for index in 0..<self.fields.count { fields.append(self.fields[index]) }
        var extras = extras
        extras.timeless = 0
        return EventBatch(
            parts: parts, arrival: arrival, lineCount: lineCount, rejects: rejects().sorted { $0.line < $1.line },
            block: block, rewritten: rewritten, rows: kept, fields: fields, planVersion: planVersion, extras: extras)
    }

    /// The same events as they were read, for a plan that reads formats in another way: they have the plan's types, and of
    /// fields what is known.
    func asRead(planVersion: Int, type: (View<UInt8>) -> Int32) -> EventBatch {
        var rows = Column<EventRow>(capacity: count)
        for index in 0..<count {
            var row = row(index)
            row.type = type(text(row.typeName))
            rows.append(row)
        }
        var fields = Column<Field>(capacity: self.fields.count)
        for index in 0..<self.fields.count { fields.append(self.fields[index]) }
        var extras = extras
        extras.formats = Extras.otherFormats
        return EventBatch(
            parts: parts, arrival: arrival, lineCount: lineCount, rejects: rejects, block: block, rewritten: rewritten,
            rows: rows, fields: fields, planVersion: planVersion, extras: extras)
    }

    /// The same events, of which nothing more is known than what every event has.
    func withoutFields(planVersion: Int) -> EventBatch {
        var rows = Column<EventRow>(capacity: count)
        for index in 0..<count {
            var row = row(index)
            row.fieldCount = 0
            row.type = 0
            rows.append(row)
        }
        return EventBatch(
            parts: parts, arrival: arrival, lineCount: lineCount, rejects: rejects, block: block, rewritten: rewritten,
            rows: rows, fields: Column(capacity: 4), planVersion: planVersion, extras: extras)
    }

    /// The same events on other lines and at other times of their own; all that is not of single events is that of
    /// `batch`.
    func with(lines: [UInt32], times: [Instant], of batch: EventBatch) -> EventBatch {
        var rows = Column<EventRow>(capacity: count)
        for index in 0..<count {
            var row = row(index)
            row.line = lines[index]
            row.time = times[index]
            rows.append(row)
        }
        var fields = Column<Field>(capacity: self.fields.count)
        for index in 0..<self.fields.count { fields.append(self.fields[index]) }
        var extras = batch.extras
        extras.tables = self.extras.tables
        return EventBatch(
            parts: batch.parts, arrival: batch.arrival, lineCount: batch.lineCount, rejects: batch.rejects,
            block: block, rewritten: rewritten, rows: rows, fields: fields, planVersion: planVersion, extras: extras)
    }
}
