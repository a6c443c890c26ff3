package import Storage

/// Tells all readers to stop, also those that block while they wait for input: they wait for this as well.
///
/// Once requested it stays so. It is safe to request from any thread, as often as one likes.
package final class StopSignal: Sendable {
    private let reading: Descriptor
    private let writing: Descriptor

    package init() throws(SystemError) {
        (reading, writing) = try Descriptor.pipe()
    }

    /// Can be read from once a stop is requested; nobody takes anything out.
    package var descriptor: Descriptor { reading }

    package var isRequested: Bool { reading.isReadable }

    /// Has SIGTERM and SIGINT request it; the second of them ends the program at once.
    package func followSignals() { System.announceEnd(to: writing) }

    /// Asks all readers to stop.
    package func request() {
        if !isRequested { writing.writeMessage("x") }
    }
}
