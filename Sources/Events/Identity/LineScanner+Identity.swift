import Storage

/// The ids that lines show in formats other than the plain native form, each put into the slot of its namespace.
extension LineScanner {
    /// Something that an element says about who is who.
    struct ShownPiece {
        var slot: SlotNumber
        var piece: Piece
        /// Whether it is a text, however it is written.
        var isText: Bool
    }

    /// What an element says about who is who.
    func identities(_ plan: IdentityPlan, _ reader: MappedReader, _ line: ElementSight) -> [ShownPiece] {
        var found: [ShownPiece] = []
        func add(_ slot: SlotNumber, _ piece: Piece, isText: Bool = true) {
            found.append(ShownPiece(slot: slot, piece: piece, isText: isText))
        }
        reader.eachIdentity(line) { name, piece in
            guard let namespace = View.of(name, { plan.number(of: $0) }) else { return }
            add(plan.slots.ids[namespace], piece)
        }
        if let merging = reader.merging(line) {
            add(plan.slots.into, merging.into)
            add(plan.slots.from, merging.from)
            if merging.force { add(plan.slots.force, reader.make([], .yes), isText: false) }
        }
        if plan.followsAccounts, let account = reader.account(line) { add(plan.slots.account, account) }
        if let identifying = plan.identifying, let into = reader.identified(by: identifying, line) {
            add(plan.slots.into, into)
            add(plan.slots.force, reader.make([0x31], .int), isText: false)
        }
        return found
    }

    /// Puts it among the decoded values.
    mutating func add(_ shown: ShownPiece, _ reader: MappedReader, _ line: ElementSight, isRewritten: Bool) {
        guard shown.isText, shown.piece.kind == .string || shown.piece.isNumber else {
            add(shown.piece, slot: shown.slot, reader, line)
            return
        }
        let range = keep(shown.piece, reader, line, isRewritten: isRewritten)
        fields.append(
            Field(slot: shown.slot, kind: .string, length: range.length, payload: UInt64(range.offset)))
    }
}

extension MappedReader {
    /// Calls `body` with the id of each namespace that the element shows: the first usable one, or where none is, one that is
    /// not, so that it can be counted.
    func eachIdentity(_ line: ElementSight, _ body: (_ name: [UInt8], _ piece: Piece) -> Void) {
        if program.isNative {
            if let piece = identity(program.customerID, line) ?? first(program.customerID, line) {
                body(Array("customer_id".utf8), piece)
            }
            guard let number = program.number(of: "/ids"), let found = line.capture(number), found.kind == .json
            else { return }
            NativeIDs.each(at: Int(found.start), line.bytes) { name, value in body(name, make(value, .string)) }
            return
        }
        for namespace in program.ids {
            guard let piece = identity(namespace.spots, line) ?? first(namespace.spots, line) else { continue }
            body(namespace.name, piece)
        }
    }

    /// The account that the element shows.
    func account(_ line: ElementSight) -> Piece? { identity(program.account, line) }

    private func first(_ spots: [MappingProgram.Spot], _ line: ElementSight) -> Piece? {
        guard let piece = piece(spots, line), piece.kind == .string || piece.kind == .int else { return nil }
        return piece
    }

    /// The id that an event of a type which identifies is about.
    func identified(by type: String, _ line: ElementSight) -> Piece? {
        guard let name = piece(program.event, line), name.kind == .string,
            bytes(of: name, line).text.isSame(as: type)
        else { return nil }
        let entry = program.merge.first { $0.on.elementsEqual(type.utf8) }
        return entry.flatMap { identity($0.into, line) }
    }
}
