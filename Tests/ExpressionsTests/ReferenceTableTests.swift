import Storage
import TestSupport
import Testing

@testable import Expressions

/// Rows are found by their keys, whatever these look like, and cells are what they were.
@Suite struct ReferenceTableTests {
    /// A key of some length; many share all but a byte of it.
    private static func key(_ numbers: inout SeededNumbers) -> [UInt8] {
        var key = [UInt8](repeating: 0x61, count: 1 + numbers.below(30))
        for _ in 0..<1 + numbers.below(3) { key[numbers.below(key.count)] = UInt8(0x61 + numbers.below(20)) }
        return key
    }

    private static func shown(_ value: Value) -> String {
        var text: [UInt8] = []
        return value.appendJSON(to: &text) ? String(decoding: text, as: UTF8.self) : "-"
    }

    /// Against a dictionary, with as many columns as one word of bits has, and more.
    @Test(arguments: [1, 3, 64, 65, 130]) func findsWhatADictionaryHas(columns: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(columns))
        let names = (0..<columns).map { (name: "c\($0)", kind: $0 % 3 == 0 ? ReferenceTable.Kind.string : .int) }
        var builder = ReferenceTable.Builder(name: "t", columns: names)
        var known: [[UInt8]: [String]] = [:]
        var doubled = 0
        for _ in 0..<(columns > 9 ? 600 : 6_000) {
            let key = Self.key(&numbers)
            var (cells, texts): ([ReferenceTable.Cell], [String]) = ([], [])
            for column in 0..<columns {
                let number = numbers.below(1_000)
                if number % 4 == 0 {
                    cells.append(.absent)
                    texts.append("-")
                } else if names[column].kind == .string {
                    cells.append(.text(Array("v\(number)".utf8)))
                    texts.append("\"v\(number)\"")
                } else {
                    cells.append(.whole(Int64(number)))
                    texts.append("\(number)")
                }
            }
            let isNew = builder.add(key: key, cells)
            #expect(isNew == (known[key] == nil))
            if isNew { known[key] = texts } else { doubled += 1 }
        }
        let table = builder.table()
        try #require(table.rowCount == known.count && doubled > 0)
        for (key, texts) in known {
            let row = try #require(View.of(key) { table.row(of: $0) })
            #expect((0..<columns).map { Self.shown(table.value(row: row, column: $0)) } == texts)
        }
        for _ in 0..<2_000 {
            let key = Self.key(&numbers)
            #expect((View.of(key) { table.row(of: $0) } != nil) == (known[key] != nil))
        }
        #expect(table.bytes <= table.rowCount * (columns * 8 + 112) + 64)
    }

    /// Keys and texts of any length, up to the longest, keep to themselves.
    @Test func keysAndTextsOfAnyLength() throws {
        let lengths = [1, 7, 8, 9, 39, 40, 41, 63, 64, 65, 1_000, ReferenceTable.textLimit]
        var builder = ReferenceTable.Builder(name: "t", columns: [("a", .string), ("b", .string)])
        func text(_ length: Int, _ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: length) }
        for key in lengths {
            for (byte, cell) in zip(UInt8(0x61)..., [0] + lengths) {
                let isNew = builder.add(
                    key: text(key - 1, 0x7a) + [byte], [.text(text(cell, byte)), .text(text(key % 50, 0x79))])
                #expect(isNew)
            }
        }
        let table = builder.table()
        for key in lengths {
            for (byte, cell) in zip(UInt8(0x61)..., [0] + lengths) {
                let row = try #require(View.of(text(key - 1, 0x7a) + [byte]) { table.row(of: $0) })
                guard case .string(let first) = table.value(row: row, column: 0),
                    case .string(let second) = table.value(row: row, column: 1)
                else { throw CancellationError() }
                #expect(first.copied == text(cell, byte) && second.copied == text(key % 50, 0x79))
            }
        }
    }
}
