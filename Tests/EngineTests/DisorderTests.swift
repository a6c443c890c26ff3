import Foundation
import TestSupport
import Testing

@testable import TestEngine

/// Events that come out of order, in a real web server's log.
@Suite(.enabled(if: SharedFolder.place("data/weblog_as_logged.ndjson") != nil, "the data are not here"))
struct DisorderTests {
    private let rules = """
        windows: { pages: { count: true, on: "page_view", over: "1h" }, last: { since_last: true, on: "asset" } },
        segments: { keen: { when: "windows.pages >= 3" } },
        moments: {
          returned: { sequence: [{ as: "a", on: "page_view" }, { as: "b", on: "page_view", contiguity: "strict" }],
                      within: "10m" },
          gone: { sequence: [{ as: "page", on: "page_view" }, { not: ["page_view", "asset"], for: "15m" }] },
          eager: { when: "segments.keen" },
        }
        """

    @Test(arguments: [1, 3]) func waitingAMinuteIsAsGoodAsSorting(_ shards: Int) throws {
        let place = try #require(SharedFolder.place("data/weblog_as_logged.ndjson"))
        let logged = Array(try Data(contentsOf: place))
        // All times are of one form, so that their order is that of their texts; the sort is stable.
        let lines = logged.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        let timed = lines.map { line in
            (
                time: line.range(of: "\"timestamp\":\"").map { String(line[$0.upperBound...].prefix(20)) } ?? "",
                line: line
            )
        }
        let sorted = timed.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element.line)
        #expect(sorted != lines)
        let waited = try EngineUnderTest("{ version: 1, time: { disorder: \"60s\" }, \(rules) }")
            .run([logged], shards: shards, flush: true)
        let ordered = try EngineUnderTest("{ version: 1, \(rules) }")
            .run([Array((sorted.joined(separator: "\n") + "\n").utf8)], shards: shards, flush: true)
        #expect(waited.lines == ordered.lines)
        #expect(waited.lines.count > 1000)
        let hasty = try EngineUnderTest("{ version: 1, \(rules) }").run([logged], shards: shards, flush: true)
        #expect(hasty.lines != ordered.lines)
    }
}
