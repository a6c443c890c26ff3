package import Events
import Storage

/// The part of deciding that is done in order, for all customers: it knows what was chosen before, ranks what is left of
/// the candidates, holds it against the limits, chooses, and writes the decisions' lines.
///
/// Moments must come in the order of their keys. Cost: a pass over the candidates, one over the customer's remembered
/// choices for each cap, a sort of the candidates that passed, and a look at each cap for each tried channel.
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

    /// A candidate that was chosen.
    struct Selection: BitwiseCopyable, Sendable {
        var candidate: Int
        /// Its place in the ranking; -1 for a mandatory action, which is not ranked.
        var rank: Int
        var channel: Int32
        var deliverAt: Instant
    }

    /// How many candidates were held back, by the raw value of the reason.
    struct Tally {
        private var counts = InlineArray<12, Int>(repeating: 0)

        subscript(reason: Reason) -> Int { counts[Int(reason.rawValue)] }
        mutating func add(_ reason: Reason) { counts[Int(reason.rawValue)] += 1 }
    }

    let rules: Rules
    var history: History
    var limits: Limits
    var ranked: [Ranked] = []
    var selections: [Selection] = []
    /// Why each candidate of the moment was held back; nil for those that were not.
    var fates: [Reason?] = []
    /// The mandatory candidates that passed the gates.
    private var mandatory: [Int] = []
    var blocked = Tally()
    var isControl = false
    /// What was tried, in order, where decisions are explained in full.
    var trials: [Trial] = []
    var line: [UInt8] = []
    /// The time of the decision as lines have it.
    var stamp: [UInt8] = []
    /// For each action, the round in which it was last met in the customer's choices, and its place there.
    private var met: Column<UInt64>
    private var places: Column<Int>
    private var round: UInt64 = 0
    package internal(set) var counts: DecisionCounts
    /// How far time has come.
    var reached = Instant.distantPast
    var pace = HandPace()

    package init(_ plan: DecisionPlan) {
        rules = Rules(plan)
        history = History(actions: plan.actions.count)
        limits = Limits(plan, rules)
        counts = DecisionCounts(actions: plan.actions.count)
        met = Column([UInt64](repeating: 0, count: plan.actions.count))
        places = Column([Int](repeating: -1, count: plan.actions.count))
    }

    /// How many customers have choices that still matter.
    package var customerCount: Int { history.customerCount }
    /// How many came to have some; one who was forgotten and comes again counts again.
    package var customersCame: Int { history.came }
    /// The bytes that customers' choices take.
    package var stateBytes: Int { history.wordsInUse * 8 }

    /// Notes that time has come so far, and lets go of some of what is over.
    package mutating func pass(to now: Instant) {
        guard now > reached, now != .distantFuture else { return }
        reached = now
        let places = pace.places(of: history.tableSize, at: now)
        if places > 0 { history.forget(rules, now: now, places: places) }
    }

    /// Decides on one moment of a batch, and appends the lines of its decisions.
    package mutating func decide(_ index: Int, of proposals: borrowing Proposals, into output: inout OutputLines) {
        let proposal = proposals.all[index]
        begin(proposal, proposals)
        sift(proposal, proposals)
        ranked.sort { $0.precedes($1) }
        for candidate in mandatory { _ = choose(candidate, rank: -1, proposal, proposals) }
        select(proposal, proposals)
        for selection in selections { counts.chosen[Int(proposals.candidates[selection.candidate].action)] += 1 }
        if rules.writes {
            stamp.removeAll(keepingCapacity: true)
            proposal.time.append(to: &stamp)
        }
        if selections.isEmpty {
            guard let reason = fates[(ranked.first?.candidate ?? proposal.candidateStart) - proposal.candidateStart]
            else { return }
            counts.unanswered[Int(reason.rawValue)] += 1
            if rules.writes { write(proposal, reason: reason, proposals, into: &output) }
        } else if rules.writes {
            for index in selections.indices { write(proposal, selection: index, proposals, into: &output) }
        }
        for _ in selections { history.forget(rules, now: proposal.time) }
    }

    /// Turns to the moment's customer.
    private mutating func begin(_ proposal: Proposal, _ proposals: borrowing Proposals) {
        let customer = proposals.customer(of: proposal)
        history.visit(customer, hash: proposal.customerHash)
        isControl = rules.isControl(customer)
        ranked.removeAll(keepingCapacity: true)
        selections.removeAll(keepingCapacity: true)
        fates.removeAll(keepingCapacity: true)
        mandatory.removeAll(keepingCapacity: true)
        trials.removeAll(keepingCapacity: true)
        blocked = Tally()
        if !limits.begin(zone: proposals.zone(of: proposal), at: proposal.time) { counts.unknownZones += 1 }
        // Where each action stands in the customer's choices.
        round += 1
        let choices = history.choices
        for index in 0..<choices.count {
            let action = Int(choices[index].action)
            met[action] = round
            places[action] = index
        }
    }

    /// Ranks the candidates that pass the gates, and notes the reasons of the others.
    private mutating func sift(_ proposal: Proposal, _ proposals: borrowing Proposals) {
        for index in proposal.candidateStart..<proposal.candidateStart + proposal.candidateCount {
            let reason = rank(proposals.candidates[index], index, at: proposal.time)
            if let reason { blocked.add(reason) }
            fates.append(reason)
        }
    }

    /// Puts the candidate among the ranked ones, or tells why it is not.
    private mutating func rank(_ candidate: Candidate, _ index: Int, at time: Instant) -> Reason? {
        if let reason = candidate.blocked { return reason }
        let number = Int(candidate.action)
        let action = rules.actions[number]
        let place = met[number] == round ? places[number] : -1
        if place >= 0, action.cooldown > 0, time < history.choices[place].time.advanced(by: action.cooldown) {
            if rules.explanation == .full {
                trials.append(Trial(candidate: index, kind: .cooldown, time: history.choices[place].time))
            }
            return .cooldown
        }
        if action.classification == .mandatory {
            mandatory.append(index)
            return nil
        }
        let priority = candidate.propensity * candidate.context * candidate.value * action.lever
        guard candidate.isRateable, priority.isFinite else { return .badPriority }
        let isRecent = place >= 0 && time < history.choices[place].time.advanced(by: Rules.recency)
        ranked.append(
            Ranked(
                candidate: index, action: candidate.action, nameRank: action.nameRank,
                lastChosen: isRecent ? place : -1,
                priority: priority, value: candidate.value))
        return nil
    }

    /// Goes down the ranking and chooses what the limits let pass.
    private mutating func select(_ proposal: Proposal, _ proposals: borrowing Proposals) {
        var left = rules.choose
        var rank = 0
        while rank < ranked.count, left > 0 {
            if choose(ranked[rank].candidate, rank: rank, proposal, proposals) { left -= 1 }
            rank += 1
        }
    }

    /// Tries a candidate on its channels, the preferred one first; whether it was chosen.
    private mutating func choose(
        _ index: Int, rank: Int, _ proposal: Proposal, _ proposals: borrowing Proposals
    ) -> Bool {
        let candidate = proposals.candidates[index]
        let action = rules.actions[Int(candidate.action)]
        var first: Reason?
        var order = candidate.preferred >= 0 ? -1 : 0
        while order < Int(action.channelCount) {
            let place = order < 0 ? Int(candidate.preferred) : order
            order += 1
            // A channel that was tried first is not tried again, and one without consent not at all.
            if order > 0, place == Int(candidate.preferred) { continue }
            let channel = rules.channels[Int(action.channelStart) + place]
            if channel != Rules.none, candidate.consented >> UInt64(place) & 1 == 0 { continue }
            let choice = Choice(time: proposal.time, action: candidate.action, channel: channel)
            let trial = limits.tried(choice, candidate: index, history.choices, rules)
            if rules.explanation == .full { trials.append(trial) }
            guard let reason = trial.reason else {
                history.record(choice, rules)
                limits.take(choice, rules, spends: !isControl)
                selections.append(
                    Selection(candidate: index, rank: rank, channel: channel, deliverAt: trial.time))
                return true
            }
            first = first ?? reason
            if trial.isFinal { break }
        }
        if let first {
            blocked.add(first)
            fates[index - proposal.candidateStart] = first
        }
        return false
    }
}
