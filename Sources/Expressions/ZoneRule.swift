import Events

/// The rule by which a zone changes its clocks every year, as the end of a time zone file states it in POSIX form:
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
package struct ZoneRule: Sendable, Equatable {
    /// A day of the year and a time on it.
    enum Day: Sendable, Equatable {
        /// Week 5 is the month's last.
        case weekday(month: Int, week: Int, weekday: Int)
        /// 1…365, never counting February 29.
        case julian(Int)
        /// 0…365.
        case ordinal(Int)
    }

    struct Change: Sendable, Equatable {
        let day: Day
        /// Seconds after local midnight.
        let time: Int
    }

    /// Seconds east of Greenwich.
    let standard: Int
    let summer: Int?
    let start: Change?
    let end: Change?

    /// Reads the POSIX form; nil where it is not one.
    package init?(_ text: String) {
        var reader = RuleReader(Array(text.utf8))
        guard reader.name(), let west = reader.time() else { return nil }
        standard = -west
        guard !reader.isAtEnd else {
            (summer, start, end) = (nil, nil, nil)
            return
        }
        guard reader.name() else { return nil }
        var offset = standard + 3600
        if !reader.isAt(",") {
            guard let west = reader.time() else { return nil }
            offset = -west
        }
        guard reader.take(","), let first = reader.change(), reader.take(","), let second = reader.change(),
            reader.isAtEnd
        else { return nil }
        (summer, start, end) = (offset, first, second)
    }

    /// The offset at a time in seconds since 1970.
    func offset(at seconds: Int64) -> Int {
        guard let summer, let start, let end else { return standard }
        let local = Int(seconds) + standard
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let year = Civil.date(days: days).year
        let begin = instant(of: start, year) - standard
        let finish = instant(of: end, year) - summer
        let time = Int(seconds)
        let isSummer = begin < finish ? time >= begin && time < finish : time >= begin || time < finish
        return isSummer ? summer : standard
    }

    /// The first instant after `seconds` at which the offset changes; nil where it never does.
    func nextChange(after seconds: Int64) -> Int64? {
        guard let summer, let start, let end else { return nil }
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let year = Civil.date(days: Int(days)).year
        var next: Int64?
        for year in year - 1...year + 1 {
            for change in [instant(of: start, year) - standard, instant(of: end, year) - summer] {
                if change > seconds, next.map({ change < $0 }) ?? true { next = Int64(change) }
            }
        }
        return next
    }

    /// Local seconds since 1970 of a change in a year.
    private func instant(of change: Change, _ year: Int) -> Int {
        let day: Int
        switch change.day {
        case .ordinal(let number):
            day = Civil.days(year: year, month: 1, day: 1) + number
        case .julian(let number):
            let isLeap = Civil.daysInMonth(year: year, month: 2) == 29
            day = Civil.days(year: year, month: 1, day: 1) + number - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let first = Civil.days(year: year, month: month, day: 1)
            let firstWeekday = ((first + 4) % 7 + 7) % 7
            var date = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            if date >= Civil.daysInMonth(year: year, month: month) { date -= 7 }
            day = first + date
        }
        return day * 86_400 + change.time
    }
}

/// Reads the parts of the POSIX form.
private struct RuleReader {
    let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { position >= text.count }

    func isAt(_ mark: Unicode.Scalar) -> Bool { position < text.count && text[position] == UInt8(ascii: mark) }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard isAt(mark) else { return false }
        position += 1
        return true
    }

    mutating func name() -> Bool {
        let start = position
        if take("<") {
            while position < text.count, !isAt(">") { position += 1 }
            return take(">")
        }
        while position < text.count, (text[position] | 0x20) &- 0x61 < 26 { position += 1 }
        return position - start >= 3
    }

    private mutating func number() -> Int? {
        let start = position
        var value = 0
        while position < text.count, isDigit(text[position]), position - start < 4 {
            value = value * 10 + Int(text[position] - 0x30)
            position += 1
        }
        return position > start ? value : nil
    }

    /// `[+-]hours[:minutes[:seconds]]` in seconds.
    mutating func time() -> Int? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard let hours = number(), hours <= 167 else { return nil }
        var seconds = hours * 3600
        for unit in [60, 1] where take(":") {
            guard let value = number(), value < 60 else { return nil }
            seconds += value * unit
        }
        return isNegative ? -seconds : seconds
    }

    mutating func change() -> ZoneRule.Change? {
        let day: ZoneRule.Day
        if take("M") {
            guard let month = number(), (1...12).contains(month), take("."), let week = number(),
                (1...5).contains(week), take("."), let weekday = number(), weekday <= 6
            else { return nil }
            day = .weekday(month: month, week: week, weekday: weekday)
        } else if take("J") {
            guard let number = number(), (1...365).contains(number) else { return nil }
            day = .julian(number)
        } else {
            guard let number = number(), number <= 365 else { return nil }
            day = .ordinal(number)
        }
        guard take("/") else { return ZoneRule.Change(day: day, time: 7200) }
        return time().map { ZoneRule.Change(day: day, time: $0) }
    }
}
