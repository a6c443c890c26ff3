import Configuration
import Endpoints
import Events
import Languages
import Pipeline
import Storage
import Stories
import Synchronization
import Telemetry

extension Command {
    /// `journeyd outputs test`.
    static let outputs = Command(
        name: "outputs", operands: "test CONFIG", operandCount: 2...2,
        summary: "send one sample line to each output",
        explanation: """
            Sends a made-up decision, or a line of another type where an output takes no decisions, to each output of CONFIG and
            says what came of it. The line has "test": true and the customer journeyd-test. Files are appended to; conditions
            (where) and spools are passed over, and nothing is tried twice. Exit status 74 where an output does not take it, 69
            where one cannot be opened.
            """,
        flags: [Flag("--timeout", "TIME", "how long an output may take, such as 2s (default: its own, 5s at most)")]
    ) { arguments throws(CommandFault) in
        guard arguments.operands[0] == "test" else {
            throw CommandFault(
                .usage,
                "journeyd outputs: \"\(arguments.operands[0])\" is not known; write journeyd outputs test CONFIG")
        }
        return try await OutputsCommand(arguments).run()
    }
}

/// A trial of a configuration's outputs.
struct OutputsCommand {
    private let outputs: [OutputPlan]
    private let timeout: Int64?

    init(_ arguments: Arguments) throws(CommandFault) {
        timeout = try arguments["--timeout"].map { text throws(CommandFault) in
            guard let time = try? Measure.duration.parse(text), time > 0 else {
                throw CommandFault(.usage, "--timeout: \"\(text)\" is not a duration; write one such as 2s")
            }
            return time
        }
        let configuration = try LoadedConfiguration(arguments.operands[1])
        guard let plan = configuration.plan else {
            throw CommandFault(.configuration, String(configuration.report.dropLast()))
        }
        outputs = plan.outputs
    }

    func run() async throws(CommandFault) -> ExitStatus {
        var status = ExitStatus.done
        for plan in outputs {
            let start = System.monotonicClock
            let (fault, found) = await send(Self.trial(of: plan, timeout))
            let time = (System.monotonicClock - start) / 1_000_000
            let outcome = fault.map { "failed: \($0)" } ?? (plan.target.isDelivered ? "taken, \(time) ms" : "written")
            _ = try CommandLineProgram.show(
                "\(plan.path) \(plan.target.shown): \(CommandLineProgram.speech(outcome))\n")
            if fault != nil, status != .cannotOpen { status = found }
        }
        return status
    }

    /// The same output, which tries once and keeps nothing.
    private static func trial(of plan: OutputPlan, _ timeout: Int64?) -> OutputPlan {
        var plan = plan
        plan.condition = nil
        plan.takesControl = true
        plan.delivery.spool = nil
        plan.delivery.deadLetters = nil
        plan.delivery.retry.attempts = 1
        plan.delivery.timeout = timeout ?? min(plan.delivery.timeout, 5_000_000)
        plan.delivery.linger = plan.delivery.timeout
        return plan
    }

    /// Sends the sample; what went wrong, where something did, and the exit status for that.
    private func send(_ plan: OutputPlan) async -> (fault: String?, status: ExitStatus) {
        let reasons = Mutex<[String]>([])
        let log = Log(
            level: .debug, format: .json,
            sink: { line in
                guard let reason = Part(json: Array(line.utf8))["reason"]?.text else { return }
                reasons.withLock { $0.append(reason) }
            })
        let lines = Self.sample(for: plan)
        do throws(EndpointFault) {
            let opened = try Outlet.open(
                [plan], standard: .standard, apartFrom: [], log: log, metrics: Metrics())
            for outlet in opened {
                switch outlet.way {
                case .written(let output):
                    var writer = output.writer
                    try writer.write(lines.block)
                    if case .file = plan.target { try writer.close() }
                case .delivered(let delivery):
                    BlockingThread.start { delivery.deliver() }
                    delivery.add(lines) { false }
                    await delivery.finish { false }
                    if delivery.lostCount(goesOn: false) > 0 {
                        return (reasons.withLock { $0.first } ?? "nothing took it in time", .inputOutput)
                    }
                }
            }
            return (nil, .done)
        } catch {
            return ("\(error)", CommandFault(error).status)
        }
    }

    /// One line such as the output gets.
    private static func sample(for plan: OutputPlan) -> OutputLines {
        let type = plan.types.map { types in LineType.allCases.first(where: types.contains) ?? .decision } ?? .decision
        let time = System.timeText(System.wallClock)
        var text =
            "{\"type\":\"\(type.rawValue)\",\"id\":\"test-0\",\"time\":\"\(time)\",\"customer_id\":\"journeyd-test\","
        switch type {
        case .decision:
            text +=
                "\"moment\":\"test\",\"moment_id\":\"m-0\",\"action\":\"test\",\"channel\":\"test\",\"group\":\"treatment\","
        case .moment: text += "\"moment\":\"test\",\"kind\":\"opportunity\","
        default: text += "\"\(type.rawValue)\":\"test\","
        }
        var lines = OutputLines(capacity: 512)
        let bytes = Array((text + "\"test\":true}").utf8)
        View.of(bytes) { lines.append($0, type: type, id: 0) }
        return lines
    }
}
