import Expressions
import Storage

@testable import Decisions

/// The rules as they are written down, without any thought of speed: every choice ever made is kept and looked
/// through each time, and clocks go minute by minute.
struct NaiveDecider {
    static let minute: Int64 = 60_000_000

    struct Action {
        var name: String
        var on: [Int]?
        var enabled = true
        var from: Int64?
        var until: Int64?
        var channels: [String] = []
        var lever = 0.0
        var cooldown: Int64 = 0
        var kind = "standard"
        var group: String?
        var suppress: [(after: Int, length: Int64)] = []
        var budget: Count?
        var expires: Int64?
    }

    /// So many over so long (microseconds), or in each stretch of the calendar.
    struct Count {
        var max: Int
        var over: Int64?
        var per: Period?
    }

    struct Cap {
        var count: Count
        var channel: String?
        var group: String?
        var action: String?
    }

    /// What an action's expressions come to; nil where they fail.
    struct Answer {
        var eligible: Bool?
        var applicable: Bool?
        var suitable: Bool?
        var propensity: Double?
        var context: Double?
        var value: Double?
        var prefers: String?
    }

    /// What is known of the customer at a moment.
    struct Customer {
        var name: String
        /// By channel; nil where the condition fails.
        var consent: [String: Bool?] = [:]
        /// Microseconds since the last event of each type.
        var since: [Int64?] = []
        var zone: String?
    }

    struct Past {
        var customer: String
        var action: Action
        var channel: String?
        var time: Int64
        var isControl: Bool
    }

    private struct Contender {
        var action: Action
        var answer: Answer
        var priority: Double
        var value: Double
        /// The number of the choice in which it was last chosen, -1 for never.
        var last: Int
    }

    var actions: [Action] = []
    var caps: [Cap] = []
    var choose = 1
    /// Whether channels without a condition may be used; nil asks for no consent at all.
    var consentByDefault: Bool?
    var quiet: [NaiveQuiet] = []
    var defaultZone = NaiveClock.all[0]
    var holdout: (share: UInt64, salt: String)?
    private(set) var past: [Past] = []
    /// What has come up so far, in words: which rules decided something.
    private(set) var met: Set<String> = []

    /// One text for each line: the action, how it is sent or the reason, and how many were blocked.
    mutating func decide(_ moment: Int, at time: Int64, _ customer: Customer, answers: [Answer]) -> [String] {
        let candidates = actions.indices.filter { actions[$0].on?.contains(moment) ?? true }
        if candidates.isEmpty { return [] }
        var reasons: [Int: String] = [:]
        var contenders: [Contender] = []
        var mandatory: [Int] = []
        for index in candidates {
            let action = actions[index]
            let last = past.lastIndex { $0.customer == customer.name && $0.action.name == action.name } ?? -1
            if let reason = gate(action, answers[index], at: time, last: last, customer) {
                reasons[index] = reason
            } else if action.kind == "mandatory" {
                mandatory.append(index)
            } else if let priority = priority(action, answers[index]) {
                contenders.append(
                    Contender(
                        action: action, answer: answers[index], priority: priority, value: answers[index].value ?? .nan,
                        // What is longer ago than 90 days is as if it never had been.
                        last: last >= 0 && time - past[last].time < 129_600 * Self.minute ? last : -1))
            } else {
                reasons[index] = "bad_priority"
            }
        }
        contenders.sort { a, b in
            if a.priority != b.priority { return a.priority > b.priority }
            if a.value != b.value { return a.value > b.value }
            if a.last != b.last { return a.last < b.last }
            return Array(a.action.name.utf8).lexicographicallyPrecedes(Array(b.action.name.utf8))
        }
        for (one, next) in zip(contenders, contenders.dropFirst()) where one.priority == next.priority {
            met.insert("tie by " + (one.value != next.value ? "value" : one.last != next.last ? "recency" : "name"))
        }
        var lines: [String] = []
        for index in mandatory {
            let sent = attempt(actions[index], answers[index], customer, at: time)
            if let reason = sent.reason {
                reasons[index] = reason
            } else {
                lines.append(actions[index].name + sent.text)
            }
        }
        var chosen = 0
        for (rank, contender) in contenders.enumerated() where chosen < choose {
            let sent = attempt(contender.action, contender.answer, customer, at: time)
            if let reason = sent.reason {
                reasons[actions.firstIndex { $0.name == contender.action.name } ?? -1] = reason
                continue
            }
            chosen += 1
            var text = contender.action.name + sent.text + " \(contender.priority)"
            if rank + 1 < contenders.count {
                let second = contenders[rank + 1]
                text += " by \(contender.priority - second.priority) over \(second.action.name)"
            }
            lines.append(text)
        }
        met.formUnion(reasons.values.map { "blocked by \($0)" })
        if let group = group(customer), !lines.isEmpty { met.insert("chosen for \(group)") }
        if chosen > 1 { met.insert("several chosen") }
        if lines.count - chosen > 1 { met.insert("several mandatory") }
        if chosen > 0, lines.count > chosen { met.insert("mandatory beside others") }
        let end =
            (group(customer).map { " \($0)" } ?? "")
            + " candidates=\(candidates.count) blocked=\(reasons.values.sorted().joined(separator: "+"))"
        if !lines.isEmpty { return lines.map { $0 + end } }
        let best = contenders.first.flatMap { best in actions.firstIndex { $0.name == best.action.name } }
        met.insert("nothing because of \(reasons[best ?? candidates[0]] ?? "")")
        if let best, reasons[best] != reasons[candidates[0]] { met.insert("reason of the best, not of the first") }
        return ["none \(reasons[best ?? candidates[0]] ?? "")" + end]
    }

    func group(_ customer: Customer) -> String? {
        guard let holdout else { return nil }
        let number = Hash64.of(customer.name, seed: Hash64.of(holdout.salt)) % 10_000
        return number < holdout.share ? "control" : "treatment"
    }

    // MARK: Gates

    private func gate(
        _ action: Action, _ answer: Answer, at time: Int64, last: Int, _ customer: Customer
    ) -> String? {
        if !action.enabled { return "disabled" }
        if let from = action.from, time < from { return "not_valid_now" }
        if let until = action.until, time >= until { return "not_valid_now" }
        if !action.channels.isEmpty, consenting(action, customer).isEmpty { return "no_consent" }
        if answer.eligible != true { return "not_eligible" }
        if answer.applicable != true { return "not_applicable" }
        if answer.suitable != true { return "not_suitable" }
        for rule in action.suppress {
            if let since = customer.since[rule.after], since < rule.length { return "suppressed" }
        }
        if last >= 0, time - past[last].time < action.cooldown { return "cooldown" }
        return nil
    }

    private func consenting(_ action: Action, _ customer: Customer) -> [String] {
        guard let consentByDefault else { return action.channels }
        return action.channels.filter { channel in
            if let given = customer.consent[channel] { return given == true }
            return consentByDefault
        }
    }

    private func priority(_ action: Action, _ answer: Answer) -> Double? {
        guard let propensity = answer.propensity, let context = answer.context, let value = answer.value else {
            return nil
        }
        guard propensity.isFinite, context.isFinite, value.isFinite, propensity >= 0, propensity <= 1 else {
            return nil
        }
        let priority = propensity * context * value * (1 + action.lever / 100)
        return priority.isFinite ? priority : nil
    }

    // MARK: Limits

    private mutating func attempt(
        _ action: Action, _ answer: Answer, _ customer: Customer, at time: Int64
    ) -> (reason: String?, text: String) {
        var channels: [String?] = action.channels.isEmpty ? [nil] : consenting(action, customer)
        if let preferred = answer.prefers, channels.contains(preferred) {
            if channels[0] != preferred { met.insert("preferred channel first") }
            channels = [preferred] + channels.filter { $0 != preferred }
        } else if let preferred = answer.prefers {
            met.insert(action.channels.contains(preferred) ? "prefers without consent" : "prefers what there is not")
        }
        var first: String?
        for channel in channels {
            let (reason, deliver, isGivenUp) = limit(action, channel, customer, at: time)
            guard let reason else {
                met.insert("chosen as \(action.kind)")
                if first != nil { met.insert("chosen on a further channel") }
                if channel == nil { met.insert("chosen without a channel") }
                past.append(
                    Past(
                        customer: customer.name, action: action, channel: channel, time: time,
                        isControl: group(customer) == "control"))
                let expires = action.expires.map { " until \(time + $0)" } ?? ""
                return (nil, " \(channel ?? "-") at \(deliver)\(expires)")
            }
            first = first ?? reason
            if isGivenUp { break }
        }
        return (first ?? "", "")
    }

    private mutating func limit(
        _ action: Action, _ channel: String?, _ customer: Customer, at time: Int64
    ) -> (reason: String?, deliver: Int64, isGivenUp: Bool) {
        let clock = customer.zone.flatMap(NaiveClock.named) ?? defaultZone
        if action.kind == "standard" {
            for cap in caps {
                if let only = cap.channel, only != channel { continue }
                if let only = cap.action, only != action.name { continue }
                if let only = cap.group, only != action.group { continue }
                let counted = past.filter {
                    $0.customer == customer.name && $0.action.kind == "standard"
                        && (cap.channel == nil || $0.channel == cap.channel)
                        && (cap.action == nil || $0.action.name == cap.action)
                        && (cap.group == nil || $0.action.group == cap.group)
                        && isWithin(cap.count, $0.time, time, clock)
                }
                if counted.count >= cap.count.max {
                    met.insert("cap \(cap.count.words)")
                    if cap.channel != nil { met.insert("cap of a channel") }
                    if cap.group != nil { met.insert("cap of a group") }
                    if cap.action != nil { met.insert("cap of an action") }
                    return ("cap", 0, false)
                }
            }
            if let budget = action.budget {
                let counted = past.filter {
                    $0.action.name == action.name && !$0.isControl && isWithin(budget, $0.time, time, defaultZone)
                }
                if counted.count >= budget.max {
                    met.insert("budget \(budget.words)")
                    if group(customer) == "control" { met.insert("budget holds for the control group") }
                    return ("budget", 0, false)
                }
            }
        }
        guard let channel else { return (nil, time, false) }
        return hush(channel, clock, at: time, expires: action.expires.map { time + $0 })
    }

    private func isWithin(_ count: Count, _ then: Int64, _ now: Int64, _ clock: NaiveClock) -> Bool {
        if let over = count.over { return then > now - over && then <= now }
        let period = count.per ?? .day
        return clock.stretch(period, atMinute: then / Self.minute) == clock.stretch(period, atMinute: now / Self.minute)
    }

    /// Goes from quiet time to quiet time.
    private mutating func hush(
        _ channel: String, _ clock: NaiveClock, at start: Int64, expires: Int64?
    ) -> (reason: String?, deliver: Int64, isGivenUp: Bool) {
        var time = start
        var deferrals = 0
        while true {
            func isQuiet(_ rule: NaiveQuiet, _ minute: Int64) -> Bool {
                rule.channels.contains(channel) && rule.holds(local: clock.local(minute: minute))
            }
            guard let rule = quiet.first(where: { isQuiet($0, time / Self.minute) }) else {
                note(deferrals: deferrals, clock, from: start / Self.minute, to: time / Self.minute)
                return (nil, time, false)
            }
            met.insert("quiet, \(rule.then)" + (deferrals > 0 ? " after a deferral" : ""))
            if rule.from > rule.to { met.insert("quiet past midnight" + (rule.days.count < 7 ? " on some days" : "")) }
            deferrals += 1
            if rule.then != "defer" { return ("quiet_hours", 0, rule.then == "drop") }
            var minute = time / Self.minute + 1
            while isQuiet(rule, minute) { minute += 1 }
            time = minute * Self.minute
            if let expires, time >= expires {
                met.insert("deferred too long")
                return ("quiet_hours", 0, false)
            }
            // The rules repeat every week: what is never free is given up some time.
            if time - start > 15 * 1440 * Self.minute { return ("quiet_hours", 0, false) }
        }
    }

    private mutating func note(deferrals: Int, _ clock: NaiveClock, from start: Int64, to end: Int64) {
        guard deferrals > 0 else { return }
        met.insert("deferred in \(clock.name)")
        if deferrals > 1 { met.insert("deferred from one quiet time to the next") }
        let shift = (clock.local(minute: end) - end) - (clock.local(minute: start) - start)
        if shift != 0 { met.insert("deferred over a change of \(shift) minutes") }
    }
}

extension NaiveDecider.Count {
    /// How it counts.
    fileprivate var words: String { (per.map { "per \($0)" } ?? "over a time") + (max == 0 ? ", none at all" : "") }
}
