import Events
import Journeys
import Learning
import Storage

/// Going on under another plan, between two moments: what was chosen and spent stays known by the actions' names.
extension DecisionStage {
    /// Takes over what another stage knows, which is empty afterwards. `after` is this stage's plan, and has every action of
    /// `before`, if only as a former one.
    package mutating func follow(_ old: inout DecisionStage, from before: DecisionPlan, to after: DecisionPlan) {
        let numbers = Dictionary(
            after.actions.enumerated().map { (ByteName($1.name), $0) }, uniquingKeysWith: { first, _ in first })
        let actions = before.actions.map { action -> Int in
            guard let number = numbers[action.name] else { preconditionFailure("an action's history has no heir") }
            return number
        }
        counted.unanswered = old.counts.unanswered
        counted.unknownZones = old.counts.unknownZones
        for (number, target) in actions.enumerated() {
            counted.chosen[target] = old.counts.chosen[number]
        }
        for (index, name) in rules.budgetNames.enumerated() {
            guard let from = old.rules.budgetNames.place(of: name) else { continue }
            limits.carry(old.limits.budgets[from], toBudget: index)
        }
        limits.hours.takeOver(old.limits.hours)
        let channels = old.rules.channelNames.map { name in rules.channelNames.place(of: name) }
        (reached, pace) = (old.reached, old.pace)
        if after.remembersLonger(than: before, actions: actions) {
            old.history.forgetAll(old.rules, now: reached)
        }
        takeOver(&old, actions: actions.map(Int32.init), channels: channels.map { Int32($0 ?? -1) })
        history.takeOver(
            &old.history, actions: actions.map(Int32.init), channels: channels.map { Int32($0 ?? -1) }, rules)
    }
}

extension Limits {
    /// Goes on with what was spent of a budget that counts the same, if over another time or up to another maximum.
    mutating func carry(_ book: BudgetBook, toBudget index: Int) { budgets[index].carry(book) }
}

extension BudgetBook {
    mutating func carry(_ book: BudgetBook) {
        times = book.times
        amounts = book.amounts
        keys = book.keys
        start = book.start
        accounts = book.accounts
        page = book.page
        pageBefore = book.pageBefore
        if rule.isLeased { grants = book.grants }
    }
}

extension History {
    /// Takes over another history, in which actions and channels had other numbers. A channel that no rule names any more is
    /// none.
    mutating func takeOver(
        _ old: inout History, actions: [Int32], channels: [Int32], _ rules: borrowing Rules
    ) {
        swapMemory(with: &old)
        var table = ProbeTable<Slot>()
        swap(&table, &old.slots)
        hand = old.hand
        came = old.came
        table.update { slot in
            var slot = slot
            slot.until = renumber(slot.block, actions, channels, rules)
            return slot
        }
        slots = table
    }
}

extension DecisionPlan {
    /// Whether a choice may count for longer than under a plan before.
    /// - Parameter actions: the numbers here of that plan's actions.
    fileprivate func remembersLonger(than before: DecisionPlan, actions: [Int]) -> Bool {
        if "\(policy.caps)" != "\(before.policy.caps)" { return true }
        return actions.enumerated().contains { old, new in
            self.actions[new].cooldown > before.actions[old].cooldown || isContested[new] && !before.isContested[old]
        }
    }

    /// The same plan, with the actions of a plan before it that it has no more: they answer nothing, but what was chosen
    /// of them counts on toward caps.
    package func following(_ actions: [ActionPlan]) -> DecisionPlan {
        let known = Set(names: self.actions.map(\.name))
        let former = actions.filter { !known.contains($0.name) }.map(\.former)
        if former.isEmpty { return self }
        var plan = DecisionPlan(
            actions: self.actions + former, policy: policy, moments: moments, expressions: expressions, emits: emits,
            zone: zone)
        plan.responses = responses
        plan.tables = tables
        return plan
    }
}

extension ActionPlan {
    /// What must be known of an action that can no longer be chosen.
    package var former: ActionPlan {
        var former = ActionPlan(
            name: name, on: [], enabled: false, channels: channels, cooldown: cooldown, classification: classification,
            group: group)
        former.isFallback = isFallback
        former.isInbound = isInbound
        return former
    }
}
