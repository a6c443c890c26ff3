import Storage
import Testing

@testable import Pipeline
@testable import TestEngine

/// What a new configuration changes, and what it leaves alone.
@Suite struct ReloadTests {
    /// Runs lines in lots; in front of the lots named the engine goes on under another configuration.
    private func run(
        _ rules: RuleBook, _ lines: [String], shards: Int = 2, reloads: [Int: RuleBook]
    ) throws -> (engine: SteppedEngine, reports: [String]) {
        let engine = SteppedEngine(try EngineUnderTest(rules.text).plan, shards: shards)
        var reports: [String] = []
        for (number, start) in stride(from: 0, to: lines.count, by: 10).enumerated() {
            if let next = reloads[number] { reports += try engine.reload(next.text) }
            engine.take(lines[start..<min(start + 10, lines.count)])
        }
        engine.finish(flush: true)
        return (engine, reports)
    }

    private func lines(_ output: String, of name: String) -> [Substring] {
        output.split(separator: "\n").filter { $0.contains("\"\(name)\"") }
    }

    @Test(arguments: 0..<4) func theSameConfigurationChangesNothing(_ seed: Int) throws {
        var rules = RuleBook.full
        rules.time = seed % 2 == 0 ? "disorder: '0s'" : "disorder: '2s'"
        var chance = Chance(seed: UInt64(seed + 40))
        let lines = chance.lines(900, customers: 5)
        let whole = try run(rules, lines, shards: seed % 3 + 1, reloads: [:])
        for places in [[1], [44], Array(0..<90)] {
            let reloads = Dictionary(uniqueKeysWithValues: places.map { ($0, rules) })
            let other = try run(rules, lines, shards: seed % 3 + 1, reloads: reloads)
            #expect(other.engine.output == whole.engine.output, "seed \(seed)")
            #expect(other.engine.rejected == whole.engine.rejected)
            #expect(other.engine.totals == whole.engine.totals)
            #expect(other.reports.isEmpty)
        }
    }

    /// What is written of everything else is what it would have been with the rules of both from the beginning.
    @Test(arguments: 0..<6) func otherRulesComeAndGoBesideWhatStays(_ seed: Int) throws {
        var chance = Chance(seed: UInt64(seed + 60))
        let lines = chance.lines(900, customers: 5)
        // Rules that stand alone, so that the rest does not speak of them.
        var before = RuleBook.full
        before["actions", "call"] = nil
        var union = before
        var after = before
        let extras = [
            ("windows", "early", "{ sum: 'event.properties.v', on: 'e', over: '8s' }"),
            ("moments", "passing", "{ sequence: [{ as: 'p', on: 'e' }, { as: 'q', on: 'a' }, { as: 'r', on: 'c' }] }"),
            ("moments", "rising", "{ when: 'windows.early > 3.0' }"),
            (
                "moments", "odd",
                "{ sequence: [{ as: 'p', on: '*' }, { as: 'q', on: '*', where: 'event.properties.v == p.properties.v' }], within: '4s', after_match: 'no_skip' }"
            ),
            ("profile", "lately", "{ on: 'e', from: 'event.properties.v' }"),
            ("segments", "lucky", "{ when: 'profile.lately == 3 || windows.early > 2.0' }"),
        ]
        for (section, name, text) in extras where name != "lately" || seed % 2 == 0 {
            before[section, name] = text
            union[section, name] = text
        }
        if seed % 2 == 1 {
            before["segments", "lucky"] = nil
            union["segments", "lucky"] = nil
        }
        for (name, text) in [
            (
                "later",
                "{ sequence: [{ as: 'z', on: 'd' }, { not: 'b', for: '2s' }], output: { f: 'z.raw.timestamp' } }"
            ),
            ("latest", "{ when: \"windows.since_first > duration('1s') && windows.last_sum > 2.0\" }"),
            ("calm", "{ when: 'windows.kinds == 0 && windows.sum < 1.0 && windows.all > 0' }"),
        ] {
            after["moments", name] = text
            union["moments", name] = text
        }
        after["scores", "new"] = "{ expr: 'double(windows.all)', report_at: [2, 5] }"
        let whole = try run(union, lines, reloads: [:])
        let reloaded = try run(before, lines, shards: seed % 3 + 1, reloads: [30 + seed: after])
        let own = extras.map(\.1) + ["later", "latest", "calm", "new"]
        func rest(_ output: String) -> [Substring] {
            output.split(separator: "\n").filter { line in !own.contains { line.contains("\"\($0)\"") } }
        }
        let (found, expected) = (rest(reloaded.engine.output), rest(whole.engine.output))
        #expect(expected.count > 300)
        let place = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? min(found.count, expected.count)
        try #require(
            found == expected,
            "seed \(seed), line \(place)\n\(found.dropFirst(place).prefix(2))\n\(expected.dropFirst(place).prefix(2))")
        #expect(reloaded.reports.contains { $0.hasPrefix("moment \"passing\" is gone: ") })
        #expect(reloaded.reports.contains { $0.hasPrefix("window \"early\" is gone: the content of ") })
        for name in ["later", "latest", "calm", "new"] {
            #expect(!self.lines(reloaded.engine.output, of: name).isEmpty, "\(name)")
        }
    }

    @Test func whatIsChangedBeginsAnew() throws {
        var chance = Chance(seed: 7)
        let lines = chance.lines(600, customers: 4)
        var next = RuleBook.full
        next["moments", "steps"] =
            "{ by: 'event.properties.k', sequence: [{ as: 'one', on: 'a' }, { as: 'two', on: 'b' }], within: '5s' }"
        next["windows", "times"] = "{ count: true, on: ['a', 'b'], over: '4s' }"
        next["profile", "latest"] = "{ on: ['a', 'c'], from: 'event.properties.k' }"
        next["segments", "hot"] = "{ when: 'scores.heat > 1.5' }"
        let (engine, reports) = try run(.full, lines, reloads: [25: next])
        #expect(
            Set(reports.map { $0.prefix { $0 != ":" } }) == [
                "window \"times\" changed", "attribute \"latest\" changed", "segment \"hot\" changed",
                "moment \"steps\" changed",
            ])
        #expect(reports.contains { $0.hasSuffix("partial matches dropped") })
        // Nothing is left of what was dropped: who leaves, leaves nothing behind.
        let fresh = SteppedEngine(engine.plan, shards: 2)
        for start in stride(from: 0, to: 600, by: 10) { fresh.take(lines[start..<start + 10]) }
        fresh.finish(flush: true)
        #expect(!fresh.output.isEmpty && !engine.output.isEmpty)
    }

    /// A condition that stays true keeps its last line, though its cooldown is long over and nothing asks for it.
    @Test(arguments: [1, 3]) func aNewRepeatCountsFromTheLastLine(shards: Int) throws {
        func rules(_ rest: String) -> String {
            "{ version: 1, windows: { n: { count: true, on: 'a' } }, moments: { m: { when: 'windows.n > 0', \(rest) } } }"
        }
        let engine = SteppedEngine(try EngineUnderTest(rules("cooldown: '1s'")).plan, shards: shards)
        engine.take([event("c", "a", at: 0), event("d", "b", at: 5000)][...])
        _ = try engine.reload(rules("cooldown: '2s', repeat: '10s'"))
        engine.take([event("d", "b", at: 12_000), event("d", "b", at: 21_000)][...])
        engine.finish(flush: false)
        let times = engine.output.split(separator: "\n").map { line in
            line.split(separator: ",").first { $0.hasPrefix("\"time\"") }?.dropFirst(22).dropLast(2)
        }
        #expect(times == ["00:00.000", "00:10.000", "00:20.000"])
    }

    @Test func memoryOfWhatIsGoneIsGivenBack() throws {
        var chance = Chance(seed: 11)
        let lines = chance.lines(800, customers: 30)
        // What was decided counts on for a while, whatever the configuration.
        var rules = RuleBook.full
        rules.sections.removeAll { $0.name == "actions" }
        let engine = SteppedEngine(try EngineUnderTest(rules.text).plan, shards: 1)
        engine.take(lines[...])
        let bare =
            "{ version: 1, windows: { n: { count: true, on: 'nothing' } }, moments: { m: { when: 'windows.n > 0' } } }"
        _ = try engine.reload(bare)
        engine.finish(flush: false)
        #expect(engine.totals["customers", default: 0] == 0)
        #expect(engine.totals["state bytes", default: 0] == 0)
    }

    /// Configurations that come and go many times, at many places, with snapshots between them.
    @Test(arguments: 0..<4) func anyRulesMayComeAndGo(_ lot: Int) throws {
        for seed in lot * 5..<(lot + 1) * 5 {
            var chance = Chance(seed: UInt64(seed + 500))
            let books = (0..<3).map { _ in
                var book = RuleBook.full
                for section in book.sections {
                    for definition in section.definitions
                    where section.name == "moments" && chance.isTrue(1, of: 3)
                        && !["steps", "absent", "many", "general", "growing", "warm"].contains(definition.name)
                    {
                        book[section.name, definition.name] = nil
                    }
                }
                if chance.isTrue(1, of: 2) {
                    book["windows", "times"] = "{ count: true, over: '\(1 + chance.below(9))s' }"
                }
                if chance.isTrue(1, of: 2) { book["actions", "show"] = nil }
                if chance.isTrue(1, of: 2) { book["touchpoints", "bought"] = nil }
                if chance.isTrue(1, of: 2) { book["scores", "cold"] = nil }
                if chance.isTrue(1, of: 2) { book.settings = "max_line: '1MiB'" }
                if chance.isTrue(1, of: 2) { book.time = "disorder: '1s'" }
                return book
            }
            let lines = chance.lines(300, customers: 4)
            func play(shards: Int, snapshots: Bool) throws -> String {
                var engine = SteppedEngine(try EngineUnderTest(books[0].text).plan, shards: shards)
                var output = ""
                for (number, start) in stride(from: 0, to: 300, by: 10).enumerated() {
                    if number % 4 == 3 { _ = try engine.reload(books[number / 4 % 3].text) }
                    engine.take(lines[start..<start + 10])
                    guard snapshots, number % 3 == 1 else { continue }
                    output += engine.output
                    engine = try SteppedEngine(engine.plan, shards: shards, image: engine.image().copied())
                }
                engine.finish(flush: true)
                return output + engine.output
            }
            let first = try play(shards: 1, snapshots: false)
            #expect(!first.isEmpty)
            for (shards, snapshots) in [(1, true), (3, false), (3, true)] {
                let other = try play(shards: shards, snapshots: snapshots)
                let place = zip(first, other).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
                try #require(
                    other == first,
                    "seed \(seed), \(shards) shards, snapshots \(snapshots): \(first.dropFirst(place - 200).prefix(600))\n\(other.dropFirst(place - 200).prefix(600))"
                )
            }
        }
    }
}
