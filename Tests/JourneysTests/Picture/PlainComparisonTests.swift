import Events
import Expressions
import Pipeline
import Storage
import TestSupport
import Testing

@testable import Journeys

/// Random conditions of random events, decided plainly and by the evaluator.
@Suite struct PlainComparisonTests {
    private static let numbers = [
        "0", "-0", "0.0", "-0.0", "1", "2", "2.0", "1.5", "-1", "1E2", "100", "5e-324", "1e308", "1e999", "-1e999",
        "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740993.0", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "18446744073709551615",
    ]
    private static let texts = [
        "", "a", "ab", "abc", "2", "true", "null", "é", "e\u{301}", "日本語", "seven77", "eight888", "eight889",
        "nine99999", "a text of more than sixteen bytes", "a text of more than sixteen bytez", "say \"hi\" \\ there",
        "line\nend", "\u{1F600}", "\u{0}nul",
    ]
    private static let others = ["true", "false", "null", "[2]", "[]", #"{"k":2}"#, "{}"]
    private static let relations = ["==", "!=", "<", "<=", ">", ">="]

    /// A number as CEL writes it; where its syntax has none, a constant expression.
    private static func constant(_ number: String) -> String {
        switch number {
        case "1e999": "double('Infinity')"
        case "-1e999": "double('-Infinity')"
        // No int, and no literal of one in CEL.
        case "9223372036854775808", "18446744073709551615": number + ".0"
        default: number
        }
    }

    /// A text as CEL writes it.
    private static func constant(text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\0": quoted += "\\000"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }

    /// A text as JSON writes it, plainly or with as many escapes as there can be.
    private static func json(text: String, isEscaped: Bool) -> String {
        var quoted = "\""
        for unit in isEscaped ? Array(text.utf16) : [] {
            let digits = String(unit, radix: 16)
            quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        for scalar in isEscaped ? "".unicodeScalars : text.unicodeScalars {
            switch scalar {
            case "\\", "\"": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\0": quoted += "\\u0000"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func comparison(_ chance: inout SeededNumbers) -> String {
        var relation = relations.randomElement(using: &chance) ?? ""
        let text = constant(text: texts.randomElement(using: &chance) ?? "")
        switch Int.random(in: 0..<12, using: &chance) {
        case 0: return "event.properties.\(["a", "b"].randomElement(using: &chance) ?? "")"
        case 1: return "event.channel \(Bool.random(using: &chance) ? "==" : "!=") \(text)"
        case 2: return "event.type == 'x'"
        case 3:
            return "windows.quiet \(relation) duration('\(["1s", "1.5s", "0s"].randomElement(using: &chance) ?? "")')"
        case 4: return "windows.seen \(relation) \(["1", "1.0", "3"].randomElement(using: &chance) ?? "")"
        default: break
        }
        let field = "event.properties." + (["a", "b", "o.k"].randomElement(using: &chance) ?? "")
        let number = constant(
            Int.random(in: 0..<10, using: &chance) == 0 ? "double('NaN')" : numbers.randomElement(using: &chance) ?? "")
        let isText = Int.random(in: 0..<3, using: &chance) == 0
        // The order of texts is the evaluator's business, and with it the whole condition.
        if isText { relation = Bool.random(using: &chance) ? "==" : "!=" }
        let other = isText ? text : number
        return Bool.random(using: &chance) ? "\(field) \(relation) \(other)" : "\(other) \(relation) \(field)"
    }

    private static func value(_ chance: inout SeededNumbers) -> String {
        switch Int.random(in: 0..<5, using: &chance) {
        case 0, 1: numbers.randomElement(using: &chance) ?? ""
        case 2, 3:
            json(text: texts.randomElement(using: &chance) ?? "", isEscaped: Bool.random(using: &chance))
        default: others.randomElement(using: &chance) ?? ""
        }
    }

    private static func line(_ chance: inout SeededNumbers) -> String {
        // A key may be missing, and may come twice.
        let keys = ["a", "a", "b", "b", "o"].filter { _ in Int.random(in: 0..<3, using: &chance) > 0 }
        let properties = keys.map { key in
            let value = value(&chance)
            return key == "o" ? #""o":{"k":\#(value)}"# : "\"\(key)\":\(value)"
        }
        let channel = texts.randomElement(using: &chance) ?? ""
        let more =
            Bool.random(using: &chance) && channel.count < 10
            ? ",\"channel\":" + json(text: channel, isEscaped: Bool.random(using: &chance)) : ""
        return event("x", at: 1500, properties.joined(separator: ","), more: more)
    }

    /// Where a condition is decided plainly, the evaluator comes to the same, and meets no error.
    @Test(arguments: 0..<20) func decideAsTheEvaluator(seed: Int) throws {
        var chance = SeededNumbers(seed: UInt64(seed) + 1)
        let conditions = (0..<60).map { _ in
            (0..<Int.random(in: 1...4, using: &chance)).map { _ in Self.comparison(&chance) }.joined(separator: " && ")
        }
        let moments = conditions.enumerated().map { index, condition in
            "m\(index): { when: \(Self.json(text: condition, isEscaped: false)) },"
        }
        let plan = try PictureUnderTest(
            """
            windows: { quiet: { since_last: true, on: 'y' }, seen: { count: true, on: 'y' }, },
            moments: { \(moments.joined()) },
            """
        ).plan
        let expressions = plan.journeys.expressions.indices.filter {
            plan.journeys.expressions[$0].program.conjunction != nil
        }
        #expect(expressions.count > 40)
        var shard = Shard(plan: plan.journeys, sink: nil, evaluator: Evaluator())
        var evaluator = Evaluator()
        let input = event("y", at: 0) + (0..<200).map { _ in Self.line(&chance) }.joined()
        let block = ByteBlock(capacity: input.utf8.count)
        block.append(Array(input.utf8))
        var scanner = LineScanner(plan.journeys.projection, lineLimit: plan.input.maxLine)
        let batch = scanner.scan(block, source: LineSource("in"), arrival: Instant(microseconds: 0), isFirst: true)
        #expect(batch.count == 201)
        var sequencer = Sequencer(plan.input, shards: 1)
        sequencer.take(InputBatch(batch, isLive: false))
        sequencer.finish()
        while let ordered = sequencer.next() { _ = shard.process(ordered, shard: 0) }
        // The customer's state is there; the events are looked at once more, one condition after the other.
        shard.context.scope.hasEvent = true
        var (decided, held) = (0, 0)
        for row in 1..<batch.count {
            shard.context.scope.event = batch.sight(row, taken: batch.row(row).time, place: UInt64(row))
            shard.context.scope.now = shard.context.scope.event.taken
            for index in expressions {
                let faults = evaluator.faultCount
                let expected = evaluator.holds(plan.journeys.expressions[index].program, shard.context.scope)
                guard let plain = shard.context.decidedPlainly(ExpressionNumber(index)) else { continue }
                decided += 1
                if plain { held += 1 }
                let line = batch.text(batch.row(row).lineText).text
                #expect(plain == expected, "\(plan.journeys.expressions[index].path) of \(line)")
                #expect(evaluator.faultCount == faults, "\(plan.journeys.expressions[index].path) of \(line)")
            }
        }
        #expect(decided > 1000 && held > 100 && held < decided)
    }
}
