import Storage

/// How two partial matches with the same first event stand to each other: which one's match would come first if both
/// completed at once, and which one's last event has the earlier time, as far as closing absences ask for that.
///
/// In a word: in the low half 0 where the one comes first, 1 where the other does; 2 + 2n where the one is how the other
/// began, which then bound an event to step n, and 3 + 2n the other way round. In the high half 0 where their last events
/// have the same time, 1 where the one's is the earlier, 2 where the other's is.
struct Precedence: BitwiseCopyable {
    var word: UInt64

    private var code: UInt64 { word & 0xFFFF_FFFF }

    private init(code: UInt64, last: UInt64) { word = code | last << 32 }
    init(word: UInt64) { self.word = word }

    /// Two that have been told apart, or none.
    static func ofFirstEvents(_ one: StepNumber, _ other: StepNumber) -> Precedence {
        Precedence(code: one <= other ? 0 : 1, last: 0)
    }

    /// Whether the one comes first; of two of which one is how the other began, the longer.
    var isFirst: Bool { code == 0 || code >= 2 && code & 1 == 1 }

    /// Where one of the two is how the other began: the step to which that other one bound its next event. Which match
    /// would come first is then decided by the step to which the shorter one binds its next.
    var undecided: StepNumber? { code < 2 ? nil : Precedence.step(of: code) }

    private static func step(of code: UInt64) -> StepNumber { StepNumber(Int((code - 2) / 2)) }

    /// Whether the one's last event is the earlier, nil where they have the same time.
    var hasEarlierLast: Bool? { word >> 32 == 0 ? nil : word >> 32 == 1 }

    /// How two partial matches stand after an event.
    static func after(_ one: Advance, _ other: Advance, _ before: (Int, Int) -> Precedence) -> Precedence {
        let known = one.source == other.source ? nil : before(one.source, other.source)
        let last: UInt64
        switch (one.endsNow, other.endsNow) {
        case (true, true): last = 0
        case (true, false): last = 2
        case (false, true): last = 1
        case (false, false): last = (known?.word ?? 0) >> 32
        }
        return Precedence(code: code(one, other, known?.code), last: last)
    }

    private static func code(_ one: Advance, _ other: Advance, _ known: UInt64?) -> UInt64 {
        guard let known else {
            if one.isBound, other.isBound {
                return one.step != other.step ? (one.step < other.step ? 0 : 1) : one.node <= other.node ? 0 : 1
            }
            if one.isBound { return 3 + 2 * UInt64(one.step.index) }
            return other.isBound ? 2 + 2 * UInt64(other.step.index) : 0
        }
        if known < 2 { return known }
        let next = step(of: known)
        if known & 1 == 0 { return one.isBound ? (one.step < next ? 0 : 1) : known }
        return other.isBound ? (other.step < next ? 1 : 0) : known
    }
}

/// One of the ways that an event leaves or opens to a cohort's entry.
struct Advance {
    /// The entry.
    var source: Int
    /// The step that the event is bound to.
    var step = StepNumber.none
    /// The node that the event is bound to; none where it is not bound.
    var node = NodeNumber.none
    /// Where that leads; nil where nothing can come after it.
    var situation: Situation?
    /// Whether it is a match.
    var isFinal = false
    /// Whether its last event has the time of the present one; only where closing absences end so long after it.
    var endsNow = false

    var isBound: Bool { !node.isNone }

    var move: CohortAutomaton.Move { CohortAutomaton.Move(source: Int32(source), step: isBound ? step : .none) }
}
