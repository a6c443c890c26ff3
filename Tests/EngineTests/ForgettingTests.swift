import Testing

@testable import TestEngine

/// Whatever a rule remembers, it lets go of once it is over: every kind of rule by itself.
@Suite struct ForgettingTests {
    struct Rule: CustomTestStringConvertible, Sendable {
        var name: String
        var text: String
        var testDescription: String { name }
    }

    private static let windows = [
        "count: true", "sum: 'event.properties.v'", "avg: 'event.properties.v'", "min: 'event.properties.v'",
        "first: 'event.id'", "last: 'event.id'", "distinct: 'event.id'", "mode: 'event.id'", "since_last: true",
        "since_first: true", "median: 'event.properties.v'", "quantile: 'event.id', q: 0.9",
        "stddev: 'event.properties.v'",
    ].flatMap { aggregate in
        ["over: '1h'", "session: '10m'", "per: 'day'", "per: 'month', before: true", "over: '1h', before: true"].map {
            Rule(
                name: "\(aggregate), \($0)",
                text:
                    "windows: { w: { \(aggregate), on: ['x', 'y'], \($0) } }, moments: { m: { when: 'has(windows.w) && customer.id == \"\"' } }"
            )
        }
    }

    private static let others = [
        ("ids", "input: { dedup: '1h' }, moments: { m: { sequence: [{ as: 'a', on: 'x' }] } }"),
        (
            "a segment that time ends",
            "windows: { w: { count: true, on: ['x', 'y'], over: '1h' } }, segments: { s: { when: 'windows.w > 0' } }, emit: ['segment']"
        ),
        (
            "a segment that an event ends",
            "segments: { s: { when: \"event.type == 'x'\", leave_when: \"event.type == 'y'\" } }, emit: ['segment']"
        ),
        ("a score", "scores: { s: { expr: 'event.type == \"x\" ? 1.0 : 0.0', report_at: [0.5] } }, emit: ['score']"),
        ("within", "moments: { m: { sequence: [{ as: 'a', on: 'x' }, { as: 'b', on: 'z' }], within: '1h' } }"),
        (
            "within, by",
            "moments: { m: { by: 'event.id', sequence: [{ as: 'a', on: 'x' }, { as: 'b', on: 'z' }], within: '1h' } }"
        ),
        ("an absence", "moments: { m: { sequence: [{ as: 'a', on: 'x' }, { not: 'z', for: '1h' }] } }"),
        (
            "an absence of many steps",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }, { as: 'b', on: 'y' }, { not: 'z', for: '1h' }], within: '1h' } }"
        ),
        (
            "a general sequence",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }, { as: 'b', on: 'y', times: '1..', contiguity: 'any' }, { as: 'c', on: 'z' }], within: '1h', after_match: 'no_skip', emit_partial: true } }"
        ),
        (
            "groups",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }, { all_of: [[{ as: 'b', on: 'y' }], [{ as: 'c', on: 'z' }]] }], within: '1h' } }"
        ),
        ("a sequence's cooldown", "moments: { m: { sequence: [{ as: 'a', on: 'x' }], cooldown: '1s' } }"),
        (
            "a sequence's cooldown, by",
            "moments: { m: { by: 'event.id', sequence: [{ as: 'a', on: 'x' }], cooldown: '1h' } }"
        ),
        (
            "a general sequence's cooldown",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }, { as: 'b', on: 'y', contiguity: 'any' }], cooldown: '1h', within: '1m' } }"
        ),
        (
            "an absence's cooldown",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }, { not: 'z', for: '1m' }], cooldown: '1h' } }"
        ),
        ("a condition's cooldown", "moments: { m: { when: \"event.type == 'x'\", cooldown: '1h' } }"),
        (
            "an action's cooldown",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }] } }, actions: { a: { on: 'm', cooldown: '1d' } }"
        ),
        (
            "a sliding cap",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }] } }, actions: { a: { on: 'm' } }, policy: { caps: [{ max: 1, over: '7d' }] }"
        ),
        (
            "a cap of the calendar",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }] } }, actions: { a: { on: 'm' } }, policy: { caps: [{ max: 1, per: 'month' }] }"
        ),
        (
            "suppression",
            "moments: { m: { sequence: [{ as: 'a', on: 'y' }] } }, actions: { a: { on: 'm', suppress: [{ after: 'x', for: '14d' }] } }"
        ),
        (
            "responses",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }] } }, actions: { a: { on: 'm', cooldown: { ignored: '3d' } } }, responses: { impression: { on: 'y' }, accept: { on: 'z', within: '2d' }, ignored: { for: '1h' } }"
        ),
        (
            "recency",
            "moments: { m: { sequence: [{ as: 'a', on: 'x' }] } }, actions: { a: { on: 'm' }, b: { on: 'm' } }"
        ),
    ].map { Rule(name: $0.0, text: $0.1) }

    /// A crowd whose customers come once, each with an event of every type.
    private static let crowd = (0..<1_000).map { index in
        ["x", "y"].enumerated().map { step, type in
            event(
                "c\(index)", type, at: 1_767_225_600_000 + Int64(index * 10 + step * 11_000), id: "\(type)\(index)",
                "\"v\":\(index % 7)")
        }
    }
    private static let lines = crowd.map { $0[0] }.joined() + crowd.map { $0[1] }.joined()
    /// A hundred days later.
    private static let later: Int64 = 1_767_225_600_000 + 100 * 86_400_000

    private func left(_ rule: Rule, _ rest: String) throws -> (customers: UInt64, bytes: UInt64, came: UInt64) {
        let totals = try EngineUnderTest("{ version: 1, \(rule.text) }").run(Self.lines + rest, piece: 1_000).totals
        return (
            totals["customers", default: 0], totals["state bytes", default: 0],
            totals["customers that came", default: 0]
        )
    }

    private static let busy = (0..<20_000).map {
        event("busy", "nothing", at: later + Int64($0) * 60)
    }.joined()

    /// Others come, who have nothing to do with the rule.
    @Test(arguments: windows + others) func asOthersCome(rule: Rule) throws {
        let (customers, bytes, came) = try left(rule, Self.busy)
        #expect(customers <= 1 && bytes <= 1_000, "\(customers) customers are left, with \(bytes) bytes")
        #expect(came >= 1_000)
    }

    /// Hardly anything comes, but time goes on.
    @Test(arguments: windows + others) func asTimePasses(rule: Rule) throws {
        let rare = (0..<12).map {
            event(
                "rare", "nothing", at: Self.later + Int64($0) * 1_200_000,
                "\"v\":\"\(String(repeating: "-", count: 1_000))\"")
        }
        let (customers, bytes, _) = try left(rule, rare.joined())
        #expect(customers <= 1 && bytes <= 1_000, "\(customers) customers are left, with \(bytes) bytes")
    }

    /// What is over goes though the customer stays for another reason.
    @Test func whatIsOverGoesFromWhoStays() throws {
        let rule = Rule(
            name: "",
            text: """
                profile: { p: { on: 'x', from: 'event.properties.v' } },
                windows: { w: { sum: 'event.properties.v', over: '1h' }, mid: { median: 'event.properties.v', over: '1h' } },
                moments: {
                  m: { by: 'event.id', sequence: [{ as: 'a', on: ['x', 'y'] }], cooldown: '1h', output: { p: 'profile.p' } },
                  n: { when: 'windows.w > 100.0 && windows.mid > 5' },
                }
                """)
        let (customers, bytes, _) = try left(rule, Self.busy)
        // A row, and the attribute.
        #expect(customers == 1_000 && bytes < 1_000 * 150, "\(customers), \(bytes)")
    }

    /// A cooldown that becomes longer does not bring back what was over, however far the hand has come meanwhile.
    @Test(arguments: [0, 3_000]) func aLongerCooldownBringsNothingBack(others: Int) throws {
        func rules(_ cooldown: String) -> String {
            "{ version: 1, moments: { m: { sequence: [{ as: 'a', on: 'x' }], cooldown: '\(cooldown)' } }, actions: { a: { on: 'm', cooldown: '\(cooldown)' } } }"
        }
        let engine = SteppedEngine(try EngineUnderTest(rules("1s")).plan, shards: 2)
        let base: Int64 = 1_767_225_600_000
        engine.take([event("c", "x", at: base)][...])
        for index in 0..<others { engine.take([event("o\(index)", "x", at: base + 2_000 + Int64(index))][...]) }
        engine.take([event("other", "nothing", at: base + 6_000)][...])
        _ = try engine.reload(rules("1d"))
        engine.take([event("c", "x", at: base + 10_000)][...])
        engine.take([event("c", "x", at: base + 20_000)][...])
        engine.finish(flush: false)
        let own = engine.output.split(separator: "\n").filter { $0.contains(#""customer_id":"c""#) }
        #expect(own.filter { $0.contains(#""type":"moment""#) }.count == 2)
        #expect(own.filter { $0.contains(#""action":"a""#) }.count == 2)
    }
}
