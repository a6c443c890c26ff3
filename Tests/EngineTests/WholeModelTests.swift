import Storage
import Testing

@testable import TestEngine

/// The whole engine, decisions included, against the plain model: its own stages, on several numbers of shards, with any
/// cut of the input. Times and durations are drawn from a few seconds, so that most of what happens happens together.
@Suite struct WholeModelTests {
    private static let lot = 40

    /// A configuration, its input, and what must come out.
    struct Case {
        var rules: PlainRules
        var events: [PlainEvent]
        var flush: Bool
        var expected: [String]

        /// - Parameter identify: has the customers be found by several ids, as rules and events say then.
        init(
            _ chance: inout Chance,
            _ identify: (inout Chance, inout PlainRules, inout [PlainEvent]) -> Void = { _, _, _ in }
        ) {
            (chance.lengths, chance.steps, chance.customersMost) = ([1, 1, 2], [0, 0, 0, 0, 0, 1, 1, 2], 6)
            rules = chance.rules()
            rules.refusesLate = chance.isTrue(1, of: 5)
            rules.dedup = chance.isTrue(1, of: 3) ? chance.length() : nil
            rules.moments += chance.rivals(of: rules)
            let decisions = chance.decisions(for: rules)
            rules.decisions = decisions
            events = chance.withRepeats(chance.events(for: rules))
            identify(&chance, &rules, &events)
            flush = chance.isTrue(1, of: 2)
            var decider = NaiveDecider(decisions)
            expected = NaiveModel.told(events, rules, flush: flush).flatMap { line in
                (line.join == nil ? [line.text] : []) + decider.decide(line)
            }
        }

        var input: String { events.map(\.line).joined() }

        /// What to say where something else came out.
        func comment(_ found: [String]) -> Comment {
            let place =
                zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? min(found.count, expected.count)
            return
                "flush \(flush)\n\(rules.text)\n\(input)line \(place): found \(found.dropFirst(place).prefix(3))\n expected \(expected.dropFirst(place).prefix(3))"
        }
    }

    @Test(arguments: 0..<12) func decisionsAndMomentsComeAsTheModelSays(_ lot: Int) throws {
        var met: Set<String> = []
        for seed in lot * WholeModelTests.lot..<(lot + 1) * WholeModelTests.lot {
            var chance = Chance(seed: UInt64(seed))
            let one = Case(&chance)
            let engine = try EngineUnderTest(one.rules.text)
            for (shards, piece) in [(1, 1 << 16), (2, 40), (3, 300), (8, 1 << 16)] {
                let found = DecisionWords.of(
                    engine.run(one.input, shards: shards, flush: one.flush, piece: piece).lines)
                try #require(found == one.expected, "seed \(seed), shards \(shards) \(one.comment(found))")
            }
            for line in one.expected where line.hasPrefix("decision") {
                met.insert(line.split(separator: " ").dropFirst(4).joined(separator: " "))
            }
        }
        #expect(met.isSuperset(of: ["a0", "a1", "null cap", "null budget", "null cooldown"]))
    }

    /// What comes of a case where the engine stops between any two lots of lines, goes on from an image of what it knew, and
    /// follows configurations in which the same rules have other numbers.
    static func stepped(_ one: Case, shards: Int, _ chance: inout Chance) throws -> [String] {
        var rules = one.rules
        let lines = one.events.map(\.line)
        var engine = SteppedEngine(try EngineUnderTest(rules.text).plan, shards: shards)
        var output = ""
        var start = 0
        while start < lines.count {
            let end = min(start + chance.of([1, 1, 2, 5, 20]), lines.count)
            engine.take(lines[start..<end])
            start = end
            if chance.isTrue(1, of: 6) {
                rules.isRenumbered.toggle()
                _ = try engine.reload(rules.text)
            }
            if chance.isTrue(1, of: 4) {
                output += engine.output
                engine = try SteppedEngine(engine.plan, shards: shards, image: engine.image().copied())
            }
        }
        engine.finish(flush: one.flush)
        return DecisionWords.of((output + engine.output).split(separator: "\n").map(String.init))
    }

    /// The same where the engine stops between any two lots of lines, goes on from an image of what it knew, and follows
    /// configurations in which the same rules have other numbers.
    @Test(arguments: 0..<6) func imagesAndOtherNumbersChangeNothing(_ lot: Int) throws {
        for seed in lot * WholeModelTests.lot..<(lot + 1) * WholeModelTests.lot {
            var chance = Chance(seed: UInt64(10_000 + seed))
            let one = Case(&chance)
            let shards = chance.of([1, 2, 3, 8])
            let found = try Self.stepped(one, shards: shards, &chance)
            try #require(found == one.expected, "seed \(seed), shards \(shards) \(one.comment(found))")
        }
    }
}

extension Chance {
    /// Moments that fall due together with each other: absences of one duration, and a condition of that duration.
    mutating func rivals(of rules: PlainRules) -> [PlainMoment] {
        let wait = length()
        func absence(_ type: String, _ times: Int) -> PlainMoment {
            let step = PlainSequence.Step(
                filter: PlainFilter(types: [type]), times: times, nots: [PlainFilter(types: ["d"])])
            return PlainMoment(trigger: .sequence(PlainSequence(steps: [step], wait: wait)))
        }
        var moments = [absence("a", 1), absence(of(["a", "b"]), 1 + below(2))]
        for (index, window) in rules.windows.enumerated() where window.aggregate == .sinceLast {
            moments.append(PlainMoment(trigger: .condition(.window(index, .atLeast, Double(wait)))))
        }
        return moments
    }

    mutating func decisions(for rules: PlainRules) -> PlainDecisions {
        let worthy = rules.windows.indices.filter { rules.windows[$0].aggregate != .sinceLast }
        var decisions = PlainDecisions()
        decisions.actions = (0..<2 + below(2)).map { _ in
            let moments = rules.moments.indices.filter { _ in isTrue(2, of: 3) }
            return PlainDecisions.Action(
                moments: isTrue(1, of: 2) || moments.isEmpty ? nil : moments,
                worth: isTrue(1, of: 3) && !worthy.isEmpty ? .window(of(worthy)) : .constant(1 + below(2)),
                cooldown: isTrue(1, of: 3) ? length() : 0, budget: isTrue(1, of: 2) ? limit() : nil)
        }
        if isTrue(2, of: 3) { decisions.caps = (0..<1 + below(2)).map { _ in limit() } }
        decisions.choose = 1 + below(2)
        return decisions
    }

    private mutating func limit() -> PlainDecisions.Limit {
        PlainDecisions.Limit(most: 1 + below(4), over: length())
    }

    /// Some events come once more, a little later.
    mutating func withRepeats(_ events: [PlainEvent]) -> [PlainEvent] {
        var all: [PlainEvent] = []
        for event in events {
            var event = event
            event.place = all.count
            all.append(event)
            guard isTrue(1, of: 8) else { continue }
            var again = of(Array(all.suffix(3)))
            again.original = again.original ?? again.place
            again.place = all.count
            all.append(again)
        }
        return all
    }
}
