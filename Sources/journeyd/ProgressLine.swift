import Endpoints
import Glibc
import Languages
import Pipeline
import Storage

/// One line on a terminal that says how far a run over files has come; it is written over itself, and gone at the end.
///
/// It is there for people who wait: only where standard error is a terminal and lines do not go to one, where all inputs
/// are files, and without `--quiet`. In a pipe, and where the run stays, nothing is written.
struct ProgressLine: Sendable {
    /// How often it is written, in milliseconds.
    private static let pause = 200

    private let files: [Descriptor]
    private let size: UInt64

    /// Nil where nobody would see it.
    init?(_ run: Run, isQuiet: Bool) {
        let isSeen = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0 && System.variable("TERM") != "dumb"
        guard !isQuiet, isSeen else { return nil }
        let files = run.inputs.filter { !$0.isLive }.compactMap(\.descriptor).filter { $0.kind == .file }
        guard files.count == run.inputs.count, !files.isEmpty else { return nil }
        self.files = files
        size = files.reduce(0) { $0 + $1.size }
    }

    /// Writes the line until the task is cancelled, and takes it away then.
    func show(_ condition: RunCondition) async {
        let start = System.monotonicClock
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(Self.pause))
            if Task.isCancelled { break }
            let read = files.reduce(UInt64(0)) { $0 + UInt64(clamping: lseek($1.number, 0, SEEK_CUR)) }
            let text = Self.text(
                read: read, of: size, events: condition.pulse?.events ?? 0,
                seconds: Double(System.monotonicClock - start) / 1e9, in: CommandLineProgram.speech)
            Descriptor.standardError.writeMessage("\r\(text)\u{1B}[K")
        }
        Descriptor.standardError.writeMessage("\r\u{1B}[K")
    }

    /// `42 % · 310,000 events/s · 12 s left`.
    static func text(
        read: UInt64, of size: UInt64, events: UInt64, seconds: Double, in speech: Speech = Speech(.english)
    ) -> String {
        let share = size == 0 ? 1 : min(1, Double(read) / Double(size))
        var parts = ["\(Int(share * 100)) %"]
        if seconds > 0 { parts.append("\(grouped(UInt64(Double(events) / seconds))) events/s") }
        if share > 0.01, share < 1 {
            let left = Int((seconds * (1 - share) / share).rounded(.up))
            parts.append(left < 120 ? "\(left) s left" : "\((left + 59) / 60) min left")
        }
        return parts.map { speech($0) }.joined(separator: " · ")
    }

    private static func grouped(_ number: UInt64) -> String {
        let digits = Array(String(number))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }
}
