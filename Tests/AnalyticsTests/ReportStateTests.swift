import Analytics
import Testing

/// A report that goes on: looked at, kept in snapshots, followed by another configuration.
struct ReportStateTests {
    private static func pieces(_ seed: UInt64) -> [[UInt8]] {
        ReportModelTests.stream(seed).map { Array($0.line.utf8) }
    }

    @Test(arguments: 1...30)
    func saysMeanwhileWhatItWouldSayAtTheEnd(seed: UInt64) throws {
        let report = try ReportUnderTest(ReportModelTests.configuration)
        let pieces = Self.pieces(seed)
        let run = report.run(shards: 1 + Int(seed % 3))
        for (index, piece) in pieces.enumerated() {
            run.take(piece)
            guard index % 40 == Int(seed % 40) || index == pieces.count - 1 else { continue }
            let known = try report.report(Array(pieces[...index].joined()))
            #expect(try run.seen().json == known.json)
        }
        // Looking has changed nothing.
        #expect(try run.concluded().json == report.report(Array(pieces.joined()), shards: 3).json)
    }

    @Test(arguments: 1...30)
    func goesOnFromASnapshotAsIfThereHadBeenNone(seed: UInt64) throws {
        let report = try ReportUnderTest(ReportModelTests.configuration)
        let pieces = Self.pieces(seed)
        let run = report.run(shards: 1 + Int(seed % 3))
        for (index, piece) in pieces.enumerated() {
            if index % 37 == Int(seed % 37) { try run.snapshot() }
            run.take(piece)
        }
        #expect(try run.concluded().json == report.report(Array(pieces.joined())).json)
    }

    @Test func goesOnWhereAConfigurationMeansTheSame() throws {
        let report = try ReportUnderTest(ReportModelTests.configuration)
        let other = ReportModelTests.configuration.replacing(
            "{ version: 1,", with: "{ version: 1, windows: { all: { count: true, over: \"1d\" } },")
        let pieces = Self.pieces(5)
        let run = report.run(shards: 2)
        for (index, piece) in pieces.enumerated() {
            if index == pieces.count / 2 { try ReportUnderTest(other).follow(on: run) }
            run.take(piece)
        }
        #expect(try run.concluded().json == report.report(Array(pieces.joined())).json)
    }

    @Test(arguments: ["visit_gap: \"29m\"", "by: [\"channel\"]", "conversion: \"cart\""])
    func beginsAnewWhereItMeansSomethingElse(change: String) throws {
        let key = change.prefix { $0 != ":" }
        let text = ReportModelTests.configuration
        let line = text.split(separator: "\n").first { $0.contains("\(key):") } ?? ""
        let other = try ReportUnderTest(
            text.replacing(line, with: Self.changed(String(line), String(key), change)))
        let pieces = Self.pieces(5)
        let half = pieces.count / 2
        let run = try ReportUnderTest(text).run()
        for (index, piece) in pieces.enumerated() {
            if index == half { other.follow(on: run) }
            run.take(piece)
        }
        let seen = try run.concluded()
        #expect(seen.totals.events == pieces.count - half)
    }

    private static func changed(_ line: String, _ key: String, _ change: String) -> String {
        switch key {
        case "visit_gap": line.replacing("visit_gap: \"30m\"", with: change)
        case "by": line.replacing("by: [\"channel\", \"event.properties.price\"]", with: change)
        default: line.replacing("conversion: { on: \"buy\", value: \"event.properties.price\" }", with: change)
        }
    }
}
