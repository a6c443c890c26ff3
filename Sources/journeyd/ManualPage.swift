import Languages

extension Command {
    /// `journeyd man`.
    static let manual = Command(
        name: "man", operands: "", operandCount: 0...0, summary: "the manual page",
        explanation: "Prints the manual page, to be read with man: journeyd man > journeyd.1 && man ./journeyd.1",
        flags: []
    ) { arguments throws(CommandFault) in
        try CommandLineProgram.show(ManualPage(in: CommandLineProgram.speech).text)
    }
}

/// The manual page, made from the table of commands and flags, in the language of man(7).
struct ManualPage {
    private let speech: Speech

    init(in speech: Speech) { self.speech = speech }

    /// The whole page.
    var text: String {
        let title = [
            ".TH", "JOURNEYD", "1", CommandLineProgram.released, "\"journeyd \(CommandLineProgram.version)\"",
        ]
        var page = title.joined(separator: " ") + "\n"
        page += head("NAME") + "journeyd \\- "
        page += said("follows each customer's journey through a stream of events")
        page += head("SYNOPSIS") + ".B journeyd\n.I \(escaped(speech("COMMAND")))\n\\&...\n"
        page += head("DESCRIPTION") + ".B journeyd\n"
        page += said(
            "reads customer events, follows each customer's journey by the rules of a configuration, and writes moments and decisions. The same input gives the same output, whatever the number of shards."
        )
        page += ".PP\n"
        page += said(
            "Flags and operands may stand in any order; -- ends the flags. A flag's value stands behind it, or behind an equals sign."
        )
        page += head("COMMANDS")
        for command in Command.all { page += section(on: command) }
        page += head("EXIT STATUS")
        for status in ExitStatus.allCases { page += entry("\(status.rawValue)", status.meaning) }
        page += head("SIGNALS")
        page += entry(
            "SIGTERM, SIGINT",
            "A run stops reading, writes what follows from what was read, and ends with 0. A second one ends it at once."
        )
        page += entry("SIGHUP", "A run takes its configuration anew, and opens its output files anew.")
        page += head("ENVIRONMENT")
        page += entry(
            "LC_ALL, LC_MESSAGES, LANG",
            "The language of texts for people, where --lang does not say it: Spanish where the first that is set begins with es, else English."
        )
        page += entry("NO_COLOR", "Where it is set and not empty, nothing is coloured.")
        page += head("EXAMPLES") + ".nf\n"
        for example in [
            "journeyd generate --events 1000 | journeyd run retail.json5 --summary", "journeyd check retail.json5",
            "journeyd help windows.over",
        ] { page += escaped(example) + "\n" }
        return page + ".fi\n" + head("SEE ALSO") + ".BR jq (1)\n"
    }

    private func head(_ words: String) -> String { ".SH \(escaped(speech(words)))\n" }

    private func said(_ text: String) -> String { escaped(speech(text)) + "\n" }

    /// What has a name, and what is to be known of it.
    private func entry(_ name: String, _ meaning: String) -> String { ".TP\n\(escaped(name))\n" + said(meaning) }

    private func section(on command: Command) -> String {
        var text = ".SS \(escaped("journeyd \(command.name) \(speech(command.operands))"))\n"
        for line in speech(command.explanation).split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.drop { $0 == " " }
            if words.isEmpty { continue }
            // What is set in stands in a line of its own.
            if words.count < line.count { text += ".br\n" }
            text += "\(escaped(String(words)))\n"
        }
        for flag in command.allFlags where flag.name != Command.help.name {
            text += ".TP\n\\fB\(escaped(flag.name))\\fR"
            if let value = flag.value { text += " \\fI\(escaped(speech(value)))\\fR" }
            text += "\n" + said(flag.meaning)
        }
        return text
    }

    /// A text in which nothing is taken for a request or an escape.
    private func escaped(_ text: String) -> String {
        var escaped = text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" : ""
        for character in text {
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "'": escaped += "\\(aq"
            case "…": escaped += "..."
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
