package import Endpoints
package import Pipeline
package import Storage
import Synchronization
package import Telemetry

/// Looks after a run on a thread of its own, about once a second: judges whether the stages make progress, lets the watchdog
/// know as long as they do, tells of much late input, and has the log tell what it held back.
package final class Overseer: Sendable {
    /// How often it looks, in milliseconds, where no watchdog wants to hear from it more often.
    private static let pause: Int32 = 1000
    /// How long, in nanoseconds, its own last look may be ago for its verdict to count.
    private static let freshness: Int64 = 15_000_000_000
    /// Nanoseconds between two lines about late input, and between two status texts.
    private static let latePeriod: Int64 = 60_000_000_000
    private static let statusPeriod: Int64 = 5_000_000_000

    private struct State {
        var verdict = Vitals.Verdict.moving
        var lookedAt: Int64
        var hasEnded = false
        var hasToldNeverDue = false
    }

    private let condition: RunCondition
    private let supervisor: Supervisor
    private let log: Log
    private let stop: StopSignal
    private let ending: (reading: Descriptor, writing: Descriptor)
    private let state: Mutex<State>

    /// - Parameter stop: what ends the run; the condition comes to `stopping` at once when it is requested.
    package init(
        _ condition: RunCondition, supervisor: Supervisor, log: Log, stop: StopSignal
    ) throws(SystemError) {
        self.condition = condition
        self.supervisor = supervisor
        self.log = log
        self.stop = stop
        ending = try Descriptor.pipe()
        state = Mutex(State(lookedAt: System.monotonicClock))
    }

    /// Begins to look.
    package func start() { BlockingThread.start { self.watch() } }

    /// Looks no longer.
    package func end() {
        let isFirst = state.withLock { state in
            defer { state.hasEnded = true }
            return !state.hasEnded
        }
        if isFirst { ending.writing.writeMessage("x") }
    }

    /// Whether the stages make progress, as far as is known.
    package var health: AdminPages.Finding {
        let (verdict, lookedAt) = state.withLock { ($0.verdict, $0.lookedAt) }
        let age = System.monotonicClock - lookedAt
        if age > Overseer.freshness { return .bad("nobody has looked at the stages for \(age / 1_000_000_000) s") }
        switch verdict {
        case .moving: return .good("ok")
        case .waitingForOutput(let time): return .good("ok, but an output has taken nothing for \(Overseer.text(time))")
        case .stalled(let stage, let time): return .bad("stalled: \(stage), for \(Overseer.text(time))")
        }
    }

    /// Whether the run takes events.
    package var readiness: AdminPages.Finding {
        switch condition.phase {
        case .starting: .bad("starting")
        case .recovering: .bad("recovering")
        case .ready: .good("ready")
        case .stopping: .bad("stopping")
        }
    }

    private func watch() {
        var vitals = Vitals()
        var lateness = Lateness()
        var toldStatus: Int64 = 0
        var isStopping = false
        let wanted = supervisor.watchdogInterval.map { Int32(clamping: max(1, $0 / 3000)) } ?? Overseer.pause
        let pause = min(wanted, Overseer.pause)
        while true {
            if isStopping {
                if ending.reading.waitToRead(or: ending.reading, milliseconds: pause) != .timeout { return }
            } else if stop.descriptor.waitToRead(or: ending.reading, milliseconds: pause) == .ready {
                isStopping = true
                condition.enter(.stopping)
            } else if ending.reading.isReadable {
                return
            }
            let now = System.monotonicClock
            let pulse = condition.pulse
            let verdict = pulse.map { vitals.look($0, at: now) } ?? .moving
            note(verdict, at: now)
            if case .stalled = verdict {} else { supervisor.tellAlive() }
            if let pulse {
                if pulse.neverDue > 0 { tellNeverDue(pulse.neverDue) }
                if let line = lateness.look(pulse, at: now) { log.tell(.warn, line.message, line.fields) }
                if now - toldStatus >= Overseer.statusPeriod, condition.phase == .ready {
                    toldStatus = now
                    supervisor.tell(status: "\(pulse.events) events, \(pulse.rejected) lines rejected")
                }
            }
            log.settle()
        }
    }

    /// Says once that deadlines were set that are never due, and how many there are by now.
    package func tellNeverDue(_ count: Int) {
        let isNews = state.withLock { state in
            defer { state.hasToldNeverDue = true }
            return !state.hasToldNeverDue
        }
        if isNews {
            log.warn("deadlines lie beyond the year 9999, so they are never due", ["deadlines": LogValue(count)])
        }
    }

    private func note(_ verdict: Vitals.Verdict, at now: Int64) {
        let before = state.withLock { state in
            defer {
                state.verdict = verdict
                state.lookedAt = now
            }
            return state.verdict
        }
        switch (before, verdict) {
        case (.stalled, .stalled), (.moving, .moving), (.waitingForOutput, .waitingForOutput): break
        case (_, .stalled(let stage, let time)):
            log.error("no progress", ["stage": .text(stage), "seconds": LogValue(time / 1_000_000_000)])
        case (_, .waitingForOutput(let time)):
            log.warn("an output takes nothing", ["seconds": LogValue(time / 1_000_000_000)])
        case (_, .moving): log.info("the stages make progress again")
        }
    }

    private static func text(_ nanoseconds: Int64) -> String { "\(nanoseconds / 1_000_000_000) s" }

    /// Notices that more than one in a hundred of the latest events was late, and says so now and then.
    struct Lateness {
        private var since: Int64?
        private var events: UInt64 = 0
        private var late: UInt64 = 0

        init() {}

        /// What is to be said, if anything.
        mutating func look(
            _ pulse: Pulse, at now: Int64
        ) -> (message: String, fields: KeyValuePairs<String, LogValue>)? {
            guard let since, now - since < Overseer.latePeriod else {
                defer { (since, events, late) = (now, pulse.events, pulse.late) }
                // Counts that became less say nothing.
                guard since != nil, pulse.events >= events, pulse.late >= late else { return nil }
                let (more, moreLate) = (pulse.events - events, pulse.late - late)
                guard moreLate * 100 > more else { return nil }
                return (
                    "much late input; sort it by time, or set time.disorder",
                    ["late": LogValue(moreLate), "events": LogValue(more)]
                )
            }
            return nil
        }
    }
}
