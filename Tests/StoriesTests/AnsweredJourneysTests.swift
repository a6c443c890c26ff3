import Configuration
import Decisions
import Events
import Foundation
import Journeys
import Pipeline
import Samples
import Storage
import TestSupport
import Testing

@testable import Stories

/// Made-up customers who answer what a configuration decides.
@Suite struct AnsweredJourneysTests {
    private static func plan(_ text: String) throws -> Plan {
        let (loaded, diagnostics) = try Configuration.load(path: "config") { _ in Array(text.utf8) }
        let configured = try #require(loaded, "\(diagnostics.rendered())")
        return Plan(
            input: configured.input, journeys: configured.journeys, decisions: configured.decisionPlan,
            zone: configured.zone)
    }

    private static func retail() throws -> Plan {
        let place = Repository.root.appending(path: "Config/retail.json5")
        return try plan(String(decoding: try Data(contentsOf: place), as: UTF8.self))
    }

    private static func parameters(events: Int, customers: Int, seed: UInt64) -> SampleJourneys.Parameters {
        var parameters = SampleJourneys.Parameters()
        (parameters.events, parameters.customers, parameters.seed) = (events, customers, seed)
        return parameters
    }

    private static func made(
        _ plan: Plan, events: Int, customers: Int, seed: UInt64
    ) throws -> (bytes: [UInt8], truths: [AnsweredJourneys.Truth]) {
        let parameters = parameters(events: events, customers: customers, seed: seed)
        var made = try AnsweredJourneys(plan, parameters, keepsTruths: true)
        var bytes: [UInt8] = []
        while made?.next(into: &bytes) ?? false {}
        return (bytes, made?.takeTruths() ?? [])
    }

    /// The lines that a run of the plan writes.
    private static func run(_ plan: Plan, _ bytes: [UInt8]) -> [Line] {
        var engine = InProcessEngine(plan, sources: ["in"])
        let block = ByteBlock(capacity: bytes.count)
        block.append(bytes)
        let batch = engine.scan(block, source: 0, arrival: .distantPast, isFirst: true)
        return engine.take(InputBatch(batch, isLive: false)).flatMap { Line.all($0.lines.block.bytes.copied) }
    }

    /// A run decides what was answered, hears the answers, and learns what is true.
    @Test func aRunDecidesTheSameAndLearnsTheTruth() throws {
        let plan = try Self.retail()
        let (bytes, truths) = try Self.made(plan, events: 60_000, customers: 2_000, seed: 3)
        #expect(bytes.count { $0 == 10 } == 60_000)
        let lines = Self.run(plan, bytes)
        let decisions = lines.filter { $0.type == "decision" && $0.parts["action"]?.text != nil }
        let sent = decisions.filter {
            $0.parts["group"]?.text == "treatment" || $0.parts["action"]?.text == "call_back"
        }
        let probabilities = Dictionary(
            uniqueKeysWithValues: truths.map { (Self.id($0.offer.decision), $0.probability) })
        #expect(Set(sent.compactMap { $0.parts["id"]?.text }) == Set(probabilities.keys))
        // The control group is decided for, and nobody of it answers.
        #expect(sent.count < decisions.count && sent.count > 1_500)
        let accepted = lines.filter { $0.type == "response" && $0.parts["outcome"]?.text == "accept" }
        let answered = Set(accepted.compactMap { $0.parts["decision_id"]?.text })
        #expect(answered.isSubset(of: Set(probabilities.keys)))
        // What was taken is what was likely to be: z within ±4.
        let expected = probabilities.values.reduce(0, +)
        let variance = probabilities.values.reduce(0) { $0 + $1 * (1 - $1) }
        #expect((Double(answered.count) - expected).magnitude < 4 * variance.squareRoot() + 10)
        let byAction = Dictionary(grouping: sent) { $0.parts["action"]?.text ?? "" }
        var checked = 0
        for (action, made) in byAction where made.count >= 400 && action != "call_back" {
            let late = made.suffix(made.count / 5)
            let promised = late.reduce(0) { $0 + Self.number($1, "propensity") } / Double(late.count)
            let true_ = late.reduce(0) { $0 + (probabilities[$1.parts["id"]?.text ?? ""] ?? 0) } / Double(late.count)
            // Of so few offers, chance alone is off by some hundredths.
            let noise = 4 * (true_ * (1 - true_) / Double(made.count)).squareRoot()
            #expect((promised - true_).magnitude < 0.1 * true_ + noise, "\(action): \(promised) and not \(true_)")
            checked += 1
        }
        #expect(checked >= 2)
    }

    private static func id(_ number: UInt64) -> String {
        "d-" + String(repeating: "0", count: 16 - String(number, radix: 16).count) + String(number, radix: 16)
    }

    private static func number(_ line: Line, _ key: String) -> Double {
        line.parts[key].flatMap { Double($0.json) } ?? .nan
    }

    @Test func linesAreEventsInOrder() throws {
        let (bytes, truths) = try Self.made(try Self.retail(), events: 8_000, customers: 300, seed: 9)
        let lines = Line.all(bytes)
        let times = lines.compactMap { $0.parts["timestamp"]?.text }
        #expect(times.count == 8_000 && times == times.sorted())
        #expect(Set(lines.compactMap { $0.parts["id"]?.text }).count == 8_000)
        let answers = lines.filter { $0.parts["properties"]?["decision_id"] != nil }
        #expect(
            Set(answers.compactMap { $0.parts["event"]?.text }) == [
                "offer_seen", "offer_click", "purchase", "offer_dismissed",
            ])
        for answer in answers where answer.parts["event"]?.text == "purchase" {
            #expect(answer.parts["properties"]?["price"] != nil && answer.parts["properties"]?["sku"] != nil)
        }
        #expect(try Self.made(try Self.retail(), events: 8_000, customers: 300, seed: 9).bytes == bytes)
        #expect(try Self.made(try Self.retail(), events: 8_000, customers: 300, seed: 10).bytes != bytes)
        let truth = try #require(truths.first)
        #expect(Part(json: Array(truth.json.utf8))["decision_id"]?.text == Self.id(truth.offer.decision))
    }

    /// Answers are told as the configuration hears them.
    @Test func theConfigurationsOwnWordsAreUsed() throws {
        let plan = try Self.plan(
            """
            { version: 1, moments: { seen: { sequence: [{ as: 'v', on: 'product_view' }] } },
              actions: { offer: { on: 'seen', cooldown: '1d' } },
              responses: { decision: 'event.properties.ref', accept: { on: 'taken', within: '3d' } },
              emit: ['decision', 'response'] }
            """)
        let (bytes, _) = try Self.made(plan, events: 3_000, customers: 100, seed: 1)
        let answers = Line.all(bytes).filter { $0.parts["properties"]?["ref"] != nil }
        #expect(answers.count > 10 && answers.allSatisfy { $0.parts["event"]?.text == "taken" })
        let heard = Self.run(plan, bytes).filter { $0.type == "response" }
        #expect(heard.count == answers.count)
    }

    @Test func nobodyAnswersWhereNobodyListens() throws {
        let plan = try Self.plan("{ version: 1 }")
        let made = try AnsweredJourneys(plan, Self.parameters(events: 10, customers: 10, seed: 1))
        let isThere = made != nil
        #expect(!isThere)
    }
}
