import Events
import Expressions
import Storage

/// Lists of numbers, one behind the other.
struct NumberLists: ~Copyable {
    private var numbers = Column<Int32>()
    private var starts = Column<Int32>()

    init(_ lists: [[Int]]) {
        for list in lists {
            starts.append(Int32(numbers.count))
            for number in list { numbers.append(Int32(number)) }
        }
        starts.append(Int32(numbers.count))
    }

    @inline(__always)
    subscript(list: Int) -> View<Int32> { numbers.view(Int(starts[list])..<Int(starts[list + 1])) }
}

/// The plan of touchpoints, profile, scores and segments in the form that a shard works with: flat, and indexed by what
/// makes them change. Scores and then segments are its items, each of which reads only items before it.
struct PictureTable: ~Copyable {
    struct AttributeForm: BitwiseCopyable {
        var condition: ExpressionNumber
        var from: ExpressionNumber
        var keep: Keep
        /// The expression for an event's source.
        var by = ExpressionNumber.none
        var firstSource: Int32 = 0
        var sourceCount: Int32 = 0
    }

    enum Keep: BitwiseCopyable { case latest, first, max, min, longest, priority }

    /// A score or a segment.
    struct Item: BitwiseCopyable {
        var isScore: Bool
        /// Whether it reads the current event, so that it is not decided between events.
        var readsEvent: Bool
        /// A score's expression, if it has one, or a segment's `when`.
        var expression = ExpressionNumber.none
        var leaveWhen = ExpressionNumber.none
        /// The number of a score's model, whose features are its terms; -1 for none.
        var model: Int32 = -1
        var isLogistic = false
        var intercept = 0.0
        var firstTerm: Int32 = 0
        var termCount: Int32 = 0
        var firstThreshold: Int32 = 0
        var thresholdCount: Int32 = 0
    }

    struct Term: BitwiseCopyable {
        var expression: ExpressionNumber
        var isCondition: Bool
        var weight: Double
    }

    let scoreCount: Int
    let itemCount: Int
    let attributeCount: Int
    let emitsScores: Bool
    let emitsSegments: Bool
    /// Whether any score or segment is kept up to date.
    let hasItems: Bool
    private(set) var items = Column<Item>()
    private(set) var terms = Column<Term>()
    private(set) var thresholds = Column<Double>()
    private(set) var attributes = Column<AttributeForm>()
    let sources: Shelf<[UInt8]>
    let models: Shelf<ModelUse>
    /// The condition of each touchpoint.
    private(set) var touchpointConditions = Column<ExpressionNumber>()
    /// The number under which each touchpoint is seen, from 1.
    private var sights = Column<Int32>()
    /// For each type: the touchpoints that it may be, and the attributes that it may change.
    private let touchpointsOfType: NumberLists
    private let attributesOfType: NumberLists
    /// The items that read a window, an attribute, another item.
    private let windowReaders: NumberLists
    private let attributeReaders: NumberLists
    private let itemReaders: NumberLists
    /// The items that are in use; those among them to be decided at every event; the windows that those in use read.
    private(set) var used = Column<Int32>()
    private(set) var always = Column<Int32>()
    private(set) var windows = Column<Int32>()

    init(_ plan: JourneyPlan) {
        let picture = plan.picture
        let use = plan.use
        scoreCount = picture.scores.count
        itemCount = picture.itemCount
        attributeCount = picture.attributes.count
        (emitsScores, emitsSegments) = (picture.emitsScores, picture.emitsSegments)
        hasItems = use.items.contains(true)
        sources = Shelf(
            picture.attributes.flatMap { attribute -> [[UInt8]] in
                if case .priority(let sources, _) = attribute.keep { sources.map { Array($0.utf8) } } else { [] }
            })
        models = Shelf(
            picture.scores.compactMap { score in if case .model(let use) = score.form { use } else { nil } })
        let types = plan.projection.types.indices
        touchpointsOfType = NumberLists(
            types.map { type in
                use.touchpoints
                    ? picture.touchpoints.indices.filter { picture.touchpoints[$0].filter.takes(type: Int32(type)) }
                    : []
            })
        attributesOfType = NumberLists(
            types.map { type in
                picture.attributes.indices.filter {
                    use.attributes[$0] && picture.attributes[$0].filter.takes(type: Int32(type))
                }
            })
        func reads(_ item: Int) -> Set<Int> {
            Set(picture.expressions(ofItem: item).flatMap { plan.expressions[$0].program.reads })
        }
        let used = use.items.indices.filter { use.items[$0] }
        let readings = use.items.indices.map { use.items[$0] ? reads($0) : [] }
        func readers(_ variable: Int) -> [Int] { used.filter { readings[$0].contains(variable) } }
        windowReaders = NumberLists(plan.windows.indices.map { readers(Vocabulary.window($0)) })
        attributeReaders = NumberLists(picture.attributes.indices.map { readers(Vocabulary.attribute($0)) })
        itemReaders = NumberLists(use.items.indices.map { readers(picture.variable(ofItem: $0)) })
        for touchpoint in picture.touchpoints {
            touchpointConditions.append(touchpoint.filter.condition)
        }
        for number in picture.sightNumbers { sights.append(Int32(number)) }
        for item in used { self.used.append(Int32(item)) }
        for item in used where readings[item].contains(where: { PictureTable.goesOn($0, plan) }) {
            always.append(Int32(item))
        }
        for window in plan.windows.indices where !windowReaders[window].isEmpty { windows.append(Int32(window)) }
        var modelCount: Int32 = 0
        for (item, reads) in readings.enumerated() {
            add(item, picture, readsEvent: reads.contains(where: Vocabulary.isOfEvent), &modelCount)
        }
        addAttributes(picture)
    }

    /// Whether a variable may be another at every event, whatever its type.
    private static func goesOn(_ variable: Int, _ plan: JourneyPlan) -> Bool {
        switch Vocabulary.scope(variable) {
        case Vocabulary.eventScope, Vocabulary.touchpointScope, Vocabulary.nowScope, Vocabulary.accountScope: true
        case Vocabulary.windowScope: plan.windows[Vocabulary.place(variable)].isSince
        default: false
        }
    }

    private mutating func add(_ item: Int, _ picture: PicturePlan, readsEvent: Bool, _ modelCount: inout Int32) {
        var form = Item(isScore: item < scoreCount, readsEvent: readsEvent)
        if form.isScore {
            let score = picture.scores[item]
            form.firstThreshold = Int32(thresholds.count)
            form.thresholdCount = Int32(score.thresholds.count)
            for threshold in score.thresholds { thresholds.append(threshold) }
            switch score.form {
            case .expression(let number): form.expression = number
            case .model(let use):
                form.model = modelCount
                modelCount += 1
                form.firstTerm = Int32(self.terms.count)
                form.termCount = Int32(use.features.count)
                for feature in use.features {
                    self.terms.append(Term(expression: feature, isCondition: false, weight: 1))
                }
            case .terms(let intercept, let terms, let link):
                form.intercept = intercept
                form.isLogistic = link == .logistic
                form.firstTerm = Int32(self.terms.count)
                form.termCount = Int32(terms.count)
                for term in terms {
                    self.terms.append(
                        Term(
                            expression: term.expression, isCondition: term.isCondition,
                            weight: term.weight))
                }
            }
        } else {
            form.expression = picture.segments[item - scoreCount].when
            form.leaveWhen = picture.segments[item - scoreCount].leaveWhen
        }
        items.append(form)
    }

    private mutating func addAttributes(_ picture: PicturePlan) {
        var firstSource: Int32 = 0
        for attribute in picture.attributes {
            var form = AttributeForm(
                condition: attribute.filter.condition, from: attribute.from,
                keep: .latest)
            switch attribute.keep {
            case .latest: form.keep = .latest
            case .first: form.keep = .first
            case .max: form.keep = .max
            case .min: form.keep = .min
            case .longest: form.keep = .longest
            case .priority(let sources, let by):
                form.keep = .priority
                form.by = by
                form.firstSource = firstSource
                form.sourceCount = Int32(sources.count)
                firstSource += form.sourceCount
            }
            attributes.append(form)
        }
    }

    /// Whether events of the type have to do with anything here.
    func concerns(type: Int) -> Bool {
        hasItems || !touchpointsOfType[type].isEmpty || !attributesOfType[type].isEmpty
    }

    func sight(ofTouchpoint touchpoint: Int32) -> Int32 { sights[Int(touchpoint)] }
    func touchpoints(ofType type: Int32) -> View<Int32> { touchpointsOfType[Int(type)] }
    func attributes(ofType type: Int32) -> View<Int32> { attributesOfType[Int(type)] }
    func readers(ofWindow window: WindowNumber) -> View<Int32> { windowReaders[window.index] }
    func readers(ofAttribute attribute: Int) -> View<Int32> { attributeReaders[attribute] }
    func readers(ofItem item: Int) -> View<Int32> { itemReaders[item] }
}
