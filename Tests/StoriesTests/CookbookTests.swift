import Configuration
import Foundation
import Stories
import TestSupport
import Testing

/// The recipes of the cookbook: each configuration does in its scenario what the page says.
@Suite struct CookbookTests {
    /// A recipe: its heading, and its two blocks.
    struct Recipe: CustomTestStringConvertible, Sendable {
        var title: String
        var configuration: String
        var scenarios: String

        var testDescription: String { title }
    }

    /// The recipes of a page; what is not two blocks under a heading stands with empty text, and fails as it is played.
    static func recipes(_ page: String) -> [Recipe] {
        let text = (try? Repository.text("docs/\(page)")) ?? ""
        return text.components(separatedBy: "\n## ").dropFirst().map { section in
            let parts = section.components(separatedBy: "```")
            let blocks = stride(from: 1, to: parts.count, by: 2).map { parts[$0] }
                .filter { $0.hasPrefix("json5\n") }.map { String($0.dropFirst("json5\n".count)) }
            return Recipe(
                title: String(section.prefix { $0 != "\n" }), configuration: blocks.first ?? "",
                scenarios: blocks.count == 2 ? blocks[1] : "")
        }
    }

    @Test(arguments: recipes("cookbook.md")) func eachRecipeDoesWhatItsScenarioSays(_ recipe: Recipe) throws {
        let stage = try Stage(recipe.configuration)
        let (scenarios, diagnostics) = stage.scenarios(recipe.scenarios)
        #expect(!diagnostics.hasErrors, "\(diagnostics.rendered())")
        #expect(!scenarios.isEmpty)
        for scenario in scenarios {
            let verdict = ScenarioTrial(stage.plan).verdict(on: scenario)
            #expect(verdict.passes, "\(scenario.name):\n\(verdict.faults.joined(separator: "\n"))")
        }
    }

    @Test func theSpanishPageHasTheSameRecipes() {
        let english = Self.recipes("cookbook.md")
        let spanish = Self.recipes("es/recetario.md")
        #expect(english.count >= 18)
        #expect(spanish.map(\.configuration) == english.map(\.configuration))
        #expect(spanish.map(\.scenarios) == english.map(\.scenarios))
    }
}
