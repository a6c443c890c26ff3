import Expressions
import Storage

/// How the partial matches of a sequence are kept. Each way has a folder of its own beside this file, with the same verbs:
/// advance at an event, expire at a deadline, arm, describe, free.
enum MatchingStrategy: UInt8, BitwiseCopyable {
    /// One event that waits for another to stay away, alone in the customer's word; as `runs` once there are several.
    case absence
    /// Lists of partial matches that have come equally far and move in step.
    case runs
    /// Groups of partial matches in one situation, those that differ in their first events only as one strand.
    case strands
    /// First events whose partial matches have all their future in common, as one cohort.
    case cohorts

    /// Whether it keeps sequences of the general form, a tree of steps.
    var isOfTree: Bool { self == .strands || self == .cohorts }

    /// Partial matches in one situation have the same future, where no condition looks at what they have bound. Where a
    /// match of one would discard that of another, the other need not be kept.
    enum Pruning: UInt8, BitwiseCopyable {
        case none
        /// Of those with the same first event, the one whose match would come first is kept.
        case sameStart
        /// Of all of them, the first again: none ends before the others, as there is no `within`, and a match discards all
        /// that began after it, as its last event is the present one.
        case all
    }

    /// A strategy, and what it need not keep or tell apart.
    struct Choice {
        var strategy: MatchingStrategy
        var pruning = Pruning.none
        /// Whether partial matches that differ in their first events only are kept as one strand.
        var joinsStarts = false
        /// Whether of two in one situation each may be the one that comes first on some of the ways open to both.
        var splitsWays = false
    }

    /// The least `max_bound`, and for ways that split the least `max_partial`, with which partial matches may be
    /// superfluous: close to the limit those that have bound fewer events may go on where others may not.
    private static let prunedLeast = 256

    /// Chooses how a sequence's partial matches are kept. The first row that fits decides:
    ///
    /// | the sequence                                                                    | strategy  | pruning     |
    /// | ------------------------------------------------------------------------------- | --------- | ----------- |
    /// | relaxed steps in a row, one step and a closing `not … for`, no `by`             | `absence` |             |
    /// | relaxed steps in a row, any other                                               | `runs`    |             |
    /// | a tree; a condition reads what was bound                                        | `strands` | `none`      |
    /// | a tree; `max_bound` below 256                                                   | `strands` | `none`      |
    /// | a tree that goes back, where ways may not split (*)                             | `strands` | `none`      |
    /// | a tree; what a closing absence waits for may be one of its own repetitions (**) | `strands` | `none`      |
    /// | a tree; `no_skip`, `skip_to_first`, `skip_to_last`                              | `strands` | `none`      |
    /// | a tree; `skip_past_last_event`, no `within`, nothing closes it, does not go back, multiplies | `strands` | `all` |
    /// | a tree that multiplies or branches                                              | `cohorts` | `sameStart` |
    /// | a tree, any other                                                               | `strands` | `sameStart` |
    ///
    /// A tree *multiplies* where one first event comes to any number of partial matches (open repetitions, steps of
    /// contiguity `any`), *branches* where it comes to several by alternatives or orders; neither where the counts of many
    /// repetitions would keep cohorts apart. It *goes back* where a step may come that is written before an open repetition
    /// already left.
    /// (*) Ways may split where the tree multiplies, no partial match is reported as it runs out of time, and `max_partial`
    /// is 256 at least: else one might be let go of that is the furthest, or be missed once another was dropped.
    /// (**) It ends a shorter one's absence, but not that of a longer one which binds it.
    ///
    /// Strands join first events where nothing is pruned and no condition reads what was bound.
    /// - Parameter isKeyed: whether the moment has a `by`.
    static func choose(
        for sequence: SequencePlan, isKeyed: Bool, isOfAccounts: Bool = false, _ expressions: [Expression]
    ) -> Choice {
        guard let tree = sequence.pattern else {
            let isLone = sequence.closing != nil && sequence.positions.count == 1 && !isKeyed && !isOfAccounts
            return Choice(strategy: isLone ? .absence : .runs)
        }
        let readsBound = tree.conditions.contains {
            expressions[$0].program.reads.contains(where: Vocabulary.isOfSteps)
        }
        let (goesBack, multiplies) = (tree.goesBack, tree.multiplies)
        let maySplit = multiplies && !tree.emitsPartial && sequence.partialLimit >= prunedLeast
        let keepsAll =
            readsBound || tree.boundLimit < prunedLeast || goesBack && !maySplit || tree.mayRepeatWhatEnds
        var pruning = Pruning.none
        switch tree.afterMatch {
        case .noSkip, .skipToFirst, .skipToLast: break
        case .skipToNext, .skipPastLastEvent: if !keepsAll { pruning = .sameStart }
        }
        // A match that an absence completes ends before the present, and may discard one of two and leave the other.
        let differ = sequence.within != nil || tree.closing != nil || goesBack || !multiplies
        if pruning == .sameStart, tree.afterMatch == .skipPastLastEvent, !differ { pruning = .all }
        let sharesFuture = pruning == .sameStart && (multiplies || tree.branches)
        return Choice(
            strategy: sharesFuture ? .cohorts : .strands, pruning: pruning,
            joinsStarts: pruning == .none && !readsBound,
            splitsWays: goesBack)
    }
}
