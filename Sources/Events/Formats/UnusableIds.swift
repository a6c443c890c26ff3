import Storage

/// Texts that stand where an id should, and are nobody's: what programs write where they know none.
enum UnusableIds {
    private static let words = [
        "null", "undefined", "none", "nan", "n/a", "unknown", "anonymous", "guest", "invalid", "id", "distinct_id",
        "distinctid", "not_authenticated", "(not set)", "true", "false", "-1", "[object object]",
    ]
    /// The words by how long they are, and the same in small letters as their first eight bytes in one number.
    private static let known: [(count: Int, head: UInt64, word: [UInt8])] = words.map { word in
        let bytes = Array(word.utf8)
        return (bytes.count, View.of(bytes) { head($0, 0) }, bytes)
    }
    /// What such a text may begin with, each a bit by its lowest six: words in either case, zeros, hyphens and quotes.
    private static let firsts: UInt64 = words.reduce(into: 0) { bits, word in
        for first in [lower(Array(word.utf8)[0]), lower(Array(word.utf8)[0]) & ~0x20, 0x30, 0x2D, 0x22, 0x27] {
            bits |= 1 << UInt64(first & 63)
        }
    }
    private static let longest = words.map(\.utf8.count).max() ?? 0

    /// Whether a text is no id: empty, only zeros and hyphens, or one of the words in any case, also in quotes.
    static func holds(_ text: View<UInt8>) -> Bool {
        if text.count > 0, firsts & (1 << UInt64(text[0] & 63)) == 0 { return false }
        var start = 0
        var end = text.count
        if end >= 2, text[0] == text[end - 1], text[0] == UInt8(ascii: "\"") || text[0] == UInt8(ascii: "'") {
            start += 1
            end -= 1
        }
        if start == end || isEmptyNumber(text, start, end) { return true }
        let count = end - start
        if count > longest { return false }
        let bytes = text[start..<end]
        let head = head(bytes, 0)
        for entry in known where entry.count == count && entry.head == head {
            if (0..<count).allSatisfy({ lower(bytes[$0]) == entry.word[$0] }) { return true }
        }
        return false
    }

    private static func isEmptyNumber(_ text: View<UInt8>, _ start: Int, _ end: Int) -> Bool {
        for index in start..<end where text[index] != UInt8(ascii: "0") && text[index] != UInt8(ascii: "-") {
            return false
        }
        return true
    }

    private static func head(_ bytes: View<UInt8>, _ start: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in start..<min(start + 8, bytes.count) { word = word << 8 | UInt64(lower(bytes[index])) }
        return word
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
