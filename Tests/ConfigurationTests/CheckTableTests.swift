import Expressions
import Journeys
import Storage
import TestSupport
import Testing

@testable import Configuration

/// Reference tables: what is read of them, and what is said of their faults.
@Suite struct CheckTableTests {
    private static let columns =
        "{ margin: 'double', stock: 'int', name: 'string', on: 'bool', since: 'timestamp', lead: 'duration' }"

    private func load(_ files: [String: String], _ file: String, columns: String = columns, rest: String = "") throws
        -> (plan: EnginePlan?, text: String)
    {
        let main = "{ version: 1, tables: { products: { file: '\(file)', key: 'sku', columns: \(columns) } }, \(rest) }"
        let found = try Configuration.load(path: "dir/c.json5") { path throws(FileFault) in
            if path == "dir/c.json5" { return Array(main.utf8) }
            guard let text = files[path] else { throw .missing }
            return Array(text.utf8)
        }
        return (found.plan, found.diagnostics.rendered(excerpts: false))
    }

    private static let csv = #"""
        sku,name,margin,stock,on,since,lead,more
        A1,"chair, red",12.5,3,true,2026-01-01T00:00:00Z,3d,x
        0042,"say ""hi""",-1e2,,false,,,

        B2,,,7,,2026-01-01T00:00:00Z,90s,
        """#
    private static let lines = """
        {"sku":"A1","name":"chair, red","margin":12.5,"stock":3,"on":true,"since":"2026-01-01T00:00:00Z","lead":"3d","more":{}}
        {"name":"say \\"hi\\"","sku":"0042","margin":-1e2,"on":false,"stock":null}

        {"sku":"B2","stock":7,"since":"2026-01-01T01:00:00+01:00","lead":"90s"}
        """

    /// A value as text, or `-` where there is none.
    private func shown(_ table: ReferenceTable, _ key: String, _ column: String) throws -> String {
        guard let row = View.of(Array(key.utf8), { table.row(of: $0) }) else { return "no row" }
        var text: [UInt8] = []
        let value = table.value(row: row, column: try #require(table.column(named: column)))
        return value.appendJSON(to: &text) ? String(decoding: text, as: UTF8.self) : "-"
    }

    @Test(arguments: ["products.csv", "products.ndjson"]) func readsRowsOfBothForms(_ file: String) throws {
        let (plan, text) = try load(
            ["dir/products.csv": Self.csv, "dir/products.ndjson": "\u{FEFF}" + Self.lines], file)
        let table = try #require(plan?.journeys.tables.all.first, "\(text)")
        #expect(table.rowCount == 3 && text.isEmpty)
        var found: [String] = []
        for key in ["A1", "0042", "B2", "42"] {
            found.append(
                try ["name", "margin", "stock", "on", "since", "lead"].map { try shown(table, key, $0) }
                    .joined(separator: " "))
        }
        #expect(
            found == [
                #""chair, red" 12.5 3 true "2026-01-01T00:00:00.000Z" "259200s""#, #""say \"hi\"" -100.0 - false - -"#,
                #"- - 7 - "2026-01-01T00:00:00.000Z" "90s""#,
                Array(repeating: "no row", count: 6).joined(separator: " "),
            ])
    }

    @Test func expressionsAreCheckedAgainstTheColumns() throws {
        func faults(_ when: String) throws -> String {
            try load(["dir/p.csv": Self.csv], "p.csv", rest: "moments: { m: { when: \"\(when)\" } }").text
        }
        #expect(try faults("tables.products[event.properties.sku].margin > 0.2").isEmpty)
        #expect(try faults("event.properties.sku in tables.products && tables.products['A1'].name == 'x'").isEmpty)
        #expect(try faults("tables.products.A1.on && has(tables.products.A1.stock)").isEmpty)
        #expect(try faults("tables.prodcts['A1'].margin > 0").contains("there is no table \"prodcts\"; did you mean"))
        #expect(try faults("tables.products['A1'].margn > 0").contains("unknown field 'margn'"))
        #expect(try faults("tables.products['A1'].name > 1").contains("string"))
        #expect(try faults("tables > 1").contains("'tables' is no value by itself"))
    }

    @Test(arguments: [
        ("sku,margin\nA,high\n", "{ margin: 'double' }", "dir/p.csv:2: \"high\" under \"margin\" is no double"),
        ("sku,stock\nA,1.5\n", "{ stock: 'int' }", "\"1.5\" under \"stock\" is no int"),
        ("sku,stock\nA,1\nA,2\n", "{ stock: 'int' }", "dir/p.csv:3: the key \"A\" stands in a row before; keep one"),
        ("id,stock\nA,1\n", "{ stock: 'int' }", "dir/p.csv:2: there is no text and no number under \"sku\""),
        ("sku,stock\nA\n", "{ stock: 'int' }", "dir/p.csv:2: a row of 1 cells, where the header has 2"),
        ("sku,since\nA,2026\n", "{ since: 'timestamp' }", "\"2026\" under \"since\" is no timestamp"),
        ("sku\nA\n", "{ stock: 'money' }", "\"money\" is not known here"),
        ("\n", "{ stock: 'int' }", "\"dir/p.csv\" is empty; its first line names the columns"),
    ])
    func saysWhatIsWrongWithAFile(text: String, columns: String, message: String) throws {
        let (plan, said) = try load(["dir/p.csv": text], "p.csv", columns: columns)
        #expect(plan == nil && said.contains(message), "\(said)")
    }

    @Test func saysWhatIsWrongWithLines() throws {
        for (text, message) in [
            ("[1]", "p.ndjson:1: this is no JSON object"), ("{\"sku\":\"A\",}", "p.ndjson:1: this is not valid JSON"),
            ("\n{\"sku\":\"A\"} x", "p.ndjson:2: this is not valid JSON"),
            ("{\"sku\":[1]}", "there is no text and no number"), ("{\"sku\":\"A\"", "not valid JSON"),
            ("{\"sku\":\"A\",\"name\":{}}", "an object or a list under \"name\" is no string"),
        ] {
            let (plan, said) = try load(["dir/p.ndjson": text], "p.ndjson", columns: "{ name: 'string' }")
            #expect(plan == nil && said.contains(message), "\(text): \(said)")
        }
        #expect(try load([:], "p.csv").text.contains("\"dir/p.csv\" does not exist; paths are relative to this file"))
        // The folder above that of the configuration has a name, too.
        #expect(try load([:], "..").text.contains("\".\" does not exist"))
    }

    /// Rows are found as in a dictionary, in little memory.
    @Test func rowsAreFoundByTheirKeys() {
        var builder = ReferenceTable.Builder(
            name: "t", columns: [("a", .int), ("b", .string), ("c", .double)])
        var known: [String: Int64] = [:]
        var numbers = SeededNumbers(seed: 7)
        for _ in 0..<6_000 {
            let key = "k\(numbers.below(9_000))"
            let number = Int64(numbers.below(1_000_000))
            let isNew = builder.add(key: Array(key.utf8), [.whole(number), .text(Array(key.utf8)), .absent])
            #expect(isNew == (known[key] == nil))
            if isNew { known[key] = number }
        }
        let table = builder.table()
        for number in 0..<9_000 {
            let row = View.of(Array("k\(number)".utf8)) { table.row(of: $0) }
            guard let row, case .int(let found) = table.value(row: row, column: 0) else {
                #expect(known["k\(number)"] == nil)
                continue
            }
            #expect(known["k\(number)"] == found)
        }
        #expect(table.rowCount == known.count && table.bytes < known.count * 110)
    }
}
