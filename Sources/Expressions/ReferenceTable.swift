package import Storage

/// A reference table: rows of typed cells under a key, read once and shared unchanged.
///
/// What belongs to a row lies together, since most look-ups find nothing of it in the processor's caches: a word that says
/// where its key stands, bits for the cells that are there, a word a cell; and in a block of texts its key, and its cells'
/// texts behind it. A row is found by a table of its keys' hashes (`KeyIndex`). Memory: eight bytes a cell, sixteen a row,
/// sixteen to thirty-two for its key's place, and the texts.
package final class ReferenceTable: Sendable {
    /// What a column's cells are.
    package enum Kind: String, CaseIterable, Sendable {
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
    private let kinds: [Kind]
    private let texts: ByteBlock
    private let rows: Rows
    private let index: KeyIndex

    /// The words of all rows.
    private struct Rows: ~Copyable {
        /// How many words a row's bits take, and all of it.
        let bitWords: Int
        let stride: Int
        var words = Column<UInt64>()

        init(columns: Int) {
            bitWords = (columns + 63) >> 6
            stride = 1 + bitWords + columns
        }

        /// Where the text of a row's key lies.
        func key(_ row: Int) -> UInt64 { words[row &* stride] }

        /// The word of a cell; nil where it is absent.
        func cell(_ row: Int, _ column: Int) -> UInt64? {
            let start = row &* stride &+ 1
            guard words[start &+ column >> 6] >> UInt64(column & 63) & 1 == 1 else { return nil }
            return words[start &+ bitWords &+ column]
        }
    }

    /// Rows by the hashes of their keys: places one behind the other, half of them taken at most. A place has the row's
    /// number, counted from 1, and above it what of the hash there is room for: it says where the place is, however many
    /// there are, and hardly any other key is looked at.
    private struct KeyIndex: ~Copyable {
        /// The bits of a row's number.
        private static let rowBits: UInt64 = 25
        private var places = Column<UInt64>(capacity: 8)
        private var count = 0

        init() {
            precondition(ReferenceTable.rowLimit < 1 << KeyIndex.rowBits, "any row has a number")
            for _ in 0..<8 { places.append(0) }
        }

        var bytes: Int { places.count * 8 }

        private func home(_ entry: UInt64) -> Int {
            Int(truncatingIfNeeded: entry >> KeyIndex.rowBits) & (places.count - 1)
        }

        /// The row of a key, of which `isKey` says whether it is a row's; nil where there is none.
        @inline(__always)
        func row(hash: UInt64, isKey: (_ row: Int) -> Bool) -> Int? {
            var place = home(hash)
            while places[place] != 0 {
                let entry = places[place]
                if (entry ^ hash) >> KeyIndex.rowBits == 0 {
                    let row = Int(truncatingIfNeeded: entry & (1 << KeyIndex.rowBits - 1)) - 1
                    if isKey(row) { return row }
                }
                place = (place &+ 1) & (places.count - 1)
            }
            return nil
        }

        /// Adds a row, whose key is not there yet.
        mutating func add(_ row: Int, hash: UInt64) {
            if (count + 1) * 2 > places.count { widen() }
            put((hash >> KeyIndex.rowBits) << KeyIndex.rowBits | UInt64(row + 1))
            count += 1
        }

        private mutating func widen() {
            var wider = Column<UInt64>(capacity: places.count * 2)
            for _ in 0..<places.count * 2 { wider.append(0) }
            swap(&wider, &places)
            for place in 0..<wider.count where wider[place] != 0 { put(wider[place]) }
        }

        private mutating func put(_ entry: UInt64) {
            var place = home(entry)
            while places[place] != 0 { place = (place &+ 1) & (places.count - 1) }
            places[place] = entry
        }
    }

    /// What becomes a table, row by row.
    package struct Builder: ~Copyable {
        private let name: String
        private let columns: [(name: String, kind: Kind)]
        private let texts = ByteBlock(capacity: 1 << 12)
        private var rows: Rows
        private var index = KeyIndex()
        package private(set) var rowCount = 0

        package init(name: String, columns: [(name: String, kind: Kind)]) {
            (self.name, self.columns) = (name, columns)
            rows = Rows(columns: columns.count)
        }

        /// Adds a row.
        /// - Returns: false where there is one of that key already.
        package mutating func add(key: [UInt8], _ row: [Cell]) -> Bool {
            precondition(row.count == columns.count, "a row has a cell for each column")
            let hash = View.of(key) { ReferenceTable.hash($0) }
            let known = View.of(key) { key in
                index.row(hash: hash) { ReferenceTable.text(rows.key($0), in: texts).holdsSameBytes(as: key) }
            }
            if known != nil { return false }
            rows.words.append(place(of: key))
            let bits = rows.words.count
            for _ in 0..<rows.bitWords { rows.words.append(0) }
            for (column, cell) in row.enumerated() {
                if case .absent = cell {} else { rows.words[bits + column >> 6] |= 1 << UInt64(column & 63) }
                rows.words.append(word(of: cell))
            }
            index.add(rowCount, hash: hash)
            rowCount += 1
            return true
        }

        private func place(of text: [UInt8]) -> UInt64 {
            let start = texts.count
            texts.append(text)
            return UInt64(start) << 20 | UInt64(text.count)
        }

        private func word(of cell: Cell) -> UInt64 {
            switch cell {
            case .absent: 0
            case .text(let text): place(of: text)
            case .number(let number): number.bitPattern
            case .whole(let number), .micros(let number): UInt64(bitPattern: number)
            case .flag(let flag): flag ? 1 : 0
            }
        }

        /// The table of the rows that were added.
        package consuming func table() -> ReferenceTable {
            ReferenceTable(name: name, columns: columns, texts: texts, rowCount: rowCount, rows: rows, index: index)
        }
    }

    private init(
        name: String, columns: [(name: String, kind: Kind)], texts: ByteBlock, rowCount: Int, rows: consuming Rows,
        index: consuming KeyIndex
    ) {
        (self.name, self.columns, self.texts) = (name, columns, texts)
        kinds = columns.map(\.kind)
        self.rowCount = rowCount
        self.rows = rows
        self.index = index
    }

    private static func hash(_ key: View<UInt8>) -> UInt64 { HashKey.process.hash(key) }

    private static func text(_ place: UInt64, in texts: ByteBlock) -> View<UInt8> {
        let start = Int(place >> 20)
        return texts.bytes[start..<start + Int(place & 0xF_FFFF)]
    }

    /// The number of the column of a name.
    package func column(named name: String) -> Int? { columns.firstIndex { $0.name.isSame(as: name) } }

    /// The number of the row of a key; nil where there is none.
    package func row(of key: View<UInt8>) -> Int? {
        index.row(hash: ReferenceTable.hash(key)) { row in
            ReferenceTable.text(rows.key(row), in: texts).holdsSameBytes(as: key)
        }
    }

    /// The value of a cell; an error where it is absent. Valid for as long as the table is there.
    package func value(row: Int, column: Int) -> Value {
        guard let word = rows.cell(row, column) else { return .error(.noSuchKey) }
        switch kinds[column] {
        case .string: return .string(ReferenceTable.text(word, in: texts))
        case .double: return .double(Double(bitPattern: word))
        case .int: return .int(Int64(bitPattern: word))
        case .bool: return .bool(word != 0)
        case .timestamp: return .timestamp(microseconds: Int64(bitPattern: word))
        case .duration: return .duration(microseconds: Int64(bitPattern: word))
        }
    }

    /// The bytes that the table takes beside its texts.
    package var bytes: Int { rows.words.count * 8 + index.bytes }
}

/// The reference tables of a configuration, by number.
package struct ReferenceTables: Sendable {
    /// From this on, kinds of records are tables, and from `rowKind` on their rows.
    package static let tableKind: UInt32 = 1 << 16
    package static let rowKind: UInt32 = 1 << 17

    package private(set) var all: [ReferenceTable] = []

    package init() {}

    /// The number of the table of a name.
    package func number(named name: String) -> Int? { all.firstIndex { $0.name.isSame(as: name) } }

    /// Adds a table, which has the next number.
    package mutating func append(_ table: ReferenceTable) { all.append(table) }

    /// The table itself, as expressions see it.
    package static func table(_ number: Int) -> Value {
        .record(Record(kind: tableKind + UInt32(number), index: 0))
    }

    /// The row of a key of a table, an error where there is none.
    package func row(of table: Record, key: Value) -> Value {
        guard table.kind >= ReferenceTables.tableKind, table.kind < ReferenceTables.rowKind else {
            return .error(.noSuchOverload)
        }
        let number = table.kind - ReferenceTables.tableKind
        let found: Int?
        switch key {
        case .string(let text): found = all[Int(number)].row(of: text)
        case .int(let number): found = row(of: number, in: Int(table.kind - ReferenceTables.tableKind))
        case .uint(let number): found = row(of: number, in: Int(table.kind - ReferenceTables.tableKind))
        case .error: return key
        default: return .error(.noSuchOverload)
        }
        guard let found else { return .error(.noSuchKey) }
        return .record(Record(kind: ReferenceTables.rowKind + number, index: UInt32(found)))
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
