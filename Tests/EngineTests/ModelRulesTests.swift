import Foundation
import TestSupport
import Testing

@testable import TestEngine

/// Propensities that models say: each action by its own features, at each moment anew.
@Suite struct ModelRulesTests {
    private static let rules = """
        { version: 1, moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
          models: { one: { file: 'm.json', features: { x: 'event.properties.x', y: 'event.properties.y' } },
                    two: { file: 'm.json', features: { x: 'event.properties.y', y: 'event.properties.x' } },
                    three: { file: 'm.json', features: { x: "duration('1500ms')", y: 'event.properties.x' } },
                    other: { file: 'n.json', features: { x: 'event.properties.x', y: 'event.properties.y' } } },
          actions: { a: { on: 'visit', propensity: { model: 'one' } }, b: { on: 'visit', propensity: { model: 'two' } },
                     c: { on: 'visit', propensity: { model: 'one' } }, d: { on: 'visit', propensity: { model: 'three' } },
                     e: { on: 'visit', propensity: { model: 'other' } } },
          policy: { choose: 5 }, emit: ['decision'] }
        """

    private static func model(_ intercept: Double) -> String {
        """
        {"model":"linear","link":"logistic","intercept":\(intercept),
         "features":[{"name":"x","coefficient":0.7,"missing":2},{"name":"y","coefficient":-0.3,"missing":-1}]}
        """
    }

    /// What a model sees of a value: a number, 1 or 0 for a truth; nil for what is missing.
    private static func seen(_ text: String) -> Double? {
        switch text {
        case "true": 1
        case "false": 0
        default: Double(text)
        }
    }

    @Test(arguments: 1...3, [1 << 16, 120]) func eachActionGoesByItsModel(seed: UInt64, piece: Int) throws {
        var numbers = SeededNumbers(seed: seed)
        let engine = try EngineUnderTest(Self.rules, files: ["m.json": Self.model(-0.5), "n.json": Self.model(0.25)])
        var said: [(x: String, y: String)] = []
        let input = (0..<80).map { id in
            let values = (0..<2).map { _ in numbers.one(of: ["0.5", "-2", "3.25", "true", "false", "\"much\"", ""]) }
            said.append((values[0], values[1]))
            let properties = zip(["x", "y"], values).filter { $1 != "" }.map { "\"\($0)\":\($1)" }
            return ResponseTests.event(
                id, "u\(id % 3)", "visit", at: Int64(id) * 1000, more: properties.joined(separator: ","))
        }
        let lines = engine.run(input.joined(), flush: true, piece: piece).lines(ofType: "decision")
        #expect(lines.count == 80 * 5)
        for line in lines {
            let event = try #require(ResponseTests.word("event_id", line).flatMap { Int($0) })
            let (x, y) = (Self.seen(said[event].x), Self.seen(said[event].y))
            let features: (x: Double?, y: Double?, intercept: Double) =
                switch ResponseTests.word("action", line) {
                case "b": (y, x, -0.5)
                case "d": (1.5, x, -0.5)
                case "e": (x, y, 0.25)
                default: (x, y, -0.5)
                }
            let sum = features.intercept + 0.7 * (features.x ?? 2) - 0.3 * (features.y ?? -1)
            let found = ResponseTests.word("propensity", line).flatMap(Double.init) ?? .nan
            #expect((found - 1 / (1 + exp(-sum))).magnitude < 1e-12, "\(line)")
        }
    }
}
