import Storage
import TestSupport
import Testing

@testable import TestEngine

/// Moments of one customer that compete.
@Suite struct GatherTests {
    private static func line(_ id: Int, _ customer: String, _ event: String, at seconds: Int, _ value: String = "")
        -> String
    {
        "{\"id\":\"\(id)\",\"customer_id\":\"\(customer)\",\"event\":\"\(event)\",\"timestamp\":\(1_772_445_600 + seconds)000"
            + (value.isEmpty ? "" : ",\"properties\":{\"v\":\(value)}") + "}\n"
    }

    /// The part of a line that these tests look at.
    private static func told(_ line: String) -> String {
        func word(_ key: String) -> String? {
            guard let range = line.firstRange(of: "\"\(key)\":") else { return nil }
            return String(line[range.upperBound...].prefix { $0 != "," && $0 != "}" }.filter { $0 != "\"" })
        }
        guard line.contains("\"decision\"") else { return "\(word("type") ?? "") \(word("moment") ?? "")" }
        let action = word("action") ?? ""
        return "\(word("moment") ?? ""): \(action == "null" ? word("reason") ?? "" : action)"
    }

    private static let rules = """
        { version: 1, windows: { visits: { count: true, on: 'visit' } },
          moments: { browsing: { sequence: [{ as: 'v', on: 'visit', where: 'event.properties.v > 0' }] },
                     loyal: { when: 'windows.visits >= 2' },
                     left: { sequence: [{ as: 'v', on: 'visit' }, { not: 'visit', for: '1h' }] },
                     gone: { sequence: [{ as: 'v', on: 'visit' }, { not: 'buy', for: '1h' }] } },
          actions: { tv: { on: 'browsing', value: 10 }, gold: { on: 'loyal', value: 50 }, mail: { on: ['left', 'gone'] },
                     call: { on: 'gone', value: 3 }, notice: { on: ['browsing', 'loyal'], class: 'mandatory' } },
          policy: { gather: '0s' } }
        """

    /// The lines of the cause come first, then the decisions moment by moment; an action is chosen once.
    @Test func theBestOfAllMomentsOfOneCauseIsChosen() throws {
        let engine = try EngineUnderTest(Self.rules)
        let input = [
            Self.line(1, "u", "visit", at: 0, "0"), Self.line(2, "u", "visit", at: 10, "1"),
            Self.line(3, "u", "visit", at: 9000, "0"),
        ]
        let got = engine.run([Array(input.joined().utf8)]).lines.map(Self.told)
        #expect(
            got == [
                "moment browsing", "moment loyal", "browsing: notice", "loyal: gold",
                // Both deadlines of one event, and those of the event before.
                "moment gone", "gone: call", "moment left", "moment gone", "left: outranked", "gone: call",
            ])
    }

    /// Seeded streams with many moments at one instant say the same on any number of shards and with any cut.
    @Test(arguments: 1...6) func shardsAndCutsDoNotShow(seed: UInt64) throws {
        let engine = try EngineUnderTest(Self.rules)
        var numbers = SeededNumbers(seed: seed)
        func drawn(_ most: Int) -> Int { numbers.below(most) }
        var seconds = 0
        let text = (0..<400).map { id -> String in
            seconds += [0, 0, 10, 1800, 3600][drawn(5)]
            return Self.line(id, "c\(drawn(5))", drawn(4) == 0 ? "buy" : "visit", at: seconds, "\(drawn(2))")
        }.joined()
        let whole = engine.run([Array(text.utf8)], flush: true).lines
        #expect(whole.contains { $0.contains("outranked") })
        for (shards, piece) in [(2, 1 << 16), (3, 700), (8, 90)] {
            #expect(engine.run([Array(text.utf8)], shards: shards, flush: true, piece: piece).lines == whole)
        }
    }
}
