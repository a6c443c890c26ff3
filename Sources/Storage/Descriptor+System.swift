import Glibc

/// What the machine says about itself.
package enum System {
    /// The wall clock, in microseconds since 1970-01-01T00:00:00Z.
    package static var wallClock: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }

    /// A clock that nobody sets, in nanoseconds since some time in the past: for measuring how long something takes.
    package static var monotonicClock: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// A time in microseconds since 1970, as RFC 3339 in UTC with milliseconds: for people and log lines, not for events.
    package static func timeText(_ microseconds: Int64) -> String {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let isEarly = rest < 0
        var when = time_t(isEarly ? seconds - 1 : seconds)
        let milliseconds = (isEarly ? rest + 1_000_000 : rest) / 1000
        var parts = unsafe tm()
        unsafe gmtime_r(&when, &parts)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = "\(number)"
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = unsafe [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let time = unsafe [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)].map { padded($0, 2) }
        return "\(padded(date[0], 4))-\(padded(date[1], 2))-\(padded(date[2], 2))T\(time.joined(separator: ":"))"
            + ".\(padded(Int(milliseconds), 3))Z"
    }

    /// A clock that only goes forward, in microseconds since some moment.
    package static var steadyClock: Int64 { monotonicClock / 1000 }

    /// Blocks until the wall clock shows `time`, in microseconds since 1970, or a signal comes.
    package static func sleep(until time: Int64) {
        var moment = timespec(tv_sec: Int(time / 1_000_000), tv_nsec: Int(time % 1_000_000) * 1000)
        _ = unsafe clock_nanosleep(CLOCK_REALTIME, Int32(TIMER_ABSTIME), &moment, nil)
    }

    /// How many processor cores the machine has.
    package static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The number of this process.
    package static var processNumber: Int32 { getpid() }

    /// What the environment says under a name; nil where it says nothing.
    package static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Blocks the thread for a while.
    package static func sleep(milliseconds: Int32) { usleep(UInt32(max(0, milliseconds)) * 1000) }

    /// A write to a pipe that nobody reads, or beyond the most bytes that a file may have, becomes an error of that write,
    /// not the end of the program.
    package static func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// The user that the program acts as, by number.
    package static var user: UInt32 { geteuid() }
}
