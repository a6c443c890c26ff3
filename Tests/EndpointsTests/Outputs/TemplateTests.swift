import Expressions
import Foundation
import Storage
import TestSupport
import Testing

@testable import Endpoints

/// Templates and rates of webhooks.
@Suite struct TemplateTests {
    private func part(_ text: String) throws -> LineTemplate.Part {
        var names = LineNames()
        return .value(try Program.compile(text, declarations: &names))
    }

    private func made(_ template: LineTemplate.Part, of line: String) -> String {
        let bytes = Array(line.utf8)
        var output: [UInt8] = []
        View.of(bytes) { LineTemplate(template).append($0, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    @Test func putsValuesIntoTheirPlaces() throws {
        let template = LineTemplate.Part.object([
            ("who", try part("customer_id")), ("missing", try part("payload.nothing")),
            (
                "properties",
                .list([.object([("n", try part("priority"))]), try part("payload.no"), .fixed(Array("1".utf8))])
            ),
            ("all", try part("line.payload")), ("text", try part("'To ' + customer_id")),
        ])
        #expect(
            made(template, of: FormTests.decision)
                == #"{"who":"c1","properties":[{"n":12.5},null,1],"all":{"a":[1,2.50]},"text":"To c1"}"#)
    }

    @Test func anyTextOfAnEventIsJustText() throws {
        var numbers = SeededNumbers(seed: 3)
        let pieces = [
            "\"", "\\", "}", ",\"admin\":true", "\u{0}", "\n", "ñ", "🛒", "{{x}}", "</script>", "%s", "\u{202E}",
        ]
        let template = LineTemplate.Part.object([("a", try part("customer_id")), ("b", try part("'x' + customer_id"))])
        for _ in 0..<200 {
            let text = (0..<numbers.below(6)).map { _ in numbers.one(of: pieces) }.joined()
            let line = String(decoding: try JSONEncoder().encode(["customer_id": text]), as: UTF8.self)
            let object =
                try JSONSerialization.jsonObject(with: Data(made(template, of: line).utf8)) as? [String: String]
            #expect(object == ["a": text, "b": "x" + text])
        }
    }

    @Test func sendsAsManyAsTheRateLetsAndNoLaterThanItMust() {
        var numbers = SeededNumbers(seed: 4)
        for _ in 0..<100 {
            let (most, per) = (1 + numbers.below(5), Int64(1 + numbers.below(50)))
            var rate = SendingRate(DeliveryPlan.Rate(most: most, per: per))
            var sent: [Int64] = []
            var now: Int64 = 0
            for _ in 0..<60 {
                now += Int64(numbers.below(20))
                let pause = rate.pause(at: now)
                let free = sent.count { $0 > now + pause - per } < most
                #expect(free)
                if pause > 0 { #expect(sent.count { $0 > now + pause - 1 - per } >= most) }
                now += pause
                rate.note(at: now)
                sent.append(now)
            }
        }
    }
}
