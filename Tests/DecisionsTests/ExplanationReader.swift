import Expressions
import Foundation
import Storage
import TestSupport
import Testing

@testable import Decisions

/// A decision's line, as far as it explains.
struct ExplainedLine: Decodable {
    struct Explanation: Decodable { var considered: [Candidate] }
    struct Dates: Decodable { var from, until: String? }
    struct Suppressed: Decodable { var since, `for`: String }
    struct Quiet: Decodable { var from, to: String }

    struct Failed: Decodable {
        var path, expression: String
        var read: [String: Plain]
    }

    struct Trial: Decodable {
        var reason, channel, deliver_at, local_time, until, outcome, expires_at: String?
        var count, max, spent: Double?
        var quiet_hours: Quiet?
    }

    struct Candidate: Decodable {
        var action: String
        var `class`, reason, last_chosen, cooldown, moment, moment_id: String?
        var chosen, enabled, fallback: Bool?
        var rank, turn: Int?
        var priority, propensity, context, value, lever: Double?
        var valid: Dates?
        var consent: [String: Bool]?
        var failed: [Failed]?
        var suppressed: Suppressed?
        var tried: [Trial]?
    }

    enum Plain: Decodable {
        case bool(Bool)
        case number(Double)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .bool(flag)
            } else {
                self = (try? container.decode(Double.self)).map { .number($0) } ?? .other
            }
        }
    }

    var time: String
    var action, reason: String?
    var moment_id: String
    var explanation: Explanation
}

/// Decides again from what full explanations tell, and from nothing else.
struct ExplanationReader {
    typealias Candidate = ExplainedLine.Candidate

    /// The values that a failing expression read.
    private struct Told: Names {
        var values: [Int: Value] = [:]
        func value(of variable: Int) -> Value { values[variable] ?? .error(.noSuchKey) }
    }

    /// A candidate, and for which moment.
    struct Entry: Hashable {
        var action: String
        var moment: String
    }

    let line: ExplainedLine
    let time: Int64
    private(set) var reasons: [Entry: String] = [:]
    private(set) var ranking: [Entry] = []
    /// In the order of choosing.
    private(set) var chosen: [Entry] = []

    /// - Parameters:
    ///   - choose: as many as the policy chooses, and `least`, its least priority: no part of an explanation.
    init(_ text: String, choose: Int, least: Double) throws {
        line = try JSONDecoder().decode(ExplainedLine.self, from: Data(text.utf8))
        time = try #require(text.time("time"))
        var ranked: [(candidate: Candidate, priority: Double)] = []
        var mandatory: [Candidate] = []
        for candidate in line.explanation.considered {
            if let reason = try gate(candidate) {
                reasons[entry(candidate)] = reason
            } else if candidate.class == "mandatory" {
                mandatory.append(candidate)
            } else if let priority = Self.priority(candidate) {
                ranked.append((candidate, priority))
                if candidate.class == nil, priority < least { reasons[entry(candidate)] = "low_priority" }
            } else {
                reasons[entry(candidate)] = "bad_priority"
            }
        }
        ranked.sort { a, b in
            let (first, second) = (a.candidate, b.candidate)
            if a.priority != b.priority { return a.priority > b.priority }
            if first.value != second.value { return first.value ?? 0 > second.value ?? 0 }
            if first.turn != second.turn { return first.turn ?? 0 < second.turn ?? 0 }
            if first.action != second.action {
                return Array(first.action.utf8).lexicographicallyPrecedes(Array(second.action.utf8))
            }
            return first.rank ?? 0 < second.rank ?? 0
        }
        ranking = ranked.map { entry($0.candidate) }
        for candidate in mandatory { try attempt(candidate) }
        for (candidate, _) in ranked where candidate.class == "transactional" { try attempt(candidate) }
        let before = chosen.count
        for (candidate, _) in ranked where candidate.class == nil && candidate.fallback != true {
            if chosen.count - before < choose { try attempt(candidate) }
        }
        for (candidate, _) in ranked where candidate.fallback == true && chosen.isEmpty { try attempt(candidate) }
    }

    private func entry(_ candidate: Candidate) -> Entry {
        Entry(action: candidate.action, moment: candidate.moment_id ?? line.moment_id)
    }

    /// What was chosen for the line's moment.
    var chosenHere: [String] { chosen.filter { $0.moment == line.moment_id }.map(\.action) }

    /// The reason that the line gives where nothing was chosen for its moment.
    var reason: String? {
        let own = line.explanation.considered.map(entry).filter { $0.moment == line.moment_id }
        if own.contains(where: { reasons[$0] == nil }) { return "outranked" }
        return (ranking.first { $0.moment == line.moment_id } ?? own.first).flatMap { reasons[$0] }
    }

    private static func priority(_ candidate: Candidate) -> Double? {
        guard let propensity = candidate.propensity, let context = candidate.context, let value = candidate.value,
            let lever = candidate.lever, (0...1).contains(propensity)
        else { return nil }
        let priority = propensity * context * value * lever
        return priority.isFinite ? priority : nil
    }

    private func instant(_ text: String?) -> Int64? { text.flatMap { "{\"t\":\"\($0)\"}".time("t") } }

    private func seconds(_ text: String?) -> Double { text.flatMap { Double($0.dropLast()) } ?? .nan }

    private func gate(_ candidate: Candidate) throws -> String? {
        if candidate.enabled == false { return "disabled" }
        if let from = instant(candidate.valid?.from), time < from { return "not_valid_now" }
        if let until = instant(candidate.valid?.until), time >= until { return "not_valid_now" }
        if let consent = candidate.consent, !consent.values.contains(true) { return "no_consent" }
        var isRateable = true
        for failed in candidate.failed ?? [] {
            let value = try evaluated(failed)
            switch failed.path.split(separator: ".").last {
            case "eligible" where value != 1: return "not_eligible"
            case "applicable" where value != 1: return "not_applicable"
            case "suitable" where value != 1: return "not_suitable"
            case "propensity" where !(value >= 0 && value <= 1): isRateable = false
            case "context" where !value.isFinite, "value" where !value.isFinite: isRateable = false
            default: Issue.record("this did not fail: \(failed)")
            }
        }
        if let rule = candidate.suppressed, seconds(rule.since) < seconds(rule.for) { return "suppressed" }
        if let last = instant(candidate.last_chosen), Double(time - last) / 1e6 < seconds(candidate.cooldown) {
            return "cooldown"
        }
        return isRateable ? nil : "bad_priority"
    }

    /// What the expression comes to with the values that are told; truth is 1, and a failure is not a number.
    private func evaluated(_ failed: ExplainedLine.Failed) throws -> Double {
        var facts = AnyFacts()
        let program = try Program.compile(failed.expression, declarations: &facts)
        var told = Told()
        for (name, value) in failed.read {
            let number = try #require(Int(name.dropFirst()))
            switch value {
            case .bool(let flag): told.values[number] = .bool(flag)
            case .number(let double): told.values[number] = .double(double)
            case .other: break
            }
        }
        var evaluator = Evaluator()
        switch evaluator.evaluate(program, told) {
        case .bool(let flag): return flag ? 1 : 0
        case .double(let number): return number
        default: return .nan
        }
    }

    /// Tries the channels as they are told, holding every number against its bound.
    private mutating func attempt(_ candidate: Candidate) throws {
        if reasons[entry(candidate)] != nil || chosen.contains(where: { $0.action == candidate.action }) { return }
        var first: String?
        for trial in try #require(candidate.tried, "\(candidate.action) was not tried") {
            if let reason = trial.reason, reason != "quiet_hours" {
                // What failed is not told, and lets nothing pass.
                if let count = trial.count ?? trial.spent, let most = trial.max { #expect(count >= most) }
                first = first ?? reason
                continue
            }
            guard let rule = trial.quiet_hours else {
                #expect(instant(trial.deliver_at) == time)
                chosen.append(entry(candidate))
                return
            }
            let clock = try #require(trial.local_time).dropFirst(11).prefix(5)
            #expect(rule.from < rule.to ? clock >= rule.from && clock < rule.to : clock >= rule.from || clock < rule.to)
            guard let outcome = trial.outcome else {
                #expect(try #require(instant(trial.deliver_at)) > time)
                chosen.append(entry(candidate))
                return
            }
            if outcome == "expires" {
                #expect(try #require(instant(trial.until)) >= #require(instant(trial.expires_at)))
            }
            first = first ?? "quiet_hours"
            if outcome == "drop" { break }
        }
        reasons[entry(candidate)] = first
    }
}

/// A full explanation is all that a reader needs.
struct ExplanationTests {
    /// Every reason there is comes up in these histories, as one candidate's and as that of a whole decision.
    @Test func aReaderDecidesAlikeAndMeetsEveryReason() throws {
        var ofCandidates: Set<String> = []
        var ofDecisions: Set<String> = []
        for seed in 1...24 as ClosedRange<UInt64> {
            let reasons = try readHistory(seed: seed)
            ofCandidates.formUnion(reasons.candidates)
            ofDecisions.formUnion(reasons.decisions)
        }
        let all = Set(Reason.allCases.map { "\($0.text)" })
        // A candidate that is outranked was not held back.
        #expect(ofCandidates.union(["outranked"]) == all, "never met: \(all.subtracting(ofCandidates).sorted())")
        #expect(ofDecisions == all, "never met: \(all.subtracting(ofDecisions).sorted())")
    }

    /// Decides a history again from its lines, and answers the reasons that the reader came to by itself.
    private func readHistory(seed: UInt64) throws -> (candidates: Set<String>, decisions: Set<String>) {
        var dice = SeededNumbers(seed: seed &* 104_729)
        let world = try DecisionWorld(&dice, actions: dice.one(of: [1, 2, 6]), explain: .full)
        let bench = DecisionBench(world.draft)
        var time = world.start
        var reasons: (candidates: Set<String>, decisions: Set<String>) = ([], [])
        for step in 0..<150 {
            time += dice.one(of: [0, DecisionWorld.minute, 30 * DecisionWorld.minute, DecisionWorld.hour])
            let customer = world.customer(Int.random(in: 0..<5, using: &dice), &dice)
            let asked = (0..<dice.one(of: [1, 1, 2, 3])).map { _ in world.asked(&dice) }
            let facts = asked.map { (moment: $0.moment, facts: world.values($0, customer)) }
            let lines = bench.decide(together: facts, at: time, customer: customer.name)
            for line in lines {
                let members = Set(lines.compactMap { $0.word("moment_id") })
                let own = line.word("moment").flatMap { Int($0.dropFirst()) } ?? 0
                let choose = members.count > 1 ? nil : world.naive.chooseByMoment[own]
                let reader = try ExplanationReader(
                    line, choose: choose ?? world.naive.choose, least: world.naive.least)
                let told = reader.line.explanation.considered
                let named = lines.filter { $0.word("moment_id") == reader.line.moment_id }
                    .compactMap { $0.word("action") }.filter { $0 != "null" }
                try #require(reader.chosenHere == named, "step \(step) of \(seed): \(line)")
                #expect(reader.reason == reader.line.reason || !named.isEmpty, "\(line)")
                for candidate in told {
                    let entry = ExplanationReader.Entry(
                        action: candidate.action, moment: candidate.moment_id ?? reader.line.moment_id)
                    #expect(reader.reasons[entry] == candidate.reason, "\(line)")
                    #expect(reader.chosen.contains(entry) == (candidate.chosen == true))
                }
                let ranked = told.filter { $0.rank != nil }.sorted { $0.rank ?? 0 < $1.rank ?? 0 }
                #expect(ranked.map(\.action) == reader.ranking.map(\.action))
                reasons.candidates.formUnion(reader.reasons.values)
                if named.isEmpty, let reason = reader.reason { reasons.decisions.insert(reason) }
            }
        }
        return reasons
    }
}
