package import Events

/// What a run came to, as far as its diagnosis looks at it.
package struct RunFigures: Sendable {
    package var lines: UInt64 = 0
    package var events: UInt64 = 0
    package var late: UInt64 = 0
    package var rejected: UInt64 = 0
    /// How many were rejected for what, in words.
    package var reasons = ""
    /// The first line that was rejected, with its place and what was wrong.
    package var firstReject: String?
    /// The beginnings of lines that were rejected early, and the format that lines were taken for.
    package var rejectedSample: [[UInt8]] = []
    package var preset = Preset.native
    /// Whether a number under `timestamp` counts milliseconds, as in the native form.
    package var readsMilliseconds = true
    /// The lines of the first events in the native form, each cut at 4 KiB.
    package var sample: [[UInt8]] = []
    /// The types of the first events, the most frequent first.
    package var typesThatCame: [String] = []
    /// The types that the configuration waits for of which no event came.
    package var typesThatDidNot: [String] = []
    /// Whether events came of types that the configuration does not name.
    package var hasOtherTypes = false
    /// What the configuration reads of `properties`.
    package var properties: [String] = []
    /// Lines written, of whatever type, and moments that came.
    package var linesOut: UInt64 = 0
    package var moments: UInt64 = 0
    /// The expression that could be evaluated least often, and how often not.
    package var failing: (path: String, count: UInt64)?
    /// Deadlines that would complete a match.
    package var pendingMatches: UInt64 = 0
    /// Deadlines beyond the last time that can be said.
    package var neverDue: UInt64 = 0
    /// Whether there is anything that a line could come of.
    package var hasRules = false

    // MARK: How the run was

    package var isLive = false
    /// Whether it was told to stop before its input ended.
    package var wasStopped = false
    /// Whether pending deadlines were let fire.
    package var flushes = false
    /// Whether rejected lines were kept in a file.
    package var keepsRejects = false
    /// Whether it went on from a snapshot: then it has not seen all of its input.
    package var goesOn = false
    /// Whether operators were told of rejected and late lines as they came.
    package var isDaemon = false

    package init() {}
}
