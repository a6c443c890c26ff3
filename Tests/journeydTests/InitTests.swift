import Foundation
import TestSupport
import Testing

/// A first configuration from a sample: what is written is valid, passes its scenarios, and says what it decides.
@Suite struct InitTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private func expectSound(_ folder: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let checked = try shop.run("journeyd check \(folder)/journeyd.json5")
        #expect(checked.status == 0, "\(checked.errors)", sourceLocation: sourceLocation)
        #expect(!checked.output.contains("note:"), "\(checked.output)", sourceLocation: sourceLocation)
        let tested = try shop.run("journeyd test \(folder)/journeyd.json5")
        #expect(tested.status == 0, "\(tested.output) \(tested.errors)", sourceLocation: sourceLocation)
        let formatted = try shop.run("journeyd fmt --check \(folder)/journeyd.json5 \(folder)/journeyd.scenarios.json5")
        #expect(formatted.status == 0, sourceLocation: sourceLocation)
    }

    private static let shopping: String = {
        var lines = ""
        for customer in 0..<40 {
            for (minute, event) in [(0, "page_view"), (3, "add_to_cart"), (9, "purchase")].prefix(customer % 4) {
                let time = 1_700_000_000_000 + (customer * 600 + minute) * 60_000
                lines +=
                    #"{"id":"\#(customer)-\#(event)","customer_id":"c\#(customer)","event":"\#(event)","timestamp":\#(time),"#
                lines += #""channel":"web","properties":{"sku":"A\#(customer % 3)","price":\#(customer)}}"# + "\n"
            }
        }
        return lines
    }()

    @Test(arguments: [("en", "abandoned", "remind"), ("es", "abandono", "recordar")])
    func fitsAShopInEitherLanguage(language: String, moment: String, action: String) throws {
        try shop.write("events.ndjson", Self.shopping)
        let ran = try shop.run("journeyd init first --from events.ndjson --lang \(language)")
        #expect(ran.status == 0, "\(ran.errors)")
        let words = language == "es" ? ("momento", "decisión") : ("moment", "decision")
        #expect(ran.output.contains("\(words.0) \(moment)"))
        #expect(ran.output.contains("\(words.1) \(moment): \(action)"))
        let text = try shop.read("first/journeyd.json5")
        #expect(text.contains("by: \"event.properties.sku\""))
        #expect(text.contains("not: \"purchase\""))
        #expect(text.contains("report: { conversion: { on: \"purchase\", value: \"event.properties.price\" } }"))
        try expectSound("first")
        let decided = try shop.run(
            "journeyd run first/journeyd.json5 events.ndjson | grep -c '\"action\":\"\(action)\"'")
        #expect(Int(decided.lines.first ?? "") ?? 0 > 0)
        #expect(try shop.run("journeyd report first/journeyd.json5 events.ndjson --json -").status == 0)
    }

    /// What a log of one's own calls a customer may stand one level below.
    @Test func findsWhoDidWhatAndWhenByTheNamesOfOnesOwnLog() throws {
        let lines = (0..<30).map { row in
            #"{"ts":\#(1_767_261_600 + row * 60),"user":{"id":"u\#(row % 5)","mail":"x"},"type":"\#(row % 2 == 0 ? "view" : "order")","sku":"A"}"#
        }
        try shop.write("own.log", lines.joined(separator: "\n") + "\n")
        let ran = try shop.run("journeyd init first --from own.log")
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(ran.output.contains("30 events of 5 customers, 2026-01-01"))
        #expect(try shop.read("first/journeyd.json5").contains(#"customer_id: ["/customer_id", "/user/id"]"#))
        try expectSound("first")
    }

    @Test func speaksTheLanguageOfTheSurroundings() throws {
        try shop.write("events.ndjson", Self.shopping)
        let ran = try shop.run("LC_ALL= LANG=es_AR.UTF-8 journeyd init first --from events.ndjson")
        #expect(ran.output.contains("clientes"))
    }

    @Test func takesWhatMachinesAskForForNoStepOfAWay() throws {
        let types = ["asset", "asset", "asset", "page_view", "page_view", "robots", "error"]
        let lines = (0..<70).map { row in
            #"{"customer_id":"c\#(row % 10)","event":"\#(types[row % 7])","timestamp":\#(1_700_000_000_000 + row * 60_000)}"#
        }
        try shop.write("web.ndjson", lines.joined(separator: "\n") + "\n")
        #expect(try shop.run("journeyd init first --from web.ndjson").status == 0)
        let text = try shop.read("first/journeyd.json5")
        #expect(text.contains(#"report: { conversion: "page_view" }"#))
        #expect(!text.contains(#"on: "asset", stage"#))
        #expect(!text.contains(#"not: "asset""#))
        try expectSound("first")
    }

    @Test func findsItsWayInATableOfSomebodyElse() throws {
        var table = "user_id;action;created_at;amount\n"
        for row in 0..<30 {
            table += "u\(row % 7);\(row % 3 == 0 ? "login" : "compra");2026-03-0\(1 + row % 9)T10:00:00Z;\(row)\n"
        }
        try shop.write("export.csv", table)
        let ran = try shop.run("journeyd init first --from export.csv")
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(ran.output.contains("30 events of 7 customers"))
        try expectSound("first")
        #expect(try shop.run("journeyd run first/journeyd.json5 export.csv --summary").errors.contains("events"))
    }

    @Test func findsItsWayInLinesOfSomebodyElse() throws {
        var lines = ""
        for row in 0..<20 {
            lines += #"{"user":"u\#(row % 5)","action":"step_\#(row % 2)","ts":\#(1_700_000_000 + row * 600)}"# + "\n"
        }
        try shop.write("export.json", lines)
        let ran = try shop.run("journeyd init first --from export.json")
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(ran.output.contains("20 events of 5 customers, 2023-11-14"))
        try expectSound("first")
    }

    @Test func makesSomethingOfASingleEvent() throws {
        try shop.write("one.ndjson", #"{"customer_id":"a","event":"¿qué? \"x\"","timestamp":1}"# + "\n")
        let ran = try shop.run("journeyd init first --from one.ndjson")
        #expect(ran.status == 0, "\(ran.errors)")
        try expectSound("first")
    }

    @Test func leavesAloneWhatIsThereAndSaysWhatIsMissing() throws {
        try shop.write("events.ndjson", Self.shopping)
        #expect(try shop.run("journeyd init --from events.ndjson").status == 0)
        let again = try shop.run("journeyd init --from events.ndjson")
        #expect(again.status == 69)
        #expect(again.errors.contains("is there already"))
        #expect(try shop.run("journeyd init").status == 64)
        #expect(try shop.run("journeyd init first --from missing").status == 66)
        try shop.write("text", "this is\nno event\n")
        #expect(try shop.run("journeyd init first --from text; ls first").status != 0)
    }

    private static let samples = [
        "data/simple_shop.ndjson", "data/weblog_as_logged.ndjson", "conformance/formats/amplitude.ndjson",
        "conformance/formats/cloudevents.ndjson", "conformance/formats/ga4.ndjson",
        "conformance/formats/mixpanel.ndjson",
        "conformance/formats/posthog.ndjson", "conformance/formats/rudderstack.ndjson",
        "conformance/formats/segment.ndjson", "conformance/formats/snowplow.ndjson",
    ]

    @Test(arguments: samples) func fitsRealSamples(path: String) throws {
        guard let sample = SharedFolder.place(path) else { return }
        // Two thousand lines say as much as all of them.
        let ran = try shop.run(
            "head -n 2000 '\(sample.path)' > sample.ndjson; journeyd init first --from sample.ndjson")
        #expect(ran.status == 0, "\(ran.errors)")
        try expectSound("first")
    }
}
