import Events

/// What came of trying a candidate on one of its channels, or why it rests.
struct CandidateTrial: BitwiseCopyable, Sendable {
    enum Kind: BitwiseCopyable, Sendable {
        case passed, cap, budget, quiet, cooldown
        /// An outcome rests the action, or several hold it back.
        case rested, suppressed
    }

    var candidate: Int
    var kind = Kind.passed
    var channel = Rules.none
    /// When it is delivered; of a quiet time that is put off too long, until when; of a rest, since when; of
    /// a suppression, until when.
    var time = Instant.distantPast
    /// The first rule of quiet hours that applies, by its place in the policy; -1 for none.
    var quietRule: Int32 = -1
    /// The hour of the customer's day in which it is delivered, where that was chosen; else -1.
    var hour: Int32 = -1
    /// The cap, the budget, the outcome or the rule of the action about outcomes that holds it back.
    var rule: Int32 = -1
    /// What counts toward the cap or the budget, and what is the most; not a number where an expression failed.
    var count = 0.0
    var most = 0.0
    /// How many contacts the cap keeps for others, where that is why it holds back.
    var keep = 0
    /// Whether no further channel is tried.
    var isFinal = false
    /// Whether it would expire before it is delivered.
    var isLate = false

    var reason: Reason? {
        switch kind {
        case .passed: nil
        case .cap: .cap
        case .budget: .budget
        case .quiet: .quietHours
        case .cooldown, .rested: .cooldown
        case .suppressed: .suppressed
        }
    }
}
