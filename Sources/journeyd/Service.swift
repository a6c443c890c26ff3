import Endpoints
import Pipeline
import Storage
import Telemetry

/// What stands beside a run for those who operate it: metrics, log lines, and how the run is.
///
/// A run at the end of a pipe speaks to people: plain messages, and log lines from warnings on. One that stays, as a daemon,
/// tells its operators in log lines what happens, from `info` on. It stays where it listens, or is told how to log.
struct Service: Sendable {
    static let flags = [
        Flag("--log-format", "logfmt|json", "how log lines on standard error are written (default: logfmt)"),
        Flag(
            "--log-level", "debug|info|warn|error",
            "log this and what is more serious (default: info for a daemon, else warn)"),
    ]

    let metrics = Metrics()
    let log: Log
    let condition: RunCondition
    /// Whether the run speaks to operators rather than to people.
    let isDaemon: Bool

    /// - Parameter stays: whether the run goes on until it is told to stop.
    init(_ arguments: Arguments, stays: Bool) throws(CommandFault) {
        let format = arguments["--log-format"].flatMap { LogFormat(rawValue: $0) }
        let level = arguments["--log-level"].flatMap { LogLevel(rawValue: $0) }
        isDaemon = stays || format != nil || level != nil
        let log = Log(level: level ?? (isDaemon ? .info : .warn), format: format ?? .logfmt)
        self.log = log
        condition = RunCondition { phase in
            switch phase {
            case .starting: break
            case .recovering: log.info("recovering")
            case .ready: log.info("ready")
            case .stopping: log.info("stopping")
            }
        }
        ProcessFigures.show(in: metrics, version: Program.version)
    }

    /// The run is about to begin.
    func begin(_ run: Run, configuration: String, addresses: [String]) {
        log.info(
            "starting",
            [
                "version": .text(Program.version), "configuration": .text(configuration),
                "inputs": .text(addresses.joined(separator: " ")),
                "outputs": .text(run.outlets.map(\.output.name).joined(separator: " ")),
                "shards": LogValue(run.shardCount), "process": LogValue(System.processNumber),
            ])
    }

    /// The run is over.
    func end(_ totals: Totals, _ fault: EndpointFault?, wasStopped: Bool) {
        log.settleAll()
        // People get a plain message, if there is anything to say.
        guard isDaemon else { return }
        let reason =
            if let fault { "\(fault)" } else if wasStopped { "told to stop" } else { "end of input" }
        log.tell(
            fault == nil || fault?.kind == .readerGone ? .info : .error, "stopped",
            [
                "reason": .text(reason), "lines": LogValue(totals.lines), "events": LogValue(totals.events),
                "rejected": LogValue(totals.rejectedCount), "late": LogValue(totals.late),
                "seconds": .number((totals.seconds * 1000).rounded() / 1000),
            ])
    }
}
