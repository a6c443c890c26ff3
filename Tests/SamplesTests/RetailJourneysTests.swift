import Foundation
import Testing

@testable import Samples

@Suite struct RetailJourneysTests {
    /// Files made by one build must be the files made by the next: benchmarks compare results on them.
    @Test func firstLinesAreFixed() throws {
        var parameters = SampleJourneys.Parameters()
        parameters.events = 2000
        var journeys = try SampleJourneys(parameters)
        var out: [UInt8] = []
        while journeys.next(into: &out) {}
        #expect(hash(out) == 3_316_588_425_373_273_018)
    }

    /// Eager customers bring about by the thousand what others do now and then; nothing else about them is new.
    @Test func eagerCustomersDoMore() throws {
        func counts(isEager: Bool) throws -> [String: Int] {
            var parameters = SampleJourneys.Parameters()
            (parameters.events, parameters.customers, parameters.isEager) = (30_000, 1_000, isEager)
            var journeys = try SampleJourneys(parameters)
            var out: [UInt8] = []
            while journeys.next(into: &out) {}
            return Dictionary(try told(out).map { ($0.event, 1) }, uniquingKeysWith: +)
        }
        let (usual, eager) = (try counts(isEager: false), try counts(isEager: true))
        #expect(Set(usual.keys) == Set(eager.keys))
        for event in ["add_to_cart", "purchase", "support_ticket", "review", "survey_answer"] {
            #expect(eager[event] ?? 0 > 2 * (usual[event] ?? 0), "\(event)")
        }
    }

    @Test func sameSeedSameBytesOtherSeedOthers() throws {
        let one = try bytes(events: 500, seed: 7)
        #expect(try one == bytes(events: 500, seed: 7))
        #expect(try one != bytes(events: 500, seed: 8))
        #expect(try bytes(events: 900, seed: 7).starts(with: one), "more events only add lines")
    }

    @Test func linesAreEventsInOrder() throws {
        let out = try bytes(events: 20_000)
        #expect(out.last == 10)
        let lines = try told(out)
        #expect(lines.count == 20_000)
        #expect(Set(lines.map(\.id)).count == lines.count)
        #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp })
        #expect(lines.allSatisfy { $0.timestamp.utf8.count == 24 && $0.customer.utf8.count == 8 })
        #expect(Set(lines.map(\.channel)) == ["web", "app", "store", "email", "phone", "social"])
        #expect((190...230).contains(out.count / lines.count))

        var prices: [String: Double] = [:]
        for line in lines {
            guard let price = line.properties["price"] as? Double else { continue }
            let sku = try #require(line.properties["sku"] as? String)
            #expect(prices.updateValue(price, forKey: sku) ?? price == price, "\(sku) has one price")
        }
        #expect(Set(prices.values).count > 100)
    }

    @Test func everyTypeHasItsShare() throws {
        let lines = try told(bytes(events: 40_000))
        let counts = Dictionary(lines.map { ($0.event, 1) }, uniquingKeysWith: +)
        #expect(Set(counts.keys) == Set(RetailStep.allCases.map(\.name)))
        func share(_ event: String) -> Double { Double(counts[event] ?? 0) / Double(lines.count) }
        #expect((0.2...0.35).contains(share("page_view")))
        #expect((0.2...0.35).contains(share("product_view")))
        #expect((0.08...0.18).contains(share("search")))
        #expect((0.015...0.035).contains(share("add_to_cart")))
        #expect((0.006...0.016).contains(share("purchase")))
        #expect((0.008...0.03).contains(share("support_ticket")))
        let answers = lines.compactMap { $0.properties["nps"] as? Int }
        #expect(Set(answers) == Set(0...10))
        let moods = Set(lines.compactMap { $0.properties["sentiment"] as? String })
        #expect(moods == ["positive", "neutral", "negative"])
    }

    /// Both ends of a cart must occur: most are left, a good part is paid for in time.
    @Test func cartsAreLeftOrBought() throws {
        let lines = try told(bytes(events: 40_000))
        var carts: [String] = []
        var bought: Set<String> = []
        for line in lines {
            let session = try #require(line.properties["session"] as? String)
            guard let sku = line.properties["sku"] as? String else { continue }
            if line.event == "add_to_cart" { carts.append(session + sku) }
            if line.event == "purchase" { bought.insert(session + sku) }
        }
        let left = carts.count { !bought.contains($0) }
        #expect((0.55...0.85).contains(Double(left) / Double(carts.count)))
    }

    @Test func fewCustomersDoMuchAndAllCome() throws {
        let lines = try told(bytes(events: 20_000))
        let counts = Dictionary(lines.map { ($0.customer, 1) }, uniquingKeysWith: +)
        #expect((1900...2000).contains(counts.count))
        let ranked = counts.values.sorted(by: >)
        let top = ranked.prefix(200).reduce(0, +)
        #expect((0.3...0.6).contains(Double(top) / 20_000), "the tenth that is most active")
        #expect(ranked[0] > 8 * ranked[1000])
    }

    @Test(arguments: [(nil, 30 * 86_400.0), (1.0, 20_000.0), (500.0, 40.0)])
    func timeAdvancesAtTheRate(rate: Double?, seconds: Double) throws {
        let lines = try told(bytes(events: 20_000, rate: rate))
        let parser = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let first = try parser.parse("2026-01-01T00:00:00.000Z")
        let last = try parser.parse(#require(lines.last).timestamp)
        #expect((0.85...1.15).contains(last.timeIntervalSince(first) / seconds))
    }

    @Test func oneCustomerAloneHasJourneys() throws {
        let lines = try told(bytes(customers: 1, events: 300))
        #expect(Set(lines.map(\.customer)) == ["c0000000"])
        #expect(try #require(lines.last).timestamp > "2027", "ten events in thirty days")
    }

    @Test func impossibleParametersAreRefused() {
        #expect(throws: SampleJourneys.ParameterError.customers(0)) { try bytes(customers: 0, events: 1) }
        #expect(throws: SampleJourneys.ParameterError.events(-1)) { try bytes(events: -1) }
        #expect(throws: SampleJourneys.ParameterError.rate(0)) { try bytes(events: 1, rate: 0) }
        #expect(throws: SampleJourneys.ParameterError.self) { try bytes(events: 1, rate: .nan) }
        #expect(throws: SampleJourneys.ParameterError.self) { try bytes(events: 1_000_000, rate: 1e-9) }
    }
}

@Suite struct EventLineTests {
    /// The calendar turns through leap days and centuries; Foundation says what is right.
    @Test(arguments: [0, 59, 789, 1153, 27_087, 27_453, 365_000])
    func datesAreRight(days: Int) throws {
        var line = EventLine()
        var out: [UInt8] = []
        line.move(to: ((days * 86_400 + 45_296) * 1000 + 7) * 1000 + 999)
        line.open(customer: 1, event: [], channel: [], into: &out)
        let start = try Date.ISO8601FormatStyle().parse("2026-01-01T00:00:00Z")
        let date = start.addingTimeInterval(Double(days) * 86_400 + 45_296)
        let text = date.formatted(Date.ISO8601FormatStyle()).replacing("Z", with: ".007Z")
        #expect(String(decoding: out, as: UTF8.self).hasSuffix(text))
    }

    @Test(arguments: [(0, "0.00"), (7, "0.07"), (8344, "83.44"), (1_000_000, "10000.00")])
    func amountsHaveTwoDecimals(cents: Int, text: String) {
        var out: [UInt8] = []
        EventLine.amount(cents, into: &out)
        #expect(String(decoding: out, as: UTF8.self) == text)
    }
}
