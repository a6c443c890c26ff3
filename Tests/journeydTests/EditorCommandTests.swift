import Foundation
import TestSupport
import Testing

@testable import journeyd

/// What the program does for editors, CI systems and shells.
@Suite struct EditorCommandTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    // MARK: Schema and check

    @Test func printsTheSchemaInEachLanguage() throws {
        for (words, expected) in [
            ("schema", "The longest pause.\\n\\nLa pausa más larga."), ("schema --lang es", "\"La pausa más larga.\""),
            ("schema --lang en", "\"The longest pause.\""),
            ("schema scenarios", "Lo que pasa, en el orden de llegada."),
        ] {
            let ran = try shop.run("journeyd \(words)")
            #expect(ran.status == 0)
            #expect(ran.output.contains(expected), "\(words)")
            #expect(try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) is [String: Any])
        }
        #expect(try shop.run("journeyd schema everything").status == 64)
    }

    @Test func reportsFaultsForProgramsOnStandardOutput() throws {
        try shop.write("faulty.json5", "{ version: 1, time: { disorder: '5 mins' } }")
        for form in ["json", "sarif", "github"] {
            let ran = try shop.run("journeyd check faulty.json5 --report-as \(form)")
            #expect(ran.status == 78)
            #expect(ran.errors.isEmpty)
            #expect(ran.output.contains("JD0205"))
            let fine = try shop.run("journeyd check config.json5 --report-as \(form)")
            #expect(fine.status == 0 && fine.errors.isEmpty)
        }
        #expect(try shop.run("journeyd check config.json5 --report-as github").output.isEmpty)
        #expect(try shop.run("journeyd check missing.json5 --report-as json").status == 66)
    }

    // MARK: Formatting

    @Test func formatsToStandardOutputOrInPlace() throws {
        let (text, form) = ("{version:1,//why\nemit:'moment'}", "{\n  version: 1,  //why\n  emit: \"moment\",\n}\n")
        try shop.write("shop.json5", text)
        #expect(try shop.run("journeyd fmt shop.json5").output == form)
        #expect(try shop.run("journeyd fmt - < shop.json5").output == form)
        let unformatted = try shop.run("journeyd fmt --check shop.json5 config.json5")
        #expect(unformatted.status == 1)
        #expect(unformatted.lines.contains("shop.json5"))
        #expect(try shop.read("shop.json5") == text)
        let written = try shop.run(
            "chmod 640 shop.json5; journeyd fmt --write shop.json5; stat -c %a shop.json5; ls -A")
        #expect(written.lines.first == "640")
        #expect(!written.output.contains("formatted"))
        #expect(try shop.read("shop.json5") == form)
        #expect(try shop.run("journeyd fmt --check shop.json5").status == 0)
    }

    @Test func changesNothingThatItCannotRead() throws {
        try shop.write("shop.json5", "{ version: }")
        let ran = try shop.run("journeyd fmt --write shop.json5")
        #expect(ran.status == 78)
        #expect(ran.errors.hasPrefix("shop.json5:1:12:"))
        #expect(try shop.read("shop.json5") == "{ version: }")
        #expect(try shop.run("journeyd fmt missing.json5").status == 66)
        #expect(try shop.run("journeyd fmt --write --check config.json5").status == 64)
        try shop.write("real.json5", "{version:1}")
        let link = try shop.run("ln -s real.json5 link.json5; journeyd fmt --write link.json5")
        #expect(link.status == 66)
        #expect(try shop.read("real.json5") == "{version:1}")
    }

    // MARK: Help

    @Test(arguments: [
        ("run", "Usage: journeyd run"), ("JD0205", "Durations are numbers"), ("windows.over", "(now − over, now]"),
        ("policy.caps", "How often a customer is contacted"), ("moments.cart.sequence.not", "must not come"),
        ("actions", "prefer_channel"),
    ])
    func helpsOnTopics(_ topic: String, _ expected: String) throws {
        let ran = try shop.run("journeyd help \(topic)")
        #expect(ran.status == 0)
        #expect(ran.output.contains(expected), "\(ran.output)")
    }

    @Test func helpNamesTheNearestTopic() throws {
        let ran = try shop.run("journeyd help momnts")
        #expect(ran.status == 64)
        #expect(ran.errors.contains("\"moments\""))
        #expect(try shop.run("journeyd help").output.contains("touchpoints"))
    }

    @Test func theManualPageHasEveryFlagAndNoWarning() throws {
        let page = try shop.run("journeyd man").output
        for command in Command.all {
            for flag in command.flags { #expect(page.contains(flag.name.replacing("-", with: "\\-")), "\(flag.name)") }
        }
        let read = try shop.run(
            "journeyd man > j.1; command -v man >/dev/null || exit 0; man --warnings -l j.1 >/dev/null")
        #expect(read.status == 0)
        #expect(read.errors.isEmpty)
        let linted = try shop.run(
            "journeyd man > j.1; command -v mandoc >/dev/null || exit 0; mandoc -T lint -W warning j.1")
        #expect(linted.output.isEmpty)
    }

    // MARK: Shells

    @Test func bashCompletes() throws {
        let ran = try shop.run(
            """
            source <(journeyd completion bash)
            try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _journeyd; echo "${COMPREPLY[*]}"; }
            mkdir folder
            try journeyd ge
            try journeyd run --at-
            try journeyd run --at-end ''
            try journeyd run --at-end = fl
            try journeyd run conf
            try journeyd run config.json5 --data-dir fol
            try journeyd completion ''
            try journeyd help repl
            """)
        #expect(
            ran.lines == [
                "generate", "--at-end", "hold flush", "flush", "config.json5", "folder", "bash zsh fish", "replay",
            ], "\(ran.output) \(ran.errors)")
    }

    @Test func fishCompletes() throws {
        let ran = try shop.run(
            """
            command -v fish >/dev/null || exit 0
            journeyd completion fish > j.fish
            try() { HOME=$PWD fish --no-config -c "source j.fish; complete -C '$1'" | cut -f1 | tr '\\n' ' '; echo; }
            try 'journeyd gener'
            try 'journeyd run --at-end '
            try 'journeyd run --strict conf'
            try 'journeyd completion z'
            """)
        if ran.output.isEmpty { return }
        #expect(ran.lines == ["generate ", "flush hold ", "config.json5 ", "zsh "], "\(ran.output) \(ran.errors)")
    }

    @Test func zshReadsItsCompletions() throws {
        let ran = try shop.run(
            """
            command -v zsh >/dev/null || exit 0
            journeyd completion zsh > _journeyd
            cat > try <<'END'
            compdef() { : }
            _describe() { print -l -- ${(P)4} }
            _arguments() { print -l -- "$@" }
            source ./_journeyd
            words=(journeyd ''); CURRENT=2; _journeyd
            words=(journeyd run ''); CURRENT=3; _journeyd
            END
            zsh -f try
            """)
        if ran.output.isEmpty { return }
        #expect(ran.errors.isEmpty)
        #expect(ran.lines.contains { $0.hasPrefix("run:read events") })
        #expect(ran.lines.contains { $0.hasPrefix("--at-end=[") && $0.hasSuffix(":(hold flush)") })
        #expect(ran.lines.contains("*:config:_files"))
    }

    // MARK: Progress

    @Test(arguments: [
        (UInt64(0), UInt64(100), UInt64(0), 0.0, "0 %"),
        (25, 100, 1_234_567, 2.0, "25 % · 617,283 events/s · 6 s left"),
        (100, 100, 10, 1.0, "100 % · 10 events/s"), (2, 100, 10, 10.0, "2 % · 1 events/s · 9 min left"),
        (0, 0, 0, 1.0, "100 % · 0 events/s"),
    ])
    func progressSaysShareSpeedAndTimeLeft(
        _ read: UInt64, _ size: UInt64, _ events: UInt64, _ seconds: Double, _ text: String
    ) {
        #expect(ProgressLine.text(read: read, of: size, events: events, seconds: seconds) == text)
    }
}
