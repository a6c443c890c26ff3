package import Storage

/// Turns blocks of whole input lines in the native form into batches of events.
///
/// Every line is validated in full; only what the projection names is decoded. A faulty line
/// becomes a reject and leaves its neighbours alone. The scanner keeps nothing from one block to
/// the next but memory, so blocks may be scanned by several scanners side by side, and any cut of
/// the input into blocks gives the same events.
///
/// Cost: about one pass over the bytes; nothing is allocated for a line without escapes in what is decoded.
package struct LineScanner: ~Copyable {
    var keys: KeyReader
    /// The longest line that is taken, in bytes, without its end.
    let lineLimit: Int
    /// Marks the batches: which plan they are decoded for.
    package let planVersion: Int

    var text = JSONText(bytes: View(), at: 0)
    var rewritten = ByteBlock(capacity: 64)
    var rows = Column<EventRow>(capacity: 16)
    var fields = Column<Field>(capacity: 16)
    var rejects: [Reject] = []
    private var row = EventRow()
    /// Where the values of the native keys were found in the current line, and of what kind they are.
    private var timestamp = Field(slot: .none, kind: .null)
    private var found = Found()
    /// What is known about formats, and of lines in other ones than the native form: their readers,
    /// by the format's number.
    let formats: FormatPlan
    private let projection: Projection
    private var readers: [UInt32: MappedReader] = [:]
    /// The reader of the last line, and the number of its format.
    private(set) var lastReader: (number: UInt32, reader: MappedReader)?
    var picker: SlotPicker
    /// The headers of the tables whose rows the block has; and which captures the columns are of the one that is read.
    var tables: [TableHeader] = []
    var columns = TableColumns()
    /// How many places the lines of the block take so far, and which lines take other than one.
    var entryCount = 0
    var stretches: [LineStretch] = []
    var droppedCount = 0
    var timelessCount = 0
    /// How long the texts of the line's elements are so far, with what they inherit.
    var growth = 0
    /// Takes the events in the native form, where somebody wants them so.
    var converted: ConvertedEvents?
    /// By the numbers of types: 1 where an event of one came.
    var seen: Column<UInt8>
    /// What is known so far of the current event's type, for guessing its keys.
    private var kind = 0

    /// Which of the native keys the current line has, and which of them are of the wrong type.
    private struct Found {
        var customerID = Presence.missing
        var event = Presence.missing
        var id = Presence.missing
        var channel = Presence.missing
        var timestamp = Presence.missing
        var properties = Presence.missing
    }

    let hashKey: HashKey
    var days = DayMemory()
    var types = TypeMemory()
    /// Whether readers hold objects against what earlier ones looked like.
    private let followsShapes: Bool
    var shapes: LineShapes
    /// The values of the line that is read in full, and whether it may become a shape.
    var met = Column<LineShapes.Met>(capacity: 32)
    var isShape = false

    private enum Presence { case missing, null, right, wrongType }

    /// A scanner for events as `projection` reads them, of lines of at most `lineLimit` bytes.
    /// Customers' ids are hashed with `hashKey`.
    /// - Parameter followsShapes: whether lines are held against what earlier ones looked like; the
    ///   events are the same.
    package init(
        _ projection: Projection, lineLimit: Int, formats: FormatPlan = .native, planVersion: Int = 0,
        hashKey: HashKey = .process, followsShapes: Bool = true
    ) {
        self.planVersion = planVersion
        self.formats = formats
        self.projection = projection
        self.hashKey = hashKey
        keys = KeyReader(ProjectionTree(projection), hashKey: hashKey)
        self.lineLimit = lineLimit
        self.followsShapes = followsShapes
        let readsWhole = projection.paths.contains { $0.isEmpty }
        shapes = LineShapes(isOn: followsShapes && !readsWhole && formats.identity == nil)
        seen = Column<UInt8>(repeating: 0, count: projection.types.count)
        picker = SlotPicker(slots: projection.paths.count)
    }

    /// Of which types events came, by their numbers; the first stands for all that the projection does not name.
    package var typesSeen: [Bool] { (0..<seen.count).map { seen[$0] != 0 } }

    /// The events of a block that holds whole lines (the last may lack its end).
    /// - Parameters:
    ///   - source: where all its lines come from.
    ///   - arrival: when the block came.
    ///   - isFirst: whether the block begins its input, where a byte order mark is passed over.
    package mutating func scan(
        _ block: ByteBlock, source: LineSource, arrival: Instant, isFirst: Bool
    ) -> EventBatch {
        scan(block, arrival: arrival, isFirst: isFirst, .one(source.format)) {
            [LinePart(source: source, lineCount: $0)]
        }
    }

    /// The events of a block that holds whole lines of several sources, as `parts` says.
    package mutating func scan(_ block: ByteBlock, parts: [LinePart], arrival: Instant) -> EventBatch {
        scan(block, arrival: arrival, isFirst: false, .parts(parts)) { lineCount in
            precondition(parts.reduce(0) { $0 + $1.lineCount } == lineCount, "the parts are not the block's")
            return parts
        }
    }

    /// The events of a block whose lines come from where `parts` says, once they are counted.
    mutating func scan(
        _ block: ByteBlock, arrival: Instant, isFirst: Bool, _ lines: LineFormats,
        parts: (_ lineCount: Int) -> [LinePart]
    ) -> EventBatch {
        text = JSONText(bytes: block.padded, at: 0)
        rewritten = ByteBlock(capacity: 64)
        rows = Column(capacity: block.count / 160 + 16)
        fields = Column(capacity: block.count / 64 + 16)
        rejects = []
        stretches = []
        entryCount = 0
        droppedCount = 0
        timelessCount = 0
        tables = []
        let bytes = block.bytes
        var start = 0
        if isFirst, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { start = 3 }
        let line =
            arePlain(lines)
            ? scanNative(bytes, from: start)
            : scanMapped(bytes, from: start, lines)
        var doneRows = Column<EventRow>(capacity: 4)
        var doneFields = Column<Field>(capacity: 4)
        swap(&doneRows, &rows)
        swap(&doneFields, &fields)
        return EventBatch(
            parts: parts(line), arrival: arrival, lineCount: line, rejects: rejects, block: block,
            rewritten: rewritten, rows: doneRows, fields: doneFields, planVersion: planVersion,
            extras: EventBatch.Extras(
                stretches: stretches, dropped: droppedCount, timeless: timelessCount, formats: formats.key,
                tables: tables))
    }

    /// Reads the lines from `start` on; answers how many there are.
    private mutating func scanNative(_ bytes: View<UInt8>, from start: Int) -> Int {
        var start = start
        var line = 0
        while start < bytes.count {
            if shapes.areFollowed {
                var end = follow(number: line, start: start)
                if end >= 0 {
                    shapes.noteFollowed()
                    line += 1
                    if end < bytes.count, bytes[end] == 0x0D { end += 1 }
                    start = end + 1
                    continue
                }
            }
            let newline = bytes.firstIndex(of: 0x0A, from: start)
            var end = newline
            if end > start, bytes[end - 1] == 0x0D { end -= 1 }
            readLine(number: line, start: start, end: end)
            shapes.noteMissed()
            line += 1
            start = newline + 1
        }
        return line
    }

    /// What reads lines of a format that is not plain.
    mutating func reader(of format: InputFormat) -> MappedReader {
        if let lastReader, lastReader.number == format.number { return lastReader.reader }
        let reader = readers[format.number] ?? makeReader(of: format)
        readers[format.number] = reader
        lastReader = (format.number, reader)
        return reader
    }

    private func makeReader(of format: InputFormat) -> MappedReader {
        let preset = format.preset ?? formats.preset
        let program = MappingProgram(formats.mapping(of: format), for: projection, preset: preset)
        return MappedReader(program, formats, hashKey: hashKey, followsShapes: followsShapes)
    }

    /// Reads one line whose end is known.
    mutating func scanLine(number: Int, start: Int, end: Int) {
        if shapes.areFollowed, follow(number: number, start: start) >= 0 { return shapes.noteFollowed() }
        readLine(number: number, start: start, end: end)
        shapes.noteMissed()
    }

    /// Reads a line in full.
    private mutating func readLine(number: Int, start: Int, end: Int) {
        let firstField = fields.count
        do throws(LineFault) {
            guard end - start <= lineLimit else {
                throw LineFault(reason: .tooLong, detail: "longer than \(lineLimit) bytes (input.max_line)")
            }
            text.at = start
            text.skipSpace(upTo: end)
            if text.at == end { return }
            row = EventRow()
            row.line = UInt32(number)
            row.lineText = TextRange(offset: UInt32(start), length: UInt32(end - start))
            row.firstField = UInt32(firstField)
            found = Found()
            kind = 0
            met.truncate(to: 0)
            isShape = shapes.areFollowed
            let root = keys.tree.node(0)
            guard text.bytes[text.at] == UInt8(ascii: "{") else {
                throw LineFault(reason: .malformedJSON, detail: "not a JSON object; write one object on each line")
            }
            let objectStart = text.at
            try object(index: 0)
            if !root.slot.isNone { addJSON(slot: root.slot, from: objectStart) }
            text.skipSpace(upTo: end)
            guard text.at == end else { throw JSONText.malformed }
            isShape = isShape && found.customerID == .right && found.event == .right
            try finish()
            row.fieldCount = UInt32(fields.count - firstField)
            rows.append(row)
            if isShape { shapes.learn(text.bytes, start..<end, met, type: row.type) }
        } catch {
            fields.truncate(to: firstField)
            reject(error, number: number, start: start, end: end)
        }
    }

    private mutating func reject(_ fault: LineFault, number: Int, start: Int, end: Int) {
        let line = text.bytes[start..<end]
        var fault = fault.placed(at: text.at - start, in: line)
        if fault.reason == .missingField {
            let missing =
                found.customerID == .missing ? "customer_id" : found.event == .missing ? "event" : "timestamp"
            let keys = LineAdvice.keys(in: text.bytes, from: start, to: end)
            if let near = LineAdvice.near(missing, among: keys) {
                fault.detail += ", but " + LineAdvice.remedy(for: missing, instead: near)
            }
        }
        rejects.append(Reject(line: number, reason: fault.reason, detail: fault.detail, raw: line))
    }

    // MARK: The object and its values

    /// Reads an object, whose opening brace is the current byte, for the place `index` of the tree.
    private mutating func object(index: Int) throws(LineFault) {
        guard text.enters(closing: UInt8(ascii: "}")) else { return }
        let scope = KeyMemory.scope(place: index, kind: kind)
        var token: Int32 = -1
        repeat {
            let child = try keys.key(in: &text, under: index, scope: scope, after: &token)
            if child < 0 { try skip() } else { try value(child) }
        } while try text.goesOn(closing: UInt8(ascii: "}"))
    }

    /// Passes over a value that nothing reads.
    private mutating func skip() throws(LineFault) {
        let start = text.at
        let isString = text.bytes[start] == UInt8(ascii: "\"")
        try text.skipValue()
        note(-1, ProjectionTree.Node(), isString ? .string : .skipped, from: start)
    }

    /// Notes a value that has been read, for the shape of the line.
    private mutating func note(_ index: Int, _ node: ProjectionTree.Node, _ form: LineShapes.Form, from start: Int) {
        guard isShape else { return }
        var value = LineShapes.Met(
            place: Int32(index), slot: node.slot, form: form, role: node.role, start: start, end: text.at)
        value.trim()
        if form == .string {
            if node.slot.isNone {
                switch node.role {
                case .customerID: value.form = .customerID
                case .event: value.form = .event
                case .timestamp: value.form = .timestamp
                case .id: value.form = .id
                case .channel: value.form = .channel
                case .none, .properties: break
                }
            }
            value.isType = node.role == .event
        }
        met.append(value)
        if met.count > LineShapes.valueLimit { isShape = false }
    }

    /// Reads the value at a place of the tree that something is read from, or below.
    private mutating func value(_ index: Int) throws(LineFault) {
        let node = keys.tree.node(index)
        forgetEarlier(node)
        let start = text.at
        switch text.bytes[start] {
        case UInt8(ascii: "\""):
            let span = try text.string()
            let range = keep(span, isNeeded: !node.slot.isNone || node.role != .none)
            note(index, node, .string, from: start)
            // The branch of a type is known by the name as it is written.
            if span.hasEscapes, node.role == .event { isShape = false }
            if node.role != .none { note(node.role, string: range) }
            if !node.slot.isNone {
                fields.append(
                    Field(
                        slot: node.slot, kind: .string, length: range.length,
                        payload: UInt64(range.offset)))
            }
        case UInt8(ascii: "{"):
            if node.hasChildren {
                var node = node
                node.role = .none
                // What is read as a whole and in parts is no value of a shape here.
                if !node.slot.isNone { isShape = false }
                note(index, node, .open, from: start)
                try object(index: index)
                note(index, node, .close, from: text.at)
            } else {
                try text.skipValue()
                note(index, node, node.slot.isNone ? .skipped : .json, from: start)
            }
            if !node.slot.isNone { addJSON(slot: node.slot, from: start) }
            if node.role != .none { note(node.role, isObject: true) }
        case UInt8(ascii: "["):
            try text.skipValue()
            note(index, node, node.slot.isNone ? .skipped : .json, from: start)
            // What stands below is read where an object comes in its place.
            if node.hasChildren { isShape = false }
            if !node.slot.isNone { addJSON(slot: node.slot, from: start) }
            if node.role != .none { note(node.role, isObject: false) }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let isWhole = try text.number()
            note(index, node, .number, from: start)
            let digits = text.bytes[start..<text.at]
            if node.role != .none { note(node.role, number: digits, isWhole: isWhole, at: start) }
            if !node.slot.isNone { fields.append(digits.number(isWhole: isWhole, slot: node.slot)) }
        default:
            let kind = try text.word()
            note(index, node, .word, from: start)
            if node.role != .none { note(node.role, word: kind) }
            if !node.slot.isNone { fields.append(Field(slot: node.slot, kind: kind)) }
        }
    }

    /// Where a line has a key twice the later one counts: what the earlier one left under it goes.
    private mutating func forgetEarlier(_ node: ProjectionTree.Node) {
        guard fields.count > Int(row.firstField), node.countBelow > 0 else { return }
        let below = keys.tree.slotsBelow(node)
        let lowest = fields[Int(row.firstField)].slot
        // The common case, one slot and not seen yet, ends here.
        if below.count == 1, below[0] != lowest, !contains(below[0]) { return }
        var kept = Int(row.firstField)
        for index in Int(row.firstField)..<fields.count {
            let field = fields[index]
            var isBelow = false
            for place in 0..<below.count where below[place] == field.slot { isBelow = true }
            if !isBelow {
                fields[kept] = field
                kept += 1
            }
        }
        fields.truncate(to: kept)
    }

    // Mutating, though it changes nothing: a borrowing method would have the whole scanner copied.
    private mutating func contains(_ slot: SlotNumber) -> Bool {
        for index in Int(row.firstField)..<fields.count where fields[index].slot == slot { return true }
        return false
    }

    mutating func keep(_ span: JSONText.StringSpan, isNeeded: Bool) -> TextRange {
        if span.hasEscapes, isNeeded {
            let plain = text.bytes[span.start..<span.end].unescaped()
            let offset = TextRange.rewritten + UInt32(rewritten.count)
            rewritten.append(plain)
            return TextRange(offset: offset, length: UInt32(plain.count))
        }
        return TextRange(offset: UInt32(span.start), length: UInt32(span.end - span.start))
    }

    private mutating func addJSON(slot: SlotNumber, from start: Int) {
        fields.append(
            Field(slot: slot, kind: .json, length: UInt32(text.at - start), payload: UInt64(start)))
    }

    // MARK: The native keys

    @inline(__always)
    private mutating func note(_ role: ProjectionTree.Role, string range: TextRange) {
        switch role {
        case .customerID:
            row.customerID = range
            found.customerID = .right
        case .event:
            row.typeName = range
            found.event = .right
            if range.offset < TextRange.rewritten {
                kind = KeyMemory.kind(text.bytes, at: Int(range.offset), count: Int(range.length))
            }
        case .timestamp:
            timestamp = Field(slot: .none, kind: .string, length: range.length, payload: UInt64(range.offset))
            found.timestamp = .right
        case .id:
            row.id = range
            found.id = .right
        case .channel:
            row.channel = range
            found.channel = .right
        case .properties: found.properties = .wrongType
        case .none: break
        }
    }

    private mutating func note(_ role: ProjectionTree.Role, isObject: Bool) {
        if role == .properties, isObject {
            found.properties = .right
        } else {
            set(role, .wrongType)
        }
    }

    private mutating func note(
        _ role: ProjectionTree.Role, number digits: View<UInt8>, isWhole: Bool, at start: Int
    ) {
        let range = TextRange(offset: UInt32(start), length: UInt32(digits.count))
        switch role {
        case .customerID where isWhole:
            row.customerID = range
            found.customerID = .right
        case .id where isWhole:
            row.id = range
            found.id = .right
        case .timestamp where isWhole:
            timestamp = digits.number(isWhole: true, slot: .none)
            found.timestamp = timestamp.kind == .int ? .right : .wrongType
        default: set(role, .wrongType)
        }
    }

    private mutating func note(_ role: ProjectionTree.Role, word: Field.Kind) {
        set(role, word == .null ? .null : .wrongType)
    }

    private mutating func set(_ role: ProjectionTree.Role, _ presence: Presence) {
        switch role {
        case .customerID: found.customerID = presence
        case .event: found.event = presence
        case .timestamp: found.timestamp = presence
        case .id: found.id = presence
        case .channel: found.channel = presence
        case .properties: found.properties = presence
        case .none: break
        }
    }

    /// Where a line has no `customer_id`, the first of its `ids` is the customer's.
    @inline(never)
    private mutating func takeFirstID() {
        let line = row.lineText
        var start = JSONText(bytes: text.bytes, at: Int(line.offset))
        start.skipSpace()
        guard let place = JSONWalk.value(in: text.bytes, at: start.at, ["ids"]) else { return }
        var first: [UInt8]?
        NativeIDs.each(at: place.lowerBound, text.bytes) { _, value in first = first ?? value }
        guard let first else { return }
        row.customerID = TextRange(offset: TextRange.rewritten + UInt32(rewritten.count), length: UInt32(first.count))
        rewritten.append(first)
        found.customerID = .right
    }

    /// Holds the line's native keys against the contract and completes its row.
    private mutating func finish() throws(LineFault) {
        if formats.identity != nil {
            if found.customerID != .right { row.customerID = .absent }
        } else {
            if found.customerID == .missing || found.customerID == .null { takeFirstID() }
            try require(found.customerID, row.customerID, "customer_id", limit: 256, kind: "a string or an integer")
        }
        try require(found.event, row.typeName, "event", limit: 128, kind: "a string")
        row.id = try permitted(found.id, row.id, "id", limit: 256, kind: "a string or an integer")
        row.channel = try permitted(found.channel, row.channel, "channel", limit: 128, kind: "a string")
        if found.properties == .wrongType {
            throw LineFault(reason: .badField, detail: "\"properties\" is not an object")
        }
        row.time = try time()
        if row.time == .distantPast { timelessCount &+= 1 }
        if !row.customerID.isAbsent { row.customerHash = hashKey.hash(view(row.customerID)) }
        row.type = type(of: row.typeName)
        seen[Int(row.type)] = 1
    }

    /// The number of a type's name.
    @inline(__always)
    mutating func type(of name: TextRange) -> Int32 {
        name.offset < TextRange.rewritten
            ? types.type(text.bytes, name, keys.tree) : Int32(truncatingIfNeeded: keys.tree.type(view(name)))
    }

    private func require(
        _ presence: Presence, _ range: TextRange, _ key: String, limit: Int, kind: String
    ) throws(LineFault) {
        switch presence {
        case .missing: throw LineFault(reason: .missingField, detail: "\"\(key)\" is absent")
        case .null, .wrongType: throw LineFault(reason: .badField, detail: "\"\(key)\" is not \(kind)")
        case .right: break
        }
        if range.length == 0 { throw LineFault(reason: .badField, detail: "\"\(key)\" is empty") }
        if range.length > limit {
            throw LineFault(reason: .badField, detail: "\"\(key)\" is longer than \(limit) bytes")
        }
    }

    private func permitted(
        _ presence: Presence, _ range: TextRange, _ key: String, limit: Int, kind: String
    ) throws(LineFault) -> TextRange {
        switch presence {
        case .missing, .null: return .absent
        case .wrongType: throw LineFault(reason: .badField, detail: "\"\(key)\" is not \(kind)")
        case .right:
            if range.length <= limit { return range }
            throw LineFault(reason: .badField, detail: "\"\(key)\" is longer than \(limit) bytes")
        }
    }

    @inline(__always)
    private mutating func time() throws(LineFault) -> Instant {
        switch found.timestamp {
        case .missing, .null: return .distantPast
        case .wrongType:
            throw LineFault(
                reason: .badTimestamp,
                detail:
                    "\"timestamp\" is neither an RFC 3339 time, as \(TimeAdvice.example), nor an integer of milliseconds"
            )
        case .right: break
        }
        if timestamp.kind == .int {
            let (microseconds, overflow) = Int64(bitPattern: timestamp.payload).multipliedReportingOverflow(by: 1000)
            let time = Instant(microseconds: microseconds)
            if !overflow, time >= .earliest, time <= .latest { return time }
            throw LineFault(
                reason: .badTimestamp,
                detail: "\"timestamp\" lies outside the years 0000 to 9999 (milliseconds since 1970); "
                    + TimeAdvice.remedy(forMilliseconds: Int64(bitPattern: timestamp.payload)))
        }
        let written = view(TextRange(offset: UInt32(timestamp.payload), length: timestamp.length))
        if let time = days.time(written) ?? Instant(rfc3339: written) { return time }
        let shown = LineFault.quoted(written)
        let detail =
            Instant(unboundedRFC3339: written) != nil
            ? shown + " lies outside the years 0000 to 9999 in UTC"
            : shown + " " + TimeAdvice.fault(of: written[0..<min(written.count, 64)].copied)
        throw LineFault(reason: .badTimestamp, detail: detail)
    }

    @inline(__always)
    mutating func view(_ range: TextRange) -> View<UInt8> {
        if range.offset < TextRange.rewritten {
            return text.bytes[Int(range.offset)..<Int(range.offset) + Int(range.length)]
        }
        let start = Int(range.offset - TextRange.rewritten)
        return rewritten.bytes[start..<start + Int(range.length)]
    }
}

extension View<UInt8> {
    /// The place of the first byte that is not part of UTF-8, if there is one.
    var firstInvalidUTF8: Int? {
        var padded = copied
        padded.append(contentsOf: [0, 0, 0])
        return View.of(padded) { view in
            var index = 0
            while index < count {
                let length = view.lengthOfUTF8(at: index)
                if length == 0 || index + length > count { return index }
                index += length
            }
            return nil
        }
    }
}
