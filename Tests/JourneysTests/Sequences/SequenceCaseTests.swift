import Foundation
import Testing

/// The cases beside the repository, which say what sequences mean; passed over where they are absent.
@Suite struct SequenceCaseTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/conformance/sequences")

    private static var cases: [String] {
        let found = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (found ?? []).filter { !$0.hasSuffix(".md") }.sorted()
    }

    private func lines(_ name: String, _ file: String) throws -> [String] {
        let url = Self.folder.appending(path: name).appending(path: file)
        return String(decoding: try Data(contentsOf: url), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(arguments: cases)
    func matchesAreThose(of name: String) throws {
        let configuration = try lines(name, "config.json").joined(separator: "\n")
        let events = try lines(name, "events.ndjson")
        let expected = try lines(name, "expected.ndjson").map { try Told($0) }.sorted()
        var sequenceRun = try SequenceRun(configuration)
        let found = sequenceRun.run(events)
        #expect(try found.map { try Told($0) }.sorted() == expected)
        sequenceRun.shards = 3
        sequenceRun.batchSize = 7
        #expect(sequenceRun.run(events) == found, "neither shards nor batches change a byte")
    }
}
