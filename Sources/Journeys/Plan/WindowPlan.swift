package import Expressions
package import Storage

/// The number of a window of a plan.
package typealias WindowNumber = PlanNumber<WindowPlan>

/// What a window keeps of a customer's events.
package struct WindowPlan: Sendable {
    /// What is told of the events in the window.
    package enum Aggregate: BitwiseCopyable, Sendable {
        case count, sum, avg, min, max, first, last, distinct, mode, sinceLast, sinceFirst
        /// The values at places of all in their order, and the standard deviation of the sample.
        case median, quantile, stddev
    }

    /// A part of one, exactly as it was written in decimals.
    package struct Quantile: BitwiseCopyable, Sendable, Equatable {
        /// The most digits that a denominator's power of ten may have, so that all of it is exact in 64 bits.
        package static let digitLimit = 18

        package let numerator: UInt64
        package let denominator: UInt64

        /// More than nothing, and one at most.
        package init(_ numerator: UInt64, of denominator: UInt64) {
            precondition(numerator > 0 && numerator <= denominator)
            (self.numerator, self.denominator) = (numerator, denominator)
        }

        package static let half = Quantile(1, of: 2)

        /// The place of it among so many, from 1: ⌈q n⌉.
        func place(among count: Int) -> Int {
            Int((UInt128(numerator) * UInt128(count) + UInt128(denominator) - 1) / UInt128(denominator))
        }
    }

    /// Which of the events are in the window.
    package enum Extent: Equatable, Sendable {
        case allTime
        /// Those with time in (now - this many microseconds, now].
        case over(Int64)
        /// The last so many.
        case events(Int)
        /// The current run of events no further apart than this many microseconds; none once the last is further back.
        case session(Int64)
        /// Those of the stretch of the calendar in which the last of them was taken, by the customer's zone at that time;
        /// none once it is over.
        case per(Period)
    }

    /// A duration with which something that is decided as time passes compares a `since_…` window.
    package struct Threshold: Sendable, Equatable {
        /// Microseconds after the event counted from at which the comparison changes.
        package var after: Int64

        package init(after: Int64) { self.after = after }
    }

    package let name: String
    package let aggregate: Aggregate
    package private(set) var filter: EventFilter
    /// The expression whose values are aggregated.
    package let value: ExpressionNumber
    package let extent: Extent
    /// Microseconds within which a window over a time may forget the order of events; 0 for none.
    package let resolution: Int64
    /// Which value `quantile` asks for.
    package let quantile: Quantile
    /// Whether the window is seen as it was before the customer's last event.
    package private(set) var isBefore: Bool
    /// Whether it is an account's, and not a person's.
    package var isOfAccount = false
    /// Whether something must be decided again at the instant the window loses an event.
    var isWatched = false
    /// Where a `since_…` window is compared with constants: the instants at which something is decided again.
    var thresholds: [Threshold] = []

    /// The same window, which never takes an event: it is of others.
    var idle: WindowPlan {
        var idle = self
        idle.filter = EventFilter(types: [])
        idle.isBefore = false
        return idle
    }

    package init(
        name: String, aggregate: Aggregate, filter: EventFilter, value: ExpressionNumber, extent: Extent = .allTime,
        resolution: Int64 = 0, quantile: Quantile = .half, isBefore: Bool = false
    ) {
        self.name = name
        self.aggregate = aggregate
        self.filter = filter
        self.value = value
        self.extent = extent
        self.resolution = resolution
        self.quantile = quantile
        self.isBefore = isBefore
    }

    /// The length of a window over a time.
    package var over: Int64? {
        if case .over(let length) = extent { length } else { nil }
    }

    /// The stretch of the calendar that the window is about.
    package var period: Period? {
        if case .per(let period) = extent { period } else { nil }
    }

    /// Whether the window loses events as time passes.
    package var slides: Bool {
        switch extent {
        case .over, .session, .per: true
        case .allTime, .events: false
        }
    }

    /// Whether the value is a time that goes on with every instant.
    package var isSince: Bool { aggregate == .sinceLast || aggregate == .sinceFirst }
}
