import Storage
import Testing

@testable import Events

/// Tables as people and programs write them.
@Suite struct TableReaderTests {
    private func lines(_ text: String, cut: Int = .max, delimiter: UInt8? = nil, rowLimit: Int = 1000) -> [String] {
        var reader = TableReader(delimiter: delimiter, rowLimit: rowLimit)
        let output = ByteBlock(capacity: 64)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(cut, bytes.count)) {
            let piece = ByteBlock(capacity: 64)
            piece.append(Array(bytes[start..<min(start + min(cut, bytes.count), bytes.count)]))
            reader.take(piece.bytes, into: output)
        }
        reader.end(into: output)
        return output.bytes.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test(arguments: [1, 2, 3, 7, Int.max])
    func makesAnObjectOfEachRow(cut: Int) {
        let text =
            "\u{FEFF}sep=;\r\nid;\"a\"\"b\";c\r\n1;\"x;\ny\";-2.50\r\n;5\" pipe;007\r\n\r\nid;\"a\"\"b\";c\r\n1;2\r\n\"a\"b;;\r\n1;2;3"
        #expect(
            lines(text, cut: cut) == [
                "", "", #"{"id":1,"a\"b":"x;\ny","c":-2.50}"#, "", #"{"a\"b":"5\" pipe","c":"007"}"#, "", "",
                "!a row of 2 cells, where the header has 3: 1;2",
                "!a row whose quotes make no sense: a quote within quotes is written twice: \"a\"b;;",
                #"{"id":1,"a\"b":2,"c":3}"#,
            ])
    }

    @Test func findsWhatPartsTheCells() {
        #expect(lines("a,b;c\n1,2\n") == ["", #"{"a":1,"b;c":2}"#])
        #expect(lines("a\tb\n1\t2,5\n") == ["", #"{"a":1,"b":"2,5"}"#])
        #expect(lines("\"a,b,c\";d\n1;2\n") == ["", #"{"a,b,c":1,"d":2}"#])
        #expect(lines("a;b,c,d\n1;2\n", delimiter: UInt8(ascii: ";")) == ["", #"{"a":1,"b,c,d":2}"#])
    }

    @Test func goesOnBehindARowThatIsTooLong() {
        let found = lines("a,b\n1,\"open\n" + String(repeating: "x", count: 200) + "\n2,3\n", rowLimit: 100)
        #expect(found.count == 4 && found[1].hasPrefix("!a row of more than 100 bytes"))
        #expect(found.last == #"{"a":2,"b":3}"#)
    }

    @Test func rowsBecomeEvents() {
        let table = #"""
            customer_id,event,timestamp,price,note
            7,404,2026-01-05 11:00:00,12.5,
            null,buy,1,1,x
            u1,buy,soon,1,x
            u1,buy
            1e5,buy,1767610815000,1,"a ""b"""
            """#
        var reader = TableReader(rowLimit: 1000)
        let output = ByteBlock(capacity: 64)
        let input = block(table)
        reader.take(input.bytes, into: output)
        withExtendedLifetime(input) {}
        reader.end(into: output)
        let found = converted(output.bytes.text, InputFormat(.csv))
        #expect(
            found == [
                #"{"customer_id":"7","event":"404","timestamp":"2026-01-05T11:00:00.000Z","properties":{"price":12.5},"ids":{"user_id":"7"}}"#,
                #"{"rejected":"missing_field","detail":"no usable id of a customer; one is read from /customer_id","line":3}"#,
                #"{"rejected":"bad_timestamp","detail":"\"soon\" is not an RFC 3339 time; write it as 2026-01-31T08:00:00Z","line":4}"#,
                #"{"rejected":"bad_field","detail":"a row of 2 cells, where the header has 5: u1,buy","line":5}"#,
                #"{"customer_id":"1e5","event":"buy","timestamp":"2026-01-05T11:00:15.000Z","properties":{"price":1,"note":"a \"b\""},"ids":{"user_id":"1e5"}}"#,
            ])
    }
}
