import Decisions
import Journeys
import Learning
import Storage
import Testing

@testable import Configuration

/// What the section `models` is read as, what scores and propensities make of it, and what is said of their faults.
@Suite struct CheckModelTests {
    private static let card =
        #"{"model":"scorecard","features":[{"name":"recency","bins":[{"points":1}]},{"name":"orders","bins":[{"points":2}]}]}"#

    private func load(_ rest: String, card: String = card) throws -> (plan: EnginePlan?, text: String) {
        let text = "{ version: 1, moments: { m: { sequence: [{ as: 'a', on: 'a' }] } }, \(rest) }"
        let found = try Configuration.load(path: "c") { path throws(FileFault) in
            switch path {
            case "c": return Array(text.utf8)
            case "card.json": return Array(card.utf8)
            case "dart.txt":
                return Array("tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\naverage_output\n".utf8)
            default: throw .missing
            }
        }
        return (found.plan, found.diagnostics.rendered(excerpts: false))
    }

    private static let models =
        "models: { card: { file: 'card.json', features: { recency: 'event.properties.r', orders: 'event.properties.o' } } }"

    @Test func readsModelsForScoresAndPropensities() throws {
        let (plan, text) = try load(
            "\(Self.models), scores: { s: { model: 'card', report_at: 2 } }, actions: { x: { on: 'm', propensity: { model: 'card' } } }"
        )
        let found = try #require(plan, "\(text)")
        guard case .model(let use)? = found.journeys.picture.scores.first?.form else {
            Issue.record("the score has a model")
            return
        }
        #expect(use.model.features == ["recency", "orders"] && use.features.allSatisfy { !$0.isNone })
        #expect(found.actions[0].propensityModel?.identity == use.identity && found.actions[0].learning == nil)
        #expect(text.contains("predicts no probability"))
    }

    /// A score goes on over a reload only where the file and the features say the same.
    @Test func aChangedFileIsAnotherModel() throws {
        let score = "scores: { s: { model: 'card', report_at: 2 } }"
        let before = try #require(try load("\(Self.models), \(score)").plan)
        let other = Self.card.replacing("\"points\":2", with: "\"points\":3")
        for (models, card, isSame) in [
            (Self.models, Self.card, true), (Self.models, other, false),
            (Self.models.replacing("properties.o'", with: "properties.p'"), Self.card, false),
        ] {
            let after = try #require(try load("\(models), \(score)", card: card).plan)
            #expect(before.journeys.kept(in: after.journeys).scores == [isSame])
        }
    }

    @Test(arguments: [
        ("models: { card: { file: 'none.json', features: {} } }", "none.json"),
        ("models: { card: { file: 'dart.txt', features: {} } }", "\"rf\" cannot be used"),
        ("models: { card: { features: {} } }", "\"file\" is missing"),
        ("models: { card: { file: 'card.json', features: { recency: '1' } } }", "asks for \"orders\""),
        (
            "models: { card: { file: 'card.json', features: { recency: '1', orders: '1', order: '1' } } }",
            "no feature \"order\""
        ),
        ("scores: { s: { model: 'card' } }", "there is no model \"card\""),
        (models + ", scores: { s: { model: 'cart' } }", "\"card\""),
        (models + ", scores: { s: { model: 'card', expr: '1' } }", "does not go with"),
        (models + ", scores: { s: { model: 'card', intercept: 1 } }", "has a model"),
        (models + ", actions: { x: { on: 'm', propensity: { model: 'card', prior: 0.2 } } }", "nothing is learnt"),
        ("actions: { x: { on: 'm', propensity: {} } }", "one key of"),
        ("actions: { x: { on: 'm', prefer_channel: 'learned', channels: ['a', 'b'] } }", "by: [\"channel\"]"),
        ("scores: { s: { clv: { frequency: '1', recency: '1', age: '1', says: 'alive' } } }", "\"params\" is missing"),
        (
            "scores: { s: { clv: { frequency: '1', recency: '1', age: '1', says: 'purchases', params: { r: 1, alpha: 1, a: 1, b: 1 } } } }",
            "\"horizon\" is missing"
        ),
        (
            "scores: { s: { clv: { frequency: '1', recency: '1', age: '1', says: 'purchases', horizon: '9d', params: { r: 1, alpha: 1, a: 1, b: 1 } } } }",
            "has no mean"
        ),
        (
            "scores: { s: { clv: { frequency: '1', recency: '1', age: '1', says: 'value', horizon: '9d', monetary: '1', params: { r: 1, alpha: 1, a: 2, b: 1 } } } }",
            "asks for p, q and v"
        ),
        (
            "scores: { s: { clv: { frequency: '1', recency: '1', age: '1', says: 'alive', horizon: '9d', params: { r: 1, alpha: 1, a: 2, b: 1 } } } }",
            "all time to come"
        ),
        ("report: { actions: { outcome: '*' } }", "every event an outcome"),
    ]) func saysWhatIsWrong(rest: String, message: String) throws {
        let (plan, text) = try load(rest)
        #expect(plan == nil && text.contains(message), "\(text)")
    }

    @Test(arguments: [
        ("windows: { w: { count: true, on: 'm' } }", "\"m\" is a moment"),
        ("windows: { w: { count: true, on: ['decision', 'b'] } }", "journeyd's own lines"),
        (
            "windows: { w: { count: true, on: 'click' } }, responses: { click: { on: 'email_click' } }",
            "\"click\" is an outcome"
        ),
    ]) func notesWhatIsNoEventType(rest: String, message: String) throws {
        let (plan, text) = try load(rest)
        #expect(plan != nil && text.contains(message), "\(text)")
    }

    @Test(arguments: [
        "windows: { w: { count: true, on: 'a' } }", "windows: { w: { count: true, on: 'click' } }",
        "windows: { w: { count: true, on: 'click' } }, responses: { click: { on: ['click', 'tap'] } }",
    ]) func notesNothingOfRealTypes(rest: String) throws {
        #expect(try !load(rest).text.contains("flows back"))
    }
}
