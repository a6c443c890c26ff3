import Events

/// How long each outcome of a decision may take, in microseconds.
package struct ResponseTerms: Sendable, Equatable {
    /// By the raw value of the outcome, from the decision on; -1 where the outcome is not asked for.
    private var within = [Int64](repeating: -1, count: Outcome.allCases.count)
    /// After how long without click, accept or reject a decision is ignored; 0 for never.
    package var ignoredAfter: Int64 = 0
    /// Whether that time runs from the impression, and not from the decision.
    package var runsFromImpression = false

    package init() {}

    /// The time that an outcome may take; -1 where it is not asked for.
    package subscript(outcome: Outcome) -> Int64 {
        get { within[Int(outcome.rawValue)] }
        set { within[Int(outcome.rawValue)] = newValue }
    }

    /// The first instant at which nothing more can come of a decision that was made then, but that it is ignored after an
    /// impression.
    func end(ofDecisionAt time: Instant) -> Instant {
        var longest = within.max() ?? -1
        if ignoredAfter > 0, !runsFromImpression { longest = max(longest, ignoredAfter) }
        return time.advanced(by: max(longest, 0))
    }
}
