import Journeys
import TestSupport
import Testing

/// Sequences of customers who turn out to be one, against the naive matcher: partial matches of both go on with the events of
/// either, and what is pending ends where the other has had the event since.
@Suite struct MergedSequenceTests {
    /// A stream of a few customers, who come together as events show the ids of two.
    private struct Stream {
        var lines: [String] = []
        var customers = NaiveMatcher.Customers(owners: [], merges: [])
        var mergeCount = 0
        /// Of each id, the number of its customer.
        private var owners: [String: Int] = [:]
        private var made = 0

        init(_ events: [Happening], _ numbers: inout SeededNumbers) {
            customers.owners = events.map { _ in [] }
            var ids: [String] = []
            for (index, event) in events.enumerated() {
                let (one, other) = ("a\(numbers.below(3))", "b\(numbers.below(3))")
                let shown = numbers.below(4) == 0 ? [one, other] : numbers.below(2) == 0 ? [one] : [other]
                var merges: [(from: Int, into: Int)] = []
                let known = shown.compactMap { owners[$0] }
                // State stays with the customer made first.
                let own = known.min() ?? made
                if known.isEmpty { made += 1 }
                for further in Set(known) where further != own {
                    merges.append((further, own))
                    for (id, owner) in owners where owner == further { owners[id] = own }
                }
                for id in shown { owners[id] = own }
                ids.append(shown[0])
                customers.merges.append(merges)
                mergeCount += merges.count
                for earlier in 0...index { customers.owners[earlier].append(owners[ids[earlier]] ?? -1) }
                lines.append(Stream.line(event, shown))
            }
        }

        private static func line(_ event: Happening, _ shown: [String]) -> String {
            let texts = shown.map { "\"\($0.first == "a" ? "one" : "other")\":\"\($0)\"" }
            return
                #"{"ids":{\#(texts.joined(separator: ","))},"event":"\#(event.type)","timestamp":\#(event.time * 1000),"#
                + #""id":"\#(event.id)","properties":{"v":\#(event.v)}}"#
        }
    }

    private static let sections = "identity: { ids: { one: { limit: 50 }, other: { limit: 50 } } }, "

    private static func sequence(seed: Int, _ maker: inout SequenceMaker) -> NaiveSequence {
        maker.leansToLoops = seed % 4 == 3
        var sequence = maker.sequence()
        sequence.sections = sections
        sequence.partialLimit = 1024
        return sequence
    }

    @Test(arguments: 0..<8)
    func agreesWithTheNaiveMatcher(block: Int) throws {
        var merges = 0
        var told = 0
        for seed in block * 40..<(block + 1) * 40 {
            var maker = SequenceMaker(seed: UInt64(seed))
            var numbers = SeededNumbers(seed: UInt64(seed))
            let sequence = Self.sequence(seed: seed, &maker)
            var sequenceRun = try SequenceRun(sequence.configuration)
            for round in 0..<4 {
                let events = maker.events(round == 3 ? 12 : 10)
                let stream = Stream(events, &numbers)
                merges += stream.mergeCount
                let outcome = NaiveMatcher.run(sequence, events, stream.customers)
                // Who they are called is another matter, and so is the order of what is due at one instant.
                let expected = outcome.told.map { $0.of(customer: "c") }.sorted()
                sequenceRun.shards = 1
                let lines = sequenceRun.run(stream.lines)
                let found = try lines.map { try Told($0).of(customer: "c") }.sorted()
                told += found.count
                sequenceRun.shards = 2 + seed % 3
                sequenceRun.piece = 150
                let again = sequenceRun.run(stream.lines)
                if found != expected || again != lines {
                    Issue.record(
                        "seed \(seed), round \(round): \(sequence.configuration)\n\(stream.lines.joined(separator: "\n"))\nfound \(found)\nexpected \(expected)\nsame on other shards: \(again == lines)"
                    )
                    return
                }
            }
        }
        #expect(merges > 40 && told > 40)
    }
}
