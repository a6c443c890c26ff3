import Glibc
import Synchronization

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

    /// From now on, when the program is told to end (SIGTERM or SIGINT), a byte is written to `descriptor`, which must
    /// stay open; at the second time the program exits at once.
    package static func announceEnd(to descriptor: Descriptor) {
        EndSignal.descriptor.store(descriptor.number, ordering: .relaxed)
        EndSignal.count.store(0, ordering: .relaxed)
        // Set even where a shell lets its background jobs ignore SIGINT: whoever sends it means it.
        for number in [SIGTERM, SIGINT] {
            _ = signal(number) { number in EndSignal.arrive(number) }
        }
    }
}

/// What a signal's handler may touch: numbers that are in place before it is set, and calls that are safe in it.
private enum EndSignal {
    static let descriptor = Atomic<Int32>(-1)
    static let count = Atomic<Int>(0)

    static func arrive(_ number: Int32) {
        let before = errno
        if count.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
        var byte: UInt8 = 0
        _ = unsafe write(descriptor.load(ordering: .relaxed), &byte, 1)
        errno = before
    }
}
