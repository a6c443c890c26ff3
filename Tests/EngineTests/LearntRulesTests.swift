import Decisions
import Events
import Foundation
import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TestEngine

/// What counts as a trial, and where: several actions that learn by different values and outcomes,
/// a control group and what it is not spared, what is asked for, preferred channels, limits, the
/// least priority and what to fall back on, against a model that keeps every trial; also where the
/// run goes on from images, and under rules that learn weights otherwise.
@Suite struct LearntRulesTests {
    private static let hour: Int64 = 3_600_000
    private static let day = 24 * hour
    private static let epsilon = 0.6
    private static let least = 0.28

    private struct Action {
        var prior, strength, days, value: Double
        var outcome: String
        var window: Int64
        /// Of the values that tell its cells apart.
        var by: String?
        var byChannel = false
        var isInbound = false
        var learnsWeights = false
    }

    private static let actions: [String: Action] = [
        "mail": Action(
            prior: 0.1, strength: 5, days: 3, value: 3, outcome: "click", window: day, by: "tier", byChannel: true),
        "call": Action(prior: 0.2, strength: 4, days: 2, value: 2, outcome: "accept", window: 12 * hour, by: "city"),
        "shelf": Action(
            prior: 0.15, strength: 3, days: 4, value: 2.5, outcome: "accept", window: 12 * hour, by: "tier",
            isInbound: true),
        "smart": Action(
            prior: 0.3, strength: 6, days: 5, value: 1, outcome: "accept", window: 12 * hour, learnsWeights: true),
    ]

    /// What a reload may change.
    private struct Terms {
        /// Whether another action that learns weights stands before the others.
        var hasFirst = false
        /// How the weights of `smart` are learnt.
        var (alpha, l1) = (Float(0.1), Float(0.2))
    }

    private static let first = """
        first: { on: 'visit', enabled: false, channels: ['app'],
                 propensity: { learn: 'ftrl', prior: 0.9, features: { tier: 'profile.tier' } } },
        """

    private static func rules(_ terms: Terms) -> String {
        """
        { version: 1,
          profile: { tier: { on: 'visit', from: 'event.properties.tier' }, city: { on: 'visit', from: 'event.properties.city' } },
          moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
          actions: { \(terms.hasFirst ? first : "")
            mail: { on: 'visit', channels: ['email', 'app'], value: 3, prefer_channel: "profile.tier == 'x' ? 'app' : 'email'",
                    propensity: { learn: true, prior: 0.1, strength: 5, half_life: '3d', outcome: 'click', by: ['channel', 'profile.tier'] } },
            call: { on: 'visit', value: 2, group: 'service', propensity: { learn: true, prior: 0.2, strength: 4, half_life: '2d', by: 'profile.city' } },
            shelf: { on: 'visit', value: 2.5, class: 'inbound',
                     propensity: { learn: true, prior: 0.15, strength: 3, half_life: '4d', by: 'profile.tier' } },
            smart: { on: 'visit', value: 1, propensity: { learn: 'ftrl', prior: 0.3, strength: 6, half_life: '5d', alpha: \(terms.alpha), l1: \(terms.l1),
                     features: { tier: 'profile.tier', north: "profile.city == 'n'" } } },
            last: { on: 'visit', value: 9, fallback: true } },
          responses: { impression: { on: 'shown', within: '10h' }, click: { on: 'click', within: '1d' },
                       accept: { on: 'accept', within: '12h' } },
          policy: { consent: { email: "customer.id != 'b'" }, holdout: { percent: 30, salt: 'x', exempt: ['service'] }, choose: 2,
                    min_priority: \(least),
                    caps: [{ max: 3, over: '1d', action: 'call' }], explore: { method: 'epsilon', epsilon: \(epsilon) } },
          emit: ['decision', 'response'] }
        """
    }

    private static func stream(_ seed: UInt64) -> [String] {
        var numbers = SeededNumbers(seed: seed)
        var time: Int64 = 0
        return (0..<420).map { id in
            time += [0, 600_000, hour, 5 * hour][numbers.below(4)]
            let type = numbers.one(of: ["visit", "visit", "accept", "click", "shown"])
            return ResponseTests.event(
                id, ["a", "b", "c", "d", "e", "f"][numbers.below(6)], type, at: time,
                more: "\"tier\":\"\(["x", "y"][numbers.below(2)])\",\"city\":\"\(["n", "s"][numbers.below(2)])\"")
        }
    }

    /// A trial as it would be, were an action chosen at an event.
    private static func trial(_ name: String, _ action: Action, _ customer: String, _ said: String, at time: Int64)
        -> LearntTrial
    {
        let tier = ResponseTests.word("tier", said) ?? ""
        var trial = LearntTrial(
            action: name, channel: "", bucket: action.by.flatMap { ResponseTests.word($0, said) } ?? "", made: time)
        // Who takes no mail gets none, whatever is preferred.
        if action.byChannel { trial.channel = tier == "x" || customer == "b" ? "app" : "email" }
        if action.learnsWeights {
            // In the order of the configuration, and the constant behind them.
            trial.features =
                ["tier=\(tier)"] + (ResponseTests.word("city", said) == "n" ? ["north"] : []) + ["constant"]
        }
        return trial
    }

    /// Weights by name, as the formulas say them.
    private struct Weights {
        private var all: [String: (w: Float, z: Float, n: Float)] = [:]

        func score(_ features: [String]) -> Float { features.reduce(0) { $0 + (all[$1]?.w ?? 0) } }

        func predict(_ features: [String]) -> Double { 1 / (1 + exp(-Double(score(features)))) }

        mutating func learn(_ features: [String], _ success: Bool, _ terms: Terms) {
            let label: Float = success ? 1 : -1
            let slope = -label / (1 + exp(label * score(features)))
            for feature in features {
                var (w, z, n) = all[feature] ?? (0, 0, 0)
                let root = (n + slope * slope).squareRoot()
                z += slope - (root - n.squareRoot()) / terms.alpha * w
                n += slope * slope
                w =
                    abs(z) <= terms.l1
                    ? 0 : 1 / ((1 + root) / terms.alpha) * (z < 0 ? -1 : 1) * (terms.l1 - abs(z))
                all[feature] = (w, z, n)
            }
        }
    }

    /// All that was ever decided, and what came of it.
    private struct Model {
        var trials: [String: LearntTrial] = [:]
        var weights = Weights()
        var terms = Terms()
        /// By twentieths of what was promised: settled trials, successes, and the sum of promises.
        var bins = [(trials: Int, successes: Int, promised: Double)](repeating: (0, 0, 0), count: 20)

        /// What lapsed or came, in order, has its say in the weights.
        mutating func settle(_ id: String, at time: Int64, success: Bool) {
            guard let trial = trials[id], trial.settled == nil else { return }
            trials[id]?.settled = time
            trials[id]?.success = success
            if actions[trial.action]?.learnsWeights == true { weights.learn(trial.features, success, terms) }
            let bin = min(Int(trial.promised * 20), 19)
            bins[bin].trials += 1
            bins[bin].successes += success ? 1 : 0
            bins[bin].promised += trial.promised
        }

        mutating func pass(to time: Int64) {
            let over = trials.filter { _, trial in
                trial.settled == nil && trial.made + (actions[trial.action]?.window ?? 0) <= time
            }.sorted { ($0.value.made, $0.value.order) < ($1.value.made, $1.value.order) }
            for (id, trial) in over {
                // What was asked for and never seen says nothing.
                if actions[trial.action]?.isInbound == true, !trial.wasSeen {
                    trials[id] = nil
                } else {
                    settle(id, at: trial.made + (actions[trial.action]?.window ?? 0), success: false)
                }
            }
        }

        func estimate(_ one: LearntTrial, now: Int64) -> Double {
            guard let action = actions[one.action] else { return .nan }
            func count(_ belongs: (LearntTrial) -> Bool) -> (trials: Double, successes: Double) {
                var (all, good) = (0.0, 0.0)
                for trial in trials.values where trial.action == one.action && belongs(trial) {
                    guard let settled = trial.settled else { continue }
                    let left = pow(2, -Double(now - settled) / (action.days * Double(day)))
                    all += left
                    if trial.success { good += left }
                }
                return (all, good)
            }
            if action.learnsWeights {
                let all = count { _ in true }.trials
                return (action.strength * action.prior + all * weights.predict(one.features)) / (action.strength + all)
            }
            var mean = action.prior
            var levels: [(LearntTrial) -> Bool] = [{ _ in true }]
            if action.byChannel { levels.append { $0.channel == one.channel } }
            levels.append { $0.bucket == one.bucket && (!action.byChannel || $0.channel == one.channel) }
            for level in levels {
                let found = count(level)
                mean = (action.strength * mean + found.successes) / (action.strength + found.trials)
            }
            return mean
        }
    }

    /// Holds each line to the model.
    private struct Check {
        var model = Model()
        private var calls: [(customer: String, time: Int64)] = []
        private var before = (event: "", actions: Set<String>())
        /// When each customer first had what the control group does without, and in which group.
        private(set) var firsts: [String: String] = [:]
        private(set) var (checked, control, exempt, capped, low, last) = (0, 0, 0, 0, 0, 0)

        mutating func take(_ line: String, of said: String) throws {
            let time = ResponseTests.stamp(line)
            model.pass(to: time)
            guard line.hasPrefix("{\"type\":\"decision\"") else {
                let id = ResponseTests.word("decision_id", line) ?? ""
                let kind = ResponseTests.word("outcome", line) ?? ""
                if kind == "impression" { model.trials[id]?.wasSeen = true }
                if let trial = model.trials[id], actions[trial.action]?.outcome == kind {
                    model.settle(id, at: time, success: true)
                }
                return
            }
            let event = ResponseTests.word("event_id", line) ?? ""
            let (name, customer) = (
                ResponseTests.word("action", line) ?? "", ResponseTests.word("customer_id", line) ?? ""
            )
            #expect(ResponseTests.word("id", said) == event)
            let group = ResponseTests.word("group", line) ?? ""
            let first = "\(Hash64.of(customer)) \(name)"
            if name != "call", firsts[first] == nil { firsts[first] = "\(time) \(group)" }
            if before.event != event { before = (event, []) }
            // What chance chose from: what was not chosen at once before, is worth enough, and no call too many.
            let isCapped = calls.count { $0.customer == customer && $0.time > time - day } >= 3
            if isCapped { capped += 1 }
            let estimates = actions.map { name, action in
                let trial = LearntRulesTests.trial(name, action, customer, said, at: time)
                return (name: name, mean: model.estimate(trial, now: time), value: action.value)
            }
            let worthy = estimates.filter { $0.mean * $0.value >= least }.map(\.name)
            if worthy.count < estimates.count { low += 1 }
            let feasible = worthy.filter { !before.actions.contains($0) && ($0 != "call" || !isCapped) }
            if name == "last" {
                #expect(feasible.isEmpty && before.actions.isEmpty, "\(line)")
                last += 1
                return
            }
            #expect(feasible.contains(name), "\(line)")
            let even = epsilon / Double(feasible.count)
            let probability = ResponseTests.word("probability", line).flatMap(Double.init) ?? .nan
            #expect(
                feasible.count == 1
                    ? probability == 1
                    : min((probability - even).magnitude, (probability - even - 1 + epsilon).magnitude) < 1e-12,
                "\(line)")
            before.actions.insert(name)
            if name == "call" { calls.append((customer, time)) }
            let action = try #require(actions[name])
            var trial = LearntRulesTests.trial(name, action, customer, said, at: time)
            #expect(ResponseTests.word("channel", line) ?? "" == trial.channel, "\(line)")
            trial.order = checked
            trial.promised = ResponseTests.word("propensity", line).flatMap(Double.init) ?? .nan
            #expect((trial.promised - model.estimate(trial, now: time)).magnitude < 1e-9, "\(line)")
            checked += 1
            // Nobody is contacted of the control group, so nothing is learnt of it; but for what it gets like anybody.
            let isControl = group == "control"
            if isControl, name == "call" { exempt += 1 }
            if isControl, name != "call" {
                control += 1
            } else {
                model.trials[ResponseTests.word("id", line) ?? ""] = trial
            }
        }
    }

    /// The engine, disturbed behind some of the events, and the lines that each event brings.
    private struct Run {
        private var engine: SteppedEngine
        private var seen = 0
        private var terms = Terms()
        private var numbers: SeededNumbers
        private let disturbance: OutcomeModelTests.Disturbance

        init(seed: UInt64, by disturbance: OutcomeModelTests.Disturbance) throws {
            engine = SteppedEngine(try EngineUnderTest(rules(terms)).plan, shards: 2)
            engine.noteFirstDecisions()
            numbers = SeededNumbers(seed: seed + 77)
            self.disturbance = disturbance
        }

        /// Goes on from an image, or under other rules; answers these where they are others.
        mutating func disturb() throws -> Terms? {
            if [.images, .both].contains(disturbance), numbers.isTrue(of: 3) {
                engine = try SteppedEngine(engine.plan, shards: 2, image: engine.image().copied())
                seen = 0
            }
            guard [.reloads, .both].contains(disturbance), numbers.isTrue(of: 10) else { return nil }
            terms.hasFirst = numbers.isTrue(of: 2)
            switch numbers.below(3) {
            case 0: terms.alpha = numbers.one(of: [0.05, 0.5])
            case 1: terms.l1 = numbers.one(of: [0, 0.4])
            default: break
            }
            _ = try engine.reload(rules(terms))
            return terms
        }

        mutating func take(_ line: String) -> [String] {
            engine.take([line])
            return fresh()
        }

        mutating func finish() -> ([String], SteppedEngine) {
            engine.finish(flush: true)
            return (fresh(), engine)
        }

        private mutating func fresh() -> [String] {
            let new = engine.output.utf8.dropFirst(seen)
            seen = engine.output.utf8.count
            return new.split(separator: UInt8(ascii: "\n")).map { String($0) ?? "" }
        }
    }

    @Test(arguments: 1...3, OutcomeModelTests.Disturbance.allCases)
    func propensitiesAreWhatTheTrialsThatCountSay(seed: UInt64, by disturbance: OutcomeModelTests.Disturbance) throws {
        var run = try Run(seed: seed, by: disturbance)
        var check = Check()
        for said in Self.stream(seed) {
            let now = Int64(ResponseTests.word("timestamp", said) ?? "") ?? 0
            for line in run.take(said) { try check.take(line, of: said) }
            check.model.pass(to: now)
            if let terms = try run.disturb() { check.model.terms = terms }
        }
        let (rest, engine) = run.finish()
        for line in rest { try check.take(line, of: "") }
        try #require(engine.totals["open decisions dropped (16 a customer)", default: 0] == 0)
        check.model.pass(to: .max / 2)
        #expect(check.checked > 150 && check.control > 15 && check.exempt > 5 && check.low > 20)
        if seed == 1 { #expect(check.capped > 0) }
        #expect(check.model.trials.values.count { $0.success } > 10)
        if disturbance == .none {
            let actions = engine.plan.decisions.actions.map(\.name)
            let found = engine.firstDecisions.map {
                (
                    "\($0.customer) \(actions[Int($0.action)])",
                    "\($0.time.microseconds / 1000) \($0.isControl ? "control" : "treatment")"
                )
            }
            #expect(found.count > 10 && Dictionary(found) { $1 } == check.firsts)
        }
        for (bin, wanted) in zip(engine.calibration, check.model.bins) {
            #expect(bin.trials == wanted.trials && bin.successes == wanted.successes)
            #expect((bin.promised - wanted.promised).magnitude < 1e-6)
        }
    }
}
