import Analytics
import TestSupport
import Testing

/// What is over is let go of, and no figure tells when.
struct SettlingTests {
    private static let day = NaiveReport.day
    private static let silence = 4000 * day
    private static let step = 30 * day

    /// Decades of a few customers, whose silences end about where customers are forgotten and journeys are lost.
    private static func stream(_ seed: UInt64) -> [MadeEvent] {
        var numbers = SeededNumbers(seed: seed)
        func roll(_ sides: Int) -> Int { numbers.below(sides) }
        let long: [Int64] = [
            silence, silence + 20 * day - 1000, silence + 20 * day, silence + 20 * day + 1000, silence + 30 * day,
            10 * day, 10 * day + 1000, 30 * day - 1000, 30 * day, 30 * day + 1000, 40 * day, 1999 * day,
        ]
        // The first time is an instant at which things are let go of.
        var time = 600 * step
        return (0..<(10 + roll(120))).map { _ in
            time += roll(4) == 0 ? long[roll(roll(2) == 0 ? 5 : 12)] : [0, 0, 1000, 60_000_000, 3_600_000_000][roll(5)]
            var event = MadeEvent(
                customer: roll(4), type: ["ad", "view", "view", "cart", "buy", "help"][roll(6)], time: time)
            if roll(9) == 0 { event.time -= Int64(roll(90)) * 1_000_000_000 }
            if roll(4) > 0 { event.channel = ["web", "app", "shop"][roll(3)] }
            if roll(5) > 0 { event.price = Double(roll(20)) * 1.25 }
            if roll(6) == 0 { event.score = roll(11) }
            return event
        }
    }

    /// The same events, each customer another one after it was forgotten: at the first multiple of thirty days from 1970 at
    /// which nothing came of it for 4,000 days.
    private static func apart(_ events: [MadeEvent]) -> [MadeEvent] {
        var reached = Int64.min
        var known: [Int: (number: Int, last: Int64)] = [:]
        var next = 0
        return events.map { event in
            reached = max(reached, event.time)
            var person = known[event.customer] ?? (next, reached)
            let forgotten = (person.last + silence + step - 1) / step * step
            if known[event.customer] == nil || reached >= forgotten {
                person.number = next
                next += 1
            }
            person.last = reached
            known[event.customer] = person
            var renamed = event
            renamed.customer = person.number
            return renamed
        }
    }

    @Test(arguments: 1...60)
    func whoWasSilentForVeryLongIsAnotherCustomer(seed: UInt64) throws {
        let events = Self.stream(seed)
        let report = try ReportUnderTest(ReportModelTests.configuration).report(
            Array(events.map(\.line).joined().utf8), shards: 1 + Int(seed % 2), piece: seed % 3 == 0 ? 100 : 1 << 16)
        ReportModelTests.hold(
            report,
            to: NaiveReport(
                Self.apart(events), visitGap: 1_800_000_000, journeyGap: 864_000_000_000, lookback: 9 * Self.day))
    }

    /// What the ways are counted in: their order is that in which journeys ended.
    private static func ways(_ report: JourneyReport) -> [[Int]] {
        report.ledger.variants.kept.map { [$0.count, $0.error] + $0.path.map(Int.init) }
    }

    @Test(arguments: 1...40)
    func journeysEndInOneOrderHoweverTheyAreFound(seed: UInt64) throws {
        let events = Self.stream(seed)
        let input = Array(events.map(\.line).joined().utf8)
        let report = try ReportUnderTest(ReportModelTests.configuration)
        let known = try report.report(input)
        for (shards, piece) in [(1, 90), (2, 4000), (3, 97), (8, 1 << 16)] {
            let other = try report.report(input, shards: shards, piece: piece)
            #expect(other.json == known.json)
            #expect(Self.ways(other) == Self.ways(known))
        }
        let run = report.run(shards: 2)
        for (index, event) in events.enumerated() {
            run.take(Array(event.line.utf8))
            if index % 7 == Int(seed % 7) { try run.snapshot() }
            if index % 11 == Int(seed % 11) { _ = try run.seen() }
        }
        let again = try run.concluded()
        #expect(again.json == known.json)
        #expect(Self.ways(again) == Self.ways(known))
    }

    @Test func nothingIsKeptOfWhoIsForgotten() throws {
        let run = try ReportUnderTest(ReportModelTests.configuration).run(shards: 2)
        let before = run.kept
        for index in 0..<5000 {
            let type = index % 3 == 0 ? "buy" : "view"
            run.take(Array(MadeEvent(customer: index, type: type, time: Int64(index) * 1_000_000).line.utf8))
        }
        #expect(run.kept.customers == 5000)
        for (days, count) in [(4019, 5001), (4020, 2)] {
            let event = MadeEvent(customer: 9000 + days, type: "ad", time: Int64(days) * Self.day)
            run.take(Array(event.line.utf8))
            #expect(run.kept.customers == count)
        }
        // The table keeps its places for a while.
        #expect(run.kept.bytes < before.bytes + 5000 * 50)
        #expect(try run.concluded().totals.customers == 5002)
    }

    /// Journeys that are lost take no memory, though their customers are known.
    @Test func lostJourneysAreLetGoOf() throws {
        let run = try ReportUnderTest(ReportModelTests.configuration).run()
        for index in 0..<30_000 {
            let event = MadeEvent(customer: index % 1000, type: "view", time: Int64(index) * 10_000)
            run.take(Array(event.line.utf8))
        }
        let before = run.kept
        run.take(Array(MadeEvent(customer: 1, type: "ad", time: 30 * Self.day).line.utf8))
        #expect(run.kept.customers == before.customers)
        #expect(run.kept.bytes < before.bytes - 999 * 30 * 4)
    }
}
