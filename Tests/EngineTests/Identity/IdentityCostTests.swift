import Journeys
import Pipeline
import Storage
import Testing

@testable import Events
@testable import TestEngine

/// What it costs to find whose events are: in ids gone through, and in bytes.
struct IdentityCostTests {
    /// What came of events, by their members that show ids.
    private struct Cost {
        /// After how many events how many ids had been gone through.
        var steps: [(events: Int, steps: Int)] = []
        var counts = IdentityCounts()
    }

    private static func cost(_ identity: String, lots: Int, of count: Int, _ who: (Int) -> String) throws -> Cost {
        let plan = try EngineUnderTest(
            "{ version: 1, identity: \(identity), moments: { m: { sequence: [{ as: 'a', on: 'a' }] } } }"
        ).plan
        var scanner = LineScanner(
            plan.journeys.projection, lineLimit: plan.input.maxLine, formats: plan.input.formats)
        var sequencer = Sequencer(plan.input, shards: 3)
        let source = LineSource("in")
        var cost = Cost()
        for lot in 0..<lots {
            let block = ByteBlock(capacity: count * 96)
            for index in lot * count..<(lot + 1) * count {
                block.append(Array("{\"event\":\"a\",\"timestamp\":1767225600000,\(who(index))}\n".utf8))
            }
            let batch = scanner.scan(block, source: source, arrival: EngineUnderTest.arrival, isFirst: lot == 0)
            sequencer.take(InputBatch(batch, isLive: false))
            while let ordered = sequencer.next() { #expect(ordered.rejects.isEmpty) }
            cost.steps.append(((lot + 1) * count, sequencer.identity?.table.steps ?? 0))
        }
        let counts = sequencer.identityCounts
        cost.counts = try #require(counts)
        return cost
    }

    /// One device of 100,000 users: whoever comes costs what the first ones cost.
    @Test(arguments: ["split", "last_user"]) func aHubCostsNoMoreThanAnyOther(sharing: String) throws {
        let identity = "{ ids: { customer_id: { unique: true }, device: { limit: 20, shared: '\(sharing)' } } }"
        let cost = try Self.cost(identity, lots: 10, of: 10_000) {
            "\"customer_id\":\"u\($0)\",\"ids\":{\"device\":\"hub\"}"
        }
        #expect(cost.counts.subjects == 100_000 && cost.counts.shared == 1)
        #expect(cost.counts.merged == 0)
        #expect(cost.steps.last.map(\.steps) == cost.steps.first.map(\.steps))
        #expect(cost.steps[0].steps < 50)
    }

    /// One user of 20,000 devices, and then of a million: as many as may be are its own, the others are refused.
    @Test func whoShowsEverFurtherIdsCostsItsLimit() throws {
        let identity = "{ ids: { customer_id: { unique: true }, device: { limit: 20 } } }"
        let cost = try Self.cost(identity, lots: 10, of: 2_000) {
            "\"customer_id\":\"u\",\"ids\":{\"device\":\"d\($0)\"}"
        }
        #expect(cost.counts.subjects == 1 && cost.counts.ids == 21)
        #expect(cost.counts.refused[.limit] == 20_000 - 20)
        for (events, steps) in cost.steps { #expect(steps <= events * 22) }
    }

    /// At most 40 bytes for an id beyond its text, and 48 for a person.
    @Test func anIdTakesFewBytesBeyondItsText() throws {
        let identity = "{ ids: { customer_id: { unique: true }, email: {}, device: { limit: 20 } } }"
        for count in [40_000, 55_000] {
            let cost = try Self.cost(identity, lots: 1, of: count) { index in
                let number = String(1_000_000 + index)
                return "\"customer_id\":\"user-\(number)-abc\",\"ids\":{\"email\":\"\(number)@x.shop.e\","
                    + "\"device\":\"device-\(number)-0\"}"
            }
            let (ids, subjects) = (cost.counts.ids, cost.counts.subjects)
            #expect(ids == 3 * count && subjects == count)
            let beyond = Double(cost.counts.stateBytes - 16 * ids - 48 * subjects) / Double(ids)
            #expect(beyond > 16 && beyond <= 40, "\(beyond) bytes")
        }
    }
}
