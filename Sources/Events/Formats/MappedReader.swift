import Storage

/// A text or value that a place of a mapping came to.
struct Piece: BitwiseCopyable {
    /// `int` for a whole number, `double` for any other.
    var kind: Field.Kind
    /// Where the text stands, in the bytes that were read or among those that were made; without quotes and escapes.
    var start: Int
    var end: Int
    var isMade = false

    var count: Int { end - start }
    var isNumber: Bool { kind == .int || kind == .double }
}

/// Reads elements as a program says and answers what its places come to. Owned by one scanner.
final class MappedReader {
    let program: MappingProgram
    let plan: FormatPlan
    var reader: ElementReader
    /// Texts that do not stand in the line as they are.
    private let made = ByteBlock(capacity: 256)
    private let renames: ByteTable?
    private let newNames: [[UInt8]]
    private let drops: ByteTable?
    private let localTime: (Int64) -> Int64?
    private var listed: [(slot: SlotNumber, piece: Piece)] = []
    private var days = DayMemory()

    init(_ program: MappingProgram, _ plan: FormatPlan, hashKey: HashKey, followsShapes: Bool = true) {
        self.program = program
        self.plan = plan
        reader = ElementReader(program.paths, kinds: program.kinds, hashKey: hashKey, followsShapes: followsShapes)
        let names = plan.renames.sorted { $0.key < $1.key }
        renames = names.isEmpty ? nil : ByteTable(names.enumerated().map { (scope: 0, key: $1.key.text, value: $0) })
        newNames = names.map { Array($0.value.utf8) }
        drops = plan.drops.isEmpty ? nil : ByteTable(plan.drops.enumerated().map { (scope: 0, key: $1, value: $0) })
        let zone = program.mapping.time.zone
        localTime = zone.map { name in { plan.localTime(name, $0) } } ?? { $0 }
    }

    /// Reads the object that begins at `start`.
    /// - Returns: what it holds; valid until the next is read.
    func read(_ bytes: View<UInt8>, at start: Int) throws(LineFault) -> ElementSight {
        made.truncate(to: 0)
        readEnd = start
        defer { readEnd = reader.at }
        try reader.read(bytes, at: start)
        return reader.sight
    }

    /// What the row of a table holds that was read last.
    func readRow() -> ElementSight {
        made.truncate(to: 0)
        return reader.sight
    }

    /// Whether lines are those of tables.
    var takesTables: Bool { program.takesNumbers }

    /// Where reading ended, also of what was no object.
    private(set) var readEnd = 0

    /// The bytes of a piece.
    @inline(__always)
    func bytes(of piece: Piece, _ line: ElementSight) -> View<UInt8> {
        piece.isMade ? made.bytes[piece.start..<piece.end] : line.bytes[piece.start..<piece.end]
    }

    // MARK: Places

    /// What stands at a capture, if anything.
    func piece(_ capture: Int, _ line: ElementSight) -> Piece? {
        guard let found = line.capture(capture) else { return nil }
        return piece(found, line)
    }

    func piece(_ found: Capture, _ line: ElementSight) -> Piece {
        let piece = Piece(kind: found.kind, start: Int(found.start), end: Int(found.end))
        return found.hasEscapes ? make(line.bytes[piece.start..<piece.end].unescaped(), .string) : piece
    }

    /// The first usable of several places: there, not null, and no empty text.
    func piece(_ spots: [MappingProgram.Spot], _ line: ElementSight) -> Piece? {
        for spot in spots {
            guard let piece = piece(at: spot, line), isUsable(piece) else { continue }
            return piece
        }
        return nil
    }

    func isUsable(_ piece: Piece) -> Bool { piece.kind != .null && !(piece.kind == .string && piece.count == 0) }

    /// The first of several places that holds what may be an id: a text of at most 256 bytes, or a whole number.
    func identity(_ spots: [MappingProgram.Spot], _ line: ElementSight) -> Piece? {
        for spot in spots {
            guard var piece = piece(at: spot, line),
                piece.kind == .string || piece.kind == .int || piece.kind == .double && program.takesNumbers
            else { continue }
            if !program.isNative { trim(&piece, line) }
            let text = bytes(of: piece, line)
            if text.isEmpty || text.count > 256 || !program.isNative && UnusableIds.holds(text) { continue }
            if let identity = plan.identity, !identity.isUsable(text) { continue }
            return piece
        }
        return nil
    }

    private func trim(_ piece: inout Piece, _ line: ElementSight) {
        let bytes = piece.isMade ? made.bytes : line.bytes
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }
        while piece.start < piece.end, isBlank(bytes[piece.start]) { piece.start += 1 }
        while piece.start < piece.end, isBlank(bytes[piece.end - 1]) { piece.end -= 1 }
    }

    @inline(__always)
    private func piece(at spot: MappingProgram.Spot, _ line: ElementSight) -> Piece? {
        spot.plainCapture >= 0 ? piece(spot.plainCapture, line) : piece(spot, line)
    }

    private func piece(_ spot: MappingProgram.Spot, _ line: ElementSight) -> Piece? {
        if !spot.when.isEmpty, !hold(spot.when, line) { return piece(spot.otherwise, line) }
        let piece: Piece?
        switch spot.source {
        case .capture(let number): piece = self.piece(number, line)
        case .text(let text): piece = make(text, .string)
        case .join(let spots, let text, let needs): piece = joined(spots, by: text, needs: needs, line)
        case .first(let spots): piece = self.piece(spots, line)
        case .expression(let text): piece = evaluated(text, line)
        }
        guard let piece, !spot.isPlain else { return piece }
        return changed(piece, by: spot, line)
    }

    private func changed(_ piece: Piece, by spot: MappingProgram.Spot, _ line: ElementSight) -> Piece? {
        if spot.isNumber {
            guard piece.kind == .string else { return piece }
            guard let isWhole = KeyValueList.wholeness(bytes(of: piece, line).copied) else { return piece }
            return Piece(kind: isWhole ? .int : .double, start: piece.start, end: piece.end, isMade: piece.isMade)
        }
        guard piece.kind == .string || piece.isNumber else { return nil }
        var text = bytes(of: piece, line)
        if let prefix = spot.noPrefix, begins(text, with: prefix) { return nil }
        if let prefix = spot.prefix {
            guard begins(text, with: prefix) else { return nil }
            text = text[prefix.count..<text.count]
        }
        for (from, to) in spot.words where text.count == from.count && text.copied == from { return make(to, .string) }
        if !spot.isLower || !text.hasUpper {
            let cut = piece.count - text.count
            return Piece(kind: piece.kind, start: piece.start + cut, end: piece.end, isMade: piece.isMade)
        }
        var output = text.copied
        for index in output.indices where output[index] &- 0x41 < 26 { output[index] |= 0x20 }
        return make(output, piece.kind)
    }

    private func begins(_ text: View<UInt8>, with prefix: [UInt8]) -> Bool {
        text.count >= prefix.count && text[0..<prefix.count].copied == prefix
    }

    private func joined(
        _ spots: [MappingProgram.Spot], by text: [UInt8], needs: [Int], _ line: ElementSight
    ) -> Piece? {
        for need in needs {
            guard let piece = piece(need, line), isUsable(piece) else { return nil }
        }
        var output: [UInt8] = []
        for (index, spot) in spots.enumerated() {
            if index > 0 { output += text }
            guard let piece = piece(spot, line), piece.kind == .string || piece.isNumber else { continue }
            output.append(bytes(of: piece, line))
        }
        return make(output, .string)
    }

    private func evaluated(_ text: String, _ line: ElementSight) -> Piece? {
        guard let evaluate = plan.expressions[ByteName(text)] else { return nil }
        guard let json = evaluate(line.bytes[line.start..<line.end].copied), let first = json.first else { return nil }
        switch first {
        case UInt8(ascii: "\""):
            let inside = View.of(Array(json.dropFirst().dropLast())) { $0.unescaped() }
            return make(inside, .string)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let isWhole = !json.contains { $0 == 0x2E || $0 | 0x20 == 0x65 }
            return make(json, isWhole ? .int : .double)
        case UInt8(ascii: "n"): return nil
        case UInt8(ascii: "t"): return make(json, .yes)
        case UInt8(ascii: "f"): return make(json, .no)
        default: return make(json, .json)
        }
    }

    func make(_ text: [UInt8], _ kind: Field.Kind) -> Piece {
        let start = made.count
        made.append(text)
        return Piece(kind: kind, start: start, end: made.count, isMade: true)
    }

    func hold(_ tests: [MappingProgram.Test], _ line: ElementSight) -> Bool {
        tests.allSatisfy { test in
            guard let piece = piece(test.capture, line), isUsable(piece) else { return false }
            if test.texts.isEmpty { return true }
            guard piece.kind != .json else { return false }
            let text = bytes(of: piece, line)
            return test.texts.contains { $0.count == text.count && View.of($0) { $0.holdsSameBytes(as: text) } }
        }
    }

    // MARK: Names

    /// The name that a type of event is to have.
    func renamed(_ piece: Piece, _ line: ElementSight) -> Piece {
        guard let place = renames?.value(of: bytes(of: piece, line), in: 0), place >= 0 else { return piece }
        return make(newNames[place], .string)
    }

    /// Whether events of that type are left out.
    func isDropped(_ piece: Piece, _ line: ElementSight) -> Bool {
        guard let place = drops?.value(of: bytes(of: piece, line), in: 0) else { return false }
        return place >= 0
    }

    // MARK: Time

    /// The event's time; nil where it has none.
    func time(_ line: ElementSight) throws(LineFault) -> Instant? {
        for (index, spot) in program.time.enumerated() {
            if index == program.timesBeforeSkew, let time = corrected(line) { return time }
            guard let piece = piece(at: spot, line), isUsable(piece) else { continue }
            return try instant(piece, line)
        }
        if program.time.count == program.timesBeforeSkew, let time = corrected(line) { return time }
        guard let before = program.before, let time = piece(before.time, line), isUsable(time),
            let span = piece(before.milliseconds, line), span.isNumber
        else { return nil }
        let base = try instant(time, line)
        guard case .time(let length) = TimeReading.number(bytes(of: span, line), .milliseconds) else { return base }
        return base.advanced(by: -length.microseconds)
    }

    /// The time that three others together say.
    private func corrected(_ line: ElementSight) -> Instant? {
        guard let skew = program.skew, let original = plainInstant(skew.original, line),
            let sent = plainInstant(skew.sent, line), let received = plainInstant(skew.received, line)
        else { return nil }
        let time = received.advanced(by: -sent.since(original))
        return time >= .earliest && time <= .latest ? time : nil
    }

    private func plainInstant(_ capture: Int, _ line: ElementSight) -> Instant? {
        guard let piece = piece(capture, line), isUsable(piece) else { return nil }
        return try? instant(piece, line)
    }

    private func instant(_ piece: Piece, _ line: ElementSight) throws(LineFault) -> Instant {
        let text = bytes(of: piece, line)
        if piece.kind == .string, let time = days.time(text) { return time }
        let result: TimeReading.Result
        let unit = program.mapping.time.unit
        switch piece.kind {
        case .int, .double: result = TimeReading.number(text, unit)
        case .string where program.isNative && program.mapping.time == Mapping.native.time:
            result =
                Instant(rfc3339: text).map { .time($0) } ?? (Instant(unboundedRFC3339: text) == nil ? .none : .outside)
        case .string: result = TimeReading.text(text, unit, local: localTime)
        default: result = .none
        }
        switch result {
        case .time(let time): return time
        case .outside:
            throw LineFault(
                reason: .badTimestamp, detail: LineFault.quoted(text) + " lies outside the years 0000 to 9999 in UTC")
        case .none:
            let detail =
                piece.kind == .string
                ? LineFault.quoted(text) + " " + TimeAdvice.fault(of: text[0..<min(text.count, 64)].copied)
                : "the timestamp is neither an RFC 3339 time, as \(TimeAdvice.example), nor a number"
            throw LineFault(reason: .badTimestamp, detail: detail)
        }
    }

    // MARK: Properties

    /// Whether a source of properties says anything about this element.
    @inline(__always)
    func holds(_ properties: Int, _ line: ElementSight) -> Bool {
        let source = program.properties[properties]
        return source.when.isEmpty || hold(source.when, line)
    }

    /// Whether a use of a capture comes to something.
    func fits(_ use: MappingProgram.Use, _ capture: Capture, _ line: ElementSight) -> Bool {
        if use.properties < 0 { return true }
        if !holds(use.properties, line) { return false }
        let source = program.properties[use.properties]
        if use.isWhole {
            if capture.kind == .null { return false }
            if capture.kind == .json, isObjectOrNothing(capture, line) { return false }
        } else if !source.isSpread, source.capture != nil, capture.kind == .null {
            return false
        }
        if !source.without.isEmpty, capture.kind == .string {
            let text = line.bytes[Int(capture.start)..<Int(capture.end)].copied
            if source.without.contains(text) { return false }
        }
        return true
    }

    private func isObjectOrNothing(_ capture: Capture, _ line: ElementSight) -> Bool {
        line.bytes[Int(capture.start)] == UInt8(ascii: "{") || capture.end - capture.start == 2
    }

    /// The plan's properties that stand in key/value lists.
    func listed(_ line: ElementSight) -> [(slot: SlotNumber, piece: Piece)] {
        listed.removeAll(keepingCapacity: true)
        for list in program.lists where !list.groups.isEmpty && holds(list.properties, line) {
            guard let capture = program.properties[list.properties].capture, let found = line.capture(capture) else {
                continue
            }
            KeyValueList.each(of: found, list, line.bytes) { key, value in
                for entry in list.groups {
                    guard View.of(entry.key, { $0.holdsSameBytes(as: key) }) else { continue }
                    listed.append((entry.group, make(value.text, value.kind)))
                }
            }
        }
        return listed
    }
}

extension View<UInt8> {
    /// Whether one of the letters A to Z is there.
    fileprivate var hasUpper: Bool {
        for index in 0..<count where self[index] &- 0x41 < 26 { return true }
        return false
    }
}
