import Languages

/// A flag as the command line knows it: parsing, help and errors all follow from here.
struct Flag: Sendable {
    /// With its dashes: `--output`.
    let name: String
    /// What stands behind it: `FILE`; nil for a flag that is there or not. `a|b` allows just these words.
    let value: String?
    /// One line for the help.
    let meaning: String

    init(_ name: String, _ value: String?, _ meaning: String) {
        self.name = name
        self.value = value
        self.meaning = meaning
    }

    init(_ name: String, _ meaning: String) { self.init(name, nil, meaning) }

    /// The words that are allowed, where only some are.
    var choices: [String]? {
        guard let value, value.contains("|") else { return nil }
        return value.split(separator: "|").map(String.init)
    }

    /// The flag as it is written.
    var form: String { value.map { "\(name) \($0)" } ?? name }
}

/// A command: its operands, its flags, and what it does.
struct Command: Sendable {
    let name: String
    /// The operands in words, as the help shows them.
    let operands: String
    /// How many operands there must be.
    let operandCount: ClosedRange<Int>
    /// One line for the list of commands.
    let summary: String
    /// Further lines for the command's own help.
    let explanation: String
    let flags: [Flag]
    let perform: @Sendable (Arguments) async throws(CommandFault) -> ExitStatus

    static let help = Flag("--help", "show this help and exit")
    static let version = Flag("--version", "show the version and exit")
    static let language = Flag(
        "--lang", "en|es", "the language of texts for people (default: LC_ALL, LC_MESSAGES or LANG)")

    /// All commands, in the order of the help.
    static let all = [
        run, check, test, explain, report, evaluate, convert, replay, journal, reload, eval, generate, load,
        repartition, schema, fmt,
        outputs, beginning, completion, manual, helpOnTopics,
    ]

    /// All flags, those that every command has behind its own.
    var allFlags: [Flag] {
        let hasLanguage = flags.contains { $0.name == Command.language.name }
        return flags + (hasLanguage ? [] : [Command.language]) + [Command.help]
    }

    /// The command's usage in one line.
    var usage: String {
        operands.isEmpty ? "journeyd \(name)" : "journeyd \(name) \(CommandLineProgram.speech(operands))"
    }
}

/// What was said behind a command, taken apart.
struct Arguments: Sendable {
    private(set) var operands: [String] = []
    private var values: [String: String] = [:]
    private(set) var asksForHelp = false

    /// Takes a command's words apart; flags and operands may stand in any order, and `--` ends the flags.
    init(_ words: [String], for command: Command) throws(CommandFault) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            } else if word == "--help" || word == "-h" {
                asksForHelp = true
                return
            } else if word.hasPrefix("-"), word != "-" {
                try take(word, from: &rest, for: command)
            } else {
                operands.append(word)
            }
        }
        if operands.count < command.operandCount.lowerBound {
            throw CommandFault(.usage, "journeyd \(command.name): something is missing; write \(command.usage)")
        }
        if operands.count > command.operandCount.upperBound {
            let extra = operands[command.operandCount.upperBound]
            throw CommandFault(
                .usage, "journeyd \(command.name): \"\(extra)\" is one too many; write \(command.usage)")
        }
    }

    private mutating func take(
        _ word: String, from rest: inout ArraySlice<String>, for command: Command
    ) throws(CommandFault) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0]
        let place = "journeyd \(command.name): \(name)"
        guard let flag = command.allFlags.first(where: { $0.name == name }) else {
            let known = command.allFlags.map(\.name)
            throw CommandFault(
                .usage, "\(place) is not a flag of \(command.name)" + CommandLineProgram.remedy(name, known, "flags"))
        }
        if values[name] != nil { throw CommandFault(.usage, "\(place) is given twice; give it once") }
        guard let form = flag.value else {
            if parts.count > 1 { throw CommandFault(.usage, "\(place) takes no value; write \(name)") }
            values[name] = ""
            return
        }
        guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
            throw CommandFault(.usage, "\(place) needs a value; write \(flag.form)")
        }
        if let choices = flag.choices, !choices.contains(value) {
            let words = choices.joined(separator: " or ")
            throw CommandFault(.usage, "\(place): \"\(value)\" is not \(form); write \(words)")
        }
        if value.isEmpty { throw CommandFault(.usage, "\(place) needs a value; write \(flag.form)") }
        values[name] = value
    }

    /// The value of a flag that was given.
    subscript(name: String) -> String? { values[name] }

    /// Whether a flag was given.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// The whole number that a flag was given, or `other` where it was not.
    func number<Number: FixedWidthInteger>(
        _ name: String, or other: Number, in range: ClosedRange<Number>
    ) throws(CommandFault) -> Number {
        guard let text = values[name] else { return other }
        if let number = Number(text), range.contains(number) { return number }
        throw CommandFault(
            .usage,
            "\(name): \"\(text)\" is not a whole number from \(range.lowerBound) to \(range.upperBound); write \(name) \(other)"
        )
    }
}
