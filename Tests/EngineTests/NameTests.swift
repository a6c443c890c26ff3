import Testing

@testable import TestEngine

/// Names are bytes: what differs in them is another name, however alike it looks.
@Suite struct NameTests {
    private static let composed = "caf\\u00e9"
    private static let decomposed = "cafe\\u0301"

    @Test func typesAndKeysThatLookAlikeAreToldApart() throws {
        let engine = try EngineUnderTest(
            """
            { version: 1, moments: {
              one: { sequence: [{ as: 'a', on: '\(Self.composed)' }] },
              two: { sequence: [{ as: 'a', on: '\(Self.decomposed)' }] },
              p_one: { sequence: [{ as: 'a', on: 'z', where: "event.properties['\(Self.composed)'] == 1" }] },
              p_two: { sequence: [{ as: 'a', on: 'z', where: "event.properties['\(Self.decomposed)'] == 1" }] },
            } }
            """)
        let lines =
            event("1", "\(Self.composed)", at: 1) + event("2", "\(Self.decomposed)", at: 2)
            + event("3", "z", at: 3, "\"\(Self.composed)\":1") + event("4", "z", at: 4, "\"\(Self.decomposed)\":1")
        let names = engine.run(lines).moments.map { $0.split(separator: "\"")[2] }
        #expect(names == ["one", "two", "p_one", "p_two"])
    }

    /// In every section, and where one refers to the other.
    @Test func definitionsThatLookAlikeAreToldApart() throws {
        let (one, two) = (Self.composed, Self.decomposed)
        let engine = try EngineUnderTest(
            """
            { version: 1,
              touchpoints: { '\(one)': { on: 'a', channel: '\(one)' }, '\(two)': { on: 'b', channel: '\(two)' } },
              profile: { '\(one)': { on: 'a', from: 1 }, '\(two)': { on: 'b', from: 2 } },
              windows: { '\(one)': { count: true, on: 'a' }, '\(two)': { count: true, on: 'b' } },
              scores: { '\(one)': { expr: "windows['\(one)']" }, '\(two)': { expr: "windows['\(two)']" } },
              segments: { '\(one)': { when: "scores['\(one)'] >= 2.0" }, '\(two)': { when: "scores['\(two)'] >= 1.0" } },
              moments: {
                '\(one)': { when: "segments['\(one)']" }, '\(two)': { when: "segments['\(two)']" },
                t: { sequence: [{ as: 'x', on: 'b' }], output: { t: 'touchpoint.channel', p: "profile['\(one)']", q: "profile['\(two)']" } },
              },
              actions: {
                '\(one)': { on: '\(one)', channels: ['\(one)'], cooldown: '1d' },
                '\(two)': { on: '\(two)', channels: ['\(two)'], cooldown: '1d' },
              },
              policy: { caps: [{ max: 1, over: '1d', channel: '\(one)' }] },
            }
            """)
        let outcome = engine.run(event("c", "a", at: 1) + event("c", "b", at: 2) + event("c", "a", at: 3))
        let moments = outcome.moments.map { String($0.split(separator: "\"")[2]) }
        #expect(moments.map { Array($0.utf8) } == ["cafe\u{301}", "t", "caf\u{E9}"].map { Array($0.utf8) })
        #expect(outcome.moments[1].utf8.elementsEqual(outcome.moments[1].utf8))
        #expect(outcome.moments[1].contains("\"p\":1,\"q\":2"))
        #expect(outcome.lines(ofType: "decision").allSatisfy { !$0.contains("\"action\":null") })
        #expect(outcome.lines(ofType: "decision").count == 2)
    }

    /// A whole number above 2^63 is kept to its last digit: as a key, as a value, in what is written.
    @Test func largeNumbersKeepTheirDigits() throws {
        let engine = try EngineUnderTest(
            """
            { version: 1, windows: { most: { max: 'event.properties.n', over: '1h' }, kinds: { distinct: 'event.properties.n' } },
              moments: { paid: { by: 'event.properties.n', sequence: [{ as: 'o', on: 'order' }, { as: 'p', on: 'pay' }],
                output: { n: 'o.properties.n', above: 'event.properties.n > 18446744073709551613u', most: 'windows.most', kinds: 'windows.kinds', plus: 'event.properties.n - 1u' } } } }
            """)
        func line(_ type: String, _ time: Int64, _ number: String) -> String {
            event("c", type, at: time, "\"n\":\(number)")
        }
        let outcome = engine.run(
            line("order", 1, "18446744073709551614") + line("pay", 2, "18446744073709551615")
                + line("pay", 3, "18446744073709551616") + line("pay", 4, "18446744073709551614")
                + line("order", 5, "9223372036854775808") + line("pay", 6, "9223372036854775808.0"))
        #expect(
            outcome.moments.map { $0.split(separator: "\"output\":")[1].dropLast() } == [
                #"{"n":18446744073709551614,"above":true,"most":18446744073709551615,"kinds":3,"plus":18446744073709551613}"#,
                #"{"n":9223372036854775808,"above":false,"most":18446744073709551615,"kinds":4}"#,
            ])
        #expect(outcome.moments[0].contains("\"by\":18446744073709551614,"))
    }
}
