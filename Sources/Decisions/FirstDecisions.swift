package import Events
import Storage

/// Each customer's first decision for each action, to tell later what the action has brought about.
///
/// Memory: some 60 bytes for each customer and action.
package struct FirstDecisions: Sendable {
    /// One of them.
    package struct Entry: BitwiseCopyable, Sendable {
        /// The fixed hash of the customer's id.
        package let customer: UInt64
        package let action: Int32
        package let time: Instant
        package let isControl: Bool
    }

    package private(set) var all: [Entry] = []
    private var known: Set<UInt64> = []

    package init() {}

    mutating func note(_ customer: View<UInt8>, _ action: Int32, at time: Instant, isControl: Bool) {
        let hash = Hash64.of(customer)
        guard known.insert(Hash64.of(hash, seed: UInt64(action) &+ 1)).inserted else { return }
        all.append(Entry(customer: hash, action: action, time: time, isControl: isControl))
    }
}

extension DecisionStage {
    /// Notes the chosen actions that the control group does without.
    mutating func noteFirst(_ proposals: borrowing Proposals) {
        for selection in selections {
            let number = proposals.candidates[selection.candidate].action
            if rules.actions[Int(number)].isExempt { continue }
            let proposal = proposals.all[members[selection.member].proposal]
            firstDecisions?.note(
                proposals.customer(of: proposal), number, at: proposal.time, isControl: isControl)
        }
    }
}
