package import Events
package import Expressions
package import Learning
package import Storage

/// Which events say what came of a decision, and what is read of them.
package struct ResponseReading: Sendable {
    /// Whether events of a type say anything.
    func isTold(byType type: Int) -> Bool {
        entries.contains { $0.types.contains(type) } || hours.contains { $0.contains(type) }
    }

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
    /// By the policy's right hours, the numbers of the types that say that a customer looked.
    package var hours: [[Int]] = []
    /// The expression that names the customer's time zone, where right hours ask for it.
    package var zone = ExpressionNumber.none

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
    /// The place among the policy's right hours where it says that the customer looked, and nothing of a decision; else -1.
    package var hour: Int32 = -1
    /// When the customer looked, by the event, and the name of its time zone; of no bytes where it has none.
    package var looked = Instant.distantPast
    package var zone = View<UInt8>()
}

/// The same in the form that a shard works with; empty where there are no responses.
struct ResponseForm: ~Copyable {
    struct Entry: BitwiseCopyable {
        var outcome: Outcome
        var value: ExpressionNumber
    }

    let decision: ExpressionNumber
    let zone: ExpressionNumber
    /// The right hours that events of type t tell of are `hours[firstHour[t]..<firstHour[t + 1]]`.
    private let firstHour: Column<Int32>
    private let hours: Column<Int32>
    /// The entries of type t are `entries[first[t]..<first[t + 1]]`.
    private let first: Column<Int32>
    private let entries: Column<Entry>

    init(_ plan: JourneyPlan) {
        decision = plan.responses?.decision ?? .none
        zone = plan.responses?.zone ?? .none
        var (first, firstHour): ([Int32], [Int32]) = ([0], [0])
        var entries: [Entry] = []
        var hours: [Int32] = []
        for type in plan.projection.types.indices {
            for entry in plan.responses?.entries ?? [] where entry.types.contains(type) {
                entries.append(Entry(outcome: entry.outcome, value: entry.value))
            }
            first.append(Int32(entries.count))
            for (hour, types) in (plan.responses?.hours ?? []).enumerated() where types.contains(type) {
                hours.append(Int32(hour))
            }
            firstHour.append(Int32(hours.count))
        }
        self.firstHour = Column(firstHour)
        self.hours = Column(hours)
        self.first = Column(first)
        self.entries = Column(entries)
    }

    /// What an event of the type says.
    func entries(ofType type: Int32) -> View<Entry> {
        entries.view(Int(first[Int(type)])..<Int(first[Int(type) + 1]))
    }

    /// Of which right hours an event of the type tells.
    func hours(ofType type: Int32) -> View<Int32> {
        hours.view(Int(firstHour[Int(type)])..<Int(firstHour[Int(type) + 1]))
    }
}
