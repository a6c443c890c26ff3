import Events
import Foundation
import Testing

@testable import TestEngine

/// Who is who, by what comes out.
struct IdentityRuleTests {
    private static let sections = """
        moments: {
          cart_abandoned: { sequence: [ { as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30m" } ] },
          seen: { sequence: [ { as: "e", on: "probe" } ], output: { n: "windows.n", who: "event.customer_id" } },
        },
        windows: { n: { count: true, on: ["view", "add_to_cart", "purchase"], over: "30d" } },
        emit: ["moment", "identity"],
        """

    private static func engine(_ identity: String) throws -> EngineUnderTest {
        try EngineUnderTest("{ version: 1, identity: \(identity), \(sections) }")
    }

    /// An event of the native form: its minute, type, and ids as JSON members.
    private static func line(_ minute: Int, _ type: String, _ who: String) -> String {
        let time = 1_767_225_600_000 + minute * 60_000
        return "{\"id\":\"e\(minute)\",\(who),\"event\":\"\(type)\",\"timestamp\":\(time)}\n"
    }

    private static func user(_ user: String, _ device: String) -> String {
        "\"customer_id\":\"\(user)\",\"ids\":{\"device\":\"\(device)\"}"
    }

    private static func device(_ device: String) -> String { "\"ids\":{\"device\":\"\(device)\"}" }

    /// A field of a line.
    private static func field(_ name: String, _ line: String) -> String? {
        guard let start = line.firstRange(of: "\"\(name)\":") else { return nil }
        return String(line[start.upperBound...].prefix { $0 != "," && $0 != "}" })
    }

    private static let devices = #"{ ids: { customer_id: { unique: true }, device: { limit: 3 } } }"#

    @Test(arguments: [1, 2, 3, 8])
    func endsWhatACartWaitsForWhenItsOwnerLogsInAndBuys(shards: Int) throws {
        let input =
            Self.line(0, "add_to_cart", Self.device("d1")) + Self.line(10, "login", Self.user("u1", "d1"))
            + Self.line(20, "purchase", "\"customer_id\":\"u1\"")
        let outcome = try Self.engine(Self.devices).run(input, shards: shards, flush: true)
        #expect(outcome.lines(ofType: "moment").isEmpty)
        let identity = outcome.lines(ofType: "identity")
        try #require(identity.count == 1)
        #expect(Self.field("change", identity[0]) == "\"named\"")
        #expect(Self.field("was", identity[0]) == "\"d1\"")
        #expect(Self.field("customer_id", identity[0]) == "\"u1\"")
        #expect(Self.field("via", identity[0]) == "\"device\"")
    }

    @Test func endsWhatACartWaitsForWhenItsOwnerHasBoughtElsewhere() throws {
        let input =
            Self.line(0, "view", Self.user("u1", "d9")) + Self.line(1, "add_to_cart", Self.device("d1"))
            + Self.line(5, "purchase", "\"customer_id\":\"u1\"") + Self.line(10, "login", Self.user("u1", "d1"))
        let outcome = try Self.engine(Self.devices).run(input, flush: true)
        #expect(outcome.lines(ofType: "moment").isEmpty)
        #expect(outcome.lines(ofType: "identity").map { Self.field("change", $0) } == ["\"merged\""])
    }

    @Test func keepsACartWhoseOwnerBoughtBefore() throws {
        let input =
            Self.line(0, "purchase", Self.user("u1", "d9")) + Self.line(1, "add_to_cart", Self.device("d1"))
            + Self.line(10, "login", Self.user("u1", "d1"))
        let outcome = try Self.engine(Self.devices).run(input, flush: true)
        let moments = outcome.lines(ofType: "moment")
        try #require(moments.count == 1)
        #expect(Self.field("customer_id", moments[0]) == "\"u1\"")
    }

    /// The other customer's purchase ends an absence of the same value of `by` only.
    @Test(arguments: [1, 2, 3, 8]) func endsOnlyWhatIsOfTheSameValue(shards: Int) throws {
        let engine = try EngineUnderTest(
            """
            { version: 1, identity: \(Self.devices), moments: {
                left: { by: "event.id", sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30m" }] },
                kept: { by: "event.id", sequence: [{ as: "cart", on: ["add_to_cart", "wish"] },
                                                   { not: "purchase", for: "30m" }] },
              } }
            """)
        func line(_ minute: Int, _ type: String, _ who: String, _ id: String) -> String {
            Self.line(minute, type, who).replacingOccurrences(of: "\"id\":\"e\(minute)\"", with: "\"id\":\"\(id)\"")
        }
        let input =
            line(0, "view", Self.user("u1", "d9"), "v") + line(1, "add_to_cart", Self.device("d1"), "one")
            + line(2, "add_to_cart", Self.device("d1"), "two") + line(5, "purchase", "\"customer_id\":\"u1\"", "one")
            + line(10, "login", Self.user("u1", "d1"), "l") + line(50, "view", Self.user("u1", "d1"), "w")
        let moments = engine.run(input, shards: shards, flush: true).lines(ofType: "moment")
        #expect(moments.map { Self.field("by", $0) ?? "" } == ["\"two\"", "\"two\""])
    }

    /// A control group is that of the subject made first, whatever it is called since.
    @Test func keepsTheControlGroupOfWhoWasThereFirst() throws {
        let engine = try EngineUnderTest(
            """
            { version: 1, identity: \(Self.devices), moments: { seen: { sequence: [{ as: "e", on: "probe" }] } },
              actions: { offer: { on: "seen" } }, policy: { holdout: { percent: 50 } }, emit: "decision" }
            """)
        var groups: Set<String> = []
        for number in 0..<40 {
            let (device, user) = (Self.device("d\(number)"), Self.user("u\(number)", "d\(number)"))
            let input =
                Self.line(0, "probe", device) + Self.line(1, "probe", "\"customer_id\":\"u\(number)\"")
                + Self.line(2, "login", user) + Self.line(3, "probe", user)
            let decisions = engine.run(input, shards: 1 + number % 3).lines(ofType: "decision")
            try #require(decisions.count == 3)
            func group(_ line: String) -> String { line.contains("\"group\":\"control\"") ? "control" : "treated" }
            #expect(group(decisions[2]) == group(decisions[0]), "\(decisions)")
            groups.insert("\(group(decisions[0])) \(group(decisions[1]))")
        }
        #expect(groups.count == 4)
    }

    @Test func keepsTwoPersonsOfOneDeviceApart() throws {
        let input =
            Self.line(0, "view", Self.user("u1", "d1")) + Self.line(1, "view", Self.user("u2", "d1"))
            + Self.line(2, "view", Self.user("u2", "d1")) + Self.line(3, "view", Self.device("d1"))
            + Self.line(4, "probe", Self.device("d1")) + Self.line(5, "probe", "\"customer_id\":\"u1\"")
            + Self.line(6, "probe", "\"customer_id\":\"u2\"")
        let outcome = try Self.engine(Self.devices).run(input)
        let moments = outcome.lines(ofType: "moment")
        #expect(moments.map { Self.field("who", $0) ?? "" } == ["\"d1\"", "\"u1\"", "\"u2\""])
        #expect(moments.map { Self.field("n", $0) ?? "" } == ["1", "1", "2"])
        let identity = outcome.lines(ofType: "identity")
        try #require(identity.count == 1)
        #expect(Self.field("change", identity[0]) == "\"refused\"")
        #expect(Self.field("reason", identity[0]) == "\"unique\"")
        #expect(Self.field("was", identity[0]) == "\"d1\"")
    }

    @Test func givesASharedDeviceToItsLastUser() throws {
        let input =
            Self.line(0, "view", Self.user("u1", "d1")) + Self.line(1, "view", Self.user("u2", "d1"))
            + Self.line(2, "probe", Self.device("d1")) + Self.line(3, "view", Self.user("u1", "d1"))
            + Self.line(4, "probe", Self.device("d1"))
        let outcome = try Self.engine(
            #"{ ids: { customer_id: { unique: true }, device: { shared: "last_user" } } }"#
        ).run(input)
        #expect(outcome.lines(ofType: "moment").map { Self.field("who", $0) ?? "" } == ["\"u2\"", "\"u1\""])
    }

    @Test func refusesWhatIsMoreThanALimit() throws {
        var input = ""
        for number in 0..<5 { input += Self.line(number, "view", Self.user("u1", "d\(number)")) }
        let outcome = try Self.engine(Self.devices).run(input)
        let identity = outcome.lines(ofType: "identity")
        #expect(identity.map { Self.field("reason", $0) ?? "" } == ["\"limit\"", "\"limit\""])
        #expect(identity.map { Self.field("was", $0) ?? "" } == ["\"d3\"", "\"d4\""])
    }

    @Test func refusesWhatShowsNoUsableID() throws {
        let blocked = ["null", "NULL", "\\\"null\\\"", "0", "", "   ", "(not set)", "demo-7", "test"]
        var input = ""
        for (minute, id) in blocked.enumerated() { input += Self.line(minute, "view", "\"customer_id\":\"\(id)\"") }
        input += Self.line(50, "view", "\"customer_id\":null")
        input += Self.line(51, "view", "\"customer_id\":\"\(String(repeating: "x", count: 10_000))\"")
        let engine = try Self.engine(#"{ block: ["test", "re:^demo-"] }"#)
        let outcome = engine.run(input)
        #expect(outcome.events == 0)
        #expect(outcome.rejects.map(\.reject.reason) == Array(repeating: .noIdentity, count: blocked.count + 2))
    }

    /// What cannot be anybody's id joins nobody: the second event is of who shows its other id.
    @Test(arguments: [
        "null", "\"null\"", "\" NULL \"", "0", "\"0\"", "\"00-00\"", "\"\"", "\"  \\t\"", "-1", "true", "1.5", "{}",
        "[\"d\"]",
        "\"\(String(repeating: "x", count: 10_240))\"", "\"\(String(repeating: "é", count: 129))\"",
        "\"[object Object]\"",
    ])
    func joinsNobodyByWhatIsNoID(value: String) throws {
        let device = "\"ids\":{\"device\":\(value)}"
        let input =
            Self.line(0, "view", "\"customer_id\":\"u1\",\(device)")
            + Self.line(1, "view", "\"customer_id\":\"u2\",\(device)")
            + Self.line(2, "probe", "\"customer_id\":\"u1\",\(device)")
            + Self.line(3, "probe", "\"customer_id\":\"u2\"")
            + Self.line(4, "probe", device)
        let outcome = try Self.engine(Self.devices).run(input, shards: 3)
        let moments = outcome.lines(ofType: "moment")
        #expect(moments.map { Self.field("who", $0) ?? "" } == ["\"u1\"", "\"u2\""])
        #expect(moments.map { Self.field("n", $0) ?? "" } == ["1", "1"])
        #expect(outcome.lines(ofType: "identity").isEmpty && outcome.rejects.count == 1)
    }

    /// Merges that say nothing, in circles, and of ids that nobody ever shows again.
    @Test(arguments: [1, 2, 3, 8]) func mergesInCirclesAreHarmless(shards: Int) throws {
        func merge(_ minute: Int, _ into: String, _ from: String) -> String {
            Self.line(
                minute, "alias", "\"customer_id\":\"\(into)\",\"merge\":{\"into\":\"\(into)\",\"from\":\"\(from)\"}")
        }
        let engine = try Self.engine("{ ids: { customer_id: { limit: 10 }, device: { limit: 3 } } }")
        let users = ["a", "b", "c", "d"]
        var input = users.enumerated().map { Self.line($0, "view", "\"customer_id\":\"\($1)\"") }.joined()
        for (index, (into, from)) in [
            ("a", "a"), ("a", "b"), ("b", "a"), ("b", "c"), ("c", "a"), ("d", "nobody"), ("nobody", "d"), ("c", "d"),
            ("d", "a"), ("a", "a"),
        ].enumerated() {
            input += merge(10 + index, into, from)
        }
        input += users.enumerated().map { Self.line(30 + $0, "probe", "\"customer_id\":\"\($1)\"") }.joined()
        let outcome = engine.run(input, shards: shards)
        let moments = outcome.lines(ofType: "moment")
        #expect(moments.map { Self.field("who", $0) ?? "" } == Array(repeating: "\"a\"", count: 4), "\(outcome.lines)")
        #expect(moments.map { Self.field("n", $0) ?? "" } == Array(repeating: "4", count: 4))
        let merged = outcome.lines(ofType: "identity").filter { Self.field("change", $0) == "\"merged\"" }
        #expect(merged.count == 3 && outcome.rejects.isEmpty)
    }

    @Test func tellsTheSameTextInTwoNamespacesApart() throws {
        let input =
            Self.line(0, "view", Self.device("7")) + Self.line(1, "view", "\"customer_id\":\"7\"")
            + Self.line(2, "probe", "\"customer_id\":7") + Self.line(3, "probe", Self.device("7"))
        let outcome = try Self.engine(Self.devices).run(input)
        #expect(outcome.lines(ofType: "moment").map { Self.field("n", $0) ?? "" } == ["1", "1"])
        #expect(outcome.lines(ofType: "identity").isEmpty)
    }

    @Test func followsWhatALineSaysToBeOne() throws {
        let merge = #""customer_id":"u1","merge":{"into":"u1","from":"d1"}"#
        let force = #""customer_id":"u1","merge":{"into":"u1","from":"u2","force":true}"#
        let itself = #""customer_id":"u1","merge":{"into":"u1","from":"u1"}"#
        let input =
            Self.line(0, "view", Self.device("d1")) + Self.line(1, "view", "\"customer_id\":\"u1\"")
            + Self.line(2, "view", "\"customer_id\":\"u2\"") + Self.line(3, "alias", merge)
            + Self.line(4, "probe", "\"customer_id\":\"u1\"") + Self.line(5, "alias", force)
            + Self.line(6, "alias", force) + Self.line(7, "alias", itself)
            + Self.line(8, "probe", "\"customer_id\":\"u2\"")
        let outcome = try Self.engine(Self.devices).run(input)
        let moments = outcome.lines(ofType: "moment")
        #expect(moments.map { Self.field("n", $0) ?? "" } == ["2", "3"])
        #expect(moments.map { Self.field("who", $0) ?? "" } == ["\"u1\"", "\"u1\""])
        #expect(
            outcome.lines(ofType: "identity").map { Self.field("change", $0) ?? "" } == [#""merged""#, #""merged""#])
    }

    @Test func forgetsWhoAsksForIt() throws {
        let sections = Self.sections + "privacy: { forget_on: 'gone' },"
        let engine = try EngineUnderTest("{ version: 1, identity: \(Self.devices), \(sections) }")
        let input =
            Self.line(0, "view", Self.user("u1", "d1")) + Self.line(1, "add_to_cart", Self.device("d1"))
            + Self.line(2, "gone", "\"customer_id\":\"u1\"") + Self.line(3, "view", Self.device("d1"))
            + Self.line(4, "probe", Self.device("d1")) + Self.line(5, "probe", "\"customer_id\":\"u1\"")
        let outcome = engine.run(input, flush: true)
        let moments = outcome.lines(ofType: "moment")
        #expect(moments.map { Self.field("who", $0) ?? "" } == ["\"d1\"", "\"u1\""])
        #expect(moments.map { Self.field("n", $0) ?? "" } == ["1", "0"])
        #expect(outcome.lines(ofType: "identity").map { Self.field("change", $0) ?? "" } == ["\"forgotten\""])
    }

    @Test func forgetsWhoAsksForItWithoutIdentity() throws {
        let engine = try EngineUnderTest("{ version: 1, \(Self.sections) privacy: { forget_on: ['gone'] } }")
        let input =
            Self.line(0, "add_to_cart", "\"customer_id\":\"u1\"") + Self.line(1, "gone", "\"customer_id\":\"u1\"")
            + Self.line(2, "probe", "\"customer_id\":\"u1\"")
        let outcome = engine.run(input, shards: 3, flush: true)
        #expect(outcome.lines(ofType: "moment").map { Self.field("n", $0) ?? "" } == ["0"])
        #expect(outcome.lines(ofType: "identity").count == 1)
    }

    /// Decisions for a device and for a customer, who turn out to be one; then three answers, and one that never comes.
    @Test(arguments: [1, 3])
    func responsesToEitherAreTheOneCustomersAfterAMerge(shards: Int) throws {
        let engine = try EngineUnderTest(
            """
            { version: 1, identity: \(Self.devices), moments: { seen: { sequence: [{ as: "e", on: "probe" }] } },
              actions: { offer: { on: "seen", channels: ["web"], cooldown: { ignored: "30d" } } },
              responses: { click: { on: "click", within: "7d" }, ignored: { for: "2h" } }, emit: ["decision", "response"] }
            """)
        let input =
            Self.line(0, "probe", Self.device("d1")) + Self.line(1, "probe", "\"customer_id\":\"u1\"")
            + Self.line(2, "probe", Self.device("d1")) + Self.line(3, "login", Self.user("u1", "d1"))
            + Self.line(10, "click", Self.device("d1")) + Self.line(11, "click", "\"customer_id\":\"u1\"")
            + Self.line(200, "other", "\"customer_id\":\"u1\"") + Self.line(201, "click", Self.device("d1"))
            + Self.line(202, "probe", "\"customer_id\":\"u1\"")
        let outcome = engine.run(input, shards: shards, flush: true)
        let decisions = outcome.lines(ofType: "decision")
        try #require(decisions.count == 4)
        let ids = decisions.compactMap { Self.field("id", $0) }
        let responses = outcome.lines(ofType: "response").map {
            "\(Self.field("outcome", $0) ?? "") \(Self.field("decision_id", $0) ?? "")"
        }
        // The newest that is open gets an answer first, whoever it was made for; the oldest is ignored, and clicked late.
        #expect(
            responses == [
                "\"click\" \(ids[2])", "\"click\" \(ids[1])", "\"ignored\" \(ids[0])", "\"click\" \(ids[0])",
            ])
        #expect(decisions[3].contains("\"reason\":\"cooldown\""))
    }
}
