package import Storage

/// Makes lines of JSON objects out of a table of comma-separated values (RFC 4180): one for each row, under the names in the
/// header. A pure state machine.
///
/// - A cell that is a JSON number is one; an empty one is absent; any other is a text.
/// - The header, a header that comes again, `sep=;` and blank rows become blank lines, and a row with line ends within quotes
///   leaves blank lines behind it, so that lines have the numbers that they have in the file.
/// - A row that does not fit becomes a line that scanners reject (`TableLines`).
///
/// Memory: one row, of at most `rowLimit` bytes, and the header.
package struct TableReader: ~Copyable {
    /// The most bytes of a column's name, and the most columns.
    private static let nameMost = 256
    private static let columnsMost = 4096

    private let rowLimit: Int
    private var delimiter: UInt8?
    private var row: [UInt8] = []
    private var isFirst = true
    /// What stands before each column's value: `"name":`. Nil before the header.
    private var columns: [[UInt8]]?
    private var header: [[UInt8]] = []
    /// Why nothing of the table can be read, if so.
    private var headerFault: String?
    /// Whether the place is within quotes, and whether a cell begins there.
    private var isQuoted = false
    private var beginsCell = true
    private var hasJustClosed = false
    /// Line ends within the row.
    private var innerLines = 0
    private var isSkipping = false

    /// A reader of rows of at most `rowLimit` bytes.
    /// - Parameter delimiter: what parts cells; nil where the header says it: a comma, a semicolon or a tab.
    package init(delimiter: UInt8? = nil, rowLimit: Int) {
        self.delimiter = delimiter
        self.rowLimit = rowLimit
    }

    /// Takes the next bytes; appends the lines of the rows that they complete.
    package mutating func take(_ bytes: View<UInt8>, from start: Int = 0, into output: ByteBlock) {
        for index in start..<bytes.count {
            let byte = bytes[index]
            if byte == 0x0A, !isQuoted || isSkipping {
                endRow(into: output)
                continue
            }
            if isSkipping { continue }
            if byte == 0x0A { innerLines += 1 }
            if byte == UInt8(ascii: "\"") {
                // Within quotes one ends them; a second one right behind it opens them again, which comes to the same.
                let opens = !isQuoted && (beginsCell || hasJustClosed)
                hasJustClosed = isQuoted
                isQuoted = opens
            } else {
                hasJustClosed = false
            }
            beginsCell = !isQuoted && isDelimiter(byte)
            row.append(byte)
            if row.count > rowLimit + 3 {
                isSkipping = true
                isQuoted = false
            }
        }
    }

    /// Ends the table, whose last row may lack its end.
    package mutating func end(into output: ByteBlock) {
        if !row.isEmpty || isSkipping { endRow(into: output) }
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        if let delimiter { return byte == delimiter }
        return byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == 0x09
    }

    private mutating func endRow(into output: ByteBlock) {
        var line: [UInt8] = []
        if row.last == 0x0D { row.removeLast() }
        if isFirst, row.starts(with: [0xEF, 0xBB, 0xBF]) { row.removeFirst(3) }
        if isSkipping {
            TableLines.append(
                fault:
                    "a row of more than \(rowLimit) bytes (input.max_line), perhaps with a quote that nothing closes",
                to: &line)
        } else if !row.isEmpty, !takeHead() {
            append(to: &line)
        }
        isFirst = false
        line.append(0x0A)
        for _ in 0..<innerLines { line.append(0x0A) }
        output.append(line)
        row.removeAll(keepingCapacity: true)
        (isQuoted, beginsCell, hasJustClosed, innerLines, isSkipping) = (false, true, false, 0, false)
    }

    /// Whether the row is no event: `sep=`, the header, or the header again.
    private mutating func takeHead() -> Bool {
        guard columns == nil else {
            return row.count < 4096 && row.first == firstOfHeader && cells(row) == header
        }
        if isFirst, row.count == 5, row.starts(with: Array("sep=".utf8)) {
            delimiter = row[4]
            return true
        }
        let found = delimiter ?? TableReader.delimiter(of: row)
        delimiter = found
        header = cells(row) ?? []
        firstOfHeader = row.first
        if header.count > TableReader.columnsMost || header.contains(where: { $0.count > TableReader.nameMost }) {
            headerFault =
                "the header has more than \(TableReader.columnsMost) columns, or a name of more than "
                + "\(TableReader.nameMost) bytes"
        }
        columns = header.map { name in
            var text: [UInt8] = []
            View.of(TableReader.trimmed(name)) { text.append(jsonString: $0) }
            text.append(UInt8(ascii: ":"))
            return text
        }
        return true
    }

    private var firstOfHeader: UInt8?

    /// What parts the columns of a header: what is most often in it outside quotes.
    private static func delimiter(of row: [UInt8]) -> UInt8 {
        var counts = [0, 0, 0]
        let signs: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
        var isQuoted = false
        for byte in row {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, let place = signs.firstIndex(of: byte) { counts[place] += 1 }
        }
        let most = counts.max() ?? 0
        return signs[counts.firstIndex(of: most) ?? 0]
    }

    private static func trimmed(_ name: [UInt8]) -> [UInt8] {
        var name = name[...]
        while let last = name.last, last == 0x20 || last == 0x09 { name = name.dropLast() }
        while let first = name.first, first == 0x20 || first == 0x09 { name = name.dropFirst() }
        return Array(name)
    }

    /// The texts of a row's cells; nil where its quotes make no sense.
    private func cells(_ row: [UInt8]) -> [[UInt8]]? {
        var cells: [[UInt8]] = []
        let fits = eachCell(row) { cell, _ in cells.append(cell) }
        return fits ? cells : nil
    }

    /// Calls `body` with each cell and whether it stood in quotes; false where quotes make no sense.
    private func eachCell(_ row: [UInt8], _ body: ([UInt8], Bool) -> Void) -> Bool {
        let delimiter = delimiter ?? UInt8(ascii: ",")
        let quote = UInt8(ascii: "\"")
        var index = 0
        while true {
            if index < row.count, row[index] == quote {
                var cell: [UInt8] = []
                index += 1
                while true {
                    guard index < row.count else { return false }
                    if row[index] != quote {
                        cell.append(row[index])
                        index += 1
                    } else if index + 1 < row.count, row[index + 1] == quote {
                        cell.append(quote)
                        index += 2
                    } else {
                        index += 1
                        break
                    }
                }
                body(cell, true)
                if index == row.count { return true }
                guard row[index] == delimiter else { return false }
            } else {
                var end = index
                while end < row.count, row[end] != delimiter { end += 1 }
                body(Array(row[index..<end]), false)
                index = end
                if index == row.count { return true }
            }
            index += 1
        }
    }

    private mutating func append(to line: inout [UInt8]) {
        guard let columns else { return }
        if let headerFault { return TableLines.append(fault: headerFault, to: &line) }
        line.append(UInt8(ascii: "{"))
        var count = 0
        let fits = eachCell(row) { cell, isQuoted in
            defer { count += 1 }
            guard count < columns.count, !cell.isEmpty else { return }
            if line.count > 1 { line.append(UInt8(ascii: ",")) }
            line += columns[count]
            if !isQuoted, TableReader.mayBeNumber(cell), KeyValueList.wholeness(cell) != nil {
                line += cell
            } else {
                View.of(cell) { line.append(jsonString: $0) }
            }
        }
        line.append(UInt8(ascii: "}"))
        if fits, count == columns.count { return }
        line.removeAll(keepingCapacity: true)
        let detail =
            fits
            ? "a row of \(count) cells, where the header has \(columns.count)"
            : "a row whose quotes make no sense: a quote within quotes is written twice"
        let shown = String(decoding: row.prefix(200).map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
        TableLines.append(fault: "\(detail): \(shown)", to: &line)
    }

    private static func mayBeNumber(_ cell: [UInt8]) -> Bool {
        cell.first.map { $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") < 10 } ?? false
    }
}
