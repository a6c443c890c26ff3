import Expressions
import Journeys
import Storage

/// One step, or one `not`, of a sequence as it is written.
struct StepDraft {
    /// The name of a positive step; nil for a `not`.
    let name: String?
    let filter: EventFilter
    let contiguity: PatternPlan.Contiguity
    /// How often a positive step is repeated.
    var times = Repetitions()
    var inner = PatternPlan.Contiguity.relaxed
    var isGreedy = false
    var isOptional = false
    /// The condition that stops the repetitions.
    var until = ExpressionNumber.none
    /// The `for` of a `not`, in microseconds.
    var wait: Int64?
    let reader: Reader
    /// Where `for` is written, to say that it does not belong there.
    var waitReader: Reader?
}

/// How often a step is repeated.
struct Repetitions: Equatable {
    var least = 1
    /// Nil where there is no end.
    var most: Int? = 1

    /// Reads `3`, `2..4` or `2..`; nil for anything else. A number that does not fit is the largest that does.
    init?(_ text: String) {
        func number(_ digits: Substring) -> Int? {
            guard !digits.isEmpty, digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
                return nil
            }
            return Int(digits) ?? .max
        }
        let dots = text.range(of: "..")
        guard let least = number(text[..<(dots?.lowerBound ?? text.endIndex)]) else { return nil }
        self.least = least
        most = least
        guard let rest = dots.map({ text[$0.upperBound...] }) else { return }
        most = nil
        if rest.isEmpty { return }
        guard let upper = number(rest) else { return nil }
        most = upper
    }

    init() {}
}

/// One element of a sequence.
indirect enum SequenceElement {
    case step(StepDraft)
    /// One of the branches.
    case anyOf([[SequenceElement]], Reader)
    /// All branches, in any order.
    case allOf([[SequenceElement]], Reader)

    var reader: Reader {
        switch self {
        case .step(let step): step.reader
        case .anyOf(_, let reader), .allOf(_, let reader): reader
        }
    }

    /// Whether it is a `not`.
    var isNot: Bool {
        if case .step(let step) = self { step.name == nil } else { false }
    }

    /// Whether it may be passed by without binding an event at its end.
    var mayEndUnbound: Bool {
        switch self {
        case .step(let step): step.isOptional
        case .anyOf(let branches, _), .allOf(let branches, _): branches.contains { $0.last?.mayEndUnbound ?? true }
        }
    }

    /// The steps and `not`s in it, in the order written.
    var steps: [StepDraft] {
        switch self {
        case .step(let step): [step]
        case .anyOf(let branches, _), .allOf(let branches, _): branches.flatMap { $0.flatMap(\.steps) }
        }
    }
}

extension StringProtocol {
    /// Where `text` first occurs.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
