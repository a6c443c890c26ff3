import Storage

/// Who bought again, by the period of the first purchase.
package struct Cohorts: Sendable {
    /// How long a cohort's stretch of the calendar is, in UTC.
    package enum Period: Int, CaseIterable, Sendable {
        case day, week, month

        func number(_ day: Int) -> Int {
            switch self {
            case .day: day
            case .week: Day.week(day)
            case .month: Day.month(day)
            }
        }

        func start(_ number: Int) -> Int {
            switch self {
            case .day: number
            case .week: Day.start(ofWeek: number)
            case .month: Day.start(ofMonth: number)
            }
        }

        /// How many cohorts are kept, the latest.
        var most: Int {
            switch self {
            case .day: 62
            case .week: 53
            case .month: 60
            }
        }
    }

    /// The spans after the first purchase within which value is counted, in days.
    package static let horizons = [30, 90, 365]

    /// The customers who first bought in one period.
    package struct Cohort: Sendable {
        package let number: Int
        package var customers = 0
        /// How many of them bought in each later period.
        package var back: [Int] = []
        /// What they bought for within each horizon; by month only.
        package var value: [Int128] = [0, 0, 0]
    }

    /// For each sort of period, the cohorts in order.
    package private(set) var cohorts: [[Cohort]] = [[], [], []]

    private mutating func change(_ period: Period, _ number: Int, _ body: (inout Cohort) -> Void) {
        let index = period.rawValue
        if let last = cohorts[index].last, number <= last.number - period.most { return }
        var place = cohorts[index].count
        while place > 0, cohorts[index][place - 1].number >= number { place -= 1 }
        if place == cohorts[index].count || cohorts[index][place].number != number {
            cohorts[index].insert(Cohort(number: number), at: place)
            if place == cohorts[index].count - 1 {
                cohorts[index].removeAll { $0.number <= number - period.most }
                place = cohorts[index].count - 1
            }
        }
        body(&cohorts[index][place])
    }

    /// A customer's purchase.
    /// - Parameters:
    ///   - first: the day of its first purchase; that of this one where it is the first.
    ///   - last: the day of the one before this; nil where this is the first.
    ///   - age: microseconds since the first.
    mutating func buy(first: Int, last: Int?, day: Int, age: Int64, value: Int128) {
        for period in Period.allCases {
            let cohort = period.number(first)
            let now = period.number(day)
            let isNew = last == nil
            let isBack = last.map { period.number($0) < now && now - cohort <= period.most } ?? false
            guard isNew || isBack || period == .month else { continue }
            change(period, cohort) { cohort in
                if isNew { cohort.customers += 1 }
                if isBack {
                    let offset = now - cohort.number
                    while cohort.back.count < offset { cohort.back.append(0) }
                    cohort.back[offset - 1] += 1
                }
                if period == .month {
                    for (index, days) in Cohorts.horizons.enumerated() where age < Int64(days) * Day.length {
                        cohort.value[index] += value
                    }
                }
            }
        }
    }

    mutating func merge(_ other: Cohorts) {
        for period in Period.allCases {
            for part in other.cohorts[period.rawValue] {
                change(period, part.number) { cohort in
                    cohort.customers += part.customers
                    while cohort.back.count < part.back.count { cohort.back.append(0) }
                    for (index, count) in part.back.enumerated() { cohort.back[index] += count }
                    for index in part.value.indices { cohort.value[index] += part.value[index] }
                }
            }
        }
    }
}

/// Who fell silent: of each month, how many customers were active in the 30 days before its start, and how many of these
/// were not for 30 days from then on.
package struct Churn: Sendable {
    package static let silence = 30
    /// How many months are kept, the latest.
    private static let most = 60

    /// Of those active in the 30 days before a month, how many there were and how many fell silent.
    package struct Month: Sendable {
        package let number: Int
        package var active = 0
        package var silent = 0
    }

    package private(set) var months: [Month] = []

    /// A customer was active on `last` and not again before `next`; at the end of the input `next`
    /// is the day that was reached, on which it was not.
    mutating func pass(from last: Int, to next: Int, isEnd: Bool) {
        if next <= last { return }
        var month = Day.month(last) + 1
        while true {
            let start = Day.start(ofMonth: month)
            if start > last + Churn.silence || start > next { return }
            let isSilent = isEnd ? next > start + Churn.silence - 1 : next >= start + Churn.silence
            change(month) { found in
                found.active += 1
                if isSilent { found.silent += 1 }
            }
            month += 1
        }
    }

    private mutating func change(_ number: Int, _ body: (inout Month) -> Void) {
        if let last = months.last, number <= last.number - Churn.most { return }
        var place = months.count
        while place > 0, months[place - 1].number >= number { place -= 1 }
        if place == months.count || months[place].number != number {
            months.insert(Month(number: number), at: place)
            if place == months.count - 1 {
                months.removeAll { $0.number <= number - Churn.most }
                place = months.count - 1
            }
        }
        body(&months[place])
    }

    mutating func merge(_ other: Churn) {
        for month in other.months {
            change(month.number) { found in
                found.active += month.active
                found.silent += month.silent
            }
        }
    }
}

/// How cohorts and months stand in a snapshot.
extension Cohorts {
    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.code(fixed: &cohorts) { list throws(StateFault) in
            try coder.code(&list, of: Cohort(number: 0)) { cohort throws(StateFault) in
                var number = cohort.number
                try coder.code(&number)
                var next = Cohort(number: number)
                (next.customers, next.back, next.value) = (cohort.customers, cohort.back, cohort.value)
                try coder.code(&next.customers)
                try coder.code(&next.back)
                try coder.code(fixed: &next.value)
                cohort = next
            }
        }
    }
}

extension Churn {
    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.code(&months, of: Month(number: 0)) { month throws(StateFault) in
            var number = month.number
            try coder.code(&number)
            var next = Month(number: number)
            (next.active, next.silent) = (month.active, month.silent)
            try coder.code(&next.active)
            try coder.code(&next.silent)
            month = next
        }
    }
}
