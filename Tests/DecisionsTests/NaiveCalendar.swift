@testable import Decisions
@testable import Expressions

/// Clocks as tables of their changes in 2022, and the calendar by counting.
struct NaiveClock {
    let name: String
    /// Minutes east of Greenwich from an instant on, in minutes since 1970.
    let changes: [(from: Int64, offset: Int64)]
    /// The yearly rule that says the same to the engine, where there is one.
    let rule: String?

    static let all = [
        NaiveClock(name: "UTC", changes: [(0, 0)], rule: "UTC0"),
        NaiveClock(
            name: "Europe/Madrid", changes: [(0, 60), (minute(86, 60), 120), (minute(303, 60), 60)],
            rule: "CET-1CEST,M3.5.0,M10.5.0/3"),
        // The last year in which Mexico City changed its clocks.
        NaiveClock(
            name: "America/Mexico_City", changes: [(0, -360), (minute(93, 480), -300), (minute(303, 420), -360)],
            rule: nil),
        NaiveClock(name: "Asia/Kolkata", changes: [(0, 330)], rule: "IST-5:30"),
        // Half an hour, and the other way round.
        NaiveClock(
            name: "Australia/Lord_Howe", changes: [(0, 660), (minute(92, 900), 630), (minute(274, 930), 660)],
            rule: "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
    ]

    /// 2022-01-01 is day 18993 since 1970. `day` counts from 1.
    private static func minute(_ day: Int64, _ minute: Int64) -> Int64 { (18_993 + day - 1) * 1440 + minute }

    static func named(_ name: String) -> NaiveClock? { all.first { $0.name == name } }

    /// The same clock as the engine has it.
    var zone: Zone {
        if let rule { return Zone(initialOffset: 0, rule: ZoneRule(rule)) }
        return Zone(
            initialOffset: Int(changes[0].offset) * 60,
            transitions: changes.dropFirst().map { .init(from: $0.from * 60, offset: Int($0.offset) * 60) })
    }

    static func zone(_ name: String) -> Zone? { named(name)?.zone }

    /// Whole minutes since 1970 on this clock.
    func local(minute: Int64) -> Int64 { minute + (changes.last { $0.from <= minute } ?? changes[0]).offset }

    /// What day, week or month it is, as a number.
    func stretch(_ period: Period, atMinute minute: Int64) -> Int64 {
        let day = local(minute: minute) / 1440
        switch period {
        case .day: return day
        case .week:
            // 2022-01-03, day 18995, was a Monday.
            return (day - 18_995 + 70) / 7
        case .month:
            var first: Int64 = 18_628
            for (month, length) in (months + months + months).enumerated() {
                first += length
                if day < first { return Int64(month) }
            }
            return -1
        }
    }
}

/// Of a year that is no leap year; the first that is counted is 2021.
private let months: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/// A quiet time, looked for minute by minute.
struct NaiveQuiet {
    var channels: [String]
    /// Minutes of the day.
    var from: Int64
    var to: Int64
    /// Monday is 0.
    var days: Set<Int64>
    var then: String

    func holds(local: Int64) -> Bool {
        let (day, time) = (local / 1440, local % 1440)
        let weekday = (day - 18_995 + 70) % 7
        if from < to { return days.contains(weekday) && time >= from && time < to }
        return days.contains(weekday) && time >= from || days.contains((weekday + 6) % 7) && time < to
    }
}
