import Events
import Expressions

/// How often an action was chosen within its budget's reach, for all customers together.
///
/// Invariant: time never goes back from one call to the next. Memory: eight bytes for each choice within the reach of a
/// sliding budget, and none for one of the calendar.
struct BudgetBook {
    /// A stretch of the calendar, and how often the action was chosen in it.
    struct Page {
        var number: Int64
        var count: Int
    }

    let rule: Rules.Budget
    /// The times of the choices from `start` on, for a sliding budget.
    var times: [Instant] = []
    var start = 0
    /// The stretch at hand and the one before: a clock that is put back over midnight shows a past day again.
    var page: Page?
    var pageBefore: Page?

    init(_ rule: Rules.Budget) { self.rule = rule }

    /// How many choices count at that time.
    mutating func count(at time: Instant, _ clock: inout LocalClock) -> Int {
        if let period = rule.period {
            let number = clock.number(of: period, at: time)
            if let page, page.number == number { return page.count }
            if let pageBefore, pageBefore.number == number { return pageBefore.count }
            return 0
        }
        let edge = time.advanced(by: -rule.over)
        while start < times.count, times[start] <= edge { start += 1 }
        if start > 1024, start * 2 > times.count {
            times.removeFirst(start)
            start = 0
        }
        return times.count - start
    }

    mutating func take(at time: Instant, _ clock: inout LocalClock) {
        guard let period = rule.period else {
            times.append(time)
            return
        }
        let number = clock.number(of: period, at: time)
        if page?.number == number {
            page?.count += 1
        } else if pageBefore?.number == number {
            pageBefore?.count += 1
        } else {
            pageBefore = page
            page = Page(number: number, count: 1)
        }
    }
}
