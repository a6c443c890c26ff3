import Foundation
import TestSupport
import Testing

/// The sequence cases beside the repository through the program itself; passed over where they are absent. Matches are
/// compared as multisets: how often one comes counts, and where it stands does not.
@Suite struct SequenceCaseTests {
    private static let folder = SharedFolder.place("conformance/sequences")

    private static var cases: [String] {
        guard let folder, let found = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            return []
        }
        return found.filter { FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/config.json").path) }
            .sorted()
    }

    private struct Match: Decodable, Hashable {
        let moment: String
        let customer_id: String
        var steps: [String: [String]]
    }

    /// How often each match comes.
    private func counted(_ lines: [Substring]) throws -> [Match: Int] {
        var counts: [Match: Int] = [:]
        for line in lines {
            var match = try JSONDecoder().decode(Match.self, from: Data(line.utf8))
            // A step that bound nothing may be absent, or empty.
            match.steps = match.steps.filter { !$0.value.isEmpty }
            counts[match, default: 0] += 1
        }
        return counts
    }

    /// One shell runs all of them, one after the other.
    @Test(.enabled(if: folder != nil, "the cases are not here"))
    func matchesAreThoseOfEachCase() throws {
        let folder = try #require(Self.folder)
        let shop = try Workshop()
        let runs = Self.cases.map { name in
            let place = folder.appending(path: name).path
            return
                "journeyd run '\(place)/config.json' '\(place)/events.ndjson' --at-end flush > \(name).out || exit 1\n"
        }
        let ran = try shop.run(runs.joined())
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(Self.cases.count >= 16)
        for name in Self.cases {
            let told = try shop.read("\(name).out").split(separator: "\n")
                .filter { $0.hasPrefix("{\"type\":\"moment\"") }
            let url = folder.appending(path: name).appending(path: "expected.ndjson")
            let expected = String(decoding: try Data(contentsOf: url), as: UTF8.self).split(separator: "\n")
            let (found, wanted) = (try counted(told), try counted(expected))
            for (match, count) in wanted where found[match] != count {
                Issue.record("\(name): \(match) comes \(found[match] ?? 0) times, not \(count)")
            }
            for match in found.keys where wanted[match] == nil { Issue.record("\(name): \(match) must not come") }
        }
    }
}
