import Storage

/// Wakes a thread that waits for any of several things: for lines, for room, for the end.
final class Doorbell: Sendable {
    private let reading: Descriptor
    private let writing: Descriptor

    init() throws(SystemError) { (reading, writing) = try Descriptor.pipe(blocks: false) }

    /// Wakes who waits, or the next to wait. Never waits itself: where it has been rung too often to be rung once more,
    /// that is enough.
    func ring() { writing.writeByte() }

    /// Can be read from while it has been rung, for those who wait for other things, too.
    var descriptor: Descriptor { reading }

    /// Takes all that was rung so far.
    func silence() { reading.discardReadable() }

    /// Blocks until it is rung or the time is over, and takes all that was rung so far.
    func wait(milliseconds: Int32) {
        guard reading.waitToRead(or: reading, milliseconds: milliseconds) != .timeout else { return }
        reading.discardReadable()
    }
}
