import Expressions
import Journeys
import Storage

/// Holds the elements of a sequence against what a sequence can be, and makes the plan of it that fits: positions in a
/// row where its steps are plain, a tree otherwise.
///
/// A `not` acts on the way from the step before it to the step after it, and where the step before is repeated also
/// between its repetitions; the one that ends the sequence does the latter too.
struct SequenceFold {
    /// The most elements that are looked at.
    static let elementLimit = 256
    /// The most branches of a group.
    static let branchLimit = 16
    /// The most events that a plan of positions binds.
    private static let positionLimit = 64

    /// What the sequence says besides its steps.
    struct Keys {
        var within: Int64?
        /// Whether `within` is written, right or wrong.
        var hasWithin = false
        var afterMatch = PatternPlan.AfterMatch.skipPastLastEvent
        var emitsPartial = false
        var dropsNewest = false
        var partialLimit = 1024
        var boundLimit = 10_000
    }

    private let keys: Keys
    /// Whether a condition looks at the events bound before.
    private let readsSteps: (ExpressionNumber) -> Bool
    private var elements: [SequenceElement] = []
    private var closing: PatternPlan.Closing?

    init(_ keys: Keys, readsSteps: @escaping (ExpressionNumber) -> Bool) {
        self.keys = keys
        self.readsSteps = readsSteps
    }

    /// The plan; nil where something does not make sense, which was then reported.
    mutating func plan(_ read: [SequenceElement?], of readers: [Reader], in sequence: Reader) -> SequencePlan? {
        var isSound = read.allSatisfy { $0 != nil }
        if readers.count > Self.elementLimit {
            readers[Self.elementLimit].error(
                "the sequence has \(readers.count) elements; write at most \(Self.elementLimit)")
            isSound = false
        }
        for element in read {
            guard case .anyOf(let branches, _)? = element else {
                if case .allOf(let branches, let reader)? = element {
                    for branch in branches { isSound = checked(branch, of: reader, mayBeOptional: false) && isSound }
                }
                continue
            }
            for branch in branches {
                isSound = checked(branch, of: sequence, mayBeOptional: true) && isSound
            }
        }
        isSound = ordered(read) && isSound
        guard isSound else { return nil }
        elements = read.compactMap { $0 }
        guard closed() else { return nil }
        let names = elements.flatMap(\.steps).compactMap(\.name)
        if let positions = positions() {
            var end: SequencePlan.Closing?
            if case .wait(let wait)? = closing, let filter = elements.last?.steps.last?.filter {
                end = SequencePlan.Closing(filter: filter, wait: wait)
            }
            return SequencePlan(
                stepNames: names, positions: positions, closing: end, within: keys.within,
                partialLimit: keys.partialLimit)
        }
        return pattern(names, sequence)
    }

    // MARK: What cannot be meant

    private static let notAfterOptional =
        "a \"not\" may not follow an optional step, because nothing says from which event on it acts; "
        + "put it before the optional step, or after one that is not optional"

    /// Whether each `not` of the sequence stands where one may.
    private func ordered(_ read: [SequenceElement?]) -> Bool {
        var isSound = true
        var before: SequenceElement?
        for (index, element) in read.enumerated() {
            guard let element else {
                before = nil
                continue
            }
            guard case .step(let step) = element, element.isNot else {
                before = element
                continue
            }
            if index == 0 {
                step.reader.error(
                    "a sequence starts with a positive step; write { as: NAME, on: TYPE } before this \"not\"")
                isSound = false
            }
            if before?.mayEndUnbound ?? false {
                step.reader.error(Self.notAfterOptional)
                isSound = false
                before = nil
            }
            let isLast = index == read.count - 1
            if !isLast, let wait = step.waitReader {
                if read[(index + 1)...].allSatisfy({ $0?.isNot ?? false }) { continue }
                wait.error(
                    "\"for\" belongs to a \"not\" that ends the sequence; take it out, or limit the time with \"within\""
                )
                isSound = false
            }
            if isLast, index >= 2, read[index - 1]?.isNot ?? false {
                let time = step.contiguity == .strict ? "contiguity: \"strict\"" : "for: \"30m\""
                step.reader.error(
                    "a sequence ends with one \"not\"; name all types in it: { not: [\"a\", \"b\"], \(time) }")
                isSound = false
            }
        }
        return isSound
    }

    /// Whether a group's branch makes sense.
    private func checked(_ branch: [SequenceElement], of group: Reader, mayBeOptional: Bool) -> Bool {
        var isSound = true
        for (index, element) in branch.enumerated() {
            for step in element.steps where step.name == nil {
                if step.waitReader != nil {
                    step.reader.error(
                        "\"for\" belongs to a \"not\" that ends the sequence, outside of any group; take it out, or "
                            + "limit the time with \"within\"")
                    isSound = false
                } else if index == 0 || index == branch.count - 1 {
                    step.reader.error(
                        "a branch begins and ends with a positive step; put this \"not\" before or after the group")
                    isSound = false
                } else if branch[index - 1].mayEndUnbound {
                    step.reader.error(Self.notAfterOptional)
                    isSound = false
                }
            }
        }
        let steps = branch.flatMap(\.steps)
        if let optional = steps.first(where: \.isOptional) {
            if !mayBeOptional {
                optional.reader.error(
                    "a step of \"all_of\" cannot be optional: all are asked for; make \"any_of\" of what may be missing"
                )
                return false
            }
            if steps.allSatisfy({ $0.isOptional || $0.name == nil }) {
                optional.reader.error("a branch binds at least one event; let one of its steps not be optional")
                return false
            }
        }
        return isSound
    }

    /// Reads the `not` that ends the sequence, if there is one. Whether it makes sense.
    private mutating func closed() -> Bool {
        guard case .step(let end)? = elements.last, end.name == nil else { return true }
        if let reader = end.waitReader {
            // A `for` that is no duration was reported as it was read.
            guard let wait = end.wait else { return false }
            if end.contiguity == .strict {
                reader.error("a strict \"not\" is about the very next event, and so has no time; leave \"for\" out")
                return false
            }
            closing = .wait(wait)
        } else if end.contiguity == .strict {
            closing = .nextEvent
        } else if keys.hasWithin {
            closing = .within
        } else {
            end.reader.error(
                "a \"not\" that ends the sequence needs a time; write { not: …, for: \"30m\" }, or a \"within\"")
            return false
        }
        return true
    }

    // MARK: Plain steps in a row

    /// The positions, where there is nothing but plain steps and `not`s.
    private func positions() -> [SequencePlan.Position]? {
        guard keys.afterMatch == .skipPastLastEvent, !keys.emitsPartial, !keys.dropsNewest else { return nil }
        switch closing {
        case nil, .wait: break
        case .nextEvent, .within: return nil
        }
        var positions: [SequencePlan.Position] = []
        var number = 0
        var before: [EventFilter] = []
        for (index, element) in elements.enumerated() {
            guard case .step(let step) = element, !readsSteps(step.filter.condition) else { return nil }
            if step.name == nil {
                if step.contiguity != .relaxed { return nil }
                continue
            }
            guard step.times.most == step.times.least, step.until.isNone, !step.isOptional,
                step.contiguity == .relaxed || index == 0, step.inner == .relaxed || step.times.least == 1,
                positions.count + step.times.least <= Self.positionLimit
            else { return nil }
            let after = elements[(index + 1)...].prefix(while: \.isNot).flatMap(\.steps).map(\.filter)
            for repetition in 0..<step.times.least {
                positions.append(
                    SequencePlan.Position(
                        step: StepNumber(number), filter: step.filter, nots: repetition == 0 ? before : after,
                        isRepetition: repetition > 0))
            }
            before = after
            number += 1
        }
        return positions.count <= keys.boundLimit ? positions : nil
    }

    // MARK: A tree

    private func pattern(_ names: [String], _ sequence: Reader) -> SequencePlan? {
        let numbers = Dictionary(names.enumerated().map { (ByteName($1), $0) }) { first, _ in first }
        var tree = SequenceTree(numbers: numbers)
        guard tree.grow(elements) else {
            sequence.error(
                "the ways through the sequence, its groups laid out, have more than \(PatternPlan.stepLimit) steps; "
                    + "write fewer steps or branches")
            return nil
        }
        var pattern = PatternPlan(steps: tree.steps)
        pattern.closing = closing
        pattern.afterMatch = keys.afterMatch
        pattern.emitsPartial = keys.emitsPartial
        pattern.dropsNewest = keys.dropsNewest
        pattern.boundLimit = keys.boundLimit
        return SequencePlan(stepNames: names, pattern: pattern, within: keys.within, partialLimit: keys.partialLimit)
    }
}
