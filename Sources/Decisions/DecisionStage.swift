import Events
package import Storage

/// The part of deciding that is done in order, for all customers: it knows what was chosen before, ranks what is left of
/// the candidates, holds it against the limits, chooses, and writes the decisions' lines.
///
/// Moments must come in the order of their keys. Cost: a pass over the candidates and over the customer's remembered
/// choices, a sort of the candidates that passed, and for each tried channel a look back per cap.
package struct DecisionStage: ~Copyable {
    /// A candidate that passed every gate.
    struct Ranked: BitwiseCopyable, Sendable {
        var candidate: Int
        var action: Int32
        var nameRank: Int32
        /// Where the action stands in the order of choosing for this customer; -1 where it was never chosen.
        var lastChosen: Int
        var priority: Double
        var value: Double

        /// The order of the ranking, which leaves no two actions equal.
        func precedes(_ other: Ranked) -> Bool {
            if priority != other.priority { return priority > other.priority }
            if value != other.value { return value > other.value }
            if lastChosen != other.lastChosen { return lastChosen < other.lastChosen }
            return nameRank < other.nameRank
        }
    }

    /// A candidate that was chosen: its place in the ranking, and the channel.
    struct Selection: BitwiseCopyable, Sendable {
        var rank: Int
        var channel: Int32
    }

    /// How many candidates were held back, by the raw value of the reason.
    struct Tally {
        private var counts = InlineArray<8, Int>(repeating: 0)

        subscript(reason: Reason) -> Int { counts[Int(reason.rawValue)] }
        mutating func add(_ reason: Reason) { counts[Int(reason.rawValue)] += 1 }
    }

    let rules: Rules
    var history: History
    var ranked: [Ranked] = []
    var selections: [Selection] = []
    var blocked = Tally()
    var line: [UInt8] = []
    /// The time of the decision as lines have it.
    var stamp: [UInt8] = []
    /// For each action, the round in which it was last met in the customer's choices, and its place there.
    private var met: Column<UInt64>
    private var places: Column<Int>
    private var round: UInt64 = 0
    package private(set) var counts: DecisionCounts

    package init(_ plan: DecisionPlan) {
        rules = Rules(plan)
        history = History(actions: plan.actions.count)
        counts = DecisionCounts(actions: plan.actions.count)
        met = Column([UInt64](repeating: 0, count: plan.actions.count))
        places = Column([Int](repeating: -1, count: plan.actions.count))
    }

    /// How many customers have choices that still matter.
    package var customerCount: Int { history.customerCount }

    /// Decides on one moment of a batch, and appends the lines of its decisions.
    package mutating func decide(_ index: Int, of proposals: borrowing Proposals, into block: ByteBlock) {
        let proposal = proposals.all[index]
        history.visit(proposals.customer(of: proposal), hash: proposal.customerHash)
        recall()
        ranked.removeAll(keepingCapacity: true)
        selections.removeAll(keepingCapacity: true)
        blocked = Tally()
        let first = sift(proposal, proposals)
        ranked.sort { $0.precedes($1) }
        let best = select(at: proposal.time)
        if rules.writes {
            stamp.removeAll(keepingCapacity: true)
            proposal.time.append(to: &stamp)
        }
        for selection in selections { counts.chosen[Int(ranked[selection.rank].action)] += 1 }
        if selections.isEmpty {
            guard let reason = best ?? first else { return }
            counts.unanswered[Int(reason.rawValue)] += 1
            if rules.writes { write(proposal, reason: reason, proposals, into: block) }
        } else if rules.writes {
            for index in selections.indices { write(proposal, selection: index, proposals, into: block) }
        }
        for _ in selections { history.forget(rules, now: proposal.time) }
    }

    /// Notes where each action stands in the customer's choices.
    private mutating func recall() {
        round += 1
        let choices = history.choices
        for index in 0..<choices.count {
            let action = Int(choices[index].action)
            met[action] = round
            places[action] = index
        }
    }

    /// Ranks the candidates that pass the gates; the reason of the first that does not.
    private mutating func sift(_ proposal: Proposal, _ proposals: borrowing Proposals) -> Reason? {
        var first: Reason?
        for index in proposal.candidateStart..<proposal.candidateStart + proposal.candidateCount {
            let candidate = proposals.candidates[index]
            guard let reason = rank(candidate, index, at: proposal.time) else { continue }
            blocked.add(reason)
            if first == nil { first = reason }
        }
        return first
    }

    /// Puts the candidate among the ranked ones, or tells why it is not.
    private mutating func rank(_ candidate: Candidate, _ index: Int, at time: Instant) -> Reason? {
        if let reason = candidate.blocked { return reason }
        let number = Int(candidate.action)
        let action = rules.actions[number]
        let place = met[number] == round ? places[number] : -1
        if place >= 0, action.cooldown > 0, time < history.choices[place].time.advanced(by: action.cooldown) {
            return .cooldown
        }
        let priority = candidate.propensity * candidate.context * candidate.value * action.lever
        guard candidate.isRateable, priority.isFinite else { return .badPriority }
        ranked.append(
            Ranked(
                candidate: index, action: candidate.action, nameRank: action.nameRank, lastChosen: place,
                priority: priority, value: candidate.value))
        return nil
    }

    /// Goes down the ranking and chooses what the limits let pass; the reason of the best-ranked where they do not.
    private mutating func select(at time: Instant) -> Reason? {
        var best: Reason?
        var rank = 0
        while rank < ranked.count, selections.count < rules.choose {
            let action = ranked[rank].action
            let start = Int(rules.actions[Int(action)].channelStart)
            var reason: Reason?
            var isChosen = false
            for index in start..<start + Int(rules.actions[Int(action)].channelCount) {
                let choice = Choice(time: time, action: action, channel: rules.channels[index])
                guard let limit = limit(choice) else {
                    history.record(choice, rules)
                    selections.append(Selection(rank: rank, channel: choice.channel))
                    isChosen = true
                    break
                }
                if reason == nil { reason = limit }
            }
            if !isChosen, let reason {
                blocked.add(reason)
                if rank == 0 { best = reason }
            }
            rank += 1
        }
        return best
    }

    /// The limit that holds the choice back, if one does.
    private func limit(_ choice: Choice) -> Reason? {
        for index in 0..<rules.caps.count {
            let cap = rules.caps[index]
            guard cap.covers(action: choice.action, channel: choice.channel) else { continue }
            if cap.max <= 0 || reaches(cap, at: choice.time) { return .cap }
        }
        return nil
    }

    /// Whether as many choices as the cap allows were made within its reach. Choices stand in the order of time.
    private func reaches(_ cap: Rules.Cap, at time: Instant) -> Bool {
        let start = time.advanced(by: -cap.over)
        let choices = history.choices
        var count = 0
        var index = choices.count
        while index > 0 {
            index -= 1
            let choice = choices[index]
            if choice.time <= start { return false }
            if cap.covers(action: choice.action, channel: choice.channel) { count += 1 }
            if count >= cap.max { return true }
        }
        return false
    }
}
