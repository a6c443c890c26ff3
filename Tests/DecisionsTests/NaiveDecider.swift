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
        var isFallback = false
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

    /// What a limit counts; an empty list is everything.
    struct Scope {
        var channels: [String] = []
        var groups: [String] = []
        var actions: [String] = []

        func covers(_ action: Action, _ channel: String?) -> Bool {
            if !actions.isEmpty, !actions.contains(action.name) { return false }
            if !groups.isEmpty, !groups.contains(where: { $0 == action.group }) { return false }
            return channels.isEmpty || channels.contains { $0 == channel }
        }
    }

    struct Cap {
        var count: Count
        /// Which of the customer's numbers is the maximum; nil takes the count's own.
        var most: Int?
        var scope = Scope()
        var reserve: (groups: [String], keep: Int)?
    }

    struct Budget {
        var count: Count
        var scope = Scope()
        /// Which of the moment's texts tells what is counted by itself.
        var key: Int?
        var sums = false
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
        /// What caps ask for; nil where the expression fails.
        var numbers: [Double?] = []
    }

    /// A moment that asks for a decision.
    struct Asked {
        var moment: Int
        var answers: [Answer]
        /// What budgets ask for; nil where the expression fails.
        var keys: [String?] = []
    }

    struct Past {
        var customer: String
        var action: Action
        var channel: String?
        var time: Int64
        var deliver: Int64
        var value: Double
        var keys: [String?]
        var isControl: Bool
    }

    private struct Contender {
        /// Which of the moments it answers.
        var member: Int
        var index: Int
        var action: Action
        var answer: Answer
        var priority: Double
        var value: Double
        /// The number of the choice in which it was last chosen, -1 for never.
        var last: Int
    }

    var actions: [Action] = []
    var caps: [Cap] = []
    var budgets: [Budget] = []
    var choose = 1
    /// For single moments.
    var chooseByMoment: [Int?] = []
    var least = 0.0
    var exempt: [String] = []
    /// Whether channels without a condition may be used; nil asks for no consent at all.
    var consentByDefault: Bool?
    var quiet: [NaiveQuiet] = []
    var defaultZone = NaiveClock.all[0]
    var holdout: (share: UInt64, salt: String)?
    private(set) var past: [Past] = []
    /// What has come up so far, in words: which rules decided something.
    private(set) var met: Set<String> = []

    mutating func decide(_ moment: Int, at time: Int64, _ customer: Customer, answers: [Answer]) -> [String] {
        decide([Asked(moment: moment, answers: answers)], at: time, customer)
    }

    /// Decides on moments as one. One text for each line: the action, how it is sent or the reason, and how many were
    /// blocked.
    mutating func decide(_ asked: [Asked], at time: Int64, _ customer: Customer) -> [String] {
        let asked = asked.enumerated().filter { entry in
            actions.contains { $0.on?.contains(entry.element.moment) ?? true }
        }
        .sorted { ($0.element.moment, $0.offset) < ($1.element.moment, $1.offset) }.map(\.element)
        if asked.isEmpty { return [] }
        var reasons = [[Int: String]](repeating: [:], count: asked.count)
        var contenders: [Contender] = []
        var mandatory: [(index: Int, member: Int)] = []
        let candidates = asked.map { one in actions.indices.filter { actions[$0].on?.contains(one.moment) ?? true } }
        for member in asked.indices {
            for index in candidates[member] {
                let action = actions[index]
                let answer = asked[member].answers[index]
                let last = past.lastIndex { $0.customer == customer.name && $0.action.name == action.name } ?? -1
                if let reason = gate(action, answer, at: time, last: last, customer) {
                    reasons[member][index] = reason
                } else if action.kind == "mandatory" {
                    mandatory.append((index, member))
                } else if let priority = priority(action, answer) {
                    contenders.append(
                        Contender(
                            member: member, index: index, action: action, answer: answer, priority: priority,
                            value: answer.value ?? .nan,
                            // What is longer ago than 90 days is as if it never had been.
                            last: last >= 0 && time - past[last].time < 129_600 * Self.minute ? last : -1))
                    if action.kind == "standard", priority < least { reasons[member][index] = "low_priority" }
                } else {
                    reasons[member][index] = "bad_priority"
                }
            }
        }
        contenders.sort { a, b in
            if a.priority != b.priority { return a.priority > b.priority }
            if a.value != b.value { return a.value > b.value }
            if a.last != b.last { return a.last < b.last }
            if a.action.name != b.action.name {
                return Array(a.action.name.utf8).lexicographicallyPrecedes(Array(b.action.name.utf8))
            }
            return a.member < b.member
        }
        for (one, next) in zip(contenders, contenders.dropFirst()) where one.priority == next.priority {
            met.insert("tie by " + (one.value != next.value ? "value" : one.last != next.last ? "recency" : "name"))
        }
        var lines = [[String]](repeating: [], count: asked.count)
        var taken: [String] = []
        /// Whether the action is chosen now.
        func tried(_ index: Int, _ member: Int, _ rank: Int?) -> Bool {
            if taken.contains(actions[index].name) {
                met.insert("chosen for another moment")
                return false
            }
            if reasons[member][index] != nil { return false }
            let sent = attempt(actions[index], asked[member], asked[member].answers[index], customer, at: time)
            if let reason = sent.reason {
                reasons[member][index] = reason
                return false
            }
            taken.append(actions[index].name)
            var text = actions[index].name + sent.text
            if let rank {
                text += " \(contenders[rank].priority)"
                if rank + 1 < contenders.count {
                    let second = contenders[rank + 1]
                    text += " by \(contenders[rank].priority - second.priority) over \(second.action.name)"
                }
            }
            lines[member].append(text)
            return true
        }
        for (index, member) in mandatory.sorted(by: { ($0.index, $0.member) < ($1.index, $1.member) }) {
            _ = tried(index, member, nil)
        }
        let compulsory = taken.count
        for (rank, one) in contenders.enumerated() where one.action.kind == "transactional" {
            _ = tried(one.index, one.member, rank)
        }
        let service = taken.count
        let most = asked.count > 1 ? choose : chooseByMoment[asked[0].moment] ?? choose
        for (rank, one) in contenders.enumerated() where one.action.kind == "standard" && !one.action.isFallback {
            if taken.count - service < most { _ = tried(one.index, one.member, rank) }
        }
        if taken.count - service > choose { met.insert("more chosen for one moment") }
        for (rank, one) in contenders.enumerated() where one.action.isFallback && taken.isEmpty {
            if tried(one.index, one.member, rank) { met.insert("fallen back") }
        }
        met.formUnion(reasons.flatMap(\.values).map { "blocked by \($0)" })
        if let group = group(customer), !taken.isEmpty { met.insert("chosen for \(group)") }
        if taken.count - service > 1 { met.insert("several chosen") }
        if compulsory > 1 { met.insert("several mandatory") }
        if compulsory > 0, taken.count > service { met.insert("mandatory beside others") }
        if service > compulsory, taken.count > service { met.insert("transactional beside others") }
        if asked.count > 1, lines.count(where: { !$0.isEmpty }) > 1 { met.insert("chosen for several moments") }
        let blocked = reasons.flatMap(\.values).sorted().joined(separator: "+")
        let end =
            (group(customer).map { " \($0)" } ?? "") + " candidates=\(candidates.joined().count) blocked=\(blocked)"
        var told: [String] = []
        // The first that was chosen at all, mandatory or not.
        for member in asked.indices {
            told += lines[member].map { $0 + end }
            if !lines[member].isEmpty { continue }
            let best = contenders.first { $0.member == member }?.index
            var reason = reasons[member][best ?? candidates[member][0]] ?? ""
            if candidates[member].contains(where: { reasons[member][$0] == nil }) {
                reason = "outranked"
                met.insert("blocked by outranked")
            } else if let best, reasons[member][best] != reasons[member][candidates[member][0]] {
                met.insert("reason of the best, not of the first")
            }
            met.insert("nothing because of \(reason)")
            told.append("none \(reason)" + (reason == "outranked" ? " by \(taken[0])" : "") + end)
        }
        return told
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
        _ action: Action, _ asked: Asked, _ answer: Answer, _ customer: Customer, at time: Int64
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
            let (reason, deliver, isGivenUp) = limit(action, channel, asked, customer, at: time)
            guard let reason else {
                met.insert("chosen as \(action.kind)")
                if first != nil { met.insert("chosen on a further channel") }
                if channel == nil { met.insert("chosen without a channel") }
                past.append(
                    Past(
                        customer: customer.name, action: action, channel: channel, time: time, deliver: deliver,
                        value: answer.value ?? 0, keys: asked.keys, isControl: group(customer) == "control"))
                let expires = action.expires.map { " until \(time + $0)" } ?? ""
                return (nil, " \(channel ?? "-") at \(deliver)\(expires)")
            }
            first = first ?? reason
            if isGivenUp { break }
        }
        return (first ?? "", "")
    }

    /// When it would be delivered; whether caps let it be then; budgets; and whether quiet hours let it be at all.
    private mutating func limit(
        _ action: Action, _ channel: String?, _ asked: Asked, _ customer: Customer, at time: Int64
    ) -> (reason: String?, deliver: Int64, isGivenUp: Bool) {
        let clock = customer.zone.flatMap(NaiveClock.named) ?? defaultZone
        var quiet: (reason: String?, deliver: Int64, isGivenUp: Bool) = (nil, time, false)
        if let channel { quiet = hush(channel, clock, at: time, expires: action.expires.map { time + $0 }) }
        guard action.kind == "standard" else { return quiet }
        if !action.isFallback {
            let deliver = quiet.reason == nil ? quiet.deliver : time
            for cap in caps where cap.scope.covers(action, channel) {
                if isReached(cap, action, customer, clock, at: deliver) {
                    if deliver != time { met.insert("cap at delivery") }
                    return ("cap", 0, false)
                }
            }
        }
        var all = budgets.filter { $0.scope.covers(action, channel) }
        if let own = action.budget { all.insert(Budget(count: own, scope: Scope(actions: [action.name])), at: 0) }
        for budget in all where isSpent(budget, asked, at: time) {
            met.insert("budget \(budget.count.words)")
            if budget.scope.actions != [action.name] { met.insert("budget of several") }
            if budget.sums { met.insert("budget of values") }
            if group(customer) == "control" { met.insert("budget holds for the control group") }
            return ("budget", 0, false)
        }
        return quiet
    }

    private mutating func isReached(
        _ cap: Cap, _ action: Action, _ customer: Customer, _ clock: NaiveClock, at deliver: Int64
    ) -> Bool {
        let counted = past.filter { one in
            guard one.customer == customer.name, one.action.kind == "standard", !one.action.isFallback else {
                return false
            }
            guard cap.scope.covers(one.action, one.channel) else { return false }
            if let over = cap.count.over { return one.deliver > deliver - over }
            let period = cap.count.per ?? .day
            return clock.stretch(period, atMinute: one.deliver / Self.minute)
                == clock.stretch(period, atMinute: deliver / Self.minute)
        }
        var most = Double(cap.count.max)
        if let number = cap.most {
            guard let told = customer.numbers[number] else {
                met.insert("cap whose maximum fails")
                return true
            }
            most = told
        }
        var isReached = Double(counted.count) >= most
        if let reserve = cap.reserve, !reserve.groups.contains(where: { $0 == action.group }) {
            let others = counted.count { one in !reserve.groups.contains { $0 == one.action.group } }
            if !isReached, Double(others) >= most - Double(reserve.keep) {
                met.insert("cap that keeps some")
                isReached = true
            }
        }
        guard isReached else { return false }
        met.insert("cap \(cap.count.words)")
        if cap.most != nil { met.insert("cap of a customer's own") }
        if !cap.scope.channels.isEmpty { met.insert("cap of channels") }
        if !cap.scope.groups.isEmpty { met.insert("cap of groups") }
        if !cap.scope.actions.isEmpty { met.insert("cap of actions") }
        return true
    }

    private mutating func isSpent(_ budget: Budget, _ asked: Asked, at time: Int64) -> Bool {
        var key: String?
        if let number = budget.key {
            guard let told = asked.keys[number] else {
                met.insert("budget whose value fails")
                return true
            }
            key = told
        }
        let counted = past.filter { one in
            if one.action.kind != "standard" { return false }
            if one.isControl, !exempt.contains(where: { $0 == one.action.group }) { return false }
            if let number = budget.key, one.keys[number] != key { return false }
            return budget.scope.covers(one.action, one.channel) && isWithin(budget.count, one.time, time, defaultZone)
        }
        let spent = budget.sums ? counted.reduce(0) { $0 + $1.value } : Double(counted.count)
        guard spent >= Double(budget.count.max) else { return false }
        if budget.key != nil { met.insert("budget of one value") }
        if counted.contains(where: \.isControl) { met.insert("budget spent by the control group") }
        return true
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
