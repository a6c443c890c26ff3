import Events
import Expressions
import Journeys
import Storage

/// The sections `touchpoints`, `profile`, `scores` and `segments`.
extension PlanDraft {
    /// A touchpoint, attribute, score or segment; what is faulty has no plan.
    struct Draft<Plan> {
        let definition: Definition
        let plan: Plan?
        /// Its expressions, to say something about them.
        var conditions: [(reader: Reader, number: ExpressionNumber)] = []
    }

    struct PictureDraft {
        var touchpoints: [Draft<TouchpointPlan>] = []
        var attributes: [Draft<AttributePlan>] = []
        var scores: [Draft<ScorePlan>] = []
        var segments: [Draft<SegmentPlan>] = []

        func plan(emit: Set<LineType>) -> PicturePlan {
            var plan = PicturePlan()
            plan.touchpoints = touchpoints.compactMap(\.plan)
            plan.attributes = attributes.compactMap(\.plan)
            plan.scores = scores.compactMap(\.plan)
            plan.segments = segments.compactMap(\.plan)
            plan.emitsScores = emit.contains(.score)
            plan.emitsSegments = emit.contains(.segment)
            return plan
        }
    }

    private static let termLimit = 1000
    private static let sourceLimit = 1000

    // MARK: Touchpoints and profile

    /// Makes the names of attributes known, which may be read before they are written.
    func declareAttributes(_ root: Fields<RootKey>) {
        guard case .object(let entries)? = root[.profile]?.node.value else { return }
        for (index, entry) in entries.enumerated() { vocabulary.attributes[entry.key] = index }
    }

    func touchpoints(_ root: Fields<RootKey>) -> [Draft<TouchpointPlan>] {
        definitions(.touchpoints, of: root).map { definition in
            let plan = definition.reader.object(TouchpointKey.self) { fields in
                let filter = EventFilter(
                    types: eventTypes(fields.required(.on)),
                    condition: expression(fields[.where], site: .touchpoint, .condition))
                var plan = TouchpointPlan(name: definition.name, filter: filter)
                plan.stage = fields.word(.stage)
                plan.phase = fields.word(.phase)
                plan.channel = fields[.channel].flatMap(name)
                plan.medium = fields.word(.medium)
                plan.polarity = fields.word(.polarity)
                plan.initiative = fields.word(.initiative)
                plan.isFriction = fields.bool(.friction) ?? false
                touchpointNotes[definition.name] = notes(fields[.note])
                return plan
            }
            return Draft(definition: definition, plan: plan)
        }
    }

    func attributes(_ root: Fields<RootKey>) -> [Draft<AttributePlan>] {
        definitions(.profile, of: root).map { definition in
            let plan = definition.reader.object(AttributeKey.self) { fields in
                let filter = EventFilter(
                    types: eventTypes(fields.required(.on)),
                    condition: expression(fields[.where], site: .attribute, .condition))
                let from = expression(fields.required(.from), site: .attribute, .anything)
                var plan = AttributePlan(
                    name: definition.name, filter: filter, from: from, keep: keep(fields[.keep]))
                plan.isOfAccount = isOfAccount(fields, .of)
                return plan
            }
            return Draft(definition: definition, plan: plan)
        }
    }

    private func keep(_ reader: Reader?) -> AttributePlan.Keep {
        guard let reader else { return .latest }
        if case .object = reader.node.value {
            let keep = reader.object(KeepKey.self) { fields -> AttributePlan.Keep? in
                let sources = fields.required(.priority)?.list(allowEmpty: false) { $0.string() } ?? []
                let by = expression(fields.required(.by), site: .attribute, .anything)
                if sources.count > Self.sourceLimit {
                    fields.error(
                        at: .priority, "there are \(sources.count) sources; write at most \(Self.sourceLimit)")
                }
                return .priority(sources, by: by)
            }
            return keep ?? .latest
        }
        if case .string("priority") = reader.node.value {
            reader.error(
                "\"priority\" needs the sources in their order; write { priority: [\"crm\", \"web\"], by: \"…\" }")
            return .latest
        }
        switch reader.word(of: AttributeKey.rules) {
        case "first": return .first
        case "max": return .max
        case "min": return .min
        case "longest": return .longest
        default: return .latest
        }
    }

    // MARK: Scores and segments

    func scores(_ root: Fields<RootKey>) -> [Draft<ScorePlan>] {
        let definitions = definitions(.scores, of: root)
        return definitions.enumerated().map { index, definition in
            let site = Site.score(later: definitions[index...].map(\.name))
            var conditions: [(reader: Reader, number: ExpressionNumber)] = []
            let plan = definition.reader.object(ScoreKey.self) { fields -> ScorePlan? in
                let isOfAccount = isOfAccount(fields, .of)
                var plan = score(fields, name: definition.name, site: site, &conditions)
                plan?.isOfAccount = isOfAccount
                return plan
            }
            vocabulary.scores[definition.name] = index
            return Draft(definition: definition, plan: plan, conditions: conditions)
        }
    }

    private func score(
        _ fields: Fields<ScoreKey>, name: String, site: Site,
        _ conditions: inout [(reader: Reader, number: ExpressionNumber)]
    ) -> ScorePlan? {
        let intercept = fields.number(.intercept) ?? 0
        let link = fields.word(.link)
        let thresholds = thresholds(fields[.reportAt])
        guard let (key, value) = fields.one(of: [.terms, .expr, .model, .clv]) else { return nil }
        if key == .expr {
            fields.refuse([.intercept, .link], "it is about \"terms\", and this score has an \"expr\"")
            let number = expression(value, site: site, .number)
            conditions.append((value, number))
            return ScorePlan(name: name, form: .expression(number), thresholds: thresholds)
        }
        if key == .model || key == .clv {
            fields.refuse([.intercept, .link], "it is about \"terms\", and this score has a model")
            guard let use = key == .model ? model(value, site: site) : customerValue(value, site: site) else {
                return nil
            }
            for number in use.features where !number.isNone { conditions.append((value, number)) }
            return ScorePlan(name: name, form: .model(use), thresholds: thresholds)
        }
        let terms = value.list() ?? []
        if terms.count > Self.termLimit {
            value.error("there are \(terms.count) terms; write at most \(Self.termLimit)")
        }
        let plans = terms.prefix(Self.termLimit).compactMap { reader in
            reader.object(TermKey.self) { fields -> ScorePlan.Term? in
                _ = fields.required(.weight)
                let weight = fields.number(.weight)
                guard let (key, value) = fields.one(of: [.value, .when]) else { return nil }
                let number = expression(value, site: site, key == .when ? .condition : .number)
                conditions.append((value, number))
                return ScorePlan.Term(expression: number, isCondition: key == .when, weight: weight ?? 0)
            }
        }
        return ScorePlan(
            name: name, form: .terms(intercept: intercept, plans, link == "logistic" ? .logistic : .identity),
            thresholds: thresholds)
    }

    /// The values at which a score is reported, ascending.
    private func thresholds(_ reader: Reader?) -> [Double] {
        guard let reader else { return [] }
        var readers = [reader]
        if case .list = reader.node.value { readers = reader.list() ?? [] }
        var thresholds: [Double] = []
        for reader in readers {
            guard let number = reader.number() else { continue }
            if thresholds.contains(number) {
                reader.error("\(number) is listed twice; take one out", code: .listedTwice)
            } else {
                thresholds.append(number)
            }
        }
        return thresholds.sorted()
    }

    func segments(_ root: Fields<RootKey>) -> [Draft<SegmentPlan>] {
        let definitions = definitions(.segments, of: root)
        return definitions.enumerated().map { index, definition in
            let site = Site.segment(later: definitions[index...].map(\.name))
            var conditions: [(reader: Reader, number: ExpressionNumber)] = []
            let plan = definition.reader.object(SegmentKey.self) { fields in
                let when = fields.required(.when)
                let leave = fields[.leaveWhen]
                let numbers = [when, leave].map { expression($0, site: site, .condition) }
                for (reader, number) in zip([when, leave], numbers) {
                    if let reader { conditions.append((reader, number)) }
                }
                var plan = SegmentPlan(name: definition.name, when: numbers[0], leaveWhen: numbers[1])
                plan.isOfAccount = isOfAccount(fields, .of)
                return plan
            }
            vocabulary.segments[definition.name] = index
            return Draft(definition: definition, plan: plan, conditions: conditions)
        }
    }
}
