import Testing

@testable import TestEngine

/// Partial matches that differ in their first events only are kept as one strand, unless a condition looks at what they have
/// bound: then each is kept by itself. That makes no difference to the matches, to what runs out of time, nor to how many are
/// dropped.
@Suite struct StrandTests {
    private static let a = "{ as: 'a', on: 'a' }"
    private static let loop = "{ as: 'b', on: 'b', times: '1..' }"
    private static let d = "{ as: 'd', on: 'd' }"
    private static let sequences: [[String]] = [
        [a, loop, "{ as: 'c', on: 'c' }"],
        [a, "{ as: 'b', on: 'b', contiguity: 'any' }", "{ as: 'c', on: ['c', 'd'], contiguity: 'any' }", d],
        [a, "{ as: 'b', on: ['b', 'c'], times: '2..', inner: 'any' }", "{ as: 'c', on: 'c', optional: true }", d],
        [a, "{ any_of: [[\(loop)], [{ as: 'c', on: 'c', times: '1..' }]] }", d],
        ["{ any_of: [[\(a)], [{ as: 'x', on: ['a', 'c'], times: '1..2' }]] }", loop, "{ not: 'e' }", d],
        [a, "{ all_of: [[\(loop)], [{ as: 'c', on: 'c' }]] }", d],
        ["{ as: 'a', on: 'a', times: '1..' }", "{ as: 'b', on: 'b', contiguity: 'strict' }", "{ as: 'c', on: 'c' }"],
        [a, "{ as: 'c', on: 'c' }", "{ as: 'b', on: 'b', contiguity: 'any' }", "{ not: 'e' }", d],
    ]
    private static let closed: [[String]] = [
        [a, loop, "{ not: 'd', for: '9s' }"],
        [a, loop, "{ as: 'c', on: 'c', contiguity: 'any' }", "{ not: 'e' }"],
    ]
    private static let limits = [
        "max_partial: 7", "max_partial: 40", "max_partial: 40, on_overflow: 'drop_newest'", "max_partial: 300",
        "max_bound: 5",
    ]

    /// The same steps, with a condition that looks at bound events and always holds.
    private func comparing(_ steps: [String]) -> [String] {
        let last = steps.lastIndex { !$0.contains("not:") } ?? 0
        var steps = steps
        steps[last] = steps[last].dropLast(2) + ", where: 'size(steps.b) >= 0' }"
        return steps
    }

    private func events(seed: UInt64) -> String {
        var chance = Chance(seed: seed)
        var time: Int64 = 0
        return (0..<250).map { number in
            time += Int64(chance.below(3)) * 700
            let type = chance.of(["a", "a", "a", "b", "b", "b", "c", "d", "e"])
            return event("c", type, at: time, id: "\(number)")
        }.joined()
    }

    @Test(arguments: ["no_skip", "skip_to_first:b", "skip_to_last:b"], [false, true])
    func areWhatTheirPartialMatchesWouldBe(after: String, tells: Bool) throws {
        var names: [String] = []
        var moments: [String] = []
        for (number, steps) in (StrandTests.sequences + (tells ? [] : StrandTests.closed)).enumerated() {
            for (kind, limit) in StrandTests.limits.enumerated() {
                names.append("\(number)_\(kind)")
                for (form, steps) in [("s", steps), ("o", comparing(steps))] {
                    moments.append(
                        "\(form)\(number)_\(kind): { sequence: [\(steps.joined(separator: ", "))], within: '40s', "
                            + "after_match: '\(after)', \(limit), emit_partial: \(tells) }")
                }
            }
        }
        let plan = "{ version: 1, emit: ['moment', 'drop_off'], moments: { \(moments.joined(separator: ", ")) } }"
        let outcome = try EngineUnderTest(plan).run(events(seed: tells ? 1 : 2), flush: true)
        // By the moment's name, without it and without the id.
        let lines = Dictionary(grouping: outcome.lines.map { $0.split(separator: "\"", maxSplits: 12) }, by: { $0[11] })
            .mapValues { $0.map { $0[3] + $0[12] } }
        var dropped: UInt64 = 0
        for name in names {
            #expect(lines["s\(name)"] == lines["o\(name)"], "\(name)")
            for kind in ["dropped (max_partial)", "dropped (max_bound)", "out of time"] {
                let count = outcome.totals["moment s\(name), partial matches \(kind)", default: 0]
                #expect(count == outcome.totals["moment o\(name), partial matches \(kind)", default: 0], "\(name)")
                dropped += count
            }
        }
        #expect(dropped > 3_000 && outcome.moments.count > 1_000)
        #expect(outcome.lines(ofType: "drop_off").isEmpty != tells)
    }
}
