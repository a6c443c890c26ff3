import Foundation

/// Rules as the plain model knows them, and as a configuration says them.

/// An event as the model takes it. Times are microseconds.
struct PlainEvent {
    var customer: String
    var type: String
    var own: Int64
    var value: Int?
    var key: String?
    var place = 0
    /// The place of the event that it says once more.
    var original: Int?
    /// When it is taken: its own time, or that of the watermark where it came late.
    var taken: Int64 = 0
    /// Where customers are found by several ids: the members that show them, what the customer is called from then on, and
    /// which customers turn out to be one.
    var shown: String?
    var name: String?
    var joins: [Join] = []

    /// A customer that turns out to be another one.
    struct Join {
        var from: String
        var into: String
        /// Whether state stays where that other one's is.
        var keepsInto: Bool
    }

    var id: String { "e\(original ?? place)" }

    var line: String {
        let properties = [value.map { "\"v\":\($0)" }, key.map { "\"k\":\"\($0)\"" }].compactMap { $0 }
        let line = event(customer, type, at: own / 1000, id: id, properties.joined(separator: ","))
        guard let shown else { return line }
        return line.replacingOccurrences(of: "\"customer_id\":\"\(customer)\"", with: shown)
    }
}

/// A condition on an event; nil is the failure of an expression that reads what is not there.
indirect enum EventCondition {
    case atLeast(Int)
    case hasValue
    case not(EventCondition)
    case either(EventCondition, EventCondition)

    func holds(_ event: PlainEvent) -> Bool? {
        switch self {
        case .atLeast(let least): return event.value.map { $0 >= least }
        case .hasValue: return event.value != nil
        case .not(let inner): return inner.holds(event).map { !$0 }
        case .either(let left, let right):
            let both = [left.holds(event), right.holds(event)]
            return both.contains(true) ? true : both.contains(nil) ? nil : false
        }
    }

    var text: String {
        switch self {
        case .atLeast(let least): "event.properties.v >= \(least)"
        case .hasValue: "has(event.properties.v)"
        case .not(let inner): "!(\(inner.text))"
        case .either(let left, let right): "(\(left.text) || \(right.text))"
        }
    }
}

/// Which events something takes.
struct PlainFilter {
    var types: [String]?
    var condition: EventCondition?

    func takes(_ event: PlainEvent) -> Bool {
        (types?.contains(event.type) ?? true) && condition.map { $0.holds(event) == true } ?? true
    }

    var typesText: String { types.map { "[" + $0.map { "'\($0)'" }.joined(separator: ", ") + "]" } ?? "'*'" }
    var whereText: String { condition.map { ", where: \"\($0.text)\"" } ?? "" }
}

struct PlainWindow {
    enum Aggregate: CaseIterable { case count, sum, distinct, last, sinceLast }

    var aggregate: Aggregate
    var filter: PlainFilter
    var over: Int64?

    /// Its events of a customer's history, at an instant.
    func events(_ history: [PlainEvent], at now: Int64) -> [PlainEvent] {
        history.filter { event in
            (over.map { event.taken > now - $0 } ?? true) && filter.takes(event) && (event.value != nil || !readsValue)
        }
    }

    private var readsValue: Bool { ![.count, .sinceLast].contains(aggregate) }

    /// Its value: a number, or microseconds; nil where it is absent.
    func value(_ history: [PlainEvent], at now: Int64) -> Double? {
        let events = events(history, at: now)
        switch aggregate {
        case .count: return Double(events.count)
        case .sum: return events.reduce(0) { $0 + Double($1.value ?? 0) }
        case .distinct: return Double(Set(events.map(\.value)).count)
        case .last: return events.last?.value.map(Double.init)
        case .sinceLast: return events.last.map { Double(now - $0.taken) }
        }
    }

    var text: String {
        let value =
            switch aggregate {
            case .count: "count: true"
            case .sum: "sum: 'event.properties.v'"
            case .distinct: "distinct: 'event.properties.v'"
            case .last: "last: 'event.properties.v'"
            case .sinceLast: "since_last: true"
            }
        let length = over.map { ", over: '\($0 / 1000)ms'" } ?? ""
        return "{ \(value), on: \(filter.typesText)\(filter.whereText)\(length) }"
    }
}

/// A condition of a `when` moment.
indirect enum StateCondition {
    enum Comparison: String, CaseIterable { case less = "<", atMost = "<=", more = ">", atLeast = ">=" }

    case window(Int, Comparison, Double)
    case event(EventCondition)
    case not(StateCondition)
    case both(StateCondition, StateCondition)
    case either(StateCondition, StateCondition)

    /// The windows that it reads.
    var windows: [Int] {
        switch self {
        case .window(let index, _, _): [index]
        case .event: []
        case .not(let inner): inner.windows
        case .both(let left, let right), .either(let left, let right): left.windows + right.windows
        }
    }

    var readsEvent: Bool {
        switch self {
        case .window: false
        case .event: true
        case .not(let inner): inner.readsEvent
        case .both(let left, let right), .either(let left, let right): left.readsEvent || right.readsEvent
        }
    }

    /// Each comparison of a window with a constant.
    var comparisons: [(window: Int, comparison: Comparison, constant: Double)] {
        switch self {
        case .window(let index, let comparison, let constant): [(index, comparison, constant)]
        case .event: []
        case .not(let inner): inner.comparisons
        case .both(let left, let right), .either(let left, let right): left.comparisons + right.comparisons
        }
    }

    func holds(_ event: PlainEvent?, _ value: (Int) -> Double?) -> Bool? {
        switch self {
        case .window(let index, let comparison, let constant):
            return value(index).map { number in
                switch comparison {
                case .less: number < constant
                case .atMost: number <= constant
                case .more: number > constant
                case .atLeast: number >= constant
                }
            }
        case .event(let condition): return event.flatMap { condition.holds($0) }
        case .not(let inner): return inner.holds(event, value).map { !$0 }
        case .both(let left, let right):
            let both = [left.holds(event, value), right.holds(event, value)]
            return both.contains(false) ? false : both.contains(nil) ? nil : true
        case .either(let left, let right):
            let both = [left.holds(event, value), right.holds(event, value)]
            return both.contains(true) ? true : both.contains(nil) ? nil : false
        }
    }

    func text(_ windows: [PlainWindow]) -> String {
        switch self {
        case .window(let index, let comparison, let constant):
            let isDuration = windows[index].aggregate == .sinceLast
            let isDouble = windows[index].aggregate == .sum
            let number =
                isDuration ? "duration('\(Int(constant / 1000))ms')" : "\(Int(constant))\(isDouble ? ".0" : "")"
            return "windows.w\(index) \(comparison.rawValue) \(number)"
        case .event(let condition): return condition.text
        case .not(let inner): return "!(\(inner.text(windows)))"
        case .both(let left, let right): return "(\(left.text(windows)) && \(right.text(windows)))"
        case .either(let left, let right): return "(\(left.text(windows)) || \(right.text(windows)))"
        }
    }
}

struct PlainSequence {
    struct Step {
        var filter: PlainFilter
        var times = 1
        /// The unwanted events after it, before the next step or, at the end, for `wait`.
        var nots: [PlainFilter] = []
    }

    var steps: [Step]
    /// The `for` of the last step's only `not`.
    var wait: Int64?
    var within: Int64?
    var isByKey = false
    /// The only types that it sees.
    var among: [String]?
    /// Whether a condition that always holds looks at the events bound, so that the engine keeps it in its general form.
    var isGeneral = false

    /// What ends its wait.
    var unwanted: PlainFilter { steps[steps.count - 1].nots[0] }

    /// The types that it names.
    var types: [String] { Set(steps.flatMap { [$0.filter] + $0.nots }.flatMap { $0.types ?? [] }).sorted() }

    var text: String {
        var elements: [String] = []
        for (index, step) in steps.enumerated() {
            var condition = step.filter.whereText
            if isGeneral, index == 0 {
                let own = step.filter.condition.map { "(\($0.text)) && " } ?? ""
                condition = ", where: \"\(own)steps.s0.size() >= 0\""
            }
            elements.append(
                "{ as: 's\(index)', on: \(step.filter.typesText)\(condition), times: \(step.times) }")
            for not in step.nots {
                let length = index == steps.count - 1 ? wait.map { ", for: '\($0 / 1000)ms'" } ?? "" : ""
                elements.append("{ not: \(not.typesText)\(not.whereText)\(length) }")
            }
        }
        return "sequence: [\(elements.joined(separator: ", "))]" + (within.map { ", within: '\($0 / 1000)ms'" } ?? "")
            + (isByKey ? ", by: 'event.properties.k'" : "") + (among.map { ", among: \($0)" } ?? "")
    }
}

struct PlainMoment {
    enum Trigger {
        case sequence(PlainSequence)
        case condition(StateCondition)
    }

    var trigger: Trigger
    var cooldown: Int64 = 0
    var repeatEvery: Int64 = 0
    /// Whether the value of the last event of its first step breaks the cooldown where it is greater than the last one.
    var hasLevel = false

    func text(_ windows: [PlainWindow]) -> String {
        let rest =
            (cooldown > 0 ? ", cooldown: '\(cooldown / 1000)ms'" : "")
            + (repeatEvery > 0 ? ", repeat: '\(repeatEvery / 1000)ms'" : "")
            + (hasLevel ? ", level: 's0.properties.v'" : "")
        switch trigger {
        case .sequence(let sequence): return "{ \(sequence.text)\(rest) }"
        case .condition(let condition): return "{ when: \"\(condition.text(windows))\"\(rest) }"
        }
    }
}

/// A configuration as the model knows it.
struct PlainRules {
    var windows: [PlainWindow] = []
    var moments: [PlainMoment] = []
    var disorder: Int64 = 0
    var refusesLate = false
    /// For how long an id is remembered.
    var dedup: Int64?
    var decisions: PlainDecisions?
    /// The section `identity`, where customers are found by several ids.
    var identity: String?
    /// Whether rules that nothing ever concerns stand in front, so that all others have other numbers.
    var isRenumbered = false

    var text: String {
        let spareWindow = isRenumbered ? ["spare: { count: true, on: 'nothing', over: '1s' }"] : []
        let spareMoment = isRenumbered ? ["spare: { when: 'windows.spare > 0' }"] : []
        let windowTexts = spareWindow + windows.enumerated().map { "w\($0): \($1.text)" }
        let momentTexts = spareMoment + moments.enumerated().map { "m\($0): \($1.text(windows))" }
        let late = refusesLate ? ", late: 'reject'" : ""
        return "{ version: 1, time: { disorder: '\(disorder / 1000)ms'\(late) },\n"
            + (dedup.map { " input: { dedup: '\($0 / 1000)ms' },\n" } ?? "")
            + (identity.map { " identity: \($0),\n" } ?? "")
            + " windows: {\n  \(windowTexts.joined(separator: ",\n  ")) },\n"
            + " moments: {\n  \(momentTexts.joined(separator: ",\n  ")) }\(decisions?.text ?? "") }"
    }
}
