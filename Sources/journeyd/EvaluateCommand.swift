import Analytics
import Configuration
import Decisions
import Endpoints
import Journal
import Languages
import Learning
import Pipeline
import Storage
import Telemetry

extension Command {
    /// `journeyd evaluate`.
    static let evaluate = Command(
        name: "evaluate", operands: "CONFIG", operandCount: 1...1,
        summary: "what another configuration would have earned, from a log of decisions",
        explanation: """
            Goes through a log of decisions that chance made (policy.explore), explained in full (policy.explain: "full"), and
            of the responses to them, and estimates what CONFIG would have earned at the same states: by importance (IPS),
            the same with its weights' own mean (SNIPS), and doubly robust, each with its 95 % interval by customers.
            Factors that CONFIG says by expressions are as logged; with --data-dir they are worked out anew from the
            events of the run that the log is of. Limits are as they were.
            """,
        flags: [
            Flag("--log", "DECISIONS", "the lines that the run wrote, decisions and responses; - is standard input"),
            Flag("--data-dir", "DIR", "the run's data directory"),
            Flag("--json", "FILE", "write the estimates here, as JSON; - is standard output"),
        ]
    ) { arguments throws(CommandFault) in
        try await EvaluateCommand(arguments).run()
    }
}

/// One evaluation from the command line.
struct EvaluateCommand {
    /// The most bytes of a line.
    private static let lineMost = 16 << 20

    private let arguments: Arguments
    private let log: String

    init(_ arguments: Arguments) throws(CommandFault) {
        self.arguments = arguments
        guard let log = arguments["--log"] else {
            throw CommandFault(.usage, "journeyd evaluate: --log is missing; write --log DECISIONS")
        }
        self.log = log
    }

    func run() async throws(CommandFault) -> ExitStatus {
        let configuration = try LoadedConfiguration(arguments.operands[0])
        let plan = try configuration.runnable(reports: false)
        var anew: [UInt64: [LoggedDecision.Candidate]]?
        if let path = arguments["--data-dir"] { anew = try await candidates(configuration, path) }
        var evaluation = Evaluation(NewPolicy(plan.decisions), anew: anew)
        let file: Descriptor
        do throws(SystemError) {
            file = try log == "-" ? Descriptor.standardInput.copy() : Descriptor(reading: log)
        } catch {
            throw CommandFault(.cannotRead, "\(log): cannot be opened: \(error)")
        }
        try forEachLine(of: file, name: log) { line throws(CommandFault) in
            do throws(Evaluation.Fault) {
                try evaluation.take(line)
            } catch {
                throw refusal(error)
            }
        }
        let result: Evaluation.Result
        do throws(Evaluation.Fault) {
            result = try evaluation.result()
        } catch {
            throw refusal(error)
        }
        for warning in result.warnings { CommandLineProgram.report("journeyd evaluate: \(warning)") }
        guard let file = arguments["--json"] else {
            return try CommandLineProgram.show(result.text(in: CommandLineProgram.speech))
        }
        var bytes: [UInt8] = []
        result.figure.append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        let block = ByteBlock(capacity: bytes.count)
        block.append(bytes)
        do throws(EndpointFault) {
            var writer = (file == "-" ? Output.standard : try Output(path: file, apartFrom: [])).writer
            try writer.write(block)
            try writer.close()
        } catch {
            throw CommandFault(error)
        }
        return .done
    }

    private func refusal(_ fault: Evaluation.Fault) -> CommandFault {
        CommandFault(.rejectedLines, (fault.line > 0 ? "\(log):\(fault.line): " : "\(log): ") + fault.detail)
    }

    /// Hands on each line of a file. What is longer than a line may be is handed on in parts, which are no lines.
    private func forEachLine(
        of file: Descriptor, name: String, _ take: ([UInt8]) throws(CommandFault) -> Void
    ) throws(CommandFault) {
        var block = ByteBlock(capacity: 2 << 20)
        while true {
            let got = block.read(from: file.number, most: 1 << 20)
            if got < 0 {
                throw CommandFault(.inputOutput, "\(name): cannot be read: \(SystemError(code: Int32(-got)))")
            }
            var start = 0
            while start < block.count {
                let end = block.bytes.firstIndex(of: 0x0A, from: start)
                if end >= block.count, got > 0, block.count - start < EvaluateCommand.lineMost { break }
                try take(block.bytes[start..<min(end, block.count)].copied)
                start = min(end + 1, block.count)
            }
            if got == 0 { return }
            let rest = block.bytes[start..<block.count].copied
            block = ByteBlock(capacity: rest.count + 2 << 20)
            block.append(rest)
        }
    }

    // MARK: The run's data

    /// The candidates of each moment of a recorded run by this configuration, with nothing held back by what was chosen
    /// before, by the numbers of the moments' ids.
    private func candidates(
        _ configuration: LoadedConfiguration, _ path: String
    ) async throws(CommandFault) -> [UInt64: [LoggedDecision.Candidate]] {
        guard let unbound = configuration.plan?.unboundDecisionPlan else { return [:] }
        let (file, written, run): (Descriptor, Descriptor, Run)
        do throws(JournalFault) {
            var (start, journal) = try RecordedPast(path).begin(by: configuration)
            if journal.beginning != nil {
                throw JournalFault(
                    .unusable,
                    "\(path): the journal's beginning was removed, so states cannot be worked out anew; leave --data-dir out"
                )
            }
            start.plan.decisions = unbound
            do throws(SystemError) {
                file = try Descriptor.nameless()
                written = try file.copy()
                let outlets: [Outlet]
                do throws(EndpointFault) {
                    outlets = try Outlet.open(
                        [.standard], standard: Output(open: written, name: "the candidates"), apartFrom: [],
                        log: .silent,
                        metrics: Metrics())
                } catch {
                    throw SystemError(code: 5)
                }
                run = Run(
                    plan: start.plan, inputs: [], outlets: outlets, rejects: nil,
                    shardCount: min(System.coreCount, 256),
                    flushesAtEnd: false, stop: try StopSignal(), journal: journal)
            } catch {
                throw JournalFault(.failed, "journeyd evaluate: a file for the candidates cannot be made: \(error)")
            }
        } catch {
            throw CommandFault(error)
        }
        run.stop.followSignals()
        let (_, fault) = await run.run()
        if let fault { throw CommandFault(fault) }
        var found: [UInt64: [LoggedDecision.Candidate]] = [:]
        file.rewind()
        try forEachLine(of: file, name: "the candidates") { line throws(CommandFault) in
            guard let document = try? JSONDocument(line), let decision = LoggedDecision(document) else { return }
            found[decision.momentID] = decision.candidates
        }
        return found
    }
}

extension Evaluation.Result {
    /// The estimates for people.
    func text(in speech: Speech) -> String {
        func shown(_ number: Double) -> String {
            number.isFinite ? "\((number * 1e6).rounded() / 1e6)" : "-"
        }
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        var lines = [speech("\(rounds) decisions of \(customers) customers")]
        for measure in measures {
            lines.append("")
            lines.append(padded(measure.name, 18) + speech("mean        95 % interval"))
            for (name, estimate) in measure.estimates {
                lines.append(
                    "  \(padded(name, 16))\(padded(shown(estimate.mean), 12))\(shown(estimate.low))"
                        + speech(" to ") + shown(estimate.high)
                )
            }
        }
        lines.append("")
        lines.append(speech("effective sample size: \(shown(effectiveSize))"))
        let weights = "mean weight: \(shown(meanWeight)), the greatest has \(shown(greatestShare * 100)) % of all"
        lines.append(speech(weights))
        let left = [
            ("of the control group", leftOut.control), ("mandatory or transactional", leftOut.certain),
            ("lines that are faulty", leftOut.faulty), ("responses to no decision here", leftOut.unattributed),
            ("outcomes told twice", leftOut.repeated),
        ].filter { $0.1 > 0 }.map { "\(speech($0.0)): \($0.1)" }
        if !left.isEmpty { lines.append(speech("left out: ") + left.joined(separator: ", ")) }
        return lines.joined(separator: "\n") + "\n"
    }

    var figure: Figure {
        .table([
            ("decisions", .count(rounds)), ("customers", .count(customers)),
            (
                "left_out",
                .table([
                    ("control", .count(leftOut.control)), ("certain", .count(leftOut.certain)),
                    ("faulty", .count(leftOut.faulty)), ("unattributed", .count(leftOut.unattributed)),
                    ("repeated", .count(leftOut.repeated)),
                ])
            ),
            ("effective_sample_size", Figure(effectiveSize)), ("mean_weight", Figure(meanWeight)),
            ("greatest_weight_share", Figure(greatestShare)), ("same_choice_share", Figure(sameShare)),
            (
                "measures",
                .table(measures.map { ($0.name, .table($0.estimates.map { ($0, Self.figure(of: $1)) })) })
            ),
            ("warnings", .list(warnings.map { .text($0) })),
        ])
    }

    private static func figure(of estimate: OffPolicy.Estimate) -> Figure {
        .table([
            ("mean", Figure(estimate.mean)), ("error", Figure(estimate.error)), ("low", Figure(estimate.low)),
            ("high", Figure(estimate.high)),
        ])
    }
}

extension Evaluation.Measure {
    /// The estimates by name, as they are shown.
    fileprivate var estimates: [(String, OffPolicy.Estimate)] {
        [("logged", logged), ("ips", ips), ("snips", snips), ("dr", doublyRobust), ("gain", gain)]
    }
}
