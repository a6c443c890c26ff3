import Decisions
import Expressions
import Journeys
import Storage

/// The section `policy`.
extension PlanDraft {
    /// Read after the actions, whose names caps may name.
    func policy(_ root: Fields<RootKey>, actions: [ActionDraft], moments: [MomentDraft]) -> PolicyPlan {
        var policy = PolicyPlan()
        let site = Site.action(on: moments.map { ($0.definition.name, $0.stepNames) })
        _ = root.object(.policy, PolicyKey.self) { fields in
            policy.consent = consent(fields[.consent], site: site, actions: actions)
            policy.caps = caps(fields[.caps], actions: actions)
            policy.quietHours = quietHours(fields[.quietHours], actions: actions)
            policy.budgets = budgets(fields[.budgets], site: site, actions: actions)
            if let choose = fields.integer(.choose) { policy.choose = Int(choose) }
            if let least = fields.number(.minPriority) { policy.minPriority = least }
            policy.gather = fields.duration(.gather)
            policy.explore = fields.object(.explore) { explore($0) }
            policy.bestHours = bestHours(fields, actions: actions)
            _ = fields.object(.timezone, ZoneKey.self) { fields in
                policy.zone = expression(fields[.from], site: site, .text)
                checkCalendar(fields[.from], policy.zone)
                if let zone = fields[.usual].flatMap(knownZone) { policy.defaultZone = zone }
                return true
            }
            policy.holdout = fields.object(.holdout) { holdout($0, actions: actions) }
            switch fields.word(.explain) {
            case "full": policy.explain = .full
            case "none": policy.explain = .none
            default: break
            }
            return true
        }
        laterReads += policy.expressions.filter { !$0.isNone }
        policy.chooseByMoment = moments.map { $0.choose?.count }
        if policy.gather != nil {
            for moment in moments {
                moment.choose?.reader.error(
                    "with policy.gather one number counts for all moments together; write policy.choose instead")
            }
        }
        return policy
    }

    private func holdout(_ fields: Fields<HoldoutKey>, actions: [ActionDraft]) -> HoldoutPlan? {
        _ = fields.required(.percent)
        let percent = fields.number(.percent)
        let salt = fields.string(.salt, allowEmpty: true) ?? ""
        let exempt = groups(fields[.exempt], actions: actions, "so nobody gets more for this")
        guard let percent else { return nil }
        let share = (percent * 100).rounded()
        if abs(percent * 100 - share) > 1e-6 {
            fields.error(at: .percent, "\(percent) is finer than a hundredth of a percent; write at most two decimals")
        }
        return HoldoutPlan(share: Int(share), salt: salt, exempt: exempt)
    }

    /// Windows that follow the calendar need the customer's zone before there is anything but the event and the profile.
    private func checkCalendar(_ reader: Reader?, _ number: ExpressionNumber) {
        guard usesCalendar, let reader, !number.isNone else { return }
        let program = expressions[number].program
        guard let place = program.reads.firstIndex(where: Vocabulary.comesAfterWindows) else { return }
        reader.error(
            "this reads \(expressions[number].names[place]), and windows with \"per\" need the zone before that is known; "
                + "read the profile or the event, such as \"profile.timezone\"")
    }

    private func knownZone(_ reader: Reader) -> String? {
        guard let name = name(reader) else { return nil }
        if name == "UTC" || zone(name) != nil { return name }
        reader.error(
            "there is no time zone \(Wording.quoted(name)) on this machine; write an IANA name such as \"Europe/Madrid\""
        )
        return nil
    }

    private func consent(_ reader: Reader?, site: Site, actions: [ActionDraft]) -> ConsentPlan? {
        reader?.object(ConsentKey.self) { fields in
            var consent = ConsentPlan()
            if fields.word(.usual) == "deny" { consent.isAllowedByDefault = false }
            for channel in fields.others() {
                noteUnused(channel: channel.name, channel.reader, actions: actions, "so nothing asks for this")
                consent.channels.append((channel.name, expression(channel.reader, site: site, .condition)))
            }
            return consent
        }
    }

    /// Notes that no action has the channel.
    func noteUnused(channel: String, _ reader: Reader?, actions: [ActionDraft], _ consequence: String) {
        var known: [String] = []
        for channel in actions.flatMap({ $0.plan?.channels ?? [] }) where !known.contains(channel) {
            known.append(channel)
        }
        if known.contains(channel) { return }
        let remedy = NearestWord.remedy(for: channel, in: known, noun: "channels")
        reader?.note("no action has the channel \(Wording.quoted(channel)), \(consequence)\(remedy)")
    }
}
