import Glibc
import Synchronization

/// What a daemon is told by signals. From the beginning of the program on they are kept until somebody follows them.
extension System {
    /// How long a start that was told to end may go on without coming to where it follows that, in seconds.
    static let startPatience: UInt32 = 5

    /// Keeps what SIGTERM, SIGINT and SIGHUP say from now on until `announceEnd` and `announceHangup`, instead of ending the
    /// program. Where that does not come in time after a SIGTERM or SIGINT, or there is a second one, the program is ended.
    package static func holdSignals() {
        _ = EndSignal.descriptor.load(ordering: .relaxed)
        _ = signal(SIGALRM) { _ in
            if EndSignal.descriptor.load(ordering: .sequentiallyConsistent) < 0 { _exit(128 + SIGTERM) }
        }
        followEnds()
        _ = signal(SIGHUP) { _ in HangupSignal.arrive() }
    }

    /// Whether the program has been told to end.
    package static var isToldToEnd: Bool { EndSignal.count.load(ordering: .relaxed) > 0 }

    /// From now on, when the program is told to end (SIGTERM or SIGINT), a byte is written to `descriptor`, which must
    /// stay open; at the second time the program exits at once. Where it was told before, a byte is written now.
    package static func announceEnd(to descriptor: Descriptor) {
        let isFirst = EndSignal.descriptor.exchange(descriptor.number, ordering: .sequentiallyConsistent) < 0
        if isFirst, isToldToEnd {
            alarm(0)
            descriptor.writeByte()
        } else {
            EndSignal.count.store(0, ordering: .relaxed)
        }
        followEnds()
    }

    private static func followEnds() {
        // Set even where a shell lets its background jobs ignore SIGINT: whoever sends it means it.
        for number in [SIGTERM, SIGINT] {
            _ = signal(number) { number in EndSignal.arrive(number) }
        }
    }

    /// From now on, when the program is told to look at its files anew (SIGHUP), a byte is written
    /// to `descriptor`, which must stay open. Where it was told before, a byte is written now.
    package static func announceHangup(to descriptor: Descriptor) {
        HangupSignal.descriptor.store(descriptor.number, ordering: .sequentiallyConsistent)
        if HangupSignal.isKept.exchange(false, ordering: .sequentiallyConsistent) { descriptor.writeByte() }
        _ = signal(SIGHUP) { _ in HangupSignal.arrive() }
    }

    /// Tells another process to look at its files anew.
    package static func hangUp(process number: Int32) throws(SystemError) {
        if kill(number, SIGHUP) != 0 { throw SystemError(code: errno) }
    }

    /// Blocks this thread for as long as the program lasts.
    package static func waitForEver() -> Never {
        while true { pause() }
    }
}

private enum HangupSignal {
    static let descriptor = Atomic<Int32>(-1)
    /// Whether one came that nobody has been told of.
    static let isKept = Atomic<Bool>(false)

    static func arrive() {
        let before = errno
        let number = descriptor.load(ordering: .sequentiallyConsistent)
        if number < 0 { isKept.store(true, ordering: .sequentiallyConsistent) }
        // Somebody may have begun to follow between the two.
        let again = descriptor.load(ordering: .sequentiallyConsistent)
        if again >= 0, number >= 0 || isKept.exchange(false, ordering: .sequentiallyConsistent) {
            var byte: UInt8 = 0
            _ = unsafe write(again, &byte, 1)
        }
        errno = before
    }
}

/// What a signal's handler may touch: numbers that are in place before it is set, and calls that are safe in it.
private enum EndSignal {
    static let descriptor = Atomic<Int32>(-1)
    static let count = Atomic<Int>(0)

    static func arrive(_ number: Int32) {
        let before = errno
        if count.add(1, ordering: .sequentiallyConsistent).oldValue > 0 { _exit(128 + number) }
        let place = descriptor.load(ordering: .sequentiallyConsistent)
        if place >= 0 {
            var byte: UInt8 = 0
            _ = unsafe write(place, &byte, 1)
        } else {
            alarm(System.startPatience)
        }
        errno = before
    }
}
