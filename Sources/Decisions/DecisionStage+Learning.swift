import Events
import Expressions
import Journeys
import Learning
import Storage

/// Propensities that are learnt, and choices by chance.
extension DecisionStage {
    /// What is known of the propensity of the candidate that is sifted, over the channel that would be tried first; nil
    /// where none is learnt.
    mutating func believe(
        _ candidate: Candidate, _ index: Int, at time: Instant, _ proposals: borrowing Proposals
    ) -> CellTable.Belief? {
        guard let plan = rules.learningTerms[Int(candidate.action)] else { return nil }
        let bucket = bucketNumber(of: candidate, proposals)
        if plan.ordersChannels { orderChannels(candidate, index, at: time, plan, bucket, proposals) }
        let belief = learnt.belief(
            candidate.action, channel: firstChannel(candidate, index), bucket: bucket,
            proposals.features(of: candidate), plan, at: time, proposals)
        beliefs[fates.count] = belief
        return belief
    }

    /// What the candidate at a place of the decision is believed to have; nil where that is not learnt.
    func belief(at place: Int) -> CellTable.Belief? { beliefs.isEmpty ? nil : beliefs[place] }

    /// The number of the value that tells the candidate's cell apart: mostly the one of the candidate before.
    private mutating func bucketNumber(of candidate: Candidate, _ proposals: borrowing Proposals) -> Int32 {
        let start = proposals.note(of: candidate).bucketStart
        if start < 0 { return CellTable.noBucket }
        if start != bucketAtHand.start {
            bucketAtHand = (start, learnt.cells.number(ofBucket: proposals.bucket(of: candidate)))
        }
        return bucketAtHand.number
    }

    /// Puts the channels in the order of what is learnt of them; equal ones stay in the configuration's.
    private mutating func orderChannels(
        _ candidate: Candidate, _ index: Int, at time: Instant, _ plan: PropensityTerms, _ bucket: Int32,
        _ proposals: borrowing Proposals
    ) {
        let action = rules.actions[Int(candidate.action)]
        let means = (0..<Int(action.channelCount)).map { place in
            learnt.belief(
                candidate.action, channel: rules.channels[Int(action.channelStart) + place], bucket: bucket,
                nil, plan, at: time, proposals
            ).mean
        }
        channelOrders[index] = means.indices.sorted { means[$0] != means[$1] ? means[$0] > means[$1] : $0 < $1 }
    }

    /// The preferred channel, or the first that has consent.
    private func firstChannel(_ candidate: Candidate, _ index: Int) -> Int32 {
        let action = rules.actions[Int(candidate.action)]
        let mask = consented(candidate, index)
        if candidate.preferred >= 0, mask >> UInt64(candidate.preferred) & 1 == 1 {
            return rules.channels[Int(action.channelStart + candidate.preferred)]
        }
        let order = channelOrders.isEmpty ? nil : channelOrders[index]
        for turn in 0..<Int(action.channelCount) {
            let place = order?[turn] ?? turn
            if mask >> UInt64(place) & 1 == 1 { return rules.channels[Int(action.channelStart) + place] }
        }
        return rules.channels[Int(action.channelStart)]
    }

    /// Makes a decision a trial to learn from, where it is one: somebody is contacted. Answers the features to keep.
    mutating func makeTrial(
        _ decision: inout OpenDecision, _ candidate: Candidate, _ proposals: borrowing Proposals
    ) -> [FTRL.Feature] {
        guard !rules.learning.isEmpty, !decision.isControl, let plan = rules.learningTerms[Int(decision.action)],
            rules.responses.terms[plan.outcome] > 0
        else {
            return []
        }
        let bucket = proposals.bucket(of: candidate)
        let features = proposals.features(of: candidate)
        decision.promised =
            learnt.belief(
                decision.action, channel: decision.channel, bucket: learnt.cells.number(ofBucket: bucket),
                features, plan, at: decision.time, proposals
            ).mean
        decision.cell = learnt.cells.obtain(
            plan, action: decision.action, channel: decision.channel, bucket: bucket, at: decision.time)
        decision.settleBy = decision.time.advanced(by: rules.responses.terms[plan.outcome])
        return plan.hasModel ? Array(proposals.features[features]) : []
    }

    /// Settles a trial.
    mutating func settle(_ handle: UInt32, success: Bool, at time: Instant) {
        let decision = book.decision(handle)
        guard !rules.learning.isEmpty, let plan = rules.learningTerms[Int(decision.action)] else { return }
        learnt.settle(decision, success: success, features: book.features(of: handle), plan, at: time)
        book.settle(handle)
    }

    /// Settles a trial as a success, where an outcome is what it was to come to.
    mutating func settle(_ handle: UInt32, by outcome: Outcome, at time: Instant) {
        let decision = book.decision(handle)
        guard decision.isTrial, rules.learningTerms[Int(decision.action)]?.outcome == outcome else { return }
        settle(handle, success: true, at: time)
    }

    /// By twentieths of what was promised: settled trials, successes, and the sum of what was promised; empty where
    /// nothing is learnt.
    package var calibration: [(trials: Int, successes: Int, promised: Double)] {
        if rules.learning.isEmpty { return [] }
        return (0..<LearntPropensities.binCount).map { (learnt.trials[$0], learnt.successes[$0], learnt.promises[$0]) }
    }

    // MARK: Chance

    /// Chooses up to `count` standard actions by chance among those that the limits let pass, one after the other.
    mutating func explore(_ explorer: Explorer, _ count: Int, _ proposals: borrowing Proposals) {
        let moment = proposals.all[members[0].proposal].momentID
        for turn in 0..<count {
            options.removeAll(keepingCapacity: true)
            passing.removeAll(keepingCapacity: true)
            for rank in 0..<ranked.count {
                let entry = ranked[rank]
                let action = rules.actions[Int(entry.action)]
                guard action.classification == .standard, !action.isFallback, fates[entry.place] == nil,
                    taken[Int(entry.action)] != round, passes(rank, action, notes: turn == 0, proposals)
                else { continue }
                passing.append(rank)
                options.append(option(entry, action, proposals))
            }
            if options.isEmpty { return }
            let probabilities = explorer.probabilities(options, moment: moment)
            let pick = explorer.choose(probabilities, moment: moment, turn: turn)
            let entry = ranked[passing[pick]]
            // The limits say again what they said; all the others' answers are not kept.
            guard let trial = admit(passing[pick], notes: false, proposals) else {
                preconditionFailure("the limits let an action pass, and then do not")
            }
            take(
                entry.candidate, entry.action, rank: passing[pick], of: entry.member, trial,
                probability: probabilities[pick], proposals)
        }
    }

    /// Whether the limits let a ranked candidate pass.
    private mutating func passes(
        _ rank: Int, _ action: Rules.Action, notes: Bool, _ proposals: borrowing Proposals
    ) -> Bool {
        // Whom nothing limits is not held against the limits; it has a channel, or the gates would not have let it pass.
        if action.capCount == 0, action.budgetCount == 0, !rules.hasTimes, rules.explanation != .full { return true }
        return admit(rank, notes: notes, proposals) != nil
    }

    private func option(_ entry: Ranked, _ action: Rules.Action, _ proposals: borrowing Proposals) -> Option {
        let candidate = proposals.candidates[entry.candidate]
        var option = Option(
            action: Int(entry.action), priority: entry.priority,
            weight: candidate.context * candidate.value * action.lever, propensity: candidate.propensity)
        if let belief = belief(at: entry.place) {
            (option.alpha, option.beta, option.propensity) = (belief.alpha, belief.beta, belief.mean)
        }
        return option
    }

    // MARK: Reloads

    /// Goes on with what was learnt of actions of the same name that are learnt in the same way.
    /// - Returns: the number here of each cell there, -1 of what is lost.
    mutating func takeOverLearning(
        _ old: borrowing DecisionStage, actions: [Int32], channels: [Int32]
    ) -> [Int32] {
        guard !rules.learning.isEmpty, !old.rules.learning.isEmpty else {
            return [Int32](repeating: -1, count: old.learnt.cells.count)
        }
        var kept = actions
        for (number, target) in actions.enumerated() {
            let isSame =
                old.rules.learning[number] != nil && rules.learning[Int(target)] != nil
                && old.rules.learningNames[number].isSame(as: rules.learningNames[Int(target)])
            if !isSame { kept[number] = -1 }
            if isSame, let plan = rules.learning[Int(target)]?.model {
                learnt.models[Int(target)] = old.learnt.models[number]?.following(plan)
            }
        }
        (learnt.trials, learnt.successes, learnt.promises) = (
            old.learnt.trials, old.learnt.successes, old.learnt.promises
        )
        return learnt.cells.takeOver(old.learnt.cells, actions: kept, channels: channels)
    }
}

extension Rules {
    /// What decides what is learnt of an action, in words: how it is told apart, what it is to come to, how it fades.
    static func learningName(of action: ActionPlan, _ plan: DecisionPlan) -> String {
        guard let learning = action.learning else { return "" }
        let by = learning.by.map { plan.expressions[$0].program.source.debugDescription }
        let features = learning.model.map { model in
            model.features.map {
                "\($0.name.debugDescription): \(plan.expressions[$0.expression].program.source.debugDescription)"
            }
        }
        return
            "\(learning.outcome.name) \(learning.halfLife) \(learning.byChannel) \(by) \(features.map { "\($0)" } ?? "")"
    }
}
