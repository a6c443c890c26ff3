import Foundation
import Testing

@testable import TestEngine

/// The sequence cases, moment by moment, as far as this version's language goes.
@Suite(.enabled(if: SharedFolder.place("conformance/sequences") != nil, "the cases are not here"))
struct SequenceCasesTests {
    /// How many moments can be loaded by now. Whoever makes more of the language work raises it.
    private static let supportedLeast = 7

    private func objects(_ folder: URL, _ file: String) throws -> [[String: Any]] {
        try Data(contentsOf: folder.appendingPathComponent(file)).split(separator: 0x0A).compactMap {
            try JSONSerialization.jsonObject(with: $0) as? [String: Any]
        }
    }

    /// What counts of a match, as text.
    private func match(_ line: [String: Any]) throws -> String {
        let steps = (line["steps"] as? [String: [String]] ?? [:]).filter { !$0.value.isEmpty }
        let text = try JSONSerialization.data(withJSONObject: steps, options: .sortedKeys)
        return "\(line["customer_id"] as? String ?? "") \(String(decoding: text, as: UTF8.self))"
    }

    /// The right and the wrong moments of one folder.
    private func compare(_ folder: URL) throws -> (right: [String], wrong: [String]) {
        let data = try Data(contentsOf: folder.appendingPathComponent("config.json"))
        let config = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let moments = try #require(config?["moments"] as? [String: Any])
        let expected = Dictionary(grouping: try objects(folder, "expected.ndjson")) { $0["moment"] as? String ?? "" }
        let events = Array(try Data(contentsOf: folder.appendingPathComponent("events.ndjson")))
        var right: [String] = []
        var wrong: [String] = []
        for (name, moment) in moments {
            let alone: [String: Any] = ["version": 1, "moments": [name: moment]]
            let text = String(decoding: try JSONSerialization.data(withJSONObject: alone), as: UTF8.self)
            guard let engine = try? EngineUnderTest(text) else { continue }
            let found = try engine.run([events], flush: true).lines(ofType: "moment").compactMap {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
            let matches = try found.map(match).sorted()
            let wanted = try (expected[name] ?? []).map(match).sorted()
            if matches == wanted {
                right.append(name)
            } else {
                wrong.append("\(folder.lastPathComponent) \(name): found \(matches.count), expected \(wanted.count)")
            }
        }
        return (right, wrong)
    }

    @Test func everySupportedMomentGivesTheExpectedMatches() throws {
        let place = try #require(SharedFolder.place("conformance/sequences"))
        let folders = try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
            .filter { FileManager.default.fileExists(atPath: $0.appendingPathComponent("config.json").path) }
        #expect(folders.count >= 16)
        var right = 0
        for folder in folders {
            let compared = try compare(folder)
            right += compared.right.count
            #expect(compared.wrong.isEmpty)
        }
        #expect(right >= SequenceCasesTests.supportedLeast, "\(right) moments")
    }
}
