import Foundation
import TestSupport
import Testing

/// The cases that say what sequences mean: a folder each, with configuration, events and the matches that must come.
@Suite struct SequenceCaseTests {
    private static let cases = Cases.places("sequences").filter { place in
        FileManager.default.fileExists(atPath: place.appending(path: "config.json").path)
    }

    private func lines(_ place: URL, _ file: String) throws -> [String] {
        let data = try Data(contentsOf: place.appending(path: file))
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(arguments: cases)
    func matchesAreThose(of place: URL) throws {
        let configuration = try lines(place, "config.json").joined(separator: "\n")
        let events = try lines(place, "events.ndjson")
        let expected = try lines(place, "expected.ndjson").map { try Told($0) }.sorted()
        var sequenceRun = try SequenceRun(configuration)
        let found = sequenceRun.run(events)
        #expect(try found.map { try Told($0) }.sorted() == expected)
        sequenceRun.shards = 3
        sequenceRun.piece = 700
        #expect(sequenceRun.run(events) == found, "neither shards nor cuts change a byte")
    }
}
