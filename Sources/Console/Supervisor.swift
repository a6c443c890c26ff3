import Storage

/// Tells systemd, or whoever else understands its protocol, how the service is: one datagram a message to the socket that
/// `NOTIFY_SOCKET` names. Without that variable nothing is said.
///
/// A message that cannot be delivered is lost, and nothing waits for it: the service matters more than its being watched.
package struct Supervisor: Sendable {
    private let place: DatagramPlace?
    /// How often, in microseconds, the watchdog wants to hear from this process; nil where nobody watches.
    package let watchdogInterval: Int64?

    /// - Parameters:
    ///   - environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` as sd_notify(3) has them.
    ///   - process: this process's number: the watchdog may be meant for another one.
    package init(environment: [String: String], process: Int32) {
        let place = environment["NOTIFY_SOCKET"].flatMap { DatagramPlace($0) }
        self.place = place
        let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        let interval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
        watchdogInterval = place != nil && isMeant ? interval.flatMap { $0 > 0 ? $0 : nil } : nil
    }

    /// Whether there is somebody to tell.
    package var isPresent: Bool { place != nil }

    /// The service takes events.
    package func tellReady(_ status: String) { tell(["READY=1", Supervisor.line(status)]) }

    /// The configuration is being read anew; `tellReady` says that it is done.
    package func tellReloading() {
        // The stamp is what Type=notify-reload asks for.
        tell(["RELOADING=1", "MONOTONIC_USEC=\(System.monotonicClock / 1000)"])
    }

    /// The service is ending.
    package func tellStopping(_ status: String) { tell(["STOPPING=1", Supervisor.line(status)]) }

    /// How it is, in words.
    package func tell(status: String) { tell([Supervisor.line(status)]) }

    /// The service makes progress.
    package func tellAlive() { tell(["WATCHDOG=1"]) }

    private static func line(_ status: String) -> String {
        "STATUS=" + String(status.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
    }

    private func tell(_ lines: [String]) {
        guard let place else { return }
        place.send(Array(lines.joined(separator: "\n").utf8))
    }
}
