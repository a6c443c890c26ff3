package import Expressions
package import Storage

/// The number of a step of a sequence's tree.
package typealias NodeNumber = PlanNumber<PatternPlan.Step>

/// A sequence in its general form: its steps as a tree through which a partial match goes from the root to a leaf.
///
/// A sequence without groups is a tree of one branch. Where a group offers several ways on, each has its own copies of
/// the steps behind it, so that every step has one step before it.
package struct PatternPlan: Sendable {
    /// Which events may lie between two bound ones.
    package enum Contiguity: UInt8, BitwiseCopyable, Sendable {
        /// None at all.
        case strict
        /// Those that the step does not take.
        case relaxed
        /// Any.
        case any
    }

    /// An event that must not come on the way from a step to the next.
    package struct Not: Sendable {
        package var filter: EventFilter
        /// Whether it is about the very next event only.
        package var isStrict: Bool

        package init(filter: EventFilter, isStrict: Bool) {
            self.filter = filter
            self.isStrict = isStrict
        }
    }

    /// A positive step.
    package struct Step: Sendable {
        /// Which of the named steps it is.
        package var name: StepNumber
        package var filter: EventFilter
        /// The step before it in the tree; none where a partial match may begin with it.
        package var previous = NodeNumber.none
        /// To the event bound before, for the first repetition.
        package var contiguity = Contiguity.relaxed
        package var least = 1
        /// Nil where the repetitions have no end.
        package var most: Int? = 1
        /// Between the repetitions.
        package var inner = Contiguity.relaxed
        package var isGreedy = false
        package var isOptional = false
        /// The condition that stops the repetitions.
        package var until = ExpressionNumber.none
        /// The unwanted events between this step and the next; for a last step with what closes the sequence.
        package var nots: [Not] = []

        package init(name: StepNumber, filter: EventFilter) {
            self.name = name
            self.filter = filter
        }
    }

    /// What a `not` at the end waits for.
    package enum Closing: Sendable, Equatable {
        /// The next event.
        case nextEvent
        /// So many microseconds from the last event bound.
        case wait(Int64)
        /// The end of `within`.
        case within
    }

    /// What a match discards.
    package enum AfterMatch: Sendable, Equatable {
        case noSkip, skipToNext, skipPastLastEvent
        case skipToFirst(StepNumber)
        case skipToLast(StepNumber)
    }

    /// The most steps of the tree, so that they and two further ways fit the bits of a word.
    package static let stepLimit = 63

    /// Each after the one before it.
    package var steps: [Step]
    package var closing: Closing?
    package var afterMatch = AfterMatch.skipPastLastEvent
    /// Whether a partial match that runs out of time is told.
    package var emitsPartial = false
    /// Whether a new partial match gives way, and not the oldest, where there are too many.
    package var dropsNewest = false
    /// The most events that one partial match binds.
    package var boundLimit = 10_000

    package init(steps: [Step]) { self.steps = steps }

    /// What a closing `not … for` is about; nil where the sequence closes in another way.
    var closingFilter: EventFilter? {
        guard case .wait = closing else { return nil }
        return lastNot
    }

    /// What ends a pending absence of the sequence, and for how long at most one is pending; nil where none ever is.
    func closingAbsence(within: Int64?) -> (filter: EventFilter, length: Int64)? {
        switch closing {
        case .wait(let wait): lastNot.map { ($0, wait) }
        case .within: within.flatMap { within in lastNot.map { ($0, within) } }
        case .nextEvent, nil: nil
        }
    }

    private var lastNot: EventFilter? {
        // It stands behind every last step, and no other `not` does.
        return steps.last?.nots.last?.filter
    }
}
