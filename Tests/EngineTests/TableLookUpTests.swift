import Configuration
import Events
import TestSupport
import Testing

@testable import Journeys
@testable import Pipeline
@testable import TestEngine

/// Rows of large reference tables are looked at ahead of the events that ask for them, and nothing else comes of that.
@Suite struct TableLookUpTests {
    private static let rules = """
        { version: 1,
          tables: { products: { file: "products.csv", key: "sku", columns: { margin: "double" } },
                    few: { file: "few.csv", key: "sku", columns: { margin: "double" } } },
          windows: { dear: { count: true, on: ["view", "buy"], over: "9d", where: "tables.products[event.properties.sku].margin > 500.0" } },
          moments: {
            seen: { sequence: [{ as: "v", on: "view", where: "tables.few[event.properties.sku].margin < 9.0 || event.properties.sku != ''" }],
                    output: { n: "windows.dear", m: "tables.products[event.properties.other].margin", k: "tables.products['S1'].margin" } },
            later: { sequence: [{ as: "b", on: "buy" }, { as: "c", on: "call", where: "tables.products[event.properties.third].margin > 1.0" }],
                     output: { m: "tables.products[event.properties.other].margin" } } } }
        """

    private static func plan(rows: Int) throws -> Plan {
        let (plan, diagnostics) = try Configuration.load(path: "config") { path throws(FileFault) in
            if path == "few.csv" { return Array("sku,margin\nS1,1\n".utf8) }
            if path == "products.csv" {
                return Array(("sku,margin\n" + (0..<rows).map { "S\($0),\($0).5\n" }.joined()).utf8)
            }
            return Array(Self.rules.utf8)
        }
        guard let plan else { throw ConfigurationFault(description: diagnostics.rendered(excerpts: true)) }
        return Plan(input: plan.input, journeys: plan.journeys, decisions: plan.decisionPlan, zone: plan.zone)
    }

    /// By type of event, how many of its values are looked up ahead.
    private static func ahead(_ plan: JourneyPlan) -> [String: Int] {
        let index = InterestIndex(plan)
        var found: [String: Int] = [:]
        for (number, type) in plan.projection.types.enumerated() {
            let count = plan.lookUps(ofType: number, index).count
            if count > 0 { found[type] = count }
        }
        return found
    }

    @Test func whatIsPlainToSeeIsLookedUpAhead() throws {
        let large = Self.ahead(try Self.plan(rows: 1 << 14).journeys)
        // Of a moment of several events it is not known which event brings it about.
        #expect(large == ["view": 2, "buy": 1, "call": 1])
        #expect(Self.ahead(try Self.plan(rows: 1 << 14 - 1).journeys).isEmpty)
    }

    @Test func nothingElseComesOfIt() throws {
        let plan = try Self.plan(rows: 20_000)
        var numbers = SeededNumbers(seed: 4)
        var (input, wanted): ([String], [String]) = ([], [])
        var dear: [String: Int] = [:]
        for id in 0..<700 {
            let customer = "u\(numbers.below(30))"
            let (sku, other) = (numbers.below(30_000), numbers.below(30_000))
            let (text, type) = ("\"S\(sku)\"", numbers.one(of: ["view", "buy", "call"]))
            // Keys that are numbers, said twice or missing go their own way.
            let shown = numbers.one(of: [text, text, "7", "\"S1\",\"sku\":\(text)"])
            let key = shown == "7" ? nil : sku
            if type != "call", let key, key < 20_000, Double(key) + 0.5 > 500 { dear[customer, default: 0] += 1 }
            if type == "view" {
                let margin = other < 20_000 ? ",\"m\":\(other).5" : ""
                wanted.append("\"output\":{\"n\":\(dear[customer, default: 0])\(margin),\"k\":1.5}")
            }
            input.append(
                ResponseTests.event(
                    id, customer, type, at: Int64(id),
                    more: "\"sku\":\(shown),\"other\":\"S\(other)\",\"third\":\"S\(other)\""))
        }
        for shards in [1, 3] {
            let engine = SteppedEngine(plan, shards: shards)
            for start in stride(from: 0, to: input.count, by: 90) {
                engine.take(input[start..<min(start + 90, input.count)])
            }
            engine.finish(flush: true)
            let lines = engine.output.split(separator: "\n").filter { $0.contains("\"moment\":\"seen\"") }
            try #require(lines.count == wanted.count)
            for (line, output) in zip(lines, wanted) { #expect(line.contains(output), "\(line), not \(output)") }
        }
    }
}
