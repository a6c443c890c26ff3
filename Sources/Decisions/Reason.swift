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

    /// How many decisions were made for a customer whose time zone is not known by its name.
    package internal(set) var unknownZones = 0

    init(actions: Int) { chosen = [Int](repeating: 0, count: actions) }

    /// How many moments ended without an action for this reason.
    package func unanswered(for reason: Reason) -> Int { unanswered[Int(reason.rawValue)] }
}
