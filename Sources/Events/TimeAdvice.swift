/// What to write instead of a text that was meant as a time and is none (RFC 3339).
///
/// Where the text is near to a time, the remedy is that time, and what it lacked. Pure, and only used where something has
/// gone wrong already.
package enum TimeAdvice {
    /// A time as it should look.
    package static let example = "2026-01-31T08:00:00Z"

    /// `is not an RFC 3339 time; …`: the end of a sentence that begins with the text in quotes.
    package static func fault(of text: [UInt8]) -> String { "is not an RFC 3339 time; " + remedy(for: text) }

    /// What would be right, as `it wants a T between date and time; write 2026-01-01T10:00:00Z`.
    package static func remedy(for text: [UInt8]) -> String {
        if let remedy = number(text) { return remedy }
        var draft = Draft(text)
        guard draft.read() else { return "write it as \(example)" }
        if let impossible = draft.impossible { return "\(impossible); write it as \(example)" }
        let mended = String(decoding: draft.text, as: UTF8.self)
        guard !draft.lacks.isEmpty else { return "write it as \(example)" }
        let all = draft.lacks.dropLast().joined(separator: ", ")
        return "it wants " + (all.isEmpty ? "" : all + " and ") + draft.lacks[draft.lacks.count - 1]
            + "; write \(mended)"
    }

    /// What is near to a number that was meant as a time but cannot be one in milliseconds.
    package static func remedy(forMilliseconds number: Int64) -> String {
        switch number.magnitude {
        case 100_000_000_000_000_000...: "it looks like nanoseconds: divide by 1000000"
        case 100_000_000_000_000...: "it looks like microseconds: divide by 1000"
        default: "write milliseconds since 1970"
        }
    }

    /// Texts of digits only.
    private static func number(_ text: [UInt8]) -> String? {
        guard (9...19).contains(text.count), text.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(String(decoding: text, as: UTF8.self))
        else { return nil }
        // By size: below come seconds, then milliseconds, microseconds, nanoseconds.
        let milliseconds =
            switch text.count {
            case ...11: number * 1000
            case ...14: number
            case ...17: number / 1000
            default: number / 1_000_000
            }
        return "milliseconds since 1970 are a number without quotes; write \(milliseconds), or a time as \(example)"
    }
}

extension TimeAdvice {
    /// A time put together from a text that is almost one.
    private struct Draft {
        let source: [UInt8]
        var at = 0
        /// The time as it should be written.
        var text: [UInt8] = []
        /// What the source lacks, in its order.
        var lacks: [String] = []
        /// What no calendar or clock has.
        var impossible: String?

        init(_ source: [UInt8]) {
            let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
            let inner = source.drop(while: isBlank)
            self.source = Array(inner.prefix(inner.count - inner.reversed().prefix(while: isBlank).count))
            if self.source.count != source.count { lacks.append("no blanks around it") }
        }

        private var byte: UInt8 { at < source.count ? source[at] : 0 }

        private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

        /// Up to `most` digits from here on, as a number; nil where there is none.
        private mutating func digits(most: Int) -> (value: Int, count: Int)? {
            var value = 0
            let start = at
            while at - start < most, isDigit(byte) {
                value = value * 10 + Int(byte - 0x30)
                at += 1
            }
            return at > start ? (value, at - start) : nil
        }

        private mutating func put(_ value: Int, digits: Int = 2) {
            let number = "\(value)"
            text += [UInt8](repeating: 0x30, count: max(0, digits - number.utf8.count)) + Array(number.utf8)
        }

        private mutating func lack(_ what: String) {
            if !lacks.contains(what) { lacks.append(what) }
        }

        /// Whether the source is near enough to a time.
        mutating func read() -> Bool {
            guard date() else { return false }
            if at == source.count {
                lack("a time of day and a zone")
                text += Array("T00:00:00Z".utf8)
                return true
            }
            switch byte {
            case UInt8(ascii: "T"), UInt8(ascii: "t"): at += 1
            case 0x20, UInt8(ascii: "_"):
                while byte == 0x20 || byte == UInt8(ascii: "_") { at += 1 }
                lack("a T between date and time")
            default: return false
            }
            text.append(UInt8(ascii: "T"))
            return clock() && zone() && at == source.count
        }

        private mutating func date() -> Bool {
            guard let year = digits(most: 4), year.count == 4 else { return false }
            let separator = byte
            let isTight = isDigit(separator)
            if !isTight {
                guard [UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ".")].contains(separator) else {
                    return false
                }
                at += 1
            }
            if separator != UInt8(ascii: "-") { lack("hyphens in the date") }
            guard let month = digits(most: 2) else { return false }
            if !isTight {
                guard byte == separator else { return false }
                at += 1
            }
            guard let day = digits(most: 2) else { return false }
            if month.count < 2 || day.count < 2 { lack("two digits for month and day") }
            if !(1...12).contains(month.value) {
                impossible = "there is no month \(month.value)"
            } else if day.value < 1 || day.value > Civil.daysInMonth(year: year.value, month: month.value) {
                let count = Civil.daysInMonth(year: year.value, month: month.value)
                impossible = "that month has \(count) days"
            }
            put(year.value, digits: 4)
            text.append(UInt8(ascii: "-"))
            put(month.value)
            text.append(UInt8(ascii: "-"))
            put(day.value)
            return true
        }

        private mutating func clock() -> Bool {
            guard let hour = digits(most: 2) else { return false }
            if hour.count < 2 { lack("two digits for the hour") }
            if hour.value > 23 { impossible = impossible ?? "a day has the hours 00 to 23" }
            put(hour.value)
            for place in 0..<2 {
                text.append(UInt8(ascii: ":"))
                let hasColon = byte == UInt8(ascii: ":")
                if hasColon { at += 1 }
                guard hasColon || isDigit(byte), let part = digits(most: 2), part.count == 2 else {
                    if hasColon || place == 0 { return false }
                    lack("seconds")
                    put(0)
                    return true
                }
                if !hasColon { lack("colons in the time") }
                if part.value > (place == 0 ? 59 : 60) {
                    impossible = impossible ?? "\(place == 0 ? "minutes" : "seconds") go to 59"
                }
                put(part.value)
            }
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: ".") {
                if byte == UInt8(ascii: ",") { lack("a point before the fraction") }
                at += 1
                let start = at
                while isDigit(byte) { at += 1 }
                guard at > start else { return false }
                text += [UInt8(ascii: ".")] + source[start..<at]
            }
            return true
        }

        private mutating func zone() -> Bool {
            let hasBlank = byte == 0x20
            while byte == 0x20 { at += 1 }
            let rest = String(decoding: source[at...], as: UTF8.self)
            switch rest.lowercased() {
            case "":
                lack("a zone (Z, or as +02:00)")
                text.append(UInt8(ascii: "Z"))
                at = source.count
                return true
            case "z", "utc", "gmt":
                if rest.count > 1 { lack("the zone as Z") } else if hasBlank { lack("no blank before the zone") }
                text.append(UInt8(ascii: "Z"))
                at = source.count
                return true
            default: break
            }
            guard byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") else { return false }
            text.append(byte)
            at += 1
            guard let hours = digits(most: 2), hours.count == 2 else { return false }
            if hasBlank { lack("no blank before the zone") }
            let hasColon = byte == UInt8(ascii: ":")
            if hasColon { at += 1 }
            let minutes = digits(most: 2)
            guard !hasColon || minutes?.count == 2 else { return false }
            if !hasColon { lack("a colon in the zone") }
            if hours.value > 23 || minutes?.value ?? 0 > 59 {
                impossible = impossible ?? "no zone is \(hours.value) hours off"
            }
            put(hours.value)
            text.append(UInt8(ascii: ":"))
            put(minutes?.value ?? 0)
            return true
        }
    }
}
