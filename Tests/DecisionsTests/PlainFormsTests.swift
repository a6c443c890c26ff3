import Expressions
import Storage
import TestSupport
import Testing

@testable import Decisions
@testable import Journeys

/// Plain expressions, against the evaluator, which answers everything: what is worked out without
/// it is what it would say, and where it fails, or may, nothing is.
@Suite struct PlainFormsTests {
    /// Expressions of every shape that is plain, and of some that are not, from a seed.
    private struct Writer {
        var numbers: SeededNumbers

        mutating func condition(_ depth: Int) -> String {
            let variable = "v\(numbers.below(5))"
            switch numbers.below(depth > 0 ? 8 : 6) {
            case 0, 1:
                let relation = numbers.one(of: ["==", "!=", "<", "<=", ">", ">="])
                return "\(variable) \(relation) \(numbers.one(of: ["0", "1", "-2", "1.0", "0.5", "-2.5", "1e308"]))"
            case 2: return "\(variable) \(numbers.one(of: ["==", "!="])) '\(numbers.one(of: ["", "a", "b", "1"]))'"
            case 3:
                return
                    "\(variable) \(numbers.one(of: ["<", ">=", "=="])) duration('\(numbers.one(of: ["1s", "1500ms"]))')"
            case 4: return variable
            case 5: return numbers.one(of: ["true", "false", "!\(variable)", "\(variable) == v0"])
            case 6: return "(\(condition(depth - 1)) && \(condition(depth - 1)) && \(condition(0)))"
            default: return "(\(condition(0)) ? \(condition(depth - 1)) : \(condition(depth - 1)))"
            }
        }

        mutating func number(_ depth: Int) -> String {
            switch numbers.below(depth > 0 ? 6 : 3) {
            case 0: return numbers.one(of: ["0", "1", "9223372036854775807", "-1", "2.5", "0.0", "1e308", "-0.5"])
            case 1, 2: return "v\(numbers.below(5))"
            case 3: return "(\(condition(1)) ? \(number(depth - 1)) : \(number(depth - 1)))"
            default:
                let symbol = numbers.one(of: ["+", "-", "*", "/", "%"])
                return "(\(number(depth - 1)) \(symbol) \(number(depth - 1)))"
            }
        }

        mutating func value(_ texts: [View<UInt8>]) -> Value {
            switch numbers.below(9) {
            case 0: .int(numbers.one(of: [0, 1, -2, .max, .min]))
            case 1, 2: .double(numbers.one(of: [0, 1, 0.5, -2.5, .nan, .infinity, -1e308]))
            case 3: .string(texts[numbers.below(texts.count)])
            case 4: .bool(numbers.isTrue(of: 2))
            case 5: .duration(seconds: numbers.one(of: [1, 2, -1]), nanos: numbers.one(of: [0, 500_000_000]))
            case 6: .null
            case 7: .uint(1)
            default: .error(numbers.one(of: [.absent, .noSuchKey, .divisionByZero]))
            }
        }
    }

    @Test(arguments: 0..<20) func theEvaluatorWouldSayTheSame(_ seed: UInt64) {
        var writer = Writer(numbers: SeededNumbers(seed: seed))
        var (draft, conditions): (Draft, [Bool]) = (Draft(), [])
        while conditions.count < 300 {
            let isCondition = writer.numbers.isTrue(of: 2)
            // What has no meaning is no expression of a plan.
            guard (try? draft.number(isCondition ? writer.condition(2) : writer.number(2))) != nil else { continue }
            conditions.append(isCondition)
        }
        var forms = PlainForms()
        let roots = draft.expressions.indices.map { forms.add(ExpressionNumber($0), of: draft.expressions) }
        var evaluator = Evaluator()
        let letters = ByteBlock(capacity: 8)
        letters.append(Array("ab1".utf8))
        let texts = [letters.bytes[0..<0], letters.bytes[0..<1], letters.bytes[1..<2], letters.bytes[2..<3]]
        let tests = roots.map { forms.test($0) }
        let quick = roots.map { forms.quick($0) }
        var (known, unknown, tested, told) = (0, 0, 0, 0)
        for _ in 0..<40 {
            forms.begin()
            let facts = Facts(values: (0..<5).map { _ in writer.value(texts) })
            for (index, expression) in draft.expressions.enumerated() {
                if conditions[index] {
                    let expected = evaluator.holds(expression.program, facts)
                    guard let found = forms.holds(roots[index], facts) else {
                        unknown += 1
                        continue
                    }
                    #expect(found == expected, "\(expression.program.source) of \(facts.values)")
                    #expect(found || evaluator.lastFault == nil, "\(expression.program.source) of \(facts.values)")
                    if let test = tests[index], let holds = forms.holds(test) {
                        #expect(holds == expected, "\(expression.program.source) of \(facts.values)")
                        tested += 1
                    }
                } else {
                    let expected = evaluator.evaluate(expression.program, facts)
                    guard let found = forms.number(roots[index], facts) else {
                        unknown += 1
                        continue
                    }
                    #expect(
                        expected.number.map { $0.bitPattern == found.bitPattern || $0.isNaN && found.isNaN } == true,
                        "\(expression.program.source) of \(facts.values): \(found), \(expected)")
                    if let number = forms.number(quick[index]) {
                        #expect(
                            number.bitPattern == found.bitPattern || number.isNaN && found.isNaN,
                            "\(expression.program.source) of \(facts.values): \(found), \(number)")
                        told += 1
                    }
                }
                known += 1
            }
            evaluator.reset()
        }
        withExtendedLifetime(letters) {}
        // Much is told, and much is left to the evaluator, so that this says something.
        #expect(known > 2000 && unknown > 500 && tested > 200 && told > 200, "\(known), \(unknown), \(tested), \(told)")
    }

    /// A variable is asked for once for a moment, and anew at the next.
    @Test func whatWasNotedHoldsForOneMoment() throws {
        var draft = Draft()
        let condition = try draft.number("v0 > 1")
        let number = try draft.number("v0 + 1")
        var forms = PlainForms()
        let (first, second) = (
            forms.add(condition, of: draft.expressions), forms.add(number, of: draft.expressions)
        )
        forms.begin()
        #expect(forms.holds(first, Facts(values: [.int(2)])) == true)
        #expect(forms.number(second, Facts(values: [.int(5)])) == 3)
        forms.begin()
        #expect(forms.holds(first, Facts(values: [.int(1)])) == false)
        #expect(forms.number(second, Facts(values: [.int(5)])) == 2)
    }
}
