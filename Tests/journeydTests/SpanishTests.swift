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

    @Test func theManualPageIsSpanishAsAWhole() throws {
        let page = ManualPage(in: spanish).text
        #expect(page.contains(".SH NOMBRE\n") && page.contains(".SH ESTADO DE SALIDA\n"))
        #expect(Self.english(in: page.replacing("\\-", with: "-")) == nil)
        let read = try shop.run(
            "journeyd man --lang es > j.1; command -v man >/dev/null || exit 0; man --warnings -E UTF-8 -l j.1 >/dev/null"
        )
        #expect(read.status == 0 && read.errors.isEmpty, "\(read.errors)")
    }

    /// What answers say to people is, and keys and names are the same.
    @Test(.enabled(if: Receivers.has("curl"))) func answersOverHTTPAreSpanish() throws {
        let ran = try shop.runWithReceivers(
            """
            "$J" run config.json5 http://127.0.0.1:0 --admin 127.0.0.1:0 --log-format json --lang es >out 2>log &
            PIDS="$PIDS $!"
            await 'grep -q ready log'
            at=$(grep -o 'http://127.0.0.1:[0-9]*' log | head -1); admin=$(grep -o '"address":"[0-9.:]*' log | cut -d'"' -f4)
            curl -s $at/events -H 'Content-Type: application/json' -d '[{"customer_id": 7}, {"event": "ping"}]'
            curl -s $at/nada
            curl -s "$at/decide?timeout=9y" -H 'Content-Type: application/json' -d '{}'
            curl -s http://$admin/; curl -s http://$admin/nada; curl -s http://$admin/readyz
            """)
        #expect(ran.output.contains("no hay nada en /nada; hay POST /events"))
        #expect(ran.output.contains("timeout: 9y no es un tiempo de 1ms a 60s"))
        #expect(ran.output.contains("\n/healthz   200 mientras las etapas avanzan"))
        let first = ran.lines.first ?? ""
        #expect(
            first.hasPrefix(#"{"error":"no se aceptó nada; "#)
                && first.contains(#""accepted":0,"rejected":[{"index":0,"#))
        #expect(Self.english(in: ran.output.replacing("\"", with: "")) == nil, "\(ran.output)")
        #expect(ran.lines.last == "lista")
    }

    @Test func aLoadSpeaksSpanish() throws {
        let ran = try shop.run(
            """
            "$J" run config.json5 unix://in > out 2>err & pid=$!
            journeyd load --to unix://in --rate 50 --duration 200ms --lang es; kill $pid; wait $pid
            """)
        #expect(ran.output.contains("eventos enviados"))
        #expect(Self.english(in: ran.output) == nil, "\(ran.output)")
    }

    @Test func tooLittleMemoryIsToldInSpanish() throws {
        let ran = try shop.run("ulimit -v 100000; journeyd run config.json5 pings --lang es")
        #expect(ran.status == 70)
        #expect(ran.errors.contains("espacio de direcciones"))
        #expect(Self.english(in: ran.errors) == nil, "\(ran.errors)")
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
