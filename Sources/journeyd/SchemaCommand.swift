import Configuration
import Stories

extension Command {
    /// `journeyd schema`.
    static let schema = Command(
        name: "schema", operands: "[config|scenarios]", operandCount: 0...1,
        summary: "JSON Schema of the configuration, for editors",
        explanation: """
            Prints the JSON Schema (2020-12) of configurations, or of files of scenarios. Editors complete and explain keys by
            it; docs/editors.md shows how. It says what values look like; what they come to together is judged by check.
            """,
        flags: [Flag("--lang", "en|es|both", "the language of descriptions (default: both)")]
    ) { arguments throws(CommandFault) in
        let kind = arguments.operands.first ?? "config"
        let descriptions = arguments["--lang"].flatMap(LanguageSchema.Descriptions.init(rawValue:)) ?? .both
        switch kind {
        case "config":
            return try CommandLineProgram.show(
                LanguageSchema.tree(
                    Configuration.sections, title: "journeyd configuration",
                    address: "urn:journeyd:schema:configuration", descriptions: descriptions
                ).page)
        case "scenarios":
            return try CommandLineProgram.show(
                LanguageSchema.tree(
                    ScenarioFileKey.self, title: "journeyd scenarios",
                    address: "urn:journeyd:schema:scenarios", descriptions: descriptions
                ).page)
        default:
            throw CommandFault(.usage, "journeyd schema: \"\(kind)\" has no schema; write config or scenarios")
        }
    }
}
