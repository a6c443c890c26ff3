import Events
import Storage
import TestSupport
import Testing

@testable import Endpoints

/// What lines bodies become.
@Suite struct BodyLinesTests {
    private static func lines(_ body: String, isLines: Bool = false) -> [String] {
        let block = ByteBlock(capacity: 64)
        let count = View.of(Array(body.utf8)) { BodyLines.append($0, isLines: isLines, to: block) }
        // As a character a carriage return and a line feed are one.
        let lines = block.bytes.copied.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(lines.last?.isEmpty == true && lines.count == count + 1)
        return Array(lines.dropLast())
    }

    @Test(
        arguments: [
            ("", []), (" \n\t\r\n", []), ("\u{FEFF}", []), ("[]", []), (" [ \n ] ", []),
            ("{}", ["{}"]), ("\u{FEFF}{}\n", ["{}"]), ("{\n \"a\":\n1}\n", ["{  \"a\": 1}"]),
            ("{}\n{}", ["{}", "{}"]), ("{}\r\n\r\n \n{}\r\n", ["{}\r", "{}\r"]), ("a\n\nb", ["a", "b"]),
            ("[{},{}]", ["{}", "{}"]), ("[\n  {\"a\":\n[1,2]},\n  {}\n]\n", ["{\"a\": [1,2]}", "{} "]),
            ("[\"],[\",1,{\"a\":\"\\\"]\"}]", ["\"],[\"", "1", "{\"a\":\"\\\"]\"}"]),
            // What is wrong stays wrong, and its neighbours stay right.
            ("[{},,{}]", ["{}", ",", "{}"]), ("[{},]", ["{}", ","]), ("[{},}x,{}]", ["{}", "}x", "{}"]),
            ("[{}] x", ["{}", "x"]), ("[{},{\"a\"", ["{}", "{\"a\""]), ("[{}", ["{}", ","]), ("[", [","]),
            ("[\"a\nb\"]", ["\"a\tb\""]), ("{\"a\":\"x\n\"}", ["{\"a\":\"x\t\"}"]),
            ("{\"a\":1\n{}", ["{\"a\":1", "{}"]),
        ] as [(String, [String])]) func eachEventIsALine(_ body: String, _ lines: [String])
    {
        #expect(Self.lines(body) == lines)
    }

    @Test func whatIsSaidToBeLinesIsLines() {
        #expect(Self.lines("[{},\n{}]", isLines: true) == ["[{},", "{}]"])
    }

    /// Arrays put together at random come apart into what they were made of.
    @Test(arguments: 1...20) func arraysComeApart(_ seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        func number(_ count: Int) -> Int { numbers.below(count) }
        let elements = [
            "{}", "[1,[2]]", "{\"a\":\"]\\\\\\\"[,{\"}", "\"\\\"\"", "null", "{\"b\":{\"c\":[]}}", "-1.5e3",
        ]
        let spaces = ["", " ", "\n", "\r\n\t"]
        for _ in 0..<50 {
            let made = (0..<number(6)).map { _ in elements[number(elements.count)] }
            let inner = made.map { spaces[number(4)] + $0 + spaces[number(4)] }.joined(separator: ",")
            let lines = Self.lines("[\(inner)]\(spaces[number(4)])")
            #expect(lines.map { $0.filter { !" \t\r\r\n".contains($0) } } == made)
        }
    }
}
