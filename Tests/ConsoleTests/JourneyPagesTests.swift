import Pipeline
import Telemetry
import Testing

@testable import Console

/// The page of journeys, without a server and without an engine.
struct JourneyPagesTests {
    private let pages = JourneyPages(LiveReport(ControlQueue()) { [] }, host: "Metrics.internal")

    @Test(arguments: [
        "", "localhost", "LOCALHOST:9464", "127.0.0.1", "127.0.0.1:9464", "10.1.2.3:80", "[::1]", "[::1]:9464",
        "[fe80::1:2]:80", "metrics.internal:9464", "METRICS.INTERNAL",
    ])
    func answersWhereItIsMeant(host: String) { #expect(pages.isMeant(host)) }

    /// A name that anybody may have lead here.
    @Test(arguments: [
        "evil.example", "evil.example:9464", "127.0.0.1.evil.example", "1.2.3", "1.2.3.400", "1.2.3.4.5",
        "localhost.evil",
        "[evil]", "[::1", ":80x", "metrics.internal.evil", "0x7f.1",
    ])
    func refusesOtherNames(host: String) { #expect(!pages.isMeant(host)) }

    @Test func sumsSeriesAndNamesQuantiles() {
        let metrics = Metrics()
        metrics.counter("seen_total", "Seen.", ["kind": "a"]).add(2)
        metrics.counter("seen_total", "Seen.", ["kind": "b\"<"]).add(3)
        let rows = EngineRows(metrics.reading)
        #expect(rows.rows.first { $0.name == "seen_total" }?.value == 5)
        #expect(rows.json.hasPrefix("[[\"seen_total\",5.0]"))
    }
}
