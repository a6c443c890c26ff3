/// What a window keeps of a customer's events.
package struct WindowPlan: Sendable {
    package enum Aggregate: BitwiseCopyable, Sendable {
        case count, sum, avg, min, max, first, last, distinct, mode, sinceLast, sinceFirst
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
    }

    /// A duration with which something that is decided as time passes compares a `since_…` window.
    package struct Threshold: Sendable, Equatable {
        /// Microseconds after the event counted from at which the comparison changes.
        package var after: Int64

        package init(after: Int64) { self.after = after }
    }

    package let name: String
    package let aggregate: Aggregate
    package let filter: EventFilter
    /// The number of the expression whose values are aggregated, or -1.
    package let value: Int
    package let extent: Extent
    /// Microseconds within which a window over a time may forget the order of events; 0 for none.
    package let resolution: Int64
    /// Whether something must be decided again at the instant the window loses an event.
    var isWatched = false
    /// Where a `since_…` window is compared with constants: the instants at which something is decided again.
    var thresholds: [Threshold] = []

    package init(
        name: String, aggregate: Aggregate, filter: EventFilter, value: Int, extent: Extent = .allTime,
        resolution: Int64 = 0
    ) {
        self.name = name
        self.aggregate = aggregate
        self.filter = filter
        self.value = value
        self.extent = extent
        self.resolution = resolution
    }

    /// The length of a window over a time.
    package var over: Int64? {
        if case .over(let length) = extent { length } else { nil }
    }

    /// Whether the window loses events as time passes.
    package var slides: Bool {
        switch extent {
        case .over, .session: true
        case .allTime, .events: false
        }
    }

    /// Whether the value is a time that goes on with every instant.
    package var isSince: Bool { aggregate == .sinceLast || aggregate == .sinceFirst }
}
