import Testing

@testable import TestEngine

/// Customers who never come back are let go of, however few events come at a time.
@Suite struct SweepTests {
    @Test(arguments: [1 << 16, 100]) func whoNeverComesBackIsLetGoOf(piece: Int) throws {
        let engine = try EngineUnderTest(
            """
            { "version": 1,
              "moments": { "m": { "kind": "friction", "sequence": [
                { "as": "a", "on": "a" }, { "as": "b", "on": "b" } ], "within": "1h" } } }
            """)
        var lines = ""
        for index in 0..<200 { lines += event("c\(index)", "a", at: 1_767_225_600_000 + Int64(index)) }
        // A day later one customer has events, one in a piece.
        for index in 0..<40_000 { lines += event("busy", "b", at: 1_767_312_000_000 + Int64(index)) }
        let totals = engine.run(lines, piece: piece).totals
        let (customers, bytes) = (totals["customers", default: 0], totals["state bytes", default: 0])
        #expect(customers == 0 && bytes == 0, "\(customers) customers are left, with \(bytes) bytes")
    }

    /// Of customers who come once each, and of whom 600 at a time have something live, never many more are kept, in the
    /// midst of it and at the end: three times as many where the table is as empty as it may be.
    @Test(arguments: [1 << 16, 5_000]) func noMoreStayThanThriceThoseWithSomethingLive(piece: Int) throws {
        let engine = try EngineUnderTest(
            """
            { "version": 1,
              "moments": { "m": { "kind": "friction", "sequence": [
                { "as": "a", "on": "a" }, { "as": "b", "on": "b" } ], "within": "1h" } } }
            """)
        for count in [3_000, 20_000] {
            var lines = ""
            for index in 0..<count { lines += event("c\(index)", "a", at: 1_767_225_600_000 + Int64(index) * 6_000) }
            let customers = engine.run(lines, piece: piece).totals["customers", default: 0]
            #expect(customers >= 600 && customers <= 1_800, "\(customers) of \(count) are kept")
        }
    }

    /// At one instant an absence is over, which looks at a window, and the window loses its only event: what waits for that
    /// comes all the same, though the hand goes round all customers in between.
    @Test func whatALookFindsGoneIsDecidedAllTheSame() throws {
        let engine = try EngineUnderTest(Self.silence)
        var lines = event("ann", "c", at: 1_767_225_600_000)
        // So many come new that the hand goes round more than once.
        for index in 0..<1000 { lines += event("c\(index)", "y", at: 1_767_225_601_000) }
        let found = engine.run(lines, flush: true).lines.filter { $0.contains("\"ann\"") }
        #expect(found.count == 2 && found[0].contains("quiet") && found[1].contains("empty"), "\(found)")
    }

    /// The same where a configuration that remembers something for longer has all that is over evicted in between.
    @Test func whatFallsDueAtTheInstantOfAReloadIsDecidedAllTheSame() throws {
        let engine = SteppedEngine(try EngineUnderTest(Self.silence).plan, shards: 2)
        engine.take([event("ann", "c", at: 1_767_225_600_000), event("bob", "y", at: 1_767_225_601_000)])
        _ = try engine.reload(Self.silence.replacing("cooldown: '1m'", with: "cooldown: '2m'"))
        engine.finish(flush: true)
        let found = engine.output.split(separator: "\n").filter { $0.contains("\"ann\"") }
        #expect(found.count == 2 && found[0].contains("quiet") && found[1].contains("empty"), "\(found)")
    }

    private static let silence = """
        { version: 1, time: { disorder: '0s' },
          windows: {
            last: { distinct: 'event.type', on: 'c', over: '1s' }, all: { count: true, over: '1d' } },
          moments: {
            quiet: { cooldown: '1m', sequence: [{ as: 'c', on: 'c' }, { not: 'd', for: '1s' }], output: { n: 'windows.last' } },
            empty: { when: 'windows.last < 1 && windows.all > 0' } } }
        """
}
