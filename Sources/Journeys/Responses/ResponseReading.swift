package import Events
package import Expressions
package import Learning
package import Storage

/// Which events say what came of a decision, and what is read of them.
package struct ResponseReading: Sendable {
    /// Events that say one outcome.
    package struct Entry: Sendable {
        package var outcome: Outcome
        /// The numbers of the event types.
        package var types: [Int]
        /// What the outcome is worth.
        package var value: ExpressionNumber

        package init(outcome: Outcome, types: [Int], value: ExpressionNumber = .none) {
            (self.outcome, self.types, self.value) = (outcome, types, value)
        }
    }

    /// The id of the decision that an event speaks of.
    package var decision: ExpressionNumber
    /// In the order of the outcomes.
    package var entries: [Entry]

    package init(decision: ExpressionNumber = .none, entries: [Entry]) {
        (self.decision, self.entries) = (decision, entries)
    }
}

/// An event that says what came of some decision.
package struct ResponseOccurrence: BitwiseCopyable, Sendable {
    package let outcome: Outcome
    package let time: Instant
    package let customerID: View<UInt8>
    package let customerHash: UInt64
    /// Of which decision it speaks.
    package let reference: ResponseBook.Reference
    /// What it is worth; not a number where it does not say.
    package let value: Double
}

/// The same in the form that a shard works with; empty where there are no responses.
struct ResponseForm: ~Copyable {
    struct Entry: BitwiseCopyable {
        var outcome: Outcome
        var value: ExpressionNumber
    }

    let decision: ExpressionNumber
    /// The entries of type t are `entries[first[t]..<first[t + 1]]`.
    private let first: Column<Int32>
    private let entries: Column<Entry>

    init(_ plan: JourneyPlan) {
        decision = plan.responses?.decision ?? .none
        var first: [Int32] = [0]
        var entries: [Entry] = []
        for type in plan.projection.types.indices {
            for entry in plan.responses?.entries ?? [] where entry.types.contains(type) {
                entries.append(Entry(outcome: entry.outcome, value: entry.value))
            }
            first.append(Int32(entries.count))
        }
        self.first = Column(first)
        self.entries = Column(entries)
    }

    /// What an event of the type says.
    func entries(ofType type: Int32) -> View<Entry> {
        entries.view(Int(first[Int(type)])..<Int(first[Int(type) + 1]))
    }
}
