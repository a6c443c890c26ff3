import Storage

/// What becomes of the columns of a table, for one format: worked out once, at its header.
///
/// Where the mapping takes each of an event's parts from one column as it stands, and each slot of the plan from one, rows
/// become events without more being looked at (`isDirect`). What is not plain about a row leaves it to `MappedReader`.
struct TableColumns: ~Copyable {
    /// Which part of an event a column is.
    enum Role: UInt8, BitwiseCopyable { case none, customer, event, time, id, channel }

    struct Plan: BitwiseCopyable {
        var role = Role.none
        /// The slot that takes the cell, if one does.
        var slot = SlotNumber.none
        /// Whether anything does.
        var isRead: Bool { role != .none || !slot.isNone }
    }

    let table: TableHeader?
    let format: UInt32
    let isDirect: Bool
    /// Which columns are read, a bit each; of a direct table.
    let reads: UInt64
    let unit: TimePlaces.Unit
    private let column: Column<Int32>
    private let plan: Column<Plan>

    init() {
        table = nil
        format = 0
        isDirect = false
        reads = 0
        unit = .auto
        column = Column(capacity: 4)
        plan = Column(capacity: 4)
    }

    init(_ table: TableHeader, format: UInt32, _ reader: MappedReader) {
        self.table = table
        self.format = format
        unit = reader.program.mapping.time.unit
        let captures = reader.reader.columns(of: table)
        column = Column(captures)
        let roles = TableColumns.roles(reader)
        var plans: [Plan] = []
        var isDirect = roles != nil && captures.count <= 64 && !reader.program.readsWhole
        var reads: UInt64 = 0
        for capture in captures {
            var plan = Plan()
            if capture >= 0 {
                plan.role = roles?[Int(capture)] ?? .none
                let direct = reader.program.direct[Int(capture)]
                plan.slot = direct.slot
                // A column that stands twice, or whose use depends on others.
                let isTwice = captures.reduce(0) { $0 + ($1 == capture ? 1 : 0) } > 1
                if isTwice || direct.properties >= 0 || direct.slot.isNone && !reader.program.uses[Int(capture)].isEmpty
                {
                    isDirect = false
                }
            }
            if plan.isRead, plans.count < 64 { reads |= 1 << UInt64(plans.count) }
            plans.append(plan)
        }
        plan = Column(plans)
        self.reads = reads
        self.isDirect = isDirect
    }

    /// The parts of an event by the captures that they are; nil where one is anything else.
    private static func roles(_ reader: MappedReader) -> [Int: Role]? {
        let program = reader.program
        guard program.customerID.isEmpty, let first = program.idSpots.first, first.count == 1, program.event.count == 1,
            program.time.count == 1, program.id.count <= 1, program.channel.count <= 1, program.skew == nil,
            program.before == nil, reader.plan.renames.isEmpty, reader.plan.drops.isEmpty, program.takesNumbers
        else { return nil }
        var roles: [Int: Role] = [:]
        let parts: [(MappingProgram.Spot?, Role)] = [
            (first[0], .customer), (program.event[0], .event), (program.time[0], .time), (program.id.first, .id),
            (program.channel.first, .channel),
        ]
        for (spot, role) in parts {
            guard let spot else { continue }
            guard spot.plainCapture >= 0, roles[spot.plainCapture] == nil else { return nil }
            roles[spot.plainCapture] = role
        }
        return roles
    }

    var captures: View<Int32> { column.view(0..<column.count) }
    var plans: View<Plan> { plan.view(0..<plan.count) }
}

extension LineScanner {
    /// Makes events of the rows from `start` on, up to one whose cells are not plain: that is left to `scanRow`.
    ///
    /// Cost: the marks of 64 bytes at a time; of a cell that nothing reads a few steps, of an empty one as well.
    /// - Returns: where that row begins, and how many events there are before it, one for each row.
    mutating func scanPlainRows(
        _ bytes: View<UInt8>, from start: Int, most: Int, of table: TableHeader, _ format: InputFormat
    ) -> (end: Int, count: Int) {
        guard LineScanner.mayBePlain(bytes[start]) else { return (start, 0) }
        let (plans, reads, number) = (columns.plans, columns.reads, number(of: format))
        var (start, count, firstField) = (start, 0, fields.count)
        var parts = TableParts(repeating: .absent)
        // Of the row at hand: which column the next cell is of, where it begins, and whether there are other characters.
        var (column, cell, others) = (0, start, UInt64(0))
        // Whether a cell begins with the stretch of 64 bytes.
        var begins: UInt64 = 1
        var index = start
        rows: while index < bytes.count {
            let marks = bytes.cellMarks(at: index, delimiter: table.delimiter)
            let bits = marks.delimiters | marks.ends
            // The ends of cells with something in them.
            let filled = bits & ~(bits &<< 1 | begins)
            begins = bits &>> 63
            // What of the stretch is left, and then what of that is the row's.
            var left = UInt64.max
            while true {
                let end = marks.ends & left & (0 &- (marks.ends & left))
                let within = left & (end | (end &- 1))
                var inRow = bits & within
                var cells = filled & within
                while cells != 0 {
                    let bit = cells & (0 &- cells)
                    cells ^= bit
                    // Behind empty cells.
                    let empty = inRow & (bit &- 1)
                    if empty != 0 {
                        column &+= empty.nonzeroBitCount
                        cell = index &+ 64 &- empty.leadingZeroBitCount
                    }
                    inRow = inRow ^ empty ^ bit
                    if column > 63 { break rows }
                    let mark = index &+ bit.trailingZeroBitCount
                    let last = bit == end && bytes[mark &- 1] == 0x0D ? mark &- 1 : mark
                    if reads &>> UInt64(truncatingIfNeeded: column) & 1 != 0, last > cell {
                        let text = TextRange(
                            offset: UInt32(truncatingIfNeeded: cell), length: UInt32(truncatingIfNeeded: last &- cell))
                        let plan = plans[column]
                        parts[Int(plan.role.rawValue)] = text
                        if !plan.slot.isNone { addCell(text, slot: plan.slot) }
                    }
                    column &+= 1
                    cell = mark &+ 1
                }
                if inRow != 0 {
                    column &+= inRow.nonzeroBitCount
                    cell = index &+ 64 &- inRow.leadingZeroBitCount
                }
                others |= marks.others & within
                if end == 0 { break }
                guard others == 0, column == plans.count,
                    add(parts, text: start..<cell &- 1, fieldsFrom: firstField, number, entry: entryCount &+ count)
                else { break rows }
                count &+= 1
                start = cell
                firstField = fields.count
                guard start < bytes.count, count < most, LineScanner.mayBePlain(bytes[start]) else { break rows }
                parts = TableParts(repeating: .absent)
                column = 0
                left &= ~(end | (end &- 1))
            }
            if others != 0 { break }
            index &+= 64
        }
        fields.truncate(to: firstField)
        return (start, count)
    }

    /// Whether a line of a table that begins so is a row, and not blank.
    @inline(__always)
    private static func mayBePlain(_ first: UInt8) -> Bool {
        first != UInt8(ascii: "{") && first != TableLines.faultMark && first > 0x20
    }

    /// Adds the row of a table with these parts; false where one of them is not plain.
    private mutating func add(
        _ parts: TableParts, text line: Range<Int>, fieldsFrom firstField: Int, _ format: UInt32, entry: Int
    ) -> Bool {
        var row = EventRow()
        row.format = format
        row.line = UInt32(truncatingIfNeeded: entry)
        let isReturned = text.bytes[line.upperBound &- 1] == 0x0D
        row.lineText = TextRange(
            offset: UInt32(truncatingIfNeeded: line.lowerBound),
            length: UInt32(truncatingIfNeeded: isReturned ? line.count &- 1 : line.count))
        row.customerID = parts[Int(TableColumns.Role.customer.rawValue)]
        row.typeName = parts[Int(TableColumns.Role.event.rawValue)]
        row.id = parts[Int(TableColumns.Role.id.rawValue)]
        row.channel = parts[Int(TableColumns.Role.channel.rawValue)]
        guard Int(row.lineText.length) <= lineLimit, !row.customerID.isAbsent, !row.typeName.isAbsent,
            row.customerID.length <= 256, row.typeName.length <= 128,
            row.channel.isAbsent || row.channel.length <= 128
        else { return false }
        let customer = text.bytes[row.customerID.indices]
        if customer[0] <= 0x20 || customer[customer.count &- 1] <= 0x20 || UnusableIds.holds(customer) { return false }
        // What is no id is none, and that is not plain.
        if !row.id.isAbsent, row.id.length > 256 || kind(row.id) == .double { return false }
        let time = parts[Int(TableColumns.Role.time.rawValue)]
        if time.isAbsent {
            timelessCount &+= 1
        } else {
            guard let time = days.time(text.bytes[time.indices]) ?? numberTime(time) else { return false }
            row.time = time
        }
        row.firstField = UInt32(truncatingIfNeeded: firstField)
        row.fieldCount = UInt32(truncatingIfNeeded: fields.count &- firstField)
        row.customerHash = hashKey.hash(customer)
        row.type = type(of: row.typeName)
        seen[Int(row.type)] = 1
        rows.append(row)
        return true
    }

    /// Whether a cell is a number, and which.
    @inline(__always)
    private func kind(_ cell: TextRange) -> Field.Kind {
        guard TableHeader.mayBeNumber(text.bytes[Int(cell.offset)]) else { return .string }
        var number = JSONText(bytes: text.bytes, at: Int(cell.offset))
        guard let isWhole = try? number.number(), number.at == Int(cell.offset) &+ Int(cell.length) else {
            return .string
        }
        return isWhole ? .int : .double
    }

    @inline(never)
    private func numberTime(_ cell: TextRange) -> Instant? {
        guard kind(cell) != .string, case .time(let time) = TimeReading.number(text.bytes[cell.indices], columns.unit)
        else { return nil }
        return time
    }

    private mutating func addCell(_ cell: TextRange, slot: SlotNumber) {
        let kind = kind(cell)
        fields.append(
            kind == .string
                ? Field(slot: slot, kind: .string, length: cell.length, payload: UInt64(cell.offset))
                : text.bytes[cell.indices].number(isWhole: kind == .int, slot: slot))
    }
}

/// The cells of a row by their roles.
private typealias TableParts = InlineArray<6, TextRange>
