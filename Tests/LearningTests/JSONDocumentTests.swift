import TestSupport
import Testing

@testable import Learning

/// JSON read as a tree.
@Suite struct JSONDocumentTests {
    @Test func readsWhatIsWritten() throws {
        let text = #" {"a": [1, -2.5e3, "x\n\u00e9\ud83d\ude00", true, null], "b": {"c": false}, "a": 2} "#
        let document = try JSONDocument(Array(text.utf8))
        let list = document.root["a"]?.list ?? []
        #expect(list.count == 5)
        #expect(document.whole(list[0]) == 1 && document.double(list[1]) == -2500 && document.whole(list[1]) == nil)
        #expect(list[2].text == "x\né😀" && list[3].flag == true)
        #expect(document.root["b"]?["c"]?.flag == false && document.root["d"] == nil)
    }

    /// A number between two of single precision is rounded once, not by way of double precision.
    @Test func singlePrecisionIsRoundedOnce() throws {
        let document = try JSONDocument(Array("[1.00000017881393432617187499, 0.1]".utf8))
        let list = document.root.list ?? []
        #expect(document.float(list[0]) == 1.0000001)
        #expect(document.float(list[1]) == 0.1)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "01", "1.", "1e", "-", "tru", "[1] 2", "\"\u{1}\"", "\"\\x\"", "\"\\u12\"",
        "{1:2}",
        "\"abc", "nul", "NaN", "[1 2]",
    ]) func refusesWhatIsNoJSON(text: String) {
        #expect(throws: JSONDocument.Fault.self) { try JSONDocument(Array(text.utf8)) }
    }

    @Test func refusesWhatIsNestedTooDeep() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONDocument.Fault.self) { try JSONDocument(Array(deep.utf8)) }
        let fits = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try JSONDocument(Array(fits.utf8)) }
    }

    /// Whatever bytes come, it ends.
    @Test func anyBytesAreReadOrRefused() {
        var numbers = SeededNumbers(seed: 4)
        let pieces = ["{", "}", "[", "]", "\"", "\\", ":", ",", "1", "-", "e", "true", "\u{0}", "é", " "]
        for _ in 0..<2000 {
            let text = (0..<numbers.below(30)).map { _ in pieces[numbers.below(pieces.count)] }.joined()
            _ = try? JSONDocument(Array(text.utf8))
        }
    }
}
