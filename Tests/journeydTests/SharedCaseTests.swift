import Foundation
import TestSupport
import Testing

/// Cases that people had with other systems, each a folder with configuration, events and the lines that must come, where
/// they stand beside the repository. What is compared, and how, is up to the script that stands with them.
@Suite(.serialized) struct SharedCaseTests {
    private static let folder = SharedFolder.place("cases/check.py")?.deletingLastPathComponent()

    private static let cases: [String] = {
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path()) else {
            return []
        }
        return names.sorted().filter { name in
            name.first?.isNumber == true
                && FileManager.default.fileExists(atPath: folder.appending(path: "\(name)/expected.ndjson").path())
        }
    }()

    /// Those with a script of their own run beside a clock, which a loaded machine may upset: they have three tries.
    @Test(.enabled(if: folder != nil), arguments: cases)
    func comesOutAsItShould(_ name: String) throws {
        let folder = try #require(Self.folder)
        let hasScript = FileManager.default.fileExists(atPath: folder.appending(path: "\(name)/run.sh").path())
        var said = ""
        for _ in 0..<(hasScript ? 3 : 1) {
            let ran = try Workshop().run("cd '\(folder.path())' && JOURNEYD=\"$J\" python3 check.py '\(name)'")
            if ran.lines.last == "0 differ" { return }
            said = ran.output + ran.errors
        }
        Issue.record(Comment(rawValue: said))
    }
}
