/// How far a hand goes round a table because time has passed, whatever happened meanwhile.
///
/// In ten minutes of event time it comes round, so that what is over is let go of though nothing new comes; and it passes
/// no more places at once than cost a few microseconds.
package struct HandPace: Sendable {
    private static let round: Int64 = 600_000_000
    /// Up to when the hand has gone.
    package private(set) var since: Instant

    /// A hand that has gone up to a time; the distant past where it is yet to begin.
    package init(since: Instant = .distantPast) { self.since = since }

    /// How many places to pass now, of so many that the table has.
    /// - Parameter most: more are left for later, so that a stream whose time flies does not pay for it at each event.
    package mutating func places(of count: Int, at now: Instant, most: Int) -> Int {
        if since == .distantPast || now == .distantFuture {
            since = now
            return 0
        }
        let passed = min(now.microseconds - since.microseconds, HandPace.round)
        let places = Int(Double(passed) / Double(HandPace.round) * Double(count))
        if places <= 0 { return 0 }
        since = now
        return min(places, most)
    }
}
