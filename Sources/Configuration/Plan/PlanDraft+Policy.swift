import Decisions
import Expressions
import Journeys
import Storage

/// The section `policy`.
extension PlanDraft {
    /// Read after the actions, whose names caps may name.
    func policy(_ root: Fields, actions: [ActionDraft], moments: [MomentDraft]) -> PolicyPlan {
        var policy = PolicyPlan()
        let site = Site.action(on: moments.map { ($0.definition.name, $0.stepNames) })
        _ = root["policy"]?.object { fields in
            policy.consent = consent(fields["consent"], site: site, actions: actions)
            policy.caps = caps(fields["caps"], actions: actions)
            policy.quietHours = quietHours(fields["quiet_hours"], actions: actions)
            policy.budgets = budgets(fields["budgets"], site: site, actions: actions)
            if let choose = fields.integer("choose", in: 1...1000) { policy.choose = Int(choose) }
            if let least = fields.number("min_priority") { policy.minPriority = least }
            policy.gather = fields.duration("gather", .zeroOrMore)
            _ = fields["timezone"]?.object { fields in
                policy.zone = expression(fields["from"], site: site, .text)
                checkCalendar(fields["from"], policy.zone)
                if let zone = fields["default"].flatMap(knownZone) { policy.defaultZone = zone }
                return true
            }
            policy.holdout = fields["holdout"]?.object { holdout($0, actions: actions) }
            switch fields["explain"]?.word(of: ["brief", "full", "none"]) {
            case "full": policy.explain = .full
            case "none": policy.explain = .none
            default: break
            }
            return true
        }
        laterReads += policy.expressions.filter { $0 >= 0 }
        policy.chooseByMoment = moments.map { $0.choose?.count }
        if policy.gather != nil {
            for moment in moments {
                moment.choose?.reader.error(
                    "with policy.gather one number counts for all moments together; write policy.choose instead")
            }
        }
        return policy
    }

    private func holdout(_ fields: Fields, actions: [ActionDraft]) -> HoldoutPlan? {
        let percent = fields.required("percent")?.number(in: 0...100)
        let salt = fields.string("salt", allowEmpty: true) ?? ""
        let exempt = groups(fields["exempt"], actions: actions, "so nobody gets more for this")
        guard let percent else { return nil }
        let share = (percent * 100).rounded()
        if abs(percent * 100 - share) > 1e-6 {
            fields.error(at: "percent", "\(percent) is finer than a hundredth of a percent; write at most two decimals")
        }
        return HoldoutPlan(share: Int(share), salt: salt, exempt: exempt)
    }

    /// Windows that follow the calendar need the customer's zone before there is anything but the event and the profile.
    private func checkCalendar(_ reader: Reader?, _ number: Int) {
        guard usesCalendar, let reader, number >= 0 else { return }
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
        reader?.object { fields in
            var consent = ConsentPlan()
            if fields["default"]?.word(of: ["allow", "deny"]) == "deny" { consent.isAllowedByDefault = false }
            for key in fields.keys where key != "default" {
                noteUnused(channel: key, fields[key], actions: actions, "so nothing asks for this")
                consent.channels.append((key, expression(fields[key], site: site, .condition)))
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
