import Synchronization

/// Fresh memory for the state of all shards, given by the system before anybody needs it.
///
/// The first write to a page waits until the system has found and cleared it: for a large page up to
/// several milliseconds, on some virtual machines, and the events behind it wait too. So where
/// decisions are to come at once, a thread of its own does that ahead of need.
package enum ReadyMemory {
    private struct Followed {
        weak var space: ArenaSpace?
    }

    private static let spaces = Mutex<[Followed]>([])

    static func follow(_ space: ArenaSpace) {
        spaces.withLock { spaces in
            spaces.removeAll { $0.space == nil }
            spaces.append(Followed(space: space))
        }
    }

    /// How long to wait after each 64 KiB, in microseconds. Without that, whoever shares the processor
    /// waits for all of it; with it some 200 MB a second can be had.
    private static let pause: UInt32 = 200

    /// Has memory ready for what is likely to be needed until this is called again, in all spaces.
    /// - Returns: whether any of them has grown since the last call.
    package static func makeMore() -> Bool {
        let spaces = spaces.withLock { $0.compactMap(\.space) }
        var isGrowing = false
        for space in spaces where space.makeReady(pause: pause) { isGrowing = true }
        return isGrowing
    }
}
