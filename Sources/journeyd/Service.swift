import Console
import Endpoints
import Languages
import Pipeline
import Storage
import Stories
import Telemetry

/// What stands beside a run for those who operate it: metrics, log lines, an admin port, a service manager's watch.
///
/// A run at the end of a pipe speaks to people: plain messages, and log lines from warnings on. One that stays, as a daemon,
/// tells its operators in log lines what happens, from `info` on. It stays where it listens or follows a file, has an
/// admin port, is watched by a service manager, or is told how to log.
struct Service: Sendable {
    static let flags = [
        Flag("--admin", "HOST:PORT", "serve /metrics, /healthz and /readyz there over HTTP (default: off)"),
        Flag(
            "--admin-token", "FILE",
            "show the latest decisions on the admin port to those who have the token in this file"),
        Flag("--otlp", "URL", "send metrics to this collector as OTLP/HTTP in JSON (http:// alone; default: off)"),
        Flag("--log-format", "logfmt|json", "how log lines on standard error are written (default: logfmt)"),
        Flag(
            "--log-level", "debug|info|warn|error",
            "log this and what is more serious (default: info for a daemon, else warn)"),
    ]

    let metrics = Metrics()
    let log: Log
    let condition: RunCondition
    let supervisor: Supervisor
    /// Whether the run speaks to operators rather than to people.
    let isDaemon: Bool
    private let admin: [NetworkAddress]?
    /// The host as it was written.
    private let adminHost: String
    private let adminToken: AccessToken?
    private let allowsRemote: Bool
    private let collector: MetricsSender.Address?

    /// - Parameter stays: whether the run goes on until it is told to stop.
    init(_ arguments: Arguments, stays: Bool) throws(CommandFault) {
        let format = arguments["--log-format"].flatMap { LogFormat(rawValue: $0) }
        let level = arguments["--log-level"].flatMap { LogLevel(rawValue: $0) }
        let names = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]
        let environment = names.reduce(into: [String: String]()) { $0[$1] = System.variable($1) }
        let supervisor = Supervisor(environment: environment, process: System.processNumber)
        isDaemon = stays || format != nil || level != nil || arguments.has("--admin") || supervisor.isPresent
        let log = Log(
            level: level ?? (isDaemon ? .info : .warn), format: format ?? .logfmt, speech: CommandLineProgram.speech)
        self.log = log
        self.supervisor = supervisor
        allowsRemote = arguments.has("--allow-remote")
        admin = try arguments["--admin"].map { text throws(CommandFault) in
            do throws(SocketAddress.Fault) {
                return try SocketAddress(hostAndPort: text).resolved()
            } catch {
                throw CommandFault(.usage, "journeyd run: --admin: \(text) \(error)")
            }
        }
        collector = try arguments["--otlp"].map { text throws(CommandFault) in
            guard let address = MetricsSender.Address(text) else {
                throw CommandFault(
                    .usage, "journeyd run: --otlp: \"\(text)\" is no http:// URL; write http://HOST:4318/v1/metrics")
            }
            return address
        }
        adminHost = arguments["--admin"].flatMap { text in text.lastIndex(of: ":").map { String(text[..<$0]) } } ?? ""
        if arguments["--admin-token"] != nil, admin == nil {
            throw CommandFault(.usage, "journeyd run: --admin-token is for the admin port; give --admin HOST:PORT, too")
        }
        adminToken = try arguments["--admin-token"].map { path throws(CommandFault) in
            do throws(EndpointFault) { return try AccessToken(path: path) } catch { throw CommandFault(error) }
        }
        condition = RunCondition { phase in
            switch phase {
            case .starting: break
            case .recovering: log.info("recovering")
            case .ready:
                log.info("ready")
                supervisor.tellReady("taking events")
            case .stopping:
                log.info("stopping")
                supervisor.tellStopping("writing what was read")
            }
        }
        ProcessFigures.show(in: metrics, version: CommandLineProgram.version)
    }

    /// Opens the admin port, if there is to be one: before any output is touched, so that a wrong address costs nothing.
    func openAdmin(_ arguments: Arguments) throws(CommandFault) -> AdminServer? {
        guard let admin, let text = arguments["--admin"] else { return nil }
        do throws(AdminServer.Fault) {
            return try AdminServer(at: admin, allowsRemote: allowsRemote)
        } catch {
            throw CommandFault(error.isUsage ? .usage : .cannotOpen, "journeyd run: --admin: \(text): \(error)")
        }
    }

    /// The run is about to begin: has it looked after, and what it does served.
    func begin(
        _ run: Run, configuration: String, addresses: [String], server: AdminServer?
    ) throws(CommandFault) -> Attendance {
        tellStart(
            configuration, addresses, outputs: run.outlets.map(\.name), [("shards", LogValue(run.shardCount))])
        return try attend(stop: run.stop, server, journeys: journeyPages(of: run))
    }

    /// Says what begins.
    func tellStart(
        _ configuration: String, _ addresses: [String], outputs: [String], _ further: [(name: String, value: LogValue)]
    ) {
        log.tell(
            .info, "starting",
            fields: [
                ("version", .text(CommandLineProgram.version)), ("configuration", .text(configuration)),
                ("inputs", .text(addresses.joined(separator: " "))), ("outputs", .text(outputs.joined(separator: " "))),
            ] + further + [("process", LogValue(System.processNumber))])
    }

    /// Has what goes on until `stop` looked after, and what it does served.
    /// - Parameter isReady: what must hold besides for it to be ready.
    func attend(
        stop: StopSignal, _ server: AdminServer?, journeys: JourneyPages? = nil,
        isReady: @escaping @Sendable () -> Bool = { true }
    ) throws(CommandFault) -> Attendance {
        let sender = try sending()
        guard isDaemon else { return Attendance(overseer: nil, server: nil, sender: sender) }
        let overseer: Overseer
        do throws(SystemError) {
            overseer = try Overseer(condition, supervisor: supervisor, log: log, stop: stop)
        } catch {
            throw CommandFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
        }
        if let server {
            server.start(
                AdminPages(
                    version: CommandLineProgram.version, metrics: metrics, journeys: journeys,
                    speech: CommandLineProgram.speech
                ) {
                    overseer.health
                } readiness: {
                    let finding = overseer.readiness
                    if case .good = finding, !isReady() { return .bad("recovering") }
                    return finding
                })
            log.info("admin", ["address": .text(server.address)])
        }
        overseer.start()
        return Attendance(overseer: overseer, server: server, sender: sender)
    }

    /// Has metrics sent, if they are to be.
    private func sending() throws(CommandFault) -> MetricsSender? {
        guard let collector else { return nil }
        do throws(SystemError) {
            let sender = try MetricsSender(to: collector, metrics, version: CommandLineProgram.version, log: log)
            sender.begin()
            return sender
        } catch {
            throw CommandFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
        }
    }

    /// Where the latest decisions of a run are kept; nil where nobody may see them.
    var recentDecisions: RecentDecisions? { adminToken == nil ? nil : RecentDecisions() }

    /// The page of a run's journeys; nil where none are reported.
    private func journeyPages(of run: Run) -> JourneyPages? {
        if run.plan.report == nil { return nil }
        let condition = condition
        let figures = LiveReport(run.controls) {
            let pulse = condition.pulse
            return [("rejected", Int(clamping: pulse?.rejected ?? 0)), ("late", Int(clamping: pulse?.late ?? 0))]
        }
        let customers = CustomerLooks(run.controls) { StoryLines.text($0.state, at: $0.time) }
        return JourneyPages(
            figures, host: adminHost, token: adminToken, decisions: run.recent, customers: customers)
    }

    /// What looks wrong about a run, before its end is told.
    func tell(_ findings: [String]) {
        for finding in findings {
            if isDaemon { log.warn(finding) } else { CommandLineProgram.report(finding) }
        }
    }

    /// The run is over.
    func end(_ totals: Totals, _ fault: EndpointFault?, wasStopped: Bool, _ attendance: Attendance) {
        attendance.sender?.end()
        attendance.server?.stop()
        attendance.overseer?.end()
        if totals.neverDue > 0 { attendance.overseer?.tellNeverDue(Int(clamping: totals.neverDue)) }
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

/// What looks after one run.
struct Attendance: Sendable {
    let overseer: Overseer?
    let server: AdminServer?
    let sender: MetricsSender?
}
