package import Storage

/// A reference table: rows of typed cells under a key, read once and shared unchanged.
///
/// Cells lie column by column, a word each, texts in one block behind them; a row is found by a table of its keys' hashes,
/// half taken at most. Memory: eight bytes and a bit a cell, sixteen to twenty-four for a key, and the texts.
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
    private let texts: ByteBlock
    /// For each column its cells, row by row, one column behind the other.
    private let words: Column<UInt64>
    /// A bit for each cell that is there.
    private let present: Column<UInt64>
    /// Where the keys' texts lie.
    private let keys: Column<UInt64>
    /// Rows, counted from 1, by the hashes of their keys; 0 is free.
    private let index: Column<UInt32>
    private let mask: Int

    /// What becomes a table, row by row.
    package struct Builder: ~Copyable {
        private let name: String
        private let columns: [(name: String, kind: Kind)]
        private let texts = ByteBlock(capacity: 1 << 12)
        private var cells: Column<UInt64> = Column()
        private var present: Column<UInt64> = Column()
        private var keys: Column<UInt64> = Column()
        private var rows: [[UInt8]: Int] = [:]

        package init(name: String, columns: [(name: String, kind: Kind)]) {
            (self.name, self.columns) = (name, columns)
        }

        package var rowCount: Int { keys.count }

        /// Adds a row.
        /// - Returns: false where there is one of that key already.
        package mutating func add(key: [UInt8], _ row: [Cell]) -> Bool {
            precondition(row.count == columns.count, "a row has a cell for each column")
            if rows.updateValue(keys.count, forKey: key) != nil { return false }
            keys.append(place(of: key))
            for cell in row {
                let number = cells.count
                if number & 63 == 0 { present.append(0) }
                if case .absent = cell {} else { present[number >> 6] |= 1 << UInt64(number & 63) }
                cells.append(word(of: cell))
            }
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
            ReferenceTable(name: name, columns: columns, texts: texts, cells: cells, present: present, keys: keys)
        }
    }

    private init(
        name: String, columns: [(name: String, kind: Kind)], texts: ByteBlock, cells: consuming Column<UInt64>,
        present: consuming Column<UInt64>, keys: consuming Column<UInt64>
    ) {
        (self.name, self.columns, self.texts) = (name, columns, texts)
        rowCount = keys.count
        var size = 4
        while size < keys.count * 2 { size *= 2 }
        mask = size - 1
        var index = Column([UInt32](repeating: 0, count: size))
        for row in 0..<keys.count {
            var place = ReferenceTable.home(ReferenceTable.text(keys[row], in: texts)) & mask
            while index[place] != 0 { place = (place + 1) & mask }
            index[place] = UInt32(row + 1)
        }
        self.index = index
        words = cells
        self.present = present
        self.keys = keys
    }

    private static func home(_ key: View<UInt8>) -> Int { Int(truncatingIfNeeded: HashKey.process.hash(key) >> 16) }

    private static func text(_ place: UInt64, in texts: ByteBlock) -> View<UInt8> {
        let start = Int(place >> 20)
        return texts.bytes[start..<start + Int(place & 0xF_FFFF)]
    }

    /// The number of the column of a name.
    package func column(named name: String) -> Int? { columns.firstIndex { $0.name.isSame(as: name) } }

    /// The number of the row of a key; nil where there is none.
    package func row(of key: View<UInt8>) -> Int? {
        var place = ReferenceTable.home(key) & mask
        while true {
            let row = Int(index[place])
            if row == 0 { return nil }
            if ReferenceTable.text(keys[row - 1], in: texts).holdsSameBytes(as: key) { return row - 1 }
            place = (place &+ 1) & mask
        }
    }

    /// The value of a cell; an error where it is absent. Valid for as long as the table is there.
    package func value(row: Int, column: Int) -> Value {
        let cell = row * columns.count + column
        guard present[cell >> 6] >> UInt64(cell & 63) & 1 == 1 else { return .error(.noSuchKey) }
        let word = words[cell]
        switch columns[column].kind {
        case .string: return .string(ReferenceTable.text(word, in: texts))
        case .double: return .double(Double(bitPattern: word))
        case .int: return .int(Int64(bitPattern: word))
        case .bool: return .bool(word != 0)
        case .timestamp: return .timestamp(microseconds: Int64(bitPattern: word))
        case .duration: return .duration(microseconds: Int64(bitPattern: word))
        }
    }

    /// The bytes that the table takes beside its texts.
    package var bytes: Int { words.count * 8 + present.count * 8 + keys.count * 8 + index.count * 4 }
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
