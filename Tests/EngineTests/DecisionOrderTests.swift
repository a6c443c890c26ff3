import Testing

@testable import TestEngine

/// Of all that falls due at one instant every moment is followed by its decisions, whatever fires first.
@Suite struct DecisionOrderTests {
    /// A shard works out an absence and a `when` of one duration in another order than that of their lines.
    @Test(arguments: [1, 2, 3, 4, 8])
    func anAbsenceAndAConditionOfOneDurationAreBothDecidedOn(shards: Int) throws {
        let engine = try EngineUnderTest(
            """
            { version: 1, windows: { quiet: { since_last: true, on: 'add' } },
              moments: { left: { sequence: [{ as: 'a', on: 'add' }, { not: 'buy', for: '1h' }] },
                         still: { when: "windows.quiet >= duration('1h')" } },
              actions: { remind: { on: ['left', 'still'] } },
              policy: { explain: 'none', caps: [{ max: 1, over: '1d' }] }, emit: ['moment', 'decision'] }
            """)
        let input = (0..<40).map { event("c\($0 % 13)", "add", at: Int64($0 / 20), id: "e\($0)") }.joined()
        let lines = engine.run(input + event("z", "end", at: 7_200_000), shards: shards).lines
        expectEachDecided(lines, moments: 40 + 13)
        #expect(lines.count { $0.contains("\"action\":\"remind\"") } == 13)
        #expect(lines == engine.run(input + event("z", "end", at: 7_200_000)).lines)
    }

    /// Two absences of one customer end together, each with several matches whose lines stand among those of the other.
    @Test(arguments: [1, 2, 3, 4, 8])
    func severalMatchesOfOneDeadlineAreEachDecidedOn(shards: Int) throws {
        let engine = try EngineUnderTest(
            """
            { version: 1,
              moments: { one: { sequence: [{ as: 'a', on: 'x' }, { not: 'z', for: '1h' }], after_match: 'no_skip' },
                         two: { sequence: [{ as: 'a', on: ['x', 'y'] }, { not: 'z', for: '1h' }], after_match: 'no_skip' } },
              actions: { first: { on: '*', value: 2, budget: { max: 30, over: '1d' } }, second: { on: '*' } },
              policy: { explain: 'none' }, emit: ['moment', 'decision'] }
            """)
        let input = (0..<60).map { event("c\($0 % 5)", $0 % 3 == 0 ? "y" : "x", at: Int64($0 / 30), id: "e\($0)") }
        let lines = engine.run(input.joined(), shards: shards, flush: true).lines
        expectEachDecided(lines, moments: 60 + 40)
        #expect(lines.count { $0.contains("\"action\":\"first\"") } == 30)
        #expect(lines.dropFirst(60).allSatisfy { !$0.contains("\"action\":\"first\"") })
        #expect(lines == engine.run(input.joined(), flush: true).lines)
    }

    /// That behind each of so many moments its one decision stands.
    private func expectEachDecided(_ lines: [String], moments count: Int) {
        let isMoment = lines.map { $0.hasPrefix("{\"type\":\"moment\"") }
        #expect(isMoment == (0..<2 * count).map { $0 % 2 == 0 })
        for (moment, decision) in zip(lines, lines.dropFirst()) where moment.hasPrefix("{\"type\":\"moment\"") {
            let id = moment.split(separator: "\"")[7]
            #expect(decision.contains("\"moment_id\":\"\(id)\""))
        }
    }
}
