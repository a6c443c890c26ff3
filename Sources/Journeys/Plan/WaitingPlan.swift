/// How moments that ask for a decision wait for others, or for the end of quiet hours.
package struct WaitingPlan: Sendable, Equatable {
    /// Microseconds from the first on for which a customer's moments are gathered; 0 for none.
    package var gather: Int64
    /// Whether a moment may be held.
    package var holds: Bool

    package init(gather: Int64, holds: Bool) {
        self.gather = gather
        self.holds = holds
    }
}
