import Events
package import Learning
import Storage

/// After an outcome an action rests for one customer.
package struct OutcomeRest: Sendable, Equatable {
    package var outcome: Outcome
    /// Microseconds.
    package var length: Int64

    package init(_ outcome: Outcome, length: Int64) { (self.outcome, self.length) = (outcome, length) }
}

/// Outcomes after which an action is not offered for a while.
package struct OutcomeSuppression: Sendable, Equatable {
    /// Whose outcomes count.
    package enum Scope: String, CaseIterable, Sendable {
        /// Those of the action itself.
        case action
        /// Those of all actions of its group.
        case group
        /// Those of what went over the same channel: then it is that channel that is not used.
        case channel
    }

    package var outcome: Outcome
    /// So many of them, at least 1.
    package var count: Int
    /// Within so many microseconds.
    package var over: Int64
    /// Hold it back for so many.
    package var length: Int64
    package var scope: Scope

    package init(outcome: Outcome, count: Int, over: Int64, length: Int64, scope: Scope = .action) {
        (self.outcome, self.count, self.over) = (outcome, count, over)
        (self.length, self.scope) = (length, scope)
    }
}

/// What the ordered side knows of responses, by the actions' numbers.
struct ResponseRules: Sendable {
    let terms: ResponseTerms
    /// Whether any responses are told of.
    let isUsed: Bool
    let writes: Bool
    let rests: [[OutcomeRest]]
    let suppressions: [[OutcomeSuppression]]
    /// A number for the action's group, -1 where it has none.
    let groups: [Int]
    /// Whether being asked for the action is no contact before it was seen.
    let isInbound: [Bool]
    /// Whether an outcome can hold anything back.
    let restrains: Bool
    private let channels: [[String]]

    init(_ plan: DecisionPlan) {
        terms = plan.responses ?? ResponseTerms()
        isUsed = plan.responses != nil
        writes = isUsed && plan.emits.contains(.response)
        rests = plan.actions.map(\.rests)
        suppressions = plan.actions.map(\.outcomeSuppressions)
        channels = plan.actions.map(\.channels)
        var names = Numbered()
        groups = plan.actions.map { $0.group.map { Int(names.number($0)) } ?? -1 }
        let seen = plan.responses.map { $0[.impression] >= 0 } ?? false
        isInbound = plan.actions.map { $0.isInbound && seen }
        restrains = isUsed && (rests.contains { !$0.isEmpty } || suppressions.contains { !$0.isEmpty })
    }

    /// How many microseconds an outcome of an action matters.
    func life(of outcome: Outcome, action: Int) -> Int64 {
        var longest: Int64 = 0
        for rest in rests[action] where rest.outcome == outcome { longest = max(longest, rest.length) }
        for (other, rules) in suppressions.enumerated() {
            for rule in rules where rule.outcome == outcome && concerns(rule, of: other, action) {
                let (sum, overflow) = rule.over.addingReportingOverflow(rule.length)
                longest = max(longest, overflow ? .max : sum)
            }
        }
        return longest
    }

    /// Whether an action's outcomes may count for another's rule.
    private func concerns(_ rule: OutcomeSuppression, of owner: Int, _ action: Int) -> Bool {
        switch rule.scope {
        case .action: owner == action
        case .group: groups[owner] >= 0 && groups[owner] == groups[action]
        case .channel:
            channels[owner].isEmpty && channels[action].isEmpty
                || channels[action].contains { channels[owner].names($0) }
        }
    }
}
