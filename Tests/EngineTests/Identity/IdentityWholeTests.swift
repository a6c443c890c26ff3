import Storage
import TestSupport
import Testing

@testable import TestEngine

/// The whole engine with customers who are found by several ids, against the plain model: sequences, absences, conditions,
/// cooldowns, repeats, ids that come twice, caps and budgets, while many turn out to be one, at one instant or not, on any
/// number of shards and with images and reloads on the way.
@Suite struct IdentityWholeTests {
    private static let lot = 40

    /// Gives events ids of three namespaces, and says who they are by the naive resolution.
    private static func identify(_ chance: inout Chance, _ rules: inout PlainRules, _ events: inout [PlainEvent]) {
        rules.identity = "{ ids: { customer_id: { unique: true }, email: { limit: 2 }, device: { limit: 3 } } }"
        // They must be resolved in the order in which they are taken.
        rules.disorder = 0
        rules.refusesLate = false
        var identity = NaiveIdentity(limits: [1, 2, 3], uniques: [true, false, false])
        var tokens: [ObjectIdentifier: String] = [:]
        var kept: [NaiveIdentity.Subject] = []
        func token(_ subject: NaiveIdentity.Subject) -> String {
            let id = ObjectIdentifier(subject)
            if let known = tokens[id] { return known }
            kept.append(subject)
            tokens[id] = "s\(kept.count)"
            return "s\(kept.count)"
        }
        var shownOf: [Int: [NaiveIdentity.ID]] = [:]
        for index in events.indices {
            var shown: [NaiveIdentity.ID] = []
            if chance.isTrue(1, of: 4) { shown.append(NaiveIdentity.ID(namespace: 0, text: "u\(chance.below(3))")) }
            if chance.isTrue(1, of: 3) { shown.append(NaiveIdentity.ID(namespace: 1, text: "m\(chance.below(4))")) }
            if shown.isEmpty || chance.isTrue(1, of: 3) {
                shown.append(NaiveIdentity.ID(namespace: 2, text: "d\(chance.below(5))"))
            }
            // What comes again says what it said before.
            if let original = events[index].original { shown = shownOf[original] ?? shown }
            shownOf[events[index].place] = shown
            let subject = identity.resolve(shown)
            events[index].joins = identity.merged.map { from, into, keepsInto in
                PlainEvent.Join(from: token(from), into: token(into), keepsInto: keepsInto)
            }
            events[index].customer = token(subject)
            events[index].name = subject.name.text
            events[index].shown = members(shown)
        }
        withExtendedLifetime(kept) {}
    }

    private static func members(_ shown: [NaiveIdentity.ID]) -> String {
        let who = shown.filter { $0.namespace == 0 }.map { "\"customer_id\":\"\($0.text)\"" }
        let ids = shown.filter { $0.namespace > 0 }.map {
            "\"\($0.namespace == 1 ? "email" : "device")\":\"\($0.text)\""
        }
        return (who + (ids.isEmpty ? [] : ["\"ids\":{\(ids.joined(separator: ","))}"])).joined(separator: ",")
    }

    @Test(arguments: 0..<4) func agreesWithTheModelOnAnyNumberOfShards(_ lot: Int) throws {
        var merges = 0
        var met: Set<String> = []
        for seed in lot * Self.lot..<(lot + 1) * Self.lot {
            var chance = Chance(seed: UInt64(70_000 + seed))
            let one = WholeModelTests.Case(&chance, Self.identify)
            merges += one.events.reduce(0) { $0 + $1.joins.count }
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
        #expect(merges > Self.lot && met.isSuperset(of: ["a0", "a1", "null cap", "null cooldown"]))
    }

    @Test(arguments: 0..<2) func imagesAndOtherNumbersChangeNothing(_ lot: Int) throws {
        for seed in lot * Self.lot..<(lot + 1) * Self.lot {
            var chance = Chance(seed: UInt64(90_000 + seed))
            let one = WholeModelTests.Case(&chance, Self.identify)
            let shards = chance.of([1, 2, 3, 8])
            let found = try WholeModelTests.stepped(one, shards: shards, &chance)
            try #require(found == one.expected, "seed \(seed), shards \(shards) \(one.comment(found))")
        }
    }
}
