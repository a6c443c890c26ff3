import Foundation
import Storage
import TestSupport
import Testing

@testable import Configuration
@testable import Events

/// What is written about formats, and what ships with them.
@Suite struct FormatPageTests {
    private func load(_ text: String) throws -> (plan: EnginePlan?, report: String) {
        let (plan, diagnostics) = try Configuration.load(path: "f") { path throws(FileFault) in
            if path == "f" { return Array(text.utf8) }
            guard let data = try? Data(contentsOf: Repository.root.appendingPathComponent(path)) else {
                throw .unreadable("is missing")
            }
            return Array(data)
        }
        return (plan, Configuration.report(path: "f", plan: plan, diagnostics: diagnostics))
    }

    /// Each format's mapping stands on the page as it is, and says the same where a configuration has it.
    @Test(arguments: Preset.allCases.filter { $0 != .native && $0 != .rudderstack })
    func showsWhatItIsMadeOf(_ preset: Preset) throws {
        let page = try String(contentsOf: Repository.root.appendingPathComponent("docs/formats.md"), encoding: .utf8)
        #expect(page.contains("```json5\n\(preset.mapping.text)```"), "\(preset)")
        let (plan, report) = try load("{ version: 1, input: { mapping: \(preset.mapping.text) } }")
        var mapping = try #require(plan, "\(report)").input.formats.mapping(of: .standard)
        // What a preset leaves to others is the native form's where nothing else is said.
        if preset.mapping.customerID.isEmpty { mapping.customerID = [] }
        if preset.mapping.each.isEmpty { mapping.each = [] }
        if preset.mapping.account.isEmpty { mapping.account = [] }
        if preset.mapping.channel.isEmpty { mapping.channel = [] }
        #expect(mapping == preset.mapping)
    }

    @Test(arguments: ["segment", "ga4", "snowplow", "shopify"])
    func renamingsGoWithOnesOwn(_ name: String) throws {
        let (plan, report) = try load(
            "{ version: 1, include: ['Config/names/\(name).json5'], input: { max_line: '1KiB', rename: { mine: 'x' } } }"
        )
        let input = try #require(plan, "\(report)").input
        #expect(input.maxLine == 1024 && input.formats.renames["mine"] == "x" && input.formats.renames.count > 5)
        let twice = try load(
            "{ version: 1, include: ['Config/names/ga4.json5'], input: { rename: { refund: 'x' } } }")
        #expect(twice.plan == nil && twice.report.contains("\"refund\" is set in two files"))
    }
}
