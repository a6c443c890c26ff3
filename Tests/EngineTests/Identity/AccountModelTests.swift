import Foundation
import TestSupport
import Testing

@testable import TestEngine

/// Holds what is known of accounts to a model that keeps every event of every person.
struct AccountModelTests {
    private static let configuration = """
        { version: 1, emit: ["moment", "segment"],
          identity: { ids: { customer_id: { unique: true }, device: { limit: 3 } },
                      leave_account: { on: "left" } },
          profile: { plan: { on: "buy", from: "event.properties.v", of: "account" } },
          windows: {
            people: { distinct: "event.customer_id", on: "buy", over: "2h", of: "account" },
            sum: { sum: "event.properties.v", on: "buy", of: "account" },
            own: { count: true, on: "buy" },
          },
          segments: { crowd: { when: "account.members >= 3", of: "account" } },
          moments: {
            seen: { of: "account", sequence: [{ as: "e", on: "probe" }], output: {
              members: "account.members", people: "windows.people", sum: "windows.sum", plan: "profile.plan",
              own: "windows.own", account: "account.id", by: "e.customer_id" } },
            mine: { sequence: [{ as: "e", on: "probe" }], output: { own: "windows.own", sum: "windows.sum" } },
            quiet: { of: "account", sequence: [{ as: "asked", on: "buy" }, { not: "probe", for: "3h" }] },
          } }
        """

    /// A history: its lines, and for each probe and account what should be seen.
    private struct History {
        var lines = ""
        var expected: Set<String> = []
        var crowds = 0
    }

    private struct Bought {
        var time: Int
        var value: Int
        var who: String
    }

    private static func history(seed: UInt64, events: Int) -> History {
        var random = SeededNumbers(seed: seed)
        var identity = NaiveIdentity(limits: [1, 3], uniques: [true, false])
        var belongs: [ObjectIdentifier: [String]] = [:]
        var kept: [NaiveIdentity.Subject] = []
        var bought: [String: [Bought]] = [:]
        var crowded: [String: Bool] = [:]
        var history = History()
        var minute = 0
        for place in 0..<events {
            minute += random.below(3) == 0 ? random.below(40) : 0
            var shown: [NaiveIdentity.ID] = []
            if random.below(2) == 0 { shown.append(NaiveIdentity.ID(namespace: 0, text: "u\(random.below(8))")) }
            if shown.isEmpty || random.below(3) == 0 {
                shown.append(NaiveIdentity.ID(namespace: 1, text: "d\(random.below(12))"))
            }
            let subject = identity.resolve(shown)
            kept.append(subject)
            var changed: [String] = []
            for (from, into, _) in identity.merged {
                let further = belongs.removeValue(forKey: ObjectIdentifier(from)) ?? []
                for account in further {
                    if belongs[ObjectIdentifier(into), default: []].contains(account) {
                        changed.append(account)
                    } else {
                        belongs[ObjectIdentifier(into), default: []].append(account)
                    }
                }
            }
            let account = random.below(3) == 0 ? "a\(random.below(4))" : nil
            let type = ["buy", "buy", "probe", "probe", "left"][random.below(5)]
            let value = random.below(9)
            var all = belongs[ObjectIdentifier(subject)] ?? []
            if type == "left" {
                if let account, let index = all.firstIndex(of: account) {
                    belongs[ObjectIdentifier(subject)]?.remove(at: index)
                    changed.append(account)
                }
            } else if let account, !all.contains(account) {
                all.append(account)
                belongs[ObjectIdentifier(subject)] = all
                changed.append(account)
            }
            for account in all {
                let members = belongs.values.count { $0.contains(account) }
                if type == "buy" {
                    bought[account, default: []].append(Bought(time: minute, value: value, who: subject.name.text))
                }
                if type == "probe" {
                    let past = bought[account] ?? []
                    let near = Set(past.filter { $0.time > minute - 120 }.map(\.who))
                    let sum = past.map(\.value).reduce(0, +)
                    let plan = past.last.map { ",\"plan\":\($0.value)" } ?? ""
                    history.expected.insert(
                        "e\(place) \"customer_id\":\"\(subject.name.text)\",\"account_id\":\"\(account)\" "
                            + "{\"members\":\(members),\"people\":\(near.count),\"sum\":\(sum).0\(plan),\"own\":0,"
                            + "\"account\":\"\(account)\",\"by\":\"\(subject.name.text)\"}")
                }
            }
            for account in Set(all + changed) {
                let isCrowd = belongs.values.count { $0.contains(account) } >= 3
                if crowded[account, default: false] != isCrowd { history.crowds += 1 }
                crowded[account] = isCrowd
            }
            history.lines += line(place, minute, type, shown, account, value)
        }
        return history
    }

    private static func line(
        _ place: Int, _ minute: Int, _ type: String, _ shown: [NaiveIdentity.ID], _ account: String?, _ value: Int
    ) -> String {
        var parts = ["\"id\":\"e\(place)\"", "\"event\":\"\(type)\""]
        for id in shown {
            parts.append(
                id.namespace == 0 ? "\"customer_id\":\"\(id.text)\"" : "\"ids\":{\"device\":\"\(id.text)\"}")
        }
        if let account { parts.append("\"account\":\"\(account)\"") }
        parts.append("\"timestamp\":\(1_767_225_600_000 + minute * 60_000)")
        parts.append("\"properties\":{\"v\":\(value)}")
        return "{" + parts.joined(separator: ",") + "}\n"
    }

    /// What a line of `seen` says, as the model says it.
    private static func told(_ line: String) throws -> String {
        func part(_ pattern: String) throws -> String {
            let range = try #require(line.range(of: pattern, options: .regularExpression), "\(line)")
            return String(line[range])
        }
        let who = try part("\"customer_id\":\"[^\"]*\",\"account_id\":\"[^\"]*\"")
        let event = try part("\"steps\":\\{\"e\":\\[\"e[0-9]+").components(separatedBy: "\"").last ?? ""
        let output = try part("\"output\":\\{.*\\}").dropFirst("\"output\":".count).dropLast()
        return "\(event) \(who) \(output)"
    }

    @Test(arguments: 1...8)
    func seesTheEventsOfAllItsPersons(seed: UInt64) throws {
        let history = Self.history(seed: seed, events: 220)
        let outcome = try EngineUnderTest(Self.configuration).run(history.lines)
        let lines = outcome.lines(ofType: "moment").filter { $0.contains("\"moment\":\"seen\"") }
        let told = try lines.map(Self.told)
        #expect(Set(told) == history.expected && told.count == history.expected.count)
        if let odd = Set(told).symmetricDifference(history.expected).sorted().first { Issue.record("\(odd)") }
        #expect(outcome.lines(ofType: "segment").count == history.crowds)
        #expect(outcome.lines.filter { $0.contains("\"moment\":\"mine\"") }.allSatisfy { !$0.contains("account_id") })
    }

    @Test(arguments: 1...3)
    func writesTheSameBytesOnAnyNumberOfShardsAndForAnyCut(seed: UInt64) throws {
        let history = Self.history(seed: seed &+ 50, events: 200)
        let engine = try EngineUnderTest(Self.configuration)
        let lines = engine.run(history.lines, flush: true).lines
        #expect(lines.contains { $0.contains("\"moment\":\"quiet\"") })
        for (shards, piece) in [(2, 1 << 16), (3, 97), (8, 1_000)] {
            #expect(engine.run(history.lines, shards: shards, flush: true, piece: piece).lines == lines)
        }
    }
}
