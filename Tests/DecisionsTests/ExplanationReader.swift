import Expressions
import Foundation
import Storage
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
        var cap, count, max: Int?
        var quiet_hours: Quiet?
    }

    struct Candidate: Decodable {
        var action: String
        var `class`, reason, last_chosen, cooldown: String?
        var chosen, enabled: Bool?
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

    let line: ExplainedLine
    let time: Int64
    /// By name of the action.
    private(set) var reasons: [String: String] = [:]
    private(set) var ranking: [String] = []
    private(set) var chosen: [String] = []

    /// - Parameter choose: as many as the policy chooses, which is no part of an explanation.
    init(_ text: String, choose: Int) throws {
        line = try JSONDecoder().decode(ExplainedLine.self, from: Data(text.utf8))
        time = try #require(text.time("time"))
        var ranked: [(candidate: Candidate, priority: Double)] = []
        var mandatory: [Candidate] = []
        for candidate in line.explanation.considered {
            if let reason = try gate(candidate) {
                reasons[candidate.action] = reason
            } else if candidate.class == "mandatory" {
                mandatory.append(candidate)
            } else if let priority = Self.priority(candidate) {
                ranked.append((candidate, priority))
            } else {
                reasons[candidate.action] = "bad_priority"
            }
        }
        ranked.sort { a, b in
            let (first, second) = (a.candidate, b.candidate)
            if a.priority != b.priority { return a.priority > b.priority }
            if first.value != second.value { return first.value ?? 0 > second.value ?? 0 }
            if first.turn != second.turn { return first.turn ?? 0 < second.turn ?? 0 }
            return Array(first.action.utf8).lexicographicallyPrecedes(Array(second.action.utf8))
        }
        ranking = ranked.map(\.candidate.action)
        for candidate in mandatory { try attempt(candidate) }
        let before = chosen.count
        for entry in ranked where chosen.count - before < choose { try attempt(entry.candidate) }
    }

    /// The reason that the line gives where nothing was chosen.
    var reason: String? { (ranking.first ?? line.explanation.considered.first?.action).flatMap { reasons[$0] } }

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
        var first: String?
        for trial in try #require(candidate.tried, "\(candidate.action) was not tried") {
            if let count = trial.count, let most = trial.max, count >= most {
                first = first ?? (trial.cap == nil ? "budget" : "cap")
                continue
            }
            guard let rule = trial.quiet_hours else {
                #expect(instant(trial.deliver_at) == time)
                chosen.append(candidate.action)
                return
            }
            let clock = try #require(trial.local_time).dropFirst(11).prefix(5)
            #expect(rule.from < rule.to ? clock >= rule.from && clock < rule.to : clock >= rule.from || clock < rule.to)
            guard let outcome = trial.outcome else {
                #expect(try #require(instant(trial.deliver_at)) > time)
                chosen.append(candidate.action)
                return
            }
            if outcome == "expires" {
                #expect(try #require(instant(trial.until)) >= #require(instant(trial.expires_at)))
            }
            first = first ?? "quiet_hours"
            if outcome == "drop" { break }
        }
        reasons[candidate.action] = first
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
        #expect(ofCandidates == all, "never met: \(all.subtracting(ofCandidates).sorted())")
        #expect(ofDecisions == all, "never met: \(all.subtracting(ofDecisions).sorted())")
    }

    /// Decides a history again from its lines, and answers the reasons that the reader came to by itself.
    private func readHistory(seed: UInt64) throws -> (candidates: Set<String>, decisions: Set<String>) {
        var dice = Dice(state: seed &* 104_729)
        let world = try DecisionWorld(&dice, actions: dice.pick([1, 2, 6]), explain: .full)
        let desk = Desk(world.draft)
        var time = world.start
        var reasons: (candidates: Set<String>, decisions: Set<String>) = ([], [])
        for step in 0..<150 {
            time += dice.pick([0, DecisionWorld.minute, 30 * DecisionWorld.minute, DecisionWorld.hour])
            let customer = world.customer(Int.random(in: 0..<5, using: &dice), &dice)
            let moment = Int.random(in: 0..<world.moments, using: &dice)
            let answers = world.naive.actions.map { _ in world.answer(&dice) }
            let lines = desk.decide(moment, at: time, customer: customer.name, facts: world.values(answers, customer))
            for line in lines {
                let reader = try ExplanationReader(line, choose: world.naive.choose)
                let told = reader.line.explanation.considered
                let named = lines.compactMap { $0.word("action") }.filter { $0 != "null" }
                try #require(reader.chosen == named, "step \(step) of \(seed): \(line)")
                #expect(reader.reason == reader.line.reason || !named.isEmpty, "\(line)")
                for candidate in told { #expect(reader.reasons[candidate.action] == candidate.reason, "\(line)") }
                let ranked = told.filter { $0.rank != nil }.sorted { $0.rank ?? 0 < $1.rank ?? 0 }
                #expect(ranked.map(\.action) == reader.ranking)
                #expect(told.filter { $0.chosen == true }.count == named.count)
                reasons.candidates.formUnion(reader.reasons.values)
                if named.isEmpty, let reason = reader.reason { reasons.decisions.insert(reason) }
            }
        }
        return reasons
    }
}
