import Decisions
import Events
import Foundation
import Journeys
import TestSupport
import Testing

@testable import Configuration

/// A configuration of one line, and what is to be said of it.
struct FaultCase: CustomTestStringConvertible {
    let text: String
    let expected: [String]

    var testDescription: String { text }

    /// Takes a table apart: a configuration begins in the first column, what is said of it is indented and has no file
    /// and line, as they are the same for all.
    static func cases(of table: String) -> [FaultCase] {
        var cases: [FaultCase] = []
        for line in table.split(separator: "\n") {
            if line.hasPrefix(" ") {
                let last = cases.removeLast()
                let message = "f:1:" + line.drop { $0 == " " }
                cases.append(FaultCase(text: last.text, expected: last.expected + [message]))
            } else {
                cases.append(FaultCase(text: String(line), expected: []))
            }
        }
        return cases
    }
}

/// Loads a configuration of one file, `f`, and answers what was said.
func loaded(_ text: String) throws -> (plan: EnginePlan?, found: [String]) {
    let (plan, diagnostics) = try Configuration.load(path: "f") { _ throws(FileFault) in Array(text.utf8) }
    return (plan, diagnostics.all.map(\.description))
}

@Suite struct LoadTests {
    private func load(shipped path: String) throws -> (plan: EnginePlan?, diagnostics: Diagnostics) {
        try Configuration.load(path: path) { path throws(FileFault) in
            guard let data = try? Data(contentsOf: Repository.root.appending(path: path)) else { throw .missing }
            return Array(data)
        }
    }

    @Test(arguments: [
        ("Config/minimal.json5", "Config/minimal.json5: 0 windows, 1 moment, 0 actions; valid"),
        ("Config/retail.json5", "Config/retail.json5: 2 attributes, 9 windows, 11 moments, 12 actions; valid"),
        (
            "Config/touchpoints.json5",
            "Config/touchpoints.json5: 94 touchpoints, 0 windows, 0 moments, 0 actions; valid"
        ),
        (
            "Config/subscription.json5",
            "Config/subscription.json5: 96 touchpoints, 6 attributes, 2 scores, 4 segments, 19 windows, 11 moments, 15 actions; valid"
        ),
        (
            "Config/loan.json5",
            "Config/loan.json5: 95 touchpoints, 6 attributes, 4 scores, 5 segments, 22 windows, 15 moments, 14 actions; valid"
        ),
        (
            "Config/b2b.json5",
            "Config/b2b.json5: 3 attributes, 1 score, 1 segment, 6 windows, 4 moments, 3 actions; valid"
        ),
        ("Benchmarks/bench.json5", "Benchmarks/bench.json5: 5 windows, 3 moments, 2 actions; valid"),
    ])
    func acceptsWhatIsShipped(path: String, summary: String) throws {
        let (plan, diagnostics) = try load(shipped: path)
        #expect(diagnostics.errorCount == 0, "\(diagnostics.rendered())")
        let report = Configuration.report(path: path, plan: plan, diagnostics: diagnostics)
        #expect(report.split(separator: "\n").last.map(String.init) == summary)
    }

    @Test func saysThatTheFileCannotBeRead() {
        #expect(throws: FileFault.folder) {
            try Configuration.load(path: "f") { _ throws(FileFault) in throw .folder }
        }
    }

    @Test func readsWhatIsSpreadOverFiles() throws {
        let files = [
            "c/main": "{ version: 1, include: ['w', 'a'], moments: { m: { when: 'windows.w > 1' } } }",
            "c/w": "{ windows: { w: { count: true, over: '1h' } } }", "c/a": "{\n actions: { x: { on: 'n' } } }",
        ]
        let (plan, diagnostics) = try Configuration.load(path: "c/main") { path throws(FileFault) in
            guard let text = files[path] else { throw .missing }
            return Array(text.utf8)
        }
        #expect(plan == nil)
        #expect(
            diagnostics.all.map(\.description) == [
                "c/a:2:22: actions.x.on: there is no moment \"n\"; the moments are \"m\""
            ])
    }

    @Test func limitsHowMuchThereIs() throws {
        let windows = (0...PlanDraft.definitionLimit).map { "w\($0): { count: true }" }.joined(separator: ",")
        let (plan, found) = try loaded("{ version: 1, windows: {\n\(windows)} }")
        #expect(plan == nil)
        #expect(found.count == 1 && found[0].hasSuffix(": there are 10001 windows; write at most 10000"))
        let steps = String(repeating: "{ as: 'a' },", count: 257)
        let (_, faults) = try loaded("{ version: 1, moments: { m: { sequence: [\(steps)] } } }")
        #expect(faults.last?.hasSuffix("the sequence has 257 elements; write at most 256") == true)
    }

    @Test func reportsAllFaultsAtOnceWithTheirLines() throws {
        let text = """
            {
              version: 1,
              windows: { spend: { sum: "event.properties.price", over: "90 days" } },
              moments: {
                cart: {
                  sequence: [ { as: "cart", on: "add" }, { not: "purchase", for: "30 mins" } ],
                  output: { spend: "windows.spent" },
                },
              },
              actions: { mail: { on: "crat", value: "cart.properties.price" } },
            }
            """
        let (plan, diagnostics) = try Configuration.load(path: "f") { _ throws(FileFault) in Array(text.utf8) }
        #expect(
            Configuration.report(path: "f", plan: plan, diagnostics: diagnostics) == """
                f:3:60: windows.spend.over: "90 days" is not a duration; write "90d"
                      windows: { spend: { sum: "event.properties.price", over: "90 days" } },
                                                                               ^
                f:6:70: moments.cart.sequence[1].for: "30 mins" is not a duration; write "30m"
                          sequence: [ { as: "cart", on: "add" }, { not: "purchase", for: "30 mins" } ],
                                                                                         ^
                f:7:25: moments.cart.output.spend: there is no window "spent"; did you mean "spend"?
                          output: { spend: "windows.spent" },
                                            ^
                f:10:26: actions.mail.on: there is no moment "crat"; did you mean "cart"?
                      actions: { mail: { on: "crat", value: "cart.properties.price" } },
                                             ^
                f: 4 errors; not valid

                """)
    }
}
