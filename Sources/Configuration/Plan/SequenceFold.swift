import Journeys

/// Lays the elements of a sequence out as the positions through which a partial match goes.
///
/// A `not` acts on the way from the step before it to the step after it, and where the step before is repeated also
/// between its repetitions; the one that ends the sequence does the latter too.
struct SequenceFold {
    /// The most positions, repetitions counted: what a partial match binds.
    static let positionLimit = 64
    /// The most elements that are looked at.
    static let elementLimit = 256

    private(set) var stepNames: [String] = []
    private(set) var positions: [SequencePlan.Position] = []
    private(set) var closing: SequencePlan.Closing?
    private let hasWithin: Bool
    /// The positive step whose following `not`s are being gathered, and how far it is from the first element.
    private var last: StepDraft?
    private var notsBefore: [EventFilter] = []
    private var notsAfter: [StepDraft] = []

    init(hasWithin: Bool) { self.hasWithin = hasWithin }

    /// Whether all of them make sense; what does not is reported.
    mutating func add(_ steps: [StepDraft?], of readers: [Reader]) -> Bool {
        var isSound = true
        if readers.count > Self.elementLimit {
            readers[Self.elementLimit].error(
                "the sequence has \(readers.count) elements; write at most \(Self.elementLimit)")
            isSound = false
        }
        for (index, step) in steps.enumerated() {
            guard let step else {
                isSound = false
                continue
            }
            if step.name != nil {
                isSound = gathered(closes: false) && isSound
                last = step
            } else if index == 0 {
                step.reader.error(
                    "a sequence starts with a positive step; write { as: NAME, on: TYPE } before this \"not\"")
                isSound = false
            } else {
                notsAfter.append(step)
            }
        }
        return isSound
    }

    /// Finishes the last step, and what closes the sequence. Whether all makes sense.
    mutating func close(in sequence: Reader) -> Bool {
        guard last != nil else { return false }
        var isSound = notsAfter.isEmpty
        if notsAfter.count > 1 {
            notsAfter[1].reader.error(
                "a sequence ends with one \"not\"; name all types in it: { not: [\"a\", \"b\"], for: \"30m\" }")
        } else if let end = notsAfter.first {
            isSound = close(with: end)
        }
        _ = gathered(closes: true)
        if positions.count > Self.positionLimit {
            sequence.error(
                "the sequence binds \(positions.count) events, repetitions counted; let it be at most \(Self.positionLimit)"
            )
            isSound = false
        }
        return isSound
    }

    private mutating func close(with end: StepDraft) -> Bool {
        if let wait = end.wait {
            closing = SequencePlan.Closing(filter: end.filter, wait: wait)
            return true
        }
        // A `for` that is no duration was reported as it was read.
        if end.waitReader != nil { return false }
        end.reader.error(
            hasWithin
                ? "a \"not\" that ends the sequence without \"for\" \(LaterVersion.notice); write { not: …, for: \"30m\" }"
                : "a \"not\" that ends the sequence needs a time; write { not: …, for: \"30m\" }")
        return false
    }

    /// Lays out the last positive step, now that the `not`s after it are known.
    private mutating func gathered(closes: Bool) -> Bool {
        var isSound = true
        let nots = notsAfter.map(\.filter)
        if !closes {
            for reader in notsAfter.compactMap(\.waitReader) {
                reader.error(
                    "\"for\" belongs to a \"not\" that ends the sequence; take it out, or limit the time with \"within\""
                )
                isSound = false
            }
        }
        if let last, let name = last.name {
            for repetition in 0..<last.times {
                positions.append(
                    SequencePlan.Position(
                        step: stepNames.count, filter: last.filter, nots: repetition == 0 ? notsBefore : nots,
                        isRepetition: repetition > 0))
            }
            stepNames.append(name)
        }
        notsBefore = nots
        notsAfter = []
        return isSound
    }
}
