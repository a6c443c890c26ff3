import Glibc

/// What the machine says about itself.
package enum System {
    /// The wall clock, in microseconds since 1970-01-01T00:00:00Z.
    package static var wallClock: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }

    /// How many processor cores the machine has.
    package static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// A write to a pipe that nobody reads becomes an error of that write, not the end of the program.
    package static func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Calls `first` on a thread of its own when the program is first told to end (SIGTERM or SIGINT); at the second time
    /// the program exits at once. To be called before other threads are started, since they inherit what is blocked.
    package static func watchForEnd(_ first: @escaping @Sendable () -> Void) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGTERM, SIGINT] {
            // A shell lets its background jobs ignore SIGINT; asking for it explicitly undoes that.
            _ = signal(number) { _ in }
            unsafe sigaddset(&set, number)
        }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        BlockingThread.start {
            var set = sigset_t()
            unsafe sigemptyset(&set)
            for number in [SIGTERM, SIGINT] { unsafe sigaddset(&set, number) }
            var isSecond = false
            while true {
                var number: Int32 = 0
                guard unsafe sigwait(&set, &number) == 0 else { continue }
                if isSecond { _exit(128 + number) }
                isSecond = true
                first()
            }
        }
    }
}
