package import Events
import Learning
import Storage

/// The part of deciding that is done in order, for all customers: it knows what was chosen before,
/// ranks what is left of the candidates, holds it against the limits, chooses, and writes the
/// decisions' lines.
///
/// Moments must come in the order of their keys. Several of one customer and one time may be decided as one: then the
/// candidates of all of them compete. Cost: a pass over the candidates, one over the customer's remembered choices for
/// each time of delivery that caps are asked about, a sort of the candidates that passed, and a look at each limit for
/// each tried channel.
package struct DecisionStage: ~Copyable {
    /// A mandatory candidate that passed the gates.
    struct Mandatory: BitwiseCopyable {
        var candidate: Int
        var action: Int32
        var member: Int
        var place: Int
    }

    /// A candidate that was chosen.
    struct Selection: BitwiseCopyable, Sendable {
        var candidate: Int
        var member: Int
        /// Its place in the ranking; -1 for a mandatory action, which is not ranked.
        var rank: Int
        var channel: Int32
        var deliverAt: Instant
        /// How likely it was to be chosen of what the limits let pass.
        var probability = 1.0
    }

    /// One of the moments that are decided as one.
    struct Member: BitwiseCopyable, Sendable {
        /// The proposal's place in its batch.
        var proposal: Int
        /// Where the fates of its candidates begin.
        var fateStart: Int
    }

    /// How many candidates were held back, by the raw value of the reason.
    struct Tally {
        private var counts = InlineArray<14, Int>(repeating: 0)

        subscript(reason: Reason) -> Int { counts[Int(reason.rawValue)] }
        mutating func add(_ reason: Reason) { counts[Int(reason.rawValue)] += 1 }
    }

    let rules: Rules
    var history: History
    var limits: Limits
    /// The decisions of which something may still come.
    var book: ResponseBook
    /// What is learnt of propensities, and what of it the candidates at hand go by: as many as there are fates, or none
    /// where nothing is learnt.
    var learnt: LearntPropensities
    var beliefs: [CellTable.Belief?] = []
    /// The value that was last asked for of those that tell cells apart: where it lies, and its number.
    var bucketAtHand: (start: Int32, number: Int32) = (-1, CellTable.noBucket)
    /// The candidates that chance may choose, and their places in the ranking.
    var options: [Option] = []
    var passing: [Int] = []
    /// The places of candidates' channels in the order of what is learnt of them, where that is asked for.
    var channelOrders: [Int: [Int]] = [:]
    /// What is remembered of the outcomes of the customer at hand, the newest first.
    var past: [PastOutcome] = []
    /// The channels that outcomes leave to candidates, where they take some away.
    var muted: [Int: UInt64] = [:]
    /// The moments that are decided as one, in the configuration's order.
    var members: [Member] = []
    /// The candidates that passed every gate.
    var ranked = Ranking()
    var selections: [Selection] = []
    /// Why each candidate was held back, one moment's behind the other's; nil for those that were not.
    var fates = Column<Reason?>()
    private var mandatory: [Mandatory] = []
    /// What would hold back the candidates that are not in order yet.
    private var verdicts = Column<Reason?>()
    /// By the form of trials, what the last candidate of that form would come to, and how often all
    /// were looked at.
    private var glanced: Column<Glance>
    private var glances: UInt64 = 0
    var blocked = Tally()
    /// Each customer's first decisions; nil where nobody asks for them.
    package var firstDecisions: FirstDecisions?
    /// Whether the customer belongs to the control group.
    var isControl = false
    /// What was tried, in order, where decisions are explained in full.
    var trials: [CandidateTrial] = []
    var line: [UInt8] = []
    /// What goes into the midst of it.
    var insertion: [UInt8] = []
    /// Where the event's id goes into the line at hand.
    var eventPlace = 0
    /// Where the probability goes.
    var probabilityPlace = 0
    /// The time of the decision as lines have it.
    var stamp: [UInt8] = []
    private var values = LimitValues()
    /// For each action, the round in which it was last met in the customer's choices, and its place there.
    private var met: Column<UInt64>
    private var places: Column<Int>
    /// For each action, the round in which it was last chosen.
    private(set) var taken: Column<UInt64>
    private(set) var round: UInt64 = 0
    var counted: DecisionCounts
    /// How far time has come.
    var reached = Instant.distantPast
    var pace = HandPace()

    package init(_ plan: DecisionPlan) {
        rules = Rules(plan)
        history = History(actions: plan.actions.count)
        limits = Limits(plan, rules)
        book = ResponseBook(rules.responses.terms)
        learnt = LearntPropensities(rules.learning)
        counted = DecisionCounts(actions: plan.actions.count)
        met = Column<UInt64>(repeating: 0, count: plan.actions.count)
        places = Column<Int>(repeating: -1, count: plan.actions.count)
        taken = Column<UInt64>(repeating: 0, count: plan.actions.count)
        glanced = Column<Glance>(repeating: Glance(), count: rules.trialForms)
    }

    /// How decisions came out so far.
    package var counts: DecisionCounts {
        var counts = counted
        (counts.displaced, counts.forgotten) = (book.displaced, book.forgotten)
        (counts.cells, counts.refusedCells) = (learnt.cells.count, learnt.cells.refused)
        if !rules.learning.isEmpty { (counts.trials, counts.successes) = (learnt.trials, learnt.successes) }
        return counts
    }
    /// How many customers have choices that still matter, or decisions that are open.
    package var customerCount: Int {
        max(history.customerCount, book.customerCount, limits.hours.customerCount)
    }
    /// How many came to have some; one who was forgotten and comes again counts again.
    package var customersCame: Int { history.came }
    /// The bytes that customers' choices take.
    package var stateBytes: Int { history.wordsInUse * 8 + book.bytes + learnt.bytes + limits.hours.bytes }

    /// Notes that time has come so far, and lets go of some of what is over.
    /// - Parameter moments: how many were decided on since the last time: beside many, the hand moves
    ///   little for time alone (`HandPace`).
    package mutating func pass(to now: Instant, moments: Int) {
        guard now > reached, now != .distantFuture else { return }
        reached = now
        let places = pace.places(of: history.tableSize, at: now, events: moments)
        if places > 0 { history.forget(rules, now: now, places: places) }
        limits.hours.pass(to: now)
    }

    /// Has what was chosen for a customer count for the one that it turns out to be, or be forgotten with it.
    package mutating func follow(_ change: SubjectChange) {
        if change.kind == .forgotten {
            forget(change.key, hash: change.hash)
            return
        }
        View.of(change.absorbed) { absorbed in
            View.of(change.key) { key in
                history.merge(
                    History.Named(id: absorbed, hash: change.absorbedHash),
                    into: History.Named(id: key, hash: change.hash), rules)
                _ = book.merge(absorbed, otherHash: change.absorbedHash, into: key, hash: change.hash)
                limits.hours.merge(absorbed, otherHash: change.absorbedHash, into: key, hash: change.hash)
            }
        }
    }

    /// Forgets what was chosen for the customer that is followed under a key, and what came of it.
    package mutating func forget(_ key: [UInt8], hash: UInt64) {
        View.of(key) { key in
            _ = history.forget(History.Named(id: key, hash: hash))
            book.forget(key, hash: hash)
            limits.hours.forget(key, hash: hash)
        }
    }

    /// Decides on one moment of a batch, and appends the lines of its decisions.
    package mutating func decide(_ index: Int, of proposals: borrowing Proposals, into output: inout OutputLines) {
        members.removeAll(keepingCapacity: true)
        members.append(Member(proposal: index, fateStart: 0))
        decideMembers(of: proposals, into: &output)
    }

    /// Decides as one on moments of one customer and one time, and appends the lines of the
    /// decisions, moment by moment in the configuration's order.
    package mutating func decide(
        together indexes: [Int], of proposals: borrowing Proposals, into output: inout OutputLines
    ) {
        members.removeAll(keepingCapacity: true)
        for index in indexes { members.append(Member(proposal: index, fateStart: 0)) }
        // Several of one moment stay in the order in which they came.
        members.sort { one, other in
            let (first, second) = (proposals.all[one.proposal].moment, proposals.all[other.proposal].moment)
            return first != second ? first < second : one.proposal < other.proposal
        }
        decideMembers(of: proposals, into: &output)
    }

    private mutating func decideMembers(of proposals: borrowing Proposals, into output: inout OutputLines) {
        let first = proposals.all[members[0].proposal]
        begin(first, proposals)
        for member in members.indices { sift(member, proposals) }
        select(proposals)
        if rules.explanation == .full { ranked.orderAll() }
        for selection in selections { counted.chosen[Int(proposals.candidates[selection.candidate].action)] += 1 }
        if firstDecisions != nil { noteFirst(proposals) }
        if makesLines {
            stamp.removeAll(keepingCapacity: true)
            first.time.append(to: &stamp)
        }
        for member in members.indices { tell(member, proposals, into: &output) }
        for _ in selections { history.forget(rules, now: first.time) }
    }

    /// Writes what came of one of the moments.
    private mutating func tell(_ member: Int, _ proposals: borrowing Proposals, into output: inout OutputLines) {
        let proposal = proposals.all[members[member].proposal]
        var isAnswered = false
        for index in selections.indices where selections[index].member == member {
            isAnswered = true
            if makesLines { write(proposal, selection: index, proposals, into: &output) }
        }
        if isAnswered { return }
        guard let reason = reason(ofNone: member, proposal) else { return }
        counted.unanswered[Int(reason.rawValue)] += 1
        if rules.writes { write(proposal, reason: reason, proposals, into: &output) }
    }

    /// Why nothing was chosen for one of the moments.
    private mutating func reason(ofNone member: Int, _ proposal: Proposal) -> Reason? {
        if let verdict = proposal.verdict { return verdict }
        let start = members[member].fateStart
        // What nothing held back would have been chosen, had it not been for another moment's action.
        for place in start..<start + proposal.candidateCount where fates[place] == nil { return .outranked }
        if members.count == 1 { ranked.order(upTo: 0) } else { ranked.orderAll() }
        for rank in 0..<ranked.count where ranked[rank].member == member { return fates[ranked[rank].place] }
        return proposal.candidateCount == 0 ? nil : fates[start]
    }

    /// Turns to the moments' customer.
    private mutating func begin(_ proposal: Proposal, _ proposals: borrowing Proposals) {
        let customer = proposals.key(of: proposal)
        history.visit(customer, hash: proposal.customerHash)
        isControl = rules.isControl(SubjectKey.id(of: customer))
        ranked.removeAll()
        selections.removeAll(keepingCapacity: true)
        fates.truncate(to: 0)
        mandatory.removeAll(keepingCapacity: true)
        trials.removeAll(keepingCapacity: true)
        gatherPast(of: customer, hash: proposal.customerHash)
        if !rules.learning.isEmpty {
            beliefs.removeAll(keepingCapacity: true)
            channelOrders.removeAll(keepingCapacity: true)
            bucketAtHand.start = -1
        }
        blocked = Tally()
        let isKnown = limits.begin(
            zone: proposals.zone(of: proposal), at: proposal.time, customer: customer, hash: proposal.customerHash)
        if !isKnown { counted.unknownZones += 1 }
        // Where each action stands in the customer's choices.
        round += 1
        let choices = history.choices
        for index in 0..<choices.count {
            if choices[index].kind == .contact { continue }
            let action = Int(choices[index].action)
            met[action] = round
            places[action] = index
        }
    }

    /// Ranks the candidates of a moment that pass the gates, and notes the reasons of the others.
    private mutating func sift(_ member: Int, _ proposals: borrowing Proposals) {
        let proposal = proposals.all[members[member].proposal]
        members[member].fateStart = fates.count
        for index in proposal.candidateStart..<proposal.candidateStart + proposal.candidateCount {
            if !rules.learning.isEmpty { beliefs.append(nil) }
            let reason = rank(proposals.candidates[index], index, of: member, at: proposal.time, proposals)
            if let reason { blocked.add(reason) }
            fates.append(reason)
        }
    }

    /// Puts the candidate among the ranked ones, or tells why it is not.
    @inline(__always)
    private mutating func rank(
        _ candidate: Candidate, _ index: Int, of member: Int, at time: Instant, _ proposals: borrowing Proposals
    ) -> Reason? {
        if let reason = candidate.blocked { return reason }
        if !past.isEmpty, let reason = restrained(candidate, index, at: time) { return reason }
        let number = Int(candidate.action)
        let action = rules.actions[number]
        let place = met[number] == round ? places[number] : -1
        if place >= 0, action.cooldown > 0, time < history.choices[place].time.advanced(by: action.cooldown) {
            if rules.explanation == .full {
                trials.append(CandidateTrial(candidate: index, kind: .cooldown, time: history.choices[place].time))
            }
            return .cooldown
        }
        if action.classification == .mandatory {
            mandatory.append(
                Mandatory(candidate: index, action: candidate.action, member: member, place: fates.count))
            return nil
        }
        var propensity = candidate.propensity
        if !rules.learning.isEmpty, let belief = believe(candidate, index, at: time, proposals) {
            propensity = belief.mean
        }
        let priority = propensity * candidate.context * candidate.value * action.lever
        guard candidate.isRateable, priority.isFinite else { return .badPriority }
        let isRecent = place >= 0 && time < history.choices[place].time.advanced(by: Rules.recency)
        ranked.append(
            Ranked(
                candidate: index, action: candidate.action, nameRank: action.nameRank, member: member,
                place: fates.count, lastChosen: isRecent ? place : -1, priority: priority, value: candidate.value))
        return action.classification == .standard && priority < rules.minPriority ? .lowPriority : nil
    }

    // MARK: Choosing

    /// Chooses what the limits let pass: all that is mandatory in the configuration's order, all
    /// that is transactional in the order of the ranking, as many others as are to be chosen; and
    /// where that is nothing, one to fall back on.
    private mutating func select(_ proposals: borrowing Proposals) {
        if mandatory.count > 1 { mandatory.sort { ($0.action, $0.member) < ($1.action, $1.member) } }
        for entry in mandatory {
            _ = choose(entry.candidate, entry.action, rank: -1, of: entry.member, entry.place, proposals)
        }
        if rules.hasTransactional {
            ranked.orderAll()
            for rank in 0..<ranked.count {
                let action = rules.actions[Int(ranked[rank].action)]
                if action.classification == .transactional { _ = choose(rank, proposals) }
            }
        }
        let first = proposals.all[members[0].proposal]
        var left = members.count > 1 ? rules.choose : rules.choose(moment: first.moment)
        var rank = 0
        if let explorer = rules.explorer {
            ranked.orderAll()
            explore(explorer, left, proposals)
            left = 0
        }
        while rank < ranked.count, left > 0 {
            // Where the first few are held back, mostly all are.
            if rank == Ranking.singlePlaces, rank == ranked.inOrder, rules.explanation != .full,
                holdBackRest(proposals)
            {
                break
            }
            ranked.order(upTo: rank)
            let action = rules.actions[Int(ranked[rank].action)]
            if action.classification == .standard, !action.isFallback, choose(rank, proposals) { left -= 1 }
            rank += 1
        }
        guard rules.hasFallback else { return }
        rank = 0
        while rank < ranked.count, selections.isEmpty {
            ranked.order(upTo: rank)
            if rules.actions[Int(ranked[rank].action)].isFallback { _ = choose(rank, proposals) }
            rank += 1
        }
    }

    private mutating func choose(_ rank: Int, _ proposals: borrowing Proposals) -> Bool {
        let entry = ranked[rank]
        // What is already held back has a priority that is too low.
        if fates[entry.place] != nil { return false }
        return choose(entry.candidate, entry.action, rank: rank, of: entry.member, entry.place, proposals)
    }

    /// Tries a candidate, and chooses it where it passes; whether it was.
    private mutating func choose(
        _ index: Int, _ number: Int32, rank: Int, of member: Int, _ fate: Int, _ proposals: borrowing Proposals
    ) -> Bool {
        // Chosen for another moment of the same decision.
        if taken[Int(number)] == round { return false }
        guard let trial = admit(index, number, of: member, fate, notes: true, proposals) else { return false }
        take(index, number, rank: rank, of: member, trial, probability: 1, proposals)
        return true
    }

    /// Tries a ranked candidate on its channels.
    mutating func admit(_ rank: Int, notes: Bool, _ proposals: borrowing Proposals) -> CandidateTrial? {
        let entry = ranked[rank]
        return admit(entry.candidate, entry.action, of: entry.member, entry.place, notes: notes, proposals)
    }

    /// Tries a candidate on its channels, the preferred one first; the trial that passed, or nil,
    /// and then its fate is known.
    /// - Parameter notes: whether what was tried is told of.
    private mutating func admit(
        _ index: Int, _ number: Int32, of member: Int, _ fate: Int, notes: Bool, _ proposals: borrowing Proposals
    ) -> CandidateTrial? {
        let (trial, reason) = tried(index, number, of: member, notes: notes, proposals)
        if let reason { note(reason, for: fate) }
        return trial
    }

    private mutating func note(_ reason: Reason, for fate: Int) {
        blocked.add(reason)
        fates[fate] = reason
    }

    /// What comes of trying a candidate on its channels: the trial that passed, or why the first of
    /// those that did not did not.
    /// - Parameters:
    ///   - notes: whether what was tried is told of.
    ///   - asksBudgets: whether budgets are asked, too. If not, what depends on them passes.
    private mutating func tried(
        _ index: Int, _ number: Int32, of member: Int, notes: Bool, asksBudgets: Bool = true,
        _ proposals: borrowing Proposals
    ) -> (trial: CandidateTrial?, reason: Reason?) {
        if rules.maximaCount > 0 || rules.keyCount > 0 { prepareValues(number, of: member, proposals) }
        let (start, count) = (rules.actions[Int(number)].channelStart, rules.actions[Int(number)].channelCount)
        let tells = notes && rules.explanation == .full
        let preferred = Int(proposals.candidates[index].preferred)
        let consented =
            muted.isEmpty ? proposals.candidates[index].consented : consented(proposals.candidates[index], index)
        var first: Reason?
        let learntOrder = channelOrders.isEmpty ? nil : channelOrders[index]
        var order = preferred >= 0 ? -1 : 0
        while order < Int(count) {
            let place = order < 0 ? preferred : learntOrder?[order] ?? order
            order += 1
            // A channel that was tried first is not tried again, and one without consent not at all.
            if order > 0, place == preferred { continue }
            let channel = rules.channels[Int(start) + place]
            if channel != Rules.none, consented >> UInt64(place) & 1 == 0 { continue }
            if !tells, let blocked = limits.blocks(number, channel: channel, history.choices, values, rules) {
                first = first ?? blocked.reason
                if blocked.isFinal { break }
                continue
            }
            if !asksBudgets { return (CandidateTrial(candidate: index, channel: channel), nil) }
            let trial = limits.tried(number, index: index, channel: channel, history.choices, values, rules)
            if tells { trials.append(trial) }
            guard let reason = trial.reason else { return (trial, nil) }
            first = first ?? reason
            if trial.isFinal { break }
        }
        return (nil, first)
    }

    /// Has what the moment brings along for the limits ready, where the action asks for it.
    private mutating func prepareValues(_ number: Int32, of member: Int, _ proposals: borrowing Proposals) {
        guard rules.actions[Int(number)].capCount > 0 || rules.actions[Int(number)].budgetCount > 0 else { return }
        values = proposals.values(of: proposals.all[members[member].proposal], rules)
        if rules.maximaCount > 0 { limits.forgetTrials() }
    }

    /// Holds back all candidates that are not in order yet, where none of them would be chosen:
    /// then their order makes no difference, and putting them in order would be half the work.
    /// - Returns: whether that is so; if not, nothing was done.
    private mutating func holdBackRest(_ proposals: borrowing Proposals) -> Bool {
        verdicts.truncate(to: 0)
        // What limits make of one candidate they make of all that are like it.
        glances += 1
        let areLike = muted.isEmpty && channelOrders.isEmpty && rules.maximaCount == 0
        for index in ranked.inOrder..<ranked.count {
            var verdict: Reason?
            if mayBeChosen(ranked[index]) {
                let glance = glance(at: ranked[index], areLike: areLike, proposals)
                if glance.mayPass { return false }
                verdict = glance.reason
            }
            verdicts.append(verdict)
        }
        for place in 0..<verdicts.count {
            if let verdict = verdicts[place] { note(verdict, for: ranked[ranked.inOrder + place].place) }
        }
        return true
    }

    // Glance is not private: the compiler needs its layout where another file holds a stage.
    /// What trying a candidate would come to, as far as that does not depend on budgets.
    struct Glance: BitwiseCopyable {
        var number: UInt64 = 0
        var preferred: Int32 = -1
        var consented: UInt64 = 0
        var mayPass = false
        var reason: Reason?
    }

    /// - Parameter areLike: whether candidates of one form are treated alike.
    @inline(__always)
    private mutating func glance(at entry: Ranked, areLike: Bool, _ proposals: borrowing Proposals) -> Glance {
        let form = Int(rules.actions[Int(entry.action)].trialForm)
        let preferred = proposals.candidates[entry.candidate].preferred
        let consented = proposals.candidates[entry.candidate].consented
        if areLike, glanced[form].number == glances, glanced[form].preferred == preferred,
            glanced[form].consented == consented
        {
            return glanced[form]
        }
        let (trial, reason) = tried(
            entry.candidate, entry.action, of: entry.member, notes: false, asksBudgets: false, proposals)
        glanced[form] = Glance(
            number: glances, preferred: preferred, consented: consented, mayPass: trial != nil, reason: reason)
        return glanced[form]
    }

    /// Whether a candidate is one of those of which as many are chosen as the policy says, and
    /// nothing is known yet that holds it back.
    private func mayBeChosen(_ entry: Ranked) -> Bool {
        rules.actions[Int(entry.action)].classification == .standard && !rules.actions[Int(entry.action)].isFallback
            && fates[entry.place] == nil && taken[Int(entry.action)] != round
    }

    /// Chooses a candidate over the channel on which it was tried.
    mutating func take(
        _ index: Int, _ number: Int32, rank: Int, of member: Int, _ trial: CandidateTrial, probability: Double,
        _ proposals: borrowing Proposals
    ) {
        let candidate = proposals.candidates[index]
        let action = rules.actions[Int(number)]
        let proposal = proposals.all[members[member].proposal]
        var choice = Choice(time: proposal.time, deliverAt: trial.time, action: number, channel: trial.channel)
        if rules.responses.isInbound[Int(number)] { choice.kind = .asked }
        if action.budgetCount > 0 { values = proposals.values(of: proposal, rules) }
        history.record(choice, rules)
        limits.take(
            choice, worth: candidate.value, values, rules,
            spends: (!isControl || action.isExempt) && choice.kind == .whole)
        taken[Int(number)] = round
        selections.append(
            Selection(
                candidate: index, member: member, rank: rank, channel: trial.channel, deliverAt: trial.time,
                probability: probability))
    }
}
