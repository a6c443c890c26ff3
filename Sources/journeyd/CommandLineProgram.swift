import CLinux
import Configuration
import Endpoints
import Languages
import Storage
import Synchronization
import Telemetry

/// The program as a whole: finds the command, runs it, and says what went wrong.
enum CommandLineProgram {
    static let version = "0.1.0"
    /// The day of the version, for the manual page.
    static let released = "2026-11-29"

    /// How people are spoken to: as `--lang` says, else the environment.
    static let speech = Speech(
        language(of: CommandLine.arguments) ?? Language(environment: { System.variable($0) }))

    /// What `--lang` says, wherever it stands: looked for before anything can go wrong, so that what does is told in it.
    static func language(of words: [String]) -> Language? {
        let flag = Command.language.name
        for (index, word) in words.prefix(while: { $0 != "--" }).enumerated() {
            if word.hasPrefix(flag + "=") { return Language(rawValue: String(word.dropFirst(flag.count + 1))) }
            if word == flag, index + 1 < words.count { return Language(rawValue: words[index + 1]) }
        }
        return nil
    }

    /// What is wrong with the limits that the program was started under: before the runtime has begun anything that would end
    /// the program in its own way.
    static func faultOfLimits() -> CommandFault? {
        if has_instructions() == 0 {
            return CommandFault(
                .cannotOpen,
                "journeyd: this program was built for processors with SSE4.2 and POPCNT (x86-64-v2), which this one lacks; build it here without -march in Package.swift"
            )
        }
        let files = System.raiseOpenFileLimit()
        if files < System.openFilesLeast {
            return CommandFault(
                .cannotOpen,
                "journeyd: only \(files) files may be open at a time (ulimit -n), and \(System.openFilesLeast) are needed at least; raise the limit"
            )
        }
        let speech = speech
        return OutOfMemory.prepare { speech($0) }.map { CommandFault(.ownFault, $0) }
    }

    /// Does what the command line says.
    static func main(_ words: [String]) async -> ExitStatus {
        System.ignoreBrokenPipes()
        if asksForJSON(words) { log.withLock { $0 = Log(level: .debug, format: .json) } }
        do throws(CommandFault) {
            return try await obey(words)
        } catch {
            if error.status != .done { report(error.message, .error) }
            return error.status
        }
    }

    private static func obey(_ words: [String]) async throws(CommandFault) -> ExitStatus {
        let words = withoutLanguage(words)
        guard let name = words.first else {
            throw CommandFault(.usage, "journeyd: a command is missing; journeyd --help lists them")
        }
        if name == "--help" || name == "-h" { return try show(Help.overview(in: speech)) }
        if name == "--version" { return try show("journeyd \(version)\n") }
        if let status = try await serve(name, Array(words.dropFirst())) { return status }
        OutOfMemory.watch(share: 1)
        guard let command = Command.all.first(where: { $0.name == name }) else {
            let known = Command.all.map(\.name) + [Command.help.name, Command.version.name]
            let noun = name.hasPrefix("-") ? "flag" : "command"
            throw CommandFault(.usage, "journeyd: \"\(name)\" is not a \(noun)" + remedy(name, known, "commands"))
        }
        let arguments = try Arguments(Array(words.dropFirst()), for: command)
        if arguments.asksForHelp { return try show(Help.of(command, in: speech)) }
        return try await command.perform(arguments)
    }

    /// Does what a run started this process for; nil where no run did.
    private static func serve(_ name: String, _ words: [String]) async throws(CommandFault) -> ExitStatus? {
        let snapshotShare = 2
        if name == SnapshotCommand.name {
            OutOfMemory.watch(share: snapshotShare)
            return try await SnapshotCommand.run(words)
        }
        #if Kafka
            if name == CellSnapshotCommand.name {
                OutOfMemory.watch(share: snapshotShare)
                return try CellSnapshotCommand.run(words)
            }
        #endif
        return nil
    }

    /// `--lang` may stand before the command as well.
    private static func withoutLanguage(_ words: [String]) -> [String] {
        let flag = Command.language.name
        guard let first = words.first, first == flag || first.hasPrefix(flag + "=") else { return words }
        return Array(words.dropFirst(first == flag ? 2 : 1))
    }

    /// What messages are written to where log lines are to be JSON: then nothing else comes between them.
    private static let log = Mutex<Log?>(nil)

    /// Looked for before anything can go wrong, so that what does is told in that form as well.
    private static func asksForJSON(_ words: [String]) -> Bool {
        words.contains("--log-format=json")
            || words.indices.dropLast().contains { words[$0] == "--log-format" && words[$0 + 1] == "json" }
    }

    /// A message for people, on standard error; where log lines are JSON, a log line for each thing that it says.
    static func report(_ message: String) { report(message, .warn) }

    /// The same, as serious as `level` says.
    static func report(_ message: String, _ level: LogLevel) {
        guard let log = log.withLock({ $0 }) else {
            Descriptor.standardError.writeMessage(PlainText.shown(speech(message)) + "\n")
            return
        }
        for part in parts(message) { log.tell(level, part, fields: []) }
    }

    /// The lines of a message, each with those behind it that are set in: these show what it is about.
    private static func parts(_ message: String) -> [String] {
        var parts: [String] = []
        for line in message.split(separator: "\n") {
            if line.hasPrefix(" "), let last = parts.popLast() {
                parts.append(last + "\n" + line)
            } else {
                parts.append(String(line))
            }
        }
        return parts
    }

    /// What to write instead of a word that is not known.
    static func remedy(_ word: String, _ known: [String], _ noun: String) -> String {
        NearestWord.remedy(for: word, in: known, noun: noun)
    }

    /// Writes a text that was asked for to standard output.
    static func show(_ text: String) throws(CommandFault) -> ExitStatus {
        let block = ByteBlock(capacity: text.utf8.count)
        block.append(Array(text.utf8))
        var writer = Output.standard.writer
        do throws(EndpointFault) {
            try writer.write(block)
        } catch {
            throw CommandFault(error)
        }
        return .done
    }
}
