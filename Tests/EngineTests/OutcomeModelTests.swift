import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TestEngine

/// All that follows a decision at once, event by event: outcomes and what they hold back, what is
/// learnt, customers who merge, images and reloads, against a model that keeps all that ever
/// happened.
@Suite struct OutcomeModelTests {
    private static func rules(_ terms: NaiveOutcomes.Terms) -> String {
        func hours(_ outcome: String) -> String { "'\((terms.within[outcome] ?? 0) / NaiveOutcomes.hour)h'" }
        let mail = """
            mail: { on: 'visit', channels: ['email', 'app'], cooldown: { accept: '1d', reject: '9h' },
                    suppress: [{ outcome: 'ignored', count: 2, over: '10h', for: '1d' },
                               { outcome: 'reject', over: '6h', for: '15h', scope: 'channel' },
                               { outcome: 'click', count: 2, over: '6h', for: '12h', scope: 'channel' }],
                    propensity: { learn: true, prior: \(terms.prior), strength: 5, half_life: '\(Int(terms.halfLife))d',
                                  by: ['channel', 'event.properties.tier'] } },
            """
        // What stands before others gives all of them other numbers.
        let first =
            "first: { on: 'visit', enabled: false, channels: ['sms', 'app', 'post'], propensity: { learn: true } },"
        return """
            { version: 1, moments: { visit: { sequence: [{ as: 'v', on: 'visit' }] } },
              identity: { ids: { customer_id: { unique: true }, device: { limit: 3 } } },
              actions: { \(terms.hasFirst ? first : "") \(terms.hasMail ? mail : "")
                call: { on: 'visit', group: 'g', suppress: [{ outcome: 'reject', count: 2, over: '9h', for: '1d', scope: 'group' }] },
                chat: { on: 'visit', group: 'g', channels: 'app',
                        suppress: [{ outcome: 'click', count: 2, over: '6h', for: '12h', scope: 'channel' }] } },
              responses: { decision: 'event.properties.decision', impression: { on: 'impression', within: \(hours("impression")) },
                click: { on: 'click', within: \(hours("click")) }, accept: { on: 'accept', within: \(hours("accept")) },
                reject: { on: 'reject', within: \(hours("reject")) },
                ignored: { after: '\(terms.runsFromImpression ? "impression" : "decision")', for: '\(terms.ignoredAfter / NaiveOutcomes.hour)h' } },
              policy: { choose: 5 }, emit: ['response', 'decision'] }
            """
    }

    /// What one step of a stream brings.
    private struct Event {
        var line: String
        var type: String
        var tier: String
        var reference: String?
    }

    private static func event(
        _ id: Int, _ shown: [NaiveIdentity.ID], at time: Int64, decisions: [String], _ numbers: inout SeededNumbers
    ) -> Event {
        let type = numbers.one(of: ["visit", "visit", "impression", "click", "accept", "reject"])
        let tier = numbers.one(of: ["x", "y"])
        var reference: String?
        if type != "visit" {
            switch numbers.below(6) {
            case 0: reference = "nonsense"
            case 1...3: reference = decisions.isEmpty ? nil : numbers.one(of: Array(decisions.suffix(6)))
            default: break
            }
        }
        var who = shown.filter { $0.namespace == 0 }.map { "\"customer_id\":\"\($0.text)\"" }
        let devices = shown.filter { $0.namespace == 1 }.map { "\"device\":\"\($0.text)\"" }
        if !devices.isEmpty { who.append("\"ids\":{\(devices.joined())}") }
        let said = reference.map { ",\"decision\":\"\($0)\"" } ?? ""
        let line =
            "{\"id\":\"\(id)\",\(who.joined(separator: ",")),\"event\":\"\(type)\","
            + "\"timestamp\":\(ResponseTests.start + time),\"properties\":{\"tier\":\"\(tier)\"\(said)}}\n"
        return Event(line: line, type: type, tier: tier, reference: reference)
    }

    /// An engine that may be stopped and gone on with, or take other rules, between any two events.
    private struct Machine {
        private var engine: SteppedEngine
        private var seen = 0

        init(_ rules: String) throws { engine = SteppedEngine(try EngineUnderTest(rules).plan, shards: 2) }

        mutating func take(_ line: String) -> [String] {
            engine.take([line])
            return fresh()
        }

        mutating func finish() -> ([String], [String: UInt64]) {
            engine.finish(flush: true)
            return (fresh(), engine.totals)
        }

        private mutating func fresh() -> [String] {
            let new = engine.output.utf8.dropFirst(seen)
            seen = engine.output.utf8.count
            return new.split(separator: UInt8(ascii: "\n")).map { String($0) ?? "" }
        }

        mutating func restore() throws {
            engine = try SteppedEngine(engine.plan, shards: 2, image: engine.image().copied())
            seen = 0
        }

        func reload(_ rules: String) throws { _ = try engine.reload(rules) }
    }

    /// How the run is disturbed.
    enum Disturbance: CaseIterable { case none, images, reloads, both }

    private static func changed(_ terms: NaiveOutcomes.Terms, _ numbers: inout SeededNumbers) -> NaiveOutcomes.Terms {
        var terms = terms
        terms.hasFirst = numbers.isTrue(of: 2)
        if !terms.hasMail {
            terms.hasMail = true
            return terms
        }
        switch numbers.below(9) {
        case 0: terms.prior = numbers.one(of: [0.1, 0.3])
        case 1: terms.halfLife = numbers.one(of: [3, 4])
        case 2: terms.within["accept"] = numbers.one(of: [6, 24, 48, 60]) * NaiveOutcomes.hour
        case 3: terms.within["impression"] = numbers.one(of: [48, 72]) * NaiveOutcomes.hour
        case 4: terms.hasMail = false
        case 5, 6: terms.ignoredAfter = numbers.one(of: [2, 5, 30, 90]) * NaiveOutcomes.hour
        default: break
        }
        return terms
    }

    @Test(arguments: 1...5, Disturbance.allCases)
    func allThatFollowsIsWhatANaiveModelSays(seed: UInt64, by disturbance: Disturbance) throws {
        var numbers = SeededNumbers(seed: seed)
        var terms = NaiveOutcomes.Terms()
        terms.runsFromImpression = seed % 2 == 0
        var model = NaiveOutcomes(terms)
        var machine = try Machine(Self.rules(terms))
        var identity = NaiveIdentity(limits: [1, 3], uniques: [true, false])
        var names: [ObjectIdentifier: String] = [:]
        var kept: [NaiveIdentity.Subject] = []
        func name(_ subject: NaiveIdentity.Subject) -> String {
            kept.append(subject)
            let known = names[ObjectIdentifier(subject)] ?? "s\(names.count)"
            names[ObjectIdentifier(subject)] = known
            return known
        }
        var decisions: [String] = []
        var (time, toldBefore, merges, held, checked) = (Int64(0), 0, 0, 0, 0)
        func told(_ lines: [String]) -> [String] {
            lines.filter { $0.hasPrefix("{\"type\":\"response\"") }.map {
                "\(ResponseTests.stamp($0) - ResponseTests.start) \(ResponseTests.word("outcome", $0) ?? "") "
                    + "\(ResponseTests.word("decision_id", $0) ?? "")"
            }.sorted()
        }
        for id in 0..<320 {
            // Whole hours, so that much falls on the very end of a window or a rest.
            time += numbers.one(of: [0, 0, 0, 1, 1, 2, 5]) * NaiveOutcomes.hour
            var shown: [NaiveIdentity.ID] = []
            if numbers.isTrue(of: 2) { shown.append(NaiveIdentity.ID(namespace: 0, text: "u\(numbers.below(3))")) }
            if shown.isEmpty || numbers.isTrue(of: 6) {
                shown.append(NaiveIdentity.ID(namespace: 1, text: "d\(numbers.below(3) + id / 60 * 2)"))
            }
            let event = Self.event(id, shown, at: time, decisions: decisions, &numbers)
            let subject = identity.resolve(shown)
            model.pass(to: time)
            for (from, into, _) in identity.merged {
                model.merge(name(from), into: name(into))
                merges += 1
            }
            let who = name(subject)
            if event.type != "visit" { model.respond(event.type, who, reference: event.reference, at: time) }
            let lines = machine.take(event.line)
            try #require(told(lines) == model.told[toldBefore...].sorted(), "event \(id)")
            toldBefore = model.told.count
            if event.type == "visit" {
                var open: [String: String] = [:]
                for action in ["mail", "call", "chat"] { open[action] = model.channel(of: action, for: who, now: time) }
                if open.count < (terms.hasMail ? 3 : 2) { held += 1 }
                let made = lines.filter { $0.hasPrefix("{\"type\":\"decision\"") }
                let chosen = made.filter { ResponseTests.word("action", $0) != "null" }
                let channels = chosen.map {
                    (ResponseTests.word("action", $0) ?? "", ResponseTests.word("channel", $0) ?? "")
                }
                try #require(Dictionary(channels) { $1 } == open, "event \(id): \(made)")
                for line in chosen {
                    let (action, channel) = (
                        ResponseTests.word("action", line) ?? "", ResponseTests.word("channel", line) ?? ""
                    )
                    if action == "mail" {
                        let promised = ResponseTests.word("propensity", line).flatMap(Double.init) ?? .nan
                        let wanted = model.estimate(channel, event.tier, now: time)
                        try #require((promised - wanted).magnitude < 1e-9, "event \(id): \(line), not \(wanted)")
                        checked += 1
                    }
                    let decision = ResponseTests.word("id", line) ?? ""
                    decisions.append(decision)
                    model.decide(decision, who, action, channel, event.tier, at: time)
                }
            }
            if [.images, .both].contains(disturbance), numbers.isTrue(of: 3) { try machine.restore() }
            if [.reloads, .both].contains(disturbance), numbers.isTrue(of: 8) {
                terms = Self.changed(terms, &numbers)
                try machine.reload(Self.rules(terms))
                model.follow(terms, at: time)
            }
        }
        model.pass(to: .max / 2)
        let (rest, totals) = machine.finish()
        #expect(told(rest) == model.told[toldBefore...].sorted())
        #expect(Int(totals["responses that belong to no open decision", default: 0]) == model.unattributed)
        #expect(Int(totals["responses that a decision had already", default: 0]) == model.repeated)
        #expect(Int(totals["open decisions dropped (16 a customer)", default: 0]) == model.displaced)
        let counts = Dictionary(grouping: model.counted) { $0 }.mapValues(\.count)
        for action in ["mail", "call", "chat"] {
            for outcome in ["impression", "click", "accept", "reject", "ignored"] {
                let name = "\(outcome) of \(action)"
                #expect(Int(totals[name, default: 0]) == counts[name, default: 0], "\(name)")
            }
        }
        #expect(merges > 3 && held > 10 && checked > 10 && model.unattributed > 0)
        if terms.hasMail || terms.hasFirst {
            #expect(Int(totals["trials settled", default: 0]) == model.trials)
            #expect(Int(totals["trials that came to something", default: 0]) == model.successes)
        }
        if seed == 1, disturbance == .none {
            #expect(model.successes > 3 && model.displaced > 0 && model.repeated > 0)
        }
    }
}
