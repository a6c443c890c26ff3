package import Events

/// Who is told of everything that happens to one customer, as it happens.
///
/// A shard without an observer does nothing for it but look whether there is one.
package protocol CustomerObserver: AnyObject {
    /// The hash of the watched customer's id.
    var customerHash: UInt64 { get }
    /// The watched customer's id.
    var customerID: [UInt8] { get }

    /// Up to when the customer is watched: at the first thing that happens later, `stands` says how things stood then.
    var until: Instant { get }

    /// One thing happened to the customer: an event of its, or a deadline.
    func observe(_ incident: Incident)

    /// How things stand with the customer at the end of watching.
    func stands(_ state: CustomerState, at time: Instant)
}

/// What one event or deadline meant to a customer.
package struct Incident: Sendable {
    /// What came.
    package enum Cause: Sendable {
        case event(ObservedEvent)
        /// An event whose id came before.
        case duplicate(ObservedEvent)
        /// Time passed, with nothing happening but that.
        case deadline
    }

    package let cause: Cause
    /// When it counted.
    package let time: Instant
    /// How things stood just before and after, both at `time`.
    package let before: CustomerState
    package let after: CustomerState
    /// The lines that the shard wrote of it, in order, without those of decisions.
    package let lines: [[UInt8]]
    /// The moments that came, but that their cooldown held back, or whose decision waits.
    package let heldBack: [HeldBackMoment]
    /// The ids of moments that came before, and that are decided on only now.
    package let proposed: [String]
}

/// A moment whose line was not written, since one of the same came not long before, or whose decision waits.
package struct HeldBackMoment: Sendable {
    package let moment: String
    /// The value of `by`, as JSON, where the moment has one.
    package let by: String?
    /// When the cooldown is over, or when it is decided on.
    package let until: Instant
    /// Whether the line was written, and only the decision waits.
    package var isDecision = false
}

/// An event as a story tells it.
package struct ObservedEvent: Sendable {
    package let id: [UInt8]
    package let type: [UInt8]
    /// As expressions see it: where the event names none, the touchpoint's. Empty where neither does.
    package let channel: [UInt8]
    /// What the event is in the customer's journey; nil where no touchpoint fits, and for an event that came before.
    package let touchpoint: TouchpointSight?
    /// The event's own time, which for a late one is before the time at which it counted.
    package let time: Instant
    /// The line as it was read.
    package let line: [UInt8]
}

/// What is known of a customer at one instant.
package struct CustomerState: Sendable, Equatable {
    /// A value that is remembered of the customer.
    package struct Fact: Sendable, Equatable {
        /// As expressions name it: `windows.spend`.
        package let name: String
        /// As JSON; nil where there is none.
        package let value: String?
        /// Whether it changes by itself as time passes, so that a change alone says nothing.
        package let isElapsing: Bool
    }

    package internal(set) var facts: [Fact] = []
    package internal(set) var waiting: [WaitingMatch] = []

    package init() {}
}

/// A partial match: how far it has come, and what it waits for until when.
package struct WaitingMatch: Sendable, Hashable {
    package let moment: String
    /// The value of `by`, as JSON, where the moment has one.
    package let by: String?
    /// The ids of the events bound, by step, in order.
    package let bound: [Bound]
    /// What goes on with it: the types of the events that it waits for, or whose absence; empty for any type.
    package let types: [String]
    /// Whether it waits for such an event to stay away; then `until` is when the match is complete.
    package let isAbsence: Bool
    /// When it is over; nil for never.
    package let until: Instant?

    /// The events bound to one step.
    package struct Bound: Sendable, Hashable {
        package let step: String
        package let ids: [String]
    }
}
