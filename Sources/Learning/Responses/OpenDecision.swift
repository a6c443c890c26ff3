package import Events

/// A decision of which something may still come.
package struct OpenDecision: Linked {
    /// The number behind `d-` in the decision line's id.
    package var id: UInt64
    package var time: Instant
    /// From when on nothing more can come of it.
    package internal(set) var end: Instant
    /// When it was seen; the distant future while it was not.
    package internal(set) var seen = Instant.distantFuture
    /// When it is settled that nothing came of it; the distant future where it is no trial to learn from.
    package var settleBy = Instant.distantFuture
    /// The propensity that was promised.
    package var promised = 0.0
    /// What the action was worth at the decision: what budgets by value count.
    package var worth: Double
    package var action: Int32
    /// The channel's number, or -1.
    package var channel: Int32
    /// Which of two decisions was made first: the one with the smaller number.
    var serial: UInt64 = 0
    var older: UInt32 = 0
    /// Where the values lie by which budgets count; 0 for none.
    var notes: UInt32 = 0
    /// Where the features lie by which the propensity is learnt; 0 for none.
    var features: UInt32 = 0
    /// The narrowest cell that learns from it, or -1.
    package var cell: Int32 = -1
    /// Whether what came of it is settled.
    package internal(set) var isSettled = false
    /// The bits of the outcomes that have come.
    package internal(set) var outcomes: UInt8 = 0
    /// Whether nobody was contacted: the customer is of the control group.
    package var isControl: Bool
    /// Whether it is no contact before it was seen.
    package internal(set) var isPending: Bool

    /// - Parameter isPending: whether it is no contact before it was seen.
    package init(
        id: UInt64, time: Instant, action: Int32, channel: Int32, worth: Double, isControl: Bool, isPending: Bool
    ) {
        self.id = id
        self.time = time
        end = time
        self.worth = worth
        self.action = action
        self.channel = channel
        self.isControl = isControl
        self.isPending = isPending
    }

    /// Whether something is still to be learnt from it.
    package var isTrial: Bool { settleBy != .distantFuture && !isSettled }

    /// Whether the outcome has come.
    package func has(_ outcome: Outcome) -> Bool { outcomes & outcome.bit != 0 }
}

/// An outcome that rests or suppresses actions for a while.
package struct PastOutcome: Linked {
    package var time: Instant
    /// From when on it is of no consequence.
    package var until: Instant
    package var action: Int32
    /// The channel's number, or -1.
    package var channel: Int32
    var older: UInt32 = 0
    package var outcome: Outcome

    package init(time: Instant, until: Instant, action: Int32, channel: Int32, outcome: Outcome) {
        (self.time, self.until, self.action, self.channel) = (time, until, action, channel)
        self.outcome = outcome
    }
}
