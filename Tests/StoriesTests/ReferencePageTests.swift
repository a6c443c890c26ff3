import Configuration
import Foundation
import Stories
import TestSupport
import Testing

/// Holds docs/configuration.md to the keys that the program reads. `Scripts/write-reference` writes it anew.
@Suite struct ReferencePageTests {
    private static let page = Repository.root.appending(path: "docs/configuration.md")
    private static let mark = "<!-- the program writes what follows -->\n"

    @Test func showsEveryKeyAsItIsRead() throws {
        let written = try String(contentsOf: Self.page, encoding: .utf8)
        let mark = try #require(written.range(of: Self.mark), "the page has lost its mark")
        let tables =
            "\n" + LanguageReference.page(Configuration.sections, heading: "Sections")
            + LanguageReference.page(ScenarioFileKey.self, heading: "Scenario files").dropLast()
        let expected = written[..<mark.upperBound] + tables
        if ProcessInfo.processInfo.environment["WRITE_REFERENCE"] != nil {
            try String(expected).write(to: Self.page, atomically: true, encoding: .utf8)
        } else {
            #expect(written == expected, "run Scripts/write-reference, and commit docs/configuration.md")
        }
    }
}
