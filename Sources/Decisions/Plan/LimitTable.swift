import Expressions
import Journeys
import Storage

/// Which caps and budgets count which actions, while the rules are made.
struct LimitTable {
    /// The actions' own budgets, then the policy's, with their places there.
    private(set) var budgets: [(plan: BudgetPlan, number: Int)] = []
    private(set) var capped: [Rules.Capped] = []
    private(set) var budgeted: [Int32] = []
    /// The numbers of the channels that limits name.
    private(set) var limited: [Int32] = []
    private let firstOfPolicy: Int
    private var own = 0

    init(_ plan: DecisionPlan) {
        for action in plan.actions {
            guard var budget = action.budget else { continue }
            budget.scope = LimitScope(actions: [action.name])
            budgets.append((budget, -1))
        }
        firstOfPolicy = budgets.count
        for (number, budget) in plan.policy.budgets.enumerated() { budgets.append((budget, number)) }
    }

    /// Adds the limits of the next action.
    mutating func add(_ action: ActionPlan, _ plan: DecisionPlan) {
        let ownBudget = own
        if action.budget != nil { own += 1 }
        guard action.classification == .standard else { return }
        if action.budget != nil { budgeted.append(Int32(ownBudget)) }
        for index in firstOfPolicy..<budgets.count
        where budgets[index].plan.scope.covers(action: action.name, group: action.group) {
            budgeted.append(Int32(index))
        }
        if action.isFallback { return }
        for (index, cap) in plan.policy.caps.enumerated()
        where cap.scope.covers(action: action.name, group: action.group) {
            let isReserved = action.group.map { cap.reserve?.groups.names($0) ?? false } ?? false
            capped.append(Rules.Capped(cap: Int32(index), isReserved: isReserved))
        }
    }

    mutating func channels(_ names: [String], _ numbers: inout Numbered) -> Rules.Channels {
        let start = limited.count
        limited += names.map { numbers.number($0) }
        return Rules.Channels(start: Int32(start), count: Int32(names.count))
    }

    static func place(of expression: ExpressionNumber, in list: [ExpressionNumber], _ plan: DecisionPlan) -> Int32 {
        if expression.isNone { return -1 }
        return Int32(list.firstIndex(of: plan.same[expression]) ?? -1)
    }

    /// What a budget counts, in words: the same before and after a reload where what was spent counts on.
    static func name(of budget: BudgetPlan, _ plan: DecisionPlan) -> String {
        let scope = [budget.scope.channels, budget.scope.groups, budget.scope.actions].map { $0.sorted().description }
        let key = budget.perValue.isNone ? "" : plan.expressions[budget.perValue].program.source.debugDescription
        let period = budget.reach.period.map { "\($0)" } ?? "over"
        return (scope + [key, period, budget.sumsValue ? "value" : "count"]).joined(separator: " ")
    }
}

/// Names in the order in which they were first met.
struct Numbered {
    private(set) var names: [String] = []
    private var numbers: [ByteName: Int32] = [:]

    mutating func number(_ name: String) -> Int32 {
        if let known = numbers[name] { return known }
        names.append(name)
        numbers[name] = Int32(names.count - 1)
        return Int32(names.count - 1)
    }
}

extension Reach {
    var period: Period? {
        if case .per(let period) = self { period } else { nil }
    }

    /// The most microseconds after which something still counts.
    var most: Int64 {
        switch self {
        case .over(let length): length
        case .per(let period): period.most
        }
    }
}
