import Events
import Expressions
import Testing

@testable import Decisions

/// Quiet hours where clocks change. The years' changes are those of 2022.
struct QuietHoursTests {
    private func time(_ text: String) throws -> Int64 {
        try #require("{\"t\":\"2022-\(text):00Z\"}".time("t"))
    }

    private func draft(_ zone: String, _ rules: [QuietPlan], expires: Int64? = nil) throws -> Draft {
        var draft = Draft()
        try draft.add("a") { action in
            action.channels = ["sms", "push"]
            action.expiresAfter = expires
        }
        draft.policy = PolicyPlan(explain: .none, quietHours: rules, defaultZone: zone)
        draft.zone = { NaiveClock.zone($0) }
        return draft
    }

    private func minutes(_ clock: String) -> Int64 {
        let parts = clock.split(separator: ":").compactMap { Int64($0) }
        return (parts[0] * 60 + parts[1]) * DecisionWorld.minute
    }

    @Test(arguments: [
        ("Europe/Madrid 22:00 08:00", "03-26T22:30", "03-27T06:00"),
        ("Europe/Madrid 22:00 08:00", "10-29T21:00", "10-30T07:00"),
        // What is skipped never is; what begins in the gap begins after it, and what ends in it ends there.
        ("Europe/Madrid 02:00 03:00", "03-27T00:59", "03-27T00:59"),
        ("Europe/Madrid 02:00 03:00", "03-27T01:00", "03-27T01:00"),
        ("Europe/Madrid 02:30 05:00", "03-27T01:00", "03-27T03:00"),
        ("Europe/Madrid 01:30 02:30", "03-27T00:45", "03-27T01:00"),
        // What is repeated counts both times.
        ("Europe/Madrid 02:00 03:00", "10-30T00:10", "10-30T02:00"),
        ("Europe/Madrid 01:30 02:30", "10-30T00:00", "10-30T00:30"),
        ("Europe/Madrid 01:30 02:30", "10-30T00:45", "10-30T00:45"),
        ("Europe/Madrid 01:30 02:30", "10-30T01:15", "10-30T01:30"),
        ("America/Mexico_City 21:00 08:00", "04-03T05:00", "04-03T13:00"),
        ("America/Mexico_City 21:00 08:00", "10-30T04:00", "10-30T14:00"),
        ("Asia/Kolkata 21:00 08:00", "05-01T16:00", "05-02T02:30"),
        ("Asia/Kolkata 21:00 08:00", "05-01T15:29", "05-01T15:29"),
        ("Australia/Lord_Howe 22:00 08:00", "04-02T12:00", "04-02T21:30"),
        ("Australia/Lord_Howe 01:45 02:00", "04-02T14:50", "04-02T15:00"),
        ("Australia/Lord_Howe 01:45 02:00", "04-02T15:20", "04-02T15:30"),
        ("Australia/Lord_Howe 01:00 02:15", "10-01T15:00", "10-01T15:30"),
        ("UTC 21:00 08:00", "06-01T21:00", "06-02T08:00"), ("UTC 21:00 08:00", "06-01T08:00", "06-01T08:00"),
        ("UTC 21:00 24:00", "06-01T23:59", "06-02T00:00"),
    ])
    func deliversWhenTheClockSaysSo(rule: String, at: String, deliver: String) throws {
        let parts = rule.split(separator: " ").map(String.init)
        let plan = QuietPlan(channels: ["sms"], from: minutes(parts[1]), to: minutes(parts[2]))
        let line = DecisionBench(try draft(parts[0], [plan])).decide(at: try time(at))[0]
        #expect(line.time("deliver_at") == (try time(deliver)))
        #expect(line.word("channel") == "sms")
    }

    @Test func daysAreThoseOnWhichAQuietTimeBegins() throws {
        // Fridays only; 2022-06-03 was one.
        let plan = QuietPlan(channels: ["sms"], from: minutes("22:00"), to: minutes("06:00"), days: 1 << 4)
        let bench = DecisionBench(try draft("UTC", [plan]))
        let got = try ["06-03T05:00", "06-03T23:00", "06-04T05:00", "06-04T23:00"].map {
            bench.decide(at: try time($0))[0].time("deliver_at")
        }
        #expect(got == (try ["06-03T05:00", "06-04T06:00", "06-04T06:00", "06-04T23:00"].map { try time($0) }))
    }

    @Test(arguments: [
        (QuietPlan.Measure.defer, "a sms", "06-02T10:00"), (.nextChannel, "a push", "06-01T22:00"),
        (.drop, "null quiet_hours", ""),
    ])
    func oneQuietTimeLeadsToTheNext(then: QuietPlan.Measure, outcome: String, deliver: String) throws {
        let rules = [
            QuietPlan(channels: ["sms"], from: minutes("08:00"), to: minutes("10:00"), then: then),
            QuietPlan(channels: ["sms"], from: minutes("21:00"), to: minutes("08:00")),
        ]
        let draft = try draft("UTC", rules)
        #expect(DecisionBench(draft).outcome(at: try time("06-01T22:00")) == [outcome])
        if !deliver.isEmpty {
            #expect(
                DecisionBench(draft).decide(at: try time("06-01T22:00"))[0].time("deliver_at") == (try time(deliver)))
        }
    }

    @Test(arguments: [(599, "a push"), (600, "a push"), (601, "a sms")])
    func whatExpiresInTheQuietTimeIsNotPutOff(minutes length: Int64, outcome: String) throws {
        let rule = QuietPlan(channels: ["sms"], from: minutes("22:00"), to: minutes("08:00"))
        let draft = try draft("UTC", [rule], expires: length * DecisionWorld.minute)
        #expect(DecisionBench(draft).outcome(at: try time("06-01T22:00")) == [outcome])
    }

    /// Of actions that differ in nothing else each expires by itself.
    @Test func actionsThatAreAlikeExpireEachInItsTime() throws {
        let rule = QuietPlan(channels: ["sms", "push"], from: minutes("22:00"), to: minutes("08:00"))
        var draft = try draft("UTC", [rule], expires: 600 * DecisionWorld.minute)
        try draft.add("b", value: "0.9") { $0.channels = ["sms", "push"] }
        try draft.add("c", value: "0.8") { action in
            (action.channels, action.expiresAfter) = (["sms", "push"], 601 * DecisionWorld.minute)
        }
        draft.policy.choose = 3
        #expect(DecisionBench(draft).outcome(at: try time("06-01T22:00")) == ["b sms", "c sms"])
    }

    @Test func quietTimesWithoutEndAreNoPlaceToWaitFor() throws {
        let rules = [("00:00", "12:00"), ("12:00", "24:00")].map {
            QuietPlan(channels: ["sms", "push"], from: minutes($0), to: minutes($1))
        }
        #expect(DecisionBench(try draft("UTC", rules)).outcome(at: try time("06-01T22:00")) == ["null quiet_hours"])
    }

    @Test func customersOfUnknownZonesLiveInTheDefaultOneAndAreCounted() throws {
        let rule = QuietPlan(channels: ["sms"], from: minutes("22:00"), to: minutes("08:00"))
        var draft = try draft("Asia/Kolkata", [rule])
        draft.policy.zone = try draft.number("v0")
        let bench = DecisionBench(draft)
        let words = Words()
        let at = try time("06-01T17:00")
        func deliver(_ zone: Value) -> Int64? { bench.decide(at: at, facts: [zone])[0].time("deliver_at") }
        #expect(deliver(words.value("UTC")) == at)
        #expect(deliver(words.value("Europe/Nowhere")) == (try time("06-02T02:30")))
        #expect(deliver(words.value(String(repeating: "x", count: 1000))) == (try time("06-02T02:30")))
        #expect(deliver(.error(.noSuchKey)) == (try time("06-02T02:30")))
        #expect(bench.stage.counts.unknownZones == 2)
        #expect(bench.proposer.failures.isEmpty)
        #expect(deliver(.int(5)) == (try time("06-02T02:30")))
        #expect(bench.proposer.failures.reduce(0, +) == 1)
    }
}
