import Expressions
import TestSupport
import Testing

@testable import Journeys

/// The customer's picture against the plain one: windows of every aggregate and extent, scores, segments with
/// hysteresis, moments, over seeded streams with ties in time, events that come late and long silence.
@Suite struct PictureModelTests {
    /// With one window and its readers, every line is in its place among those of all customers.
    @Test(arguments: 0..<8) func oneWindowAndWhatReadsIt(lot: Int) throws {
        for seed in lot * 100..<lot * 100 + 100 { try compare(seed: UInt64(seed), windows: 1) }
    }

    /// With several, one customer's lines at one instant are what they must be, in their order.
    @Test(arguments: 0..<8) func severalWindows(lot: Int) throws {
        for seed in lot * 100..<lot * 100 + 100 { try compare(seed: UInt64(10_000 + seed), windows: 4) }
    }

    private func compare(seed: UInt64, windows: Int) throws {
        var maker = RuleMaker(seed: seed)
        let rules = maker.rules(windows: windows)
        let events = maker.events()
        let flush = seed % 2 == 0
        let found = try PictureUnderTest(rules.text).run(
            events.map(\.line).joined(), shards: Int(seed % 4) + 1, flush: flush)
        let model = ModelPicture(rules, events, flush: flush).lines
        let expected = model.map(\.text)
        let isRight =
            windows == 1
            ? found == expected : found.count == expected.count && inOneOrder(found) == inOneOrder(expected)
        if !isRight {
            let first = zip(found + [""], expected + [""]).first { $0 != $1 }
            try #require(
                isRight,
                "seed \(seed): \(first?.0 ?? "") instead of \(first?.1 ?? "")\n\(rules.text)\(events.map(\.line).joined())\(found)"
            )
        }
    }

    /// Where several windows of a customer lose events at one instant, among them such as change nothing, which of the
    /// events sets the deadline is not laid down: there, lines are compared customer by customer, the moments as a set.
    private func inOneOrder(_ lines: [String]) -> [String] {
        var groups: [String: [String]] = [:]
        for line in lines {
            let parts = line.split(separator: ",")
            let time = parts.first { $0.hasPrefix("\"time\"") } ?? ""
            let customer = parts.first { $0.hasPrefix("\"customer_id\"") } ?? ""
            groups["\(time)\(customer)", default: []].append(line)
        }
        return groups.sorted { $0.key < $1.key }.flatMap { group in
            group.value.filter { !$0.hasPrefix("moment") } + group.value.filter { $0.hasPrefix("moment") }.sorted()
        }
    }
}

/// Makes up rules and events.
private struct RuleMaker {
    private var random: SeededNumbers

    init(seed: UInt64) {
        random = SeededNumbers(seed: seed)
        for _ in 0..<4 { _ = random.next() }
    }

    private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    private mutating func isTrue(_ some: Int, of all: Int) -> Bool { below(all) < some }
    private mutating func of<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
    private mutating func length() -> Int64 { Int64(of([1, 2, 3, 5, 8])) * 1_000_000 }

    mutating func events() -> [ModelEvent] {
        var time: Int64 = 0
        var watermark: Int64 = 0
        let customers = 1 + below(4)
        return (0..<8 + below(32)).map { place in
            time +=
                Int64(of([0, 0, 0, 1, 1, 2, 3, 8, isTrue(1, of: 4) ? 500_000 : 0, isTrue(1, of: 4) ? 43_200 : 0]))
                * 1_000_000
            let back = isTrue(1, of: 10) ? Int64(below(5)) * 1_000_000 : 0
            var event = ModelEvent(
                customer: "c\(below(customers))", type: of(["a", "b", "c", "d"]), own: max(0, time - back),
                value: isTrue(4, of: 5) ? below(4) : nil, place: place)
            event.taken = max(event.own, watermark)
            watermark = event.taken
            return event
        }
    }

    mutating func rules(windows count: Int) -> ModelRules {
        var rules = ModelRules()
        rules.windows = (0..<count).map { _ in window() }
        for index in 0..<below(3) {
            rules.scores.append(score(rules, scores: index))
        }
        for index in 0..<below(4) {
            let when = condition(rules, segments: index, depth: 1)
            let leave = isTrue(1, of: 3) ? condition(rules, segments: index, depth: 1) : nil
            rules.segments.append(ModelRules.Segment(when: when, leave: leave))
        }
        for _ in 0..<1 + below(3) {
            if isTrue(1, of: 4) {
                rules.moments.append(.absence(of(["a", "b"]), not: of(["c", "d"]), wait: length()))
            } else {
                let condition = condition(rules, segments: rules.segments.count, depth: 2, withEvent: true)
                rules.moments.append(.condition(condition, cooldown: isTrue(1, of: 4) ? length() : 0))
            }
        }
        return rules
    }

    private mutating func window() -> ModelWindow {
        let aggregate = of(WindowModelTests.aggregates)
        let extent: WindowPlan.Extent =
            switch below(10) {
            case 8, 9: .per(of(Period.allCases))
            case 0: .allTime
            case 1: .events(1 + below(4))
            case 2, 3: .session(length())
            default: .over(length())
            }
        var window = ModelWindow(
            aggregate: aggregate, extent: extent, types: ["a", "b", "c", "d"].filter { _ in isTrue(1, of: 2) },
            least: isTrue(1, of: 3) ? below(3) : nil)
        if window.types.isEmpty { window.types = ["a"] }
        window.hundredths = of([1, 7, 25, 50, 90, 100])
        window.isBefore = isTrue(1, of: 4)
        if case .over = extent, [.count, .sum, .avg].contains(aggregate), isTrue(1, of: 4) {
            if case .over(let length) = extent { window.resolution = min(length, Int64(of([1, 2, 3])) * 1_000_000) }
        }
        return window
    }

    private mutating func score(_ rules: ModelRules, scores: Int) -> ModelRules.Score {
        let thresholds = [0.25, 0.5, 1.0, 2.0].filter { _ in isTrue(1, of: 2) }
        if isTrue(1, of: 3) {
            return ModelRules.Score(
                intercept: 0, terms: [], isLogistic: false, condition: condition(rules, segments: 0, depth: 1),
                thresholds: thresholds)
        }
        let terms = (0..<1 + below(3)).map { _ -> ModelRules.Score.Term in
            let weight = Double(of([-2, -1, 1, 2, 3])) / 4
            let index = below(rules.windows.count)
            return isTrue(1, of: 2) && !rules.windows[index].isSince
                ? .window(index, weight: weight)
                : .condition(condition(rules, segments: 0, depth: 1), weight: weight)
        }
        return ModelRules.Score(
            intercept: Double(below(5) - 2) / 4, terms: terms, isLogistic: isTrue(1, of: 3), thresholds: thresholds)
    }

    private mutating func condition(
        _ rules: ModelRules, segments: Int, depth: Int, withEvent: Bool = false
    ) -> ModelCondition {
        let comparison = of(ModelCondition.Comparison.allCases)
        switch below(depth > 0 ? 9 : 6) {
        case 6: return .not(condition(rules, segments: segments, depth: depth - 1, withEvent: withEvent))
        case 7, 8:
            let left = condition(rules, segments: segments, depth: depth - 1, withEvent: withEvent)
            let right = condition(rules, segments: segments, depth: depth - 1, withEvent: withEvent)
            return isTrue(1, of: 2) ? .both(left, right) : .either(left, right)
        case 0 where segments > 0: return .segment(below(segments))
        case 1 where !rules.scores.isEmpty: return .score(below(rules.scores.count), comparison, of([0.25, 0.5, 1, 2]))
        case 2 where withEvent && isTrue(1, of: 3): return .type(of(["a", "b", "c", "d"]))
        default:
            let index = below(rules.windows.count)
            let constant = rules.windows[index].isSince ? Double(length()) : Double(below(5))
            return .window(index, comparison, constant)
        }
    }
}
