import Decisions
import Events
import Expressions
import Journeys
import Learning
import Storage

/// The section `actions`.
extension PlanDraft {
    struct ActionDraft {
        let definition: Definition
        let plan: ActionPlan?
    }

    func actions(_ root: Fields<RootKey>, moments: [MomentDraft]) -> [ActionDraft] {
        let numbers = Dictionary(moments.enumerated().map { (ByteName($1.definition.name), $0) }) { first, _ in first }
        let everywhere = Site.action(on: moments.map { ($0.definition.name, $0.stepNames) })
        return definitions(.actions, of: root).map { definition in
            let plan = definition.reader.object(ActionKey.self) { fields in
                var plan = ActionPlan(name: definition.name, on: nil)
                let on = fields.required(.on).flatMap { answered($0, moments: moments, numbers: numbers) }
                plan.on = on ?? []
                let answers = on??.map { (moments[$0].definition.name, moments[$0].stepNames) }
                // Where `on` is faulty, it is not a further fault that no moment has a step.
                let site =
                    on == nil ? Site.anyStep(of: moments.map(\.stepNames)) : answers.map(Site.action) ?? everywhere
                read(fields, into: &plan, site: site)
                readLimits(fields, into: &plan, site: site)
                return plan
            }
            return ActionDraft(definition: definition, plan: plan)
        }
    }

    private func read(_ fields: Fields<ActionKey>, into plan: inout ActionPlan, site: Site) {
        if let enabled = fields.bool(.enabled) { plan.enabled = enabled }
        _ = fields.object(.valid, ValidKey.self) { valid in
            plan.validFrom = valid[.from].flatMap(instant)
            plan.validUntil = valid[.until].flatMap(instant)
            if let from = plan.validFrom, let until = plan.validUntil, until <= from {
                valid.error(at: .until, "\"until\" is not after \"from\"; the action would never be valid")
            }
            return true
        }
        plan.eligible = expression(fields[.eligible], site: site, .condition)
        plan.applicable = expression(fields[.applicable], site: site, .condition)
        plan.suitable = expression(fields[.suitable], site: site, .condition)
        plan.channels = channels(fields[.channels])
        (plan.learning, plan.propensityModel) = propensityObject(fields[.propensity], site: site)
        if plan.learning == nil { plan.propensity = propensity(fields[.propensity], site: site) }
        plan.context = expression(fields[.context], site: site, .number)
        plan.value = expression(fields[.value], site: site, .number)
        if let lever = fields.number(.lever) { plan.lever = lever }
        readCooldown(fields[.cooldown], into: &plan)
        plan.expiresAfter = fields.duration(.expiresAfter)
        plan.payload = namedExpressions(fields, .payload, site: site)
        if let reader = fields[.preferChannel], case .string("learned") = reader.node.value {
            orderChannels(reader, &plan)
        } else {
            plan.preferredChannel = expression(fields[.preferChannel], site: site, .text)
        }
        if !plan.preferredChannel.isNone, plan.channels.count < 2 {
            fields[.preferChannel]?.note("the action has no channels to choose from, so this changes nothing")
        }
        let own = [
            plan.preferredChannel, plan.eligible, plan.applicable, plan.suitable, plan.propensity, plan.context,
            plan.value,
        ]
        laterReads += (own + plan.payload.map(\.expression)).filter { !$0.isNone }
    }

    /// Has channels tried in the order of their learnt propensities.
    private func orderChannels(_ reader: Reader, _ plan: inout ActionPlan) {
        guard let learning = plan.learning, learning.byChannel, learning.model == nil else {
            reader.error(
                "\"learned\" goes by what is learnt of each channel; write propensity: { learn: true, by: [\"channel\"] }"
            )
            return
        }
        plan.learning?.ordersChannels = true
        if plan.channels.count < 2 { reader.note("the action has no channels to choose from, so this changes nothing") }
    }

    /// The numbers of the moments that are named, or nil inside for every moment; nil where one is unknown.
    private func answered(
        _ on: Reader, moments: [MomentDraft], numbers: [ByteName: Int]
    ) -> [Int]?? {
        guard let names = namesOrAll(on, all: "every moment") else { return nil }
        guard let names else { return .some(nil) }
        let found = names.compactMap { name, reader -> Int? in
            if let number = numbers[name] { return number }
            let remedy = remedy(for: name, in: moments.map(\.definition.name), noun: "moments")
            reader.error("there is no moment \(Wording.quoted(name))\(remedy)", code: .unknownName)
            return nil
        }
        return found.count == names.count ? .some(found) : nil
    }

    private func instant(_ reader: Reader) -> Instant? {
        guard let text = reader.string() else { return nil }
        if let instant = View.of(Array(text.utf8), { Instant(rfc3339: $0) }) { return instant }
        reader.error("\(Wording.quoted(text)) \(TimeAdvice.fault(of: Array(text.utf8)))")
        return nil
    }

    /// Different channels; one may stand alone.
    func channels(_ reader: Reader?) -> [String] {
        guard let reader else { return [] }
        var readers = [reader]
        if case .list = reader.node.value { readers = reader.list() ?? [] }
        if readers.count > ActionKey.channelLimit {
            reader.error("there are \(readers.count) channels; write at most \(ActionKey.channelLimit)")
        }
        var channels: [String] = []
        for reader in readers {
            guard let name = name(reader) else { continue }
            if channels.names(name) {
                reader.error("\(Wording.quoted(name)) is listed twice; take one out", code: .listedTwice)
            } else if channels.count < ActionKey.channelLimit {
                channels.append(name)
            }
        }
        return channels
    }

    private func propensity(_ reader: Reader?, site: Site) -> ExpressionNumber {
        // How it is learnt is read elsewhere, faults and all.
        if let reader, case .object = reader.node.value { return .none }
        let number = expression(reader, site: site, .number)
        guard !number.isNone, let constant = expressions[number].program.constant else { return number }
        let value: Double? =
            switch constant {
            case .int(let value): Double(value)
            case .uint(let value): Double(value)
            case .double(let value): value
            default: nil
            }
        if let value, !(0...1).contains(value) {
            reader?.error("\(value) is no propensity; write a number from 0 to 1")
        }
        return number
    }
}
