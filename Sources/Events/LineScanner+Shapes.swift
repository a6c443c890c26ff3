import Storage

/// Lines that look like earlier ones: only their values are read.
extension LineScanner {
    /// Reads a line that has one of the shapes that are known, of at most so many bytes as a line may have.
    /// - Returns: whether it has one and is faultless. If not, it is as if nothing had been read.
    mutating func follow(number: Int, start: Int, end: Int) -> Bool {
        let firstField = fields.count
        var row = EventRow()
        var at = start
        var step = shapes.first
        while step >= 0 {
            let known = shapes[step]
            guard text.bytes.holds(known.literal, at: at) else {
                step = Int(known.other)
                continue
            }
            var place = at &+ known.literal.count
            var next = Int(known.next)
            var isRead = true
            switch known.form {
            case .more: break
            case .open, .close: isRead = false
            case .end:
                if place == end, take(&row, number: number, start: start, end: end, firstField: firstField) {
                    return true
                }
                isRead = false
            case .customerID: row.customerID = string(&place, isNeeded: true)
            case .id: row.id = string(&place, isNeeded: true)
            case .channel: row.channel = string(&place, isNeeded: true)
            case .event:
                row.typeName = string(&place, isNeeded: true)
                next = branch(&row, behind: step)
                isRead = next >= 0
            case .timestamp: isRead = timestamp(&row, &place)
            case .string:
                let range = string(&place, isNeeded: !known.slot.isNone || known.role != .none)
                isRead = place > 0 && (known.role == .none || take(&row, known.role, range, &next, behind: step))
                if isRead, !known.slot.isNone {
                    fields.append(
                        Field(
                            slot: known.slot, kind: .string, length: range.length, payload: UInt64(range.offset)))
                }
            case .number:
                if known.role == .none, let found = text.bytes.plainNumber(at: place, slot: known.slot) {
                    if !known.slot.isNone { fields.append(found.field) }
                    place = found.end
                } else {
                    isRead = unplainNumber(&row, known.role, known.slot, &place)
                }
            case .word, .json, .skipped: isRead = other(known.form, known.role, known.slot, &place)
            }
            if isRead, place > 0 {
                at = place
                step = next
            } else {
                step = Int(known.other)
            }
        }
        fields.truncate(to: firstField)
        return false
    }

    /// Completes the row of a line that has a shape, where its texts are as long as they may be.
    @inline(__always)
    private mutating func take(_ row: inout EventRow, number: Int, start: Int, end: Int, firstField: Int) -> Bool {
        // What is absent is longer than anything.
        guard row.customerID.length &- 1 < 256, row.typeName.length &- 1 < 128,
            row.id.isAbsent || row.id.length <= 256, row.channel.isAbsent || row.channel.length <= 128
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
    private mutating func string(_ place: inout Int, isNeeded: Bool) -> TextRange {
        let end = text.bytes.endOfPlainText(from: place)
        guard end < text.bytes.count, text.bytes[end] == UInt8(ascii: "\"") else {
            return unplainString(&place, isNeeded: isNeeded)
        }
        let range = TextRange(
            offset: UInt32(truncatingIfNeeded: place), length: UInt32(truncatingIfNeeded: end &- place))
        place = end
        return range
    }

    /// The same of a string with escapes, or with characters outside ASCII.
    @inline(never)
    private mutating func unplainString(_ place: inout Int, isNeeded: Bool) -> TextRange {
        text.at = place - 1
        guard let span = try? text.string() else {
            place = 0
            return .absent
        }
        place = span.end
        return keep(span, isNeeded: isNeeded)
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

    /// Reads a time up to its closing quote.
    @inline(__always)
    private mutating func timestamp(_ row: inout EventRow, _ place: inout Int) -> Bool {
        if place &+ 24 <= text.bytes.count, let time = days.time(text.bytes[place..<place &+ 24]) {
            row.time = time
            place &+= 24
            return true
        }
        return unplainTimestamp(&row, &place)
    }

    @inline(never)
    private mutating func unplainTimestamp(_ row: inout EventRow, _ place: inout Int) -> Bool {
        let range = string(&place, isNeeded: true)
        guard place > 0, let time = Instant(rfc3339: view(range)) else { return false }
        row.time = time
        return true
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

    /// Reads a number that is not plain, or a native key's.
    @inline(never)
    private mutating func unplainNumber(
        _ row: inout EventRow, _ role: ProjectionTree.Role, _ slot: SlotNumber, _ place: inout Int
    ) -> Bool {
        let start = place
        let byte = text.bytes[start]
        text.at = start
        guard byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10, let isWhole = try? text.number() else {
            return false
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
            guard field.kind == .int, !overflow, time >= .earliest, time <= .latest else { return false }
            row.time = time
        default: return false
        }
        if !slot.isNone { fields.append(digits.number(isWhole: isWhole, slot: slot)) }
        place = text.at
        return true
    }

    /// Reads a word, or passes over any value.
    @inline(never)
    private mutating func other(
        _ form: LineShapes.Form, _ role: ProjectionTree.Role, _ slot: SlotNumber, _ place: inout Int
    ) -> Bool {
        let start = place
        let byte = text.bytes[start]
        let isObject = byte == UInt8(ascii: "{")
        text.at = start
        if form == .word {
            guard let kind = try? text.word(), role == .none || kind == .null else { return false }
            if !slot.isNone { fields.append(Field(slot: slot, kind: kind)) }
        } else {
            // The only native key that may be an object is that of the properties, which may be nothing else.
            guard role == .none || isObject, form == .skipped || isObject || byte == UInt8(ascii: "["),
                (try? text.skipValue()) != nil
            else { return false }
            if form == .json {
                fields.append(
                    Field(
                        slot: slot, kind: .json, length: UInt32(text.at - start), payload: UInt64(start)))
            }
        }
        place = text.at
        return true
    }
}
