import Testing

@testable import Configuration

@Suite struct JSON5PlaceTests {
    /// `^` in the text marks where the value is expected, and is taken out before parsing.
    @Test(arguments: [
        "^5", "\n\n  ^[]", "\r\n\r\n^1", "\r\r ^1", "/* \u{2028} */ ^'x'", "\u{FEFF}^{}", "/* é😀e\u{301} */ ^null",
        "\t^0",
    ])
    func countsLinesAndScalars(marked: String) throws {
        let text = marked.replacing("^", with: "")
        let node = try #require(parse(text, Diagnostics()))
        let before = marked.prefix { $0 != "^" }.unicodeScalars.filter { $0 != "\u{FEFF}" }
        let lines = String(String.UnicodeScalarView(before)).replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
        let column = (lines.last?.unicodeScalars.count ?? 0) + 1
        #expect(node.place == Place(file: "f", line: lines.count, column: column))
    }

    @Test(arguments: [
        ("'abc'", 0, 1, 2), ("'abc'", 2, 1, 4), ("'abc'", 3, 1, 5), ("'abc'", 99, 1, 5), ("'abc'", -1, 1, 2),
        ("'é😀x'", 0, 1, 2), ("'é😀x'", 1, 1, 2), ("'é😀x'", 2, 1, 3), ("'é😀x'", 5, 1, 3), ("'é😀x'", 6, 1, 4),
        ("'\\u00e9\\n\\x41z'", 1, 1, 2), ("'\\u00e9\\n\\x41z'", 2, 1, 8), ("'\\u00e9\\n\\x41z'", 3, 1, 10),
        ("'\\u00e9\\n\\x41z'", 4, 1, 14), ("'\\ud83d\\ude00b'", 3, 1, 2), ("'\\ud83d\\ude00b'", 4, 1, 14),
        ("'a\\\n  b'", 1, 2, 1), ("'a\\\n  b'", 3, 2, 3), ("'a\\\r\nb'", 1, 2, 1), ("''", 0, 1, 2), ("42", 1, 1, 1),
    ])
    func findsTheWayBack(text: String, offset: Int, line: Int, column: Int) throws {
        let node = try #require(parse(text, Diagnostics()))
        #expect(node.place(ofByte: offset) == Place(file: "f", line: line, column: column))
    }

    @Test func knowsWhereKeysStand() throws {
        let node = try #require(parse("{ a: 1,\n  \"b\": {\n\tc: 2 } }", Diagnostics()))
        guard case .object(let entries) = node.value, case .object(let inner) = entries[1].value.value else {
            Issue.record("not the objects that were written")
            return
        }
        #expect((entries + inner).map { "\($0.key)@\($0.place)" } == ["a@f:1:3", "b@f:2:3", "c@f:3:2"])
        #expect(inner[0].value.place.description == "f:3:5")
    }
}
