package import Events
package import Storage

/// A line as a shard has written it, what is to be decided right behind it, and where both stand among all lines.
///
/// What is decided goes along with the line: whoever sorts or merges lines cannot part the two.
package struct MomentLine: BitwiseCopyable, Sendable {
    package var key: OrderKey
    /// The line's place in its output's text, without a line end; of no length where there is only something to decide.
    package var start: Int
    package var end: Int
    package var type: LineType
    /// The number behind the dash of the line's id.
    package var id: UInt64
    /// The number of what is to be decided behind the line, among the proposals handed over together with this output; nil
    /// for nothing. Each proposal is named by one line.
    package var proposal: Int?

    package init(key: OrderKey, start: Int, end: Int, type: LineType, id: UInt64, proposal: Int? = nil) {
        self.key = key
        self.start = start
        self.end = end
        self.type = type
        self.id = id
        self.proposal = proposal
    }
}

/// What one shard makes of one batch.
package final class ShardOutput: Sendable {
    /// The lines, in order.
    package let lines: [MomentLine]
    /// The text that the lines lie in.
    package let text: [UInt8]
    /// Events refused because their id came before, in the order in which they were taken.
    package let duplicates: [(place: UInt64, reject: Reject)]

    /// Moments that events brought about and whose decisions wait, by the places of the events.
    package let kept: [KeptMoment]

    /// How far the watermark has come; the distant future where all deadlines have fired.
    package let reached: Instant

    package init(
        lines: [MomentLine], text: [UInt8], duplicates: [(place: UInt64, reject: Reject)],
        kept: [KeptMoment] = [], reached: Instant = .distantPast
    ) {
        self.kept = kept
        self.reached = reached
        self.lines = lines
        self.text = text
        self.duplicates = duplicates
    }

    /// The bytes of a line, for the length of a call.
    package func withText<Result>(of line: MomentLine, _ body: (View<UInt8>) -> Result) -> Result {
        View.of(text) { body($0[line.start..<line.end]) }
    }
}

/// A moment whose decision waits: it comes behind a line without text that has the moment's id.
package struct KeptMoment: BitwiseCopyable, Sendable {
    /// The place of the event that brought it about.
    package let place: UInt64
    /// The number behind `m-` in the moment line's id.
    package let id: UInt64
    /// Until when it is held; nil where it waits for others.
    package let until: Instant?
}

/// What a shard has counted since it began.
package struct ShardStatistics: Sendable {
    /// Moments' lines, by moment.
    package var moments: [Int]
    /// Moments that a cooldown held back, by moment.
    package var rested: [Int]
    /// Partial matches dropped because there were too many, by moment.
    package var overflowed: [Int]
    /// Partial matches dropped because they bound too many events, by moment.
    package var outgrown: [Int]
    /// Partial matches told of as they ran out of time, by moment.
    package var droppedOff: [Int]
    /// Evaluations that failed, by expression; those that only found a value absent are counted apart.
    package var faults: [Int]
    package var absences: [Int]
    /// Customers of whom something came to be remembered. One who was forgotten and comes again counts again.
    package var came = 0
    /// Customers with state.
    package var customers = 0
    /// Bytes of state, without the deadlines.
    package var stateBytes = 0
    /// Deadlines that have not fired yet, those that no longer hold included.
    package var deadlines = 0
    /// Deadlines that were set beyond the last instant that there is (`Instant.latest`), and so are never due.
    package var neverDue = 0
    /// Partial matches of all sequences. Those whose time is over count until the next look at them.
    package var partialMatches = 0
    /// Bytes of pending deadlines.
    package var deadlineBytes = 0

    init(_ plan: JourneyPlan) {
        moments = Array(repeating: 0, count: plan.moments.count)
        rested = moments
        overflowed = moments
        outgrown = moments
        droppedOff = moments
        faults = Array(repeating: 0, count: plan.expressions.count)
        absences = faults
    }

    /// Adds another shard's counts.
    package mutating func add(_ other: ShardStatistics) {
        for index in moments.indices {
            moments[index] += other.moments[index]
            rested[index] += other.rested[index]
            overflowed[index] += other.overflowed[index]
            outgrown[index] += other.outgrown[index]
            droppedOff[index] += other.droppedOff[index]
        }
        for index in faults.indices {
            faults[index] += other.faults[index]
            absences[index] += other.absences[index]
        }
        came += other.came
        customers += other.customers
        stateBytes += other.stateBytes
        deadlines += other.deadlines
        neverDue += other.neverDue
        partialMatches += other.partialMatches
        deadlineBytes += other.deadlineBytes
    }
}
