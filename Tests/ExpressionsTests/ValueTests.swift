import Expressions
import Storage
import Testing

@Suite struct ValueTests {
    static let document = #"""
        {"id":12,"price":83.44,"big":12345678901234567890,"neg":-0.5,"e":1e3,"tags":["a","b\n\u00e9\ud83d\ude00",{"x":null}],
         "nested":{"k":{"v":true}},"esc\u0061ped":"yes","twice":1,"twice":2}
        """#

    static func evaluate(_ source: String) throws -> String? {
        let bench = Workbench()
        let value = Value.json(bench.copy(document))
        return LanguageCase.evaluate(source, bindings: [("d", value)])
    }

    @Test(
        arguments: [
            ("d.id + 1", "13"), ("d.price", "83.44"), ("d.big", "12345678901234567890"), ("d.neg", "-0.5"),
            ("d.e == 1000", "true"), ("d.tags[1]", "\"b\\né😀\""), ("d.nested.k.v", "true"),
            ("d['nested']['k']", "{\"v\":true}"),
            ("d.escaped", "\"yes\""), ("d.twice", "2"), ("size(d)", "9"), ("size(d.tags)", "3"),
            ("has(d.nope)", "false"),
            ("has(d.tags)", "true"), ("d.nope", nil), ("d.id.x", nil), ("'a' in d.tags", "true"), ("'id' in d", "true"),
            ("d.tags == ['a', 'b\\n\\u00e9\\U0001F600', {'x': null}]", "true"), ("d == d", "true"),
            ("d.nested == {}", "false"),
            ("d.tags.filter(t, type(t) == string).size()", "2"), ("d.exists(k, k == 'price')", "true"),
            ("type(d) == map && type(d.tags) == list", "true"), ("(d.tags + [1]).size()", "4"), ("d.tags[3]", nil),
            ("d.tags['0']", nil), ("d.nested", "{\"k\":{\"v\":true}}"),
        ] as [(String, String?)])
    func jsonIsLookedInto(_ source: String, _ expected: String?) throws {
        #expect(try Self.evaluate(source) == expected)
    }

    @Test func timesHaveMicrosecondsWhereNeeded() {
        func json(_ value: Value) -> String {
            var output: [UInt8] = []
            value.appendJSON(to: &output)
            return String(decoding: output, as: UTF8.self)
        }
        #expect(json(.timestamp(microseconds: 1_767_225_600_022_000)) == "\"2026-01-01T00:00:00.022Z\"")
        #expect(json(.timestamp(microseconds: -1)) == "\"1969-12-31T23:59:59.999999Z\"")
        #expect(json(.duration(microseconds: 604_800_000_000)) == "\"604800s\"")
        #expect(json(.duration(microseconds: -1_500_000)) == "\"-1.5s\"")
        #expect(json(.double(3)) == "3.0")
        #expect(json(.error(.absent)).isEmpty)
    }

    @Test(arguments: [
        "{\"int\":\"-9223372036854775808\"}", "{\"uint\":\"18446744073709551615\"}", "{\"double\":1.5}",
        "{\"double\":\"nan\"}",
        "{\"double\":\"-inf\"}", "{\"null\":null}", "{\"bool\":true}", "{\"string\":\"a\\\"\\n\"}",
        "{\"bytes\":\"00ff\"}",
        "{\"list\":[{\"int\":\"1\"},{\"list\":[]}]}", "{\"map\":[[{\"string\":\"k\"},{\"map\":[]}]]}",
        "{\"type\":\"google.protobuf.Duration\"}", "{\"duration_ns\":\"-1500000000\"}",
        "{\"timestamp_ns\":\"-62135596800000000000\"}",
    ])
    func typedValuesComeBack(_ text: String) throws {
        let bench = Workbench()
        #expect(bench.typed(try #require(bench.decode(text))) == text)
    }

    @Test(arguments: [
        "{}", "{\"int\":\"x\"}", "{\"odd\":1}", "{\"bytes\":\"0\"}", "{\"list\":[1]}", "{\"map\":[[]]}", "[]",
    ])
    func whatIsNoTypedValueIsNone(_ text: String) {
        #expect(Workbench().decode(text).map { $0.isError } == nil)
    }

    @Test func answersAreLines() throws {
        let bench = Workbench()
        let line =
            #"{"expr":"x.y + 1","bindings":{"x.y":{"int":"41"}},"container":"a.b","disable_macros":true,"other":[1]}"#
        #expect(bench.answer(try #require(bench.trial(line))) == #"{"value":{"int":"42"}}"#)
        #expect(bench.answer(ExpressionTrial(expression: "1 +")) == #"{"error":"expected a value, not the end"}"#)
        #expect(bench.trial("{\"bindings\":{}}").map(\.expression) == nil)
    }
}
