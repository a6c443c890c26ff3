import Events
import Expressions
import Storage
import Testing

@testable import Decisions

/// The lines as consumers see them.
struct DecisionLinesTests {
    private func shop() throws -> Draft {
        var draft = Draft()
        draft.moments = ["cart \"abandoned\""]
        let half = try draft.number("0.25")
        let sku = try draft.number("v0")
        let list = try draft.number("[1, 2]")
        try draft.add("email_reminder", value: "50.0") { action in
            action.propensity = half
            action.channels = ["email"]
            action.expiresAfter = 3_600_000_000
            action.cooldown = 60_000_000
            action.payload = [(name: "sku", expression: sku), (name: "n", expression: list)]
        }
        try draft.add("push", value: "12.0") { $0.lever = 10 }
        try draft.add("letter") { $0.enabled = false }
        return draft
    }

    private let bytes = Array("SKU\n1".utf8)

    private func lines(_ draft: Draft, at times: [Int64], customer: String = "c\"1") -> [String] {
        let bench = DecisionBench(draft)
        return View.of(bytes) { text in
            times.flatMap { bench.decide(at: $0, customer: customer, facts: [.string(text)]) }
        }
    }

    @Test func anActionWithEverything() throws {
        var draft = try shop()
        draft.actions[1].lever = 0
        let expected =
            #"{"type":"decision","id":"d-5ee34104aa51084c","moment":"cart \"abandoned\"","#
            + #""moment_id":"m-0000000000000001","customer_id":"c\"1","time":"2026-01-01T00:30:00.022Z","#
            + #""action":"email_reminder","channel":"email","deliver_at":"2026-01-01T00:30:00.022Z","#
            + #""expires_at":"2026-01-01T01:30:00.022Z","priority":12.5,"probability":1.0,"propensity":0.25,"#
            + #""context":1.0,"value":50.0,"lever":1.0,"payload":{"sku":"SKU\n1","n":[1,2]},"explanation":{"won":"email_reminder","margin":0.5,"#
            + #""runner_up":"push","candidates":3,"blocked":{"disabled":1}}}"#
        #expect(lines(draft, at: [1_767_227_400_022_000]) == [expected])
    }

    @Test func anActionWithoutChannelExpiryAndPayload() throws {
        var draft = try shop()
        draft.policy.choose = 3
        let expected =
            #"{"type":"decision","id":"d-f21cec98b43d1d4c","moment":"cart \"abandoned\"","#
            + #""moment_id":"m-0000000000000001","customer_id":"c\"1","time":"1970-01-01T00:00:00.001500Z","#
            + #""action":"push","deliver_at":"1970-01-01T00:00:00.001500Z","priority":13.200000000000001,"#
            + #""probability":1.0,"propensity":1.0,"context":1.0,"value":12.0,"lever":1.1,"explanation":{"won":"push","#
            + #""margin":0.7000000000000011,"runner_up":"email_reminder","candidates":3,"blocked":{"disabled":1}}}"#
        let got = lines(draft, at: [1_500])
        #expect(got.first == expected)
        #expect(got.count == 2)
    }

    @Test func saysWhyNothingWasChosen() throws {
        var draft = try shop()
        draft.policy.caps = [CapPlan(max: 0, over: 1)]
        let expected =
            #"{"type":"decision","id":"d-c943cd37f556de7e","moment":"cart \"abandoned\"","#
            + #""moment_id":"m-0000000000000001","customer_id":"c1","time":"1970-01-01T00:00:00.000Z","#
            + #""action":null,"reason":"cap","explanation":{"candidates":3,"blocked":{"disabled":1,"cap":2}}}"#
        #expect(lines(draft, at: [0], customer: "c1") == [expected])
    }

    @Test func theIDIsTheSameWithAndWithoutExplanation() throws {
        var draft = try shop()
        let explained = lines(draft, at: [7])
        draft.policy.explain = .none
        let bare = lines(draft, at: [7])
        #expect(bare.map { $0.word("id") } == explained.map { $0.word("id") })
        #expect(!bare[0].contains("explanation") && bare[0].hasSuffix(#""lever":1.1}"#))
        #expect(explained[0].hasPrefix(bare[0].dropLast()))
    }

    @Test func theIDDependsOnWhatIsSaid() throws {
        let draft = try shop()
        let ids = Set(
            (lines(draft, at: [7, 7, 8]) + lines(draft, at: [7], customer: "c2")).compactMap { $0.word("id") })
        #expect(ids.count == 4)
        #expect(lines(draft, at: [7, 8]) == lines(draft, at: [7, 8]))
    }

    @Test func payloadKeysWithoutAValueAreLeftOut() throws {
        var draft = Draft()
        let numbers = try ["v9", "1.0 / 0.0", "'x'", "v9", "2.0"].map { try draft.number($0) }
        try draft.add("a") { action in
            action.payload = zip(["a", "b", "c", "d", "\n"], numbers).map { (name: $0, expression: $1) }
        }
        try draft.add("b", value: "0.5") { $0.payload = [(name: "a", expression: numbers[0])] }
        draft.policy.choose = 2
        let got = lines(draft, at: [0])
        #expect(got[0].contains(#","payload":{"c":"x","\n":2.0},"explanation""#))
        #expect(got[1].contains(#","payload":{},"explanation""#))
    }

    @Test(arguments: [
        ("0", "0.0"), ("7", "7.0"), ("10", "10.0"), ("305", "305.0"), ("999", "999.0"), ("1000", "1000.0"),
        ("-0.0", "-0.0"), ("-3", "-3.0"), ("0.1", "0.1"), ("1e16", "1e+16"), ("1e-7", "1e-07"), ("2.5", "2.5"),
    ])
    func numbersHaveAFractionOrAnExponent(source: String, written: String) throws {
        var draft = Draft()
        draft.policy.minPriority = -10
        try draft.add("a", value: source)
        #expect(lines(draft, at: [0])[0].word("value") == written)
    }
}
