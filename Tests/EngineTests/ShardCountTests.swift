import Events
import Testing

@testable import TestEngine

/// The number of shards and the cut of the input show in nothing that comes out, whatever happens together: a book with
/// something of every kind of rule, and streams in which most events share their instant with others.
@Suite struct ShardCountTests {
    @Test(arguments: 0..<8) func neitherShardsNorCutsShow(_ seed: Int) throws {
        var rules = RuleBook.full
        rules.time = ["disorder: '0s'", "disorder: '1s'", "late: 'reject'"][seed % 3]
        if seed % 2 == 1 { rules.settings = "dedup: '1s'" }
        let engine = try EngineUnderTest(rules.text)
        var chance = Chance(seed: UInt64(seed + 900))
        // Seldom a long silence, in which more is let go of than one shard's few customers make room for.
        let steps: [Int64] = [0, 0, 0, 0, 0, 0, 500, 1000, 1000, seed % 4 == 0 ? 90_000 : 2000]
        let input = chance.lines(700, customers: [3, 12, 60][seed % 3], steps: steps, delays: [500, 1000, 1500])
            .joined()
        let whole = engine.run(input, flush: seed % 2 == 0)
        for type in ["moment", "decision", "segment", "score", "drop_off"] {
            #expect(!whole.lines(ofType: type).isEmpty, "\(type)")
        }
        for (shards, piece) in [(1, 50), (2, 1 << 16), (3, 700), (8, 1 << 16), (8, 130)] {
            let other = engine.run(input, shards: shards, flush: seed % 2 == 0, piece: piece)
            let place = zip(other.lines, whole.lines).enumerated().first { $1.0 != $1.1 }?.offset
            try #require(
                other.lines == whole.lines,
                "seed \(seed), shards \(shards), line \(place ?? -1) of \(other.lines.count) and \(whole.lines.count)")
            #expect(other.rejects.map(\.place) == whole.rejects.map(\.place))
        }
    }
}
