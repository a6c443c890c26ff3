import Testing

@testable import TestEngine

/// The memory of windows follows what they hold, downwards as well.
@Suite struct WindowRoomTests {
    /// What the state takes behind a burst of so many events in one minute, and a day with an event every twenty minutes.
    private func stateBytes(behindBurst count: Int, _ aggregate: String) throws -> UInt64 {
        let engine = try EngineUnderTest(
            """
            { "version": 1,
              "windows": { "w": { \(aggregate), "over": "1h" } },
              "moments": { "m": { "kind": "opportunity", "when": "double(windows.w) > 1000000.0" } } }
            """)
        var lines = ""
        func add(_ milliseconds: Int, value: Int) {
            lines += event("c", "e", at: 1_767_225_600_000 + Int64(milliseconds), #""v":\#(value)"#)
        }
        // Each value is less than those before, so that a maximum cannot forget them.
        for index in 0..<count { add(index * 60_000 / count, value: count - index) }
        for index in 0..<72 { add(60_000 + (index + 1) * 1_200_000, value: 0) }
        return try #require(engine.run(lines).totals["state bytes"])
    }

    @Test(arguments: [
        #""count": true"#, #""sum": "event.properties.v""#, #""max": "event.properties.v""#,
        #""distinct": "event.properties.v""#, #""mode": "event.properties.v""#,
        #""median": "event.properties.v""#, #""stddev": "event.properties.v""#,
    ])
    func aBurstThatIsOverTakesNoRoom(_ aggregate: String) throws {
        let calm = try stateBytes(behindBurst: 1, aggregate)
        let burst = try stateBytes(behindBurst: 5000, aggregate)
        #expect(burst < calm + 1024, "\(calm) bytes without the burst, \(burst) behind it")
    }
}
