import Testing

@testable import Configuration

@Suite struct DiagnosticTests {
    private let path = ConfigurationPath.root.appending("moments").appending("cart_abandoned").appending("sequence")
        .appending(1).appending("for")

    @Test func isRenderedOnOneLine() {
        let place = Place(file: "Config/retail.json5", line: 41, column: 18)
        let message = "\"30 mins\" is not a duration; write \"30m\""
        let error = Diagnostic(place: place, path: path, message: message)
        #expect(error.description == "Config/retail.json5:41:18: moments.cart_abandoned.sequence[1].for: \(message)")
        let note = Diagnostic(severity: .note, place: Place(file: "a"), message: "x\u{1B}[2J\ny")
        #expect(note.description == "a: note: x\u{FFFD}[2J\u{FFFD}y")
    }

    @Test(arguments: [
        ("a_1", "x.a_1"), ("a b", "x[\"a b\"]"), ("", "x[\"\"]"), ("a.b", "x[\"a.b\"]"), ("é", "x.é"),
        ("\n", "x[\"\\n\"]"),
        (String(repeating: "k", count: 99), "x[\"\(String(repeating: "k", count: 60))…\"]"),
    ])
    func pathsCannotBeMisread(key: String, expected: String) {
        #expect(ConfigurationPath.root.appending("x").appending(key).description == expected)
    }

    @Test func isOrderedAndBounded() {
        let diagnostics = Diagnostics()
        for (file, line, column) in [("b", 1, 1), ("a", 10, 2), ("a", 9, 3), ("a", 10, 1), ("a", 10, 2)] {
            diagnostics.error(
                at: Place(file: file, line: line, column: column), "number \(diagnostics.errorCount)")
        }
        diagnostics.note(at: Place(file: "a"), "all of it")
        #expect(
            diagnostics.rendered(limit: 5)
                == """
                a: note: all of it
                a:9:3: number 2
                a:10:1: number 3
                a:10:2: number 1
                a:10:2: number 4
                … and 1 more

                """)
        #expect(diagnostics.errorCount == 5 && diagnostics.noteCount == 1)
    }

    @Test func keepsErrorsRatherThanNotes() {
        let diagnostics = Diagnostics()
        for number in 0..<Diagnostics.capacity * 2 { diagnostics.note(at: Place(file: "a"), "\(number)") }
        diagnostics.error(at: Place(file: "b"), "bad")
        #expect(diagnostics.all.count == Diagnostics.capacity)
        #expect(diagnostics.all.last?.message == "bad")
        #expect(diagnostics.noteCount == Diagnostics.capacity * 2)
    }

    @Test(arguments: [
        ("{ a: 1,\n\tb = 2 }", "    \u{20}b = 2 }\n       ^\n"),
        ("{ a: '日本e\u{301}😀' = 2 }", "    { a: '日本e\u{301}😀' = 2 }\n                   ^\n"),
        (
            "{" + String(repeating: " ", count: 500) + "=",
            "    \(String(repeating: " ", count: 50))=\n"
                + "    \(String(repeating: " ", count: 50))^\n"
        ),
    ])
    func showsTheLine(text: String, excerpt: String) {
        let diagnostics = Diagnostics()
        #expect(parse(text, diagnostics) == nil)
        let lines = diagnostics.rendered(excerpts: true).split(separator: "\n", maxSplits: 1)
        #expect(lines.last.map(String.init) == excerpt)
    }

    @Test(
        arguments: [
            ("sequnce", "sequence"), ("SEQUENCE", "sequence"), ("wihtin", "within"), ("withinn", "within"),
            ("byy", "by"),
            ("cool_down", "cooldown"), ("zebra", nil), ("", nil), ("b", nil), (String(repeating: "s", count: 999), nil),
        ] as [(String, String?)])
    func findsTheNearestWord(word: String, expected: String?) {
        #expect(NearestWord.of(word, in: ["sequence", "within", "by", "cooldown"]) == expected)
    }
}
