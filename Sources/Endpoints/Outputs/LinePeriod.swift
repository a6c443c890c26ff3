package import Events
import Storage

/// A stretch of time by which lines are picked: those that became true from `from` on and before `until`.
package struct LinePeriod: Sendable {
    private let from: Instant
    private let until: Instant

    package init(from: Instant, until: Instant) {
        self.from = from
        self.until = until
    }

    /// Whether a line's time lies in it; false of a line that has none.
    func contains(_ line: View<UInt8>) -> Bool {
        guard let text = LineFields(line).text("time"),
            let time = View.of(Array(text.utf8), { Instant(rfc3339: $0) })
        else { return false }
        return time >= from && time < until
    }
}
