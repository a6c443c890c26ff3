import Configuration
import Endpoints
import Events
import Journal
import Pipeline
import Storage
import Stories
import Telemetry

extension Command {
    /// `journeyd replay`.
    static let replay = Command(
        name: "replay", operands: "CONFIG", operandCount: 1...1,
        summary: "run a data directory's journal again",
        explanation: """
            Decides once more on all that the journal holds, by CONFIG, and writes the lines to standard output. Where CONFIG
            is what the run followed last, they are the same lines as then, through all configurations that the run had;
            else what would have happened with CONFIG all along. A journal whose beginning was removed is run again from
            the oldest snapshot on. Nothing is sent anywhere.
            """,
        flags: [
            Flag("--data-dir", "DIR", "the data directory"),
            Flag("--from", "TIME", "show only lines that became true at this time or later, as 2026-01-31T08:00:00Z"),
            Flag("--to", "TIME", "show only lines that became true before this time"),
            Flag("--compare", "show what CONFIG gains, loses and changes against the configuration of the run"),
            Flag("--shards", "N", "parallel shards (default: the machine's cores); the output is the same for any N"),
        ]
    ) { arguments throws(CommandFault) in
        try await ReplayCommand(arguments).run()
    }
}

/// A journal run again from the command line.
struct ReplayCommand {
    private let arguments: Arguments
    private let shardCount: Int
    /// What lines must be of; nil for any time.
    private let period: LinePeriod?

    init(_ arguments: Arguments) throws(CommandFault) {
        self.arguments = arguments
        shardCount = try arguments.number("--shards", or: min(System.coreCount, 256), in: 1...256)
        func time(_ flag: String) throws(CommandFault) -> Instant? {
            guard let text = arguments[flag] else { return nil }
            if let time = Instant(text: text) { return time }
            throw CommandFault(
                .usage, "\(flag): \"\(text)\" \(TimeAdvice.fault(of: Array(text.utf8)))")
        }
        let (from, to) = (try time("--from"), try time("--to"))
        period = from == nil && to == nil ? nil : LinePeriod(from: from ?? .earliest, until: to ?? .distantFuture)
    }

    func run() async throws(CommandFault) -> ExitStatus {
        guard let path = arguments["--data-dir"] else {
            throw CommandFault(.usage, "journeyd replay: --data-dir is missing; write --data-dir DIR")
        }
        let configuration = try LoadedConfiguration(arguments.operands[0])
        _ = try configuration.runnable()
        let past: RecordedPast
        do throws(JournalFault) {
            past = try RecordedPast(path)
        } catch {
            throw CommandFault(error)
        }
        if arguments.has("--compare") { return try await compare(configuration, past) }
        let isSame = past.last?.saysTheSame(as: configuration.recorded) ?? false
        try await replay(configuration, past, asItWas: isSame, to: .standard)
        return .done
    }

    /// Runs the journal and writes the lines: by the configurations that the run had, or by this one all along.
    private func replay(
        _ configuration: LoadedConfiguration, _ past: RecordedPast, asItWas: Bool, to output: Output
    ) async throws(CommandFault) {
        var outlet = configuration.plan?.outputs.first { $0.target == .standard } ?? .standard
        outlet.period = period
        let (start, journal): (JournalStart, RunJournal)
        do throws(JournalFault) {
            (start, journal) = try past.begin(by: asItWas ? nil : configuration)
        } catch {
            throw CommandFault(error)
        }
        let run: Run
        do throws(EndpointFault) {
            let outlets = try Outlet.open(
                [outlet], standard: output, apartFrom: [], log: .silent, metrics: Metrics())
            let stop: StopSignal
            do throws(SystemError) {
                stop = try StopSignal()
            } catch {
                throw EndpointFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
            }
            run = Run(
                plan: start.plan, inputs: [], outlets: outlets, rejects: nil,
                shardCount: start.shardCount ?? shardCount, flushesAtEnd: false, stop: stop,
                speech: CommandLineProgram.speech, journal: journal)
        } catch {
            throw CommandFault(error)
        }
        run.stop.followSignals()
        let (_, fault) = await run.run()
        if let fault, fault.kind != .readerGone { throw CommandFault(fault) }
    }

    /// Prints what one configuration makes of the journal against those that the run had.
    private func compare(_ configuration: LoadedConfiguration, _ past: RecordedPast)
        async throws(CommandFault) -> ExitStatus
    {
        guard let last = past.last else {
            throw CommandFault(.cannotRead, "\(past.path): the journal does not have the configuration of its run")
        }
        var comparison = Comparison()
        for (side, configuration) in [
            (Comparison.Side.before, try LoadedConfiguration(recorded: last)), (.after, configuration),
        ] {
            let (file, written): (Descriptor, Descriptor)
            do throws(SystemError) {
                file = try Descriptor.nameless()
                written = try file.copy()
            } catch {
                throw CommandFault(.inputOutput, "journeyd replay: a file for the comparison cannot be made: \(error)")
            }
            try await replay(
                configuration, past, asItWas: side == .before, to: Output(open: written, name: "the comparison"))
            comparison.take(file, side)
        }
        return try CommandLineProgram.show(comparison.report)
    }
}
