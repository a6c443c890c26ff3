package import Storage

/// Waits for the signal by which a daemon is told to look at its files anew (SIGHUP).
package struct Hangups: Sendable {
    private let reading: Descriptor
    private let writing: Descriptor

    package init() throws(SystemError) { (reading, writing) = try Descriptor.pipe() }

    /// Has `notice` called, on a thread of its own, after each signal from now on, until a stop is
    /// requested. Several signals that come close to each other may be one.
    package func follow(until stop: StopSignal, _ notice: @escaping @Sendable () -> Void) {
        System.announceHangup(to: writing)
        BlockingThread.start { [reading, writing] in
            let block = ByteBlock(capacity: 64)
            while reading.waitToRead(or: stop.descriptor) == .ready {
                block.truncate(to: 0)
                if block.read(from: reading.number) <= 0 { return }
                notice()
            }
            withExtendedLifetime(writing) {}
        }
    }
}
