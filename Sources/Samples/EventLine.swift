/// Text made ready to be copied into a line.
typealias Fragment = [UInt8]

func fragment(_ text: String) -> Fragment { Array(text.utf8) }

/// `"key":"value"` for each of the values.
func quoted(_ key: String, _ values: [String]) -> [Fragment] {
    values.map { fragment("\"\(key)\":\"\($0)\"") }
}

/// Writes the part of a line that every event has: id, customer, type, time and channel.
///
/// Fixed text comes as fragments, numbers digit by digit: a line costs a few copies and no `String`.
struct EventLine {
    /// How many lines were written, which is also the next one's id.
    var place: UInt64 = 0
    private var stamp = fragment("2026-01-01T00:00:00.000Z")
    private var year = 2026
    private var month = 1
    private var day = 1
    private var daysPassed = 0
    private var secondShown = 0
    private let idKey: Fragment
    private let customerKey = fragment("\",\"customer_id\":\"c")

    /// Lines whose ids begin so.
    init(idPrefix: String = "evt_") { idKey = fragment("{\"id\":\"\(idPrefix)") }

    /// Moves the clock to a time, in microseconds from the start of 2026, not before the one it shows.
    mutating func move(to time: Int) {
        let milliseconds = time / 1000
        let second = milliseconds / 1000
        if second != secondShown {
            secondShown = second
            let days = second / 86_400
            while daysPassed < days { turnDay() }
            let ofDay = second - days * 86_400
            show(ofDay / 3600, at: 11)
            show(ofDay / 60 % 60, at: 14)
            show(ofDay % 60, at: 17)
        }
        let fraction = milliseconds - second * 1000
        stamp[20] = Self.digit(fraction / 100)
        show(fraction % 100, at: 21)
    }

    /// Everything up to the properties' opening brace. `event` and `channel` are fragments made by `eventKey` and
    /// `channelKey`.
    mutating func open(customer: Int, event: Fragment, channel: Fragment, into out: inout [UInt8]) {
        out.append(contentsOf: idKey)
        Self.hexadecimal(place, into: &out)
        place += 1
        out.append(contentsOf: customerKey)
        Self.decimal(customer, digits: 7, into: &out)
        out.append(contentsOf: event)
        out.append(contentsOf: stamp)
        out.append(contentsOf: channel)
    }

    static func eventKey(_ name: String) -> Fragment { fragment("\",\"event\":\"\(name)\",\"timestamp\":\"") }

    static func channelKey(_ name: String) -> Fragment { fragment("\",\"channel\":\"\(name)\",\"properties\":{") }

    /// At least eight hexadecimal digits.
    static func hexadecimal(_ number: UInt64, into out: inout [UInt8]) {
        hexadecimal(number, from: number >> 32 == 0 ? 28 : 60, into: &out)
    }

    /// All sixteen hexadecimal digits.
    static func word(_ number: UInt64, into out: inout [UInt8]) { hexadecimal(number, from: 60, into: &out) }

    private static func hexadecimal(_ number: UInt64, from first: Int, into out: inout [UInt8]) {
        var shift = first
        while shift >= 0 {
            let nibble = UInt8(truncatingIfNeeded: (number >> UInt64(shift)) & 15)
            out.append(nibble < 10 ? 48 + nibble : 87 + nibble)
            shift -= 4
        }
    }

    /// So many decimal digits, with leading zeros.
    static func decimal(_ number: Int, digits: Int, into out: inout [UInt8]) {
        var unit = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            out.append(digit(number / unit % 10))
            unit /= 10
        }
    }

    /// An amount in cents, as units with two decimals.
    static func amount(_ cents: Int, into out: inout [UInt8]) {
        var digits = 1
        var bound = 10
        while cents / 100 >= bound {
            digits += 1
            bound *= 10
        }
        decimal(cents / 100, digits: digits, into: &out)
        out.append(46)
        decimal(cents % 100, digits: 2, into: &out)
    }

    private static func digit(_ value: Int) -> UInt8 { 48 + UInt8(truncatingIfNeeded: value) }

    private mutating func show(_ value: Int, at index: Int) {
        stamp[index] = Self.digit(value / 10)
        stamp[index + 1] = Self.digit(value % 10)
    }

    /// Time only goes forward, so the calendar is turned a day at a time.
    private mutating func turnDay() {
        daysPassed += 1
        day += 1
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        let length =
            switch month {
            case 2: leap ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        if day > length {
            day = 1
            month += 1
        }
        if month > 12 {
            month = 1
            year += 1
        }
        show(year / 100, at: 0)
        show(year % 100, at: 2)
        show(month, at: 5)
        show(day, at: 8)
    }
}
