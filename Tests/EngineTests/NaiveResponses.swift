/// What comes of decisions, by going through all that ever happened at each step.
struct NaiveResponses {
    struct Decision {
        var id: String
        var customer: String
        var action: String
        var time: Int64
        var seen: Int64?
        /// In what order its time to be ignored began.
        var armed = 0
        var outcomes: Set<String> = []
        var isGone = false
    }

    struct Event {
        var id: String
        var customer: String
        var type: String
        /// When it is taken.
        var time: Int64
        /// What it says of which decision; nil for nothing, `""` for something that is none.
        var decision: String?
    }

    /// By outcome, how many milliseconds it may take.
    let within: [String: Int64]
    let ignoredAfter: Int64
    let runsFromImpression: Bool
    private var decisions: [Decision] = []
    private var clock = 0
    /// `outcome decision time`, in order.
    private(set) var told: [String] = []
    private(set) var unattributed = 0
    private(set) var repeated = 0
    private(set) var displaced = 0

    init(within: [String: Int64], ignoredAfter: Int64, runsFromImpression: Bool) {
        (self.within, self.ignoredAfter) = (within, ignoredAfter)
        self.runsFromImpression = runsFromImpression
    }

    /// Takes one event, and the decisions that it brings about.
    mutating func take(_ event: Event, made: [(id: String, action: String)]) {
        pass(to: event.time)
        if within[event.type] != nil { respond(event) }
        for (id, action) in made {
            clock += 1
            decisions.append(
                Decision(id: id, customer: event.customer, action: action, time: event.time, armed: clock))
            let open = decisions.indices.filter {
                decisions[$0].customer == event.customer && isOpen(decisions[$0], at: event.time)
            }
            if open.count > 16 {
                decisions[open[0]].isGone = true
                displaced += 1
            }
        }
    }

    private func dueTime(_ decision: Decision) -> Int64? {
        let start = runsFromImpression ? decision.seen : decision.time
        return start.map { $0 + ignoredAfter }
    }

    private func isOpen(_ decision: Decision, at time: Int64) -> Bool {
        if decision.isGone { return false }
        let longest = decision.time + (within.values.max() ?? 0)
        return time < max(longest, dueTime(decision) ?? 0)
    }

    mutating func pass(to time: Int64) {
        let due = decisions.indices.filter { index in
            let decision = decisions[index]
            guard !decision.isGone, let due = dueTime(decision), due <= time else { return false }
            return decision.outcomes.isDisjoint(with: ["ignored", "click", "accept", "reject"])
        }.sorted { one, other in
            let (a, b) = (decisions[one], decisions[other])
            return (dueTime(a) ?? 0, a.armed) < (dueTime(b) ?? 0, b.armed)
        }
        for index in due {
            decisions[index].outcomes.insert("ignored")
            told.append("ignored \(decisions[index].id) \(dueTime(decisions[index]) ?? 0)")
        }
    }

    private mutating func respond(_ event: Event) {
        func isInTime(_ decision: Decision) -> Bool {
            event.time < decision.time + (within[event.type] ?? 0)
        }
        let open = decisions.indices.filter {
            decisions[$0].customer == event.customer && isOpen(decisions[$0], at: event.time)
        }
        var found: Int?
        if let id = event.decision {
            found = open.first { decisions[$0].id == id }
            if let known = found, decisions[known].outcomes.contains(event.type) {
                repeated += 1
                return
            }
            if let known = found, !isInTime(decisions[known]) { found = nil }
        } else {
            found = open.last { isInTime(decisions[$0]) && !decisions[$0].outcomes.contains(event.type) }
        }
        guard let found else {
            unattributed += 1
            return
        }
        decisions[found].outcomes.insert(event.type)
        if event.type == "impression" {
            clock += 1
            decisions[found].seen = event.time
            if runsFromImpression { decisions[found].armed = clock }
        }
        told.append("\(event.type) \(decisions[found].id) \(event.time)")
    }
}
