import Storage
import Testing

@testable import Journeys

/// How the partial matches of a sequence are kept is chosen as the plan is made.
@Suite struct StrategyTests {
    struct Row: CustomTestStringConvertible {
        let keys: String
        let strategy: MatchingStrategy
        var pruning = MatchingStrategy.Pruning.none
        var joins = false
        var splits = false

        var testDescription: String { "\(keys): \(strategy), \(pruning)" }
    }

    private static let a = "{ as: 'a', on: 'A' }"
    private static let b = "{ as: 'b', on: 'B' }"
    private static let more = "{ as: 'b', on: 'B', times: '1..' }"
    private static let c = "{ as: 'c', on: 'C' }"
    private static let greater = "{ as: 'b', on: 'B', where: 'event.properties.v > a.properties.v' }"
    private static let back = "{ all_of: [[\(c)], [\(more)]] }"
    private static let again = "{ as: 'b', on: 'B', times: '1..', inner: 'any' }, { not: 'B', for: '1h' }"

    static let rows = [
        Row(keys: "sequence: [\(a), { not: 'B', for: '1h' }]", strategy: .absence),
        Row(keys: "by: 'event.properties.v', sequence: [\(a), { not: 'B', for: '1h' }]", strategy: .runs),
        Row(keys: "sequence: [\(a), \(b), { not: 'C', for: '1h' }]", strategy: .runs),
        Row(keys: "within: '1h', sequence: [\(a), \(b), \(c)]", strategy: .runs),
        Row(keys: "sequence: [\(a), \(greater)]", strategy: .strands),
        Row(keys: "max_bound: 255, within: '1h', sequence: [\(a), \(more), \(c)]", strategy: .strands, joins: true),
        Row(keys: "max_partial: 255, sequence: [\(a), \(back)]", strategy: .strands, joins: true, splits: true),
        Row(keys: "sequence: [\(a), \(again)]", strategy: .strands, joins: true),
        Row(keys: "after_match: 'no_skip', sequence: [\(a), \(b)]", strategy: .strands, joins: true),
        Row(keys: "after_match: 'skip_to_last:b', sequence: [\(a), \(more), \(c)]", strategy: .strands, joins: true),
        Row(keys: "sequence: [\(a), \(more), \(c)]", strategy: .strands, pruning: .all),
        Row(keys: "within: '1h', sequence: [\(a), \(more), \(c)]", strategy: .cohorts, pruning: .sameStart),
        Row(
            keys: "after_match: 'skip_to_next', sequence: [\(a), \(more), \(c)]", strategy: .cohorts,
            pruning: .sameStart),
        Row(keys: "sequence: [\(a), { any_of: [[\(b)], [\(c)]] }]", strategy: .cohorts, pruning: .sameStart),
        Row(keys: "sequence: [\(a), \(back)]", strategy: .cohorts, pruning: .sameStart, splits: true),
        Row(
            keys: "sequence: [\(a), { as: 'b', on: 'B', contiguity: 'strict' }]", strategy: .strands,
            pruning: .sameStart),
    ]

    @Test(arguments: rows) func followsTheDecisionTable(row: Row) throws {
        let plan = try SequenceRun("{ version: 1, moments: { m: { \(row.keys) } } }").plan
        guard case .sequence(let sequence) = plan.moments[0].trigger else {
            Issue.record("a sequence")
            return
        }
        let choice = MatchingStrategy.choose(for: sequence, isKeyed: !plan.moments[0].by.isNone, plan.expressions)
        #expect(choice.strategy == row.strategy)
        #expect(choice.pruning == row.pruning)
        #expect(choice.joinsStarts == row.joins)
        #expect(choice.splitsWays == row.splits)
        // What the shard works with says the same.
        #expect(MomentTable(plan).forms[0].strategy == row.strategy)
    }
}
