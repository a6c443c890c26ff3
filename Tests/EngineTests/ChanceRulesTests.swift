import TestSupport
import Testing

@testable import TestEngine

/// Chance and what is learnt at their ends: propensities of nothing and of certainty, several
/// choices of one moment, values that no weight can take, what is never held against anybody.
@Suite struct ChanceRulesTests {
    private static let hour: Int64 = 3_600_000

    private static func rules(
        _ actions: String, policy: String = "", responses: String = "accept: { on: 'accept', within: '1h' }"
    ) -> String {
        """
        { version: 1, moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } }, actions: { \(actions) },
          responses: { \(responses) }, policy: { \(policy) }, emit: ['decision', 'response'] }
        """
    }

    private static func decisions(_ rules: String, _ input: [String]) throws -> [String] {
        try EngineUnderTest(rules).run(input.joined(), flush: true).lines(ofType: "decision")
    }

    private static func word(_ key: String, _ line: String) -> String { ResponseTests.word(key, line) ?? "" }

    /// 0 and 1 are propensities like others; what is the least beyond them is none.
    @Test func nothingAndCertaintyArePropensities() throws {
        let rules = Self.rules("one: { on: 'visit', propensity: 'event.properties.part / event.properties.whole' }")
        for (part, whole, isFit) in [
            ("0.0", "1.0", true), ("1.0", "1.0", true), ("-0.0", "1.0", true), ("-5e-324", "1.0", false),
            ("1.0000000000000002", "1.0", false), ("0.0", "0.0", false), ("1.0", "0.0", false),
        ] {
            let got = try Self.decisions(
                rules, [ResponseTests.event(1, "u", "visit", at: 0, more: "\"part\":\(part),\"whole\":\(whole)")])
            #expect(Self.word("action", got[0]) == (isFit ? "one" : "null"), "\(part) / \(whole): \(got[0])")
            if !isFit { #expect(Self.word("reason", got[0]) == "bad_priority") }
        }
    }

    /// Each of several choices of one moment has a draw of its own: which is second says nothing of which is first.
    @Test func eachChoiceIsDrawnByItself() throws {
        let rules = Self.rules(
            "a: { on: 'visit' }, b: { on: 'visit' }, c: { on: 'visit' }",
            policy: "choose: 2, explore: { method: 'epsilon', epsilon: 1, seed: 's' }")
        let input = (0..<3_000).map { ResponseTests.event($0, "u\($0)", "visit", at: Int64($0)) }
        let chosen = try Self.decisions(rules, input).map { Self.word("action", $0) }
        try #require(chosen.count == 6_000)
        var pairs: [String: Int] = [:]
        for first in stride(from: 0, to: 6_000, by: 2) { pairs[chosen[first] + chosen[first + 1], default: 0] += 1 }
        // Six pairs, each one time in six: 500 of 3,000, with a deviation of 20.4.
        #expect(pairs.count == 6 && pairs.values.allSatisfy { abs($0 - 500) < 90 }, "\(pairs)")
    }

    /// Whatever a feature's value, what is learnt of it stays a number: no event can spoil the weights for others.
    @Test(arguments: [[], ["1e300", "-1e300", "1e39"], ["3e38", "1"], ["1e-45", "1e-30", "-1e-20"], ["1e19", "-5"]])
    func noValueOfAFeatureSpoilsWhatIsLearnt(sizes: [String]) throws {
        let rules = Self.rules(
            """
            one: { on: 'visit', propensity: { learn: 'ftrl', prior: 0.5, strength: 1, half_life: '900d', beta: 0,
                   features: { size: 'event.properties.size', none: 'event.properties.size / 0.0' } } }
            """)
        let input = (0..<60).flatMap { index in
            let time = Int64(index) * Self.hour
            // The last customers say nothing of it.
            let size = sizes.isEmpty || index >= 50 ? "" : "\"size\":\(sizes[index % sizes.count])"
            return [
                ResponseTests.event(2 * index, "u", "visit", at: time, more: size),
                ResponseTests.event(2 * index + 1, "u", "accept", at: time + 60_000),
            ]
        }
        let got = try Self.decisions(rules, input)
        #expect(got.count == 60 && got.allSatisfy { Self.word("action", $0) == "one" }, "\(got)")
        let propensities = got.map { Double(Self.word("propensity", $0)) ?? .nan }
        #expect(propensities.allSatisfy { $0 > 0 && $0 < 1 }, "\(propensities)")
        #expect(propensities[59] > 0.5)
    }

    /// What the control group sees of what was asked for is a contact of its own, and spends nobody's budget.
    @Test func whatTheControlGroupSeesSpendsNothing() throws {
        for (exempt, last) in [("", "card"), (", exempt: ['g']", "null")] {
            let got = try Self.decisions(
                Self.rules(
                    "card: { on: 'visit', group: 'g', class: 'inbound', budget: { max: 2, over: '9d' } }",
                    policy: "holdout: { percent: 100\(exempt) }, caps: [{ max: 1, over: '9d' }]",
                    responses: "impression: { on: 'shown' }"),
                ["u", "v"].enumerated().flatMap { index, customer in
                    [
                        ResponseTests.event(3 * index, customer, "visit", at: Int64(index) * Self.hour),
                        ResponseTests.event(3 * index + 1, customer, "shown", at: Int64(index) * Self.hour + 1),
                        ResponseTests.event(3 * index + 2, customer, "visit", at: Int64(index) * Self.hour + 2),
                    ]
                } + [ResponseTests.event(9, "w", "visit", at: 5 * Self.hour)])
            #expect(got.map { Self.word("action", $0) } == ["card", "null", "card", "null", last])
            #expect(Self.word("reason", got[1]) == "cap" && (exempt.isEmpty || Self.word("reason", got[4]) == "budget"))
        }
    }

    /// What the control group gets like anybody spends like anybody's, what it does without nothing.
    @Test func whatIsExemptSpends() throws {
        for (exempt, last) in [("", "letter"), (", exempt: ['g']", "null")] {
            let got = try Self.decisions(
                Self.rules(
                    "letter: { on: 'visit', group: 'g', budget: { max: 2, over: '9d' } }",
                    policy: "holdout: { percent: 100\(exempt) }"),
                ["u", "v", "w"].enumerated().map { index, customer in
                    ResponseTests.event(index, customer, "visit", at: Int64(index) * Self.hour)
                })
            #expect(got.map { Self.word("action", $0) } == ["letter", "letter", last])
            #expect(exempt.isEmpty || Self.word("reason", got[2]) == "budget")
        }
    }

    /// What is seen spends of the value that stood at the decision, from when it was seen on.
    @Test func whatIsSeenSpendsOfItsValue() throws {
        let rules = Self.rules(
            "card: { on: 'visit', class: 'inbound' }",
            policy: "budgets: [{ max: 1, over: '9h', action: 'card', per_value: 'event.properties.shop' }]",
            responses: "impression: { on: 'shown' }")
        func event(_ id: Int, _ customer: String, _ type: String, _ hour: Int64, _ shop: String) -> String {
            ResponseTests.event(id, customer, type, at: hour * Self.hour, more: "\"shop\":\"\(shop)\"")
        }
        let got = try Self.decisions(
            rules,
            [
                event(1, "u", "visit", 0, "n"), event(2, "v", "visit", 1, "n"), event(3, "u", "shown", 4, "s"),
                event(4, "w", "visit", 5, "n"), event(5, "w", "visit", 5, "s"), event(6, "x", "visit", 12, "n"),
                event(7, "y", "visit", 13, "n"),
            ])
        #expect(got.map { Self.word("action", $0) } == ["card", "card", "null", "card", "null", "card"])
    }

    /// Actions of the same channels may prefer them by different expressions.
    @Test func eachActionPrefersByItsOwnExpression() throws {
        let got = try Self.decisions(
            Self.rules(
                """
                a: { on: 'visit', value: 2, channels: ['x', 'y', 'z'], prefer_channel: 'event.properties.one' },
                b: { on: 'visit', channels: ['x', 'y', 'z'], prefer_channel: 'event.properties.two' }
                """, policy: "choose: 2"),
            [ResponseTests.event(1, "u", "visit", at: 0, more: "\"one\":\"y\",\"two\":\"z\"")])
        #expect(got.map { Self.word("channel", $0) } == ["y", "z"])
    }

    /// Each of several rules takes away channels of its own, and leaves away what others took.
    @Test func rulesMuteChannelsTogether() throws {
        let rule = "over: '1d', for: '1d', scope: 'channel'"
        let got = try Self.decisions(
            Self.rules(
                """
                a: { on: 'visit', channels: ['email', 'app', 'sms'],
                     suppress: [{ outcome: 'reject', \(rule) }, { outcome: 'click', \(rule) }] }
                """, responses: "click: { on: 'click' }, reject: { on: 'no' }"),
            ["visit", "no", "visit", "click", "visit"].enumerated().map { hour, type in
                ResponseTests.event(hour, "u", type, at: Int64(hour) * Self.hour)
            })
        #expect(got.map { Self.word("channel", $0) } == ["email", "app", "sms"])
    }

    /// An action is as if it never had been chosen from 90 days on, to the very instant.
    @Test func whoWasChosenLongAgoIsAsGoodAsNew() throws {
        let rules = Self.rules("a: { on: 'visit' }, b: { on: 'visit' }")
        let (first, ninety) = (ResponseTests.event(1, "u", "visit", at: 0), 90 * 24 * Self.hour)
        for (time, wanted) in [(ninety - 1, "b"), (ninety, "a")] {
            let got = try Self.decisions(rules, [first, ResponseTests.event(2, "u", "visit", at: time)])
            #expect(got.map { Self.word("action", $0) } == ["a", wanted])
        }
    }

    /// A priority of exactly the least is enough, by rank and by chance.
    @Test func theLeastPriorityIsEnough() throws {
        let visit = [ResponseTests.event(1, "u", "visit", at: 0)]
        for explore in ["", ", explore: { method: 'softmax' }"] {
            for (least, action) in [("0.25", "a"), ("0.2500000000000001", "null")] {
                let got = try Self.decisions(
                    Self.rules(
                        "a: { on: 'visit', propensity: 0.25 }", policy: "min_priority: \(least)\(explore)"), visit)
                #expect(Self.word("action", got[0]) == action, "\(got[0])")
            }
        }
    }

    /// Until when a channel is held back that is the first to be free again: said where decisions
    /// are explained in full.
    @Test func theFirstChannelToBeFreeIsTold() throws {
        let got = try Self.decisions(
            Self.rules(
                """
                a: { on: 'visit', channels: ['email', 'app'], suppress: [{ outcome: 'reject', over: '1d', for: '1d', scope: 'channel' }] }
                """, policy: "explain: 'full'", responses: "reject: { on: 'no' }"),
            [
                ResponseTests.event(1, "u", "visit", at: 0), ResponseTests.event(2, "u", "no", at: Self.hour),
                ResponseTests.event(3, "u", "visit", at: 2 * Self.hour),
                ResponseTests.event(4, "u", "no", at: 3 * Self.hour),
                ResponseTests.event(5, "u", "visit", at: 4 * Self.hour),
            ])
        #expect(got.map { Self.word("channel", $0) }.prefix(2) == ["email", "app"])
        #expect(got.count == 3 && got[2].contains("\"until\":\"2026-03-03T11:00:00.000Z\""), "\(got)")
    }
}
