import Foundation
import Storage
import TestSupport
import Testing

@testable import Configuration

/// Formatting changes the form of a file alone.
@Suite struct JSON5FormatterTests {
    private func formatted(_ text: String, _ style: JSON5Formatter.Style = .json5) -> String? {
        JSON5Formatter.formatted(Array(text.utf8), file: "", style: style, diagnostics: Diagnostics())
    }

    private func meaning(_ text: String) -> String? {
        JSON5Parser.parse(Array(text.utf8), file: "", diagnostics: Diagnostics())?.canonical
    }

    @Test(arguments: [
        ("{version:1}", "{ version: 1 }\n"),
        ("{\nversion:1}", "{\n  version: 1,\n}\n"),
        ("{ a: [1,2 , 3], 'b': 'x' }", "{ a: [1, 2, 3], b: \"x\" }\n"),
        ("{ a: 'say \"no\"', \"b c\": 'it\\'s' }", "{ a: 'say \"no\"', \"b c\": 'it\\'s' }\n"),
        (
            "// head\n\n\n{ // why\n  a: 1 // one\n , // two\n\n\n  // b is\n  b: {}\n  // end\n}\n// tail",
            "// head\n\n{ // why\n  a: 1,  // one\n  // two\n\n  // b is\n  b: {},\n  // end\n}\n// tail\n"
        ),
        ("{ a: // x\n 1 }", "{\n  a: // x\n    1,\n}\n"),
        ("{ a: 1, /* b's */ b: 2 }", "{\n  a: 1,\n  /* b's */\n  b: 2,\n}\n"),
        ("[\n]", "[]\n"), ("{ // nothing\n}", "{ // nothing\n}\n"), ("{ a: /* c */ 1 }", "{ a: /* c */ 1 }\n"),
        ("{\r\n a: 1,\r\n\r\n b: 2\r\n}\r\n", "{\n  a: 1,\n\n  b: 2,\n}\n"),
    ])
    func writesOneForm(_ text: String, _ expected: String) {
        #expect(formatted(text) == expected)
        #expect(formatted(expected) == expected)
    }

    @Test func spreadsWhatDoesNotFit() throws {
        let long =
            "{ moments: { left: { sequence: ["
            + Array(repeating: "{ as: \"cart\", on: \"add\" }", count: 6)
            .joined(separator: ", ") + "] } } }"
        let text = try #require(formatted(long))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
        #expect(formatted(text) == text)
    }

    @Test func writesJSONWithComments() throws {
        let text = try #require(
            formatted("{ // why\n a: 'it\\'s', b: [+1, .5, 0x10, true, null,], }", .jsonWithComments))
        #expect(text == "{ // why\n  \"a\": \"it's\",\n  \"b\": [1, 0.5, 16, true, null]\n}\n")
    }

    @Test func refusesWhatIsNotJSON5() { #expect(formatted("{ a: }") == nil) }

    private static let shipped: [URL] = {
        ["Config", "Config/names", "Benchmarks", "Scripts/examples", "Scripts/systemd"].flatMap { folder in
            let place = Repository.root.appending(path: folder)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
            return names.filter { $0.hasSuffix(".json5") }.sorted().map { place.appending(path: $0) }
        }
    }()

    /// The comments of a text, each without what surrounds it.
    private func comments(_ text: String) -> [String] {
        var numbers: [String] = []
        for line in text.split(separator: "\n") {
            if let place = line.range(of: "// ") { numbers.append(String(line[place.upperBound...])) }
        }
        return numbers.sorted()
    }

    @Test func keepsMeaningAndCommentsOfWhatIsShipped() throws {
        #expect(Self.shipped.count >= 15)
        for file in Self.shipped {
            let text = try String(contentsOf: file, encoding: .utf8)
            for style in [JSON5Formatter.Style.json5, .jsonWithComments] {
                let form = try #require(formatted(text, style), "\(file)")
                #expect(meaning(form) == meaning(text), "\(file)")
                #expect(formatted(form, style) == form, "\(file)")
                #expect(comments(form) == comments(text), "\(file)")
            }
        }
    }

    @Test func keepsMeaningAndCommentsOfWhatIsMadeUp() throws {
        var numbers = SeededNumbers(seed: 1)
        for round in 0..<400 {
            var maker = TextMaker(numbers: SeededNumbers(seed: numbers.next()))
            let text = maker.document()
            let before = try #require(meaning(text), "round \(round): \(text)")
            let form = try #require(formatted(text))
            #expect(meaning(form) == before, "round \(round):\n\(text)\n\(form)")
            #expect(formatted(form) == form, "round \(round):\n\(text)\n\(form)")
            for number in 0..<maker.commentCount {
                #expect(form.components(separatedBy: "<\(number)>").count == 2, "round \(round):\n\(text)\n\(form)")
            }
        }
    }

    /// Writes JSON5 with comments and blanks wherever there may be some.
    private struct TextMaker {
        var numbers: SeededNumbers
        var commentCount = 0

        mutating func document() -> String { blanks() + value(depth: 0) + blanks() }

        private mutating func blanks() -> String {
            var text = ""
            for _ in 0..<numbers.below(3) {
                switch numbers.below(9) {
                case 0: text += "\n"
                case 1: text += "\n\n\n"
                case 2:
                    text += "// <\(commentCount)>  \n"
                    commentCount += 1
                case 3:
                    text += "/* <\(commentCount)> */"
                    commentCount += 1
                case 4:
                    text += "/* <\(commentCount)>\n   on */"
                    commentCount += 1
                default: text += " "
                }
            }
            return text
        }

        private mutating func value(depth: Int) -> String {
            switch numbers.below(depth > 4 ? 4 : 8) {
            case 0: numbers.one(of: ["1", "-2.50", "+.5", "0x1F", "1e3"])
            case 1: numbers.one(of: ["true", "null", "Infinity", "false"])
            case 2, 3: numbers.one(of: ["'a'", "\"b\"", "'c\"d'", "'e\\'f'", "\"g\\\nh\"", "''", "\"// no\"", "'/*'"])
            case 4, 5: members("[", "]", depth) { $0.value(depth: depth + 1) }
            default:
                members("{", "}", depth) { maker in
                    let key = "k\(maker.numbers.below(1_000_000))"
                    let written = maker.numbers.one(of: [key, "'\(key)'", "\"\(key) x\""])
                    return written + maker.blanks() + ":" + maker.blanks() + maker.value(depth: depth + 1)
                }
            }
        }

        private mutating func members(
            _ open: String, _ close: String, _ depth: Int, _ member: (inout TextMaker) -> String
        ) -> String {
            var text = open
            let count = numbers.below(5)
            for index in 0..<count {
                text += blanks() + member(&self) + blanks()
                if index < count - 1 || numbers.isTrue(of: 2) { text += "," }
            }
            return text + blanks() + close
        }
    }
}
