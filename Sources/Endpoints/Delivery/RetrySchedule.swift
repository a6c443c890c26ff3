/// When something that failed is tried again. Pure: time and chance are handed in.
///
/// The pause doubles with each failure in a row, from `first` up to `most`, and of it a random part between one half and
/// all is waited for, so that many clients of a server that comes back do not come all at once. Where the other side says
/// how long to wait, it is waited for at least that long, up to `askedMost`.
package struct RetrySchedule: Sendable {
    /// The bounds. Times are in microseconds.
    package struct Plan: Sendable, Equatable {
        package var first: Int64 = 200_000
        package var most: Int64 = 30_000_000
        /// The most that is waited because the other side asks for it.
        package var askedMost: Int64 = 3_600_000_000
        /// How often the same lines are tried; nil for without end.
        package var attempts: Int?

        package init() {}
    }

    private let plan: Plan
    /// Failures since the last success.
    package private(set) var failures = 0

    package init(_ plan: Plan) { self.plan = plan }

    /// Whether what failed so often is not to be tried again.
    package var isOver: Bool { plan.attempts.map { failures >= $0 } ?? false }

    /// Notes a success: the next failure is the first one again.
    package mutating func succeed() { failures = 0 }

    /// Notes a failure.
    /// - Parameters:
    ///   - chance: a random number from 0 up to 1.
    ///   - asked: for how long the other side asked to wait, if it did.
    /// - Returns: for how long to wait, in microseconds.
    package mutating func fail(chance: Double, asked: Int64? = nil) -> Int64 {
        var pause = plan.first
        for _ in 0..<min(failures, 62) where pause < plan.most { pause = min(pause * 2, plan.most) }
        pause = min(pause, plan.most)
        failures += 1
        let waited = pause / 2 + Int64(Double(pause - pause / 2) * chance)
        return max(waited, min(asked ?? 0, plan.askedMost))
    }
}
