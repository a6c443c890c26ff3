import Events
import Expressions
import Journeys

/// What was chosen within a budget's reach, for all customers together, by the value for which it is counted by itself.
///
/// Invariant: time never goes back from one call to the next. Memory: for each choice within the reach of a sliding budget
/// eight bytes, and as many for its amount and its value where they are asked for; for one of the calendar only the
/// accounts.
struct BudgetBook {
    /// What was spent for one value.
    struct Account {
        var count = 0
        /// Of what is spent; 0 where choices count as one.
        var sum = ExactSum()
    }

    /// A stretch of the calendar, and what was spent in it.
    struct Page {
        var number: Int64
        var accounts: [[UInt8]: Account] = [:]
    }

    let rule: Rules.Budget
    /// The choices from `start` on, for a sliding budget, and what is left of them for each value.
    var times: [Instant] = []
    var amounts: [Double] = []
    var keys: [[UInt8]] = []
    var start = 0
    var accounts: [[UInt8]: Account] = [:]
    /// The stretch at hand and the one before: a clock that is put back over midnight shows a past day again.
    var page: Page?
    var pageBefore: Page?
    /// What a bank has granted beside the rule's maximum.
    var grants: [LeaseKey: Int] = [:]
    /// What is nearly spent, or was asked for in vain, since this was told last. It influences nothing that is decided.
    private var wanted: Set<LeaseKey> = []

    init(_ rule: Rules.Budget) { self.rule = rule }

    /// What counts at that time for the value, as JSON; of a budget for which all count together, of no bytes.
    mutating func account(_ key: [UInt8], at time: Instant, _ clock: inout LocalClock) -> Account {
        if let period = rule.period {
            let number = clock.number(of: period, at: time)
            if let page, page.number == number { return page.accounts[key] ?? Account() }
            if let pageBefore, pageBefore.number == number { return pageBefore.accounts[key] ?? Account() }
            return Account()
        }
        forget(upTo: time.advanced(by: -rule.over))
        return accounts[key] ?? Account()
    }

    /// Up to what may be spent for the value at that time; counts as asked for where that is reached by what was spent.
    mutating func most(for key: [UInt8], at time: Instant, spent: Double, _ clock: inout LocalClock) -> Double {
        guard rule.isLeased, let period = rule.period else { return rule.max }
        let lease = LeaseKey(window: clock.number(of: period, at: time), value: key)
        let most = rule.max + Double(grants[lease] ?? 0)
        if !(spent < most) { wanted.insert(lease) }
        return most
    }

    /// Takes note of all that a bank has granted for a value in a stretch. What lies before the stretches that are kept is
    /// over.
    mutating func grant(_ total: Int, for lease: LeaseKey) {
        guard rule.isLeased, lease.window >= pageBefore?.number ?? .min else { return }
        grants[lease] = max(total, grants[lease] ?? 0)
    }

    /// What is to be asked for, in order.
    mutating func takeWanted() -> [(lease: LeaseKey, granted: Int)] {
        defer { wanted = [] }
        return wanted.sorted().map { ($0, grants[$0] ?? 0) }
    }

    private mutating func forget(upTo edge: Instant) {
        while start < times.count, times[start] <= edge {
            let key = keys.isEmpty ? [] : keys[start]
            var account = accounts.removeValue(forKey: key) ?? Account()
            account.count -= 1
            if !amounts.isEmpty { account.sum.add(-amounts[start]) }
            if account.count > 0 { accounts[key] = account }
            start += 1
        }
        guard start > 1024, start * 2 > times.count else { return }
        times.removeFirst(start)
        if !amounts.isEmpty { amounts.removeFirst(start) }
        if !keys.isEmpty { keys.removeFirst(start) }
        start = 0
    }

    /// Works out from the choices what counts for each value.
    mutating func openAccounts() {
        accounts = [:]
        for index in start..<times.count {
            let amount = amounts.isEmpty ? 0 : amounts[index]
            accounts[keys.isEmpty ? [] : keys[index], default: Account()].take(amount, sums: rule.sumsValue)
        }
    }

    /// Counts a choice of that amount.
    mutating func take(_ amount: Double, _ key: [UInt8], at time: Instant, _ clock: inout LocalClock) {
        // Amounts beyond this are as good as without end, and their sums stay finite.
        let amount = min(max(amount, -1e290), 1e290)
        guard let period = rule.period else {
            times.append(time)
            if rule.sumsValue { amounts.append(amount) }
            if rule.keyPlace >= 0 { keys.append(key) }
            accounts[key, default: Account()].take(amount, sums: rule.sumsValue)
            return
        }
        let number = clock.number(of: period, at: time)
        if page?.number == number {
            page?.accounts[key, default: Account()].take(amount, sums: rule.sumsValue)
        } else if pageBefore?.number == number {
            pageBefore?.accounts[key, default: Account()].take(amount, sums: rule.sumsValue)
        } else {
            pageBefore = page
            var next = Page(number: number)
            next.accounts[key, default: Account()].take(amount, sums: rule.sumsValue)
            page = next
            if rule.isLeased, let first = pageBefore?.number { grants = grants.filter { $0.key.window >= first } }
        }
        guard rule.isLeased else { return }
        // Half a slice ahead, so that the answer is there in time.
        let spent = account(key, at: time, &clock).spent(sums: rule.sumsValue)
        _ = most(for: key, at: time, spent: spent + Double(rule.slice) / 2, &clock)
    }
}

/// What a bank grants slices for: a value by which a budget counts, in one stretch of the calendar.
struct LeaseKey: Hashable, Comparable {
    let window: Int64
    let value: [UInt8]

    static func < (one: LeaseKey, other: LeaseKey) -> Bool {
        one.window != other.window ? one.window < other.window : one.value.lexicographicallyPrecedes(other.value)
    }
}

extension BudgetBook.Account {
    fileprivate mutating func take(_ amount: Double, sums: Bool) {
        count += 1
        if sums { sum.add(amount) }
    }

    /// What the account comes to: the sum, or how many.
    func spent(sums: Bool) -> Double { sums ? sum.value : Double(count) }
}
