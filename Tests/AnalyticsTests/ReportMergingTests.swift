import Analytics
import Storage
import Testing

/// Reports of parts of the customers, written, read and added up, say what one report of all says.
struct ReportMergingTests {
    private static let configuration = ReportModelTests.configuration.replacing(
        #"by: ["channel", "event.properties.price"]"#, with: #"by: ["channel"]"#)

    /// A figure in an order of its own: which name came first says nothing. Of numbers that follow from many, the last digits
    /// follow from their order.
    private static func text(_ figure: Figure) -> String {
        switch figure {
        case .none, .flag, .count, .text: "\(figure.plain)"
        case .number(let number): number == 0 ? "0" : "\((number * 1e6).rounded() / 1e6)"
        case .list(let members): "[\(members.map(text).sorted().joined(separator: ", "))]"
        case .table(let entries):
            "{\(entries.map { "\($0.0): \(text($0.1))" }.sorted().joined(separator: ", "))}"
        }
    }

    /// A text for each part and for the whole. All end at one time, since what is open follows from that.
    private static func lines(_ seed: UInt64, parts: Int) -> (parts: [String], whole: String) {
        var events = ReportModelTests.stream(seed).enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
        let end = (events.last?.time ?? 0) + 1_000_000
        for part in 0..<parts { events.append(MadeEvent(customer: 1000 + part, type: "ping", time: end)) }
        let texts = (0..<parts).map { part in
            events.filter { event in
                event.customer >= 1000 ? event.customer == 1000 + part : event.customer % parts == part
            }.map(\.line).joined()
        }
        return (texts, events.map(\.line).joined())
    }

    @Test(arguments: 1...40)
    func sayWhatOneReportSays(seed: UInt64) throws {
        let report = try ReportUnderTest(Self.configuration)
        let count = 2 + Int(seed % 3)
        let (parts, whole) = Self.lines(seed, parts: count)
        var sum: JourneyReport?
        for part in parts {
            let made = try report.report(Array(part.utf8), shards: 1 + Int(seed % 2))
            let read = try JourneyReport(sums: made.sums)
            #expect(Self.text(read.figure) == Self.text(made.figure))
            #expect(read.sums == made.sums)
            if sum == nil { sum = read } else { try sum?.merge(read) }
        }
        let expected = try report.report(Array(whole.utf8))
        let merged = try #require(sum)
        let (told, known) = (merged.figure.entries, expected.figure.entries)
        #expect(told.map(\.0) == known.map(\.0))
        for (one, other) in zip(told, known) { #expect(Self.text(one.1) == Self.text(other.1), "\(one.0)") }
        // Adding up can go on.
        #expect(Self.text(try JourneyReport(sums: merged.sums).figure) == Self.text(merged.figure))
    }

    /// Where the configuration names all there is, nothing follows from the order of the parts: each byte is the same.
    @Test(arguments: 1...16)
    func sayItInTheSameBytesWhereNamesAreKnown(seed: UInt64) throws {
        let report = try ReportUnderTest(
            Self.configuration.replacing(#"by: ["channel"],"#, with: "").replacing(
                #"stage: "awareness""#, with: #"stage: "awareness", channel: "web""#))
        let count = 2 + Int(seed % 7)
        let (parts, whole) = Self.lines(seed, parts: count)
        func isPlain(_ line: Substring) -> Bool { !line.contains("\"app\"") && !line.contains("\"shop\"") }
        func input(_ text: String) -> [UInt8] {
            Array(text.split(separator: "\n").filter(isPlain).map { $0 + "\n" }.joined().utf8)
        }
        var sum: JourneyReport?
        for part in parts {
            let made = try report.report(input(part), shards: 1 + Int(seed % 3), piece: 777)
            if sum == nil { sum = made } else { try sum?.merge(try JourneyReport(sums: made.sums)) }
        }
        var merged = try #require(sum)
        let expected = try report.report(input(whole))
        let texts = [merged, expected].map { String(decoding: $0.json, as: UTF8.self) }
        #expect(texts[0] == texts[1])
        // Nor from what is added to what.
        let rest = try JourneyReport(sums: merged.sums)
        try merged.merge(try report.report([]))
        #expect(String(decoding: merged.json, as: UTF8.self) == String(decoding: rest.json, as: UTF8.self))
    }

    @Test func theTextIsTheSameForAnyNumberOfShards() throws {
        let report = try ReportUnderTest(Self.configuration)
        let whole = Array(Self.lines(7, parts: 2).whole.utf8)
        let texts = try [1, 2, 5].map { try report.report(whole, shards: $0).sums }
        #expect(Set(texts).count == 1 && !texts[0].isEmpty)
    }

    @Test func whatCountsOtherwiseIsNotAdded() throws {
        let lines = Array(Self.lines(3, parts: 2).whole.utf8)
        var one = try ReportUnderTest(Self.configuration).report(lines)
        let other = try ReportUnderTest(Self.configuration.replacing(#""30m""#, with: #""31m""#)).report(lines)
        #expect(throws: StateFault.self) { try one.merge(other) }
    }

    @Test func whatIsDamagedIsNotRead() throws {
        let sums = try ReportUnderTest(Self.configuration).report(Array(Self.lines(5, parts: 2).whole.utf8)).sums
        for text in ["", "A", "!!!!", String(sums.dropLast(8)), sums + "AAAA", "AgAA" + sums.dropFirst(4)] {
            #expect(throws: StateFault.self, "\(text.prefix(16))") { try JourneyReport(sums: text) }
        }
    }
}
