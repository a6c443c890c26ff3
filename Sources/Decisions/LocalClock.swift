import Events
import Expressions

/// A zone's clock, which remembers the stretch between two of its changes that it was last asked about.
struct LocalClock {
    static let day: Int64 = 86_400_000_000

    let zone: Zone
    /// The seconds since 1970 from which, and before which, the remembered offset holds.
    private var from: Int64 = .max
    private var until: Int64 = .min
    private var offset: Int64 = 0

    init(_ zone: Zone) { self.zone = zone }

    /// What the clock shows, in microseconds since its own 1970.
    mutating func local(_ time: Instant) -> Int64 {
        let seconds = LocalClock.quotient(time.microseconds, 1_000_000)
        if seconds < from || seconds >= until {
            from = seconds
            until = zone.nextChange(after: seconds) ?? .max
            offset = Int64(zone.offset(at: seconds)) * 1_000_000
        }
        return time.advanced(by: offset).microseconds
    }

    /// The number of the stretch of the calendar in which a time lies. Equal numbers are the same stretch.
    mutating func number(of period: Period, at time: Instant) -> Int64 {
        let day = LocalClock.quotient(local(time), LocalClock.day)
        switch period {
        case .day: return day
        // 1970-01-01 was a Thursday: three days after a Monday.
        case .week: return LocalClock.quotient(day + 3, 7)
        case .month:
            let date = Civil.date(days: Int(day))
            return Int64(date.year * 12 + date.month)
        }
    }

    /// The quotient, rounded down.
    static func quotient(_ number: Int64, _ divisor: Int64) -> Int64 {
        number >= 0 ? number / divisor : (number - divisor + 1) / divisor
    }
}

extension Period {
    /// No two times of one such stretch are this many microseconds apart, whatever the zone and its changes.
    var most: Int64 {
        switch self {
        case .day: 3 * LocalClock.day
        case .week: 9 * LocalClock.day
        case .month: 33 * LocalClock.day
        }
    }
}
