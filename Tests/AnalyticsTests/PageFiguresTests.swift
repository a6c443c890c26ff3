import Analytics
import TestSupport
import Testing

/// The figures as the page gets them.
struct PageFiguresTests {
    /// Customers whose ways go through as many touchpoints as there can be, with names as long as they can be, on many days.
    private static let large: [UInt8] = {
        var lines = ""
        var numbers = SeededNumbers(seed: 7)
        for index in 0..<8_000 {
            let (point, customer) = (numbers.below(70), numbers.below(60))
            let name = index % 25 == 0 ? "buy" : "t\(point)" + String(repeating: "\u{1F6D2}", count: 28)
            let time = 1_704_000_000_000 + Int64(index) * 20_000
            lines +=
                "{\"customer_id\":\"c\(customer)\",\"event\":\"\(name)\",\"timestamp\":\(time),"
                + "\"channel\":\"\(point)\(String(repeating: "x", count: 90))\"}\n"
        }
        return Array(lines.utf8)
    }()

    @Test func isNoLargerThanAskedForWhateverComes() throws {
        let report = try ReportUnderTest(
            "{ version: 1, report: { conversion: \"buy\", by: [\"channel\", \"event.type\"] } }"
        ).report(Self.large)
        let all = report.pageJSON(most: 1 << 24)
        #expect(all.count > 160_000)
        for most in [150_000, 100_000] {
            let bytes = report.pageJSON(most: most)
            #expect(bytes.count <= most)
            // What is left out is said.
            #expect(!String(decoding: bytes, as: UTF8.self).contains("\"hidden\":[0,0]"))
        }
    }

    @Test func knowsTheRulesOfEachTouchpoint() throws {
        let report = try ReportUnderTest(
            """
            { version: 1,
              touchpoints: { cart: { on: "add_to_cart" }, visit: { on: "view" } },
              moments: {
                abandoned: { sequence: [{ as: "cart", on: "add_to_cart" }, { not: "buy", for: "1h" }] },
                either: { sequence: [{ any_of: [[{ as: "a", on: "view" }], [{ as: "b", on: "add_to_cart" }]] }] },
              },
              actions: { mail: { on: "abandoned" }, off: { on: "abandoned", enabled: false } },
              report: { conversion: "buy" } }
            """
        ).report(Array("{\"customer_id\":\"c\",\"event\":\"add_to_cart\",\"timestamp\":0}\n".utf8))
        let rules = report.settings.rules
        #expect(rules.map(\.moment) == ["abandoned", "either"])
        #expect(rules.map(\.touchpoints) == [["cart"], ["cart", "visit"]])
        #expect(rules.first?.actions.contains("mail") == true)
        #expect(rules.first?.actions.contains("off") == false)
    }
}
