import Storage
import Testing

/// Names are bytes: what Swift calls equal may be two of them.
struct ByteNameTests {
    /// Names of no, few and many bytes; and the same character as one scalar and as two.
    private static let names = [
        "", "a", "b", "ab", "\u{0}", "a\u{0}", "caf\u{E9}", "cafe\u{301}",
        "a name of more bytes than a text holds in itself",
        "a name of more bytes than a text holds in itself.", "a name of more bytes than a text h\u{F6}lds in itself",
        "a name of more bytes than a text ho\u{308}lds in itself",
    ]

    @Test(arguments: names) func aNameIsTheSameAsNoOther(_ name: String) {
        for other in ByteNameTests.names {
            let isSame = Array(name.utf8) == Array(other.utf8)
            #expect(name.isSame(as: other) == isSame, "\(name) \(other)")
            #expect((ByteName(name) == ByteName(other)) == isSame)
        }
    }

    @Test(arguments: names) func howATextCameToBeDoesNotMatter(_ name: String) {
        // The same bytes, put together piece by piece.
        var made = ""
        for scalar in name.unicodeScalars { made.unicodeScalars.append(scalar) }
        #expect(ByteName(made) == ByteName(name) && ByteName(made).hashValue == ByteName(name).hashValue)
        #expect(Set(names: ByteNameTests.names + [made]).count == ByteNameTests.names.count)
        #expect(String(name.dropLast(0)[...]).isSame(as: name))
    }

    @Test func theOrderIsThatOfTheBytes() {
        let sorted = ByteNameTests.names.map { ByteName($0) }.sorted().map { Array($0.text.utf8) }
        #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }
}
