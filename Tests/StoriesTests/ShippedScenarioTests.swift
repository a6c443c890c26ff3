import Configuration
import Decisions
import Foundation
import Journeys
import Pipeline
import Storage
import Stories
import TestSupport
import Testing

/// The configurations that come with journeyd, and their scenarios: all come out as expected, and none of the rules is
/// without one.
@Suite struct ShippedScenarioTests {
    private static let folder = Repository.root.appending(path: "Config")

    private static func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    /// A shipped configuration, what its scenarios expect, and what they bring about.
    private struct Played {
        let plan: Plan
        let verdicts: [Verdict]
        var scenarios: [Scenario] { verdicts.map(\.scenario) }
        var expected: [Stories.Expectation] { scenarios.flatMap(\.expected) }
        var decisions: [Line] { verdicts.flatMap(\.lines).filter { $0.type == "decision" } }
        var considered: [Part] {
            decisions.flatMap { line -> [Part] in
                guard case .list(let candidates) = line.parts["explanation"]?["considered"] else { return [] }
                return candidates
            }
        }

        init(_ name: String) throws {
            let bytes = try Dictionary(
                uniqueKeysWithValues: [name + ".json5", "touchpoints.json5"].map { ($0, Array(try text($0).utf8)) })
            let (loaded, diagnostics) = try Configuration.load(path: name + ".json5") { path throws(FileFault) in
                guard let found = bytes[path] else { throw .missing }
                return found
            }
            let configured = try #require(loaded, "\(diagnostics.rendered())")
            let plan = Plan(
                input: configured.input, journeys: configured.journeys, decisions: configured.decisionPlan,
                zone: configured.zone)
            let faults = Diagnostics()
            let scenarios = ScenarioReader.read(
                Array(try text(name + ".scenarios.json5").utf8), file: name + ".scenarios.json5",
                known: ScenarioReader.Known(plan), diagnostics: faults)
            #expect(!faults.hasErrors, "\(faults.rendered())")
            self.plan = plan
            // Rehearsals explain in full, so that each rule shows where it held something back.
            let trial = ScenarioTrial(plan)
            verdicts = scenarios.map { trial.verdict(on: $0) }
        }

        func named(_ key: String, _ expectations: [Stories.Expectation]) -> Set<String> {
            Set(expectations.compactMap { $0.parts[key]?.text })
        }
    }

    @Test(arguments: ["retail", "subscription", "loan", "b2b"])
    func everyScenarioComesOutAsExpectedAndEveryRuleHasOne(_ name: String) throws {
        let played = try Played(name)
        for verdict in played.verdicts {
            #expect(verdict.passes, "\(verdict.scenario.name):\n\(verdict.faults.joined(separator: "\n"))")
        }
        checkNames(played)
        checkPicture(played)
        checkGates(played)
        checkLimits(played)
    }

    /// Each moment and action is expected, and is also seen to keep quiet: forbidden by name, or where nothing else may
    /// come.
    private func checkNames(_ played: Played) {
        let expected = played.expected
        let forbidden = played.scenarios.flatMap(\.forbidden)
        let moments = Set(played.plan.journeys.moments.map(\.name))
        let actions = Set(played.plan.decisions.actions.filter(\.enabled).map(\.name))
        let momentLines = expected.filter { $0.type == "moment" }
        #expect(moments.subtracting(played.named("moment", momentLines)).isEmpty)
        #expect(actions.subtracting(played.named("action", expected)).isEmpty)
        let quiet = played.scenarios.filter(\.isComplete)
        for moment in moments where !played.named("moment", forbidden).contains(moment) {
            #expect(quiet.contains { !played.named("moment", $0.expected).contains(moment) }, "\(moment)")
        }
        for action in actions where !played.named("action", forbidden).contains(action) {
            #expect(quiet.contains { !played.named("action", $0.expected).contains(action) }, "\(action)")
        }
        let dropOffs = played.named("moment", expected.filter { $0.type == "drop_off" })
        for moment in played.plan.journeys.moments {
            if case .sequence(let sequence) = moment.trigger, sequence.pattern?.emitsPartial == true {
                #expect(dropOffs.contains(moment.name), "\(moment.name)")
            }
        }
    }

    /// Each segment is entered and left, and each threshold of each score crossed.
    private func checkPicture(_ played: Played) {
        let picture = played.plan.journeys.picture
        for segment in picture.segments {
            let changes = played.expected.filter { $0.parts["segment"]?.text == segment.name }
            #expect(Set(changes.compactMap { $0.parts["change"]?.text }) == ["enter", "leave"], "\(segment.name)")
        }
        let crossings = played.verdicts.flatMap(\.lines).filter { $0.type == "score" }
        for score in picture.scores {
            for threshold in score.thresholds {
                let isCrossed = crossings.contains { line in
                    line.parts["score"]?.text == score.name
                        && line.parts["threshold"].map { Part.number(threshold).isPart(of: $0) } ?? false
                }
                #expect(isCrossed, "\(score.name) \(threshold)")
            }
            guard !score.thresholds.isEmpty else { continue }
            #expect(played.named("score", played.expected).contains(score.name))
        }
    }

    /// Each gate that an action has is seen to hold it back.
    private func checkGates(_ played: Played) {
        var met: Set<String> = []
        for candidate in played.considered {
            guard let reason = candidate["reason"]?.text else { continue }
            met.insert("\(candidate["action"]?.text ?? "") \(reason)")
        }
        for action in played.plan.decisions.actions {
            var reasons: [Reason] = []
            if !action.enabled {
                reasons = [.disabled]
            } else {
                if action.validFrom != nil || action.validUntil != nil { reasons.append(.notValidNow) }
                if !action.eligible.isNone { reasons.append(.notEligible) }
                if !action.applicable.isNone { reasons.append(.notApplicable) }
                if !action.suitable.isNone { reasons.append(.notSuitable) }
                if !action.suppressions.isEmpty { reasons.append(.suppressed) }
                if action.cooldown > 0 { reasons.append(.cooldown) }
                if action.budget != nil { reasons.append(.budget) }
            }
            for reason in reasons {
                let pair = "\(action.name) \(reason.text)"
                #expect(met.contains(pair) != Self.impossible.contains(pair), "\(pair)")
            }
        }
    }

    /// What cannot happen: the moment itself rests as long as its action, or comes only where the condition holds.
    private static let impossible: Set<String> = [
        "call_back cooldown", "retention_call cooldown", "win_back_coupon cooldown", "trial_reminder cooldown",
        "card_update_link cooldown", "what_is_new cooldown", "upgrade_offer cooldown", "upgrade_offer not_eligible",
    ]

    /// Each cap and each rule of quiet hours is seen to hold something back, consent to be withheld, and somebody to be of
    /// the control group.
    private func checkLimits(_ played: Played) {
        let trials = played.considered.flatMap { candidate -> [Part] in
            guard case .list(let trials) = candidate["tried"] else { return [] }
            return trials
        }
        let policy = played.plan.decisions.policy
        for cap in policy.caps.indices {
            #expect(
                trials.contains { $0["cap"].map { Part.integer(Int64(cap)).isPart(of: $0) } ?? false }, "cap \(cap)")
        }
        for (number, rule) in policy.quietHours.enumerated() {
            let outcomes = trials.filter {
                $0["quiet_hours"]?["rule"].map { Part.integer(Int64(number)).isPart(of: $0) } ?? false
            }.map { $0["outcome"]?.text ?? "defer" }
            let wanted =
                switch rule.then {
                case .defer: "defer"
                case .nextChannel, .hold: "next_channel"
                case .drop: "drop"
                }
            #expect(outcomes.contains(wanted), "quiet hours \(number)")
        }
        if let consent = policy.consent {
            for channel in consent.channels.map(\.name) {
                let isWithheld = played.considered.contains { candidate in
                    candidate["consent"]?[channel].map { Part.bool(false).isPart(of: $0) } ?? false
                }
                #expect(isWithheld, "\(channel)")
            }
        }
        guard policy.holdout != nil else { return }
        #expect(played.expected.contains { $0.parts["group"]?.text == "control" })
    }
}
