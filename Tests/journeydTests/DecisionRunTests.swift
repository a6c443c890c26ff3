import Foundation
import Testing

/// Decisions from a file of configuration to lines: what the shards remember for them, and the machine's time zones.
@Suite struct DecisionRunTests {
    private static let configuration = """
        {
          version: 1,
          windows: { pings: { count: true, on: "ping" } },
          moments: { seen: { sequence: [{ as: "ping", on: "ping" }], output: { n: "windows.pings" } } },
          actions: {
            offer: { on: "seen", channels: ["sms"], suppress: [{ after: "buy", for: "10s" }, { after: "sell", for: "2s" }],
                     payload: { hour: "event.time.getHours('Europe/Madrid')" } },
          },
          policy: { timezone: { from: "event.properties.zone", default: "UTC" }, explain: "none",
                    quiet_hours: [{ channels: "sms", from: "05:30", to: "06:00" }] },
          emit: "decision",
        }
        """

    private func events(_ types: [(String, Int)], zone: String = "UTC") -> String {
        types.map { type, second in
            #"{"customer_id":"c","event":"\#(type)","timestamp":\#(second * 1000),"properties":{"zone":"\#(zone)"}}"#
                + "\n"
        }.joined()
    }

    @Test func theLastEventOfATypeSuppresses() throws {
        let shop = try Workshop()
        try shop.write("config.json5", Self.configuration)
        try shop.write(
            "in",
            events([
                ("buy", 0), ("ping", 9), ("ping", 10), ("sell", 11), ("ping", 12), ("ping", 13), ("buy", 14),
                ("ping", 14),
            ]))
        let ran = try shop.run("journeyd run config.json5 in")
        let told = ran.lines.map {
            $0.contains("\"action\":\"offer\"") ? "offer" : $0.contains("suppressed") ? "-" : "?"
        }
        #expect(told == ["-", "offer", "-", "offer", "-"])
        for shards in [1, 3] {
            #expect(try shop.run("journeyd run config.json5 in --shards \(shards)").output == ran.output)
        }
    }

    @Test func zonesAreThoseOfTheMachine() throws {
        let shop = try Workshop()
        try shop.write("config.json5", Self.configuration)
        // Half past five in India, by the first second of 1970.
        try shop.write(
            "in",
            events([("ping", 1)]) + events([("ping", 2)], zone: "Asia/Kolkata")
                + events([("ping", 3)], zone: "No/Where"))
        let ran = try shop.run("journeyd run config.json5 in")
        guard FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Asia/Kolkata") else { return }
        #expect(ran.lines.count == 3 && ran.lines.allSatisfy { $0.contains("\"payload\":{\"hour\":1}") })
        let times = ["1970-01-01T00:00:01.000Z", "1970-01-01T00:30:00.000Z", "1970-01-01T00:00:03.000Z"]
        for (line, time) in zip(ran.lines, times) { #expect(line.contains("\"deliver_at\":\"\(time)\"")) }
    }
}
