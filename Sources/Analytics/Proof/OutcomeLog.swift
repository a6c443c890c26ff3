/// The events that actions are to bring about, as far as they may still count: near a customer's first decision for some
/// action, or so late that one may still come.
///
/// Cost: 24 bytes each, at most twice as many as count, or 65,536; now and then a sort of what is kept.
package struct OutcomeLog: Sendable {
    private static let least = 65_536

    package private(set) var all: [OutcomeEvent] = []
    private let within: Int64
    private var most: Int

    /// - Parameters:
    ///   - within: how far from a decision events count, in microseconds.
    ///   - least: from how many events on what does not count is let go of.
    package init(within: Int64, least: Int = Self.least) { (self.within, most) = (within, least) }

    /// Whether it is time to let go of what does not count.
    package var isFull: Bool { all.count >= most }

    /// Adds events, in whatever order.
    package mutating func add(_ outcomes: [OutcomeEvent]) { all += outcomes }

    /// Lets go of what counts for none of the entries, and cannot count for one at `now` or later.
    package mutating func forget(_ entries: [ActionEntry], now: Int64) {
        let entries = entries.sorted { ($0.customer, $0.time) < ($1.customer, $1.time) }
        let within = within
        all.removeAll { outcome in
            if now - outcome.time < within { return false }
            var (low, high) = (0, entries.count)
            while low < high {
                let middle = (low + high) / 2
                if (entries[middle].customer, entries[middle].time) <= (outcome.customer, outcome.time - within) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low == entries.count || entries[low].customer != outcome.customer
                || entries[low].time - outcome.time >= within
        }
        most = max(most, 2 * all.count)
    }
}
