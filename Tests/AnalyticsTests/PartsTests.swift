import Analytics
import TestSupport
import Testing

/// The figures of some of the journeys, held to a naive program.
struct PartsTests {
    /// What friction says of one touchpoint of some journeys, by the definition: the chances by going round until nothing
    /// changes.
    private struct NaiveFriction {
        let exits: Int
        let visits: Int
        let lost: Double?
        let money: Double?

        static func all(_ journeys: [NaiveReport.Ended]) -> [String: NaiveFriction] {
            var next: [String: [String: Int]] = [:]
            for journey in journeys {
                let ends = journey.path + [journey.value == nil ? "(nothing)" : "(conversion)"]
                for (from, to) in zip(journey.path, ends.dropFirst()) { next[from, default: [:]][to, default: 0] += 1 }
            }
            var chances: [String: Double] = ["(conversion)": 1]
            for _ in 0..<300 {
                for (from, counts) in next {
                    let all = counts.values.reduce(0, +)
                    chances[from] = counts.reduce(0) { $0 + Double($1.value) * (chances[$1.key] ?? 0) } / Double(all)
                }
            }
            let bought = journeys.compactMap(\.value)
            let mean = bought.isEmpty ? nil : bought.reduce(0, +) / Double(bought.count)
            var friction: [String: NaiveFriction] = [:]
            for (point, counts) in next {
                let (visits, exits) = (counts.values.reduce(0, +), counts["(nothing)"] ?? 0)
                let lost =
                    exits == visits
                    ? nil : Double(exits) * (chances[point] ?? 0) / (1 - Double(exits) / Double(visits))
                friction[point] = NaiveFriction(
                    exits: exits, visits: visits, lost: lost, money: lost.flatMap { lost in mean.map { lost * $0 } })
            }
            return friction
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
        return (a - b).magnitude <= 1e-7 * max(a.magnitude, b.magnitude, 1e-3)
    }

    private func compare(_ part: Figure, _ journeys: [NaiveReport.Ended]) {
        #expect(Self.number(part["journeys"]?["converted"]) == Double(journeys.count { $0.value != nil }))
        #expect(Self.number(part["journeys"]?["lost"]) == Double(journeys.count { $0.value == nil }))
        #expect(Self.isClose(Self.number(part["sales"]), journeys.reduce(0) { $0 + ($1.value ?? 0) }))
        let naive = NaiveFriction.all(journeys)
        let told = part["friction"]?.entries ?? []
        #expect(told.count == naive.count)
        for (name, friction) in told {
            #expect(Self.number(friction["exits"]) == naive[name].map { Double($0.exits) })
            #expect(Self.number(friction["visits"]) == naive[name].map { Double($0.visits) })
            #expect(Self.isClose(Self.number(friction["lost"]), naive[name]?.lost))
            #expect(Self.isClose(Self.number(friction["money"]), naive[name]?.money))
        }
    }

    @Test(arguments: 1...12)
    func agreeWithTheNaiveProgram(seed: UInt64) throws {
        let events = ReportModelTests.stream(seed)
        let input = Array(events.map(\.line).joined().utf8)
        let run = try ReportUnderTest(ReportModelTests.configuration).run(shards: 1 + Int(seed % 3))
        let size = 1 + input.count / 3
        for start in stride(from: 0, to: input.count, by: size) {
            run.take(Array(input[start..<min(start + size, input.count)]))
            // Whoever looks, and a stop, change nothing.
            if seed.isMultiple(of: 2) { _ = try run.seen() }
            if seed.isMultiple(of: 3) { try run.snapshot() }
        }
        let report = try run.concluded()
        let naive = NaiveReport(
            events, visitGap: 1_800_000_000, journeyGap: 864_000_000_000, lookback: 9 * NaiveReport.day)
        let parts = report.figure["parts"]
        let today = naive.reached / NaiveReport.day
        var count = 0
        for part in parts?["by"]?["channel"]?.members ?? [] {
            let channel = part["value"]?.plain ?? ""
            let journeys = naive.ended.filter { $0.channel == (channel.isEmpty ? "none" : channel) }
            compare(part, journeys)
            count += journeys.count
            // And of each value those of the latest days, where there are any.
            var spans: [Int64] = []
            for latest in part["latest"]?.members ?? [] {
                let days = Int64(Self.number(latest["days"]) ?? 0)
                spans.append(days)
                compare(latest, journeys.filter { $0.day > today - days && $0.day <= today })
            }
            #expect(spans == [7, 28, 90].filter { days in journeys.contains { $0.day > today - days } })
        }
        #expect(count == naive.ended.count)
        for part in parts?["latest"]?.members ?? [] {
            let days = Int64(Self.number(part["days"]) ?? 0)
            let end = part["is_before"]?.plain == "true" ? today - days : today
            compare(part, naive.ended.filter { $0.day > end - days && $0.day <= end })
        }
    }

    /// Beyond the first eight, values are counted together, as in the measures.
    @Test func countsOtherValuesTogether() throws {
        var lines: [MadeEvent] = []
        for index in 0..<20 {
            let time = Int64(index) * 3_600_000_000
            for type in ["view", "buy"] {
                lines.append(
                    MadeEvent(customer: index, type: type, time: time, channel: "c\(index)", price: Double(index)))
            }
        }
        let report = try ReportUnderTest(ReportModelTests.configuration).report(
            Array(lines.map(\.line).joined().utf8), shards: 3)
        let parts = report.figure["parts"]?["by"]?["channel"]?.members ?? []
        #expect(parts.count == 9)
        #expect(parts.last?["other"]?.plain == "true")
        #expect(parts.last?["journeys"]?["converted"]?.plain == "12")
        #expect(parts.last?["latest"]?.members.map { $0["journeys"]?["converted"]?.plain } == ["12", "12", "12"])
    }

    // MARK: Faults

    /// A shop's customers: each goes on from step to step by chance, and some buy.
    /// - Parameter leaves: the chance in a thousand that a step is the last, by its name and the day.
    private static func shop(_ seed: UInt64, leaves: (String, Int) -> Int) -> [UInt8] {
        var numbers = SeededNumbers(seed: seed)
        var events: [MadeEvent] = []
        for customer in 0..<1500 {
            let day = numbers.below(60)
            var time = 1_700_000_000_000_000 + Int64(day) * NaiveReport.day + Int64(numbers.below(80_000)) * 1_000_000
            for step in ["ad", "view", "view", "cart", "checkout", "payment", "buy"] {
                let isLast = numbers.below(1000) < leaves(step, day)
                events.append(
                    MadeEvent(customer: customer, type: step, time: time, channel: "web", price: 50))
                if isLast { break }
                time += Int64(1 + numbers.below(300)) * 1_000_000
            }
        }
        // So that all is over.
        events.append(MadeEvent(customer: 9_999_999, type: "ad", time: 1_700_000_000_000_000 + 75 * NaiveReport.day))
        return Array(events.sorted { $0.time < $1.time }.map(\.line).joined().utf8)
    }

    private static let shopConfiguration = """
        { version: 1, report: { conversion: { on: "buy", value: "event.properties.price" }, journey_gap: "10d" } }
        """

    private static let usual: [String: Int] = ["ad": 300, "view": 150, "cart": 150, "checkout": 120, "payment": 60]

    /// A fault of the checkout: half of those who come there give up. It costs most, and its index stands out.
    @Test(arguments: 1...2)
    func aBrokenCheckoutComesToTheTop(seed: UInt64) throws {
        let input = Self.shop(seed) { step, _ in step == "checkout" ? 500 : Self.usual[step] ?? 0 }
        let figure = try ReportUnderTest(Self.shopConfiguration).report(input, shards: 2).figure
        #expect(figure["mend_first"]?.members.first?["touchpoint"]?.plain == "checkout")
        let indices = (figure["friction"]?.entries ?? []).map { ($0.0, Self.number($0.1["index"]) ?? 0) }
        #expect(indices.max { $0.1 < $1.1 }?.0 == "checkout")
    }

    /// An incident of the payment in the last days of two months: of all, others cost more; of the latest days, this.
    @Test(arguments: 1...2)
    func aPaymentIncidentComesToTheTopOfItsDays(seed: UInt64) throws {
        let input = Self.shop(seed) { step, day in step == "payment" && day >= 50 ? 900 : Self.usual[step] ?? 0 }
        let figure = try ReportUnderTest(Self.shopConfiguration).report(input, shards: 2).figure
        #expect(figure["mend_first"]?.members.first?["touchpoint"]?.plain != "payment")
        // Who was lost in the incident is known ten days later, within the last days of the input.
        let latest = figure["parts"]?["latest"]?.members.first { $0["days"]?.plain == "28" }
        let money = (latest?["friction"]?.entries ?? []).map { ($0.0, Self.number($0.1["money"]) ?? 0) }
        #expect(money.max { $0.1 < $1.1 }?.0 == "payment")
    }
}
