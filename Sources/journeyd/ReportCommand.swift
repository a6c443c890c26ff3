import Analytics
import Configuration
import Decisions
import Endpoints
import Events
import Journeys
import Languages
import Page
import Pipeline
import Storage
import Stories

#if Kafka
    import Topics
#endif

extension Command {
    /// `journeyd report`.
    static let report = Command(
        name: "report", operands: "CONFIG [INPUT...] | --merge REPORT...", operandCount: 1...1024,
        summary: "what became of all journeys: map, attribution, friction, KPIs",
        explanation: """
            Reads customer events as run does and tells what became of all journeys, as the section report of CONFIG asks: how
            often what follows what, where journeys break off and what that costs, what moves people to buy, and KPIs.
            INPUT is a file or - for standard input (the default); file:PATH?format=NAME has a format of its own. Several
            files are merged by event time. Of kafka://HOST:PORT/TOPIC it reads what the topic has by now.
            With --merge, adds up reports of parts of a whole that --json has written, such as of the partitions of a topic.
            Without a flag, the most important figures are written to standard output.
            """,
        flags: [
            .format,
            Flag("--merge", "add up these reports, in the place of reading events"),
            Flag("--partition", "N", "read this partition of a topic alone"),
            Flag("--json", "FILE", "write all figures here, as JSON; - is standard output"),
            Flag(
                "--html", "FILE",
                "write a page that shows the figures here; it opens from the file and asks nothing elsewhere"),
            Flag("--csv", "FOLDER", "write the figures' tables into this folder, a file each"),
            Flag("--shards", "N", "parallel shards (default: the machine's cores); the figures are the same for any N"),
        ]
    ) { arguments throws(CommandFault) in
        try await ReportCommand(arguments).run()
    }
}

/// One report from the command line.
struct ReportCommand {
    private static let shardsMost = 256

    private let arguments: Arguments
    private let addresses: [String]
    private let format: InputFormat
    private let shardCount: Int

    init(_ arguments: Arguments) throws(CommandFault) {
        self.arguments = arguments
        addresses = arguments.operands.count > 1 ? Array(arguments.operands.dropFirst()) : ["-"]
        if addresses.count(where: { $0 == "-" }) > 1 {
            throw CommandFault(.usage, "journeyd report: standard input is named twice; write - once")
        }
        format = try InputFormat(arguments)
        shardCount = try arguments.number(
            "--shards", or: min(System.coreCount, Self.shardsMost), in: 1...Self.shardsMost)
    }

    func run() async throws(CommandFault) -> ExitStatus {
        if arguments.has("--merge") { return try merge() }
        let configuration = try LoadedConfiguration(arguments.operands[0], isForReport: true)
        var plan = try configuration.runnable(reports: false)
        guard let asked = configuration.plan?.report else {
            throw CommandFault(.ownFault, "journeyd report: the configuration has no report")
        }
        let learns = configuration.plan?.actions.contains { $0.learning != nil } ?? false
        if asked.settings.actions == nil, !learns {
            plan.journeys = plan.journeys.reporting(asked.reading)
        } else {
            // What actions bring, and what is learnt, follows from decisions, which are made on the way.
            plan.journeys.watch(asked.reading)
            plan.decisions.emits = []
        }
        plan.report = asked.settings
        let collector = ReportCollector(asked.settings)
        let (past, others) = try topics(configuration)
        let run = try opened(plan, collector, others, past)
        run.stop.followSignals()
        let (totals, fault) = await run.run()
        if let fault = fault ?? past.compactMap(\.readingFault).first { throw CommandFault(fault) }
        guard let report = collector.report else {
            throw CommandFault(.ownFault, "journeyd report: the run ended without its figures")
        }
        if asked.settings.isChosen {
            CommandLineProgram.report(
                "journeyd report: no report.conversion is set; taken: "
                    + asked.settings.conversions.joined(separator: ", "))
        }
        try write(report, totals)
        return totals.rejectedCount > 0 && totals.events == 0 ? .rejectedLines : .done
    }

    /// Adds up reports.
    private func merge() throws(CommandFault) -> ExitStatus {
        for flag in ["--format", "--shards", "--partition"] where arguments.has(flag) {
            throw CommandFault(.usage, "journeyd report: \(flag) is about events, and --merge reads none; leave it out")
        }
        var sum: JourneyReport?
        for path in arguments.operands {
            let next = try Self.report(path)
            do throws(StateFault) {
                if sum == nil { sum = next } else { try sum?.merge(next) }
            } catch {
                throw CommandFault(.rejectedLines, "journeyd report: \(path): it cannot be added: \(error)")
            }
        }
        guard let sum else { throw CommandFault(.usage, "journeyd report: name the reports to be added up") }
        try write(sum, Totals())
        return .done
    }

    /// The report that a file has.
    private static func report(_ path: String) throws(CommandFault) -> JourneyReport {
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try LoadedConfiguration.bytes(of: path)
        } catch {
            throw CommandFault(.cannotRead, "journeyd report: \(path): \(error.message)")
        }
        guard let sums = Part(json: bytes)["sums"]?.text else {
            throw CommandFault(
                .rejectedLines, "journeyd report: \(path): this is no report that --json of this version wrote")
        }
        do throws(StateFault) {
            return try JourneyReport(sums: sums)
        } catch {
            throw CommandFault(.rejectedLines, "journeyd report: \(path): \(error)")
        }
    }

    #if Kafka
        private typealias Past = TopicPast
    #else
        /// Without topics there is nothing of the kind.
        private struct Past {
            var input: Input { .standard(isLive: false) }
            var readingFault: EndpointFault? { nil }
        }
    #endif

    /// Begins to read the topics among the inputs, and says which inputs are others.
    private func topics(_ configuration: LoadedConfiguration) throws(CommandFault) -> ([Past], [String]) {
        let named = addresses.filter { KafkaAddress.isMeant(by: $0) }
        let others = addresses.filter { !KafkaAddress.isMeant(by: $0) }
        if named.isEmpty, arguments.has("--partition") {
            throw CommandFault(.usage, "journeyd report: --partition is of topics, and none is read; leave it out")
        }
        var past: [Past] = []
        for text in named {
            let address: KafkaAddress
            do throws(KafkaAddress.Fault) {
                address = try KafkaAddress(text, isInput: false)
            } catch {
                throw CommandFault(.usage, "journeyd report: \(text) \(error.words)")
            }
            past += try started(address, configuration)
        }
        return (past, others)
    }

    private func started(
        _ address: KafkaAddress, _ configuration: LoadedConfiguration
    ) throws(CommandFault) -> [Past] {
        #if Kafka
            let partition: Int? =
                arguments.has("--partition") ? try arguments.number("--partition", or: 0, in: 0...9_999) : nil
            do throws(EndpointFault) {
                return try TopicPast.start(
                    address, partition: partition, settings: configuration.plan?.kafka ?? KafkaSettings())
            } catch {
                throw CommandFault(error)
            }
        #else
            throw CommandFault(.cannotOpen, "journeyd report: \(address.shown): \(KafkaAddress.absence)")
        #endif
    }

    private func opened(
        _ plan: Plan, _ collector: ReportCollector, _ addresses: [String], _ past: [Past]
    ) throws(CommandFault) -> Run {
        var inputs: [Input]
        let stop: StopSignal
        do throws(EndpointFault) {
            inputs = try NamedFiles.opened(addresses, format: format, plan.input.formats)
            for topic in past {
                inputs.append(topic.input)
                inputs[inputs.count - 1].format = format
            }
            do throws(SystemError) {
                stop = try StopSignal()
            } catch {
                throw EndpointFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
            }
        } catch {
            throw CommandFault(error)
        }
        return Run(
            plan: plan, inputs: inputs, outlets: [], rejects: nil, shardCount: shardCount, flushesAtEnd: false,
            stop: stop, speech: CommandLineProgram.speech, report: collector)
    }

    /// The most bytes of figures in a page, so that the whole is at most 400 KB.
    private static let pageFiguresMost = 300 << 10

    private func write(_ report: JourneyReport, _ totals: Totals) throws(CommandFault) {
        let figure = report.figure
        do throws(EndpointFault) {
            if let path = arguments["--json"] {
                var bytes: [UInt8] = []
                Figure.table(figure.entries + [("sums", .text(report.sums))]).append(to: &bytes)
                bytes.append(UInt8(ascii: "\n"))
                try ReportCommand.write(bytes, to: path == "-" ? .standard : Output(path: path, apartFrom: []))
            }
            if let path = arguments["--html"] {
                let figures = report.pageJSON(
                    intake: [("rejected", Int(clamping: totals.rejectedCount)), ("late", Int(clamping: totals.late))],
                    most: Self.pageFiguresMost)
                try ReportCommand.write(
                    Page.document(figures: figures), to: path == "-" ? .standard : Output(path: path, apartFrom: []))
            }
            if let folder = arguments["--csv"] {
                try ReportCommand.makeFolder(folder)
                for table in figure.csvTables {
                    try ReportCommand.write(
                        Array(table.text.utf8), to: Output(path: "\(folder)/\(table.name).csv", apartFrom: []))
                }
            }
            if ["--json", "--csv", "--html"].allSatisfy({ arguments[$0] == nil }) {
                let speech = CommandLineProgram.speech
                let summary = speech(report.summary(inSpanish: speech.language == .spanish))
                try ReportCommand.write(Array(PlainText.shown(summary).utf8), to: .standard)
            }
        } catch {
            throw CommandFault(error)
        }
    }

    private static func makeFolder(_ path: String) throws(EndpointFault) {
        do throws(SystemError) {
            try Folder(path).make()
        } catch {
            throw EndpointFault(.cannotOpen, "\(path): cannot be made: \(error)")
        }
    }

    private static func write(_ bytes: [UInt8], to output: Output) throws(EndpointFault) {
        let block = ByteBlock(capacity: bytes.count)
        block.append(bytes)
        var writer = output.writer
        try writer.write(block)
        try writer.close()
    }
}
