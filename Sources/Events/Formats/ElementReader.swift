import Storage

/// What a line says at a place that a mapping names.
struct Capture: BitwiseCopyable {
    /// `int` for a number without fraction and exponent, `double` for any other; the text of both stands in the line.
    var kind = Field.Kind.null
    var hasEscapes = false
    /// Where the text stands, without quotes for `string`.
    var start: UInt32 = 0
    var end: UInt32 = 0
    /// The element that it is of, and that it is listed for.
    var stamp: UInt32 = 0
    var listed: UInt32 = 0
}

/// What an element holds: where the captures of a program stand. Valid until its reader reads the next.
struct ElementSight {
    /// The bytes that the captures stand in, and eight more.
    let bytes: View<UInt8>
    /// Where the element begins and ends.
    let start: Int
    let end: Int
    /// The captures that were found, each once; some may have been overwritten by nothing.
    let touched: View<Int32>
    fileprivate let captures: View<Capture>
    fileprivate let stamp: UInt32

    @inline(__always)
    func capture(_ number: Int) -> Capture? {
        let found = captures[number]
        return found.stamp == stamp ? found : nil
    }
}

/// Notes, in one pass over an object, where the captures of a program stand. Validates all of it.
struct ElementReader: ~Copyable {
    private var keys: KeyReader
    private(set) var shapes: LineShapes
    private var met = Column<LineShapes.Met>(capacity: 32)
    private var isShape = false
    private var captures: Column<Capture>
    private var touched = Column<Int32>(capacity: 16)
    private var start = 0
    private var stamp: UInt32 = 0
    /// By capture: 1 where it may be the event's type; and what is known of that, for guessing keys.
    private var isKind: Column<UInt8>
    private var kind = 0
    /// For places below which elements of arrays are captured: the places of the elements, by index.
    private let elements: [[Int32]]
    private var text = JSONText(bytes: View(), at: 0)

    init(_ paths: [[String]], kinds: [Int], hashKey: HashKey, followsShapes: Bool = true) {
        shapes = LineShapes(isOn: followsShapes)
        let tree = ProjectionTree(Projection(types: [""], paths: paths))
        captures = Column<Capture>(repeating: Capture(), count: paths.count)
        var elements = [[Int32]](repeating: [], count: tree.count)
        var prefixes: [KeyReader.Prefix] = []
        for path in paths {
            var place = 0
            for token in path {
                let bytes = Array(token.utf8)
                let child = View.of(bytes) { tree.child(of: place, $0) }
                if let index = Int(token), index < 64, index >= 0, String(index) == token {
                    while elements[place].count <= index { elements[place].append(-1) }
                    elements[place][index] = Int32(child)
                }
                if bytes.count > 1, bytes.last == UInt8(ascii: "*") {
                    prefixes.append(KeyReader.Prefix(parent: place, text: bytes.dropLast(), place: child))
                }
                place = child
            }
        }
        isKind = Column<UInt8>(repeating: 0, count: paths.count)
        for number in kinds { isKind[number] = 1 }
        keys = KeyReader(tree, prefixes: prefixes, hashKey: hashKey)
        self.elements = elements
    }

    /// Where reading ended.
    var at: Int { text.at }

    /// What the element holds that was read last.
    var sight: ElementSight {
        ElementSight(
            bytes: text.bytes, start: start, end: text.at, touched: touched.view(0..<touched.count),
            captures: captures.view(0..<captures.count), stamp: stamp)
    }

    /// Reads the object whose brace stands at `start`; fails where it is none.
    mutating func read(_ bytes: View<UInt8>, at start: Int) throws(LineFault) {
        begin(bytes, at: start)
        if shapes.areFollowed {
            if follow() { return shapes.noteFollowed() }
            begin(bytes, at: start)
        }
        met.truncate(to: 0)
        isShape = shapes.areFollowed
        defer { shapes.noteMissed() }
        try object(0)
        if isShape { shapes.learn(bytes, start..<text.at, met, type: 0) }
    }

    /// Passes over a value that nothing reads.
    private mutating func skip() throws(LineFault) {
        let start = text.at
        let isString = text.bytes[start] == UInt8(ascii: "\"")
        try text.skipValue()
        note(-1, isString ? .string : .skipped, from: start)
    }

    /// Notes a value that has been read, for the shape of the object.
    private mutating func note(_ index: Int, _ form: LineShapes.Form, from start: Int, hasEscapes: Bool = false) {
        guard isShape else { return }
        let slot = index < 0 ? SlotNumber.none : keys.tree.node(index).slot
        var value = LineShapes.Met(place: Int32(index), slot: slot, form: form, start: start, end: text.at)
        value.trim()
        if form == .string {
            value.isType = !slot.isNone && isKind[slot.index] != 0
            // The branch of a type is known by the name as it is written.
            if value.isType, hasEscapes { isShape = false }
        }
        met.append(value)
        if met.count > LineShapes.valueLimit { isShape = false }
    }

    private mutating func begin(_ bytes: View<UInt8>, at start: Int) {
        if stamp == .max {
            for number in 0..<captures.count { captures[number] = Capture() }
            stamp = 0
        }
        stamp += 1
        kind = 0
        touched.truncate(to: 0)
        text = JSONText(bytes: bytes, at: start)
        self.start = start
    }

    private mutating func object(_ index: Int) throws(LineFault) {
        guard text.enters(closing: UInt8(ascii: "}")) else { return }
        let scope = KeyMemory.scope(place: index, kind: kind)
        var token: Int32 = -1
        repeat {
            let child = try keys.key(in: &text, under: index, scope: scope, after: &token)
            if child < 0 { try skip() } else { try value(child) }
        } while try text.goesOn(closing: UInt8(ascii: "}"))
    }

    private mutating func array(_ places: [Int32]) throws(LineFault) {
        guard text.enters(closing: UInt8(ascii: "]")) else { return }
        var index = 0
        repeat {
            text.skipSpace()
            let child = index < places.count ? Int(places[index]) : -1
            if child < 0 { try text.skipValue() } else { try value(child) }
            index += 1
        } while try text.goesOn(closing: UInt8(ascii: "]"))
    }

    private mutating func value(_ index: Int) throws(LineFault) {
        let node = keys.tree.node(index)
        if node.hasChildren || node.slot.isNone { forget(node) }
        let start = text.at
        var found = Capture()
        switch text.bytes[start] {
        case UInt8(ascii: "\""):
            let span = try text.string()
            found.kind = .string
            found.hasEscapes = span.hasEscapes
            note(index, .string, from: start, hasEscapes: span.hasEscapes)
            return note(node, found, span.start, span.end)
        case UInt8(ascii: "{"):
            if node.hasChildren {
                note(index, .open, from: start)
                try object(index)
                note(index, .close, from: text.at)
            } else {
                try text.skipValue()
                note(index, node.slot.isNone ? .skipped : .json, from: start)
            }
            found.kind = .json
        case UInt8(ascii: "["):
            // What stands below is read in another way.
            if node.hasChildren { isShape = false }
            if elements[index].isEmpty { try text.skipValue() } else { try array(elements[index]) }
            note(index, node.slot.isNone ? .skipped : .json, from: start)
            found.kind = .json
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            found.kind = try text.number() ? .int : .double
            note(index, .number, from: start)
        default:
            found.kind = try text.word()
            note(index, .word, from: start)
        }
        note(node, found, start, text.at)
    }

    /// Where a line has a key twice the later one counts: what the earlier one left under it goes.
    private mutating func forget(_ node: ProjectionTree.Node) {
        let below = keys.tree.slotsBelow(node)
        for place in 0..<below.count { captures[below[place]].stamp = 0 }
    }

    @inline(__always)
    private mutating func note(_ node: ProjectionTree.Node, _ capture: Capture, _ start: Int, _ end: Int) {
        guard !node.slot.isNone else { return }
        let number = node.slot.index
        put(number, capture, start, end)
        if isKind[number] != 0, capture.kind == .string {
            kind = KeyMemory.kind(text.bytes, at: start, count: end &- start)
        }
    }

    @inline(__always)
    private mutating func put(_ number: Int, _ capture: Capture, _ start: Int, _ end: Int) {
        var found = capture
        found.start = UInt32(truncatingIfNeeded: start)
        found.end = UInt32(truncatingIfNeeded: end)
        found.stamp = stamp
        found.listed = stamp
        if captures[number].listed != stamp { touched.append(Int32(number)) }
        captures[number] = found
    }

    // MARK: Shapes

    /// Reads the object if it has one of the shapes that are known; if not, what was noted means nothing.
    private mutating func follow() -> Bool {
        let wide = WideView(text.bytes)
        var step = shapes.first
        while step >= 0 {
            let known = shapes[step]
            guard wide.holds(known.literal, at: text.at) else {
                step = Int(known.other)
                continue
            }
            let before = text.at
            text.at &+= known.literal.count
            var next = Int(known.next)
            if known.form == .end { return true }
            if read(known, wide, step, &next) {
                step = next
            } else {
                text.at = before
                step = Int(known.other)
            }
        }
        return false
    }

    /// Reads the value behind a literal; false where it is another one than the shape has.
    @inline(__always)
    private mutating func read(
        _ known: LineShapes.Step, _ wide: WideView, _ step: Int, _ next: inout Int
    ) -> Bool {
        let start = text.at
        var found = Capture()
        var end = start
        switch known.form {
        case .more: return true
        case .string:
            found.kind = .string
            end = wide.endOfPlainString(from: start)
            if end >= 0 {
                text.at = end
            } else if !readUnplain(&found) {
                return false
            }
            end = text.at
        case .number:
            let byte = text.bytes[start]
            guard byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10, let isWhole = try? text.number() else {
                return false
            }
            found.kind = isWhole ? .int : .double
            end = text.at
        case .word:
            guard let kind = try? text.word() else { return false }
            found.kind = kind
            end = text.at
        case .json, .skipped:
            let byte = text.bytes[start]
            guard known.form == .skipped || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "["),
                (try? text.skipValue()) != nil
            else { return false }
            found.kind = .json
            end = text.at
        case .open:
            captures[known.slot].start = UInt32(truncatingIfNeeded: start &- 1)
            return true
        case .close:
            found.kind = .json
            put(known.slot.index, found, Int(captures[known.slot].start), start)
            return true
        case .end, .customerID, .event, .timestamp, .id, .channel: return false
        }
        guard !known.slot.isNone else { return true }
        put(known.slot.index, found, start, end)
        if known.form == .string, isKind[known.slot.index] != 0 {
            guard !found.hasEscapes else { return false }
            next = shapes.branch(text.bytes, start..<end, behind: step).first
            return next >= 0
        }
        return true
    }

    /// The same of a string with escapes, or with characters outside ASCII.
    @inline(never)
    private mutating func readUnplain(_ found: inout Capture) -> Bool {
        text.at -= 1
        guard let span = try? text.string() else { return false }
        found.hasEscapes = span.hasEscapes
        text.at = span.end
        return true
    }

    // MARK: Rows of a table

    /// The captures of a table's columns, by their place; -1 for one that nothing reads.
    func columns(of table: TableHeader) -> [Int32] {
        table.names.map { name in
            let place = View.of(name) { keys.child(of: 0, $0) }
            return place < 0 ? -1 : Int32(keys.tree.node(place).slot.known ?? -1)
        }
    }

    /// Reads the row of a table between two places, in which no quote is doubled; more may be read behind it.
    /// - Returns: how many cells it has; nil where its quotes make no sense.
    mutating func readRow(
        _ bytes: View<UInt8>, from start: Int, to end: Int, delimiter: UInt8, columns: View<Int32>
    ) throws(LineFault) -> Int? {
        begin(bytes, at: start)
        defer { text.at = end }
        let quote = UInt8(ascii: "\"")
        if bytes[start..<end].firstIndex(of: quote, from: 0) < end - start {
            return try readQuotedRow(bytes, from: start, to: end, delimiter: delimiter, columns: columns)
        }
        let pattern = 0x0101_0101_0101_0101 &* UInt64(delimiter)
        var column = 0
        var cell = start
        var high: UInt64 = 0
        var index = start
        while index < end {
            let word = bytes.word(at: index)
            let left = end &- index
            let mask: UInt64 = left >= 8 ? .max : (1 &<< UInt64(truncatingIfNeeded: left &* 8)) &- 1
            high |= word & mask
            // The high bit of each byte that is the delimiter, and of no other.
            let other = word ^ pattern
            let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
            var hits = ~(((other & low) &+ low) | other | low) & mask
            while hits != 0 {
                let place = index &+ hits.trailingZeroBitCount >> 3
                if column < columns.count, columns[column] >= 0, place > cell {
                    note(columns[column], cell, place, isQuoted: false)
                }
                column &+= 1
                cell = place &+ 1
                hits &= hits &- 1
            }
            index &+= 8
        }
        if column < columns.count, columns[column] >= 0, end > cell {
            note(columns[column], cell, end, isQuoted: false)
        }
        column &+= 1
        if high & 0x8080_8080_8080_8080 != 0, column == columns.count {
            try ElementReader.validate(bytes, from: start, to: end)
        }
        return column
    }

    private mutating func readQuotedRow(
        _ bytes: View<UInt8>, from start: Int, to end: Int, delimiter: UInt8, columns: View<Int32>
    ) throws(LineFault) -> Int? {
        let row = bytes[0..<end]
        var column = 0
        var index = start
        while true {
            var (first, last) = (index, index)
            let isQuoted = index < end && row[index] == UInt8(ascii: "\"")
            if isQuoted {
                first = index + 1
                last = row.firstIndex(of: UInt8(ascii: "\""), from: first)
                guard last < end else { return nil }
                index = last + 1
                guard index == end || row[index] == delimiter else { return nil }
            } else {
                last = row.firstIndex(of: delimiter, from: index)
                index = last
            }
            if column < columns.count, columns[column] >= 0, last > first {
                note(columns[column], first, last, isQuoted: isQuoted)
            }
            column += 1
            if index == end { break }
            index += 1
        }
        if column == columns.count { try ElementReader.validate(bytes, from: start, to: end) }
        return column
    }

    private mutating func note(_ number: Int32, _ start: Int, _ end: Int, isQuoted: Bool) {
        var found = Capture()
        found.kind = .string
        if !isQuoted, TableHeader.mayBeNumber(text.bytes[start]) {
            var number = JSONText(bytes: text.bytes, at: start)
            if let isWhole = try? number.number(), number.at == end { found.kind = isWhole ? .int : .double }
        }
        found.start = UInt32(truncatingIfNeeded: start)
        found.end = UInt32(truncatingIfNeeded: end)
        found.stamp = stamp
        found.listed = stamp
        if captures[Int(number)].listed != stamp { touched.append(number) }
        captures[Int(number)] = found
    }

    @inline(never)
    private static func validate(_ bytes: View<UInt8>, from start: Int, to end: Int) throws(LineFault) {
        var index = start
        while index < end {
            let length = bytes[index] < 0x80 ? 1 : bytes.lengthOfUTF8(at: index)
            if length == 0 || index + length > end { throw LineFault(reason: .invalidUTF8, detail: "") }
            index += length
        }
    }
}
