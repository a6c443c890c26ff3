import Foundation
import Storage
import TestSupport
import Testing

@testable import Events

/// Scans text as one block, with the given paths projected.
func scan(_ text: String, paths: [[String]] = [], types: [String] = [], lineLimit: Int = 1 << 20) -> EventBatch {
    scan([UInt8](text.utf8), paths: paths, types: types, lineLimit: lineLimit)
}

func scan(_ bytes: [UInt8], paths: [[String]] = [], types: [String] = [], lineLimit: Int = 1 << 20) -> EventBatch {
    var projection = Projection()
    for path in paths { _ = projection.slot(path) }
    for type in types { _ = projection.type(type) }
    var scanner = LineScanner(projection, lineLimit: lineLimit)
    let block = ByteBlock(capacity: bytes.count)
    block.append(bytes)
    return scanner.scan(block, source: LineSource("in"), arrival: Instant(microseconds: 42), isFirst: true)
}

extension EventBatch {
    func sight(_ index: Int) -> EventSight { sight(index, taken: row(index).time, place: UInt64(index)) }
}

extension EventSight {
    func field(_ slot: Int) -> Field? { field(SlotNumber(slot)) }
}

@Suite struct LineScannerTests {
    static let example =
        #"{"id":"evt_0f94","customer_id":"c0021322","event":"add_to_cart","#
        + #""timestamp":"2026-01-01T00:00:00.022Z","channel":"web","properties":{"sku":"SKU-10398","price":83.44}}"#

    @Test func readsTheNativeForm() throws {
        let batch = scan(
            Self.example, paths: [["properties", "sku"], ["properties", "price"]], types: ["add_to_cart"])
        try #require(batch.count == 1)
        defer { withExtendedLifetime(batch) {} }
        let event = batch.sight(0)
        #expect(event.text(event.row.id).text == "evt_0f94")
        #expect(event.text(event.row.customerID).text == "c0021322")
        #expect(event.text(event.row.channel).text == "web")
        #expect(event.row.type == 1)
        #expect(event.row.time == Instant(microseconds: 1_767_225_600_022_000))
        #expect(event.field(0).map { event.text(of: $0).text } == "SKU-10398")
        #expect(event.field(1).map { Double(bitPattern: $0.payload) } == 83.44)
    }

    @Test(arguments: [
        ("[1]", RejectReason.malformedJSON), ("{", .malformedJSON), ("{}x", .malformedJSON),
        ("nonsense", .malformedJSON),
        (#"{"customer_id":"c","event":"e","properties":{"a":01}}"#, .malformedJSON),
        (#"{"customer_id":"c","event":"e","properties":{"a":"\x"}}"#, .malformedJSON),
        (#"{"customer_id":"c","event":"e",}"#, .malformedJSON),
        (#"{"event":"e"}"#, .missingField), (#"{"customer_id":"c"}"#, .missingField),
        (#"{"customer_id":"","event":"e"}"#, .badField), (#"{"customer_id":1.5,"event":"e"}"#, .badField),
        (#"{"customer_id":null,"event":"e"}"#, .badField), (#"{"customer_id":["c"],"event":"e"}"#, .badField),
        (#"{"customer_id":"c","event":""}"#, .badField), (#"{"customer_id":"c","event":7}"#, .badField),
        (#"{"customer_id":"c","event":"e","id":{}}"#, .badField),
        (#"{"customer_id":"c","event":"e","channel":7}"#, .badField),
        (#"{"customer_id":"c","event":"e","properties":[]}"#, .badField),
        (#"{"customer_id":"c","event":"e","timestamp":"yesterday"}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":"2026-02-30T00:00:00Z"}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":1.5}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":99999999999999999}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":true}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":"0000-01-01T00:00:00+00:01"}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":"9999-12-31T23:59:60Z"}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":"10000-01-01T00:00:00Z"}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":"-0001-12-31T00:00:00Z"}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":-62167219200001}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":253402300800000}"#, .badTimestamp),
        (#"{"customer_id":"c","event":"e","timestamp":-9223372036854775808}"#, .badTimestamp),
    ])
    func rejectsEachFaultWithItsReason(line: String, reason: RejectReason) throws {
        let batch = scan("\(Self.example)\n\(line)\n\(Self.example)\n")
        #expect(batch.count == 2)
        let reject = try #require(batch.rejects.first)
        #expect(batch.rejects.count == 1)
        #expect(reject.reason == reason)
        #expect(reject.line == 1)
        #expect(!reject.detail.isEmpty)
        #expect(String(decoding: reject.raw, as: UTF8.self) == line)
    }

    @Test(arguments: [("customer_id", 256), ("event", 128), ("id", 256), ("channel", 128)])
    func limitsLengths(key: String, limit: Int) {
        func line(_ length: Int) -> String {
            var fields = ["customer_id": "c", "event": "e"]
            fields[key] = String(repeating: "x", count: length)
            return "{" + fields.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",") + "}"
        }
        #expect(scan(line(limit)).count == 1)
        #expect(scan(line(limit + 1)).rejects.first?.reason == .badField)
    }

    @Test func refusesLongLinesAndWhatIsNotUTF8() {
        let long = #"{"customer_id":"c","event":"e","properties":{"a":""# + String(repeating: "x", count: 200) + #""}}"#
        #expect(scan(long, lineLimit: long.utf8.count).count == 1)
        #expect(scan(long, lineLimit: long.utf8.count - 1).rejects.first?.reason == .tooLong)
        let bytes = [UInt8](#"{"customer_id":"c","event":""#.utf8) + [0xFF] + [UInt8](#""}"#.utf8)
        #expect(scan(bytes).rejects.first?.reason == .invalidUTF8)
    }

    @Test func passesOverBlankLinesMarksAndCarriageReturns() {
        let text = "\u{FEFF}\(Self.example)\r\n\r\n   \n\(Self.example)"
        let batch = scan(text)
        #expect(batch.count == 2)
        #expect(batch.rejects.count == 0)
        #expect(batch.lineCount == 4)
        #expect(batch.row(1).line == 3)
    }

    @Test func givesArrivalTimeAndHashedID() {
        let batch = scan(#"{"customer_id":7,"event":"e"}"#)
        defer { withExtendedLifetime(batch) {} }
        let event = batch.sight(0)
        #expect(event.row.time == .distantPast && batch.extras.timeless == 1)
        #expect(event.text(event.row.customerID).text == "7")
        #expect(event.idText.count == 17 && event.idText.first == UInt8(ascii: "h"))
        #expect(event.row.id.isAbsent && event.row.channel.isAbsent)
    }

    @Test func resolvesEscapesAlsoInKeys() {
        let line =
            #"{"customer\u005fid":"a\"\u00e9\ud83d\ude00\ud800","event":"e\/f","properties":{"s\u006bu":"x\ty"}}"#
        let batch = scan(line, paths: [["properties", "sku"]], types: ["e/f"])
        #expect(batch.count == 1)
        defer { withExtendedLifetime(batch) {} }
        let event = batch.sight(0)
        #expect(event.text(event.row.customerID).text == "a\"é😀\u{FFFD}")
        #expect(event.row.type == 1)
        #expect(event.field(0).map { event.text(of: $0).text } == "x\ty")
    }

    @Test func takesTheLaterOfTwoEqualKeys() {
        let line =
            #"{"customer_id":"a","customer_id":"b","event":"e","properties":{"sku":"x","n":1},"properties":{"n":2}}"#
        let batch = scan(line, paths: [["properties", "sku"], ["properties", "n"]])
        defer { withExtendedLifetime(batch) {} }
        let event = batch.sight(0)
        #expect(event.text(event.row.customerID).text == "b")
        #expect(event.field(0) == nil)
        #expect(event.field(1).map { Int64(bitPattern: $0.payload) } == 2)
    }

    @Test func keepsWholeObjectsAndPartsOfThem() {
        let line =
            #"{"customer_id":"a","event":"e","properties":{"o":{"p":[1, {"q":2}]},"t":true,"z":null},"context":{"ip":"::1"}}"#
        let paths = [["properties", "o"], ["properties", "o", "p"], ["context", "ip"], ["properties", "t"], []]
        let batch = scan(line, paths: paths)
        defer { withExtendedLifetime(batch) {} }
        let event = batch.sight(0)
        #expect(event.field(0).map { event.text(of: $0).text } == #"{"p":[1, {"q":2}]}"#)
        #expect(event.field(1).map { event.text(of: $0).text } == #"[1, {"q":2}]"#)
        #expect(event.field(2).map { event.text(of: $0).text } == "::1")
        #expect(event.field(3)?.kind == .yes)
        #expect(event.field(4).map { event.text(of: $0).text } == line)
    }

    @Test(arguments: [
        ("0", 0.0), ("-0", 0.0), ("83.44", 83.44), ("-1.5e3", -1500), ("1e400", .infinity), ("0.1", 0.1),
        ("123456789012345678901234567890", 1.2345678901234568e29), ("9007199254740993.0", 9007199254740992),
        ("-9223372036854775808", -9223372036854775808),
    ])
    func readsNumbers(text: String, value: Double) throws {
        let batch = scan(#"{"customer_id":"a","event":"e","properties":{"n":\#(text)}}"#, paths: [["properties", "n"]])
        defer { withExtendedLifetime(batch) {} }
        let event = batch.sight(0)
        let field = try #require(event.field(0))
        let read = field.kind == .int ? Double(Int64(bitPattern: field.payload)) : Double(bitPattern: field.payload)
        #expect(read == value)
    }

    /// What begins with `y_` must be taken, what begins with `n_` rejected, what begins with `i_` may be either.
    @Test(arguments: Cases.folders("json")) func takesAndRejectsWhatEachCaseOfJSONSays(_ folder: URL) throws {
        let text = try Data(contentsOf: folder.appending(path: "wrapped.ndjson"))
        var cases = 0
        for line in text.split(separator: 0x0A) {
            let bytes = [UInt8](line)
            let name = String(decoding: bytes.prefix(120), as: UTF8.self)
            for paths in [[], [["properties", "v"]]] as [[[String]]] {
                let batch = scan(bytes, paths: paths)
                let mustBeTaken = name.contains("\"y_")
                let mustBeRejected = name.contains("\"n_")
                if mustBeTaken { #expect(batch.count == 1, "\(name)") }
                if mustBeRejected {
                    #expect(batch.count == 0, "\(name)")
                    #expect([.malformedJSON, .invalidUTF8].contains(batch.rejects.first?.reason), "\(name)")
                }
                cases += 1
            }
        }
        #expect(cases > 50)
    }
}
