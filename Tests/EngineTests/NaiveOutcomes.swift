import Foundation

/// What comes of decisions and what that holds back, learnt and told, as customers merge and rules
/// change: by going through all that ever happened at each step. Times are milliseconds.
struct NaiveOutcomes {
    static let hour: Int64 = 3_600_000
    static let day = 24 * hour

    /// What the rules say that may change.
    struct Terms: Equatable {
        /// By outcome, how long after the decision it may come.
        var within: [String: Int64] = [
            "impression": 72 * hour, "click": 24 * hour, "accept": 48 * hour, "reject": 12 * hour,
        ]
        var ignoredAfter: Int64 = 5 * hour
        var runsFromImpression = true
        /// Whether there is the action that learns, and one before it that is never offered.
        var hasMail = true
        var hasFirst = false
        var prior = 0.1
        /// In days.
        var halfLife = 3.0
    }

    struct Decision {
        var id, subject, action, channel, bucket: String
        var time: Int64
        var seen: Int64?
        var outcomes: Set<String> = []
        var isOver = false
        /// Nil where it is no trial.
        var settleBy: Int64?
        /// When other rules came last: what they would have had before comes then.
        var reloaded = Int64.min
        var settled: Int64?
        var isSuccess = false
    }

    struct Past {
        var subject, action, channel, outcome: String
        var time: Int64
    }

    private(set) var terms: Terms
    private var decisions: [Decision] = []
    private var past: [Past] = []
    /// `time outcome decision`.
    private(set) var told: [String] = []
    /// `outcome of action`.
    private(set) var counted: [String] = []
    private(set) var (unattributed, repeated, displaced) = (0, 0, 0)
    /// Settled trials and successes since something has been learnt at all.
    private(set) var (trials, successes) = (0, 0)
    private let strength = 5.0

    init(_ terms: Terms) { self.terms = terms }

    // MARK: Time

    private func ignoredAt(_ decision: Decision) -> Int64? {
        (terms.runsFromImpression ? decision.seen : decision.time).map {
            max($0 + terms.ignoredAfter, decision.reloaded)
        }
    }

    private func end(_ decision: Decision) -> Int64 {
        max(decision.time + (terms.within.values.max() ?? 0), ignoredAt(decision) ?? 0)
    }

    mutating func pass(to time: Int64) {
        for index in decisions.indices where !decisions[index].isOver {
            let decision = decisions[index]
            if let at = ignoredAt(decision), at <= time,
                decision.outcomes.isDisjoint(with: ["ignored", "click", "accept", "reject"])
            {
                note("ignored", of: index, at: at)
            }
            if let at = decision.settleBy, at <= time, decision.settled == nil {
                decisions[index].settled = at
                trials += 1
            }
            if end(decision) <= time { decisions[index].isOver = true }
        }
    }

    /// Other rules from `time` on.
    mutating func follow(_ next: Terms, at time: Int64) {
        let isLearntAnew = next.halfLife != terms.halfLife || !next.hasMail
        terms = next
        if !next.hasMail, !next.hasFirst { (trials, successes) = (0, 0) }
        for index in decisions.indices {
            decisions[index].reloaded = time
            if isLearntAnew { decisions[index].settleBy = nil }
            if decisions[index].settled == nil, decisions[index].settleBy != nil {
                decisions[index].settleBy = max(time, decisions[index].time + (next.within["accept"] ?? 0))
            }
        }
        // No rule asks for it any more.
        if !next.hasMail { past.removeAll { $0.action == "mail" && $0.outcome != "click" } }
    }

    /// One subject has been another all along.
    mutating func merge(_ from: String, into: String) {
        for index in decisions.indices where decisions[index].subject == from { decisions[index].subject = into }
        for index in past.indices where past[index].subject == from { past[index].subject = into }
        keepSixteen(of: into)
    }

    private mutating func keepSixteen(of subject: String) {
        for index in open(subject).dropLast(16) {
            displaced += 1
            decisions[index].isOver = true
            if decisions[index].settled == nil { decisions[index].settleBy = nil }
        }
    }

    private func open(_ subject: String) -> [Int] {
        decisions.indices.filter { decisions[$0].subject == subject && !decisions[$0].isOver }
    }

    // MARK: Outcomes

    /// - Parameter reference: of which decision it speaks; nil for none.
    mutating func respond(_ outcome: String, _ subject: String, reference: String?, at time: Int64) {
        guard let within = terms.within[outcome] else { return }
        let open = open(subject)
        func isInTime(_ index: Int) -> Bool { time < decisions[index].time + within }
        var found: Int?
        if let reference {
            found = open.first { decisions[$0].id == reference }
            if let known = found, decisions[known].outcomes.contains(outcome) {
                repeated += 1
                return
            }
            if let known = found, !isInTime(known) { found = nil }
        } else {
            found = open.last { isInTime($0) && !decisions[$0].outcomes.contains(outcome) }
        }
        guard let found else {
            unattributed += 1
            return
        }
        if outcome == "impression" { decisions[found].seen = time }
        note(outcome, of: found, at: time)
        if outcome == "accept", decisions[found].settleBy != nil, decisions[found].settled == nil {
            decisions[found].settled = time
            decisions[found].isSuccess = true
            trials += 1
            successes += 1
        }
    }

    private mutating func note(_ outcome: String, of index: Int, at time: Int64) {
        let decision = decisions[index]
        decisions[index].outcomes.insert(outcome)
        told.append("\(time) \(outcome) \(decision.id)")
        counted.append("\(outcome) of \(decision.action)")
        if decision.action == "mail", !terms.hasMail, outcome != "click" { return }
        past.append(
            Past(
                subject: decision.subject, action: decision.action, channel: decision.channel, outcome: outcome,
                time: time))
    }

    // MARK: Decisions

    private func times(_ outcome: String, _ subject: String, where belongs: (Past) -> Bool) -> [Int64] {
        past.filter { $0.outcome == outcome && $0.subject == subject && belongs($0) }.map(\.time).sorted()
    }

    /// Whether some of these times are `count` within `over`, the last of them less than `length` ago.
    private func holds(_ times: [Int64], count: Int, over: Int64, length: Int64, now: Int64) -> Bool {
        times.indices.contains { last in
            last + 1 >= count && times[last] - times[last + 1 - count] < over && now - times[last] < length
        }
    }

    /// The channel over which an action goes now, empty where it has none; nil where it is held back.
    func channel(of action: String, for subject: String, now: Int64) -> String? {
        let (hour, day) = (Self.hour, Self.day)
        func own(_ outcome: String) -> [Int64] { times(outcome, subject) { $0.action == action } }
        switch action {
        case "mail":
            if !terms.hasMail { return nil }
            if holds(own("ignored"), count: 2, over: 10 * hour, length: day, now: now) { return nil }
            if own("accept").contains(where: { now - $0 < day }) { return nil }
            if own("reject").contains(where: { now - $0 < 9 * hour }) { return nil }
            return ["email", "app"].first { channel in
                !holds(
                    times("reject", subject) { $0.channel == channel }, count: 1, over: 6 * hour, length: 15 * hour,
                    now: now)
                    && !holds(
                        times("click", subject) { $0.channel == channel }, count: 2, over: 6 * hour, length: 12 * hour,
                        now: now)
            }
        case "call":
            let group = times("reject", subject) { ["call", "chat"].contains($0.action) }
            return holds(group, count: 2, over: 9 * hour, length: day, now: now) ? nil : ""
        case "chat":
            let clicks = times("click", subject) { $0.channel == "app" }
            return holds(clicks, count: 2, over: 6 * hour, length: 12 * hour, now: now) ? nil : "app"
        default: return nil
        }
    }

    /// The mean of a cell: of the action, its channel, or its bucket in that.
    func estimate(_ channel: String, _ bucket: String, now: Int64) -> Double {
        var mean = terms.prior
        for level in 0..<3 {
            var (trials, good) = (0.0, 0.0)
            for decision in decisions where decision.settleBy != nil && decision.settled.map({ $0 <= now }) ?? false {
                if level > 0, decision.channel != channel { continue }
                if level > 1, decision.bucket != bucket { continue }
                let left = pow(2, -Double(now - (decision.settled ?? 0)) / (terms.halfLife * Double(Self.day)))
                trials += left
                if decision.isSuccess { good += left }
            }
            mean = (strength * mean + good) / (strength + trials)
        }
        return mean
    }

    mutating func decide(
        _ id: String, _ subject: String, _ action: String, _ channel: String, _ bucket: String, at time: Int64
    ) {
        var decision = Decision(
            id: id, subject: subject, action: action, channel: channel, bucket: bucket, time: time)
        if action == "mail" { decision.settleBy = time + (terms.within["accept"] ?? 0) }
        decisions.append(decision)
        keepSixteen(of: subject)
    }
}
