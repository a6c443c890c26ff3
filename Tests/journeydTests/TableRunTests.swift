import Foundation
import Testing

/// Reference tables of a run: read by rules, taken anew, repeated as they were.
@Suite struct TableRunTests {
    private static let configuration = """
        { version: 1, tables: { products: { file: "products.csv", key: "sku", columns: { margin: "double" } } },
          moments: { seen: { sequence: [{ as: "v", on: "view" }], output: { margin: "tables.products[v.properties.sku].margin" } } },
          actions: { push: { on: "seen", eligible: "tables.products[event.properties.sku].margin > 0.2",
                             value: "tables.products[event.properties.sku].margin * 100.0" },
                     plain: { on: "seen", value: 1 } } }
        """

    private static func view(_ number: Int, _ sku: String) -> String {
        #"{"id":"\#(number)","customer_id":"u\#(number)","event":"view","timestamp":\#(1_772_445_600_000 + number * 1000),"properties":{"sku":\#(sku)}}"#
    }

    @Test func aTableIsReadTakenAnewAndRepeatedAsItWas() throws {
        let shop = try Workshop()
        try shop.write("c.json5", Self.configuration)
        try shop.write("one.csv", "sku,margin\nA,0.5\nB,0.1\n7,0.9\n")
        try shop.write("two.csv", "sku,margin\nA,0.1\nB,0.6\n")
        let lines = [Self.view(1, "\"A\""), Self.view(2, "\"B\""), Self.view(3, "7"), Self.view(4, "\"C\"")]
        try shop.write("first", lines.joined(separator: "\n") + "\n")
        try shop.write(
            "second", [Self.view(5, "\"A\""), Self.view(6, "\"B\"")].joined(separator: "\n") + "\n")
        let ran = try shop.run(
            """
            run() { journeyd run c.json5 --output out --data-dir data --quiet 2>>said; }
            cp one.csv products.csv; run < first; cp two.csv products.csv; run < second
            grep '"decision"' out | sed 's/.*"action":"\\([a-z]*\\)".*/\\1/' | tr '\\n' ' '; echo
            grep '"moment",' out | grep -o '"margin":[0-9.]*' | tr '\\n' ' '; echo
            journeyd replay c.json5 --data-dir data 2>/dev/null | cmp - out && echo replayed
            grep -c 'another configuration' said
            """)
        #expect(
            ran.lines == [
                "push plain push plain plain push ",
                "\"margin\":0.5 \"margin\":0.1 \"margin\":0.9 \"margin\":0.1 \"margin\":0.6 ", "replayed", "1",
            ], "\(ran.errors)")
    }
}
