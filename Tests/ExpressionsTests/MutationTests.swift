import Expressions
import Storage
import TestSupport
import Testing

/// Expressions with letters changed, left out, exchanged and put in: whatever comes of them, each has a value or an
/// error, the same every time, and nothing stops.
@Suite struct MutationTests {
    private static let seeds = [
        #"a.b[0] + int(c) * 2 - -3 % 4 / 5 == 6u ? [1, 2.5, 'x'] : {'k': null, true: b'\xff'}"#,
        #"[1, 2, 3].all(x, x > 0) && {'a': 1}.exists(k, k == 'a') || !has(a.b)"#,
        #"['b', 'a'].map(x, x.size() > 0, x + 'é').join('-').split('-', 1)"#,
        #"cel.bind(x, timestamp('2026-01-31T00:00:00Z'), x - duration('1h30m') < x && x.getHours('+02:00') in [1, 2])"#,
        #"'tacocat'.replace('a', '').indexOf('c', 2) + math.greatest([1, 2u, 3.5]) - math.bitShiftLeft(1, 62)"#,
        #"'%s %d %.3f %x'.format([['a', {1: 2}], -5, 1.0 / 3.0, 'hex']).matches(r'^(a|b)*[[:alpha:]]{2,3}\pL?$')"#,
        #"{'a': 1, 'b': 2}.transformMap(k, v, v > 1, string(v) + r'\') == type(dyn(1)) ? "\u00e9" : '''x'''"#,
        #"-9223372036854775808 + 9223372036854775807 > 18446744073709551615u || 1e308 * 10.0 == double('inf')"#,
    ]
    private static let words = [
        "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "+", "-", "&&", "||", "==", "in", "null", "0", "1.5", "'",
        "\"",
        "\\", "`", "\n", "//", "a", ".map(x, [x, x])", ".all(x, x)", ".size()", "[0]", "\u{65E5}", "b'", "r\"", "1u",
        "{1: a}",
    ]

    @Test(arguments: 0..<8 as Range<UInt64>)
    func everyExpressionHasAnAnswer(seed: UInt64) {
        var chance = SeededNumbers(seed: seed)
        let bench = Workbench(limits: Evaluator.Limits(steps: 20_000, memory: 1 << 20))
        let bound: [(name: String, value: Value)] = [
            ("a", .json(bench.copy(#"{"b":[1,{"c":"d"}]}"#))), ("c", .string(bench.copy("12"))),
        ]
        for _ in 0..<400 {
            var scalars = Array(Self.seeds[chance.below(Self.seeds.count)].unicodeScalars)
            for _ in 0...chance.below(4) { mutate(&scalars, &chance) }
            var expression = ""
            expression.unicodeScalars.append(contentsOf: scalars)
            let trial = ExpressionTrial(expression: expression, bindings: bound)
            bench.reset()
            let answer = bench.answer(trial)
            let isAnswer = answer.hasPrefix("{\"value\":{") || answer.hasPrefix("{\"error\":\"")
            #expect(isAnswer && answer.hasSuffix("}"), "\(expression) gives \(answer)")
            #expect(bench.answer(trial) == answer, "\(expression)")
        }
    }

    private func mutate(_ scalars: inout [Unicode.Scalar], _ chance: inout SeededNumbers) {
        let place = chance.below(scalars.count + 1)
        switch chance.below(5) {
        case 0: scalars.insert(contentsOf: Self.words[chance.below(Self.words.count)].unicodeScalars, at: place)
        case 1: scalars.removeSubrange(place..<min(place + 1 + chance.below(6), scalars.count))
        case 2:
            let other = Array(Self.seeds[chance.below(Self.seeds.count)].unicodeScalars)
            let start = chance.below(other.count)
            scalars.insert(contentsOf: other[start..<min(start + 30, other.count)], at: place)
        case 3:
            let part = Array(scalars[place..<min(place + 12, scalars.count)])
            for _ in 0..<chance.below(20) { scalars.insert(contentsOf: part, at: place) }
        default:
            if place < scalars.count { scalars[place] = Unicode.Scalar(UInt8(32 + chance.below(95))) }
        }
    }
}
