import Foundation
import Testing

/// `journeyd evaluate`, models and proof as a process.
@Suite struct EvaluateRunTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private static func rules(_ more: String = "", value: String = "3", extra: String = "") -> String {
        """
        { version: 1, moments: { ping: { sequence: [{ as: 'p', on: 'ping' }] } },
          actions: {
            mail: { on: 'ping', channels: ['email'], value: "\(value)", propensity: 0.4, cooldown: '5s' },
            call: { on: 'ping', value: 2, propensity: "event.properties.vip ? 0.9 : 0.2" }, \(extra) },
          responses: { accept: { on: 'buy', within: '1d', value: 'event.properties.price' } },
          policy: { explore: { method: 'epsilon', epsilon: 0.5 }, explain: 'full', \(more) }, emit: ['decision', 'response'] }
        """
    }

    private func writeEvents(_ count: Int = 600) throws {
        var text = ""
        for number in 1...count {
            let customer = "c\(number % 37)"
            let type = number % 3 == 0 ? "buy" : "ping"
            text +=
                "{\"customer_id\":\"\(customer)\",\"event\":\"\(type)\",\"timestamp\":\(number * 1000),\"id\":\"e\(number)\","
                + "\"properties\":{\"vip\":\(number % 5 == 0),\"price\":\(number % 11)}}\n"
        }
        try shop.write("events", text)
    }

    /// The data directory brings the same states about that the log has, so under the run's own
    /// configuration nothing changes, and under another one expressions are those of the other.
    @Test func goesByTheLogAndByTheData() throws {
        try writeEvents()
        try shop.write("one.json5", Self.rules())
        try shop.write("other.json5", Self.rules(value: "event.properties.vip ? 9.0 : 0.5"))
        let ran = try shop.run(
            """
            journeyd run one.json5 events --data-dir data > log && journeyd evaluate one.json5 --log log --json a
            journeyd evaluate one.json5 --log log --data-dir data --json b && cmp a b && cat a
            journeyd evaluate other.json5 --log log --data-dir data --json c && journeyd evaluate other.json5 --log log
            """, seconds: 60)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(ran.output.contains("\"mean_weight\": 1.0") && ran.output.contains("\"value\""))
        #expect(ran.output.contains("effective sample size: ") && ran.output.contains("  snips"))
        let (same, other) = (try shop.read("a"), try shop.read("c"))
        #expect(same != other && !other.contains("nan"))
    }

    @Test func newActionsNeedTheData() throws {
        try writeEvents()
        try shop.write("one.json5", Self.rules())
        try shop.write("more.json5", Self.rules(extra: "app: { on: 'ping', propensity: 0.9, value: 90 }"))
        let ran = try shop.run(
            """
            journeyd run one.json5 events --data-dir data > log; journeyd evaluate more.json5 --log log > a 2> b
            journeyd evaluate more.json5 --log log --data-dir data > c; cat b; diff -q a c
            """, seconds: 60)
        #expect(ran.output.contains("left out: app") && ran.output.contains("differ"), "\(ran.output)\(ran.errors)")
    }

    @Test(arguments: [
        ("journeyd evaluate config.json5", 64, "--log"),
        ("journeyd evaluate config.json5 --log nowhere", 66, "nowhere"),
        ("journeyd evaluate config.json5 --log pings", 65, "no decision"),
        ("journeyd run config.json5 pings > log; journeyd evaluate config.json5 --log log", 65, "no decision"),
    ]) func saysWhatItCannotGoBy(script: String, status: Int32, word: String) throws {
        let ran = try shop.run(script)
        #expect(ran.status == status && ran.errors.contains(word), "\(ran.errors)")
    }

    /// A score and a propensity by models, whose files are part of the configuration.
    @Test func modelsSpeakInScoresAndPropensities() throws {
        try shop.write(
            "card.json",
            #"{"model":"scorecard","base":0.1,"features":[{"name":"n","missing":0.05,"bins":[{"below":2,"points":0.2},{"points":0.3}]}]}"#
        )
        try shop.write(
            "config.json5",
            """
            { version: 1, windows: { pings: { count: true, on: 'ping', over: '1d' } },
              models: { card: { file: 'card.json', features: { n: 'windows.pings' } } },
              scores: { risk: { model: 'card' } }, moments: { ping: { sequence: [{ as: 'p', on: 'ping' }] } },
              actions: { mail: { on: 'ping', propensity: { model: 'card' }, payload: { risk: 'scores.risk' } } },
              emit: ['decision'] }
            """)
        try shop.write("pings", Workshop.pings(1...1) + Workshop.pings(1...1).replacing("e1", with: "e2"))
        let ran = try shop.run(
            """
            journeyd run config.json5 pings; sed -i 's/"base":0.1/"base":0.4/' card.json; journeyd run config.json5 pings
            sed -i 's/"points":0.3/"points":"much"/' card.json; journeyd check config.json5
            sed -i 's/"n"/"m"/' card.json; journeyd check config.json5
            """)
        let numbers = ran.lines.compactMap { line -> String? in
            guard let start = line.firstRange(of: "\"propensity\":") else { return nil }
            return String(line[start.upperBound...].prefix { $0 != "," })
        }
        #expect(
            numbers == ["\(0.1 + 0.2)", "\(0.1 + 0.3)", "\(0.4 + 0.2)", "\(0.4 + 0.3)"], "\(ran.output)\(ran.errors)")
        #expect(ran.output.contains("\"risk\":0.4}") && ran.status == 78)
        #expect((ran.output + ran.errors).contains("points is not a number"))
    }

    /// What learnt propensities promise against what comes, in the report.
    @Test func reportsHowWellItIsPromised() throws {
        try writeEvents()
        try shop.write(
            "config.json5",
            """
            { version: 1, moments: { ping: { sequence: [{ as: 'p', on: 'ping' }] } },
              actions: { mail: { on: 'ping', propensity: { learn: true, prior: 0.5 } } },
              responses: { accept: { on: 'buy', within: '40s' } } }
            """)
        let ran = try shop.run("journeyd report config.json5 events --json a --csv csv && head -2 csv/calibration.csv")
        #expect(ran.status == 0 && ran.output.hasPrefix("from,to,trials,successes,promised,observed"), "\(ran.errors)")
        #expect(try shop.read("a").components(separatedBy: "\"observed\": 0.").count > 1)
    }

    /// What actions bring, in the report's JSON, its tables and its words, on any number of shards.
    @Test func reportsWhatActionsBring() throws {
        var text = ""
        for number in 0..<3000 {
            let time = 1_000_000_000 + number * 60_000
            text += "{\"customer_id\":\"c\(number)\",\"event\":\"ping\",\"timestamp\":\(time),\"id\":\"a\(number)\"}\n"
            if number % 4 == 0 {
                text +=
                    "{\"customer_id\":\"c\(number)\",\"event\":\"buy\",\"timestamp\":\(time + 1000),\"id\":\"b\(number)\",\"properties\":{\"price\":\(number % 7)}}\n"
            }
        }
        text += "{\"customer_id\":\"z\",\"event\":\"end\",\"timestamp\":9000000000,\"id\":\"z\"}\n"
        try shop.write("events", text)
        try shop.write(
            "config.json5",
            """
            { version: 1, moments: { ping: { sequence: [{ as: 'p', on: 'ping' }] } }, actions: { mail: { on: 'ping' } },
              policy: { holdout: { percent: 50, salt: 's' } },
              report: { conversion: { on: 'buy', value: 'event.properties.price' }, actions: { outcome: 'buy', within: '1h' } } }
            """)
        let ran = try shop.run(
            """
            journeyd report config.json5 events --json a --shards 1 --csv csv && journeyd report config.json5 events --json b --shards 3
            cmp a b && head -1 csv/actions.csv && journeyd report config.json5 events && journeyd run config.json5 events > lines
            """, seconds: 60)
        #expect(ran.status == 0, "\(ran.errors)")
        let figures = try shop.read("a")
        #expect(figures.contains("\"action\": \"*\"") && figures.contains("\"action\": \"mail\""))
        #expect(figures.contains("\"verdict\": \"open\""))
        #expect(ran.output.contains("cuped.difference.low") && ran.output.contains("no effect is proven"))
    }
}
