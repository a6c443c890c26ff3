import Events
import Storage

/// The header `Retry-After` (RFC 9110, 10.2.3): a number of seconds, or a date.
enum RetryAfter {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// For how many microseconds from `now` on to wait; nil for what is neither, 0 for a date that has passed.
    static func pause(_ text: String, now: Instant) -> Int64? {
        let text = text.trimmingBlanks
        if !text.isEmpty, text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) {
            // More digits are more than any limit.
            return text.utf8.count > 9 ? .max : Int64(text).map { $0 * 1_000_000 }
        }
        return date(text).map { max(0, $0.since(now)) }
    }

    /// A date such as `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that is still to be sent.
    static func date(_ text: String) -> Instant? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT",
            let day = number(words[1], 2), let month = months.firstIndex(of: String(words[2])),
            let year = number(words[3], 4)
        else { return nil }
        let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = number(clock[0], 2), let minute = number(clock[1], 2),
            let second = number(clock[2], 2)
        else { return nil }
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let years = String(String(10_000 + year).dropFirst())
        let form =
            "\(years)-\(padded(month + 1))-\(padded(day))T\(padded(hour)):\(padded(minute)):\(padded(min(second, 59)))Z"
        return View.of(Array(form.utf8)) { Instant(rfc3339: $0) }
    }

    private static func number(_ word: Substring, _ width: Int) -> Int? {
        guard word.utf8.count == width, word.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return nil }
        return Int(word)
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
