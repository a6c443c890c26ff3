import Decisions
import Events
import Expressions
package import Journeys
package import Learning
import Storage

/// The section `responses`, and what actions make of outcomes.
extension PlanDraft {
    private static let countMost: Int64 = 64

    /// What the section comes to: nil where it is not there.
    func responses(_ root: Fields<RootKey>) -> ResponsePlan? {
        root.object(.responses, ResponsesKey.self) { fields in
            var plan = ResponsePlan()
            plan.reading.decision = expression(fields[.decision], site: .report, .anything)
            let outcomes: [(key: ResponsesKey, outcome: Outcome)] = [
                (.impression, .impression), (.click, .click), (.accept, .accept), (.reject, .reject),
            ]
            for (key, outcome) in outcomes {
                _ = fields.object(key, OutcomeKey.self) { read($0, outcome, into: &plan) }
            }
            _ = fields.object(.ignored, IgnoredKey.self) { ignored in
                _ = ignored.required(.for)
                plan.terms.ignoredAfter = ignored.duration(.for) ?? 0
                let after = ignored.word(.after)
                let isSeen = plan.terms[.impression] >= 0
                plan.terms.runsFromImpression = after.map { $0 == "impression" } ?? isSeen
                if plan.terms.runsFromImpression, !isSeen {
                    ignored.error(
                        at: .after, "nothing says when it was seen; write an \"impression\", or after: \"decision\"")
                }
                return true
            }
            if plan.reading.entries.isEmpty, plan.terms.ignoredAfter == 0 {
                fields.reader.note("no outcome is told of, so nothing comes of any decision")
            }
            laterReads += ([plan.reading.decision] + plan.reading.entries.map(\.value)).filter { !$0.isNone }
            return plan
        }
    }

    private func read(_ fields: Fields<OutcomeKey>, _ outcome: Outcome, into plan: inout ResponsePlan) -> Bool {
        let on = fields.required(.on)
        let types = eventTypes(on)
        if let on, types == nil, case .string("*") = on.node.value {
            on.error("\"*\" would make every event \(outcome.name); name the types that are")
        }
        let value = expression(fields[.value], site: .report, .number)
        plan.terms[outcome] = fields.duration(.within) ?? OutcomeKey.usualTime
        if let types { plan.reading.entries.append(.init(outcome: outcome, types: types, value: value)) }
        return true
    }

    /// Reads an action's `cooldown`: one duration, which begins as it is chosen, or one for each outcome.
    func readCooldown(_ reader: Reader?, into plan: inout ActionPlan) {
        guard let reader else { return }
        guard case .object = reader.node.value else {
            if let length = reader.duration(.zeroOrMore) { plan.cooldown = length }
            return
        }
        _ = reader.object(CooldownKey.self) { fields in
            if let length = fields.duration(.chosen) { plan.cooldown = length }
            let outcomes: [(key: CooldownKey, outcome: Outcome)] = [
                (.impression, .impression), (.click, .click), (.accept, .accept), (.reject, .reject),
                (.ignored, .ignored),
            ]
            for (key, outcome) in outcomes {
                guard let length = fields.duration(key), length > 0, let place = fields[key] else { continue }
                plan.rests.append(OutcomeRest(outcome, length: length))
                askedOutcomes.append((outcome, place))
            }
            return true
        }
    }

    /// Reads an entry of `suppress` that is about an outcome.
    func outcomeSuppression(_ fields: Fields<SuppressKey>) -> OutcomeSuppression? {
        let outcome = fields.word(.outcome).flatMap { word in Outcome.allCases.first { $0.name.isSame(as: word) } }
        let count = fields.integer(.count) ?? 1
        let over = fields.duration(.over)
        _ = fields.required(.for)
        let length = fields.duration(.for)
        let scope = fields.word(.scope).flatMap(OutcomeSuppression.Scope.init(rawValue:)) ?? .action
        if count > 1, over == nil {
            fields.error(at: .count, "\"count\" says how many within what time; write over: \"30d\" beside it")
        }
        if let outcome, let reader = fields[.outcome] { askedOutcomes.append((outcome, reader)) }
        guard let outcome, let length else { return nil }
        return OutcomeSuppression(
            outcome: outcome, count: Int(count), over: over ?? 1, length: length, scope: scope)
    }

    /// Notes outcomes that actions ask for and nothing tells of.
    func check(outcomesIn responses: ResponsePlan?) {
        for (outcome, reader) in askedOutcomes {
            let isTold =
                outcome == .ignored
                ? responses.map { $0.terms.ignoredAfter > 0 } : responses.map { $0.terms[outcome] >= 0 }
            if isTold == true { continue }
            let example = outcome == .ignored ? "{ for: \"72h\" }" : "{ on: EVENT_TYPE }"
            reader.note(
                "nothing tells of \(Wording.quoted(outcome.name)), so this holds nothing back; "
                    + "write responses: { \(outcome.name): \(example) }")
        }
    }
}

/// What the section `responses` comes to: which events say what, and how long each outcome may take.
package struct ResponsePlan: Sendable {
    package internal(set) var reading = ResponseReading(entries: [])
    package internal(set) var terms = ResponseTerms()
}
