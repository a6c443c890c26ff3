import Events
import Expressions
import Storage

/// A quiet time as the ordered side looks at it.
struct QuietRule: BitwiseCopyable, Sendable {
    var channel: Int32
    /// The rule's place in the policy.
    var number: Int32
    var from: Int64
    var to: Int64
    var days: UInt8
    var then: QuietPlan.Measure

    init(_ plan: QuietPlan, channel: Int32, number: Int32) {
        self.channel = channel
        self.number = number
        (from, to, days, then) = (plan.from, plan.to, plan.days, plan.then)
    }

    /// The end of the quiet time in which a local time lies, on the same clock; nil where it is not quiet.
    func end(ofQuietAt local: Int64) -> Int64? {
        let day = LocalClock.quotient(local, LocalClock.day)
        let time = local - day * LocalClock.day
        if from < to {
            return begins(on: day) && time >= from && time < to ? day * LocalClock.day + to : nil
        }
        if time >= from, begins(on: day) { return (day + 1) * LocalClock.day + to }
        return time < to && begins(on: day - 1) ? day * LocalClock.day + to : nil
    }

    private func begins(on day: Int64) -> Bool {
        let weekday = day + 3 - LocalClock.quotient(day + 3, 7) * 7
        return days >> UInt8(weekday) & 1 != 0
    }

    /// The first instant after `time` at which the clock shows a time that is not quiet; nil where that is not quiet now.
    func end(after time: Instant, _ clock: inout LocalClock) -> Instant? {
        var time = time
        guard var end = end(ofQuietAt: clock.local(time)) else { return nil }
        while true {
            let due = time.advanced(by: end - clock.local(time))
            let seconds = LocalClock.quotient(time.microseconds, 1_000_000)
            guard let change = clock.zone.nextChange(after: seconds), change <= due.microseconds / 1_000_000 else {
                return due
            }
            // Behind a change the clock may show a quiet time again, or have passed the end.
            time = Instant(microseconds: change * 1_000_000)
            guard let next = self.end(ofQuietAt: clock.local(time)) else { return time }
            end = next
        }
    }
}

/// What the quiet times of a channel make of a delivery at one instant.
struct QuietOutcome: BitwiseCopyable {
    enum Kind: BitwiseCopyable {
        /// It can be delivered, at `time`.
        case deliver
        case nextChannel
        case drop
    }

    var kind: Kind
    /// When it is delivered; for the others, when the rule applies that decides.
    var time: Instant
    /// The place in the policy of the first rule that applies, or -1.
    var rule: Int32 = -1

    /// Beyond this many microseconds the rules, which repeat every week, leave no time free.
    private static let limit = 15 * LocalClock.day

    /// Goes from the end of one quiet time to that of the next, until no rule applies.
    init(_ rules: borrowing Rules, channel: Int32, at start: Instant, _ clock: inout LocalClock) {
        kind = .deliver
        time = start
        var index = 0
        while index < rules.quiet.count {
            let quiet = rules.quiet[index]
            index += 1
            guard quiet.channel == channel, let end = quiet.end(after: time, &clock) else { continue }
            if rule < 0 { rule = quiet.number }
            switch quiet.then {
            case .nextChannel, .hold: kind = .nextChannel
            case .drop: kind = .drop
            case .defer where end.since(start) > QuietOutcome.limit: kind = .nextChannel
            case .defer:
                time = end
                index = 0
                continue
            }
            return
        }
    }
}
