import Glibc

/// A command that runs beside the program and reads lines from its standard input. What it prints comes out at the
/// program's standard error. It has a process group of its own, so that a terminal's Ctrl-C does not end it before it has
/// read everything.
package final class ChildProcess: Sendable {
    /// How it ended.
    package enum Ending: Sendable, CustomStringConvertible {
        case exited(status: Int32)
        case killed(signal: Int32)

        package var description: String {
            switch self {
            case .exited(let status): "ended with status \(status)"
            case .killed(let signal): "was ended by signal \(signal)"
            }
        }
    }

    private let process: pid_t
    /// The end of its standard input to write to. Writes do not block.
    package let input: Descriptor

    /// Starts `/bin/sh -c COMMAND`.
    package init(command: String) throws(SystemError) {
        let (reading, writing) = try Descriptor.pipe()
        _ = fcntl(writing.number, F_SETFL, O_NONBLOCK)
        // What the program ignores, the command must not: a filter ends by SIGPIPE.
        process = try ChildStart(
            program: "/bin/sh", words: ["/bin/sh", "-c", command], input: .descriptor(reading.number),
            output: .descriptor(2), hasDefaultSignals: true
        ).run()
        input = writing
    }

    /// How it ended; nil while it runs. To be asked until it has ended, and not afterwards.
    package func ending() -> Ending? {
        var status: Int32 = 0
        guard unsafe waitpid(process, &status, WNOHANG) != 0 else { return nil }
        return status & 0x7F == 0 ? .exited(status: status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }

    /// Asks it and all that it started to end, or, where they do not, ends them.
    package func end(atOnce: Bool) { _ = kill(-process, atOnce ? SIGKILL : SIGTERM) }
}
