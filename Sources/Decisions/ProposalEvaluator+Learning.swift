import Expressions
import Journeys
import Learning
import Storage

/// What learnt propensities go by, each different list of expressions once.
struct LearningLists: ~Copyable {
    // Noted is not private: the compiler needs its layout where another file holds lists.
    /// Where what a list came to lies, at the moment in which it was last asked for.
    struct Noted: BitwiseCopyable {
        var round: UInt64 = 0
        var start: Int32 = -1
        var count: Int32 = 0
    }

    /// For each action its list of values that tell cells apart, and that of its features; -1 for none.
    let buckets: [Int]
    let models: [Int]
    let bucketLists: [[ExpressionNumber]]
    /// Features by name, with the hash of the name and the expression.
    let featureLists: [[(name: [UInt8], expression: ExpressionNumber)]]
    var notedBuckets: Column<Noted>
    var notedFeatures: Column<Noted>

    init(_ plan: DecisionPlan) {
        var bucketLists: [[ExpressionNumber]] = []
        var featureLists: [[(name: [UInt8], expression: ExpressionNumber)]] = []
        var (buckets, models): ([Int], [Int]) = ([], [])
        for action in plan.actions {
            var (bucket, model) = (-1, -1)
            if let list = action.learning?.by.map({ plan.same[$0] }), !list.isEmpty {
                bucket = bucketLists.firstIndex(of: list) ?? bucketLists.count
                if bucket == bucketLists.count { bucketLists.append(list) }
            }
            if let list = action.learning?.model?.features {
                let named = list.map { (name: Array($0.name.utf8), expression: plan.same[$0.expression]) }
                model = featureLists.firstIndex { $0.elementsEqual(named) { $0 == $1 } } ?? featureLists.count
                if model == featureLists.count { featureLists.append(named) }
            }
            buckets.append(bucket)
            models.append(model)
        }
        (self.buckets, self.models) = (buckets, models)
        (self.bucketLists, self.featureLists) = (bucketLists, featureLists)
        notedBuckets = Column<Noted>(repeating: Noted(), count: bucketLists.count)
        notedFeatures = Column<Noted>(repeating: Noted(), count: featureLists.count)
    }
}

extension ProposalEvaluator {
    /// Notes the value of the cell that the candidate's propensity is learnt in, and its features.
    mutating func noteLearning<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        let bucket = learnt.buckets[Int(candidate.action)]
        if bucket >= 0 {
            if learnt.notedBuckets[bucket].round != round { noteBucket(bucket, names, &evaluator, expressions) }
            let noted = learnt.notedBuckets[bucket]
            proposals.note(of: &candidate) { ($0.bucketStart, $0.bucketCount) = (noted.start, noted.count) }
        }
        let model = learnt.models[Int(candidate.action)]
        if model >= 0 {
            if learnt.notedFeatures[model].round != round { noteFeatures(model, names, &evaluator, expressions) }
            let noted = learnt.notedFeatures[model]
            proposals.note(of: &candidate) { ($0.featureStart, $0.featureCount) = (noted.start, noted.count) }
        }
    }

    /// The values one behind the other, as JSON; what is absent is null.
    private mutating func noteBucket<Scope: Names & ~Copyable>(
        _ number: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        var text: [UInt8] = []
        for expression in learnt.bucketLists[number] {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            let value = value(expression, names, &evaluator, expressions)
            if let fault = value.fault { count(fault, of: expression) }
            if value.isError || !value.appendJSON(to: &text) { text.append(plain: "null") }
        }
        learnt.notedBuckets[number] = LearningLists.Noted(
            round: round, start: Int32(clamping: proposals.bytes.count), count: Int32(clamping: text.count))
        proposals.bytes.append(text)
    }

    /// A number by its name, what is true as 1, a text as 1 by its name and itself; what is false,
    /// absent or not finite is none. A constant stands last, as in Vowpal Wabbit: sums of single
    /// precision depend on the order.
    private mutating func noteFeatures<Scope: Names & ~Copyable>(
        _ number: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        let start = proposals.features.count
        for feature in learnt.featureLists[number] {
            let value = value(feature.expression, names, &evaluator, expressions)
            var (name, amount) = (feature.name, 0.0)
            switch value {
            case .bool(let flag): amount = flag ? 1 : 0
            case .string(let text):
                name.append(UInt8(ascii: "="))
                name += text.copied
                amount = 1
            case .duration(let seconds, let nanos): amount = Double(seconds) + Double(nanos) * 1e-9
            case .error(let fault): count(fault, of: feature.expression)
            default: amount = value.number ?? 0
            }
            guard amount.isFinite else { continue }
            let bounded = Float(min(max(amount, -FTRL.valueMost), FTRL.valueMost))
            if bounded == 0 { continue }
            proposals.features.append(
                FTRL.Feature(place: View.of(name) { FTRL.place(of: $0) }, value: bounded))
        }
        proposals.features.append(FTRL.constant)
        learnt.notedFeatures[number] = LearningLists.Noted(
            round: round, start: Int32(clamping: start), count: Int32(clamping: proposals.features.count - start))
    }
}
