import Testing

@testable import Configuration

private enum Keep: String, CaseIterable { case latest, first, longest }

@Suite struct DiagnosticReaderTests {
    /// Reads `{ k: VALUE }`; the messages come without their places.
    private func read<Value>(_ value: String, _ body: (Reader) -> Value?) throws -> (value: Value?, messages: [String])
    {
        let diagnostics = Diagnostics()
        let node = try #require(parse("{ k: \(value) }", diagnostics), "\(diagnostics.rendered())")
        let result = Reader(node, diagnostics: diagnostics).object(AnyKey.self) { fields in fields["k"].flatMap(body) }
        #expect(diagnostics.all.allSatisfy { $0.path.description.hasPrefix("k") && $0.place.line == 1 })
        return (result, diagnostics.all.map(\.message))
    }

    @Test(arguments: [
        ("5", "5 is not text; put it in quotes: \"5\""), ("null", "null is not text; write text in quotes"),
        ("''", "the text is empty; write at least one character, or leave the key out"),
        ("[]", "an empty list is not text; write text in quotes"),
    ])
    func rejectsWhatIsNoText(value: String, expected: String) throws {
        let (text, messages) = try read(value) { $0.string() }
        #expect(text == nil && messages == [expected])
    }

    @Test(arguments: [
        ("1.5", "1.5 is not a whole number; write a whole number from 1 to 9"),
        ("'3'", "\"3\" is not a whole number; write 3, without quotes"),
        ("'30'", "\"30\" is not a whole number; write a whole number from 1 to 9"),
        ("0x10", "16 is out of range; write a whole number from 1 to 9"),
    ])
    func rejectsIntegers(value: String, expected: String) throws {
        let (number, messages) = try read(value) { $0.integer(in: 1...9) }
        #expect(number == nil && messages == [expected])
    }

    @Test(arguments: [
        ("1.5", "1.5 is out of range; write a number from 0 up to 1"),
        ("NaN", "NaN is not a finite number; write a smaller one"),
        ("'x'", "\"x\" is not a number; write one without quotes, such as 0.5"),
    ])
    func rejectsNumbers(value: String, expected: String) throws {
        let (number, messages) = try read(value) { $0.number(in: 0...1) }
        #expect(number == nil && messages == [expected])
    }

    @Test(arguments: [
        ("'30 mins'", "\"30 mins\" is not a duration; write \"30m\""),
        ("30", "30 is not a duration; write a number with a unit, in quotes, such as \"30s\""),
        ("'0s'", "\"0s\" is no time at all; write a duration above zero, such as \"30s\""),
        ("'-1s'", "\"-1s\" is negative; write a duration above zero, such as \"30s\""),
        ("'600000w'", "\"600000w\" is too long; write at most \"3652425d\""),
    ])
    func rejectsDurations(value: String, expected: String) throws {
        let (duration, messages) = try read(value) { $0.duration() }
        #expect(duration == nil && messages == [expected])
    }

    @Test(arguments: [
        ("'Latest'", "\"Latest\" is not known here; did you mean \"latest\"?"),
        ("'zzz'", "\"zzz\" is not known here; the words are \"latest\", \"first\", \"longest\""),
        ("true", "true is not one of the words known here; the words are \"latest\", \"first\", \"longest\""),
    ])
    func rejectsWords(value: String, expected: String) throws {
        let (word, messages) = try read(value) { $0.word(Keep.self) }
        #expect(word == nil && messages == [expected])
    }

    @Test func takesWhatIsRight() throws {
        #expect(try read("'a'") { $0.string() }.value == "a")
        #expect(try read("7") { $0.integer(in: 1...9) }.value == 7)
        #expect(try read("1") { $0.number(in: 0...1) }.value == 1)
        #expect(try read("true") { $0.bool() }.value == true)
        #expect(try read("'0s'") { $0.duration(.zeroOrMore) }.value == 0)
        #expect(try read("'-1s'") { $0.duration(.any) }.value == -1_000_000)
        #expect(try read("'first'") { $0.word(Keep.self) }.value == .first)
        #expect(try read("['first', 'longest']") { $0.words(Keep.self) }.value == [.first, .longest])
        #expect(try read("'1KiB'") { $0.size() }.value == 1024)
        #expect(try read("17") { $0.size() }.value == 17)
        #expect(try read("'a'") { $0.strings() }.value == ["a"])
        #expect(try read("['a', 'b']") { $0.strings() }.value == ["a", "b"])
    }

    @Test(arguments: [
        ("'event.x > 1'", "event.x > 1"), ("5", "5"), ("0x10", "16"), ("+.5", "0.5"), ("true", "true"),
        ("-3.0", "-3.0"),
    ])
    func takesExpressions(value: String, expected: String) throws {
        #expect(try read(value) { $0.expression()?.text }.value == expected)
    }

    @Test(arguments: [
        ("' '", "the expression is empty"), ("Infinity", "Infinity is not a finite number"),
        ("[1]", "a list is not an expression"),
    ])
    func rejectsExpressions(value: String, expected: String) throws {
        let (text, messages) = try read(value) { $0.expression() }
        #expect(text == nil && messages.count == 1 && messages[0].hasPrefix(expected))
    }

    @Test(arguments: [
        ("5", ["k"], "5 is neither text nor a list of texts; write \"…\" or [\"…\", \"…\"]"),
        ("['a', 5, true]", ["k[1]", "k[2]"], "5 is not text; put it in quotes: \"5\""),
        ("[]", ["k"], "the list is empty; write at least one element, or leave the key out"),
    ])
    func rejectsStrings(value: String, paths: [String], first: String) throws {
        let diagnostics = Diagnostics()
        let node = try #require(parse("{ k: \(value) }", diagnostics))
        _ = Reader(node, diagnostics: diagnostics).object(AnyKey.self) { $0.strings("k") }
        #expect(diagnostics.all.map(\.path.description) == paths)
        #expect(diagnostics.all.first?.message == first)
    }

    @Test func placesAFaultWithinAnExpression() throws {
        let diagnostics = Diagnostics()
        let node = try #require(parse("{ when: 'a == \\'é\\' ? b' }", diagnostics))
        let expression = Reader(node, diagnostics: diagnostics).object(AnyKey.self) { $0.expression("when") }
        expression?.error(atByte: 12, "unknown name")
        #expect(diagnostics.all.map(\.description) == ["f:1:23: when: unknown name"])
    }
}
