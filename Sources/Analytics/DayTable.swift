import Storage

/// What happened on each day, for as many days back as are kept.
package struct DayTable: Sendable {
    /// What happened on one day, which is a number of days since 1970.
    package struct Entry: Sendable {
        package let day: Int
        package var metrics = Metrics()
        /// By how much the number of customers active within 30 days changes.
        package var reachChange = 0
    }

    package private(set) var entries: [Entry] = []
    /// What the changes of the days that are gone add up to.
    private var reachBefore = 0
    package private(set) var lastDay = Int.min
    /// Where an entry was found last.
    private var lastPlace = 0

    package init() {}

    mutating func change(_ day: Int, _ body: (inout Entry) -> Void) {
        if lastDay != .min, day <= lastDay - ReportSettings.dayMost { return }
        if lastPlace < entries.count, entries[lastPlace].day == day { return body(&entries[lastPlace]) }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].day < day { low = middle + 1 } else { high = middle }
        }
        if low == entries.count || entries[low].day != day { entries.insert(Entry(day: day), at: low) }
        lastPlace = low
        body(&entries[low])
    }

    /// Notes that events have come to `day`; what is too old is let go of.
    mutating func reach(_ day: Int) {
        if day <= lastDay { return }
        lastDay = day
        let end = entries.firstIndex { $0.day > day - ReportSettings.dayMost } ?? entries.count
        for entry in entries[..<end] { reachBefore += entry.reachChange }
        entries.removeFirst(end)
    }

    /// A customer is active on `day`, and was so last on `last`.
    mutating func active(_ day: Int, after last: Int?) {
        let start = max(day, last.map { $0 + 30 } ?? day)
        if start < day + 30 {
            change(start) { $0.reachChange += 1 }
            change(day + 30) { $0.reachChange -= 1 }
        }
    }

    mutating func merge(_ other: DayTable) {
        reach(other.lastDay)
        for entry in other.entries {
            if entry.day <= lastDay - ReportSettings.dayMost {
                reachBefore += entry.reachChange
                continue
            }
            change(entry.day) {
                $0.metrics.merge(entry.metrics)
                $0.reachChange += entry.reachChange
            }
        }
        reachBefore += other.reachBefore
    }

    /// Each day up to the last on which anything happened, with the customers active within the 30 days up to it.
    var withReach: [(day: Int, metrics: Metrics, reach: Int)] {
        var reach = reachBefore
        var days: [(day: Int, metrics: Metrics, reach: Int)] = []
        for entry in entries where entry.day <= lastDay {
            reach += entry.reachChange
            days.append((entry.day, entry.metrics, reach))
        }
        return days
    }
}

/// How days stand in a snapshot.
extension DayTable {
    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.code(&entries, of: Entry(day: 0)) { entry throws(StateFault) in
            var day = entry.day
            try coder.code(&day)
            var next = Entry(day: day)
            (next.metrics, next.reachChange) = (entry.metrics, entry.reachChange)
            try next.metrics.code(coder)
            try coder.code(&next.reachChange)
            entry = next
        }
        try coder.code(&reachBefore)
        try coder.code(&lastDay)
    }
}
