import Storage

/// Events that are taken from a snapshot as they were read, without reading their lines again.
struct ReadEvents {
    private let block = ByteBlock(capacity: 64)
    private var rows: [EventRow] = []
    private var fields: [Field] = []
    private var tables: [TableHeader] = []

    /// Adds an event whose line, and what was read of it, come next.
    mutating func add(
        from reader: StateReader, time: Instant, format: InputFormat, element: UInt32
    ) throws(StateFault) {
        var row = EventRow()
        row.time = time
        row.line = UInt32(rows.count)
        row.element = element
        row.format = format.number
        if let table = format.table {
            let place = tables.firstIndex { $0 === table } ?? tables.count
            if place == tables.count { tables.append(table) }
            row.format += UInt32(place + 1) * InputFormat.numberLimit
        }
        row.lineText = try range(reader)
        row.customerHash = try reader.word()
        row.customerID = try presentRange(reader)
        row.typeName = try range(reader)
        row.id = try presentRange(reader)
        row.channel = try presentRange(reader)
        row.firstField = UInt32(fields.count)
        for _ in 0..<(try reader.count(of: 16)) {
            let word = try reader.word()
            guard let kind = Field.Kind(rawValue: UInt8(truncatingIfNeeded: word >> 16)) else {
                throw .unfit("what was read of a line makes no sense")
            }
            var field = Field(slot: SlotNumber(bits: UInt32(UInt16(truncatingIfNeeded: word))), kind: kind)
            if kind == .string || kind == .json {
                let text = try range(reader)
                (field.length, field.payload) = (text.length, UInt64(text.offset))
            } else {
                field.payload = try reader.word()
            }
            fields.append(field)
        }
        row.fieldCount = UInt32(fields.count) - row.firstField
        rows.append(row)
    }

    private func range(_ reader: StateReader) throws(StateFault) -> TextRange {
        let bytes = try reader.bytes()
        let start = UInt32(block.count)
        block.append(bytes)
        return TextRange(offset: start, length: UInt32(bytes.count))
    }

    private func presentRange(_ reader: StateReader) throws(StateFault) -> TextRange {
        try reader.flag() ? range(reader) : .absent
    }

    /// The events as one batch; their types have no numbers.
    func batch(arrival: Instant) -> EventBatch {
        var extras = EventBatch.Extras()
        extras.tables = tables
        return EventBatch(
            parts: [], arrival: arrival, lineCount: rows.count, rejects: [], block: block,
            rewritten: ByteBlock(capacity: 0), rows: Column(rows), fields: Column(fields), planVersion: -1,
            extras: extras)
    }
}

extension EventBatch {
    /// Puts what was read of an event into an image, as `ReadEvents` takes it out behind the event's line.
    func add(_ row: EventRow, to image: StateImage) {
        image.put(row.customerHash)
        put(row.customerID, into: image)
        image.put(text(row.typeName))
        put(row.id, into: image)
        put(row.channel, into: image)
        let fields = fields(of: row)
        image.put(fields.count)
        for place in 0..<fields.count {
            let field = fields[place]
            image.put(UInt64(field.slot.bits) | UInt64(field.kind.rawValue) << 16)
            if field.kind == .string || field.kind == .json {
                image.put(text(of: field))
            } else {
                image.put(field.payload)
            }
        }
    }

    private func put(_ range: TextRange, into image: StateImage) {
        image.put(!range.isAbsent)
        if !range.isAbsent { image.put(text(range)) }
    }
}
