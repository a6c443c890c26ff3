package import Languages
import Storage
import Synchronization

/// What the daemon tells its operators: one line each, with a time, a level and fields, on standard error.
///
/// Lines that come over and over belong to a *reason*: of each reason at most `burst` lines are written in `period`
/// microseconds, and what was held back is counted and told ("… 153 more") with the next line of that reason, by `settle`
/// once the period is over, and at the end. So a flood of bad input fills no disk, and nothing goes unmentioned.
///
/// Writing waits for standard error as any program does. At most `reasonsMost` reasons are told apart.
package final class Log: Sendable {
    /// How many lines of one reason are written in one period.
    package static let burst = 5
    /// Microseconds for which the lines of one reason are counted together.
    package static let period: Int64 = 10_000_000
    /// How many reasons are told apart; all others are one.
    package static let reasonsMost = 256

    /// The fields that say in words what went wrong.
    private static let worded: Set<String> = ["error", "reason", "detail", "cause"]

    private struct Reason {
        var begin: Int64
        var written: Int
        var held: UInt64
        var level: LogLevel
        /// Of the lines that are held back.
        var code: String?
    }

    private struct State {
        var reasons: [String: Reason] = [:]
    }

    /// Lines below it are left out.
    package let level: LogLevel
    private let format: LogFormat
    private let speech: Speech
    private let clock: @Sendable () -> Int64
    private let sink: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// A log that writes to standard error.
    /// - Parameters:
    ///   - speech: the language of messages, and of what went wrong; lines for programs are English.
    ///   - clock: microseconds since 1970-01-01T00:00:00Z.
    ///   - sink: takes each line with its end; lines never come side by side.
    package init(
        level: LogLevel = .info, format: LogFormat = .logfmt, speech: Speech = Speech(.english),
        clock: @escaping @Sendable () -> Int64 = { System.wallClock },
        sink: @escaping @Sendable (String) -> Void = { Descriptor.standardError.writeMessage($0) }
    ) {
        self.level = level
        self.format = format
        self.speech = format == .json ? Speech(.english) : speech
        self.clock = clock
        self.sink = sink
    }

    /// A log that says nothing.
    package static let silent = Log(level: .error, sink: { _ in })

    /// Says something at the level `debug`.
    package func debug(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        tell(.debug, message, fields)
    }

    /// Says something at the level `info`.
    package func info(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        tell(.info, message, fields)
    }

    /// Says something at the level `warn`.
    package func warn(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        tell(.warn, message, fields)
    }

    /// Says something at the level `error`.
    package func error(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        tell(.error, message, fields)
    }

    /// Writes a line with fields that are made as it is written.
    package func tell(_ level: LogLevel, _ message: String, fields: [(name: String, value: LogValue)]) {
        guard level >= self.level else { return }
        let now = clock()
        state.withLock { _ in write(now, level, message, fields) }
    }

    /// Writes a line, or counts it, where lines of this reason may come over and over.
    /// - Parameters:
    ///   - fields: only worked out where the line is written.
    ///   - reason: what is limited together: a few fixed words, never a piece of input.
    package func tell(
        _ level: LogLevel, _ message: String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:],
        per reason: String? = nil
    ) {
        guard level >= self.level else { return }
        let now = clock()
        state.withLock { state in
            if let reason, !admit(reason, level, message, now, &state) { return }
            write(now, level, message, fields().map { (name: $0.key, value: $0.value) })
        }
    }

    /// Tells what was held back of the reasons whose period is over. Call it now and then.
    package func settle() {
        let now = clock()
        state.withLock { settle(&$0, now: now) { $0.begin + Log.period <= now } }
    }

    /// Tells all that was held back.
    package func settleAll() {
        let now = clock()
        state.withLock { settle(&$0, now: now) { _ in true } }
    }

    /// Whether a line of this reason may be written now; if not, it is counted.
    private func admit(
        _ name: String, _ level: LogLevel, _ message: String, _ now: Int64, _ state: inout State
    ) -> Bool {
        let name = state.reasons[name] != nil || state.reasons.count < Log.reasonsMost ? name : "other"
        var reason = state.reasons[name] ?? Reason(begin: now, written: 0, held: 0, level: level)
        defer { state.reasons[name] = reason }
        // A clock that was set back begins a period as well: otherwise nothing would be told until it is caught up.
        if reason.begin + Log.period <= now || now < reason.begin {
            tellHeld(name, &reason, now)
            reason = Reason(begin: now, written: 0, held: 0, level: level)
        }
        if reason.written < Log.burst {
            reason.written += 1
            return true
        }
        if reason.held == 0 { reason.code = Log.code(of: message) }
        reason.held += 1
        reason.level = max(reason.level, level)
        return false
    }

    private func settle(_ state: inout State, now: Int64, where isOver: (Reason) -> Bool) {
        for name in state.reasons.keys.sorted() {
            guard var reason = state.reasons[name], isOver(reason) else { continue }
            tellHeld(name, &reason, now)
            state.reasons[name] = nil
        }
    }

    private func tellHeld(_ name: String, _ reason: inout Reason, _ now: Int64) {
        if reason.held == 0 { return }
        write(
            now, reason.level, "… \(reason.held) more",
            [("reason", .text(name)), ("held_back", LogValue(reason.held))], code: reason.code)
        reason.held = 0
    }

    /// The code under which a message is documented.
    private static func code(of message: String) -> String? { Catalogue.spanish.code(of: message) }

    /// - Parameter code: the code where it is not the message's own.
    private func write(
        _ time: Int64, _ level: LogLevel, _ message: String, _ fields: [(name: String, value: LogValue)],
        code: String? = nil
    ) {
        let line = LogLine(
            time: time, level: level, code: code ?? Log.code(of: message), message: speech(message),
            fields: fields.map { field in
                guard Log.worded.contains(field.name), case .text(let text) = field.value else { return field }
                return (field.name, .text(speech(text)))
            })
        sink(line.text(format) { System.timeText($0) })
    }
}
