package import Storage

/// Makes lines out of a table of comma-separated values (RFC 4180): one for each row. A pure state machine.
///
/// - A row stands as it is, where its cells can be read from one line by the header (`table`); else it becomes a JSON object
///   under the names in the header: where there is a line's end or a doubled quote within quotes, and where it begins as
///   such an object does.
/// - The header, a header that comes again, `sep=;` and blank rows become blank lines, and a row with line ends within quotes
///   leaves blank lines behind it, so that lines have the numbers that they have in the file. No line comes before the
///   header has.
/// - A row that does not fit becomes a line that scanners reject, here (`TableLines`) or there.
///
/// Cost: rows without quotes are found by the ends of lines alone, and copied once, many at a time.
/// Memory: one row, of at most `rowLimit` bytes, and the header.
package struct TableReader: ~Copyable {
    private static let quote = UInt8(ascii: "\"")

    private let rowLimit: Int
    private let keepsRows: Bool
    private var delimiter: UInt8?
    /// The header, once it has come.
    private var names: TableHeader?
    private var headerText: [UInt8] = []
    /// The text of the header's first cell.
    private var firstName: [UInt8]?
    /// Why nothing of the table can be read, if so.
    private var headerFault: TableLines.Fault?
    /// The beginning of a row whose end has not come, or that needs a closer look.
    private var row: [UInt8] = []
    private var isFirst = true
    /// Whether the place is within quotes, and whether a cell begins there.
    private var isQuoted = false
    private var beginsCell = true
    private var hasJustClosed = false
    private var hasDoubled = false
    /// Line ends within the row.
    private var innerLines = 0
    private var isSkipping = false
    /// Lines before the header.
    private var linesBefore = 0
    /// How many bytes were taken of a row whose end has not come.
    package private(set) var openCount = 0

    /// A reader of rows of at most `rowLimit` bytes.
    /// - Parameters:
    ///   - delimiter: what parts cells; nil where the header says it: a comma, a semicolon or a tab.
    ///   - keepsRows: whether whoever reads the lines knows the header, so that rows may stand as they are.
    package init(delimiter: UInt8? = nil, rowLimit: Int, keepsRows: Bool = false) {
        self.delimiter = delimiter
        self.rowLimit = rowLimit
        self.keepsRows = keepsRows
    }

    /// The header by which rows that stand as they are have to be read; nil before it has come, and where none does.
    package private(set) var table: TableHeader?

    /// The same, for those who hold a reader that need not be there.
    package mutating func header() -> TableHeader? { table }

    /// Whether the header has come.
    package var hasBegun: Bool { names != nil }

    /// How many bytes of memory an unfinished row takes.
    package var heldCount: Int { row.count }

    /// Forgets the row that has begun: what is taken next begins one.
    package mutating func forgetRow() {
        row.removeAll(keepingCapacity: true)
        (isQuoted, beginsCell, hasJustClosed, hasDoubled, innerLines, isSkipping) = (
            false, true, false, false, 0, false
        )
        openCount = 0
    }

    /// Takes the next bytes; appends the lines of the rows that they complete.
    package mutating func take(_ bytes: View<UInt8>, from start: Int = 0, into output: ByteBlock) {
        var index = start
        var nextQuote = -1
        while index < bytes.count {
            if nextQuote < index { nextQuote = bytes.firstIndex(of: TableReader.quote, from: index) }
            if row.isEmpty, !isSkipping, let table {
                let end = plainRows(bytes, from: index, to: nextQuote, table)
                if end > index {
                    output.append(bytes[index..<end])
                    index = end
                    continue
                }
            }
            let newline = bytes.firstIndex(of: 0x0A, from: index)
            look(at: bytes[index..<newline], hasQuotes: nextQuote < newline)
            openCount += newline - index
            index = newline
            if newline == bytes.count { return }
            index += 1
            if isQuoted, !isSkipping {
                openCount += 1
                row.append(0x0A)
                innerLines += 1
            } else {
                endRow(into: output)
            }
        }
    }

    /// Ends the table, whose last row may lack its end.
    package mutating func end(into output: ByteBlock) {
        if !row.isEmpty || isSkipping { endRow(into: output) }
    }

    /// Where the whole rows end that begin at `start` and can stand as they are without a closer look.
    private func plainRows(_ bytes: View<UInt8>, from start: Int, to quote: Int, _ table: TableHeader) -> Int {
        var end = start
        while end < quote {
            let newline = bytes.firstIndex(of: 0x0A, from: end)
            guard newline < quote, newline - end <= rowLimit else { return end }
            let first = bytes[end]
            if first == UInt8(ascii: "{") || first == TableLines.faultMark
                || first == headerText[0] && isHeader(bytes[end..<newline])
            {
                return end
            }
            end = newline + 1
        }
        return end
    }

    private func isHeader(_ row: View<UInt8>) -> Bool {
        let isEnded = row.count > 0 && row[row.count - 1] == 0x0D
        let row = isEnded ? row[0..<row.count - 1] : row
        return row.count == headerText.count && View.of(headerText) { $0.holdsSameBytes(as: row) }
    }

    /// Takes bytes of one line, without its end.
    private mutating func look(at bytes: View<UInt8>, hasQuotes: Bool) {
        if isSkipping { return }
        if hasQuotes {
            var index = 0
            while true {
                let place = bytes.firstIndex(of: TableReader.quote, from: index)
                if place > index {
                    hasJustClosed = false
                    beginsCell = !isQuoted && isDelimiter(bytes[place - 1])
                }
                if place == bytes.count { break }
                // Within quotes one ends them; a second one right behind it opens them again, which comes to the same.
                let opens = !isQuoted && (beginsCell || hasJustClosed)
                hasDoubled = hasDoubled || opens && hasJustClosed
                hasJustClosed = isQuoted
                isQuoted = opens
                beginsCell = false
                index = place + 1
            }
        } else if bytes.count > 0 {
            hasJustClosed = false
            beginsCell = !isQuoted && isDelimiter(bytes[bytes.count - 1])
        }
        row.append(bytes)
        if row.count > rowLimit + 3 {
            isSkipping = true
            isQuoted = false
            row.removeAll(keepingCapacity: true)
        }
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        if let delimiter { return byte == delimiter }
        return byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == 0x09
    }

    private mutating func endRow(into output: ByteBlock) {
        let isReturned = row.last == 0x0D
        if isReturned { row.removeLast() }
        if isFirst, row.starts(with: [0xEF, 0xBB, 0xBF]) { row.removeFirst(3) }
        var line: [UInt8] = []
        if isSkipping {
            let fault = TableLines.Fault(
                .badField,
                "a row of more than \(rowLimit) bytes (input.max_line), perhaps with a quote that nothing closes")
            if names == nil { (names, headerFault) = (TableHeader(delimiter: 0x2C, names: []), fault) }
            TableLines.append(fault, to: &line)
        } else if !row.isEmpty, !takeHead() {
            append(to: &line, isReturned: isReturned)
        }
        isFirst = false
        if names == nil, line.isEmpty {
            linesBefore += 1 + innerLines
        } else {
            for _ in 0..<linesBefore { output.append(0x0A) }
            linesBefore = 0
            output.append(line)
            for _ in 0...innerLines { output.append(0x0A) }
        }
        forgetRow()
    }

    /// Whether the row is no event: `sep=`, the header, or the header again.
    private mutating func takeHead() -> Bool {
        if let header = names {
            guard row.first == headerText.first, row.count <= headerText.count * 3 else { return false }
            if row == headerText { return true }
            return mayBeHeader() && cells(of: row, header) == cells(of: headerText, header)
        }
        if isFirst, row.count == 5, row.starts(with: Array("sep=".utf8)) {
            delimiter = row[4]
            return true
        }
        headerText = row
        let found = delimiter ?? TableReader.delimiter(of: row)
        delimiter = found
        let names = cells(of: row, TableHeader(delimiter: found, names: [])) ?? []
        firstName = names.first
        self.names = TableHeader(delimiter: found, names: names.map(TableReader.trimmed))
        headerFault = fault(names)
        if keepsRows, headerFault == nil, let header = self.names, header.suitsRows { table = header }
        return true
    }

    /// Whether the row's first cell may be the header's; most rows of a table whose cells are all in quotes end here.
    private func mayBeHeader() -> Bool {
        guard let first = firstName, !first.contains(TableReader.quote) else { return true }
        let start = row[0] == TableReader.quote ? 1 : 0
        return row.dropFirst(start).starts(with: first)
    }

    private func fault(_ names: [[UInt8]]) -> TableLines.Fault? {
        if row.contains(0) || row.starts(with: [0xFF, 0xFE]) || row.starts(with: [0xFE, 0xFF]) {
            return TableLines.Fault(
                .invalidUTF8, "the table is in UTF-16; make UTF-8 of it: iconv -f UTF-16 -t UTF-8 FILE")
        }
        if View.of(row, { $0.firstInvalidUTF8 }) != nil {
            return TableLines.Fault(.invalidUTF8, "the table's header is not UTF-8")
        }
        if names.isEmpty { return TableLines.Fault(.badField, "the quotes in the table's header make no sense") }
        if names.count > TableHeader.columnsMost || names.contains(where: { $0.count > TableHeader.nameMost }) {
            return TableLines.Fault(
                .badField,
                "the header has more than \(TableHeader.columnsMost) columns, or a name of more than "
                    + "\(TableHeader.nameMost) bytes")
        }
        return nil
    }

    /// What parts the columns of a header: what is most often in it outside quotes.
    private static func delimiter(of row: [UInt8]) -> UInt8 {
        var counts = [0, 0, 0]
        let signs: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
        var isQuoted = false
        for byte in row {
            if byte == TableReader.quote { isQuoted.toggle() }
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
    private func cells(of row: [UInt8], _ header: TableHeader) -> [[UInt8]]? {
        var cells: [[UInt8]] = []
        let fits = View.of(row) { row in header.eachCell(row) { cell, _ in cells.append(cell.copied) } }
        return fits ? cells : nil
    }

    private func append(to line: inout [UInt8], isReturned: Bool) {
        guard let header = names else { return }
        if let headerFault { return TableLines.append(headerFault, to: &line) }
        // One more carriage return at its end would be taken for that of the line.
        let isPlain =
            innerLines == 0 && !hasDoubled && row.first != UInt8(ascii: "{") && row.first != TableLines.faultMark
            && row.last != 0x0D
        if isPlain, table != nil {
            line = row
            if isReturned { line.append(0x0D) }
        } else if let fault = View.of(row, { header.append($0, asObjectTo: &line) }) {
            TableLines.append(TableLines.Fault(.badField, fault), to: &line)
        }
    }
}
