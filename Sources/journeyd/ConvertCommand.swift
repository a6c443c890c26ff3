import Configuration
import Endpoints
import Events
import Pipeline
import Storage

extension Command {
    /// `journeyd convert`.
    static let convert = Command(
        name: "convert", operands: "[INPUT...]", operandCount: 0...1024,
        summary: "any input in the native form",
        explanation: """
            Reads events in any format and writes them in the native form, one a line, and one line for each line or element
            of which none can be made. So it shows what journeyd makes of an input, and it is a converter.
            INPUT is a file or - for standard input (the default); file:PATH?format=NAME has a format of its own.
            """,
        flags: [
            .format,
            Flag("--config", "CONFIG", "read the input as this configuration's input section says"),
            Flag("--explain-format", "NAME", "show what a format is made of, as a mapping, and exit"),
        ]
    ) { arguments throws(CommandFault) in
        if let name = arguments["--explain-format"] {
            guard let preset = Preset(rawValue: name) else {
                throw CommandFault(
                    .usage,
                    "--explain-format: \"\(name)\" is not a format"
                        + CommandLineProgram.remedy(name, Preset.allCases.map(\.rawValue), "formats"))
            }
            return try CommandLineProgram.show(preset.mapping.text)
        }
        let thread = BlockingThread()
        defer { thread.end() }
        return try await withTaskExecutorPreference(thread) { () async throws(CommandFault) in
            try ConvertCommand(arguments).run()
        }
    }
}

/// One conversion from the command line.
struct ConvertCommand {
    private let settings: InputSettings
    private let format: InputFormat
    private let addresses: [String]

    init(_ arguments: Arguments) throws(CommandFault) {
        format = try InputFormat(arguments)
        settings =
            try arguments["--config"].map { path throws(CommandFault) in
                try LoadedConfiguration(path).runnable(reports: false).input
            } ?? InputSettings()
        addresses = arguments.operands.isEmpty ? ["-"] : arguments.operands
        if addresses.count(where: { $0 == "-" }) > 1 {
            throw CommandFault(.usage, "journeyd convert: standard input is named twice; write - once")
        }
    }

    func run() throws(CommandFault) -> ExitStatus {
        do throws(EndpointFault) {
            return try convert()
        } catch {
            if error.kind == .readerGone { return .done }
            throw CommandFault(error)
        }
    }

    private func convert() throws(EndpointFault) -> ExitStatus {
        let stop: StopSignal
        do throws(SystemError) {
            stop = try StopSignal()
        } catch {
            throw EndpointFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
        }
        let inputs = try NamedFiles.opened(addresses, format: format, settings.formats)
        stop.followSignals()
        var writer = Output.standard.writer
        var converter = FormatConverter(settings)
        for input in inputs {
            var reader = InputReader(input, stop: stop, lineLimit: settings.maxLine)
            while let piece = try reader.next() {
                guard case .all(let source, let isFirst) = piece.lines else { continue }
                try writer.write(
                    converter.convert(piece.block, source: source, arrival: piece.arrival, isFirst: isFirst))
            }
        }
        if converter.droppedCount > 0 {
            CommandLineProgram.report("journeyd convert: events left out by input.drop: \(converter.droppedCount)")
        }
        return converter.eventCount == 0 && converter.rejectCount > 0 ? .rejectedLines : .done
    }
}

/// Inputs that are read from their beginning to their end, as the commands name them that run no engine of their own.
enum NamedFiles {
    static func opened(
        _ addresses: [String], format: InputFormat, _ formats: FormatPlan
    ) throws(EndpointFault) -> [Input] {
        var inputs: [Input] = []
        for address in addresses {
            let (path, preset) = try InputAddress.partingFormat(address)
            let isFile = path.hasPrefix("file:")
            var input =
                try path == "-" ? Input.standard(isLive: false) : Input(path: isFile ? String(path.dropFirst(5)) : path)
            input.format = preset.map { InputFormat($0) } ?? format
            input.table = TableSettings(input.format, formats)
            inputs.append(input)
        }
        return inputs
    }
}
