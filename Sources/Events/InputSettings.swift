/// What the configuration says about lines and time: everything that decides which events are taken, and when.
package struct InputSettings: Sendable {
    /// What becomes of an event whose time is before the watermark.
    package enum LatePolicy: Sendable {
        /// It is taken at the watermark's time.
        case process
        case reject
    }

    /// The longest line, in bytes without its end; at most `lineLimitMost`.
    package var maxLine = 1 << 20
    /// How long an id is remembered, in microseconds; nil where events are not deduplicated.
    package var dedup: Int64?
    /// How far behind the greatest event time the watermark stays, in microseconds.
    package var disorder: Int64 = 0
    package var late = LatePolicy.process
    /// How long live inputs are silent before the watermark goes on by wall time, in microseconds.
    package var idleAfter: Int64 = 1_000_000
    /// How far after its arrival an event of a live input may lie, in microseconds.
    package var maxFuture: Int64 = 86_400_000_000

    /// How lines are read.
    package var formats = FormatPlan.native
    /// What becomes of an event that gives no time; nil for what its input's kind has: live ones
    /// its arrival, others that it is rejected.
    package var missing: MissingTime?

    /// What becomes of an event that gives no time.
    package enum MissingTime: String, Sendable, CaseIterable {
        case reject
        /// It counts at the greatest event time so far.
        case previous
        case arrival
    }

    /// The most that `maxLine` may be: places in a block of lines are 31 bits wide.
    package static let lineLimitMost = 256 << 20

    package init() {}
}
