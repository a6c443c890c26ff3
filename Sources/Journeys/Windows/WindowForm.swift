import Expressions

extension WindowState {
    /// How a window's events are kept.
    enum Store: BitwiseCopyable {
        /// A number, in the cell itself.
        case counter
        /// The time of the last event, in the cell itself.
        case instant
        /// The last event: its time, its place, the deadlines noted.
        case since
        /// The last event and its value.
        case last
        /// What all events of a run come to, without the events.
        case running
        /// A ring of the events' times.
        case times
        /// A ring of times and numbers, with their exact sum.
        case numbers
        /// A ring of the values that are, or may become, the first, the least or the greatest.
        case values
        /// The different values, the one seen longest ago first.
        case distinct
        /// The different values with their numbers, the most frequent first, and where events leave, a ring of them.
        case tally
        /// All values in their order, and where events leave, a ring of them.
        case ordered
    }
}

/// What the state needs to know of the plan, in a form that is copied freely.
struct WindowForm: BitwiseCopyable {
    var aggregate: WindowPlan.Aggregate
    var store: WindowState.Store
    /// Whether entries also keep the place of their event, for the deadlines at which they leave.
    var isWatched: Bool
    var thresholdCount: Int32 = 0
    /// How many events are in the window at most; 0 is no such limit.
    var events: Int32 = 0
    /// Microseconds; `.max` is all time.
    var over: Int64 = .max
    /// The gap of a session in microseconds; `.max` is none.
    var gap: Int64 = .max
    /// Microseconds; 0 for none.
    var resolution: Int64 = 0
    var quantile = WindowPlan.Quantile.half
    /// The stretch of the calendar that the window is about.
    var period: Period?
    /// Whether entries keep their places all the same, so that two windows can become one.
    var keepsPlaces = false
    /// Whether the last event is not in the window before the next one comes.
    var isBefore = false

    init(_ plan: WindowPlan) {
        aggregate = plan.aggregate
        isWatched = plan.isWatched
        thresholdCount = Int32(plan.thresholds.count)
        switch plan.extent {
        case .allTime: break
        case .over(let length): over = length
        case .events(let count): events = Int32(clamping: count)
        case .session(let length): gap = length
        case .per(let stretch): period = stretch
        }
        store = WindowForm.store(plan)
        quantile = plan.aggregate == .quantile ? plan.quantile : .half
        isBefore = plan.isBefore
        switch plan.aggregate {
        case .count where store == .times, .sum where store == .numbers, .avg where store == .numbers:
            resolution = plan.resolution
        default: break
        }
    }

    /// A set of values, each held for a time after it was last seen.
    init(distinctOver length: Int64) {
        aggregate = .distinct
        store = .distinct
        isWatched = false
        over = length
    }

    private static func store(_ plan: WindowPlan) -> WindowState.Store {
        // Whether single events leave while others stay.
        let loses: Bool
        switch plan.extent {
        case .allTime, .session, .per: loses = false
        case .over, .events: loses = true
        }
        let slides = plan.slides && plan.period == nil
        switch plan.aggregate {
        case .count:
            if case .over = plan.extent { return .times }
            if case .session = plan.extent { return .running }
            return .counter
        case .sum, .avg, .stddev: return loses ? .numbers : .running
        case .median, .quantile: return .ordered
        case .min, .max, .first: return loses ? .values : .running
        case .sinceFirst: return loses ? .times : .running
        case .sinceLast: return plan.thresholds.isEmpty && !slides ? .instant : .since
        case .last: return .last
        case .mode: return .tally
        case .distinct:
            if case .events = plan.extent { return .tally }
            return .distinct
        }
    }

    /// Whether a cell leads to a block, as opposed to holding the window by itself.
    var isBlock: Bool { isFramed || store != .counter && store != .instant }

    /// Whether the window stands in a frame, which keeps what it is as to the calendar and to the last event.
    var isFramed: Bool { @inline(__always) get { period != nil || isBefore } }
    /// The window within the frame. The frame sees to the end of a stretch of the calendar, at which all is gone at
    /// once, so within it there is no end.
    var framed: WindowForm {
        var form = self
        if period != nil { form.isWatched = false }
        (form.period, form.isBefore) = (nil, false)
        return form
    }

    /// Whether the first event of an instant stands for all that leave with it: deadlines stand in the order of its place.
    var joinsInstants: Bool { isWatched || thresholdCount > 0 || !keepsPlaces }
    var hasPlaces: Bool { @inline(__always) get { isWatched || thresholdCount > 0 || keepsPlaces } }
    /// Whether a ring's entries stand for several events each.
    var isWeighted: Bool { resolution > 0 }
}
