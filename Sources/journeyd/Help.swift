import Languages

/// The help texts, made from the table of commands and flags.
enum Help {
    /// `journeyd --help`.
    static func overview(in speech: Speech) -> String {
        let commands = table(Command.all.map { ($0.name + " " + speech($0.operands), speech($0.summary)) })
        let flags = table(
            [Command.help, Command.version, Command.language].map { (form(of: $0, speech), speech($0.meaning)) })
        return [
            speech(
                "journeyd reads customer events, follows each customer's journey, and writes moments and decisions."),
            "", speech("Usage: journeyd COMMAND ..."), "", speech("Commands:"), commands, speech("Flags:"),
            flags,
            speech(
                "journeyd COMMAND --help tells more about a command, journeyd help TOPIC about keys and messages."),
            "",
        ].joined(separator: "\n")
    }

    /// `journeyd COMMAND --help`.
    static func of(_ command: Command, in speech: Speech) -> String {
        let usage = command.operands.isEmpty ? "" : " " + speech(command.operands)
        return [
            speech("Usage: ") + "journeyd \(command.name)\(usage)", "", speech(command.explanation), "",
            speech("Flags:"),
            table(command.allFlags.map { (form(of: $0, speech), speech($0.meaning)) }),
        ].joined(separator: "\n")
    }

    /// A flag as it is written, with what stands behind it in words of the language.
    private static func form(of flag: Flag, _ speech: Speech) -> String {
        flag.value.map { "\(flag.name) \(speech($0))" } ?? flag.name
    }

    /// Words in lines, set in.
    static func wrapped(_ words: [String]) -> String {
        var lines = ["  "]
        for word in words {
            if lines[lines.count - 1].count + word.count > 78 { lines.append("  ") }
            lines[lines.count - 1] += word + "  "
        }
        return lines.map { $0.reversed().drop { $0 == " " }.reversed() }.map { String($0) + "\n" }.joined()
    }

    /// Two columns, each row ending in a line's end.
    private static func table(_ rows: [(String, String)]) -> String {
        let width = rows.reduce(0) { max($0, $1.0.count) } + 2
        return rows.map { "  " + $0.0 + String(repeating: " ", count: width - $0.0.count) + $0.1 + "\n" }.joined()
    }
}
