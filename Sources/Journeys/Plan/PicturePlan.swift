package import Expressions
import Storage

/// What an event is in the customer's journey.
package struct TouchpointPlan: Sendable {
    package let name: String
    package let filter: EventFilter
    package var stage: String?
    package var phase: String?
    package var channel: String?
    package var medium: String?
    package var polarity: String?
    package var initiative: String?
    package var isFriction = false

    package init(name: String, filter: EventFilter) {
        self.name = name
        self.filter = filter
    }
}

/// What expressions see of a touchpoint. Events that are kept name theirs by number, so that what they meant stays what it
/// was when the configuration changes: numbers are given out once.
package struct TouchpointSight: Sendable {
    package var name: String
    package var stage: String?
    package var phase: String?
    package var channel: String?
    package var medium: String?
    package var polarity: String?
    package var initiative: String?
    package var isFriction = false

    package init(name: String) { self.name = name }

    /// What the configuration says of it beside its name, under the keys of the configuration; `friction` stands apart.
    package var traits: [(key: String, value: String)] {
        let traits = [
            ("stage", stage), ("phase", phase), ("channel", channel), ("medium", medium), ("polarity", polarity),
            ("initiative", initiative),
        ]
        return traits.compactMap { key, value in value.map { (key: key, value: $0) } }
    }

    /// Whether it says the same, byte by byte.
    func isSame(as other: TouchpointSight) -> Bool {
        name.isSame(as: other.name) && isFriction == other.isFriction
            && traits.elementsEqual(other.traits) { $0.key == $1.key && $0.value.isSame(as: $1.value) }
    }

    init(_ plan: TouchpointPlan) {
        (name, stage, phase, channel) = (plan.name, plan.stage, plan.phase, plan.channel)
        (medium, polarity, initiative) = (plan.medium, plan.polarity, plan.initiative)
        isFriction = plan.isFriction
    }
}

/// An attribute of the customer, and which of the values that events bring is kept.
package struct AttributePlan: Sendable {
    /// Which of the values is kept.
    package enum Keep: Sendable, Equatable {
        case latest, first, max, min, longest
        /// The source that stands first in the list wins, and within one source the latest. `by` is the
        /// expression that names an event's source.
        case priority([String], by: ExpressionNumber)
    }

    package let name: String
    package fileprivate(set) var filter: EventFilter
    /// Whether it is an account's, and not a person's.
    package var isOfAccount = false
    /// The expression whose value is kept.
    package let from: ExpressionNumber
    package let keep: Keep

    package init(name: String, filter: EventFilter, from: ExpressionNumber, keep: Keep) {
        self.name = name
        self.filter = filter
        self.from = from
        self.keep = keep
    }
}

/// A number that says how much of something a customer has.
package struct ScorePlan: Sendable {
    /// What becomes of the sum: itself, or 1 / (1 + e^−x).
    package enum Link: BitwiseCopyable, Sendable { case identity, logistic }

    /// A condition that adds its weight where it holds, or a value times its weight.
    package struct Term: Sendable {
        /// A condition, or a value that is multiplied with the weight.
        package let expression: ExpressionNumber
        package let isCondition: Bool
        package let weight: Double

        package init(expression: ExpressionNumber, isCondition: Bool, weight: Double) {
            self.expression = expression
            self.isCondition = isCondition
            self.weight = weight
        }
    }

    /// How the number comes about.
    package enum Source: Sendable {
        case terms(intercept: Double, [Term], Link)
        case expression(ExpressionNumber)
        case model(ModelUse)
    }

    package let name: String
    package let form: Source
    /// The values whose crossing is reported, ascending.
    package let thresholds: [Double]
    /// Whether it is an account's, and not a person's.
    package var isOfAccount = false

    package init(name: String, form: Source, thresholds: [Double]) {
        self.name = name
        self.form = form
        self.thresholds = thresholds
    }

    var expressions: [ExpressionNumber] {
        switch form {
        case .terms(_, let terms, _): terms.map(\.expression)
        case .expression(let number): [number]
        case .model(let use): use.features.filter { !$0.isNone }
        }
    }
}

/// A group of customers that one is in or not.
package struct SegmentPlan: Sendable {
    package let name: String
    /// The condition to enter.
    package let when: ExpressionNumber
    /// The condition to leave; none where that is when the other no longer holds.
    package let leaveWhen: ExpressionNumber
    /// Whether it is an account's, and not a person's.
    package var isOfAccount = false

    package init(name: String, when: ExpressionNumber, leaveWhen: ExpressionNumber = .none) {
        self.name = name
        self.when = when
        self.leaveWhen = leaveWhen
    }

    var expressions: [ExpressionNumber] { leaveWhen.isNone ? [when] : [when, leaveWhen] }
}

/// What is known of a customer beside the windows.
package struct PicturePlan: Sendable {
    package var touchpoints: [TouchpointPlan] = [] {
        didSet { number(following: sights) }
    }
    /// What is seen of touchpoints, those of configurations before this one included.
    package private(set) var sights: [TouchpointSight] = []
    /// The number of each touchpoint's sight, from 1.
    private(set) var sightNumbers: [Int] = []
    package var attributes: [AttributePlan] = []
    package var scores: [ScorePlan] = []
    package var segments: [SegmentPlan] = []
    /// Whether lines are written of scores that cross a threshold, and of segments that change.
    package var emitsScores = false
    package var emitsSegments = false

    package init() {}

    /// Gives the touchpoints their numbers: those that they have among `known`, or further ones.
    mutating func number(following known: [TouchpointSight]) {
        sights = known
        sightNumbers = []
        for touchpoint in touchpoints {
            let sight = TouchpointSight(touchpoint)
            let known = sights.firstIndex { $0.isSame(as: sight) }
            if known == nil { sights.append(sight) }
            sightNumbers.append((known ?? sights.count - 1) + 1)
        }
    }

    /// How many scores and segments there are. A segment's number as an item follows those of the scores.
    var itemCount: Int { scores.count + segments.count }

    /// The expressions of an item.
    func expressions(ofItem item: Int) -> [ExpressionNumber] {
        item < scores.count ? scores[item].expressions : segments[item - scores.count].expressions
    }

    /// Whether a score or segment is an account's.
    func isOfAccount(item: Int) -> Bool {
        item < scores.count ? scores[item].isOfAccount : segments[item - scores.count].isOfAccount
    }

    /// The same, with the attributes of others never taking a value.
    func of(accounts: Bool) -> PicturePlan {
        var plan = self
        for index in attributes.indices where attributes[index].isOfAccount != accounts {
            plan.attributes[index].filter = EventFilter(types: [])
        }
        return plan
    }

    /// The variable by which an item is read.
    func variable(ofItem item: Int) -> Int {
        item < scores.count ? Vocabulary.score(item) : Vocabulary.segment(item - scores.count)
    }
}

/// What of the picture something depends on, so that the rest costs nothing.
package struct PictureUse: Sendable {
    /// For each score and then each segment, whether it must be kept up to date.
    var items: [Bool] = []
    var attributes: [Bool] = []
    var touchpoints = false

    init(_ picture: PicturePlan, expressions: [Expression], listedPlaces: [Int]) {
        var reads = Set(listedPlaces)
        let own = Set((0..<picture.itemCount).flatMap { picture.expressions(ofItem: $0) })
        for (number, expression) in expressions.enumerated() where !own.contains(ExpressionNumber(number)) {
            reads.formUnion(expression.program.reads)
        }
        items = Array(repeating: false, count: picture.itemCount)
        for item in items.indices.reversed() {
            let isScore = item < picture.scores.count
            let isWritten =
                isScore ? picture.emitsScores && !picture.scores[item].thresholds.isEmpty : picture.emitsSegments
            guard isWritten || reads.contains(picture.variable(ofItem: item)) else { continue }
            items[item] = true
            for number in picture.expressions(ofItem: item) { reads.formUnion(expressions[number].program.reads) }
        }
        attributes = picture.attributes.indices.map { reads.contains(Vocabulary.attribute($0)) }
        touchpoints =
            !picture.touchpoints.isEmpty
            && reads.contains { Vocabulary.isOfTouchpoint($0) || Vocabulary.eventPlace($0) == .channel }
    }
}
