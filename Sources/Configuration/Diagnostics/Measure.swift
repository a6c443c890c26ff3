import Storage

/// Amounts written as numbers with units that add up: durations (`"1h30m"`, in microseconds) and sizes (`"64KiB"`, in
/// bytes).
package struct Measure: Sendable {
    /// What keeps a text from being an amount, as the end of a sentence that begins with the text itself:
    /// `is not a duration; write "30m"`.
    package struct Fault: Error, Equatable {
        package let message: String
    }

    private let noun: String
    /// The units by their exact names, and how many of the smallest unit each stands for. In order of size.
    private let units: [(name: String, factor: UInt64)]
    /// Other ways to write a unit, in lower case: not accepted, but understood well enough to name the right one.
    private let spellings: [ByteName: String]
    private let example: String
    private let smallest: String
    /// Sizes may be plain numbers of bytes; durations need a unit.
    private let unitless: UInt64?

    /// Microseconds; units `ms`, `s`, `m`, `h`, `d`, `w`.
    package static let duration = Measure(
        noun: "a duration",
        units: [
            ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000),
            ("w", 604_800_000_000),
        ],
        spellings: [
            "millis": "ms", "msec": "ms", "msecs": "ms", "millisecond": "ms", "milliseconds": "ms", "sec": "s",
            "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
            "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "wk": "w", "wks": "w",
            "week": "w", "weeks": "w",
        ],
        example: "30s", smallest: "a microsecond", unitless: nil)

    /// Bytes; units `B`, `KiB`, `MiB`, `GiB`, `TiB`, or none.
    package static let size = Measure(
        noun: "a size",
        units: [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)],
        spellings: [
            "byte": "B", "bytes": "B", "k": "KiB", "kb": "KiB", "m": "MiB", "mb": "MiB", "g": "GiB", "gb": "GiB",
            "t": "TiB", "tb": "TiB",
        ],
        example: "64KiB", smallest: "a byte", unitless: 1)

    /// The amount in the smallest unit. Decimals are fine where the whole comes to a whole number of it; a minus sign in
    /// front makes all of it negative.
    package func parse(_ text: String) throws(Fault) -> Int64 {
        guard text.utf8.count <= 100 else { throw Fault(message: "is not \(noun); \(plainRemedy)") }
        let isNegative = text.hasPrefix("-")
        guard let parts = parts(of: Substring(isNegative ? text.dropFirst() : text[...]), exactly: true) else {
            throw Fault(message: "is not \(noun); \(remedy(for: text))")
        }
        var total: UInt64 = 0
        for part in parts {
            let amount = try self.amount(of: part)
            let (sum, overflow) = total.addingReportingOverflow(amount)
            guard !overflow, sum <= UInt64(Int64.max) else { throw tooLarge }
            total = sum
        }
        return isNegative ? -Int64(total) : Int64(total)
    }

    /// An amount as it would be written, in the largest unit that divides it; weeks are written in days.
    package func text(_ amount: Int64) -> String {
        if amount == 0 { return unitless == nil ? "0s" : "0" }
        guard let unit = units.last(where: { $0.name != "w" && amount.magnitude.isMultiple(of: $0.factor) }) else {
            return "\(Double(amount) / Double(units[0].factor))\(units[0].name)"
        }
        return "\(amount / Int64(unit.factor))\(unit.name)"
    }

    private struct Part {
        let whole: Substring
        let fraction: Substring
        let unit: String
        let factor: UInt64
    }

    private var tooLarge: Fault {
        Fault(message: "is more than journeyd can count; write less, such as \"\(example)\"")
    }

    private func amount(of part: Part) throws(Fault) -> UInt64 {
        let zeros = part.fraction.reversed().prefix { $0 == "0" }.count
        let fraction = part.fraction.dropLast(zeros)
        let whole = part.whole.isEmpty ? 0 : UInt64(part.whole)
        guard let whole else { throw tooLarge }
        let (product, overflow) = whole.multipliedReportingOverflow(by: part.factor)
        guard !overflow else { throw tooLarge }
        if fraction.isEmpty { return product }
        // No unit divides by ten more than 18 times, so a longer fraction never comes out whole.
        let scale = fraction.utf8.reduce(UInt128(1)) { scale, _ in min(scale * 10, 1 << 70) }
        let scaled = (UInt64(fraction).map { UInt128($0) } ?? 1) * UInt128(part.factor)
        guard fraction.utf8.count <= 18, scaled.isMultiple(of: scale) else {
            throw Fault(message: "is finer than \(smallest); write fewer decimals")
        }
        let (sum, carry) = product.addingReportingOverflow(UInt64(scaled / scale))
        guard !carry else { throw tooLarge }
        return sum
    }

    /// The numbers and units that the text consists of; nil where it consists of something else. If not `exactly`,
    /// spaces, commas and other spellings are taken too.
    private func parts(of text: Substring, exactly: Bool) -> [Part]? {
        var rest = text.unicodeScalars[...]
        var parts: [Part] = []
        let skipped: (Unicode.Scalar) -> Bool = { !exactly && ($0 == " " || $0 == "," || $0 == "_") }
        while !rest.isEmpty {
            let whole = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(whole.count)
            var fraction = Substring.UnicodeScalarView()
            if rest.first == "." {
                fraction = rest.dropFirst().prefix { ("0"..."9").contains($0) }
                rest = rest.dropFirst(fraction.count + 1)
            }
            guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
            rest = rest.drop(while: skipped)
            let word = rest.prefix { $0.properties.isAlphabetic }
            rest = rest.dropFirst(word.count).drop(while: skipped)
            let isLone = parts.isEmpty && rest.isEmpty
            guard let unit = unit(String(Substring(word)), exactly: exactly, isLone: isLone) else { return nil }
            parts.append(
                Part(whole: Substring(whole), fraction: Substring(fraction), unit: unit.name, factor: unit.factor))
        }
        return parts.isEmpty ? nil : parts
    }

    private func unit(_ word: String, exactly: Bool, isLone: Bool) -> (name: String, factor: UInt64)? {
        if word.isEmpty { return isLone ? unitless.map { ("", $0) } : nil }
        if let unit = units.first(where: { $0.name == word }) { return unit }
        if exactly { return nil }
        let lower = word.lowercased()
        return units.first { $0.name.lowercased() == lower || $0.name == spellings[lower] }
    }

    private var plainRemedy: String {
        let names = units.map(\.name).joined(separator: ", ")
        return "write a number with a unit (\(names)), such as \"\(example)\""
    }

    private func remedy(for text: String) -> String {
        let body = text.drop { $0 == " " || $0 == "+" || $0 == "-" }
        let sign = text.hasPrefix("-") ? "-" : ""
        guard let parts = parts(of: body, exactly: false) else { return plainRemedy }
        let written = parts.map { part in
            let whole = part.whole.isEmpty ? "0" : part.whole
            return part.fraction.isEmpty ? "\(whole)\(part.unit)" : "\(whole).\(part.fraction)\(part.unit)"
        }
        return "write \"\(sign)\(written.joined())\""
    }
}
