import Decisions
import Foundation
import Learning
import Pipeline
import Storage
import TestSupport
import Testing

@testable import TestEngine

/// What another configuration would have earned, by logs that the engine wrote.
@Suite struct EvaluationTests {
    /// What a line says, as another reader of JSON has it.
    private typealias Members = [String: Any]

    private static func rules(
        explore: String, levers: (Int, Int) = (0, 0), disabled: String = "", more: String = ""
    ) -> String {
        func action(_ name: String, _ rest: String) -> String {
            "\(name): { on: 'visit', enabled: \(name != disabled), \(rest) }"
        }
        let actions = [
            action(
                "mail",
                "channels: ['email', 'app'], value: 3, context: 0.9, lever: \(levers.0), propensity: { learn: true, prior: 0.2, strength: 5 }"
            ),
            action(
                "call",
                "value: 2, lever: \(levers.1), cooldown: '3h', eligible: \"event.properties.tier == 'x'\", propensity: { learn: true, prior: 0.3, strength: 4 }"
            ),
            action(
                "flat",
                "propensity: 0.3, value: 1.5, context: \"event.properties.tier == 'x' ? 1.4 : 0.7\", budget: { max: 3, over: '6h' }"
            ),
            action("last", "propensity: 0.1, fallback: true"),
        ]
        return """
            { version: 1, moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
              actions: { \(actions.joined(separator: ", ")) },
              responses: { accept: { on: 'accept', within: '1d', value: 'event.properties.price' } },
              policy: { caps: [{ max: 4, over: '1d', channel: 'email' }, { max: 2, over: '6h', action: ['mail', 'flat'] }], explain: 'full', \(explore) \(more) },
              emit: ['decision', 'response'] }
            """
    }

    private static func log(_ configuration: String, seed: UInt64, count: Int = 400) throws -> [String] {
        var numbers = SeededNumbers(seed: seed)
        var time: Int64 = 0
        let input = (0..<count).map { id in
            time += [0, 600_000, 1_200_000, 3_600_000][numbers.below(4)]
            return ResponseTests.event(
                id, ["a", "b", "c", "d", "e", "f"][numbers.below(6)], numbers.isTrue(of: 3) ? "accept" : "visit",
                at: time,
                more: "\"tier\":\"\(["x", "y"][numbers.below(2)])\",\"price\":\(1 + numbers.below(40))")
        }
        return try EngineUnderTest(configuration).run(input.joined(), flush: true).lines
    }

    private static func evaluated(_ configuration: String, _ log: [String]) throws -> Evaluation.Result {
        var evaluation = Evaluation(NewPolicy(try EngineUnderTest(configuration).plan.decisions))
        for line in log { try evaluation.take(Array(line.utf8)) }
        return try evaluation.result()
    }

    private static let methods = [
        "explore: { method: 'epsilon', epsilon: 0.4, seed: 'a' },",
        // What is chosen so seldom has great weights, which count in full.
        "explore: { method: 'epsilon', epsilon: 0.05, seed: 'b' },",
        "explore: { method: 'softmax', temperature: 0.4 },",
        "explore: { method: 'thompson', epsilon: 0.1 },",
    ]

    /// Under its own configuration each choice is as likely as it was, so all weights are 1 and all estimates one.
    @Test(arguments: methods, ["", ", gather: '0s'", ", choose: 2", ", holdout: { percent: 20 }"])
    func theSameConfigurationEarnsTheSame(explore: String, more: String) throws {
        let rules = Self.rules(explore: explore, levers: (40, -30), more: String(more.dropFirst(2)))
        let log = try Self.log(rules, seed: 3)
        let result = try Self.evaluated(rules, log)
        #expect(result.rounds > 100 && result.effectiveSize > Double(result.rounds) - 1e-6)
        #expect((result.meanWeight - 1).magnitude < 1e-12)
        for measure in result.measures {
            #expect((measure.ips.mean - measure.logged.mean).magnitude < 1e-12)
            #expect((measure.snips.mean - measure.logged.mean).magnitude < 1e-12)
        }
        #expect(result.measures.first?.name == "value" && result.measures[0].logged.mean > 0)
        #expect((result.leftOut.control > 0) == more.contains("holdout"))
    }

    /// A second response of an outcome is counted and adds nothing, nor does the value of other outcomes.
    @Test func onlyTheFirstAcceptEarns() throws {
        let rules = Self.rules(explore: Self.methods[0])
        let log = try Self.log(rules, seed: 8)
        let responses = log.filter { $0.hasPrefix("{\"type\":\"response\"") }
        let once = try Self.evaluated(rules, log)
        let clicks = responses.map { $0.replacing("\"accept\"", with: "\"click\"") }
        let twice = try Self.evaluated(rules, log + clicks + responses)
        #expect(responses.count > 20 && once.leftOut.repeated == 0)
        #expect(twice.leftOut.repeated == responses.count - once.leftOut.unattributed)
        #expect(twice.measures[0].name == "value" && twice.measures[0].ips.mean == once.measures[0].ips.mean)
    }

    /// What is chosen in any case is no choice that another configuration would make otherwise.
    @Test func whatIsMandatoryIsNoRound() throws {
        let rules = Self.rules(explore: Self.methods[0])
            .replacing("actions: {", with: "actions: { must: { on: 'visit', class: 'mandatory' },")
        let result = try Self.evaluated(rules, try Self.log(rules, seed: 3))
        #expect(result.leftOut.certain > 100 && result.rounds > 100)
        #expect((result.meanWeight - 1).magnitude < 1e-12)
    }

    /// A priority of exactly the least is enough for an estimate, too.
    @Test func theLeastPriorityIsEnough() throws {
        let rules = """
            { version: 1, moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
              actions: { a: { on: 'visit', propensity: 0.25 }, b: { on: 'visit', propensity: 0.5 },
                         c: { on: 'visit', propensity: 0.125 } },
              policy: { min_priority: 0.25, explain: 'full', explore: { method: 'epsilon', epsilon: 0.5 } } }
            """
        let result = try Self.evaluated(rules, try Self.log(rules, seed: 4))
        #expect(result.rounds > 100 && (result.meanWeight - 1).magnitude < 1e-12)
        #expect(result.effectiveSize > Double(result.rounds) - 1e-6)
    }

    /// Of an action whose propensity is a number nothing is drawn by what was known before.
    @Test func numbersAreNotDrawnByWhatWasLearnt() throws {
        let log = try Self.log(Self.rules(explore: Self.methods[3]), seed: 6)
        func fixed(_ method: String) -> String {
            Self.rules(explore: "explore: { method: '\(method)', epsilon: 0.2 },")
                .replacing("{ learn: true, prior: 0.2, strength: 5 }", with: "0.2")
                .replacing("{ learn: true, prior: 0.3, strength: 4 }", with: "0.3")
        }
        let (drawn, plain) = (try Self.evaluated(fixed("thompson"), log), try Self.evaluated(fixed("epsilon"), log))
        #expect(drawn.rounds > 100 && drawn.measures.map(\.ips.mean) == plain.measures.map(\.ips.mean))
        #expect(drawn.effectiveSize == plain.effectiveSize)
    }

    /// A naive program that reads the log by itself comes to the same.
    @Test(arguments: methods.dropLast(), 1...2) func aNaiveProgramAgrees(explore: String, seed: UInt64) throws {
        let log = try Self.log(Self.rules(explore: explore), seed: seed)
        for (levers, disabled, method) in [
            ((0, 80), "", ""), ((-50, 0), "flat", "epsilon"), ((10, 20), "mail", "softmax"),
        ] {
            let other =
                [
                    "epsilon": "explore: { method: 'epsilon', epsilon: 0.2 },",
                    "softmax": "explore: { method: 'softmax', temperature: 0.7 },",
                ][method] ?? ""
            let result = try Self.evaluated(Self.rules(explore: other, levers: levers, disabled: disabled), log)
            let naive = Self.naive(
                log, levers: ["mail": levers.0, "call": levers.1], disabled: disabled, method: method)
            #expect(result.rounds == naive.count)
            let value = result.measures[0]
            #expect(value.name == "value")
            for (estimate, wanted) in [
                (value.ips, naive.ips), (value.snips, naive.snips), (value.doublyRobust, naive.robust),
            ] {
                #expect((estimate.mean - wanted).magnitude < 1e-9, "\(method) \(levers)")
            }
            #expect((value.ips.error - naive.error).magnitude < 1e-9)
            #expect((result.effectiveSize - naive.size).magnitude < 1e-6)
        }
    }

    private static func members(_ line: String) -> Members {
        (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? Members ?? [:]
    }

    /// Estimates from the lines and nothing else.
    private static func naive(
        _ log: [String], levers: [String: Int], disabled: String, method: String
    ) -> (count: Int, ips: Double, snips: Double, robust: Double, error: Double, size: Double) {
        let lines = log.map { members($0) }
        var earned: [String: Double] = [:]
        for line in lines where line["type"] as? String == "response" {
            earned[line["decision_id"] as? String ?? "", default: 0] += (line["value"] as? NSNumber)?.doubleValue ?? 0
        }
        var rounds: [(customer: String, weight: Double, reward: Double, action: String?, new: [String: Double])] = []
        for line in lines where line["type"] as? String == "decision" {
            let considered = (line["explanation"] as? Members)?["considered"] as? [Members] ?? []
            var priorities: [(name: String, priority: Double)] = []
            var last = false
            for candidate in considered {
                let name = candidate["action"] as? String ?? ""
                if name == disabled || candidate["reason"] != nil { continue }
                if candidate["fallback"] != nil {
                    last = true
                    continue
                }
                func number(_ key: String) -> Double { (candidate[key] as? NSNumber)?.doubleValue ?? .nan }
                let lever = 1 + Double(levers[name] ?? 0) / 100
                priorities.append((name, number("propensity") * number("context") * number("value") * lever))
            }
            var new: [String: Double] = [:]
            let best = priorities.max { $0.priority < $1.priority }
            for (name, priority) in priorities {
                switch method {
                case "epsilon":
                    new[name] = 0.2 / Double(priorities.count) + (name == best?.name ? 0.8 : 0)
                case "softmax":
                    new[name] = exp(priority / 0.7) / priorities.reduce(0) { $0 + exp($1.priority / 0.7) }
                default: new[name] = name == best?.name ? 1 : 0
                }
            }
            if priorities.isEmpty, last { new["last"] = 1 }
            let action = line["action"] as? String
            let old = (line["probability"] as? NSNumber)?.doubleValue ?? 1
            let own = action.map { new[$0] ?? 0 } ?? (new.isEmpty ? 1 : 0)
            rounds.append(
                (
                    line["customer_id"] as? String ?? "", own / old, earned[line["id"] as? String ?? ""] ?? 0, action,
                    new
                ))
        }
        let n = Double(rounds.count)
        let ips = rounds.reduce(0) { $0 + $1.weight * $1.reward } / n
        let sum = rounds.reduce(0) { $0 + $1.weight }
        var robust = 0.0
        for round in rounds {
            let others = rounds.filter { fold($0.customer) != fold(round.customer) && $0.action != nil }
            func expected(_ action: String?) -> Double {
                guard let action else { return 0 }
                let own = others.filter { $0.action == action }
                let all = own.isEmpty ? others : own
                return all.isEmpty ? 0 : all.reduce(0) { $0 + $1.reward } / Double(all.count)
            }
            robust += round.new.reduce(0) { $0 + $1.value * expected($1.key) }
            robust += round.weight * (round.reward - expected(round.action))
        }
        var customers: [String: Double] = [:]
        for round in rounds { customers[round.customer, default: 0] += round.weight * round.reward - ips }
        let count = Double(customers.count)
        let error = (count / (count - 1) * customers.values.reduce(0) { $0 + $1 * $1 }).squareRoot() / n
        let squares = rounds.reduce(0) { $0 + $1.weight * $1.weight }
        return (rounds.count, ips, n * ips / sum, robust / n, error, sum * sum / squares)
    }

    private static func fold(_ customer: String) -> UInt64 { Hash64.of(Hash64.of(customer), seed: 1) % 5 }

    @Test(arguments: [
        (
            #"{"type":"decision","id":"d-0000000000000001","moment":"visit","moment_id":"m-0000000000000001","customer_id":"a","time":"2026-01-01T00:00:00Z","action":"mail"}"#,
            "explain"
        ),
        (
            #"{"type":"decision","id":"d-0000000000000001","moment":"visit","moment_id":"m-0000000000000001","customer_id":"a","time":"2026-01-01T00:00:00Z","action":"mail","explanation":{"considered":[]}}"#,
            "no probability"
        ),
        (
            #"{"type":"decision","id":"d-0000000000000001","moment":"visit","moment_id":"m-0000000000000001","customer_id":"a","time":"2026-01-01T00:00:00Z","action":"mail","probability":0,"explanation":{"considered":[]}}"#,
            "above 0"
        ),
        ("not JSON", "no decision"), ("", "no decision"),
        (#"{"type":"decision","id":"d-1","action":"mail"}"#, "no decision"),
    ]) func whatCannotBeGoneByIsRefused(line: String, word: String) throws {
        #expect {
            _ = try Self.evaluated(Self.rules(explore: ""), [line])
        } throws: {
            ($0 as? Evaluation.Fault)?.detail.contains(word) ?? false
        }
    }

    @Test func warnsWhereTheLogSaysLittle() throws {
        let log = try Self.log(Self.rules(explore: ""), seed: 5, count: 120)
        let result = try Self.evaluated(Self.rules(explore: "", levers: (-99, 0)), log)
        let warnings = result.warnings.joined(separator: "\n")
        #expect(warnings.contains("under 100") && warnings.contains("held against the limits"))
    }
}
