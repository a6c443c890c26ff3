import Foundation
import Journeys
import Testing

/// The engine against the naive matcher, over streams and sequences made from seeds.
@Suite struct SequenceModelTests {
    private func line(_ event: Happening, customer: String = "c") -> String {
        #"{"customer_id":"\#(customer)","event":"\#(event.type)","timestamp":\#(event.time * 1000),"id":"\#(event.id)","#
            + #""properties":{"v":\#(event.v)}}"#
    }

    /// Neither shards nor batches change a byte, and nothing is left once all time is over.
    @Test(arguments: 0..<8)
    func isTheSameForAnyNumberOfShards(seed: Int) throws {
        var maker = SequenceMaker(seed: UInt64(5000 + seed))
        var sequence = maker.sequence()
        sequence.within = sequence.within ?? 24
        var sequenceRun = try SequenceRun(sequence.configuration)
        let streams = (0..<20).map { _ in maker.events(25) }
        let lines = (0..<25).flatMap { index in
            streams.indices.map { (streams[$0][index], "c\($0)") }
        }.sorted { $0.0.time < $1.0.time }.map { line($0.0, customer: $0.1) }
        let one = sequenceRun.outcome(lines)
        #expect(one.statistics[0].customers == 0 && one.statistics[0].stateBytes == 0)
        for (shards, piece) in [(2, 90), (5, 1_200)] {
            sequenceRun.shards = shards
            sequenceRun.piece = piece
            #expect(sequenceRun.run(lines) == one.lines)
        }
    }

    private func described(_ events: [Happening]) -> String {
        events.map { "\($0.id)=\($0.type)\($0.v)@\($0.time)" }.joined(separator: " ")
    }

    /// How many blocks of 40 seeds; more where the environment asks for them.
    private static let blocks = Int(ProcessInfo.processInfo.environment["MODEL_BLOCKS"] ?? "") ?? 24

    /// Both must say the same, in the same order; but the ends of several absences at one instant come in the order of the
    /// events that set them, which the naive matcher does not know.
    @Test(arguments: 0..<blocks)
    func agreesWithTheNaiveMatcher(block: Int) throws {
        for seed in block * 40..<(block + 1) * 40 {
            var maker = SequenceMaker(seed: UInt64(seed))
            maker.leansToLoops = block % 4 == 3
            var sequence = maker.sequence()
            // Each value of `by` is a stream of its own.
            let isBy = seed % 8 == 7
            if isBy { sequence.keys = ["by: 'event.properties.v % 2'"] }
            // Events of other types than these are not there.
            let among = seed % 5 == 2 ? sequence.types : []
            if !among.isEmpty { sequence.keys.append("among: \(among)") }
            // Each event may come behind others that are up to so much later; the matcher is given them in their order.
            sequence.disorder = seed % 3 == 1 ? 3 : 0
            let sequenceRun = try SequenceRun(sequence.configuration)
            var isGeneral = false
            if case .sequence(let plan)? = sequenceRun.plan.moments.first?.trigger { isGeneral = plan.pattern != nil }
            for round in 0..<3 {
                let arrived = maker.disordered(maker.events(isBy ? 14 : round == 2 ? 10 : 9), by: sequence.disorder)
                let events = arrived.inOrder.filter { among.isEmpty || among.contains($0.type) }
                let streams = isBy ? (0..<2).map { key in events.filter { $0.v % 2 == key } } : [events]
                let outcomes = streams.map { NaiveMatcher.run(sequence, $0) }
                var expected = outcomes.flatMap(\.told)
                // Another customer goes the same ways behind the first, for whom they had to be found.
                let outcome = sequenceRun.outcome(arrived.flatMap { [line($0), line($0, customer: "d")] })
                let told = try outcome.lines.map { try Told($0) }
                var found = told.filter { $0.customer == "c" }
                var foundAgain = told.filter { $0.customer == "d" }.map { $0.of(customer: "c") }
                var isSorted = isBy
                if case .wait = sequence.closing { isSorted = true }
                if isSorted {
                    found.sort()
                    foundAgain.sort()
                    expected.sort()
                }
                // What is plain and out of time is let go of as other customers come.
                let isLeft = sequence.within != nil && isGeneral && outcome.statistics[0].stateBytes != 0
                let overflowed = outcomes.reduce(0) { $0 + $1.overflowed }
                if found != expected || foundAgain != expected || isLeft
                    || outcome.statistics[0].overflowed != [2 * overflowed]
                {
                    Issue.record(
                        "seed \(seed): \(sequence.configuration)\n\(described(arrived))\nfound \(found), again \(foundAgain), dropped by both \(outcome.statistics[0].overflowed)\nexpected \(expected), dropped \(overflowed)"
                    )
                    return
                }
            }
        }
    }
}
