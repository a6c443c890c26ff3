import Analytics
import Configuration
import Testing

/// The section `report`: what it takes, and what it says of what it does not.
struct CheckReportTests {
    private func load(_ report: String, touchpoints: String = "") throws -> (plan: EnginePlan?, text: String) {
        let text = "{ version: 1, \(touchpoints) report: \(report) }"
        let (plan, diagnostics) = try Configuration.load(path: "c") { _ in Array(text.utf8) }
        return (plan, diagnostics.rendered(excerpts: false))
    }

    @Test func takesAllThatIsInTheLanguage() throws {
        let (plan, text) = try load(
            """
            { conversion: { on: "purchase", where: "event.properties.price > 0", value: "event.properties.price" },
              visit_gap: "20m", journey_gap: "60d", lookback: "14d", by: ["channel", "event.properties.country"],
              costs: { ad: 0.4, banner: { per_1000: 2.1 } }, cost: "event.properties.cost", feeling: "event.properties.mood",
              kpis: { nps: { score: "event.properties.nps" }, csat: { score: "event.properties.csat" } },
              actions: { outcome: "purchase", within: "14d" } }
            """,
            touchpoints:
                "touchpoints: { ad: { on: 'ad', note: { es: 'Anuncio', en: 'Ad' } }, banner: { on: 'banner' } },")
        let report = try #require(plan?.report, "\(text)")
        #expect(report.settings.conversions == ["purchase"])
        #expect(report.settings.visitGap == 1_200_000_000)
        #expect(report.settings.by == ["channel", "event.properties.country"])
        #expect(report.settings.costs.count == 2)
        #expect(report.settings.catalogue?.first?.note.count == 2)
    }

    @Test(arguments: [
        (#"{ conversions: "a" }"#, "unknown key \"conversions\""),
        (#"{ conversion: "*" }"#, "would make every event a conversion"),
        (#"{ conversion: { where: "true" } }"#, "\"on\""),
        (#"{ visit_gap: 30 }"#, "is not a duration"),
        (#"{ journey_gap: "0s" }"#, "no time at all"),
        (#"{ costs: { a: -1 } }"#, "out of range"),
        (#"{ costs: { nowhere: 1 } }"#, "there is no touchpoint \"nowhere\""),
        (#"{ by: ["channel", "channel"] }"#, "listed twice"),
        (#"{ by: "moment.name" }"#, "moment"),
        (#"{ kpis: { nps: {} } }"#, "\"score\""),
        (#"{ kpis: { ces: { score: 1 } } }"#, "unknown key \"ces\""),
        (#"{ cost: "'much'" }"#, "number"),
    ])
    func saysWhatIsWrong(report: String, message: String) throws {
        let (plan, text) = try load(report, touchpoints: "touchpoints: { a: { on: 'a' } },")
        #expect(plan == nil)
        #expect(text.contains(message), "\(text)")
    }

    @Test func choosesTheConversionWhereNothingSaysSo() throws {
        func chosen(_ rest: String) throws -> [String] {
            let text = "{ version: 1, \(rest) }"
            let (plan, _) = try Configuration.load(path: "c", isForReport: true) { _ in Array(text.utf8) }
            return plan?.report?.settings.conversions ?? []
        }
        #expect(try chosen("windows: { w: { count: true, on: 'order_completed' } }") == ["order_completed"])
        #expect(
            try chosen(
                "moments: { m: { kind: 'moment_of_truth', sequence: [{ as: 'a', on: 'x' }, { as: 'b', on: 'y' }] } }")
                == ["y"])
        #expect(try chosen("") == ["purchase", "order_completed", "checkout_completed"])
    }
}
