import Events
import Expressions
import Journeys
import Storage

/// The section `tables`: files of rows that expressions look up.
extension PlanDraft {
    /// How many tables there may be.
    private static let tableLimit = 64
    /// How many faults of a file's rows are told.
    private static let rowFaults = 10

    /// Reads the tables, and lets expressions see them.
    func tables(_ root: Fields<RootKey>) {
        let definitions = definitions(.tables, of: root)
        if definitions.count > Self.tableLimit {
            definitions[Self.tableLimit].error(
                "there are \(definitions.count) tables; write at most \(Self.tableLimit)")
        }
        for definition in definitions.prefix(Self.tableLimit) {
            let table = definition.reader.object(ReferenceTableKey.self) { self.table($0, name: definition.name) }
            // What reads a faulty table is not faulty for that: it is there, if without columns.
            vocabulary.tables.append(
                table ?? ReferenceTable.Builder(name: definition.name, columns: []).table())
        }
    }

    private func table(_ fields: Fields<ReferenceTableKey>, name: String) -> ReferenceTable? {
        let reader = fields.required(.file)
        let key = fields.required(.key).flatMap(self.name)
        var columns: [(name: String, kind: ReferenceTable.Kind)] = []
        if let list = fields.required(.columns)?.definitions() {
            if list.count > ReferenceTableKey.columnLimit {
                list[ReferenceTableKey.columnLimit].error(
                    "there are \(list.count) columns; write at most \(ReferenceTableKey.columnLimit)")
            }
            for column in list.prefix(ReferenceTableKey.columnLimit) {
                guard let word = column.reader.word(of: ReferenceTableKey.kinds),
                    let kind = ReferenceTable.Kind(rawValue: word)
                else { continue }
                columns.append((column.name, kind))
            }
        }
        guard let reader, let file = reader.string(), let key else { return nil }
        let path = ConfigurationFiles.resolved(file, from: reader.node.place.file)
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try read(path)
        } catch {
            reader.error("\(Wording.quoted(path)) \(error.message); paths are relative to this file")
            return nil
        }
        if bytes.count > Configuration.tableByteLimit {
            reader.error(
                "\(Wording.quoted(path)) is longer than \(Configuration.tableByteLimit >> 20) MiB; make it smaller")
            return nil
        }
        return rows(bytes, path: path, key: key, ReferenceTable.Builder(name: name, columns: columns), columns, reader)
    }

    private func rows(
        _ bytes: [UInt8], path: String, key: String, _ builder: consuming ReferenceTable.Builder,
        _ columns: [(name: String, kind: ReferenceTable.Kind)], _ place: Reader
    ) -> ReferenceTable? {
        let isCSV = path.utf8.suffix(4).elementsEqual(".csv".utf8)
        if isCSV, bytes.allSatisfy({ $0 <= 0x20 }) {
            place.error("\(Wording.quoted(path)) is empty; its first line names the columns")
            return nil
        }
        var rows = ReferenceRows(bytes, isCSV: isCSV, columns: [key] + columns.map(\.name))
        var faults = 0
        var found = [Bool](repeating: false, count: columns.count)
        func fault(_ line: Int, _ detail: String) {
            faults += 1
            if faults <= Self.rowFaults { place.error("\(path):\(line): \(detail)") }
        }
        while faults <= Self.rowFaults {
            do throws(ReferenceRows.Fault) {
                guard let (cells, line) = try rows.next() else { break }
                guard let text = Self.key(cells[0]) else {
                    fault(line, "there is no text and no number under \(Wording.quoted(key)), by which rows are found")
                    continue
                }
                var values: [ReferenceTable.Cell] = []
                for (index, column) in columns.enumerated() {
                    if cells[index + 1] != .absent { found[index] = true }
                    if let value = Self.cell(cells[index + 1], column.kind) {
                        values.append(value)
                    } else {
                        fault(
                            line,
                            "\(Self.shown(cells[index + 1])) under \(Wording.quoted(column.name)) is no \(column.kind.rawValue)"
                        )
                        values.append(.absent)
                    }
                }
                if builder.rowCount >= ReferenceTable.rowLimit {
                    fault(line, "there are more than \(ReferenceTable.rowLimit) rows; split the table")
                    break
                }
                if !builder.add(key: text, values) {
                    fault(line, "the key \(Self.shown(cells[0])) stands in a row before; keep one")
                }
            } catch {
                fault(error.line, error.detail)
            }
        }
        for (index, column) in columns.enumerated() where !found[index] && builder.rowCount > 0 && faults == 0 {
            place.note("no row of \(Wording.quoted(path)) has anything under \(Wording.quoted(column.name))")
        }
        return faults == 0 ? builder.table() : nil
    }

    private static func key(_ cell: ReferenceRows.Cell) -> [UInt8]? {
        switch cell {
        case .text(let text), .number(let text):
            (1...ReferenceTable.textLimit).contains(text.count) ? text : nil
        default: nil
        }
    }

    private static func shown(_ cell: ReferenceRows.Cell) -> String {
        switch cell {
        case .text(let text), .number(let text): Wording.quoted(String(decoding: text.prefix(64), as: UTF8.self))
        case .flag(let flag): "\(flag)"
        case .absent: "nothing"
        case .nested: "an object or a list"
        }
    }

    /// A cell's value; nil where it is none of its column's kind.
    private static func cell(_ cell: ReferenceRows.Cell, _ kind: ReferenceTable.Kind) -> ReferenceTable.Cell? {
        if case .absent = cell { return .absent }
        switch (kind, cell) {
        case (.string, .text(let text)), (.string, .number(let text)):
            return text.count <= ReferenceTable.textLimit ? .text(text) : nil
        case (.double, .number(let text)):
            guard let number = Double(String(decoding: text, as: UTF8.self)), number.isFinite else { return nil }
            return .number(number)
        case (.int, .number(let text)): return Int64(String(decoding: text, as: UTF8.self)).map { .whole($0) }
        case (.bool, .flag(let flag)): return .flag(flag)
        case (.bool, .text(let text)):
            if text.elementsEqual("true".utf8) { return .flag(true) }
            return text.elementsEqual("false".utf8) ? .flag(false) : nil
        case (.timestamp, .text(let text)):
            return View.of(text) { Instant(rfc3339: $0) }.map { .micros($0.microseconds) }
        case (.duration, .text(let text)):
            do throws(Measure.Fault) {
                return .micros(try Measure.duration.parse(String(decoding: text, as: UTF8.self)))
            } catch {
                return nil
            }
        default: return nil
        }
    }
}

extension Configuration {
    /// The most bytes of a table's file.
    package static let tableByteLimit = 256 << 20
}
