package import Storage

/// Rows of tables: their cells become what an event's slots read, without JSON between.
extension LineScanner {
    /// Whether a line of a table is a row as it stands: no object, no fault and not blank.
    @inline(__always)
    mutating func isRow(_ line: LinePlace) -> Bool {
        guard line.end > line.start else { return false }
        let first = text.bytes[line.start]
        if first == UInt8(ascii: " ") { return !isBlank(line) }
        return first != UInt8(ascii: "{") && first != TableLines.faultMark
    }

    private mutating func isBlank(_ line: LinePlace) -> Bool {
        for place in line.start..<line.end where text.bytes[place] != UInt8(ascii: " ") { return false }
        return true
    }

    /// Reads a line that is a row.
    mutating func scanRow(_ line: LinePlace, of table: TableHeader, _ reader: MappedReader, _ format: InputFormat) {
        do throws(LineFault) {
            guard line.end - line.start <= lineLimit else {
                throw LineFault(reason: .tooLong, detail: "longer than \(lineLimit) bytes (input.max_line)")
            }
            text.at = line.start
            var row = EventRow()
            row.line = UInt32(line.entry)
            row.lineText = TextRange(offset: UInt32(line.start), length: UInt32(line.end - line.start))
            row.format = number(of: format)
            if converted != nil || reader.program.readsWhole {
                return try finishObject(of: row, table, reader, format)
            }
            learnColumns(of: table, reader, format)
            let cells = try reader.reader.readRow(
                text.bytes, from: line.start, to: line.end, delimiter: table.delimiter, columns: columns.captures)
            guard cells == table.names.count else {
                let detail = table.fault(of: text.bytes[line.start..<line.end], cells: cells)
                throw LineFault(reason: .badField, detail: detail ?? "")
            }
            try finish(row, reader, reader.readRow(), isRewritten: false)
        } catch {
            rejectMapped(error, entry: line.entry, index: nil, line.start, line.end)
        }
    }

    /// Has the columns be those of a table, as a format reads them.
    @inline(__always)
    private mutating func learnColumns(of table: TableHeader, _ reader: MappedReader, _ format: InputFormat) {
        if columns.table !== table || columns.format != format.number {
            columns = TableColumns(table, format: format.number, reader)
        }
    }

    /// Reads the lines of a table from `start` on that are plain rows, at most so many.
    mutating func scanRows(
        _ bytes: View<UInt8>, from start: Int, most: Int, _ format: InputFormat
    ) -> (end: Int, count: Int) {
        guard let table = format.table, converted == nil else { return (start, 0) }
        learnColumns(of: table, reader(of: format), format)
        return columns.isDirect ? scanPlainRows(bytes, from: start, most: most, of: table, format) : (start, 0)
    }

    /// Where something reads the row as a whole it becomes an object.
    private mutating func finishObject(
        of row: EventRow, _ table: TableHeader, _ reader: MappedReader, _ format: InputFormat
    ) throws(LineFault) {
        var object: [UInt8] = []
        if let detail = table.append(text.bytes[row.lineText.indices], asObjectTo: &object) {
            throw LineFault(reason: .badField, detail: detail)
        }
        let start = rewritten.count
        rewritten.append(object)
        let sight = try reader.read(rewritten.padded, at: start)
        let whole = TextRange(offset: TextRange.rewritten + UInt32(start), length: UInt32(object.count))
        try finish(row, reader, sight, isRewritten: true, whole: whole)
    }

    /// The number of a format in the batch that is being made.
    @inline(__always)
    mutating func number(of format: InputFormat) -> UInt32 {
        guard let table = format.table else { return format.number }
        return format.number + place(of: table) * InputFormat.numberLimit
    }

    /// The place of a header among those of the batch, from 1.
    private mutating func place(of table: TableHeader) -> UInt32 {
        if let last = tables.last, last === table { return UInt32(tables.count) }
        if let place = tables.firstIndex(where: { $0 === table }) { return UInt32(place + 1) }
        tables.append(table)
        return UInt32(tables.count)
    }
}

extension TextRange {
    /// The places of a text that stands in the lines as they came.
    var indices: Range<Int> { Int(offset)..<Int(offset) + Int(length) }
}

extension TableHeader {
    /// The JSON object that a line of the table comes to: what is rejected says so, and a blank line stays one.
    package func object(of line: View<UInt8>) -> [UInt8] {
        guard line.count > 0, line[0] != UInt8(ascii: "{") else { return line.copied }
        var object: [UInt8] = []
        let fault: LineFault
        if line[0] == TableLines.faultMark {
            fault = TableLines.fault(line[1..<line.count])
        } else if let detail = append(line, asObjectTo: &object) {
            fault = LineFault(reason: .badField, detail: detail)
        } else {
            return object
        }
        object = Array("{\"rejected\":\"\(fault.reason.rawValue)\",\"detail\":".utf8)
        object.append(jsonString: fault.detail)
        object.append(UInt8(ascii: "}"))
        return object
    }
}

extension EventBatch {
    /// The format of an event's text.
    func format(of row: EventRow) -> InputFormat {
        let place = Int(row.format / InputFormat.numberLimit)
        return InputFormat(
            number: row.format % InputFormat.numberLimit, table: place > 0 ? extras.tables[place - 1] : nil)
    }
}
