/// How far a hand goes round a table because time has passed, whatever happened meanwhile.
///
/// In ten minutes of event time it comes round, so that what is over goes though nothing new comes. It passes no more
/// places at once than `most`, and beside many events no more than one for four of them: where event time flies, as in
/// files, it comes round later.
package struct HandPace: Sendable {
    private static let round: Int64 = 600_000_000
    /// The places passed at once at most, beside a single event.
    private static let most = 2048
    /// Up to when the hand has gone.
    package private(set) var since: Instant

    /// A hand that has gone up to a time; the distant past where it is yet to begin.
    package init(since: Instant = .distantPast) { self.since = since }

    /// How many places to pass now, of so many that the table has.
    /// - Parameter events: how many events came since it was last asked.
    package mutating func places(of count: Int, at now: Instant, events: Int = 1) -> Int {
        if since == .distantPast || now == .distantFuture {
            since = now
            return 0
        }
        let passed = min(now.microseconds - since.microseconds, HandPace.round)
        let places = Int(Double(passed) / Double(HandPace.round) * Double(count))
        if places <= 0 { return 0 }
        since = now
        return min(places, max(events / 4, HandPace.most / max(1, events)))
    }
}
