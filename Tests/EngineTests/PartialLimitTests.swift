import Testing

@testable import TestEngine

/// What happens when a customer has more partial matches than are kept.
@Suite struct PartialLimitTests {
    private func run(_ sequence: String, limit: Int, _ events: String, keys: String = "") throws -> Outcome {
        try EngineUnderTest(
            "{ version: 1, moments: { m: { sequence: [\(sequence)], max_partial: \(limit), \(keys) } } }"
        )
        .run(events, flush: true)
    }

    private let counter = "moment m, partial matches dropped (max_partial)"

    /// The ids of each match's first event.
    private func starts(_ outcome: Outcome) -> [String] {
        outcome.moments.compactMap { line in
            line.split(separator: "[\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
        }
    }

    private func events(_ types: String) -> String {
        types.enumerated().map { event("c", String($1), at: Int64($0) * 1000, id: "\($0)") }.joined()
    }

    @Test(arguments: [(1, "9", 9), (3, "7", 7), (9, "1", 1), (10, "0", 0), (11, "0", 0)] as [(Int, String, UInt64)])
    func theOldestGo(_ limit: Int, _ start: String, _ dropped: UInt64) throws {
        let outcome = try run("{ as: 'a', on: 'a' }, { as: 'b', on: 'b' }", limit: limit, events("aaaaaaaaaab"))
        #expect(starts(outcome) == [start])
        #expect(outcome.totals[counter, default: 0] == dropped)
    }

    @Test func theOldestIsTheOneThatBeganFirstHoweverFarItIs() throws {
        let steps = "{ as: 'a', on: 'a' }, { as: 'b', on: 'b' }, { as: 'c', on: 'c' }"
        let outcome = try run(steps, limit: 2, events("abaabc"))
        // The first goes as the third comes; the last b takes the other two on.
        #expect(starts(outcome) == ["2"])
        #expect(outcome.totals[counter] == 1)
    }

    /// Of a first event that has lost its oldest partial matches, the last may end while others that began later go on.
    @Test func whatHasNothingLeftIsOver() throws {
        let steps =
            "{ as: 'a', on: 'a' }, { as: 'b', on: 'b' }, { any_of: "
            + "[[{ as: 'c', on: 'c', times: 2, inner: 'strict', greedy: true }], [{ as: 'd', on: 'a' }]] }"
        let outcome = try run(steps, limit: 3, events("abcbaabcba"), keys: "after_match: 'skip_to_next'")
        #expect(starts(outcome) == ["0", "5"])
        #expect(outcome.totals[counter] == 1)
    }

    /// Where drop-offs are told, a first event of which some partial matches are too many is
    /// copied, and otherwise it lacks them: that makes no difference to the matches, nor to how
    /// many were dropped.
    @Test(arguments: 0..<8) func whatIsLackingIsAsGoodAsDropped(seed: UInt64) throws {
        let a = "{ as: 'a', on: 'a' }"
        let many = "{ as: 'b', on: 'b', times: '1..' }"
        let sequences = [
            [a, many, "{ as: 'c', on: 'c' }"],
            [a, many, "{ as: 'c', on: ['b', 'c'], contiguity: 'any' }", "{ as: 'd', on: 'd' }"],
            [
                a, "{ as: 'b', on: 'b', times: '2..', inner: 'any' }", "{ as: 'c', on: 'c', optional: true }",
                "{ as: 'd', on: 'd' }",
            ],
            [a, "{ any_of: [[\(many)], [{ as: 'c', on: 'c', times: '1..' }]] }", "{ as: 'd', on: 'd' }"],
            [a, many, "{ as: 'c', on: 'c', contiguity: 'strict' }", "{ as: 'd', on: ['c', 'd'], contiguity: 'any' }"],
            [
                a, "{ as: 'b', on: 'b', contiguity: 'any' }", "{ as: 'c', on: 'b', times: '1..', greedy: true }",
                "{ as: 'd', on: 'd' }",
            ],
        ]
        var moments: [String] = []
        for (number, steps) in sequences.enumerated() {
            for (mode, limit) in [("skip_to_next", 3), ("skip_past_last_event", 8), ("skip_to_next", 20)] {
                for tells in [false, true] {
                    moments.append(
                        "\(tells ? "t" : "l")\(number)_\(limit): { sequence: [\(steps.joined(separator: ", "))], within: '30s', "
                            + "after_match: '\(mode)', max_partial: \(limit), emit_partial: \(tells) }")
                }
            }
        }
        var chance = Chance(seed: seed)
        let types = (0..<400).map { _ in chance.of(["a", "a", "a", "b", "b", "b", "c", "d"]) }
        let outcome = try EngineUnderTest("{ version: 1, moments: { \(moments.joined(separator: ", ")) } }")
            .run(events(types.joined()), flush: true)
        var dropped: UInt64 = 0
        for number in sequences.indices {
            for limit in [3, 8, 20] {
                func matches(_ form: String) -> [String] {
                    let name = "\"\(form)\(number)_\(limit)\""
                    return outcome.moments.filter { $0.contains(name) && !$0.contains("drop_off") }
                        .map { $0.replacing(name, with: "") }
                }
                func count(_ form: String) -> UInt64 {
                    outcome.totals[
                        "moment \(form)\(number)_\(limit), partial matches dropped (max_partial)", default: 0]
                }
                #expect(matches("l") == matches("t"))
                #expect(count("l") == count("t"))
                dropped += count("l")
            }
        }
        #expect(dropped > 1_000 && outcome.moments.count > 100)
    }

    @Test func thoseThatWaitForAnAbsenceCountToo() throws {
        let outcome = try run("{ as: 'a', on: 'a' }, { not: 'b', for: '10s' }", limit: 2, events("aaaaa"))
        #expect(starts(outcome) == ["3", "4"])
        #expect(outcome.totals[counter] == 3)
    }

    @Test func whatIsOverMakesRoom() throws {
        let steps = "{ as: 'a', on: 'a' }, { as: 'b', on: 'b' }"
        let outcome = try run(steps, limit: 2, events("aaaaab"), keys: "within: '2s'")
        #expect(starts(outcome) == ["4"])
        #expect(outcome.totals[counter] == nil)
    }

    @Test func eachValueAndEachCustomerHasRoomOfItsOwn() throws {
        var lines = ""
        for number in 0..<12 {
            lines += event("c\(number % 2)", "a", at: Int64(number), id: "\(number)", "\"k\":\(number % 3)")
        }
        for number in 0..<6 { lines += event("c\(number % 2)", "b", at: 20, id: "b\(number)", "\"k\":\(number % 3)") }
        let outcome = try run(
            "{ as: 'a', on: 'a' }, { as: 'b', on: 'b' }", limit: 1, lines, keys: "by: 'event.properties.k'")
        #expect(starts(outcome) == ["6", "7", "8", "9", "10", "11"])
        #expect(outcome.totals[counter] == 6)
    }

    @Test func tenThousandStartsWithoutALimitAreOneMatch() throws {
        let many = String(repeating: "a", count: 10_000) + "b"
        let outcome = try run("{ as: 'a', on: 'a' }, { as: 'b', on: 'b' }", limit: 100_000, events(many))
        #expect(starts(outcome) == ["0"])
        #expect(outcome.totals[counter] == nil)
    }
}
