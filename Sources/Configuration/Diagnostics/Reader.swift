import Storage

/// One value of the configuration, to be read as what it should be.
///
/// Every getter answers nil where the value is something else, and has then reported that with place, path and remedy:
/// the caller goes on with whatever else there is to read.
package struct Reader {
    package let node: Node
    package let path: ConfigurationPath
    package let diagnostics: Diagnostics

    package init(_ node: Node, path: ConfigurationPath = .root, diagnostics: Diagnostics) {
        self.node = node
        self.path = path
        self.diagnostics = diagnostics
    }

    /// Reports an error at this value: `message` names the fault and the remedy.
    package func error(_ message: String, code: MessageCode? = nil) {
        diagnostics.error(at: node.place, path: path, code: code, message)
    }

    /// Reports an error at a byte of this value's text, such as the one at which an expression goes wrong.
    package func error(atByte offset: Int, _ message: String, code: MessageCode? = nil) {
        diagnostics.error(at: node.place(ofByte: offset), path: path, code: code, message)
    }

    /// Reports a note at this value.
    package func note(_ message: String, code: MessageCode? = nil) {
        diagnostics.note(at: node.place, path: path, code: code, message)
    }

    private func wrong(_ type: String, _ remedy: String) {
        error("\(node.summary) is not \(type); \(remedy)", code: .wrongKind)
    }

    // MARK: Plain values

    /// `true` or `false`; nil for anything else, which is reported.
    package func bool() -> Bool? {
        if case .bool(let flag) = node.value { return flag }
        if case .string(let text) = node.value, let meant = Self.flags[text.lowercased()] {
            wrong("a boolean", "write \(meant), without quotes")
        } else {
            wrong("a boolean", "write true or false")
        }
        return nil
    }

    /// Words that others have for true and false.
    private static let flags = [
        "true": true, "yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false,
    ]

    /// Text; without `allowEmpty`, of at least one character.
    package func string(allowEmpty: Bool = false) -> String? {
        guard case .string(let text) = node.value else {
            wrong("text", isScalar ? "put it in quotes: \"\(node.summary)\"" : "write text in quotes")
            return nil
        }
        if text.isEmpty, !allowEmpty {
            error("the text is empty; write at least one character, or leave the key out", code: .empty)
            return nil
        }
        return text
    }

    private var isScalar: Bool {
        switch node.value {
        case .bool, .integer, .number: true
        default: false
        }
    }

    /// A whole number in a range; nil for anything else, which is reported.
    package func integer(in range: ClosedRange<Int64> = .min ... .max) -> Int64? {
        guard case .integer(let number) = node.value else {
            if case .string(let text) = node.value, let meant = WrittenNumber(text)?.integer, range.contains(meant) {
                wrong("a whole number", "write \(meant), without quotes")
            } else {
                wrong("a whole number", "write \(Self.bounds(range, unbounded: "a number without fraction"))")
            }
            return nil
        }
        if range.contains(number) { return number }
        error("\(number) is out of range; write \(Self.bounds(range, unbounded: "a number"))", code: .outOfRange)
        return nil
    }

    private static func bounds(_ range: ClosedRange<Int64>, unbounded: String) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): unbounded
        case (let lower, .max): "a whole number from \(lower) up"
        case (.min, let upper): "a whole number up to \(upper)"
        case (let lower, let upper): "a whole number from \(lower) to \(upper)"
        }
    }

    /// A finite number.
    package func number(in range: ClosedRange<Double> = -.infinity ... .infinity) -> Double? {
        let number: Double
        switch node.value {
        case .integer(let integer): number = Double(integer)
        case .number(let double) where double.isFinite: number = double
        case .number:
            error("\(node.summary) is not a finite number; write a smaller one", code: .outOfRange)
            return nil
        case .string(let text):
            // What counts in hundredths is written as such; everything else as a fraction.
            let meant = WrittenNumber(text)?.text(ofPercent: range.lowerBound >= -100 && range.contains(100))
            wrong("a number", meant.map { "write \($0), without quotes" } ?? "write one without quotes, such as 0.5")
            return nil
        default:
            wrong("a number", "write one without quotes, such as 0.5")
            return nil
        }
        if range.contains(number) { return number }
        let lower = range.lowerBound.isFinite ? " from \(Self.short(range.lowerBound))" : ""
        let upper = range.upperBound.isFinite ? " up to \(Self.short(range.upperBound))" : ""
        error("\(node.summary) is out of range; write a number\(lower)\(upper)", code: .outOfRange)
        return nil
    }

    private static func short(_ number: Double) -> String {
        Int64(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    // MARK: Words

    /// One of a set of words.
    package func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type = Word.self) -> Word?
    where Word.RawValue == String {
        word(of: type.allCases.map(\.rawValue)).flatMap(Word.init(rawValue:))
    }

    /// One of the given words.
    package func word(of words: [String]) -> String? { word(of: words, near: words) }

    /// - Parameter near: the words among which the one is looked for that was meant.
    private func word(of words: [String], near: [String]) -> String? {
        guard case .string(let text) = node.value else {
            wrong("one of the words known here", "the words are \(Wording.listed(words))")
            return nil
        }
        if words.names(text) { return text }
        let remedy =
            NearestWord.of(text, in: near).map { "; did you mean \(Wording.quoted($0))?" }
            ?? NearestWord.remedy(for: text, in: words, noun: "words")
        error("\(Wording.quoted(text)) is not known here\(remedy)", code: .unknownWord)
        return nil
    }

    /// One of the given words, which may be written in further ways: whichever is there, the word itself is answered.
    package func word(of words: [(word: String, alsoWritten: [String])]) -> String? {
        // Here, unlike in names, an accent that stands as a scalar of its own is the same accent.
        if case .string(let text) = node.value, let known = words.first(where: { $0.alsoWritten.contains(text) }) {
            return known.word
        }
        return word(of: words.map(\.word), near: words.flatMap { [$0.word] + $0.alsoWritten })
    }

    // MARK: Amounts

    /// Which durations are fine.
    package enum Sign: Sendable {
        case positive
        case zeroOrMore
        case any
    }

    /// Ten thousand years: sums of a time and a duration stay far from overflow.
    package static let durationLimit: Int64 = 3_652_425 * 86_400_000_000

    /// A duration in microseconds.
    package func duration(_ sign: Sign = .positive, upTo limit: Int64 = durationLimit) -> Int64? {
        guard case .string(let text) = node.value else {
            let isNumber = if case .integer(1...) = node.value { true } else { false }
            let example = isNumber ? "\(node.summary)s" : "30s"
            wrong("a duration", "write a number with a unit, in quotes, such as \"\(example)\"")
            return nil
        }
        guard let duration = amount(text, .duration) else { return nil }
        let negative = "\(Wording.quoted(text)) is negative; write"
        switch sign {
        case .positive where duration == 0:
            error(
                "\(Wording.quoted(text)) is no time at all; write a duration above zero, such as \"30s\"",
                code: .amountOutOfRange)
        case .positive where duration < 0:
            error("\(negative) a duration above zero, such as \"30s\"", code: .amountOutOfRange)
        case .zeroOrMore where duration < 0: error("\(negative) \"0s\" or more", code: .amountOutOfRange)
        case _ where duration.magnitude > limit.magnitude:
            error(
                "\(Wording.quoted(text)) is too long; write at most \"\(Measure.duration.text(limit))\"",
                code: .amountOutOfRange)
        default: return duration
        }
        return nil
    }

    /// A size in bytes: a plain number, or text such as `"64KiB"`.
    package func size(in range: ClosedRange<Int64> = 1 ... .max) -> Int64? {
        let size: Int64
        switch node.value {
        case .integer(let bytes): size = bytes
        case .string(let text):
            guard let bytes = amount(text, .size) else { return nil }
            size = bytes
        default:
            wrong("a size", "write a number of bytes, or one with a unit in quotes, such as \"64KiB\"")
            return nil
        }
        if range.contains(size) { return size }
        let upper = range.upperBound == .max ? " up" : " to \(range.upperBound)"
        error(
            "\(node.summary) is out of range; write a size from \(range.lowerBound)\(upper) bytes",
            code: .amountOutOfRange)
        return nil
    }

    private func amount(_ text: String, _ measure: Measure) -> Int64? {
        do throws(Measure.Fault) {
            return try measure.parse(text)
        } catch {
            self.error("\(Wording.quoted(text)) \(error.message)", code: .notAnAmount)
            return nil
        }
    }
}
