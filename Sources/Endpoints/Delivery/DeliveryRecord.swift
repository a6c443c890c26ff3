import Storage
import Synchronization
import Telemetry

/// What becomes of an output's lines, counted and told: each occurrence here has its counter and its log line.
///
/// Addresses of webhooks may be secrets, so messages name an output by its place in the configuration and by what of its
/// address is none.
final class DeliveryRecord: Sendable {
    private let output: String
    private let address: String
    private let log: Log
    let delivered: Counter
    let retried: Counter
    let dead: Counter
    let dropped: Counter
    /// Lines that nobody will ever get: dropped for want of room, or refused where nothing keeps what is refused.
    private let lost = Atomic<Int>(0)
    private let waitingLines: Gauge
    private let waitingBytes: Gauge
    private let lag: Gauge

    init(_ plan: OutputPlan, log: Log, metrics: Metrics) {
        output = plan.path
        address = plan.target.shown
        self.log = log
        delivered = metrics.counter(
            "journeyd_output_delivered_total", "Lines that were taken.", ["output": output, "to": address])
        retried = metrics.counter(
            "journeyd_output_retries_total", "Attempts that failed and were made again.",
            ["output": output, "to": address])
        dead = metrics.counter(
            "journeyd_output_dead_total", "Lines refused for good.", ["output": output, "to": address])
        dropped = metrics.counter(
            "journeyd_output_dropped_total", "Lines dropped for want of room, or at the end of a run.",
            ["output": output, "to": address])
        waitingLines = metrics.gauge(
            "journeyd_output_waiting_lines", "Lines that wait to be taken.", ["output": output, "to": address])
        waitingBytes = metrics.gauge(
            "journeyd_output_waiting_bytes", "Bytes of lines that wait to be taken, in memory or in the spool.",
            ["output": output, "to": address])
        lag = metrics.gauge(
            "journeyd_output_stalled_seconds", "For how long lines have waited without one being taken.",
            ["output": output, "to": address])
    }

    func note(_ level: Backlog.Level, lagging microseconds: Int64) {
        waitingLines.set(Double(level.lineCount))
        waitingBytes.set(Double(level.byteCount))
        lag.set(Double(microseconds) / 1e6)
    }

    /// An attempt failed and is made again after so many microseconds.
    func failed(_ fault: DeliveryFault, pause: Int64) {
        retried.add()
        log.tell(
            .warn, "an output does not take lines; it is tried again",
            [
                "output": "\(output)", "to": "\(address)", "reason": .text(fault.reason),
                "pause_ms": LogValue(pause / 1000),
            ],
            per: "delivery failed, \(output)")
    }

    /// It works again.
    func recovered(after failures: Int) {
        log.tell(
            .info, "an output takes lines again",
            ["output": "\(output)", "to": "\(address)", "failures": LogValue(failures)],
            per: "delivery recovered, \(output)")
    }

    /// A line was refused for good.
    func refused(_ reason: String, isKept: Bool) {
        dead.add()
        if !isKept { lost.add(1, ordering: .relaxed) }
        log.tell(
            .error, isKept ? "a line was refused and is in the dead letters" : "a line was refused and is lost",
            ["output": "\(output)", "to": "\(address)", "reason": .text(reason)], per: "line refused, \(output)")
    }

    /// The dead letters cannot be written.
    func cannotKeep(_ path: String, _ error: SystemError) {
        log.tell(
            .error, "the dead letters cannot be written",
            ["output": "\(output)", "file": .text(path), "reason": .text("\(error)")], per: "dead letters, \(output)")
    }

    /// How many lines nobody will ever get.
    var lostCount: Int { lost.load(ordering: .relaxed) }

    /// Lines were dropped.
    func dropped(_ count: Int, _ reason: String) {
        guard count > 0 else { return }
        dropped.add(UInt64(count))
        lost.add(count, ordering: .relaxed)
        log.tell(
            .error, "lines were dropped",
            ["output": "\(output)", "to": "\(address)", "lines": LogValue(count), "reason": .text(reason)],
            per: "lines dropped, \(output)")
    }

    /// The run ends with lines in the spool.
    func left(_ count: Int, spool: String) {
        log.warn(
            "lines stay in the spool for the next run",
            ["output": "\(output)", "to": "\(address)", "lines": LogValue(count), "spool": .text(spool)])
    }

    /// The spool has lines of the run before.
    func found(_ count: Int, spool: String) {
        log.info(
            "lines of an earlier run are in the spool",
            ["output": "\(output)", "to": "\(address)", "lines": LogValue(count), "spool": .text(spool)])
    }
}

extension OutputPlan.Target {
    /// The address without what may be a secret in it.
    package var shown: String {
        switch self {
        case .standard: "stdout"
        case .file(let path): "file:" + path
        case .tcp(let host, let port): host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)"
        case .unix(let path): "unix://" + path
        case .kafka(let address): address.shown
        case .web(.plain(let url)): WebAddress.shown(url)
        case .web(.file(let path)): "the URL in \(path)"
        case .web(.environment(let name)): "the URL in $\(name)"
        // The arguments of a command may be passwords.
        case .exec(let command): "exec:" + (command.split(separator: " ").first.map(String.init) ?? "")
        }
    }
}
