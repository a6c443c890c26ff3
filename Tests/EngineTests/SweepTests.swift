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
}
