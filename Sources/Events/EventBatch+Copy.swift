import Storage

/// A batch that is put together from events of others: copies of their rows, decoded values and texts.
///
/// Cost: each event's line is copied once; nothing is scanned again.
struct EventBatchCopy: ~Copyable {
    private let block: ByteBlock
    private let rewritten = ByteBlock(capacity: 64)
    private var rows: Column<EventRow>
    private var planVersion = 0
    /// How many of the events give no time.
    private(set) var timelessCount = 0
    private var fields: Column<Field>
    private var tables: [TableHeader] = []

    /// An empty copy with room for about `count` events.
    init(count: Int) {
        block = ByteBlock(capacity: count * 192)
        rows = Column(capacity: count)
        fields = Column(capacity: count * 4)
    }

    /// How many events there are.
    var count: Int { rows.count }

    /// How many bytes their texts take.
    var textCount: Int { block.count + rewritten.count }

    /// Adds the event at `index` of `batch`, which becomes the line `line` of the new batch.
    mutating func append(_ index: Int, of batch: EventBatch, line: Int) {
        planVersion = rows.isEmpty || planVersion == batch.planVersion ? batch.planVersion : -1
        var row = batch.row(index)
        let old = row.lineText
        let start = UInt32(block.count)
        block.append(batch.text(row.lineText))
        let values = batch.fields(of: row)
        row.firstField = UInt32(fields.count)
        row.line = UInt32(line)
        row.lineText = TextRange(offset: start, length: old.length)
        row.customerID = moved(row.customerID, of: batch, from: old, to: start)
        row.typeName = moved(row.typeName, of: batch, from: old, to: start)
        row.id = moved(row.id, of: batch, from: old, to: start)
        row.channel = moved(row.channel, of: batch, from: old, to: start)
        for place in 0..<values.count {
            var field = values[place]
            if field.kind == .string || field.kind == .json {
                let text = TextRange(offset: UInt32(truncatingIfNeeded: field.payload), length: field.length)
                field.payload = UInt64(moved(text, of: batch, from: old, to: start).offset)
            }
            fields.append(field)
        }
        if row.format >= InputFormat.numberLimit, let table = batch.format(of: row).table {
            let place = tables.firstIndex { $0 === table } ?? tables.count
            if place == tables.count { tables.append(table) }
            row.format = row.format % InputFormat.numberLimit + UInt32(place + 1) * InputFormat.numberLimit
        }
        if row.time == .distantPast { timelessCount += 1 }
        rows.append(row)
    }

    /// The finished batch.
    consuming func finished(
        arrival: Instant, lineCount: Int, rejects: [Reject], extras: EventBatch.Extras = EventBatch.Extras()
    ) -> EventBatch {
        var extras = extras
        extras.tables = tables
        return EventBatch(
            parts: [], arrival: arrival, lineCount: lineCount, rejects: rejects, block: block,
            rewritten: rewritten, rows: rows, fields: fields, planVersion: planVersion, extras: extras)
    }

    /// Where a text of the event lies now: within its line, or copied among the texts that had to be written anew.
    private func moved(_ text: TextRange, of batch: EventBatch, from old: TextRange, to start: UInt32) -> TextRange {
        if text.isAbsent { return text }
        if text.offset >= old.offset, text.offset + text.length <= old.offset + old.length {
            return TextRange(offset: start + (text.offset - old.offset), length: text.length)
        }
        let offset = TextRange.rewritten + UInt32(rewritten.count)
        rewritten.append(batch.text(text))
        return TextRange(offset: offset, length: text.length)
    }
}
