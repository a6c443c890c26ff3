import Glibc

/// How a process is started: the program, its words, and what its standard streams are.
struct ChildStart {
    /// What a standard stream of the child is.
    enum Stream {
        /// A descriptor of this process.
        case descriptor(Int32)
        /// `/dev/null`: it reads nothing, or writes for nobody.
        case nothing
    }

    let program: String
    /// The words of its command line, its own name first.
    let words: [String]
    /// Its standard input and output. Its standard error is this process's.
    let (input, output): (Stream, Stream)
    /// Whether the signals that this process ignores or holds act on the child as they do by default.
    let hasDefaultSignals: Bool

    /// Starts the process, in a group of its own: a terminal's Ctrl-C is meant for this one.
    func run() throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in [(Int32(0), input), (1, output)] {
            switch stream {
            case .descriptor(let source): unsafe posix_spawn_file_actions_adddup2(&actions, source, number)
            case .nothing:
                let flags = number == 0 ? O_RDONLY : O_WRONLY
                unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", flags, 0)
            }
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var flags = POSIX_SPAWN_SETPGROUP
        if hasDefaultSignals {
            var signals = sigset_t()
            unsafe sigemptyset(&signals)
            unsafe posix_spawnattr_setsigmask(&attributes, &signals)
            for number in [SIGPIPE, SIGXFSZ, SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&signals, number) }
            unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
            flags |= POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        }
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let fault = unsafe posix_spawn(&process, program, &actions, &attributes, &arguments, environ)
        if fault != 0 { throw SystemError(code: fault) }
        return process
    }
}
