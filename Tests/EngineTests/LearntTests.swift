import Events
import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TestEngine

/// Propensities that are learnt from what came of decisions, and choices by chance.
@Suite struct LearntTests {
    private static let day: Int64 = 86_400_000
    private static let halfHour: Int64 = 1_800_000

    private static func rules(_ explore: String = "", method: String = "learn: true") -> String {
        """
        { version: 1,
          profile: { tier: { on: 'visit', from: 'event.properties.tier' } },
          moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
          actions: {
            mail: { on: 'visit', channels: ['email', 'app'], value: 3,
                    propensity: { \(method), prior: 0.1, strength: 5, half_life: '3d', by: ['channel', 'profile.tier'] } },
            call: { on: 'visit', value: 2, propensity: { learn: true, prior: 0.2, strength: 4, half_life: '2d' } },
            flat: { on: 'visit', propensity: 0.2, value: 1.5 } },
          responses: { accept: { on: 'accept', within: '1d' } },
          policy: { consent: { email: "customer.id != 'b'" }, \(explore) }, emit: ['decision', 'response'] }
        """
    }

    private static func stream(_ seed: UInt64, count: Int = 240) -> [String] {
        var numbers = SeededNumbers(seed: seed)
        var time: Int64 = 0
        return (0..<count).map { id in
            time += [0, 600_000, 3_600_000, 4 * 3_600_000][numbers.below(4)]
            let type = numbers.isTrue(of: 3) ? "accept" : "visit"
            return ResponseTests.event(
                id, ["a", "b", "c", "d"][numbers.below(4)], type, at: time,
                more: "\"tier\":\"\(["x", "y"][numbers.below(2)])\"")
        }
    }

    /// What stands in a line under a key, as a number.
    private static func number(_ key: String, _ line: String) -> Double {
        ResponseTests.word(key, line).flatMap(Double.init) ?? .nan
    }

    /// Each line's propensity is what the trials that were settled before it say.
    @Test(arguments: 1...3) func propensitiesAreWhatSettledTrialsSay(seed: UInt64) throws {
        let engine = try EngineUnderTest(Self.rules("explore: { method: 'epsilon', epsilon: 0.5 }"))
        let input = Self.stream(seed)
        let tiers = Dictionary(
            uniqueKeysWithValues: input.map {
                (ResponseTests.word("id", $0) ?? "", ResponseTests.word("tier", $0) ?? "")
            })
        var trials: [String: LearntTrial] = [:]
        var checked = 0
        for line in engine.run(input.joined(), flush: true).lines {
            let id = ResponseTests.word("decision_id", line) ?? ""
            let time = ResponseTests.stamp(line)
            for (key, trial) in trials where trial.settled == nil && trial.made + Self.day <= time {
                trials[key]?.settled = trial.made + Self.day
            }
            guard line.hasPrefix("{\"type\":\"decision\"") else {
                if trials[id]?.settled == nil {
                    trials[id]?.settled = time
                    trials[id]?.success = true
                }
                continue
            }
            let action = ResponseTests.word("action", line) ?? ""
            let channel = ResponseTests.word("channel", line) ?? ""
            // The customer's latest visit says the tier.
            let bucket = "\"\(tiers[ResponseTests.word("event_id", line) ?? ""] ?? "")\""
            let (prior, strength, life) = action == "mail" ? (0.1, 5.0, 3.0) : (0.2, 4.0, 2.0)
            func estimate(_ level: Int) -> Double {
                let parent = level == 0 ? prior : estimate(level - 1)
                var (count, successes) = (0.0, 0.0)
                for trial in trials.values where trial.action == action {
                    guard let settled = trial.settled else { continue }
                    if level > 0, trial.channel != channel { continue }
                    if level > 1, trial.bucket != bucket { continue }
                    let left = Self.power(-Double(time - settled) / (life * Double(Self.day)))
                    count += left
                    if trial.success { successes += left }
                }
                return (strength * parent + successes) / (strength + count)
            }
            if action != "flat" {
                let wanted = estimate(action == "mail" ? 2 : 0)
                #expect((Self.number("propensity", line) - wanted).magnitude < 1e-9, "\(line)")
                checked += 1
            }
            trials[ResponseTests.word("id", line) ?? ""] = LearntTrial(
                action: action, channel: channel, bucket: bucket, made: time)
        }
        #expect(checked > 50 && trials.values.contains { $0.success })
    }

    /// Channels are tried in the order of what is learnt of each, as the lines that went before say;
    /// those of an action that does not ask for it stay as they are.
    @Test(arguments: 1...2) func channelsAreTriedByWhatIsLearnt(seed: UInt64) throws {
        let engine = try EngineUnderTest(
            """
            { version: 1,
              moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] }, ring: { sequence: [{ as: 'r', on: 'ring' }] } },
              actions: { mail: { on: 'visit', channels: ['email', 'app', 'sms'], prefer_channel: 'learned',
                propensity: { learn: true, prior: 0.3, strength: 1, half_life: '3d', by: 'channel' } },
                plain: { on: 'ring', channels: ['post', 'sms'] } },
              responses: { accept: { on: 'accept', within: '30m' } },
              policy: { consent: { app: "customer.id != 'b'" } }, emit: ['decision', 'response'] }
            """)
        var trials: [String: (channel: String, made: Int64, settled: Int64?, success: Bool)] = [:]
        var used: Set<String> = []
        let input = Self.stream(seed, count: 400).enumerated().map { place, line in
            place % 5 == 0 ? line.replacing("\"visit\"", with: "\"ring\"") : line
        }
        // In small pieces, of which each may begin with either action.
        for line in engine.run(input.joined(), flush: true, piece: 150).lines {
            let (id, time) = (ResponseTests.word("decision_id", line) ?? "", ResponseTests.stamp(line))
            for (key, trial) in trials where trial.settled == nil && trial.made + Self.halfHour <= time {
                trials[key]?.settled = trial.made + Self.halfHour
            }
            guard line.hasPrefix("{\"type\":\"decision\"") else {
                if let trial = trials[id], trial.settled == nil { trials[id] = (trial.channel, trial.made, time, true) }
                continue
            }
            if ResponseTests.word("action", line) == "plain" {
                #expect(ResponseTests.word("channel", line) == "post", "\(line)")
                continue
            }
            func estimate(_ channel: String?) -> Double {
                let parent = channel == nil ? 0.3 : estimate(nil)
                var (all, good) = (0.0, 0.0)
                for trial in trials.values where channel == nil || trial.channel == channel {
                    guard let settled = trial.settled else { continue }
                    let left = Self.power(-Double(time - settled) / (3 * Double(Self.day)))
                    all += left
                    if trial.success { good += left }
                }
                return (parent + good) / (1 + all)
            }
            let open = ResponseTests.word("customer_id", line) == "b" ? ["email", "sms"] : ["email", "app", "sms"]
            let channel = ResponseTests.word("channel", line) ?? ""
            let best = open.map { estimate($0) }.max() ?? 0
            #expect(open.contains(channel) && estimate(channel) > best - 1e-9, "\(line)")
            // What is promised is promised of the channel that is used.
            #expect((Self.number("propensity", line) - estimate(channel)).magnitude < 1e-9, "\(line)")
            // Where nothing is known they stay in the configuration's order.
            if trials.isEmpty { #expect(channel == open[0], "\(line)") }
            used.insert(channel)
            trials[ResponseTests.word("id", line) ?? ""] = (channel, time, nil, false)
        }
        #expect(used.count > 1)
    }

    /// 2 to a power of 0 or less.
    private static func power(_ exponent: Double) -> Double {
        var (rest, left) = (exponent, 1.0)
        while rest <= -1 {
            rest += 1
            left /= 2
        }
        let x = rest * 0.6931471805599453
        var (sum, term) = (1.0, 1.0)
        for n in 1..<30 {
            term *= x / Double(n)
            sum += term
        }
        return left * sum
    }

    private static let explored = rules(
        "explore: { method: 'thompson', seed: '2026' }, choose: 2, holdout: { percent: 20 }",
        method: "learn: 'ftrl', features: { tier: 'profile.tier', vip: \"profile.tier == 'x'\" }")

    @Test(arguments: 1...2) func shardsAndCutsDoNotShow(seed: UInt64) throws {
        let engine = try EngineUnderTest(Self.explored)
        let input = Self.stream(seed + 20).joined()
        let whole = engine.run(input, flush: true).lines
        let probabilities = whole.map { Self.number("probability", $0) }.filter { !$0.isNaN }
        #expect(probabilities.allSatisfy { $0 > 0 && $0 <= 1 } && probabilities.contains { $0 < 0.9 })
        for (shards, piece) in [(2, 1 << 16), (3, 500), (8, 90)] {
            #expect(engine.run(input, shards: shards, flush: true, piece: piece).lines == whole)
        }
    }

    @Test func itGoesOnFromAnImageAndBehindAReload() throws {
        let plan = try EngineUnderTest(Self.explored).plan
        let lines = Self.stream(77)
        let whole = try SnapshotTests.run(plan, lines, lot: 10, shards: 2, resumedAfter: [])
        let often = try SnapshotTests.run(plan, lines, lot: 10, shards: 2, resumedAfter: Set(0..<24))
        #expect(often == whole)
        let stepped = SteppedEngine(plan, shards: 2)
        for start in stride(from: 0, to: lines.count, by: 10) {
            _ = try stepped.reload(Self.explored)
            stepped.take(lines[start..<min(start + 10, lines.count)])
        }
        stepped.finish(flush: true)
        #expect(stepped.output == whole.output)
    }

    /// An action that is learnt in another way begins anew; the others keep what they know.
    @Test func aReloadKeepsWhatIsLearntInTheSameWay() throws {
        let rules = Self.rules("explore: { method: 'epsilon', epsilon: 0.5 }")
        let engine = try EngineUnderTest(rules)
        let lines = Self.stream(5)
        func cells(_ reload: String?, of plan: Plan = engine.plan) throws -> UInt64 {
            let stepped = SteppedEngine(plan, shards: 1)
            stepped.take(lines[0..<200])
            if let reload { _ = try stepped.reload(reload) }
            stepped.finish(flush: false)
            return stepped.totals["cells of learnt propensities", default: 0]
        }
        let all = try cells(nil)
        #expect(all > 4)
        #expect(try cells(rules.replacing("prior: 0.1", with: "prior: 0.3")) == all)
        #expect(try cells(rules.replacing("half_life: '3d'", with: "half_life: '4d'")) < all)
        let by = "by: ['channel', 'profile.tier']"
        #expect(try cells(rules.replacing(by, with: "by: ['channel', 'event.properties.tier']")) < all)
        #expect(try cells(rules.replacing(by, with: "by: 'profile.tier'")) < all)
        let clicks = rules.replacing("responses: {", with: "responses: { click: { on: 'click' },")
        #expect(try cells(clicks) == all)
        #expect(try cells(clicks.replacing(by, with: "\(by), outcome: 'click'")) < all)
        // Weights are learnt anew where their features are others, or say something else.
        let weighed = Self.explored
        let plan = try EngineUnderTest(weighed).plan
        let known = try cells(nil, of: plan)
        #expect(try cells(weighed.replacing("features: {", with: "l1: 0.1, features: {"), of: plan) == known)
        #expect(try cells(weighed.replacing("vip: ", with: "rich: "), of: plan) < known)
        let other = weighed.replacing("\"profile.tier == 'x'\"", with: "\"profile.tier == 'y'\"")
        #expect(try cells(other, of: plan) < known)
    }
}
