import Storage
import TestSupport
import Testing

@testable import Events

/// Rows that are read as they stand come to what the same rows come to as JSON objects, however the table is cut.
@Suite struct TableRowTests {
    /// Lines of a table, and the format that they are in.
    private func read(_ table: [UInt8], cut: Int, keepsRows: Bool) -> (lines: ByteBlock, format: InputFormat) {
        var reader = TableReader(rowLimit: 300, keepsRows: keepsRows)
        let output = ByteBlock(capacity: 64)
        for start in stride(from: 0, to: table.count, by: cut) {
            let piece = ByteBlock(capacity: 64)
            piece.append(Array(table[start..<min(start + cut, table.count)]))
            reader.take(piece.bytes, into: output)
            withExtendedLifetime(piece) {}
        }
        reader.end(into: output)
        let format = InputFormat(.csv)
        return (output, reader.table.map { format.ofRows(of: $0) } ?? format)
    }

    /// What each line comes to, as text.
    private func events(
        _ lines: ByteBlock, _ format: InputFormat, paths: [[String]], plan: FormatPlan = FormatPlan()
    ) -> [String] {
        var scanner = LineScanner(
            Projection(types: ["", "buy"], paths: paths), lineLimit: 1 << 20, formats: plan)
        let batch = scanner.scan(
            lines, source: LineSource("t", format: format), arrival: Instant(microseconds: 0), isFirst: true)
        return TableRowTests.told(batch)
    }

    private static func told(_ batch: EventBatch) -> [String] {
        var told = batch.rejects.map { "\($0.line) \($0.reason) \($0.reason == .invalidUTF8 ? "" : $0.detail)" }
        for index in 0..<batch.count {
            let row = batch.row(index)
            var text = "\(row.line) \(row.type) \(batch.text(row.customerID).copied) \(batch.text(row.typeName).copied)"
            text += " \(row.id.isAbsent ? [] : batch.text(row.id).copied) \(row.time.microseconds)"
            text += " \(row.channel.isAbsent ? [] : batch.text(row.channel).copied)"
            let fields = batch.fields(of: row)
            let values = (0..<fields.count).map { place in
                let field = fields[place]
                let isText = field.kind == .string || field.kind == .json
                return "\(field.slot):\(field.kind):\(isText ? "\(batch.text(of: field).copied)" : "\(field.payload)")"
            }
            told.append(text + " " + values.sorted().joined(separator: " "))
        }
        return told
    }

    private static let cells = [
        "", "", "1", "-2.5", "1e3", "007", "-", "c1", "null", "é", "\"x\"", "\"a,b\"", "\"a;b\"", "\"two\nlines\"",
        "\"a \"\"b\"\"\"", "\"\"", "5\" pipe", "\"broken\"x", "\"", " c2 ", "{", "!", "\u{FFFD}",
        "2026-01-05T11:00:00Z",
        "2026-01-05 11:00", "1767610800", "buy", "a long text that takes more than one word of eight bytes",
    ]

    private static func table(_ random: inout SeededNumbers) -> [UInt8] {
        let parts = [",", ";", "\t"]
        let part = parts[random.below(3)]
        var names = ["customer_id", "event", "timestamp", "id", "price", "note", "\"na me\"", "x"]
        if random.below(3) == 0 { names[5] = "price" }
        names = Array(names.prefix(4 + random.below(5)))
        // As many columns as are read at once, and more.
        if random.below(6) == 0 { names += (names.count..<58 + random.below(10)).map { "c\($0)" } }
        let end = random.below(2) == 0 ? "\n" : "\r\n"
        var text = random.below(4) == 0 ? "\u{FEFF}" : ""
        if random.below(4) == 0 { text += "sep=\(part)\(end)" }
        text += names.joined(separator: part) + end
        var bytes = Array(text.utf8)
        for _ in 0..<random.below(12) {
            var row = names.indices.map { index in
                let good = ["c\(random.below(3))", "buy", "\(1_767_610_800 + random.below(100))"]
                return index < 3 && random.below(5) > 0 ? good[index] : cells[random.below(cells.count)]
            }
            if random.below(12) == 0 { row.append("more") }
            if random.below(12) == 0 { row.removeLast() }
            bytes += Array(row.joined(separator: part).utf8)
            if random.below(30) == 0 { bytes.append(0xFF) }
            if random.below(30) == 0 { bytes += [UInt8](repeating: 0x79, count: 300) }
            bytes += Array(end.utf8)
            if random.below(10) == 0 { bytes += Array((names.joined(separator: part) + end).utf8) }
            if random.below(10) == 0 { bytes += Array(end.utf8) }
        }
        if random.below(3) == 0, bytes.last == 0x0A { bytes.removeLast() }
        return bytes
    }

    @Test(arguments: 0..<8)
    func readAlikeAsRowsAndAsObjects(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let plain = [["properties", "price"], ["properties", "note"], ["x"], ["properties", "na me"]]
        for _ in 0..<60 {
            let table = TableRowTests.table(&random)
            let objects = read(table, cut: table.count, keepsRows: false)
            for paths in [plain, plain + [["properties"]], plain + [[]]] {
                let expected = events(objects.lines, objects.format, paths: paths)
                for cut in [1, 7, 1 + random.below(100), table.count] {
                    let rows = read(table, cut: cut, keepsRows: true)
                    #expect(rows.format.table != nil)
                    let found = events(rows.lines, rows.format, paths: paths)
                    #expect(found == expected, "\(String(decoding: table, as: UTF8.self))")
                    if found != expected { return }
                }
            }
        }
    }

    @Test func keepTheirHeaderWhereverTheyGo() throws {
        let table = Array("customer_id;event;timestamp;price\nc1;buy;2;5\n\"c;2\";buy;1;6\n".utf8)
        let rows = read(table, cut: 9, keepsRows: true)
        #expect(String(decoding: rows.lines.bytes.copied, as: UTF8.self) == "\nc1;buy;2;5\n\"c;2\";buy;1;6\n")
        // In a journal.
        let format = try #require(InputFormat(text: rows.format.text))
        #expect(format == rows.format && format != InputFormat(.csv))
        // Read once more for another plan, and waiting in a sequencer that a snapshot is taken of.
        var scanner = LineScanner(
            Projection(types: ["", "buy"], paths: [["properties", "price"]]), lineLimit: 1 << 20)
        let source = LineSource("t", format: rows.format)
        let batch = scanner.scan(rows.lines, source: source, arrival: Instant(microseconds: 0), isFirst: true)
        var other = LineScanner(Projection(types: ["", "buy"], paths: [["properties", "price"]]), lineLimit: 1 << 20)
        #expect(TableRowTests.told(other.again(InputBatch(batch, isLive: false)).events) == TableRowTests.told(batch))
        var settings = InputSettings()
        settings.disorder = 60_000_000
        var sequencer = Sequencer(settings, shards: 1)
        sequencer.take(InputBatch(batch, isLive: false))
        while sequencer.next() != nil {}
        let image = StateImage()
        sequencer.add(to: image)
        var restored = Sequencer(settings, shards: 1)
        try restored.restore(from: StateReader(image.copied()), scanner: &other)
        restored.finish()
        var taken: [String] = []
        while let ordered = restored.next() { taken += TableRowTests.told(ordered.events) }
        #expect(taken.count == 2 && taken[0].contains("0:int:6") && taken[1].contains("0:int:5"))
    }

    @Test func sayWhatTheTableIsNot() {
        let table = Array("customer_id,event,timestamp\nc1,buy,1\n".utf16).flatMap {
            [UInt8($0 & 0xFF), UInt8($0 >> 8)]
        }
        let rows = read([0xFF, 0xFE] + table, cut: 5, keepsRows: true)
        let told = events(rows.lines, rows.format, paths: [])
        #expect(told.count == 2 && told.allSatisfy { $0.contains("invalidUTF8") })
        #expect(converted(rows.lines.bytes.text, rows.format).first?.contains("the table is in UTF-16") == true)
    }
}
