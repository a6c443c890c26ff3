import Testing

/// The engine against the naive matcher, over streams and sequences made from seeds.
@Suite struct ModelTests {
    private func line(_ event: Happening, customer: String = "c") -> String {
        #"{"customer_id":"\#(customer)","event":"\#(event.type)","timestamp":\#(event.time * 1000),"id":"\#(event.id)","#
            + #""properties":{"v":\#(event.v)}}"#
    }

    private func described(_ events: [Happening]) -> String {
        events.map { "\($0.id)=\($0.type)\($0.v)@\($0.time)" }.joined(separator: " ")
    }

    /// Both must say the same, in the same order, but that what one deadline brings is put in order of place.
    @Test(arguments: 0..<40)
    func agrees(block: Int) throws {
        for seed in block * 60..<(block + 1) * 60 {
            var maker = SequenceMaker(seed: UInt64(seed))
            let sequence = maker.sequence()
            let rehearsal = try Rehearsal(sequence.configuration)
            for _ in 0..<3 {
                let events = maker.events(9)
                let expected = NaiveMatcher.run(sequence, events)
                let outcome = rehearsal.outcome(events.map { line($0) })
                let found = try outcome.lines.map { try Told($0) }
                if found.sorted() != expected.sorted() {
                    Issue.record(
                        "seed \(seed): \(sequence.configuration)\n\(described(events))\nfound \(found)\nexpected \(expected)")
                    return
                }
            }
        }
    }
}
