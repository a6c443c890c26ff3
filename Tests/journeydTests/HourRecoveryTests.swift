import Foundation
import TestSupport
import Testing

/// What is known of customers' hours and of propensities outlives a run that is killed: from the journal, and from a snapshot
/// with the journal behind it.
@Suite struct HourRecoveryTests {
    private static let hour = 3_600_000
    /// 2026-03-02 at 00:00 UTC.
    private static let start = 1_772_409_600_000
    private static let parts = 4

    private struct Event {
        var customer: String
        var type: String
        var time: Int
    }

    private static let configuration = """
        { version: 1, journal: { segment: "64KiB", interval: "2ms", snapshot_size: "64KiB" },
          moments: { visit: { sequence: [{ as: "v", on: "visit" }] } },
          actions: { mail: { on: "visit", channels: ["email"], propensity: { learn: true, prior: 0.2, strength: 3 } },
                     note: { on: "visit", channels: ["email"], propensity: { learn: true, prior: 0.2, strength: 3 } } },
          responses: { impression: { on: "open" }, accept: { on: "open", within: "6h" } },
          policy: { explore: { method: "thompson", epsilon: 0.1, seed: "9" },
                    best_hour: { email: { on: "open", half_life: "3d", strength: 2 } } }, emit: ["decision"] }
        """

    private static func stream() -> [Event] {
        var numbers = SeededNumbers(seed: 26)
        var time = start
        return (0..<2400).map { _ in
            time += [0, 60_000, 600_000, hour][numbers.below(4)]
            return Event(
                customer: "c\(numbers.below(7))", type: numbers.isTrue(of: 2) ? "visit" : "open", time: time)
        }
    }

    /// How good an hour is for a customer, by all that it and the others ever did.
    private static func score(_ hour: Int, _ customer: String, _ past: ArraySlice<Event>, now: Int) -> Double {
        var (own, near, all, there) = (0.0, 0.0, 0.0, 0.0)
        for event in past where event.type == "open" {
            let weight = pow(2, -Double(now - event.time) / Double(72 * Self.hour))
            let other = event.time / Self.hour % 24
            all += weight
            if other == hour { there += weight }
            guard event.customer == customer else { continue }
            own += weight
            let distance = min((other - hour + 24) % 24, (hour - other + 24) % 24)
            near += weight * (distance == 0 ? 0.5 : distance == 1 ? 0.25 : 0)
        }
        return (near + 2 * (all > 0 ? there / all : 1 / 24)) / (own + 2)
    }

    @Test(arguments: ["", "keep_size: \"0B\", "]) func aKilledRunKnowsTheHoursStill(keeping: String) throws {
        let events = Self.stream()
        let shop = try Workshop()
        try shop.write(
            "c.json5",
            Self.configuration.replacingOccurrences(of: "snapshot_size:", with: keeping + "snapshot_size:"))
        let lines = events.enumerated().map { number, event in
            "{\"id\":\"\(number)\",\"customer_id\":\"\(event.customer)\",\"event\":\"\(event.type)\","
                + "\"timestamp\":\(event.time),\"properties\":{\"filler\":\"\(String(repeating: "x", count: 40))\"}}\n"
        }
        let size = events.count / Self.parts
        for part in 0..<Self.parts {
            try shop.write("part.\(part)", lines[part * size..<(part + 1) * size].joined())
        }
        // Each visit has one line: when a part's are written, the run is killed.
        let visits = (1...Self.parts).map { events[..<($0 * size)].count { $0.type == "visit" } }
        let ran = try shop.run(
            """
            await() { until eval "$1"; do sleep 0.02; done; }
            cat part.* | "$J" run c.json5 --output plain 2>/dev/null
            mkfifo in; part=0
            for count in \(visits.map(String.init).joined(separator: " ")); do
                "$J" run c.json5 --output out --data-dir data --shards $((1 + part % 3)) < in 2>> said & pid=$!
                exec 3> in; cat part.$part >&3; await "[ -f out ] && [ \\$(wc -l < out) = $count ]"
                [ $part = 0 ] || await '[ $(ls data/snapshots | grep -c state) -ge 1 ]'
                kill -KILL $pid; wait $pid 2>/dev/null; exec 3>&-; part=$((part + 1))
            done
            "$J" run c.json5 --output out --data-dir data < /dev/null 2>> said; echo $?
            cmp out plain && echo same
            """, seconds: 60)
        #expect(ran.lines == ["0", "same"], "\(ran.output)\(ran.errors)\((try? shop.read("said")) ?? "")")

        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        var later = 0
        for line in try shop.read("out").split(separator: "\n") {
            let said = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let number = try #require((said["event_id"] as? String).flatMap { Int($0) })
            let stamp = try #require((said["deliver_at"] as? String).flatMap { format.date(from: $0) })
            let time = Int((stamp.timeIntervalSince1970 * 1000).rounded())
            let (now, customer) = (events[number].time, events[number].customer)
            let times = [now] + (1...24).map { (now / Self.hour + $0) * Self.hour }.filter { $0 < now + 24 * Self.hour }
            let found = try #require(times.firstIndex(of: time), "\(line)")
            let scores = times.map { Self.score($0 / Self.hour % 24, customer, events[..<number], now: now) }
            #expect(scores.allSatisfy { $0 < scores[found] + 1e-9 }, "\(line)")
            #expect(scores[..<found].allSatisfy { $0 < scores[found] + 1e-12 }, "\(line)")
            if found > 0 { later += 1 }
        }
        #expect(later > 300)
    }
}
