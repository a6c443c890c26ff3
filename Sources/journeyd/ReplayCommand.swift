import Configuration
import Endpoints
import Events
import Expressions
import Journal
import Pipeline
import Storage
import Telemetry

extension Command {
    /// `journeyd replay`.
    static let replay = Command(
        name: "replay", operands: "CONFIG", operandCount: 1...1,
        summary: "run a data directory's journal again",
        explanation: """
            Decides once more on all that the journal holds, by CONFIG, and writes the lines to standard output: the same as
            the run did where the configuration is the same, else what would have happened. Nothing is sent anywhere.
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
    private let period: Expressions.Program?

    init(_ arguments: Arguments) throws(CommandFault) {
        self.arguments = arguments
        shardCount = try arguments.number("--shards", or: min(System.coreCount, 256), in: 1...256)
        var conditions: [String] = []
        for (flag, sign) in [("--from", ">="), ("--to", "<")] {
            guard let text = arguments[flag] else { continue }
            guard View.of(Array(text.utf8), { Instant(rfc3339: $0) }) != nil else {
                throw CommandFault(
                    .usage, "\(flag): \"\(text)\" is not an RFC 3339 time; write \(flag) 2026-01-31T08:00:00Z")
            }
            conditions.append("timestamp(time) \(sign) timestamp('\(text)')")
        }
        var names = LineNames()
        do throws(CompileFaults) {
            period =
                try conditions.isEmpty
                ? nil
                : Expressions.Program.compile(
                    conditions.joined(separator: " && "), declarations: &names, expecting: .bool)
        } catch {
            throw CommandFault(.ownFault, "journeyd replay: \(conditions): \(error)")
        }
    }

    func run() async throws(CommandFault) -> ExitStatus {
        guard let path = arguments["--data-dir"] else {
            throw CommandFault(.usage, "journeyd replay: --data-dir is missing; write --data-dir DIR")
        }
        let configuration = try LoadedConfiguration(arguments.operands[0])
        _ = try configuration.runnable()
        let disk: FolderDisk
        do throws(JournalFault) {
            disk = try DataDirectory.look(at: path).journal
            try tell(JournalScan(disk), path)
        } catch {
            throw CommandFault(error)
        }
        if arguments.has("--compare") { return try await compare(configuration, disk, path) }
        try await replay(configuration, disk, to: .standard)
        return .done
    }

    /// Says so where the journal has lost its beginning.
    private func tell(_ scan: JournalScan, _ path: String) throws(JournalFault) {
        guard scan.position > 0 else { return }
        var time: Instant?
        while time == nil, let record = try scan.next() {
            if record.lineCount > 0 { time = record.time }
        }
        Program.report(
            "\(path): the journal begins with what arrived at \(time.map { "\($0)" } ?? "its end"); older records were removed, and what follows from them is missing"
        )
    }

    /// Runs the journal by a configuration and writes the lines.
    private func replay(_ configuration: LoadedConfiguration, _ disk: FolderDisk, to output: Output)
        async throws(CommandFault)
    {
        let plan = try configuration.runnable()
        var outlet = configuration.plan?.outputs.first { $0.target == .standard } ?? .standard
        outlet.period = period
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
            let journal = RunJournal(
                disk: disk, writer: nil, start: 0, end: .max, written: 0)
            run = Run(
                plan: plan, inputs: [], outlets: outlets, rejects: nil, shardCount: shardCount, flushesAtEnd: false,
                stop: stop, journal: journal)
        } catch {
            throw CommandFault(error)
        }
        run.stop.followSignals()
        let (_, fault) = await run.run()
        if let fault, fault.kind != .readerGone { throw CommandFault(fault) }
    }

    /// Prints what one configuration makes of the journal against the one that the run had.
    private func compare(_ configuration: LoadedConfiguration, _ disk: FolderDisk, _ path: String)
        async throws(CommandFault) -> ExitStatus
    {
        guard let recorded = try recorded(disk) else {
            throw CommandFault(.cannotRead, "\(path): the journal does not have the configuration of its run")
        }
        var comparison = Comparison()
        for (side, configuration) in [
            (Comparison.Side.before, try LoadedConfiguration(recorded: recorded)), (.after, configuration),
        ] {
            let (file, written): (Descriptor, Descriptor)
            do throws(SystemError) {
                file = try Descriptor.nameless()
                written = try file.copy()
            } catch {
                throw CommandFault(.inputOutput, "journeyd replay: a file for the comparison cannot be made: \(error)")
            }
            try await replay(configuration, disk, to: Output(open: written, name: "the comparison"))
            comparison.take(file, side)
        }
        return try Program.show(comparison.report)
    }

    /// The configuration that the journal begins with.
    private func recorded(_ disk: FolderDisk) throws(CommandFault) -> RecordedConfiguration? {
        do throws(JournalFault) {
            let scan = try JournalScan(disk)
            while let record = try scan.next() {
                if let configuration = record.recordedConfiguration { return configuration }
            }
            return nil
        } catch {
            throw CommandFault(error)
        }
    }
}
