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
        /// The slot that takes the cell, or -1.
        var slot: Int32 = -1
        /// Whether anything does.
        var isRead: Bool { role != .none || slot >= 0 }
    }

    let table: TableHeader?
    let format: UInt32
    let isDirect: Bool
    let unit: TimePlaces.Unit
    private let column: Column<Int32>
    private let plan: Column<Plan>

    init() {
        table = nil
        format = 0
        isDirect = false
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
        var isDirect = roles != nil
        for capture in captures {
            var plan = Plan()
            if capture >= 0 {
                plan.role = roles?[Int(capture)] ?? .none
                let direct = reader.program.direct[Int(capture)]
                plan.slot = Int32(direct.slot)
                // A column that stands twice, or whose use depends on others.
                let isTwice = captures.reduce(0) { $0 + ($1 == capture ? 1 : 0) } > 1
                if isTwice || direct.properties >= 0 || direct.slot < 0 && !reader.program.uses[Int(capture)].isEmpty {
                    isDirect = false
                }
            }
            plans.append(plan)
        }
        plan = Column(plans)
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
    /// Makes an event of a row whose cells are plain; false where they are not, and nothing is done.
    mutating func scanPlainRow(_ line: LinePlace, delimiter: UInt8, _ started: EventRow) -> Bool {
        let bytes = text.bytes
        let plans = columns.plans
        let firstField = fields.count
        var row = started
        row.firstField = UInt32(truncatingIfNeeded: firstField)
        var isPlain = true
        let pattern = 0x0101_0101_0101_0101 &* UInt64(delimiter)
        let quotes: UInt64 = 0x2222_2222_2222_2222
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        var marks: UInt64 = 0
        var column = 0
        var cell = line.start
        var index = line.start
        let end = line.end
        while index < end {
            let word = bytes.word(at: index)
            let left = end &- index
            let mask: UInt64 = left >= 8 ? .max : (1 &<< UInt64(truncatingIfNeeded: left &* 8)) &- 1
            let other = word ^ pattern
            // The high bit of each byte that is the delimiter, and of no other.
            var hits = ~(((other & low) &+ low) | other | low) & mask
            let quote = word ^ quotes
            marks |= (~(((quote & low) &+ low) | quote | low) | word & ~low) & mask
            while hits != 0 {
                let place = index &+ hits.trailingZeroBitCount >> 3
                if column < plans.count {
                    let plan = plans[column]
                    if plan.isRead, place > cell { isPlain = take(cell, place, plan, &row) && isPlain }
                }
                column &+= 1
                cell = place &+ 1
                hits &= hits &- 1
            }
            index &+= 8
        }
        if column < plans.count, plans[column].isRead, end > cell {
            isPlain = take(cell, end, plans[column], &row) && isPlain
        }
        // Quotes and other characters than those of ASCII need a closer look.
        guard isPlain, marks & 0x8080_8080_8080_8080 == 0, column &+ 1 == plans.count, !row.customerID.isAbsent,
            !row.typeName.isAbsent
        else {
            fields.truncate(to: firstField)
            return false
        }
        row.fieldCount = UInt32(truncatingIfNeeded: fields.count &- firstField)
        row.customerHash = hashKey.hash(view(row.customerID))
        row.type = Int32(truncatingIfNeeded: tree.type(view(row.typeName)))
        seen[Int(row.type)] = 1
        if row.time == .distantPast { timelessCount &+= 1 }
        rows.append(row)
        return true
    }

    /// Takes a cell; false where it is not plain.
    @inline(__always)
    private mutating func take(_ start: Int, _ end: Int, _ plan: TableColumns.Plan, _ row: inout EventRow) -> Bool {
        let cell = text.bytes[start..<end]
        var kind = Field.Kind.string
        if TableHeader.mayBeNumber(cell[0]) {
            var number = JSONText(bytes: text.bytes, at: start)
            if let isWhole = try? number.number(), number.at == end { kind = isWhole ? .int : .double }
        }
        if plan.slot >= 0 {
            let slot = UInt16(truncatingIfNeeded: plan.slot)
            fields.append(
                kind == .string
                    ? Field(
                        slot: slot, kind: .string, length: UInt32(truncatingIfNeeded: cell.count),
                        payload: UInt64(start))
                    : cell.number(isWhole: kind == .int, slot: slot))
        }
        let range = TextRange(
            offset: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: cell.count))
        switch plan.role {
        case .none: break
        case .customer:
            let isBlank = cell[0] <= 0x20 || cell[cell.count - 1] <= 0x20
            if isBlank || cell.count > 256 || UnusableIds.holds(cell) { return false }
            row.customerID = range
        case .event:
            if cell.count > 128 { return false }
            row.typeName = range
        case .time:
            let read =
                kind == .string
                ? Instant(plainRFC3339: cell).map { TimeReading.Result.time($0) } ?? .none
                : TimeReading.number(cell, columns.unit)
            guard case .time(let time) = read else { return false }
            row.time = time
        case .id:
            // What is no id is none, and that is not plain.
            if kind == .double || cell.count > 256 { return false }
            row.id = range
        case .channel:
            if cell.count > 128 { return false }
            row.channel = range
        }
        return true
    }
}
