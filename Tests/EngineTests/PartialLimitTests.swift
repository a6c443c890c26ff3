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
