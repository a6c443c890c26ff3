import Events
import Journeys
import Pipeline
import Storage
import Stories
import Testing

/// What partial matches of general sequences wait for.
@Suite struct PatternExplanationTests {
    /// The partial matches that wait after some events, a minute apart, as the end of a story tells them.
    private func waiting(_ moment: String, after events: [String]) throws -> [String] {
        let plan = try Stage("{ version: 1, moments: { m: \(moment) } }").plan
        let story = CustomerStory(customer: "c", until: .distantFuture)
        var engine = InProcessEngine(plan.dryRun, sources: ["in"], observer: story)
        let block = ByteBlock(capacity: 1024)
        for (index, event) in events.enumerated() {
            let line =
                #"{"id":"e\#(index)","customer_id":"c","event":"\#(event)","timestamp":\#(index * 60_000)}"# + "\n"
            block.append(Array(line.utf8))
        }
        _ = engine.take(
            InputBatch(engine.scan(block, source: 0, arrival: .distantPast, isFirst: true), isLive: false))
        _ = engine.finish(flush: false)
        let ending = try #require(story.ending)
        return StoryText(hasColour: false).text(ending.state, at: ending.time).split(separator: "\n").dropFirst()
            .map { $0.trimmingPrefix("    waits: ").description }
    }

    @Test(arguments: [
        (
            #"{ sequence: [{ as: "a", on: "a" }, { as: "b", on: "b", contiguity: "any" }], within: "1h" }"#, ["a"],
            ["m: a e0; waits for b until 1970-01-01T01:00:00.000Z (1h left)"]
        ),
        (
            #"{ sequence: [{ as: "a", on: "a", times: "2..", greedy: true }, { as: "b", on: "b" }] }"#, ["a", "a"],
            ["m: a e0 e1; waits for a or b", "m: a e1; waits for a"]
        ),
        (
            #"{ sequence: [{ as: "a", on: "a", optional: true }, { as: "b", on: "b" }, { not: "x", for: "30m" }] }"#,
            ["a", "b"],
            [
                "m: a e0, b e1; complete at 1970-01-01T00:31:00.000Z (in 30m) unless x comes",
                "m: b e1; complete at 1970-01-01T00:31:00.000Z (in 30m) unless x comes",
            ]
        ),
    ]) func itIsTold(_ moment: String, _ events: [String], _ expected: [String]) throws {
        let told = try waiting(moment, after: events)
        #expect(told == expected, "\(told)")
    }
}
