/// The help texts, made from the table of commands and flags.
enum Help {
    /// `journeyd --help`.
    static var overview: String {
        """
        journeyd reads customer events, follows each customer's journey, and writes moments and decisions.

        Usage: journeyd COMMAND ...

        Commands:
        \(table(Command.all.map { ($0.name + " " + $0.operands, $0.summary) }))
        Flags:
        \(table([Command.help, Command.version].map { ($0.form, $0.meaning) }))
        journeyd COMMAND --help tells more about a command, journeyd help TOPIC about keys and messages.

        """
    }

    /// `journeyd COMMAND --help`.
    static func of(_ command: Command) -> String {
        """
        Usage: \(command.usage)

        \(command.explanation)

        Flags:
        \(table((command.flags + [Command.help]).map { ($0.form, $0.meaning) }))
        """
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
