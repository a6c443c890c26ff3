/// The rules as they are written down, without any thought of speed: every choice ever made is kept and looked
/// through each time.
struct NaiveDecider {
    struct Action {
        var name: String
        var on: [Int]?
        var enabled: Bool
        var from: Int64?
        var until: Int64?
        var channels: [String]
        var lever: Double
        var cooldown: Int64
    }

    struct Cap {
        var max: Int
        var over: Int64
        var channel: String?
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
    }

    private struct Past {
        var customer: String
        var action: String
        var channel: String?
        var time: Int64
    }

    private struct Contender {
        var action: Action
        var priority: Double
        var value: Double
        /// The number of the choice in which it was last chosen, -1 for never.
        var last: Int
    }

    var actions: [Action]
    var caps: [Cap]
    var choose: Int
    private var past: [Past] = []

    init(actions: [Action], caps: [Cap], choose: Int) {
        self.actions = actions
        self.caps = caps
        self.choose = choose
    }

    /// One text for each line: the action, its channel or the reason, and the explanation.
    mutating func decide(_ moment: Int, at time: Int64, customer: String, answers: [Answer]) -> [String] {
        let candidates = actions.indices.filter { actions[$0].on?.contains(moment) ?? true }
        if candidates.isEmpty { return [] }
        var blocked: [String] = []
        var contenders: [Contender] = []
        for index in candidates {
            let last = past.lastIndex { $0.customer == customer && $0.action == actions[index].name } ?? -1
            if let reason = gate(actions[index], answers[index], at: time, last: last) {
                blocked.append(reason)
            } else if let priority = priority(actions[index], answers[index]) {
                contenders.append(
                    Contender(
                        action: actions[index], priority: priority, value: answers[index].value ?? .nan, last: last))
            } else {
                blocked.append("bad_priority")
            }
        }
        let firstBlocked = blocked.first
        contenders.sort { a, b in
            if a.priority != b.priority { return a.priority > b.priority }
            if a.value != b.value { return a.value > b.value }
            if a.last != b.last { return a.last < b.last }
            return Array(a.action.name.utf8).lexicographicallyPrecedes(Array(b.action.name.utf8))
        }
        var chosen: [(rank: Int, channel: String?)] = []
        var reasonOfBest: String?
        for rank in contenders.indices where chosen.count < choose {
            let action = contenders[rank].action
            let channels: [String?] = action.channels.isEmpty ? [nil] : action.channels
            let free = channels.first { isFree(action.name, $0, customer: customer, at: time) }
            if let channel = free {
                past.append(Past(customer: customer, action: action.name, channel: channel, time: time))
                chosen.append((rank, channel))
            } else {
                blocked.append("cap")
                if rank == 0 { reasonOfBest = "cap" }
            }
        }
        let end = "candidates=\(candidates.count) blocked=\(blocked.sorted().joined(separator: "+"))"
        if chosen.isEmpty { return ["none \(reasonOfBest ?? firstBlocked ?? "") \(end)"] }
        return chosen.map { rank, channel in
            let winner = contenders[rank]
            var text = "\(winner.action.name) \(channel ?? "-") \(winner.priority) "
            if rank + 1 < contenders.count {
                let second = contenders[rank + 1]
                text += "by \(winner.priority - second.priority) over \(second.action.name) "
            }
            return text + end
        }
    }

    private func gate(_ action: Action, _ answer: Answer, at time: Int64, last: Int) -> String? {
        if !action.enabled { return "disabled" }
        if let from = action.from, time < from { return "not_valid_now" }
        if let until = action.until, time >= until { return "not_valid_now" }
        if answer.eligible != true { return "not_eligible" }
        if answer.applicable != true { return "not_applicable" }
        if answer.suitable != true { return "not_suitable" }
        if last >= 0, time - past[last].time < action.cooldown { return "cooldown" }
        return nil
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

    private func isFree(_ action: String, _ channel: String?, customer: String, at time: Int64) -> Bool {
        for cap in caps {
            if let only = cap.channel, only != channel { continue }
            if let only = cap.action, only != action { continue }
            let counted = past.filter {
                $0.customer == customer && $0.time > time - cap.over && $0.time <= time
                    && (cap.channel == nil || $0.channel == cap.channel)
                    && (cap.action == nil || $0.action == cap.action)
            }
            if counted.count >= cap.max { return false }
        }
        return true
    }
}
