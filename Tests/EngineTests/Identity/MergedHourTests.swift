import Events
import Foundation
import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TestEngine

/// The right hour of customers who merge, against a model that keeps every look of every id.
@Suite struct MergedHourTests {
    private static let hour: Int64 = 3_600_000
    private static let day = 24 * hour

    private static let rules = """
        { version: 1, identity: { ids: { customer_id: { unique: true }, device: { limit: 3 } } },
          moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
          actions: { mail: { on: 'visit', channels: 'email' } },
          policy: { best_hour: { email: { on: 'open', half_life: '3d', strength: 2, within: '20h' } } }, emit: ['decision'] }
        """

    private struct Look {
        var subject: ObjectIdentifier
        var time: Int64
    }

    private static func hourOfDay(_ time: Int64) -> Int { Int((ResponseTests.start + time) / hour % 24) }

    private static func score(_ hour: Int, _ looks: [Look], of subject: ObjectIdentifier, now: Int64) -> Double {
        func weight(_ look: Look) -> Double { pow(2, -Double(now - look.time) / Double(3 * day)) }
        func sum(_ looks: [Look], _ hour: Int) -> Double {
            looks.filter { hourOfDay($0.time) == (hour + 24) % 24 }.reduce(0) { $0 + weight($1) }
        }
        let own = looks.filter { $0.subject == subject }
        let near = sum(own, hour) / 2 + (sum(own, hour - 1) + sum(own, hour + 1)) / 4
        let whole = looks.reduce(0) { $0 + weight($1) }
        return (near + 2 * (whole > 0 ? sum(looks, hour) / whole : 1 / 24)) / (own.reduce(0) { $0 + weight($1) } + 2)
    }

    @Test(arguments: 1...4) func whoMergesHasOneHistory(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var identity = NaiveIdentity(limits: [1, 3], uniques: [true, false])
        var (kept, looks): ([NaiveIdentity.Subject], [Look]) = ([], [])
        var (time, input, merges, later) = (Int64(0), "", 0, 0)
        var wanted: [String: (at: Int64, times: [Int64], scores: [Double])] = [:]
        for id in 0..<400 {
            time += numbers.one(of: [0, 20 * 60_000, Self.hour, 5 * Self.hour, 7 * Self.hour])
            var shown: [NaiveIdentity.ID] = []
            if numbers.isTrue(of: 3) { shown.append(NaiveIdentity.ID(namespace: 0, text: "u\(numbers.below(5))")) }
            if shown.isEmpty || numbers.isTrue(of: 4) {
                shown.append(NaiveIdentity.ID(namespace: 1, text: "d\(numbers.below(5) + id / 80 * 3)"))
            }
            let subject = identity.resolve(shown)
            kept.append(subject)
            for (from, into, _) in identity.merged {
                merges += 1
                for index in looks.indices where looks[index].subject == ObjectIdentifier(from) {
                    looks[index].subject = ObjectIdentifier(into)
                }
            }
            let isVisit = numbers.isTrue(of: 3)
            let who = shown.map {
                $0.namespace == 0 ? "\"customer_id\":\"\($0.text)\"" : "\"ids\":{\"device\":\"\($0.text)\"}"
            }
            input +=
                "{\"id\":\"\(id)\",\(who.joined(separator: ",")),\"event\":\"\(isVisit ? "visit" : "open")\","
                + "\"timestamp\":\(ResponseTests.start + time)}\n"
            guard isVisit else {
                looks.append(Look(subject: ObjectIdentifier(subject), time: time))
                continue
            }
            let first = time - time % Self.hour + Self.hour
            let times = [time] + stride(from: first, to: time + 20 * Self.hour, by: Int(Self.hour))
            wanted["\(id)"] = (
                time, times,
                times.map { Self.score(Self.hourOfDay($0), looks, of: ObjectIdentifier(subject), now: time) }
            )
        }
        let lines = try EngineUnderTest(Self.rules).run(input, flush: true).lines
        try #require(lines.count == wanted.count)
        for line in lines {
            let (at, times, scores) = try #require(wanted[ResponseTests.word("event_id", line) ?? ""])
            let stamp = ResponseTests.word("deliver_at", line) ?? ""
            let delivered = View.of(Array(stamp.utf8)) { Instant(rfc3339: $0) }.map { $0.microseconds / 1000 } ?? 0
            let found = try #require(times.firstIndex(of: delivered - ResponseTests.start), "\(line)")
            let best = scores.max() ?? 0
            // Of equally good hours the first; what rounding makes of a tie cannot be told here.
            try #require(scores[found] > best - 1e-9, "\(line)")
            try #require(scores[..<found].allSatisfy { $0 < best + 1e-9 }, "\(line)")
            if times[found] > at { later += 1 }
        }
        #expect(merges > 5 && later > 30)
    }
}
