import Analytics
import TestSupport
import Testing

/// Whatever comes, figures are defined: null over nothing, `other` beyond the limits, refused
/// values counted, and never anything that is no number.
struct BadReportInputTests {
    private static let configuration = """
        { version: 1,
          touchpoints: { ad: { on: "ad", stage: "awareness" }, view: { on: "view", stage: "consideration" } },
          report: {
            conversion: { on: "buy", value: "event.properties.price" }, cost: "event.properties.cost",
            by: ["channel", "event.properties.nothing"], feeling: "event.properties.mood",
            kpis: { nps: { score: "event.properties.nps" }, csat: { score: "event.properties.csat" } },
          } }
        """

    private static func line(_ customer: String, _ type: String, _ second: Int, _ properties: String = "") -> String {
        "{\"customer_id\":\"\(customer)\",\"event\":\"\(type)\",\"timestamp\":\(second * 1000)"
            + ",\"properties\":{\(properties)}}\n"
    }

    /// The figures of some lines, seen to be the same on two shards, and to be numbers, in the report and on the page.
    private static func figure(_ lines: [String], _ configuration: String = configuration) throws -> Figure {
        let input = Array(lines.joined().utf8)
        let under = try ReportUnderTest(configuration)
        let report = try under.report(input)
        #expect(try under.report(input, shards: 2, piece: 500).json == report.json)
        for json in [report.json, report.pageJSON(most: 1 << 20), report.pageJSON(most: 1)] {
            let text = String(decoding: json, as: UTF8.self).lowercased()
            #expect(!text.contains(":nan") && !text.contains(",nan") && !text.contains("[nan"))
            #expect(!text.contains("inf"))
        }
        return report.figure
    }

    private static func isNone(_ figure: Figure?) -> Bool { figure?.plain == "" }

    @Test func noTouchpointEver() throws {
        let figure = try Self.figure((0..<20).map { Self.line("c\($0 % 3)", "ping", $0) })
        #expect(figure["events"]?.plain == "20")
        #expect(figure["customers"]?.plain == "0" && figure["visits"]?.plain == "0")
        #expect(Self.isNone(figure["conversion_rate"]))
        #expect(Self.isNone(figure["touches_before_conversion"]?["median"]))
        #expect(figure["quality"]?["without_touchpoint"]?.plain == "20")
        #expect(figure["friction"]?.entries.isEmpty == true)
        for name in ["bounce", "pages_a_visit", "ctr", "cpm", "cpc", "cpa", "conversion", "repeat", "engagement"] {
            #expect(Self.isNone(figure["kpis"]?["total"]?[name]), "\(name)")
        }
    }

    @Test(arguments: ["ad", "buy", "ping"])
    func oneEvent(type: String) throws {
        let figure = try Self.figure([Self.line("c", type, 0)])
        #expect(figure["events"]?.plain == "1")
        #expect(figure["customers"]?.plain == (type == "ping" ? "0" : "1"))
        #expect(figure["journeys"]?["open"]?.plain == (type == "ad" ? "1" : "0"))
        #expect(figure["journeys"]?["converted"]?.plain == (type == "buy" ? "1" : "0"))
        #expect(figure["edges"]?["visit"]?.members.isEmpty == true)
    }

    @Test func conversionsAlone() throws {
        let figure = try Self.figure((0..<9).map { Self.line("c\($0 % 2)", "buy", $0, "\"price\":2") })
        #expect(figure["journeys"]?["converted"]?.plain == "9" && figure["journeys"]?["lost"]?.plain == "0")
        #expect(figure["conversion_rate"]?.plain == "1.0" && figure["value"]?.plain == "18.0")
        for model in ["first", "last", "linear", "position", "decay"] {
            #expect(figure["attribution"]?[model]?["none"]?.plain == "18.0", "\(model)")
        }
        #expect(figure["touches_before_conversion"]?["histogram"]?.members.count == 1)
        // Nothing leads anywhere: no chance can be told from it.
        #expect(figure["friction"]?.entries.isEmpty == true && figure["mend_first"]?.members.isEmpty == true)
    }

    /// One whose touches are all too old, and one that has none since the one before.
    @Test func conversionsWithoutTouches() throws {
        let figure = try Self.figure([
            Self.line("c", "ad", 0), Self.line("c", "buy", 60, "\"price\":1"),
            Self.line("c", "buy", 120, "\"price\":2"),
            Self.line("d", "ad", 0), Self.line("d", "buy", 31 * 86_400, "\"price\":4"),
        ])
        #expect(figure["journeys"]?["converted"]?.plain == "3" && figure["journeys"]?["lost"]?.plain == "1")
        #expect(figure["attribution"]?["linear"]?["ad"]?.plain == "1.0")
        #expect(figure["attribution"]?["linear"]?["none"]?.plain == "6.0")
    }

    @Test(arguments: ["-1", "\"free\"", "true", "[1]", "1e300", "-0.0001"])
    func costsThatAreNone(cost: String) throws {
        let figure = try Self.figure([
            Self.line("c", "ad", 0, "\"cost\":\(cost)"), Self.line("c", "ad", 1, "\"cost\":0.5"),
            Self.line("c", "ad", 2, "\"cost\":null"),
        ])
        #expect(figure["quality"]?["refused"]?["cost"]?.plain == "1")
        #expect(figure["kpis"]?["total"]?["cost"]?.plain == "0.5")
        #expect(Self.isNone(figure["kpis"]?["total"]?["cpa"]))
    }

    @Test func answersThatAreNone() throws {
        let scores = ["11", "-1", "9.5", "\"nine\"", "1e9", "9"].enumerated().map {
            Self.line("c\($0)", "ad", $0, "\"nps\":\($1)")
        }
        let others = ["0", "6", "4.5", "\"good\"", "5"].enumerated().map {
            Self.line("c", "ad", 10 + $0, "\"csat\":\($1),\"mood\":\($0 - 1)")
        }
        let figure = try Self.figure(scores + others)
        let total = figure["kpis"]?["total"]
        #expect(total?["nps"]?["answers"]?.plain == "1" && total?["nps"]?["score"]?.plain == "100.0")
        #expect(total?["nps"]?["standard_error"]?.plain == "0.0")
        #expect(total?["csat"]?["answers"]?.plain == "1" && total?["csat"]?["score"]?.plain == "100.0")
        let refused = figure["quality"]?["refused"]
        #expect(refused?["nps"]?.plain == "5" && refused?["csat"]?.plain == "4" && refused?["feeling"]?.plain == "2")
    }

    /// An event that comes late is taken at the time that was reached: no step takes less than no time.
    @Test func eventsOutOfOrder() throws {
        let seconds = [100, 40, 70, 10, 130, 0, 160]
        let figure = try Self.figure(seconds.enumerated().map { Self.line("c", $0 % 2 == 0 ? "ad" : "view", $1) })
        #expect(figure["visits"]?.plain == "1")
        for edge in figure["edges"]?["visit"]?.members ?? [] {
            #expect(edge["events"]?.plain == "3" && edge["min_us"]?.plain == "0")
        }
        // 100 100 100 100 130 130 160
        #expect(figure["edges"]?["visit"]?.members.map { $0["max_us"]?.plain } == ["0", "30000000"])
    }

    /// From there on all is late, and taken ten years later; nobody is taken for somebody else.
    @Test func aClockTenYearsAhead() throws {
        let years = 3653 * 86_400
        let figure = try Self.figure([
            Self.line("c", "ad", 0), Self.line("d", "ad", 10), Self.line("e", "view", years),
            Self.line("c", "buy", 20, "\"price\":3"), Self.line("d", "view", 30),
        ])
        #expect(figure["customers"]?.plain == "3")
        #expect(figure["journeys"]?["lost"]?.plain == "2" && figure["journeys"]?["open"]?.plain == "2")
        #expect(figure["attribution"]?["last"]?["none"]?.plain == "3.0")
        #expect(figure["kpis"]?["days"]?.members.count == 2)
    }

    @Test func moreTouchpointNamesThanThereIsRoomFor() throws {
        let count = 20_000
        let lines = (0..<count).map { index in
            "{\"customer_id\":\"c\(index % 7)\",\"event\":\"name \(index)\",\"channel\":\"way \(index)\""
                + ",\"timestamp\":\(index * 1000),\"properties\":{\"value\":\"\(index)\"}}\n"
        }
        let figure = try Self.figure(
            lines, "{ version: 1, report: { conversion: \"buy\", by: [\"event.properties.value\"] } }")
        // One of the 64 is the conversion's.
        #expect(figure["quality"]?["other_touchpoints"]?.plain == "\(count - 63)")
        #expect(figure["touchpoints"]?.members.count == 64)
        #expect(figure["channel_time_us"]?.entries.count == 65)
        let values = figure["kpis"]?["by"]?["event.properties.value"]?.members ?? []
        #expect(values.map { $0["touches"]?.plain } == Array(repeating: "1", count: 8) + ["\(count - 8)"])
        #expect(values.last?["other"]?.plain == "true")
    }
}
