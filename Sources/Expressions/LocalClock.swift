package import Events

/// A stretch of the calendar.
package enum Period: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    case day
    /// From Monday on.
    case week
    case month
}

/// A zone's clock, which remembers the stretch between two of its changes that it was last asked about.
package struct LocalClock: Sendable {
    package static let day: Int64 = 86_400_000_000

    package let zone: Zone
    /// The seconds since 1970 from which, and before which, the remembered offset holds.
    private var from: Int64 = .max
    private var until: Int64 = .min
    private var offset: Int64 = 0

    package init(_ zone: Zone) { self.zone = zone }

    /// What the clock shows, in microseconds since its own 1970.
    package mutating func local(_ time: Instant) -> Int64 {
        let seconds = LocalClock.quotient(time.microseconds, 1_000_000)
        if seconds < from || seconds >= until {
            from = seconds
            until = zone.nextChange(after: seconds) ?? .max
            offset = Int64(zone.offset(at: seconds)) * 1_000_000
        }
        return time.advanced(by: offset).microseconds
    }

    /// The number of the stretch of the calendar in which a time lies. Equal numbers are the same stretch.
    package mutating func number(of period: Period, at time: Instant) -> Int64 {
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

    /// The first instant after a time that no longer lies in the same stretch of the calendar.
    package mutating func end(of period: Period, at time: Instant) -> Instant {
        let number = number(of: period, at: time)
        let next = LocalClock.start(of: period, number: number + 1)
        var from = LocalClock.quotient(time.microseconds, 1_000_000)
        while true {
            // Within a stretch of one offset, the clock shows the next beginning at one instant.
            let end = next - Int64(zone.offset(at: from)) * 1_000_000
            let change = zone.nextChange(after: from)
            if let change, end >= change * 1_000_000 {
                from = change
                // Put forward, the clock may have skipped that beginning.
                let instant = Instant(microseconds: change * 1_000_000)
                if self.number(of: period, at: instant) != number { return instant }
                continue
            }
            return Instant(microseconds: max(end, time.microseconds + 1))
        }
    }

    /// When a stretch begins, in microseconds of the clock's own.
    private static func start(of period: Period, number: Int64) -> Int64 {
        switch period {
        case .day: number * day
        case .week: (number * 7 - 3) * day
        case .month:
            Int64(
                Civil.days(
                    year: Int(quotient(number - 1, 12)), month: Int(number - 1 - quotient(number - 1, 12) * 12) + 1,
                    day: 1))
                * day
        }
    }

    /// The quotient, rounded down.
    package static func quotient(_ number: Int64, _ divisor: Int64) -> Int64 {
        Instant.floorDivided(number, by: divisor).quotient
    }
}

extension Period {
    /// No two times of one such stretch are this many microseconds apart, whatever the zone and its changes.
    package var most: Int64 {
        switch self {
        case .day: 3 * LocalClock.day
        case .week: 9 * LocalClock.day
        case .month: 33 * LocalClock.day
        }
    }
}
