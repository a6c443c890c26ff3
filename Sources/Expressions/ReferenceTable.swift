package import Storage

/// A reference table: rows of typed cells under a key, read once and shared unchanged.
///
/// What belongs to a row lies together, since most look-ups find nothing of it in the processor's
/// caches: bits for the cells that are there, a word a cell, its key, and its cells' texts. A row
/// whose cells and key fit into a line of the caches has one of its own, or shares one. A row is
/// found by a table of its keys' hashes that says where it begins (`KeyIndex`): so a look-up goes
/// to two places of memory. Memory beside the texts: eight bytes a cell, and up to 110 a row.
package final class ReferenceTable: Sendable {
    /// What a column's cells are.
    package enum Kind: String, CaseIterable, BitwiseCopyable, Sendable {
        case string, double, int, bool, timestamp, duration

        package var type: StaticType {
            switch self {
            case .string: .string
            case .double: .double
            case .int: .int
            case .bool: .bool
            case .timestamp: .timestamp
            case .duration: .duration
            }
        }
    }

    /// A cell on its way into a table.
    package enum Cell: Sendable {
        case absent
        case text([UInt8])
        case number(Double)
        case whole(Int64)
        case flag(Bool)
        /// Microseconds, of a time since 1970.
        case micros(Int64)
    }

    /// The most rows of a table.
    package static let rowLimit = 1 << 24
    /// The most bytes of a key or a cell.
    package static let textLimit = 1 << 16

    package let name: String
    package let columns: [(name: String, kind: Kind)]
    package let rowCount: Int
    private let rows: LargeWords
    private let places: LargeWords
    private let kinds: Column<Kind>
    /// What look-ups go by. Valid for as long as the table is there.
    package let sight: Sight
    private let textBytes: Int

    /// Where a table lies and how it is laid out: plain numbers, so that nothing is counted as look-ups go by it.
    ///
    /// A row's number is where it begins, in units of two words; none begins at 0. Of a row, the
    /// lowest bits of the first word are how many bytes its key has; of those above it and in the
    /// next words, one for each column, which cells are there. Behind them stand the cells, behind
    /// these the key, and then texts.
    ///
    /// Rows are found by places, eight in a line of the processor's caches, half of them taken at
    /// most. A place has the row's number, and above it the upper half of the key's hash: it says
    /// in which line the place is, however many there are, or else in the next that is not full,
    /// and hardly any other key is looked at. A place that is free is 0, as are all behind it in
    /// its line. The places of a line are looked at together: a branch for each would mostly be
    /// foreseen wrongly, and then a processor has nothing else to do while it waits for memory.
    package struct Sight: BitwiseCopyable, Sendable {
        static let unit = 2
        static let keyBits = 17
        static let rowBits: UInt64 = 32
        /// How many words of a row stand before the cells, and before the key.
        let head: Int
        let cells: Int
        let hashing: HashKey
        var rows = View<UInt64>()
        var places = View<UInt64>()
        /// By column.
        var kinds = View<Kind>()

        init(columns: Int) {
            head = (Sight.keyBits + columns + 63) >> 6
            cells = head + columns
            hashing = HashKey.process
        }

        /// Where the line begins in which a place ought to be, of so many places.
        @inline(__always)
        static func home(_ entry: UInt64, of count: Int) -> Int {
            (Int(truncatingIfNeeded: entry >> Sight.rowBits) &* LargeWords.line) & (count &- 1)
        }

        @inline(__always)
        private func key(_ row: Int) -> View<UInt8> {
            let start = row &* Sight.unit
            return rows.bytes(at: start &+ cells, offset: 0, count: Int(rows[start] & (1 << Sight.keyBits - 1)))
        }

        /// The number of the row of a key; nil where there is none.
        package func row(of key: View<UInt8>) -> Int? { row(of: key, hash: hashing.hash(key)) }

        @inline(__always)
        func row(of key: View<UInt8>, hash: UInt64) -> Int? {
            var line = Sight.home(hash, of: places.count)
            while true {
                var alike = places.alike(hash, aboveBit: Sight.rowBits, inLineAt: line)
                while alike != 0 {
                    let entry = places[line &+ alike.trailingZeroBitCount]
                    let row = Int(truncatingIfNeeded: entry & (1 << Sight.rowBits - 1))
                    if row != 0, self.key(row).holdsSameBytes(as: key) { return row }
                    alike &= alike &- 1
                }
                if places[line &+ LargeWords.line &- 1] == 0 { return nil }
                line = (line &+ LargeWords.line) & (places.count &- 1)
            }
        }

        /// The first of the places where the row of a key of that hash ought to be.
        @inline(__always)
        func noted(_ hash: UInt64) -> UInt64 { places[Sight.home(hash, of: places.count)] }

        /// The first word of the first row that a key of that hash may have, not looking further than one line.
        @inline(__always)
        func begun(_ hash: UInt64) -> UInt64 {
            let line = Sight.home(hash, of: places.count)
            let alike = places.alike(hash, aboveBit: Sight.rowBits, inLineAt: line)
            if alike == 0 { return 0 }
            let entry = places[line &+ alike.trailingZeroBitCount]
            return rows[Int(truncatingIfNeeded: entry & (1 << Sight.rowBits - 1)) &* Sight.unit]
        }

        /// The value of a cell; an error where it is absent.
        package func value(row: Int, column: Int) -> Value {
            let (start, bit) = (row &* Sight.unit, Sight.keyBits &+ column)
            guard rows[start &+ bit >> 6] >> UInt64(bit & 63) & 1 == 1 else { return .error(.noSuchKey) }
            let word = rows[start &+ head &+ column]
            switch kinds[column] {
            case .string:
                return .string(rows.bytes(at: start, offset: Int(word >> 20), count: Int(word & 0xF_FFFF)))
            case .double: return .double(Double(bitPattern: word))
            case .int: return .int(Int64(bitPattern: word))
            case .bool: return .bool(word != 0)
            case .timestamp: return .timestamp(microseconds: Int64(bitPattern: word))
            case .duration: return .duration(microseconds: Int64(bitPattern: word))
            }
        }
    }

    /// What becomes a table, row by row.
    package struct Builder: ~Copyable {
        private let name: String
        private let columns: [(name: String, kind: Kind)]
        private var sight: Sight
        private var rows = LargeWords(zeros: Sight.unit)
        private var places = LargeWords(zeros: 8)
        private var textBytes = 0
        package private(set) var rowCount = 0

        package init(name: String, columns: [(name: String, kind: Kind)]) {
            (self.name, self.columns) = (name, columns)
            sight = Sight(columns: columns.count)
        }

        /// Adds a row.
        /// - Returns: false where there is one of that key already.
        package mutating func add(key: [UInt8], _ row: [Cell]) -> Bool {
            precondition(row.count == columns.count, "a row has a cell for each column")
            (sight.rows, sight.places) = (rows.view, places.view)
            let sight = sight
            let (hash, isKnown) = View.of(key) { key in
                let hash = sight.hashing.hash(key)
                return (hash, sight.row(of: key, hash: hash) != nil)
            }
            if isKnown { return false }
            rowCount += 1
            if rowCount * 2 > places.count { widen() }
            put((hash >> Sight.rowBits) << Sight.rowBits | UInt64(append(key, row)))
            return true
        }

        private mutating func widen() {
            var wider = LargeWords(zeros: places.count * 2)
            swap(&wider, &places)
            for place in 0..<wider.count where wider[place] != 0 { put(wider[place]) }
        }

        private mutating func put(_ entry: UInt64) {
            var place = Sight.home(entry, of: places.count)
            while places[place] != 0 { place = (place + 1) & (places.count - 1) }
            places[place] = entry
        }

        /// The number of the new row.
        private mutating func append(_ key: [UInt8], _ row: [Cell]) -> Int {
            var texts = key.count
            for case .text(let text) in row { texts += text.count }
            let fixed = sight.cells + (key.count + 7) >> 3
            let left = LargeWords.line - rows.count % LargeWords.line
            if fixed > left, fixed <= LargeWords.line { rows.appendZeros(left) }
            if rows.count % Sight.unit != 0 { rows.append(0) }
            let start = rows.count
            precondition(start / Sight.unit <= UInt32.max, "any row has a number")
            rows.appendZeros(sight.cells + (texts + 7) >> 3)
            textBytes += texts
            rows[start] = UInt64(key.count)
            rows.write(key, at: start, offset: sight.cells * 8)
            var offset = sight.cells * 8 + key.count
            for (column, cell) in row.enumerated() {
                if case .absent = cell { continue }
                let bit = Sight.keyBits + column
                rows[start + bit >> 6] |= 1 << UInt64(bit & 63)
                rows[start + sight.head + column] = cell.word(textAt: offset)
                guard case .text(let text) = cell else { continue }
                rows.write(text, at: start, offset: offset)
                offset += text.count
            }
            return start / Sight.unit
        }

        /// The table of the rows that were added.
        package consuming func table() -> ReferenceTable {
            ReferenceTable(
                name: name, columns: columns, rowCount: rowCount, rows: rows, places: places, sight: sight,
                textBytes: textBytes)
        }
    }

    private init(
        name: String, columns: [(name: String, kind: Kind)], rowCount: Int, rows: consuming LargeWords,
        places: consuming LargeWords, sight: Sight, textBytes: Int
    ) {
        (self.name, self.columns) = (name, columns)
        self.rowCount = rowCount
        let kinds = Column(columns.map(\.kind))
        var sight = sight
        (sight.rows, sight.places, sight.kinds) = (rows.view, places.view, kinds.view(0..<kinds.count))
        self.rows = rows
        self.places = places
        self.kinds = kinds
        self.sight = sight
        self.textBytes = textBytes
    }

    /// The number of the column of a name.
    package func column(named name: String) -> Int? { columns.firstIndex { $0.name.isSame(as: name) } }

    /// The number of the row of a key; nil where there is none. What it goes by lies behind a
    /// reference that is counted: look-ups by the million go by `sight`.
    package func row(of key: View<UInt8>) -> Int? { sight.row(of: key) }

    /// The value of a cell; an error where it is absent. Valid for as long as the table is there.
    package func value(row: Int, column: Int) -> Value { sight.value(row: row, column: column) }

    /// The bytes that the table takes beside its texts.
    package var bytes: Int { (rows.count + places.count) * 8 - textBytes }
}

extension ReferenceTable.Cell {
    /// The cell as a word of its row, whose text stands so many bytes behind the row's beginning.
    fileprivate func word(textAt offset: Int) -> UInt64 {
        switch self {
        case .absent: 0
        case .text(let text): UInt64(offset) << 20 | UInt64(text.count)
        case .number(let number): number.bitPattern
        case .whole(let number), .micros(let number): UInt64(bitPattern: number)
        case .flag(let flag): flag ? 1 : 0
        }
    }
}

/// The reference tables of a configuration, by number.
package struct ReferenceTables: Sendable {
    /// From this on, kinds of records are tables, and from `rowKind` on their rows.
    package static let tableKind: UInt32 = 1 << 16
    package static let rowKind: UInt32 = 1 << 17

    package private(set) var all: [ReferenceTable] = []
    private var shelf = SightShelf([])

    /// The tables' sights, in a place of their own.
    private final class SightShelf: Sendable {
        let sights: Column<ReferenceTable.Sight>

        init(_ sights: [ReferenceTable.Sight]) { self.sights = Column(sights) }
    }

    package init() {}

    /// What look-ups go by. Valid for as long as the tables are there, and none is added.
    package var sights: ReferenceSights { ReferenceSights(all: shelf.sights.view(0..<shelf.sights.count)) }

    /// The number of the table of a name.
    package func number(named name: String) -> Int? { all.firstIndex { $0.name.isSame(as: name) } }

    /// Adds a table, which has the next number.
    package mutating func append(_ table: ReferenceTable) {
        all.append(table)
        shelf = SightShelf(all.map(\.sight))
    }

    /// The table itself, as expressions see it.
    package static func table(_ number: Int) -> Value {
        .record(Record(kind: tableKind + UInt32(number), index: 0))
    }
}

/// What look-ups in a configuration's tables go by: plain numbers, so that nothing is counted, and
/// a processor may go on with the next look-up while it waits for memory.
package struct ReferenceSights: BitwiseCopyable, Sendable {
    private let all: View<ReferenceTable.Sight>

    fileprivate init(all: View<ReferenceTable.Sight>) { self.all = all }

    /// The sight of the table of a number.
    @inline(__always)
    subscript(table: Int) -> ReferenceTable.Sight { all[table] }

    /// The row of a key of a table, an error where there is none.
    package func row(of table: Record, key: Value) -> Value {
        guard table.kind >= ReferenceTables.tableKind, table.kind < ReferenceTables.rowKind else {
            return .error(.noSuchOverload)
        }
        let number = table.kind - ReferenceTables.tableKind
        let found: Int?
        switch key {
        case .string(let text): found = all[Int(number)].row(of: text)
        case .int(let whole): found = row(of: whole, in: Int(number))
        case .uint(let whole): found = row(of: whole, in: Int(number))
        case .error: return key
        default: return .error(.noSuchOverload)
        }
        guard let found else { return .error(.noSuchKey) }
        return .record(Record(kind: ReferenceTables.rowKind + number, index: UInt32(found)))
    }

    /// The value of a cell of the row of a key, in the table of a number; an error where there is none.
    package func cell(_ column: Int, ofTable number: Int, key: Value) -> Value {
        if case .string(let text) = key {
            guard let found = all[number].row(of: text) else { return .error(.noSuchKey) }
            return all[number].value(row: found, column: column)
        }
        let row = row(of: Record(kind: ReferenceTables.tableKind + UInt32(number), index: 0), key: key)
        guard case .record(let row) = row else { return row }
        return value(column, of: row)
    }

    /// Numbers are keys as they are written.
    private func row(of number: some BinaryInteger, in table: Int) -> Int? {
        View.of(Array("\(number)".utf8)) { all[table].row(of: $0) }
    }

    /// The value of a row's cell.
    package func value(_ column: Int, of row: Record) -> Value {
        guard row.kind >= ReferenceTables.rowKind else { return .error(.noSuchField) }
        return all[Int(row.kind - ReferenceTables.rowKind)].value(row: Int(row.index), column: column)
    }
}
