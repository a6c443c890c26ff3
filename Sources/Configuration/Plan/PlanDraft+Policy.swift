import Decisions
import Expressions
import Journeys
import Storage

/// The section `policy`.
extension PlanDraft {
    private static let capLimit = 256
    private static let countMost: Int64 = 1_000_000

    /// Read after the actions, whose names caps may name.
    func policy(_ root: Fields, actions: [ActionDraft], moments: [MomentDraft]) -> PolicyPlan {
        var policy = PolicyPlan()
        let site = Site.action(on: moments.map { ($0.definition.name, $0.stepNames) })
        _ = root["policy"]?.object { fields in
            policy.consent = consent(fields["consent"], site: site, actions: actions)
            policy.caps = caps(fields["caps"], actions: actions)
            policy.quietHours = quietHours(fields["quiet_hours"], actions: actions)
            if let choose = fields.integer("choose", in: 1...1000) { policy.choose = Int(choose) }
            _ = fields["timezone"]?.object { fields in
                policy.zone = expression(fields["from"], site: site, .text)
                checkCalendar(fields["from"], policy.zone)
                if let zone = fields["default"].flatMap(knownZone) { policy.defaultZone = zone }
                return true
            }
            policy.holdout = fields["holdout"]?.object(holdout)
            switch fields["explain"]?.word(of: ["brief", "full", "none"]) {
            case "full": policy.explain = .full
            case "none": policy.explain = .none
            default: break
            }
            return true
        }
        let reads = (policy.consent?.channels.map(\.expression) ?? []) + [policy.zone]
        laterReads += reads.filter { $0 >= 0 }
        return policy
    }

    private func holdout(_ fields: Fields) -> HoldoutPlan? {
        let percent = fields.required("percent")?.number(in: 0...100)
        let salt = fields.string("salt", allowEmpty: true) ?? ""
        guard let percent else { return nil }
        let share = (percent * 100).rounded()
        if abs(percent * 100 - share) > 1e-6 {
            fields.error(at: "percent", "\(percent) is finer than a hundredth of a percent; write at most two decimals")
        }
        return HoldoutPlan(share: Int(share), salt: salt)
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

    private func caps(_ reader: Reader?, actions: [ActionDraft]) -> [CapPlan] {
        guard let readers = reader?.list() else { return [] }
        if readers.count > Self.capLimit {
            readers[Self.capLimit].error("there are \(readers.count) caps; write at most \(Self.capLimit)")
        }
        return readers.prefix(Self.capLimit).compactMap { reader in
            reader.object { cap($0, actions: actions) }
        }
    }

    private func cap(_ fields: Fields, actions: [ActionDraft]) -> CapPlan? {
        let max = fields.required("max")?.integer(in: 0...Self.countMost)
        let reach = reach(fields)
        let channel = fields["channel"].flatMap { name($0) }
        if let channel { noteUnused(channel: channel, fields["channel"], actions: actions, "so this limits nothing") }
        let group = fields["group"].flatMap { cappedGroup($0, actions: actions) }
        let action = fields["action"].flatMap { cappedAction($0, actions: actions) }
        guard let max, let reach else { return nil }
        return CapPlan(max: Int(max), reach: reach, channel: channel, group: group, action: action)
    }

    /// How often something may be, whatever the time.
    func budget(_ fields: Fields) -> BudgetPlan? {
        let max = fields.required("max")?.integer(in: 0...Self.countMost)
        guard let reach = reach(fields), let max else { return nil }
        return BudgetPlan(max: Int(max), reach: reach)
    }

    /// The time over which something is counted.
    private func reach(_ fields: Fields) -> Reach? {
        guard let (key, reader) = fields.one(of: ["over", "per"]) else { return nil }
        if key == "over" { return reader.duration().map { .over($0) } }
        switch reader.word(of: ["day", "week", "month"]) {
        case "day": return .per(.day)
        case "week": return .per(.week)
        case "month": return .per(.month)
        default: return nil
        }
    }

    private func cappedGroup(_ reader: Reader, actions: [ActionDraft]) -> String? {
        guard let name = name(reader) else { return nil }
        let known = Set(names: actions.compactMap { $0.plan?.group }).sorted().map(\.text)
        if !known.names(name) {
            let remedy = NearestWord.remedy(for: name, in: known, noun: "groups")
            reader.note("no action has the group \(Wording.quoted(name)), so this limits nothing\(remedy)")
        }
        return name
    }

    private func cappedAction(_ reader: Reader, actions: [ActionDraft]) -> String? {
        guard let name = name(reader) else { return nil }
        let known = actions.map(\.definition.name)
        if known.names(name) { return name }
        reader.error(
            "there is no action \(Wording.quoted(name))\(remedy(for: name, in: known, noun: "actions"))")
        return nil
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
