import Configuration
import Endpoints
import Glibc
import Languages
import Storage

extension Command {
    /// `journeyd fmt`.
    static let fmt = Command(
        name: "fmt", operands: "CONFIG...", operandCount: 1...1024,
        summary: "format configurations, comments kept",
        explanation: """
            Prints CONFIG, a file of JSON5, in one form: two blanks a level, a member a line where it was spread, or does not
            fit in one. Comments stay, and so does the meaning. CONFIG may be - for standard input.
            With --write each file is replaced at once by its new text; with --check nothing is printed but the names of files
            that are not formatted, and the exit status is 1 where there are any.
            """,
        flags: [
            Flag("--write", "replace the files, not print them"),
            Flag("--check", "name the files that are not formatted, and change nothing"),
            Flag("--jsonc", "write JSON with comments: quoted keys, no comma behind the last member"),
        ]
    ) { arguments throws(CommandFault) in
        try FormatCommand(arguments).run()
    }
}

/// Formats configurations.
struct FormatCommand {
    private let arguments: Arguments

    init(_ arguments: Arguments) throws(CommandFault) {
        self.arguments = arguments
        if arguments.has("--write"), arguments.has("--check") {
            throw CommandFault(.usage, "journeyd fmt: --write changes files and --check changes none; give one of them")
        }
        if arguments.operands.contains("-"), arguments.has("--write") || arguments.operands.count > 1 {
            throw CommandFault(.usage, "journeyd fmt: - is printed alone; leave --write and other files out")
        }
    }

    func run() throws(CommandFault) -> ExitStatus {
        var isFormatted = true
        for path in arguments.operands {
            let bytes = try read(path)
            let name = path == "-" ? "stdin" : path
            let diagnostics = Diagnostics()
            let style: JSON5Formatter.Style = arguments.has("--jsonc") ? .jsonWithComments : .json5
            guard
                let text = JSON5Formatter.formatted(bytes, file: name, style: style, diagnostics: diagnostics),
                !diagnostics.hasErrors
            else {
                throw CommandFault(
                    .configuration,
                    String(diagnostics.rendered(excerpts: true, in: CommandLineProgram.speech).dropLast()))
            }
            let isSame = bytes == Array(text.utf8)
            if arguments.has("--check") {
                if !isSame { _ = try CommandLineProgram.show(name + "\n") }
                isFormatted = isFormatted && isSame
            } else if arguments.has("--write") {
                if !isSame { try replace(path, with: text) }
            } else {
                _ = try CommandLineProgram.show(text)
            }
        }
        return isFormatted ? .done : .notFormatted
    }

    private func read(_ path: String) throws(CommandFault) -> [UInt8] {
        do throws(FileFault) {
            return try LoadedConfiguration.bytes(of: path == "-" ? "/dev/stdin" : path)
        } catch {
            throw CommandFault(.cannotRead, "\(path): \(error.message)")
        }
    }

    /// Gives the file its new text at once: whoever reads it finds the old one or the new one.
    private func replace(_ path: String, with text: String) throws(CommandFault) {
        let slash = path.lastIndex(of: "/")
        let folder = Folder(slash.map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? ".")
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let draft = ".\(name).formatted"
        do {
            let old = try Descriptor(reading: path)
            let entry = try folder.entries().first { $0.name.isSame(as: name) }
            // A link has a number of its own, and would be replaced by a file.
            if let entry, entry.inode != old.identity?.inode {
                throw CommandFault(.cannotRead, "\(path): is a link; name the file that it leads to")
            }
            try write(text, to: folder.path(of: draft), mode: old.access?.mode)
            try folder.rename(draft, to: name)
        } catch let fault as CommandFault {
            throw fault
        } catch {
            throw CommandFault(.inputOutput, "\(path): cannot be written: \(error)")
        }
    }

    private func write(_ text: String, to path: String, mode: UInt32?) throws(CommandFault) {
        let block = ByteBlock(capacity: text.utf8.count)
        block.append(Array(text.utf8))
        do throws(EndpointFault) {
            let output = try Output(path: path, apartFrom: [])
            var writer = output.writer
            if let mode { _ = fchmod(output.descriptor.number, mode) }
            try writer.write(block)
            try writer.close()
        } catch {
            throw CommandFault(error)
        }
    }
}
