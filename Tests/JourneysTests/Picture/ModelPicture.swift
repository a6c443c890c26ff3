import Events
import Glibc

/// A configuration as the plain picture knows it.
struct ModelRules {
    struct Score {
        enum Term {
            case window(Int, weight: Double)
            case condition(ModelCondition, weight: Double)
        }
        var intercept: Double
        var terms: [Term]
        var isLogistic: Bool
        /// Where there are no terms: 1 where it holds, else 0.
        var condition: ModelCondition?
        var thresholds: [Double]
    }

    struct Segment {
        var when: ModelCondition
        var leave: ModelCondition?
    }

    enum Moment {
        case condition(ModelCondition, cooldown: Int64)
        /// An event of the type, and then for so long none of the other; tells the last score and segment.
        case absence(String, not: String, wait: Int64)
    }

    var windows: [ModelWindow] = []
    var scores: [Score] = []
    var segments: [Segment] = []
    var moments: [Moment] = []

    /// Every condition that is decided again as time passes.
    var timely: [ModelCondition] {
        var all: [ModelCondition] = []
        for score in scores {
            for case .condition(let condition, _) in score.terms { all.append(condition) }
            if let condition = score.condition { all.append(condition) }
        }
        for segment in segments { all += [segment.when] + (segment.leave.map { [$0] } ?? []) }
        for case .condition(let condition, _) in moments { all.append(condition) }
        return all
    }

    var text: String {
        func list(_ name: String, _ key: String, _ texts: [String]) -> String {
            "\(name): {\n" + texts.enumerated().map { "  \(key)\($0): \($1),\n" }.joined() + "},\n"
        }
        let outputs =
            (segments.isEmpty ? "" : "s: 'segments.s\(segments.count - 1)', ")
            + (scores.isEmpty ? "" : "r: 'scores.r\(scores.count - 1)'")
        return list("windows", "w", windows.map(\.text)) + list("scores", "r", scores.map(text))
            + list("segments", "s", segments.map(text))
            + list(
                "moments", "m",
                moments.map { moment in
                    switch moment {
                    case .condition(let condition, let cooldown):
                        "{ when: \"\(condition.text(windows))\", cooldown: '\(cooldown / 1000)ms' }"
                    case .absence(let type, let other, let wait):
                        "{ sequence: [{ as: 'a', on: '\(type)' }, { not: '\(other)', for: '\(wait / 1000)ms' }]"
                            + (outputs.isEmpty ? " }" : ", output: { \(outputs) } }")
                    }
                }) + "emit: ['score', 'segment', 'moment'],\n"
    }

    private func text(_ score: Score) -> String {
        let report = score.thresholds.isEmpty ? "" : ", report_at: \(score.thresholds)"
        if let condition = score.condition {
            return "{ expr: \"\(condition.text(windows)) ? 1.0 : 0.0\"\(report) }"
        }
        let terms = score.terms.map { term in
            switch term {
            case .window(let index, let weight): "{ value: 'windows.w\(index)', weight: \(weight) }"
            case .condition(let condition, let weight):
                "{ when: \"\(condition.text(windows))\", weight: \(weight) }"
            }
        }
        let link = score.isLogistic ? ", link: 'logistic'" : ""
        return "{ intercept: \(score.intercept)\(link), terms: [\(terms.joined(separator: ", "))]\(report) }"
    }

    private func text(_ segment: Segment) -> String {
        let leave = segment.leave.map { ", leave_when: \"\($0.text(windows))\"" } ?? ""
        return "{ when: \"\(segment.when.text(windows))\"\(leave) }"
    }
}

/// What must come out, worked out the plain way: at every instant at which any event leaves any window, everything is
/// decided again from all events, unless an event of the customer at that instant has done so.
struct ModelPicture {
    /// What happens at one instant, in this order.
    enum Phase: Int, Comparable {
        case deadline, event, slide
        static func < (a: Phase, b: Phase) -> Bool { a.rawValue < b.rawValue }
    }

    struct Line {
        var time: Int64
        var phase: Phase
        var place: Int
        /// Scores and segments come first, then the moments by their numbers.
        var moment: Int
        var customer: String
        var text: String
    }

    private struct Customer {
        var history: [ModelEvent] = []
        var scores: [Double?]
        /// A score's last value, whether or not it has one now.
        var before: [Double]
        var segments: [Bool]
        var wasTrue: [Bool]
        var lastLine: [Int64?]
        /// When the cooldown ends that has held a moment back since it turned true, and the place of what had it turn.
        var owed: [ModelCause?]
        var waiting: [[ModelEvent]]
    }

    private let rules: ModelRules
    private var customers: [String: Customer] = [:]
    /// How far time has come.
    private var clock = (time: Int64.min, phase: Phase.slide)
    private(set) var lines: [Line] = []

    init(_ rules: ModelRules, _ events: [ModelEvent], flush: Bool) {
        self.rules = rules
        for event in events {
            fire(upTo: (event.taken, .event))
            take(event)
        }
        fire(upTo: (flush ? .max : events.last?.taken ?? .min, .slide))
    }

    private mutating func take(_ event: ModelEvent) {
        let name = event.customer
        var customer =
            customers[name]
            ?? Customer(
                scores: rules.scores.map { _ in nil }, before: rules.scores.map { _ in -.infinity },
                segments: rules.segments.map { _ in false }, wasTrue: rules.moments.map { _ in false },
                lastLine: rules.moments.map { _ in nil }, owed: rules.moments.map { _ in nil },
                waiting: rules.moments.map { _ in [] })
        customer.history.append(event)
        var line = Line(
            time: event.taken, phase: .event, place: event.place, moment: -1, customer: name, text: "")
        decideItems(&customer, event, &line)
        for (index, moment) in rules.moments.enumerated() {
            line.moment = index
            switch moment {
            case .condition: decide(index, &customer, event, line)
            case .absence(let type, let other, _):
                if event.type == other { customer.waiting[index] = [] }
                if event.type == type { customer.waiting[index].append(event) }
            }
        }
        customers[name] = customer
    }

    // MARK: Time

    private mutating func fire(upTo limit: (time: Int64, phase: Phase)) {
        while true {
            var next: (time: Int64, phase: Phase)?
            for customer in customers.values {
                for due in causes(customer).map({ (time: $0.cause.instant, phase: $0.phase) }) where due > clock {
                    next = min(next ?? due, due, by: <)
                }
            }
            guard let next, next <= limit else { break }
            clock = next
            for name in customers.keys { pass(name) }
        }
        clock = max(clock, limit, by: <)
        lines = lines.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            return (a.time, a.phase, a.place, a.moment, left.offset)
                < (b.time, b.phase, b.place, b.moment, right.offset)
        }.map(\.element)
    }

    private func min<Element>(_ a: Element, _ b: Element, by isLess: (Element, Element) -> Bool) -> Element {
        isLess(b, a) ? b : a
    }

    private func max<Element>(_ a: Element, _ b: Element, by isLess: (Element, Element) -> Bool) -> Element {
        isLess(a, b) ? b : a
    }

    /// What falls due for a customer, with the window, or with the sequence counted behind the windows.
    private func causes(_ customer: Customer) -> [(cause: ModelCause, phase: Phase, source: Int)] {
        var causes: [(cause: ModelCause, phase: Phase, source: Int)] = []
        for (index, window) in rules.windows.enumerated() {
            causes += window.losses(customer.history).map { ($0, .slide, index) }
        }
        for case .window(let index, let comparison, let constant) in rules.timely.flatMap(\.leaves)
        where rules.windows[index].isSince {
            let isStrict = comparison == .more || comparison == .atMost
            let last = customer.history.last?.taken ?? 0
            let passing = rules.windows[index].passing(
                Int64(constant), isStrict: isStrict, customer.history, at: Swift.max(clock.time, last))
            if let passing { causes.append((passing, .slide, index)) }
        }
        for (index, owed) in customer.owed.enumerated() {
            if let owed { causes.append((owed, .slide, rules.windows.count + index)) }
        }
        for (index, moment) in rules.moments.enumerated() {
            guard case .absence(_, _, let wait) = moment else { continue }
            for event in customer.waiting[index] {
                let cause = ModelCause(instant: event.taken + wait, place: event.place)
                causes.append((cause, .deadline, rules.windows.count + index))
            }
        }
        return causes
    }

    /// Everything of one customer that falls due at this very instant, before or behind its events.
    private mutating func pass(_ name: String) {
        guard var customer = customers[name] else { return }
        let due = causes(customer).filter { $0.cause.instant == clock.time && $0.phase == clock.phase }
        guard let first = due.map(\.cause.place).min() else { return }
        var line = Line(time: clock.time, phase: clock.phase, place: first, moment: -1, customer: name, text: "")
        if clock.phase == .deadline {
            for (index, moment) in rules.moments.enumerated() {
                guard case .absence(_, _, let wait) = moment else { continue }
                line.moment = index
                for event in customer.waiting[index] where event.taken + wait == clock.time {
                    line.place = event.place
                    line.text = absence(index, event, customer)
                    lines.append(line)
                }
                customer.waiting[index].removeAll { $0.taken + wait == clock.time }
            }
        } else if customer.history.last?.taken != clock.time {
            let changed = Set(due.map(\.source))
            decideItems(&customer, nil, &line, changed: changed)
            for (index, moment) in rules.moments.enumerated() {
                guard case .condition(let condition, _) = moment else { continue }
                let slides = !condition.readsEvent && !windows(behind: condition).isDisjoint(with: changed)
                if !slides, !changed.contains(rules.windows.count + index) { continue }
                line.moment = index
                decide(index, &customer, nil, line, again: slides)
            }
        }
        customers[name] = customer
    }

    private func windows(behind condition: ModelCondition) -> Set<Int> {
        var found: Set<Int> = []
        for leaf in condition.leaves {
            switch leaf {
            case .window(let index, _, _): found.insert(index)
            case .segment(let index): found.formUnion(windows(behind: rules.segments[index]))
            case .score(let index, _, _): found.formUnion(windows(behind: rules.scores[index]))
            default: break
            }
        }
        return found
    }

    private func windows(behind segment: ModelRules.Segment) -> Set<Int> {
        windows(behind: segment.when).union(segment.leave.map { windows(behind: $0) } ?? [])
    }

    private func windows(behind score: ModelRules.Score) -> Set<Int> {
        var found = score.condition.map { windows(behind: $0) } ?? []
        for term in score.terms {
            switch term {
            case .window(let index, _): found.insert(index)
            case .condition(let condition, _): found.formUnion(windows(behind: condition))
            }
        }
        return found
    }

    // MARK: Scores, segments, moments

    private func holds(_ condition: ModelCondition, _ customer: Customer, _ event: ModelEvent?, _ now: Int64) -> Bool? {
        condition.holds { leaf in
            switch leaf {
            case .window(let index, let comparison, let constant):
                rules.windows[index].value(customer.history, at: now).map { comparison.holds($0, constant) }
            case .score(let index, let comparison, let constant):
                customer.scores[index].map { comparison.holds($0, constant) }
            case .segment(let index): customer.segments[index]
            case .type(let type): event.map { $0.type == type }
            default: nil
            }
        }
    }

    /// At an event all are decided; between events, those that depend on windows which may have changed.
    private mutating func decideItems(
        _ customer: inout Customer, _ event: ModelEvent?, _ line: inout Line, changed: Set<Int>? = nil
    ) {
        func isDecided(_ behind: Set<Int>) -> Bool { changed.map { !$0.isDisjoint(with: behind) } ?? true }
        for (index, score) in rules.scores.enumerated() where isDecided(windows(behind: score)) {
            let value = value(score, customer, line.time)
            customer.scores[index] = value
            guard let value else { continue }
            let before = customer.before[index]
            customer.before[index] = value
            let crossed =
                value > before
                ? score.thresholds.filter { before < $0 && value >= $0 }
                : score.thresholds.filter { before >= $0 && value < $0 }.reversed()
            for threshold in crossed {
                line.text =
                    "score \"score\":\"r\(index)\",\"value\":\(value),\"threshold\":\(threshold),\"direction\":\"\(value > before ? "up" : "down")\",\"customer_id\":\"\(line.customer)\",\"time\":\(time(line.time))"
                lines.append(line)
            }
        }
        for (index, segment) in rules.segments.enumerated() where isDecided(windows(behind: segment)) {
            let wasIn = customer.segments[index]
            var isIn = holds(segment.when, customer, event, line.time) == true
            if wasIn, let leave = segment.leave, holds(leave, customer, event, line.time) != true { isIn = true }
            if isIn == wasIn { continue }
            customer.segments[index] = isIn
            line.text =
                "segment \"segment\":\"s\(index)\",\"change\":\"\(isIn ? "enter" : "leave")\",\"customer_id\":\"\(line.customer)\",\"time\":\(time(line.time))"
            lines.append(line)
        }
    }

    private func value(_ score: ModelRules.Score, _ customer: Customer, _ now: Int64) -> Double? {
        if let condition = score.condition { return holds(condition, customer, nil, now).map { $0 ? 1 : 0 } }
        var sum = score.intercept
        for term in score.terms {
            switch term {
            case .window(let index, let weight):
                if let value = rules.windows[index].value(customer.history, at: now) { sum += weight * value }
            case .condition(let condition, let weight):
                if holds(condition, customer, nil, now) == true { sum += weight }
            }
        }
        guard score.isLogistic else { return sum }
        return sum >= 0 ? 1 / (1 + exp(-sum)) : exp(sum) / (1 + exp(sum))
    }

    private mutating func decide(
        _ moment: Int, _ customer: inout Customer, _ event: ModelEvent?, _ line: Line, again: Bool = true
    ) {
        guard case .condition(let condition, let cooldown) = rules.moments[moment] else { return }
        let wasTrue = customer.wasTrue[moment]
        let isTrue = again ? holds(condition, customer, event, line.time) == true : wasTrue
        customer.wasTrue[moment] = isTrue
        if !isTrue { customer.owed[moment] = nil }
        guard isTrue, !wasTrue || customer.owed[moment]?.instant == line.time else { return }
        customer.owed[moment] = nil
        if let last = customer.lastLine[moment], line.time < last + cooldown {
            customer.owed[moment] = ModelCause(instant: last + cooldown, place: line.place)
            return
        }
        customer.lastLine[moment] = line.time
        var line = line
        let now = time(line.time)
        line.text =
            "moment \"moment\":\"m\(moment)\",\"customer_id\":\"\(line.customer)\",\"time\":\(now),\"start\":\(now),\"end\":\(now)"
        lines.append(line)
    }

    private func absence(_ moment: Int, _ event: ModelEvent, _ customer: Customer) -> String {
        var outputs = customer.segments.last.map { ["\"s\":\($0)"] } ?? []
        if let score = customer.scores.last, let score { outputs.append("\"r\":\(score)") }
        return "moment \"moment\":\"m\(moment)\",\"customer_id\":\"\(event.customer)\",\"time\":\(time(clock.time)),"
            + "\"start\":\(time(event.taken)),\"end\":\(time(event.taken)),\"steps\":{\"a\":[\"e\(event.place)\"]}"
            + (rules.scores.isEmpty && rules.segments.isEmpty ? "" : ",\"output\":{\(outputs.joined(separator: ","))}")
    }

    private func time(_ microseconds: Int64) -> String { "\"\(Instant(microseconds: microseconds))\"" }
}
