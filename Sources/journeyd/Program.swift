import Configuration
import Endpoints
import Storage

/// The program as a whole: finds the command, runs it, and says what went wrong.
enum Program {
    static let version = "0.1.0"

    /// Does what the command line says.
    static func main(_ words: [String]) async -> ExitStatus {
        Descriptor.reserveStandardStreams()
        System.ignoreBrokenPipes()
        do throws(CommandFault) {
            return try await obey(words)
        } catch {
            if error.status != .done { report(error.message) }
            return error.status
        }
    }

    private static func obey(_ words: [String]) async throws(CommandFault) -> ExitStatus {
        guard let name = words.first else {
            throw CommandFault(.usage, "journeyd: a command is missing; journeyd --help lists them")
        }
        if name == "--help" || name == "-h" { return try show(Help.overview) }
        if name == "--version" { return try show("journeyd \(version)\n") }
        if name == SnapshotCommand.name { return try await SnapshotCommand.run(Array(words.dropFirst())) }
        guard let command = Command.all.first(where: { $0.name == name }) else {
            let known = Command.all.map(\.name) + [Command.help.name, Command.version.name]
            let noun = name.hasPrefix("-") ? "flag" : "command"
            throw CommandFault(.usage, "journeyd: \"\(name)\" is not a \(noun)" + remedy(name, known, "commands"))
        }
        let arguments = try Arguments(Array(words.dropFirst()), for: command)
        if arguments.asksForHelp { return try show(Help.of(command)) }
        return try await command.perform(arguments)
    }

    /// A message for people, on standard error.
    static func report(_ message: String) {
        Descriptor.standardError.writeMessage(message + "\n")
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
