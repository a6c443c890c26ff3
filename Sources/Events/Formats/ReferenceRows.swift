import Storage

/// Reads the text of a reference table, row by row: JSON objects, one a line, or comma-separated values under a header.
package struct ReferenceRows {
    /// What stands in a row under one of the columns that are asked for.
    package enum Cell: Sendable, Equatable {
        case absent
        /// Text, without escapes.
        case text([UInt8])
        /// A number as it is written.
        case number([UInt8])
        case flag(Bool)
        /// An object or an array, which is no cell's value.
        case nested
    }

    /// Why a row cannot be read.
    package struct Fault: Error, Sendable {
        package let line: Int
        package let detail: String
    }

    /// The most bytes of a row.
    private static let rowLimit = 1 << 20

    private let lines: ByteBlock
    private let names: [[UInt8]]
    private var start = 0
    private var line = 0

    /// A reader of a table's bytes.
    /// - Parameters:
    ///   - isCSV: whether they are comma-separated values.
    ///   - columns: the names that are asked for.
    package init(_ bytes: [UInt8], isCSV: Bool, columns: [String]) {
        names = columns.map { Array($0.utf8) }
        let given = ByteBlock(capacity: bytes.count + 8)
        given.append(bytes)
        if isCSV {
            let made = ByteBlock(capacity: bytes.count * 2 + 8)
            var reader = TableReader(rowLimit: ReferenceRows.rowLimit)
            withExtendedLifetime(given) { reader.take(given.bytes, into: made) }
            reader.end(into: made)
            lines = made
        } else {
            lines = given
        }
        lines.append(UInt8(ascii: "\n"))
    }

    /// The next row's cells, in the order of the columns, with the number of its line; nil behind the last. After a fault
    /// the next row can be read.
    package mutating func next() throws(Fault) -> (cells: [Cell], line: Int)? {
        let bytes = lines.bytes
        while start < bytes.count {
            let first = start
            let end = bytes.firstIndex(of: 0x0A, from: first)
            start = end + 1
            line += 1
            // Texts are looked through eight bytes at a time, beyond their ends.
            var text = JSONText(bytes: lines.padded, at: first)
            if line == 1, end - first >= 3, bytes[first] == 0xEF, bytes[first + 1] == 0xBB { text.at += 3 }
            text.skipSpace(upTo: end)
            if text.at >= end { continue }
            if bytes[text.at] == TableLines.faultMark {
                throw Fault(line: line, detail: TableLines.fault(bytes[text.at + 1..<end]).detail)
            }
            guard bytes[text.at] == UInt8(ascii: "{") else {
                throw Fault(line: line, detail: "this is no JSON object; write one a line")
            }
            var cells = [Cell](repeating: .absent, count: names.count)
            do throws(LineFault) {
                try read(&text, end: end, into: &cells)
            } catch {
                throw Fault(line: line, detail: error.detail.isEmpty ? "this is not valid JSON" : error.detail)
            }
            return (cells, line)
        }
        return nil
    }

    /// Reads the object at the place.
    private func read(_ text: inout JSONText, end: Int, into cells: inout [Cell]) throws(LineFault) {
        let bytes = text.bytes
        func expect(_ byte: UInt8) throws(LineFault) {
            text.skipSpace(upTo: end)
            guard text.at < end, bytes[text.at] == byte else { throw JSONText.malformed }
            text.at += 1
        }
        try expect(UInt8(ascii: "{"))
        text.skipSpace(upTo: end)
        if text.at < end, bytes[text.at] == UInt8(ascii: "}") {
            text.at += 1
        } else {
            while true {
                text.skipSpace(upTo: end)
                guard text.at < end, bytes[text.at] == UInt8(ascii: "\"") else { throw JSONText.malformed }
                let span = try text.string()
                let key = bytes[span.start..<span.end]
                let name = span.hasEscapes ? key.unescaped() : key.copied
                try expect(UInt8(ascii: ":"))
                text.skipSpace(upTo: end)
                let value = try cell(&text, end: end)
                for index in names.indices where names[index] == name { cells[index] = value }
                text.skipSpace(upTo: end)
                guard text.at < end else { throw JSONText.malformed }
                text.at += 1
                if bytes[text.at - 1] == UInt8(ascii: "}") { break }
                guard bytes[text.at - 1] == UInt8(ascii: ",") else { throw JSONText.malformed }
            }
        }
        text.skipSpace(upTo: end)
        if text.at != end { throw JSONText.malformed }
    }

    private func cell(_ text: inout JSONText, end: Int) throws(LineFault) -> Cell {
        guard text.at < end else { throw JSONText.malformed }
        let first = text.at
        switch text.bytes[first] {
        case UInt8(ascii: "\""):
            let span = try text.string()
            guard span.end < end else { throw JSONText.malformed }
            let inside = text.bytes[span.start..<span.end]
            return .text(span.hasEscapes ? inside.unescaped() : inside.copied)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try text.skipValue()
            return .nested
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            _ = try text.number()
            return .number(text.bytes[first..<min(text.at, end)].copied)
        default:
            switch try text.word() {
            case .yes: return .flag(true)
            case .no: return .flag(false)
            default: return .absent
            }
        }
    }
}
