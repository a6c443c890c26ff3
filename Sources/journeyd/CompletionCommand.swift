import Languages

extension Command {
    /// `journeyd completion`.
    static let completion = Command(
        name: "completion", operands: "bash|zsh|fish", operandCount: 1...1,
        summary: "completions for a shell",
        explanation: """
            Prints what has a shell complete commands, flags and their values:
              bash:  journeyd completion bash > ~/.local/share/bash-completion/completions/journeyd
              zsh:   journeyd completion zsh > ~/.zfunc/_journeyd      (with fpath=(~/.zfunc $fpath) before compinit)
              fish:  journeyd completion fish > ~/.config/fish/completions/journeyd.fish
            """,
        flags: []
    ) { arguments throws(CommandFault) in
        switch arguments.operands[0] {
        case "bash": return try CommandLineProgram.show(Completion.bash)
        case "zsh": return try CommandLineProgram.show(Completion.zsh)
        case "fish": return try CommandLineProgram.show(Completion.fish)
        case let shell:
            throw CommandFault(
                .usage,
                "journeyd completion: \"\(shell)\" is no shell that is known here; write bash, zsh or fish")
        }
    }
}

/// What stands behind a command or a flag, for completion.
enum Completable: Equatable {
    case nothing
    case files
    case folders
    case words([String])

    /// Of a flag's value: `FILE`, `DIR`, `a|b`.
    init(value: String?) {
        switch value {
        case nil: self = .nothing
        case "FILE", "CONFIG": self = .files
        case "DIR", "FOLDER": self = .folders
        case let value?: self = Self.words(in: value).map { .words($0) } ?? .nothing
        }
    }

    /// Of a command's operands: `CONFIG [INPUT...]`, `bash|zsh|fish`.
    init(operands: String) {
        let first = operands.split(separator: " ").first.map(String.init) ?? ""
        if let words = Self.words(in: first) {
            self = .words(words)
        } else {
            self = ["CONFIG", "INPUT", "FILE", "DIR"].contains { operands.contains($0) } ? .files : .nothing
        }
    }

    /// The words of `[a|b]`, where all are words that are written as they stand.
    private static func words(in form: String) -> [String]? {
        let words = form.filter { !"[]".contains($0) }.split(separator: "|").map(String.init)
        let isPlain = words.allSatisfy { word in word.utf8.allSatisfy { (UInt8(ascii: "a")...122).contains($0) } }
        return words.count > 1 && isPlain ? words : nil
    }
}

/// Completions, made from the table of commands and flags.
enum Completion {
    private static let names = Command.all.map(\.name)
    private static let speech = CommandLineProgram.speech

    private static func operands(of command: Command) -> Completable {
        // What help knows by name are the commands.
        command.name == Command.helpOnTopics.name ? .words(names) : Completable(operands: command.operands)
    }

    // MARK: bash

    static var bash: String {
        var values = ""
        var flags = ""
        for command in Command.all {
            for flag in command.allFlags {
                let action = bash(Completable(value: flag.value))
                if flag.value != nil { values += "        \(command.name):\(flag.name)) \(action); return ;;\n" }
            }
            let names = command.allFlags.map(\.name).joined(separator: " ")
            flags += "        \(command.name)) flags='\(names)'; "
            flags += "[[ $cur == -* ]] || { \(bash(operands(of: command))); return; } ;;\n"
        }
        return """
            # Completion of journeyd for bash, made by: journeyd completion bash
            _journeyd_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
            _journeyd_files() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen "$1" -- "$cur"); }
            _journeyd() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} flags
                COMPREPLY=()
                # bash takes --flag=value apart.
                if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
                if ((COMP_CWORD == 1)); then
                    _journeyd_words '\((names + [Command.help.name, Command.version.name]).joined(separator: " "))'
                    return
                fi
                case ${COMP_WORDS[1]}:$prev in
            \(values)    esac
                case ${COMP_WORDS[1]} in
            \(flags)    esac
                _journeyd_words "$flags"
            }
            complete -F _journeyd journeyd

            """
    }

    private static func bash(_ completable: Completable) -> String {
        switch completable {
        case .nothing: "COMPREPLY=()"
        case .files: "_journeyd_files -f"
        case .folders: "_journeyd_files -d"
        case .words(let words): "_journeyd_words '\(words.joined(separator: " "))'"
        }
    }

    // MARK: zsh

    static var zsh: String {
        var cases = ""
        for command in Command.all {
            let flags = command.allFlags.map(zsh)
            let operands = zsh(operands(of: command))
            let rest = operands.isEmpty ? [] : ["'*:\(operandName(of: command)):\(operands)'"]
            cases += "        \(command.name)) _arguments \((flags + rest).joined(separator: " \\\n            ")) ;;\n"
        }
        let commands = Command.all.map { "        '\($0.name):\(quoted(speech($0.summary)))'" }.joined(separator: "\n")
        return """
            #compdef journeyd
            # Completion of journeyd for zsh, made by: journeyd completion zsh
            _journeyd() {
                local -a commands
                commands=(
            \(commands)
                )
                if (( CURRENT == 2 )); then
                    _describe -t commands command commands
                    return
                fi
                local command=$words[2]
                shift words
                (( CURRENT-- ))
                case $command in
            \(cases)    esac
            }
            if [[ $funcstack[1] == _journeyd ]]; then _journeyd "$@"; else compdef _journeyd journeyd; fi

            """
    }

    private static func operandName(of command: Command) -> String {
        command.operands.split(separator: " ").first.map { $0.filter(\.isLetter).lowercased() } ?? "operand"
    }

    private static func zsh(_ flag: Flag) -> String {
        let meaning = quoted(speech(flag.meaning)).replacingBrackets
        guard let value = flag.value else { return "'\(flag.name)[\(meaning)]'" }
        return
            "'\(flag.name)=[\(meaning)]:\(value.filter { $0 != ":" }.lowercased()):\(zsh(Completable(value: value)))'"
    }

    private static func zsh(_ completable: Completable) -> String {
        switch completable {
        case .nothing: ""
        case .files: "_files"
        case .folders: "_files -/"
        case .words(let words): "(\(words.joined(separator: " ")))"
        }
    }

    // MARK: fish

    static var fish: String {
        var text = "# Completion of journeyd for fish, made by: journeyd completion fish\ncomplete -c journeyd -f\n"
        for command in Command.all {
            text +=
                "complete -c journeyd -n __fish_use_subcommand -a \(command.name) -d '\(quoted(speech(command.summary)))'\n"
        }
        for command in Command.all {
            let begin = "complete -c journeyd -n '__fish_seen_subcommand_from \(command.name)'"
            for flag in command.allFlags {
                let value = flag.value == nil ? "" : fish(Completable(value: flag.value))
                text += "\(begin) -l \(flag.name.dropFirst(2))\(value) -d '\(quoted(speech(flag.meaning)))'\n"
            }
            switch operands(of: command) {
            case .nothing: break
            case .files, .folders: text += "\(begin) -F\n"
            case .words(let words): text += "\(begin) -a '\(words.joined(separator: " "))'\n"
            }
        }
        return text
    }

    private static func fish(_ completable: Completable) -> String {
        switch completable {
        case .nothing: " -x"
        case .files: " -r -F"
        case .folders: " -x -a '(__fish_complete_directories)'"
        case .words(let words): " -x -a '\(words.joined(separator: " "))'"
        }
    }

    /// A text that stands between single quotes.
    private static func quoted(_ text: String) -> String {
        String(text.map { $0 == "'" ? "’" : $0 })
    }
}

extension String {
    /// For zsh, in whose descriptions brackets and colons mean something.
    fileprivate var replacingBrackets: String {
        var text = ""
        for character in self { text += "[]:\\".contains(character) ? "\\\(character)" : String(character) }
        return text
    }
}
