extension Command {
    /// `journeyd man`.
    static let manual = Command(
        name: "man", operands: "", operandCount: 0...0, summary: "the manual page",
        explanation: "Prints the manual page, to be read with man: journeyd man > journeyd.1 && man ./journeyd.1",
        flags: []
    ) { arguments throws(CommandFault) in
        try CommandLineProgram.show(ManualPage.text)
    }
}

/// The manual page, made from the table of commands and flags, in the language of man(7).
enum ManualPage {
    static var text: String {
        var page = """
            .TH JOURNEYD 1 \(CommandLineProgram.released) "journeyd \(CommandLineProgram.version)"
            .SH NAME
            journeyd \\- follows each customer\\(aqs journey through a stream of events
            .SH SYNOPSIS
            .B journeyd
            .I COMMAND
            \\&...
            .SH DESCRIPTION
            .B journeyd
            reads customer events, follows each customer\\(aqs journey by the rules of a configuration, and writes moments and
            decisions. The same input gives the same output, whatever the number of shards.
            .PP
            Flags and operands may stand in any order;
            .B \\-\\-
            ends the flags. A flag\\(aqs value stands behind it, or behind an equals sign.
            .SH COMMANDS

            """
        for command in Command.all { page += section(on: command) }
        page += ".SH EXIT STATUS\n"
        for status in ExitStatus.allCases { page += ".TP\n\(status.rawValue)\n\(escaped(status.meaning))\n" }
        page += """
            .SH SIGNALS
            .TP
            SIGTERM, SIGINT
            A run stops reading, writes what follows from what was read, and ends with 0. A second one ends it at once.
            .TP
            SIGHUP
            A run takes its configuration anew, and opens its output files anew.
            .SH ENVIRONMENT
            .TP
            LC_ALL, LC_MESSAGES, LANG
            The language of texts for people, where \\-\\-lang does not say it: Spanish where the first that is set begins
            with es, else English.
            .TP
            NO_COLOR
            Where it is set and not empty, nothing is coloured.
            .SH EXAMPLES
            .nf
            journeyd generate \\-\\-events 1000 | journeyd run retail.json5 \\-\\-summary
            journeyd check retail.json5
            journeyd help windows.over
            .fi
            .SH SEE ALSO
            .BR jq (1)

            """
        return page
    }

    private static func section(on command: Command) -> String {
        var text = ".SS \(escaped("journeyd \(command.name) \(command.operands)"))\n"
        for line in command.explanation.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.drop { $0 == " " }
            if words.isEmpty { continue }
            // What is set in stands in a line of its own.
            if words.count < line.count { text += ".br\n" }
            text += "\(escaped(String(words)))\n"
        }
        for flag in command.allFlags where flag.name != Command.help.name {
            text += ".TP\n\\fB\(escaped(flag.name))\\fR"
            if let value = flag.value { text += " \\fI\(escaped(value))\\fR" }
            text += "\n\(escaped(flag.meaning))\n"
        }
        return text
    }

    /// A text in which nothing is taken for a request or an escape.
    private static func escaped(_ text: String) -> String {
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
