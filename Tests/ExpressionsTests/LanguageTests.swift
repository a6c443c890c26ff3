import Expressions
import Storage
import Testing

/// A case: an expression and its value as JSON, or nil where evaluation has to fail.
struct LanguageCase: Sendable, CustomTestStringConvertible {
    let source: String
    let json: String?

    init(_ source: String, _ json: String?) {
        self.source = source
        self.json = json
    }

    var testDescription: String { source }

    /// The value as JSON; nil for an error.
    static func evaluate(_ source: String, bindings: [(name: String, value: Value)] = []) -> String? {
        var evaluator = Evaluator()
        guard
            case .success(let value) = ExpressionTrial(expression: source, bindings: bindings).evaluate(
                with: &evaluator)
        else {
            return nil
        }
        var output: [UInt8] = []
        return value.appendJSON(to: &output) ? String(decoding: output, as: UTF8.self) : "unwritten"
    }
}

@Suite struct LanguageTests {
    @Test(arguments: [
        LanguageCase("1 + 2 * 3 - 4 / 2 % 3", "5"),
        LanguageCase("-9223372036854775808", "-9223372036854775808"),
        LanguageCase("9223372036854775808", nil),
        LanguageCase("9223372036854775807 + 1", nil),
        LanguageCase("0xFFu + 1u", "256"),
        LanguageCase("1 + 1.0", nil),
        LanguageCase("7 / 0", nil),
        LanguageCase("1.0 / 0.0 > 1e308", "true"),
        LanguageCase("'a' + \"b\" + r'\\n'", "\"ab\\\\n\""),
        LanguageCase("'\\u00e9' == 'é' && b'\\xc3\\xa9' == bytes('é')", "true"),
        LanguageCase("'\\ud800'", nil),
        LanguageCase("// a comment\n 1", "1"),
        LanguageCase("1 == 1.0 && 1u == 1 && {1: 'a'}[1.0] == 'a'", "true"),
        LanguageCase("{'a': 1, 'a': 2}", nil),
        LanguageCase("{1: 'a', 1u: 'b'}", nil),
        LanguageCase("{1.5: 'a'}", nil),
        LanguageCase("[1, 2.5, 'x', null, [true]]", "[1,2.5,\"x\",null,[true]]"),
        LanguageCase("[1, 2,]", "[1,2]"),
        LanguageCase("{'b': 1, 'a': [],}", "{\"b\":1,\"a\":[]}"),
        LanguageCase("1/0 > 0 || true", "true"),
        LanguageCase("1/0 > 0 && false", "false"),
        LanguageCase("1/0 > 0 || false", nil),
        LanguageCase("unknown || true", "true"),
        LanguageCase("true ? 1 : 1/0", "1"),
        LanguageCase("'x' in {'x': 1} && !('y' in ['x'])", "true"),
        LanguageCase("type(1) == int && type(int) == type", "true"),
        LanguageCase("string(1.0) + string(1.5) + string(true) + string(2u)", "\"11.5true2\""),
        LanguageCase("int('-12') + int(3.99) + int(uint(4))", "-5"),
        LanguageCase("int('x')", nil),
        LanguageCase("double('1e3')", "1000.0"),
        LanguageCase("1e21", "1e+21"),
        LanguageCase("1.0/0.0", "unwritten"),
        LanguageCase("{'a': 0.0/0.0, 'b': [1.0/0.0], 'c': 1}", "{\"b\":[null],\"c\":1}"),
        LanguageCase("b'\\x00\\xff\\x01\\x02'", "\"AP8BAg==\""),
        LanguageCase("duration('1h30m') + duration('500ms')", "\"5400.5s\""),
        LanguageCase("duration('-1.5s')", "\"-1.5s\""),
        LanguageCase("duration('1d')", nil),
        LanguageCase("timestamp('2026-01-31T12:00:00.5+01:00')", "\"2026-01-31T11:00:00.500Z\""),
        LanguageCase("timestamp('2026-02-29T00:00:00Z')", nil),
        LanguageCase("timestamp('2024-02-29T00:00:00.000001Z')", "\"2024-02-29T00:00:00.000001Z\""),
        LanguageCase("timestamp(0) + duration('24h') == timestamp('1970-01-02T00:00:00Z')", "true"),
        LanguageCase("timestamp('2026-03-01T23:30:00Z').getDate('+01:00')", "2"),
        LanguageCase("timestamp('1969-12-31T23:59:59Z').getDayOfWeek()", "3"),
        LanguageCase("timestamp('2024-12-31T00:00:00Z').getDayOfYear()", "365"),
        LanguageCase("timestamp(0).getHours('Nowhere/Land')", nil),
    ])
    func evaluatesTheCoreOfTheLanguage(_ item: LanguageCase) {
        #expect(LanguageCase.evaluate(item.source) == item.json)
    }

    @Test(arguments: [
        LanguageCase("has({'a': {'b': 1}}.a.b) && !has({'a': 1}.b)", "true"),
        LanguageCase("has(1)", nil),
        LanguageCase("[1, 2, 3].map(x, x > 1, x * 10)", "[20,30]"),
        LanguageCase("[1, 2].map(x, [3, 4].map(y, x * y))", "[[3,4],[6,8]]"),
        LanguageCase("{'a': 1, 'b': 2}.filter(k, k != 'a')", "[\"b\"]"),
        LanguageCase("[1, 2, 0].exists(x, 2 / x == 1)", "true"),
        LanguageCase("[3, 0].exists(x, 2 / x == 1)", nil),
        LanguageCase("[1, 0].all(x, 1 / x > 5)", "false"),
        LanguageCase("[1, 2].exists_one(x, x > 1) && [1, 2].existsOne(i, x, i + x == 3)", "true"),
        LanguageCase("[5, 6].transformList(i, x, i * x)", "[0,6]"),
        LanguageCase("{'a': 1}.transformMap(k, v, v + 1)", "{\"a\":2}"),
        LanguageCase("{'a': 'b'}.transformMapEntry(k, v, {v: k})", "{\"b\":\"a\"}"),
        LanguageCase("cel.bind(x, [1, 2], x + x)", "[1,2,1,2]"),
        LanguageCase("cel.bind(x, 1 / 0, true)", "true"),
        LanguageCase("5.exists(x, true)", nil),
        LanguageCase("[1].map(1, 2)", nil),
    ])
    func expandsMacros(_ item: LanguageCase) {
        #expect(LanguageCase.evaluate(item.source) == item.json)
    }

    @Test(arguments: [
        LanguageCase("'hello'.replace('', '-')", "\"-h-e-l-l-o-\""),
        LanguageCase("'hello'.replace('l', 'L', 1) + 'aaa'.replace('a', 'b', 0)", "\"heLloaaa\""),
        LanguageCase("'añb'.split('')", "[\"a\",\"ñ\",\"b\"]"),
        LanguageCase("'a,b,c'.split(',', 2)", "[\"a\",\"b,c\"]"),
        LanguageCase("'a,b'.split(',', 0)", "[]"),
        LanguageCase("''.split(',')", "[\"\"]"),
        LanguageCase("'ñandú'.substring(1, 4) + 'ñandú'.charAt(4)", "\"andú\""),
        LanguageCase("'abc'.substring(2, 1)", nil),
        LanguageCase("'abc'.indexOf('c', 4)", nil),
        LanguageCase("'abcabc'.lastIndexOf('abc') + 'abc'.indexOf('')", "3"),
        LanguageCase("['a', 1].join()", nil),
        LanguageCase(
            "'%s=%d %.2f %e %x %b %%'.format(['k', 3, 2.675, 1500.0, 255, true])",
            "\"k=3 2.67 1.500000e+03 ff 1 %\""),
        LanguageCase("'%.0f %.0f %.1f'.format([2.5, 3.5, 0.25])", "\"2 4 0.2\""),
        LanguageCase("'%.3f'.format([5e-324]) + '%.20f'.format([0.1])", "\"0.0000.10000000000000000555\""),
        LanguageCase("'%e'.format([0.0]) + ' %.2e'.format([9.999e-5])", "\"0.000000e+00 1.00e-04\""),
        LanguageCase("'%d'.format([])", nil),
        LanguageCase("'%.999999f'.format([1.0])", nil),
        LanguageCase("'%'.format([1])", nil),
        LanguageCase("math.greatest(1, 2.5, 2u)", "2.5"),
        LanguageCase("math.least([])", nil),
        LanguageCase("math.greatest('a', 1)", nil),
        LanguageCase("math.round(-2.5)", "-3.0"),
        LanguageCase("math.abs(-9223372036854775807 - 1)", nil),
        LanguageCase("math.bitShiftLeft(1, -1)", nil),
        LanguageCase("math.bitShiftLeft(1, 63)", "-9223372036854775808"),
        LanguageCase("math.sqrt(2) > 1.41", "true"),
    ])
    func evaluatesTheExtensions(_ item: LanguageCase) {
        #expect(LanguageCase.evaluate(item.source) == item.json)
    }

    @Test func macrosCanBeLeftOut() {
        var evaluator = Evaluator()
        let trial = ExpressionTrial(expression: "[1].exists(x, true)", hasMacros: false)
        #expect(throws: TrialFault.self) { try trial.evaluate(with: &evaluator).get() }
    }
}
