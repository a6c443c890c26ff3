import Decisions

/// The section `policy`.
extension PlanDraft {
    private static let capLimit = 256
    private static let countMost: Int64 = 1_000_000

    /// Read after the actions, whose names caps may name.
    func policy(_ root: Fields, actions: [ActionDraft]) -> PolicyPlan {
        var policy = PolicyPlan()
        _ = root["policy"]?.object { fields in
            fields.later(LaterVersion.policy)
            policy.caps = caps(fields["caps"], actions: actions)
            if let choose = fields.integer("choose", in: 1...1000) { policy.choose = Int(choose) }
            if fields["explain"]?.word(of: ["none", "brief"], later: LaterVersion.explanations) == "none" {
                policy.explain = .none
            }
            return true
        }
        return policy
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
        let isCalendar = fields.has("per")
        fields.later(LaterVersion.cap)
        let max = fields.required("max")?.integer(in: 0...Self.countMost)
        let over = isCalendar ? fields.duration("over") : fields.required("over")?.duration()
        let channel = fields["channel"].flatMap { cappedChannel($0, actions: actions) }
        let action = fields["action"].flatMap { cappedAction($0, actions: actions) }
        guard let max, let over else { return nil }
        return CapPlan(max: Int(max), over: over, channel: channel, action: action)
    }

    private func cappedAction(_ reader: Reader, actions: [ActionDraft]) -> String? {
        guard let name = name(reader) else { return nil }
        let known = actions.map(\.definition.name)
        if known.contains(name) { return name }
        reader.error(
            "there is no action \(Wording.quoted(name))\(remedy(for: name, in: known, noun: "actions"))")
        return nil
    }

    private func cappedChannel(_ reader: Reader, actions: [ActionDraft]) -> String? {
        guard let name = name(reader) else { return nil }
        var known: [String] = []
        for channel in actions.flatMap({ $0.plan?.channels ?? [] }) where !known.contains(channel) {
            known.append(channel)
        }
        if !known.contains(name) {
            let remedy = NearestWord.remedy(for: name, in: known, noun: "channels")
            reader.note("no action has the channel \(Wording.quoted(name)), so this limits nothing\(remedy)")
        }
        return name
    }
}
