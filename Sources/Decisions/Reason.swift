package import Learning

/// Why an action was not chosen, in the order in which the rules are tried.
package enum Reason: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    case disabled, notValidNow, noConsent, notEligible, notApplicable, notSuitable, suppressed, cooldown, badPriority
    case lowPriority, cap, budget, quietHours, outranked

    /// The word that output lines use.
    package var text: StaticString {
        switch self {
        case .disabled: "disabled"
        case .notValidNow: "not_valid_now"
        case .noConsent: "no_consent"
        case .notEligible: "not_eligible"
        case .notApplicable: "not_applicable"
        case .notSuitable: "not_suitable"
        case .suppressed: "suppressed"
        case .cooldown: "cooldown"
        case .badPriority: "bad_priority"
        case .lowPriority: "low_priority"
        case .cap: "cap"
        case .budget: "budget"
        case .quietHours: "quiet_hours"
        case .outranked: "outranked"
        }
    }
}

/// How decisions came out, for the summary of a run.
package struct DecisionCounts: Sendable, Equatable {
    /// How often each action was chosen, by its number.
    package internal(set) var chosen: [Int]
    /// How many moments ended without an action, by the raw value of the reason given.
    package internal(set) var unanswered = [Int](repeating: 0, count: Reason.allCases.count)

    /// How often each outcome came of each action: those of the first action, then those of the second, and so on.
    package internal(set) var responses: [Int]
    /// How many outcomes belonged to no open decision, and how many to one that had them already.
    package internal(set) var unattributed = 0
    package internal(set) var repeated = 0
    /// How many open decisions gave their place to newer ones, and how many remembered outcomes.
    package internal(set) var displaced = 0
    package internal(set) var forgotten = 0

    /// How many cells hold what is learnt, and how often one more was asked for.
    package internal(set) var cells = 0
    package internal(set) var refusedCells = 0
    /// By twentieths of what was promised: how many trials were settled, and how many of them came to something.
    package internal(set) var trials: [Int] = []
    package internal(set) var successes: [Int] = []

    /// How many decisions were made for a customer whose time zone is not known by its name.
    package internal(set) var unknownZones = 0

    init(actions: Int) {
        chosen = [Int](repeating: 0, count: actions)
        responses = [Int](repeating: 0, count: actions * Outcome.allCases.count)
    }

    /// How often an outcome came of an action.
    package func responses(_ outcome: Outcome, ofAction action: Int) -> Int {
        responses[action * Outcome.allCases.count + Int(outcome.rawValue)]
    }

    /// How many moments ended without an action for this reason.
    package func unanswered(for reason: Reason) -> Int { unanswered[Int(reason.rawValue)] }
}
