import Events
import Expressions
import Storage

/// What the quiet hours hold at the moment at hand: the part of them that a shard looks at.
struct HoldEvaluator: ~Copyable {
    /// Beyond this many microseconds the rules, which repeat every week, leave no time free.
    private static let limit = 15 * LocalClock.day

    /// Whether any quiet time holds moments.
    let isNeeded: Bool
    private var zones: ZoneClocks
    private let rules: [QuietRule]
    /// The channels' numbers in the rules, by action and place; -1 where no rule names it.
    private let channels: [[Int32]]
    /// When the time ends that holds what goes over each channel; nil where none does now.
    private var ends: [Instant?]

    init(_ plan: DecisionPlan) {
        var names = Numbered()
        isNeeded = plan.policy.quietHours.contains { $0.then == .hold }
        rules = plan.policy.quietHours.enumerated().flatMap { number, rule in
            rule.channels.map { QuietRule(rule, channel: names.number($0), number: Int32(number)) }
        }
        let known = names.names
        channels = plan.actions.map { $0.channels.map { known.place(of: $0).map(Int32.init) ?? -1 } }
        ends = [Instant?](repeating: nil, count: names.names.count)
        zones = ZoneClocks(default: plan.policy.defaultZone, lookup: plan.zone)
    }

    /// Turns to a moment of a customer in that zone; whether anything is held at all.
    mutating func begin(zone name: View<UInt8>, at time: Instant) -> Bool {
        let clock = name.isEmpty ? 0 : zones.place(of: name) ?? 0
        var isAny = false
        for channel in ends.indices {
            ends[channel] = end(Int32(channel), after: time, clock)
            if ends[channel] != nil { isAny = true }
        }
        return isAny
    }

    /// Goes from the end of one time that holds to that of the next.
    private mutating func end(_ channel: Int32, after start: Instant, _ clock: Int) -> Instant? {
        var time = start
        while time.microseconds - start.microseconds <= HoldEvaluator.limit {
            var next: Instant?
            for rule in rules where rule.channel == channel {
                guard let end = rule.end(after: time, &zones.clocks[clock]) else { continue }
                // The first rule that applies is the one that does.
                if rule.then == .hold { next = end }
                break
            }
            guard let next else { return time > start ? time : nil }
            time = next
        }
        return nil
    }

    /// When the time ends that holds what an action would send over one of its channels.
    func end(ofAction action: Int, channel place: Int) -> Instant? {
        let channel = channels[action][place]
        return channel < 0 ? nil : ends[Int(channel)]
    }
}
