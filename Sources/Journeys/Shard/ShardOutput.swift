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
    /// The number of what an event says came of a decision, likewise; the line itself is then written where that is
    /// attributed.
    package var response: Int?
    /// The number of what has become known about who is who, among the output's changes; nil for nothing.
    package var change: Int?

    package init(
        key: OrderKey, start: Int, end: Int, type: LineType, id: UInt64, proposal: Int? = nil, response: Int? = nil
    ) {
        self.key = key
        self.start = start
        self.end = end
        self.type = type
        self.id = id
        self.proposal = proposal
        self.response = response
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
    /// The customers who turned out to be others, each named by one line.
    package let changes: [SubjectChange]

    /// How far the watermark has come; the distant future where all deadlines have fired.
    package let reached: Instant

    package init(
        lines: [MomentLine], text: [UInt8], duplicates: [(place: UInt64, reject: Reject)],
        kept: [KeptMoment] = [], reached: Instant = .distantPast, changes: [SubjectChange] = []
    ) {
        self.changes = changes
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
