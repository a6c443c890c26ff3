import Configuration
import Endpoints
import Events
import Languages
import Pipeline
import Storage
import Telemetry

extension Command {
    /// `journeyd run`.
    static let run = Command(
        name: "run", operands: "CONFIG [INPUT...]", operandCount: 1...1024,
        summary: "read events, write moments and decisions",
        explanation: """
            Reads customer events, one JSON object a line, and writes what follows from them by CONFIG.
            INPUT is a file, - for standard input (the default), tcp://HOST:PORT, unix://PATH or http://HOST:PORT to
            listen at, kafka://HOST:PORT/TOPIC?group=NAME, or file:PATH?follow for a file that grows. Several files are merged by event time; what is live comes as it comes.
            SIGTERM and SIGINT stop reading; what was read is still decided on and written.
            """,
        flags: [
            Flag("--output", "FILE", "write lines here, not to standard output"),
            Flag("--rejects", "FILE", "write rejected lines here; else they are counted, the first few reported"),
            Flag("--shards", "N", "parallel shards (default: the machine's cores); the output is the same for any N"),
            Flag(
                "--at-end", "hold|flush", "leave pending deadlines at the end of the input (default), or let them fire"),
            Flag("--allow-remote", "listen also where other machines can connect; needs a token_file"),
            Flag("--data-dir", "DIR", "keep a journal here, and go on where the run before was interrupted"),
            .format,
            Flag("--live", "take standard input as live: time goes on while it is silent"),
            Flag("--summary", "totals on standard error at the end"),
            Flag("--quiet", "show no progress on a terminal, and say nothing at the end of what looks wrong"),
            Flag("--strict", "exit with 65 where any line was rejected, not only where all were"),
        ] + Service.flags
    ) { arguments throws(CommandFault) in
        try await RunCommand(arguments).run()
    }

    /// `journeyd check`.
    static let check = Command(
        name: "check", operands: "CONFIG", operandCount: 1...1,
        summary: "validate a configuration; report every fault at once",
        explanation: "Reads CONFIG and reports all that is wrong with it, each fault with its file, line and column.",
        flags: [
            .format,
            Flag("--report-as", "json|sarif|github", "print all there is to say in this form, for programs"),
        ]
    ) { arguments throws(CommandFault) in
        _ = try InputFormat(arguments)
        let configuration = try LoadedConfiguration(arguments.operands[0])
        if let form = arguments["--report-as"].flatMap(DiagnosticReport.init(rawValue:)) {
            _ = try CommandLineProgram.show(configuration.report(as: form))
            return configuration.plan == nil ? .configuration : .done
        }
        if configuration.plan == nil { throw CommandFault(.configuration, String(configuration.report.dropLast())) }
        return try CommandLineProgram.show(configuration.report)
    }
}

/// One run from the command line: opens what it names, runs, and tells how it ended.
struct RunCommand {
    /// More shards than any machine has cores only cost memory.
    private static let shardsMost = 256

    let arguments: Arguments
    let service: Service
    private let shardCount: Int
    let inputs: NamedInputs

    init(_ arguments: Arguments) throws(CommandFault) {
        self.arguments = arguments
        inputs = try NamedInputs(arguments)
        service = try Service(arguments, stays: inputs.stay)
        shardCount = try arguments.number(
            "--shards", or: min(System.coreCount, RunCommand.shardsMost), in: 1...RunCommand.shardsMost)
    }

    /// Whether the figures of the section `report` are kept.
    private var reports: Bool { arguments.has("--admin") || arguments.has("--data-dir") }

    func run() async throws(CommandFault) -> ExitStatus {
        let configuration = try LoadedConfiguration(arguments.operands[0])
        // What nobody can ask for is not counted; a data directory keeps it for the runs to come.
        let plan = try configuration.runnable(reports: reports)
        let outputs = configuration.plan?.outputs ?? []
        if arguments["--output"] != nil, !outputs.contains(where: { $0.target == .standard }) {
            throw CommandFault(
                .usage,
                "journeyd run: --output stands for standard output, which is not among the configuration's outputs; "
                    + "leave it out, or add { to: \"stdout\" }")
        }
        if let topic = try namedTopic(configuration) { return try await runTopics(configuration, naming: topic) }
        let journal = try arguments["--data-dir"].map { path throws(CommandFault) in
            try OpenJournal(path, configuration, files: ["--output", "--rejects"].compactMap { arguments[$0] })
        }
        if let count = journal?.shardCount, count != shardCount, arguments.has("--shards") {
            CommandLineProgram.report(
                "journeyd run: goes on with \(count) shards, as the snapshot in the data directory has them, not \(shardCount)"
            )
        }
        let server = try service.openAdmin(arguments)
        let run: Run
        do throws(EndpointFault) {
            run = try open(
                plan, outputs: outputs, journal: journal, listen: configuration.plan?.listen ?? ListenSettings(),
                web: configuration.plan?.web ?? WebSettings())
        } catch {
            throw CommandFault(error)
        }
        try OpenFiles.share(run, admin: server, log: service.log)
        run.stop.followSignals()
        StopPatience.watch(run)
        follow(hangups: try hangups(), of: run, configuration)
        let attendance = try service.begin(
            run, configuration: configuration.path, addresses: inputs.texts, server: server)
        let progress = service.isDaemon ? nil : ProgressLine(run, isQuiet: arguments.has("--quiet"))
        let showing = progress.map { line in Task { await line.show(service.condition) } }
        var (totals, fault) = await run.run()
        showing?.cancel()
        await showing?.value
        totals.named.merge(run.journal?.keeper?.totals ?? [:], uniquingKeysWith: +)
        for input in run.inputs { totals.named.merge(input.totals, uniquingKeysWith: +) }
        // What was cut short says little about its input.
        if fault == nil, let figures = totals.figures { service.tell(Diagnosis.findings(figures)) }
        service.end(totals, fault, wasStopped: run.stop.isRequested, attendance)
        if arguments.has("--summary") { show(totals) }
        if let fault, fault.kind != .readerGone { throw CommandFault(fault) }
        return status(totals, of: run)
    }

    /// A topic that is to be read or written to, if there is one.
    private func namedTopic(_ configuration: LoadedConfiguration) throws(CommandFault) -> KafkaAddress? {
        if let topic = inputs.topic { return topic }
        if let topic = try outputTopic { return topic }
        for case .kafka(let address) in configuration.plan?.outputs.map(\.target) ?? [] { return address }
        return nil
    }

    /// The topic that stands in the place of standard output; nil where none does.
    var outputTopic: KafkaAddress? {
        get throws(CommandFault) {
            guard let path = arguments["--output"], KafkaAddress.isMeant(by: path) else { return nil }
            do throws(KafkaAddress.Fault) {
                return try KafkaAddress(path, isInput: false)
            } catch {
                throw CommandFault(.usage, "journeyd run: --output: \(path) \(error.words)")
            }
        }
    }

    #if !Kafka
        /// Refuses topics, before anything is opened.
        private func runTopics(
            _ configuration: LoadedConfiguration, naming topic: KafkaAddress
        ) async throws(CommandFault) -> ExitStatus {
            throw CommandFault(.cannotOpen, "journeyd run: \(topic.shown): \(KafkaAddress.absence)")
        }
    #endif

    /// How a run ends that came to its end without a fault.
    private func status(_ totals: Totals, of run: Run) -> ExitStatus {
        if run.outlets.contains(where: { $0.lostCount(goesOn: run.journal != nil) > 0 }) { return .inputOutput }
        if totals.rejectedCount == 0 { return .done }
        // Whoever ends a run that waits for its first good line has not been given bad input.
        let isAll = totals.events == 0 && !run.stop.isRequested
        return isAll || arguments.has("--strict") ? .rejectedLines : .done
    }

    /// Opens everything before anything is read or written, so that a mistake costs nothing.
    private func open(
        _ plan: Plan, outputs: [OutputPlan], journal: OpenJournal?, listen: ListenSettings,
        web: WebSettings
    ) throws(EndpointFault) -> Run {
        var inputs = try self.inputs.opened(
            listen, web: web, formats: plan.input.formats, metrics: service.metrics, log: service.log)
        if let journal {
            let isMerging = inputs.count { !$0.isLive } > 1
            inputs = try inputs.map { input throws(EndpointFault) in
                try journal.resumed(input, isMerged: isMerging && !input.isLive)
            }
        }
        var taken = inputs.compactMap(\.descriptor)
        var output = Output.standard
        if let path = arguments["--output"] {
            output = try file(path, apartFrom: taken)
        }
        let outlets = try Outlet.open(
            outputs, standard: output, apartFrom: taken, log: service.log, metrics: service.metrics)
        taken += outlets.compactMap(\.output?.descriptor)
        var rejects: Output?
        if let path = arguments["--rejects"] {
            rejects = try file(path, apartFrom: taken)
        }
        let stop: StopSignal
        do throws(SystemError) {
            stop = try StopSignal()
        } catch {
            throw EndpointFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
        }
        let shardCount = journal?.shardCount ?? self.shardCount
        return Run(
            plan: journal?.plan ?? plan, inputs: inputs, outlets: outlets, rejects: rejects, shardCount: shardCount,
            flushesAtEnd: arguments["--at-end"] == "flush", stop: stop,
            metrics: service.metrics, log: service.isDaemon ? service.log : nil, speech: CommandLineProgram.speech,
            condition: service.condition,
            journal: journal?.joined(shards: shardCount, log: service.log, metrics: service.metrics),
            sketch: arguments.has("--quiet") ? nil : InputSketch(), recent: service.recentDecisions)
    }

    /// A file to write lines to: from its beginning, or with a data directory from where the run before came to.
    func file(_ path: String, apartFrom others: [Descriptor]) throws(EndpointFault) -> Output {
        try arguments.has("--data-dir")
            ? Output(resuming: path, apartFrom: others) : Output(path: path, apartFrom: others)
    }

    func hangups() throws(CommandFault) -> Hangups {
        do throws(SystemError) {
            return try Hangups()
        } catch {
            throw CommandFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
        }
    }

    /// Has SIGHUP open output files anew and take the configuration anew.
    private func follow(hangups: Hangups, of run: Run, _ configuration: LoadedConfiguration) {
        let reloading = Reloading(configuration, of: run, reports: reports)
        hangups.follow(until: run.stop) {
            run.reopen.request()
            reloading.take()
        }
    }

    /// The totals at the end.
    private func show(_ totals: Totals) {
        if arguments["--log-format"] == "json" {
            Log(format: .json).tell(.info, "summary", fields: totals.rows.map { ($0.name, LogValue(total: $0.value)) })
        } else {
            Descriptor.standardError.writeMessage(PlainText.shown(totals.summary(in: CommandLineProgram.speech)))
        }
    }
}

extension LogValue {
    /// A total as the summary writes it: all are numbers.
    fileprivate init(total: String) {
        self = Int64(total).map { .whole($0) } ?? Double(total).map { .number($0) } ?? .text(total)
    }
}
