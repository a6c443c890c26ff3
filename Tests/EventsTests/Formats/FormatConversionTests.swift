import Foundation
import Storage
import TestSupport
import Testing

@testable import Events

/// What lines of each format mean.
@Suite struct FormatConversionTests {
    @Test(arguments: Cases.places("formats", ending: ".expected.ndjson"))
    func readsTheLinesOf(_ place: URL) throws {
        let name = try #require(place.lastPathComponent.split(separator: ".").first)
        let preset = try #require(Preset(rawValue: String(name)))
        let lines = try String(
            contentsOf: place.deletingLastPathComponent().appending(path: "\(name).ndjson"), encoding: .utf8)
        let expected = try String(contentsOf: place, encoding: .utf8)
        let found = converted(lines, InputFormat(preset))
        let wanted = expected.split(separator: "\n").map(String.init)
        #expect(found.count == wanted.count)
        for (one, other) in zip(found, wanted) { #expect(try comparable(one) == comparable(other)) }
        // What is written can be read again.
        let taken = found.filter { !$0.contains("\"rejected\":") }
        let again = converted(taken.joined(separator: "\n"))
        for (one, other) in zip(taken, again) { #expect(try comparable(one) == comparable(other)) }
        #expect(taken.count == again.count)
    }

    @Test func readsElementsWithWhatTheyInherit() {
        let line =
            #"{"batch":[{"type":"track","event":"A","userId":"u","context":{"a":1}},7,"#
            + #"{"type":"track","event":"B","anonymousId":"x"}],"sentAt":"2026-01-05T12:00:00Z","#
            + #""context":{"groupId":"g"}}"#
        #expect(
            converted(line, InputFormat(.segment)) == [
                #"{"customer_id":"u","event":"A","timestamp":"2026-01-05T12:00:00.000Z","properties":{},"ids":{"user_id":"u"}}"#,
                #"{"rejected":"malformed_json","detail":"not a JSON object, but an element of the line's array","line":1,"index":1}"#,
                #"{"customer_id":"x","event":"B","timestamp":"2026-01-05T12:00:00.000Z","properties":{},"ids":{"anonymous_id":"x"},"account":"g"}"#,
            ])
        #expect(converted(#"{"batch":[]}"#, InputFormat(.segment)).isEmpty)
    }

    @Test func readsLevelsOfArraysWithinEachOther() {
        let own = plan { mapping in
            mapping.each = ["/resourceLogs/*/scopeLogs/*/logRecords"]
            mapping.inherit = ["/resourceLogs/*/resource", "/resourceLogs/*/scopeLogs/*/scope", "/tenant"]
            mapping.customerID = ["/resource/user"]
            mapping.event = ["/body"]
            mapping.channel = ["/scope/name"]
            mapping.time = TimePlaces(["/timeUnixNano"])
            mapping.account = ["/tenant"]
            mapping.properties = [PropertyPlaces("/attributes")]
        }
        let line =
            #"{"resourceLogs":[{"resource":{"user":"u1"},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1767610815230123456","#
            + #""body":"a"}],"scope":{"name":"web"}},{"logRecords":[{"timeUnixNano":"1767610816000000000","body":"b"}]}]},"#
            + #"{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1767610817000000000","body":"c"}]}],"resource":{"user":"u2"}}],"#
            + #""tenant":"t"}"#
        let wanted = [
            #"{"customer_id":"u1","event":"a","timestamp":"2026-01-05T11:00:15.230123Z","channel":"web","properties":{},"account":"t"}"#,
            #"{"customer_id":"u1","event":"b","timestamp":"2026-01-05T11:00:16.000Z","properties":{},"account":"t"}"#,
            #"{"customer_id":"u2","event":"c","timestamp":"2026-01-05T11:00:17.000Z","properties":{},"account":"t"}"#,
        ]
        #expect(converted(line, plan: own) == wanted)
        var implied = own
        implied.replacements.append { $0.each = ["/resourceLogs/scopeLogs/logRecords"] }
        implied.replacements.append {
            $0.inherit = ["/resourceLogs/resource", "/resourceLogs/scopeLogs/scope", "/tenant"]
        }
        #expect(converted(line, plan: implied) == wanted)
        // What stands where arrays of them should is none of them; what is null or absent is nothing.
        let others =
            #"{"resourceLogs":[7,null,{},{"scopeLogs":"x"},"#
            + #"{"scopeLogs":[{"logRecords":null},{"logRecords":true}]}]}"#
        let what = #""detail":"not a JSON object, but an element of the line's array""#
        let rejected = (0..<3).map { #"{"rejected":"malformed_json",\#(what),"line":1,"index":\#($0)}"# }
        #expect(converted(others, plan: own) == rejected)
    }

    @Test func takesTheFirstUsableId() {
        for id in [
            "null", #""""#, #""null""#, #""  0-0 ""#, #""'Undefined'""#, "{}", "[\"a\"]", "1.5", "true",
            #""(not set)""#,
            "\"" + String(repeating: "x", count: 257) + "\"",
        ] {
            let line = #"{"type":"track","event":"A","timestamp":1,"userId":\#(id),"anonymousId":" a "}"#
            #expect(converted(line, InputFormat(.segment)).first?.contains(#""customer_id":"a""#) == true, "\(id)")
        }
        let kept = #"{"type":"track","event":"A","timestamp":1,"userId":7}"#
        #expect(converted(kept, InputFormat(.segment)).first?.contains(#""customer_id":"7""#) == true)
    }

    @Test func takesIdsOfTheNativeForm() {
        let line =
            #"{"ids":{"device":{},"mail":"","user":"u1"},"event":"e","timestamp":0,"merge":{"into":"u1","from":"x"}}"#
        #expect(
            converted(line) == [
                #"{"customer_id":"u1","event":"e","timestamp":"1970-01-01T00:00:00.000Z","properties":{},"ids":{"user":"u1"},"merge":{"into":"u1","from":"x"}}"#
            ])
        let batch = scan(line)
        #expect(batch.count == 1 && batch.text(batch.row(0).customerID).text == "u1")
        withExtendedLifetime(batch) {}
    }

    @Test func renamesAndDrops() {
        var own = plan(.posthog) { _ in }
        own.renames = ["$pageview": "view", "noise": "heartbeat"]
        own.drops = ["heartbeat"]
        let lines = #"""
            {"event":"$pageview","distinct_id":"a","timestamp":1}
            {"event":"noise"}
            {"event":"buy","distinct_id":"a","timestamp":1}
            """#
        let events = converted(lines, plan: own)
        #expect(events.count == 2)
        #expect(events.first?.contains(#""event":"view""#) == true)
        var scanner = LineScanner(Projection(types: ["", "view"], paths: []), lineLimit: 1000, formats: own)
        let batch = scanner.scan(
            block(lines), source: LineSource("in"), arrival: Instant(microseconds: 0), isFirst: true)
        #expect(batch.extras.dropped == 1 && batch.rejects.isEmpty && batch.count == 2)
        #expect(batch.row(0).type == 1 && batch.row(1).type == 0)
    }

    @Test func saysWhatIsWrongWhere() {
        let lines = #"""
            {"event":"a","distinct_id":"a","timestamp":"soon"}
            {"distinct_id":"a","timestamp":1}
            {"event":7,"distinct_id":"a","timestamp":1}
            {"event":"a","distinct_id":"a"}
            [{"event":"a","distinct_id":"a","timestamp":-99999999999999999999}]
            {"event":"a","distinct_id":"a","timestamp":1
            """#
        let reasons = converted(lines, InputFormat(.posthog)).map { line in
            line.firstMatch(of: /"rejected":"(\w+)"/).map { String($0.1) } ?? line
        }
        #expect(
            reasons == [
                "bad_timestamp", "missing_field", "bad_field", "missing_field", "bad_timestamp", "malformed_json",
            ])
    }

    @Test func boundsWhatElementsInherit() {
        let large = String(repeating: "x", count: 100_000)
        let elements = [String](repeating: #"{"type":"t"}"#, count: 5000).joined(separator: ",")
        let line = #"{"context":{"a":"\#(large)"},"batch":[\#(elements)]}"#
        let found = converted(line, InputFormat(.segment))
        #expect(found.count == 5000)
        #expect(found.last?.contains(#""rejected":"too_long""#) == true)
    }

    /// Whatever comes, each line is taken or refused, and what is written is JSON.
    @Test func survivesGarbage() throws {
        var chance = SeededNumbers(seed: 16)
        let seeds = [
            #"{"batch":[{"type":"track","event":"A","userId":"u","timestamp":1,"properties":{"a":[1,{"b":"\u00e9"}]}},[],null],"context":{"x":1}}"#,
            #"{"event_name":"e","event_params":[{"key":"k","value":{"int_value":"1"}},{"key":5},7,{"value":{}}],"event_timestamp":"1","user_id":"u","items":[[]],"ecommerce":{"a":1,"a":2}}"#,
            #"[{"event":"$identify","distinct_id":"\u0000a","properties":{"$groups":{"company":{}},"distinct_id":1},"timestamp":1e400}]"#,
            #"{"unstruct_event_x":{"a":1},"unstruct_event_y":7,"event":"struct","se_action":"s","user_id":"u","derived_tstamp":"2026-13-01"}"#,
        ]
        let signs = Array(#"{}[]",:\0-e.n "#.utf8) + [0, 0x80, 0xFF]
        for _ in 0..<400 {
            var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &chance)].utf8)
            for _ in 0..<Int.random(in: 0...3, using: &chance) {
                let place = Int.random(in: 0..<bytes.count, using: &chance)
                switch Int.random(in: 0..<3, using: &chance) {
                case 0: bytes[place] = signs[Int.random(in: 0..<signs.count, using: &chance)]
                case 1: bytes.remove(at: place)
                default: bytes.insert(signs[Int.random(in: 0..<signs.count, using: &chance)], at: place)
                }
            }
            let preset = Preset.allCases[Int.random(in: 0..<Preset.allCases.count, using: &chance)]
            var converter = FormatConverter(InputSettings())
            let input = ByteBlock(capacity: 64)
            input.append(bytes)
            let output = converter.convert(
                input, source: LineSource("in", format: InputFormat(preset)), arrival: Instant(microseconds: 0),
                isFirst: false)
            for line in output.bytes.text.split(separator: "\n") {
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
            }
        }
    }
}
