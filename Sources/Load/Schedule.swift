package import Events

/// When each event of an open-loop load is to be sent, and what time it tells.
///
/// The plan is fixed before anything is sent and does not wait for whoever is measured: an event that goes out late, for
/// whatever reason, is still measured from when it was to go out. So a pause of the engine shows in the latency of all
/// events that it kept waiting, not of one ("coordinated omission" is what leaving that out is called).
///
/// Event time runs `speed` times as fast as the clock and ends when the clock does, so that no event is ever ahead of it.
package struct Schedule: Sendable {
    /// Wall time at which the first event is due, in microseconds since 1970.
    package let start: Int64
    /// Events a second.
    package let rate: Double
    /// How many events there are.
    package let count: Int
    /// How many times as fast as the clock event time runs.
    package let speed: Double
    /// The time that the first event tells.
    package let firstTime: Instant

    /// - Parameters:
    ///   - rate: events a second, above zero.
    ///   - count: how many events.
    ///   - speed: at least 1.
    package init(start: Int64, rate: Double, count: Int, speed: Double) {
        precondition(rate > 0 && count >= 0 && speed >= 1)
        self.start = start
        self.rate = rate
        self.count = count
        self.speed = speed
        let length = Double(count) * 1e6 / rate
        firstTime = Instant(microseconds: start - Int64(length * (speed - 1)))
    }

    /// Wall time at which the event of that number, from 0, is to be sent.
    package func sending(of number: Int) -> Int64 { start + Int64(Double(number) * 1e6 / rate) }

    /// The time that the event of that number tells.
    package func time(of number: Int) -> Instant {
        firstTime.advanced(by: Int64(Double(number) * (1e6 * speed) / rate))
    }

    /// How many events are to have been sent by that wall time.
    package func due(by now: Int64) -> Int {
        if now < start { return 0 }
        var number = min(count, Int(Double(now - start) * rate / 1e6))
        while number < count, sending(of: number) <= now { number += 1 }
        while number > 0, sending(of: number - 1) > now { number -= 1 }
        return number
    }

    /// The event that lets everything up to `time` be decided on: the first that tells this time or a later one. Nil where
    /// there is none, because time goes on to there only after the last event.
    package func decider(of time: Instant) -> Int? {
        let passed = Double(time.since(firstTime))
        var number = max(0, min(count, Int(passed * rate / (1e6 * speed))))
        while number > 0, self.time(of: number - 1) >= time { number -= 1 }
        while number < count, self.time(of: number) < time { number += 1 }
        return number < count ? number : nil
    }
}
