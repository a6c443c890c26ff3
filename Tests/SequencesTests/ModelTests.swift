import Journeys
import Testing

/// The engine against the naive matcher, over streams and sequences made from seeds.
@Suite struct ModelTests {
    private func line(_ event: Happening, customer: String = "c") -> String {
        #"{"customer_id":"\#(customer)","event":"\#(event.type)","timestamp":\#(event.time * 1000),"id":"\#(event.id)","#
            + #""properties":{"v":\#(event.v)}}"#
    }

    /// Neither shards nor batches change a byte, and nothing is left once all time is over.
    @Test(arguments: 0..<8)
    func isTheSameForAnyNumberOfShards(seed: Int) throws {
        var maker = SequenceMaker(seed: UInt64(5000 + seed))
        var sequence = maker.sequence()
        sequence.within = sequence.within ?? 30
        var rehearsal = try Rehearsal(sequence.configuration)
        let streams = (0..<20).map { _ in maker.events(25) }
        let lines = (0..<25).flatMap { index in
            streams.indices.map { (streams[$0][index], "c\($0)") }
        }.sorted { $0.0.time < $1.0.time }.map { line($0.0, customer: $0.1) }
        let one = rehearsal.outcome(lines)
        #expect(one.statistics[0].customers == 0 && one.statistics[0].stateBytes == 0)
        for (shards, batch) in [(2, 1), (5, 13)] {
            rehearsal.shards = shards
            rehearsal.batchSize = batch
            #expect(rehearsal.run(lines) == one.lines)
        }
    }

    private func described(_ events: [Happening]) -> String {
        events.map { "\($0.id)=\($0.type)\($0.v)@\($0.time)" }.joined(separator: " ")
    }

    /// Both must say the same, in the same order; but the ends of several absences at one instant come in the order of the
    /// events that set them, which the naive matcher does not know.
    @Test(arguments: 0..<20)
    func agrees(block: Int) throws {
        for seed in block * 40..<(block + 1) * 40 {
            var maker = SequenceMaker(seed: UInt64(seed))
            let sequence = maker.sequence()
            let rehearsal = try Rehearsal(sequence.configuration)
            for _ in 0..<3 {
                let events = maker.events(9)
                var expected = NaiveMatcher.run(sequence, events)
                let outcome = rehearsal.outcome(events.map { line($0) })
                var found = try outcome.lines.map { try Told($0) }
                if case .wait = sequence.closing {
                    found.sort()
                    expected.sort()
                }
                if found != expected {
                    Issue.record(
                        "seed \(seed): \(sequence.configuration)\n\(described(events))\nfound \(found)\nexpected \(expected)"
                    )
                    return
                }
            }
        }
    }
}
