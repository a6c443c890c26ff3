import Events
import Storage

/// Times and spans of time from text and into text.
enum TimeText {
    /// An RFC 3339 time such as `2026-01-31T12:00:00.5+01:00`.
    static func timestamp(_ text: View<UInt8>) -> Value {
        guard text.count >= 20, text.count <= 64, let year = digits(text, 0, 4), mark(text, 4, "-"),
            let month = digits(text, 5, 2), mark(text, 7, "-"), let day = digits(text, 8, 2),
            text[10] | 0x20 == UInt8(ascii: "t"), let hour = digits(text, 11, 2), mark(text, 13, ":"),
            let minute = digits(text, 14, 2), mark(text, 16, ":"), let second = digits(text, 17, 2),
            (1...12).contains(month), day >= 1, day <= Civil.daysInMonth(year: year, month: month),
            hour < 24, minute < 60, second < 60
        else { return .error(.malformedText) }
        var position = 19
        var nanos = 0
        if mark(text, position, ".") {
            position += 1
            let start = position
            var scale = 100_000_000
            while position < text.count, isDigit(text[position]) {
                nanos += Int(text[position] - 0x30) * scale
                scale /= 10
                position += 1
            }
            if position == start { return .error(.malformedText) }
        }
        guard position < text.count, let offset = offset(text, position) else { return .error(.malformedText) }
        let days = Civil.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        return TimeArithmetic.timestamp(Int128(seconds) * 1_000_000_000 + Int128(nanos))
    }

    /// `Z`, `+01:00` or `-01:00` at the end of a time, in seconds east.
    private static func offset(_ text: View<UInt8>, _ position: Int) -> Int? {
        if text[position] | 0x20 == UInt8(ascii: "z") { return position + 1 == text.count ? 0 : nil }
        guard mark(text, position, "+") || mark(text, position, "-") else { return nil }
        return fixedOffset(text[position..<text.count])
    }

    /// `+01:00`, `-01:00` or `01:00`, in seconds east of Greenwich.
    static func fixedOffset(_ text: View<UInt8>) -> Int? {
        guard !text.isEmpty else { return nil }
        let isSigned = text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-")
        let start = isSigned ? 1 : 0
        guard text.count == start + 5, let hours = digits(text, start, 2), mark(text, start + 2, ":"),
            let minutes = digits(text, start + 3, 2), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return text[0] == UInt8(ascii: "-") ? -seconds : seconds
    }

    private static func digits(_ text: View<UInt8>, _ start: Int, _ count: Int) -> Int? {
        guard start + count <= text.count else { return nil }
        var value = 0
        for index in start..<start + count {
            guard isDigit(text[index]) else { return nil }
            value = value * 10 + Int(text[index] - 0x30)
        }
        return value
    }

    private static func mark(_ text: View<UInt8>, _ position: Int, _ mark: Unicode.Scalar) -> Bool {
        position < text.count && text[position] == UInt8(ascii: mark)
    }

    /// Numbers with units that add up, such as `1h30m` or `-1.5s`; units are h, m, s, ms, us, ns.
    static func duration(_ text: View<UInt8>) -> Value {
        guard text.count <= 100 else { return .error(.malformedText) }
        var position = 0
        let isNegative = mark(text, 0, "-")
        if isNegative || mark(text, 0, "+") { position = 1 }
        if position + 1 == text.count, text[position] == UInt8(ascii: "0") { return .duration(seconds: 0, nanos: 0) }
        guard position < text.count else { return .error(.malformedText) }
        var total: Int128 = 0
        while position < text.count {
            guard let (value, scale) = decimal(text, &position), let unit = unit(text, &position) else {
                return .error(.malformedText)
            }
            let (part, overflow) = value.multipliedReportingOverflow(by: unit)
            if overflow { return .error(.outOfRange) }
            total += part / scale
            if total > Int128(Int64.max) + 1 { return .error(.outOfRange) }
        }
        return TimeArithmetic.duration(isNegative ? -total : total)
    }

    /// Digits with an optional fraction: their value without the point, and the power of ten it has to be divided by.
    private static func decimal(_ text: View<UInt8>, _ position: inout Int) -> (value: Int128, scale: Int128)? {
        var value: Int128 = 0
        var scale: Int128 = 1
        var count = 0
        var isFraction = false
        while position < text.count {
            let byte = text[position]
            if isDigit(byte) {
                count += 1
                if count <= 30 {
                    value = value * 10 + Int128(byte - 0x30)
                    if isFraction { scale *= 10 }
                } else if !isFraction {
                    return nil
                }
            } else if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else {
                break
            }
            position += 1
        }
        return count > 0 ? (value, scale) : nil
    }

    private static func unit(_ text: View<UInt8>, _ position: inout Int) -> Int128? {
        let start = position
        while position < text.count, !isDigit(text[position]), text[position] != UInt8(ascii: ".") { position += 1 }
        switch text[start..<position].text {
        case "ns": return 1
        case "us", "µs", "μs": return 1000
        case "ms": return 1_000_000
        case "s": return 1_000_000_000
        case "m": return 60_000_000_000
        case "h": return 3_600_000_000_000
        default: return nil
        }
    }
}

extension [UInt8] {
    /// Appends a time as RFC 3339 in UTC. `places` is the number of digits of the fraction; nil: as many as it has.
    mutating func append(timestamp seconds: Int64, nanos: Int32, places: Int?) {
        append(clock: Int(seconds))
        append(fraction: Int(nanos), places: places)
        append(UInt8(ascii: "Z"))
    }

    /// Appends a span of time in seconds, such as `604800s` or `-0.5s`.
    mutating func append(duration seconds: Int64, nanos: Int32) {
        if seconds < 0 || nanos < 0 { append(UInt8(ascii: "-")) }
        append(contentsOf: String(seconds.magnitude).utf8)
        append(fraction: Int(nanos.magnitude), places: nil)
        append(UInt8(ascii: "s"))
    }

    private mutating func append(fraction nanos: Int, places: Int?) {
        var digits = 9
        var value = nanos
        if let places {
            while digits > places {
                value /= 10
                digits -= 1
            }
        } else {
            if nanos == 0 { return }
            while value % 10 == 0 {
                value /= 10
                digits -= 1
            }
        }
        append(UInt8(ascii: "."))
        append(decimal: value, digits: digits)
    }
}
