import Storage

/// Lines that look like earlier ones: only their values are read.
extension LineScanner {
    /// Reads a line that has one of the shapes that are known, of at most as many bytes as a line
    /// may have. Where it ends is seen on the way: no value that may stand in a shape holds the end
    /// of a line, which `JSONText` takes for no space.
    /// - Returns: where it ends; -1 where it has none of them, or a fault. Then it is as if nothing had been read.
    mutating func follow(number: Int, start: Int) -> Int {
        let firstField = fields.count
        let wide = WideView(text.bytes)
        var row = EventRow()
        var at = start
        var step = shapes.first
        while step >= 0 {
            let known = shapes[step]
            guard wide.holds(known.literal, at: at) else {
                step = Int(known.other)
                continue
            }
            // Where the value begins; then where it ends, 0 for one that the shape has not.
            var place = at &+ known.literal.count
            var next = Int(known.next)
            switch known.form {
            case .more: break
            case .open, .close: place = 0
            case .end:
                if take(&row, number: number, start: start, end: place, firstField: firstField) { return place }
                place = 0
            case .customerID: row.customerID = string(wide, &place)
            case .id: row.id = string(wide, &place)
            case .channel: row.channel = string(wide, &place)
            case .event:
                row.typeName = string(wide, &place)
                next = branch(&row, behind: step)
                if next < 0 { place = 0 }
            case .timestamp: place = timestamp(&row, place)
            case .string:
                let isRead = !known.slot.isNone || known.role != .none
                let end = wide.endOfPlainString(from: place)
                // Most that nobody reads is plain.
                if !isRead, end > 0 {
                    (at, step) = (end, next)
                    continue
                }
                let range = string(&place, to: end, isNeeded: isRead)
                if isRead, place > 0 { take(range, known, &row, &place, &next, behind: step) }
            case .number:
                if known.role == .none, let found = text.bytes.plainNumber(at: place, slot: known.slot) {
                    if !known.slot.isNone { fields.append(found.field) }
                    place = found.end
                } else {
                    place = unplainNumber(&row, known.role, known.slot, place)
                }
            case .word, .json, .skipped: place = other(known.form, known.role, known.slot, place)
            }
            if place > 0 {
                at = place
                step = next
            } else {
                step = Int(known.other)
            }
        }
        fields.truncate(to: firstField)
        return -1
    }

    /// Whether a line ends at a place, but for a carriage return.
    @inline(__always)
    private func isEndOfLine(_ place: Int) -> Bool {
        // Behind the last line stand zeros.
        let bytes = text.bytes
        let count = bytes.count &- ByteBlock.padding
        if place == count || bytes[place] == 0x0A { return true }
        return bytes[place] == 0x0D && (place &+ 1 == count || bytes[place &+ 1] == 0x0A)
    }

    /// Completes the row of a line that has a shape, where it ends there and its texts are as long as they may be.
    @inline(__always)
    private mutating func take(_ row: inout EventRow, number: Int, start: Int, end: Int, firstField: Int) -> Bool {
        // What is absent is longer than anything.
        guard row.customerID.length &- 1 < 256, row.typeName.length &- 1 < 128,
            row.id.isAbsent || row.id.length <= 256, row.channel.isAbsent || row.channel.length <= 128,
            isEndOfLine(end), end &- start <= lineLimit
        else { return false }
        row.line = UInt32(truncatingIfNeeded: number)
        row.lineText = TextRange(
            offset: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: end &- start))
        row.firstField = UInt32(truncatingIfNeeded: firstField)
        row.fieldCount = UInt32(truncatingIfNeeded: fields.count &- firstField)
        if row.time == .distantPast { timelessCount &+= 1 }
        row.customerHash = hashKey.hash(view(row.customerID))
        seen[Int(row.type)] = 1
        rows.append(row)
        return true
    }

    /// Passes over the inside of a string up to its closing quote; the place is 0 then where it is faulty.
    @inline(__always)
    private mutating func string(_ wide: WideView, _ place: inout Int) -> TextRange {
        let end = wide.endOfPlainString(from: place)
        return string(&place, to: end, isNeeded: true)
    }

    /// The same, where its end was looked for; negative where that has not been found.
    @inline(__always)
    private mutating func string(_ place: inout Int, to end: Int, isNeeded: Bool) -> TextRange {
        let start = place
        if end < 0 {
            let unplain = unplainString(start, isNeeded: isNeeded)
            place = unplain.end
            return unplain.range
        }
        place = end
        return TextRange(
            offset: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: end &- start))
    }

    /// The same of a string with escapes, or with characters outside ASCII.
    @inline(never)
    private mutating func unplainString(_ start: Int, isNeeded: Bool) -> (range: TextRange, end: Int) {
        text.at = start - 1
        guard let span = try? text.string() else { return (.absent, 0) }
        return (keep(span, isNeeded: isNeeded), span.end)
    }

    /// Notes a string that a slot or a native key takes.
    @inline(__always)
    private mutating func take(
        _ range: TextRange, _ known: LineShapes.Step, _ row: inout EventRow, _ place: inout Int, _ next: inout Int,
        behind step: Int
    ) {
        if known.role != .none, !take(&row, known.role, range, &next, behind: step) {
            place = 0
            return
        }
        guard !known.slot.isNone else { return }
        fields.append(
            Field(slot: known.slot, kind: .string, length: range.length, payload: UInt64(range.offset)))
    }

    /// Notes the event's type; answers the step behind it, -1 for a type of which none is known.
    @inline(__always)
    private mutating func branch(_ row: inout EventRow, behind step: Int) -> Int {
        guard row.typeName.offset < TextRange.rewritten else { return -1 }
        let start = Int(row.typeName.offset)
        guard row.typeName.length <= UInt32(ShortText.most) else { return -1 }
        let branch = shapes.branch(text.bytes, start..<start &+ Int(row.typeName.length), behind: step)
        row.type = branch.type
        return branch.first
    }

    /// Reads a time; answers where its closing quote stands, 0 where it is none.
    @inline(__always)
    private mutating func timestamp(_ row: inout EventRow, _ place: Int) -> Int {
        if place &+ 24 <= text.bytes.count, let time = days.time(text.bytes[place..<place &+ 24]) {
            row.time = time
            return place &+ 24
        }
        return unplainTimestamp(&row, place)
    }

    @inline(never)
    private mutating func unplainTimestamp(_ row: inout EventRow, _ start: Int) -> Int {
        var place = start
        let range = string(WideView(text.bytes), &place)
        guard place > 0, let time = Instant(rfc3339: view(range)) else { return 0 }
        row.time = time
        return place
    }

    /// Notes a string that is a native key's and that something else reads, too.
    @inline(never)
    private mutating func take(
        _ row: inout EventRow, _ role: ProjectionTree.Role, _ range: TextRange, _ next: inout Int, behind step: Int
    ) -> Bool {
        switch role {
        case .customerID: row.customerID = range
        case .id: row.id = range
        case .channel: row.channel = range
        case .event:
            row.typeName = range
            next = branch(&row, behind: step)
            return next >= 0
        case .timestamp:
            guard let time = Instant(rfc3339: view(range)) else { return false }
            row.time = time
        case .none, .properties: return false
        }
        return true
    }

    /// Reads a number that is not plain, or a native key's; answers where it ends, 0 where it is none.
    @inline(never)
    private mutating func unplainNumber(
        _ row: inout EventRow, _ role: ProjectionTree.Role, _ slot: SlotNumber, _ start: Int
    ) -> Int {
        guard start < text.bytes.count else { return 0 }
        let byte = text.bytes[start]
        text.at = start
        guard byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10, let isWhole = try? text.number() else {
            return 0
        }
        let digits = text.bytes[start..<text.at]
        let range = TextRange(at: start, count: digits.count)
        switch role {
        case .none: break
        case .customerID where isWhole: row.customerID = range
        case .id where isWhole: row.id = range
        case .timestamp where isWhole:
            let field = digits.number(isWhole: true, slot: .none)
            let (microseconds, overflow) = Int64(bitPattern: field.payload).multipliedReportingOverflow(by: 1000)
            let time = Instant(microseconds: microseconds)
            guard field.kind == .int, !overflow, time >= .earliest, time <= .latest else { return 0 }
            row.time = time
        default: return 0
        }
        if !slot.isNone { fields.append(digits.number(isWhole: isWhole, slot: slot)) }
        return text.at
    }

    /// Reads a word, or passes over any value; answers where it ends, 0 where it is another one than the shape has.
    @inline(never)
    private mutating func other(
        _ form: LineShapes.Form, _ role: ProjectionTree.Role, _ slot: SlotNumber, _ start: Int
    ) -> Int {
        guard start < text.bytes.count else { return 0 }
        let byte = text.bytes[start]
        let isObject = byte == UInt8(ascii: "{")
        text.at = start
        if form == .word {
            guard let kind = try? text.word(), role == .none || kind == .null else { return 0 }
            if !slot.isNone { fields.append(Field(slot: slot, kind: kind)) }
        } else {
            // The only native key that may be an object is that of the properties, which may be nothing else.
            guard role == .none || isObject, form == .skipped || isObject || byte == UInt8(ascii: "["),
                (try? text.skipValue()) != nil
            else { return 0 }
            if form == .json {
                fields.append(
                    Field(
                        slot: slot, kind: .json, length: UInt32(text.at - start), payload: UInt64(start)))
            }
        }
        return text.at
    }
}
