import Configuration
import Languages
import Testing

@testable import journeyd

/// Screens are in one language, as the words say it, or else the environment.
@Suite struct SpanishTests {
    private let spanish = Speech(.spanish)
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// English words that no Spanish text has, outside of what is in quotation marks, code or a key.
    private static func english(in text: String) -> String? {
        // Keys stand in the first column.
        let text = text.replacing(#/\n  [a-z_]+  +/#, with: "\n")
        let bare = text.replacing(#/`[^`]*`|"[^"]*"|\{[^}]*\}/#, with: "")
        return [" the ", " and ", " of ", " is ", " are ", " with ", " it ", " does ", ", or ", " what ", "; write"]
            .first { bare.contains($0) }
    }

    @Test func helpOfEveryCommandIsSpanishAsAWhole() {
        for command in Command.all {
            let help = Help.of(command, in: spanish)
            #expect(Self.english(in: help) == nil, "\(help)")
            #expect(help.hasPrefix("Uso: journeyd \(command.name)"))
            for flag in command.allFlags { #expect(spanish(flag.meaning) != flag.meaning, "\(flag.meaning)") }
            #expect(spanish(command.summary) != command.summary, "\(command.summary)")
        }
        #expect(Self.english(in: HelpTopic.overview(in: spanish)) == nil)
        // The English one is as it was.
        #expect(Help.overview(in: Speech(.english)).contains("Usage: journeyd COMMAND ..."))
    }

    @Test(arguments: MessageCode.allCases) func helpOnEveryCodeIsSpanishAsAWhole(code: MessageCode) {
        let text = MessagePage.topic(code, .spanish)
        #expect(Self.english(in: text) == nil, "\(text)")
    }

    @Test(arguments: [
        "input", "time", "identity", "tables", "profile", "touchpoints", "windows", "scores", "segments", "moments",
        "actions", "responses", "policy", "outputs", "journal", "report", "windows.over", "moments.sequence",
        "outputs.retry", "policy.caps.max", "actions.prefer_channel", "input.listen",
    ])
    func helpOnKeysIsSpanishAsAWhole(topic: String) throws {
        let text = try HelpTopic.text(topic, in: spanish)
        #expect(Self.english(in: text) == nil, "\(text)")
    }

    @Test func theFlagSaysTheLanguageBeforeTheEnvironment() throws {
        for (script, expected) in [
            ("LANG=es_ES.UTF-8 journeyd check config.json5", "1 momento"),
            ("LANG=es_ES.UTF-8 journeyd check --lang en config.json5", "1 moment,"),
            ("journeyd check config.json5 --lang=es", "1 momento"),
            ("journeyd --lang es check config.json5", "1 momento"),
            ("LC_ALL=C LANG=es_ES.UTF-8 journeyd check config.json5", "1 moment,"),
        ] {
            #expect(try shop.run("export LC_ALL LANG; \(script)").output.contains(expected), "\(script)")
        }
        let wrong = try shop.run("journeyd check config.json5 --lang fr")
        #expect(wrong.status == 64 && wrong.errors.contains("write en or es"))
    }

    @Test func aRunSpeaksSpanishAndItsLinesStay() throws {
        try shop.write("mixed", Workshop.pings(1...3) + "basura\n")
        let plain = try shop.run("journeyd run config.json5 mixed --summary")
        let ran = try shop.run("journeyd run config.json5 mixed --summary --lang es")
        #expect(ran.output == plain.output && ran.status == plain.status)
        #expect(ran.errors.contains("mixed:4: malformed_json: no es un objeto JSON; escriba un objeto en cada línea"))
        #expect(ran.errors.contains("1 línea rechazada (1 malformed_json); --rejects ARCHIVO las guarda"))
        #expect(ran.errors.contains("momento seen") && ran.errors.contains("eventos por segundo"))
        #expect(Self.english(in: ran.errors) == nil, "\(ran.errors)")
        // Logs for programs are English, those for people are not.
        let logs = try shop.run("journeyd run config.json5 mixed --log-format json --lang es")
        #expect(logs.errors.contains(#""msg":"line rejected""#))
        let lines = try shop.run("journeyd run config.json5 mixed --log-format logfmt --lang es")
        #expect(lines.errors.contains(#"msg="línea rechazada""#))
        #expect(lines.errors.contains(#"reason=malformed_json"#))
    }

    @Test func testAndExplainSpeakSpanish() throws {
        try shop.write(
            "config.scenarios.json5",
            #"{ scenarios: { none: { events: [{ event: "ping" }], never: [{ moment: "seen" }] } } }"#)
        let tried = try shop.run("journeyd test config.json5 --lang es")
        #expect(tried.status == 1)
        #expect(tried.lines.first?.hasPrefix("FALLA none (") == true)
        #expect(tried.output.contains("no debe llegar: momento \"seen\""))
        #expect(tried.lines.last == "1 escenario, distinto de lo esperado")
        let told = try shop.run("journeyd explain config.json5 c2 pings --lang es")
        #expect(told.output.contains("momento seen"))
        #expect(told.output.contains("así está todo ahora"))
        #expect(Self.english(in: told.output) == nil, "\(told.output)")
    }
}
