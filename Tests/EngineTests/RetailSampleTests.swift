import Decisions
import Events
import Foundation
import Journeys
import Pipeline
import Samples
import TestSupport
import Testing

@testable import TestEngine

/// The sample configuration over sample events.
@Suite struct RetailSampleTests {
    static func events(_ count: Int, customers: Int, seed: UInt64 = 1) throws -> [UInt8] {
        var parameters = SampleJourneys.Parameters()
        (parameters.events, parameters.customers, parameters.seed) = (count, customers, seed)
        var journeys = try SampleJourneys(parameters)
        var bytes: [UInt8] = []
        while journeys.next(into: &bytes) {}
        return bytes
    }

    static func engine() throws -> EngineUnderTest {
        let place = Repository.root.appendingPathComponent("Config/retail.json5")
        return try EngineUnderTest(String(decoding: Data(contentsOf: place), as: UTF8.self))
    }

    @Test func everyMomentAndEveryActionOfTheSampleOccurs() throws {
        let engine = try RetailSampleTests.engine()
        let outcome = engine.run([try RetailSampleTests.events(20_000, customers: 500)], shards: 2)
        #expect(outcome.rejects.isEmpty && outcome.late == 0 && outcome.events == 20_000)
        let moments = engine.plan.journeys.moments.map(\.name).filter {
            outcome.totals["moment " + $0, default: 0] == 0
        }
        #expect(moments.isEmpty)
        let actions = engine.plan.decisions.actions.map(\.name)
            .filter { outcome.totals["decision " + $0, default: 0] == 0 }
        #expect(actions.isEmpty)
    }

    /// Shards, and the sizes of the pieces in which the input comes, are nobody's concern.
    @Test(arguments: [1, 2, 8], [1, 7, 4096]) func theSameBytesHoweverTheWorkIsParted(_ shards: Int, _ piece: Int)
        throws
    {
        let engine = try RetailSampleTests.engine()
        let events = try RetailSampleTests.events(1_500, customers: 40, seed: 3)
        let outcome = engine.run([events], shards: shards, flush: true, piece: piece)
        #expect(outcome.lines.count > 200)
        #expect(outcome.lines == engine.run([events], shards: 1, flush: true).lines)
    }

    /// The same where events wait, are late, come twice or cannot be read.
    @Test(arguments: ["time: { disorder: '10m' }", "time: { late: 'reject' }", "input: { dedup: '1h' }"])
    func theSameBytesForAnUntidyInput(_ settings: String) throws {
        let moments = """
            moments: {
              cart: { by: "event.properties.sku", sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30m" }] },
              twice: { sequence: [{ as: "view", on: "product_view", times: 2 }], within: "1h", cooldown: "2h" },
              quiet: { when: "windows.q > duration('1h') && windows.n >= 1" },
            },
            """
        let windows = "windows: { q: { since_last: true }, n: { count: true, on: 'product_view', over: '3h' } }"
        let engine = try EngineUnderTest("{ version: 1, \(settings), \(moments) \(windows) }")
        var lines = try RetailSampleTests.events(1_500, customers: 40, seed: 5).split(separator: 0x0A)
        var chance = Chance(seed: 9)
        for index in lines.indices.dropFirst(8) {
            if chance.isTrue(1, of: 10) { lines.swapAt(index, index - 1 - chance.below(8)) }
            if chance.isTrue(1, of: 30) { lines[index] = lines[index - 1 - chance.below(8)] }
            if chance.isTrue(1, of: 50) { lines[index] = lines[index].dropLast(chance.below(100)) }
        }
        let input = Array(lines.joined(separator: [0x0A]))
        let first = engine.run([input], flush: true)
        #expect(first.lines.count > 100 && !first.rejects.isEmpty)
        for shards in [1, 2, 8] {
            for piece in [7, 1000, 4096] {
                let other = engine.run([input], shards: shards, flush: true, piece: piece)
                #expect(other.lines == first.lines)
                #expect(other.rejects.map(\.line) == first.rejects.map(\.line))
                #expect(other.late == first.late)
            }
        }
    }
}
