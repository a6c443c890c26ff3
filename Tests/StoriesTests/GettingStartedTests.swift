import Configuration
import Foundation
import Pipeline
import Stories
import TestSupport
import Testing

/// Plays what the page for newcomers has them write, in both languages.
@Suite struct GettingStartedTests {
    /// The texts between fences of a page: events, a configuration, scenarios.
    private static func blocks(_ page: String) throws -> [String] {
        let text = try Repository.text("docs/\(page)")
        let parts = text.components(separatedBy: "```")
        return parts.indices.filter { $0 % 2 == 1 }.map { index in
            parts[index].split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(separator: "\n")
        }
    }

    @Test(arguments: ["getting-started.md", "es/primeros-pasos.md"])
    func hasAConfigurationThatDoesWhatItsScenariosSay(page: String) throws {
        let blocks = try Self.blocks(page)
        try #require(blocks.count == 3)
        let (loaded, diagnostics) = try Configuration.load(path: "first") { _ throws(FileFault) in Array(blocks[1].utf8)
        }
        let configured = try #require(loaded, "\(diagnostics.rendered())")
        #expect(diagnostics.all.isEmpty, "\(diagnostics.rendered())")
        let plan = Plan(
            input: configured.input, journeys: configured.journeys, decisions: configured.decisionPlan,
            zone: configured.zone)
        let faults = Diagnostics()
        let scenarios = ScenarioReader.read(
            Array(blocks[2].utf8), file: "scenarios", known: ScenarioReader.Known(plan), diagnostics: faults)
        try #require(scenarios.count == 2, "\(faults.rendered())")
        for verdict in scenarios.map({ ScenarioTrial(plan).verdict(on: $0) }) {
            #expect(verdict.passes, "\(verdict.faults.joined(separator: "\n"))")
        }
    }
}
