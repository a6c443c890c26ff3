import TestSupport
import Testing

@testable import TestEngine

/// The engine against the plain model, over many small streams with ties in time and exact borders.
@Suite struct ModelTests {
    private static let lot = 250

    @Test(arguments: 0..<12) func theEngineAgreesWithTheModel(_ lot: Int) throws {
        var moments = 0
        for seed in lot * ModelTests.lot..<(lot + 1) * ModelTests.lot {
            var chance = Chance(seed: UInt64(seed))
            let rules = chance.rules()
            let events = chance.events(for: rules)
            let flush = chance.isTrue(1, of: 2)
            let outcome = try EngineUnderTest(rules.text).run(
                events.map(\.line).joined(), shards: seed % 3 + 1, flush: flush, piece: [7, 100, 1 << 16][seed % 3])
            let expected = NaiveModel.lines(events, rules, flush: flush)
            moments += expected.count
            try #require(
                outcome.moments == expected,
                "seed \(seed), flush \(flush)\n\(rules.text)\n\(events.map(\.line).joined())\(difference(outcome.moments, expected))"
            )
        }
        #expect(moments > ModelTests.lot)
    }

    private func difference(_ found: [String], _ expected: [String]) -> String {
        let place = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? min(found.count, expected.count)
        return
            "line \(place): found \(found.dropFirst(place).prefix(3))\n expected \(expected.dropFirst(place).prefix(3))"
    }
}

/// Chance from a seed, and the rules and events that it makes up.
struct Chance {
    private var numbers: SeededNumbers
    /// The seconds that durations are made of, and those between an event and the next.
    var lengths = [1, 2, 3, 5, 8]
    var steps = [0, 0, 0, 1, 1, 2, 3, 8]
    var customersMost = 4

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func below(_ count: Int) -> Int { numbers.below(count) }

    mutating func isTrue(_ some: Int, of all: Int) -> Bool { below(all) < some }

    mutating func of<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    // MARK: Events

    mutating func events(for rules: PlainRules) -> [PlainEvent] {
        var time: Int64 = 0
        let customers = 1 + below(customersMost)
        return (0..<10 + below(30)).map { place in
            time += Int64(of(steps)) * 1_000_000
            let back = rules.disorder > 0 || isTrue(1, of: 20) ? Int64(below(4)) * 1_000_000 : 0
            return PlainEvent(
                customer: "c\(below(customers))", type: of(["a", "b", "c", "d"]), own: max(0, time - back),
                value: isTrue(4, of: 5) ? below(4) : nil, key: isTrue(4, of: 5) ? of(["x", "y"]) : nil, place: place)
        }
    }

    // MARK: Rules

    mutating func rules() -> PlainRules {
        let windows = (0..<3).map { _ in window() }
        return PlainRules(
            windows: windows, moments: (0..<4).map { _ in moment(windows) },
            disorder: isTrue(1, of: 3) ? Int64(1 + below(3)) * 1_000_000 : 0)
    }

    mutating func length() -> Int64 { Int64(of(lengths)) * 1_000_000 }

    private mutating func filter(_ most: Int = 3) -> PlainFilter {
        let types = ["a", "b", "c", "d"].filter { _ in isTrue(1, of: 3) }
        let some = types.isEmpty ? (isTrue(1, of: 6) ? nil : [of(["a", "b", "c", "d"])]) : types
        return PlainFilter(types: some, condition: isTrue(1, of: 3) ? condition(2) : nil)
    }

    private mutating func condition(_ depth: Int) -> EventCondition {
        switch below(depth > 0 ? 6 : 3) {
        case 0: .hasValue
        case 3: .not(condition(depth - 1))
        case 4: .either(condition(depth - 1), condition(depth - 1))
        default: .atLeast(below(4))
        }
    }

    private mutating func window() -> PlainWindow {
        let aggregate = of(PlainWindow.Aggregate.allCases)
        let isAllTime = aggregate == .sinceLast || isTrue(1, of: 5)
        return PlainWindow(aggregate: aggregate, filter: filter(), over: isAllTime ? nil : length())
    }

    private mutating func moment(_ windows: [PlainWindow]) -> PlainMoment {
        let trigger: PlainMoment.Trigger =
            isTrue(1, of: 2) ? .condition(state(windows, 2)) : .sequence(sequence())
        var moment = PlainMoment(trigger: trigger, cooldown: isTrue(1, of: 3) ? length() : 0)
        switch trigger {
        case .condition: if isTrue(1, of: 3) { moment.repeatEvery = length() }
        case .sequence(var sequence):
            moment.hasLevel = moment.cooldown > 0 && isTrue(1, of: 2)
            if isTrue(1, of: 4), !sequence.types.isEmpty { sequence.among = sequence.types }
            if sequence.wait != nil, isTrue(1, of: 3) {
                moment.repeatEvery = length()
                sequence.isGeneral = isTrue(1, of: 2)
            }
            moment.trigger = .sequence(sequence)
        }
        return moment
    }

    private mutating func state(_ windows: [PlainWindow], _ depth: Int) -> StateCondition {
        switch below(depth > 0 ? 8 : 4) {
        case 4: return .not(state(windows, depth - 1))
        case 5: return .both(state(windows, depth - 1), state(windows, depth - 1))
        case 6: return .either(state(windows, depth - 1), state(windows, depth - 1))
        case 7 where isTrue(1, of: 3): return .event(condition(0))
        default:
            let index = below(windows.count)
            let constant = windows[index].aggregate == .sinceLast ? Double(length()) : Double(below(5))
            return .window(index, of(StateCondition.Comparison.allCases), constant)
        }
    }

    private mutating func sequence() -> PlainSequence {
        var steps = (0..<1 + below(3)).map { _ in
            PlainSequence.Step(filter: filter(), times: isTrue(1, of: 4) ? 2 + below(2) : 1)
        }
        for index in 0..<steps.count - 1 {
            steps[index].nots = (0..<max(0, below(4) - 1)).map { _ in filter() }
        }
        var wait: Int64?
        if isTrue(1, of: 2) {
            wait = length()
            steps[steps.count - 1].nots = [filter()]
        }
        return PlainSequence(
            steps: steps, wait: wait, within: isTrue(1, of: 2) ? length() : nil, isByKey: isTrue(1, of: 3))
    }
}
