import Analytics
import TestSupport
import Testing

/// The whole report held to a naive program over seeded streams, on several numbers of shards.
struct ReportModelTests {
    static let configuration = """
        { version: 1,
          touchpoints: {
            ad: { on: "ad", stage: "awareness" }, view: { on: "view", stage: "consideration" },
            cart: { on: "cart", stage: "decision" }, buy: { on: "buy", stage: "decision" },
            help: { on: "help", stage: "retention", polarity: "negative" },
          },
          report: {
            conversion: { on: "buy", value: "event.properties.price" },
            visit_gap: "30m", journey_gap: "10d", lookback: "9d", by: ["channel", "event.properties.price"],
            kpis: { nps: { score: "event.properties.score" } },
          } }
        """

    static func stream(_ seed: UInt64) -> [MadeEvent] {
        var numbers = SeededNumbers(seed: seed)
        func roll(_ sides: Int) -> Int { numbers.below(sides) }
        let gaps: [Int64] = [0, 0, 1000, 60_000_000, 1_800_000_000, 1_800_001_000, 20_000_000_000, 864_000_000_000]
        var time: Int64 = 1_700_000_000_000_000
        let customers = 1 + roll(12)
        return (0..<(1 + roll(220))).map { _ in
            time += gaps[roll(roll(4) == 0 ? 8 : 6)]
            var event = MadeEvent(
                customer: roll(customers), type: ["ad", "view", "view", "cart", "buy", "help", "ping"][roll(7)],
                time: time)
            // Some come late.
            if roll(9) == 0 { event.time -= Int64(roll(90)) * 1_000_000_000 }
            if roll(4) > 0 { event.channel = ["web", "app", "shop"][roll(3)] }
            if roll(5) > 0 { event.price = Double(roll(20)) * 1.25 }
            if roll(6) == 0 { event.score = roll(12) }
            return event
        }
    }

    private static func number(_ figure: Figure?) -> Double {
        switch figure {
        case .count(let count): Double(count)
        case .number(let number): number
        default: .nan
        }
    }

    private static func isClose(_ a: Double, _ b: Double) -> Bool {
        (a - b).magnitude <= 1e-9 * max(a.magnitude, b.magnitude, 1e-3)
    }

    @Test(arguments: 1...60)
    func agreesWithTheNaiveProgram(seed: UInt64) throws {
        let events = Self.stream(seed)
        let report = try ReportUnderTest(Self.configuration).report(Array(events.map(\.line).joined().utf8))
        Self.hold(
            report,
            to: NaiveReport(
                events, visitGap: 1_800_000_000, journeyGap: 864_000_000_000, lookback: 9 * NaiveReport.day))
    }

    /// Compares a report under the configuration above with what the naive program says.
    static func hold(_ report: JourneyReport, to naive: NaiveReport) {
        let figure = report.figure
        #expect(report.totals.customers == naive.customers)
        #expect(report.totals.visits == naive.visits)
        #expect(report.totals.bounces == naive.bounces)
        #expect(report.totals.converted == naive.converted)
        #expect(report.totals.lost == naive.lost)
        #expect(report.totals.stillOpen == naive.open)
        #expect(Self.isClose(Self.number(figure["value"]), naive.value))
        let visits = figure["edges"]?["visit"]?.members ?? []
        #expect(visits.count == naive.visitEdges.count)
        for edge in visits {
            let known = naive.visitEdges["\(edge["from"]?.plain ?? "")>\(edge["to"]?.plain ?? "")"]
            #expect(Self.number(edge["events"]) == known.map { Double($0.count) })
            #expect(Self.number(edge["customers"]) == known.map { Double($0.customers.count) })
            #expect(Self.number(edge["mean_us"]) == known.map { Double($0.sum) / Double($0.count) })
        }
        let journeys = figure["edges"]?["journey"]?.members ?? []
        #expect(journeys.count == naive.journeyEdges.count)
        for edge in journeys {
            let name = "\(edge["from"]?.plain ?? "")>\(edge["to"]?.plain ?? "")"
            #expect(Self.number(edge["events"]) == naive.journeyEdges[name].map(Double.init))
        }
        for (model, credits) in [("linear", naive.linear), ("decay", naive.decay)] {
            let told = figure["attribution"]?[model]?.entries ?? []
            #expect(told.count == credits.count)
            for (name, credit) in told { #expect(Self.isClose(Self.number(credit), credits[name] ?? .nan)) }
        }
        for (name, time) in figure["channel_time_us"]?.entries ?? [] {
            #expect(Self.number(time) == naive.channelTime[name].map(Double.init))
        }
        for (name, friction) in figure["friction"]?.entries ?? [] {
            #expect(Self.number(friction["exits"]) == Double(naive.exits[name] ?? 0))
        }
        compareMeasures(figure, naive)
    }

    private static func compareMeasures(_ figure: Figure, _ naive: NaiveReport) {
        for (from, row) in (figure["stages"]?["matrix"]?.entries ?? []).enumerated() {
            for (to, count) in row.1.entries.enumerated() {
                #expect(Self.number(count.1) == Double(naive.stageSteps["\(from + 1)>\(to + 1)"] ?? 0))
            }
        }
        for (stage, count) in (figure["stages"]?["furthest"]?.entries ?? []).enumerated() {
            #expect(Self.number(count.1) == Double(naive.furthest[stage + 1] ?? 0))
        }
        let total = figure["kpis"]?["total"]
        #expect(Self.number(total?["buyers"]) == Double(naive.buyers))
        #expect(Self.number(total?["repeat_buyers"]) == Double(naive.repeaters))
        for (name, kind) in [("promoters", 1), ("passives", 0), ("detractors", -1)] {
            #expect(Self.number(total?["nps"]?[name]) == Double(naive.scores[kind] ?? 0))
        }
        let byChannel = figure["kpis"]?["by"]?["channel"]?.members ?? []
        #expect(byChannel.map { $0["value"]?.plain ?? "" } == naive.channelOrder.map { $0 == "none" ? "" : $0 })
        for (channel, told) in zip(naive.channelOrder, byChannel) {
            let known = naive.channels[channel] ?? (0, 0, 0)
            #expect(Self.number(told["touches"]) == Double(known.touches))
            #expect(Self.number(told["conversions"]) == Double(known.converted))
            #expect(Self.number(told["lost"]) == Double(known.lost))
        }
        // The days of some thousand years ago are as good as any: what matters is how far they lie apart.
        let days = figure["kpis"]?["days"]?.members ?? []
        let reached = naive.reach.filter { day, _ in day * NaiveReport.day <= naive.reached }
        for told in days {
            let reach = Self.number(told["reach_30d"])
            #expect(reached.contains { Double($0.value) == reach })
        }
        if let last = days.last { #expect(Self.number(last["reach_30d"]) <= Double(naive.reach.values.max() ?? 0)) }
    }

    @Test(arguments: 1...12)
    func isTheSameOnAnyNumberOfShardsAndInAnyPieces(seed: UInt64) throws {
        let input = Array(Self.stream(seed).map(\.line).joined().utf8)
        let report = try ReportUnderTest(Self.configuration)
        let json = try report.report(input).json
        for (shards, piece) in [(2, 4000), (3, 97), (8, 1 << 16)] {
            #expect(try report.report(input, shards: shards, piece: piece).json == json)
        }
    }

    @Test func eachTypeIsATouchpointWhereThereAreNone() throws {
        let lines = (0..<200).map { index in
            MadeEvent(customer: index % 5, type: "t\(index % 100)", time: Int64(index) * 1_000_000).line
        }
        let report = try ReportUnderTest("{ version: 1 }").report(Array(lines.joined().utf8), shards: 3)
        let figure = report.figure
        #expect(figure["conversion"]?["chosen_by"]?.plain == "journeyd")
        #expect(figure["conversion"]?["types"]?.members.count == 3)
        // 64 have names, of which three are the conversions'; the rest is `other`.
        #expect(figure["quality"]?["other_touchpoints"]?.plain == "\(200 - 61 * 2)")
        #expect(figure["conversion_rate"]?.plain == "")
    }

    @Test(arguments: ["", "{\"customer_id\":\"c\",\"event\":\"buy\",\"timestamp\":0}\n", "nothing\n"])
    func nothingIsNoNumber(input: String) throws {
        let report = try ReportUnderTest(Self.configuration).report(Array(input.utf8))
        let json = String(decoding: report.json, as: UTF8.self)
        #expect(!json.contains("nan") && !json.contains("inf"))
        #expect(report.figure["kpis"]?["total"]?["nps"]?["score"]?.plain == "")
    }

    @Test func refusesAnswersThatCannotBe() throws {
        let lines = [
            #"{"customer_id":"c","event":"ad","timestamp":0,"properties":{"score":11}}"#,
            #"{"customer_id":"c","event":"ad","timestamp":1,"properties":{"score":"ten"}}"#,
            #"{"customer_id":"c","event":"buy","timestamp":2,"properties":{"price":"free"}}"#,
            #"{"customer_id":"c","event":"buy","timestamp":3,"properties":{"price":1e300}}"#,
        ]
        let report = try ReportUnderTest(Self.configuration).report(Array(lines.joined(separator: "\n").utf8))
        let refused = report.figure["quality"]?["refused"]
        #expect(refused?["nps"]?.plain == "2")
        #expect(refused?["value"]?.plain == "2")
        #expect(report.figure["value"]?.plain == "0.0")
    }

    @Test func closesJourneysThatAreTooLong() throws {
        let lines = (0..<10_000).map { "{\"customer_id\":\"c\",\"event\":\"view\",\"timestamp\":\($0)}\n" }
        let report = try ReportUnderTest(Self.configuration).report(Array(lines.joined().utf8))
        #expect(report.totals.long == 2)
        #expect(report.totals.stillOpen == 1)
        #expect(report.totals.visits == 1)
    }
}
