import Configuration
import Decisions
import Foundation
import Journeys
import Pipeline
import Stories
import Testing

/// The configurations that come with journeyd, and their scenarios.
@Suite struct ShippedScenarioTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Config")

    private func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: Self.folder.appendingPathComponent(name)), as: UTF8.self)
    }

    @Test(arguments: ["retail"]) func everyScenarioComesOutAsExpectedAndEveryRuleHasOne(_ name: String) throws {
        let stage = try Stage(try text(name + ".json5"))
        let (scenarios, diagnostics) = stage.scenarios(try text(name + ".scenarios.json5"))
        #expect(!diagnostics.hasErrors, "\(diagnostics.rendered())")
        let trial = ScenarioTrial(stage.plan)
        for verdict in scenarios.map({ trial.verdict(on: $0) }) {
            #expect(verdict.passes, "\(verdict.scenario.name):\n\(verdict.faults.joined(separator: "\n"))")
        }
        func named(_ key: String, _ expectations: [Stories.Expectation]) -> Set<String> {
            Set(expectations.compactMap { $0.parts[key]?.text })
        }
        let expected = scenarios.flatMap(\.expected)
        let forbidden = scenarios.flatMap(\.forbidden)
        let moments = Set(stage.plan.journeys.moments.map(\.name))
        let actions = Set(stage.plan.decisions.actions.map(\.name))
        #expect(moments.subtracting(named("moment", expected.filter { $0.type == "moment" })).isEmpty)
        #expect(actions.subtracting(named("action", expected)).isEmpty)
        // Each rule is also seen to keep quiet: forbidden by name, or where nothing else may come.
        let quiet = scenarios.filter(\.isComplete)
        for moment in moments where !named("moment", forbidden).contains(moment) {
            #expect(quiet.contains { !named("moment", $0.expected).contains(moment) }, "\(moment)")
        }
        for action in actions where !named("action", forbidden).contains(action) {
            #expect(quiet.contains { !named("action", $0.expected).contains(action) }, "\(action)")
        }
    }
}
