import TestSupport
import Testing

@testable import Pipeline
@testable import TestEngine

/// Answers, values, features and clocks that make no sense: what they come to is defined and counted, and nothing is ever no
/// number.
@Suite struct LearningInputTests {
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 86_400_000

    private static func rules(_ more: String = "") -> String {
        """
        { version: 1, moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
          actions: {
            mail: { on: 'visit', channels: ['email'], value: 3, propensity: { learn: true, prior: 0.1, strength: 2, by: 'event.properties.tier' } },
            call: { on: 'visit', value: 2, propensity: { learn: 'ftrl', prior: 0.2, strength: 2,
                    features: { n: 'event.properties.n', t: 'event.properties.t', b: 'event.properties.b' } } },
            never: { on: 'visit', propensity: 0.0, value: 1000 }, sure: { on: 'visit', propensity: 1.0, value: 0.2 }, \(more) },
          responses: { decision: 'event.properties.decision', impression: { on: 'shown' },
                       accept: { on: 'buy', within: '2d', value: 'event.properties.price' } },
          policy: { explore: { method: 'thompson', epsilon: 0.2, seed: '1' }, explain: 'full',
                    best_hour: { email: { on: 'shown', half_life: '1d' } } },
          emit: ['decision', 'response'] }
        """
    }

    private static func number(_ key: String, _ line: String) -> Double? {
        ResponseTests.word(key, line).flatMap(Double.init)
    }

    /// Every number of every line is one, and what is a probability is one.
    private func check(_ lines: [String]) {
        for line in lines {
            let low = line.lowercased()
            #expect(!low.contains("nan") && !low.contains(":inf") && !low.contains(":-inf"), "\(line)")
            if let probability = Self.number("probability", line) { #expect(probability > 0 && probability <= 1) }
            if let propensity = Self.number("propensity", line) { #expect(propensity >= 0 && propensity <= 1) }
        }
    }

    @Test func answersThatBelongNowhereAreCounted() throws {
        let visit = ResponseTests.event(1, "u", "visit", at: Self.hour)
        let decision = try EngineUnderTest(Self.rules()).run(visit).lines.first
        let id = try #require(decision.flatMap { ResponseTests.word("id", $0) })
        func buy(_ number: Int, _ customer: String, at time: Int64, _ reference: String?, _ price: String = "1")
            -> String
        {
            ResponseTests.event(number, customer, "buy", at: time, decision: reference, more: "\"price\":\(price)")
        }
        let input = [
            // Before there was any, and before the decision by a clock that is behind.
            buy(2, "u", at: 0, nil), visit, buy(3, "w", at: Self.hour, id),
            buy(4, "u", at: 2 * Self.hour, "d-0000000000000000"), buy(5, "u", at: 2 * Self.hour, "no id at all"),
            buy(6, "v", at: 2 * Self.hour, id), buy(7, "u", at: 3 * Self.hour, id, "-5.5"),
            buy(8, "u", at: 3 * Self.hour, id), buy(9, "u", at: 4 * Self.day, id),
        ]
        let outcome = try EngineUnderTest(Self.rules()).run(input.joined(), flush: true)
        check(outcome.lines)
        let responses = outcome.lines(ofType: "response")
        #expect(responses.count == 1 && Self.number("value", responses[0]) == -5.5)
        #expect(outcome.totals["responses that belong to no open decision"] == 5)
        #expect(outcome.totals["responses that a decision had already"] == 2)
    }

    @Test(arguments: ["\"much\"", "1e999", "-1e999", "null", "[1]", "{}", "true", "\"\""])
    func whatIsNoNumberIsNoValue(price: String) throws {
        let input = [
            ResponseTests.event(1, "u", "visit", at: 0),
            ResponseTests.event(2, "u", "buy", at: 1, more: "\"price\":\(price)"),
            ResponseTests.event(3, "u", "visit", at: 2),
        ]
        let outcome = try EngineUnderTest(Self.rules()).run(input.joined(), flush: true)
        check(outcome.lines)
        let responses = outcome.lines(ofType: "response")
        #expect(responses.count <= 1 && responses.allSatisfy { Self.number("value", $0) == nil })
    }

    /// Features, cells and clocks at their worst, beside what is as it should be.
    @Test(arguments: 1...4) func nothingIsEverNoNumber(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let values = [
            "null", "0", "1", "-1", "1e308", "-1e308", "5e-324", "\"x\"", "\"\"", "true", "[]", "3.5", "1e38", "4e38",
        ]
        var time: Int64 = 0
        let lines = (0..<400).map { id -> String in
            // Sometimes far ahead; what follows is late.
            time += [0, 1, 60_000, Self.hour, Self.day, 400 * Self.day][numbers.below(numbers.isTrue(of: 20) ? 6 : 5)]
            let said = numbers.isTrue(of: 10) ? time - 50 * Self.day : time
            let properties = ["n", "t", "b", "tier", "price"].filter { _ in !numbers.isTrue(of: 4) }.map {
                "\"\($0)\":\(numbers.one(of: values))"
            }
            let type = numbers.one(of: ["visit", "visit", "buy", "shown"])
            return ResponseTests.event(
                id, numbers.one(of: ["a", "b", "c"]), type, at: said, more: properties.joined(separator: ","))
        }
        let engine = try EngineUnderTest(Self.rules())
        let outcome = engine.run(lines.joined(), flush: true)
        check(outcome.lines)
        #expect(outcome.lines(ofType: "decision").count > 100 && outcome.lines(ofType: "response").count > 20)
        let often = try SnapshotTests.run(engine.plan, lines, lot: 20, shards: 2, resumedAfter: Set(0..<20))
        #expect(often.output == outcome.lines.map { $0 + "\n" }.joined())
    }

    /// What was removed and comes back is chosen as it was, and learns anew.
    @Test func anActionThatComesBackBeginsAnew() throws {
        let only = """
            { version: 1, moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
              actions: { mail: { on: 'visit', propensity: { learn: true, prior: 0.1, strength: 2 } }, ACTION },
              responses: { accept: { on: 'buy', within: '2d' } }, emit: ['decision', 'response'] }
            """
        let both = only.replacing(
            "ACTION", with: "gone: { on: 'visit', value: 9, propensity: { learn: true, prior: 0.5 } }")
        let one = only.replacing("ACTION", with: "")
        let stepped = SteppedEngine(try EngineUnderTest(both).plan, shards: 1)
        func take(_ number: Int, _ type: String) -> String {
            stepped.take([ResponseTests.event(number, "u", type, at: Int64(number) * Self.hour)][...])
            return stepped.output.split(separator: "\n").last.map(String.init) ?? ""
        }
        #expect(ResponseTests.word("action", take(1, "visit")) == "gone")
        _ = take(2, "buy")
        let known = Self.number("propensity", take(3, "visit"))
        #expect(known ?? 0 > 0.5)
        _ = try stepped.reload(one)
        // The answer to the decision that is still open is told of, and teaches nobody.
        let answer = take(4, "buy")
        #expect(ResponseTests.word("outcome", answer) == "accept" && ResponseTests.word("action", answer) == "gone")
        #expect(ResponseTests.word("action", take(5, "visit")) == "mail")
        _ = try stepped.reload(both)
        let back = take(6, "visit")
        #expect(ResponseTests.word("action", back) == "gone" && Self.number("propensity", back) == 0.5)
        stepped.finish(flush: true)
        check(stepped.output.split(separator: "\n").map(String.init))
    }
}
