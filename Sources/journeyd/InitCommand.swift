import Configuration
import Endpoints
import Events
import Languages
import Pipeline
import Storage
import Stories

extension Command {
    /// `journeyd init`.
    static let beginning = Command(
        name: "init", operands: "[DIR]", operandCount: 0...1,
        summary: "a first configuration from a sample of one's own events",
        explanation: """
            Reads a sample of events in any format and writes DIR/journeyd.json5, a configuration with comments that fits it:
            touchpoints guessed by name, three moments (an abandoned step, a return, silence), an action for each, a report; and
            DIR/journeyd.scenarios.json5, which journeyd test plays. Says what it found, and what it would have decided. DIR is
            the current folder where it is not given, and is made where there is none. Files that are there are left alone.
            """,
        flags: [
            Flag("--from", "FILE", "the sample; its first 100,000 events are looked at"), .format,
        ]
    ) { arguments throws(CommandFault) in
        let thread = BlockingThread()
        defer { thread.end() }
        return try await withTaskExecutorPreference(thread) { () async throws(CommandFault) in
            try InitCommand(arguments).run()
        }
    }
}

/// One first configuration.
struct InitCommand {
    private let sample: String
    private let folder: Folder
    private let format: Preset?
    /// The language of comments and names, too.
    private let language: Language

    init(_ arguments: Arguments) throws(CommandFault) {
        guard let sample = arguments["--from"] else {
            throw CommandFault(
                .usage, "journeyd init: a sample is missing; write journeyd init --from FILE, with events of your own")
        }
        if sample == "-" {
            throw CommandFault(.usage, "journeyd init: the sample is read more than once; put it into a file")
        }
        self.sample = sample
        folder = Folder(arguments.operands.first ?? ".")
        _ = try InputFormat(arguments)
        format = arguments["--format"].flatMap(Preset.init(rawValue:))
        language = CommandLineProgram.speech.language
    }

    private static let names = (configuration: "journeyd.json5", scenarios: "journeyd.scenarios.json5")

    func run() throws(CommandFault) -> ExitStatus {
        try refuseToReplace()
        let reading = try SampleReading(sample, format: format)
        let first = FirstConfiguration(reading.survey, input: reading.input, language: language)
        do throws(SystemError) { try folder.make() } catch {
            throw CommandFault(.cannotOpen, "\(folder.path): cannot be made: \(error)")
        }
        let path = folder.path(of: Self.names.configuration)
        try write(first.text, to: path)
        try write(first.scenarios, to: folder.path(of: Self.names.scenarios))
        _ = try CommandLineProgram.show(found(reading))
        let loaded = try LoadedConfiguration(path)
        guard let plan = loaded.plan else {
            throw CommandFault(.ownFault, "journeyd init: what was written is not valid:\n" + loaded.report)
        }
        return try CommandLineProgram.show(decided(SampleTrial(plan, sample: reading.lines)))
    }

    private func refuseToReplace() throws(CommandFault) {
        let there: [String]
        do throws(SystemError) { there = try folder.names() } catch {
            throw CommandFault(.cannotOpen, "\(folder.path): cannot be looked into: \(error)")
        }
        for name in [Self.names.configuration, Self.names.scenarios] where there.contains(name) {
            throw CommandFault(
                .cannotOpen, "\(folder.path(of: name)): is there already; name another folder, or move it away")
        }
    }

    private func write(_ text: String, to path: String) throws(CommandFault) {
        let block = ByteBlock(capacity: text.utf8.count)
        block.append(Array(text.utf8))
        do throws(EndpointFault) {
            var writer = try Output(path: path, apartFrom: []).writer
            try writer.write(block)
            try writer.close()
        } catch {
            throw CommandFault(error)
        }
    }

    // MARK: What is said

    private func say(_ english: String, _ spanish: String) -> String { language == .english ? english : spanish }

    private func found(_ reading: SampleReading) -> String {
        let survey = reading.survey
        let form = CommandLineProgram.speech(reading.formatName)
        var text = say(
            "\(sample): \(form), \(survey.eventCount) events of \(survey.customerCount) customers",
            "\(sample): \(form), \(survey.eventCount) eventos de \(survey.customerCount) clientes")
        if let span = survey.span {
            text += ", \(Self.day(span.lowerBound)) – \(Self.day(span.upperBound))"
        }
        text += "\n"
        if reading.rejected > 0 {
            text +=
                say(
                    "  \(reading.rejected) lines cannot be read; journeyd convert \(sample) says why",
                    "  \(reading.rejected) líneas no se pueden leer; journeyd convert \(sample) dice por qué") + "\n"
        }
        if !survey.channels.isEmpty {
            let channels = survey.channels.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.prefix(8)
            text +=
                say("  channels: ", "  canales: ") + channels.map { "\($0.name) (\($0.count))" }.joined(separator: ", ")
            text += "\n"
        }
        text += "\n"
        for type in survey.ranked.prefix(20) {
            let properties = type.properties.prefix(6).map(\.name).joined(separator: ", ")
            text +=
                "  \(type.count)  \(PlainText.shown(type.name))" + (properties.isEmpty ? "" : "  { \(properties) }")
                + "\n"
        }
        if survey.types.count > 20 { text += "  … +\(survey.types.count - 20)\n" }
        return text + "\n"
    }

    private static func day(_ microseconds: Int64) -> String {
        var bytes: [UInt8] = []
        Instant(microseconds: microseconds).append(to: &bytes)
        return String(decoding: bytes.prefix(10), as: UTF8.self)
    }

    private func decided(_ trial: SampleTrial) -> String {
        var text = say("On the sample it would have brought:", "En la muestra habría dado:") + "\n"
        if trial.counts.isEmpty { text += say("  nothing", "  nada") + "\n" }
        for row in trial.counts { text += "  \(row.count)  \(CommandLineProgram.speech(row.what))\n" }
        if !trial.first.isEmpty { text += "\n" }
        for line in trial.first { text += "  \(line.text)\n" }
        let path = folder.path(of: Self.names.configuration)
        text += "\n" + say("Written: ", "Escrito: ") + "\(path), \(folder.path(of: Self.names.scenarios))\n"
        return text
            + say(
                "Next: journeyd check \(path); journeyd test \(path); journeyd run \(path) \(sample)",
                "Ahora: journeyd check \(path); journeyd test \(path); journeyd run \(path) \(sample)") + "\n"
            + say(
                "For a report: journeyd report \(path) \(sample) --html report.html",
                "Para un informe: journeyd report \(path) \(sample) --html informe.html") + "\n"
    }
}

/// A sample as it is found to be written, and its events in the native form.
struct SampleReading {
    /// What stands in the configuration's `input`, without braces.
    let input: String
    /// How people call the format.
    let formatName: String
    private(set) var survey = EventSurvey()
    /// The lines of the native form, block by block.
    private(set) var lines: [[UInt8]] = []
    private(set) var rejected: UInt64 = 0

    /// Finds the format, where none is given, and reads as much as is looked at.
    init(_ path: String, format: Preset?) throws(CommandFault) {
        let candidates = try Self.candidates(path, format)
        var best: (input: String, name: String, score: Int64)?
        for candidate in candidates {
            guard let counts = try Self.read(path, candidate.input, blocks: 1, { _ in }) else { continue }
            let score = Int64(counts.events) - Int64(counts.rejects)
            if counts.events > 0, best.map({ score > $0.score }) ?? true {
                best = (candidate.input, candidate.name, score)
            }
        }
        guard let best else {
            throw CommandFault(
                .rejectedLines,
                "\(path): no events are found in it; journeyd convert \(path) says why, and docs/formats.md how other formats are read"
            )
        }
        (input, formatName) = (best.input, best.name)
        var survey = EventSurvey()
        var lines: [[UInt8]] = []
        let counts = try Self.read(path, input, blocks: .max) { block in
            if survey.isFull { return }
            let bytes = block.bytes.copied
            for line in bytes.split(separator: UInt8(ascii: "\n")) where !line.starts(with: Array("{\"rejected\"".utf8))
            {
                survey.take(line)
            }
            lines.append(bytes)
        }
        (self.survey, self.lines, rejected) = (survey, lines, counts?.rejects ?? 0)
        if survey.eventCount == 0 {
            throw CommandFault(.rejectedLines, "\(path): no events are found in it")
        }
    }

    /// Converts the sample's first blocks as `input` says; nil where that is not valid.
    private static func read(
        _ path: String, _ input: String, blocks: Int, _ take: (ByteBlock) -> Void
    ) throws(CommandFault) -> (events: UInt64, rejects: UInt64)? {
        let text = Array("{ version: 1, input: { \(input) } }".utf8)
        guard let plan = try? Configuration.load(path: "", read: { _ throws(FileFault) in text }).plan else {
            return nil
        }
        do throws(EndpointFault) {
            let stop: StopSignal
            do throws(SystemError) { stop = try StopSignal() } catch {
                throw EndpointFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
            }
            guard let opened = try NamedFiles.opened([path], format: .standard, plan.input.formats).first else {
                return nil
            }
            var reader = InputReader(opened, stop: stop, lineLimit: plan.input.maxLine)
            var converter = FormatConverter(plan.input)
            var taken = 0
            while taken < blocks, converter.eventCount < EventSurvey.eventsMost, let piece = try reader.next() {
                guard case .all(let source, let isFirst) = piece.lines else { continue }
                take(converter.convert(piece.block, source: source, arrival: piece.arrival, isFirst: isFirst))
                taken += 1
            }
            return (converter.eventCount, converter.rejectCount)
        } catch {
            throw CommandFault(error)
        }
    }

    // MARK: Formats

    /// The ways in which it may be read, the likeliest first: of equal ones, the first is taken.
    private static func candidates(_ path: String, _ format: Preset?) throws(CommandFault) -> [(
        input: String, name: String
    )] {
        if let format { return ways(of: format) }
        let bytes: [UInt8]
        do throws(FileFault) { bytes = try LoadedConfiguration.bytes(of: path) } catch {
            throw CommandFault(.cannotRead, "\(path): \(error.message)")
        }
        let first = bytes.prefix(256 << 10).split(separator: UInt8(ascii: "\n")).prefix(50).map { Array($0) }
        var presets = Preset.allCases
        if let advised = FormatAdvice.preset(of: first) {
            presets.removeAll { $0 == advised }
            presets.insert(advised, at: 0)
        }
        return presets.flatMap(ways) + guessed(first)
    }

    private static func ways(of preset: Preset) -> [(input: String, name: String)] {
        preset == .native ? [("", preset.title)] : [("format: \"\(preset.rawValue)\"", preset.title)]
    }

    /// Names that others have for the three things that an event needs.
    private static let synonyms = (
        customer: [
            "customer_id", "customerId", "user_id", "userId", "user", "uid", "client_id", "clientId", "visitor_id",
            "account_id",
            "session_id", "email", "cliente", "cliente_id", "id_cliente", "usuario", "usuario_id",
        ],
        event: [
            "event", "event_name", "eventName", "event_type", "eventType", "type", "action", "name", "activity",
            "evento", "accion", "tipo",
        ],
        time: [
            "timestamp", "time", "ts", "event_time", "eventTime", "created_at", "createdAt", "occurred_at", "date",
            "datetime",
            "@timestamp", "fecha", "hora",
        ]
    )

    /// What a member that is an object itself may be called by, where its `id` is a customer's.
    private static let holders = ["customer", "user", "client", "visitor", "account", "cliente", "usuario"]

    /// The places of all that a line says at its top, and behind them those one level below, as JSON pointers with what is
    /// called there.
    private static func places(in line: [UInt8]) -> [[(name: String, place: String)]] {
        var (top, below): ([(name: String, place: String)], [(name: String, place: String)]) = ([], [])
        func step(_ key: String) -> String { "/" + key.replacing("~", with: "~0").replacing("/", with: "~1") }
        for (key, value) in Part(json: line).entries {
            if value.entries.isEmpty { top.append((key, step(key))) }
            for (inner, _) in value.entries {
                // The id of a user is a user's id.
                let name = inner == "id" && holders.contains(key) ? key + "_id" : inner
                below.append((name, step(key) + step(inner)))
            }
        }
        return [top, below]
    }

    /// A mapping by the names that stand at the top of a line, or one level below, or in a table's header.
    private static func guessed(_ lines: [[UInt8]]) -> [(input: String, name: String)] {
        guard let line = lines.first else { return [] }
        let isObject = line.first == UInt8(ascii: "{")
        let text = String(decoding: line, as: UTF8.self)
        let mark: Character = text.contains(";") ? ";" : text.contains("\t") ? "\t" : ","
        let columns = text.split(separator: mark).map { $0.filter { !"\"\r\u{FEFF}".contains($0) } }
        let found = isObject ? Self.places(in: line) : [columns.map { (name: $0, place: "/" + $0) }]
        // The native names come first, so that scenarios can be written by them.
        func places(_ known: [String], _ native: String) -> String? {
            let places = found.lazy.compactMap { level in
                known.lazy.compactMap { name in level.first { $0.name == name }?.place }.first
            }
            return places.first.map { place in
                JSONTree.list((isObject && place != "/" + native ? ["/" + native, place] : [place]).map { .text($0) })
                    .line
            }
        }
        guard let customer = places(synonyms.customer, "customer_id"), let event = places(synonyms.event, "event"),
            let time = places(synonyms.time, "timestamp")
        else { return [] }
        let properties = isObject ? "[\"\", \"/properties\"]" : "\"\""
        let mapping =
            "mapping: { customer_id: \(customer), event: \(event), timestamp: { from: \(time), unit: \"auto\" }, "
            + "properties: \(properties) }"
        return [isObject ? (mapping, "JSON") : ("format: \"csv\", \(mapping)", "CSV")]
    }
}
