import Decisions
import Expressions
import Journeys
import Storage

/// What the policy limits by counting: caps for each customer, budgets over all of them.
extension PlanDraft {
    private static let capLimit = 256

    func caps(_ reader: Reader?, actions: [ActionDraft]) -> [CapPlan] {
        limited(reader, noun: "caps").compactMap { reader in
            reader.object { cap($0, actions: actions) }
        }
    }

    /// The budgets over several actions.
    func budgets(_ reader: Reader?, site: Site, actions: [ActionDraft]) -> [BudgetPlan] {
        limited(reader, noun: "budgets").compactMap { reader in
            reader.object(PolicyBudgetKey.self) { fields -> BudgetPlan? in
                let sumsValue = fields.word(.sum) != nil
                let max: Double? =
                    sumsValue
                    ? fields.required(.max)?.number(in: 0...(.infinity))
                    : fields.required(.max)?.integer(in: 0...KeyEntry.countMost).map { Double($0) }
                let reach = reach(fields)
                let scope = scope(fields, actions: actions)
                let perValue = expression(fields[.perValue], site: site, .anything)
                let share = share(fields)
                if let reader = fields[.perValue], !perValue.isNone, expressions[perValue].program.reads.isEmpty {
                    reader.error("this is always the same, so it tells nothing apart; leave it out")
                }
                guard let max, let reach else { return nil }
                var budget = BudgetPlan(max: max, reach: reach)
                budget.scope = scope
                budget.perValue = perValue
                budget.sumsValue = sumsValue
                budget.share = share
                return budget
            }
        }
    }

    private func limited(_ reader: Reader?, noun: String) -> [Reader] {
        guard let readers = reader?.list() else { return [] }
        if readers.count > Self.capLimit {
            readers[Self.capLimit].error("there are \(readers.count) \(noun); write at most \(Self.capLimit)")
        }
        return Array(readers.prefix(Self.capLimit))
    }

    private func cap(_ fields: Fields<CapKey>, actions: [ActionDraft]) -> CapPlan? {
        let max = fields.required(.max)
        var count: Int64? = 0
        var maxExpression = ExpressionNumber.none
        if case .string = max?.node.value {
            maxExpression = expression(max, site: .limit, .number)
        } else {
            count = max?.integer(in: 0...KeyEntry.countMost)
        }
        let reach = reach(fields)
        let scope = scope(fields, actions: actions)
        let reserve = fields.object(.reserve) { kept($0, of: scope, actions: actions) }
        if let reserve, let count, max != nil, maxExpression.isNone, reserve.keep > count {
            fields.error(
                at: .reserve,
                "of at most \(count) contacts \(reserve.keep) cannot be kept; "
                    + "write a \"keep\" of at most \(count), or a greater \"max\"")
        }
        guard let count, let reach else { return nil }
        var cap = CapPlan(max: Int(count), reach: reach, scope: scope)
        cap.maxExpression = maxExpression
        cap.reserve = reserve
        return cap
    }

    private func kept(_ fields: Fields<ReserveKey>, of scope: LimitScope, actions: [ActionDraft]) -> CapPlan.Reserve? {
        let group = fields.required(.group)
        let groups = groups(group, actions: actions, "so this keeps something for nobody")
        _ = fields.required(.keep)
        let keep = fields.integer(.keep)
        if let group, !scope.groups.isEmpty {
            for name in groups where !scope.groups.names(name) {
                group.error(
                    "the cap counts only \(Wording.listed(scope.groups)), so it can keep nothing for \(Wording.quoted(name)); "
                        + "name the group in the cap's \"group\", too")
            }
        }
        guard let keep, !groups.isEmpty else { return nil }
        return CapPlan.Reserve(groups: groups, keep: Int(keep))
    }

    /// How often an action may be chosen, whatever the time.
    func budget(_ fields: Fields<BudgetKey>) -> BudgetPlan? {
        _ = fields.required(.max)
        let max = fields.integer(.max)
        let share = share(fields)
        guard let reach = reach(fields), let max else { return nil }
        var budget = BudgetPlan(max: Int(max), reach: reach)
        budget.share = share
        return budget
    }

    /// How partitions share the budget; notes where it does not say so.
    private func share<Key: ShareKey & ReachKey>(_ fields: Fields<Key>) -> BudgetPlan.Share? {
        if !fields.has(.share) { unsharedBudgets.append(fields.reader) }
        guard let share = fields.word(.share, BudgetPlan.Share.self) else { return nil }
        if share == .leased, fields.has(.over) {
            fields[.share]?.error(
                "slices are granted for a day, week or month and lapse with it, and a budget \"over\" some time has none; "
                    + "write \"per\" in place of \"over\", or share: \"split\"")
        }
        return share
    }

    /// The time over which something is counted.
    private func reach<Key: ReachKey>(_ fields: Fields<Key>) -> Reach? {
        guard let (key, _) = fields.one(of: [.over, .per]) else { return nil }
        if key == .over { return fields.duration(.over).map { .over($0) } }
        switch fields.word(.per) {
        case "day": return .per(.day)
        case "week": return .per(.week)
        case "month": return .per(.month)
        default: return nil
        }
    }

    // MARK: What is counted

    private func scope<Key: ScopeKey>(_ fields: Fields<Key>, actions: [ActionDraft]) -> LimitScope {
        var scope = LimitScope()
        scope.channels = names(fields[.channel], all: "every channel")
        for channel in scope.channels {
            noteUnused(channel: channel, fields[.channel], actions: actions, "so this limits nothing")
        }
        scope.groups = groups(fields[.group], actions: actions, "so this limits nothing")
        let known = actions.map(\.definition.name)
        let listed: [(name: String, reader: Reader)]? =
            fields[.action].flatMap { namesOrAll($0, all: "every action") } ?? nil
        for (name, reader) in listed ?? [] {
            scope.actions.append(name)
            if known.names(name) { continue }
            reader.error(
                "there is no action \(Wording.quoted(name))\(remedy(for: name, in: known, noun: "actions"))",
                code: .unknownName)
        }
        return scope
    }

    /// One name, or a list of different ones; none for `"*"`.
    private func names(_ reader: Reader?, all: String) -> [String] {
        let listed: [(name: String, reader: Reader)]? = reader.flatMap { namesOrAll($0, all: all) } ?? nil
        return listed?.map(\.name) ?? []
    }

    /// Groups, of which it is noted where no action has them.
    func groups(_ reader: Reader?, actions: [ActionDraft], _ consequence: String) -> [String] {
        let known = Set(names: actions.compactMap { $0.plan?.group }).sorted().map(\.text)
        let names = names(reader, all: "every group")
        for name in names where !known.names(name) {
            let remedy = NearestWord.remedy(for: name, in: known, noun: "groups")
            reader?.note("no action has the group \(Wording.quoted(name)), \(consequence)\(remedy)")
        }
        return names
    }
}
