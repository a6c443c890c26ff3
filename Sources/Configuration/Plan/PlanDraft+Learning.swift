import Decisions
import Events
import Expressions
import Journeys
import Learning
import Storage

/// Propensities that are learnt, and choices by chance.
extension PlanDraft {
    private static let byMost = 8
    private static let featuresMost = 256

    /// How an action's propensity is learnt, or which model says it; none where an expression does.
    func propensityObject(_ reader: Reader?, site: Site) -> (learning: PropensityPlan?, model: ModelUse?) {
        guard let reader, case .object = reader.node.value else { return (nil, nil) }
        var use: ModelUse?
        let learning = reader.object(PropensityKey.self) { fields -> PropensityPlan? in
            guard let (key, value) = fields.one(of: [.learn, .model]) else { return nil }
            if key == .model {
                fields.refuse(
                    [.prior, .strength, .halfLife, .outcome, .by, .features, .alpha, .beta, .l1, .l2],
                    "a model says the propensity, so nothing is learnt")
                use = model(value, site: site)
                laterReads += use?.features.filter { !$0.isNone } ?? []
                if let use, !use.model.isProbability {
                    value.note("the model predicts no probability; what is below 0 or above 1 blocks the action")
                }
                return nil
            }
            var plan = PropensityPlan()
            let isModel = isModel(value)
            if let prior = fields.number(.prior) { plan.prior = prior }
            if let strength = fields.number(.strength) { plan.strength = strength }
            if let halfLife = fields.duration(.halfLife) { plan.halfLife = halfLife }
            if let word = fields.word(.outcome), let outcome = Outcome.allCases.first(where: { $0.name == word }) {
                plan.outcome = outcome
            }
            learntOutcomes.append((plan.outcome, fields[.outcome] ?? reader))
            by(fields[.by], site: site, into: &plan)
            if isModel {
                plan.model = model(fields, site: site)
            } else {
                fields.refuse([.features, .alpha, .beta, .l1, .l2], "it is about weights; write learn: \"ftrl\"")
            }
            laterReads += plan.by + (plan.model?.features.map(\.expression).filter { !$0.isNone } ?? [])
            return plan
        }
        return (learning, use)
    }

    private func isModel(_ learn: Reader) -> Bool {
        if case .string = learn.node.value { return learn.word(of: ["ftrl"]) != nil }
        if learn.bool() == false { learn.error("learn: false learns nothing; write a number for \"propensity\"") }
        return false
    }

    private func by(_ reader: Reader?, site: Site, into plan: inout PropensityPlan) {
        guard let reader else { return }
        var readers = [reader]
        if case .list = reader.node.value { readers = reader.list(allowEmpty: false) ?? [] }
        if readers.count > Self.byMost {
            reader.error("there are \(readers.count) of them; write at most \(Self.byMost)")
        }
        for reader in readers.prefix(Self.byMost) {
            if case .string("channel") = reader.node.value {
                plan.byChannel = true
                continue
            }
            let number = expression(reader, site: site, .anything)
            if !number.isNone { plan.by.append(number) }
        }
    }

    private func model(_ fields: Fields<PropensityKey>, site: Site) -> FTRLPlan {
        var model = FTRLPlan()
        if fields.required(.features) != nil {
            model.features = namedExpressions(fields, .features, site: site).filter { !$0.expression.isNone }
        }
        if model.features.count > Self.featuresMost {
            fields.error(
                at: .features, "there are \(model.features.count) features; write at most \(Self.featuresMost)")
        }
        if let alpha = fields.number(.alpha) { model.alpha = alpha }
        if let beta = fields.number(.beta) { model.beta = beta }
        if let l1 = fields.number(.l1) { model.l1 = l1 }
        if let l2 = fields.number(.l2) { model.l2 = l2 }
        return model
    }

    /// The section `policy.explore`.
    func explore(_ fields: Fields<ExploreKey>) -> ExplorePlan? {
        _ = fields.required(.method)
        let method = fields.word(.method, ExplorePlan.Method.self)
        let (epsilon, temperature) = (fields.number(.epsilon), fields.number(.temperature))
        let seed = fields.string(.seed, allowEmpty: true) ?? ""
        guard let method else { return nil }
        if method == .softmax { fields.refuse([.epsilon], "\"softmax\" goes by \"temperature\"") }
        if method != .softmax { fields.refuse([.temperature], "only \"softmax\" goes by it") }
        return ExplorePlan(method: method, epsilon: epsilon ?? 0.02, temperature: temperature ?? 1, seed: seed)
    }

    /// The channels of `policy.best_hour`, and in `hourTypes` the events that tell of each.
    func bestHours(_ policy: Fields<PolicyKey>, actions: [ActionDraft]) -> [HourPlan] {
        let definitions = definitions(.bestHour, of: policy)
        if definitions.count > HourBook.limit {
            definitions[HourBook.limit].error(
                "there are \(definitions.count) channels; write at most \(HourBook.limit)")
        }
        var plans: [HourPlan] = []
        for definition in definitions.prefix(HourBook.limit) {
            noteUnused(channel: definition.name, definition.reader, actions: actions, "so nothing is put off")
            _ = definition.reader.object(BestHourKey.self) { fields in
                let on = fields.required(.on)
                let types = eventTypes(on)
                if let on, types == nil, case .string("*") = on.node.value {
                    on.error("\"*\" would make every event a look; name the types that are")
                }
                let names = types?.map { vocabulary.projection.types[$0] } ?? []
                var plan = HourPlan(channel: definition.name, on: names)
                if let halfLife = fields.duration(.halfLife) { plan.halfLife = halfLife }
                if let strength = fields.number(.strength) { plan.strength = strength }
                if let within = fields.duration(.within) { plan.within = within }
                plans.append(plan)
                hourTypes.append(types ?? [])
                return true
            }
        }
        return plans
    }

    /// Notes propensities for which nothing tells of what they are to come to.
    func check(learntFrom responses: ResponsePlan?) {
        for (outcome, reader) in learntOutcomes where responses.map({ $0.terms[outcome] < 0 }) ?? true {
            reader.note(
                "nothing tells of \(Wording.quoted(outcome.name)), so nothing is learnt; "
                    + "write responses: { \(outcome.name): { on: EVENT_TYPE } }")
        }
    }
}
