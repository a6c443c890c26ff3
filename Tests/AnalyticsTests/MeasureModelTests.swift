import Analytics
import TestSupport
import Testing

/// Measures over time held to a naive program: reach, churn, retention, value, answers, feelings and costs.
struct MeasureModelTests {
    private static let configuration = """
        { version: 1,
          touchpoints: {
            ad: { on: "ad", stage: "awareness", polarity: "neutral" },
            view: { on: "view", stage: "consideration" },
            buy: { on: "buy", stage: "decision", polarity: "positive" },
            help: { on: "help", stage: "retention", polarity: "negative" },
          },
          report: {
            conversion: { on: "buy", value: "event.properties.price" },
            costs: { ad: 0.5, view: { per_1000: 4 } }, cost: "event.properties.cost",
            feeling: "event.properties.mood", kpis: { csat: { score: "event.properties.csat" } },
          } }
        """

    /// Some months of a few customers, in whole milliseconds.
    private static func stream(_ seed: UInt64) -> [MeasuredEvent] {
        var numbers = SeededNumbers(seed: seed)
        func roll(_ sides: Int) -> Int { numbers.below(sides) }
        var time: Int64 = 1_704_000_000_000_000 + Int64(roll(90)) * NaiveMeasures.length
        let customers = 1 + roll(9)
        return (0..<(20 + roll(160))).map { _ in
            let pauses: [Int64] = [60_000_000, 7_200_000_000, NaiveMeasures.length, 3 * NaiveMeasures.length]
            time += pauses[roll(4)] + Int64(roll(1000)) * 1000
            if roll(40) == 0 { time += 25 * NaiveMeasures.length }
            var event = MeasuredEvent(
                customer: roll(customers), type: ["ad", "view", "buy", "help", "ping"][roll(5)], time: time)
            if event.type == "buy" { event.price = Double(roll(40)) * 0.25 }
            if roll(3) == 0 { event.cost = Double(roll(9) - 1) * 0.125 }
            if roll(2) == 0 { event.mood = Double(roll(11) - 5) / 4 }
            if roll(4) == 0 { event.csat = Double(roll(8)) }
            return event
        }
    }

    private static func number(_ figure: Figure?) -> Double? {
        switch figure {
        case .count(let count): Double(count)
        case .number(let number): number
        default: nil
        }
    }

    private static func isClose(_ a: Double?, _ b: Double?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return (a - b).magnitude <= 1e-9 * max(a.magnitude, b.magnitude, 1e-3)
    }

    @Test(arguments: 1...24)
    func agreeWithTheNaiveProgram(seed: UInt64) throws {
        let events = Self.stream(seed)
        let report = try ReportUnderTest(Self.configuration).report(
            Array(events.map(\.line).joined().utf8), shards: 1 + Int(seed % 3))
        let (figure, naive) = (report.figure, NaiveMeasures(events))
        compareDays(figure, naive)
        compareCohorts(figure, naive)
        let told = figure["churn"]?.members ?? []
        #expect(told.count == naive.churn.count)
        for month in told {
            let known = naive.churn[month["start"]?.plain ?? ""]
            #expect(Self.number(month["active"]) == known.map { Double($0.active) })
            #expect(Self.number(month["silent"]) == known?.silent.map(Double.init))
        }
        #expect(Self.isClose(Self.number(figure["kpis"]?["total"]?["csat"]?["score"]), naive.satisfaction))
        for point in figure["touchpoints"]?.members ?? [] {
            let name = point["name"]?.plain ?? ""
            #expect(Self.isClose(Self.number(point["feeling"]), naive.feeling(name)))
            #expect(Self.number(point["reach_30d"]) == Double(naive.reach(of: name)))
            let each: Double = name == "ad" ? 0.5 : name == "view" ? 0.004 : 0
            // Amounts are whole numbers of 2⁻³².
            let difference = (Self.number(point["cost"]) ?? .nan) - naive.cost(name, each: each)
            #expect(difference.magnitude < 1e-7)
        }
        let count = events.count { $0.cost.map { $0 < 0 } ?? false && $0.type != "ping" }
        #expect(figure["quality"]?["refused"]?["cost"]?.plain == "\(count)")
    }

    private func compareDays(_ figure: Figure, _ naive: NaiveMeasures) {
        let days = Dictionary(
            uniqueKeysWithValues: (naive.today - 900...naive.today).map { (NaiveMeasures.text($0), $0) })
        for told in figure["kpis"]?["days"]?.members ?? [] {
            let day = days[told["day"]?.plain ?? ""]
            #expect(Self.number(told["reach_30d"]) == day.map { Double(naive.reach($0)) })
        }
    }

    private func compareCohorts(_ figure: Figure, _ naive: NaiveMeasures) {
        func week(_ day: Int) -> Int { (day + 3) / 7 }
        let periods: [(String, (Int) -> Int, (Int) -> Int)] = [
            ("month", NaiveMeasures.month, NaiveMeasures.firstDay), ("week", week, { $0 * 7 - 3 }),
        ]
        for (name, number, start) in periods {
            let known = naive.retention(number, start)
            let told = figure["retention"]?[name]?.members ?? []
            #expect(told.count == known.count)
            for cohort in told {
                let cohortKnown = known[cohort["start"]?.plain ?? ""]
                #expect(Self.number(cohort["customers"]) == cohortKnown.map { Double($0.customers) })
                #expect((cohort["bought_again"]?.members ?? []).map(Self.number) == cohortKnown?.again)
            }
        }
        for days in [30, 90, 365] {
            let known = naive.lifetimeValue(days)
            for cohort in figure["clv"]?.members ?? [] {
                let value = known[cohort["start"]?.plain ?? ""] ?? nil
                #expect(Self.isClose(Self.number(cohort["days_\(days)"]), value))
            }
        }
    }

    @Test(arguments: ["ad", "buy", "ping"])
    func oneEventIsEnoughForEveryFigure(type: String) throws {
        let line = MeasuredEvent(customer: 1, type: type, time: 1_704_000_000_000_000).line
        let report = try ReportUnderTest(Self.configuration).report(Array(line.utf8))
        for json in [report.json, report.pageJSON(most: 1 << 20)] {
            let text = String(decoding: json, as: UTF8.self)
            #expect(!text.contains("nan") && !text.contains("inf"))
        }
        #expect(report.figure["conversion_rate"]?.plain == (type == "buy" ? "1.0" : ""))
    }

    /// A conversion without touches is in no friction, and its value goes to nobody.
    @Test func conversionsAloneAreCredited() throws {
        let lines = (0..<3).map { index in
            var event = MeasuredEvent(customer: index, type: "buy", time: 1_704_000_000_000_000 + Int64(index) * 1000)
            event.price = 2
            return event.line
        }
        let figure = try ReportUnderTest(Self.configuration).report(Array(lines.joined().utf8)).figure
        #expect(figure["attribution"]?["linear"]?["none"]?.plain == "6.0")
        #expect(figure["friction"]?.entries.isEmpty == true)
        #expect(figure["mend_first"]?.members.isEmpty == true)
        #expect(figure["touches_before_conversion"]?["median"]?.plain == "0")
    }
}
