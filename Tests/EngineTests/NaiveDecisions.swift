import Events

/// Actions and limits as the plain model knows them, and as a configuration says them.
struct PlainDecisions {
    enum Worth {
        case constant(Int)
        /// The value of a window that is no duration; where it is absent, the action has no priority.
        case window(Int)
    }

    /// So many of a limit's own over so long.
    struct Limit {
        var most: Int
        var over: Int64
    }

    struct Action {
        /// The moments that it answers; nil for all.
        var moments: [Int]?
        var worth: Worth
        var cooldown: Int64 = 0
        /// Over all customers.
        var budget: Limit?
    }

    var actions: [Action] = []
    /// For each customer.
    var caps: [Limit] = []
    var choose = 1

    /// The sections behind the moments.
    var text: String {
        let actionTexts = actions.enumerated().map { index, action in
            let moments = action.moments.map { "[\($0.map { "'m\($0)'" }.joined(separator: ", "))]" } ?? "'*'"
            let worth =
                switch action.worth {
                case .constant(let number): "\(number)"
                case .window(let window): "'double(windows.w\(window))'"
                }
            let budget = action.budget.map { ", budget: \($0.text)" } ?? ""
            return "a\(index): { on: \(moments), value: \(worth), cooldown: '\(action.cooldown / 1000)ms'\(budget) }"
        }
        return ",\n actions: {\n  \(actionTexts.joined(separator: ",\n  ")) },\n"
            + " policy: { explain: 'none', choose: \(choose), caps: [\(caps.map(\.text).joined(separator: ", "))] }"
    }
}

extension PlainDecisions.Limit {
    fileprivate var text: String { "{ max: \(most), over: '\(over / 1000)ms' }" }

    /// Whether no more may be chosen, after what was chosen at those times.
    fileprivate func isReached(_ times: [Int64], at now: Int64) -> Bool {
        times.filter { $0 > now - over }.count >= most
    }
}

/// Decides on moments one after the other, with all that was ever chosen in mind.
struct NaiveDecider {
    private struct Choice {
        var customer: String
        var action: Int
        var time: Int64
    }

    private struct Contender {
        var action: Int
        var worth: Double
        /// Which of all choices was its last for the customer, -1 for none.
        var last: Int
    }

    private let rules: PlainDecisions
    private var choices: [Choice] = []

    init(_ rules: PlainDecisions) { self.rules = rules }

    /// What is decided at a moment, a line for each action chosen, in the words of `DecisionWords`.
    mutating func decide(_ moment: NaiveModel.Line) -> [String] {
        if let join = moment.join {
            // Of one time, those that were the customer's own come last.
            let own = join.keepsInto ? join.into : join.from
            let places = choices.indices.filter { [join.from, join.into].contains(choices[$0].customer) }
            let sorted = places.sorted {
                let (one, other) = (choices[$0], choices[$1])
                return (one.time, one.customer == own ? 1 : 0, $0)
                    < (other.time, other.customer == own ? 1 : 0, $1)
            }
            for (place, choice) in zip(places, sorted.map { choices[$0] }) {
                choices[place] = choice
                choices[place].customer = join.into
            }
            return []
        }
        let candidates = rules.actions.indices.filter { rules.actions[$0].moments?.contains(moment.moment) ?? true }
        if candidates.isEmpty { return [] }
        var reasons: [Int: String] = [:]
        var contenders: [Contender] = []
        for action in candidates {
            let last = choices.lastIndex { $0.customer == moment.customer && $0.action == action } ?? -1
            if last >= 0, moment.time - choices[last].time < rules.actions[action].cooldown {
                reasons[action] = "cooldown"
            } else if let worth = worth(of: action, moment) {
                contenders.append(Contender(action: action, worth: worth, last: last))
            } else {
                reasons[action] = "bad_priority"
            }
        }
        // There are fewer than ten actions, so their names are in the order of their numbers.
        contenders.sort { ($1.worth, $0.last, $0.action) < ($0.worth, $1.last, $1.action) }
        var chosen: [Int] = []
        for contender in contenders where chosen.count < rules.choose {
            if let reason = limit(contender.action, moment) {
                reasons[contender.action] = reason
                continue
            }
            choices.append(Choice(customer: moment.customer, action: contender.action, time: moment.time))
            chosen.append(contender.action)
        }
        let opening = "decision m\(moment.moment) \(moment.name) \(Instant(microseconds: moment.time)) "
        if !chosen.isEmpty { return chosen.map { opening + "a\($0)" } }
        return [opening + "null " + (reasons[contenders.first?.action ?? candidates[0]] ?? "")]
    }

    private func worth(of action: Int, _ moment: NaiveModel.Line) -> Double? {
        switch rules.actions[action].worth {
        case .constant(let number): Double(number)
        case .window(let window): moment.windows[window]
        }
    }

    private func limit(_ action: Int, _ moment: NaiveModel.Line) -> String? {
        let own = choices.filter { $0.customer == moment.customer }.map(\.time)
        if rules.caps.contains(where: { $0.isReached(own, at: moment.time) }) { return "cap" }
        let same = choices.filter { $0.action == action }.map(\.time)
        return rules.actions[action].budget?.isReached(same, at: moment.time) == true ? "budget" : nil
    }
}

/// The engine's lines in the words of the plain model.
enum DecisionWords {
    /// Moments without their type and id; decisions with what was decided. A decision that does not name the moment before
    /// it by its id says so.
    static func of(_ lines: [String]) -> [String] {
        var momentID = ""
        return lines.map { line in
            guard line.hasPrefix("{\"type\":\"decision\"") else {
                momentID = field("id", line)
                return String(line.utf8.dropFirst(#"{"type":"moment","id":"m-0123456789abcdef","#.utf8.count)) ?? ""
            }
            let own = field("moment_id", line)
            let about = own == momentID ? "" : " of \(own) behind \(momentID)"
            let reason = line.contains("\"action\":null") ? "null " + field("reason", line) : field("action", line)
            return
                "decision \(field("moment", line)) \(field("customer_id", line)) \(field("time", line)) \(reason)\(about)"
        }
    }

    /// The text behind a key; empty where there is none.
    private static func field(_ key: String, _ line: String) -> String {
        guard let range = line.firstRange(of: "\"\(key)\":\"") else { return "" }
        return String(line[range.upperBound...].prefix { $0 != "\"" })
    }
}
