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
        }
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
