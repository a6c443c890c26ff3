import Events
import Learning
import Storage

/// What is learnt of actions' propensities, and how well it was promised.
struct LearntPropensities: ~Copyable {
    /// How many bins of promised propensities there are, each as wide as the others.
    static let binCount = 20

    var cells = CellTable()
    /// By action, where weights of features say it.
    var models: [FTRL?]
    /// By bin: trials that were settled, successes among them, and the sum of what was promised.
    var trials = [Int](repeating: 0, count: LearntPropensities.binCount)
    var successes = [Int](repeating: 0, count: LearntPropensities.binCount)
    var promises = [Double](repeating: 0, count: LearntPropensities.binCount)

    init(_ learning: [PropensityPlan?]) { models = learning.map { $0?.model.map { FTRL($0) } } }

    var bytes: Int { cells.bytes + models.reduce(0) { $0 + ($1?.bytes ?? 0) } }

    /// What is known of an action's propensity over a channel.
    /// - Parameters:
    ///   - bucket: the number of the value that tells its cell apart.
    ///   - features: which of the proposals' features are the candidate's; none where it is to go by counts alone.
    func belief(
        _ action: Int32, channel: Int32, bucket: Int32, _ features: Range<Int>?, _ plan: PropensityTerms,
        at time: Instant, _ proposals: borrowing Proposals
    ) -> CellTable.Belief {
        guard plan.hasModel, models[Int(action)] != nil else {
            return cells.belief(
                cells.find(plan, action: action, channel: channel, bucket: bucket), plan, at: time)
        }
        let predicted = models[Int(action)]?.predict(proposals.features, features ?? 0..<0) ?? plan.prior
        // The model is believed in proportion to what it has seen.
        let count = cells.trials(cells.own(ofAction: action), plan, at: time)
        let weight = plan.strength + count
        let mean = (plan.strength * plan.prior + count * predicted) / weight
        return CellTable.Belief(alpha: weight * mean, beta: weight * (1 - mean))
    }

    /// Learns from a trial that is settled.
    mutating func settle(
        _ decision: OpenDecision, success: Bool, features: [FTRL.Feature], _ plan: PropensityTerms, at time: Instant
    ) {
        cells.settle(decision.cell, success: success, plan, at: time)
        models[Int(decision.action)]?.learn(features, success: success)
        let bin = min(max(Int(decision.promised * Double(Self.binCount)), 0), Self.binCount - 1)
        trials[bin] += 1
        if success { successes[bin] += 1 }
        promises[bin] += decision.promised
    }

    func add(to image: StateImage) {
        cells.add(to: image)
        for model in models { model?.add(to: image) }
        image.put(trials)
        image.put(successes)
        image.put(promises.map { Int(Int64(bitPattern: $0.bitPattern)) })
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        try cells.restore(from: reader)
        for index in models.indices where models[index] != nil { try models[index]?.restore(from: reader) }
        trials = try reader.numbers(Self.binCount)
        successes = try reader.numbers(Self.binCount)
        promises = try reader.numbers(Self.binCount).map { Double(bitPattern: UInt64(bitPattern: Int64($0))) }
    }
}
