import Decisions
import Journeys
import Storage
import Testing

@testable import Pipeline
@testable import TestEngine

/// An engine that goes on from an image says what one says that was never stopped.
@Suite struct SnapshotTests {
    /// Runs lines in lots; after the lots named it goes on in a new engine made of the image of the old one.
    static func run(
        _ plan: Plan, _ lines: [String], lot: Int, shards: Int, resumedAfter: Set<Int>
    ) throws -> (output: String, rejected: String, totals: [String: UInt64]) {
        var engine = SteppedEngine(plan, shards: shards)
        var (output, rejected) = ("", "")
        for (number, start) in stride(from: 0, to: lines.count, by: lot).enumerated() {
            engine.take(lines[start..<min(start + lot, lines.count)])
            guard resumedAfter.contains(number) else { continue }
            output += engine.output
            rejected += engine.rejected
            engine = try SteppedEngine(plan, shards: shards, image: engine.image().copied())
        }
        engine.finish(flush: true)
        return (output + engine.output, rejected + engine.rejected, engine.totals)
    }

    @Test(arguments: 0..<6) func itGoesOnAsIfNothingHadHappened(_ seed: Int) throws {
        var rules = RuleBook.full
        rules.time = ["disorder: '0s'", "disorder: '2s'", "late: 'reject'"][seed % 3]
        let plan = try EngineUnderTest(rules.text).plan
        var chance = Chance(seed: UInt64(seed))
        let lines = chance.lines(1200, customers: 6)
        let shards = seed % 3 + 1
        let whole = try SnapshotTests.run(plan, lines, lot: 10, shards: shards, resumedAfter: [])
        for moment in plan.journeys.moments { #expect(whole.totals["moment " + moment.name, default: 0] > 0) }
        for action in plan.decisions.actions { #expect(whole.totals["decision " + action.name, default: 0] > 0) }
        #expect(whole.rejected.contains("\"duplicate\"") && whole.rejected.contains("malformed_json"))
        for lot in [1, 30, 77] {
            let parted = try SnapshotTests.run(plan, lines, lot: 10, shards: shards, resumedAfter: [lot])
            #expect(parted == whole, "seed \(seed), after lot \(lot)")
        }
        let often = try SnapshotTests.run(plan, lines, lot: 10, shards: shards, resumedAfter: Set(0..<120))
        #expect(often == whole, "seed \(seed), after every lot")
    }

    @Test(arguments: 0..<3) func anyRulesGoOn(_ lot: Int) throws {
        for seed in lot * 60..<(lot + 1) * 60 {
            var chance = Chance(seed: UInt64(seed))
            let rules = chance.rules()
            let plan = try EngineUnderTest(rules.text).plan
            let lines = chance.events(for: rules).map(\.line)
            let whole = try SnapshotTests.run(plan, lines, lot: 1, shards: 2, resumedAfter: [])
            let parted = try SnapshotTests.run(plan, lines, lot: 1, shards: 2, resumedAfter: Set(0..<lines.count))
            try #require(parted == whole, "seed \(seed)\n\(rules.text)")
        }
    }

    @Test func theSampleShopGoesOn() throws {
        let plan = try RetailSampleTests.engine().plan
        let events = try RetailSampleTests.events(6_000, customers: 200)
        let lines = String(decoding: events, as: UTF8.self).split(separator: "\n").map { String($0) + "\n" }
        let whole = try SnapshotTests.run(plan, lines, lot: 100, shards: 2, resumedAfter: [])
        let parted = try SnapshotTests.run(plan, lines, lot: 100, shards: 2, resumedAfter: [7, 30, 31, 55])
        #expect(parted == whole)
    }

    @Test func anImageOfOtherRulesOrCutOffIsNotTaken() throws {
        let plan = try EngineUnderTest(RuleBook.full.text).plan
        var chance = Chance(seed: 1)
        let engine = SteppedEngine(plan, shards: 1)
        engine.take(chance.lines(60, customers: 3)[...])
        let image = engine.image().copied()
        #expect(throws: Never.self) { try SteppedEngine(plan, shards: 1, image: image) }
        for count in stride(from: 0, to: image.count, by: 1016) {
            #expect(throws: StateFault.self) {
                try SteppedEngine(plan, shards: 1, image: Array(image.prefix(count)))
            }
        }
        #expect(throws: StateFault.self) { try SteppedEngine(plan, shards: 2, image: image) }
        var other = RuleBook.full
        other["moments", "gone"] = nil
        let otherPlan = try EngineUnderTest(other.text).plan
        #expect(throws: StateFault.self) { try SteppedEngine(otherPlan, shards: 1, image: image) }
    }
}
