import Events
import Expressions
import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TestEngine

/// The right hour: deliveries are put off to when customers look.
@Suite struct HourTests {
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 86_400_000
    private static let zones = ["Europe/Madrid", "America/New_York", "Asia/Kolkata", "UTC"]

    private static func rules(_ policy: String, action: String = "", more: String = "") -> String {
        """
        { version: 1, profile: { zone: { on: ['open', 'visit'], from: 'event.properties.zone' } }, \(more)
          moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
          actions: { mail: { on: 'visit', channels: ['email', 'app'], \(action) } },
          policy: { timezone: { from: 'profile.zone', default: 'Europe/Madrid' }, explain: 'full', \(policy) },
          emit: ['decision'] }
        """
    }

    private static let model = rules(
        """
        best_hour: { email: { on: ['open', 'read'], half_life: '3d', strength: 2, within: '20h' },
                     app: { on: 'open', half_life: '2d', strength: 0.5 } },
        quiet_hours: [{ channels: ['email'], from: '22:00', to: '07:30' },
                      { channels: 'app', from: '13:00', to: '14:00', days: ['sat', 'sun'], then: 'next_channel' }],
        consent: { email: "customer.id != 'c'" }
        """, action: "expires_after: '18h'")

    private struct Look {
        var customer: String
        var type: String
        var taken: Int64
        var hourOfDay: Int
    }

    /// The times of the lines are in milliseconds from the start.
    private static func stream(_ seed: UInt64, count: Int) -> [String] {
        var numbers = SeededNumbers(seed: seed)
        var time: Int64 = 0
        return (0..<count).map { id in
            time += [0, 60_000, hour, 5 * hour, 9 * hour + 1234][numbers.below(5)]
            let customer = ["a", "b", "c", "d"][numbers.below(4)]
            let type = ["open", "open", "read", "visit"][numbers.below(4)]
            // Some come late: they count now, in the hour in which they were.
            let said = numbers.isTrue(of: 6) ? time - 7 * hour : time
            let zone = numbers.isTrue(of: 3) ? "\"zone\":\"\(zones[numbers.below(4)])\"" : ""
            return ResponseTests.event(id, customer, type, at: said, more: zone)
        }
    }

    /// A model that keeps every look, and tries each minute of the time that there is.
    private struct Model {
        let zone: @Sendable (String) -> Zone?
        var looks: [Look] = []
        var zones: [String: String] = [:]
        /// When the zone of a customer was last said, by the event's own time.
        var zoneTimes: [String: Int64] = [:]

        /// Milliseconds of the customer's clock.
        func local(_ customer: String, _ time: Int64) -> Int64 {
            let offset = zone(zones[customer] ?? "Europe/Madrid")?.offset(at: time / 1000) ?? 0
            return time + Int64(offset) * 1000
        }

        func hourOfDay(_ customer: String, _ time: Int64) -> Int { Int(local(customer, time) / hour % 24) }

        func isQuiet(_ channel: String, _ customer: String, _ time: Int64) -> Bool {
            let local = local(customer, time)
            let (minute, day) = (local / 60_000 % 1440, local / HourTests.day)
            if channel == "email" { return minute >= 22 * 60 || minute < 7 * 60 + 30 }
            // 1970-01-01 was a Thursday.
            return [2, 3].contains(day % 7) && minute >= 13 * 60 && minute < 14 * 60
        }

        func score(_ channel: String, _ customer: String, _ hour: Int, now: Int64) -> Double {
            let (types, life, strength): (Set<String>, Double, Double) =
                channel == "email" ? (["open", "read"], 3, 2) : (["open"], 2, 0.5)
            func weight(_ look: Look) -> Double {
                types.contains(look.type)
                    ? HourTests.half(Double(now - look.taken) / (life * Double(HourTests.day))) : 0
            }
            var (own, near, all, there) = (0.0, 0.0, 0.0, 0.0)
            for look in looks {
                let weight = weight(look)
                all += weight
                if look.hourOfDay == hour { there += weight }
                guard look.customer == customer else { continue }
                own += weight
                let distance = min((look.hourOfDay - hour + 24) % 24, (hour - look.hourOfDay + 24) % 24)
                near += weight * (distance == 0 ? 0.5 : distance == 1 ? 0.25 : 0)
            }
            return (near + strength * (all > 0 ? there / all : 1 / 24)) / (own + strength)
        }

        /// The times at which it might be delivered; none where the channel is closed.
        func times(_ channel: String, _ customer: String, now: Int64) -> [Int64] {
            var start = now
            if isQuiet(channel, customer, now) {
                if channel == "app" { return [] }
                start = now - now % 60_000
                while isQuiet(channel, customer, start) { start += 60_000 }
            }
            let expiry = now + 18 * hour
            if start >= expiry { return [] }
            let end = min(expiry, now + (channel == "email" ? 20 : 24) * hour)
            var times = [start]
            var minute = start - start % 60_000 + 60_000
            while minute < end {
                if local(customer, minute) % hour == 0, !isQuiet(channel, customer, minute) { times.append(minute) }
                minute += 60_000
            }
            return times
        }
    }

    /// A time in a line, in milliseconds since 1970.
    private static func instant(_ key: String, _ line: String) -> Int64 {
        let text = ResponseTests.word(key, line) ?? ""
        return View.of(Array(text.utf8)) { Instant(rfc3339: $0) }.map { $0.microseconds / 1000 } ?? 0
    }

    /// 2 to the power of −x.
    private static func half(_ x: Double) -> Double {
        var (rest, left) = (x, 1.0)
        while rest >= 1 {
            rest -= 1
            left /= 2
        }
        let y = -rest * 0.6931471805599453
        var (sum, term) = (1.0, 1.0)
        for n in 1..<30 {
            term *= y / Double(n)
            sum += term
        }
        return left * sum
    }

    @Test(arguments: 1...4) func deliveriesAreWhenCustomersLooked(seed: UInt64) throws {
        let engine = try EngineUnderTest(Self.model)
        let input = Self.stream(seed, count: 500)
        let decided = Dictionary(
            uniqueKeysWithValues: engine.run(input.joined(), flush: true).lines.map {
                (ResponseTests.word("event_id", $0) ?? "", $0)
            })
        var model = Model(zone: engine.plan.zone)
        var now: Int64 = 0
        var (checked, later, sent) = (0, 0, Set<String>())
        for line in input {
            let said = Int64(ResponseTests.word("timestamp", line) ?? "") ?? 0
            now = max(now, said)
            let (customer, type) = (
                ResponseTests.word("customer_id", line) ?? "", ResponseTests.word("event", line) ?? ""
            )
            if let zone = ResponseTests.word("zone", line), type != "read", said >= model.zoneTimes[customer] ?? 0 {
                (model.zones[customer], model.zoneTimes[customer]) = (zone, said)
            }
            if type != "visit" {
                model.looks.append(
                    Look(customer: customer, type: type, taken: now, hourOfDay: model.hourOfDay(customer, said)))
                continue
            }
            let decision = try #require(decided[ResponseTests.word("id", line) ?? ""])
            let open = (customer == "c" ? ["app"] : ["email", "app"]).first {
                !model.times($0, customer, now: now).isEmpty
            }
            guard let open else {
                #expect(ResponseTests.word("action", decision) == "null", "\(decision)")
                continue
            }
            #expect(ResponseTests.word("channel", decision) == open, "\(decision)")
            let at = Self.instant("deliver_at", decision)
            let times = model.times(open, customer, now: now)
            let found = try #require(times.firstIndex(of: at), "\(decision)")
            let scores = times.map { model.score(open, customer, model.hourOfDay(customer, $0), now: now) }
            #expect(scores.allSatisfy { $0 < scores[found] + 1e-9 }, "\(decision)")
            // Of equally good hours the first; what rounding makes of a tie cannot be told here.
            #expect(scores[..<found].allSatisfy { $0 < scores[found] + 1e-9 }, "\(decision)")
            let isClear = scores[..<found].allSatisfy { $0 < scores[found] - 1e-9 }
            #expect(isClear || scores[..<found].contains { ($0 - scores[found]).magnitude < 1e-9 })
            #expect(
                ResponseTests.word("best_hour", decision).flatMap { Int($0) } == model.hourOfDay(customer, at),
                "\(decision)")
            checked += 1
            if found > 0 { later += 1 }
            sent.insert(open)
        }
        #expect(checked > 80 && later > 20 && sent.count == 2)
    }

    @Test(arguments: 1...2) func shardsCutsAndImagesDoNotShow(seed: UInt64) throws {
        let engine = try EngineUnderTest(Self.model)
        let lines = Self.stream(seed + 50, count: 300)
        let whole = engine.run(lines.joined(), flush: true).lines
        #expect(whole.contains { $0.contains("\"best_hour\":") })
        for (shards, piece) in [(2, 1 << 16), (3, 700), (8, 90)] {
            #expect(engine.run(lines.joined(), shards: shards, flush: true, piece: piece).lines == whole)
        }
        let once = try SnapshotTests.run(engine.plan, lines, lot: 10, shards: 2, resumedAfter: [])
        let often = try SnapshotTests.run(engine.plan, lines, lot: 10, shards: 2, resumedAfter: Set(0..<30))
        #expect(often == once && once.output == whole.map { $0 + "\n" }.joined())
    }

    // MARK: By hand

    private static func open(_ id: Int, _ customer: String, at time: Int64) -> String {
        ResponseTests.event(id, customer, "open", at: time)
    }

    private static func visit(_ id: Int, _ customer: String, at time: Int64) -> String {
        ResponseTests.event(id, customer, "visit", at: time)
    }

    /// When the last decision is to be delivered.
    private static func delivery(_ rules: String, _ input: [String]) throws -> String {
        let lines = try EngineUnderTest(rules).run(input.joined(), flush: true).lines(ofType: "decision")
        return lines.last.flatMap { ResponseTests.word("deliver_at", $0) } ?? "none"
    }

    private static let simple = rules("best_hour: { email: { on: 'open', strength: 1 } }, timezone: { default: 'UTC' }")
        .replacing("timezone: { from: 'profile.zone', default: 'Europe/Madrid' }, ", with: "")

    /// The streams begin on 2026-03-02 at 10:00.
    @Test func nobodyWaitsForNothingKnown() throws {
        #expect(try Self.delivery(Self.simple, [Self.visit(1, "u", at: 0)]) == "2026-03-02T10:00:00.000Z")
        // All others' habits are those of who is new.
        let others = (0..<3).map { Self.open($0, "v", at: Int64($0) * Self.day + 5 * Self.hour) }
        #expect(
            try Self.delivery(Self.simple, others + [Self.visit(9, "u", at: 3 * Self.day)])
                == "2026-03-05T15:00:00.000Z")
    }

    @Test func theOwnHourGoesBeforeTheOthers() throws {
        let others = (0..<20).map { Self.open($0, "v", at: Int64($0) * 60_000) }
        let own = (0..<4).map { Self.open(20 + $0, "u", at: Int64($0 + 1) * Self.day + 9 * Self.hour) }
        let input = others + own + [Self.visit(90, "u", at: 6 * Self.day + 1)]
        #expect(try Self.delivery(Self.simple, input) == "2026-03-08T19:00:00.000Z")
        // As if the others were worth a thousand of one's own.
        let many = Self.simple.replacing("strength: 1", with: "strength: 1000")
        #expect(try Self.delivery(many, input) == "2026-03-08T10:00:00.001Z")
        // Nobody waits longer than `within`, nor for what is over by then, nor where one waits for an answer.
        #expect(
            try Self.delivery(Self.simple.replacing("strength: 1", with: "strength: 1, within: '7h'"), input)
                == "2026-03-08T10:00:00.001Z")
        for more in ["expires_after: '7h'", "class: 'transactional'", "class: 'mandatory'", "class: 'inbound'"] {
            let rules = Self.simple.replacing("channels: ['email', 'app'], ", with: "channels: 'email', \(more)")
            #expect(try Self.delivery(rules, input) == "2026-03-08T10:00:00.001Z", "\(more)")
        }
    }

    @Test func tenHalfLivesAreForgotten() throws {
        let rules = Self.simple.replacing("strength: 1", with: "strength: 1, half_life: '1d'")
        let own = [Self.open(1, "u", at: 9 * Self.hour)]
        let last = 9 * Self.hour + 10 * Self.day
        #expect(try Self.delivery(rules, own + [Self.visit(2, "u", at: last - 2)]) == "2026-03-12T19:00:00.000Z")
        #expect(try Self.delivery(rules, own + [Self.visit(2, "u", at: last)]) == "2026-03-12T19:00:00.000Z")
        #expect(
            try Self.delivery(rules, own + [Self.visit(2, "u", at: last + Self.hour)]) == "2026-03-12T20:00:00.000Z")
    }

    private static let devices = simple.replacing(
        "moments:", with: "identity: { ids: { customer_id: { unique: true }, device: { limit: 3 } } }, moments:")

    private static func shown(_ id: Int, _ type: String, _ ids: String, at time: Int64) -> String {
        "{\"id\":\"\(id)\",\(ids),\"event\":\"\(type)\",\"timestamp\":\(ResponseTests.start + time)}\n"
    }

    @Test func whatADeviceDidIsItsOwners() throws {
        let device = "\"ids\":{\"device\":\"d\"}"
        let opened = (0..<3).map { Self.shown($0, "open", device, at: Int64($0) * Self.day + 4 * Self.hour) }
        let others = (0..<30).map { Self.open(100 + $0, "v", at: 3 * Self.day) }
        let visit = Self.visit(90, "u", at: 4 * Self.day + 1)
        let apart = try Self.delivery(Self.devices, opened + others + [visit])
        let one = try Self.delivery(
            Self.devices,
            opened + others
                + [Self.shown(80, "hello", "\"customer_id\":\"u\",\(device)", at: 3 * Self.day + 1), visit])
        #expect(apart == "2026-03-06T10:00:00.001Z" && one == "2026-03-06T14:00:00.000Z")
    }

    @Test func whoIsForgottenHasNoHour() throws {
        let rules = Self.simple.replacing("moments:", with: "privacy: { forget_on: 'gone' }, moments:")
        let input =
            (0..<3).map { Self.open($0, "u", at: Int64($0) * Self.day + 4 * Self.hour) }
            + (0..<30).map { Self.open(100 + $0, "v", at: 3 * Self.day) }
        let visit = Self.visit(90, "u", at: 4 * Self.day + 1)
        #expect(try Self.delivery(rules, input + [visit]) == "2026-03-06T14:00:00.000Z")
        let gone = ResponseTests.event(80, "u", "gone", at: 3 * Self.day + 1)
        #expect(try Self.delivery(rules, input + [gone, visit]) == "2026-03-06T10:00:00.001Z")
    }

    @Test func aReloadKeepsWhatIsCountedInTheSameWay() throws {
        let input = (0..<3).map { Self.open($0, "u", at: Int64($0) * Self.day + 4 * Self.hour) }
        let engine = try EngineUnderTest(Self.simple)
        func delivery(after reload: String) throws -> String {
            let stepped = SteppedEngine(engine.plan, shards: 2)
            stepped.take(input[...])
            _ = try stepped.reload(reload)
            stepped.take([Self.visit(9, "u", at: 4 * Self.day)])
            stepped.finish(flush: true)
            return ResponseTests.word("deliver_at", stepped.output) ?? ""
        }
        let (kept, lost) = ("2026-03-06T14:00:00.000Z", "2026-03-06T10:00:00.000Z")
        #expect(try delivery(after: Self.simple) == kept)
        #expect(try delivery(after: Self.simple.replacing("strength: 1", with: "strength: 3")) == kept)
        // Another channel before it takes its place among the rules.
        let second = "best_hour: { app: { on: 'open' }, email: { on: 'open'"
        #expect(try delivery(after: Self.simple.replacing("best_hour: { email: { on: 'open'", with: second)) == kept)
        #expect(try delivery(after: Self.simple.replacing("on: 'open'", with: "on: 'read'")) == lost)
        #expect(try delivery(after: Self.simple.replacing("strength: 1", with: "half_life: '2d'")) == lost)
    }

    /// What is over leaves memory, whoever comes.
    @Test func whatIsOverIsLetGoOf() throws {
        let rules = Self.simple.replacing("strength: 1", with: "half_life: '1h'")
        let stepped = SteppedEngine(try EngineUnderTest(rules).plan, shards: 1)
        stepped.take((0..<500).map { Self.open($0, "u\($0)", at: 0) }[...])
        stepped.take((0..<300).map { Self.open(1000 + $0, "v", at: Int64($0 + 11) * Self.hour) }[...])
        stepped.finish(flush: false)
        #expect(stepped.totals["customers", default: 99] < 5, "\(stepped.totals)")
    }
}
