import Foundation
import TestSupport
import Testing

@testable import Configuration

/// The value as compact text, so that a test's expectation fits on its line.
func compact(_ node: Node) -> String {
    switch node.value {
    case .null: "null"
    case .bool(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)d"
    case .string(let text): "'\(text)'"
    case .list(let elements): "[" + elements.map(compact).joined(separator: ",") + "]"
    case .object(let entries): "{" + entries.map { "\($0.key):\(compact($0.value))" }.joined(separator: ",") + "}"
    }
}

/// What is to be written instead of another language.
private let otherLanguage =
    "configurations are JSON5, with braces, commas and quotes around text: { version: 1, moments: { … } }"

func parse(_ text: String, _ diagnostics: Diagnostics) -> Node? {
    JSON5Parser.parse(Array(text.utf8), file: "f", diagnostics: diagnostics)
}

@Suite struct JSON5ParserTests {
    @Test(arguments: [
        ("{}", "{}"), ("[]", "[]"), (" \t\u{A0}\u{FEFF}\u{3000}1\u{2028}", "1"), ("\u{FEFF}{}", "{}"),
        ("{a: 1, 'b': 2, \"c\": [3,],}", "{a:1,b:2,c:[3]}"),
        ("{$_a1: 1, \\u0061b: 2, über: 3, null: 4}", "{$_a1:1,ab:2,über:3,null:4}"),
        ("// one\n/* two * / */ true // three", "true"), ("null", "null"), ("false", "false"),
        ("'it\\'s \"x\"'", "'it's \"x\"'"), ("'a\\\nb\\\r\nc\\\u{2028}d'", "'abcd'"),
        ("'\\b\\f\\n\\r\\t\\v\\0\\x41\\u0042\\q'", "'\u{8}\u{C}\n\r\t\u{B}\0ABq'"),
        ("'\\ud83d\\ude00😀\u{2028}'", "'😀😀\u{2028}'"),
        ("[+1, -2, 0, -0]", "[1,-2,0,0]"), ("[.5, 5., -.5, 5.e1, .5E-1]", "[0.5d,5.0d,-0.5d,50.0d,0.05d]"),
        ("[0x1F, -0XfF, +0x0]", "[31,-255,0]"),
        ("[9223372036854775807, 9223372036854775808]", "[9223372036854775807,9.223372036854776e+18d]"),
        ("[-9223372036854775808, -0x8000000000000000]", "[-9223372036854775808,-9223372036854775808]"),
        ("[0xFFFFFFFFFFFFFFFF, 1e999, 1e0]", "[1.8446744073709552e+19d,infd,1.0d]"),
        ("[Infinity, -Infinity, +NaN]", "[infd,-infd,nand]"),
    ])
    func readsEveryFormOfValue(text: String, expected: String) throws {
        let diagnostics = Diagnostics()
        let node = try #require(parse(text, diagnostics), "\(diagnostics.rendered())")
        #expect(compact(node) == expected)
        #expect(!diagnostics.hasErrors)
    }

    @Test(arguments: [
        ("", "f:1:1: the file is empty; write an object such as { version: 1 }"),
        ("// nothing\n", "f:1:1: the file is empty; write an object such as { version: 1 }"),
        ("{ over: \"1d\": 2 }", "f:1:13: expected ',' or '}' after the value of \"over\", found ':'"),
        ("{\n  a: 1\n  b: 2\n}", "f:3:3: expected ',' or '}' after the value of \"a\", found 'b'"),
        ("[1 2]", "f:1:4: expected ',' or ']' after element [0] of the list, found '2'"),
        (
            "[1, [2, {",
            "f:1:10: expected a key or '}', found the end of the file; the '{' of line 1, column 9 is not closed"
        ),
        (
            "{ é: [1",
            "f:1:8: expected ',' or ']' after element [0] of the list, found the end of the file; "
                + "the '[' of line 1, column 6 is not closed"
        ),
        ("# ours\n\nversion: 1\n", "f:3:1: this looks like YAML, or lacks its outer braces; \(otherLanguage)"),
        ("---\nversion: 1\n", "f:1:1: this looks like YAML; \(otherLanguage)"),
        ("version = 1\n[moments]\n", "f:1:1: this looks like TOML; \(otherLanguage)"),
        ("[moments.cart]\nkind = 'x'\n", "f:1:1: this looks like TOML; \(otherLanguage)"),
        ("{a 1}", "f:1:4: expected ':' after the key \"a\", found '1'"),
        ("{a: }", "f:1:5: expected a value for \"a\", found '}'"), ("[,]", "f:1:2: expected a value or ']', found ','"),
        ("{,}", "f:1:2: expected a key or '}', found ','"), ("{} {}", "f:1:4: expected the end of the file, found '{'"),
        (
            "{a: True}",
            "f:1:5: expected a value for \"a\", found the word \"True\"; write true, or \"True\" if it is text"
        ),
        ("{a: web}", "f:1:5: expected a value for \"a\", found the word \"web\"; write \"web\" if it is text"),
        ("{a: 30m}", "f:1:7: 'm' follows the number 30; put quotes around what is not a plain number"),
        ("{a: 1.2.3}", "f:1:8: expected ',' or '}' after the value of \"a\", found '.'"),
        ("012", "f:1:1: a number does not begin with 0; write 12"),
        ("-", "f:1:2: a number needs digits, found the end of the file"),
        ("[1e]", "f:1:4: an exponent needs digits, found ']'"), ("[.]", "f:1:3: a number needs digits, found ']'"),
        ("0x", "f:1:3: 0x needs hexadecimal digits, found the end of the file"),
        ("{a: 'x\n'}", "f:1:5: the string is not closed before the end of its line; write the closing '''"),
        ("\"x", "f:1:1: the string is not closed before the end of its file; write the closing '\"'"),
        ("'\\ud800'", "f:1:2: \\ud800 is half of a surrogate pair; write both halves, or the character"),
        ("'\\ud800\\u0041'", "f:1:2: \\ud800 is half of a surrogate pair; write both halves, or the character"),
        ("'ab\\u12'", "f:1:4: \\u needs four hexadecimal digits; write a plain backslash as \\\\"),
        ("'\\1'", "f:1:2: there are no octal escapes; write a character by its number as \\x07 or \\u0007"),
        ("/* x", "f:1:1: the comment is not closed; write */ at its end"),
        ("/", "f:1:1: a lone '/'; a comment begins with // or /*"),
        ("{ # x\n}", "f:1:3: expected a key or '}', found '#'; a comment begins with //"),
        ("{\\u0020a: 1}", "f:1:2: \\u0020 cannot stand in a bare key; put the key in quotes"),
        ("{a\\", "f:1:3: in a bare key a backslash begins an escape such as \\u0061; put the key in quotes"),
        ("{\u{201C}a\u{201D}: 1}", "f:1:2: expected a key or '}', found '\u{201C}'"),
        ("\u{1B}", "f:1:1: expected a value, found U+001B"),
    ])
    func namesEachFaultWithItsPlace(fault text: String, expected: String) {
        let diagnostics = Diagnostics()
        #expect(parse(text, diagnostics) == nil)
        #expect(diagnostics.all.map(\.description) == [expected])
    }

    @Test(
        arguments: [
            ([0x7B, 0x0A, 0x20, 0xFF], "f:2:2: the byte 0xFF is not UTF-8 here; save the file as UTF-8"),
            ([0xC3, 0xA9, 0xC0, 0x80], "f:1:2: the byte 0xC0 is not UTF-8 here; save the file as UTF-8"),
            ([0xE2, 0x82], "f:1:1: the byte 0xE2 is not UTF-8 here; save the file as UTF-8"),
            ([0xFF, 0xFE, 0x7B, 0x00], "f: the file is UTF-16; save it as UTF-8"),
        ] as [([UInt8], String)])
    func rejectsWhatIsNotUTF8(bytes: [UInt8], expected: String) {
        let diagnostics = Diagnostics()
        #expect(JSON5Parser.parse(bytes, file: "f", diagnostics: diagnostics) == nil)
        #expect(diagnostics.all.map(\.description) == [expected])
    }

    @Test(arguments: [("[", "]"), ("{a:", "}")])
    func limitsDepth(open: String, close: String) {
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth - 1) + "[]" + String(repeating: close, count: depth - 1)
        }
        let diagnostics = Diagnostics()
        #expect(parse(nested(200), diagnostics) != nil)
        #expect(parse(nested(201), diagnostics) == nil)
        #expect(parse(String(repeating: open, count: 1_000_000), diagnostics) == nil)
        #expect(diagnostics.all.allSatisfy { $0.message.contains("more than 200 deep") })
        #expect(diagnostics.errorCount == 2)
    }

    @Test func reportsEveryKeyWrittenTwice() throws {
        let diagnostics = Diagnostics()
        let node = try #require(parse("{ m: [ {},\n { a: 1, 'a': 2, b: 3, \"\\u0061\": 4 } ] }", diagnostics))
        #expect(compact(node) == "{m:[{},{a:1,b:3}]}")
        #expect(
            diagnostics.all.map(\.description) == [
                "f:2:10: m[1].a: the key \"a\" is written twice; it first stands at f:2:4",
                "f:2:24: m[1].a: the key \"a\" is written twice; it first stands at f:2:4",
            ])
    }

    /// The public JSON cases: what must be taken is taken, and what must not be crashes nothing. Many of the latter are
    /// fine in JSON5, so only those are held against it that are wrong there too.
    @Test(.enabled(if: SharedFolder.place("conformance/json/test_parsing") != nil)) func takesAllOfJSON() throws {
        let folder = try #require(SharedFolder.place("conformance/json/test_parsing"))
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            let diagnostics = Diagnostics()
            let node = JSON5Parser.parse(bytes, file: "f", diagnostics: diagnostics)
            let name = file.lastPathComponent
            #expect((node == nil) == (diagnostics.all.contains { !$0.message.contains("written twice") }), "\(name)")
            if name.hasPrefix("y_") { #expect(node != nil, "\(name): \(diagnostics.rendered())") }
            if name.hasPrefix("n_structure_unclosed") { #expect(node == nil, "\(name)") }
        }
    }

    /// Every beginning of a text that uses all of the language, and every text with one byte of it changed, is either
    /// read or refused with one place that lies within it.
    @Test func survivesDamage() throws {
        let text =
            "\u{FEFF}{ a: [1, -0x2F, .5e-3, +Infinity,], /* é */ 'b\\\n\\ud83d\\ude00': \"\\x41\\0\", // c\n\\u0078b: null }"
        let bytes = Array(text.utf8)
        #expect(parse(text, Diagnostics()) != nil)
        var damaged = bytes.indices.map { Array(bytes[..<$0]) }
        for index in bytes.indices {
            for byte: UInt8 in [0x00, 0x0A, 0x22, 0x27, 0x2C, 0x2F, 0x30, 0x5C, 0x7D, 0x80, 0xE2, 0xFF] {
                var copy = bytes
                copy[index] = byte
                damaged.append(copy)
            }
        }
        for bytes in damaged {
            let diagnostics = Diagnostics()
            let node = JSON5Parser.parse(bytes, file: "f", diagnostics: diagnostics)
            let lines = bytes.count { $0 == 0x0A } + 1
            #expect((node == nil) == diagnostics.hasErrors, "\(bytes)")
            #expect(diagnostics.all.allSatisfy { $0.place.line <= lines && $0.place.column <= bytes.count + 1 })
        }
    }
}
