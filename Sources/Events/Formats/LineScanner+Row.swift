import Storage

/// What of an element that has been read becomes an event.
extension LineScanner {
    /// Completes the row of an element, and adds it with its decoded values.
    /// - Parameters:
    ///   - isRewritten: whether the element stands among the texts that were written anew.
    ///   - whole: where its JSON text stands, where that is not the row's own text.
    mutating func finish(
        _ started: EventRow, _ reader: MappedReader, _ line: ElementSight, isRewritten: Bool, whole: TextRange? = nil
    ) throws(LineFault) {
        var row = started
        guard var type = reader.piece(reader.program.event, line) else {
            throw MappedNames(reader.program)
                .absence(of: "event", reader.program.mapping.event, in: line, reader)
        }
        guard type.kind == .string || type.isNumber && reader.program.takesNumbers else {
            throw LineFault(reason: .badField, detail: "the event's type is not a text")
        }
        type = reader.renamed(type, line)
        if reader.isDropped(type, line) {
            droppedCount += 1
            return
        }
        guard type.count <= 128 else {
            throw LineFault(reason: .badField, detail: "the event's type is longer than 128 bytes")
        }
        let customer = reader.customer(line)
        if customer == nil, formats.identity == nil { throw MappedNames(reader.program).nobody(in: line, reader) }
        let id = reader.identifier(line)
        let channel = reader.piece(reader.program.channel, line)
        if let channel,
            channel.kind != .string && !(channel.isNumber && reader.program.takesNumbers) || channel.count > 128
        {
            throw LineFault(reason: .badField, detail: "the channel is not a text of at most 128 bytes")
        }
        if reader.program.isNative { try reader.checkNative(line) }
        row.time = try reader.time(line) ?? .distantPast
        if let converted, let customer {
            row.time = try converted.time(row.time)
            converted.take(row, customer: customer, type: type, id: id, channel: channel, reader, line)
        }
        // Read first: texts that are written anew may move as more of them are.
        let shown = formats.identity.map { identities($0, reader, line) } ?? []
        let firstField = fields.count
        row.firstField = UInt32(firstField)
        addFields(reader, line, isRewritten: isRewritten, whole ?? row.lineText)
        for one in shown { add(one, reader, line, isRewritten: isRewritten) }
        row.fieldCount = UInt32(fields.count - firstField)
        row.typeName = keep(type, reader, line, isRewritten: isRewritten)
        if let customer { row.customerID = keep(customer, reader, line, isRewritten: isRewritten) }
        if let id { row.id = keep(id, reader, line, isRewritten: isRewritten) }
        if let channel { row.channel = keep(channel, reader, line, isRewritten: isRewritten) }
        if customer != nil { row.customerHash = hashKey.hash(view(row.customerID)) }
        row.type = self.type(of: row.typeName)
        seen[Int(row.type)] = 1
        if row.time == .distantPast { timelessCount += 1 }
        rows.append(row)
    }

    /// Where a piece's text lies in the batch; what was made for it is copied there.
    @inline(__always)
    mutating func keep(
        _ piece: Piece, _ reader: MappedReader, _ line: ElementSight, isRewritten: Bool
    ) -> TextRange {
        if piece.isMade {
            let offset = TextRange.rewritten + UInt32(rewritten.count)
            rewritten.append(reader.bytes(of: piece, line))
            return TextRange(offset: offset, length: UInt32(piece.count))
        }
        let base = isRewritten ? TextRange.rewritten : 0
        return TextRange(offset: base + UInt32(piece.start), length: UInt32(piece.count))
    }

    /// Adds what the plan reads of the element. Where that stands among the texts that are written anew it would move with
    /// them, so what is made is only added once all has been looked at.
    private mutating func addFields(
        _ reader: MappedReader, _ line: ElementSight, isRewritten: Bool, _ whole: TextRange
    ) {
        var made: [(slot: SlotNumber, piece: Piece)] = []
        for place in 0..<line.touched.count {
            let number = Int(line.touched[place])
            guard let capture = line.capture(number) else { continue }
            let direct = reader.program.direct[number]
            if !direct.slot.isNone {
                if direct.properties < 0 || reader.holds(direct.properties, line) {
                    add(capture, slot: direct.slot, reader, line, isRewritten: isRewritten, made: &made)
                }
            } else {
                let uses = reader.program.uses[number]
                for use in uses where reader.fits(use, capture, line) { picker.take(use, capture) }
            }
        }
        for place in 0..<picker.count {
            let (slot, capture) = picker[place]
            if let capture { add(capture, slot: slot, reader, line, isRewritten: isRewritten, made: &made) }
        }
        picker.clear()
        if reader.program.readsLists { made += reader.listed(line) }
        var properties: [UInt8] = []
        if !reader.program.propertiesSlot.isNone { reader.appendProperties(line, to: &properties) }
        for entry in made { add(entry.piece, slot: entry.slot, reader, line) }
        if !reader.program.propertiesSlot.isNone {
            fields.append(
                Field(
                    slot: reader.program.propertiesSlot, kind: .json, length: UInt32(properties.count),
                    payload: UInt64(TextRange.rewritten + UInt32(rewritten.count))))
            rewritten.append(properties)
        }
        if !reader.program.wholeSlot.isNone {
            fields.append(
                Field(
                    slot: reader.program.wholeSlot, kind: .json, length: whole.length,
                    payload: UInt64(whole.offset)))
        }
    }

    /// A value that stands in the element.
    @inline(__always)
    private mutating func add(
        _ found: Capture, slot: SlotNumber, _ reader: MappedReader, _ line: ElementSight, isRewritten: Bool,
        made: inout [(slot: SlotNumber, piece: Piece)]
    ) {
        if found.kind == .string, found.hasEscapes {
            made.append((slot, reader.piece(found, line)))
        } else {
            fields.append(LineScanner.field(found, slot: slot, line.bytes, isRewritten: isRewritten))
        }
    }

    /// A value that was made, not found as it is.
    mutating func add(_ piece: Piece, slot: SlotNumber, _ reader: MappedReader, _ line: ElementSight) {
        let bytes = reader.bytes(of: piece, line)
        switch piece.kind {
        case .int, .double: fields.append(bytes.number(isWhole: piece.kind == .int, slot: slot))
        case .string, .json:
            let offset = TextRange.rewritten + UInt32(rewritten.count)
            rewritten.append(bytes)
            fields.append(
                Field(slot: slot, kind: piece.kind, length: UInt32(piece.count), payload: UInt64(offset)))
        default: fields.append(Field(slot: slot, kind: piece.kind))
        }
    }

    private static func field(_ found: Capture, slot: SlotNumber, _ line: View<UInt8>, isRewritten: Bool) -> Field {
        switch found.kind {
        case .int, .double:
            return line[Int(found.start)..<Int(found.end)].number(isWhole: found.kind == .int, slot: slot)
        case .string, .json:
            let base = isRewritten ? TextRange.rewritten : 0
            return Field(
                slot: slot, kind: found.kind, length: found.end - found.start,
                payload: UInt64(base + found.start))
        default: return Field(slot: slot, kind: found.kind)
        }
    }
}

extension MappedReader {
    /// Whose event it is: what the mapping says, or the strongest usable id.
    func customer(_ line: ElementSight) -> Piece? {
        if !program.customerID.isEmpty, let piece = identity(program.customerID, line) { return piece }
        if program.isNative { return firstNativeID(line) }
        if program.customerID.isEmpty {
            for spots in program.idSpots {
                if let piece = identity(spots, line) { return piece }
            }
            if let merging = merging(line) { return merging.into }
        }
        return nil
    }

    /// The first text of a native line's `ids`.
    private func firstNativeID(_ line: ElementSight) -> Piece? {
        guard let number = program.number(of: "/ids"), let found = line.capture(number), found.kind == .json else {
            return nil
        }
        var first: Piece?
        NativeIDs.each(at: Int(found.start), line.bytes) { _, value in
            if first == nil { first = make(value, .string) }
        }
        return first
    }

    /// The event's own id; nil where it has none.
    func identifier(_ line: ElementSight) -> Piece? {
        guard let piece = piece(program.id, line), piece.kind == .string || piece.kind == .int, piece.count <= 256
        else {
            return nil
        }
        return piece
    }

    /// Which ids the event says to be one person's.
    func merging(_ line: ElementSight) -> (into: Piece, from: Piece, force: Bool)? {
        if program.isNative, let merging = nativeMerging(line) { return merging }
        guard !program.merge.isEmpty, let type = piece(program.event, line), type.kind == .string else { return nil }
        let name = bytes(of: type, line).copied
        for entry in program.merge where entry.on == name {
            guard let into = identity(entry.into, line), let from = identity(entry.from, line) else { continue }
            return (into, from, entry.force)
        }
        return nil
    }

    private func nativeMerging(_ line: ElementSight) -> (into: Piece, from: Piece, force: Bool)? {
        guard let number = program.number(of: "/merge"), let found = line.capture(number), found.kind == .json,
            line.bytes[Int(found.start)] == UInt8(ascii: "{")
        else { return nil }
        func text(_ key: String) -> Piece? {
            guard let place = JSONWalk.value(in: line.bytes, at: Int(found.start), [key]),
                line.bytes[place.lowerBound] == UInt8(ascii: "\"")
            else { return nil }
            let inside = line.bytes[place.lowerBound + 1..<place.upperBound - 1].unescaped()
            return inside.isEmpty || inside.count > 256 ? nil : make(inside, .string)
        }
        guard let into = text("into"), let from = text("from") else { return nil }
        let force = JSONWalk.value(in: line.bytes, at: Int(found.start), ["force"])
        return (into, from, force.map { line.bytes[$0.lowerBound] == UInt8(ascii: "t") } ?? false)
    }

    /// Holds what events.md says about keys of the native form that need not be there.
    func checkNative(_ line: ElementSight) throws(LineFault) {
        if let piece = piece(program.id, line) {
            guard piece.kind == .string || piece.kind == .int else {
                throw LineFault(reason: .badField, detail: "\"id\" is not a string or an integer")
            }
            if piece.count > 256 { throw LineFault(reason: .badField, detail: "\"id\" is longer than 256 bytes") }
        }
        guard let number = program.properties.first?.capture, let found = line.capture(number) else { return }
        if found.kind != .null, found.kind != .json || line.bytes[Int(found.start)] != UInt8(ascii: "{") {
            throw LineFault(reason: .badField, detail: "\"properties\" is not an object")
        }
    }
}

/// The `ids` of a line in the native form.
enum NativeIDs {
    /// Calls `body` with each namespace and its text, in the order of the line; what is no text, or an empty one, or longer
    /// than 256 bytes, is passed over.
    static func each(at start: Int, _ line: View<UInt8>, _ body: (_ name: [UInt8], _ value: [UInt8]) -> Void) {
        guard line[start] == UInt8(ascii: "{") else { return }
        JSONWalk.members(of: line, from: start) { key, value in
            let name = line[key.lowerBound + 1..<key.upperBound - 1].unescaped()
            let text: [UInt8]
            switch line[value.lowerBound] {
            case UInt8(ascii: "\""): text = line[value.lowerBound + 1..<value.upperBound - 1].unescaped()
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                text = line[value].copied
                if KeyValueList.wholeness(text) != true { return }
            default: return
            }
            if !text.isEmpty, text.count <= 256 { body(name, text) }
        }
    }
}

/// What to say about places that a mapping names and a line has not.
struct MappedNames {
    private let program: MappingProgram

    init(_ program: MappingProgram) { self.program = program }

    /// The fault of an element that lacks something.
    func absence(of what: String, _ places: [MappedPlace], in line: ElementSight, _ reader: MappedReader) -> LineFault {
        if program.isNative, let number = program.number(of: Pointer(tokens: [what])),
            line.capture(number) != nil
        {
            return LineFault(reason: .badField, detail: "\"\(what)\" is empty, or not a string")
        }
        let names = texts(places)
        return LineFault(
            reason: .missingField,
            detail: names.isEmpty ? "\"\(what)\" is absent" : "\"\(what)\" is absent; it is read from \(names)")
    }

    /// The fault of an element of which nobody is told whose it is.
    func nobody(in line: ElementSight, _ reader: MappedReader) -> LineFault {
        if program.isNative { return absence(of: "customer_id", program.mapping.customerID, in: line, reader) }
        let places = program.mapping.customerID + program.mapping.ids.flatMap(\.places)
        return LineFault(
            reason: .missingField,
            detail: "no usable id of a customer" + (texts(places).isEmpty ? "" : "; one is read from \(texts(places))"))
    }

    private func texts(_ places: [MappedPlace]) -> String {
        var names: [String] = []
        func add(_ places: [MappedPlace]) {
            for place in places {
                switch place.source {
                case .pointer(let pointer): if !names.contains(pointer.text) { names.append(pointer.text) }
                case .join(let inner, _, _), .first(let inner): add(inner)
                case .text, .expression: break
                }
                add(place.otherwise)
            }
        }
        add(places)
        return names.prefix(6).joined(separator: ", ")
    }
}
