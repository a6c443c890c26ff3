package import Events
package import Expressions
package import Storage

/// Where a line stands in the output: by the instant at which it became true; at one instant deadlines before events,
/// and behind these what slides or falls due only then;
/// then by the place in the input of the event that came, or that set the deadline; then scores and
/// segments before moments, and by the order of what one cause brings about. The order is the same for any number of shards.
package struct OrderKey: Comparable, BitwiseCopyable, Sendable {
    package var time: Instant
    /// Whether an event brought it about, as opposed to a deadline.
    package var isEvent: Bool
    package var place: UInt64
    package var ordinal: UInt32
    /// Whether it is of what comes behind the events of its instant: windows that slide, and `when` moments that fall due.
    package var isSlide = false
    /// Whether it is a score or a segment, which come before what else one cause brings about.
    package var isPicture = false
    /// Whether it says who is who, which comes before all else that an event brings about.
    package var isIdentity = false
    /// Of an account, which come behind the persons, a number that follows from its name; else 0.
    package var account: UInt64 = 0

    package init(time: Instant, isEvent: Bool, place: UInt64, ordinal: UInt32) {
        self.time = time
        self.isEvent = isEvent
        self.place = place
        self.ordinal = ordinal
    }

    /// Whether one cause brought both about: an event, or deadlines of one instant that one event set.
    package func hasCause(of other: OrderKey) -> Bool {
        place == other.place && time == other.time && isEvent == other.isEvent && isSlide == other.isSlide
            && account == other.account
    }

    /// Whether a line comes before another.
    package static func < (a: OrderKey, b: OrderKey) -> Bool {
        if a.time != b.time { return a.time < b.time }
        if a.isSlide != b.isSlide { return b.isSlide }
        if a.isEvent != b.isEvent { return b.isEvent }
        if a.place != b.place { return a.place < b.place }
        if a.account != b.account { return a.account < b.account }
        if a.isIdentity != b.isIdentity { return a.isIdentity }
        if a.isPicture != b.isPicture { return a.isPicture }
        return a.ordinal < b.ordinal
    }
}

/// A moment that has just come for one customer.
package struct Occurrence: BitwiseCopyable, Sendable {
    /// The moment's number in the plan.
    package var moment: MomentNumber
    /// When it became true.
    package var time: Instant
    /// The times of the first and the last event bound.
    package var start: Instant
    package var end: Instant
    package var customerID: View<UInt8>
    package var customerHash: UInt64
    /// What the customer is kept under, which is not its id where it is found by several.
    package var customerKey: View<UInt8>
    /// The number behind `m-` in the moment line's id.
    package var id: UInt64
    /// The id of the event that brought it about, of a sequence's deadline the last one bound; of no bytes where only time
    /// did.
    package var eventID = View<UInt8>()
    /// Whether it is decided as one with the others of its cause, whatever the policy says.
    package var isTogether = false
    /// Whether it waited among too many, and ends with nothing.
    package var isGivenUp = false

    package init(
        moment: MomentNumber, time: Instant, start: Instant, end: Instant, customerID: View<UInt8>,
        customerHash: UInt64, id: UInt64
    ) {
        self.moment = moment
        self.time = time
        self.start = start
        self.end = end
        self.customerID = customerID
        customerKey = customerID
        self.customerHash = customerHash
        self.id = id
    }
}

/// Who is told of each moment as it comes, while the customer's state is still what it was at that instant.
package protocol OccurrenceSink: AnyObject {
    /// - Parameters:
    ///   - names: what expressions can see at this instant; valid during the call.
    ///   - expressions: the plan's expressions, by number.
    /// - Returns: the number of the proposal that is to be decided right behind the moment's line, counted from 0 since
    ///   the proposals were last taken; nil where nothing is.
    func take(
        _ occurrence: Occurrence, names: borrowing EvaluationScope, evaluator: inout Evaluator,
        expressions: borrowing Shelf<Expression>
    ) -> Int?

    /// Takes in what an event says came of some decision.
    /// - Returns: its number among those since the proposals were last taken.
    func take(_ response: ResponseOccurrence) -> Int

    /// Whether any action answers the moment.
    func asks(_ moment: MomentNumber) -> Bool

    /// Until when the moment is to be held before it is proposed; nil where it is to be proposed now.
    func heldUntil(
        _ occurrence: Occurrence, names: borrowing EvaluationScope, evaluator: inout Evaluator,
        expressions: borrowing Shelf<Expression>
    ) -> Instant?
}
