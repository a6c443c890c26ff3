import Events
import Expressions

@testable import Journeys

/// An event as the plain picture takes it. Times are microseconds.
struct ModelEvent {
    var customer: String
    var type: String
    var own: Int64
    var value: Int?
    var place = 0
    /// When it is taken: its own time, or that of the watermark where it came late.
    var taken: Int64 = 0

    var line: String {
        event(
            type, at: own / 1000, value.map { "\"v\":\($0)" } ?? "", of: customer, more: ",\"id\":\"e\(place)\"")
    }
}

/// A window in the plain way: every answer is worked out from all events.
struct ModelWindow {
    var aggregate: WindowPlan.Aggregate
    var extent: WindowPlan.Extent
    var types: [String]
    /// The least value that its condition takes.
    var least: Int?
    var resolution: Int64 = 0
    /// Which part of the values a quantile is, in hundredths.
    var hundredths = 50
    var isBefore = false

    var isSince: Bool { aggregate == .sinceLast || aggregate == .sinceFirst }
    var isDouble: Bool { aggregate == .sum || aggregate == .avg || aggregate == .stddev }
    private var readsValue: Bool { aggregate != .count && !isSince }

    /// The number of the day, week or month, in UTC. 1970-01-01 was a Thursday.
    private func label(_ period: Period, _ time: Int64) -> Int64 {
        let day = time / 86_400_000_000
        return period == .day ? day : period == .week ? (day + 3) / 7 : Int64(Civil.date(days: Int(day)).month)
    }

    private func end(_ period: Period, of event: ModelEvent) -> Int64 {
        var day = event.taken / 86_400_000_000
        while label(period, day * 86_400_000_000) == label(period, event.taken) { day += 1 }
        return day * 86_400_000_000
    }

    /// The events that it takes, whether or not they have left since: all of the customer's, or all but the last.
    private func taken(_ history: [ModelEvent]) -> [ModelEvent] {
        (isBefore ? history.dropLast() : history[...]).filter { event in
            types.contains(event.type) && (!readsValue || event.value != nil)
                && (least.map { bound in event.value.map { $0 >= bound } ?? false } ?? true)
        }
    }

    private func bucket(_ event: ModelEvent) -> Int64 { resolution > 0 ? event.taken / resolution : 0 }

    func held(_ history: [ModelEvent], at now: Int64) -> [ModelEvent] {
        let events = taken(history)
        switch extent {
        case .allTime: return events
        case .events(let count): return Array(events.suffix(count))
        case .over(let length):
            let live = events.filter { $0.taken > now - length }
            if resolution == 0 { return live }
            return events.filter { event in live.contains { bucket($0) == bucket(event) } }
        case .per(let period):
            return events.filter { label(period, $0.taken) == label(period, now) }
        case .session(let gap):
            guard let last = events.last, now - last.taken <= gap else { return [] }
            var first = events.count - 1
            while first > 0, events[first].taken - events[first - 1].taken <= gap { first -= 1 }
            return Array(events[first...])
        }
    }

    /// A number, or microseconds; nil where there is none.
    func value(_ history: [ModelEvent], at now: Int64) -> Double? {
        let held = held(history, at: now)
        let numbers = held.compactMap(\.value)
        switch aggregate {
        case .count: return Double(held.count)
        case .sum: return Double(numbers.reduce(0, +))
        case .distinct: return Double(Set(numbers).count)
        case .avg: return numbers.isEmpty ? nil : Double(numbers.reduce(0, +)) / Double(numbers.count)
        case .min: return numbers.min().map(Double.init)
        case .max: return numbers.max().map(Double.init)
        case .first: return numbers.first.map(Double.init)
        case .last: return numbers.last.map(Double.init)
        case .median: return numbers.isEmpty ? nil : Double(numbers.sorted()[(numbers.count + 1) / 2 - 1])
        case .quantile:
            return numbers.isEmpty ? nil : Double(numbers.sorted()[(hundredths * numbers.count + 99) / 100 - 1])
        case .stddev:
            let (count, sum) = (numbers.count, numbers.reduce(0, +))
            if count < 2 { return nil }
            let spread = count * numbers.map { $0 * $0 }.reduce(0, +) - sum * sum
            return (Double(spread) / Double(count * (count - 1))).squareRoot()
        case .sinceLast: return held.last.map { Double(now - $0.taken) }
        case .sinceFirst: return held.first.map { Double(now - $0.taken) }
        case .mode:
            let counts = Dictionary(numbers.map { ($0, 1) }, uniquingKeysWith: +)
            return numbers.reversed().max { counts[$0, default: 0] < counts[$1, default: 0] }.map(Double.init)
        }
    }

    /// The instants at which it may change by itself, and the places of the events that set them: of events that leave at
    /// one instant, the first one's.
    func losses(_ history: [ModelEvent]) -> [ModelCause] {
        let events = taken(history)
        switch extent {
        case .allTime, .events: return []
        case .session(let gap):
            guard let last = events.last else { return [] }
            return [ModelCause(instant: last.taken + gap + 1, place: last.place)]
        case .per(let period):
            return events.map { event in
                let first = events.first { label(period, $0.taken) == label(period, event.taken) } ?? event
                return ModelCause(instant: end(period, of: event), place: first.place)
            }
        case .over(let length):
            let leaving = resolution == 0 ? events : events.filter { $0.place == lastOfBucket($0, events) }
            // Of these, only the last event is held.
            let isLast = aggregate == .last || aggregate == .sinceLast
            return leaving.filter { event in
                !isLast || !events.contains { $0.taken > event.taken && $0.taken < event.taken + length }
            }.map { cause($0, after: length, events) }
        }
    }

    private func lastOfBucket(_ event: ModelEvent, _ events: [ModelEvent]) -> Int? {
        events.last { bucket($0) == bucket(event) }?.place
    }

    /// Where a `since_…` passes a constant.
    func passing(_ constant: Int64, isStrict: Bool, _ history: [ModelEvent], at now: Int64) -> ModelCause? {
        let held = held(history, at: now)
        guard let counted = aggregate == .sinceLast ? held.last : held.first else { return nil }
        return ModelCause(instant: counted.taken + constant + (isStrict ? 1 : 0), place: counted.place)
    }

    private func cause(_ event: ModelEvent, after length: Int64, _ events: [ModelEvent]) -> ModelCause {
        let first = events.first { $0.taken == event.taken } ?? event
        return ModelCause(instant: event.taken + length, place: first.place)
    }

    var text: String {
        let name =
            switch aggregate {
            case .count: "count: true"
            case .sinceLast: "since_last: true"
            case .sinceFirst: "since_first: true"
            case .quantile: "quantile: 'event.properties.v', q: \(Double(hundredths) / 100)"
            default: "\(aggregate): 'event.properties.v'"
            }
        let length =
            switch extent {
            case .allTime: ""
            case .over(let length): ", over: '\(length / 1000)ms'"
            case .events(let count): ", events: \(count)"
            case .session(let gap): ", session: '\(gap / 1000)ms'"
            case .per(let period): ", per: '\(period)'"
            }
        let condition = least.map { ", where: 'event.properties.v >= \($0)'" } ?? ""
        let rest = resolution > 0 ? ", resolution: '\(resolution / 1000)ms'" : ""
        return
            "{ \(name), on: [\(types.map { "'\($0)'" }.joined(separator: ", "))]\(condition)\(length)\(rest)\(isBefore ? ", before: true" : "") }"
    }
}

/// An instant at which something falls due, and the place of the event that set it.
struct ModelCause {
    var instant: Int64
    var place: Int
}

/// A condition over windows, scores and segments.
indirect enum ModelCondition {
    enum Comparison: String, CaseIterable { case less = "<", atMost = "<=", more = ">", atLeast = ">=" }

    case window(Int, Comparison, Double)
    case score(Int, Comparison, Double)
    case segment(Int)
    case type(String)
    case not(ModelCondition)
    case both(ModelCondition, ModelCondition)
    case either(ModelCondition, ModelCondition)

    private var parts: [ModelCondition] {
        switch self {
        case .window, .score, .segment, .type: []
        case .not(let inner): [inner]
        case .both(let left, let right), .either(let left, let right): [left, right]
        }
    }

    /// All conditions in it that have no parts.
    var leaves: [ModelCondition] { parts.isEmpty ? [self] : parts.flatMap(\.leaves) }

    var readsEvent: Bool {
        leaves.contains { if case .type = $0 { true } else { false } }
    }

    /// Nil is the failure of what reads something that is not there.
    func holds(_ see: (ModelCondition) -> Bool?) -> Bool? {
        switch self {
        case .window, .score, .segment, .type: return see(self)
        case .not(let inner): return inner.holds(see).map { !$0 }
        case .both(let left, let right):
            let both = [left.holds(see), right.holds(see)]
            return both.contains(false) ? false : both.contains(nil) ? nil : true
        case .either(let left, let right):
            let both = [left.holds(see), right.holds(see)]
            return both.contains(true) ? true : both.contains(nil) ? nil : false
        }
    }

    func text(_ windows: [ModelWindow]) -> String {
        switch self {
        case .window(let index, let comparison, let constant):
            let number =
                windows[index].isSince
                ? "duration('\(Int(constant / 1000))ms')" : windows[index].isDouble ? "\(constant)" : "\(Int(constant))"
            return "windows.w\(index) \(comparison.rawValue) \(number)"
        case .score(let index, let comparison, let constant):
            return "scores.r\(index) \(comparison.rawValue) \(constant)"
        case .segment(let index): return "segments.s\(index)"
        case .type(let type): return "event.type == '\(type)'"
        case .not(let inner): return "!(\(inner.text(windows)))"
        case .both(let left, let right): return "(\(left.text(windows)) && \(right.text(windows)))"
        case .either(let left, let right): return "(\(left.text(windows)) || \(right.text(windows)))"
        }
    }
}

extension ModelCondition.Comparison {
    func holds(_ number: Double, _ constant: Double) -> Bool {
        switch self {
        case .less: number < constant
        case .atMost: number <= constant
        case .more: number > constant
        case .atLeast: number >= constant
        }
    }
}
