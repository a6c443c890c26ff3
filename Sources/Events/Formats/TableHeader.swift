package import Storage

/// The header of a table: the names of its columns, and what parts its cells. Rows of the table are read by it.
package final class TableHeader: Sendable {
    /// The most bytes of a name, the most columns, and the most bytes of all names.
    static let nameMost = 256
    static let columnsMost = 4096
    static let textMost = 64 << 10

    let delimiter: UInt8
    /// The names without quotes and without blanks around them.
    let names: [[UInt8]]
    /// What stands before each column's value in a JSON object: `"name":`.
    private let openings: [[UInt8]]

    init(delimiter: UInt8, names: [[UInt8]]) {
        self.delimiter = delimiter
        self.names = names
        openings = names.map { name in
            var text: [UInt8] = []
            View.of(name) { text.append(jsonString: $0) }
            text.append(UInt8(ascii: ":"))
            return text
        }
    }

    /// Whether rows of the table may stand among other lines as they are; else they become JSON objects.
    var suitsRows: Bool { openings.reduce(0) { $0 + $1.count } <= TableHeader.textMost }

    /// Whether none of these lines was made anew: they stand so in the table's own file.
    package static func keepsLines(_ lines: View<UInt8>) -> Bool {
        var start = 0
        while start < lines.count {
            let first = lines[start]
            if first == UInt8(ascii: "{") || first == TableLines.faultMark || first == 0x0A { return false }
            start = lines.firstIndex(of: 0x0A, from: start) + 1
        }
        return true
    }

    /// The header as one text: what parts cells, and the names as JSON strings.
    package var text: String {
        var text = [delimiter]
        for opening in openings { text += opening }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads that text; nil where it is none.
    package convenience init?(text: String) {
        let block = ByteBlock(capacity: text.utf8.count)
        block.append(Array(text.utf8))
        guard let delimiter = text.utf8.first, delimiter < 0x80 else { return nil }
        var reader = JSONText(bytes: block.padded, at: 1)
        var names: [[UInt8]] = []
        while reader.at < block.count {
            guard block.bytes[reader.at] == UInt8(ascii: "\""), let span = try? reader.string(),
                reader.at < block.count,
                block.bytes[reader.at] == UInt8(ascii: ":")
            else { return nil }
            names.append(block.bytes[span.start..<span.end].unescaped())
            reader.at += 1
        }
        self.init(delimiter: delimiter, names: names)
    }

    // MARK: Rows

    /// Calls `body` with each cell of a row, without its quotes, and whether it had any; false where quotes make no sense.
    func eachCell(_ row: View<UInt8>, _ body: (_ cell: View<UInt8>, _ isQuoted: Bool) -> Void) -> Bool {
        let quote = UInt8(ascii: "\"")
        var index = 0
        while true {
            if index < row.count, row[index] == quote {
                let start = index + 1
                var end = row.firstIndex(of: quote, from: start)
                var isDoubled = false
                while end + 1 < row.count, row[end + 1] == quote {
                    isDoubled = true
                    end = row.firstIndex(of: quote, from: end + 2)
                }
                guard end < row.count else { return false }
                if isDoubled {
                    View.of(TableHeader.single(row[start..<end])) { body($0, true) }
                } else {
                    body(row[start..<end], true)
                }
                index = end + 1
                if index == row.count { return true }
                guard row[index] == delimiter else { return false }
            } else {
                let end = row.firstIndex(of: delimiter, from: index)
                body(row[index..<end], false)
                index = end
                if index == row.count { return true }
            }
            index += 1
        }
    }

    /// A text in which each pair of quotes is one.
    private static func single(_ text: View<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            output.append(text[index])
            index += text[index] == UInt8(ascii: "\"") ? 2 : 1
        }
        return output
    }

    /// Appends a row as a JSON object.
    /// - Returns: what is wrong with the row, if anything is; then nothing is appended.
    func append(_ row: View<UInt8>, asObjectTo line: inout [UInt8]) -> String? {
        let start = line.count
        line.append(UInt8(ascii: "{"))
        var count = 0
        let fits = eachCell(row) { cell, isQuoted in
            defer { count += 1 }
            guard count < openings.count, !cell.isEmpty else { return }
            if line.count > start + 1 { line.append(UInt8(ascii: ",")) }
            line += openings[count]
            if !isQuoted, TableHeader.mayBeNumber(cell[0]), KeyValueList.wholeness(cell.copied) != nil {
                line.append(cell)
            } else {
                line.append(jsonString: cell)
            }
        }
        line.append(UInt8(ascii: "}"))
        guard let fault = fault(of: row, cells: fits ? count : nil) else { return nil }
        line.removeSubrange(start...)
        return fault
    }

    /// What is wrong with a row of so many cells; nil cells where its quotes make no sense.
    func fault(of row: View<UInt8>, cells count: Int?) -> String? {
        if count == names.count { return nil }
        let detail =
            count.map { "a row of \($0) cells, where the header has \(names.count)" }
            ?? "a row whose quotes make no sense: a quote within quotes is written twice"
        let shown = row[0..<min(row.count, 200)].copied.map { $0 < 0x20 ? 0x20 : $0 }
        return "\(detail): \(String(decoding: shown, as: UTF8.self))"
    }

    @inline(__always)
    static func mayBeNumber(_ first: UInt8) -> Bool { first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10 }
}

extension TableHeader: Hashable {
    /// Headers are the same where they read rows alike.
    package static func == (one: TableHeader, other: TableHeader) -> Bool {
        one === other || one.delimiter == other.delimiter && one.names == other.names
    }

    /// Tells apart by what parts cells and by the names.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(delimiter)
        hasher.combine(names)
    }
}
