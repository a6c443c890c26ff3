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
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, reading.number, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, 2, 1)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // What the program ignores, the command must not: a filter ends by SIGPIPE.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGPIPE, SIGXFSZ, SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&signals, number) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        unsafe posix_spawnattr_setflags(&attributes, flags)
        var words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("/bin/sh"), strdup("-c"), strdup(command), nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let fault = unsafe posix_spawn(&process, "/bin/sh", &actions, &attributes, &words, environ)
        if fault != 0 { throw SystemError(code: fault) }
        self.process = process
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
