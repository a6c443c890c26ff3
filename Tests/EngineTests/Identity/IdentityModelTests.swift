import Foundation
import TestSupport
import Testing

@testable import TestEngine

/// Holds who is who, and what becomes of windows and profiles as subjects merge, to a model that keeps every event.
struct IdentityModelTests {
    private static let configuration = """
        { version: 1, emit: "moment",
          identity: { ids: { customer_id: { unique: true }, email: { limit: 2, fold: "lower" }, device: { limit: 3 } } },
          profile: {
            latest: { on: "buy", from: "event.properties.v" },
            first: { on: "buy", from: "event.properties.v", keep: "first" },
            most: { on: "buy", from: "event.properties.v", keep: "max" },
          },
          windows: {
            n: { count: true, on: "buy" }, n_h: { count: true, on: "buy", over: "1h" },
            n_r: { count: true, on: "buy", over: "1h", resolution: "1m" },
            sum: { sum: "event.properties.v", on: "buy" }, sum_h: { sum: "event.properties.v", on: "buy", over: "1h" },
            sum_3: { sum: "event.properties.v", on: "buy", events: 3 },
            avg_h: { avg: "event.properties.v", on: "buy", over: "1h" },
            dev: { stddev: "event.properties.v", on: "buy" },
            min: { min: "event.properties.v", on: "buy" }, min_h: { min: "event.properties.v", on: "buy", over: "1h" },
            max: { max: "event.properties.v", on: "buy" }, max_h: { max: "event.properties.v", on: "buy", over: "1h" },
            fst: { first: "event.properties.v", on: "buy" }, fst_h: { first: "event.properties.v", on: "buy", over: "1h" },
            lst: { last: "event.properties.v", on: "buy" }, lst_h: { last: "event.properties.v", on: "buy", over: "1h" },
            kinds: { distinct: "event.properties.v", on: "buy" },
            kinds_h: { distinct: "event.properties.v", on: "buy", over: "1h" },
            mode_h: { mode: "event.properties.v", on: "buy", over: "1h" },
            med: { median: "event.properties.v", on: "buy" }, med_h: { median: "event.properties.v", on: "buy", over: "1h" },
            since: { since_last: true, on: "buy" }, since1: { since_first: true, on: "buy" },
          },
          moments: { seen: { sequence: [ { as: "e", on: "probe" } ], output: {
            who: "event.customer_id", n: "windows.n", n_h: "windows.n_h", n_r: "windows.n_r", sum: "windows.sum", sum_h: "windows.sum_h",
            sum_3: "windows.sum_3", avg_h: "windows.avg_h", dev: "windows.dev", min: "windows.min",
            min_h: "windows.min_h", max: "windows.max", max_h: "windows.max_h", fst: "windows.fst",
            fst_h: "windows.fst_h", lst: "windows.lst", lst_h: "windows.lst_h", kinds: "windows.kinds",
            kinds_h: "windows.kinds_h", mode_h: "windows.mode_h", med: "windows.med", med_h: "windows.med_h",
            since: "windows.since.getSeconds()", since1: "windows.since1.getSeconds()",
            latest: "profile.latest", first: "profile.first", most: "profile.most" } } },
        }
        """

    private struct Bought {
        var time: Int
        var value: Int
    }

    /// A history: its lines, and what each probe should see.
    private struct History {
        var lines = ""
        var expected: [[String: String]] = []
        var merges = 0
        var refusals = 0
    }

    private static func history(seed: UInt64, events: Int) -> History {
        var random = SeededNumbers(seed: seed)
        var identity = NaiveIdentity(limits: [1, 2, 3], uniques: [true, false, false])
        var bought: [ObjectIdentifier: [(place: Int, Bought)]] = [:]
        var history = History()
        var minute = 0
        var kept: [NaiveIdentity.Subject] = []
        for place in 0..<events {
            minute += random.below(3) == 0 ? random.below(20) : 0
            var shown: [NaiveIdentity.ID] = []
            if random.below(3) == 0 { shown.append(NaiveIdentity.ID(namespace: 0, text: "u\(random.below(6))")) }
            if random.below(4) == 0 { shown.append(NaiveIdentity.ID(namespace: 1, text: "m\(random.below(8))@x")) }
            if shown.isEmpty || random.below(2) == 0 {
                shown.append(NaiveIdentity.ID(namespace: 2, text: "d\(random.below(14))"))
            }
            let subject = identity.resolve(shown)
            kept.append(subject)
            for (from, into, _) in identity.merged {
                bought[ObjectIdentifier(into), default: []] += bought[ObjectIdentifier(from)] ?? []
                bought[ObjectIdentifier(from)] = nil
                history.merges += 1
            }
            let isProbe = random.below(3) == 0
            let value = random.below(9)
            if isProbe {
                let all = (bought[ObjectIdentifier(subject)] ?? []).sorted {
                    ($0.1.time, $0.place) < ($1.1.time, $1.place)
                }
                history.expected.append(seen(all.map(\.1), at: minute, who: subject.name.text))
            } else {
                bought[ObjectIdentifier(subject), default: []].append((place, Bought(time: minute, value: value)))
            }
            history.lines += line(place, minute, isProbe ? "probe" : "buy", shown, value, random.below(2) == 0)
        }
        history.refusals = identity.refusals
        return history
    }

    private static func line(
        _ place: Int, _ minute: Int, _ type: String, _ shown: [NaiveIdentity.ID], _ value: Int, _ capital: Bool
    ) -> String {
        var who: [String] = []
        var ids: [String] = []
        for id in shown {
            switch id.namespace {
            case 0: who.append("\"customer_id\":\" \(id.text) \"")
            case 1: ids.append("\"email\":\"\(capital ? id.text.uppercased() : id.text)\"")
            default: ids.append("\"device\":\"\(id.text)\"")
            }
        }
        if !ids.isEmpty { who.append("\"ids\":{\(ids.joined(separator: ","))}") }
        let time = 1_767_225_600_000 + minute * 60_000
        return "{\"id\":\"e\(place)\",\(who.joined(separator: ",")),\"event\":\"\(type)\",\"timestamp\":\(time),"
            + "\"properties\":{\"v\":\(value)}}\n"
    }

    private static func seen(_ all: [Bought], at now: Int, who: String) -> [String: String] {
        var seen: [String: String] = ["who": who]
        let values = all.map(\.value)
        let near = all.filter { $0.time > now - 60 }.map(\.value)
        func put(_ name: String, _ value: Int?) { if let value { seen[name] = "\(Double(value))" } }
        func put(_ name: String, _ value: Double?) { if let value { seen[name] = "\((value * 1e9).rounded() / 1e9)" } }
        put("n", values.count)
        put("n_h", near.count)
        put("n_r", near.count)
        put("sum", values.reduce(0, +))
        put("sum_h", near.reduce(0, +))
        put("sum_3", values.suffix(3).reduce(0, +))
        put("avg_h", near.isEmpty ? nil : Double(near.reduce(0, +)) / Double(near.count))
        let mean = Double(values.reduce(0, +)) / Double(max(values.count, 1))
        let squares = values.map { (Double($0) - mean) * (Double($0) - mean) }.reduce(0, +)
        put("dev", values.count < 2 ? nil : (squares / Double(values.count - 1)).squareRoot())
        for (name, values) in [("", values), ("_h", near)] {
            put("min" + name, values.min())
            put("max" + name, values.max())
            put("fst" + name, values.first)
            put("lst" + name, values.last)
            put("kinds" + name, Set(values).count)
            put("med" + name, values.isEmpty ? nil : values.sorted()[(values.count + 1) / 2 - 1])
        }
        let counts = Dictionary(grouping: near) { $0 }.mapValues(\.count)
        let most = counts.values.max()
        put("mode_h", near.last { counts[$0] == most })
        put("since", all.last.map { (now - $0.time) * 60 })
        put("since1", all.first.map { (now - $0.time) * 60 })
        put("latest", values.last)
        put("first", all.first { $0.time == all.first?.time }?.value)
        put("most", values.max())
        return seen
    }

    /// What a moment's line says a probe has seen.
    private static func told(_ line: String) throws -> [String: String] {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let output = try #require(object?["output"] as? [String: Any])
        return output.mapValues { value in
            if let text = value as? String { return text }
            let number = (value as? NSNumber)?.doubleValue ?? .nan
            return "\((number * 1e9).rounded() / 1e9)"
        }
    }

    @Test(arguments: 1...12)
    func seesWhatOneCustomerWhoHadDoneItAllWouldHaveSeen(seed: UInt64) throws {
        let history = Self.history(seed: seed, events: 260)
        let engine = try EngineUnderTest(Self.configuration)
        let outcome = engine.run(history.lines)
        let lines = outcome.lines(ofType: "moment")
        try #require(lines.count == history.expected.count)
        #expect(history.merges > 2 && history.refusals > 2)
        for (line, expected) in zip(lines, history.expected) {
            let told = try Self.told(line)
            for (name, value) in expected where told[name] != value {
                Issue.record("\(name) is \(told[name] ?? "absent"), not \(value), in \(line)")
                return
            }
        }
    }

    @Test(arguments: 1...3)
    func writesTheSameBytesOnAnyNumberOfShardsAndForAnyCut(seed: UInt64) throws {
        let history = Self.history(seed: seed &+ 100, events: 200)
        let engine = try EngineUnderTest(Self.configuration)
        let lines = engine.run(history.lines).lines
        for (shards, piece) in [(2, 1 << 16), (3, 97), (8, 1_000)] {
            #expect(engine.run(history.lines, shards: shards, piece: piece).lines == lines)
        }
    }
}
