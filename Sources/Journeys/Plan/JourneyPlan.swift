package import Events
package import Expressions
package import Storage

/// Which events something takes: their types, and a condition.
package struct EventFilter: Sendable {
    /// The numbers of the types in the projection; nil takes every type.
    package var types: [Int]?
    package var condition: ExpressionNumber

    package init(types: [Int]?, condition: ExpressionNumber = .none) {
        self.types = types
        self.condition = condition
    }

    func takes(type: Int32) -> Bool { types.map { $0.contains(Int(type)) } ?? true }
}

/// An expression of the configuration, with the path under which its failures are counted.
package struct Expression: Sendable {
    package let path: String
    package let program: Program
    /// The names of the variables that the program reads, in the order of `Program.reads`.
    package let names: [String]

    package init(path: String, program: Program, names: [String] = []) {
        self.path = path
        self.program = program
        self.names = names
    }
}

/// What a customer must do, or leave undone, for a moment to come.
package struct SequencePlan: Sendable {
    /// A positive step, or one of its repetitions: what a partial match that has come this far waits for.
    package struct Position: Sendable {
        /// Which of the named steps it belongs to.
        package let step: StepNumber
        package let filter: EventFilter
        /// The unwanted events on the way here.
        package let nots: [EventFilter]
        /// Whether the position before belongs to the same step: then an event that the step itself takes is wanted,
        /// though a `not` names it.
        package let isRepetition: Bool

        package init(step: StepNumber, filter: EventFilter, nots: [EventFilter], isRepetition: Bool) {
            self.step = step
            self.filter = filter
            self.nots = nots
            self.isRepetition = isRepetition
        }
    }

    /// The `not … for` that ends a sequence.
    package struct Closing: Sendable {
        package let filter: EventFilter
        /// Microseconds without such an event, from the last event bound.
        package let wait: Int64

        package init(filter: EventFilter, wait: Int64) {
            self.filter = filter
            self.wait = wait
        }
    }

    package let stepNames: [String]
    package let positions: [Position]
    package let closing: Closing?
    /// The last event is less than this many microseconds after the first.
    package let within: Int64?
    /// The most partial matches kept for one customer and value of `by`; beyond, the oldest goes.
    package let partialLimit: Int
    /// The general form, where the sequence needs it; then there are no positions.
    package let pattern: PatternPlan?
    /// The numbers of the only event types that the sequence sees; nil for all.
    package var among: [Int]?

    /// Whether it closes with a `not … for`.
    package var closesWithWait: Bool { closing != nil || pattern?.closingFilter != nil }

    /// What ends a pending absence of the sequence, and for how many microseconds at most one is pending; nil where none ever
    /// is.
    package var closingAbsence: (filter: EventFilter, length: Int64)? {
        closing.map { ($0.filter, $0.wait) } ?? pattern?.closingAbsence(within: within)
    }

    /// A sequence in its general form.
    package init(stepNames: [String], pattern: PatternPlan, within: Int64?, partialLimit: Int = 1024) {
        self.stepNames = stepNames
        positions = []
        closing = nil
        self.within = within
        self.partialLimit = partialLimit
        self.pattern = pattern
    }

    /// A sequence of relaxed steps, of which a match discards all that began before it ends.
    package init(
        stepNames: [String], positions: [Position], closing: Closing?, within: Int64?, partialLimit: Int = 1024
    ) {
        pattern = nil
        self.stepNames = stepNames
        self.positions = positions
        self.closing = closing
        self.within = within
        self.partialLimit = partialLimit
    }
}

/// What a step of a sequence is called: what its number counts.
package enum StepName {}

/// The number of a named step of a sequence.
package typealias StepNumber = PlanNumber<StepName>

/// The number of a moment of a plan.
package typealias MomentNumber = PlanNumber<MomentPlan>

/// A moment worth noticing, as the configuration defines it.
package struct MomentPlan: Sendable {
    /// What brings the moment about.
    package enum Trigger: Sendable {
        case sequence(SequencePlan)
        /// The condition fires as it turns true.
        case condition(ExpressionNumber)
    }

    package let name: String
    package let kind: String?
    package let trigger: Trigger
    /// The expression for whose values events are matched separately.
    package let by: ExpressionNumber
    /// Microseconds between two of this moment for one customer and value of `by`; 0 for none.
    package let cooldown: Int64
    /// Further fields of the moment's lines.
    package let outputs: [(name: String, expression: ExpressionNumber)]
    /// Microseconds after which the moment is told again: where a condition stays true for so long, or the event that
    /// a closing `not … for` is about keeps away. 0 for never.
    package var repeatEvery: Int64 = 0
    /// The expression whose value, where it is greater than that of the last one told, breaks the cooldown.
    package var level = ExpressionNumber.none
    /// Whether it is an account's, and not a person's.
    package var isOfAccount = false
    /// Whether nobody is followed for it here.
    private(set) var isIdle = false

    /// The same moment, which never comes: it is of others.
    var idle: MomentPlan {
        var idle = self
        idle.isIdle = true
        return idle
    }

    package init(
        name: String, kind: String?, trigger: Trigger, by: ExpressionNumber = .none, cooldown: Int64 = 0,
        outputs: [(name: String, expression: ExpressionNumber)] = []
    ) {
        self.name = name
        self.kind = kind
        self.trigger = trigger
        self.by = by
        self.cooldown = cooldown
        self.outputs = outputs
    }
}

/// By which clock a customer's days go.
package struct CalendarPlan: Sendable {
    /// The expression that names the customer's zone.
    package let zone: ExpressionNumber
    /// The zone of customers for whom the expression names none that is known.
    package let defaultZone: String
    package let lookup: @Sendable (String) -> Zone?

    package init(zone: ExpressionNumber, defaultZone: String, lookup: @escaping @Sendable (String) -> Zone?) {
        (self.zone, self.defaultZone, self.lookup) = (zone, defaultZone, lookup)
    }
}

/// Everything that the engine needs to follow customers: made once from a configuration, then shared unchanged.
package struct JourneyPlan: Sendable {
    package let projection: Projection
    package let expressions: [Expression]
    package private(set) var windows: [WindowPlan]
    package private(set) var moments: [MomentPlan]
    package private(set) var picture: PicturePlan
    private(set) var use: PictureUse
    /// Whether any rule is about accounts.
    package private(set) var hasAccounts = false
    /// Whether it is accounts that are followed.
    package private(set) var isOfAccounts = false
    /// Microseconds for which a customer's event ids are remembered, to drop what comes twice; nil remembers none.
    package let dedup: Int64?
    /// The clocks by which windows follow the calendar; nil where none does.
    package let calendar: CalendarPlan?
    /// The slots whose values a bound event keeps, because something later may read them.
    package let keptSlots: Set<SlotNumber>
    /// The fixed fields that are read of an event that was bound.
    let keptPlaces: Set<Vocabulary.EventPlace>
    /// Whether an expression reads the events that a moment bound to a step.
    let readsMomentSteps: Bool
    /// How moments that ask for a decision wait; nil where each is proposed as it comes.
    package var waiting: WaitingPlan?
    /// The reference tables that expressions read.
    package var tables = ReferenceTables()
    /// Which events say what came of decisions; nil where none does.
    package var responses: ResponseReading?
    /// What a report asks of each event; nil where there is none.
    package private(set) var report: ReportReading?
    /// Whether customers are found by several ids, and two may turn out to be one.
    package var hasIdentity = false
    /// Whether lines tell of it.
    package var emitsIdentity = false
    /// The numbers of the types of event at which a customer is forgotten.
    package var forgetTypes: [Int] = []
    /// The windows that remember when the events last came which end a sequence's closing absence, by the moment's number.
    package var closingMemory: [MomentNumber: [WindowNumber]] = [:]
    /// The same for moments with a `by`: a window of its values, of which each has the time of its last event.
    package var closingKeys: [MomentNumber: WindowNumber] = [:]
    /// The expressions outside the moments, such as those of actions.
    let laterReads: [ExpressionNumber]
    private let listedPlaces: [Int]

    /// - Parameters:
    ///   - laterReads: the expressions outside the moments, such as those of actions, that keep something alive.
    ///   - listedPlaces: what is read of the events in a list of a step's events.
    package init(
        projection: Projection, expressions: [Expression], windows: [WindowPlan], moments: [MomentPlan], dedup: Int64?,
        laterReads: [ExpressionNumber] = [], listedPlaces: [Int] = [], picture: PicturePlan = PicturePlan(),
        calendar: CalendarPlan? = nil
    ) {
        self.projection = projection
        self.expressions = expressions
        self.moments = moments
        self.dedup = dedup
        self.calendar = calendar
        self.picture = picture
        self.laterReads = laterReads
        readsMomentSteps = expressions.contains { $0.program.reads.contains(where: Vocabulary.isOfMomentSteps) }
        self.listedPlaces = listedPlaces
        use = PictureUse(picture, expressions: expressions, listedPlaces: listedPlaces)
        self.windows = JourneyPlan.watched(windows, picture, use, moments: moments, expressions: expressions)
        hasAccounts =
            windows.contains(where: \.isOfAccount) || moments.contains(where: \.isOfAccount)
            || picture.attributes.contains(where: \.isOfAccount)
            || (0..<picture.itemCount).contains { picture.isOfAccount(item: $0) }
        let reads = JourneyPlan.laterReads(of: moments, expressions: expressions, and: laterReads) + listedPlaces
        keptSlots = Set(reads.compactMap { Vocabulary.slot($0) })
        keptPlaces = Set(reads.compactMap(Vocabulary.eventPlace))
    }

    /// The part of the plan that is about accounts, or about persons, in the same numbering. What has no name is of both.
    package func of(accounts: Bool) -> JourneyPlan {
        guard hasAccounts else { return self }
        var plan = self
        plan.isOfAccounts = accounts
        plan.windows = windows.map { $0.name.isEmpty || $0.isOfAccount == accounts ? $0 : $0.idle }
        plan.moments = moments.map { $0.isOfAccount == accounts ? $0 : $0.idle }
        plan.picture = picture.of(accounts: accounts)
        for item in use.items.indices where picture.isOfAccount(item: item) != accounts { plan.use.items[item] = false }
        if accounts { (plan.forgetTypes, plan.responses, plan.report) = ([], nil, nil) }
        return plan
    }

    /// The same plan with numbers of touchpoints that go on from those given out before.
    package func following(_ sights: [TouchpointSight]) -> JourneyPlan {
        var plan = self
        plan.picture.number(following: sights)
        return plan
    }

    /// Has each event told of as a report asks.
    package mutating func watch(_ reading: ReportReading) {
        report = reading
        if !picture.touchpoints.isEmpty { use.touchpoints = true }
    }

    /// The same plan, but with a line of every score that crosses a threshold and of every segment that changes,
    /// whatever the configuration emits, and with every event's touchpoint looked for: for looking on.
    package var showingPicture: JourneyPlan {
        var picture = picture
        picture.emitsScores = true
        picture.emitsSegments = true
        var plan = JourneyPlan(
            projection: projection, expressions: expressions, windows: windows, moments: moments, dedup: dedup,
            laterReads: laterReads, listedPlaces: listedPlaces, picture: picture, calendar: calendar)
        plan.use.touchpoints = !picture.touchpoints.isEmpty
        plan.waiting = waiting
        plan.responses = responses
        plan.hasIdentity = hasIdentity
        plan.emitsIdentity = hasIdentity
        plan.closingMemory = closingMemory
        plan.closingKeys = closingKeys
        plan.forgetTypes = forgetTypes
        plan.tables = tables
        return plan
    }

    /// The variables that are read of an event after it has passed: through a step's name, or as the last event bound
    /// when a deadline completes the match.
    private static func laterReads(
        of moments: [MomentPlan], expressions: [Expression], and further: [ExpressionNumber]
    ) -> Set<Int> {
        var reads: Set<Int> = []
        let told = moments.flatMap { $0.outputs.map(\.expression) + ($0.level.isNone ? [] : [$0.level]) }
        for number in told + further {
            reads.formUnion(expressions[number].program.reads)
        }
        for expression in expressions {
            reads.formUnion(expression.program.reads.filter { Vocabulary.scope($0) >= Vocabulary.firstStep })
        }
        return reads
    }
}
